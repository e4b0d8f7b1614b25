"""Exact decimals: rounding by GB/T 8170-2008 and division to storage precision (SPEC 0.4, 0.5)."""

from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Context, Decimal
from typing import Literal

RoundingMode = Literal["gbt8170", "half_up"]

STORAGE_STEP = Decimal("0.00000001")
"""The last place of a stored figure: DECIMAL(38,8)."""

_EXACT = Context(prec=76)
_ROUNDING = {"gbt8170": ROUND_HALF_EVEN, "half_up": ROUND_HALF_UP}


def round_to(value: Decimal, step: Decimal, mode: RoundingMode = "gbt8170") -> Decimal:
    """Round ``value`` once to a multiple of ``step``; exact ties go to the even multiple, or up by choice.

    ``half_up`` rounds ties away from zero, which is what 四舍五入 means for negative numbers too.
    """
    multiples = _EXACT.divide(value, step).to_integral_value(rounding=_ROUNDING[mode], context=_EXACT)
    return _EXACT.multiply(multiples, step)


def divide(numerator: Decimal, denominator: Decimal) -> Decimal | None:
    """Return the quotient at storage precision, ties to even; None where the denominator is zero."""
    if denominator == 0:
        return None
    return _EXACT.divide(numerator, denominator).quantize(STORAGE_STEP, rounding=ROUND_HALF_EVEN, context=_EXACT)


def plain(value: Decimal) -> str:
    """Write a decimal without an exponent and without trailing zeros: ``2056000000``, ``0.81``."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text
