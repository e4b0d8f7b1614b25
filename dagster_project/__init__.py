"""Orchestration: the steps of a run as Dagster assets, checks and one job, in one process.

One file for each concept. :mod:`dagster_project.run` holds the steps themselves and knows no Dagster, so that
they are tested and called without it; every other file only says how Dagster sees them.
"""
