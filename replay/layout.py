"""A text laid out for the search: its lines, and the names, periods and numbers that stand in a part of it."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from datetime import date

from replay.numbers import Number, find_numbers
from replay.periods import Mention, find_mentions
from replay.text import Part, Reading
from replay.vocabulary import Name, Vocabulary

_LONGEST_NOUN = 30


class Layout:
    """What a text holds, by place."""

    def __init__(self, reading: Reading, vocabulary: Vocabulary, today: date | None) -> None:
        self.reading, self.text = reading, reading.text
        self.mentions = find_mentions(reading.text, today)
        self.names = vocabulary.find(reading.text)
        closed = [(mention.start, mention.end) for mention in self.mentions]
        closed += [found.span() for found in vocabulary.no_figures.finditer(reading.text)]
        self.numbers = find_numbers(reading, vocabulary.counters, closed)
        self.lines: list[tuple[int, int]] = []
        start = 0
        for line in reading.text.split("\n"):
            self.lines.append((start, start + len(line)))
            start += len(line) + 1
        self._name_starts = [name.start for name in self.names]
        self._mention_starts = [mention.start for mention in self.mentions]
        self._number_starts = [number.start for number in self.numbers]

    def names_in(self, start: int, end: int) -> Sequence[Name]:
        """Return the names that begin in a part of the text."""
        return self.names[bisect_left(self._name_starts, start) : bisect_left(self._name_starts, end)]

    def mentions_in(self, start: int, end: int) -> Sequence[Mention]:
        """Return the periods that begin in a part of the text."""
        return self.mentions[bisect_left(self._mention_starts, start) : bisect_left(self._mention_starts, end)]

    def has_number(self, start: int, end: int) -> bool:
        """Tell whether a number begins in a part of the text."""
        return bisect_left(self._number_starts, start) < bisect_left(self._number_starts, end)

    def is_alone(self, number: Number, part: Part) -> bool:
        """Tell whether a number has a line of its own, as in a table: nothing before it, at most its noun behind."""
        start, end = self.lines[part.line]
        before, behind = self.text[start : number.start].strip(), self.text[number.end : end].strip()
        is_noun = not part.is_chinese and len(behind) <= _LONGEST_NOUN and not behind.endswith(".")
        return not before and (is_noun or len(behind) <= 1) and len(self.lines) > 1

    def is_period(self, line: int) -> bool:
        """Tell whether a line is little more than a period."""
        start, end = self.lines[line]
        said = sum(mention.end - mention.start for mention in self.mentions_in(start, end))
        return said > 0 and len(self.text[start:end].strip()) - said <= 8

    def words(self, start: int, end: int) -> str:
        """Return a part of the text without periods, blanks and brackets."""
        kept, place = [], start
        for mention in self.mentions_in(start, end):
            kept.append(self.text[place : mention.start])
            place = max(place, mention.end)
        return re.sub(r"[\s()]", "", "".join([*kept, self.text[place:end]]))
