"""Gates over single figures that compare them with each other, with limits and with what was published (SPEC 4.3).

Each gate is one function from the facts of a candidate to what breaks its rule, in whole columns. They need several
figures at once, which an expectation over one table does not.
"""
