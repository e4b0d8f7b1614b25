"""The jobs that build: everything from the inbox to a release that waits to be published, and the same for months.

The steps of a job share one process, because each would otherwise import everything again.
"""

from typing import Any

import dagster as dg

from dagster_project.months import SCOPE

EVERYTHING = "everything"
REBUILD = "rebuild"


def build_job() -> Any:
    """Return the job of every run."""
    return dg.define_asset_job(
        EVERYTHING,
        selection=dg.AssetSelection.all() - dg.AssetSelection.assets(SCOPE),
        executor_def=dg.in_process_executor,
        description="收件到待发布批次的全过程 / From the inbox to a release that waits to be published.",
    )


def rebuild_job() -> Any:
    """Return the job that asks for the months of its partitions and then is the other one."""
    return dg.define_asset_job(
        REBUILD,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="重算所选月份,其余同 everything / Makes chosen months anew, otherwise what everything does.",
    )
