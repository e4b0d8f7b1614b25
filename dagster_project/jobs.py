"""The one job: everything from the inbox to a release that waits to be published."""

from typing import Any

import dagster as dg

EVERYTHING = "everything"


def build_job() -> Any:
    """Return the job; its steps share one process, because each would otherwise import everything again."""
    return dg.define_asset_job(
        EVERYTHING,
        selection=dg.AssetSelection.all(),
        executor_def=dg.in_process_executor,
        description="收件到待发布批次的全过程 / From the inbox to a release that waits to be published.",
    )
