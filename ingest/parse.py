"""A delivery's bytes to an outcome: the pure heart of ingest.

The same bytes, contract, layouts and code give the same outcome; nothing else is asked. What the whole
delivery decides (duplicates over its sheets and pages, control totals, which periods it replaces) is decided
here; how its files are opened is in :mod:`ingest.opening`, what a section decides in :mod:`ingest.tables.table`.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import polars as pl

from common.clock import in_beijing
from common.contracts import Feed, Layout, feeds, layouts
from common.deliveries import AS_WRITTEN, Delivery, Reading, Status
from common.findings import findings_frame
from common.keys import Pseudonymiser
from common.notes import Noted, told_once
from common.periods import month_end
from common.rows import ADDRESS, at_places
from common.rules import Finding, Refusal
from ingest.files.names import is_odd_name
from ingest.opening import FileRead, NamedFile, read_all, sections
from ingest.outcome import Outcome, Scope
from ingest.pages import incomplete_pull
from ingest.tables.delivery_rules import lost_codes, once, refused_channel, unread_columns, without_copies
from ingest.tables.headers import Header, headings_of
from ingest.tables.kept import Kept
from ingest.tables.periods import Said, called_after, claimed_month, questions, snapshot_day
from ingest.tables.supplements import corrected_rows
from ingest.tables.table import WAITING, Table, read_section, worth

_TOO_MANY_ROWS, _TOO_LARGE_SHARE = 50, 0.02


def parse(
    delivery: Delivery,
    files: Sequence[NamedFile],
    pseudonymise: Pseudonymiser,
    reading: Reading = AS_WRITTEN,
    layout: Layout | None = None,
    folder: Path | None = None,
    known: Mapping[str, Layout] | None = None,
) -> Outcome:
    """Parse a delivery by the contract of its feed, and by what was answered about its unit and month.

    A ``layout`` given here is the only way tried; else one of the ``known`` may fit, by default the shipped ones.
    A file that cannot be read refuses the delivery with a reason; a bad value keeps its row aside. Where many rows are
    accepted they go to a file in ``folder`` as they come, until the outcome's ``kept`` is written or cleared.
    """
    feed = feeds()[delivery.feed]
    kept = Kept(feed, delivery.id, folder, _answered_month(feed, reading))
    if by_mail := refused_channel(delivery):
        return refused(delivery, kept, by_mail)
    try:
        opened = read_all(delivery, feed, files, layout, layouts() if known is None else known)
        return _parse(delivery, feed, opened, pseudonymise, reading, kept)
    except Refusal as refusal:
        return refused(delivery, kept, refusal.finding, file=refusal.file)
    except BaseException:
        kept.clear()
        raise


def _parse(
    delivery: Delivery, feed: Feed, opened: tuple[list[FileRead], Noted | None], pseudonymise: Pseudonymiser,
    reading: Reading, kept: Kept,
) -> Outcome:  # fmt: skip
    read, unread = opened
    received_on = in_beijing(delivery.received_at).date()
    tables = [
        read_section(section, pseudonymise, received_on, kept.append, reading.unit) for section in sections(read, feed)
    ]
    noted: list[Noted] = [(part.file, note) for part in read for note in part.notes]
    if len(read) > len(delivery.files):
        noted.append((delivery.files[0].name, Finding("B-FIL-07", "AUTO", facts={"n": len(read)})))
    noted += [(file.name, Finding("B-SEC-04", "AUTO")) for file in delivery.files if is_odd_name(file.name)]
    if delivery.sidecar.unread:
        noted.append((delivery.files[0].name, Finding("L-FIL-SIDECAR", "WARN", value=delivery.sidecar.unread)))
    noted += [finding for table in tables for finding in table.findings]
    headed = [(part.file, grid.sheet, header) for part in read for grid, header in part.headed]
    noted += unread_columns(headed, feed, next((part.layout for part in read), None))
    records = sum(table.read for table in tables)
    data = records - sum(table.set_aside for table in tables)
    reason = incomplete_pull(read, tables, unread) or lost_codes(noted, data) or _unreconciled(feed, tables, noted)
    if reason is not None:
        return refused(delivery, kept, reason, records)
    if data == 0 and not any(part.opened.announced_rows == 0 for part in read):
        return refused(delivery, kept, Finding("B-FIL-01", "REJECT", facts={"f": delivery.path}), records)
    months = kept.months
    repeated, contradictory, waiting = _once(kept)
    copied = _without_copies(kept)
    noted += repeated + contradictory + copied
    quarantined = sum(table.quarantined for table in tables) + len(contradictory) + len(copied)
    titles = [header.title for _, _, header in headed]
    said = Said.by(delivery, titles)
    asked = list(questions(feed, said, months, _amount_headers(headed)))
    asked += [question] if (question := _too_many_wait(quarantined, records)) else []
    noted += [(delivery.files[0].name, question) for question in asked]
    return Outcome(
        "ACCEPTED",
        None,
        kept,
        findings_frame((delivery.id, feed.id, file, finding) for file, finding in told_once(noted)),
        read=records,
        quarantined=quarantined,
        set_aside=sum(table.set_aside for table in tables) + len(repeated),
        scopes=_scopes(delivery, feed, kept, titles, reading),
        called_after=month_end(reading.month) if reading.month else called_after(feed, said),
        layout=next((part.layout.id for part in read if part.layout), None),
        control_totals=tuple(total for table in tables for total in table.control_totals if not total.is_partial),
        units={name: word for table in tables for name, word in table.units.items()},
        waiting=pl.concat([waiting, *(table.waiting for table in tables)]),
        questions=tuple(asked),
        headings=headings_of((part.file, grid, header) for part in read for grid, header in part.headed),
        corrects=tuple(
            row for part in read for grid, header in part.headed for row in corrected_rows(feed.id, grid, header)
        ),
    )


def refused(delivery: Delivery, kept: Kept, reason: Finding, records: int = 0, file: str | None = None) -> Outcome:
    """Nothing is loaded: what had been read is set aside whole."""
    kept.clear()
    found = findings_frame([(delivery.id, delivery.feed, file or delivery.files[0].name, reason)])
    status: Status = "HELD" if reason.action == "HOLD" else "REJECTED"
    return Outcome(status, reason, kept, found, read=records, set_aside=records)


def _unreconciled(feed: Feed, tables: Sequence[Table], noted: list[Noted]) -> Finding | None:
    """Compare stated totals with sums; tax that does not add up is refused, others are told (B-LAY-04)."""
    for total in (total for table in tables for total in table.control_totals):
        if total.stated == total.summed:
            continue
        facts = {"a": total.stated, "b": total.summed, "d": total.stated - total.summed}
        finding = Finding("B-LAY-04", feed.control_total, total.place, None, facts)
        if feed.control_total == "REJECT":
            return finding
        noted.append((total.file, finding))
    return None


def _too_many_wait(quarantined: int, records: int) -> Finding | None:
    """Ask before the rest of a file is used of which so much waits that something must be wrong with it (SPEC 5)."""
    if quarantined < _TOO_MANY_ROWS or quarantined <= _TOO_LARGE_SHARE * records:
        return None
    share = round(100 * quarantined / records, 1)
    return Finding("L-QUA-SHARE", "HOLD", facts={"n": quarantined, "p": share, "k": f"{100 * _TOO_LARGE_SHARE:g}%"})


def _answered_month(feed: Feed, reading: Reading) -> date | None:
    """Return the month that somebody answered all rows are of, where a row tells a month and no day."""
    return reading.month if feed.period and feed.by_name[feed.period].type == "month" else None


def _once(kept: Kept) -> tuple[list[Noted], list[Noted], pl.DataFrame]:
    """Look closely at the rows that may repeat or contradict others, and drop what must not count (B-DUP-03).

    Returns the findings on both, and what the contradictory rows are worth.
    """
    suspects = kept.repeated()
    if suspects.is_empty():
        return [], [], pl.DataFrame(schema=WAITING)
    rows = kept.at(suspects)
    left, repeated, contradictory = once(rows, kept.feed)
    kept.drop(rows.select(ADDRESS).join(left, on=ADDRESS, how="anti", nulls_equal=True))
    if not kept.feed.worth:
        return repeated, contradictory, pl.DataFrame(schema=WAITING)
    waiting = at_places(rows, ((file, found.place.sheet, found.place.row) for file, found in contradictory))
    return repeated, contradictory, worth(waiting, kept.feed.worth)


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
    """Return which parts of the feed this delivery replaces (SPEC 0.1b, Deliveries).

    Rows without a date of their own (a paper list of who signed in) are of the last month that the other rows name,
    else of the month that the delivery claims; the warehouse puts them into the delivery's last part likewise.
    """
    declared = delivery.sidecar.scope or ""
    if feed.kind == "FULL_SNAPSHOT":
        day = month_end(reading.month) if reading.month else snapshot_day(delivery, titles)
        return (Scope(declared, day),)
    if feed.kind != "PERIOD_REPLACE" or feed.period is None:
        return ()
    month = pl.col(feed.period).cast(pl.Date).dt.month_start()
    named = kept.distinct(feed.period, *feed.scope).select(month.alias("period"), *feed.scope)
    undated = named["period"].max() or claimed_month(delivery, titles)
    parts = named.with_columns(pl.col("period").fill_null(undated)).unique().sort(pl.all())
    return tuple(Scope("|".join([declared, *map(str, part)]).strip("|"), period) for period, *part in parts.iter_rows())
