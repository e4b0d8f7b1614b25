"""Chance that is the same on every machine, and the exact splitting of totals."""

from collections.abc import Iterator, Sequence
from random import Random
from typing import TypeVar

T = TypeVar("T")


def dice(seed: int, subject: str) -> Random:
    """Return the chance of one subject: drawing more in one subject moves nothing in another."""
    return Random(f"louyu:{seed}:{subject}")


def apportion(total: int, weights: Sequence[float]) -> list[int]:
    """Split ``total`` (which may be negative) in proportion to ``weights``, exactly, by largest remainder."""
    size, whole = abs(total), sum(weights)
    shares = [size * weight / whole for weight in weights]
    parts = [int(share) for share in shares]
    rest = size - sum(parts)
    for position in sorted(range(len(parts)), key=lambda at: parts[at] - shares[at])[:rest]:
        parts[position] += 1
    return parts if total >= 0 else [-part for part in parts]


def deal(rng: Random, cards: Sequence[T], *sizes: int) -> Iterator[list[T]]:
    """Shuffle ``cards`` and hand out disjoint groups of the given sizes; whatever is left stays undealt."""
    shuffled = rng.sample(cards, len(cards))
    start = 0
    for size in sizes:
        yield shuffled[start : start + size]
        start += size
