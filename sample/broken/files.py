"""Files that cannot be read, or are not what their name says (B-FIL-01 to B-FIL-08)."""

from collections.abc import Iterator

from sample.broken import containers
from sample.broken.case import Books, Case, Sent
from sample.broken.filling import Record, headings, plain, sent, text, workbook
from sample.xlsx import Cell


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _empty()
    yield from _encrypted()
    yield from _misnamed()
    yield from _scanned()
    yield from _damaged()
    yield from _archived()
    yield from _with_macros()


def _given(case: str, feed: str, content: bytes, suffix: str, read: int = 0, first_row: int = 2) -> Sent:
    return sent(case, feed, content, records=plain(feed, case), read=read, suffix=suffix, first_row=first_row)


def _rows(feed: str, records: list[Record]) -> list[list[Cell]]:
    """Return a header and records as bare rows."""
    headers = headings(feed, records)
    return [list(headers.values()), *([record.get(column) for column in headers] for record in records)]


def _empty() -> Iterator[Case]:
    name = "fil-01-empty"
    yield Case(name, "B-FIL-01", "REJECT", _given(name, "A01", b"", ".xlsx"))
    name = "fil-01-header"
    titles = headings("G01", plain("G01", name))
    yield Case(name, "B-FIL-01", "REJECT", _given(name, "G01", workbook("G01", [], titles), ".xlsx"))


def _encrypted() -> Iterator[Case]:
    name = "fil-02-package"
    yield Case(name, "B-FIL-02", "REJECT", _given(name, "N02", containers.encrypted(), ".xlsx"))
    name = "fil-02-old"
    old = containers.old_workbook(_rows("G03", plain("G03", name)), password=True)
    yield Case(name, "B-FIL-02", "REJECT", _given(name, "G03", old, ".xls"))


def _misnamed() -> Iterator[Case]:
    name = "fil-03-csv"
    records = plain("R02", name)
    csv = text(records, headings("R02", records)).encode("gb18030")
    yield Case(name, "B-FIL-03", "AUTO", _given(name, "R02", csv, ".xlsx", read=3))
    name = "fil-03-xls"
    records = plain("G02", name)
    old = containers.old_workbook(_rows("G02", records))
    yield Case(name, "B-FIL-03", "AUTO", _given(name, "G02", old, ".xlsx", read=3))
    name = "fil-03-html"
    rows = "".join(
        f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in _rows("N03", plain("N03", name))
    )
    page = f'<html><head><meta charset="utf-8"></head><body><table>{rows}</table></body></html>'.encode()
    yield Case(
        name, "B-FIL-03", "AUTO", _given(name, "N03", page, ".xls", read=3),
        reading="a table of a web page is a form that systems export under the name of a workbook, so it is read",
    )  # fmt: skip
    name = "fil-03-database"
    database = b"SQLite format 3\x00".ljust(4096, b"\x01")
    yield Case(name, "B-FIL-03", "REJECT", _given(name, "A01", database, ".xls"))
    name = "fil-04-et"
    et = containers.old_workbook(_rows("B01", plain("B01", name)))
    yield Case(name, "B-FIL-04", "AUTO", _given(name, "B01", et, ".et", read=3))
    name = "fil-04-unreadable"
    own = containers.compound({"KSPDocument": bytes(range(256)) * 16})
    yield Case(name, "B-FIL-04", "REJECT", _given(name, "B01", own, ".et"))


def _scanned() -> Iterator[Case]:
    name = "fil-05-pdf"
    yield Case(name, "B-FIL-05", "REJECT", _given(name, "M01", containers.PDF, ".pdf"))
    name = "fil-05-word"
    yield Case(name, "B-FIL-05", "REJECT", _given(name, "G01", containers.word_document(), ".docx"))
    name = "fil-05-png"
    yield Case(name, "B-FIL-05", "REJECT", _given(name, "G02", containers.PNG, ".xlsx"))


def _damaged() -> Iterator[Case]:
    name = "fil-06-zip"
    whole = workbook("P01", plain("P01", name))
    yield Case(name, "B-FIL-06", "REJECT", _given(name, "P01", whole[: len(whole) * 2 // 3], ".xlsx"))
    name = "fil-06-csv"
    records = plain("E01", name)
    cut = text(records, headings("E01", records), quoted=False).rpartition(",")[0]
    yield Case(
        name, "B-FIL-06", "REJECT", _given(name, "E01", cut.encode("gb18030"), ".csv"), row=4,
        reading="a file is found cut before its records are parsed, so none is counted",
    )  # fmt: skip


def _archived() -> Iterator[Case]:
    name = "fil-07-bomb"
    bomb = containers.bomb(workbook("G02", plain("G02", name)))
    yield Case(name, "B-FIL-07", "REJECT", _given(name, "G02", bomb, ".xlsx"))
    name = "fil-07-nested"
    inner = containers.archive({"说明.xlsx": workbook("N01", plain("N01", name))})
    nested = containers.archive({"里层.zip": inner})
    yield Case(name, "B-FIL-07", "REJECT", _given(name, "N01", nested, ".zip"))
    name = "fil-07-several"
    records = plain("M01", name, 4)
    both = containers.archive(
        {"上半月.xlsx": workbook("M01", records[:2]), "下半月.xlsx": workbook("M01", records[2:])}
    )
    yield Case(
        name, "B-FIL-07", "AUTO", _given(name, "M01", both, ".zip", read=4), books=Books(4, 4),
        reading="the archive is one delivery whose records are those of its members",
    )  # fmt: skip


def _with_macros() -> Iterator[Case]:
    name = "fil-08-macros"
    types = {"[Content_Types].xml": (
        r"application/vnd\.openxmlformats-officedocument\.spreadsheetml\.sheet\.main\+xml",
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
    )}  # fmt: skip
    macros = containers.patched(
        workbook("O01", plain("O01", name)), types, {"xl/vbaProject.bin": containers.compound({"VBA": bytes(4096)})}
    )
    yield Case(name, "B-FIL-08", "WARN", _given(name, "O01", macros, ".xlsm", read=3))
    name = "fil-08-links"
    link = b'<?xml version="1.0"?><externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    linked = containers.patched(
        workbook("N03", plain("N03", name)),
        {"xl/worksheets/sheet1.xml": (r"<v>12</v>", "<f>[1]预算!A1</f><v>12</v>")},
        {"xl/externalLinks/externalLink1.xml": link},
    )
    given = _given(name, "N03", linked, ".xlsx", read=3, first_row=3)
    yield Case(name, "B-FIL-08", "WARN", given, stored={"budget": "120000.00"})
