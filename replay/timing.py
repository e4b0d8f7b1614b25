"""Which period a number of a text is of, and of which area."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from replay.knowledge import Knowledge, Kpi
from replay.layout import Layout
from replay.numbers import Number
from replay.period_codes import own_code, period_code, period_codes
from replay.periods import Mention
from replay.text import Part

_SUB_AREA = re.compile(
    r"(?<![各街])[\u3400-\u9fff]{2,4}(?:街道|镇|乡)(?![、和各])|\b[A-Z][a-z]+ (?:Sub-?district|Street)\b"
)
_LINES_BESIDE = 4


@dataclass(frozen=True, slots=True)
class Time:
    """The period of a number as the text has it."""

    mention: Mention | None
    codes: tuple[str, ...]
    """What the mention can mean, the likeliest first: of a day a stock, or a sum up to it."""
    is_stated: bool
    """It stands in the number's sentence or before it in its paragraph."""
    beside: tuple[Mention, ...]
    """The periods of the sentence, or of the lines beside it in a list."""


class Timing:
    """Finds the periods and areas of the numbers of one text."""

    def __init__(self, layout: Layout, knowledge: Knowledge, today: date | None) -> None:
        self._layout, self._areas, self._today = layout, knowledge.areas, today

    def time(self, number: Number, part: Part, kpi: Kpi | None) -> Time:
        """Return the period of a number: in brackets behind it, before it, behind it, earlier in its paragraph."""
        mention, is_stated, beside = self._mention(number, part, kpi)
        codes: tuple[str, ...] = ()
        if mention is not None and (kpi is not None or is_stated):
            own = own_code(mention, self._today)
            types = kpi.period_types if kpi else ()
            codes = period_codes(mention, types, self._counted_to(part, mention)) or ((own,) if own else ())
        return Time(mention, codes, is_stated, beside)

    def _mention(self, number: Number, part: Part, kpi: Kpi | None) -> tuple[Mention | None, bool, tuple[Mention, ...]]:
        """Choose the period of a number: whether it is stated, and the periods beside it."""
        types = kpi.period_types if kpi else ()
        here = tuple(self._layout.mentions_in(part.start, part.end))
        own = [mention for mention in here if not mention.is_base]

        def fits(mention: Mention) -> bool:
            return period_code(mention, types, self._today) is not None

        bracket = [
            one for one in own if 0 <= one.start - number.end <= 2 and "(" in self._layout.text[number.end : one.start]
        ]
        before = [mention for mention in own if mention.end <= number.start and fits(mention)]
        behind = [mention for mention in own if mention.start >= number.end and fits(mention)]
        for chosen in (bracket[:1], _best(before, types), behind[:1]):
            if chosen:
                return chosen[0], True, here
        line = self._layout.lines[part.line]
        earlier = [
            one
            for one in self._layout.mentions_in(line[0], part.start)
            if not one.is_base and period_code(one, types, self._today, is_near=False)
        ]
        if earlier:
            return _best(earlier, types)[0], True, here
        is_stock = types == ("S",)
        unfit = [one for one in own if one.end <= number.start and one.kind not in ("NOW", "CUM") and not is_stock]
        if unfit:
            return unfit[-1], True, here
        near = self._beside(number, part)
        fitting = [mention for mention in near if not mention.is_base and fits(mention)]
        return (fitting[0] if fitting else None), False, here or near

    def _beside(self, number: Number, part: Part) -> tuple[Mention, ...]:
        """Return the periods in the short lines around a line that is a number alone, those behind it first."""
        if not self._layout.is_alone(number, part):
            return ()
        steps = range(1, _LINES_BESIDE + 1)
        lines = [part.line + step for step in steps] + [part.line - step for step in steps]
        near = [line for line in lines if 0 <= line < len(self._layout.lines) and self._layout.is_period(line)]
        return tuple(mention for line in near for mention in self._layout.mentions_in(*self._layout.lines[line]))

    def _counted_to(self, part: Part, mention: Mention) -> date | None:
        """Return the day up to which a sum is counted: that of the sentence's own 截至, else the text's."""
        days = [one for one in self._layout.mentions_in(part.start, part.end) if one.kind == "DAY" and one.year]
        if days and mention.kind in ("CUM", "NOW"):
            code = own_code(days[-1], self._today)
            return date.fromisoformat(code) if code else self._today
        return self._today

    def area(self, number: Number, part: Part) -> str | None:
        """Return the area of a number: the last one named before it in its sentence, else the district ("").

        None is an area that the release does not know.
        """
        text = self._layout.text
        found = [
            (place, code)
            for name, code in self._areas.items()
            if (place := text.rfind(name, part.start, number.start)) >= 0
        ]
        if found:
            return max(found)[1]
        clause = self._layout.reading.clause(number.start)[0]
        return None if _SUB_AREA.search(text, clause, number.start) else ""


def _best(mentions: Sequence[Mention], types: Sequence[str]) -> list[Mention]:
    """Return the nearest of the mentions before a number; 累计 decides where a KPI has both a stock and a sum."""
    if not mentions:
        return []
    sums = [mention for mention in mentions if mention.kind == "CUM"]
    last = mentions[-1]
    return [sums[-1]] if sums and last.kind in ("DAY", "NOW") and "CUM" in types else [last]
