"""What a file really is, whatever its name says, and the reason where it cannot be read (SPEC 3.0, B-FIL)."""

import csv
import io
import json
import random
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from ingest_making import TAX, TAX_ROWS, cells, csv_bytes, found, json_bytes, refused_by, take, values, xlsx_bytes

from common.rules import Refusal, rules
from ingest.files.encodings import decode
from ingest.files.readers import open_file

OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOOK = xlsx_bytes(("企业", "税款"), *((f"企业{n}", n / 3) for n in range(20)))


def refusal(content: bytes, name: str = "") -> str:
    rule = outcome_of(content, name)
    assert rule is not None
    return rule


def outcome_of(content: bytes, name: str = "") -> str | None:
    """The rule by which a file is refused; None where it is read."""
    try:
        for grid in open_file(content, name=name).grids:
            cells(grid)
    except Refusal as refused:
        return refused.finding.rule_id
    return None


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize("content", [b"", b"\x00" * 512, b"\r\n\r\n", b"   \t\n"])
def test_a_file_without_content_is_empty(content: bytes) -> None:
    assert refusal(content) == "B-FIL-01"


@pytest.mark.parametrize(("content", "rule"), [
    (b"%PDF-1.7\nscan", "B-FIL-05"), (b"\x89PNG\r\n\x1a\n", "B-FIL-05"), (b"\xff\xd8\xff\xe0JFIF", "B-FIL-05"),
    (b"II*\x00tiff", "B-FIL-05"), (b"MM\x00*tiff", "B-FIL-05"),
    (b"<html><p>1</p></html>", "L-FIL-TYPE"), (b"\n <?xml version='1.0'?><a/>", "L-FIL-TYPE"),
    (zipped({"word/document.xml": b"<w/>", "[Content_Types].xml": b""}), "L-FIL-TYPE"),
    (zipped({"a.txt": b"x"}), "L-FIL-TYPE"), (b"MZ\x00\x00\x01binary", "L-FIL-TYPE"),
    (b"Rar!\x1a\x07\x00x", "L-FIL-TYPE"),
    (b"PK\x05\x06" + b"\x00" * 18, "B-FIL-01"), (OLE + b"\x00" * 600, "B-FIL-06"), (OLE, "B-FIL-06"),
    (OLE + b"\x00" * 600 + "EncryptedPackage".encode("utf-16-le"), "B-FIL-02"),
    (OLE + b"\x00" * 504 + b"\x09\x08\x10\x00" + b"\x00" * 16 + b"\x2f\x00\x36\x00" + b"\x01" * 54, "B-FIL-02"),
    (b"PK\x03\x04" + b"junk" * 20, "B-FIL-06"), (BOOK[: len(BOOK) // 2], "B-FIL-06"), (BOOK[:-10], "B-FIL-06"),
    (zipped({"xl/workbook.xml": b"not xml"}), "B-FIL-06"), (b'[{"a": 1}', "B-FIL-06"), (b"[1, 2]", "B-FIL-06"),
    (b'{"a": 1}\n{"b": \n', "B-FIL-06"), (b'a,b\n"1,2\n3,4\n', "B-FIL-06"), (b"[" * 50_000, "B-FIL-06"),
    (b'[{"a":' * 30_000, "B-FIL-06"), (b'{"rows": [1]}', "B-FIL-06"), (b"\xff\xfea", "B-ENC-01"),
    (b"\x81\xff,\xff\n", "B-ENC-01"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_reason(content: bytes, rule: str) -> None:
    assert refusal(content) == rule


def test_a_workbook_under_any_name_is_read_for_what_it_is() -> None:
    workbook = xlsx_bytes(TAX, *TAX_ROWS)
    for name in ("税收.xlsx", "税收.xls", "税收.csv", "税收", "税收.et"):
        assert take("T01", workbook, name).accepted == 3


def test_a_bomb_is_refused_before_anything_unpacks_it() -> None:
    assert refusal(zipped({"xl/worksheets/sheet1.xml": b" " * (200 << 20), "xl/workbook.xml": b""})) == "B-FIL-07"


@pytest.mark.parametrize("corner", ["XFD1048576", "XFD100000", "BZZ65536"])
def test_a_stray_cell_in_the_far_corner_does_not_cost_the_memory_of_the_sheet(corner: str) -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.active[corner] = "x"

    assert refusal(xlsx_bytes(TAX, *TAX_ROWS, change=stray)) == "L-LAY-EXTENT"


@pytest.mark.parametrize("content", [
    b"a,b\n" * 40_000 + b"," * 20_000 + b"\n", json.dumps([{f"k{n}": n} for n in range(8_000)]).encode(),
])  # fmt: skip
def test_one_wide_row_does_not_cost_the_memory_of_a_wide_table(content: bytes) -> None:
    assert refusal(content) == "L-LAY-EXTENT"


def test_the_quotes_of_the_markup_do_not_hide_a_stray_cell() -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.active["XFD1048576"] = "x"

    with zipfile.ZipFile(io.BytesIO(xlsx_bytes(TAX, *TAX_ROWS, change=stray))) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet1.xml"].replace(b'"', b"'")
    assert refusal(zipped(files | {"xl/worksheets/sheet1.xml": sheet})) == "L-LAY-EXTENT"


def test_a_stray_cell_not_far_away_does_no_harm() -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.active["AZ400"] = " "

    assert take("T01", xlsx_bytes(TAX, *TAX_ROWS, change=stray)).accepted == 3


@given(st.integers(0, 2**32), st.integers(1, 6), st.booleans())
def test_a_damaged_workbook_is_read_or_refused_and_never_breaks_the_reader(seed: int, hits: int, cut: bool) -> None:
    chance = random.Random(seed)
    damaged = bytearray(BOOK)
    for _ in range(hits):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    content = bytes(damaged[: chance.randrange(4, len(damaged))] if cut else damaged)
    assert outcome_of(content) in {None, "B-FIL-06", "B-FIL-07", "L-FIL-TYPE", "L-LAY-EXTENT", "B-ENC-01"}


@given(st.binary(max_size=200))
@example(b"PK\x03\x04")
@example(OLE)
@example(b"\xef\xbb\xbf")
@example(b"[")
@example(b"{}")
@example(b'"')
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    assert outcome_of(content) is None or "REJECT" in rules()[outcome_of(content)].actions


@given(st.text(st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_text_is_read_or_refused_by_every_feed(text: str) -> None:
    for feed in ("E01", "H01", "T01"):
        assert take(feed, text.encode()).status in ("ACCEPTED", "REJECTED", "HELD")


def test_a_cell_with_an_error_or_an_uncalculated_formula_keeps_its_row_aside() -> None:
    def spoil(book: openpyxl.Workbook) -> None:
        sheet = book["九月 & 十月"]
        sheet["F2"], sheet["F3"], sheet["A4"] = "#REF!", "=1+1", "#N/A"

    rows = [(*row, "1") for row in (*TAX_ROWS, (*TAX_ROWS[0][:3], "2023-08", "1"))]
    outcome = take("T01", xlsx_bytes((*TAX, "区级税收"), *rows, sheet="九月 & 十月", change=spoil))
    assert (outcome.accepted, outcome.quarantined) == (1, 3)
    assert [(f["cell"], f["value"]) for f in found(outcome, "B-LAY-06")] == [
        ("A4", "#N/A"),
        ("F2", "#REF!"),
        ("F3", "#CALC!"),
    ]


def test_a_formula_with_its_stored_value_is_read_by_that_value() -> None:
    content = xlsx_bytes((*TAX, "区级税收"), (*TAX_ROWS[0], "=1+1"))
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    sheet = files["xl/worksheets/sheet1.xml"]
    calculated = sheet.replace(b"<f>1+1</f><v></v>", b"<f>1+1</f><v>0.75</v>").replace(
        b"<f>1+1</f><v />", b"<f>1+1</f><v>0.75</v>"
    )
    assert calculated != sheet
    outcome = take("T01", zipped(files | {"xl/worksheets/sheet1.xml": calculated}))
    assert [str(value) for value in values(outcome, "amount_district")] == ["0.75"]


def test_an_uncalculated_total_is_no_reason_to_refuse_a_file() -> None:
    assert take("T01", xlsx_bytes(TAX, *TAX_ROWS, ("合计", None, None, None, "=SUM(E2:E4)"))).accepted == 3


def test_hidden_sheets_are_not_read_and_said_so() -> None:
    def hide(book: openpyxl.Workbook) -> None:
        book["旧数据"].sheet_state = "hidden"

    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS, more={"旧数据": [TAX, *TAX_ROWS]}, change=hide))
    assert outcome.accepted == 3
    assert [finding["sheet"] for finding in found(outcome, "B-LAY-05")] == ["旧数据"]


def test_the_date_system_of_1904_is_converted_and_said_so() -> None:
    def mac(book: openpyxl.Workbook) -> None:
        book.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904

    rows = [(*TAX_ROWS[0][:3], 43708, "1")]
    outcome = take("T01", xlsx_bytes(TAX, *rows, change=mac))
    assert [day.isoformat() for day in values(outcome, "treasury_month")] == ["2023-09-01"]
    assert len(found(outcome, "B-DAT-03")) == 1


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_encoding_and_line_end_that_offices_use_gives_the_same_rows(encoding: str, end: str) -> None:
    outcome = take("T01", csv_bytes(TAX, *TAX_ROWS, encoding=encoding, end=end))
    assert values(outcome, "taxpayer_name") == ["甲公司", "乙公司", "丙公司"]


@given(st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffd\ufeff"), min_size=1))
def test_utf8_is_never_taken_for_gb18030(text: str) -> None:
    try:
        assert decode(text.encode()) == text
    except Refusal:
        assert "锟斤拷" in text or text.encode()[:2] in (b"\xff\xfe", b"\xfe\xff")


@given(st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FA5), min_size=1))
def test_gb18030_is_read_where_it_is_no_utf8(text: str) -> None:
    assume("锟斤拷" not in text)
    raw = text.encode("gb18030")
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        assert decode(raw) == text


def test_rare_characters_survive_both_encodings() -> None:
    for encoding in ("utf-8", "gb18030"):
        assert decode("㐀𬱖企业".encode(encoding)) == "㐀𬱖企业"


@pytest.mark.parametrize("text", ["锟斤拷", "企业\ufffd名称"])
def test_a_text_whose_characters_are_already_lost_is_refused(text: str) -> None:
    assert refusal(f"企业名称,税款\n{text},1\n".encode()) == "B-ENC-01"


@pytest.mark.parametrize("delimiter", [",", "\t", ";", "|"])
def test_the_delimiter_is_found(delimiter: str) -> None:
    assert take("T01", csv_bytes(TAX, *TAX_ROWS, delimiter=delimiter)).accepted == 3


CELLS = st.text(st.characters(codec="utf-8", exclude_characters="\x00\ufffd"), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=2), min_size=1, max_size=5), st.sampled_from(["\r\n", "\n"]))
def test_quotes_commas_and_line_ends_inside_a_cell_stay_inside_it(rows: list[list[str]], end: str) -> None:
    quoted = [",".join(f'"{cell.replace(chr(34), chr(34) * 2)}"' for cell in row) for row in (["列一", "列二"], *rows)]
    content = end.join([*quoted, ""]).encode()
    assume(outcome_of(content) != "B-ENC-01")
    grid = open_file(content).grids[0]
    shown = [[cell if cell.strip() else None for cell in row] for row in rows]
    assert cells(grid) == [["列一", "列二"], *shown]


PLAIN_CELLS = st.text(st.sampled_from("a石1 \t\u3000\xa0\x01#'"), max_size=3)


@given(
    st.lists(st.lists(PLAIN_CELLS, min_size=2, max_size=4), min_size=1, max_size=6),
    st.sampled_from(["\r\n", "\n", "\r"]),
)
def test_cells_without_quotes_are_those_of_the_csv_module_however_many_a_record_has(
    rows: list[list[str]], end: str
) -> None:
    text = end.join(",".join(row) for row in rows) + end
    assume(outcome_of(text.encode()) is None)
    told = [[cell if cell.strip() else None for cell in row] for row in csv.reader(io.StringIO(text, newline=""))]
    width = max(map(len, told))
    assert cells(open_file(text.encode(), delimiter=",").grids[0]) == [
        row + [None] * (width - len(row)) for row in told
    ]


def test_a_number_in_a_cell_is_written_as_its_shortest_decimal() -> None:
    numbers = (1.1 * 3, 1234.5, 1e15 - 1, 1e-7, True, False, 0, -0.5)
    shown = ["3.3", "1234.5", "999999999999999", "0.0000001", "是", "否", "0", "-0.5"]
    assert cells(open_file(xlsx_bytes(numbers)).grids[0]) == [shown]


@pytest.mark.parametrize("code", [911101070000000158, 1234567890123456])
def test_a_code_that_a_spreadsheet_took_for_a_number_has_lost_digits_and_is_refused(code: int) -> None:
    outcome = take("T01", xlsx_bytes((*TAX, "电子税票号"), (*TAX_ROWS[0], code), (*TAX_ROWS[1], 123456789012345)))
    assert (outcome.accepted, outcome.quarantined) == (1, 1)
    assert found(outcome, "B-NUM-07")[0]["column"] == "电子税票号"
    assert values(outcome, "voucher_no") == ["123456789012345"]


@pytest.mark.parametrize("wrap", [lambda rows: rows, lambda rows: {"rows": rows}, lambda rows: {"data": rows}])
def test_records_are_found_where_the_api_puts_them(wrap: Callable[[list[dict[str, int]]], object]) -> None:
    opened = open_file(json_bytes(wrap([{"a": 1, "b": 2}, {"b": 3, "c": 4}])))
    assert opened.grids[0].keys == ("a", "b", "c")
    assert cells(opened.grids[0]) == [["1", "2", None], [None, "3", "4"]]


@pytest.mark.parametrize(("said", "text"), [
    ('"\\ud800x"', "?x"), ("1e5", "100000"), ("0.10", "0.10"), ("1E+400000", "1E+400000"), ("-0", "-0"), ("NaN", "nan"),
    ("true", "是"), ("null", None), ('"  "', None), ('["a", null, "b"]', "a、b"), ('{"x": "y"}', '{"x": "y"}'),
    ('{"x": "\\udfff"}', '{"x": "?"}'), ("123456789012345678901234567890", "123456789012345678901234567890"),
])  # fmt: skip
def test_a_json_value_becomes_the_text_that_stands_there(said: str, text: str | None) -> None:
    assert cells(open_file(f'[{{"k": {said}}}]'.encode()).grids[0]) == [[text]]


def test_an_announced_total_of_absurd_size_is_no_total() -> None:
    assert open_file(b'{"total": 1e999999, "page": 1, "rows": [{"a": 1}]}').announced_rows is None


def test_whatever_the_reader_refuses_the_delivery_says() -> None:
    for content in (b"", b"%PDF-1.4", BOOK[:200], OLE + b"\x00" * 600, b"<html>"):
        outcome = take("T01", content, "税收.xlsx")
        assert outcome.status == "REJECTED"
        assert refused_by(outcome) == refusal(content, "税收.xlsx")
        assert outcome.read == 0
        assert outcome.findings.height == 1
        assert outcome.reason.message.zh
