"""Numbers written in words: 一千五百, 两, 百分之五十三, thirty-four."""

import re
from collections.abc import Mapping
from fractions import Fraction

from common.statements import SCALES

_DIGITS: Mapping[str, int] = {digit: size for size, digit in enumerate("零一二三四五六七八九")} | {"〇": 0, "两": 2}
_PLACES: Mapping[str, int] = {"十": 10, "百": 100, "千": 1000}
_MYRIADS = {word: SCALES[word] for word in ("万", "亿")}
_ONES = [
    "zero",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
    "nineteen",
]
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]
_EN: Mapping[str, int] = {word: size for size, word in enumerate(_ONES)} | {
    word: 10 * size for size, word in enumerate(_TENS, start=2)
}
_EN_PLACES: Mapping[str, int] = {"hundred": 100, "thousand": 1000}

CHINESE = "[零〇一二两三四五六七八九十百千]+(?:万[零〇一二两三四五六七八九十百千]+)?(?:点[零〇一二三四五六七八九]+)?"
"""A Chinese numeral; a scale word at its end is left to the number's grammar."""
_EN_WORD = "(?:" + "|".join(sorted(_EN, key=len, reverse=True)) + ")"
ENGLISH = rf"(?:{_EN_WORD})(?:[- ](?:and )?(?:{_EN_WORD}|hundred|thousand))*"


def read_chinese(numeral: str) -> Fraction | None:
    """Return the value of a Chinese numeral; None of what is none, such as 百 alone."""
    whole, _, decimals = numeral.partition("点")
    if not any(character in _DIGITS or character == "十" for character in whole):
        return None
    total = section = digit = 0
    if len(whole) > 1 and all(character in _DIGITS for character in whole):
        total = int("".join(str(_DIGITS[character]) for character in whole))
    else:
        for character in whole:
            if character in _DIGITS:
                digit = _DIGITS[character]
            elif character in _PLACES:
                section += (digit or 1) * _PLACES[character]
                digit = 0
            else:
                total, section, digit = (total + section + digit) * _MYRIADS[character], 0, 0
        total += section + digit
    places = "".join(str(_DIGITS[character]) for character in decimals)
    return Fraction(f"{total}.{places}" if places else str(total))


def read_english(numeral: str) -> Fraction | None:
    """Return the value of an English numeral below a million."""
    total = section = 0
    for word in re.split(r"[- ]+", numeral.lower()):
        if word in _EN:
            section += _EN[word]
        elif word == "hundred":
            section = (section or 1) * 100
        elif word == "thousand":
            total, section = (section or 1) * 1000, 0
    return Fraction(total + section)
