"""From bytes to typed rows: a pure function of a delivery's bytes, its contract and layout, and this code.

Here belong reading, header finding, value parsing, quarantine and landing. Nothing here looks at another
delivery: what a row means beside earlier rows is decided in the warehouse. Knows no Dagster and no dbt.
"""
