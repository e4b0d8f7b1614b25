"""A delivery as a department is about to send it, and ways to change it.

A fault is a pure function over parcels. It sees rows by the contract's column names, whatever the office writes above
them, and writes them back into the same form, so that a file with a fault differs from the clean one in nothing else.
"""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from common.contracts import feeds
from sample.delivery import Delivery
from sample.forms import Heading, Pages, Sheet, Table, Total, Workbook

Form = Workbook | Table | Pages
Record = dict[str, Any]
"""The cells of a row by canonical column; a column that the contract does not know has its heading's place, ``#0``."""
Change = Callable[[list[Record]], list[Record]]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A delivery with its form filled in; ``content`` stands for the bytes where they are no longer the form's."""

    delivery: Delivery
    form: Form
    content: bytes | None = None

    def files(self) -> Iterator[tuple[str, bytes]]:
        """Yield every file's path below the inbox and its bytes."""
        path = f"{self.delivery.feed}/{self.delivery.name}"
        if self.content is not None:
            yield path, self.content
        elif isinstance(self.form, Pages):
            yield from ((f"{path}/{name}", content) for name, content in self.form.encode())
        else:
            yield path, self.form.encode()

    @property
    def encoded(self) -> bytes:
        """The bytes of its one file."""
        [(_, content)] = self.files()
        return content

    def records(self, feed: str | None = None) -> list[Record]:
        """Return the rows of the form's list of a feed, without totals."""
        feed = feed or self.delivery.feed
        keys, rows = _table(self.form, feed)
        return [dict(zip(keys, row, strict=True)) for row in rows if not isinstance(row, Total)]

    def change(self, change: Change, feed: str | None = None, *, keeps_totals: bool = False) -> "Parcel":
        """Change the rows of the form's list of a feed; its total follows, unless it is kept as it was.

        Subtotals between the rows are left out of a list that changed: nothing says any more what they add up.
        """
        feed = feed or self.delivery.feed
        keys, rows = _table(self.form, feed)
        before = [tuple(row) for row in rows if not isinstance(row, Total)]
        changed = [tuple(record.get(key) for key in keys) for record in change(self.records(feed))]
        if changed == before:
            return self
        found = [row for row in rows if isinstance(row, Total)]
        totals = found if len(found) == 1 else []
        if not keeps_totals:
            totals = [_added_up(row, changed, keys) for row in totals]
        return replace(self, form=_filled(self.form, feed, [*changed, *totals]))

    def said(self, **said: Any) -> "Parcel":
        """Send it with other words beside it: ``name``, ``period``, ``version``, ``received_at``, ``channel``."""
        return replace(self, delivery=replace(self.delivery, **said))

    def of_sheet(self, change: Callable[[Sheet], Sheet]) -> "Parcel":
        """Change the first sheet of a workbook as a whole: its lines, its header, its signatures."""
        if not isinstance(self.form, Workbook):
            raise TypeError(f"{self.delivery.name} is no workbook")
        first, *others = self.form.sheets
        return replace(self, form=Workbook([change(first), *others]))


def opened(delivery: Delivery) -> Parcel:
    """Fill in the form of a delivery."""
    return Parcel(delivery, delivery.form())


def place_of(parcel: Parcel, *columns: str) -> list[int]:
    """Return where canonical columns stand in a form."""
    keys, _ = _table(parcel.form, parcel.delivery.feed)
    return [keys.index(column) for column in columns]


def _table(form: Form, feed: str) -> tuple[list[str], Sequence[Sequence[Any]]]:
    if isinstance(form, Pages):
        headings: Sequence[Heading] = list(form.records[0]) if form.records else []
        return _keys(feed, tuple(headings)), [list(record.values()) for record in form.records]
    if isinstance(form, Table):
        return _keys(feed, tuple(form.header)), form.body
    sheet = next(sheet for sheet in form.sheets if sheet.feed == feed)
    return _keys(feed, tuple(sheet.header)), sheet.rows


def _filled(form: Form, feed: str, rows: Sequence[Sequence[Any]]) -> Form:
    if isinstance(form, Pages):
        headings = list(form.records[0])
        return replace(form, records=[dict(zip(headings, row, strict=True)) for row in rows])
    if isinstance(form, Table):
        return replace(form, body=rows)
    return Workbook([replace(sheet, rows=rows) if sheet.feed == feed else sheet for sheet in form.sheets])


@cache
def _keys(feed: str, headings: tuple[Heading, ...]) -> list[str]:
    return [_canonical(feed, heading) or f"#{place}" for place, heading in enumerate(headings)]


def _canonical(feed: str, heading: Heading) -> str | None:
    group, part = (heading, "") if isinstance(heading, str) else heading
    if part == "同期":
        return None
    plain = re.sub(r"[((][^))]*[))]$", "", group)
    known = feeds()[feed].columns
    named = (column.name for column in known if not column.of and {group, plain} & set(column.all_headers))
    path = (column.name for column in known if any(group in part for part in column.parts))
    return next(named, None) or next(path, None)


def _added_up(total: Total, rows: Sequence[Sequence[Any]], keys: Sequence[str]) -> Total:
    """Return a row of totals that adds up other rows than it did."""
    known = feeds()
    money = {column.name for feed in known.values() for column in feed.columns if column.type == "money"}
    return Total(
        sum((Decimal(str(row[place])) for row in rows if row[place] is not None), Decimal())
        if key in money and isinstance(cell, int | Decimal)
        else cell
        for place, (key, cell) in enumerate(zip(keys, total, strict=True))
    )


def where(found: Callable[[Record], bool], **cells: Any) -> Change:
    """Return a change that fills cells of the rows that are found, by a value or by a function of the row."""

    def change(records: list[Record]) -> list[Record]:
        return [_with(record, cells) if found(record) else record for record in records]

    return change


def without(found: Callable[[Record], bool]) -> Change:
    """Return a change that leaves out the rows that are found."""
    return lambda records: [record for record in records if not found(record)]


def one_in(number: int, change: Change) -> Change:
    """Return a change of every so-manieth row, from the first on, of a change that keeps the number of rows."""

    def some(records: list[Record]) -> list[Record]:
        changed = change(records[::number])
        return [changed[at // number] if at % number == 0 else record for at, record in enumerate(records)]

    return some


def _with(record: Record, cells: Mapping[str, Any]) -> Record:
    return record | {name: said(record) if callable(said) else said for name, said in cells.items()}
