"""From bytes to grids of text: what a file really is, whatever its name says (SPEC 3.0, Formats)."""

from pathlib import Path

from common.rules import Finding, Refusal
from ingest.archives import Looked, look_into
from ingest.content import Content
from ingest.delimited import read_delimited
from ingest.encodings import Encoded
from ingest.grids import Opened
from ingest.records import read_records
from ingest.workbooks import OLE, is_locked, read_workbook

_PICTURES = {b"%PDF": "PDF", b"\x89PNG": "PNG", b"\xff\xd8\xff": "JPEG", b"II*\x00": "TIFF", b"MM\x00*": "TIFF"}


def open_file(
    source: bytes | Path, *, encoding: str | None = None, delimiter: str | None = None, records: str | None = None
) -> Opened:
    """Read a file by its content. Raises Refusal for what cannot be read, with the reason.

    What stands further down is read when the batches of a grid are asked for, and may be refused then.
    """
    content = Content(source)
    start = content.read(0, _LOOKED_AT)
    if not start.strip(_BLANK) and not content.read().strip(_BLANK):
        raise Refusal(Finding("B-FIL-01", "REJECT"))
    for magic, kind in _PICTURES.items():
        if start.startswith(magic):
            raise Refusal(Finding("B-FIL-05", "REJECT", facts={"t": kind}))
    if start.startswith(b"PK\x03\x04"):
        whole = content.read()
        return read_workbook(whole, look_into(whole))
    if start.startswith(OLE):
        whole = content.read()
        if is_locked(whole):
            raise Refusal(Finding("B-FIL-02", "REJECT"))
        return read_workbook(whole, Looked())
    encoded = Encoded.of(content, encoding)
    first = encoded.head().lstrip()[:1]
    if first in ("[", "{"):
        return read_records(encoded.text(), records)
    if first == "<":
        raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "HTML/XML"}))
    return read_delimited(encoded, delimiter)


_LOOKED_AT = 1 << 12
_BLANK = b"\x00\r\n\t "
