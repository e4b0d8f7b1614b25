"""The floor's figures beside those that the pipeline made of the same inbox."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from benchmarks.floor.counting import Figures, Key, Value
from benchmarks.floor.work import Floor

_ROWS_READ, _ROWS_ACCEPTED = "rows_read", "rows_accepted"


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both; what one of them lacks is None."""

    key: Key
    floor: Value | None
    pipeline: Value | None

    @property
    def agrees(self) -> bool:
        """Whether value, numerator and denominator are the same decimals."""
        return self.floor == self.pipeline


def compare(floor: Floor, home: Path) -> list[Compared]:
    """Set every figure that either made of the floor's KPIs side by side, and the rows of each feed.

    ``home`` is a district's home after one run. Raises FileNotFoundError if it holds no candidate.
    """
    candidate = _candidate(home)
    figures = floor.figures | dict(_rows(floor.rows))
    theirs = _figures(candidate, {key.kpi for key in floor.figures}, _breakdowns(floor.figures))
    theirs |= dict(_rows(_delivered(candidate, floor.rows)))
    return [Compared(key, figures.get(key), theirs.get(key)) for key in sorted({*figures, *theirs}, key=_order)]


def _order(key: Key) -> tuple[str, ...]:
    return tuple(part or "" for part in key)


def _candidate(home: Path) -> Path:
    found = sorted((home / "warehouse" / "candidate").glob("*/figure.parquet"), key=lambda path: path.stat().st_mtime)
    if not found:
        raise FileNotFoundError(f"no candidate under {home}")
    return found[-1].parent


def _breakdowns(figures: Figures) -> set[tuple[str, str, bool]]:
    """Tell by which breakdowns the floor gives a KPI of the district, and of its streets."""
    return {(key.kpi, key.breakdown_type, len(key.area) == len("110101")) for key in figures}


def _figures(candidate: Path, kpis: set[str], breakdowns: set[tuple[str, str, bool]]) -> Figures:
    district = json.loads((candidate / "context.json").read_text(encoding="utf-8"))["district"]
    told = pl.read_parquet(candidate / "figure.parquet").filter(
        pl.col("kpi_id").is_in(kpis), pl.col("area_type").is_in(["district", "street"]), pl.col("basis") == "ALL"
    )
    names = ["kpi_id", "area_code", "breakdown_type", "breakdown_code", "period", "base_period"]
    amounts = ["value", "numerator", "denominator"]
    return {
        Key(*row[:6]): Value(*row[6:])
        for row in told.select(*names, *amounts).iter_rows()
        if (row[0], row[2], row[1] == district) in breakdowns
    }


def _delivered(candidate: Path, feeds: Mapping[str, object]) -> dict[str, tuple[int, int]]:
    told = pl.read_parquet(candidate / "mart_delivery_quality.parquet").filter(pl.col("status") == "ACCEPTED")
    summed = told.group_by("feed").agg(pl.col("read_cnt").sum(), pl.col("accepted_cnt").sum())
    return {feed: (read, accepted) for feed, read, accepted in summed.iter_rows() if feed in feeds}


def _rows(told: Mapping[str, tuple[int, int]]) -> Iterator[tuple[Key, Value]]:
    for feed, numbers in told.items():
        for name, number in zip((_ROWS_READ, _ROWS_ACCEPTED), numbers, strict=True):
            yield Key(name, "_T", "feed", feed, "all"), Value(Decimal(number))
