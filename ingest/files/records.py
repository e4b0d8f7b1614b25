"""JSON to a grid of records: an array, JSON lines, or one page of a pull (SURFACE, JSON pages)."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from common.masking import beginning
from common.rules import Finding, Refusal
from ingest.files.archives import bound
from ingest.files.grids import Cell, Grid, Opened, framed_grid, text_frame

_MAX_DIGITS = 60
"""A number with a longer exponent is kept as it is written; written out it could fill the memory."""

MAX_BYTES = 256 << 20
"""JSON is read as a whole and takes about seven times its size while it is: more would break the bound of memory."""


def not_too_large(size: int) -> None:
    """Refuse at once, and with its size, what would be stopped half-way for the memory that it takes."""
    if size > MAX_BYTES:
        said = f"JSON: {size / (1 << 20):.0f} MiB > {MAX_BYTES / (1 << 20):.0f} MiB"
        raise Refusal(Finding("L-FIL-LIMIT", "REJECT", value=said))


def read_records(text: bytes, records: str | None) -> Opened:
    """Read JSON. Raises Refusal for what is none, or no array of records."""
    try:
        given = json.loads(text, parse_float=Decimal, parse_int=Decimal)
    except (ValueError, RecursionError) as whole:
        try:
            given = [
                json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in text.splitlines() if line.strip()
            ]
        except (ValueError, RecursionError):
            raise Refusal(Finding("B-FIL-06", "REJECT", value=str(whole))) from None
    announced = page = None
    if isinstance(given, dict):
        given = given if records else _unwrapped(given)
        found = _at(given, records.split(".") if records else ())
        name = next((key for key in ("rows", "data") if isinstance(given.get(key), list)), None)
        announced, page = (_integer(given.get(key)) for key in ("total", "page"))
        said = {str(key).lower() for key in given}
        if name is None and not isinstance(found, list) and (_ANSWER & said or (said and said <= _AROUND)):
            raise Refusal(Finding("B-SEC-02", "HOLD", value=_said(given), facts={"n": "?", "k": 0}))
        given = found if isinstance(found, list) else given[name] if name else [given]
    if not all(isinstance(record, dict) for record in given):
        raise Refusal(Finding("B-FIL-06", "REJECT", value="JSON: array of records expected"))
    keys = tuple(dict.fromkeys(key for record in given for key in record))
    bound(len(given), len(keys))
    return Opened((_grid(given, keys),), announced_rows=announced, page=page)


_ANSWER = {"code", "errcode", "errorcode", "error", "success"}
"""Keys of what an API says about its answer, not of a record."""

_AROUND = _ANSWER | {
    "status", "message", "msg", "errmsg", "reason", "detail", "data", "rows", "result", "total", "page", "timestamp",
    "time", "path", "requestid", "request_id", "traceid", "trace_id",
}  # fmt: skip
"""Keys of an answer that holds no records where it has no other ones."""


def _unwrapped(given: dict[str, Any]) -> dict[str, Any]:
    """Take the page out of an answer that wraps it once more."""
    inner = given.get("data")
    return (
        inner
        if isinstance(inner, dict) and any(isinstance(inner.get(key), list) for key in ("rows", "data"))
        else given
    )


def _said(given: dict[str, Any]) -> str:
    """Return what an answer without records says of itself, in short."""
    told = {key: value for key, value in given.items() if not isinstance(value, dict | list)}
    return beginning(_sound(json.dumps(told, ensure_ascii=False, default=str)), 100)


def _grid(given: list[dict[str, Any]], keys: tuple[str, ...]) -> Grid:
    texts = text_frame([[_text(record.get(key)) for key in keys] for record in given], 1, len(keys))
    return framed_grid("records", None, texts.drop("row_no"), keys=tuple(map(_sound, keys)))


def _at(given: Any, path: Sequence[str]) -> Any:
    """Follow a path of keys; None where it ends before its end."""
    for key in path:
        given = given.get(key) if isinstance(given, dict) else None
    return given


def _integer(value: Any) -> int | None:
    """Read a count, which some interfaces write as a text."""
    if isinstance(value, str) and value.strip().isdecimal():
        value = Decimal(value.strip())
    if not isinstance(value, Decimal) or value.adjusted() >= _MAX_DIGITS:
        return None
    return int(value) if value == value.to_integral_value() else None


def _text(value: Any) -> Cell:
    """Write a value the way it stands in the record."""
    if isinstance(value, list):
        return "、".join(filter(None, map(_text, value))) or None
    if isinstance(value, dict):
        return _sound(json.dumps(value, ensure_ascii=False, default=str))
    if isinstance(value, Decimal):
        return format(value, "f") if abs(value.adjusted()) < _MAX_DIGITS else str(value)
    if isinstance(value, str):
        return _sound(value) if value and not value.isspace() else None
    if isinstance(value, bool):
        return "是" if value else "否"
    return None if value is None else str(value)


def _sound(text: str) -> str:
    """Replace half a surrogate pair, which JSON can write and no other text can hold."""
    return text if text.isascii() else text.encode(errors="replace").decode()
