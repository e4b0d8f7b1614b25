"""Bytes to text: byte order mark, strict UTF-8, strict GB18030, else refused (SPEC 3.0, B-ENC-01, B-ENC-02).

GB18030 comes last because most UTF-8 bytes decode as GB18030 too, into silent garbage. Text is handed on as
UTF-8 in pieces that end with a line, because that is what everything behind it works on.
"""

import codecs
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

import polars as pl

from common.rules import Finding, Place, Refusal
from ingest.files.content import Content, too_long

_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
LOST = ("\ufffd", "锟斤拷")
"""What stands where a program could not decode a character: nobody can bring it back."""

_LOST = tuple(token.encode() for token in LOST)
_STEP, _HEAD = 1 << 24, 1 << 16
_LONGEST_LINE = 1 << 25
"""A line is read as a whole, and no record of a table is nearly as long."""
_MIXED_SHARE = 0.01

ODD_LINE = "\ufffe"
"""Ends a line that was in another encoding than the rest; no text may hold this character."""

_BY_LINE = {"utf-8", "gb18030", "gbk", "gb2312"}
"""Encodings in which the byte of a line end is always a line end."""

_BEYOND_GB2312 = bytes(set(range(256)) - set(range(0x80, 0xA1)))
"""All bytes but those that are frequent in UTF-8 and rare in GB18030."""

_LOW_BYTE = re.compile(rb"[\x80-\xa0]")
_IDEOGRAPHS = re.compile("[\u4e00-\u9fa5]")
_WIDE = re.compile("[^\\x00-\\x7f]")
_WRONG_WAYS = (("gb18030", "utf-8"), ("cp1252", "utf-8"), ("latin-1", "utf-8"), ("latin-1", "gb18030"))
"""How text comes to be saved through the wrong encoding: read as the first though it was in the second."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole lines as UTF-8, and how many of them were in another encoding and end with ODD_LINE."""

    text: bytes
    odd: int = 0


@dataclass(frozen=True, slots=True)
class Encoded:
    """Bytes with the encoding that they are in."""

    content: Content
    encoding: str
    mark: int = 0
    """The length of the byte order mark."""
    turned: tuple[str, str] | None = None
    """The encoding as which the text had been read by mistake, and the one that it was in (B-ENC-01)."""
    is_damaged: bool = False
    """Lost characters are expected: the cells that hold them are somebody else's matter."""
    longest: int | None = None
    """So long a line may be; None where a text may stand in one line as a whole."""

    @classmethod
    def of(
        cls, content: Content, given: str | None = None, *, is_damaged: bool = False, is_of_lines: bool = True
    ) -> "Encoded":
        """Find the encoding of a text: UTF-8, else the one that a layout gives.

        Raises Refusal where none fits, or where a text of lines has one that is no record of a table.
        """
        longest = _LONGEST_LINE if is_of_lines else None
        start = content.read(0, _HEAD)
        mark, marked = next(((len(m), name) for m, name in _MARKS.items() if start.startswith(m)), (0, None))
        if marked is None and b"\x00" in start:
            raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "binary"}))
        name = "utf-8" if marked == "utf-8-sig" else marked or _main_encoding(content, given or "gb18030", longest)
        if not _is_known(name):
            raise Refusal(Finding("B-ENC-01", "REJECT"))
        plain = cls(content, name, mark, is_damaged=is_damaged, longest=longest)
        if name != "utf-8" or is_damaged:
            return plain
        return replace(plain, turned=_wrong_way(plain.head()))

    def head(self) -> str:
        """Return the beginning of the text."""
        return next((piece.text.decode() for piece in self.pieces()), "")

    def text(self) -> bytes:
        """Return the whole text as UTF-8."""
        return b"".join(piece.text for piece in self.pieces())

    def pieces(self) -> Iterator[Piece]:
        """Decode piece by piece, a small one first.

        Raises Refusal where characters are lost, where the last one was cut through (B-FIL-06), or where more than a
        hundredth of the lines is in another encoding.
        """
        lines = odd = 0
        for piece in self._by_line() if self.encoding in _BY_LINE else self._streamed():
            if not self.is_damaged and _is_lossy(piece.text):
                raise Refusal(Finding("B-ENC-01", "REJECT"))
            lines += piece.text.count(b"\n") + (not piece.text.endswith(b"\n"))
            odd += piece.odd
            yield _turned_back(piece, *self.turned) if self.turned else piece
        if odd and self._ends_within_a_character():
            raise Refusal(Finding("B-FIL-06", "REJECT", Place(row=lines), self.encoding))
        if 2 * odd > lines:
            raise Refusal(Finding("B-ENC-01", "REJECT"))
        if odd > _MIXED_SHARE * lines:
            raise Refusal(Finding("B-ENC-02", "REJECT", facts={"n": odd}))

    def _ends_within_a_character(self) -> bool:
        """Tell whether the text stops in the middle of a character, as a file that was cut does."""
        last = self.content.read(max(self.mark, self.content.size - _HEAD)).rpartition(b"\n")[2]
        decoder = codecs.getincrementaldecoder(self.encoding)()
        try:
            decoder.decode(last)
        except UnicodeError:
            return False
        try:
            decoder.decode(b"", final=True)
        except UnicodeError:
            return True
        return False

    def _by_line(self) -> Iterator[Piece]:
        decode = _checked_utf8 if self.encoding == "utf-8" else _from_gb18030
        cut = self.mark
        for part in self.content.parts(_STEP, b"\n", first=_HEAD, longest=self.longest):
            if b"\x00" in part:
                raise Refusal(Finding("L-FIL-TYPE", "REJECT", facts={"t": "binary"}))
            yield decode(part[cut:] if cut else part)
            cut = 0

    def _streamed(self) -> Iterator[Piece]:
        """Decode an encoding in which a byte that looks like a line end need not be one."""
        decoder = codecs.getincrementaldecoder(self.encoding)()
        rest = ""
        try:
            for part in self.content.parts(_STEP, first=_HEAD):
                rest += decoder.decode(part)
                if cut := rest.rfind("\n") + 1:
                    yield Piece(rest[:cut].encode())
                    rest = rest[cut:]
                if self.longest is not None and len(rest) > self.longest:
                    raise too_long(self.longest)
            rest += decoder.decode(b"", final=True)
            if rest:
                yield Piece(rest.encode())
        except UnicodeError:
            raise Refusal(Finding("B-ENC-01", "REJECT")) from None


def decode(content: bytes, encoding: str | None = None) -> str:
    """Decode a whole text. Raises Refusal for what is in no known encoding or has lost characters already."""
    return Encoded.of(Content(content), encoding).text().decode()


def _main_encoding(content: Content, other: str, longest: int | None) -> str:
    """Tell UTF-8 from another encoding by the first part that is not both: by most of its lines beyond ASCII."""
    for part in content.parts(_STEP, b"\n", first=_HEAD, longest=longest):
        if not _is_utf8(part):
            told = [line for line in part.splitlines() if not line.isascii()]
            return "utf-8" if 2 * sum(map(_is_utf8, told)) > len(told) else other
    return "utf-8"


def _is_lossy(text: bytes) -> bool:
    """Tell whether characters were lost. A single byte is found much faster than several, and is often nowhere."""
    return any(token[:1] in text and token in text for token in _LOST)


def _is_utf8(text: bytes) -> bool:
    # much faster than to decode it, and as strict
    try:
        pl.Series([text], dtype=pl.Binary).cast(pl.String)
    except pl.exceptions.PolarsError:
        return False
    return True


def _is_known(name: str) -> bool:
    try:
        return codecs.lookup(name) is not None
    except LookupError:
        return False


def _checked_utf8(part: bytes) -> Piece:
    return Piece(part) if _is_utf8(part) else _line_by_line(part, _utf8_line)


def _utf8_line(line: bytes) -> bytes | None:
    return line if _is_utf8(line) else None


def _from_gb18030(part: bytes) -> Piece:
    """Turn GB18030 into UTF-8. A line that is UTF-8 already would decode, into garbage: it is looked for first."""
    if part.translate(None, _BEYOND_GB2312) and any(_is_chinese_utf8(line) for line in _lines_with_low_bytes(part)):
        return _line_by_line(part, _gb18030_line)
    try:
        return Piece(part.decode("gb18030").encode())
    except UnicodeDecodeError:
        return _line_by_line(part, _gb18030_line)


def _gb18030_line(line: bytes) -> bytes | None:
    try:
        return None if _is_chinese_utf8(line) else line.decode("gb18030").encode()
    except UnicodeDecodeError:
        return None


def _is_chinese_utf8(line: bytes) -> bool:
    return not line.isascii() and _is_utf8(line) and bool(_IDEOGRAPHS.search(line.decode()))


def _lines_with_low_bytes(part: bytes) -> Iterator[bytes]:
    place = 0
    while found := _LOW_BYTE.search(part, place):
        start = part.rfind(b"\n", 0, found.start()) + 1
        place = part.find(b"\n", found.start()) + 1 or len(part)
        yield part[start:place]


def _line_by_line(part: bytes, decoded: Callable[[bytes], bytes | None]) -> Piece:
    """Decode lines one by one; what is in another encoding is kept as well as it can be and marked."""
    lines, odd = [], 0
    for line in part.splitlines(keepends=True):
        text = decoded(line)
        if text is None:
            odd += 1
            body = line.rstrip(b"\r\n")
            other = body.decode("utf-8" if _is_utf8(body) else "gb18030", errors="ignore")
            # the last cell may stand in quotes, and the mark is part of it
            marked = f'{other[:-1]}{ODD_LINE}"' if other.endswith('"') else other + ODD_LINE
            text = marked.encode() + line[len(body) :]
        lines.append(text)
    return Piece(b"".join(lines), odd)


def _wrong_way(head: str) -> tuple[str, str] | None:
    """Recognise text that was saved through the wrong encoding and can be turned back without loss (B-ENC-01)."""
    if head.isascii():
        return None
    for wrong, right in _WRONG_WAYS:
        try:
            meant = head.lstrip("\ufeff").encode(wrong).decode(right)
        except UnicodeError:
            continue
        # a letter with an accent before a plain one is no Chinese character, though it decodes as one
        if len(_IDEOGRAPHS.findall(meant)) > _FEW and 2 * len(_WIDE.findall(head)) >= 3 * len(_WIDE.findall(meant)):
            return wrong, right
    return None


_FEW = 2
"""So few ideographs say nothing about the encoding that they came through."""


def _turned_back(piece: Piece, wrong: str, right: str) -> Piece:
    try:
        return Piece(piece.text.decode().lstrip("\ufeff").encode(wrong).decode(right).encode(), piece.odd)
    except UnicodeError:
        raise Refusal(Finding("B-ENC-01", "REJECT")) from None
