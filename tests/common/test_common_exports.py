"""Nothing that a sender wrote runs in a spreadsheet (B-SEC-01), and nothing of it is lost."""

import csv
import io

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.exports import csv_for_spreadsheets, escaped, escaped_frame, unescaped, unescaped_cells

texts = st.text(alphabet=st.sampled_from("=+-@\t\r\n'＝－ 1.,%a甲"), max_size=8)


@pytest.mark.parametrize("text", ["=1+1", "+A1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "-甲"])
def test_what_could_run_as_a_formula_is_escaped(text: str) -> None:
    assert escaped(text) == f"'{text}"


@pytest.mark.parametrize("text", ["-0.25", "+12%", "-1,234.50", "-", "－", "甲公司", "2023-09", "1=1", ""])
def test_a_number_and_a_dash_stay_what_they_are(text: str) -> None:
    assert escaped(text) == text


@given(texts)
def test_escaping_loses_nothing_and_leaves_nothing_that_runs(text: str) -> None:
    assert unescaped(escaped(text)) == text
    assert not escaped(text).startswith(("=", "@", "\t", "\r"))


@given(st.lists(texts, min_size=1))
def test_a_frame_is_escaped_as_its_cells_are(cells: list[str]) -> None:
    assert escaped_frame(pl.DataFrame({"a": cells}))["a"].to_list() == [escaped(text) for text in cells]


@given(st.lists(texts, min_size=1))
def test_a_column_is_read_back_as_its_cells_are(cells: list[str]) -> None:
    frame = pl.DataFrame({"a": cells})
    assert frame.select(unescaped_cells("a"))["a"].to_list() == [unescaped(text) for text in cells]
    assert escaped_frame(frame).select(unescaped_cells("a"))["a"].to_list() == cells


def test_csv_opens_in_a_spreadsheet_and_runs_nothing() -> None:
    content = csv_for_spreadsheets(pl.DataFrame({"name": ["=HYPERLINK(1)", "甲"], "n": [-1, 2]}))
    assert content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    assert rows == [["name", "n"], ["'=HYPERLINK(1)", "-1"], ["甲", "2"]]
