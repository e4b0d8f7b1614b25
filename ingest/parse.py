"""A delivery's bytes to an outcome: the pure heart of ingest.

The same bytes, contract, layouts and code give the same outcome; nothing else is asked. What the whole
delivery decides (duplicates over its sheets and pages, missing pages, control totals, which periods it
replaces) is decided here; what a single grid decides is in :mod:`ingest.table`.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import polars as pl

from common.clock import in_beijing
from common.contracts import Feed, Layout, feeds, layouts
from common.deliveries import AS_WRITTEN, Delivery, Reading, Status
from common.findings import findings_frame
from common.keys import Pseudonymiser
from common.periods import month_end
from common.rules import Finding, Place, Refusal
from ingest.delivery_rules import lost_codes, once, refused_channel, unread_columns, without_copies
from ingest.grids import ROW, Grid, Opened
from ingest.headers import Header, Vocabulary, find_header
from ingest.kept import Kept
from ingest.layouts import Drifted, bind, map_header, open_layout
from ingest.notes import Noted, told_once
from ingest.outcome import Outcome, Scope
from ingest.periods import Said, questions, snapshot_day
from ingest.readers import expanded, open_file
from ingest.rows import ADDRESS
from ingest.sections import Section
from ingest.supplements import corrected_rows, feed_named
from ingest.table import Table, read_section

_TOO_MANY_ROWS, _TOO_LARGE_SHARE = 50, 0.02
_LONGEST_NAME = 200
_ODD_NAME = re.compile(r"[\x00-\x1f\x7f-\x9f\\/:*?\"<>|\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]|\.\.|^[.~-]")

NamedFile = tuple[str, bytes | Path]


@dataclass(frozen=True, slots=True)
class _Read:
    """One file's grids that have a header, and what was found on the way."""

    file: str
    opened: Opened
    layout: Layout | None
    headed: tuple[tuple[Grid, Header], ...]
    notes: tuple[Finding, ...]


def parse(
    delivery: Delivery,
    files: Sequence[NamedFile],
    pseudonymise: Pseudonymiser,
    reading: Reading = AS_WRITTEN,
    layout: Layout | None = None,
    folder: Path | None = None,
) -> Outcome:
    """Parse a delivery by the contract of its feed, and by what was answered about its unit and month.

    A ``layout`` given here is the only way tried. A file that cannot be read refuses the delivery with a reason; a
    bad value keeps its row aside. Where many rows are accepted they go to a file in ``folder`` as they come, until the
    outcome's ``kept`` is written or cleared.
    """
    feed = feeds()[delivery.feed]
    kept = Kept(feed, delivery.id, folder, _answered_month(feed, reading))
    if by_mail := refused_channel(delivery, feed):
        return refused(delivery, kept, by_mail)
    try:
        return _parse(delivery, feed, files, pseudonymise, reading, layout, kept)
    except Refusal as refusal:
        return refused(delivery, kept, refusal.finding)
    except BaseException:
        kept.clear()
        raise


def _parse(
    delivery: Delivery, feed: Feed, files: Sequence[NamedFile], pseudonymise: Pseudonymiser, reading: Reading,
    layout: Layout | None, kept: Kept,
) -> Outcome:  # fmt: skip
    read = _read_all(delivery, feed, files, layout)
    received_on = in_beijing(delivery.received_at).date()
    tables = [
        read_section(section, pseudonymise, received_on, kept.append, reading.unit) for section in _sections(read, feed)
    ]
    noted: list[Noted] = [(part.file, note) for part in read for note in part.notes]
    if len(read) > len(files):
        noted.append((files[0][0], Finding("B-FIL-07", "AUTO", facts={"n": len(read)})))
    noted += [(file.name, Finding("B-SEC-04", "AUTO")) for file in delivery.files if is_odd_name(file.name)]
    if delivery.sidecar.unread:
        noted.append((files[0][0], Finding("L-FIL-SIDECAR", "WARN", value=delivery.sidecar.unread)))
    noted += [finding for table in tables for finding in table.findings]
    headed = [(part.file, grid.sheet, header) for part in read for grid, header in part.headed]
    noted += unread_columns(headed, feed, next((part.layout for part in read), None))
    records = sum(table.read for table in tables)
    data = records - sum(table.set_aside for table in tables)
    reason = _incomplete(read, tables) or lost_codes(noted, data) or _unreconciled(feed, tables, noted, files[0][0])
    if reason is not None:
        return refused(delivery, kept, reason, records)
    if records == 0 and not any(part.opened.announced_rows == 0 for part in read):
        return refused(delivery, kept, Finding("B-FIL-01", "REJECT", facts={"f": delivery.path}))
    months = kept.months
    repeated, contradictory = _once(kept)
    copied = _without_copies(kept)
    noted += repeated + contradictory + copied
    quarantined = sum(table.quarantined for table in tables) + len(contradictory) + len(copied)
    titles = [header.title for _, _, header in headed]
    asked = list(questions(feed, Said.by(delivery, titles), months, _amount_headers(headed)))
    asked += [question] if (question := _too_many_wait(quarantined, records)) else []
    noted += [(files[0][0], question) for question in asked]
    return Outcome(
        "ACCEPTED",
        None,
        kept,
        findings_frame((delivery.id, feed.id, file, finding) for file, finding in told_once(noted)),
        read=records,
        quarantined=quarantined,
        set_aside=sum(table.set_aside for table in tables) + len(repeated),
        scopes=_scopes(delivery, feed, kept, titles, reading),
        layout=next((part.layout.id for part in read if part.layout), None),
        control_totals=tuple(total for table in tables for total in table.control_totals),
        units={name: word for table in tables for name, word in table.units.items()},
        questions=tuple(asked),
        corrects=tuple(
            row for part in read for grid, header in part.headed for row in corrected_rows(feed.id, grid, header)
        ),
    )


def belongs_to(content: bytes | Path, feed: Feed) -> dict[str, tuple[str, ...]]:
    """Tell which feeds the sheets of a workbook belong to: feed id to sheet names (三个清单 in one workbook).

    A sheet without a telling name belongs to the feed in whose folder it lies. An unreadable file does too.
    """
    try:
        sheets = [grid.sheet or "" for grid in open_file(content).grids if grid.head]
    except Refusal:
        sheets = []
    homes: dict[str, list[str]] = {}
    for sheet in sheets:
        named = (other.id for other in feeds().values() if any(word in sheet for word in other.sheet_words))
        homes.setdefault(next(named, feed.id), []).append(sheet)
    return {name: tuple(found) for name, found in homes.items()} or {feed.id: ()}


def refused(delivery: Delivery, kept: Kept, reason: Finding, records: int = 0) -> Outcome:
    """Nothing is loaded: what had been read is set aside whole."""
    kept.clear()
    found = findings_frame([(delivery.id, delivery.feed, delivery.files[0].name, reason)])
    status: Status = "HELD" if reason.action == "HOLD" else "REJECTED"
    return Outcome(status, reason, kept, found, read=records, set_aside=records)


def _read_all(delivery: Delivery, feed: Feed, files: Sequence[NamedFile], layout: Layout | None) -> list[_Read]:
    """Open the files of a delivery; the files in an archive are read as if they had come beside each other.

    A page that cannot be read while others can is one that the API did not deliver: the pull waits (B-SEC-02).
    """
    read: list[_Read] = []
    failed: list[tuple[str, Finding]] = []
    for name, content in files:
        try:
            inner = expanded(name, content)
            read += [_read(file, part, feed, delivery, layout) for file, part in inner]
        except Refusal as refusal:
            if len(files) == 1:
                raise
            failed.append((name, refusal.finding))
    if failed:
        name, finding = failed[0]
        if not read:
            raise Refusal(finding)
        announced = {part.opened.announced_rows for part in read} - {None}
        facts = {"n": "/".join(sorted(map(str, announced))) or "?", "k": "?"}
        raise Refusal(Finding("B-SEC-02", "HOLD", finding.place, value=f"{name}: {finding.rule_id}", facts=facts))
    return read


def _read(name: str, content: bytes | Path, feed: Feed, delivery: Delivery, layout: Layout | None) -> _Read:
    """Open a file by the layout that somebody names, else by the contract, else by the one layout that fits it."""

    def by(layout: Layout) -> _Read:
        read = _read_by(name, content, feed, layout)
        return replace(read, layout=bind(layout, name, delivery.sidecar.period))

    own = {known.id: known for known in layouts().values() if known.feed == feed.id}
    named = delivery.sidecar.layout
    if layout is None and named and (layout := own.get(named)) is None:
        facts = {"f": feed.id, "k": "、".join(own) or "—"}
        raise Refusal(Finding("L-LAY-UNKNOWN", "REJECT", value=named, facts=facts))
    if layout is not None:
        return by(layout)
    try:
        return _read_by(name, content, feed, None)
    except Refusal as by_contract:
        fitting, drifted = [], []
        for known in own.values():
            try:
                fitting.append(by(known))
            except Drifted as refusal:
                drifted += [refusal] if refusal.is_recognised else []
            except Refusal:
                continue
        if len(fitting) > 1:
            names = "、".join(part.layout.id for part in fitting if part.layout)
            raise Refusal(Finding("L-LAY-LAYOUT", "REJECT", value=names)) from None
        if not fitting:
            raise (drifted[0] if len(drifted) == 1 else by_contract) from None
        return fitting[0]


def _read_by(name: str, content: bytes | Path, feed: Feed, layout: Layout | None) -> _Read:
    opened = open_layout(content, layout, name) if layout else open_file(content, name=name)
    vocabulary = Vocabulary(feed)
    headed: list[tuple[Grid, Header]] = []
    notes = list(opened.notes)
    grids = [grid for grid in opened.grids if grid.head and _is_of(grid, feed)]
    for grid in grids:
        header = map_header(grid, feed, layout) if layout else find_header(grid, vocabulary)
        if header is None:
            notes.append(Finding("L-LAY-SHEET", "WARN", Place(sheet=grid.sheet)))
            continue
        headed.append((grid, header))
        notes += header.notes
        if header.first_data_row:
            notes.append(Finding("B-LAY-01", "AUTO", Place(grid.sheet, header.first_data_row)))
    if not headed and grids:
        first = vocabulary.required[0].zh if vocabulary.required else feed.columns[0].zh
        if layout:
            first = next(iter(layout.sources), first)
        raise Refusal(Finding("B-LAY-07", "REJECT", Place(grids[0].sheet, None, first)))
    if len(headed) > 1:
        notes.append(Finding("B-LAY-08", "AUTO", facts={"n": len(headed)}))
    return _Read(name, opened, layout, tuple(headed), tuple(notes))


def _is_of(grid: Grid, feed: Feed) -> bool:
    """Leave the other lists of a workbook of several to their feeds; elsewhere a sheet may be named after anything."""
    if feed_named(grid) not in (None, feed.id):
        return False
    others = [other for other in feeds().values() if any(word in (grid.sheet or "") for word in other.sheet_words)]
    return not feed.sheet_words or not others or feed in others


def _incomplete(read: Sequence[_Read], tables: Sequence[Table]) -> Finding | None:
    """Hold a pull whose pages, counted from 0 or 1, do not add up to what the API announced (B-SEC-02)."""
    announced = {part.opened.announced_rows for part in read if part.opened.announced_rows is not None}
    received = sum(table.seen for table in tables)
    wrong = _wrong_pages(read) or ("total" if announced and announced != {received} else None)
    if wrong is None:
        return None
    told = "/".join(str(number) for number in sorted(announced)) or "?"
    return Finding("B-SEC-02", "HOLD", value=wrong, facts={"n": told, "k": received})


def _wrong_pages(read: Sequence[_Read]) -> str | None:
    """Name the page that is missing or came twice."""
    pages = sorted(part.opened.page for part in read if part.opened.page is not None)
    first = 0 if 0 in pages else 1
    gaps = [page for page in range(first, first + len(pages)) if page not in pages]
    if gaps:
        return f"page {', '.join(map(str, gaps))}"
    seen: dict[tuple[int, ...], str] = {}
    for part in read:
        for grid in part.opened.grids:
            # a single record may well be the same as another one
            if grid.kind != "records" or len(grid.head) < 2:
                continue
            said = tuple(number for batch in grid.batches() for number in batch.drop(ROW).hash_rows())
            if said in seen:
                return f"{part.file} = {seen[said]}"
            seen[said] = part.file
    return None


def is_odd_name(name: str) -> bool:
    """Tell whether a file name holds what no name of a file should: path parts, hidden characters, undue length."""
    return len(name) > _LONGEST_NAME or _ODD_NAME.search(name) is not None


def _unreconciled(feed: Feed, tables: Sequence[Table], noted: list[Noted], file: str) -> Finding | None:
    """Compare stated totals with sums; tax that does not add up is refused, others are told (B-LAY-04)."""
    for total in (total for table in tables for total in table.control_totals):
        if total.stated == total.summed:
            continue
        facts = {"a": total.stated, "b": total.summed, "d": total.stated - total.summed}
        finding = Finding("B-LAY-04", feed.control_total, Place(column=feed.by_name[total.column].zh), None, facts)
        if feed.control_total == "REJECT":
            return finding
        noted.append((file, finding))
    return None


def _too_many_wait(quarantined: int, records: int) -> Finding | None:
    """Ask before the rest of a file is used of which so much waits that something must be wrong with it (SPEC 5)."""
    if quarantined < _TOO_MANY_ROWS or quarantined <= _TOO_LARGE_SHARE * records:
        return None
    share = round(100 * quarantined / records, 1)
    return Finding("L-QUA-SHARE", "HOLD", facts={"n": quarantined, "p": share, "k": f"{100 * _TOO_LARGE_SHARE:g}%"})


def _sections(read: Sequence[_Read], feed: Feed) -> list[Section]:
    """Put grids with the same header together: sheets of one building each, pages of one pull."""
    found: dict[tuple[object, ...], list[tuple[_Read, Grid, Header]]] = {}
    for part in read:
        for grid, header in part.headed:
            layout = part.layout.id if part.layout else None
            found.setdefault((layout, grid.kind, grid.epoch_1904, grid.keys, header.signature), []).append(
                (part, grid, header)
            )
    return [
        Section(feed, group[0][0].layout, group[0][2], tuple((part.file, grid) for part, grid, _ in group))
        for group in found.values()
    ]


def _answered_month(feed: Feed, reading: Reading) -> date | None:
    """Return the month that somebody answered all rows are of, where a row tells a month and no day."""
    return reading.month if feed.period and feed.by_name[feed.period].type == "month" else None


def _once(kept: Kept) -> tuple[list[Noted], list[Noted]]:
    """Look closely at the rows that may repeat or contradict others, and drop what must not count (B-DUP-03)."""
    suspects = kept.repeated()
    if suspects.is_empty():
        return [], []
    rows = kept.at(suspects)
    left, repeated, contradictory = once(rows, kept.feed)
    kept.drop(rows.select(ADDRESS).join(left, on=ADDRESS, how="anti", nulls_equal=True))
    return repeated, contradictory


def _without_copies(kept: Kept) -> list[Noted]:
    """Keep aside what was copied down a whole list; only feeds whose lists are short have this rule (B-BIZ-18)."""
    if kept.feed.copied is None:
        return []
    rows = kept.rows()
    left, copied = without_copies(rows, kept.feed)
    kept.drop(rows.select(ADDRESS).join(left, on=ADDRESS, how="anti", nulls_equal=True))
    return copied


def _amount_headers(headed: Sequence[tuple[str, str | None, Header]]) -> list[str]:
    """Return what stands above the amounts of the delivery."""
    columns = (source for _, _, header in headed for source in header.columns.values())
    return [source.header for source in columns if source.column.type == "money" and not source.column.control]


def _scopes(delivery: Delivery, feed: Feed, kept: Kept, titles: Sequence[str], reading: Reading) -> tuple[Scope, ...]:
    """Return which parts of the feed this delivery replaces (SPEC 0.1b, Deliveries)."""
    declared = delivery.sidecar.scope or ""
    if feed.kind == "FULL_SNAPSHOT":
        day = month_end(reading.month) if reading.month else snapshot_day(delivery, titles)
        return (Scope(declared, day),)
    if feed.kind != "PERIOD_REPLACE" or feed.period is None:
        return ()
    month = pl.col(feed.period).cast(pl.Date).dt.month_start().alias("period")
    parts = kept.distinct(feed.period, *feed.scope).select(month, *feed.scope).unique().sort(pl.all())
    return tuple(Scope("|".join([declared, *map(str, part)]).strip("|"), period) for period, *part in parts.iter_rows())
