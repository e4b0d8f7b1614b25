"""G-SDC for counts of class A: too few to be printed, and rates of too few cases (SPEC 4.4)."""

from collections.abc import Iterator

import polars as pl

from common.messages import Message
from expectations.gates.facts import Broken, Facts, broken

_MERGE = Message(
    "不予公布;可与相邻类别或时期合并", "it is not published; it may be merged with a neighbour or a longer period"
)


def small(facts: Facts) -> Iterator[Broken]:
    """Yield counts above nothing and below the least, and rates of fewer cases than the least."""
    count, cases = facts.limit("G-SDC", "count_min"), facts.limit("G-SDC", "rate_cases_min")
    of_class = facts.figures.filter(pl.col("v").is_not_null(), sdc_class="A").with_columns(
        count.alias("least"), cases.alias("cases")
    )
    counts = of_class.filter((pl.col("kind") == "level") & (pl.col("v") > 0) & (pl.col("v") < pl.col("least")))
    yield broken(
        Message("计数不低于最小频数", "a count reaches the minimum frequency"), _MERGE, counts,
        pl.format("0, ≥ {}", "least"), pl.format("< {}", "least"),
    )  # fmt: skip
    rates = of_class.filter((pl.col("kind") == "ratio") & (pl.col("unit") == "%") & (pl.col("d") < pl.col("cases")))
    yield broken(
        Message("比率的分母不低于最小数", "a rate rests on enough cases"), _MERGE, rates,
        pl.format("≥ {}", "cases"), pl.format("< {}", "cases"),
    )  # fmt: skip
