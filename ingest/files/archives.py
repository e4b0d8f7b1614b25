"""A look into an archive before a parser opens it (SPEC 5, B-FIL-06 to B-FIL-08).

A parser unpacks what it is given, whatever comes out. So everything is unpacked here first, piece by piece and
counted, because what an archive says of itself may be a lie.
"""

import io
import struct
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import cast

from isal import isal_zlib

from common.masking import beginning
from common.rules import Finding, Refusal

_MAX_UNPACKED = 2 << 30
_MAX_RATIO = 100
_MAX_ENTRIES = 10_000
_MAX_FILES = 500
"""So many files in one archive are no delivery."""

_PIECE = 1 << 22
_FED = 1 << 18
"""So many bytes are given to be unpacked at a time: those that are left over are copied for every piece."""
_MAX_CELLS = 30_000_000
"""A sheet is read into a rectangle; one stray cell in the last corner would make it 17 billion cells."""
_MAX_COLUMNS = 1 << 14
"""No spreadsheet has more, and every column has a cost of its own, however little stands in it."""

_LOCAL = struct.Struct("<4s22xHH")
_LOCKED, _UTF8 = 0x1, 0x800
_LEFT_BEHIND = ("__MACOSX", "Thumbs.db", "desktop.ini")
_DAMAGED = (
    zipfile.BadZipFile, cast(type[Exception], isal_zlib.error), struct.error, OSError, EOFError, RuntimeError,
    ValueError, KeyError, NotImplementedError,
)  # fmt: skip
"""What a damaged archive raises while it is looked into."""


def bound(rows: int, columns: int) -> None:
    """Refuse what would fill the memory as a rectangle, however little of it is filled."""
    if columns > _MAX_COLUMNS or rows * columns > _MAX_CELLS:
        raise Refusal(Finding("L-LAY-EXTENT", "REJECT"))


def not_unpacked_beyond(packed: int, unpacked: int) -> None:
    """Refuse what unpacks from so many bytes to so many, as nothing that was sent to be read does (B-FIL-07)."""
    if unpacked > min(_MAX_UNPACKED, _MAX_RATIO * max(packed, 1 << 20)):
        raise Refusal(Finding("B-FIL-07", "REJECT", value=f"{packed:,} B → {unpacked:,} B"))


@dataclass(slots=True)
class Extent:
    """How far the filled cells of a sheet reach, as one finds them."""

    rows: int = 0
    columns: int = 0

    def reach(self, rows: int, columns: int) -> None:
        """Follow the cells so far down and so far to the right. Raises Refusal where that would fill the memory."""
        if rows > self.rows or columns > self.columns:
            self.rows, self.columns = max(self.rows, rows), max(self.columns, columns)
            bound(self.rows, self.columns)


@dataclass
class Archive:
    """A zip archive whose entries are unpacked under a bound that holds for all of them together."""

    content: bytes
    _unpacked: dict[str, int] = field(default_factory=dict)
    """By entry, the bytes that came out of it; an entry that is unpacked again is the same bytes."""

    def __post_init__(self) -> None:
        try:
            with zipfile.ZipFile(io.BytesIO(self.content)) as archive:
                listed = [entry for entry in archive.infolist() if not entry.is_dir()]
        except _DAMAGED as error:
            raise _damaged(error) from error
        self.entries = {entry.filename: entry for entry in listed}
        if len(self.entries) < len(listed):
            # one reader takes the first of two, another the last: what was looked into might not be what is parsed
            twice = next(name for name, times in Counter(entry.filename for entry in listed).items() if times > 1)
            raise _damaged(ValueError(f"{twice} × 2"))
        if len(self.entries) > _MAX_ENTRIES:
            raise Refusal(Finding("B-FIL-07", "REJECT", value=f"{len(self.entries)} > {_MAX_ENTRIES}"))
        if any(entry.flag_bits & _LOCKED for entry in self.entries.values()):
            raise Refusal(Finding("B-FIL-02", "REJECT"))

    def pieces(self, name: str) -> Iterator[bytes]:
        """Unpack an entry piece by piece. Raises Refusal where it is damaged, or all becomes too much."""
        entry = self.entries[name]
        size = checksum = 0
        try:
            for piece in self._inflated(entry):
                size += len(piece)
                self._count(name, size)
                checksum = isal_zlib.crc32(piece, checksum)
                yield piece
            if size != entry.file_size or checksum != entry.CRC:
                raise ValueError(f"{name}: size or checksum")
        except _DAMAGED as error:
            raise _damaged(error) from error

    def read(self, name: str) -> bytes:
        """Unpack an entry; nothing where there is none of that name."""
        return b"".join(self.pieces(name)) if name in self.entries else b""

    def _inflated(self, entry: zipfile.ZipInfo) -> Iterator[bytes]:
        magic, name_length, extra_length = _LOCAL.unpack_from(self.content, entry.header_offset)
        start = entry.header_offset + _LOCAL.size + name_length + extra_length
        packed = memoryview(self.content)[start : start + entry.compress_size]
        if magic != b"PK\x03\x04" or len(packed) != entry.compress_size:
            raise ValueError(f"{entry.filename}: local header")
        if entry.compress_type == zipfile.ZIP_STORED:
            yield from (bytes(packed[at : at + _PIECE]) for at in range(0, len(packed), _PIECE))
            return
        if entry.compress_type != zipfile.ZIP_DEFLATED:
            raise ValueError(f"{entry.filename}: method {entry.compress_type}")
        inflate = isal_zlib.decompressobj(-isal_zlib.MAX_WBITS)
        at, rest = 0, b""
        while not inflate.eof:
            fed: bytes | memoryview = rest or packed[at : at + _FED]
            at += 0 if rest else len(fed)
            piece = inflate.decompress(fed, _PIECE)
            rest = inflate.unconsumed_tail
            if not piece and not fed:
                raise EOFError(f"{entry.filename}: cut")
            yield piece

    def _count(self, name: str, size: int) -> None:
        self._unpacked[name] = max(size, self._unpacked.get(name, 0))
        not_unpacked_beyond(len(self.content), sum(self._unpacked.values()))


def _damaged(error: BaseException) -> Refusal:
    return Refusal(Finding("B-FIL-06", "REJECT", value=beginning(str(error))))


_OFFICE = {"content.xml", "[Content_Types].xml", "word/document.xml", "OFD.xml"}


def is_office_file(archive: Archive) -> bool:
    """Tell whether an archive is itself a file of an office program."""
    return any(name.startswith("xl/") or name in _OFFICE for name in archive.entries)


def expand(archive: Archive) -> list[tuple[str, bytes]]:
    """Unpack the files of an archive, one level deep, each with its path in the archive (B-FIL-07).

    Raises Refusal for an archive inside, or for more than any delivery holds.
    """
    named = {name: _path(entry) for name, entry in archive.entries.items()}
    named = {name: path for name, path in named.items() if not _is_left_behind(path)}
    if len(named) > _MAX_FILES:
        raise Refusal(Finding("B-FIL-07", "REJECT", value=f"{len(named)} > {_MAX_FILES}"))
    files = [(path, archive.read(name)) for name, path in named.items()]
    for path, content in files:
        if content.startswith(b"PK\x03\x04") and not is_office_file(Archive(content)):
            raise Refusal(Finding("B-FIL-07", "REJECT", value=path))
    return files


def _is_left_behind(path: str) -> bool:
    """Tell whether an entry is what a system keeps beside a person's files; one that leads out by .. is none."""
    return any(
        part in _LEFT_BEHIND or part.startswith("~$") or (part.startswith(".") and part.strip("."))
        for part in path.split("/")
    )


def _path(entry: zipfile.ZipInfo) -> str:
    """Return the path of an entry; without a mark for UTF-8 it is in GB18030, and some write it as Windows does."""
    name = entry.filename
    if not entry.flag_bits & _UTF8:
        name = name.encode("cp437", errors="replace").decode("gb18030", errors="replace")
    return name.replace("\\", "/")
