"""How a contract lets offices head a feed's columns: what of a heading counts, and which column it names (SPEC 3.0)."""

import re
from collections.abc import Iterable
from functools import lru_cache

from common.contracts import Column, Feed
from common.script import simplified
from common.text import clean
from ingest.files.grids import Cell
from ingest.values.units import SCALE

_CURRENT = {"本期", "本月", "当期", "当月", "本期数", "本月数", "金额"}
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]*[)\]】〕]")
_UNIT_BEHIND = re.compile(
    rf"[/,:;、_-]?(?:人民币)?(?:{SCALE})?(?<!单)元(?:[/·每*]?m2)?(?:[/·每*]?[天日月年])?$"
    r"|[/,:;、_-]?万?(?:平方米|平米|m2)$"
)
"""A unit that stands behind a heading without brackets."""

_TO_DATE = re.compile(
    r"(?:本年|当年|年度?)?累计(?:数|额|金额)?|自?年初至今|0?1月?(?:--?|~|—+|–|至|到)(?:[2-9]|1[0-2])月份?"
)
"""What says of an amount that it holds the year so far."""

_MARKS = re.compile(r"[\s*:：]+")


@lru_cache(1 << 14)
def header_key(text: str) -> str:
    """Return the form in which headers compare: NFKC, simplified, no blanks, no marks, no unit."""
    whole = exact_key(text)
    short = _UNIT_BEHIND.sub("", _BRACKETS.sub("", whole))
    return short or whole


@lru_cache(1 << 14)
def exact_key(text: str) -> str:
    """Return the form in which headers compare where the unit in brackets counts too."""
    return _MARKS.sub("", simplified(clean(text))).casefold()


class Vocabulary:
    """All ways in which a contract lets offices head a feed's columns."""

    def __init__(self, feed: Feed) -> None:
        self.feed = feed
        self._names: dict[str, Column] = {}
        self._parts: dict[str, tuple[Column, int]] = {}
        self._ambiguous: dict[str, Column] = {}
        self._agreed = {header_key(name) for column in feed.columns for name in (column.name, column.zh)}
        for column in feed.columns:
            for name in column.all_headers:
                self._names.setdefault(exact_key(name), column)
                self._names.setdefault(header_key(name), column)
            self._ambiguous.update({header_key(name): column for name in column.ambiguous})
            for level, names in enumerate(column.parts):
                self._parts.update({header_key(name): (column, level) for name in names})

    @property
    def required(self) -> tuple[Column, ...]:
        """The columns without which a grid is refused."""
        return tuple(column for column in self.feed.columns if column.required and column.name != self.feed.sheet_is)

    def is_renamed(self, path: tuple[str, ...]) -> bool:
        """Tell whether a header path names its column only by another name than the contract's own."""
        return self._agreed.isdisjoint(header_key(text) for text in path)

    def part(self, text: str) -> tuple[Column, int] | None:
        """Return the path column and the level that a header names (一级分类)."""
        return self._parts.get(header_key(text))

    def ambiguous(self, text: str) -> Column | None:
        """Return the column that an ambiguous header might mean."""
        return self._ambiguous.get(header_key(text))

    def find(self, path: tuple[str, ...]) -> Column | None:
        """Return the column that a header path names, from the group down to the leaf."""
        *groups, leaf = path
        group = groups[-1] if groups else None
        named = self._name(leaf)
        if group is None:
            return None if named and named.of and header_key(leaf) in _comparisons(named) else named
        owner = self._name(group)
        if header_key(leaf) in _CURRENT and owner is not None:
            return owner
        if named is not None and named.of is not None:
            return named if owner is not None and owner.name == named.of else None
        return named

    def knows_any(self, cells: Iterable[Cell]) -> bool:
        """Tell whether a row holds any heading of the feed; most rows of a sheet hold none."""
        return any(self._name(cell) or self.part(cell) or self.to_date((cell,)) for cell in cells if cell)

    def to_date(self, path: tuple[str, ...]) -> Column | None:
        """Return the amount that a header path names with the year so far: 累计 below its group, or in one cell."""
        *groups, leaf = path
        key = exact_key(leaf)
        rest = _TO_DATE.sub("", key)
        if rest == key:
            return None
        column = self._name(rest.strip("/()")) if rest.strip("/()") else self._name(groups[-1]) if groups else None
        return column if column and column.type == "money" and not column.control else None

    def _name(self, text: str) -> Column | None:
        return self._names.get(exact_key(text)) or self._names.get(header_key(text))


def _comparisons(column: Column) -> set[str]:
    """Bare 同期 or 增减率 says nothing without its group; 上年同期 does."""
    return {"同期", "增减率", "同比"} & {header_key(name) for name in column.all_headers}
