"""What is unusual about a delivery beside those of its feed before it (L-HIS): asked once, answered by a clerk.

A department may well have half as many cases as usual, so nothing is refused; but a list that lost a street, came from
another month's query or has a column filled in wrongly looks exactly like this, and no figure made of it shows it. Each
question has a history to rest on, and enough rows: small lists and young feeds are not asked.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import pairwise
from statistics import median

import polars as pl

from common.rules import Finding, Place
from review.landed import SIZED, Landed
from review.profiles import NUMBERS, TAX_KEYS, again, drift, mix, once, parts, payers, twins

UNUSUAL = "L-HIS-"
"""How the ids of these rules begin."""
_MONTHS, _FEWEST_MONTHS, _FEWEST_ROWS = 12, 6, 30
"""What is usual rests on so many deliveries at most and so many at least, with at least so many rows."""
_TIMES, _SPREADS, _BEYOND, _RECENT = 2.5, 4.0, 1.5, 3
"""How far the number of rows may be from the usual: by a factor, by the spread of the months before, and beyond the
least and the most of them."""
_NORMAL = 1.4826
"""A normal spread is so many times the median distance from the median."""
_MIX, _MIX_SPREADS, _ALWAYS = 0.2, 5.0, 10
_FEWEST_SNAPSHOTS, _FEWEST_CHANGES, _SOME_CHANGES, _MEMBERS = 3, 10, 3, 5
_FEWEST_CHANGED, _SHORT_LIST, _PART_OF_SHORT = 5, 10, 0.4
_GONE, _COME, _CHANGED, _TIMES_BEFORE = 0.08, 0.25, 0.10, 3.0
_VERSIONS = 5
_TWINS, _ECHOES, _TIMES_TWINS, _AGAIN = 0.10, 0.4, 2.0, 0.10
_SHARE, _LOST, _LOST_PART = 0.5, 0.08, 0.05
_LARGER: Mapping[str, float] = {"T01": 20, "B01": 3}
_LARGE_PART, _UNIT_SLIP, _STEADY = 0.005, 1000, 100

History = Sequence[Landed]


def unusual(landed: Landed, beside: History, feed: History) -> Iterator[Finding]:
    """Yield the questions that the deliveries before it raise about one: those of the same parts, and all of its feed.

    Corrections and versions of a period that is known already are compared with that period elsewhere (B-COR-01).
    """
    before = [one for one in beside if one.report.rows_accepted and not one.adds]
    known = landed.parts and any(one.parts & landed.parts for one in before)
    if landed.adds or known or not landed.report.rows_accepted:
        return
    for rule in (*_OF_KIND[landed.feed.kind], *_OF_FEED.get(landed.delivery.feed, ())):
        yield from rule(landed, before)
    yield from _twins(landed, [one for one in feed if one.report.rows_accepted and not one.adds])


def _firsts(before: History) -> History:
    """Return the first delivery of each period: what is known later of a month is no measure for a first report."""
    found: dict[object, Landed] = {}
    for one in before:
        found.setdefault(one.parts or one, one)
    return list(found.values())[-_MONTHS:]


def _of_like_span(landed: Landed, history: History) -> History:
    """Return the deliveries that are a measure for one: pulls hold what was new since the pull before, be it a day's or
    a month's."""
    if landed.feed.kind != "VERSIONS" or len(history) < _FEWEST_MONTHS:
        return history
    received = [one.delivery.received_at for one in (*history, landed)]
    gaps = [later - earlier for earlier, later in pairwise(received)]
    of_each = zip(history, (gaps[0], *gaps), strict=False)
    return [one for one, gap in of_each if gap <= 2 * gaps[-1] and gaps[-1] <= 2 * gap]


def _rows(landed: Landed, before: History) -> Iterator[Finding]:
    """Far fewer or far more rows than usual, than in the newest months and than in the same month of last year."""
    history = _of_like_span(landed, _firsts(before))
    counts = [one.report.rows_accepted for one in history]
    if len(counts) < _FEWEST_MONTHS or (usual := median(counts)) < _FEWEST_ROWS:
        return
    found = landed.report.rows_accepted
    if landed.feed.kind == "VERSIONS" and found < _FEWEST_CHANGES:
        # a few tickets are told of again whenever something about them changes
        return
    spread = max(_NORMAL * median(abs(count - usual) for count in counts), usual**0.5)
    # what shrinks or grows from month to month is near its newest months
    earlier = [one.report.rows_accepted for one in before if one in history[-_RECENT:] or _is_year_before(one, landed)]
    near = any(1 / _TIMES <= found / number <= _TIMES for number in (usual, *earlier))
    near |= min(counts) / _BEYOND <= found <= max(counts) * _BEYOND
    if not near and abs(found - usual) > _SPREADS * spread:
        yield Finding("L-HIS-ROWS", "HOLD", facts={"n": found, "m": f"{usual:.0f}"})


def _is_year_before(one: Landed, landed: Landed) -> bool:
    now, then = landed.month, one.month
    return bool(now and then and (now.year - 1, now.month) == (then.year, then.month))


def _values(landed: Landed, before: History) -> Iterator[Finding]:
    """One value of a column is much more or much less frequent than it ever was, or has gone."""
    periods = {one.parts or one for one in _of_like_span(landed, _firsts(before))}
    # later versions of a month too: what is open in its first report may be closed in another's
    history = [one for one in before if (one.parts or one) in periods and one.report.rows_accepted >= _FEWEST_ROWS]
    # a ticket stands in a pull with each of its versions, and they are alike
    fewest = _FEWEST_ROWS * (_VERSIONS if landed.feed.kind == "VERSIONS" else 1)
    if len(history) < _FEWEST_MONTHS or landed.report.rows_accepted < fewest:
        return
    usual = (
        pl.concat(mix(one).lazy() for one in history)
        .group_by("column", "value")
        .agg(
            (pl.col("share").sum() / len(history)).alias("usual"),
            ((pl.col("share") ** 2).sum() / len(history)).alias("square"),
            pl.col("share").max().alias("most"),
            pl.when(pl.len() == len(history)).then(pl.col("share").min()).otherwise(0.0).alias("least"),
            pl.when(pl.len() == len(history)).then(pl.col("rows").min()).otherwise(0).alias("fewest"),
        )
    )
    now = mix(landed).lazy()
    both = (
        now.drop("of").join(usual, on=["column", "value"], how="full", coalesce=True, nulls_equal=True)
        .with_columns(pl.col("rows", "share", "usual", "square", "most", "least", "fewest").fill_null(0))
        .join(now.select("column", "of").unique(), on="column")
        .filter(pl.col("of") >= fewest)
    )  # fmt: skip
    share, total = pl.col("share"), pl.col("of")
    spread = pl.max_horizontal(
        (pl.col("square") - pl.col("usual") ** 2).clip(lower_bound=0).sqrt(),
        (pl.col("usual") * (1 - pl.col("usual")) / total).clip(lower_bound=0).sqrt(),
    )
    is_far = ((share - pl.col("usual")).abs() > _MIX) & ((share - pl.col("usual")).abs() > _MIX_SPREADS * spread)
    is_far &= (share > pl.col("most")) | (share < pl.col("least"))
    # a column that was never filled before is new, not wrong
    is_far &= ~((pl.col("value").is_null()) & (pl.col("least") == 1)) & (pl.col("most") > 0)
    is_gone = (pl.col("rows") == 0) & (pl.col("fewest") >= _ALWAYS) & (pl.col("usual") * total >= 2 * _ALWAYS)
    found = both.filter(is_far | is_gone).sort((share - pl.col("usual")).abs(), descending=True)
    likeliest = found.select("column", "value", "share", "usual").head(1).collect()
    for column, value, part, often in likeliest.iter_rows():
        known = landed.feed.by_name[column]
        facts = {"v": _word(landed, column, value), "p": f"{100 * part:.0f}", "m": f"{100 * often:.0f}"}
        yield Finding("L-HIS-MIX", "HOLD", Place(column=known.zh), facts=facts)


def _word(landed: Landed, column: str, value: str | None) -> str:
    """Return a value as the office writes it."""
    known = landed.feed.by_name[column].values
    return "空 / empty" if value is None else known[value].zh if value in known else value


def _snapshot(landed: Landed, before: History) -> Iterator[Finding]:
    """Rows of the snapshot before are gone, new ones came, or a column changed, far beyond what is usual; or nothing
    changed where something always did."""
    snapshots = _firsts(before)
    rows = snapshots[-1].report.rows_accepted if snapshots else 0
    if len(snapshots) < _FEWEST_SNAPSHOTS or rows < _SHORT_LIST:
        return
    pairs = [drift(one, other) for one, other in pairwise(snapshots)]
    now = drift(snapshots[-1], landed)
    always = all(pair["rows"].sum() >= _SOME_CHANGES for pair in pairs)
    # the register of buildings may stay as it is for a month (B-TIM-02)
    if always and not now["rows"].sum() and landed.delivery.feed != "B01":
        yield Finding("B-TIM-02", "HOLD")
    usual = pl.concat(pairs).group_by("what").agg(pl.col("share").max())
    now = now.join(usual, on="what", how="left", suffix="_before")
    least = pl.col("what").replace_strict(
        {"#gone": _GONE, "#come": _COME, "#part": 0.0}, default=_CHANGED, return_dtype=pl.Float64
    )
    fewest = _FEWEST_CHANGES if rows >= _FEWEST_ROWS else _FEWEST_CHANGED
    # of a short list it takes a good part
    least = pl.when(rows >= _FEWEST_ROWS).then(least).otherwise(pl.max_horizontal(least, _PART_OF_SHORT))
    found = now.filter(
        (pl.col("rows") >= fewest)
        & (pl.col("share") > least)
        & (pl.col("share") > _TIMES_BEFORE * pl.col("share_before").fill_null(0))
    ).sort("share", "what", descending=[True, False])
    for what, count, share, often in found.select("what", "rows", "share", "share_before").head(1).iter_rows():
        facts = {"n": count, "p": f"{100 * share:.0f}", "m": f"{100 * (often or 0):.1f}"}
        if what in ("#gone", "#part"):
            yield Finding("L-HIS-GONE", "HOLD", facts=facts)
        elif what == "#come":
            yield Finding("L-HIS-COME", "HOLD", facts=facts)
        else:
            yield Finding("L-HIS-CHANGED", "HOLD", Place(column=landed.feed.by_name[what].zh), facts=facts)


def _vanished(landed: Landed, before: History) -> Iterator[Finding]:
    """A member of an enumeration that each of the newest snapshots had in many rows stands in none of them any more."""
    snapshots = _firsts(before)[-_FEWEST_MONTHS:]
    if len(snapshots) < _FEWEST_SNAPSHOTS or landed.report.rows_accepted < _FEWEST_ROWS:
        return
    members = [name for name, column in landed.feed.by_name.items() if column.type in ("enum", "boolean")]
    always = (
        pl.concat(mix(one).lazy() for one in snapshots)
        .filter(pl.col("column").is_in(members) & pl.col("value").is_not_null())
        .group_by("column", "value").agg(pl.col("rows").min(), pl.len().alias("lists"))
        .filter((pl.col("lists") == len(snapshots)) & (pl.col("rows") >= _MEMBERS))
    )  # fmt: skip
    now = mix(landed).lazy()
    gone = always.join(now, on=["column", "value"], how="anti").sort("rows", "column", descending=[True, False])
    for column, value, rows in gone.select("column", "value", "rows").head(1).collect().iter_rows():
        usual = 100 * rows / snapshots[-1].report.rows_accepted
        facts = {"v": _word(landed, column, value), "p": "0", "m": f"{usual:.0f}"}
        yield Finding("L-HIS-MIX", "HOLD", Place(column=landed.feed.by_name[column].zh), facts=facts)


def _twins(landed: Landed, before: History) -> Iterator[Finding]:
    """Many more rows than ever repeat others in everything but their number, or their number and their day.

    Those of another day stand in the same list, or in the list before, which is the list of another month then.
    """
    history = _firsts(before)
    if landed.delivery.feed not in NUMBERS or len(history) < _FEWEST_MONTHS:
        return
    alone: list[tuple[Landed, Landed | None]] = [(one, None) for one in history]
    after: list[tuple[Landed, Landed | None]] = [(later, one) for one, later in pairwise(history)]
    for kind, other, pairs, most in (
        ("number", None, alone, _TWINS), ("day", None, alone, _ECHOES), ("day", history[-1], after, _ECHOES),
    ):  # fmt: skip
        found = twins(landed, kind, other)
        usual = max(twins(one, kind, beside) / max(one.report.rows_accepted, 1) for one, beside in pairs)
        if found >= _FEWEST_CHANGES and found > max(most, _TIMES_TWINS * usual) * landed.report.rows_accepted:
            yield Finding("L-HIS-TWINS", "HOLD", facts={"n": found})
            return


def _again(landed: Landed, before: History) -> Iterator[Finding]:
    """Vouchers that another month's list has already."""
    history = _firsts(before)
    if len(history) < _FEWEST_MONTHS:
        return
    # an office that numbers each list from one repeats itself every month
    usual = max(again(later, earlier)[1] for earlier, later in pairwise(history))
    for earlier in reversed(history[-_RECENT:]):
        repeated, share = again(landed, earlier)
        if repeated >= _FEWEST_CHANGES and share > max(_AGAIN, _TIMES_TWINS * usual):
            yield Finding("L-HIS-AGAIN", "HOLD", facts={"n": repeated, "f": earlier.delivery.path})
            return


def _shares(landed: Landed, before: History) -> Iterator[Finding]:
    """The district's part of a tax is not what it was in the months before."""
    history = _firsts(before)
    if len(history) < _FEWEST_MONTHS:
        return
    part = pl.col("part")
    earlier = pl.concat(parts(one).lazy() for one in history).group_by("tax_type").agg(
        part.median().alias("usual"), part.min().alias("least"), part.max().alias("most")
    )  # fmt: skip
    now = parts(landed).lazy().filter(pl.col("rows") >= _FEWEST_ROWS).join(earlier, on="tax_type")
    is_far = (part - pl.col("usual")).abs() > _SHARE * pl.col("usual").abs()
    is_far &= ~part.is_between("least", "most")
    for tax, part, usual in now.filter(is_far).sort("rows", "tax_type", descending=True).select(
        "tax_type", "part", "usual"
    ).head(1).collect().iter_rows():  # fmt: skip
        facts = {"v": _word(landed, "tax_type", tax), "p": f"{100 * part:.1f}", "m": f"{100 * usual:.1f}"}
        yield Finding("L-HIS-SHARE", "HOLD", Place(column=landed.feed.by_name["amount_district"].zh), facts=facts)


def _lost_payers(landed: Landed, before: History) -> Iterator[Finding]:
    """Enterprises that were in each of the last lists are in this one no more: many, or one of weight."""
    history = _firsts(before)
    if len(history) < _FEWEST_MONTHS:
        return
    lists = [payers(one) for one in (*history[-_FEWEST_MONTHS:], landed)]
    *earlier, (gone, steady) = (_missing(lists[at - _RECENT : at], lists[at]) for at in range(_RECENT, len(lists)))
    if steady < _FEWEST_ROWS:
        return
    usual = max(lost.height / max(count, 1) for lost, count in earlier)
    heavy = _heavy(gone) if all(_heavy(lost).is_empty() for lost, _ in earlier) else gone.clear()
    many = gone.height >= _FEWEST_CHANGES and gone.height > max(_LOST, _TIMES_BEFORE * usual) * steady
    if many or heavy.height:
        named = (heavy if heavy.height else gone).sort("amount", "payer", descending=True)["payer"][0]
        yield Finding("L-HIS-PAYERS", "HOLD", facts={"n": gone.height, "ex": named})


def _heavy(gone: pl.DataFrame) -> pl.DataFrame:
    return gone.filter(pl.col("amount") > _LOST_PART * pl.col("all"))


def _missing(earlier: Sequence[pl.DataFrame], now: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return who was in each earlier list and is not in this one, with the least that they paid, and how many were."""
    steady = (
        pl.concat(earlier).group_by("payer")
        .agg(pl.col("amount").min(), pl.col("all").mean(), pl.len().alias("lists"))
        .filter(pl.col("lists") == len(earlier))
    )  # fmt: skip
    return steady.join(now, on="payer", how="anti"), steady.height


def _large(landed: Landed, before: History) -> Iterator[Finding]:
    """One amount of weight is many times what the same key ever had before, more so than any of the newest months."""
    history = _firsts(before)
    if len(history) < _FEWEST_MONTHS or not landed.sizes.height:
        return
    feed = landed.delivery.feed
    outgrown = (_outgrown(history[:at], history[at])["times"].max() for at in range(-_RECENT, 0))
    usual = max((float(str(times)) for times in outgrown if times is not None), default=0.0)
    found = _outgrown(history, landed).filter(pl.col("times") > max(_LARGER[feed], _TIMES_BEFORE * usual))
    if found.is_empty():
        return
    column, names = SIZED[feed]
    row = found.sort("size", descending=True).row(0, named=True)
    named = " ".join(str(row[name]) for name in names if row[name] is not None)
    facts = {"x": f"{row['times']:.0f}", "ex": named, "p": f"{100 * row['part']:.1f}"}
    value = str(Decimal(str(row["size"])).quantize(Decimal("0.01")))
    yield Finding("L-HIS-LARGE", "HOLD", Place(column=landed.feed.by_name[column].zh), value, facts)


def _outgrown(history: History, landed: Landed) -> pl.DataFrame:
    """Return the sizes of weight in a delivery with how many times the most before they are."""
    return once(landed, ("outgrown", *history), lambda: _outgrowing(history, landed))


def _outgrowing(history: History, landed: Landed) -> pl.DataFrame:
    feed = landed.delivery.feed
    keys = TAX_KEYS if feed == "T01" else list(SIZED[feed][1])
    most = pl.concat(one.sizes for one in history).group_by(keys).agg(
        pl.col("size").max().alias("most"), pl.col("size").min().alias("least"), pl.len().alias("months")
    )  # fmt: skip
    is_other_unit = (pl.col("size") >= _UNIT_SLIP * pl.col("most")) & (pl.col("most") < _STEADY * pl.col("least"))
    return (
        landed.sizes.with_columns((pl.col("size") / pl.col("size").sum()).alias("part"))
        .join(most.filter(pl.col("months") >= _FEWEST_SNAPSHOTS), on=keys, nulls_equal=True)
        .with_columns((pl.col("size") / pl.col("most")).alias("times"))
        # a refund may be of any size (B-NUM-04), and rows of another unit wait where that can be told (B-NUM-02)
        .filter((pl.col("part") > _LARGE_PART) & (pl.col("amount") > 0) & ~is_other_unit)
    )


Rule = Callable[[Landed, History], Iterator[Finding]]
_OF_KIND: Mapping[str, Sequence[Rule]] = {
    "FULL_SNAPSHOT": (_snapshot, _vanished), "PERIOD_REPLACE": (_rows, _values), "VERSIONS": (_rows, _values),
    "DELTA": (),
}  # fmt: skip
_OF_FEED: Mapping[str, Sequence[Rule]] = {"T01": (_again, _shares, _lost_payers, _large), "B01": (_large,)}
