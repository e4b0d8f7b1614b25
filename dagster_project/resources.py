"""What assets are given: the steps of one run over one home."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import dagster as dg

from common.clock import parse_moment
from common.home import find_home
from dagster_project.months import home_asked
from dagster_project.run import Run

_TEXT = dg.Field(str, default_value="", is_required=False)


@dg.resource(
    config_schema={"home": _TEXT, "inbox": _TEXT, "as_of": _TEXT, "known_at": _TEXT},
    description="一次运行的步骤;空值取 louyu run 的默认值 / The steps of a run; empty means the default of louyu run.",
)
def run_resource(context: dg.InitResourceContext) -> Iterator[Run]:
    """Give all assets of a process the steps of one run, and hold the home's lock for as long as they work."""
    asked = context.resource_config
    home = home_asked(
        find_home(Path(asked["home"]) if asked["home"] else None), context.run.tags if context.run else {}
    )
    run = Run(
        home,
        Path(asked["inbox"]) if asked["inbox"] else home.inbox,
        date.fromisoformat(asked["as_of"]) if asked["as_of"] else None,
        parse_moment(asked["known_at"]) if asked["known_at"] else None,
    )
    with home.writer("dagster"):
        try:
            yield run
        finally:
            run.close()
