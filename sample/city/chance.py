"""Chance as columns: the same numbers for the same seed, district and subject."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from common.files import digest

Whole = npt.NDArray[np.int64]
Real = npt.NDArray[np.floating[Any]]
Flags = npt.NDArray[np.bool_]


def chance(seed: int, district: str, subject: str) -> np.random.Generator:
    """Return the chance of one subject in one district: drawing more of one moves nothing in another."""
    return np.random.Generator(np.random.PCG64(int(digest(f"louyu:{seed}:{district}:{subject}".encode())[:32], 16)))


def pick(rng: np.random.Generator, weights: Sequence[float] | Real, size: int) -> Whole:
    """Draw positions in proportion to ``weights``."""
    edges = np.cumsum(np.asarray(weights, dtype=np.float64))
    found: Whole = np.searchsorted(edges, rng.random(size) * edges[-1], side="right").astype(np.int64)
    return found


def whole(rng: np.random.Generator, low: int, high: int, size: int) -> Whole:
    """Draw whole numbers from ``low`` up to and without ``high``."""
    return rng.integers(low, high, size, dtype=np.int64)
