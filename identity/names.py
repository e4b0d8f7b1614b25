"""Names of buildings: what belongs to the name, what to the part of the building, and what they may stand beside.

银河大厦A座 is the part A of 银河大厦; in 银河小学 nothing of 银河大厦 is meant.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Side = Literal["in", "beside", "unsure", "other"]
"""What the words around a name say of the place: in the building, beside it, perhaps in it, something else."""

_UNIT = (
    r"\(?(?:(?P<zone>(?:[a-z]\d?|\d{1,2}|[东南西北]{1,2}|中)区|\d{1,2}期(?=$|[\da-z(),第负地首底东南西北]))"
    r"|(?P<letter>[a-z]\d?)(?:座|栋|幢|塔|馆|号?楼)|(?P<tower>[t塔]\d)(?!\d)(?:办公楼|写字楼)?"
    r"|(?P<number>\d{1,3})(?:座|栋|幢|号楼|号塔|号馆)"
    r"|(?P<side>[东南西北主副甲乙丙丁]|东南|东北|西南|西北)(?:座|塔楼?|配?楼))\)?"
)
"""A part of a building or of an estate. A zone or a phase holds buildings: 3区 is not 3号楼, B区 is not B座."""
_UNIT_AT_END = re.compile(rf"{_UNIT}$")
_UNIT_NEXT = re.compile(_UNIT)
_LETTER_ROOM = re.compile(r"\(?(?P<letter>[a-z])(?:$|[-)]|(?=\d{3}))")
_SEVERAL_UNITS = re.compile(r"\(?(?:[a-z0-9]{1,2}座?[,和及与/-])+[a-z0-9]{1,2}(?:座|栋|幢|号楼)")

_ENDING = re.compile(
    r"(?:大厦|商厦|大楼|写字楼|办公楼|综合楼|商务楼|科技楼|科研楼|研发楼|广场|中心|饭店|宾馆|酒店|国际|商城|购物中心|会馆|公馆"
    r"|公寓|孵化器|soho|mall|[园区]|基地|(?:数码|电子|科技|汽车|建材|家居|金融|创业|软件|购物)城|天地|[^一二三四五六七八九十\d]楼|[座塔厦])$"
)
_PARK = re.compile(
    r"(?:园区|(?:科技|科学|产业|工业|创业|创意|软件|物流|孵化|文创|文化|信息|总部|电商|商务|金融|医药|生物|留学生?|动漫|数字|智能|智造|智慧"
    r"|双创|众创|贸易|示范|创新|高新|高科技|技术|研发|设计|传媒|影视|食品|轻工|机电|电子|服务业?|生态|环保|机器人|人工智能)园"
    r"|(?:中关村|科技园区)[\u4e00-\u9fff]{2,4}园|(?:开发|工业|保税|高新|商务|功能|示范)区|(?:产业|创业|创新|孵化|文创|示范|研发|生产|创意|科技|科研|总部)基地)$"
)
_SEVERAL_WORDS = re.compile(r"[\u4e00-\u9fff]{4,}")
_LATIN = re.compile(r"[0-9a-z]+")
_GENERIC = re.compile(
    r"(?:大厦|商厦|大楼|写字楼|办公楼|综合楼|商务楼|科技楼|科研楼|研发楼|主楼|副楼|配楼|附楼|广场|中心|饭店|宾馆|酒店|国际|商城|公寓|园区"
    r"|科技|商务|商业|综合|服务|办公|贸易|金融|文化|科研|行政|产业|工业|开发|经济|技术|创业|创意|创新|研发|高新|购物|信息|基地|孵化器?|企业|总部"
    r"|[东南西北中主副新老大小楼座栋幢园区号院第期塔馆层甲乙丙丁]|[0-9()-]|(?<![a-z])[a-z](?![a-z]))*"
)


@dataclass(frozen=True, slots=True)
class Name:
    """A name, taken apart: the building's own name and the part meant, empty where the name means the whole."""

    base: str
    unit: str
    is_zone: bool = False
    """The part is a zone or a phase (B区, 二期) and no building."""

    @property
    def is_weak(self) -> bool:
        """Whether it tells nothing apart by itself: A座, 办公楼, 商务中心."""
        return _GENERIC.fullmatch(self.base) is not None

    @property
    def is_nothing(self) -> bool:
        """Whether even the whole of it tells nothing: A座, 8号楼, 产业园."""
        return self.is_weak and _SEVERAL_WORDS.fullmatch(self.base) is None

    @property
    def is_bare(self) -> bool:
        """Whether it lacks a building's ending, so that schools and streets may bear it too: 银河."""
        return not self.unit and _ENDING.search(self.base) is None

    @property
    def is_long(self) -> bool:
        """Whether namesakes are unlikely: at least four characters before the ending."""
        return len(_LATIN.sub("x", _ENDING.sub("", self.base))) >= 4

    @property
    def is_park(self) -> bool:
        """Whether it names an area that holds buildings, not one of them."""
        return (not self.unit or self.is_zone) and _PARK.search(self.base) is not None


_NUMBERED_ALONG = re.compile(r"(?:[号院路街道巷里村弄]|胡同|小区|社区|家属区)$")
"""What is no building's name: its houses have numbers, and each is a building of its own."""


def split_name(key: str) -> Name:
    """Take a plain name apart; the part stays in the name where nothing else would tell it apart."""
    found = _UNIT_AT_END.search(key)
    if found is None:
        return Name(key, "")
    whole = Name(key[: found.start()], _unit(found), bool(found["zone"]))
    return Name(key, "") if whole.is_weak or _NUMBERED_ALONG.search(whole.base) else whole


_FORMERLY = re.compile(r"(?:原名?|曾用名|又名|别名|亦称|简称|即|旧称)")
_IN_BRACKETS = re.compile(r"([^()]+)\(([^()]+)\)")
_UNITS_AT_END = re.compile(r"(?P<units>(?:[a-z0-9]{1,2}[座栋幢]?[,和及与-])+[a-z0-9]{1,2})(?P<kind>座|栋|幢|号楼)$")
_MOST_UNITS = 40


def implied(key: str) -> Iterator[str]:
    """Yield the names that a register's plain name implies: several in one cell, 原… in brackets, A,B座 one by one."""
    plain = key.replace("(", "").removesuffix(")")
    if several := _UNITS_AT_END.search(plain):
        base, kind = plain[: several.start()], several["kind"]
        whole = Name(base, "")
        if not whole.is_weak:
            yield from ([] if whole.is_bare else [base])
            yield from (f"{base}{unit}{kind}" for unit in _units(several["units"]))
        return
    bracketed = _IN_BRACKETS.fullmatch(key)
    if bracketed and not split_name(key).unit:
        name, note = bracketed.groups()
        yield from (one for one in (name, _FORMERLY.sub("", note, count=1)) if one == name or _FORMERLY.match(note))
    elif all(_ENDING.search(one) and not Name(one, "").is_weak for one in key.split(",")):
        yield from key.split(",")


_WHAT_IT_IS = re.compile(
    r"(?:大厦|商厦|大楼|写字楼|办公楼|综合楼|商务楼|广场|购物中心|中心|饭店|宾馆|大?酒店|公寓)$"
    r"|(?:国际|商务|科技|文化|创意|金融|创业)+$"
)
_NO_BUILDING = re.compile(r"(?:银行|公司|集团|学院|大学|医院|[园苑府庭居里])$")
_LEAST_SHORT = 4


def shortened(key: str) -> Iterator[str]:
    """Yield a plain name without the words that tell what it is: 盛和国际 for 盛和国际广场.

    None where little remains, or what remains is the name of an organisation or of an estate.
    """
    name = split_name(key)
    base, part = name.base, key[len(name.base) :]
    while (short := _WHAT_IT_IS.sub("", base)) != base and len(short) >= _LEAST_SHORT:
        if not Name(short, "").is_weak and not _NO_BUILDING.search(short):
            yield short + part
        base = short


def _units(told: str) -> Iterator[str]:
    """Yield the parts that A,B or 1-3 tells of."""
    first = last = ""
    for sign, unit in re.findall(r"(^|[,和及与-])([a-z0-9]{1,2})", told):
        first, last = last, unit
        if sign == "-" and first.isdigit() and unit.isdigit() and int(first) < int(unit) < int(first) + _MOST_UNITS:
            yield from map(str, range(int(first) + 1, int(unit)))
        yield unit


def next_unit(rest: str, *, may_be_room: bool) -> tuple[str, int]:
    """Return the part of the building named next, and how many characters that takes.

    "?" for several parts. ``may_be_room``: read A1201 as a room of part A.
    """
    if _SEVERAL_UNITS.match(rest):
        return "?", 0
    found = _UNIT_NEXT.match(rest) or (_LETTER_ROOM.match(rest) if may_be_room else None)
    if found is None:
        return "", 0
    end = found.end() if found["letter"] is None or found.re is _UNIT_NEXT else found.end("letter")
    return _unit(found), end


def is_later_phase(unit: str) -> bool:
    """Tell whether a part is what was built later, which need not be the building of that name."""
    return unit.endswith("期") and unit != "1期"


def _unit(found: re.Match[str]) -> str:
    """Return the one spelling of a part: A栋 and A座 are a, 03号楼 is 3, 塔2 is t2."""
    kind, text = next((kind, text) for kind, text in found.groupdict().items() if text)
    if kind == "number":
        return text.lstrip("0")
    return text.replace("塔", "t") if kind == "tower" else text


_BESIDE = re.compile(
    r"(?:[的以之正]|正对)?(?:[东南西北]{1,2}(?:侧|边|面|口|角|首|邻|头|外|院墙|行|走|约?\d+米|的|$|[),])|旁|侧|附近|对[面过]"
    r"|斜对|周边|周围|四周|邻近|隔壁|门口|门前|门外|路口|路边|外(?![卖贸联墙立语企]|国)|后身|后面|后院|后侧|后(?![勤台厨厅楼座])|前(?![台厅楼座])"
    r"|之间|中间(?!楼|层|单元)|一带|约?\d+米|[往向][东南西北]|公交|地铁|车站|站(?!点)|背后|相邻|毗邻|[围院]墙|马路|[十丁]字路口|[东南西北围院]*墙外|[a-z]?\d*出入?口"
    r"|楼(?:后|前(?!台)|[东南西北]{1,2}(?:侧|边|面|头|口|$|[),]))|停车场?[东南西北旁对]"
    r"|[与和跟及至到、,-][^,]{2,16}?(?:之间|中间))"
)
_SIDE_WITHIN = re.compile(
    r"[东南西北]{1,2}侧(?:楼|\d+室|\d+层(?!小楼|楼房|平房)|[大前]?厅|底商|裙[楼房]|配楼|商铺|门面|单元)"
)
"""The east side of its second floor, or a house of two floors on its east side."""
_ROADSIDE = re.compile(r"路[东南西北](?![\u4e00-\u9fff]{0,4}\d+号)")
_GATE = re.compile(r"[东南西北]{1,2}门|[正大侧后]门")
_OTHER = re.compile(
    r"(?:大?街|路(?!口|边)|大道|胡同|巷|桥|村|社区|小区|家园|花园|大学|学院|医院|公园|[东南西北][里街路]|[前后中]街"
    r"|(?:附属|实验|中心|国际|双语|外国语|第?[\d一二三四五六七八九十])*(?:小学|中学|学校|幼儿园)"
    r"|[\d一二三四五六七八九十]+(?:期|里|号院)|居委会|派出所|街道)"
)
_INSIDE = re.compile(
    r"$|[),]|-?[a-z]?-?\d|[a-z](?![\u4e00-\u9fff]{2}|[a-z]{2})|[a-z]单元|[东南西北]\d|特\d|[一二三四五六七八九十]+[,层]|负|地下|地库|地上|首层|底层|顶层|底商|夹层|第\d|[内里]|院内|楼[内上下道梯顶]|大堂|大厅|前台|电梯"
    r"|物业(?!管理)|车库|停车|卫生间|厕所|会议室|办公[室用]|食堂|餐厅|天台|屋顶|外墙|外立面|幕墙|机房|走廊|楼$|[东南西北中]区|[a-z]区"
    r"|复式|跃层|[整全][层栋幢部楼]|半地下|设备层|多功能厅|临街|商铺|门[面脸]|裙房|写字间|值班室|配电室|公寓\d"
)
_SUB_BUILDING = re.compile(
    r"(?:综合|服务|办公|商务|商业|写字|贵宾|宾客|客房|公寓|主|副|附|配|裙|东|南|西|北|中|前|后|新|老|旧|大|小|科研|研发|培训|行政"
    r"|业务|营业|会议|餐饮|娱乐|康乐|购物|住宅|中央|第|[甲乙丙丁]|[a-z0-9一二三四五六七八九]|号)+(?:楼|座|塔|翼|部|厅|馆|中心|区|段|院)(?![\u4e00-\u9fff]{0,6}(?:公司|医院|学校))"
)
_STRUCTURED = re.compile(r"$|[(),]|-?\d|[a-z]?\d*(?:座|栋|幢|层|区|馆)|负|地下|首层|底商|[内里](?![\u4e00-\u9fff])")


def after(rest: str, *, is_bare: bool, is_park: bool = False) -> Side:
    """Tell what the words after a name, and after the part of it, say of the place.

    A park holds streets and buildings, so whatever follows its name lies in it.
    """
    rest = rest.removeprefix("的")
    if rest.startswith("("):
        inner, _, outer = rest[1:].partition(")")
        if _BESIDE.match(inner) or (outer and _BESIDE.match(outer)):
            return "beside"
        return "in"
    if rest.startswith(")"):
        return "beside" if _BESIDE.match(rest[1:]) else "in"
    gate = _GATE.match(rest)
    if gate:
        return "beside" if _BESIDE.match(rest[gate.end() :]) and rest[gate.end() :] else "in"
    if not is_bare and _ROADSIDE.match(rest):
        return "beside"
    if _OTHER.match(rest):
        return "other"
    if rest and _BESIDE.match(rest):
        return "unsure" if _SIDE_WITHIN.match(rest) else "beside"
    if is_bare:
        return "in" if _STRUCTURED.match(rest) else "other"
    return "in" if is_park or _INSIDE.match(rest) or _SUB_BUILDING.match(rest) else "unsure"


_LINK = re.compile(
    r"(?:位于|坐落于|坐落在|地址|住所|经营场所|营业场所|办公地点|办公场所|所在地|现址|现[在为]?|迁至|搬至|地处|在|即|及|和|与|[的于至到去从往:,(])$"
)
_FORMER = re.compile(r"(?:^|[(,)号层楼室区县0-9])(?:原名?|原址为?|原为|曾用名|旧[名称]|前身为?)$")
_NEAR = re.compile(r"(?:距离?|(?<![附分隔])离|(?<![附最新邻远])近|毗邻|临近|邻近|紧邻|靠近|紧靠|挨着|对面是|旁边是)$")
_PART_END = re.compile(
    r"(?:[省市区县镇乡村旗路街道巷弄号楼座栋幢层室内侧旁口米)(,0-9#]|(?<!学)院|号[甲乙丙丁]|胡同|单元"
    r"|[分支](?:公司|行|局)|营业部"
    r"|(?<=[路街口号桥站])[东南西北]{1,2}|[对东西南北]面|街道|(?<![a-z])[a-z]\d*)$"
)
_LAST_PART = re.compile(r".*(?:[省市区县镇乡旗路街巷弄号院楼座栋幢层室侧)(,0-9]|街道|大道|胡同)")
_PLACE_END = re.compile(r"(?:[园苑里庄处坨屯营桥站坟堡湾坡岭洼沟井庙寺铺]|家属院|厂)$")


def before(text: str, known: frozenset[str]) -> Side | Literal["former"]:
    """Tell what the words before a name say: whether the name begins there or is the tail of a longer one.

    ``known`` holds stems of places in the district (八大处, 古城): they may stand before a name without an ending.
    """
    if _FORMER.search(text):
        return "former"
    if _NEAR.search(text):
        return "beside"
    trimmed = _LINK.sub("", text)
    if not trimmed or trimmed != text or _PART_END.search(text):
        return "in"
    tail = _LAST_PART.sub("", text)
    return "in" if _is_place(tail, known) else "unsure"


def _is_place(tail: str, known: frozenset[str]) -> bool:
    if not tail or (len(tail) >= 3 and _PLACE_END.search(tail)):
        return True
    return any(tail.startswith(stem) and _is_place(tail[len(stem) :], known) for stem in known if stem)
