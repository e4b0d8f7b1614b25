"""Numbers in running text with their unit, wording and direction (SPEC 0.6); what is no figure is left out.

Years, days, times, telephones, the numbers of documents, lists and notes, and names that hold a number (12345) are
no figures. Scale words and wordings are those of :mod:`common.statements`.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from common.decimals import plain
from common.statements import SCALES, WORDS, Statement, as_decimal, state
from replay import numerals
from replay.text import Reading

Span = tuple[int, int]

MONEY, PERCENT, POINTS, TIMES = "元", "%", "百分点", "倍"


@dataclass(frozen=True, slots=True)
class Number:
    """A number of a text with everything that belongs to it."""

    start: int
    end: int
    statement: Statement
    word: str
    """The wording as it stands in the text, "" for a bare number."""
    unit: str
    """元, %, 百分点, 倍, a Chinese counter with what stands below its stroke, or "" where only the noun tells."""
    scale: str
    is_change: bool
    """A growth or fall, by a word of direction before it."""
    is_numeral: bool
    """A single word such as 三 or four, which is often no figure."""


_ARABIC = r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?"
_SCALE = "|".join(sorted(filter(None, SCALES), key=len, reverse=True))
_NO_FIGURE = re.compile(
    r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+"
    r"|\d{1,2}:\d{2}(?::\d{2})?|\d{1,2}(?:时|点)(?:\d{1,2}分)?(?!\d)"
    r"|[〔\[(](?:19|20)\d\d[〕\])]\s*\d+\s*号|第\s*[\d一二三四五六七八九十百]+\s*(?:号|条|章|节|期|届|次|批|页|个|位|名|类|版|款|项|季度|轮)"
    r"|\b(?:No|Nos|Art|Article|§|Section|Table|Figure|Fig|Chapter|Annex|Note|Item|Version|v)\.?\s*\d+(?:\.\d+)*"
    r"|[注表图]\s*\d+(?!\d*[座个家项件场次人%万亿.])|附件\s*\d+|\bGB/?T?\s?\d+(?:\.\d+)?(?:[-—–]\d{4})?"
    r"|(?<!\d)1[3-9]\d{9}(?!\d)|(?<!\d)0\d{2,3}-\d{7,8}(?!\d)|(?<!\d)\d{4}-\d{3,4}-\d{4}(?!\d)|\b[0-9A-Fa-f]{12,}\b"
    r"|[“\"]?十[一二三四五]五[”\"]?|\b\d+(?:st|nd|rd|th)\b"
    r"|^[ \t]*[(]?(?:\d{1,2}|[一二三四五六七八九十]{1,3})[)、][ \t]*|^[ \t]*\d{1,2}\.(?!\d)[ \t]*"
    r"|^[ \t]*[(]?(?:\d+|[一二三四五六七八九十]+)[)]?[ \t]*$",
    re.MULTILINE | re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_CORE = re.compile(
    rf"(?P<hundredth>百分之)(?P<share>{numerals.CHINESE}|\d+(?:\.\d+)?)"
    rf"|(?<![\w.])(?P<arabic>{_ARABIC})(?:(?P<join>\s*[-—–~]\s*|\s*至\s*|\s+to\s+)(?P<upper>{_ARABIC})(?=\s*(?:%|{_SCALE}|[个座家项件场次人元])))?"
    rf"|(?<=[\u3400-\u9fff(])(?P<beside>{_ARABIC})"
    rf"|(?P<chinese>{numerals.CHINESE})|\b(?P<english>{numerals.ENGLISH})\b",
    re.IGNORECASE,
)
_NOUN_UNITS = (
    (re.compile(r"\s?(?:个)?百分点|\s*(?:percentage )points?\b|\s*pp\b|\s*p\.p\."), POINTS),
    (re.compile(r"\s?[%]|\s*per ?cent\b|\s*percent\b"), PERCENT),
    (re.compile(r"\s?倍|\s*times\b|[- ]?fold\b"), TIMES),
    (re.compile(r"\s?元(?:人民币)?|\s*(?:yuan|RMB|CNY)\b"), MONEY),
    (re.compile(r"\s*(?:a|per|each) month\b"), "/月"),
    (re.compile(r"\s?m2\b|\s*(?:square met(?:re|er)s?|sq\.? ?m)\b|\s?平方米"), "m2"),
    (re.compile(r"\s?小时|\s*hours?\b"), "小时"),
    (re.compile(r"\s*points?\b"), "分"),
)
_TIME_SPAN = re.compile(
    r"\s?(?:个?多?(?:考核)?月|天|日|周|年|分钟|秒|岁|级|层|楼|号|时)(?!均)"
    r"|[- ]?(?:months?|weeks?|days?|years?|minutes?|seconds?)\b"
)
_BELOW = re.compile(r"\s?/\s?(?:m2|[㎡人月场天座家]|万人|平方米)(?:[·.]天)?")
_BEFORE = re.compile(
    "(?P<word>"
    + "|".join(sorted((word for word in WORDS if word not in "余多+左右"), key=len, reverse=True))
    + r")?\s*"
    r"(?P<money>RMB|CNY|人民币|[¥￥])?\s*$",
    re.IGNORECASE,
)
_RISE = (
    "增长|(?<!新)增加|提高|上升|提升|上涨|增幅|涨幅|增速|扩大|升|(?<!新)增|up|rose|rises|risen|grew|grown|increased?|increases|increasing"
    "|growth|rise|gained?|climbed|higher"
)
_FALL = (
    "下降|减少|降低|回落|下滑|降幅|减幅|跌幅|缩减|压降|降|减|负增长|down|fell|fallen|falls|decreased?|decreases|decreasing|declined?"
    "|drop(?:ped)?|reduced|reduction|decline|lower|cut"
)
_DIRECTION = re.compile(
    rf"(?<![a-z])(?:(?P<fall>{_FALL})|(?P<rise>{_RISE}))"
    r"(?:了|为|约?达|幅度?(?:为|达)?|率(?:为|达)?|\s+(?:by|of|was|is)|\s+on the year(?: by)?)*\s*$",
    re.IGNORECASE,
)
_AFTER = re.compile(
    r"\s*(?:(?:year[- ]on[- ]year|on the year|yoy)\s*)?"
    r"(?:(?P<fall>decrease|decline|drop|fall|reduction|lower|less|down)|(?P<rise>increase|growth|rise|gain|higher|up))\b",
    re.IGNORECASE,
)
_MINUS = re.compile(r"(?:负|minus\s|(?<![\w)])[-−])\s*$")
_DOUBLED = re.compile(r"翻了?一?番|\b(?:more than )?doubled\b|\bdoubling\b", re.IGNORECASE)
_LEVEL_OF_BASE = re.compile(r"(?:是|为|相当于|达到?)[^,，。;]{0,16}的\s*$")
_TIMES_OF = re.compile(r"\s*(?:that of|of|the level|what|as (?:much|many|high))\b", re.IGNORECASE)
_UNCHANGED = re.compile(r"(?:同比|基本|较上年(?:同期)?)持平|\bunchanged on the year\b", re.IGNORECASE)


def find_numbers(reading: Reading, counters: Sequence[str], not_figures: Iterable[Span]) -> list[Number]:
    """Find the numbers of a text that can be figures, in its order.

    ``counters`` are the Chinese units of count; ``not_figures`` are places whose digits mean something else, such as
    periods and names.
    """
    text = reading.text
    closed = bytearray(len(text))
    for start, end in (*not_figures, *(found.span() for found in _NO_FIGURE.finditer(text))):
        closed[start:end] = b"\1" * (end - start)
    unit = re.compile(r"\s?(?:" + "|".join(sorted(map(re.escape, counters), key=len, reverse=True)) + ")")
    found = [number for match in _CORE.finditer(text) for number in _number(text, match, unit, closed)]
    words = [
        _word(match, kind)
        for kind, pattern in (("doubled", _DOUBLED), ("unchanged", _UNCHANGED))
        for match in pattern.finditer(text)
    ]
    return sorted([*found, *words], key=lambda number: number.start)


def _word(match: re.Match[str], kind: str) -> Number:
    size = Fraction(1 if kind == "doubled" else 0)
    said = Statement(size, Fraction(1), "doubled" if kind == "doubled" else "unchanged", 1)
    return Number(match.start(), match.end(), said, match[0], PERCENT, "", is_change=True, is_numeral=False)


def _number(text: str, match: re.Match[str], counter: re.Pattern[str], closed: bytearray) -> Iterator[Number]:
    start, end = match.span()
    if any(closed[start:end]):
        return
    digits = _digits(match)
    if digits is None or (
        end < len(text) and re.match(r"[A-Za-z_]", text[end]) and not re.match(r"(?:m2|pp|k|bn|mn)\b", text[end:])
    ):
        return
    more, scale, end = _scaled(text, end)
    if _TIME_SPAN.match(text, end) and not text.startswith(("月均", "年均"), end):
        return
    unit, end, is_named = _unit(text, end, counter)
    if match["hundredth"]:
        unit, is_named = PERCENT, True
    if unit == "" and scale.endswith("亿"):
        # in a bulletin of a district only money is counted by the hundred million
        unit = MONEY
    numeral = match["chinese"] or match["english"]
    if match["chinese"] and not (is_named or scale):
        return
    if _YEAR.fullmatch(match[0]) and not (more or scale or is_named) and not match["upper"]:
        return
    if more == "" and (late := re.match(r"余|多(?!种|个)", text[end:])) and match["arabic"]:
        more, end = late[0], end + 1
    after = re.match(r"左右", text[end:])
    before = _BEFORE.search(text, max(0, start - 24), start)
    word = (before["word"] or "") if before else ""
    begin = before.start() if before else start
    if before and before["money"] and unit == "":
        unit = MONEY
    if (word and WORDS.get(word.lower(), "") == "") or _is_within_word(text, begin, word):
        word, begin = "", before.start("money") if before and before["money"] else start
    if more:
        word = word or more
    elif after:
        word, end = word or "左右", end + 2
    begin += len(text[begin:start]) - len(text[begin:start].lstrip())
    sign, is_change, begin = _direction(text, begin, end, unit)
    said = state(digits, scale.lower() if scale else "", word.lower(), is_percent=unit in (PERCENT, POINTS), sign=sign)
    if match["upper"]:
        said = _range(match["upper"], said, scale, unit)
    if unit == TIMES and is_change:
        unit = PERCENT
        if _is_of_base(text, begin, end):
            said = replace(said, number=said.number - 1)
    elif unit == TIMES and _LEVEL_OF_BASE.search(text, max(0, begin - 24), begin):
        unit, is_change, said = (
            PERCENT,
            True,
            replace(said, number=abs(said.number - 1), sign=1 if said.number >= 1 else -1),
        )
    yield Number(begin, end, said, word, unit, scale, is_change, bool(numeral) and len(_parts(numeral)) == 1)


def _parts(numeral: str) -> list[str]:
    return list(numeral) if "\u3400" <= numeral[0] <= "\u9fff" else re.split("[- ]", numeral)


def _digits(match: re.Match[str]) -> str | None:
    if plain_digits := match["arabic"] or match["beside"]:
        return plain_digits.replace(",", "")
    if match["share"]:
        share = match["share"]
        value = Fraction(share) if share[0].isascii() else numerals.read_chinese(share)
    elif match["chinese"]:
        value = numerals.read_chinese(match["chinese"])
    else:
        value = numerals.read_english(match["english"])
    return None if value is None else plain(as_decimal(value))


def _scaled(text: str, end: int) -> tuple[str, str, int]:
    """Read 余 and a scale word behind the digits, in either order."""
    found = re.compile(
        rf"(?P<first>余|多(?=[万亿千百座个家项件场次人]))?(?P<blank>\s?)(?P<scale>{_SCALE})?(?P<second>余|多(?!个|种))?(?P<plus>\+)?",
        re.IGNORECASE,
    ).match(text, end)
    if found is None:
        return "", "", end
    scale = found["scale"] or ""
    is_word = scale.isascii() and text[found.end("scale") : found.end("scale") + 1].isalpha()
    if not scale or is_word:
        first = found["first"] or ("+" if text[end : end + 1] == "+" else "")
        return first, "", end + len(first)
    return found["first"] or found["second"] or found["plus"] or "", scale, found.end()


def _unit(text: str, end: int, counter: re.Pattern[str]) -> tuple[str, int, bool]:
    for pattern, unit in _NOUN_UNITS:
        if found := pattern.match(text, end):
            below = _BELOW.match(text, found.end())
            return unit + (_compact(below[0]) if below else ""), below.end() if below else found.end(), True
    if found := counter.match(text, end):
        below = _BELOW.match(text, found.end())
        return found[0].strip() + (_compact(below[0]) if below else ""), below.end() if below else found.end(), True
    return "", end, False


def _compact(below: str) -> str:
    return (
        re.sub(r"\s|平方米", lambda found: "m2" if found[0] == "平方米" else "", below)
        .replace("㎡", "m2")
        .replace(".", "·")
    )


def _is_within_word(text: str, begin: int, word: str) -> bool:
    """Tell whether a wording is the tail of another word: 最近, 附近, 许多."""
    return (
        bool(word)
        and text[max(begin - 1, 0) : begin] in ("最", "附", "远", "靠", "邻", "合", "签", "节", "大")
        and word in "近约"
    )


def _direction(text: str, begin: int, end: int, unit: str) -> tuple[int, bool, int]:
    """Return the sign that words beside a number give it, whether it is a change, and where it begins with them."""
    if found := _MINUS.search(text, max(0, begin - 8), begin):
        return -1, False, found.start()
    found = _DIRECTION.search(text, max(0, begin - 40), begin)
    if found and not re.match(r"higher|lower|cut", found[0], re.IGNORECASE):
        return (-1 if found["fall"] else 1), True, found.start()
    if unit in (PERCENT, POINTS, TIMES) and (found := _AFTER.match(text, end)):
        return (-1 if found["fall"] else 1), True, begin
    return 1, False, begin


def _is_of_base(text: str, begin: int, end: int) -> bool:
    return bool(re.match(r"增长到|增加到", text[begin : begin + 3]) or _TIMES_OF.match(text, end))


def _range(upper: str, low: Statement, scale: str, unit: str) -> Statement:
    high = state(upper.replace(",", ""), scale.lower() if scale else "", "", is_percent=unit in (PERCENT, POINTS))
    size = SCALES[scale.lower()] if scale else 1
    return replace(low, upper=high.number, kind="between" if size else low.kind)
