"""Small files as departments send them, and what ingest makes of them."""

import csv
import io
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import openpyxl
import polars as pl

from common.clock import BEIJING
from common.contracts import feeds
from common.deliveries import Delivery, Sidecar, StoredFile
from common.files import digest
from common.keys import Pseudonymiser
from ingest.files.grids import Grid, only_cells
from ingest.opening import NamedFile
from ingest.outcome import Outcome
from ingest.parse import parse
from ingest.values.convert import Context, Converted, convert
from ingest.values.units import find_unit

KEY = Pseudonymiser(1, b"0123456789abcdef0123456789abcdef")
RECEIVED = datetime(2023, 10, 12, 9, tzinfo=BEIJING)
CODES = ("91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W", "91110107100000016P")

TAX = ("纳税人识别号", "纳税人名称", "税种", "入库月份", "全口径税收")
TAX_ROWS = (
    (CODES[0], "甲公司", "增值税", "2023-09", "1.5"),
    (CODES[1], "乙公司", "企业所得税", "2023-09", "2.25"),
    (CODES[2], "丙公司", "印花税", "2023-09", "-0.25"),
)
BUILDINGS = ("楼宇名称", "所属街道", "坐落地址", "建筑面积", "可租赁面积", "是否纳入统计")
BUILDING_ROWS = (
    ("银河大厦", "八角街道", "石景山路1号", "10000", "8000", "是"),
    ("金安大厦", "苹果园街道", "北辛安路2号", "20000", "15000", "是"),
    ("古城大厦", "古城街道", "古城路3号", "3000", "2500", "否"),
)
TICKETS = (
    "工单编号",
    "工单类型",
    "问题分类",
    "创建时间",
    "一级承办单位",
    "被反映区",
    "被反映街乡镇",
    "工单状态",
    "更新时间",
)

Row = Sequence[Any]


def csv_bytes(*rows: Row, encoding: str = "utf-8", end: str = "\r\n", delimiter: str = ",") -> bytes:
    """Rows as CSV, quoted where needed."""
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator=end, delimiter=delimiter).writerows(rows)
    return out.getvalue().encode(encoding)


def xlsx_bytes(
    *rows: Row, sheet: str = "Sheet1", merges: Iterable[str] = (), more: Mapping[str, Sequence[Row]] | None = None,
    change: Callable[[openpyxl.Workbook], None] = lambda _: None,
) -> bytes:  # fmt: skip
    """Rows as a workbook; ``merges`` are ranges such as A1:B1, ``more`` holds further sheets."""
    book = openpyxl.Workbook()
    book.active.title = sheet
    for name, given in {sheet: rows, **(more or {})}.items():
        page = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in given:
            page.append(list(row))
    for merged in merges:
        book[sheet].merge_cells(merged)
    change(book)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def cells(grid: Grid) -> list[list[str | None]]:
    """All cells of a grid, each row as long as the longest."""
    batches = [only_cells(batch) for batch in grid.batches()]
    return [list(row) for row in pl.concat(batches, how="diagonal").iter_rows()] if batches else []


def json_bytes(value: Any) -> bytes:
    """A value as JSON."""
    return json.dumps(value, ensure_ascii=False).encode()


def ticket(number: int, **given: Any) -> dict[str, Any]:
    """One record of a hotline pull."""
    values = (f"GD{number:04d}", "投诉", "物业管理->停车", "2023-09-20 08:00:00", "八角街道", "石景山区", "八角街道",
    "已办结",
              "2023-09-21 08:00:00")  # fmt: skip
    return dict(zip(TICKETS, values, strict=True)) | given


def page(number: int, total: int, *records: dict[str, Any], key: str = "rows") -> bytes:
    """One page of a hotline pull."""
    return json_bytes({"total": total, "page": number, key: list(records)})


def delivery(feed: str, files: Sequence[NamedFile], **sidecar: Any) -> Delivery:
    """A landing of some files."""
    stored = tuple(StoredFile(name, digest(content), len(content)) for name, content in files)
    path = f"{feed}/{files[0][0]}" if len(files) == 1 else f"{feed}/pull"
    return Delivery(feed, path, stored, RECEIVED, 0, Sidecar(**sidecar))


def take(feed: str, content: bytes | Sequence[bytes], name: str = "file", **sidecar: Any) -> Outcome:
    """Parse one file, or the pages of one pull."""
    contents = [content] if isinstance(content, bytes) else content
    files = [(f"{name}_{n}" if len(contents) > 1 else name, part) for n, part in enumerate(contents, start=1)]
    outcome = parse(delivery(feed, files, **sidecar), files, KEY)
    assert balances(outcome), outcome
    return outcome


def balances(outcome: Outcome) -> bool:
    """Tell whether the books of an outcome hold (SURFACE)."""
    counts = (outcome.accepted, outcome.quarantined, outcome.set_aside)
    return min(counts) >= 0 and outcome.read == sum(counts)


def books(outcome: Outcome) -> tuple[str, int, int, int, int]:
    """Status, then rows read, accepted, quarantined and set aside."""
    return outcome.status, outcome.read, outcome.accepted, outcome.quarantined, outcome.set_aside


def refused_by(outcome: Outcome) -> str | None:
    """The rule that refused or held a delivery."""
    return outcome.reason.rule_id if outcome.reason else None


def found(outcome: Outcome, rule_id: str) -> list[dict[str, Any]]:
    """The findings of one rule."""
    return outcome.findings.filter(rule_id=rule_id).to_dicts()


def values(outcome: Outcome, column: str) -> list[Any]:
    """A column of the accepted rows."""
    return outcome.rows[column].to_list()


def content_of(outcome: Outcome) -> pl.DataFrame:
    """The accepted rows without their address, in one order."""
    bare = outcome.rows.drop("delivery_id", "file", "sheet", "row_no")
    texts = [
        pl.col(name).list.join("、") if isinstance(kind, pl.List) else pl.col(name).cast(pl.String)
        for name, kind in bare.schema.items()
    ]
    return bare.sort(texts)


def as_column(feed: str, column: str, *texts: str | None, unit: str | None = None, **context: Any) -> Converted:
    """Convert texts as a column of a contract."""
    given = feeds()[feed].by_name[column]
    found_unit = find_unit(unit, given.type) if unit else None
    return convert(pl.Series(list(texts), dtype=pl.String), Context(given, found_unit, KEY, **context))


def one_value(feed: str, column: str, text: str, **given: Any) -> Any:
    """One converted value, or the id of the rule that refused it."""
    converted = as_column(feed, column, text, **given)
    refused = [rule for _, rule, action, *_ in converted.problems if action == "QUARANTINE"]
    return refused[0] if refused else converted.values[0]
