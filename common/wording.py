"""Numbers in words: a value to ``约20.56亿元`` and ``about RMB 2.056 billion`` (SPEC 0.5, 0.6).

Printing starts from the exact value and rounds once. :mod:`common.statements` reads any such text back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from common.decimals import RoundingMode, plain, round_to
from common.messages import Message
from common.statements import SCALES, WORDS, Statement, as_decimal, holds, split_unit

Word = Literal["", "约", "近", "超", "余", "达"]

_PERCENT = "%"
_SCALE_WORDS = ("", "万", "亿")
_EN_WORDS = {"": "", "约": "about ", "近": "nearly ", "超": "more than ", "余": "more than ", "达": ""}
_EN_SCALE_WORDS = ("billion", "million", "thousand")


@dataclass(frozen=True, slots=True)
class PrintRule:
    """How the catalogue wants a KPI printed: unit with its scale word, step in that unit, word."""

    unit: str
    step: Decimal
    word: Word
    unit_en: str
    """What follows the number in English, after a blank; ``%`` and ``RMB`` are placed as English does."""
    is_change: bool = False
    """A signed growth: its direction is said in a word."""


CHANGES = frozenset({"yoy", "l4l", "window_change"})
"""The kinds of KPI that are signed growths: level over base, less one."""


def print_rule(kpi: Mapping[str, Any]) -> PrintRule:
    """Return the print rule of a row of the catalogue."""
    word: Word = kpi["print_word"] or ""
    return PrintRule(kpi["print_unit"], Decimal(kpi["print_step"]), word, kpi["print_unit_en"], kpi["kind"] in CHANGES)


def rounding_mode(parameters: Mapping[str, str]) -> RoundingMode:
    """Return how the office rounds in print (SPEC 0.5)."""
    return "half_up" if parameters.get("rounding.mode") == "half_up" else "gbt8170"


def exact_value(kind: str, value: Decimal, numerator: Decimal | None, denominator: Decimal | None) -> Fraction:
    """Return a figure's exact value: of a rate or change from its parts, never from the stored rounded one."""
    if numerator is None or not denominator:
        return Fraction(value)
    quotient = Fraction(numerator) / Fraction(denominator)
    return quotient - 1 if kind in CHANGES else quotient


@lru_cache(1 << 16)
def print_value(value: Fraction, rule: PrintRule, mode: RoundingMode = "gbt8170") -> Message:
    """Print an exact value, in its stored unit, by its rule.

    ``value`` is a fraction for rates and growth (0.81), else in the unit that remains when the scale word is
    taken off (yuan for 亿元). A word that would not hold gives way to the exact number (SURFACE).
    """
    if rule.is_change:
        return _print_change(value, rule, mode)
    scale, unit = _split(rule.unit)
    shown = abs(value) / scale
    word, number, scale = _worded(shown, rule, mode, scale)
    sign_zh, sign_en = ("负", "minus ") if value < 0 and number else ("", "")
    scale_word = next((name for name in _SCALE_WORDS if SCALES[name] == scale), "")
    zh = f"{sign_zh}{'' if word == '余' else word}{_digits(number)}{scale_word}{'余' if word == '余' else ''}{unit}"
    return Message(zh, sign_en + _EN_WORDS[word] + _in_english(number, scale, rule))


def _split(unit: str) -> tuple[Fraction, str]:
    """Take the scale off a unit: 亿元 is 10⁸ yuan, % is a hundredth."""
    if unit == _PERCENT:
        return Fraction(1, 100), _PERCENT
    scale, bare = split_unit(unit)
    return Fraction(scale), bare


def _worded(shown: Fraction, rule: PrintRule, mode: RoundingMode, scale: Fraction) -> tuple[Word, Decimal, Fraction]:
    """Choose the word and the number that hold for a value, in the unit with its scale."""
    if rule.word in ("余", "超", "近"):
        floor = as_decimal(shown) // rule.step * rule.step
        if Fraction(floor) == shown and floor:
            return "", floor, scale
        number = floor + rule.step if rule.word == "近" else floor
        if number and _says(rule, number, shown, mode):
            return rule.word, number, scale
        return "", round_to(as_decimal(shown * scale), Decimal(1), mode), Fraction(1)
    number = round_to(as_decimal(shown), rule.step, mode)
    if not number and shown and scale > 1:
        # too small for the unit of the rule: said in the unit without its scale word
        return _worded(shown * scale, replace(rule, step=Decimal("0.01"), word=""), mode, Fraction(1))
    if shown and not _says(rule, number, shown, mode):
        return "", round_to(as_decimal(shown), min(rule.step, Decimal(1)), mode), scale
    step = rule.step
    while rule.unit == _PERCENT and number == 100 and shown != 100 and step > Decimal("0.000001"):
        # 99.96 % is no full coverage and must not read like one
        step /= 10
        number = round_to(as_decimal(shown), step, mode)
    return rule.word if shown else "", number.quantize(step) if step < 1 else number, scale


def _print_change(value: Fraction, rule: PrintRule, mode: RoundingMode) -> Message:
    """Print a growth: 增长约81%, 下降53.4%; above 200 % as a multiple, which is the growth itself."""
    size = abs(value) * 100
    number = round_to(as_decimal(size), rule.step, mode)
    if number == 0:
        return Message("持平", "unchanged")
    zh, en = ("增长", "up") if value > 0 else ("下降", "down")
    word = rule.word if rule.word == "约" else ""
    if value > 2:
        times = round_to(as_decimal(abs(value)), Decimal("0.01"), mode)
        return Message(f"{zh}{word}{plain(times)}倍", f"{en} {_EN_WORDS[word]}{plain(times * 100)}%")
    shown = _digits(number.quantize(rule.step) if rule.step < 1 else number)
    return Message(f"{zh}{word}{shown}%", f"{en} {_EN_WORDS[word]}{shown}%")


def _in_english(number: Decimal, scale: Fraction, rule: PrintRule) -> str:
    if rule.unit == _PERCENT:
        return f"{_digits(number)}%"
    before, unit = ("RMB ", "") if rule.unit_en == "RMB" else ("", f" {rule.unit_en}" if rule.unit_en else "")
    if scale > 1 and number and rule.word != "余":
        # 亿元 ÷ 10 = billion, 万元 ÷ 100 = million: the digits stay, the point moves
        sizes = ((name, SCALES[name]) for name in _EN_SCALE_WORDS)
        fine = [(name, size) for name, size in sizes if _places(number, scale, size) >= 0]
        name, size = next(((name, size) for name, size in fine if number * int(scale) >= size), fine[-1])
        return f"{before}{_digits(_shifted(number, scale, size))} {name}{unit}"
    whole = _digits(_shifted(number, scale, 1))
    return f"{before}{f'{int(whole):,}' if whole.isdigit() else whole}{_singular(unit) if whole == '1' else unit}"


def _singular(unit: str) -> str:
    """Return the unit of exactly one: the catalogue's English units are plain plurals, or say "a month"."""
    return f"{unit[:-3]}y" if unit.endswith("ies") else unit.removesuffix("s")


def _shifted(number: Decimal, scale: Fraction, size: int) -> Decimal:
    """Write a number of one scale in another without losing or adding a digit of its precision."""
    shifted = number * int(scale) / size
    return shifted.quantize(Decimal(1).scaleb(-max(_places(number, scale, size), 0)))


def _places(number: Decimal, scale: Fraction, size: int) -> int:
    """Return how many decimals a number of one scale has in another; below zero it would claim too many digits."""
    exponent = number.as_tuple().exponent
    return (-exponent if isinstance(exponent, int) else 0) - (len(str(int(scale))) - len(str(size)))


def _digits(number: Decimal) -> str:
    return format(number, "f")


def _says(rule: PrintRule, number: Decimal, value: Fraction, mode: RoundingMode) -> bool:
    """Tell whether a rule's word with a number, as they would be printed, is true of a value in the shown unit."""
    exponent = number.as_tuple().exponent
    place = Fraction(Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0))
    point = Fraction(1) if rule.unit == _PERCENT else None
    return holds(Statement(Fraction(number), place, WORDS.get(rule.word, "exact"), 1, point=point), value, mode)
