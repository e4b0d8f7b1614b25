"""The figures of a text: each number with the KPI it states, for which area and which period.

A number's KPI is the one whose name stands nearest in its clause and can be stated in its unit: in Chinese right
behind the number or before it, in English the noun behind a count and the subject before an amount. A growth is
that of the figure before it.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from replay.knowledge import ALL, Knowledge, Kpi
from replay.numbers import MONEY, PERCENT, POINTS, TIMES, Number, find_numbers
from replay.periods import Mention, find_mentions, own_code, period_code, period_codes
from replay.text import Part, Reading
from replay.vocabulary import Name, Vocabulary

_GENERIC = frozenset(
    [
        "enterprises",
        "enterprise",
        "companies",
        "company",
        "people",
        "persons",
        "items",
        "cases",
        "times",
        "buildings",
        "organisations",
        "organizations",
        "tickets",
        "complaints",
        "demands",
        "requests",
        "a",
        "in",
        "on",
        "at",
        "of",
        "per",
        "and",
        "or",
        "to",
        "from",
        "by",
        "more",
        "were",
        "was",
        "are",
        "is",
        "have",
        "has",
        "had",
        "for",
        "the",
        "this",
        "last",
        "which",
        "as",
        "with",
        "so",
        "who",
    ]
)
_GOES_TO = re.compile(r"到|至|变为|降为|升为|增为|→|\bto\b")
_PART = re.compile(r"其中|包括|of which|of these|including|among them|among which", re.IGNORECASE)
_YOY = re.compile(r"同比|较上年|比上年|year[- ]on[- ]year|on the year|yoy", re.IGNORECASE)
_SUB_AREA = re.compile(
    r"(?<![各街])[\u3400-\u9fff]{2,4}(?:街道|镇|乡)(?![、和各])|\b[A-Z][a-z]+ (?:Sub-?district|Street)\b"
)
_TABLE_WORDS = re.compile(r"\s*(?:\d{0,2}|初步数|修订数|provisional|revised|指标|数值|figure|value|(?:较|against).*)\s*", re.IGNORECASE)  # fmt: skip
_LOOK_BACK = 6


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of the text and what it states."""

    number: Number
    part: Part
    kpi: Kpi | None
    member: tuple[str, str]
    area: str | None
    """"" for the district, None for an area that the release does not know."""
    value: Fraction
    """Signed, in the KPI's stored unit."""
    mention: Mention | None
    period: str | None
    periods: tuple[str, ...]
    """What the mention can mean: of a day a stock, or a sum up to it."""
    is_stated: bool
    """The period stands in the figure's sentence or before it in its paragraph."""
    mentions: tuple[Mention, ...]
    """The periods of its sentence, or of the lines beside it in a list."""
    subject: Kpi | None
    """Of a change, what changes."""
    is_each: bool
    """The text gives the number to every one of them."""
    is_yoy: bool
    in_list: bool
    """It stands in a line of its own, as in a table."""

    @property
    def start(self) -> int:
        return self.number.start

    @property
    def is_change(self) -> bool:
        return self.number.is_change


class Finder:
    """Finds the figures of one text."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, knowledge: Knowledge, today: date | None) -> None:
        self._reading, self._vocabulary, self._knowledge = reading, vocabulary, knowledge
        self._today = today or knowledge.as_of
        self.mentions = find_mentions(reading.text, self._today)
        self.names = vocabulary.find(reading.text)
        closed = [(mention.start, mention.end) for mention in self.mentions]
        closed += [found.span() for found in vocabulary.no_figures.finditer(reading.text)]
        self._numbers = find_numbers(reading, vocabulary.counters, closed)
        self._lines = self._line_spans()

    def figures(self) -> tuple[Figure, ...]:
        """Return the figures in the text's order; a bare number that names nothing is none."""
        found: list[Figure] = []
        for place, number in enumerate(self._numbers):
            part = self._reading.sentence(number.start)
            before, after = self._bounds(place, part)
            name, subject = self._name(number, part, before, after, found)
            kpi = name.kpi if name else None
            if kpi is None and ((number.unit in ("", "/月") and not number.scale) or number.is_numeral):
                continue
            found.append(self._figure(number, part, name, subject))
        return tuple(found)

    def _figure(self, number: Number, part: Part, name: Name | None, subject: Kpi | None) -> Figure:
        text = self._reading.text
        kpi = name.kpi if name else None
        mention, is_stated, beside = self._mention(number, part, kpi)
        codes: tuple[str, ...] = ()
        if mention is not None and (kpi is not None or is_stated):
            types, today = kpi.period_types if kpi else (), self._counted_to(part, mention)
            own = own_code(mention, self._today)
            codes = period_codes(mention, types, today) or ((own,) if own else ())
        clause = self._reading.clause(number.start)
        said = text[clause[0] : clause[1]]
        is_each = bool(
            kpi and kpi.kind == "level" and kpi.id != "staff_norm" and self._vocabulary.each.search(text, clause[0], number.end)
            and not self._vocabulary.together.search(said)
        )  # fmt: skip
        return Figure(
            number, part, kpi, name.member if name else ALL, self._area(number, part, clause),
            number.statement.number * number.statement.sign, mention, next(iter(codes), None), codes, is_stated, beside, subject, is_each,
            bool(_YOY.search(said)) or bool(_YOY.match(text, number.end, number.end + 20)),
            self._is_alone(number, part),
        )  # fmt: skip

    def _bounds(self, place: int, part: Part) -> tuple[int, int]:
        """Return the end of the number before and the start of the number behind, within the sentence."""
        numbers = self._numbers
        before = max(numbers[place - 1].end, part.start) if place else part.start
        after = numbers[place + 1].start if place + 1 < len(numbers) else part.end
        return before, min(after, part.end)

    def _name(
        self, number: Number, part: Part, before: int, after: int, found: Sequence[Figure]
    ) -> tuple[Name | None, Kpi | None]:
        text, words = self._reading.text, self._vocabulary
        clause = self._reading.clause(number.start)[0]
        if words.plan.search(text, clause, number.start) or words.horizon.search(text, part.start, number.start):
            return None, None
        if number.is_change:
            return self._change(number, part, found)
        if number.unit in (POINTS, TIMES):
            return None, None
        fits = [name for name in self.names if part.start <= name.start < part.end and self._fits(name, number)]
        chosen = self._chinese(number, part, before, after, fits) if part.is_chinese or number.unit not in ("", "/月", MONEY, PERCENT) else self._english(number, part, before, after, fits)  # fmt: skip
        if chosen is None and not number.is_numeral:
            chosen = self._continued(number, before, found) or (self._above(number, part) if number.unit else None)
        elif chosen is not None and chosen.member == ALL:
            above = self._above(number, part)
            chosen = above if above is not None and above.kpi == chosen.kpi else chosen
        return self._by_month(chosen, number), None

    def _by_month(self, name: Name | None, number: Number) -> Name | None:
        """Return the monthly mean of a KPI where its number is one a month, by its unit or by the words before it."""
        if name is None or name.kpi.kind == "window_average":
            return name
        start = self._reading.clause(number.start)[0]
        is_said = any(
            start <= other.start < number.start and other.kpi.kind == "window_average"
            and other.kpi.numerator == name.kpi.numerator for other in self.names
        )  # fmt: skip
        if not (is_said or number.unit.endswith("/月")):
            return name
        means = [kpi for kpi in self._knowledge.kpis.values()
                 if kpi.kind == "window_average" and kpi.numerator == name.kpi.numerator]  # fmt: skip
        return Name(name.start, name.end, means[0], name.member) if means else None

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

    def _chinese(self, number: Number, part: Part, before: int, after: int, fits: Sequence[Name]) -> Name | None:
        text, (start, end) = self._reading.text, self._reading.clause(number.start)
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
        own = self._said_before(start, number.start)
        if len(own) <= 4 and not _PART.search(own):
            sentence = [name for name in fits if before <= name.start and name.end <= number.start]
            return _nearest(sentence) if sentence else None
        return None

    def _english(self, number: Number, part: Part, before: int, after: int, fits: Sequence[Name]) -> Name | None:
        text, (start, end) = self._reading.text, self._reading.clause(number.start)
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

    def _continued(self, number: Number, before: int, found: Sequence[Figure]) -> Name | None:
        """Return the KPI of the number before, where this one is what it went to: 由221件降到103件."""
        if not found or found[-1].kpi is None or found[-1].number.end != before:
            return None
        last, between = found[-1], self._reading.text[before : number.start]
        same = last.number.unit == number.unit or "" in (last.number.unit, number.unit)
        if same and not last.is_change and _GOES_TO.search(between) and len(between) < 80:
            return Name(last.start, before, last.kpi, last.member) if last.kpi else None
        return None

    def _above(self, number: Number, part: Part) -> Name | None:
        """Return the name that a list or table has in a line of its own above a line that is the number alone."""
        if not self._is_alone(number, part):
            return None
        seen = 0
        for line in range(part.line - 1, max(part.line - _LOOK_BACK, -1), -1):
            start, end = self._lines[line]
            own = [name for name in self.names if start <= name.start < end and self._fits(name, number)]
            text = self._reading.text[start:end]
            if own and sum(map(_length, own)) * 2 >= len(text.strip()):
                head = self._lines[line - 1] if line else (0, 0)
                is_table_head = any(head[0] <= name.start < head[1] for name in self.names) and not self._numbers_in(
                    *head
                )
                members = [name for name in own if name.member != ALL]
                return None if is_table_head and seen else max(members or own, key=_length)
            if text.strip() and not _TABLE_WORDS.fullmatch(text) and not self._is_period(start, end):
                return None
            seen += self._is_period(start, end)
        return None

    def _change(self, number: Number, part: Part, found: Sequence[Figure]) -> tuple[Name | None, Kpi | None]:
        """Return the change that a growth states, and what grew."""
        if number.unit not in (PERCENT, POINTS):
            return None, None
        clause = self._reading.clause(number.start)
        names = [name for name in self.names if part.start <= name.start and name.end <= number.start + 1]
        own = [name for name in names if name.kpi.is_change and name.start >= clause[0]]
        levels: list[tuple[int, Kpi, tuple[str, str]]] = [
            (name.end, name.kpi, name.member) for name in names if not name.kpi.is_change
        ]
        levels += [
            (one.number.end, one.kpi, one.member) for one in found if one.part == part and one.kpi and not one.is_change
        ]
        if own:
            return _nearest(own), None
        if not levels:
            above = self._above_change(number, part)
            if above is not None:
                return above, None
            last = [
                one
                for one in found
                if one.kpi
                and not one.is_change
                and 0 <= part.line - one.part.line <= (_LOOK_BACK if self._is_alone(number, part) else 0)
            ]
            levels = [(last[-1].number.end, last[-1].kpi, last[-1].member)] if last and last[-1].kpi else []
        if not levels:
            behind = [name for name in self.names if number.end <= name.start < clause[1]]
            levels = [(name.end, name.kpi, name.member) for name in behind[:1]]
        for end, level, member in sorted(levels, key=lambda one: one[0], reverse=True):
            change = self._change_of(level)
            if change is not None and number.unit == PERCENT:
                return Name(end, end, change, member), level
            if level.kind in ("level", "ratio", "window_average"):
                return None, level
        return None, None

    def _above_change(self, number: Number, part: Part) -> Name | None:
        if not self._is_alone(number, part):
            return None
        for line in range(part.line - 1, max(part.line - _LOOK_BACK, -1), -1):
            start, end = self._lines[line]
            own = [name for name in self.names if start <= name.start < end]
            if own:
                changes = [name for name in own if name.kpi.is_change]
                return max(changes, key=_length) if changes else None
        return None

    def _change_of(self, level: Kpi) -> Kpi | None:
        """Return the growth of a KPI, or of one that counts the same by the month."""
        changes = [
            kpi for kpi in self._knowledge.kpis.values() if kpi.kind in ("yoy", "window_change") and kpi.change_of
        ]
        direct = [kpi for kpi in changes if kpi.change_of == level.id]
        if direct:
            return direct[0]
        kpis = self._knowledge.kpis
        alike = [kpi for kpi in changes if kpis[str(kpi.change_of)].numerator == level.numerator and level.numerator]
        return alike[0] if alike and not level.denominator else None

    def _mention(self, number: Number, part: Part, kpi: Kpi | None) -> tuple[Mention | None, bool, tuple[Mention, ...]]:
        """Choose the period of a number: whether it is stated, and the periods beside it."""
        types = kpi.period_types if kpi else ()
        here = tuple(mention for mention in self.mentions if part.start <= mention.start < part.end)
        own = [mention for mention in here if not mention.is_base]

        def fits(mention: Mention) -> bool:
            return period_code(mention, types, self._today) is not None

        bracket = [
            one for one in own if 0 <= one.start - number.end <= 2 and "(" in self._reading.text[number.end : one.start]
        ]
        before = [mention for mention in own if mention.end <= number.start and fits(mention)]
        behind = [mention for mention in own if mention.start >= number.end and fits(mention)]
        for chosen in (bracket[:1], self._best(before, types), behind[:1]):
            if chosen:
                return chosen[0], True, here
        line = self._lines[part.line]
        earlier = [
            one for one in self.mentions
            if line[0] <= one.start < part.start and not one.is_base
            and period_code(one, types, self._today, is_near=False)
        ]  # fmt: skip
        if earlier:
            return self._best(earlier, types)[0], True, here
        is_stock = types == ("S",)
        unfit = [one for one in own if one.end <= number.start and one.kind not in ("NOW", "CUM") and not is_stock]
        if unfit:
            return unfit[-1], True, here
        near = self._beside(number, part)
        fitting = [mention for mention in near if not mention.is_base and fits(mention)]
        return (fitting[0] if fitting else None), False, here or near

    def _best(self, mentions: Sequence[Mention], types: Sequence[str]) -> list[Mention]:
        """Return the nearest of the mentions before a number; 累计 decides where a KPI has both a stock and a sum."""
        if not mentions:
            return []
        sums = [mention for mention in mentions if mention.kind == "CUM"]
        last = mentions[-1]
        return [sums[-1]] if sums and last.kind in ("DAY", "NOW") and "CUM" in types else [last]

    def _beside(self, number: Number, part: Part) -> tuple[Mention, ...]:
        """Return the periods in the short lines around a line that is a number alone, those behind it first."""
        if not self._is_alone(number, part):
            return ()
        behind, ahead = [], []
        for step in range(1, 5):
            for line, found in ((part.line + step, behind), (part.line - step, ahead)):
                if 0 <= line < len(self._lines) and self._is_period(*self._lines[line]):
                    start, end = self._lines[line]
                    found += [mention for mention in self.mentions if start <= mention.start < end]
        return (*behind, *ahead)

    def _counted_to(self, part: Part, mention: Mention) -> date | None:
        """Return the day up to which a sum is counted: that of the sentence's own 截至, else the text's."""
        days = [one for one in self.mentions if one.kind == "DAY" and one.year and part.start <= one.start < part.end]
        if days and mention.kind in ("CUM", "NOW") and days[-1].day and days[-1].year:
            try:
                return date(days[-1].year, days[-1].first, days[-1].day)
            except ValueError:
                return self._today
        return self._today

    def _area(self, number: Number, part: Part, clause: tuple[int, int]) -> str | None:
        """Return the area of a number: the last one named before it in its sentence, else the district."""
        text = self._reading.text
        found = [
            (match.end(), code)
            for name, code in self._knowledge.areas.items()
            for match in re.finditer(re.escape(name), text[part.start : number.start])
        ]
        if found:
            return max(found)[1]
        return None if _SUB_AREA.search(text, clause[0], number.start) else ""

    def _said_before(self, start: int, end: int) -> str:
        """Return the words of a clause before a number, without periods."""
        text = self._reading.text
        kept = [
            text[place] for place in range(start, end) if not any(one.start <= place < one.end for one in self.mentions)
        ]
        return re.sub(r"[\s()]", "", "".join(kept))

    def _line_spans(self) -> list[tuple[int, int]]:
        spans, start = [], 0
        for line in self._reading.text.split("\n"):
            spans.append((start, start + len(line)))
            start += len(line) + 1
        return spans

    def _is_alone(self, number: Number, part: Part) -> bool:
        start, end = self._lines[part.line]
        rest = self._reading.text[start : number.start] + self._reading.text[number.end : end]
        return len(rest.strip()) <= 16 and part.line > 0

    def _is_period(self, start: int, end: int) -> bool:
        said = sum(mention.end - mention.start for mention in self.mentions if start <= mention.start < end)
        return said > 0 and len(self._reading.text[start:end].strip()) - said <= 8

    def _numbers_in(self, start: int, end: int) -> bool:
        return any(start <= number.start < end for number in self._numbers)


def _length(name: Name) -> int:
    return name.end - name.start


def _nearest(names: Sequence[Name]) -> Name:
    """Return the name that ends last, of several the longest and of those a member before the whole."""
    return max(names, key=lambda name: (name.end, _length(name), name.member != ALL))
