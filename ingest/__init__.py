"""From bytes to typed rows: a pure function of a delivery's bytes, its contract and layout, and this code.

Nothing here looks at another delivery: what a row means beside earlier rows is decided in review and in the
warehouse. Knows no Dagster and no dbt. From the ground up:

* ``values`` - a text to a value: numbers, units, dates, spans, enumerations, codes;
* ``files`` - bytes to grids of text, whatever the format, under bounds;
* ``tables`` - a grid to typed rows: headers, layouts, what is no data, rules over rows;
* ``raw`` - the inbox, and the sealed files that are kept of it;
* the modules here put them together: ``parse`` one delivery, ``landing`` all that arrived, ``checking`` a sample
  against a layout, in worker processes under bounds (``workers``).
"""
