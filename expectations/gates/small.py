"""G-SDC: disclosure control has spoken, and what is too small is among what it suppresses (SPEC 4.4)."""

from collections.abc import Iterator

import polars as pl

from common.messages import LouyuError, Message
from expectations.gates.facts import Broken, Facts, broken

_AGAIN = Message("不予公布;请重新运行 louyu run,仍如此则联系数据工程师",
                 "it is not published; run louyu run again, and tell the data engineers if it stays")  # fmt: skip


def small(facts: Facts) -> Iterator[Broken]:
    """Yield counts below the least and rates of fewer cases than the least that are not suppressed.

    Raises LouyuError where disclosure control has not spoken on the candidate: then the gate cannot.
    """
    if facts.hidden is None:
        raise LouyuError("尚未经保密审查", "disclosure control has not spoken on the candidate")
    count, cases = facts.limit("G-SDC", "count_min"), facts.limit("G-SDC", "rate_cases_min")
    is_open = ~pl.col("figure_key").is_in(sorted(facts.hidden))
    of_class = facts.figures.filter(pl.col("v").is_not_null(), is_open, sdc_class="A").with_columns(
        count.alias("least"), cases.alias("cases")
    )
    counts = of_class.filter((pl.col("kind") == "level") & (pl.col("v") > 0) & (pl.col("v") < pl.col("least")))
    yield broken(
        Message("计数不低于最小频数", "a count reaches the minimum frequency"), _AGAIN, counts,
        pl.format("0, ≥ {}", "least"), pl.format("< {}", "least"),
    )  # fmt: skip
    rates = of_class.filter((pl.col("kind") == "ratio") & (pl.col("unit") == "%") & (pl.col("d") < pl.col("cases")))
    yield broken(
        Message("比率的分母不低于最小数", "a rate rests on enough cases"), _AGAIN, rates,
        pl.format("≥ {}", "cases"), pl.format("< {}", "cases"),
    )  # fmt: skip
