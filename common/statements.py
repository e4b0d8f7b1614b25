"""What a printed number claims, and whether that is true of a value (the table of SPEC 0.6).

There is one converter between words and sizes, :data:`SCALES`, and one grammar of words, :data:`WORDS`: for the
texts that we print, read back here, and for anybody's text, in which :mod:`replay` finds the numbers.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Literal

from common.decimals import RoundingMode, round_to
from common.messages import Language

Kind = Literal["exact", "about", "nearly", "more", "reached", "less", "least", "between", "doubled", "unchanged"]

SCALES: Mapping[str, int] = {
    "": 1, "百": 10**2, "千": 10**3, "万": 10**4, "十万": 10**5, "百万": 10**6, "千万": 10**7, "亿": 10**8,
    "十亿": 10**9, "百亿": 10**10, "千亿": 10**11, "万亿": 10**12,
    "hundred": 10**2, "thousand": 10**3, "ten thousand": 10**4, "hundred thousand": 10**5, "ten million": 10**7,
    "hundred million": 10**8, "million": 10**6, "billion": 10**9, "trillion": 10**12,
}  # fmt: skip
"""How much a scale word multiplies by (SPEC 0.4)."""

_OF_UNITS = sorted(
    (word for word, size in SCALES.items() if size >= 10**4 and not word.isascii()), key=len, reverse=True
)

_KINDS: Mapping[Kind, tuple[str, ...]] = {
    "about": ("约", "大约", "约为", "左右", "about", "approximately", "around", "roughly", "some", "circa"),
    "nearly": ("近", "接近", "将近", "nearly", "almost", "close to", "just under"),
    "more": ("超", "逾", "超过", "突破", "余", "多", "高于", "+", "more than", "over", "above", "exceeding",
             "in excess of", "surpassing", "exceeded", "surpassed"),
    "reached": ("达", "达到", "高达", "reached", "reaching", "amounted to"),
    "less": ("不足", "不到", "低于", "less than", "fewer than", "under", "below"),
    "least": ("不少于", "不低于", "至少", "at least", "no less than", "no fewer than"),
}  # fmt: skip
WORDS: Mapping[str, Kind] = {word: kind for kind, words in _KINDS.items() for word in words}
"""What a word beside a number says of it; without one the number is exact."""


def split_unit(unit: str) -> tuple[int, str]:
    """Take the scale word off a Chinese unit: 亿元 is 10⁸ and 元, 场 is 1 and 场."""
    word = next((word for word in _OF_UNITS if unit.startswith(word)), "")
    return SCALES[word], unit[len(word) :]


@dataclass(frozen=True, slots=True)
class Statement:
    """A printed number as anybody reads it: the number, the place of its last digit, word and direction."""

    number: Fraction
    """In the stored unit: scale words, percent and 倍 are resolved."""
    last_place: Fraction
    """The unit of the last printed digit, in the stored unit."""
    kind: Kind
    sign: int
    point: Fraction | None = None
    """One percentage point in the stored unit, of a percentage: how far "nearly" reaches."""
    upper: Fraction | None = None
    """The greater number of a range."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """The sizes of which a statement is true; an end that is open does not belong to them."""

    low: Fraction
    high: Fraction | None
    low_open: bool = False
    high_open: bool = False

    def meets(self, other: "Bounds") -> bool:
        """Tell whether a size exists of which both are true."""
        return not (self._is_above(other) or other._is_above(self))

    def _is_above(self, other: "Bounds") -> bool:
        if other.high is None or self.low < other.high:
            return False
        return self.low > other.high or self.low_open or other.high_open


def state(digits: str, scale: str, word: str, *, is_percent: bool = False, sign: int = 1) -> Statement:
    """Make the statement of a number as printed: digits without separators, scale word, word beside it."""
    size = Fraction(1, 100) if is_percent else Fraction(SCALES[scale])
    places = len(digits.partition(".")[2])
    point = Fraction(1, 100) if is_percent else None
    return Statement(Fraction(digits) * size, size / 10**places, WORDS.get(word, "exact"), sign, point)


_NUMBER = r"(?P<number>\d[\d,]*(?:\.\d+)?)"
_READERS: dict[Language, re.Pattern[str]] = {
    "zh": re.compile(
        rf"(?P<direction>增长|下降|同比增长|同比下降|上升|负)?(?P<word>约|近|接近|超|逾|超过|突破|达)?{_NUMBER}"
        r"(?P<scale>万|亿)?(?P<more>余|多)?(?P<unit>%|倍|\D*)"
    ),
    "en": re.compile(
        rf"(?P<direction>up|down|minus)? ?(?P<word>about|nearly|more than|over|reached)? ?(?:RMB )?{_NUMBER}"
        r" ?(?P<scale>billion|million|thousand)?(?P<more>)(?P<unit>%|.*)"
    ),
}
_FALLS = frozenset({"下降", "同比下降", "down", "负", "minus"})


@lru_cache(1 << 16)
def read_statement(text: str, language: Language) -> Statement | None:
    """Read a text that is one printed number, such as ``约20.56亿元``; None where it is none."""
    if text in ("持平", "unchanged"):
        return Statement(Fraction(0), Fraction(1), "unchanged", 1)
    match = _READERS[language].fullmatch(text.strip())
    if match is None:
        return None
    word = match["word"] or match["more"] or ""
    sign = -1 if match["direction"] in _FALLS else 1
    digits = match["number"].replace(",", "")
    return state(digits, match["scale"] or "", word, is_percent=match["unit"] == "%", sign=sign)


@lru_cache(1 << 16)
def holds(statement: Statement, value: Fraction, mode: RoundingMode = "gbt8170") -> bool:
    """Tell whether a printed number is true of an exact value (the table of SPEC 0.6)."""
    if statement.kind == "unchanged":
        return abs(value) < Fraction(1, 100)
    if value and statement.number and (value > 0) != (statement.sign > 0):
        return False
    size, number, place = abs(value), statement.number, statement.last_place
    if statement.kind in ("exact", "about", "reached"):
        rounded = Fraction(round_to(as_decimal(size / place), Decimal(1), mode)) * place == number
        return rounded and (statement.kind != "reached" or size >= number)
    return Bounds(size, size).meets(bounds(statement))


def bounds(statement: Statement) -> Bounds:
    """Return the sizes of which a statement is true; which end an exact tie belongs to is left open to both."""
    number, half = statement.number, statement.last_place / 2
    match statement.kind:
        case "nearly":
            reach = statement.point or _last_nonzero(number, statement.last_place)
            return Bounds(number - reach, number, high_open=True)
        case "more":
            return Bounds(number, number + _last_nonzero(number, statement.last_place), True, True)
        case "reached":
            return Bounds(number, number + half)
        case "less":
            return Bounds(Fraction(0), number, high_open=True)
        case "least":
            return Bounds(number, None)
        case "between":
            return Bounds(number, statement.upper)
        case "doubled":
            # the growth of what is at least twice and less than three times its base
            return Bounds(Fraction(1), Fraction(2), high_open=True)
        case "unchanged":
            return Bounds(Fraction(0), Fraction(1, 100), high_open=True)
        case _:
            return Bounds(number - half, number + half)


def as_decimal(value: Fraction) -> Decimal:
    """Return a fraction as a decimal long enough that no rounding of ours can depend on its end."""
    whole, rest = divmod(value.numerator * 10**30, value.denominator)
    digits = Decimal(whole).scaleb(-30)
    # a remainder must not read as an exact tie
    return digits + Decimal(1).scaleb(-31) if rest else digits


def _last_nonzero(number: Fraction, place: Fraction) -> Fraction:
    """Return the place value of the last digit that is not zero: 540 gives 10, 40000 gives 10000."""
    while number and (number / (place * 10)).denominator == 1:
        place *= 10
    return place
