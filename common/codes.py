"""Identifiers with check digits: credit codes and old numbers of enterprises (SPEC 3.2)."""

import re
from itertools import product
from operator import mul

from stdnum.cn import ric
from stdnum.iso7064 import mod_11_10

from common.text import clean

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 symbols of a unified social credit code, in the order of their values."""

LOOK_ALIKES = {"O": "0", "I": "1", "L": "1", "S": "5", "Z": "2"}
"""What is typed for which digit (SPEC 3.2, repair proposals). Of these letters only L may also be meant."""

_SYMBOLS = frozenset(ALPHABET)
_VALUES = {symbol: value for value, symbol in enumerate(ALPHABET)}
_WEIGHTS = tuple(pow(3, place, 31) for place in range(17))
_LAYOUT = re.compile(rf"[{ALPHABET}]{{2}}[0-9]{{6}}[{ALPHABET}]{{10}}")
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORG_LAYOUT = re.compile(r"[0-9A-Z]{8}[0-9X]")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT = re.compile(r"[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_RESIDENT_15 = re.compile(r"[1-8][0-9]{7}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}")
_BETWEEN = re.compile(r"[\s\-‐‒–—―−]+")
_AROUND = "'\"`‘’“”="
_MOST_UNSURE = 10
"""With more letters L than these a text is no slip of the pen, and has too many readings to try."""


def plain_code(text: str) -> str:
    """Return a code in the one way it is stored: half-width, upper case, without blanks, hyphens or quotation marks.

    The quotation marks are those by which spreadsheets keep a number a text.
    """
    return _BETWEEN.sub("", clean(text).upper()).strip(_AROUND)


def is_credit_code(code: str) -> bool:
    """Tell whether ``code`` is an 18-character unified social credit code with the right check symbol.

    An identity is spelled in one way only: case, width and blanks must have been settled before.
    """
    return _LAYOUT.fullmatch(code) is not None and _VALUES[code[17]] == -_weighted(code) % 31


def has_check_symbol(code: str) -> bool:
    """Tell whether 18 symbols of the alphabet end in their check symbol, whatever stands where the district belongs."""
    return len(code) == 18 and _SYMBOLS.issuperset(code) and _VALUES[code[17]] == -_weighted(code) % 31


def is_uncomplemented(code: str) -> bool:
    """Tell whether a code was issued with the remainder r for its check symbol instead of 31 − r.

    A number that could be a natural person's is never taken for such a code.
    """
    if _LAYOUT.fullmatch(code) is None or _RESIDENT.match(code):
        return False
    remainder = _weighted(code) % 31
    return remainder != 0 and _VALUES[code[17]] == remainder


def _weighted(code: str) -> int:
    return sum(map(mul, map(_VALUES.__getitem__, code), _WEIGHTS))


def credit_code(first_17: str) -> str:
    """Complete 17 symbols with their check symbol."""
    return first_17 + ALPHABET[-_weighted(first_17) % 31]


def look_alikes(code: str) -> tuple[str, ...]:
    """Return the valid codes that ``code`` becomes when look-alike letters are read as digits, in order.

    Nothing is proposed for what could be the number of a natural person.
    """
    unsure = code.count("L")
    if len(code) != 18 or unsure > _MOST_UNSURE or not any(symbol in LOOK_ALIKES for symbol in code):
        return ()
    readings = (symbol + "1" if symbol == "L" else LOOK_ALIKES.get(symbol, symbol) for symbol in code)
    found = {reading for symbols in product(*readings) if is_credit_code(reading := "".join(symbols))}
    return tuple(sorted(reading for reading in found if reading != code and not _RESIDENT.match(reading)))


def organisation_code(first_8: str) -> str:
    """Complete the eight symbols of an organisation code (GB 11714) with their check symbol."""
    total = sum(_ORG_ALPHABET.index(symbol) * weight for symbol, weight in zip(first_8, _ORG_WEIGHTS, strict=True))
    check = 11 - total % 11
    return first_8 + {10: "X", 11: "0"}.get(check, str(check))


def is_organisation_code(code: str) -> bool:
    """Tell whether ``code`` is a 9-character organisation code with the right check symbol (GB 11714)."""
    return _ORG_LAYOUT.fullmatch(code) is not None and organisation_code(code[:8]) == code


def is_old_tax_number(number: str) -> bool:
    """Tell whether ``number`` is a 15-character tax number: six digits of a district and an organisation code."""
    district = number[:6]
    return len(number) == 15 and district.isascii() and district.isdigit() and is_organisation_code(number[6:])


def is_registration_number(number: str) -> bool:
    """Tell whether ``number`` is a 15-digit registration number of the old kind (GS15-2006)."""
    return len(number) == 15 and number.isascii() and number.isdigit() and bool(mod_11_10.is_valid(number))


def resembles_resident_number(number: str) -> bool:
    """Tell whether ``number`` begins like that of a natural person, district and day of birth, right or not.

    The old ones of 15 digits had no check, so a number that is another kind's by its check is not taken for one.
    """
    if _RESIDENT_15.fullmatch(number):
        return not (is_registration_number(number) or is_old_tax_number(number))
    return _RESIDENT.match(number) is not None and not is_credit_code(number)


def is_resident_number(number: str) -> bool:
    """Tell whether ``number`` is the 18-character number of a natural person, by its check digit."""
    return len(number) == 18 and ric.is_valid(number)
