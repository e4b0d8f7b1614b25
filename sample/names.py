"""Invented names: brands, people, telephones, resident numbers. Nobody and nothing here exists.

Brands are pairs of characters, each pair used once, so that no two enterprises or buildings are easily
mistaken for each other.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import product
from random import Random

from stdnum.cn import ric

_ENTERPRISE_HEADS = (
    "澜砚启衡昱岚霁钧泓恺煜璟沐宸瀚朔蔚颢旌漱筠聿骁瑾珩暄淳谦臻峤渥芃绮萃葳邃锦鹭麓黛榕枫梓樾槿湛澄濯灏烁焕熠翎"
)
_ENTERPRISE_TAILS = (
    "川禾岳舟庭墨鸣弦桥帆野垣渡信诚昶博联创拓维讯达通诺科锐瑞佳泰和盛元隆恒益众方圆图算数云石木青白星辰若朴巍"
    "羽帛简章典序言格致知行修齐道弈棋语墟融臣凌霄秋夏坊铭钰珂"
)
_BUILDING_HEADS = "京西北辰翠晴秀望晓曜暮远乐静松柳杏兰荷菊"
_BUILDING_TAILS = "峪岭屏台阁苑汇锋澳祥坤乾鼎润晖照岸泉溪湾"

_SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂英华玉萍红建文辉力晨雪梅兰竹宁安康乐欣怡然子涵宇轩"
_MOBILE = ("130", "131", "135", "136", "138", "139", "150", "152", "158", "159", "177", "186", "188")


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person with the personal data that office forms ask for."""

    name: str
    phone: str
    resident_no: str

    @property
    def salutation(self) -> str:
        """The way a stranger is written down: 王女士."""
        return self.name[0] + ("女士" if int(self.resident_no[16]) % 2 == 0 else "先生")


def person(rng: Random) -> Person:
    """Invent a grown-up."""
    born = date(1962, 1, 1) + timedelta(days=rng.randrange(14_000))
    name = rng.choice(_SURNAMES) + "".join(rng.sample(_GIVEN, rng.choice((1, 2, 2))))
    phone = f"{rng.choice(_MOBILE)}{rng.randrange(10**8):08d}"
    return Person(name, phone, _resident_number(f"110107{born:%Y%m%d}{rng.randrange(1000):03d}"))


def people(rng: Random, count: int) -> list[Person]:
    """Invent people of whom no two share a resident number."""
    found: dict[str, Person] = {}
    while len(found) < count:
        someone = person(rng)
        found.setdefault(someone.resident_no, someone)
    return list(found.values())


def _resident_number(first_17: str) -> str:
    return first_17 + ric.calc_check_digit(first_17 + "0")


def enterprise_brands(rng: Random) -> Iterator[str]:
    """Yield distinct brands for enterprises, in random order."""
    return _pairs(rng, _ENTERPRISE_HEADS, _ENTERPRISE_TAILS)


def building_brands(rng: Random) -> Iterator[str]:
    """Yield distinct brands for buildings; none of them is an enterprise's."""
    return _pairs(rng, _BUILDING_HEADS, _BUILDING_TAILS)


def _pairs(rng: Random, heads: str, tails: str) -> Iterator[str]:
    pairs = [head + tail for head, tail in product(heads, tails)]
    rng.shuffle(pairs)
    yield from pairs
