"""Explanations of figures that a gate lets through only with one, each bound to the figure as it was explained.

An explanation is the office's data: a row of its table ``explanation``, or an event that ``louyu release note`` adds.
It names the hash of the figure, so one of a figure that has changed since explains nothing (SPEC 4.3).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from common.files import canonical, digest

EXPLAINABLE = ("G-JUMP", "G-RATIO", "G-NORM")
"""The gates that an explanation answers; what another gate found is corrected at its source."""

EXPLANATION_FILE = "office_explanation.parquet"
_HASHED = ("figure_key", "value", "numerator", "denominator")


@dataclass(frozen=True, slots=True)
class Explained:
    """Who said why a figure is as it is."""

    text_zh: str
    text_en: str
    who: str
    at: str
    decomposition: str


def figure_hash(figure_key: str, value: Decimal | None, numerator: Decimal | None, denominator: Decimal | None) -> str:
    """Return the hash of a figure's key and exact value, 16 hexadecimal digits."""
    parts = (None if part is None else f"{part:.8f}" for part in (value, numerator, denominator))
    return digest(canonical([figure_key, *parts]))[:16]


def read_explanations(candidate: Path) -> Mapping[tuple[str, str, str], Explained]:
    """Return the explanations that a candidate knows, by gate, figure's key and hash; the last of a key counts."""
    file = candidate / EXPLANATION_FILE
    if not file.exists():
        return {}
    rows = pl.read_parquet(file).select(
        "gate_id", "figure_key", "figure_hash", "text_zh", "text_en", "explained_by", "explained_at", "decomposition"
    )
    return {
        (gate, key, hashed): Explained(*(part or "" for part in told))
        for gate, key, hashed, *told in rows.iter_rows()
        if told[0] or told[1]
    }


def hashes(figures: pl.DataFrame, keys: set[str]) -> Mapping[str, str]:
    """Return the hashes of some figures by their keys."""
    wanted = figures.filter(pl.col("figure_key").is_in(sorted(keys))).select(_HASHED)
    return {row[0]: figure_hash(*row) for row in wanted.iter_rows()}
