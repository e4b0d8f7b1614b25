"""The gates: what must hold before anything is published, and the verdicts on a candidate (SPEC 4.3).

Structure and conservation are dbt tests, because they look at rows; what is asked of single figures is one
Great Expectations suite over the figure table. Both end as verdicts bound to the candidate's hash.
"""
