"""Rows that stand for rows of an earlier delivery (SPEC 3.0, CORRECTION): where each of them came from."""

from dataclasses import dataclass

DELIVERY, FILE, SHEET, ROW = "原报送", "原文件", "原工作表", "原行号"
"""The headings of the columns in which a mended workbook says so; the same in every language, as ingest reads them."""


@dataclass(frozen=True, slots=True, order=True)
class Corrected:
    """The address of a row that a later row stands for."""

    delivery_id: str
    file: str
    sheet: str | None
    row: int
