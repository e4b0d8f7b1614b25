"""Identifiers with check digits: credit codes and old numbers of enterprises (SPEC 3.2)."""

import re
from functools import lru_cache

from stdnum.cn import ric, uscc
from stdnum.iso7064 import mod_11_10

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The 31 symbols of a unified social credit code, in the order of their values."""

_SYMBOLS = frozenset(ALPHABET)
_ORG_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_RESIDENT = re.compile(r"[1-8][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])[0-9]{3}[0-9Xx]")
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


@lru_cache(1 << 17)
def is_credit_code(code: str) -> bool:
    """Tell whether ``code`` is an 18-character unified social credit code with the right check symbol."""
    # the library forgives case, width and blanks; an identity is spelled in one way only
    return len(code) == 18 and _SYMBOLS.issuperset(code) and uscc.is_valid(code)


def credit_code(first_17: str) -> str:
    """Complete 17 symbols with their check symbol."""
    return first_17 + str(uscc.calc_check_digit(first_17))


def organisation_code(first_8: str) -> str:
    """Complete the eight symbols of an organisation code (GB 11714) with their check symbol."""
    total = sum(_ORG_ALPHABET.index(symbol) * weight for symbol, weight in zip(first_8, _ORG_WEIGHTS, strict=True))
    check = 11 - total % 11
    return first_8 + {10: "X", 11: "0"}.get(check, str(check))


def is_registration_number(number: str) -> bool:
    """Tell whether ``number`` is a 15-digit registration number of the old kind (GS15-2006)."""
    return len(number) == 15 and number.isascii() and number.isdigit() and bool(mod_11_10.is_valid(number))


def resembles_resident_number(number: str) -> bool:
    """Tell whether ``number`` begins like that of a natural person, district and day of birth, right or not."""
    return _RESIDENT.match(number) is not None and not is_credit_code(number)


def is_resident_number(number: str) -> bool:
    """Tell whether ``number`` is the 18-character number of a natural person, by its check digit."""
    return len(number) == 18 and ric.is_valid(number)
