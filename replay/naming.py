"""Which KPI a number of a text states: the one whose name stands nearest and can be stated in its unit.

In Chinese the name stands right behind the number or before it, in English the noun stands behind a count and the
subject before an amount. A growth is that of the figure before it; a number alone in a line has its name above.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from replay.knowledge import ALL, Kpi
from replay.layout import Layout
from replay.numbers import MONEY, PERCENT, POINTS, TIMES, Number
from replay.text import Part
from replay.vocabulary import Name, Vocabulary

_GENERIC = frozenset(
    re.findall(
        r"\w+",
        "enterprises enterprise companies company people persons items cases times buildings organisations "
        "organizations tickets complaints demands requests a in on at of per and or to from by more were was are is "
        "have has had for the this last which as with so who",
    )
)
"""Words behind an English number that are no noun of its own."""
_GOES_TO = re.compile(r"到|至|变为|降为|升为|增为|→|\bto\b")
_PART = re.compile(r"其中|包括|of which|of these|including|among them|among which", re.IGNORECASE)
_TABLE_WORDS = re.compile(
    r"\s*(?:\d{0,2}|初步数|修订数|provisional|revised|指标|数值|figure|value|(?:较|against).*)\s*", re.IGNORECASE
)
_LOOK_BACK = 6
_LEVELS = ("level", "ratio", "window_average")


@dataclass(frozen=True, slots=True)
class Named:
    """A number that was named before, for what follows it."""

    number: Number
    part: Part
    name: Name | None


class Naming:
    """Finds the names of the numbers of one text."""

    def __init__(self, layout: Layout, vocabulary: Vocabulary) -> None:
        self._layout, self._text, self._reading = layout, layout.text, layout.reading
        self._vocabulary = vocabulary

    def name(self, place: int, part: Part, found: Sequence[Named]) -> tuple[Name | None, Kpi | None]:
        """Return the name of the number at a place in the layout's list, and of a change what changes.

        ``found`` are the numbers before it. What is planned is no figure.
        """
        number, words = self._layout.numbers[place], self._vocabulary
        clause = self._reading.clause(number.start)[0]
        planned = words.plan.search(self._text, clause, number.start)
        if planned or words.horizon.search(self._text, part.start, number.start):
            return None, None
        if number.is_change:
            return self._change(number, part, found)
        if number.unit in (POINTS, TIMES):
            return None, None
        before, after = self._bounds(place, part)
        fits = [name for name in self._layout.names_in(part.start, part.end) if self._fits(name, number)]
        is_chinese = part.is_chinese or number.unit not in ("", "/月", MONEY, PERCENT)
        chosen = (
            self._chinese(number, before, after, fits)
            if is_chinese
            else self._english(number, part, before, after, fits)
        )
        if chosen is None and not number.is_numeral:
            chosen = self._continued(number, before, found) or (self._above(number, part) if number.unit else None)
        elif chosen is not None and chosen.member == ALL:
            above = self._above(number, part)
            chosen = above if above is not None and above.kpi == chosen.kpi else chosen
        return self._by_month(chosen, number), None

    def _bounds(self, place: int, part: Part) -> tuple[int, int]:
        """Return the end of the number before and the start of the number behind, within the sentence."""
        numbers = self._layout.numbers
        before = max(numbers[place - 1].end, part.start) if place else part.start
        after = numbers[place + 1].start if place + 1 < len(numbers) else part.end
        return before, min(after, part.end)

    def _by_month(self, name: Name | None, number: Number) -> Name | None:
        """Return the monthly mean of a KPI where its number is one a month, by its unit or by the words before it."""
        if name is None or name.kpi.kind == "window_average":
            return name
        start = self._reading.clause(number.start)[0]
        is_said = any(
            other.kpi.kind == "window_average" and other.kpi.numerator == name.kpi.numerator
            for other in self._layout.names_in(start, number.start)
        )
        if not (is_said or number.unit.endswith("/月")):
            return name
        mean = self._vocabulary.monthly_mean(name.kpi)
        return Name(name.start, name.end, mean, name.member) if mean else None

    def _fits(self, name: Name, number: Number) -> bool:
        if name.start < number.end and number.start < name.end:
            return False
        if number.unit == PERCENT:
            return name.kpi.is_rate
        if self._vocabulary.confuses(name.kpi, number.unit):
            return True
        unit = number.unit.removesuffix("/月") if name.kpi.kind == "level" else number.unit
        if name.kpi.kind == "window_average" and unit in ("", "/月"):
            return True
        return not name.kpi.is_change and self._vocabulary.counts(name.kpi, unit)

    def _chinese(self, number: Number, before: int, after: int, fits: Sequence[Name]) -> Name | None:
        text, (start, end) = self._text, self._reading.clause(number.start)
        behind = [
            name
            for name in fits
            if 0 <= name.start - number.end <= 2 and not re.search(r"[,，、;；。(\n]", text[number.end : name.start])
        ]
        touching = [name for name in fits if name.end == number.start and name.start >= start]
        if behind and not touching:
            return max(behind, key=_length)
        ahead = [name for name in fits if max(start, before - 1) <= name.start and name.end <= number.start + 1]
        gap = 0 if number.is_numeral else 3 if number.unit == "" else 60
        ahead = [name for name in ahead if number.start - name.end <= gap]
        if ahead:
            return _nearest(ahead)
        if number.unit == "" or number.is_numeral:
            return None
        further = [name for name in fits if number.end <= name.start < min(end, after)]
        if further:
            return min(further, key=lambda name: (name.start, -_length(name)))
        own = self._layout.words(start, number.start)
        if len(own) <= 4 and not _PART.search(own):
            sentence = [name for name in fits if before <= name.start and name.end <= number.start]
            return _nearest(sentence) if sentence else None
        return None

    def _english(self, number: Number, part: Part, before: int, after: int, fits: Sequence[Name]) -> Name | None:
        text, (start, end) = self._text, self._reading.clause(number.start)
        is_count = number.unit in ("", "/月")
        ahead = [name for name in fits if name.end <= number.start]
        behind = [name for name in fits if number.end <= name.start < min(after, part.end)]
        close = [
            name for name in behind if name.start < end and name.start - number.end <= (1 if number.is_numeral else 40)
        ]
        if is_count and close:
            return min(close, key=lambda name: (name.start, -_length(name)))
        if number.is_numeral:
            return None
        noun = re.match(r"[\s\"“]*([A-Za-z][a-z-]*)", text[number.end : number.end + 40])
        if is_count and noun and noun[1].lower() not in _GENERIC:
            return None
        if _PART.search(text, start, number.start) and not any(name.start >= start for name in ahead):
            return None
        near = [name for name in ahead if name.start >= before] or ([] if is_count else ahead)
        if near:
            return _nearest(near)
        return min(behind, key=lambda name: name.start) if behind else None

    def _continued(self, number: Number, before: int, found: Sequence[Named]) -> Name | None:
        """Return the KPI of the number before, where this one is what it went to: 由221件降到103件."""
        last = found[-1] if found else None
        if last is None or last.name is None or last.number.end != before or last.number.is_change:
            return None
        between = self._text[before : number.start]
        same = last.number.unit == number.unit or "" in (last.number.unit, number.unit)
        return last.name if same and _GOES_TO.search(between) and len(between) < 80 else None

    def _above(self, number: Number, part: Part) -> Name | None:
        """Return the name that a list or table has in a line of its own above a line that is the number alone."""
        if not self._layout.is_alone(number, part):
            return None
        seen = 0
        for line in range(part.line - 1, max(part.line - _LOOK_BACK, -1), -1):
            start, end = self._layout.lines[line]
            own = [name for name in self._layout.names_in(start, end) if self._fits(name, number)]
            text = self._text[start:end]
            if own and sum(map(_length, own)) * 2 >= len(text.strip()):
                members = [name for name in own if name.member != ALL]
                # below a head of several columns the number's own is not known
                return None if seen and self._is_head(line - 1) else max(members or own, key=_length)
            is_period = self._layout.is_period(line)
            if text.strip() and not _TABLE_WORDS.fullmatch(text) and not is_period:
                return None
            seen += is_period
        return None

    def _is_head(self, line: int) -> bool:
        start, end = self._layout.lines[max(line, 0)]
        return bool(self._layout.names_in(start, end)) and not self._layout.has_number(start, end)

    def _change(self, number: Number, part: Part, found: Sequence[Named]) -> tuple[Name | None, Kpi | None]:
        """Return the change that a growth states, and what grew: the nearest level before it, else behind it."""
        if number.unit not in (PERCENT, POINTS):
            return None, None
        clause = self._reading.clause(number.start)
        names = [name for name in self._layout.names_in(part.start, number.start) if name.end <= number.start + 1]
        own = [name for name in names if name.kpi.is_change and name.start >= clause[0]]
        if own:
            return _nearest(own), None
        levels = [name for name in names if not name.kpi.is_change]
        levels += [one.name for one in found if one.name and one.part == part and not one.number.is_change]
        if not levels and (above := self._above_change(number, part)):
            return above, None
        if not levels:
            lines = _LOOK_BACK if self._layout.is_alone(number, part) else 0
            levels = [
                one.name for one in found
                if one.name and not one.number.is_change and 0 <= part.line - one.part.line <= lines
            ][-1:]  # fmt: skip
        for level in sorted(levels, key=lambda name: name.end, reverse=True) or self._layout.names_in(
            number.end, clause[1]
        ):
            change = self._vocabulary.change_of(level.kpi)
            if change is not None and number.unit == PERCENT:
                return Name(level.start, level.end, change, level.member), level.kpi
            if level.kpi.kind in _LEVELS:
                return None, level.kpi
        return None, None

    def _above_change(self, number: Number, part: Part) -> Name | None:
        if not self._layout.is_alone(number, part):
            return None
        for line in range(part.line - 1, max(part.line - _LOOK_BACK, -1), -1):
            start, end = self._layout.lines[line]
            own = self._layout.names_in(start, end)
            if own:
                changes = [name for name in own if name.kpi.is_change]
                return max(changes, key=_length) if changes else None
        return None


def _length(name: Name) -> int:
    return name.end - name.start


def _nearest(names: Sequence[Name]) -> Name:
    """Return the name that ends last, of several the longest and of those a member before the whole."""
    return max(names, key=lambda name: (name.end, _length(name), name.member != ALL))
