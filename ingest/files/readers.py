"""From bytes to grids of text: what a file really is, whatever its name says (SPEC 3.0, Formats; B-FIL)."""

from codecs import BOM_UTF8
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from common.rules import Finding, Refusal
from ingest.files.archives import Archive, expand, is_office_file
from ingest.files.biff import Beside, look_into_xls, look_into_xlsb
from ingest.files.content import Content
from ingest.files.delimited import read_delimited
from ingest.files.encodings import Encoded
from ingest.files.grids import Opened
from ingest.files.markup import read_tables
from ingest.files.names import entry_names, is_odd_entry
from ingest.files.opendocument import look_into_ods
from ingest.files.parquet import LOCKED, MAGIC, read_parquet
from ingest.files.records import not_too_large, read_records
from ingest.files.workbooks import OLD_MAX_ROWS, OLE, WORD_STREAM, is_locked, read_old_workbook, read_workbook
from ingest.files.xlsx import Looked, look_into

ZIP = b"PK\x03\x04"
_EMPTY_ZIP = b"PK\x05\x06"
_PICTURES = {
    b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF", b"GIF8": "GIF",
}  # fmt: skip
_NAMED = {
    "xlsx": {"XLSX"}, "xlsm": {"XLSX"}, "xls": {"XLS"}, "xlsb": {"XLSB"}, "ods": {"ODS"}, "csv": {"CSV"},
    "txt": {"CSV", "JSON"}, "tsv": {"CSV"}, "json": {"JSON"}, "jsonl": {"JSON"}, "html": {"HTML"}, "htm": {"HTML"},
    "parquet": {"PARQUET"},
}  # fmt: skip
"""What a file of a name like this is expected to be."""

_WPS = {"et", "ett"}
_LOOKED_AT = 1 << 12
_BLANK = b"\x00\r\n\t "


@dataclass(frozen=True, slots=True)
class Reading:
    """How a layout says that a file is to be read."""

    encoding: str | None = None
    delimiter: str | None = None
    records: str | None = None
    is_damaged: bool = False
    """Cells with lost characters are expected, and wait one by one."""


def open_file(
    source: bytes | Path, *, name: str = "", encoding: str | None = None, delimiter: str | None = None,
    records: str | None = None, is_damaged: bool = False,
) -> Opened:  # fmt: skip
    """Read a file by its content. Raises Refusal for what cannot be read, with the reason.

    The name only decides what is said of it. What stands further down is read when the batches of a grid are asked
    for, and may be refused then.
    """
    ending = PurePosixPath(name).suffix.lower().lstrip(".")
    try:
        kind, opened = _open(Content(source), Reading(encoding, delimiter, records, is_damaged))
    except Refusal as refusal:
        raise _by_name(refusal, name, ending) from None
    if ending in _WPS:
        return replace(opened, notes=(Finding("B-FIL-04", "AUTO", facts={"t": f".{ending}"}), *opened.notes))
    if kind not in _NAMED.get(ending, {kind}):
        return replace(opened, notes=(Finding("B-FIL-03", "AUTO", facts={"t": kind}), *opened.notes))
    return opened


class Part(NamedTuple):
    """A file of a delivery, or of an archive in it, under the name by which it is told apart."""

    name: str
    content: bytes | Path
    is_renamed: bool = False
    """It came in an archive under an odd name (B-SEC-04)."""


def expanded(name: str, source: bytes | Path) -> list[Part]:
    """Return the files that a plain archive holds, each with its name behind the archive's; any other as it is."""
    content = Content(source)
    if content.read(0, len(ZIP)) != ZIP:
        return [Part(name, source)]
    archive = Archive(content.read())
    if is_office_file(archive):
        return [Part(name, source)]
    files = expand(archive)
    if not files:
        raise Refusal(Finding("B-FIL-01", "REJECT", facts={"f": name}))
    names = entry_names([path for path, _ in files])
    return [Part(f"{name}/{inner}", part, is_odd_entry(path)) for inner, (path, part) in zip(names, files, strict=True)]


def _by_name(refusal: Refusal, name: str, ending: str) -> Refusal:
    """Name the file that is empty; say of a kind that cannot be read that its name is wrong, where it is."""
    finding = refusal.finding
    if finding.rule_id == "B-FIL-01":
        return Refusal(Finding("B-FIL-01", "REJECT", facts={"f": name}))
    if ending in _WPS and finding.rule_id in ("B-FIL-06", "L-FIL-TYPE"):
        return Refusal(Finding("B-FIL-04", "REJECT", facts={"t": f".{ending}"}))
    if ending in _NAMED and finding.rule_id == "L-FIL-TYPE":
        return Refusal(Finding("B-FIL-03", "REJECT", facts=finding.facts))
    return refusal


def _open(content: Content, reading: Reading) -> tuple[str, Opened]:
    """Return what a file is, and what it holds."""
    start = content.read(0, _LOOKED_AT)
    if start.startswith(_EMPTY_ZIP) or (not start.strip(_BLANK) and not content.read().strip(_BLANK)):
        raise Refusal(Finding("B-FIL-01", "REJECT"))
    for magic, kind in _PICTURES.items():
        if start.startswith(magic):
            raise Refusal(Finding("B-FIL-05", "REJECT", facts={"t": kind}))
    if start.startswith((MAGIC, LOCKED)):
        return "PARQUET", read_parquet(content, is_damaged=reading.is_damaged)
    binary = next((read for magic, read in _BINARY.items() if start.startswith(magic)), None)
    return binary(content.read()) if binary else _open_text(content, reading)


def _open_text(content: Content, reading: Reading) -> tuple[str, Opened]:
    is_json = content.read(0, _LOOKED_AT).removeprefix(BOM_UTF8).lstrip().startswith((b"[", b"{"))
    if is_json:
        not_too_large(content.size)
    encoded = Encoded.of(content, reading.encoding, is_damaged=reading.is_damaged, is_of_lines=not is_json)
    head = encoded.head().lstrip("\ufeff \t\r\n")
    if head.startswith(("[", "{")):
        return "JSON", read_records(encoded.text(), reading.records)
    if head.startswith("<"):
        said = head[:_LOOKED_AT].lower()
        if "office:spreadsheet" in said:
            raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "Excel 2003 XML"}))
        if said.startswith("<?xml") and "<html" not in said:
            raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "XML"}))
        return "HTML", read_tables(encoded.text().decode())
    return "CSV", read_delimited(encoded, reading.delimiter)


def _open_archive(content: bytes) -> tuple[str, Opened]:
    archive = Archive(content)
    names = archive.entries
    if "OFD.xml" in names:
        raise Refusal(Finding("B-FIL-05", "REJECT", facts={"t": "OFD"}))
    if "word/document.xml" in names:
        is_scan = any(name.startswith("word/media/") for name in names) and b"<w:tbl" not in archive.read(
            "word/document.xml"
        )
        raise Refusal(Finding("B-FIL-05" if is_scan else "L-FIL-TYPE", "REJECT", facts={"t": "Word"}))
    if not any(name.startswith("xl/") or name == "content.xml" for name in names):
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "ZIP"}))
    looked = look_into(archive)
    if "xl/workbook.xml" in names:
        return "XLSX", read_workbook(archive, looked)
    if "content.xml" in names:
        return "ODS", read_old_workbook(content, looked, Beside(look_into_ods(archive)))
    return "XLSB", read_old_workbook(content, looked, look_into_xlsb(archive))


def _open_compound(content: bytes) -> tuple[str, Opened]:
    if is_locked(content):
        raise Refusal(Finding("B-FIL-02", "REJECT"))
    if WORD_STREAM in content:
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "Word"}))
    return "XLS", read_old_workbook(content, Looked(), look_into_xls(content), OLD_MAX_ROWS)


_BINARY: dict[bytes, Callable[[bytes], tuple[str, Opened]]] = {ZIP: _open_archive, OLE: _open_compound}
