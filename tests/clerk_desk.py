"""A clerk's desk: a small home, what departments drop into its inbox, and the workbooks that go back to them."""

import io
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
from louyu_home import Louyu
from openpyxl.worksheet.worksheet import Worksheet

from common.codes import credit_code
from common.deliveries import Report
from common.keys import load_pseudonymiser
from ingest.landing import land, parse_feed
from warehouse.books import entries

TAX = ("税务所", "全口径税收", "纳税人名称", "纳税人识别号", "税种", "入库月份", "摘要")

Row = Sequence[object]


def uscc(number: int) -> str:
    """A valid invented credit code for each number."""
    return credit_code(f"91110107MA{number:07d}")


def tax_row(number: int, amount: object = "1.5", month: object = "2023-09", name: str | None = None) -> Row:
    """One row of tax as this bureau writes it: columns in an order of its own, and one that no contract knows."""
    return ("一所", amount, name or f"企业{number}有限公司", uscc(number), "增值税", month, "第一次")


def book(sheets: dict[str, Iterable[Row]], merges: Iterable[str] = ()) -> bytes:
    """Sheets as a workbook; ``merges`` are ranges of the first."""
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        page = made.create_sheet(name)
        for row in rows:
            page.append(list(row))
    for merged in merges:
        made.worksheets[0].merge_cells(merged)
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


@dataclass(frozen=True)
class Desk:
    """One home and the command line over it."""

    louyu: Louyu

    def drop(self, feed: str, name: str, content: bytes, received: str = "2023-10-12", **sidecar: object) -> None:
        """Put a file into the inbox, received on a day."""
        path = self.louyu.home.inbox / feed / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        said = {"received_at": f"{received}T09:00:00+08:00", **sidecar}
        path.with_name(f"{name}.meta.json").write_text(json.dumps(said), encoding="utf-8")

    def drop_tax(self, name: str, *rows: Row, received: str = "2023-10-12", **sidecar: object) -> None:
        """Drop a month's tax in 万元."""
        title = ("石景山区楼宇税收",), ("单位:万元",)
        self.drop("T01", f"{name}.xlsx", book({"税收": (*title, TAX, *rows)}), received, **sidecar)

    def take_in(self) -> dict[str, Report]:
        """Land and parse what is new; the reports by the name of their file."""
        home = self.louyu.home
        land(home, home.inbox)
        pseudonymise, _ = load_pseudonymiser(home.root)
        reports = {}
        for folder in sorted(home.inbox.iterdir()):
            for report in parse_feed(home, folder.name, pseudonymise):
                reports[report.delivery_id] = report
        names = {entry.delivery_id: Path(entry.landing.path).name for entry in entries(home)}
        return {names[delivery]: report for delivery, report in reports.items()}

    def workbook(self, *words: str) -> openpyxl.Workbook:
        """The workbook of the rows that wait."""
        path = self.louyu.home.root / "mend.xlsx"
        self.louyu.call("quarantine", "--xlsx", str(path), *words)
        return openpyxl.load_workbook(path)

    def send_back(
        self, feed: str, mended: openpyxl.Workbook, received: str = "2023-10-20", **sidecar: object
    ) -> Report:
        """Drop a mended workbook into the inbox of its feed, and take it in."""
        out = io.BytesIO()
        mended.save(out)
        name = f"补报{feed}.xlsx"
        self.drop(feed, name, out.getvalue(), received, **sidecar)
        return self.take_in()[name]


def table(page: Worksheet) -> list[dict[str, object]]:
    """The rows of a sheet to mend by their headings, without title and instructions."""
    rows = [list(row) for row in page.iter_rows(values_only=True)]
    top = next(number for number, row in enumerate(rows) if "原报送" in row)
    return [dict(zip(map(str, rows[top]), row, strict=True)) for row in rows[top + 1 :]]


def mend(page: Worksheet, change: Callable[[object], object]) -> None:
    """Change the marked cells in place, as somebody with a spreadsheet does."""
    for row in page.iter_rows():
        for cell in row:
            if cell.comment:
                cell.value = change(cell.value)
