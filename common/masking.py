"""Personal data inside text that is not itself personal: found by form and check digit, replaced by a mark (B-BIZ-13).

What has no form of its own, a name that stands nowhere near a word such as 联系人, is not found. Columns that hold
such text are therefore of class S4 and are hidden whole; masking is for everything else that people write into.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from common.codes import is_credit_code, is_registration_number, organisation_code
from common.text import clean

MOBILE, TELEPHONE, RESIDENT, EMAIL, CARD, NAME = "[手机]", "[电话]", "[身份证]", "[邮箱]", "[卡号]", "[姓名]"

SUSPECT = (
    r"\d(?:[ ()-]{0,2}\d){6,}|@|[联聯]系|姓名|[映访诉电办责事表约系]人|业主|户主|先生|女士|小姐|同志|师傅|我叫|名叫"
    r"|(?i:contact|caller|name)"
)
"""Matches every cleaned text in which anything is masked, and many others: a quick first look."""

SUSPECT_CODE = (
    r"(?:^|[^0-9A-Z])(?:(?:00)?86-?)?1[3-9][0-9]-?[0-9]{4}-?[0-9]{4}(?:[^0-9A-Z]|$)"
    r"|[1-8][0-9]{5}-?(?:18|19|20)[0-9]{2}(?:0[1-9]|1[0-2])[0-3][0-9]-?[0-9]{3}[0-9X]"
    r"|(?:^|[^0-9A-Z.])0[1-9][0-9]{1,2}-?[2-9][0-9]{2,3}-?[0-9]{4}|(?:^|[^0-9A-Z.])[48]00-"
    r"|(?:^|[^0-9A-Z])62[0-9]{2}(?:-?[0-9]{4}){3}(?:-?[0-9]{1,3})?(?:[^0-9A-Z]|$)"
)
"""The same for codes of capital letters, digits, hyphens, dots and strokes, of which hardly any is suspicious."""

_SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖萧田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪"
    "范金石廖贾夏韦付傅方白邹孟熊秦邱江尹薛闫阎段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤温康施文牛樊葛邢安齐易乔伍庞颜倪"
    "庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳管柴蒙鲍华喻祁蒲房滕"
    "屈饶解牟艾尤阳时穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫"
)
_COMPOUND = "欧阳|上官|司马|诸葛|司徒|东方|独孤|南宫|皇甫|慕容|尉迟|长孙|令狐|夏侯|公孙|端木"
_HAN = "[\u4e00-\u9fff]"
_TITLES = "先生|女士|小姐|同志|师傅|阿姨|大爷|老师"
_LABELS = "联系人|姓名|反映人|来访人|来电人|诉求人|投诉人|经办人|负责人|当事人|代表人|预约人|业主|户主|我叫|名叫"
_STOPS = re.compile(
    "(?:联系|电|手机|身份|号码|反映|表示|来电|投诉|要求|希望|先生|女士|小姐|同志|师傅|微信|邮箱|地址|住址|称|说|在|的|是|为|已|未|和|与)"
)
_NOBODY = re.compile("不详|保密|匿名|未知|未填|不明|同上|暂无|没有|无|见附")

_FULL_NAME = rf"(?:(?:{_COMPOUND})|[{_SURNAMES}]){_HAN}{{1,2}}(?:·{_HAN}{{1,8}})*"
_LATIN = r"[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3}"
_TO_NAME = (
    rf"(?:{_LABELS})(?:(?:电话)?\s*(?:[:：是为]|\s)\s*(?P<said>{_HAN}{{2,4}}(?:·{_HAN}{{1,8}})*|{_LATIN})"
    rf"|(?P<bare>{_FULL_NAME}))"
)
_ENGLISH = r"(?i:contact|caller|name)\s*[:=]"
_LABELLED = re.compile(rf"{_TO_NAME}|\b{_ENGLISH}\s*(?P<english>{_LATIN}|{_HAN}{{2,4}})")
_FURTHER = re.compile(
    rf"\s*(?:[、,;/]|和|及)\s*(?P<said>{_FULL_NAME})(?=[^\u4e00-\u9fff]|$|反映|电话|来电|联系|手机|表示|要求|称|等)"
)
"""Another name behind a labelled one: 联系人:张三、李四."""

_TO_TITLE = rf"(?P<said>(?:(?:{_COMPOUND})|[{_SURNAMES}]){_HAN}{{0,2}}?)"
_TITLED = re.compile(rf"{_TO_TITLE}(?=(?:{_TITLES}))")

_DATE8 = r"(?:18|19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_DATE6 = r"\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])"
_RESIDENT18 = re.compile(rf"(?<![0-9A-Za-z])([1-8]\d{{5}})[ -]?({_DATE8})[ -]?(\d{{3}}[0-9Xx])(?![0-9A-Za-z])")
_RESIDENT15 = re.compile(rf"(?<![0-9A-Za-z])[1-8]\d{{5}}{_DATE6}\d{{3}}(?![0-9A-Za-z])")
_CARD = re.compile(r"(?<![0-9A-Za-z])(?:\d{4}[ -]?){3}\d{4}(?:[ -]?\d{1,3})?(?![0-9A-Za-z])")
_AMOUNT = r"(?!\.\d)(?!\s*(?:[元万亿㎡吨份]|平方|m2))"
_MOBILE = re.compile(r"(?<![0-9A-Z.])(?:(?:\+|00)?86[ -]?)?1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?![0-9A-Z])" + _AMOUNT)
_TELEPHONE = re.compile(
    r"(?<![0-9A-Za-z.])(?:(?:\+|00)86[ -]?)?"
    r"(?:\(0?(?:10|2\d|[3-9]\d{2})\)\s?|0(?:10|2\d|[3-9]\d{2})[ -]?)[2-9]\d{2,3}[ -]?\d{4}"
    r"(?:\s?(?:转|-|分机|ext\.?|x)\s?\d{1,6})?(?![0-9A-Za-z])"
    r"|(?<![0-9A-Za-z.])[48]00-\d{3,4}-?\d{3,4}(?![0-9A-Za-z])"
    r"|(?<=电话|座机|致电|拨打)(?:号码)?\s*[::]?\s*[2-9]\d{6,7}(?:\s?(?:转|-|分机)\s?\d{1,6})?(?![0-9A-Za-z])"
)
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
_ABOUT_A_PERSON = re.compile(r"身份证|证件|公民身份")
_ABOUT_A_CARD = re.compile(r"卡号|账号|帐号|银行")
_TO_PAPER = r"(?:工单|单号|编号|凭证|票号|文号|订单|合同)\S{0,3}"
_ABOUT_A_PAPER = re.compile(rf"{_TO_PAPER}$")
_SUSPECT = re.compile(SUSPECT)

_PLAIN_MOBILE = "1[3-9][0-9]{9}"
_APART = r"(?:^|[^0-9 ()-])\(|^|[^0-9A-Za-z.+ ()-]"
_DIGITS = r"[0-9](?:[ ()-]{0,2}[0-9]){6,}"
"""So many digits, and no fewer, may be a number of a person."""

_LONE_MOBILE = rf"(?:{_APART}){_PLAIN_MOBILE}(?:$|[^0-9A-Za-z.元万亿㎡吨份平 ()-]|\)(?:$|[^0-9 ()-]))"
_LONE_NUMBER = rf"(?:{_APART})[01][0-9]{{6,7}}(?:$|[^0-9A-Za-z. ()-])"
"""A mobile number, and one that is nobody's, with nothing around it that could belong to it or to a neighbour."""


@dataclass(frozen=True, slots=True)
class Masked:
    """A text without the personal data that were found in it, and in how many places they stood."""

    text: str
    places: int = 0


@lru_cache(1 << 14)
def mask(text: str, *, is_prose: bool = True) -> Masked:
    """Replace telephone and resident numbers, e-mail addresses, bank cards and marked names (B-BIZ-13).

    Text in which nothing is found comes back as it is, else in its clean form with marks such as [手机]. What is
    no prose may be the name of a shop or a street, in which 王先生 is nobody.
    """
    plain = clean(text)
    if not _SUSPECT.search(plain):
        return Masked(text)
    places = 0
    for find in (*_FINDERS, _titled_names) if is_prose else _FINDERS:
        found = list(find(plain))
        places += len(found)
        for start, end, mark in reversed(found):
            plain = plain[:start] + mark + plain[end:]
    return Masked(plain, places) if places else Masked(text)


def plain_places(cleaned: pl.Series) -> pl.Series:
    """Count in how many places :func:`mask` finds something in cleaned prose; null where only it can tell.

    What it can be told for has no digits but few, or in mobile numbers that stand alone, and no mark of a name.
    """
    text = pl.lit(cleaned)
    named = (_TO_NAME, _ENGLISH, f"{_TO_TITLE}(?:{_TITLES})", rf"{_TO_PAPER}{_PLAIN_MOBILE}", "@")
    mobiles = text.str.count_matches(_LONE_MOBILE)
    is_plain = text.str.count_matches(_DIGITS) == mobiles + text.str.count_matches(_LONE_NUMBER)
    is_plain &= ~pl.any_horizontal(text.str.contains(pattern) for pattern in named)
    found = pl.when(~text.str.contains(SUSPECT)).then(0).when(is_plain).then(mobiles)
    return pl.select(found.cast(pl.Int64)).to_series()


def without_personal_data(text: str) -> str:
    """Return a text with the personal data in it masked."""
    return mask(text).text


def is_name(text: str) -> bool:
    """Tell whether a text is a Chinese name and nothing else, as far as its form can tell."""
    return re.fullmatch(_FULL_NAME, clean(text)) is not None


def beginning(text: str, size: int = 200) -> str:
    """Return the beginning of a text, masked before it is cut: half a number would not be recognised as one."""
    return without_personal_data(text)[:size]


def resident_check(first_17: str) -> str:
    """Return the check symbol of an 18-character resident number (GB 11643, ISO 7064 mod 11-2)."""
    return "10X98765432"[sum(int(digit) * pow(2, 17 - place, 11) for place, digit in enumerate(first_17)) % 11]


def is_old_resident_number(number: str) -> bool:
    """Tell whether 15 digits can only be a natural person's: a day of birth, and no check digit of an enterprise."""
    if not _RESIDENT15.fullmatch(number):
        return False
    return not is_registration_number(number) and organisation_code(number[6:14]) != number[6:]


_Found = Iterator[tuple[int, int, str]]


def _emails(text: str) -> _Found:
    return ((match.start(), match.end(), EMAIL) for match in _EMAIL.finditer(text))


def _resident_numbers(text: str) -> _Found:
    for match in _RESIDENT18.finditer(text):
        number = "".join(match.groups()).upper()
        is_right = resident_check(number[:17]) == number[17]
        if is_right or _ABOUT_A_PERSON.search(text, max(0, match.start() - 10), match.start()):
            yield match.start(), match.end(), RESIDENT
    for match in _RESIDENT15.finditer(text):
        if _ABOUT_A_PERSON.search(text, max(0, match.start() - 10), match.start()):
            yield match.start(), match.end(), RESIDENT


def _cards(text: str) -> _Found:
    for match in _CARD.finditer(text):
        number = re.sub("[ -]", "", match[0])
        is_said = _ABOUT_A_CARD.search(text, max(0, match.start() - 10), match.start())
        if (number.startswith("62") or is_said) and _luhn(number) and not is_credit_code(number):
            yield match.start(), match.end(), CARD


def _luhn(number: str) -> bool:
    doubled = (int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number)))
    return sum(value - 9 if value > 9 else value for value in doubled) % 10 == 0


def _mobiles(text: str) -> _Found:
    for match in _MOBILE.finditer(text):
        if not _ABOUT_A_PAPER.search(text[max(0, match.start() - 8) : match.start()]):
            yield match.start(), match.end(), MOBILE


def _telephones(text: str) -> _Found:
    return ((match.start(), match.end(), TELEPHONE) for match in _TELEPHONE.finditer(text))


def _labelled_names(text: str) -> _Found:
    for match in _LABELLED.finditer(text):
        group = match.lastgroup or "said"
        name, start = match[group], match.start(group)
        if stop := _STOPS.search(name):
            name = name[: stop.start()]
        if len(name) > 1 and not _NOBODY.match(name):
            end = start + len(name)
            yield start, end, NAME
            while further := _FURTHER.match(text, end):
                end = further.end("said")
                yield further.start("said"), end, NAME


def _titled_names(text: str) -> _Found:
    return ((match.start(), match.end(), NAME) for match in _TITLED.finditer(text))


_FINDERS: tuple[Callable[[str], _Found], ...] = (
    _emails, _resident_numbers, _cards, _mobiles, _telephones, _labelled_names,
)  # fmt: skip
