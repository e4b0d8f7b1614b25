"""A text to a value: numbers with their units, dates and spans, enumerations, codes (SPEC 3.0)."""
