"""The life of a release (SPEC 4.2): states, keys, signatures, the hash tree under them, and the log of what was done.

Nothing here computes a figure. Verification needs a folder and no home; acts need a home and its lock.
"""
