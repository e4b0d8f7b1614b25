"""A grid to typed rows: where its header is, what of it is data, what every row must hold (SPEC 3.0, 5)."""
