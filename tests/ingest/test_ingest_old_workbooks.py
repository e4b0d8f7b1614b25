"""Workbooks of the older kinds and of OpenDocument are looked into as closely as the newest (B-LAY-05, B-LAY-06)."""

from collections.abc import Callable, Mapping, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import BUILDING_ROWS, BUILDINGS, TAX, TAX_ROWS, books, cells, found, refused_by, take, xlsx_bytes
from old_workbooks import Xls, Xlsb, ods, ods_cell, ods_row

from common.rules import Refusal
from ingest.files.archives import Archive
from ingest.files.biff import look_into_xls, look_into_xlsb
from ingest.files.opendocument import look_into_ods
from ingest.files.readers import open_file
from sample.broken.containers import archive

Rows = Sequence[Sequence[str]]
Errors = Mapping[tuple[int, int], str]
ROWS: Rows = (TAX, *TAX_ROWS)
AMOUNT = TAX.index("全口径税收")


def xls(rows: Rows, errors: Errors, hidden_row: int | None = None, *, in_formulas: bool = False) -> bytes:
    fail = Xls.failed_formula if in_formulas else Xls.error
    made = [
        fail(row, column, errors[row, column]) if (row, column) in errors else Xls.text(row, column, text)
        for row, given in enumerate(rows)
        for column, text in enumerate(given)
    ]
    return Xls.book([*([] if hidden_row is None else [Xls.hidden_row(hidden_row)]), *made])


def xlsb(rows: Rows, errors: Errors, hidden_row: int | None = None, *, in_formulas: bool = False) -> bytes:
    fail = Xlsb.failed_formula if in_formulas else Xlsb.error
    made = []
    for row, texts in enumerate(rows):
        made.append(Xlsb.row(row, is_hidden=row == hidden_row))
        for column, text in enumerate(texts):
            made.append(fail(column, errors[row, column]) if (row, column) in errors else Xlsb.text(column, text))
    return Xlsb.book(made)


def open_document(rows: Rows, errors: Errors, hidden_row: int | None = None, *, in_formulas: bool = False) -> bytes:
    # what stands in a cell of this kind is an error only where a formula made it
    del in_formulas
    failed = 'table:formula="of:=1/0" office:value-type="string" office:string-value="" calcext:value-type="error"'
    made = [
        ods_row(
            *(ods_cell(errors[row, n], failed) if (row, n) in errors else text for n, text in enumerate(texts)),
            attributes='table:visibility="filter"' if row == hidden_row else "",
        )
        for row, texts in enumerate(rows)
    ]
    return ods("".join(made))


KINDS = pytest.mark.parametrize("workbook", [xls, xlsb, open_document])


@KINDS
@pytest.mark.parametrize("error", ["#N/A", "#REF!", "#DIV/0!", "#NULL!"])
@pytest.mark.parametrize("in_formulas", [False, True])
def test_a_cell_with_an_error_keeps_its_row_waiting(
    workbook: Callable[..., bytes], error: str, in_formulas: bool
) -> None:
    outcome = take("T01", workbook(ROWS, {(2, AMOUNT): error}, in_formulas=in_formulas))
    assert books(outcome) == ("ACCEPTED", 3, 2, 1, 0)
    (told,) = found(outcome, "B-LAY-06")
    assert (told["row_no"], told["column"], told["value"]) == (3, "全口径税收", error)


@KINDS
def test_an_error_in_a_column_that_may_be_empty_is_no_empty_cell(workbook: Callable[..., bytes]) -> None:
    rows = [tuple(row) for row in (BUILDINGS, *BUILDING_ROWS)]
    place = (1, BUILDINGS.index("可租赁面积"))
    assert books(take("B01", workbook(rows, {place: "#VALUE!"})))[1:4] == (3, 2, 1)


@KINDS
def test_a_hidden_row_is_read_and_told(workbook: Callable[..., bytes]) -> None:
    outcome = take("T01", workbook(ROWS, {}, 2))
    assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
    assert [(told["value"], told["sheet"]) for told in found(outcome, "B-LAY-05")] == [("3:3", "Sheet1")]


@KINDS
def test_nothing_is_told_of_a_sheet_without_hidden_parts(workbook: Callable[..., bytes]) -> None:
    outcome = take("T01", workbook(ROWS, {}))
    assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
    assert not found(outcome, "B-LAY-05")
    assert not found(outcome, "B-LAY-06")


XLS_ROW = [Xls.text(0, 0, "a"), Xls.text(0, 3, "b")]
XLSB_ROW = [Xlsb.row(0), Xlsb.text(0, "a"), Xlsb.text(3, "b")]


@pytest.mark.parametrize("content", [
    Xls.book([Xls.hidden_column(1, 2), *XLS_ROW]), Xlsb.book(XLSB_ROW, columns=Xlsb.hidden_column(1, 2)),
    ods('<table:table-column/><table:table-column table:number-columns-repeated="2" table:visibility="collapse"/>'
        + ods_row("a", "b")),
])  # fmt: skip
def test_hidden_columns_are_told_by_their_letters(content: bytes) -> None:
    assert [(note.rule_id, note.value) for note in open_file(content).notes] == [("B-LAY-05", "B:C")]


@pytest.mark.parametrize("content", [
    Xls.book([Xls.text(65_535, 65_535, "a")]), Xls.book(XLS_ROW, extent=(65_536, 65_535)),
    Xlsb.book([Xlsb.row(1_048_575), Xlsb.text(16_383, "a")]),
    Xlsb.book([Xlsb.row(0), Xlsb.text(16_383, "a"), Xlsb.row(1_048_575), Xlsb.error(0, "#N/A")]),
    ods(ods_row(ods_cell("a", 'office:value-type="string" table:number-columns-repeated="16384"'),
                attributes='table:number-rows-repeated="1048576"')),
    ods(ods_row(ods_cell("a", 'office:value-type="string" table:number-columns-repeated="999999999999"'))),
    ods('<table:table-row table:number-rows-repeated="1048575"><table:table-cell/></table:table-row>'
        + ods_row('<table:table-cell table:number-columns-repeated="16383"/>', "a")),
])  # fmt: skip
def test_a_sheet_whose_cells_would_fill_the_memory_is_refused_before_it_is_read(content: bytes) -> None:
    assert refused_by(take("T01", content)) == "L-LAY-EXTENT"


@pytest.mark.parametrize("content", [
    Xls.book(XLS_ROW, extent=(65_536, 256)), Xlsb.book(XLSB_ROW, extent=(1_048_576, 16_384)),
    ods(ods_row("a", '<table:table-cell table:number-columns-repeated="2"/>', "b",
                '<table:table-cell table:number-columns-repeated="16380"/>')
        + ods_row('<table:table-cell table:number-columns-repeated="16384"/>',
                  attributes='table:number-rows-repeated="1048575"')),
])  # fmt: skip
def test_a_sheet_that_ends_in_empty_cells_is_read(content: bytes) -> None:
    assert cells(open_file(content).grids[0]) == [["a", None, None, "b"]]


@pytest.mark.parametrize("content", [
    Xls.book([Xls.text(0, 0, "a"), Xls.text(1, 1, "b"), Xls.merged(0, 0, 1, 0)]),
    Xlsb.book([Xlsb.row(0), Xlsb.text(0, "a"), Xlsb.row(1), Xlsb.text(1, "b")], merges=[(0, 0, 1, 0)]),
    ods(ods_row(ods_cell("a", 'office:value-type="string" table:number-rows-spanned="2"'))
        + ods_row("<table:covered-table-cell/>", "b")),
])  # fmt: skip
def test_merged_cells_are_known(content: bytes) -> None:
    (merge,) = open_file(content).grids[0].merges
    assert (merge.top, merge.left, merge.bottom, merge.right, merge.value) == (0, 0, 1, 0, "a")


@pytest.mark.parametrize("make", [
    lambda is_1904: Xls.book([Xls.number(0, 0, 1)], is_1904=is_1904),
    lambda is_1904: Xlsb.book([Xlsb.row(0), Xlsb.number(0, 1)], is_1904=is_1904),
])  # fmt: skip
def test_the_date_system_of_1904_is_told(make: Callable[[bool], bytes]) -> None:
    for is_1904 in (True, False):
        opened = open_file(make(is_1904))
        assert opened.grids[0].epoch_1904 is is_1904
        assert [note.rule_id for note in opened.notes] == (["B-DAT-03"] if is_1904 else [])


def test_a_chart_in_a_sheet_does_not_end_it() -> None:
    chart = Xls.book([Xls.text(9, 9, "in the chart")])
    inner = chart[chart.index(b"\x09\x08\x10\x00\x00\x06\x10\x00") :]
    inner = inner[: inner.index(b"\x0a\x00\x00\x00") + 4]
    opened = open_file(Xls.book([*XLS_ROW, inner, Xls.error(1, 0, "#N/A")]))
    assert cells(opened.grids[0])[1][0] == "#N/A"


@pytest.mark.parametrize(("attributes", "text", "shown"), [
    ('table:formula="of:=[.B1]"', "", "#CALC!"),
    ('table:formula="of:=[.B1]" office:value-type="string"', "", None),
    ('table:formula="of:=[.B1]" office:value-type="float" office:value="7"', "7", "7"),
    ('table:formula="of:=[.B1]" office:value-type="float" office:value="0"', "Err:502", "Err:502"),
    ('table:formula="of:=[.B1]" office:value-type="string" calcext:value-type="error"', "错误:502", "#CALC!"),
    ('table:formula="of:=[.B1]" office:value-type="string"', "#REF!", "#REF!"),
])  # fmt: skip
def test_a_formula_without_a_result_is_no_empty_cell(attributes: str, text: str, shown: str | None) -> None:
    content = ods(ods_row("head", "b") + ods_row(ods_cell(text, attributes), "x"))
    assert cells(open_file(content).grids[0])[1] == [shown, "x"]


def test_an_error_that_stands_for_many_cells_is_shown_in_each() -> None:
    failed = 'table:formula="of:=1/0" table:number-columns-repeated="2" calcext:value-type="error"'
    content = ods(ods_row("a", "b") + ods_row(ods_cell("#N/A", failed), attributes='table:number-rows-repeated="2"'))
    assert cells(open_file(content).grids[0]) == [["a", "b"], ["#N/A", "#N/A"], ["#N/A", "#N/A"]]


def test_a_table_within_a_cell_is_no_sheet_and_moves_no_cell() -> None:
    failed = ods_cell("#N/A", 'table:formula="of:=1/0" calcext:value-type="error"')
    hidden = ods_row(failed, attributes='table:visibility="collapse"')
    inner = f'<table:table table:name="inner">{hidden}</table:table>'
    content = archive({"content.xml": _content(ods_row("a", f"<table:table-cell>{inner}</table:table-cell>"))})
    (sheet,) = look_into_ods(Archive(content))
    assert (sheet.shown, sheet.hidden) == ({}, None)


def test_an_encrypted_spreadsheet_is_named_as_such() -> None:
    content = archive({
        "mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": bytes(range(256)),
        "META-INF/manifest.xml": b"<manifest><encryption-data/></manifest>",
    })  # fmt: skip
    assert refused_by(take("T01", content, "a.ods")) == "B-FIL-02"


def test_markup_that_ends_too_early_is_damaged() -> None:
    content = archive({"content.xml": _content(ods_row("a"))[:-30]})
    assert reason(lambda: look_into_ods(Archive(content))) == "B-FIL-06"


def test_a_code_with_lost_digits_is_shown_as_such() -> None:
    content = Xls.book([Xls.text(0, 0, "a"), Xls.number(1, 0, 1234567890123456)])
    assert cells(open_file(content).grids[0])[1] == ["1.234568e+15"]


def _content(body: str) -> bytes:
    return Archive(ods(body)).read("content.xml")


def reason(look: Callable[[], object]) -> str | None:
    try:
        look()
    except Refusal as refusal:
        return refusal.finding.rule_id
    return None


REASONS = (None, "B-FIL-06", "L-LAY-EXTENT")
OLD, BINARY = xls(ROWS, {(1, 1): "#N/A"}, 2), xlsb(ROWS, {(1, 1): "#N/A"}, 2)


@given(st.lists(st.tuples(st.integers(0, len(OLD) - 1), st.integers(0, 255)), max_size=20))
def test_whatever_the_bytes_of_an_old_workbook_a_look_ends_in_a_reason_at_worst(changes: list[tuple[int, int]]) -> None:
    spoilt = bytearray(OLD)
    for place, byte in changes:
        spoilt[place] = byte
    assert reason(lambda: look_into_xls(bytes(spoilt))) in REASONS


@given(st.sampled_from(["xl/workbook.bin", "xl/worksheets/sheet1.bin"]), st.lists(
    st.tuples(st.integers(0, 199), st.integers(0, 255)), max_size=20
))  # fmt: skip
def test_whatever_the_parts_of_a_binary_workbook_a_look_ends_in_a_reason_at_worst(
    part: str, changes: list[tuple[int, int]]
) -> None:
    given_ = Archive(BINARY)
    parts = {name: given_.read(name) for name in given_.entries}
    spoilt = bytearray(parts[part])
    for place, byte in changes:
        spoilt[place % len(spoilt)] = byte
    content = archive(parts | {part: bytes(spoilt)})
    assert reason(lambda: look_into_xlsb(Archive(content))) in REASONS


def test_a_last_row_of_nothing_but_formulas_without_a_result_waits_too() -> None:
    content = xlsx_bytes(TAX, *TAX_ROWS, ("=A2", "=B2", "=C2", "=D2", "=E2"))
    outcome = take("T01", content)
    assert books(outcome) == ("ACCEPTED", 4, 3, 1, 0)
    assert {told["row_no"] for told in found(outcome, "B-LAY-06")} == {5}
