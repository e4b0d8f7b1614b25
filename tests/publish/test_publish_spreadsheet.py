"""The workbook beside the bulletin: figures exact, codes as text, nothing that runs, the same bytes each time."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path

import openpyxl
import polars as pl
import pytest
from louyu_home import Louyu
from openpyxl.worksheet.worksheet import Worksheet
from pack_making import made, row, small_candidate

from common.home import Home
from publish.shelf import Release

SHEETS = ["要闻 headlines", "指标 figures", "目录 catalogue", "注 notes"]
MANY_DIGITS = "12345678901234567.12345678"


@pytest.fixture
def release(tmp_path: Path) -> Release:
    held = [
        row("building_cnt", "278", "278座", "278 buildings"),
        row("building_cnt", "100", "=1+1", "+A1", breakdown_type="grade", breakdown_code="=cmd|A1"),
        row("building_cnt", MANY_DIGITS, "很多座", "many", breakdown_type="grade", breakdown_code="007"),
        row("staff_fill_rate", "-0.25", "-25%", "-25%", unit="%", note="\tx / y"),
    ]
    return made(Home(tmp_path / "home"), small_candidate(tmp_path / "made", held))


def sheet(path: Path, name: str) -> Worksheet:
    found = openpyxl.load_workbook(path)[name]
    assert isinstance(found, Worksheet)
    return found


def table(path: Path, name: str = SHEETS[1]) -> list[dict[str, object]]:
    """The rows of a sheet by their Chinese heads."""
    rows = list(sheet(path, name).iter_rows(min_row=2, values_only=True))
    heads = [str(head).partition("\n")[0] for head in rows[0]]
    return [dict(zip(heads, values, strict=True)) for values in rows[1:]]


def test_the_workbook_opens_with_its_four_sheets_and_says_that_it_is_simulated(release: Release) -> None:
    book = openpyxl.load_workbook(release.public / "figures.xlsx")
    assert book.sheetnames == SHEETS
    for name in SHEETS:
        assert str(book[name]["A1"].value) == f"{release.id} · 2023-09-30 · 模拟数据 simulated data"
        assert all("\n" in str(cell.value) for cell in book[name][2])


def test_codes_and_periods_are_text_and_no_cell_is_a_formula(release: Release) -> None:
    for name in SHEETS:
        for cells in sheet(release.public / "figures.xlsx", name).iter_rows():
            assert {cell.data_type for cell in cells} <= {"s", "n"}
            assert not any(cell.hyperlink for cell in cells)
    rows = table(release.public / "figures.xlsx")
    assert {row["区域代码"] for row in rows} == {"110107"}
    assert {row["时期"] for row in rows} == {"2023-09-30"}
    assert {row["分组代码"] for row in rows} == {"_T", "007", "'=cmd|A1"}


def test_what_could_be_taken_for_a_formula_bears_the_mark_of_the_csv(release: Release) -> None:
    [risky] = [row for row in table(release.public / "figures.xlsx") if row["分组代码"] == "'=cmd|A1"]
    assert (risky["中文表述"], risky["英文表述"]) == ("'=1+1", "'+A1")
    content = (release.public / "kpi_value.csv").read_text(encoding="utf-8-sig")
    assert "'=cmd|A1" in {line["breakdown_code"] for line in csv.DictReader(io.StringIO(content))}


def test_a_number_keeps_every_digit(release: Release) -> None:
    values = {
        row["分组代码"]: row["数值"]
        for row in table(release.public / "figures.xlsx")
        if row["指标代码"] == "building_cnt"
    }
    assert values["_T"] == 278
    assert values["007"] == MANY_DIGITS
    [rate] = [row for row in table(release.public / "figures.xlsx") if row["指标代码"] == "staff_fill_rate"]
    assert rate["数值"] == -0.25


def test_the_same_release_gives_the_same_bytes(release: Release, tmp_path: Path) -> None:
    candidate = tmp_path / "made"
    again = made(Home(tmp_path / "other"), candidate)
    assert (again.public / "figures.xlsx").read_bytes() == (release.public / "figures.xlsx").read_bytes()


def test_the_workbook_is_in_the_manifest(release: Release) -> None:
    manifest = json.loads((release.public / "manifest.json").read_text(encoding="utf-8"))
    assert "figures.xlsx" in manifest["parts"]["figures"]["files"]


def test_the_workbook_of_the_quarter_says_what_the_figures_say(quarter: Louyu) -> None:
    [public] = quarter.home.releases.glob("*/public")
    figures = pl.read_parquet(public / "kpi_value.parquet")
    whole = figures.filter(area_type="district", breakdown_type="_T")
    keys = ("指标代码", "区域类型", "区域代码", "分组类型", "分组代码", "时期", "基期", "可比口径", "口径")
    rows = {tuple(row[key] for key in keys): row for row in table(public / "figures.xlsx")}
    assert len(rows) > whole.height
    known = {
        tuple(one[name] for name in ("kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period",
                                     "base_period", "basis", "caliber")): one
        for one in figures.iter_rows(named=True)
    }  # fmt: skip
    for key, said in rows.items():
        one = known[key]
        assert (said["中文表述"], said["英文表述"]) == (one["printed_zh"], one["printed_en"]), key
        assert (said["数值"] is None) is (one["value"] is None), key
        if one["value"] is not None:
            assert Decimal(str(said["数值"])) == one["value"], key
