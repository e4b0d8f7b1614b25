"""How a department writes a table: its headers, units, dates and numbers, and the file around them."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from pathlib import Path
from random import Random

from openpyxl import Workbook
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.worksheet.worksheet import Worksheet

Value = object
Row = dict[str, Value]
EPOCH, MAC_EPOCH = date(1899, 12, 30), date(1904, 1, 1)
FULL_WIDTH = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
NUMERALS = "〇一二三四五六七八九"
UNITS = {"元": 2, "万元": 6, "亿元": 10, "平方米": 2, "万平方米": 6}  # decimals of the last hundredth

DATES = ["2023-07-19", "2023/7/19", "2023.7.19", "2023年7月19日", "20230719", "serial", "cell", "二〇二三年七月十九日"]
MONTHS = ["2023-07", "2023年7月", "202307", "2023.07", "2023/07", "day", "cell"]
TIMES = ["iso", "utc", "plain", "slash", "cell", "noon"]
YES_NO = [("是", "否"), ("√", "否"), ("1", "0"), ("Y", "N"), ("TRUE", "FALSE")]
SPACED = ["{}", " {} ", "{}\n", "　{}"]


@dataclass(frozen=True)
class Hundredths:
    """Money in fen or floor area in square decimetres: written in the unit of its column."""

    value: int


@dataclass(frozen=True)
class Month:
    """A calendar month, written 2023-07."""

    text: str


@dataclass(frozen=True)
class Form:
    """One department's habits."""

    suffix: str = "xlsx"  # xlsx, gb18030.csv, bom.csv, utf8.csv, pages.json, array.json, lines.jsonl
    dates: str = "2023-07-19"
    months: str = "2023-07"
    times: str = "plain"
    numbers: str = "cell"  # cell, text, grouped, full, accounting
    unit: str | None = None
    unit_in: str = "line"  # line or header
    yes_no: tuple[str, str] = ("是", "否")
    spaced: str = "{}"  # how the header cells are padded
    is_mac: bool = False  # the 1904 date system
    titles: tuple[str, ...] = ()
    groups: dict[str, str] = field(default_factory=dict)  # column: the group over it, for a two-row header
    footers: tuple[str, ...] = ()
    merged: tuple[str, ...] = ()
    is_shuffled: bool = True


@dataclass(frozen=True)
class Sheet:
    name: str
    rows: list[Row]
    totals: list[Row] = field(default_factory=list)


def write(path: Path, form: Form, headers: dict[str, str], sheets: Sequence[Sheet], rng: Random) -> None:
    """Write one table; ``headers`` names the header of each column."""
    path.parent.mkdir(parents=True, exist_ok=True)
    columns = list(headers)
    if form.is_shuffled:
        rng.shuffle(columns)
        columns.sort(key=lambda column: column not in form.merged)
    if form.suffix == "xlsx":
        _workbook(path, form, headers, columns, sheets)
        return
    [sheet] = sheets
    if form.suffix.endswith("csv"):
        _csv(path, form, headers, columns, sheet)
    else:
        _json(path, form, headers, columns, sheet)


def cell(value: Value, form: Form) -> Value:
    """Return a value as this department would type it."""
    if isinstance(value, Hundredths):
        return _number(value.value, form)
    if isinstance(value, Month):
        return _month(value.text, form)
    if isinstance(value, datetime):
        return _time(value, form)
    if isinstance(value, date):
        return _date(value, form)
    if isinstance(value, bool):
        return form.yes_no[0 if value else 1]
    return value


def _number(hundredths: int, form: Form) -> Value:
    exact = Decimal(hundredths).scaleb(-UNITS[form.unit or "元"])
    if form.numbers == "cell" and form.suffix == "xlsx":
        return float(exact)
    text = f"{abs(exact):,f}" if form.numbers in ("grouped", "accounting", "full") else f"{abs(exact):f}"
    if form.numbers == "accounting" and exact < 0:
        return f"({text})"
    signed = f"-{text}" if exact < 0 else text
    return signed.translate(FULL_WIDTH) if form.numbers == "full" else signed


def _date(day: date, form: Form) -> Value:
    if form.suffix == "xlsx" and form.dates == "serial":
        return (day - (MAC_EPOCH if form.is_mac else EPOCH)).days
    if form.suffix == "xlsx" and form.dates == "cell":
        return datetime(day.year, day.month, day.day)
    styles = {
        "2023/7/19": f"{day.year}/{day.month}/{day.day}",
        "2023.7.19": f"{day.year}.{day.month}.{day.day}",
        "2023年7月19日": f"{day.year}年{day.month}月{day.day}日",
        "20230719": f"{day:%Y%m%d}",
        "二〇二三年七月十九日": f"{_chinese_year(day.year)}年{_chinese(day.month)}月{_chinese(day.day)}日",
    }
    return styles.get(form.dates, day.isoformat())


def _month(text: str, form: Form) -> Value:
    year, month = int(text[:4]), int(text[5:])
    if form.months == "cell" and form.suffix == "xlsx":
        return datetime(year, month, 1)
    styles = {"2023年7月": f"{year}年{month}月", "202307": f"{year}{month:02}", "2023.07": f"{year}.{month:02}",
              "2023/07": f"{year}/{month:02}", "day": f"{year}-{month:02}-15"}  # fmt: skip
    return styles.get(form.months, text)


def _time(when: datetime, form: Form) -> Value:
    if form.times == "cell" and form.suffix == "xlsx":
        return when
    if form.times == "utc":
        utc = when.replace(tzinfo=timezone(timedelta(hours=8))).astimezone(UTC)
        return f"{utc:%Y-%m-%dT%H:%M:%S}Z"
    if form.times == "noon":
        half, hour = ("下午", when.hour - 12) if when.hour >= 12 else ("上午", when.hour)
        return f"{when.year}/{when.month}/{when.day} {half}{hour or 12}:{when:%M:%S}"
    styles = {"iso": f"{when:%Y-%m-%dT%H:%M:%S}+08:00",
              "slash": f"{when.year}/{when.month}/{when.day} {when.hour}:{when:%M:%S}"}  # fmt: skip
    return styles.get(form.times, f"{when:%Y-%m-%d %H:%M:%S}")


def _chinese_year(year: int) -> str:
    return "".join(NUMERALS[int(digit)] for digit in str(year))


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else "十" if tens == 1 else f"{NUMERALS[tens]}十"
    return head + (NUMERALS[ones] if ones else "")


def _head(form: Form, headers: dict[str, str], columns: list[str]) -> list[list[Value]]:
    """The title lines, the unit line and the one or two header rows."""
    lines: list[list[Value]] = [[title] for title in form.titles]
    if form.unit and form.unit_in == "line":
        lines.append([f"单位：{form.unit}"])
    if form.groups:
        lines.append([form.groups.get(column, headers[column]) for column in columns])
        lines.append([headers[column] if column in form.groups else None for column in columns])
    else:
        lines.append([form.spaced.format(headers[column]) for column in columns])
    return lines


def _workbook(path: Path, form: Form, headers: dict[str, str], columns: list[str], sheets: Sequence[Sheet]) -> None:
    book = Workbook()
    book.remove(book.active)
    if form.is_mac:
        book.epoch = CALENDAR_MAC_1904
    if form.groups:
        columns = sorted(columns, key=lambda column: (column in form.groups, form.groups.get(column, "")))
    for sheet in sheets:
        page = book.create_sheet(sheet.name)
        lines = _head(form, headers, columns)
        for line in lines:
            page.append(line)
        if form.groups:
            _merge_header(page, form, columns, len(lines) - 1)
        first = len(lines) + 1
        for row in [*sheet.rows, *sheet.totals]:
            page.append([cell(row.get(column), form) for column in columns])
        for column in form.merged:
            _merge_down(page, columns.index(column) + 1, first, sheet.rows, column)
        for footer in form.footers:
            page.append([footer])
    book.save(path)


def _merge_header(page: Worksheet, form: Form, columns: list[str], top: int) -> None:
    for n, column in enumerate(columns, start=1):
        if column not in form.groups:
            page.merge_cells(start_row=top, end_row=top + 1, start_column=n, end_column=n)
    for group in dict.fromkeys(form.groups.values()):
        under = [n for n, column in enumerate(columns, start=1) if form.groups.get(column) == group]
        if len(under) > 1:
            page.merge_cells(start_row=top, end_row=top, start_column=under[0], end_column=under[-1])


def _merge_down(page: Worksheet, number: int, first: int, rows: list[Row], column: str) -> None:
    start = 0
    for n in range(1, len(rows) + 1):
        if n == len(rows) or rows[n].get(column) != rows[start].get(column):
            if n - start > 1:
                page.merge_cells(start_row=first + start, end_row=first + n - 1, start_column=number, end_column=number)
            start = n


def _csv(path: Path, form: Form, headers: dict[str, str], columns: list[str], sheet: Sheet) -> None:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerows(_head(form, headers, columns))
    for row in [*sheet.rows, *sheet.totals]:
        writer.writerow(["" if (value := cell(row.get(column), form)) is None else value for column in columns])
    writer.writerows([[footer] for footer in form.footers])
    encoding = {"gb18030.csv": "gb18030", "bom.csv": "utf-8-sig"}.get(form.suffix, "utf-8")
    path.write_bytes(text.getvalue().encode(encoding))


def _json(path: Path, form: Form, headers: dict[str, str], columns: list[str], sheet: Sheet) -> None:
    records = [
        {headers[column]: value for column in columns if (value := cell(row.get(column), form)) is not None}
        for row in sheet.rows
    ]
    if form.suffix == "lines.jsonl":
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records), encoding="utf-8")
    elif form.suffix == "array.json":
        path.write_text(json.dumps(records, ensure_ascii=False), encoding="utf-8")
    else:
        path.mkdir()
        size = len(records) // 3 + 1
        pages = [records[start : start + size] for start in range(0, len(records), size)]
        for number, page in enumerate(pages, start=1):
            key = "rows" if form.suffix == "pages.json" else "data"
            body = {"total": len(records), "page": number, key: page, "code": 200}
            (path / f"page_{number:03}.json").write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
