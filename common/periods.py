"""Period labels and their days (SPEC 0.2). All windows are half-open: the end is the first day outside.

The figures' own periods are computed in the warehouse (``dim_period``); here is what Python needs to
read a label, to name a period in a sentence and to find a month's end.
"""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from common.messages import LouyuError, Message

_MONTH = "(0[1-9]|1[0-2])"
_YEAR = "([0-9]{4})"
_LABELS = {
    "M": re.compile(f"{_YEAR}-{_MONTH}"),
    "Q": re.compile(f"{_YEAR}-Q([1-4])"),
    "YTD": re.compile(f"{_YEAR}-YTD{_MONTH}"),
    "Y": re.compile(_YEAR),
    "R12": re.compile(f"R12-{_YEAR}-{_MONTH}"),
    "HM": re.compile(f"HM{_YEAR}-{_MONTH}"),
    "CUM": re.compile(f"CUM{_YEAR}-{_MONTH}"),
    "S": re.compile(f"{_YEAR}-{_MONTH}-([0-9]{{2}})"),
}
_EN_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July",
    "August", "September", "October", "November", "December",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Period:
    """A period type with its label, such as ``Q`` and ``2023-Q3``; a WINDOW's label is ``FIRST/LAST``."""

    type: str
    label: str


def parse_period(label: str) -> Period:
    """Find the type of a period label by its spelling (SURFACE, Published tables)."""
    if "/" in label:
        first, last = label.split("/", 1)
        # labels of one type are of one length, so their order is that of their texts
        if parse_period(first).type == parse_period(last).type and first <= last:
            return Period("WINDOW", label)
    for kind, pattern in _LABELS.items():
        if pattern.fullmatch(label) and (kind != "S" or _is_day(label)):
            return Period(kind, label)
    raise LouyuError(
        f'时期"{label}"无法识别,例如 2023-Q3、2023-YTD09、HM2023-09、CUM2023-09、2023-09-30。',
        f'"{label}" is no period; write for example 2023-Q3, 2023-YTD09, HM2023-09, CUM2023-09 or 2023-09-30.',
    )


def _is_day(label: str) -> bool:
    try:
        date.fromisoformat(label)
    except ValueError:
        return False
    return True


def add_months(day: date, months: int) -> date:
    """Return the first day of the month ``months`` after the month of ``day``."""
    index = day.year * 12 + day.month - 1 + months
    return date(index // 12, index % 12 + 1, 1)


def month_end(day: date) -> date:
    """Return the last day of the month of ``day``."""
    return add_months(day, 1) - timedelta(days=1)


def last_month_end(day: date) -> date:
    """Return the newest month end that is not after ``day``."""
    return day if day == month_end(day) else day.replace(day=1) - timedelta(days=1)


def assessment_month(day: date, start_day: int = 19) -> str:
    """Return the label of the hotline assessment month that holds ``day``: HM2023-10 from 19 September on."""
    first = add_months(day, 1 if day.day >= start_day else 0)
    return f"HM{first:%Y-%m}"


def assessment_window(label: str, start_day: int = 19) -> tuple[date, date]:
    """Return the half-open days of an assessment month: HM2025-10 is [2025-09-19, 2025-10-19)."""
    match = _LABELS["HM"].fullmatch(label)
    if match is None:
        raise ValueError(label)
    last = date(int(match[1]), int(match[2]), start_day)
    return add_months(last, -1).replace(day=start_day), last


def in_words(period: Period, *, partial_to: date | None = None) -> Message:
    """Name a period for a sentence: 第三季度当季, 1—9月累计; a partial one says how far it reaches (SPEC 0.2)."""
    zh, en = _words(period)
    if partial_to is not None:
        zh += f"(截至{partial_to.month}月{partial_to.day}日)"
        en += f" (to {partial_to.day} {_EN_MONTHS[partial_to.month - 1]})"
    return Message(zh, en)


def _words(period: Period) -> tuple[str, str]:
    if period.type == "WINDOW":
        return _window_words(*(parse_period(part) for part in period.label.split("/", 1)))
    match = _LABELS[period.type].fullmatch(period.label)
    if match is None:
        raise ValueError(period)
    year, *rest = (int(part) for part in match.groups())
    if period.type == "Y":
        return f"{year}年", f"{year}"
    if period.type == "Q":
        quarter = rest[0]
        return f"{year}年第{'一二三四'[quarter - 1]}季度当季", f"the single quarter Q{quarter} {year}"
    month = rest[0]
    en_month = _EN_MONTHS[month - 1]
    if period.type == "S":
        return f"{year}年{month}月{rest[1]}日", f"{rest[1]} {en_month} {year}"
    return {
        "M": (f"{year}年{month}月", f"{en_month} {year}"),
        "YTD": (f"{year}年1—{month}月累计", f"January to {en_month} {year}, cumulative"),
        "R12": (f"截至{year}年{month}月的12个月", f"the 12 months to {en_month} {year}"),
        "HM": (f"{year}年{month}月考核期", f"assessment month {en_month} {year}"),
        "CUM": (f"自成立运行至{year}年{month}月底", f"from the programme's start to the end of {en_month} {year}"),
    }[period.type]


def _window_words(first: Period, last: Period) -> tuple[str, str]:
    """Name a window; one of months within a year names the year once: 2023年1—9月考核期."""
    (zh_first, en_first), (zh_last, en_last) = _words(first), _words(last)
    first_match, last_match = _LABELS["HM"].fullmatch(first.label), _LABELS["HM"].fullmatch(last.label)
    if first_match and last_match and first_match[1] == last_match[1]:
        year, (from_month, to_month) = first_match[1], (int(first_match[2]), int(last_match[2]))
        if from_month == to_month:
            return zh_first, en_first
        en_months = f"{_EN_MONTHS[from_month - 1]} to {_EN_MONTHS[to_month - 1]}"
        return f"{year}年{from_month}—{to_month}月考核期", f"assessment months {en_months} {year}"
    return f"{zh_first}至{zh_last}", f"{en_first} to {en_last}"
