"""Which enterprise and which building a raw key means, decided once for each build over the distinct keys.

Ids come from content, never from a serial. What no rule decides waits as second-stage quarantine and is
released by itself when the register that answers it arrives.
"""
