"""Running months with faults and telling what became of them."""
