"""Two other ways of doing the floor's job, each in its own environment, measured beside pipeline and floor.

``pandas_gx``      pandas, with Great Expectations over its frames
``dbt_postgres``   the pipeline's own models by dbt-postgres on a real PostgreSQL
=================  ==========================================================================
``environments``   makes each environment from its pinned list
``comparing``      runs a peer under its limits and holds its figures against the pipeline's
``figures``        the file in which a peer hands over its figures

Nothing here is imported at the top, because a peer's own process has not what the others need.
"""
