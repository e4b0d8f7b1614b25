"""Rules over a whole delivery: how it came, its headers, rows that repeat or copy each other (SPEC 5).

Each is a function of little: the sidecar, the headers, the findings, the accepted rows.
"""

from collections import Counter
from collections.abc import Iterable

import polars as pl

from common.contracts import Feed, Layout
from common.deliveries import Delivery
from common.notes import Noted, counts
from common.rows import ADDRESS
from common.rules import Action, Finding, Place
from common.supplements import DELIVERY, FILE, ROW, SHEET
from ingest.tables.columns import numbers_rows
from ingest.tables.headers import Header
from ingest.tables.vocabulary import header_key

_LOST_SHARE, _LOST_CELLS = 0.5, 2
_COPIES = 20
"""So many needs in the same words are one that was copied down (B-BIZ-18)."""

Headed = tuple[str, str | None, Header]
"""A header with its file and sheet."""


def refused_channel(delivery: Delivery) -> Finding | None:
    """Refuse tax that came by ordinary mail, before it is opened (B-SEC-03, SPEC 0.1a)."""
    return Finding("B-SEC-03", "REJECT", value=delivery.sidecar.channel) if delivery.is_by_mail else None


def unread_columns(headed: Iterable[Headed], feed: Feed, layout: Layout | None) -> list[Noted]:
    """Tell once of every column that is not read: row numbers (B-IDN-10), and what nobody agreed on (B-LAY-07)."""
    ignored = {header_key(name) for name in (DELIVERY, FILE, SHEET, ROW, *(layout.ignored if layout else ()))}
    compared = {header_key(name) for column in feed.columns if column.control for name in column.all_headers}
    told: list[Noted] = []
    for file, sheet, header in headed:
        row = header.first_data_row or None
        for text in header.unmapped:
            leaf = text.rpartition("/")[2]
            place = Place(sheet, row, text)
            if numbers_rows(leaf):
                told.append((file, Finding("B-IDN-10", "AUTO", place, facts=counts("B-IDN-10", 1))))
            elif header_key(text) not in ignored and header_key(leaf) not in ignored | compared:
                told.append((file, Finding("B-LAY-07", "WARN", place, facts=counts("B-LAY-07", 1))))
    return told


def lost_codes(noted: Iterable[Noted], rows: int) -> Finding | None:
    """Refuse a file whose codes mostly lost their digits to scientific notation; a single cell waits (B-NUM-07)."""
    lost = [finding for _, finding in noted if finding.rule_id == "B-NUM-07" and finding.action == "QUARANTINE"]
    for column, number in Counter(finding.place.column for finding in lost).items():
        if number >= _LOST_CELLS and number > _LOST_SHARE * rows:
            first = next(finding for finding in lost if finding.place.column == column)
            return Finding("B-NUM-07", "REJECT", first.place, first.value)
    return None


def once(rows: pl.DataFrame, feed: Feed) -> tuple[pl.DataFrame, list[Noted], list[Noted]]:
    """Keep one of identical records and none of records that contradict each other (B-DUP-03).

    Which of two rows with one key and different content is right is unknown, so both must wait. Returns the rows
    kept, the notes of rows that were set aside, and the findings of those that wait.
    """
    said = [
        pl.col(name).list.join("、") if isinstance(dtype, pl.List) else pl.col(name)
        for name, dtype in rows.schema.items()
        if name not in ADDRESS
    ]
    repeated: list[Noted] = []
    if rows.select(said).is_duplicated().any():
        numbered = rows.with_row_index("n").with_columns(pl.col("n").min().over(said).alias("other"))
        again = numbered.filter(pl.col("n") != pl.col("other"))
        repeated = _duplicates(again, rows, "WARN", "整行/row")
        rows = numbered.filter(pl.col("n") == pl.col("other")).select(rows.columns)
    if not feed.unique or not rows.select(feed.unique).is_duplicated().any():
        return rows, repeated, []
    first, last = (pl.col("n").min().over(feed.unique), pl.col("n").max().over(feed.unique))
    keyed = rows.with_row_index("n").with_columns(
        pl.when(pl.col("n") == first).then(last).otherwise(first).alias("other"),
        pl.len().over(feed.unique).alias("same"),
    )
    keys = "、".join(feed.by_name[name].zh for name in feed.unique)
    contradictory = _duplicates(keyed.filter(pl.col("same") > 1), rows, "QUARANTINE", keys)
    return keyed.filter(pl.col("same") == 1).select(rows.columns), repeated, contradictory


def _duplicates(rows: pl.DataFrame, among: pl.DataFrame, action: Action, keys: str) -> list[Noted]:
    """Name beside each row the other one: its number, with its sheet or its file where that is another."""
    address = among.select(ADDRESS)
    found: list[Noted] = []
    for file, sheet, row, other in rows.select(*ADDRESS, "other").iter_rows():
        its_file, its_sheet, its_row = address.row(other)
        where = its_file if its_file != file else its_sheet if its_sheet != sheet else None
        facts = {"o": f"{where}!{its_row}" if where else f"{its_row}", "k": keys}
        found.append((file, Finding("B-DUP-03", action, Place(sheet, row), facts=facts)))
    return found


def without_copies(rows: pl.DataFrame, feed: Feed) -> tuple[pl.DataFrame, list[Noted]]:
    """Keep aside the rows of a list in which one text stands again and again (B-BIZ-18)."""
    if feed.copied is None or rows.height < _COPIES:
        return rows, []
    counted = rows.with_columns(pl.len().over(feed.copied).alias("copies"))
    is_copy = (pl.col("copies") >= _COPIES) & pl.col(feed.copied).is_not_null()
    column = feed.by_name[feed.copied].zh
    found = [
        (file, Finding("B-BIZ-18", "QUARANTINE", Place(sheet, row, column), facts={"n": number}))
        for file, sheet, row, number in counted.filter(is_copy).select(*ADDRESS, "copies").iter_rows()
    ]
    return counted.filter(~is_copy).select(rows.columns), found
