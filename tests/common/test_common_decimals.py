"""Rounding by GB/T 8170-2008 and exact division (SPEC 0.4, 0.5)."""

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.decimals import STORAGE_STEP, divide, plain, round_to

VALUES = st.decimals(-(10**15), 10**15, places=6)
STEPS = st.sampled_from([Decimal(step) for step in ("0.0001", "0.01", "0.1", "1", "10", "100", "10000")])


@pytest.mark.parametrize(("value", "step", "rounded"), [
    ("12.1498", "1", "12"), ("12.1498", "0.1", "12.1"), ("1.050", "0.1", "1.0"), ("0.35", "0.1", "0.4"),
    ("10.5002", "1", "11"), ("2500", "1000", "2000"), ("3500", "1000", "4000"), ("-0.0365", "0.001", "-0.036"),
    ("53.45", "0.1", "53.4"), ("53.55", "0.1", "53.6"), ("114.5", "1", "114"), ("115.5", "1", "116"), ("0.5", "1", "0"),
    ("2.5", "1", "2"), ("15.4546", "1", "15"),
])  # fmt: skip
def test_the_vectors_of_the_standard(value: str, step: str, rounded: str) -> None:
    assert round_to(Decimal(value), Decimal(step)) == Decimal(rounded)


@pytest.mark.parametrize(("value", "step", "rounded"), [
    ("53.45", "0.1", "53.5"), ("114.5", "1", "115"), ("-114.5", "1", "-115"), ("0.5", "1", "1"),
    ("2500", "1000", "3000"),
    ("53.44", "0.1", "53.4"),
])  # fmt: skip
def test_plain_rounding_takes_ties_away_from_zero(value: str, step: str, rounded: str) -> None:
    assert round_to(Decimal(value), Decimal(step), "half_up") == Decimal(rounded)


@given(VALUES, STEPS, st.sampled_from(["gbt8170", "half_up"]))
def test_rounding_is_to_the_nearest_multiple_and_keeps_the_sign(value: Decimal, step: Decimal, mode: str) -> None:
    rounded = round_to(value, step, mode)
    assert Fraction(rounded) % Fraction(step) == 0
    assert abs(Fraction(rounded) - Fraction(value)) <= Fraction(step) / 2
    assert round_to(-value, step, mode) == -rounded
    assert round_to(rounded, step, mode) == rounded


@given(VALUES, STEPS)
def test_the_two_ways_of_rounding_differ_on_exact_ties_only(value: Decimal, step: Decimal) -> None:
    even, up = round_to(value, step), round_to(value, step, "half_up")
    if even != up:
        assert Fraction(value) % Fraction(step) == Fraction(step) / 2
        assert (Fraction(even) / Fraction(step)) % 2 == 0


@given(VALUES, VALUES)
def test_a_quotient_is_exact_to_the_stored_place(numerator: Decimal, denominator: Decimal) -> None:
    quotient = divide(numerator, denominator)
    if denominator == 0:
        assert quotient is None
        return
    assert quotient is not None
    assert abs(Fraction(quotient) - Fraction(numerator) / Fraction(denominator)) <= Fraction(STORAGE_STEP) / 2


def test_division_by_nothing_gives_nothing_and_never_zero() -> None:
    assert divide(Decimal(5), Decimal(0)) is None
    assert divide(Decimal(0), Decimal(5)) == 0


@given(VALUES)
def test_a_decimal_is_written_without_exponent_and_reads_back(value: Decimal) -> None:
    text = plain(value)
    assert Decimal(text) == value
    assert "e" not in text.lower()
    assert "." not in text or not text.endswith(("0", "."))


@pytest.mark.parametrize(
    ("value", "text"), [("2056000000.00", "2056000000"), ("0.810", "0.81"), ("1E+3", "1000"), ("0", "0")]
)
def test_no_digit_is_written_that_says_nothing(value: str, text: str) -> None:
    assert plain(Decimal(value)) == text
