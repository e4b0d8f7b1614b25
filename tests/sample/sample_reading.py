"""What an honest reader makes of the sample's files, written without a look at the generator.

Headers and words are those of the contracts; everything else is read from the files: where the header
stands, which cells are merged, which rows are totals, in which order versions supersede each other.
"""

import csv
import io
import json
import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from common.contracts import feeds
from common.periods import assessment_month
from common.text import name_key

Record = dict[str, Any]
OPEN = date.max
AS_OF = date(2023, 9, 30)
_UNIT = re.compile(r"\((元|万元|㎡|元/㎡·天)\)$")


@dataclass(frozen=True)
class File:
    """One delivered file, or one pull."""

    path: Path
    sidecar: dict[str, Any]

    @property
    def version(self) -> tuple[int, str]:
        return self.sidecar.get("version", 0), self.sidecar["received_at"]


def files(inbox: Path, feed: str) -> list[File]:
    """Return the deliveries of a feed in the order in which they were received."""
    marks = (inbox / feed).glob("*.meta.json")
    found = [
        File(mark.with_name(mark.name.removesuffix(".meta.json")), json.loads(mark.read_text("utf-8")))
        for mark in marks
    ]
    return sorted(found, key=lambda file: file.sidecar["received_at"])


def columns(feed: str) -> dict[str, str]:
    """Return canonical names by every header that the contract knows."""
    return {header: column.name for column in feeds()[feed].columns for header in column.all_headers}


def code(feed: str, column: str, word: str | None) -> str | None:
    """Return the code of a word of an enumeration."""
    values = feeds()[feed].by_name[column].values
    return next((key for key, value in values.items() if word in (value.zh, *value.also)), None)


@lru_cache(maxsize=2)
def pages(path: Path) -> dict[str, list[list[Any]]]:
    """Read the sheets of a workbook, merged cells in a column filled down."""
    book = CalamineWorkbook.from_path(path)
    found = {}
    for name in book.sheet_names:
        page = book.get_sheet_by_name(name)
        rows = found[name] = page.to_python(skip_empty_area=False)
        for (top, left), (bottom, right) in page.merged_cell_ranges or ():
            if left == right:
                for row in range(top + 1, bottom + 1):
                    rows[row][left] = rows[top][left]
    return found


def records(path: Path, feed: str, sheet: str | None = None) -> list[Record]:
    """Return the records of a workbook: of one sheet, or of all."""
    found = []
    for name, rows in pages(path).items():
        if sheet in (None, name):
            for record in _body(rows, feed):
                record["sheet"] = name
                found.append(record)
    return found


def _body(rows: list[list[Any]], feed: str) -> list[Record]:
    known = columns(feed)
    top = next(at for at, row in enumerate(rows) if sum(_UNIT.sub("", str(cell)) in known for cell in row) > 2)
    header = [known.get(_UNIT.sub("", str(cell))) for cell in rows[top]]
    if "本期" in rows[top + 1]:
        top += 1
        header = [name if rows[top][at] in ("", rows[top - 1][at], "本期") else None for at, name in enumerate(header)]
    named = [(name, at) for at, name in enumerate(header) if name]
    found = []
    for row in rows[top + 1 :]:
        if str(row[0]).endswith(("合计", "小计")):
            continue
        if not any(cell != "" for cell in row):
            break
        found.append({name: row[at] for name, at in named if row[at] != ""})
    return found


def table(path: Path, feed: str) -> list[Record]:
    """Read the records of a text file."""
    known = columns(feed)
    content = path.read_bytes()
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        text = content.decode("gb18030")
    lines = list(csv.reader(io.StringIO(text, newline="")))
    header = [known[_UNIT.sub("", cell)] for cell in lines[0]]
    return [{name: cell for name, cell in zip(header, line, strict=True) if cell} for line in lines[1:]]


def pulled(folder: Path, feed: str) -> list[Record]:
    """Read the records of a pull."""
    known = columns(feed)
    pages = [json.loads(page.read_text("utf-8")) for page in sorted(folder.glob("*.json"))]
    found = [row for page in pages for row in page["rows"]]
    assert {page["total"] for page in pages} == {len(found)}
    return [{known.get(key, key): value for key, value in row.items() if value is not None} for row in found]


@cache
def day(value: Any) -> date:
    """Read a date in any of the notations that the files use."""
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    numbers = re.findall(r"\d+", value)
    if len(numbers[0]) == 8:
        numbers = [value[:4], value[4:6], value[6:]]
    return date(*(int(number) for number in [*numbers, "1"][:3]))


def moment(value: str) -> datetime:
    """Read a time of the hotline interface."""
    return datetime.strptime(value, "%Y-%m-%d %H:%M:%S")


def snapshot_day(file: File) -> date:
    """Return the day of a snapshot from its title."""
    title = next(iter(pages(file.path).values()))[0][0]
    return day(re.findall(r"截至(.+?)）", title)[0])


def fen(value: float) -> int:
    """Turn 万元 into fen, of which the number must be a multiple."""
    amount = round(value * 1_000_000)
    assert amount / 1_000_000 == value
    return amount


@dataclass
class Buildings:
    """Buildings by code: when they are in statistics, and what they are called."""

    counted: dict[str, list[list[date]]]
    by_name: dict[str, str]

    def is_counted(self, building: str, on: date) -> bool:
        return any(start <= on < end for start, end in self.counted.get(building, []))

    def at(self, place: str | None) -> str | None:
        """Find a building by name or alias, with or without a floor and room behind it."""
        if not place:
            return None
        return self.by_name.get(name_key(re.sub(r"\d+层\d+室$", "", place)))


def read_buildings(inbox: Path) -> Buildings:
    """Follow the buildings through the snapshots of B01 (SPEC 0.1b, Deliveries)."""
    counted: dict[str, list[list[date]]] = defaultdict(list)
    by_name: dict[str, str] = {}
    for at, file in enumerate(files(inbox, "B01")):
        on = snapshot_day(file)
        for row in records(file.path, "B01"):
            spans = counted[row["building_code"]]
            is_open = bool(spans) and spans[-1][1] == OPEN
            if row["stat_flag"] == "是" and not is_open:
                spans.append([day(row["stat_from"]) if at == 0 else on, OPEN])
            elif row["stat_flag"] == "否" and is_open:
                spans[-1][1] = on
            for name in (row["building_name"], *row.get("alias", "").split("、")):
                if name:
                    assert by_name.setdefault(name_key(name), row["building_code"]) == row["building_code"]
    return Buildings(counted, by_name)


def read_names(inbox: Path) -> dict[str, set[str]]:
    """Return credit codes by the names that enterprises bear or bore."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in files(inbox, "E01"):
        for row in table(file.path, "E01"):
            for name in (row["name"], row.get("former_name", "")):
                found[name_key(name)].add(row["uscc"])
    return found


@dataclass
class Stay:
    """An occupancy as the snapshots of O01 show it."""

    uscc: str
    building: str
    unit: str
    start: date
    end: date
    months: list[int]
    area: float | None
    reason: str | None


def read_stays(inbox: Path, buildings: Buildings, names: dict[str, set[str]]) -> list[Stay]:
    """Infer the intervals of occupancies from the snapshots (SPEC O01)."""
    stays: dict[tuple[str, str, str, date], Stay] = {}
    days = []
    for at, file in enumerate(files(inbox, "O01")):
        days.append(snapshot_day(file))
        for row in records(file.path, "O01"):
            house = buildings.at(row.get("building_name", row["sheet"]))
            bearers = names[name_key(row["enterprise_name"])]
            uscc = row.get("uscc") or next(iter(bearers))
            assert house
            assert row.get("uscc") or len(bearers) == 1
            unit, start = str(row["unit_no"]), day(row["moved_in_on"])
            stay = stays.setdefault((uscc, house, unit, start), Stay(uscc, house, unit, start, OPEN, [], None, None))
            stay.months.append(at)
            stay.area = row.get("leased_area_m2")
            if "moved_out_on" in row:
                stay.end = day(row["moved_out_on"])
                stay.reason = code("O01", "move_out_reason", row.get("move_out_reason"))
    for stay in stays.values():
        if stay.end == OPEN and stay.months[-1] + 2 < len(days):
            stay.end = days[stay.months[-1] + 1]
    return list(stays.values())


@dataclass
class Presence:
    """Who is in a building in statistics on which day."""

    buildings: Buildings
    stays: dict[str, list[Stay]]

    def houses(self, uscc: str, on: date) -> set[str]:
        return {
            stay.building
            for stay in self.stays.get(uscc, [])
            if stay.start <= on < stay.end and self.buildings.is_counted(stay.building, on)
        }


def read_presence(inbox: Path) -> Presence:
    """Read buildings, enterprises and occupancies."""
    buildings = read_buildings(inbox)
    stays: dict[str, list[Stay]] = defaultdict(list)
    for stay in read_stays(inbox, buildings, read_names(inbox)):
        stays[stay.uscc].append(stay)
    return Presence(buildings, stays)


@dataclass(slots=True)
class Receipt:
    """A row of T01 in fen."""

    uscc: str
    tax_type: str
    month: str
    end: date
    total: int
    district: int
    voucher: str
    original: str | None
    is_refund: bool


@dataclass(frozen=True)
class MonthList:
    """A list of T01: its rows, and in fen what its total row says of this month and of the year before."""

    rows: list[Receipt]
    sums: tuple[int, int]
    sums_before: tuple[int, int]


def read_receipts(file: File) -> MonthList:
    """Read a month's list and check it against its own total."""
    kinds = {
        word: key
        for key, value in feeds()["T01"].by_name["tax_type"].values.items()
        for word in (value.zh, *value.also)
    }
    found = []
    for row in records(file.path, "T01"):
        found.append(
            Receipt(
                row["uscc"],
                kinds[row["tax_type"]],
                f"{day(row['treasury_month']):%Y-%m}",
                day(row["tax_period_end"]),
                fen(row["amount_total"]),
                fen(row["amount_district"]),
                row["voucher_no"],
                row.get("orig_ref"),
                row.get("is_refund") == "是",
            )
        )
    (page,) = pages(file.path).values()
    total, before, district, district_before = (
        fen(cell) for cell in next(row for row in page if row[0] == "合计")[6:10]
    )
    assert total == sum(row.total for row in found)
    assert district == sum(row.district for row in found)
    return MonthList(found, (total, district), (before, district_before))


def tax_sums(
    lists: dict[Path, MonthList], presence: Presence, inbox: Path, months: list[str], known_at: str = "9999"
) -> tuple[int, int]:
    """Sum what falls on buildings in some treasury months, as it was known at a moment (SPEC 2.1a)."""
    newest: dict[str, File] = {}
    for file in files(inbox, "T01"):
        period = file.sidecar["period"]
        if file.sidecar["received_at"] < known_at and (period not in newest or newest[period].version < file.version):
            newest[period] = file
    rows = [row for file in newest.values() for row in lists[file.path].rows]
    by_voucher = {row.voucher: row for row in rows}
    assert len(by_voucher) == len(rows)
    total = district = 0
    for row in rows:
        origin = row
        while origin.is_refund and origin.original:
            origin = by_voucher[origin.original]
        if (
            row.month in months
            and row.tax_type not in ("SOCIAL", "CUSTOMS")
            and presence.houses(origin.uscc, origin.end)
        ):
            total += row.total
            district += row.district
    return total, district


def read_tickets(inbox: Path) -> dict[str, Record]:
    """Return every ticket in its newest version."""
    newest: dict[str, Record] = {}
    for file in files(inbox, "H01"):
        for row in pulled(file.path, "H01"):
            if row["ticket_no"] not in newest or newest[row["ticket_no"]]["updated_at"] < row["updated_at"]:
                newest[row["ticket_no"]] = row
    return newest


def counted_tickets(tickets: dict[str, Record], buildings: Buildings) -> list[Record]:
    """Return the tickets that count (SPEC 0.1b, Hotline)."""
    return [
        row
        for row in tickets.values()
        if code("H01", "unit_role", row["unit_role"]) == "LEAD"
        and row["is_duplicate"] == "否"
        and code("H01", "ticket_type", row["ticket_type"]) not in ("CONSULT", "TEST")
        and (house := buildings.at(row.get("place")))
        and buildings.is_counted(house, moment(row["created_at"]).date())
    ]


def by_assessment_month(tickets: list[Record]) -> dict[str, int]:
    """Count tickets by the assessment month of their creation."""
    found: dict[str, int] = defaultdict(int)
    for row in tickets:
        found[assessment_month(moment(row["created_at"]).date())] += 1
    return found
