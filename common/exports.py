"""Text on its way into a spreadsheet: nothing that a sender wrote may run there (SPEC 4.5; B-SEC-01)."""

import re

import polars as pl

_START = r"[=+\-@\t\r\n＝＋－＠]"
_RISKY = re.compile(f"'*{_START}")
_ESCAPED = re.compile(f"'+{_START}")
_HARMLESS = re.compile(r"[+\-＋－]?(?:\d[\d,]*(?:\.\d+)?|\.\d+)%?|[\-－]+")
"""A signed number and a cell that is only crossed out are what they look like."""


def escaped(text: str) -> str:
    """Return a cell's text as it may stand in a spreadsheet: what could be a formula begins with an apostrophe.

    :func:`unescaped` gives the text back, whatever it was.
    """
    return f"'{text}" if _RISKY.match(text) and not _HARMLESS.fullmatch(text) else text


def unescaped(text: str) -> str:
    """Return the text that :func:`escaped`, or a spreadsheet's own mark for text, stands for."""
    return text[1:] if _ESCAPED.match(text) else text


def is_plain_number(text: str | None) -> bool:
    """Tell whether a spreadsheet, which keeps doubles, gives back exactly this text for the number in it."""
    if text is None or not re.fullmatch(r"-?\d{1,14}(\.\d+)?", text) or len(text) > _LONGEST_NUMBER:
        return False
    value = float(text)
    return (str(int(value)) if value.is_integer() else repr(value)) == text


_LONGEST_NUMBER = 16


def unescaped_cells(names: str | list[str]) -> pl.Expr:
    """Return text columns with every cell as :func:`unescaped` gives it."""
    return pl.col(names).str.replace(f"^'('*{_START})", "$1")


def escaped_frame(frame: pl.DataFrame) -> pl.DataFrame:
    """Return a frame all of whose text cells are escaped."""
    texts = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    return frame.with_columns(
        pl.when(pl.col(name).str.contains(f"^(?:{_RISKY.pattern})") & ~pl.col(name).str.contains(_WHOLE))
        .then("'" + pl.col(name)).otherwise(name).alias(name)
        for name in texts
    )  # fmt: skip


_WHOLE = rf"^(?:{_HARMLESS.pattern})\z"


def csv_for_spreadsheets(frame: pl.DataFrame) -> bytes:
    """Return CSV as UTF-8 with a byte order mark; no text cell can be taken for a formula (SPEC 4.5)."""
    return b"\xef\xbb\xbf" + escaped_frame(frame).write_csv(line_terminator="\r\n").encode()
