"""The inbox and the sealed files that are kept of it, as long as they may be (SPEC 4.1)."""
