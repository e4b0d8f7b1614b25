"""Periods as a text names them, in either language (SPEC 0.2): 2023年第三季度, 1—9月, 自成立以来, up to now."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

Kind = Literal["DAY", "MONTHS", "QUARTER", "YEAR", "R12", "CUM", "NOW"]


@dataclass(frozen=True, slots=True)
class Mention:
    """A period as a text names it."""

    start: int
    end: int
    kind: Kind
    year: int | None = None
    first: int = 1
    """The first month, or the quarter."""
    last: int = 12
    """The last month."""
    day: int | None = None
    is_assessment: bool = False
    """Months are those of the hotline's assessment."""
    is_end: bool = False
    """The end of the period is meant: 9月底."""
    is_base: bool = False
    """What something is compared with: 较上年同期."""
    has_year: bool = True
    """Its year stands in the text, there or before; else it is the nearest one."""
    reached: tuple[int, int] | None = None
    """Month and day up to which an open period is counted: 截至9月30日."""
    last_year: int | None = None
    """The year of the last month where it is another."""


_EN_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_MONTH_EN = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" for name in _EN_MONTHS) + ")"
_Y = r"(?:(?P<year>(?:19|20)\d\d)\s*年(?:度)?|(?P<said>今年|本年|当年|去年|上年|上一年))?\s*"
_TO = r"\s*(?:[-—–~至到]+|to|through)\s*"
_QUARTERS = {
    "一": 1,
    "二": 2,
    "三": 3,
    "四": 4,
    "1": 1,
    "2": 2,
    "3": 3,
    "4": 4,
    "first": 1,
    "second": 2,
    "third": 3,
    "fourth": 4,
}
_HM = r"(?P<hm>\s*(?:考核期|考核月|考核年度月))?"
_REACHED = r"\s*\(?截[至止]\s*(?P<rm>\d{1,2})月(?:(?P<rd>\d{1,2})[日号]|底|末)?\)?"
_YEAR_EN = r"(?:,?\s*(?:of\s+)?(?P<year>(?:19|20)\d\d|this year|last year))?"
_SPELLINGS: tuple[tuple[Kind, str], ...] = (
    ("YEAR", rf"(?P<year>(?:19|20)\d\d)\s*年(?:度|全年)?{_REACHED}"),
    ("YEAR", rf"(?P<said>今年|本年){_REACHED}"),
    (
        "YEAR",
        r"\b(?P<year>(?:19|20)\d\d)\s*\((?:up )?to (?P<reachday>\d{1,2}) "
        rf"(?P<reachname>{_MONTH_EN})\)",
    ),
    ("DAY", r"(?P<year>(?:19|20)\d\d)[-/.](?P<first>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    ("R12", rf"(?:截至)?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?的?(?:近|前)?(?:12|十二)个月"),
    ("R12", rf"近(?:12|十二)个月\s*\(?(?:截[至止])?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?\)?"),
    ("R12", rf"(?:the )?(?:12|twelve) months (?:to|ended|ending)(?: the end of)? (?P<name>{_MONTH_EN}){_YEAR_EN}"),
    ("CUM", rf"自[^\s\d,，。;]{{0,12}}?(?:成立|运行|启动|实施)(?:运行|以来)*至?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?"),
    ("CUM", r"(?:自[^\s\d,，。;]{0,12}?)?(?:成立|运行|启动|实施)(?:运行)?以来"),
    ("CUM", rf"(?:since|from) the programme'?s start to the end of (?P<name>{_MONTH_EN}){_YEAR_EN}"),
    (
        "CUM",
        r"since (?:the |its |their )?(?:[\w']+ ){0,2}?(?:start|establishment|founding|launch|optimi[sz]ation)\b",
    ),
    (
        "MONTHS",
        rf"{_Y}(?P<first>\d{{1,2}})月?{_TO}(?P<year2>(?:19|20)\d\d年)?(?P<last>\d{{1,2}})月(?:份)?(?:累计)?{_HM}",
    ),
    (
        "MONTHS",
        rf"(?P<enhm>assessment months? )?(?P<name>{_MONTH_EN})\s*(?P<fromyear>(?:19|20)\d\d)?{_TO}"
        rf"(?P<lastname>{_MONTH_EN}){_YEAR_EN}",
    ),
    ("MONTHS", rf"{_Y}前(?P<ytdq>[一二三123])(?:个)?季度(?:累计)?"),
    ("MONTHS", rf"{_Y}前(?P<ytdm>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})个?月(?:累计)?"),
    ("MONTHS", rf"{_Y}(?P<half>[上下])半年"),
    (
        "MONTHS",
        rf"(?:the )?first (?P<ytdword>two|three|four|five|six|seven|eight|nine|ten|eleven) months{_YEAR_EN}",
    ),
    ("MONTHS", rf"(?:the )?first (?P<ytdqword>two|three) quarters{_YEAR_EN}"),
    ("MONTHS", rf"(?:the )?(?P<enhalf>first|second) half{_YEAR_EN}"),
    ("QUARTER", rf"{_Y}第?(?P<q>[一二三四1234])季度(?P<qend>末|底)?(?:当季|单季)?"),
    ("QUARTER", rf"(?:the )?(?:single )?(?:quarter )?\bQ(?P<q>[1-4])\b{_YEAR_EN}"),
    ("QUARTER", r"(?P<year>(?:19|20)\d\d)[- ]?Q(?P<q>[1-4])\b"),
    ("QUARTER", rf"(?:the )?(?:single )?(?P<q>first|second|third|fourth) quarter{_YEAR_EN}"),
    ("DAY", rf"{_Y}(?P<first>\d{{1,2}})月(?P<day>\d{{1,2}})[日号]"),
    ("DAY", rf"\b(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?P<name>{_MONTH_EN})\b{_YEAR_EN}"),
    ("DAY", rf"\b(?P<name>{_MONTH_EN}) (?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d){_YEAR_EN}"),
    ("MONTHS", rf"{_Y}(?P<one>\d{{1,2}})月(?:份)?(?P<end>底|末)?{_HM}"),
    (
        "MONTHS",
        rf"(?P<endof>(?:the )?end of )?(?P<enhm>assessment month )?\b(?P<onename>{_MONTH_EN})\s"
        r"(?P<year>(?:19|20)\d\d)\b",
    ),
    ("YEAR", r"(?P<year>(?:19|20)\d\d)\s*年(?:度|全年)?(?P<end>末|底)?"),
    ("YEAR", r"(?P<said>今年|本年|去年|上年)(?!同期)(?P<sofar>以来)?"),
    ("YEAR", r"\b(?:in|for|of|during|the year) (?P<year>(?:19|20)\d\d)\b"),
    ("YEAR", r"\b(?P<ensaid>this year|last year)\b(?P<sofar> so far)?"),
    (
        "NOW",
        r"(?:截[至止])?(?:目前|现在|今)(?=[,，、已共])|截[至止]目前|up to now|so far|to date|at present|currently",
    ),
    ("CUM", r"累计"),
)
_PATTERNS = tuple((kind, re.compile(spelling, re.IGNORECASE)) for kind, spelling in _SPELLINGS)
_BASE = re.compile(
    r"(?:较|比|同|与|对比|compared (?:with|to)|against|than|(?<=[%\d]) from|versus|vs\.?)\s*(?:in |the )*$",
    re.IGNORECASE,
)
_WORD_NUMBERS = {
    word: size
    for size, word in enumerate(
        ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    )
}
_HAN_NUMBERS = {word: size for size, word in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}


def find_mentions(text: str, today: date | None) -> list[Mention]:
    """Find the periods that a text names, in its order; ``today`` is what 今年 is reckoned from."""
    taken: list[Mention] = []
    closed = bytearray(len(text))
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if any(closed[found.start() : found.end()]):
                continue
            mention = _mention(kind, found, today)
            if mention is not None:
                is_base = bool(_BASE.search(text, max(0, found.start() - 20), found.start()))
                taken.append(replace(mention, is_base=is_base and kind != "CUM"))
                closed[found.start() : found.end()] = b"\1" * (found.end() - found.start())
    return list(_with_years(sorted(taken, key=lambda mention: mention.start), text, today))


def _mention(kind: Kind, found: re.Match[str], today: date | None) -> Mention | None:
    said = {name: value for name, value in found.groupdict().items() if value}
    plain = Mention(found.start(), found.end(), kind, _year(said, today))
    if kind in ("NOW", "CUM") and "first" not in said and "name" not in said:
        return plain
    first, last = _months(kind, said)
    if not (1 <= first <= 12 and 1 <= last <= 12):
        return None
    day = int(said["day"]) if "day" in said else None
    if day is not None and not 1 <= day <= 31:
        return None
    start_year, end_year = plain.year, None
    if "year2" in said:
        end_year = int(said["year2"][:4])
    if "fromyear" in said:
        start_year, end_year = int(said["fromyear"]), plain.year
    reached = None
    if "rm" in said:
        month = int(said["rm"])
        reached = (month, int(said.get("rd", 0)) or 31)
    elif "reachname" in said:
        reached = (_month_number(said["reachname"]), int(said["reachday"]))
    elif "sofar" in said and today is not None:
        reached = (today.month, today.day)
    return replace(
        plain,
        year=start_year,
        last_year=end_year,
        first=first,
        last=last,
        day=day,
        reached=reached,
        is_assessment="hm" in said or "enhm" in said,
        is_end=bool({"end", "endof", "qend"} & said.keys()),
    )


def _year(said: dict[str, str], today: date | None) -> int | None:
    year = said.get("year", "")
    if year.isdigit():
        return int(year)
    word = said.get("said") or said.get("ensaid") or year
    if not word or today is None:
        return None
    return today.year - (word.lower() in ("去年", "上年", "上一年", "last year"))


def _months(kind: Kind, said: dict[str, str]) -> tuple[int, int]:
    """Return the first and last month that a mention names; of a quarter its number twice."""
    if kind == "QUARTER":
        quarter = _QUARTERS[said["q"].lower()]
        return quarter, quarter
    if "ytdq" in said or "ytdqword" in said:
        quarters = _HAN_NUMBERS.get(said.get("ytdq", ""), 0) or _WORD_NUMBERS.get(said.get("ytdqword", "").lower(), 0)
        return 1, 3 * (quarters or int(said["ytdq"]))
    if "ytdm" in said:
        return 1, int(said["ytdm"]) if said["ytdm"].isdigit() else _HAN_NUMBERS.get(said["ytdm"], 0)
    if "ytdword" in said:
        return 1, _WORD_NUMBERS[said["ytdword"].lower()]
    if "half" in said or "enhalf" in said:
        return (1, 6) if said.get("half") == "上" or said.get("enhalf", "").lower() == "first" else (7, 12)
    if "one" in said:
        return int(said["one"]), int(said["one"])
    if "onename" in said:
        return _month_number(said["onename"]), _month_number(said["onename"])
    if "name" in said:
        first = _month_number(said["name"])
        return first, _month_number(said["lastname"]) if "lastname" in said else first
    if "first" in said:
        return int(said["first"]), int(said.get("last", said["first"]))
    return 1, 12


def _month_number(name: str) -> int:
    return next(n for n, month in enumerate(_EN_MONTHS, start=1) if month[:3].lower() == name[:3].lower())


def _with_years(mentions: Sequence[Mention], text: str, today: date | None) -> Iterator[Mention]:
    """Give a period without a year that of the text around it, else the nearest one before ``today``."""
    done: list[Mention] = []
    for mention in mentions:
        if mention.year is None and mention.kind in ("DAY", "MONTHS", "QUARTER", "R12", "CUM"):
            line = text.rfind("\n", 0, mention.start)
            before = [other for other in done if other.year is not None and other.has_year and not other.is_base]
            near = [other for other in before if other.start > line]
            same = [
                other
                for other in before
                if (other.kind, other.first, other.last) == (mention.kind, mention.first, mention.last)
            ]
            if near or same:
                mention = replace(mention, year=(near or same)[-1].year)
            elif mention.kind != "CUM" or mention.first == mention.last != 12:
                mention = replace(mention, year=_nearest(mention, today), has_year=False)
        elif mention.year is None and mention.kind == "YEAR":
            mention = replace(mention, has_year=False)
        done.append(mention)
    yield from done


def _nearest(mention: Mention, today: date | None) -> int | None:
    """Return the year of the newest such period that had begun."""
    if today is None:
        return None
    month = 3 * mention.first - 2 if mention.kind == "QUARTER" else mention.first
    return today.year if (month, mention.day or 1) <= (today.month, today.day) else today.year - 1
