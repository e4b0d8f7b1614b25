"""Splitting totals loses nothing, and amounts are spelt exactly."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from sample.draw import apportion, deal, dice
from sample.words import in_wan

WEIGHTS = st.lists(st.integers(1, 10**10), min_size=1, max_size=60)


@given(st.integers(-(10**12), 10**12), WEIGHTS)
def test_apportioned_parts_add_up_and_are_fair(total: int, weights: list[int]) -> None:
    parts = apportion(total, weights)
    assert sum(parts) == total
    whole = sum(weights)
    assert all(abs(part - total * weight / whole) <= 1.001 for part, weight in zip(parts, weights, strict=True))


@given(st.integers(-(10**14), 10**14))
def test_amounts_in_wan_are_exact_and_short(fen: int) -> None:
    amount = in_wan(fen)
    assert amount * 1_000_000 == fen
    assert "E" not in str(amount)
    assert not ("." in str(amount) and str(amount).endswith("0"))


def test_dealt_groups_are_disjoint() -> None:
    hands = list(deal(dice(1, "cards"), range(52), 5, 5, 13))
    assert [len(hand) for hand in hands] == [5, 5, 13]
    assert len({card for hand in hands for card in hand}) == 23


def test_chance_depends_on_seed_and_subject() -> None:
    draws = {dice(seed, subject).random() for seed in (1, 2) for subject in ("tax", "hotline")}
    assert len(draws) == 4
    assert dice(1, "tax").random() in draws


def test_zero_is_zero() -> None:
    assert in_wan(0) == Decimal(0)
