"""G-UNIT: a tax level against what was published last, where a slip of the unit shows as a power of ten (SPEC 4.3)."""

from collections.abc import Iterator

import polars as pl

from common.messages import Message
from expectations.gates.facts import SERIES, Broken, Facts, broken, months, without

_LEVELS = ("building_tax_total", "building_tax_district")
_POWERS = (10, 100, 1000, 10_000)
_NEAR = 1.6
"""How far from a power of ten a ratio still is that power with a change of its own."""
_TODO = Message(
    "核对各交付文件的金额单位(元、万元、亿元),在源头更正或用布局写明单位,再运行 louyu run",
    "check the unit of money in the deliveries; correct it at the source or state it in the layout, then run louyu run",
)
_FIRST = Message("此前没有公布过,不作比较", "nothing was published before, so nothing is compared")


def units(facts: Facts) -> Iterator[Broken]:
    """Yield tax levels that lie beyond the ratio to the figure published last: the same, else the period before it.

    Periods of unlike length are compared by the month.
    """
    check = Message("与上一次公布之比,疑为计量单位有误", "against what was published last, which shows a wrong unit")
    if facts.published is None or facts.published.is_empty():
        yield without(check, _FIRST)
        return
    most = facts.limit("G-UNIT", "level_ratio_max")
    monthly = (pl.col("v") / months()).alias("monthly")
    # a level whose caliber changed is compared all the same: the unit of money is no part of it
    series = [name for name in SERIES if name != "caliber"]
    last = (
        facts.published.filter(pl.col("kpi_id").is_in(_LEVELS) & (pl.col("value").cast(pl.Float64) > 0))
        .with_columns(
            pl.col("value").cast(pl.Float64).alias("v"),
            pl.col("window_start").alias("window_start_on"),
            pl.col("window_end").alias("window_end_on"),
        )
        .select(*series, "window_end_on", "period", monthly.alias("before"))
        .rename({"period": "period_before"})
        .sort("window_end_on")
    )
    rows = (
        facts.levels(*_LEVELS)
        .filter(pl.col("v") > 0)
        .with_columns(monthly, most.alias("most"))
        .sort("window_end_on")
        .join_asof(last, on="window_end_on", by=series, strategy="backward", check_sortedness=False)
        .with_columns((pl.col("monthly") / pl.col("before")).alias("ratio"))
        .filter((pl.col("ratio") >= pl.col("most")) | (pl.col("ratio") <= 1 / pl.col("most")))
    )
    found = pl.format("{} ({}, {})", pl.col("ratio").round(6), _power(), pl.col("period_before"))
    yield broken(check, _TODO, rows, pl.format("1/{} – {}", "most", "most"), found)


def _power() -> pl.Expr:
    """Name the power of ten that a ratio is near, either way."""
    size = pl.max_horizontal(pl.col("ratio"), 1 / pl.col("ratio"))
    sign = pl.when(pl.col("ratio") > 1).then(pl.lit("×")).otherwise(pl.lit("÷"))
    said = pl.lit("—")
    for power in _POWERS:
        is_near = (size < power * _NEAR) & (size > power / _NEAR)
        said = pl.when(is_near).then(pl.concat_str(sign, pl.lit(f"{power}"))).otherwise(said)
    return said
