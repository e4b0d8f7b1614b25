"""The peer on PostgreSQL: the pipeline's own models, translated when they are run and computed by dbt-postgres.

Reading, checking and resolving were the pipeline's: its landed rows, ledger and identities are loaded by COPY. So what
this peer takes is to be held against the pipeline's loading and dbt, and not against its whole.

==============  ==========================================================================
``translating``  a compiled model in DuckDB's dialect to one in PostgreSQL's
``project``      the home's models to a dbt project in a folder of work
``server``       a PostgreSQL of its own, as a child process and not as root
``loading``      the pipeline's sources by COPY
==============  ==========================================================================
"""
