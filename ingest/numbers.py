"""Numbers, money and capital as offices write them, exactly (SPEC 3.2, Numbers; B-NUM-03, B-NUM-07)."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from common.text import clean, without_mark
from ingest.units import scale_of

_EXACT = Context(prec=120)

NULL_WORDS = frozenset({"", "-", "--", "—", "——", "–", "/", "\\", "无", "空", "null", "none", "nan"})
"""What an empty cell looks like when somebody filled it anyway; zero is not among them."""

_NUMBER = re.compile(
    r"(?P<about>约|大约|近|超|超过|逾)?(?:¥|人民币|RMB)?\s?(?P<sign>[-+—−])?(?:¥\s?)?"
    r"(?P<digits>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?P<exponent>[eE][+-]?\d+)?"
    r"(?P<more>多|余)?(?P<scale>万亿|千万|百万|十万|亿|万|千)?(?P<more2>多|余)?"
    r"(?P<unit>元整?|人民币|人次|人|家|名|个|件|场|次|座|项|层|㎡|m2|平方米|平米|%|个百分点)?(?P<vague>左右|上下|以上|以下)?"
)
_PLAIN = re.compile(r"[-+—−]?(?:\d+\.?\d*|\.\d+)")
_OWN_UNITS = frozenset({"元", "元整", "人民币", "㎡", "m2", "平方米", "平米"})
_LONGEST = 40
"""More digits or a larger exponent is no quantity of anything here."""

_CAPITAL = re.compile(r"(?P<number>[\d,.]+)\s*\(?(?P<scale>万|亿|千|百万)?(?P<currency>[^()]*)\)?")
_CURRENCIES = {
    "": "CNY", "元": "CNY", "人民币": "CNY", "元人民币": "CNY", "人民币元": "CNY",
    "美元": "USD", "元美元": "USD", "日元": "JPY", "元日元": "JPY", "港元": "HKD", "香港元": "HKD", "元港元": "HKD",
    "港币": "HKD", "欧元": "EUR", "元欧元": "EUR", "英镑": "GBP", "元英镑": "GBP",
    "德国马克": "DEM", "元德国马克": "DEM", "马克": "DEM", "法国法郎": "FRF", "瑞士法郎": "CHF", "澳元": "AUD",
    "澳大利亚元": "AUD", "加元": "CAD", "加拿大元": "CAD", "新加坡元": "SGD", "韩元": "KRW",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from text: exact value, whether it was only about, and whether it carried its own unit."""

    value: Decimal
    is_approximate: bool = False
    is_absolute: bool = False
    """The cell said its own scale or unit (1.2万, 100元), so the column's unit does not apply."""
    is_scientific: bool = False
    unit: str = ""
    """The unit written behind it, without its scale."""
    is_plain: bool = False
    """Nothing but a sign, digits and a point: it needs no word on how it was read."""


def parse_number(text: str) -> Number | None:
    """Read a number; None where the text is none. Brackets and a minus sign mean negative; triangles do not."""
    plain = without_mark(clean(text))
    negative = plain.startswith("(") and plain.endswith(")")
    match = _NUMBER.fullmatch(plain[1:-1] if negative else plain)
    if match is None:
        return None
    try:
        value = Decimal(match["digits"].replace(",", "").replace(" ", "") + (match["exponent"] or ""))
    except InvalidOperation:
        return None
    if len(value.as_tuple().digits) > _LONGEST or abs(value.adjusted()) > _LONGEST:
        return None
    scale = scale_of(match["scale"] or "") or Decimal(1)
    if match["unit"] == "%":
        scale = Decimal("0.01")
    if negative or (match["sign"] and match["sign"] != "+"):
        value = -value
    approximate = bool(match["about"] or match["more"] or match["more2"] or match["vague"])
    has_unit = bool(match["scale"]) or match["unit"] in _OWN_UNITS
    is_plain = _PLAIN.fullmatch(plain) is not None
    scientific, unit = bool(match["exponent"]), match["unit"] or ""
    return Number(_EXACT.multiply(value, scale), approximate, has_unit, scientific, unit, is_plain)


def parse_capital(text: str) -> tuple[Decimal, str] | None:
    """Read registered capital with its currency: ``500(万元人民币)`` is 5,000,000.00 CNY."""
    match = _CAPITAL.fullmatch(clean(text))
    if match is None:
        return None
    currency = _CURRENCIES.get(match["currency"].replace(" ", ""))
    number = parse_number(match["number"])
    if currency is None or number is None:
        return None
    return _EXACT.multiply(number.value, scale_of(match["scale"] or "") or Decimal(1)), currency
