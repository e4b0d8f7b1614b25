"""Months of a district that somebody asks to be made anew: Dagster's partitions, seen as rows of ``ops.build_scope``.

Choosing partitions writes these rows and does nothing else. Whoever builds next makes those months anew and closes the
rows, so a backfill that died is finished by any later run (DESIGN 2.5).
"""

import warnings
from collections.abc import Iterable, Mapping
from datetime import date, datetime

import dagster as dg

from common.clock import now
from common.home import Home
from common.messages import LouyuError
from dagster_project.run import Run

SCOPE = dg.AssetKey(["warehouse", "build_scope"])
_PARTITION = "dagster/partition"
_PARTITION_TAGS = (_PARTITION, "dagster/asset_partition_range_start", "dagster/asset_partition_range_end")


class Months(dg.MultiPartitionsDefinition):
    """Districts by months.

    A run is told of its partition by the key alone: the tags of each dimension would stay with the run of a range,
    where Dagster 1.13 takes them from the first key and reads them as the only one.
    """

    def get_tags_for_partition_key(self, partition_key: str) -> Mapping[str, str]:
        return {_PARTITION: partition_key}


def months_between(districts: Iterable[str], first: date) -> Months:
    """Return the partitions of some districts: every month from the first one to the last that is over."""
    return Months(
        {
            "district": dg.StaticPartitionsDefinition(sorted(districts)),
            "month": dg.MonthlyPartitionsDefinition(
                datetime(first.year, first.month, 1), fmt="%Y-%m", timezone="Asia/Shanghai"
            ),
        }
    )


NO_MONTHS = months_between([], date(2020, 1, 1))


def months_of(home: Home) -> Months:
    """Return what can be asked of a home: its district, or those of a city's, from the first month delivered on.

    The first month is that of the earliest period of a feed that comes by periods. New months need no new
    definitions, earlier ones are seen when the definitions are loaded again.
    """
    from warehouse.cut import NothingKnown, choose_cut

    found: dict[str, date] = {}
    for place in home.districts:
        try:
            cut = choose_cut(place)
        except NothingKnown:
            continue
        periods = [part.first for part in cut.coverage if part.kind == "PERIOD_REPLACE"]
        found[cut.district if place == home else place.root.name] = min(periods, default=cut.as_of)
    return months_between(found, min(found.values(), default=now().date()))


def home_asked(home: Home, tags: Mapping[str, str]) -> Home:
    """Return the home that a run's partitions are of: of a city's home that of the district, else the home itself.

    Raises LouyuError where they are of several districts: a run is one writer in one home.
    """
    districts = sorted({tags[name].partition("|")[0] for name in _PARTITION_TAGS if name in tags})
    if len(districts) > 1:
        told = "、".join(districts)
        raise LouyuError(
            f"一次运行只重算一个区的月份,所选为 {told}。请逐区选择。",
            f"A run makes months of one district anew, and {told} were chosen. Choose one district at a time.",
        )
    inner = {place.root.name: place for place in home.districts if place != home}
    return next((inner[code] for code in districts if code in inner), home)


def scope_asset(months: Months) -> dg.AssetsDefinition:
    """Return the asset whose partitions are the months; any number of them is one run."""
    with warnings.catch_warnings():
        # Dagster says of its backfill policies that they are beta, which tells whoever runs Louyu nothing
        warnings.simplefilter("ignore", dg.BetaWarning)
        declare = dg.asset(
            key=SCOPE, partitions_def=months, backfill_policy=dg.BackfillPolicy.single_run(), group_name="identity",
            owners=["team:data-engineering"],
            description="要求重算的月份 / The months that somebody asks to be made anew by the next build.",
        )  # fmt: skip

    @declare
    def build_scope(context: dg.AssetExecutionContext, run: dg.ResourceParam[Run]) -> dg.MaterializeResult[None]:
        asked = [months.get_partition_key_from_str(key).keys_by_dimension for key in context.partition_keys]
        district = asked[0]["district"]
        return dg.MaterializeResult(
            metadata={"asked": run.ask(district, [date.fromisoformat(f"{key['month']}-01") for key in asked])}
        )

    return build_scope
