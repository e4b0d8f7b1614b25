"""The gates: what must hold before anything is published, and the verdicts on a candidate (SPEC 4.3).

Structure and conservation are dbt tests, because they look at rows; what is asked of each figure by itself is one
Great Expectations suite over the figure table; what compares a figure with others, with limits or with the last release
is in :mod:`expectations.gates`, and what is asked of words in :mod:`expectations.words`. All end as verdicts bound to
the candidate's hash.
"""
