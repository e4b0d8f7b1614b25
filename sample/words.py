"""How an office spells things: headers and words that the contracts accept, dates, amounts.

Offices differ, and the same office differs from year to year; a ``variant`` picks one of the spellings
that the contract of the feed knows, 0 the usual one.
"""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from typing import Literal

from common.contracts import feeds

Notation = Literal["iso", "slash", "dot", "compact", "zh"]


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one feed in one of their spellings."""

    feed: str
    variant: int = 0

    def header(self, column: str) -> str:
        """Return what stands above a canonical column."""
        return _header(self.feed, column, self.variant)

    def headers(self, *columns: str) -> tuple[str, ...]:
        """Return what stands above several canonical columns."""
        return tuple(self.header(column) for column in columns)

    def value(self, column: str, code: str) -> str:
        """Return the word for a member of an enumeration."""
        return _value(self.feed, column, code, self.variant)


@cache
def _header(feed: str, column: str, variant: int) -> str:
    contract = feeds()[feed].by_name[column]
    return _pick((contract.zh, *contract.headers), variant)


@cache
def _value(feed: str, column: str, code: str, variant: int) -> str:
    value = feeds()[feed].by_name[column].values[code]
    return _pick((value.zh, *value.also), variant)


def _pick(spellings: tuple[str, ...], variant: int) -> str:
    chinese = [word for word in spellings if not word.isascii()] or spellings
    return chinese[variant % len(chinese)]


@cache
def spell(day: date | None, notation: Notation) -> str | None:
    """Write a day the way one office does; an absent day stays absent."""
    if day is None:
        return None
    if notation == "iso":
        return day.isoformat()
    if notation == "compact":
        return f"{day:%Y%m%d}"
    if notation == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    mark = "/" if notation == "slash" else "."
    return f"{day.year}{mark}{day.month}{mark}{day.day}"


def spell_month(day: date) -> str:
    """Write the month of a day: 2023年9月."""
    return f"{day.year}年{day.month}月"


def moment(at: datetime | None) -> str | None:
    """Write a time as the hotline interface does: no offset, Beijing time."""
    return None if at is None else f"{at:%Y-%m-%d %H:%M:%S}"


def yes(flag: bool) -> str:
    """Write a boolean."""
    return "是" if flag else "否"


def in_wan(fen: int) -> Decimal:
    """Turn fen into 万元: the shortest decimal that is exact to the fen."""
    return Decimal(fen).scaleb(-6).normalize() if fen % 1_000_000 else Decimal(fen // 1_000_000)
