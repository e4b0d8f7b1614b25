"""The faults that are put into clean deliveries, to see which of them the product lets pass."""
