"""Which deliveries stand at a moment: what only their history can tell, and what somebody answered.

Every build judges the deliveries known at its cut anew, feed by feed in the order of periods and versions,
so the order in which they were processed decides nothing.
"""
