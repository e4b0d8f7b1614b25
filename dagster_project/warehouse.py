"""The assets between feeds and dbt: identities, and the sources that dbt reads."""

from collections.abc import Iterator

import dagster as dg

from common.contracts import feeds
from dagster_project.feeds import feed_key
from dagster_project.months import SCOPE
from dagster_project.run import IDENTITY_TABLES, Run

SOURCES = dg.AssetKey(["warehouse", "sources"])

_DESCRIPTIONS = {
    "xref_enterprise": "原始代码与名称对应的企业 / The enterprise that a raw code and name mean.",
    "xref_building": "原始名称与点位对应的楼宇 / The building that a raw name or place means.",
    "quarantine": "待人工处理的行;为空即正常 / Rows that wait for a person or another feed; empty in a healthy run.",
}


def identity_key(table: str) -> dg.AssetKey:
    """Return the asset of an identity table."""
    return dg.AssetKey(["identity", table])


@dg.multi_asset(
    name="identity",
    specs=[
        dg.AssetSpec(identity_key(table), deps=[feed_key(feed) for feed in feeds()], group_name="identity",
                     owners=["team:data-engineering"], description=_DESCRIPTIONS[table])
        for table in IDENTITY_TABLES
    ],
)  # fmt: skip
def identity(run: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult[None]]:
    """Resolve raw keys at the run's cut."""
    for table, rows in run.resolve().items():
        yield dg.MaterializeResult(asset_key=identity_key(table), metadata={"rows": rows})


@dg.asset(
    key=SOURCES, deps=[SCOPE, *(identity_key(table) for table in IDENTITY_TABLES)], group_name="identity",
    owners=["team:data-engineering"],
    description="本次运行的截点与 dbt 数据源 / The run's cut, and the sources that dbt reads.",
)  # fmt: skip
def sources(run: dg.ResourceParam[Run]) -> dg.MaterializeResult[None]:
    """Load dbt's sources at the run's cut."""
    run.load()
    cut = run.cut
    return dg.MaterializeResult(
        metadata={"build": cut.build, "as_of": str(cut.as_of), "known_at": str(cut.known_at), "district": cut.district}
    )
