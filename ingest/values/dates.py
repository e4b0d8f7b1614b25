"""Dates and times as offices write them (SPEC 3.2, B-DAT-01 to B-DAT-06)."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from common.clock import BEIJING, in_beijing
from common.text import clean, without_mark

DateProblem = Literal["B-DAT-01", "B-DAT-02", "L-VAL-TIME"]

OPEN_WORDS = frozenset({"至今", "长期", "永久", "无固定期限", "未定", "待定"})
_PLACEHOLDERS = re.compile(
    r"(?:(?:1900[-/.年]?0?1|0000[-/.年]?0?0)[-/.月]?0?0|9999[-/.年]?12[-/.月]?31|1899[-/.年]?12[-/.月]?3[01])"
    r"日?(?:[ T].*)?"
)
_LONGEST = 60
"""No date or time is longer, and patterns that look ahead take their time over long texts."""

_FIRST_YEAR, _LAST_YEAR = 1850, 2150
_ZEROS = "〇零○◯Oo"
_DIGITS = str.maketrans(f"{_ZEROS}一二三四五六七八九", "0" * len(_ZEROS) + "123456789")
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_COMPACT_TIME = re.compile(r"(\d{8})[ T]?(\d{2})(\d{2})(\d{2})?")
_MONTH = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*月?(?:份)?|(\d{4})(\d{2})")
_CHINESE = re.compile(
    rf"([0{_ZEROS}一二三四五六七八九]{{4}})年([一二三四五六七八九十]{{1,3}})月(?:([一二三四五六七八九十]{{1,3}})[日号])?"
)
_IN_CHINESE = re.compile(
    rf"(?P<year>[一二][0{_ZEROS}一二三四五六七八九]{{3}}(?=年))|(?<=年)[一二三四五六七八九十]{{1,3}}(?=月)"
    r"|(?<=月)[一二三四五六七八九十]{1,3}(?=[日号])"
)
_NO_YEAR = re.compile(
    r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})月份?(?:(?:\d{1,2}|[一二三四五六七八九十]{1,3})[日号]?)?"
)
_SERIAL = re.compile(r"\d{5}(?:\.\d+)?")
_CLOCK = re.compile(
    r"(?P<half>早上|上午|下午|中午|晚上|凌晨|AM|PM)?\s*(\d{1,2})[:时点](\d{1,2})?(?:[:分](\d{1,2})?)?(?:\.\d+)?秒?\s*(?P<after>AM|PM)?",
    re.IGNORECASE,
)
_REST = re.compile(
    rf"[T\s]*(?:\(?(?:星期|周)[一二三四五六日天]\)?)?\s*(?:早上|上午|下午|中午|晚上|凌晨|{_CLOCK.pattern})?",
    re.IGNORECASE,
)
"""What may follow a day without making it another: a weekday, a part of the day, a time. A second day may not."""

_OFFSET = re.compile(r".*\d:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})")
_SPAN = re.compile(r".*\s\d{1,2}:\d{2}\s*[-~]\s*\d{1,2}:\d{2}")
"""10:00-11:00 is from when to when, though it looks like an offset of minus eleven hours."""

_EPOCH = re.compile(r"\d{10}|\d{13}")
_ISO = re.compile(r"\d{4}-\d{2}(?:-\d{2}(?:[ T]\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?)?)?")
_ISO_START = re.compile(r"\d{4}-\d{2}-\d{2}[T ]|\d{8}T")
"""The library takes any character between a day and a time, a digit too."""

_RUNS = ((re.compile(r"\d+"), "9"), (re.compile(f"[{_ZEROS}一二三四五六七八九十]+"), "九"))


@dataclass(frozen=True, slots=True)
class Dated:
    """A date or time that was read, or why not."""

    value: datetime | None = None
    problem: DateProblem | None = None
    is_month_only: bool = False
    is_placeholder: bool = False
    zone: Literal["", "+08:00", "other"] = ""
    """What the text itself said about its zone: nothing, Beijing's, or another from which it was converted."""


def written_form(text: str) -> str:
    """Return how a date is written, apart from its digits; nothing for ISO 8601, which needs no note (B-DAT-01)."""
    form = clean(text)
    if _ISO.fullmatch(form):
        return ""
    if form.isdigit():
        return "9" * len(form)
    for digits, shown in _RUNS:
        form = digits.sub(shown, form)
    return form


def parse_date(text: str, *, epoch_1904: bool = False) -> Dated:
    """Read a date; a month alone gives its first day. What could mean two days is a problem, never a guess."""
    plain = without_mark(clean(text))
    if len(plain) > _LONGEST:
        return Dated(problem="B-DAT-02")
    if _PLACEHOLDERS.fullmatch(plain):
        return Dated(is_placeholder=True)
    if plain in OPEN_WORDS:
        return Dated()
    if _OFFSET.fullmatch(plain) or _COMPACT_TIME.fullmatch(plain):
        return parse_time(plain, epoch_1904=epoch_1904)
    match = _YEAR_FIRST.match(plain) or _COMPACT.match(plain)
    if match is not None and _REST.fullmatch(plain[match.end() :]):
        return _day(*match.groups())
    if (match := _MONTH.fullmatch(plain)) is not None:
        return _day(match[1] or match[3], match[2] or match[4], "1", month_only=True)
    if (match := _CHINESE.fullmatch(plain)) is not None:
        return _chinese(match[1], match[2], match[3])
    if _SERIAL.fullmatch(plain):
        return _serial(float(plain), epoch_1904)
    match = _NO_YEAR.match(plain)
    return Dated(problem="B-DAT-01" if match and _REST.fullmatch(plain[match.end() :]) else "B-DAT-02")


def parse_time(text: str, *, epoch_1904: bool = False) -> Dated:
    """Read a moment as naive Beijing time; a date alone is its midnight; an offset is converted."""
    plain = without_mark(clean(text))
    if len(plain) > _LONGEST:
        return Dated(problem="L-VAL-TIME")
    if _PLACEHOLDERS.fullmatch(plain):
        return Dated(is_placeholder=True)
    if _SPAN.fullmatch(plain):
        return Dated(problem="L-VAL-TIME")
    if _EPOCH.fullmatch(plain):
        seconds = int(plain) / (1000 if len(plain) == 13 else 1)
        return Dated(in_beijing(datetime.fromtimestamp(seconds).astimezone()).replace(tzinfo=None), zone="other")
    if match := _COMPACT_TIME.fullmatch(plain):
        plain = f"{match[1]} {match[2]}:{match[3]}:{match[4] or '00'}"
    try:
        iso = plain.replace("/", "-")
        if _ISO_START.match(iso) and _is_plausible(moment := datetime.fromisoformat(iso)):
            return Dated(in_beijing(moment).replace(tzinfo=None, microsecond=0), zone=_zone(moment))
    except ValueError:
        pass
    match = re.match(r"(\S*?\d)(?:[日号T]|\s+|(?=早上|上午|下午|中午|晚上|凌晨))\s*(?=\D*\d{1,2}[:时点])(.+)", plain)
    if match is None:
        return parse_date(plain, epoch_1904=epoch_1904)
    day = parse_date(match[1] + ("日" if "月" in match[1] else ""), epoch_1904=epoch_1904)
    clock = _CLOCK.fullmatch(match[2].strip())
    if day.value is None or clock is None:
        return Dated(problem=day.problem or "L-VAL-TIME")
    hour, minute, second = (int(clock[group] or 0) for group in (2, 3, 4))
    hour = _of_day(hour, (clock["half"] or clock["after"] or "").upper())
    try:
        if (hour, minute, second) == (24, 0, 0):
            return Dated(day.value + timedelta(days=1))
        return Dated(day.value.replace(hour=hour, minute=minute, second=second))
    except ValueError:
        return Dated(problem="L-VAL-TIME")


def _of_day(hour: int, half: str) -> int:
    """Return the hour of the day that an hour of its half is; twelve at night may end or begin a day, and is none."""
    if half in {"早上", "上午", "凌晨", "AM"}:
        return 0 if hour == 12 else hour
    if half == "晚上" and hour == 12:
        return _NO_HOUR
    is_later = half in {"下午", "晚上", "PM"} or (half == "中午" and hour < _FORENOON)
    return hour + 12 if is_later and hour < 12 else hour


_FORENOON, _NO_HOUR = 10, 99


def _zone(moment: datetime) -> Literal["", "+08:00", "other"]:
    if moment.tzinfo is None:
        return ""
    return "+08:00" if moment.utcoffset() == BEIJING.utcoffset(None) else "other"


def has_clock(text: str) -> bool:
    """Tell whether a text holds a time of day, or a moment that counts seconds."""
    plain = clean(text)
    return len(plain) <= _LONGEST and (_CLOCK.search(plain) is not None or _EPOCH.fullmatch(plain) is not None)


def from_zone(dated: Dated, text: str, zone: str | None) -> Dated:
    """Turn a time of another zone into Beijing's. A day without a time, or an offset of its own, says enough."""
    plain = clean(text)
    says_enough = not has_clock(text) or _EPOCH.fullmatch(plain) or _OFFSET.fullmatch(plain)
    if zone is None or dated.value is None or says_enough:
        return dated
    there = dated.value.replace(tzinfo=ZoneInfo(zone))
    return replace(dated, value=in_beijing(there).replace(tzinfo=None), zone=_zone(there))


def read_declared(text: str, forms: Iterable[str]) -> Dated | None:
    """Read a date or time in one of the forms that a layout declares; None for any other text."""
    for form in forms:
        found = _in_form(clean(text), form)
        if found is not None and _is_plausible(found):
            return Dated(found, is_month_only="%d" not in form)
    return None


def contradicted(texts: Iterable[str], forms: Sequence[str]) -> set[str]:
    """Return the texts whose order of day and month is in doubt.

    Where one date of a column can only be read with day and month the other way round, the sender has changed the
    order, and those that can be read both ways mean nobody knows what.
    """
    swapped = tuple(form.translate(_SWAPPED) for form in forms)
    if all(form == other for form, other in zip(forms, swapped, strict=True)):
        return set()
    both = {text: (read_declared(text, forms), read_declared(text, swapped)) for text in set(texts)}
    if not any(other and not declared for declared, other in both.values()):
        return set()
    return {text for text, (declared, other) in both.items() if declared and other and declared != other}


_SWAPPED = str.maketrans("dm", "md")


def _in_form(plain: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(plain, form)
    except ValueError:
        return None


def _day(year: str, month: str, day: str, *, month_only: bool = False) -> Dated:
    try:
        found = datetime(int(year), int(month), int(day))
    except ValueError:
        return Dated(problem="B-DAT-02")
    return Dated(found, is_month_only=month_only) if _is_plausible(found) else Dated(problem="B-DAT-02")


def _is_plausible(day: datetime) -> bool:
    """A year that no record here can be of is a slip of the hand."""
    return _FIRST_YEAR <= day.year <= _LAST_YEAR


def _chinese(year: str, month: str, day: str | None) -> Dated:
    return _day(year.translate(_DIGITS), _tens(month), _tens(day) if day else "1", month_only=day is None)


def in_digits(text: str) -> str:
    """Return a text with the Chinese numerals of its dates in digits: 二〇二三年九月 as 2023年9月."""
    return _IN_CHINESE.sub(lambda found: found[0].translate(_DIGITS) if found["year"] else _tens(found[0]), text)


def _tens(text: str) -> str:
    """Read 一 to 三十一."""
    if "十" not in text:
        return text.translate(_DIGITS)
    tens, ones = text.split("十")
    return str((int(tens.translate(_DIGITS)) if tens else 1) * 10 + (int(ones.translate(_DIGITS)) if ones else 0))


def _serial(number: float, epoch_1904: bool) -> Dated:
    """Read a spreadsheet's day number; five digits lie far from the leap day that 1900 never had."""
    origin = date(1904, 1, 1) if epoch_1904 else date(1899, 12, 30)
    moment = datetime.combine(origin, datetime.min.time()) + timedelta(seconds=round(number * 86400))
    return Dated(moment)
