"""The questions that only the history of a feed raises (SPEC 5), each a function of a delivery and its past."""

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from math import log10

import polars as pl

from common.clock import in_beijing, stamp
from common.rows import ADDRESS
from common.rules import Finding, Place
from review.landed import SIZED, Landed
from review.past import Past
from review.resent import dropped_rows, older_version, other_month
from review.unusual import unusual

_SLIPS = (3, 4, 8)
"""千元, 万元 and 亿元 are this many powers of ten away from 元."""
_CLOSE_SLIPS, _EXACTLY = (1, 5), 0.04
"""千元 is one from 万元 and five from 亿元: told from a change only where the same keys have almost exactly so much."""
_PROPOSALS = {("万元", 1): "千元", ("千元", 1): "万元", ("千元", 5): "亿元", ("亿元", 5): "千元", ("元", 3): "千元",
              ("元", 4): "万元", ("元", 8): "亿元", ("千元", 3): "元", ("万元", 4): "元",
              ("亿元", 8): "元", ("亿元", 4): "万元", ("平方米", 4): "万平方米", ("万平方米", 4): "平方米"}  # fmt: skip
"""Which other unit lies so many powers of ten away, by the unit of the file."""

_BUILDING_M2 = (500, 500_000)
"""How large buildings are (SPEC 3.3, B01)."""
_MANY_MONTHS = 12
_FEWEST = 10
"""Sizes are compared over at least so many rows; fewer may jump by chance."""

_CUMULATIVE_KEYS = 0.8
_MANY_PEOPLE, _TIMES_USUAL, _ACTIVITIES = 2000, 5, 10
_SAME_AREA = Decimal("0.01")


def ask(landed: Landed, past: Past) -> list[Finding]:
    """Return the questions about a delivery that its history raises, in the order of asking."""
    rules = _QUESTIONS.get(landed.delivery.feed, ())
    asked = [finding for rule in rules if (finding := rule(landed, past)) is not None]
    # what has a rule of its own needs no question about its being unusual
    return asked or _unusual(landed, past)


def _unusual(landed: Landed, past: Past) -> list[Finding]:
    """Ask once where things changed for good: what waits for such an answer itself is a measure for what follows it."""
    asked = list(unusual(landed, past.beside(landed), past.before))
    if not asked or not past.asked:
        return asked
    still = {one.rule_id for one in unusual(landed, past.beside(landed, with_asked=True), past.seen)}
    return [one for one in asked if one.rule_id in still]


def _unit_slip(landed: Landed, past: Past) -> Finding | None:
    """The amounts are a unit larger or smaller than those before (B-NUM-01)."""
    column, keys = SIZED[landed.delivery.feed]
    filled = [one for one in past.beside(landed) if one.report.rows_accepted]
    earlier = [one for one in filled if not one.scopes & landed.scopes] or filled
    ratio, is_matched = _matched_ratio(landed.sizes, [one.sizes for one in earlier[-_MANY_MONTHS:]], keys)
    if ratio is None and landed.delivery.feed == "B01":
        ratio = _building_ratio(landed.sizes)
    if ratio is None or ratio <= 0:
        return None
    power = log10(ratio)
    bounds = dict.fromkeys(_SLIPS, 0.5) | (dict.fromkeys(_CLOSE_SLIPS, _EXACTLY) if is_matched else {})
    signed = ((sign * size, near) for size, near in bounds.items() for sign in (1, -1))
    slip = next((size for size, near in signed if abs(power - size) < near), None)
    if slip is None:
        return None
    known = landed.feed.by_name[column]
    unit = _plain_unit(landed.report.units.get(column, "平方米" if known.type == "area" else "元"))
    facts = {"x": _times(ratio), "u": unit, "p": _PROPOSALS.get((unit, abs(slip)), "?")}
    return Finding("B-NUM-01", "HOLD", Place(column=known.zh), facts=facts)


def _plain_unit(word: str) -> str:
    """Return a unit as it is usually called: 万m2 is 万平方米, and 人民币万 is 万元."""
    plain = word.replace("人民币", "").replace("m2", "平方米")
    return plain if plain.endswith(("元", "平方米", "公顷")) else f"{plain}元"


def _matched_ratio(
    new: pl.DataFrame, earlier: Sequence[pl.DataFrame], keys: Sequence[str]
) -> tuple[float | None, bool]:
    """The median ratio to what the same keys had before; to the medians of all where few keys are the same.

    The second of the pair tells whether it is that of the same keys.
    """
    if new.height < _FEWEST or sum(one.height for one in earlier) < _FEWEST:
        return None, False
    old = pl.concat(earlier)
    usual = old.group_by(keys).agg(pl.col("size").median().alias("usual"))
    both = new.join(usual, on=keys, nulls_equal=True).select(pl.col("size") / pl.col("usual")).to_series()
    is_matched = both.len() >= _FEWEST
    return (_median(both) if is_matched else _median(new["size"]) / _median(old["size"])), is_matched


def _building_ratio(new: pl.DataFrame) -> float | None:
    """What a register without any before it is off by, where its buildings have a building's size in another unit."""
    smallest, largest = _BUILDING_M2
    if new.height < _FEWEST:
        return None
    median = _median(new["size"])
    return next((ratio for ratio in (1e-4, 1e4) if smallest <= median / ratio <= largest), None)


def _times(ratio: float) -> str:
    """Say a ratio in plain digits: 9,950, or 1/9,950."""
    digits = f"{float(f'{max(ratio, 1 / ratio):.3g}'):,.0f}"
    return digits if ratio >= 1 else f"1/{digits}"


def _median(sizes: pl.Series) -> float:
    return float(sizes.to_frame("size").select(pl.col("size").median()).item())


def _cumulative(landed: Landed, past: Past) -> Finding | None:
    """A month holds, enterprise by enterprise, at least what the year's earlier months hold together (B-PER-02)."""
    month = landed.month
    if month is None or month.month < 3 or landed.answered("B-NUM-01"):
        return None
    _, keys = SIZED[landed.delivery.feed]
    prior = [one for one in past.beside(landed) if one.month and one.month.year == month.year and one.month < month]
    if len({one.month for one in prior}) < 2:
        return None
    standing = {one.month: one for one in prior}
    old = pl.concat([one.sizes for one in standing.values()]).group_by(keys).agg(pl.col("amount").sum())
    new = landed.sizes
    paid = old.filter(pl.col("amount") > 0)
    both = paid.join(new, on=keys, nulls_equal=True, suffix="_new")
    reached = both.filter(pl.col("amount_new") >= pl.col("amount")).height
    if paid.height < _FEWEST or reached < _CUMULATIVE_KEYS * paid.height:
        return None
    usual = float(old["amount"].sum() or 0) / len(standing)
    times = float(new["amount"].sum() or 0) / usual if usual else 0.0
    return Finding("B-PER-02", "HOLD", facts={"x": f"{times:.1f}×"})


def _split_building(landed: Landed, past: Past) -> Finding | None:
    """Buildings vanish, appear or change their area at one address, and the area together stays (B-IDN-09)."""
    before = past.beside(landed)
    if not before:
        return None
    columns = ("building_code", "building_name", "address", "gross_area_m2")
    old, new = before[-1].rows(*columns), landed.rows(*columns)
    # one of the parts may keep the name of the whole
    same = ["building_code", "building_name", "gross_area_m2"]
    gone = old.join(new, on=same, how="anti", nulls_equal=True)
    come = new.join(old, on=same, how="anti", nulls_equal=True)
    areas = [
        frame.group_by("address").agg(
            pl.col("building_name").sort().str.join("、").alias("names"), pl.len().alias("n"),
            pl.col("gross_area_m2").sum().alias("area"),
        )
        for frame in (gone, come)
    ]  # fmt: skip
    paired = areas[0].join(areas[1], on="address", suffix="_new").filter(
        (pl.col("n") != pl.col("n_new"))
        & ((pl.col("area") - pl.col("area_new")).abs() <= pl.col("area") * pl.lit(_SAME_AREA))
    )  # fmt: skip
    if paired.is_empty():
        return None
    first = paired.sort("names").row(0, named=True)
    return Finding("B-IDN-09", "HOLD", facts={"a": first["names"], "b": first["names_new"]})


def unchanged_before(landed: Landed, past: Past) -> int:
    """Count how many snapshots in a row before this one, of other days, say exactly the same."""
    before = [one for one in past.beside(landed) if not one.parts & landed.parts]
    count = 0
    for earlier in reversed(before):
        if not landed.report.rows_accepted or not earlier.content.equals(landed.content):
            break
        count += 1
    return count


def _unchanged(landed: Landed, past: Past) -> Finding | None:
    """A snapshot repeats the last two (B-TIM-02)."""
    return Finding("B-TIM-02", "HOLD") if unchanged_before(landed, past) >= 2 else None


def crowds(landed: Landed, past: Past) -> pl.DataFrame:
    """Return the activities whose attendance is far from what their station knows (B-NUM-09): address, n and usual."""
    held = landed.attended.filter(pl.col("status") != "CANCELLED")
    before = [one.attended.select("station", "attendance") for one in past.before]
    known = pl.concat(before) if before else held.select("station", "attendance").clear()
    usual = known.group_by("station").agg(
        pl.col("attendance").quantile(0.99, "higher").alias("usual"), pl.len().alias("activities")
    )
    return (
        held.join(usual, on="station", how="left")
        .filter(
            (pl.col("attendance") > _MANY_PEOPLE)
            | ((pl.col("activities") >= _ACTIVITIES) & (pl.col("attendance") > _TIMES_USUAL * pl.col("usual")))
        )
        .select(*ADDRESS, "attendance", "usual")
    )


def _crowd(landed: Landed, past: Past) -> Finding | None:
    found = crowds(landed, past)
    if found.is_empty():
        return None
    _, sheet, row, attendance, usual = found.row(0)
    known = f"≤{_MANY_PEOPLE}" if usual is None else f"{usual:.0f}"
    column = landed.feed.by_name["attendance"].zh
    return Finding("B-NUM-09", "HOLD", Place(sheet, row, column), str(attendance), {"n": attendance, "m": known})


def not_yet_held(landed: Landed) -> pl.DataFrame:
    """Return the meetings that are called held though their day had not come: address, and when they are."""
    meetings = landed.rows(*ADDRESS, "held_at", "status")
    is_later = pl.col("held_at").dt.date() > in_beijing(landed.delivery.received_at).date()
    when = pl.col("held_at").dt.to_string("%Y-%m-%d %H:%M")
    return meetings.filter(pl.col("status") == "HELD", is_later).select(*ADDRESS, when)


def _plan(landed: Landed, past: Past) -> Finding | None:
    """A meeting that is only planned is reported as held (B-BIZ-15)."""
    del past
    found = not_yet_held(landed)
    if found.is_empty():
        return None
    _, sheet, row, held_at = found.row(0)
    column = landed.feed.by_name["held_at"].zh
    received = stamp(landed.delivery.received_at)[:10]
    return Finding("B-BIZ-15", "HOLD", Place(sheet, row, column), held_at, {"d": received})


Rule = Callable[[Landed, Past], Finding | None]
_QUESTIONS: Mapping[str, tuple[Rule, ...]] = {
    "T01": (older_version, _unit_slip, _cumulative, dropped_rows, other_month),
    "E01": (_unit_slip,),
    "B01": (_unit_slip, dropped_rows, _split_building, _unchanged),
    "O01": (dropped_rows,),
    "A01": (_crowd,),
    "M01": (_plan,),
}
