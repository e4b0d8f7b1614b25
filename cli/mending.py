"""Waiting rows as their sender wrote them, with the reason beside each: found, explained and put together.

:mod:`cli.workbook` writes them. The rows come from the raw file, because what is to be mended must be seen whole;
where that was destroyed by the retention rule, what was found in them is all that can be told.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl

from common.clock import stamp
from common.contracts import Column, Feed, feeds, layouts
from common.deliveries import Delivery, Report
from common.home import Home
from common.keys import load_pseudonymiser
from common.messages import Message
from common.supplements import Corrected
from ingest.files.grids import Cell
from ingest.raw.originals import Address, Heading, Originals, originals
from ingest.raw.vault import has_raw, open_raw
from review.judgement import Standing
from warehouse.books import sender

_BY_TYPE: Mapping[str, Message] = {
    "date": Message("按 2023-09-01 的样式填写日期", "a date such as 2023-09-01"),
    "month": Message("按 2023-09 的样式填写月份", "a month such as 2023-09"),
    "timestamp": Message("按 2023-09-01 08:30 的样式填写时间", "a time such as 2023-09-01 08:30"),
    "boolean": Message("填写 是 或 否", "是 or 否 (yes or no)"),
    "integer": Message("只填整数", "a whole number"),
    "credit_code": Message("填写18位统一社会信用代码", "the 18-character credit code"),
    "taxpayer": Message("填写18位统一社会信用代码", "the 18-character credit code"),
} | dict.fromkeys(
    ("decimal", "percent", "money", "capital", "area", "rent"), Message("只填数字,不带文字", "digits without words")
)
_AS_SAID = Message("按原因核对并改正", "check and correct it as the reason says")


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to mend in a row: where, why and how; no place means the row as a whole."""

    places: tuple[int, ...]
    reason: Message
    remedy: Message


@dataclass(frozen=True, slots=True)
class Row:
    """One waiting row with its faults, and the address that it goes back to."""

    address: Corrected
    cells: tuple[Cell, ...]
    faults: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Waiting rows of one sender under one header."""

    feed: Feed
    who: Message
    layout: str | None
    as_at: str | None
    """The day of the snapshot that the rows belong to."""
    unit_line: str | None
    headings: tuple[Heading, ...]
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Mending:
    """What there is to mend, and the findings in rows that nobody can show any more."""

    sheets: tuple[Sheet, ...]
    lost: pl.DataFrame

    @property
    def rows(self) -> int:
        return sum(len(sheet.rows) for sheet in self.sheets)


def mending(home: Home, waiting: pl.DataFrame, judged: Iterable[Standing]) -> Mending:
    """Find the rows of some findings (FINDING_SCHEMA) again, sheet by sheet, in the order of feed and receipt."""
    known = {one.delivery.id: one for one in judged}
    found: list[Sheet] = []
    shown: set[tuple[str, Address]] = set()
    for delivery_id in waiting["delivery_id"].unique(maintain_order=True):
        delivery, report = known[delivery_id].delivery, known[delivery_id].report
        faults = _by_address(waiting.filter(delivery_id=delivery_id))
        for part in _originals(home, delivery, report, frozenset(faults)):
            sheet = _sheet(delivery, report, part, faults)
            found.append(sheet)
            shown |= {(delivery_id, address) for address in part.rows}
    is_shown = [(row[0], (row[2], row[3], row[4])) in shown for row in waiting.iter_rows()]
    return Mending(tuple(_together(found)), waiting.filter(~pl.Series(is_shown, dtype=pl.Boolean)))


def remedy(column: Column | None) -> Message:
    """Say what a column takes, from its type; an enumeration lists its words."""
    if column is None:
        return _AS_SAID
    if column.values and column.type != "boolean":
        words = "、".join(value.zh for value in column.values.values())
        return Message(f"填写其中之一:{words}", f"one of: {words}")
    return _BY_TYPE.get(column.type, _AS_SAID)


def _by_address(waiting: pl.DataFrame) -> dict[Address, list[dict[str, Any]]]:
    found: dict[Address, list[dict[str, Any]]] = {}
    for finding in waiting.iter_rows(named=True):
        if finding["row_no"] is not None:
            found.setdefault((finding["file"], finding["sheet"], finding["row_no"]), []).append(finding)
    return found


def _originals(home: Home, delivery: Delivery, report: Report, wanted: frozenset[Address]) -> list[Originals]:
    if not has_raw(home, delivery):
        return []
    keys, _ = load_pseudonymiser(home.root)
    with open_raw(home, delivery, keys) as files:
        contents = [(name, path.read_bytes()) for name, path in files]
    layout = layouts(home.layouts).get(report.layout or "")
    return originals(feeds()[delivery.feed], layout, contents, wanted, delivery.sidecar.period)


def _sheet(
    delivery: Delivery, report: Report, part: Originals, faults: Mapping[Address, Sequence[Mapping[str, Any]]]
) -> Sheet:
    feed = feeds()[delivery.feed]
    rows = tuple(
        Row(
            Corrected(delivery.id, *address), part.rows[address],
            tuple(_fault(feed, part.headings, finding) for finding in faults[address]),
        )
        for address in sorted(part.rows, key=lambda address: address[2])
    )  # fmt: skip
    day = report.scopes[0][1] if report.scopes and feed.kind == "FULL_SNAPSHOT" else None
    as_at = day or (stamp(delivery.received_at)[:10] if feed.kind == "FULL_SNAPSHOT" else None)
    return Sheet(feed, sender(delivery), report.layout, as_at, part.unit_line, part.headings, rows)


def _fault(feed: Feed, headings: Sequence[Heading], finding: Mapping[str, Any]) -> Fault:
    """Address a finding by its column, as ingest names it by the source's header and identity by the contract's."""
    named = finding["column"]
    names = {named, *named.split("->"), *named.split("/")} if named else set()
    places = tuple(
        place
        for place, heading in enumerate(headings)
        if "/".join(heading.path) in names or (heading.column and feed.by_name[heading.column].zh in names)
    )
    column = feed.by_name.get(headings[places[0]].column or "") if places else None
    said = remedy(column)
    reason = Message(finding["message_zh"], finding["message_en"])
    return Fault(places, _at(named, reason), _at(named, said))


def _at(column: str | None, said: Message) -> Message:
    return Message(f"〔{column}〕{said.zh}", f"[{column}] {said.en}") if column else said


def _together(found: Iterable[Sheet]) -> Iterable[Sheet]:
    """Put the rows of one sender under one header together, whichever sheets and files they came from."""

    def same(sheet: Sheet) -> tuple[object, ...]:
        return (
            sheet.feed.id, sheet.who.zh, sheet.as_at or "", sheet.layout or "", sheet.unit_line or "",
            tuple((heading.path, heading.column or "") for heading in sheet.headings),
        )  # fmt: skip

    for _, group in groupby(sorted(found, key=same), same):
        first, *others = group
        rows = (*first.rows, *(row for sheet in others for row in sheet.rows))
        yield Sheet(first.feed, first.who, first.layout, first.as_at, first.unit_line, first.headings, rows)
