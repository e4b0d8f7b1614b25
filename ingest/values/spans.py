"""Spans of days as titles, file names and cells write them: a month, a quarter, 1—9月, 2023-07-01至2023-09-30.

A span is its first and last day. What names no span, or could name two, names none (SPEC 3.2, Q-forms).
"""

import re
from collections.abc import Callable
from datetime import date

from common.periods import month_end
from common.text import clean
from ingest.values.dates import in_digits, parse_date

Span = tuple[date, date]

_YEAR = r"(?<!\d)((?:19|20)\d{2})"
_MONTH = r"(0?[1-9]|1[0-2])"
_TO = r"\s*(?:--?|~|—+|–|至|到)\s*"
_QUARTERS = {word: number for words in ("一二三四", "1234") for number, word in enumerate(words, start=1)}

_AS_AT = re.compile(r"截[至止]到?\s*[:：]?\s*([0-9〇零○Oo一二三四五六七八九十年月日号./-]+)")
_Months = tuple[int, int, int, int]
"""From which year and month to which."""


def _quarter(match: re.Match[str]) -> _Months:
    year, last = int(match[1]), 3 * _QUARTERS[match[2]]
    return year, last - 2, year, last


_SPANS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], _Months]], ...] = (
    (
        re.compile(
            rf"{_YEAR}\s*年?\s*[-/.]?\s*{_MONTH}\s*月?{_TO}{_YEAR}\s*年?\s*[-/.]?\s*{_MONTH}(?!\d|[-/.]\d)\s*月?"
        ),
        lambda m: (int(m[1]), int(m[2]), int(m[3]), int(m[4])),
    ),
    (
        re.compile(rf"{_YEAR}\s*年\s*{_MONTH}\s*月?(?:份)?{_TO}{_MONTH}\s*月"),
        lambda m: (int(m[1]), int(m[2]), int(m[1]), int(m[3])),
    ),
    (
        re.compile(rf"{_YEAR}\s*年?度?\s*(?:前|第?一(?:至|到|-))([二三四234])个?季度"),
        lambda m: (int(m[1]), 1, int(m[1]), 3 * _QUARTERS[m[2]]),
    ),
    (re.compile(rf"{_YEAR}\s*年?度?\s*第?([一二三四1-4])季度"), _quarter),
    (re.compile(rf"{_YEAR}[-_]?[Qq]([1-4])(?!\d)"), _quarter),
    (re.compile(rf"{_YEAR}[-_]?YTD{_MONTH}(?!\d)"), lambda m: (int(m[1]), 1, int(m[1]), int(m[2]))),
    (re.compile(rf"{_YEAR}\s*年?度?\s*上半年"), lambda m: (int(m[1]), 1, int(m[1]), 6)),
    (re.compile(rf"{_YEAR}\s*年?度?\s*下半年"), lambda m: (int(m[1]), 7, int(m[1]), 12)),
)
_DAY = re.compile(
    rf"{_YEAR}(?:\s*年\s*\d{{1,2}}\s*月\s*\d{{1,2}}(?!\d)\s*[日号]?|\d{{4}}(?!\d)|([-/._])\d{{1,2}}\2\d{{1,2}}(?!\d))"
)
"""A day names no period: it is when a list was written or sent."""

_ONE_MONTH = re.compile(rf"{_YEAR}(?:\s*年\s*{_MONTH}\s*月|[-_./]{_MONTH}(?!\d)|(0[1-9]|1[0-2])(?!\d))")
_MONTHS_APART = re.compile(rf"(?<!\d){_MONTH}\s*月?{_TO}{_MONTH}\s*月")
_BARE_MONTH = re.compile(rf"(?<!\d){_MONTH}\s*月(?!\s*\d{{1,2}}(?!\d)\s*[日号]?)")
_WHOLE_YEAR = re.compile(rf"{_YEAR}\s*年度?")
_LONGEST = 60
_TWO_DAYS = re.compile(
    r"(\S.*?)\s*(?:至|到|~|—+|–|--|\s-\s)\s*(\S.*)|(\d{4}([./])\d{1,2}\4\d{1,2})-(\d{4}[./]\d{1,2}[./]\d{1,2})"
    r"|(\d{8}|\d{6})-(\d{8}|\d{6})"
)


def as_at(text: str) -> date | None:
    """Return the day after 截至; the last day where a month stands there."""
    match = _AS_AT.search(clean(text))
    return last_day(match[1]) if match else None


def last_day(text: str) -> date | None:
    """Read a day, or the last day of a month, a quarter or another span."""
    span = parse_span(text.strip("./-"))
    return span[1] if span else None


def named_spans(text: str) -> set[Span]:
    """Return the spans of months that a title or a file name speaks of; days in it are no period."""
    return _take_spans(in_digits(_AS_AT.sub(" ", clean(text))))[0]


def bare_months(text: str) -> set[int]:
    """Return the months that a text names without a year, where it names no span with one."""
    found, rest = _take_spans(in_digits(_AS_AT.sub(" ", clean(text))))
    return set() if found else {int(match[1]) for match in _BARE_MONTH.finditer(_MONTHS_APART.sub(" ", rest))}


def _take_spans(text: str) -> tuple[set[Span], str]:
    """Return the spans in a text, the longer forms first, and what is left without them."""
    found: set[Span] = set()
    for pattern, read in _SPANS:
        for match in pattern.finditer(text):
            from_year, first, to_year, last = read(match)
            if (from_year, first) <= (to_year, last):
                found.add((date(from_year, first, 1), month_end(date(to_year, last, 1))))
        text = pattern.sub(" ", text)
    text = _DAY.sub(" ", text)
    for match in _ONE_MONTH.finditer(text):
        start = date(int(match[1]), int(match[2] or match[3] or match[4]), 1)
        found.add((start, month_end(start)))
    return found, _ONE_MONTH.sub(" ", text)


def parse_span(text: str) -> Span | None:
    """Read a cell that holds a span: a day, a month, a quarter, a year, or two days."""
    plain = clean(text)
    if len(plain) > _LONGEST:
        return None
    if match := _WHOLE_YEAR.fullmatch(plain):
        return date(int(match[1]), 1, 1), date(int(match[1]), 12, 31)
    if (one := _days(plain)) is not None:
        return one
    spans, rest = _take_spans(plain)
    if len(spans) == 1 and not rest.strip():
        return spans.pop()
    if (match := _TWO_DAYS.fullmatch(plain)) is None:
        return None
    start, end = (_days(part) for part in (match[1] or match[3] or match[6], match[2] or match[5] or match[7]))
    return (start[0], end[1]) if start and end and start[0] <= end[1] else None


def _days(text: str) -> Span | None:
    """Read a day as itself and a month as its days."""
    dated = parse_date(text)
    if dated.value is None:
        return None
    day = dated.value.date()
    return (day, month_end(day)) if dated.is_month_only else (day, day)
