"""What Dagster loads: assets, checks, jobs, sensors and the resource, put together by one function."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from dagster_project.arriving import inbox_sensor
from dagster_project.dbt import build_dbt_assets
from dagster_project.feeds import feed_assets, landing
from dagster_project.jobs import build_job, rebuild_job
from dagster_project.months import NO_MONTHS, Months, scope_asset
from dagster_project.publication import build_publication
from dagster_project.publishing import publish_job, signed_releases
from dagster_project.resources import run_resource
from dagster_project.warehouse import identity, sources
from warehouse.transform import manifest_json


def build_definitions(overrides: Mapping[str, Any] | None = None, months: Months = NO_MONTHS) -> dg.Definitions:
    """Return the definitions; ``overrides`` replaces resources by name, ``months`` can be asked for."""
    parsed = manifest_json()
    publication, gates = build_publication(parsed)
    resources: dict[str, Any] = {"run": run_resource}
    return dg.Definitions(
        assets=[landing, feed_assets(), identity, scope_asset(months), sources, build_dbt_assets(parsed), *publication],
        asset_checks=[gates],
        jobs=[build_job(), rebuild_job(), publish_job],
        sensors=[inbox_sensor, signed_releases],
        resources=resources | dict(overrides or {}),
        executor=dg.in_process_executor,
    )
