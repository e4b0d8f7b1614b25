"""What a Chinese address says: which district, which road and house number (SPEC 3.2, 5: B-IDN-08, B-ADM-01).

An address runs from the large to the small: province, city, district, street or township, road and house number
(甲22号, 22-24号, 22号院), building, block or unit, floor, room. Nothing separates the parts, so only what a part
ends in tells them apart.
"""

import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from common.script import simplified
from common.text import clean

_BRACKETS = str.maketrans("[]{}〔〕【】《》<>", "()()()()()()")
_BLANK = re.compile(r"(?<=[0-9a-z]) (?=[0-9a-z])")
_SEPARATORS = re.compile(r"[、;。,|/\\]+")
_NOISE = re.compile(r"[\s·•・._:'\"“”‘’]+")
_DASHES = re.compile(r"[—–―~∼-]+|(?<=[0-9])[至到](?=[0-9])")
_NUMERAL = re.compile(r"[〇零一二三四五六七八九十百]+(?=号|层|楼|栋|幢|座|单元|室|期|区|#)")
_BRACKETED_PHASE = re.compile(r"\((\d{1,2}期)\)")
_DIGITS = {character: at for at, character in enumerate("零一二三四五六七八九")} | {"〇": 0}


@lru_cache(1 << 17)
def plain(text: str) -> str:
    """Return the form in which two spellings of one place compare equal.

    NFKC, simplified, lower case; numbers before 号, 层, 楼, 座 … in digits; # read as 号; blanks and dots gone,
    separators a comma, brackets round.
    """
    key = simplified(clean(text)).translate(_BRACKETS).casefold()
    key = _SEPARATORS.sub(",", _BLANK.sub(",", key))
    key = _DASHES.sub("-", _NOISE.sub("", key))
    key = _NUMERAL.sub(lambda numeral: str(_number(numeral[0])), key)
    key = _BRACKETED_PHASE.sub(r"\1", key)
    return re.sub(r"号+", "号", re.sub(r"(?<=[0-9])#", "号", key)).strip(",")


def _number(numeral: str) -> int | str:
    """Return the value of 二十二, 一百〇三 or 二二; what is no such number stays."""
    if not set(numeral) & set("十百"):
        return "".join(str(_DIGITS[character]) for character in numeral)
    total, digit = 0, None
    for character in numeral:
        if character in _DIGITS:
            digit = _DIGITS[character] or None
        else:
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = None
    return total + (digit or 0)


@dataclass(frozen=True, slots=True)
class House:
    """A house number: what stands before it, the numbers it spans, 甲 or 乙, the part after a hyphen."""

    road: str
    numbers: frozenset[int]
    mark: str
    part: str
    text: str

    @property
    def is_on_road(self) -> bool:
        return _ROAD.search(self.road) is not None

    @property
    def is_in_building(self) -> bool:
        """Whether it is the number of a room (银河大厦4191号)."""
        return _BUILDING.search(self.road) is not None


_BUILDING = re.compile(r"(?:[厦楼座馆]|广场|中心|饭店|酒店|国际|公寓)$")
_ROAD = re.compile(r"(?:[路街道巷弄条]|胡同)$")
_HOUSE = re.compile(
    r"(?P<mark>[甲乙丙丁戊己庚辛])?(?P<first>\d{1,4})(?P<more>(?:[-,]\d{1,4})*)号?(?:-(?P<last>\d{1,4}))?号"
    r"(?P<mark_after>[甲乙丙丁戊])?(?!楼|桥|线|门|库|厅|写字|办公|公寓|厂房|商业|综合)"
)
_PART_ENDS = re.compile(
    r"[省县镇乡旗,)(号]|(?<![小社])区|市(?!场)|街道(?!\d)|办事处|村(?=[\u4e00-\u9fff]{2,}(?:[路街巷]|胡同))"
)


def houses(text: str) -> tuple[House, ...]:
    """Return the house numbers in a plain text that follow a name; a number of a building or room is none."""
    return tuple(_houses(text))


def _houses(text: str) -> Iterator[House]:
    for found in _HOUSE.finditer(text):
        before = text[max(0, found.start() - 16) : found.start()]
        road = _PART_ENDS.split(before)[-1]
        if not road or not "\u4e00" <= road[-1] <= "\u9fff" or road[-1] in "层楼座栋幢室第":
            continue
        first, more, last = int(found["first"]), found["more"], found["last"]
        numbers, part = _span(first, f"{more}-{last}" if last else more)
        mark = found["mark"] or found["mark_after"] or ""
        yield House(road, numbers, mark, part, f"{road}{found[0]}")


def _span(first: int, more: str) -> tuple[frozenset[int], str]:
    """Read what follows a first number: 22-24 spans numbers of one side of the road, 14-3 is a part of 14."""
    numbers, part, last = {first}, "", first
    for sign, digits in re.findall(r"([-,])(\d+)", more):
        value = int(digits)
        if sign == ",":
            numbers.add(value)
        elif last < value <= last + 60:
            numbers.update(range(last, value + 1, 2 if (value - last) % 2 == 0 else 1))
        else:
            part = digits
        last = value
    return frozenset(numbers), part


def same_house(one: House, other: House) -> bool:
    """Tell whether two house numbers on one road can mean one house: 甲22 is not 22, 22-24 meets 22."""
    is_part = one.part == other.part or not one.part or not other.part
    return one.mark == other.mark and bool(one.numbers & other.numbers) and is_part


_TELLS_APART = re.compile(r"[0-9a-z甲乙丙丁东南西北]")


def tells_apart(one: str, other: str) -> bool:
    """Tell whether two words differ in a digit, a letter, a direction or 甲, or in where such a one stands in them."""
    differing = (Counter(one) - Counter(other)) + (Counter(other) - Counter(one))
    odd = "".join(differing) or "".join(left for left, right in zip(one, other, strict=True) if left != right)
    return _TELLS_APART.search(odd) is not None


def is_short_for(short: str, full: str) -> bool:
    """Tell whether a road's name is another's, some of it left out: 建外大街 for 建国门外大街."""
    rest = iter(full)
    is_part = len(short) > 2 and all(character in rest for character in short)
    return is_part and short[-1] == full[-1] and not tells_apart(short, full)


def may_be_one_road(one: str, other: str) -> bool:
    """Tell whether two names can be one road's, one of them shorter or with a slip."""
    short, full = sorted((one, other), key=len)
    if full.endswith(short) or is_short_for(short, full):
        return True
    return OSA.distance(short, full, score_cutoff=1) == 1 and not tells_apart(short, full)


@dataclass(frozen=True, slots=True)
class Locality:
    """The city and the district that an address begins with; empty where it does not say."""

    city: str
    district: str
    end: int
    """How many characters of the plain text they take."""


_CITY = r"(?<!超)市(?!场|政|民|口|网|发|胡同|大[街厦]|广场|花园|家园|公寓|商[务业]|[东南西北]?[里街路])"
"""The end of a city's name; not that of 灯市口, 骡马市大街, 城市广场, 超市."""
_ADMIN = re.compile(
    r"(?:中华人民共和国|中国)?(?P<province>[\u4e00-\u9fff]{2,7}?(?:省|自治区))?"
    rf"(?P<city>(?:(?![区县旗市])[\u4e00-\u9fff]){{2,8}}?(?:{_CITY}(?!中区)|自治州|(?<!地)盟))?"
    r"(?P<district>[\u4e00-\u9fff]{1,9}?(?:自治县|区|县(?![路街前])|旗(?![路街大镇乡村里杆营庄班舰]|胡同)"
    rf"|(?<=[\u4e00-\u9fff]{{2}}){_CITY}))?"
)
_NO_DISTRICT = re.compile(
    r"(?:[园小厂社校街片库景院务地]|开发|工业|高新|技术|保税|中心|试验|实验|示范|贸易|合作|功能|度假|管理"
    r"|生活|宿舍|办公|家属|住宅|别墅|商业|生产|仓储|物流|居住|居民|公共|停车|服务|棚户|休息|候车|经济|保护"
    r"|[东南西北中前后新]|\d|^.)区$"
)
_ENDS_OF_TWO = tuple("东南西北中")
"""What a city's district of two characters may end in (渝北区, 吴中区), and no longer one: 杨庄北区 is a compound."""
_STREET_PART = re.compile(r"[路街巷号村楼园]")
_REAL_DIRECTION = re.compile(
    r"浦东新区$|^(?:淮阴|市中|城中|城东|城西|城北|城南|江东|江北|河东|河北|河西|湖北|海东|滨海新|雄安新)区$"
)
_BRANCH = re.compile(r"(?:分公司|支公司|支行|分行|分店|分部|分局|分校|分院|支队|医院|法院|委员会)")


@lru_cache(1 << 16)
def locality(text: str) -> Locality:
    """Read city and district off the beginning of a plain text.

    A district must look like one: 八大处高科技园区, 杨庄北区 and 工业区 are none.
    """
    found = _ADMIN.match(text)
    if found is None:
        return Locality("", "", 0)
    city, district = found["city"] or "", found["district"] or ""
    end = found.end()
    stem = district[:-1]
    is_real = _REAL_DIRECTION.search(district) or (city and (len(stem) == 1 or stem[1:] in _ENDS_OF_TWO))
    is_odd = (_NO_DISTRICT.search(district) or _STREET_PART.search(stem)) and not is_real
    if district and (is_odd or len(stem) > (7 if city else 5) or _BRANCH.match(text, end)):
        district, end = "", found.end("city") if city else found.end("province") if found["province"] else 0
    return Locality(city, district, end)


def districts_named(text: str, known: Collection[str]) -> list[tuple[int, str]]:
    """Return where a plain text names one of the known districts in full, a branch office's name not counted."""
    found = []
    for name in known:
        at = text.find(name)
        while at >= 0:
            if not _BRANCH.match(text, at + len(name)):
                found.append((at, name))
            at = text.find(name, at + 1)
    return sorted(found)
