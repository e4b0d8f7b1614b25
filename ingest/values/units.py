"""Units that offices write in headers, unit lines and cells, and their factor to the stored unit (SPEC 0.4)."""

import re
from dataclasses import dataclass
from decimal import Decimal

from common.contracts import ColumnType
from common.text import clean

_SCALES = {
    "": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7,
    "亿": 10**8, "万亿": 10**12,
}  # fmt: skip
SCALE = "万亿|千万|百万|十万|亿|万|千|百"
"""The scale words as a pattern, the longer first."""

_ALONE = r"(?=[)\]】]|$)"
"""Behind a scale that stands for a unit: 税收(万)."""

_SQUARE_METRES = re.compile(r"平方米|平米|㎡|m²")
_MONEY = re.compile(rf"(?:人民币)?({SCALE})?元|({SCALE})?人民币|({SCALE}){_ALONE}")
_CAPITAL = re.compile(
    rf"(?:人民币)?(?P<scale>{SCALE})?(?P<currency>元人民币|人民币|美元|日元|港元|港币|欧元|英镑|元)|(?P<alone>{SCALE}){_ALONE}"
)
_AREA = re.compile(rf"(万)?m2|(公顷)|(万){_ALONE}")
_RENT = re.compile(r"元[/每]?(?:m2)?[/·.每*]?(?:m2)?[/·.每*]?(天|日|月|年)|元[/每](天|日|月|年)")
_COUNTS = frozenset("人名户家个件次项间套层座栋幢台辆天年月%‰")
_PER_DAY = {"天": Decimal(1), "日": Decimal(1), "月": Decimal(12) / Decimal(365), "年": Decimal(1) / Decimal(365)}


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit as written, and what one of it is in the stored unit: yuan, m² or yuan per m² and day.

    That of a capital may be of another currency, which its word tells.
    """

    word: str
    factor: Decimal


DEFAULT_UNITS: dict[ColumnType, Unit] = {
    "money": Unit("元", Decimal(1)),
    "area": Unit("平方米", Decimal(1)),
    "rent": Unit("元/㎡·天", Decimal(1)),
}


def find_unit(text: str, kind: ColumnType) -> Unit | None:
    """Find the unit for a kind of column in a header or a unit line; None where the text names none."""
    plain = _SQUARE_METRES.sub("m2", clean(text)).replace("M2", "m2").replace(" ", "")
    if kind == "rent" and (match := _RENT.search(plain)):
        return Unit(match[0], _PER_DAY[match[1] or match[2]])
    if kind == "money" and (match := _MONEY.search(plain)):
        return Unit(match[0], Decimal(_SCALES[match[1] or match[2] or match[3] or ""]))
    if kind == "capital" and (match := _CAPITAL.search(plain)):
        scale = match["scale"] or match["alone"] or ""
        return Unit(scale + (match["currency"] or "元"), Decimal(_SCALES[scale]))
    if kind == "area" and (match := _AREA.search(plain)):
        return Unit(match[0], Decimal(10**4 if match[1] or match[2] or match[3] else 1))
    return None


def is_unit(text: str) -> bool:
    """Tell whether a text is a unit and nothing else, perhaps in brackets."""
    return measures(text) or clean(text).strip("()") in _COUNTS


def measures(text: str) -> bool:
    """Tell whether a text is a unit of money, of areas or of rent and nothing else, perhaps in brackets."""
    plain = _SQUARE_METRES.sub("m2", clean(text)).replace("M2", "m2").replace(" ", "").strip("()")
    return any(pattern.fullmatch(plain) for pattern in (_MONEY, _AREA, _RENT))


def answered_unit(word: str, kind: ColumnType) -> Unit | None:
    """Return what an answered unit of money means for a kind of column: with 万元, areas are in 万平方米."""
    if kind == "area":
        return find_unit(word.replace("元", "平方米"), kind)
    return find_unit(word, kind) if kind in ("money", "capital") else None


def scale_of(word: str) -> Decimal | None:
    """Return the factor of a scale word such as 万 or 亿."""
    return Decimal(_SCALES[word]) if word in _SCALES else None
