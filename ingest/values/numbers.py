"""Numbers, money and capital as offices write them, exactly (SPEC 3.2, Numbers; B-NUM-03, B-NUM-07)."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal, InvalidOperation

from common.text import clean, without_mark
from ingest.values.units import SCALE, scale_of

_EXACT = Context(prec=120)

NULL_WORDS = frozenset({
    "", "-", "--", "—", "——", "–", "/", "\\", "无", "暂无", "空", "null", "none", "nan", "n/a",
})  # fmt: skip
"""What an empty cell looks like when somebody filled it anyway; zero is not among them."""

_NUMBER = re.compile(
    r"(?P<about>约|大约|近|超|超过|逾)?\s?(?:¥|人民币|RMB|CNY)?\s?(?P<sign>[-+—–‐−负])?\s?(?:¥\s?)?"
    r"(?P<digits>\d{1,3}(?:[, ]\d{3})+(?:\.\d+)?|\d+(?:\.\d*)?|\.\d+)(?P<exponent>[eE][+-]?\d+)?"
    rf"\s?(?P<more>多|余)?(?P<scale>{SCALE})?(?P<more2>多|余)?\s?"
    r"(?P<unit>元(?:[/·.*每]*(?:m2|平方米|平米|平|天|日|月|年))+|元整|元人民币|元|人民币"
    r"|[mM]2|平方米|平米|平|公顷|人次|人|家|名|位|户|个|件|场|次|座|栋|辆|项|层|%|个百分点)?"
    r"(?P<vague>左右|上下|以上|以下)?"
)
_PLAIN = re.compile(r"[-+—–‐−]?(?:\d+\.?\d*|\.\d+)")
_LONGEST = 40
"""More digits or a larger exponent is no quantity of anything here."""

_TRIANGLE = re.compile("[△▲▽▼]")

_CAPITAL = re.compile(rf"(?P<before>[^\d.]*?)(?P<number>\d[\d,.]*)(?P<scale>{SCALE})?(?P<behind>\D*)")
_CURRENCIES = {
    "": "CNY", "元": "CNY", "人民币": "CNY", "元人民币": "CNY", "人民币元": "CNY", "¥": "CNY", "RMB": "CNY",
    "CNY": "CNY", "美元": "USD", "元美元": "USD", "USD": "USD", "US$": "USD", "日元": "JPY", "元日元": "JPY",
    "港元": "HKD", "香港元": "HKD", "元港元": "HKD", "港币": "HKD", "元港币": "HKD", "HKD": "HKD", "HK$": "HKD",
    "欧元": "EUR", "元欧元": "EUR", "EUR": "EUR", "英镑": "GBP", "元英镑": "GBP",
    "德国马克": "DEM", "元德国马克": "DEM", "马克": "DEM", "法国法郎": "FRF", "瑞士法郎": "CHF", "澳元": "AUD",
    "澳大利亚元": "AUD", "加元": "CAD", "加拿大元": "CAD", "新加坡元": "SGD", "韩元": "KRW",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Number:
    """A number read from text: its exact value, and how it was written."""

    value: Decimal
    is_approximate: bool = False
    has_scale: bool = False
    """The cell said its own scale (1.2万), so that of the column's unit does not apply."""
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
    unit = "平方米" if match["unit"] == "平" else match["unit"] or ""
    is_plain = _PLAIN.fullmatch(plain) is not None
    return Number(_EXACT.multiply(value, scale), approximate, bool(match["scale"]), unit, is_plain)


def proposal(text: str) -> Decimal | None:
    """Propose how to read what must not be guessed: a triangle is sometimes a minus, about so much may be just that."""
    read = parse_number(_TRIANGLE.sub("-", clean(text)))
    return read.value if read and (read.is_approximate or _TRIANGLE.search(text)) else None


def parse_capital(text: str) -> tuple[Decimal, str] | None:
    """Read registered capital with its currency: ``500(万元人民币)`` is 5,000,000.00 CNY."""
    match = _CAPITAL.fullmatch(re.sub(r"[\s()]", "", clean(text)))
    if match is None:
        return None
    before, behind = match["before"], match["behind"].removesuffix("整")
    currency = _CURRENCIES.get(before + behind) or (_CURRENCIES.get(before) if behind == "元" else None)
    number = parse_number(match["number"])
    if currency is None or number is None:
        return None
    return _EXACT.multiply(number.value, scale_of(match["scale"] or "") or Decimal(1)), currency
