"""Files that are not what they should be: containers made by hand, byte by byte, as small as they can be.

The old binary workbook is a compound file (512-byte sectors, one chain for each stream) that holds one stream of
records; an encrypted workbook is a compound file that holds no workbook at all.
"""

import io
import re
import struct
from collections.abc import Mapping, Sequence
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from sample.xlsx import Cell

_SECTOR = 512
_END, _FREE, _FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
_SMALLEST = 4096
"""A shorter stream would lie in a container within the container."""

_EPOCH = (1980, 1, 1, 0, 0, 0)
PNG = b"\x89PNG\r\n\x1a\n" + bytes.fromhex("0000000d4948445200000001000000010800000000") + bytes(40)
PDF = b"%PDF-1.4\n1 0 obj<</Type/XObject/Subtype/Image/Width 1/Height 1>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


def compound(streams: Mapping[str, bytes]) -> bytes:
    """Return a compound file with the given streams."""
    padded = {
        name: data.ljust(max(_SMALLEST, -(-len(data) // _SECTOR) * _SECTOR), b"\0") for name, data in streams.items()
    }
    folder_sectors = -(-(len(padded) + 1) * 128 // _SECTOR)
    content_sectors = folder_sectors + sum(len(data) // _SECTOR for data in padded.values())
    fat_sectors = -(-content_sectors // 127)
    table, start, starts = [_FAT] * fat_sectors, fat_sectors, []
    for length in (folder_sectors, *(len(data) // _SECTOR for data in padded.values())):
        starts.append(start)
        table += [*range(start + 1, start + length), _END]
        start += length
    table += [_FREE] * (fat_sectors * 128 - len(table))
    entries = _entry("Root Entry", 5, 1, _FREE, _END, 0)
    for number, (name, data) in enumerate(padded.items(), 1):
        beside = number + 1 if number < len(padded) else _FREE
        entries += _entry(name, 2, _FREE, beside, starts[number], len(data))
    head = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_sectors, starts[0],
        0, _SMALLEST, _END, 0, _END, 0,
    )  # fmt: skip
    places = [*range(fat_sectors), *[_FREE] * (109 - fat_sectors)]
    body = struct.pack(f"<{len(table)}I", *table) + entries.ljust(folder_sectors * _SECTOR, b"\0")
    return head + struct.pack("<109I", *places) + body + b"".join(padded.values())


def _entry(name: str, kind: int, child: int, right: int, start: int, size: int) -> bytes:
    written = (name + "\0").encode("utf-16-le")
    return struct.pack(
        "<64sHBBIII16s4x16xIQ", written, len(written), kind, 1, _FREE, right, child, b"", start, size
    )  # fmt: skip


def encrypted() -> bytes:
    """Return what office software saves under a password: an OLE container that hides the workbook."""
    return compound({"EncryptionInfo": struct.pack("<HHI", 4, 4, 0x40), "EncryptedPackage": bytes(range(256)) * 20})


def old_workbook(rows: Sequence[Sequence[Cell]], *, password: bool = False) -> bytes:
    """Return a binary workbook (.xls, .et) of one sheet with texts and numbers."""
    begin = struct.pack("<HHHHII", 0x0600, 0x0005, 0x0DBB, 0x07CC, 0, 6)
    before = _record(0x0809, begin) + (_record(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if password else b"")
    name = "Sheet1".encode("utf-16-le")
    ending = struct.pack("<BBBB", 0, 0, len(name) // 2, 1) + name
    offset = len(before) + len(_record(0x0085, bytes(4) + ending)) + len(_record(0x000A))
    globals_ = before + _record(0x0085, struct.pack("<I", offset) + ending) + _record(0x000A)
    width = max(map(len, rows))
    sheet = [_record(0x0809, struct.pack("<HHHHII", 0x0600, 0x0010, 0x0DBB, 0x07CC, 0, 6))]
    sheet.append(_record(0x0200, struct.pack("<IIHHH", 0, len(rows), 0, width, 0)))
    for row, cells in enumerate(rows):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                written = cell.encode("utf-16-le")
                sheet.append(_record(0x0204, struct.pack("<HHHHB", row, column, 0, len(written) // 2, 1) + written))
            elif cell is not None:
                sheet.append(_record(0x0203, struct.pack("<HHHd", row, column, 0, float(str(cell)))))
    return compound({"Workbook": globals_ + b"".join(sheet) + _record(0x000A)})


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def archive(entries: Mapping[str, bytes]) -> bytes:
    """Return a zip archive."""
    buffer = io.BytesIO()
    with ZipFile(buffer, "w", ZIP_DEFLATED) as written:
        for name, data in entries.items():
            written.writestr(ZipInfo(name, _EPOCH), data, ZIP_DEFLATED)
    return buffer.getvalue()


def bomb(workbook: bytes, megabytes: int = 300) -> bytes:
    """Return a workbook with a part that is a few hundred kilobytes on disk and hundreds of megabytes unpacked."""
    buffer = io.BytesIO(workbook)
    block = b" " * (1 << 20)
    with ZipFile(buffer, "a", ZIP_DEFLATED) as written:
        part = ZipInfo("xl/worksheets/sheet2.xml", _EPOCH)
        part.compress_type = ZIP_DEFLATED
        with written.open(part, "w") as stream:
            for _ in range(megabytes):
                stream.write(block)
    return buffer.getvalue()


def word_document() -> bytes:
    """Return a text document that holds nothing but a picture."""
    return archive(
        {
            "[Content_Types].xml": b"<Types/>",
            "word/document.xml": b'<?xml version="1.0"?><w:document xmlns:w="w"><w:drawing/></w:document>',
            "word/media/image1.png": PNG,
        }
    )


def patched(workbook: bytes, edits: Mapping[str, tuple[str, str]], added: Mapping[str, bytes] | None = None) -> bytes:
    """Return a workbook with parts edited (a pattern and what replaces its first find) and parts added.

    Raises ValueError where a pattern is not found: a case that spoils nothing would prove nothing.
    """
    with ZipFile(io.BytesIO(workbook)) as given:
        parts = {name: given.read(name) for name in given.namelist()}
    for name, (pattern, replacement) in edits.items():
        changed, count = re.subn(pattern, replacement, parts[name].decode(), count=1)
        if not count:
            raise ValueError(f"{name}: {pattern}")
        parts[name] = changed.encode()
    return archive(parts | dict(added or {}))
