"""The peer in pandas: what the floor does, as a careful team of analysts would write it, checked by Great Expectations.

It shares with the floor which files stand (``reading.deliveries``), the contracts (``vocabulary``) and the step from a
few thousand sums to figures (``counting``, plain Python). All that touches rows is pandas of its own.
"""
