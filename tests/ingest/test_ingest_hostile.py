"""Files that are not what they seem: archives, lies, leftovers of other programs (SPEC 5, B-FIL to B-SEC)."""

import io
import random
import struct
import zipfile
from collections.abc import Callable

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from ingest_making import (
    CODES,
    TAX,
    TAX_ROWS,
    balances,
    books,
    csv_bytes,
    found,
    json_bytes,
    page,
    refused_by,
    take,
    ticket,
    values,
    xlsx_bytes,
)  # fmt: skip

from common.contracts import feeds
from ingest.files.archives import Archive
from ingest.files.content import Content
from ingest.files.encodings import Encoded

TYPES = ("VAT", "CIT", "STAMP")
OLE = bytes.fromhex("d0cf11e0a1b11ae1")
BOOK = xlsx_bytes(TAX, *TAX_ROWS)
TEXT = csv_bytes(TAX, *TAX_ROWS, encoding="gb18030")
PULL = json_bytes([ticket(1), ticket(2)])
HTML = "<html><head><meta charset='utf-8'></head><body><table border=1><tr>{}</tr>{}</table></body></html>"


def zipped(files: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return out.getvalue()


def parts(book: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(book)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def web_page(rows: list[tuple[str, ...]]) -> bytes:
    head, *body = ["".join(f"<td>{cell}</td>" for cell in row) for row in rows]
    return HTML.format(head, "".join(f"<tr>{row}" for row in body)).encode()


@pytest.mark.parametrize(("name", "content", "kind"), [
    ("税收.xlsx", TEXT, "CSV"), ("税收.csv", BOOK, "XLSX"), ("税收.xls", BOOK, "XLSX"),
    ("税收.xls", web_page([TAX, *TAX_ROWS]), "HTML"), ("税收.XLS", web_page([TAX, *TAX_ROWS]), "HTML"),
])  # fmt: skip
def test_a_file_under_a_wrong_name_is_read_for_what_it_is_and_told(name: str, content: bytes, kind: str) -> None:
    outcome = take("T01", content, name)
    assert values(outcome, "taxpayer_name") == ["甲公司", "乙公司", "丙公司"]
    (told,) = found(outcome, "B-FIL-03")
    assert told["action"] == "AUTO"
    assert kind in told["message_en"]


@pytest.mark.parametrize("name", ["税收.xlsx", "税收.xlsm", "税收", "税收.2023", "税收.CSV"])
def test_a_right_name_or_none_is_not_remarked_upon(name: str) -> None:
    content = TEXT if name.endswith("CSV") else BOOK
    assert found(take("T01", content, name), "B-FIL-03") == []


@pytest.mark.parametrize(("name", "content", "rule"), [
    ("a.xlsx", b"MZ\x00\x00\x01program", "B-FIL-03"), ("a.xls", b"<html><p>no table</p>", "B-FIL-03"),
    ("a.bin", b"MZ\x00\x00\x01program", "L-FIL-TYPE"), ("a.et", OLE + b"\x00" * 600, "B-FIL-04"),
    ("a.ett", b"MZ\x00\x00\x01program", "B-FIL-04"), ("a.xlsx", b"%PDF-1.7", "B-FIL-05"),
    ("a.docx", zipped({"word/document.xml": b"<w:p/>", "word/media/1.png": b"x"}), "B-FIL-05"),
    ("a.docx", zipped({"word/document.xml": b"<w:tbl/>", "word/media/1.png": b"x"}), "L-FIL-TYPE"),
    ("a.ofd", zipped({"OFD.xml": b"<o/>"}), "B-FIL-05"),
    ("a.xml", b'<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>', "L-FIL-TYPE"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_for_what_it_is(name: str, content: bytes, rule: str) -> None:
    outcome = take("T01", content, name)
    assert books(outcome) == ("REJECTED", 0, 0, 0, 0)
    assert refused_by(outcome) == rule


def test_a_wps_file_that_can_be_read_is_read_and_told() -> None:
    outcome = take("T01", BOOK, "税收.et")
    assert outcome.accepted == 3
    assert [told["action"] for told in found(outcome, "B-FIL-04")] == ["AUTO"]


def test_a_table_of_a_web_page_keeps_its_columns_under_spans_and_unclosed_rows() -> None:
    title = f"<tr><td colspan={len(TAX)}>2023年9月税收</td></tr>"
    rows = "".join("<tr>" + "".join(f"<td>{cell}" for cell in row) for row in (TAX, *TAX_ROWS))
    outcome = take("T01", f"<table>{title}{rows}</table>".encode("gb18030"), "a.xls")
    assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
    assert found(outcome, "B-LAY-01")[0]["row_no"] == 2


def web_page(*rows: str) -> bytes:
    return f"<table>{''.join(f'<tr>{row}</tr>' for row in rows)}</table>".encode("gb18030")


def test_a_cell_of_a_web_page_that_stands_for_several_rows_shifts_nothing_below_it() -> None:
    header = "".join(f"<th>{cell}</th>" for cell in ("所在楼宇", "房号", "企业名称", "租赁面积"))
    rows = ["<td rowspan=2>甲大厦</td><td>101</td><td>甲公司</td><td>9</td>", "<td>102</td><td>乙公司</td><td>50</td>",
            "<td>丙大厦</td><td>201</td><td>丙公司</td><td>70</td>"]  # fmt: skip
    outcome = take("O01", web_page(header, *rows), "入驻.xls")
    assert outcome.rows.select("building_name", "unit_no", "enterprise_name").rows() == [
        ("甲大厦", "101", "甲公司"), ("甲大厦", "102", "乙公司"), ("丙大厦", "201", "丙公司"),
    ]  # fmt: skip
    assert [told["action"] for told in found(outcome, "B-LAY-02")] == ["AUTO"]


def test_a_header_of_two_rows_is_read_from_a_web_page_too() -> None:
    groups = "".join(f"<th rowspan=2>{cell}</th>" for cell in TAX[:4]) + "<th colspan=2>全口径税收</th>"
    rows = ["".join(f"<td>{cell}</td>" for cell in (*row[:4], "99", row[4])) for row in TAX_ROWS]
    outcome = take("T01", web_page(groups, "<th>累计</th><th>本期</th>", *rows), "税收.xls")
    assert books(outcome) == ("ACCEPTED", 3, 3, 0, 0)
    assert [str(value) for value in outcome.rows["amount_total"]] == ["1.50", "2.25", "-0.25"]


def test_the_workbooks_of_an_archive_are_read_one_by_one_and_keep_their_names() -> None:
    more = csv_bytes(TAX, (TAX_ROWS[0][0], "丁公司", "印花税", "2023-09", "一些"), encoding="gb18030")
    junk = dict.fromkeys(("__MACOSX/._一.xlsx", "九月/Thumbs.db", "desktop.ini", "~$一.xlsx"), b"junk")
    content = zipped({"九月/一.xlsx": BOOK, "二.csv": more, **junk})
    outcome = take("T01", content, "税收.zip")
    assert (outcome.read, outcome.accepted, outcome.quarantined) == (4, 3, 1)
    assert set(outcome.rows["file"]) == {"税收.zip/一.xlsx"}
    assert {told["file"] for told in found(outcome, "B-NUM-03")} == {"税收.zip/二.csv"}
    assert "2" in found(outcome, "B-FIL-07")[0]["message_en"]


def test_names_in_an_archive_that_no_mark_calls_utf8_are_gb18030() -> None:
    content = zipped({"AAAA.xlsx": BOOK}).replace(b"AAAA", "税收".encode("gb18030"))
    assert set(take("T01", content, "a.zip").rows["file"]) == {"a.zip/税收.xlsx"}


def tax(name: str, amount: str = "1.5") -> bytes:
    """A file of one row, so that each of several tells which one it is."""
    return csv_bytes(TAX, (CODES[0], name, "增值税", "2023-09", amount))


def test_the_files_of_an_archive_that_lead_out_of_it_are_read_under_plain_names_and_told() -> None:
    names = ("../../tmp/甲.csv", "/etc/乙.csv", "..\\丙.csv", "丁\x1b[31m.csv", "戊" * 300 + ".csv", ".DS_Store")
    content = zipped({name: tax(f"企业{n}") for n, name in enumerate(names)})
    outcome = take("T01", content, "a.zip")
    read = {told["file"] for told in outcome.findings.to_dicts()} | set(outcome.rows["file"])
    inner = {name.removeprefix("a.zip/") for name in read if name != "a.zip"}
    assert {name for name in inner if len(name) < 12} == {"甲.csv", "乙.csv", "丙.csv", "丁\ufffd[31m.csv"}
    assert all(len(name) <= 200 and name.endswith(".csv") for name in inner)
    assert (outcome.read, len(found(outcome, "B-SEC-04"))) == (5, 5)


def test_files_of_one_name_in_several_folders_are_told_apart() -> None:
    content = zipped({"八角/台账.csv": tax("甲公司", "一些"), "古城/台账.csv": tax("甲公司"), "乙.csv": tax("甲公司")})
    outcome = take("T01", content, "a.zip")
    assert [told["file"] for told in found(outcome, "B-NUM-03")] == ["a.zip/八角/台账.csv"]
    assert set(outcome.rows["file"]) <= {"a.zip/古城/台账.csv", "a.zip/乙.csv"}
    assert (outcome.read, outcome.accepted, outcome.quarantined, outcome.set_aside) == (3, 1, 1, 1)


def test_an_archive_that_holds_two_files_under_one_path_is_damaged() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.csv", tax("甲公司"))
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("a.csv", tax("乙公司"))
    assert refused_by(take("T01", out.getvalue(), "a.zip")) == "B-FIL-06"


def test_of_an_archive_that_is_refused_the_file_is_named_because_of_which() -> None:
    outcome = take("T01", zipped({"一.xlsx": BOOK, "扫描.pdf": b"%PDF-1.7"}), "a.zip")
    assert [(told["rule_id"], told["file"]) for told in outcome.findings.to_dicts()] == [("B-FIL-05", "a.zip/扫描.pdf")]


@pytest.mark.parametrize("content", [
    zipped({"inner.zip": zipped({"a.csv": TEXT})}), zipped({f"{n}.csv": b"" for n in range(501)}),
    zipped({f"xl/{n}.xml": b"" for n in range(10_001)}), zipped({"a.csv": b" " * (120 << 20)}),
    zipped({"xl/workbook.xml": b"<workbook/>", "xl/media/a.png": b"\x00" * (120 << 20)}),
], ids=["nested", "many", "parts", "ratio", "workbook"])  # fmt: skip
def test_an_archive_beyond_measure_is_refused_before_a_parser_sees_it(content: bytes) -> None:
    assert refused_by(take("T01", content, "a.zip")) == "B-FIL-07"


def test_an_archive_that_lies_about_its_sizes_is_counted_and_not_believed() -> None:
    honest = zipped({"xl/workbook.xml": b"<workbook/>", "xl/worksheets/sheet1.xml": b" " * (150 << 20)})
    size = struct.pack("<I", 150 << 20)
    assert honest.count(size) == 2
    assert refused_by(take("T01", honest.replace(size, struct.pack("<I", 1000)))) == "B-FIL-07"


def test_a_part_that_is_shorter_or_longer_than_said_is_damage() -> None:
    honest = zipped({"xl/workbook.xml": b"<workbook/>" * 10})
    said, wrong = struct.pack("<I", 110), struct.pack("<I", 50)
    assert refused_by(take("T01", honest.replace(said, wrong))) == "B-FIL-06"


def test_a_locked_archive_is_called_locked() -> None:
    content = bytearray(zipped({"a.csv": TEXT}))
    content[6] |= 1
    content[content.find(b"PK\x01\x02") + 8] |= 1
    assert refused_by(take("T01", bytes(content), "a.zip")) == "B-FIL-02"


@given(st.binary(max_size=3000), st.integers(0, 9))
def test_an_archive_gives_back_what_was_put_in(content: bytes, level: int) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=level) as archive:
        archive.writestr("a", content)
        archive.writestr("b", content, compress_type=zipfile.ZIP_STORED)
    opened = Archive(out.getvalue())
    assert (opened.read("a"), opened.read("b"), opened.read("c")) == (content, content, b"")


@pytest.mark.parametrize(("part", "content", "told"), [
    ("xl/vbaProject.bin", b"macro", "vbaProject"), ("xl/externalLinks/externalLink1.xml", b"<x/>", "externalLinks"),
    ("docProps/app.xml", b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x/>', "DTD"),
    ("docProps/app.xml", '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"), "DTD"),
])  # fmt: skip
def test_macros_links_and_entities_are_told_and_never_followed(part: str, content: bytes, told: str) -> None:
    outcome = take("T01", zipped(parts(BOOK) | {part: content}))
    assert outcome.accepted == 3
    assert [finding["action"] for finding in found(outcome, "B-FIL-08")] == ["WARN"]
    assert told in found(outcome, "B-FIL-08")[0]["message_zh"]


def test_an_entity_in_the_cells_is_never_expanded() -> None:
    files = parts(BOOK)
    sheet = files["xl/worksheets/sheet1.xml"].replace("甲公司".encode(), b"&bomb;")
    entity = b'<!DOCTYPE worksheet [<!ENTITY a "lol"><!ENTITY bomb "&a;&a;&a;">]><worksheet'
    outcome = take("T01", zipped(files | {"xl/worksheets/sheet1.xml": sheet.replace(b"<worksheet", entity, 1)}))
    assert "lollol" not in str(outcome.rows.rows())
    assert balances(outcome)
    unused = files["xl/worksheets/sheet1.xml"].replace(b"<worksheet", entity, 1)
    told = found(take("T01", zipped(files | {"xl/worksheets/sheet1.xml": unused})), "B-FIL-08")
    assert [(note["action"], note["value"]) for note in told] == [("WARN", "DTD")]


@pytest.mark.parametrize(("hide", "where"), [
    (lambda sheet: setattr(sheet.row_dimensions[3], "hidden", True), "3:3"),
    (lambda sheet: setattr(sheet.column_dimensions["B"], "hidden", True), "B:B"),
    (lambda sheet: sheet.auto_filter.__setattr__("ref", "A1:E4") or sheet.auto_filter.add_filter_column(2, ["契税"]),
     "A1:E4"),
])  # fmt: skip
def test_hidden_rows_and_columns_are_read_and_told(hide: Callable[[object], None], where: str) -> None:
    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS, change=lambda book: hide(book.active)))
    assert outcome.accepted == 3
    assert [told["action"] for told in found(outcome, "B-LAY-05")] == ["WARN"]
    assert where in found(outcome, "B-LAY-05")[0]["message_en"]


def test_the_buttons_of_a_filter_that_filters_nothing_are_not_told() -> None:
    content = xlsx_bytes(TAX, *TAX_ROWS, change=lambda book: setattr(book.active.auto_filter, "ref", "A1:E4"))
    assert found(take("T01", content), "B-LAY-05") == []


@pytest.mark.parametrize("lost", ["\ufffd公司", "锟斤拷公司"])
def test_a_cell_of_a_workbook_whose_characters_were_lost_waits(lost: str) -> None:
    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS[:2], (TAX_ROWS[2][0], lost, *TAX_ROWS[2][2:])))
    assert (outcome.accepted, outcome.quarantined) == (2, 1)
    assert [told["cell"] for told in found(outcome, "B-ENC-01")] == ["B4"]


def test_a_sheet_that_does_not_begin_in_its_first_cell_keeps_its_places() -> None:
    def move(book: openpyxl.Workbook) -> None:
        book.active.move_range("A1:E4", rows=3, cols=2)
        book.active["D5"] = "#N/A"

    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS, change=move))
    assert (outcome.accepted, outcome.quarantined) == (2, 1)
    assert found(outcome, "B-LAY-06")[0]["cell"] == "D5"
    assert found(outcome, "B-LAY-01")[0]["row_no"] == 4


def test_a_stray_cell_in_the_last_column_of_a_sheet_costs_no_more_than_its_row() -> None:
    def stray(book: openpyxl.Workbook) -> None:
        book.active["XFD5"] = "x"

    outcome = take("T01", xlsx_bytes(TAX, *TAX_ROWS, change=stray))
    assert (outcome.read, outcome.accepted, outcome.quarantined) == (4, 3, 1)


@pytest.mark.parametrize("far", ["c,", '"c",', '"",'])
def test_a_text_of_more_columns_than_any_spreadsheet_has_is_refused(far: str) -> None:
    line = (far * 200_000).encode()
    for content in (line + b"\r\n" + line, csv_bytes(TAX, *TAX_ROWS) + line):
        assert refused_by(take("T01", content)) == "L-LAY-EXTENT"


@pytest.mark.parametrize("start", [b"", csv_bytes(TAX, *TAX_ROWS)])
@pytest.mark.parametrize("mark", [b"", b"\xff\xfe"])
def test_a_line_that_no_table_has_is_refused_before_it_is_in_memory(start: bytes, mark: bytes) -> None:
    outcome = take(
        "T01", mark + (start.decode().encode("utf-16-le") if mark else start) + b"ab" * (34 << 20 if mark else 17 << 20)
    )
    assert refused_by(outcome) == "L-FIL-LIMIT"
    assert "line > 32 MiB" in outcome.reason.message.en


def test_a_pull_in_one_long_line_is_read() -> None:
    assert take("H01", json_bytes([ticket(1, 备注="x" * (40 << 20))])).accepted == 1


def test_a_sheet_that_is_full_to_its_last_row_may_have_been_cut() -> None:
    def last(book: openpyxl.Workbook) -> None:
        book.active["A1048576"] = "x"

    assert refused_by(take("T01", xlsx_bytes(TAX[:5], *TAX_ROWS, change=last))) == "B-LAY-10"


@pytest.mark.parametrize(("wrong", "right"), [("gb18030", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030")])
def test_text_saved_through_the_wrong_encoding_is_turned_back_once(wrong: str, right: str) -> None:
    # runs of an even number of characters, which no step on the way loses
    header = ("税号", "企业名称", "税种", "入库月份", "税收收入")
    names = [(row[0], "北京银河科技有限责任公司", tax, *row[3:]) for row, tax in zip(TAX_ROWS, TYPES, strict=True)]
    garbled = csv_bytes(header, *names, encoding=right).decode(wrong).encode()
    outcome = take("T01", garbled)
    assert values(outcome, "taxpayer_name") == ["北京银河科技有限责任公司"] * 3
    assert [told["action"] for told in found(outcome, "B-ENC-01")] == ["AUTO"]


@pytest.mark.parametrize("text", ["año,niño,señor\n", "Zürich,Köln,Düsseldorf\n", "联通,联通,联通\n", "国家,名称\n"])
def test_text_that_is_right_is_not_turned(text: str) -> None:
    assert Encoded.of(Content(text.encode())).turned is None


def mixed(lines: int, odd: int, *, main: str, other: str) -> bytes:
    rows = [(TAX_ROWS[0][0], f"企业{n}", "增值税", "2023-09", f"{n}.5") for n in range(lines)]
    coded = [csv_bytes(row, encoding=other if n < odd else main) for n, row in enumerate(rows)]
    return csv_bytes(TAX, encoding=main) + b"".join(reversed(coded))


@pytest.mark.parametrize(("main", "other"), [("gb18030", "utf-8"), ("utf-8", "gb18030")])
def test_lines_in_another_encoding_wait_and_a_file_of_many_is_refused(main: str, other: str) -> None:
    outcome = take("T01", mixed(1000, 3, main=main, other=other))
    assert books(outcome)[0] == "ACCEPTED"
    assert [told["row_no"] for told in found(outcome, "B-ENC-02")] == [999, 1000, 1001]
    assert found(outcome, "B-NUM-03") == []
    assert outcome.quarantined >= 3
    refused = take("T01", mixed(1000, 30, main=main, other=other))
    assert refused_by(refused) == "B-ENC-02"
    assert "30" in refused.reason.message.en


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
@pytest.mark.parametrize("rows", [2, 400])
def test_a_file_that_stops_within_a_character_was_cut(encoding: str, rows: int) -> None:
    header = (TAX[0], TAX[2], TAX[3], TAX[4], TAX[1])
    lines = [(CODES[0], "增值税", "2023-09", f"{n}.5", "北京甲乙丙公司") for n in range(rows)]
    whole = csv_bytes(header, *lines, encoding=encoding).removesuffix(b"\r\n")
    outcome = take("T01", whole[:-1])
    assert refused_by(outcome) == "B-FIL-06"
    assert [told["row_no"] for told in found(outcome, "B-FIL-06")] == [rows + 1]


def test_a_line_in_another_encoding_may_end_in_a_quoted_cell() -> None:
    rows = [(TAX_ROWS[0][0], f"企业{n}", "增值税", "2023-09", f"{n}.5") for n in range(300)]
    quoted = ['"' + '","'.join(row) + '"\r\n' for row in (TAX, *rows)]
    content = b"".join(line.encode("gb18030" if n == 200 else "utf-8") for n, line in enumerate(quoted))
    outcome = take("T01", content)
    assert books(outcome)[:2] == ("ACCEPTED", 300)
    assert [told["row_no"] for told in found(outcome, "B-ENC-02")] == [201]


def test_an_empty_file_is_named() -> None:
    outcome = take("T01", b"")
    assert refused_by(outcome) == "B-FIL-01"
    assert "—" not in outcome.reason.message.zh


@pytest.mark.parametrize("delimiter", ["\t", ";", "|"])
def test_a_title_above_the_table_does_not_hide_the_delimiter(delimiter: str) -> None:
    content = "2023年9月税收,单位:元\n".encode() + csv_bytes(TAX, *TAX_ROWS, delimiter=delimiter)
    assert take("T01", content).accepted == 3


def test_a_csv_that_breaks_off_inside_a_quote_far_down_is_refused_whole() -> None:
    rows = [(TAX_ROWS[0][0], f"企业{n}", "增值税", "2023-09", f"{n}.5") for n in range(30_000)]
    content = csv_bytes(TAX, *rows) + b'"' + TAX_ROWS[0][0].encode()
    outcome = take("T01", content)
    assert refused_by(outcome) == "B-FIL-06"
    assert outcome.rows.is_empty()


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(2_000, 4_000), st.sampled_from(["utf-8", "gb18030"]))
def test_however_a_csv_is_cut_into_parts_its_records_are_those_of_the_csv_module(
    seed: int, rows: int, encoding: str
) -> None:
    chance = random.Random(seed)
    kinds: list[Callable[[int], tuple[str, ...]]] = [
        lambda n: (TAX_ROWS[0][0], f"企业{n}", "增值税", "2023-09", f"{n}.5", f"P{n}"),
        lambda n: (TAX_ROWS[0][0], f'企业,\n"{n}"', "增值税", "2023-09", f"{n}.5", f"P{n}"),
        lambda n: (TAX_ROWS[0][0], f"企业{n}", "增值税", "2023-09"),
        lambda n: ("", " ", "", "", "　", ""),
    ]
    made = [kinds[chance.choices(range(4), (200, 1, 1, 1))[0]](n) for n in range(rows)]
    outcome = take("T01", csv_bytes((*TAX, "电子税票号"), *made, encoding=encoding))
    short = [n + 2 for n, row in enumerate(made) if len(row) == 4]
    blank = [row for row in made if not row[0]]
    assert [told["row_no"] for told in found(outcome, "L-LAY-RAGGED")] == short
    assert outcome.read == rows - len(blank)
    assert outcome.accepted == outcome.read - len(short)
    numbers = outcome.rows.select("row_no", "amount_total_text").rows()
    assert all(text == f"{row - 2}.5" for row, text in numbers)


@pytest.mark.parametrize(("pages", "read", "told"), [
    ([page(1, 4, ticket(1), ticket(2)), page(2, 4, ticket(1), ticket(2))], 4, "="),
    ([page(1, 4, ticket(1), ticket(2)), page(3, 4, ticket(3), ticket(4))], 4, "page 2"),
    ([page(1, 2, ticket(1)), json_bytes({"code": 500, "msg": "busy"})], 1, "B-SEC-02"),
    ([page(1, 2, ticket(1)), page(2, 2, {"id": "1", "memo": "x"})], 1, "B-LAY-07"),
    ([page(1, 2, ticket(1)), b'{"total": 2, "page": 2, "rows": [{"'], 1, "B-FIL-06"),
    ([json_bytes({"code": 500, "message": "系统繁忙", "data": None})], 0, "500"),
    ([json_bytes({"total": "3", "page": "1", "rows": [ticket(1), ticket(2)]})], 2, "3 rows announced"),
])  # fmt: skip
def test_a_pull_that_is_not_whole_waits_whole(pages: list[bytes], read: int, told: str) -> None:
    outcome = take("H01", pages if len(pages) > 1 else pages[0])
    assert (outcome.status, refused_by(outcome)) == ("HELD", "B-SEC-02")
    assert outcome.rows.is_empty()
    assert outcome.read == outcome.set_aside == read
    assert told in outcome.reason.message.en
    assert "—" not in outcome.reason.message.zh


def test_a_page_that_the_api_wraps_once_more_is_read() -> None:
    body = json_bytes({"code": 200, "msg": "ok", "data": {"total": 1, "page": 1, "rows": [ticket(1)]}})
    assert books(take("H01", body)) == ("ACCEPTED", 1, 1, 0, 0)


@pytest.mark.parametrize(
    "name", ["../../etc/税收.xlsx", "a\nb.xlsx", "\u202excod.xlsx", "税" * 201, "..\\a.xlsx", ".a"]
)
def test_an_odd_file_name_is_noted(name: str) -> None:
    assert [told["action"] for told in found(take("T01", BOOK, name), "B-SEC-04")] == ["AUTO"]


@pytest.mark.parametrize(
    "name", ["石景山_T01楼宇税收_202309_v02_财政局.xlsx", "税收 (1).xlsx", "9月税收、汇总.xlsx", "a.b.c"]
)
def test_a_usual_file_name_is_not_noted(name: str) -> None:
    assert found(take("T01", BOOK, name), "B-SEC-04") == []


@settings(max_examples=60, deadline=None)
@given(st.sampled_from([BOOK, TEXT, PULL, web_page([TAX, *TAX_ROWS]), zipped({"a.csv": TEXT})]), st.integers(0, 2**32))
def test_a_file_with_flipped_bits_or_a_lost_end_is_taken_in_or_refused_for_a_reason(good: bytes, seed: int) -> None:
    chance = random.Random(seed)
    damaged = bytearray(good)
    for _ in range(chance.randrange(8)):
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
    content = bytes(damaged[: chance.randrange(len(damaged) + 1)] if chance.random() < 0.5 else damaged)
    for feed in ("T01", "H01"):
        outcome = take(feed, content, "file.xlsx")
        assert balances(outcome)
        assert outcome.reason is None or outcome.reason.message.zh


@settings(max_examples=100, deadline=None)
@given(
    st.binary(max_size=400),
    st.sampled_from([b"", b"PK\x03\x04", OLE, b"{", b"[", b"<table>", b"\xff\xfe"]),
)
def test_random_bytes_are_refused_for_a_reason_or_taken_in(content: bytes, magic: bytes) -> None:
    for feed in feeds() if magic == b"" else ("T01",):
        assert balances(take(feed, magic + content))


@pytest.mark.parametrize(("end", "status"), [("", "REJECTED"), ("\r\n", "ACCEPTED")])
def test_a_file_that_breaks_off_within_a_record_is_refused_and_a_short_record_waits(end: str, status: str) -> None:
    whole = csv_bytes(TAX, *TAX_ROWS).decode("utf-8-sig")
    cut = whole.rstrip("\r\n").rpartition(",")[0] + end
    outcome = take("T01", cut.encode())
    assert (outcome.status, outcome.accepted + outcome.quarantined > 0) == (status, status == "ACCEPTED")
    assert [told["rule_id"] for told in found(outcome, "B-FIL-06")] == (["B-FIL-06"] if status == "REJECTED" else [])


def test_a_last_record_needs_no_line_end_and_a_footer_no_cells() -> None:
    whole = csv_bytes(TAX, *TAX_ROWS).decode("utf-8-sig").rstrip("\r\n")
    assert take("T01", whole.encode()).accepted == len(TAX_ROWS)
    assert take("T01", f"{whole}\r\n填表人:张三".encode()).accepted == len(TAX_ROWS)
