"""The contracts as far as the floor needs them: which header is which column, and which word which value."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[2]

_YES_NO = {"是": True, "√": True, "否": False}
_BRACKETED = re.compile(r"[(\[（][^)\]）]*[)\]）]")


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a contract."""

    name: str
    type: str
    is_required: bool
    may_be_future: bool
    default: bool | str | None
    words: Mapping[str, Any]
    """Of an enumeration or a boolean, the value of each word."""


@dataclass(frozen=True, slots=True)
class Feed:
    """One contract."""

    id: str
    kind: str
    unique: tuple[str, ...]
    columns: tuple[Column, ...]
    by_header: Mapping[str, Column]


@cache
def feeds() -> Mapping[str, Feed]:
    """Return the contracts by the ids of their feeds."""
    read = (
        yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        for path in sorted((PROJECT / "contracts/feeds").glob("*.yml"))
    )
    return {told["id"]: _feed(told) for told in read}


def plain_header(text: str) -> str:
    """Return a heading without blanks, and without the unit in brackets behind it."""
    return _BRACKETED.sub("", unicodedata.normalize("NFKC", text)).replace(" ", "")


def unit_of(text: str) -> str:
    """Return the unit in brackets behind a heading."""
    found = re.search(r"\(([^)]*)\)", unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


def _feed(told: Mapping[str, Any]) -> Feed:
    columns: list[Column] = []
    by_header: dict[str, Column] = {}
    for given in told["columns"]:
        if given.get("control"):
            continue
        column = _column(given)
        columns.append(column)
        for header in (given["name"], given["zh"], given["en"], *given.get("headers", ())):
            by_header.setdefault(plain_header(header), column)
    return Feed(told["id"], told["kind"], tuple(told.get("unique", ())), tuple(columns), by_header)


def _column(given: Mapping[str, Any]) -> Column:
    kind = given.get("type", "text")
    words: dict[str, Any] = dict(_YES_NO) if kind == "boolean" else {}
    for value, spellings in given.get("values", {}).items():
        meant = value == "true" if kind == "boolean" else value
        words |= {value: meant, **{str(word): meant for word in spellings}}
    default = given.get("default")
    return Column(
        given["name"], kind, bool(given.get("required")), bool(given.get("may_be_future")),
        default == "true" if kind == "boolean" and default else default, words,
    )  # fmt: skip
