"""Feed assets: one for each contract, all made in one step; and the landing that they stand on."""

from collections import Counter
from collections.abc import Iterator, Sequence

import dagster as dg

from common.contracts import Feed, feeds
from common.deliveries import Report
from dagster_project.run import Run

LANDING = dg.AssetKey(["inbox", "landing"])


@dg.asset(
    key=LANDING,
    group_name="inbox",
    owners=["team:data-engineering"],
    description="收件登记:原始文件、清单与台账 / Arrivals as received, with manifest and ledger event.",
)
def landing(run: dg.ResourceParam[Run]) -> dg.MaterializeResult[None]:
    """Record what is new in the inbox."""
    return dg.MaterializeResult(metadata={"new_arrivals": run.land()})


def feed_key(feed: str) -> dg.AssetKey:
    """Return the asset of a feed's landed rows."""
    return dg.AssetKey(["feed", feed])


def feed_assets() -> dg.AssetsDefinition:
    """Return the feed assets of all contracts, made in one step: no feed waits for the last file of another."""

    @dg.multi_asset(name="feeds", specs=[_spec(feed) for feed in feeds().values()], can_subset=True)
    def parsed(context: dg.AssetExecutionContext, run: dg.ResourceParam[Run]) -> Iterator[dg.MaterializeResult[None]]:
        wanted = [feed for feed in feeds() if feed_key(feed) in context.selected_asset_keys]
        for feed, reports in run.parse(wanted):
            yield dg.MaterializeResult(asset_key=feed_key(feed), metadata=feed_metadata(reports))

    return parsed


def _spec(feed: Feed) -> dg.AssetSpec:
    return dg.AssetSpec(
        feed_key(feed.id),
        deps=[LANDING],
        group_name="feeds",
        owners=["team:data-engineering"],
        description=f"{feed.name.zh} / {feed.name.en}\n\n{feed.description.zh}\n\n{feed.description.en}",
        metadata={"owner": f"{feed.owner.zh} / {feed.owner.en}", "kind": feed.kind, "cadence": feed.cadence},
    )


def feed_metadata(reports: Sequence[Report]) -> dict[str, dg.MetadataValue]:
    """Say what became of a feed's deliveries, and where its newest one came from."""
    statuses = Counter(report.status for report in reports)
    counts = {
        "rows_read": sum(report.rows_read for report in reports),
        "rows_accepted": sum(report.rows_accepted for report in reports),
        "rows_quarantined": sum(report.rows_quarantined for report in reports),
        "rows_set_aside": sum(report.rows_set_aside for report in reports),
    }
    return {
        **{name: dg.MetadataValue.int(number) for name, number in counts.items()},
        **{f"deliveries_{status.lower()}": dg.MetadataValue.int(number) for status, number in statuses.items()},
        "deliveries": dg.MetadataValue.json([report.delivery_id for report in reports]),
    }
