"""G-JUMP: growths, changes of a rate and outliers that are published only with an explanation (SPEC 1.3, 4.3)."""

from collections.abc import Iterator

import polars as pl

from common.messages import Message
from expectations.gates.facts import SERIES, Broken, Facts, broken

_EXPLAIN = Message(
    "核对数据;属实的,用 louyu release note 写明原因(附增减分解),再运行 louyu run",
    "check the data; if they are right say why with louyu release note (with the decomposition) and run louyu run",
)
_HISTORY = 24
"""Months that an outlier is measured against (SPEC 4.3)."""


def jumps(facts: Facts) -> Iterator[Broken]:
    """Yield growths on the year, changes of a rate on the period before, and months far from their history."""
    yield _growths(facts)
    yield _rates(facts)
    yield _outliers(facts)


def _growths(facts: Facts) -> Broken:
    most = facts.limit("G-JUMP", "yoy_max")
    rows = (
        facts.figures.filter(kind="yoy")
        .with_columns(most.alias("most"))
        .filter(pl.col("v").abs() > pl.col("most"))
        .join(decompositions(facts), on=_GROWN, how="left", nulls_equal=True, maintain_order="left")
    )
    check = Message("同比增减不超过上限,否则须附分解与说明", "a growth on the year beyond the limit is explained")
    said = pl.format("|yoy| ≤ {}", "most")
    return broken(check, _EXPLAIN, rows, said, pl.col("value").cast(pl.String), ["decomposition"])


_GROWN = ["change_of", "area_type", "area_code", "period", "base_period"]


def decompositions(facts: Facts) -> pl.DataFrame:
    """Return the components of each growth of tax that is decomposed, as a list of ``COMPONENT=value`` in yuan."""
    return (
        facts.components.filter(pl.col("value").is_not_null())
        .sort("breakdown_code")
        .group_by(_GROWN, maintain_order=True)
        .agg(pl.format("{}={}", "breakdown_code", pl.col("value").cast(pl.Decimal(38, 2))).alias("decomposition"))
    )


def _rates(facts: Facts) -> Broken:
    """Compare a rate with that of the period before, one to date with the same months of the year before.

    A change between rates of few cases says nothing, so both must rest on enough of them.
    """
    most, cases = facts.limit("G-JUMP", "rate_change_max"), facts.limit("G-JUMP", "rate_cases_min")
    shares = (
        facts.figures.filter(pl.col("v").is_not_null(), kind="ratio", unit="%")
        .filter((pl.col("obs_status") != "P") & ~pl.col("is_signed").fill_null(False))
        .with_columns(pl.when(period_type="YTD").then(pl.col("last_on").dt.month()).alias("to_date"))
        .sort("last_on", "figure_key")
    )
    series = [*SERIES, "to_date"]
    earlier = [pl.col(name).shift(1).over(series).alias(f"{name}_before") for name in ("v", "d", "figure_key")]
    rows = (
        shares.with_columns(*earlier, most.alias("most"), cases.alias("cases"))
        .filter(pl.min_horizontal("d", "d_before") >= pl.col("cases"))
        .filter((pl.col("v") - pl.col("v_before")).abs() > pl.col("most"))
        .with_columns(pl.concat_list("figure_key_before").alias("figures"))
    )
    check = Message("比率变动不超过上限,否则须附说明", "a change of a rate beyond the limit is explained")
    found = pl.format("{} → {}", pl.col("v_before").round(8), pl.col("v"))
    return broken(check, _EXPLAIN, rows, pl.format("|Δ| ≤ {}", "most"), found, ["figures"])


def _outliers(facts: Facts) -> Broken:
    most, least = facts.limit("G-JUMP", "z_max"), facts.limit("G-JUMP", "history_months_min")
    before = pl.col("v").shift(1)
    rows = (
        facts.figures.filter(pl.col("v").is_not_null(), kind="level", breakdown_type="_T")
        .filter(pl.col("period_type").is_in(["M", "HM"]) & (pl.col("obs_status") != "P"))
        .sort("last_on", "figure_key")
        .with_columns(
            before.rolling_mean(_HISTORY, min_samples=2).over(SERIES).alias("mean"),
            before.rolling_std(_HISTORY, min_samples=2).over(SERIES).alias("spread"),
            pl.int_range(pl.len()).over(SERIES).alias("months"),
            most.alias("most"),
            least.alias("least"),
        )
        # a history without any spread cannot say what is far from it
        .filter((pl.col("months") >= pl.col("least")) & (pl.col("spread") > 0))
        .with_columns(((pl.col("v") - pl.col("mean")) / pl.col("spread")).alias("z"))
        .filter(pl.col("z").abs() > pl.col("most"))
    )
    check = Message("与近24个月相比不离群,否则须附说明", "a month far from the 24 before it is explained")
    found = pl.format("{} (z = {})", pl.col("value"), pl.col("z").round(1))
    said = pl.format("|z| ≤ {} ({} ± {})", "most", pl.col("mean").round(2), pl.col("spread").round(2))
    return broken(check, _EXPLAIN, rows, said, found)
