"""The enterprise register as known at the cut: codes, old numbers, and who bore which name when (SPEC 2.1 rule 6)."""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from itertools import groupby, pairwise

from common.text import name_key

ALWAYS = (date.min, date.max)
_NEAR = re.compile(r"[()]|[省市区县]|有限责任公司|有限公司|股份|责任")
_MOST_NEAR = 3


@dataclass(frozen=True, slots=True)
class Statement:
    """What one row of the register says of one enterprise, and when it was said."""

    code: str
    name: str
    former: tuple[str, ...] = ()
    reg_no: str | None = None
    org_code: str | None = None
    established_on: date | None = None
    changed_on: date | None = None
    known_from: datetime | None = None
    """When the register's delivery was received, Beijing time."""
    order: tuple[int, str] = (0, "")
    """Decides between deliveries of one moment: version, then hash."""
    delivery_id: str | None = None

    @property
    def rank(self) -> tuple[datetime, tuple[int, str], str, tuple[str, ...]]:
        return (self.known_from or datetime.min, self.order, self.name, self.former)


@dataclass(frozen=True, slots=True)
class Named:
    """A bearer of a name: by which statement it is known, and whether its name is another by now."""

    code: str
    name: str
    is_former: bool = False
    delivery_id: str | None = None
    known_from: datetime | None = None


@dataclass(frozen=True, slots=True)
class Span:
    """Who bears a name during a time, from its first day until the day before ``end``."""

    start: date
    end: date
    bearers: tuple[Named, ...]
    near: tuple[Named, ...] = ()
    """Enterprises of similar names, for a person to choose from where nobody bears it: never matched."""


@dataclass(frozen=True, slots=True)
class _Borne:
    """A name that an enterprise bears from a day until the day before another; undated where only 曾用名 tells it."""

    start: date
    end: date
    is_dated: bool
    is_former: bool
    statement: Statement


class Register:
    """All known statements of the register, in no order."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        self._borne: dict[str, list[_Borne]] = defaultdict(list)
        self._numbers: dict[str, dict[str, Statement]] = defaultdict(dict)
        self._first: dict[str, Statement] = {}
        ranked = sorted(set(statements), key=lambda one: (one.code, one.rank))
        for code, group in groupby(ranked, key=lambda one: one.code):
            history = list(group)
            self._first[code] = history[0]
            for one in history:
                for number in (one.reg_no, one.org_code, code[8:17] if len(code) == 18 else None):
                    if number:
                        self._numbers[number].setdefault(code, one)
            self._add_names(history)

    def _add_names(self, history: list[Statement]) -> None:
        """Record the names of one enterprise: as snapshots show them, and former names without dates."""
        versions = [next(group) for _, group in groupby(history, key=lambda one: name_key(one.name))]
        present = name_key(versions[-1].name)
        starts = [versions[0].established_on or ALWAYS[0]]
        for before, after in pairwise(versions):
            starts.append(_changed(starts[-1], before, after))
        for version, start, end in zip(versions, starts, [*starts[1:], ALWAYS[1]], strict=True):
            key = name_key(version.name)
            self._borne[key].append(_Borne(start, end, True, key != present, version))
        former = {name_key(name): one for one in reversed(history) for name in one.former}
        for key, one in former.items():
            self._borne[key].append(_Borne(starts[0], ALWAYS[1], False, key != present, one))

    def statement_of(self, code: str) -> Statement | None:
        """Return the first statement about a code."""
        return self._first.get(code)

    def bears(self, code: str, name: str) -> Statement | None:
        """Return a statement that shows the code under the name, now or formerly."""
        found = [one.statement for one in self._borne.get(name_key(name), ()) if one.statement.code == code]
        return min(found, key=lambda one: one.rank, default=None)

    def by_number(self, number: str) -> list[Statement]:
        """Return the enterprises that have an old registration number, organisation code or old tax number."""
        found = self._numbers.get(number, {})
        if not found and len(number) == 15:
            found = self._numbers.get(number[6:], {})
        return [found[code] for code in sorted(found)]

    def spans(self, name: str) -> list[Span]:
        """Return who bears a name from the first day to the last, without gaps; neighbours differ.

        On a day those count who bear the name as snapshots show it; else those for whom it is a former name of
        unknown dates; else, as lists lag behind, everybody who ever bore it (SPEC 0.1b: a former name matches if it
        is unique).
        """
        borne = self._borne.get(name_key(name), []) if name else []
        days = sorted({ALWAYS[0], *(day for one in borne for day in (one.start, one.end) if day < ALWAYS[1])})
        found = [(start, _bearers(borne, start)) for start in days]
        spans: list[Span] = []
        for bearers, group in groupby(found, key=lambda pair: pair[1]):
            start = next(group)[0]
            if spans:
                spans[-1] = Span(spans[-1].start, start, spans[-1].bearers, spans[-1].near)
            spans.append(Span(start, ALWAYS[1], bearers, () if bearers else self._near(name)))
        return spans

    def span_at(self, name: str, on: date) -> Span:
        """Return who bears a name on a day."""
        return next(span for span in reversed(self.spans(name)) if span.start <= on)

    @cached_property
    def _similar(self) -> dict[str, list[str]]:
        similar: dict[str, list[str]] = defaultdict(list)
        for key in sorted(self._borne):
            similar[_NEAR.sub("", key)].append(key)
        return similar

    def _near(self, name: str) -> tuple[Named, ...]:
        """Return enterprises whose names differ in brackets, an administrative suffix or the legal form only."""
        keys = self._similar.get(_NEAR.sub("", name_key(name)), ()) if name else ()
        found = {bearer.code: bearer for key in keys for bearer in _bearers(self._borne[key], ALWAYS[1])}
        return tuple(found[code] for code in sorted(found)[:_MOST_NEAR])


def _changed(since: date, before: Statement, after: Statement) -> date:
    """Return the day from which a new name holds: the approval that its row states, else the day it was told.

    An approval that the row before stated too is not that of the name.
    """
    told = after.known_from.date() if after.known_from else ALWAYS[1]
    approved = after.changed_on if after.changed_on != before.changed_on else None
    return approved if approved and since < approved <= told else max(since, told)


def _bearers(borne: list[_Borne], on: date) -> tuple[Named, ...]:
    """Return who bears a name on a day, each with the first statement that shows it under the name at all."""
    dated = [one for one in borne if one.is_dated and (one.start <= on < one.end or on == one.end == ALWAYS[1])]
    former = [one for one in borne if not one.is_dated and one.start <= on]
    counted = {one.statement.code for one in dated or former or borne}
    found: dict[str, Named] = {}
    for one in sorted(borne, key=lambda one: one.statement.rank):
        said = one.statement
        if said.code in counted:
            found.setdefault(said.code, Named(said.code, said.name, one.is_former, said.delivery_id, said.known_from))
    return tuple(found[code] for code in sorted(found))
