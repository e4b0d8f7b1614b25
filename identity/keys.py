"""The distinct raw keys of every feed to enterprises, and what is worth saying of them (B-IDN-01 to 05, 07)."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime

import polars as pl

from common.contracts import feeds
from common.findings import findings_frame
from common.notes import Addressed, counts, told_once_each
from common.rows import FULL_ADDRESS
from common.rules import Finding, Place
from common.text import name_key
from identity.enterprises import XREF_SCHEMA, Match, by_code, by_name, is_person
from identity.labels import Exceptions, judge
from identity.register import ALWAYS, Register, Statement
from identity.renames import renamed
from identity.twins import kept_apart

Rows = Callable[..., pl.DataFrame]
"""Reads the address and some columns of a feed's rows."""


@dataclass(frozen=True, slots=True)
class Subject:
    """How the rows of a feed tell of an enterprise: the column of its name, and what dates it.

    The name is as it was on the row's own date, else on the day that the list shows. Whatever is not identified waits,
    where the row means nothing without it.
    """

    name: str
    on: str | None = None
    is_month: bool = False
    is_needed: bool = True
    """Whether a row that means no enterprise waits: who signed in for nobody still signed in."""


SUBJECTS = {
    "E01": Subject("name"),
    "O01": Subject("enterprise_name"),
    "T01": Subject("taxpayer_name", "treasury_month", is_month=True),
    "R01": Subject("enterprise_name", "grant_date"),
    "R02": Subject("enterprise_name"),
    "A02": Subject("enterprise_name", "signed_at", is_needed=False),
    "V01": Subject("enterprise_name", "visited_on", is_needed=False),
}
"""The feeds whose rows are about an enterprise; core joins them to the xref by the same dates."""


@dataclass(frozen=True, slots=True)
class Shown:
    """When a delivery was received, Beijing time, what decides between two of one moment, and the day it shows."""

    received_at: datetime
    order: tuple[int, str] = (0, "")
    day: date | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    """What a key means in a time, and for whom it was looked up."""

    match: Match
    valid_from: date = ALWAYS[0]
    valid_to: date = ALWAYS[1]


_Key = tuple[str, str]
_ABOUT_NAMES = ("B-IDN-05", "B-IDN-07")
_STATED = ("uscc", "reg_no", "org_code", "name", "former_name", "established_on", "status_date")
_KEY = ("delivery_id", "code", "name", "on")


def resolve_enterprises(
    rows: Rows, shown: Mapping[str, Shown], exceptions: Exceptions
) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return the xref of enterprises (XREF_SCHEMA), and the findings of each feed (FINDING_SCHEMA).

    A row whose key means nobody waits and is told of by itself; of a key that was read with a note each delivery
    hears once, at its first row. Where a feed does not need the enterprise, nothing waits for it.
    """
    order = _order(shown)
    register = Register(_statements(rows("E01", *_STATED), shown, order, exceptions))
    found: dict[_Key, list[_Found]] = {}
    told = []
    for feed, subject in SUBJECTS.items():
        told_of = rows(feed, *dict.fromkeys(("uscc", subject.name, subject.on or "uscc")))
        # a row that names nobody has nothing to look up
        raw = _keyed(told_of if subject.is_needed else _naming(told_of, subject), subject, shown)
        keys = raw.group_by(_KEY, maintain_order=True).agg(pl.col("position").first())
        of_feed = list(keys.select("code", "name").unique(maintain_order=True).iter_rows())
        for code, name in of_feed:
            if (code, name) not in found:
                found[code, name] = _look_up(code, name, register, exceptions)
        matches, matched = _matched(keys, {key: found[key] for key in of_feed})
        noted = [*_noted(matched, matches)]
        if subject.is_needed:
            known = matched.filter(pl.col("found").is_not_null())
            noted = [*_waiting(raw, matched, matches), *noted, *kept_apart(known), *renamed(known, order)]
        told.append(findings_frame(told_once_each(_placed(feed, subject, raw, noted))))
    return _xref(found), told


def _matched(keys: pl.DataFrame, found: Mapping[_Key, list[_Found]]) -> tuple[list[Match], pl.DataFrame]:
    """Return all matches, and the keys with the number of theirs on their day (``match``) and its code (``found``).

    A row without a date speaks of today.
    """
    matches: list[Match] = []
    times = []
    for (code, name), spans_of in found.items():
        times += [(code, name, one.valid_from, len(matches) + place) for place, one in enumerate(spans_of)]
        matches += [one.match for one in spans_of]
    schema = {"code": pl.String, "name": pl.String, "day": pl.Date, "match": pl.UInt32}
    spans = pl.DataFrame(times, schema=schema, orient="row")
    several = spans.filter(pl.len().over("code", "name") > 1)
    always = spans.join(several, on=["code", "name"], how="anti").drop("day")
    alone = keys.join(always, on=["code", "name"], how="inner", maintain_order="left")
    dated = (
        keys.join(several, on=["code", "name"], how="inner")
        .filter(pl.col("day") <= pl.col("on").fill_null(ALWAYS[1]))
        .sort("day")
        .group_by(*_KEY, "position", maintain_order=True)
        .agg(pl.col("match").last())
    )
    codes = pl.Series("found", [match.code for match in matches], dtype=pl.String)
    both = pl.concat([alone, dated.select(alone.columns)]).sort("position")
    return matches, both.with_columns(codes[both["match"]].alias("found"))


def _naming(raw: pl.DataFrame, subject: Subject) -> pl.DataFrame:
    return raw.filter(pl.any_horizontal(pl.col("uscc", subject.name).fill_null("") != ""))


def _keyed(raw: pl.DataFrame, subject: Subject, shown: Mapping[str, Shown]) -> pl.DataFrame:
    """Return the rows' positions and addresses with code, name (never null) and the day on which it was borne."""
    days = {delivery: facts.day or facts.received_at.date() for delivery, facts in shown.items()}
    if subject.on is None:
        on = pl.col("delivery_id").replace_strict(days, default=None, return_dtype=pl.Date)
    else:
        on = pl.col(subject.on).cast(pl.Date)
        on = on.dt.month_end() if subject.is_month else on
    return raw.select(
        *FULL_ADDRESS, pl.col("uscc").fill_null("").alias("code"), pl.col(subject.name).fill_null("").alias("name"),
        on.alias("on"),
    ).with_row_index("position")  # fmt: skip


def _order(shown: Mapping[str, Shown]) -> dict[str, int]:
    """Return the place of each delivery in the order of receipt."""
    ordered = sorted(shown, key=lambda one: (shown[one].received_at, shown[one].order))
    return {delivery: number for number, delivery in enumerate(ordered)}


def _statements(
    raw: pl.DataFrame, shown: Mapping[str, Shown], order: Mapping[str, int], exceptions: Exceptions
) -> Iterator[Statement]:
    """Yield what the register says, each enterprise's unchanged repetitions left out.

    A row whose own code is not sure says nothing: it waits, or is matched like any other.
    """
    said = [name for name in _STATED if name not in ("uscc", "status_date")]
    stated = (
        raw.with_columns(
            pl.col("delivery_id").replace_strict(order, default=0, return_dtype=pl.Int64).alias("rank"),
            pl.concat_str(
                [pl.col(name).cast(pl.List(pl.String)).list.join("\x1f").fill_null("") if name == "former_name"
                 else pl.col(name).cast(pl.String).fill_null("") for name in said], separator="\x1e",
            ).alias("said"),
        )
        .sort("uscc", "rank", "said", "delivery_id")
        .filter((pl.col("said") != pl.col("said").shift(1).over("uscc")).fill_null(True))
    )  # fmt: skip
    for code, reg_no, org_code, name, former, established, changed, delivery in stated.select(
        *_STATED, "delivery_id"
    ).iter_rows():
        if not code or not name or not (is_person(code) or judge(code, exceptions).label == "valid"):
            continue
        facts = shown.get(delivery)
        yield Statement(
            code, name, tuple(former or ()), reg_no, org_code, established, changed,
            facts.received_at if facts else None, facts.order if facts else (0, ""), delivery,
        )  # fmt: skip


def _look_up(code: str, name: str, register: Register, exceptions: Exceptions) -> list[_Found]:
    if code:
        return [_Found(by_code(code, name, register, exceptions))]
    return [_Found(by_name(name, span), span.start, span.end) for span in register.spans(name)]


def _xref(found: Mapping[_Key, list[_Found]]) -> pl.DataFrame:
    records = [
        (code, name, one.match.enterprise_id, one.match.method, round(one.match.score, 3), one.match.evidence,
         one.match.known_from, one.valid_from, one.valid_to)
        for (code, name), times in found.items()
        for one in times
        if one.match.code
    ]  # fmt: skip
    return pl.DataFrame(records, schema=dict(XREF_SCHEMA), orient="row")


def _waiting(raw: pl.DataFrame, matched: pl.DataFrame, matches: list[Match]) -> Iterator[tuple[int, Finding]]:
    """Yield the position and finding of every row whose key means nobody."""
    waiting = matched.filter(pl.col("found").is_null()).select(*_KEY, "match")
    rows = raw.join(waiting, on=_KEY, nulls_equal=True).sort("position")
    for position, number in rows.select("position", "match").iter_rows():
        if finding := matches[number].finding:
            yield position, finding


def _noted(matched: pl.DataFrame, matches: list[Match]) -> Iterator[tuple[int, Finding]]:
    """Yield the first position of every key that was read with a note, which is told once for each delivery.

    Of a note about a code it does not matter under which names the code comes.
    """
    noted = [number for number, match in enumerate(matches) if match.code and match.finding]
    keys = matched.filter(pl.col("match").is_in(noted)).select("code", "name", "position", "match")
    for code, name, position, number in keys.iter_rows():
        match = matches[number]
        if note := match.finding:
            about = (code or name_key(name), match.code)
            yield position, replace(note, facts={**note.facts, **counts(note.rule_id, 1, about)})


def _placed(feed: str, subject: Subject, raw: pl.DataFrame, findings: list[tuple[int, Finding]]) -> Iterator[Addressed]:
    """Address the findings as ingest addresses its own: at the code, or at the name where it is about names."""
    columns = feeds()[feed].by_name
    addresses = raw.select(FULL_ADDRESS)
    for position, finding in findings:
        delivery, file, sheet, row = addresses.row(position)
        column = columns[subject.name if finding.rule_id in _ABOUT_NAMES else "uscc"].zh
        yield delivery, feed, file, replace(finding, place=Place(sheet, row, column))
