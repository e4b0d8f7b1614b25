"""Bytes to grids of text, whatever their format says they are, under bounds of size (SPEC 3.0, Formats)."""
