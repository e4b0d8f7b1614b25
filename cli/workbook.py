"""The workbook that goes back to a sender: mend the marked cells, delete nothing, put it into the inbox.

What stands in it is written as text or as plain numbers, never as a formula (B-SEC-01), so that the contract of the
feed reads a mended row as it would have read the first one.
"""

import io
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from xlsxwriter.utility import xl_rowcol_to_cell

from cli.mending import Fault, Mending, Row, Sheet
from common.exports import escaped, is_plain_number
from common.files import write_bytes, write_json
from common.messages import Language, Message
from common.supplements import DELIVERY, FILE, ROW, SHEET

REASON = Message("退回原因", "Why it waits")
REMEDY = Message("怎么改", "What to do")
ORIGIN = (DELIVERY, FILE, SHEET, ROW)
_TITLE = "补报"
_HOW = Message(
    "请在黄色单元格中改正,不必删除行列,最右四列请勿改动;改好后把本文件放入收件目录的 {feed} 文件夹,只更正这些行。",
    "Correct the yellow cells; delete nothing and leave the last four columns as they are. Then put this file into "
    "the inbox folder {feed}: only these rows are corrected.",
)
_LOST_NAME = Message("原文件已销毁", "Raw file destroyed")
_LOST = Message(
    "这些行的原文件已按保存期限销毁或无法读取,仅列出发现的问题;请从本部门留存的文件中改正后补报。",
    "The raw files of these rows were destroyed by the retention rule or cannot be read, so only what was found is "
    "listed; correct the rows in your own copy and send them again.",
)
_NOTHING = Message("没有待处理的行。", "No rows wait.")
_LOST_HEADS: Mapping[str, Message] = {
    "feed": Message("数据源", "Feed"), "delivery_id": Message("报送编号", "Delivery"),
    "file": Message("文件", "File"), "sheet": Message("所在表", "Sheet"), "row_no": Message("行", "Row"),
    "column": Message("列", "Column"), "value": Message("值", "Value"),
    "message_zh": Message("退回原因", "Why it waits"), "message_en": Message("退回原因", "Why it waits"),
}  # fmt: skip
_NUMERIC = ("integer", "decimal", "money", "capital", "area", "rent")
_FORBIDDEN = re.compile(r"[\[\]:*?/\\]")
_UNFIT = re.compile(r"[\s/\\:*?\"<>|]+")
_LONGEST_LIST = 255
"""A spreadsheet keeps no longer list of choices with a cell."""


def workbook(given: Mending, language: Language) -> bytes:
    """Return the workbook: one sheet for each header of each sender, and one for what cannot be shown any more."""
    content = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        formats = {
            "text": book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"}),
            "faulty": book.add_format({"num_format": "@", "bg_color": "#FFEB9C", "text_wrap": True, "valign": "top"}),
            "number": book.add_format({"valign": "top"}),
            "faulty_number": book.add_format({"bg_color": "#FFEB9C", "valign": "top"}),
            "said": book.add_format({"text_wrap": True, "valign": "top", "font_color": "#9C0006"}),
            "origin": book.add_format({"num_format": "@", "font_color": "#7F7F7F", "valign": "top"}),
            "head": book.add_format({"bold": True, "border": 1, "text_wrap": True, "valign": "vcenter"}),
            "title": book.add_format({"bold": True, "font_size": 14}),
        }
        for number, sheet in enumerate(given.sheets, start=1):
            page = book.add_worksheet(_sheet_name(sheet, number))
            _Page(page, sheet, formats, language).write()
        if given.lost.height or not given.sheets:
            _write_lost(book.add_worksheet(_LOST_NAME.say(language)), given.lost, formats, language)
    return content.getvalue()


def write_workbooks(given: Mending, out: Path, language: Language) -> list[Path]:
    """Write one workbook, or into a folder one for each sender, feed and snapshot, and return their paths.

    Whoever gets a workbook of a folder sees no other sender's rows. A layout that a feed's contract does not know
    is named in the sidecar to drop beside it.
    """
    if out.suffix.lower() == ".xlsx":
        write_bytes(out, workbook(given, language), mode=0o600)
        return [out]
    parts: dict[str, list[Sheet]] = {}
    for sheet in given.sheets:
        words = (_TITLE, sheet.feed.id + sheet.feed.name.zh, sheet.as_at, sheet.who.zh, sheet.layout)
        parts.setdefault("_".join(_UNFIT.sub("", word) for word in words if word), []).append(sheet)
    written = []
    for name, sheets in parts.items():
        path = out / f"{name}.xlsx"
        write_bytes(path, workbook(Mending(tuple(sheets), given.lost.clear()), language), mode=0o600)
        if sheets[0].layout:
            write_json(path.with_name(f"{path.name}.meta.json"), {"layout": sheets[0].layout})
        written.append(path)
    if given.lost.height or not parts:
        path = out / f"{_LOST_NAME.say(language)}.xlsx"
        write_bytes(path, workbook(Mending((), given.lost), language), mode=0o600)
        written.append(path)
    return written


def _sheet_name(sheet: Sheet, number: int) -> str:
    """Name a sheet by its feed; the number keeps names apart."""
    return f"{sheet.feed.id} {_FORBIDDEN.sub('', sheet.feed.name.zh)[:20]} {number}"


class _Page:
    """One sheet being written."""

    def __init__(self, page: Any, sheet: Sheet, formats: Mapping[str, Any], language: Language) -> None:
        self.page, self.sheet, self.formats, self.language = page, sheet, formats, language

    def write(self) -> None:
        sheet, page = self.sheet, self.page
        day = f" 截至{sheet.as_at}" if sheet.as_at else ""
        page.write_string(0, 0, f"{_TITLE} {sheet.feed.name.zh}{day}", self.formats["title"])
        page.write_string(1, 0, _HOW.say(self.language).format(feed=sheet.feed.id))
        top = 2
        if sheet.unit_line:
            page.write_string(2, 0, f"单位:{sheet.unit_line}")
            top = 3
        first = self._heads(top)
        for number, row in enumerate(sheet.rows):
            self._row(first + number, row)
        page.set_column(0, 1, 45)
        page.set_column(2, 1 + len(sheet.headings), 18, self.formats["text"])
        page.set_column(2 + len(sheet.headings), 5 + len(sheet.headings), 14)
        page.freeze_panes(first, 1)

    def _heads(self, top: int) -> int:
        """Write the header as the source has it, in one row or two; returns the first row below it."""
        paths: list[tuple[str, ...]] = [(REASON.say(self.language),), (REMEDY.say(self.language),)]
        paths += [tuple(map(escaped, heading.path)) for heading in self.sheet.headings]
        paths += [(name,) for name in ORIGIN]
        height = max(map(len, paths))
        for place, path in enumerate(paths):
            if len(path) == height:
                for level, text in enumerate(path):
                    self.page.write_string(top + level, place, text, self.formats["head"])
            else:
                self.page.merge_range(top, place, top + height - 1, place, path[0], self.formats["head"])
        return top + height

    def _row(self, at: int, row: Row) -> None:
        reasons = [fault.reason.say(self.language) for fault in row.faults]
        remedies = list(dict.fromkeys(fault.remedy.say(self.language) for fault in row.faults))
        self.page.write_string(at, 0, _numbered(reasons), self.formats["said"])
        self.page.write_string(at, 1, _numbered(remedies), self.formats["said"])
        for place, text in enumerate(row.cells):
            faults = [fault for fault in row.faults if place in fault.places]
            self._cell(at, place, text, faults)
        address = row.address
        origin = (address.delivery_id, address.file, address.sheet, str(address.row))
        for place, text in enumerate(origin, start=2 + len(row.cells)):
            if text:
                self.page.write_string(at, place, escaped(text), self.formats["origin"])

    def _cell(self, at: int, place: int, text: str | None, faults: Sequence[Fault]) -> None:
        column = self.sheet.feed.by_name.get(self.sheet.headings[place].column or "")
        is_number = column is not None and column.type in _NUMERIC and is_plain_number(text)
        plain = "number" if is_number else "text"
        faulty = "faulty_number" if is_number else "faulty"
        shape = self.formats[faulty if faults else plain]
        if text is None:
            self.page.write_blank(at, 2 + place, None, shape)
        elif is_number:
            self.page.write_number(at, 2 + place, float(text), shape)
        else:
            self.page.write_string(at, 2 + place, escaped(text), shape)
        if faults:
            told = "\n".join(fault.reason.say(self.language) for fault in faults)
            self.page.write_comment(xl_rowcol_to_cell(at, 2 + place), told, {"x_scale": 2})
            words = [value.zh for value in column.values.values()] if column else []
            if words and sum(len(word) + 1 for word in words) <= _LONGEST_LIST:
                choice = {"validate": "list", "source": words, "error_type": "warning"}
                self.page.data_validation(at, 2 + place, at, 2 + place, choice)


def _numbered(said: Sequence[str]) -> str:
    return "\n".join(f"{number}. {text}" for number, text in enumerate(said, start=1))


def _write_lost(page: Any, lost: pl.DataFrame, formats: Mapping[str, Any], language: Language) -> None:
    message = f"message_{language}"
    names = [name for name in _LOST_HEADS if not name.startswith("message") or name == message]
    page.write_string(0, 0, (_LOST if lost.height else _NOTHING).say(language))
    for place, name in enumerate(names):
        page.write_string(2, place, _LOST_HEADS[name].say(language), formats["head"])
    for at, finding in enumerate(lost.select(names).iter_rows(), start=3):
        for place, value in enumerate(finding):
            page.write_string(at, place, escaped("" if value is None else str(value)), formats["text"])
    page.set_column(0, len(names) - 1, 20)
