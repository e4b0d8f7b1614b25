"""Periods in a text, in either language, and the codes of SURFACE that they can mean for a KPI (SPEC 0.2)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from common.periods import add_months, month_end

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


_EN_MONTHS = ["January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"]  # fmt: skip
_MONTH_EN = "(?:" + "|".join(f"{name[:3]}(?:{name[3:]})?\\.?" for name in _EN_MONTHS) + ")"
_Y = r"(?:(?P<year>(?:19|20)\d\d)\s*年(?:度)?|(?P<said>今年|本年|当年|去年|上年|上一年))?\s*"
_TO = r"\s*(?:[-—–~至到]+|to|through)\s*"
_QUARTERS = {"一": 1, "二": 2, "三": 3, "四": 4, "1": 1, "2": 2, "3": 3, "4": 4,
             "first": 1, "second": 2, "third": 3, "fourth": 4}  # fmt: skip
_HM = r"(?P<hm>\s*(?:考核期|考核月|考核年度月))?"
_REACHED = r"\s*\(?截[至止]\s*(?P<rm>\d{1,2})月(?:(?P<rd>\d{1,2})[日号]|底|末)?\)?"
_YEAR_EN = r"(?:,?\s*(?:of\s+)?(?P<year>(?:19|20)\d\d|this year|last year))?"
_PATTERNS: tuple[tuple[Kind, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern, re.IGNORECASE))
    for kind, pattern in (
        ("YEAR", rf"(?P<year>(?:19|20)\d\d)\s*年(?:度|全年)?{_REACHED}"),
        ("YEAR", rf"(?P<said>今年|本年){_REACHED}"),
        ("YEAR", r"\b(?P<year>(?:19|20)\d\d)\s*\((?:up )?to (?P<reachday>\d{1,2}) "
                 rf"(?P<reachname>{_MONTH_EN})\)"),
        ("DAY", r"(?P<year>(?:19|20)\d\d)[-/.](?P<first>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
        ("R12", rf"(?:截至)?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?的?(?:近|前)?(?:12|十二)个月"),
        ("R12", rf"近(?:12|十二)个月\s*\(?(?:截[至止])?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?\)?"),
        ("R12", rf"(?:the )?(?:12|twelve) months (?:to|ended|ending)(?: the end of)? (?P<name>{_MONTH_EN}){_YEAR_EN}"),
        ("CUM", rf"自\S{{0,12}}?(?:成立|运行|启动|实施)(?:运行|以来)*至?{_Y}(?P<first>\d{{1,2}})月(?:底|末)?"),
        ("CUM", r"自?\S{0,8}?(?:成立|运行|启动|实施)(?:运行)?以来"),
        ("CUM", rf"(?:since|from) the programme'?s start to the end of (?P<name>{_MONTH_EN}){_YEAR_EN}"),
        ("CUM", r"since (?:the |its |their )?(?:[\w']+ ){0,2}?(?:start|establishment|founding|launch|optimi[sz]ation)\b"),
        ("MONTHS", rf"{_Y}(?P<first>\d{{1,2}})月?{_TO}(?P<year2>(?:19|20)\d\d年)?(?P<last>\d{{1,2}})月(?:份)?(?:累计)?{_HM}"),
        ("MONTHS", rf"(?P<enhm>assessment months? )?(?P<name>{_MONTH_EN})\s*(?P<fromyear>(?:19|20)\d\d)?{_TO}"
                   rf"(?P<lastname>{_MONTH_EN}){_YEAR_EN}"),
        ("MONTHS", rf"{_Y}前(?P<ytdq>[一二三123])(?:个)?季度(?:累计)?"),
        ("MONTHS", rf"{_Y}前(?P<ytdm>\d{{1,2}}|[一二三四五六七八九十]{{1,2}})个?月(?:累计)?"),
        ("MONTHS", rf"{_Y}(?P<half>[上下])半年"),
        ("MONTHS", rf"(?:the )?first (?P<ytdword>two|three|four|five|six|seven|eight|nine|ten|eleven) months{_YEAR_EN}"),
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
        ("MONTHS", rf"(?P<endof>(?:the )?end of )?(?P<enhm>assessment month )?\b(?P<onename>{_MONTH_EN})\s"
                   r"(?P<year>(?:19|20)\d\d)\b"),
        ("YEAR", r"(?P<year>(?:19|20)\d\d)\s*年(?:度|全年)?(?P<end>末|底)?"),
        ("YEAR", r"(?P<said>今年|本年|去年|上年)(?!同期)(?P<sofar>以来)?"),
        ("YEAR", r"\b(?:in|for|of|during|the year) (?P<year>(?:19|20)\d\d)\b"),
        ("YEAR", r"\b(?P<ensaid>this year|last year)\b(?P<sofar> so far)?"),
        ("NOW", r"(?:截[至止])?(?:目前|现在|今)(?=[,，、已共])|截[至止]目前|up to now|so far|to date|at present|currently"),
        ("CUM", r"累计"),
    )
)  # fmt: skip
_BASE = re.compile(
    r"(?:较|比|同|与|对比|compared (?:with|to)|against|than|(?<=[%\d]) from|versus|vs\.?)\s*(?:in |the )*$", re.IGNORECASE
)
_WORD_NUMBERS = {word: size for size, word in enumerate(
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"])}  # fmt: skip
_HAN_NUMBERS = {word: size for size, word in enumerate("零一二三四五六七八九十")} | {"十一": 11, "十二": 12}


def find_mentions(text: str, today: date | None) -> list[Mention]:
    """Find the periods that a text names, in its order; ``today`` is what 今年 is reckoned from."""
    taken: list[Mention] = []
    for kind, pattern in _PATTERNS:
        for found in pattern.finditer(text):
            if any(found.start() < other.end and other.start < found.end() for other in taken):
                continue
            mention = _mention(kind, found, today)
            if mention is not None:
                is_base = bool(_BASE.search(text, max(0, found.start() - 20), found.start()))
                taken.append(replace(mention, is_base=is_base and kind != "CUM"))
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
        plain, year=start_year, last_year=end_year, first=first, last=last, day=day, reached=reached,
        is_assessment="hm" in said or "enhm" in said,
        is_end=bool({"end", "endof", "qend"} & said.keys()),
    )  # fmt: skip


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
            same = [other for other in before if (other.kind, other.first, other.last) == (mention.kind, mention.first, mention.last)]  # fmt: skip
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


def period_code(mention: Mention, types: Sequence[str], today: date | None, *, is_near: bool = True) -> str | None:
    """Return the code that a mention means for a KPI of these period types; None where it fits none."""
    return next(iter(period_codes(mention, types, today, is_near=is_near)), None)


def period_codes(
    mention: Mention, types: Sequence[str], today: date | None, *, is_near: bool = True
) -> tuple[str, ...]:  # fmt: skip
    """Return the codes that a mention can mean for a KPI of these period types, the likeliest first.

    A day leaves open whether a stock or a sum up to it is meant; any other mention means one thing. ``today`` is the day up to which 累计 and 目前 are counted. Without types the mention's own code is returned. A
    span in another sentence (``is_near`` false) says nothing of a stock.
    """
    codes = dict(_codes(mention, today))
    if not is_near and mention.kind in ("QUARTER", "MONTHS") and not mention.is_end:
        codes = {kind: code for kind, code in codes.items() if kind not in ("S", "CUM")}
    order = list(types) or list(codes)
    is_day = mention.is_end or mention.kind in ("DAY", "NOW")
    if is_day:
        order = [kind for kind in ("S", "CUM") if kind in order] + [kind for kind in order if kind not in ("S", "CUM")]
    if mention.is_assessment:
        order = [kind for kind in order if kind in ("HM", "WINDOW")]
    fitting = tuple(codes[kind] for kind in order if kind in codes)
    return fitting if is_day else fitting[:1]


def own_code(mention: Mention, today: date | None) -> str | None:
    """Return the code that a mention means by itself, whatever the KPI."""
    return next((code for _, code in _codes(mention, today)), None)


def _codes(mention: Mention, today: date | None) -> Iterator[tuple[str, str]]:
    """Yield what a mention can mean, by period type, most natural first."""
    year, first, last = mention.year, mention.first, mention.last
    if mention.kind in ("NOW", "CUM") and (year is None or (first, last) == (1, 12)):
        if today is not None:
            if mention.kind == "NOW":
                yield "S", today.isoformat()
            yield "CUM", f"CUM{today:%Y-%m}"
        return
    if year is None:
        return
    match mention.kind:
        case "DAY":
            try:
                day = date(year, first, mention.day or 1)
            except ValueError:
                return
            yield "S", day.isoformat()
            yield "CUM", f"CUM{day:%Y-%m}"
            if day == month_end(day):
                yield "YTD", f"{year}-YTD{first:02}"
        case "QUARTER":
            if not mention.is_end:
                yield "Q", f"{year}-Q{first}"
                yield "WINDOW", f"HM{year}-{3 * first - 2:02}/HM{year}-{3 * first:02}"
            yield "S", month_end(date(year, 3 * first, 1)).isoformat()
            yield "CUM", f"CUM{year}-{3 * first:02}"
        case "YEAR":
            if mention.reached:
                month = mention.reached[0]
                yield "Y", f"{year}"
                yield "YTD", f"{year}-YTD{month:02}"
                yield "WINDOW", f"HM{year}-01/HM{year}-{month:02}"
            elif mention.is_end:
                yield "S", f"{year}-12-31"
            else:
                yield "Y", f"{year}"
                yield "YTD", f"{year}-YTD12"
                yield "WINDOW", f"HM{year}-01/HM{year}-12"
        case "R12":
            yield "R12", f"R12-{year}-{last:02}"
        case "CUM":
            yield "CUM", f"CUM{year}-{last:02}"
        case "MONTHS":
            yield from _month_codes(mention, year)


def _month_codes(mention: Mention, year: int) -> Iterator[tuple[str, str]]:
    first, last, last_year = mention.first, mention.last, mention.last_year or year
    end = month_end(date(last_year, last, 1)).isoformat()
    if (year, first) != (last_year, last):
        if first == 1 and last_year == year and not mention.is_assessment:
            yield "YTD", f"{year}-YTD{last:02}"
            if last == 12:
                yield "Y", f"{year}"
        if last_year == year and last - first == 2 and first % 3 == 1 and not mention.is_assessment:
            yield "Q", f"{year}-Q{last // 3}"
        yield "WINDOW", f"HM{year}-{first:02}/HM{last_year}-{last:02}"
        return
    if not mention.is_end:
        if not mention.is_assessment:
            yield "M", f"{year}-{first:02}"
        yield "HM", f"HM{year}-{first:02}"
    yield "S", end
    yield "CUM", f"CUM{year}-{first:02}"
    if first == 1 or mention.is_end:
        yield "YTD", f"{year}-YTD{first:02}"


def last_day(code: str) -> date:
    """Return the last day of a period by its code; an assessment month ends on the 18th."""
    code = code.rpartition("/")[2]
    if code.startswith(("CUM", "R12-")):
        return month_end(date(int(code[-7:-3]), int(code[-2:]), 1))
    if code.startswith("HM"):
        return date(int(code[2:6]), int(code[7:]), 18)
    if "-Q" in code:
        return month_end(date(int(code[:4]), 3 * int(code[-1]), 1))
    if "-YTD" in code:
        return month_end(date(int(code[:4]), int(code[-2:]), 1))
    if len(code) == 4:
        return date(int(code), 12, 31)
    return date.fromisoformat(code) if len(code) == 10 else add_months(date(int(code[:4]), int(code[5:]), 1), 1) - timedelta(days=1)  # fmt: skip


def months_of(code: str) -> int:
    """Return how many months of a year a flow over the period holds, 12 for a span of unknown length."""
    if "-Q" in code:
        return 3
    if "-YTD" in code:
        return int(code[-2:])
    return 1 if len(code) == 7 else 12
