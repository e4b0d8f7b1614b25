"""What the gates know of a candidate: its public figures, the office's limits by validity, and reference magnitudes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path

import polars as pl

from common.files import read_json
from common.messages import LouyuError, Message
from common.statements import split_unit

SERIES = ("kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "basis", "caliber")
"""What the figures of one KPI and place share, so that their periods are a history."""

PLACE = ("area_type", "area_code", "breakdown_type", "breakdown_code")


@dataclass(frozen=True, slots=True)
class Broken:
    """The figures that break one check: ``rows`` has figure_key, expected and found, and may have ``figures``, the
    keys of the others concerned, and ``decomposition``."""

    check: Message
    todo: Message
    rows: pl.DataFrame
    idle: Message | None = None
    """Why there is nothing that the check could hold a figure against, where that is so."""


@dataclass(frozen=True)
class Facts:
    """A candidate as the gates read it."""

    figures: pl.DataFrame
    """Every public figure with its KPI's kind, class and sign, ``v`` (value), ``n`` and ``d`` as floats, and
    ``last_on``, the last day of its period."""
    components: pl.DataFrame
    """The decomposition of the growth of tax: figure, place, period, base period and component."""
    thresholds: pl.DataFrame
    references: pl.DataFrame
    sources: pl.DataFrame
    as_of: date
    district: str
    hidden: frozenset[str] | None = None
    """The figures that disclosure control suppresses; None where it has not spoken."""
    published: pl.DataFrame | None = None
    """What readers have now, with the columns of ``published.kpi_value``; None before the first publication."""

    def limit(self, gate: str, name: str) -> pl.Expr:
        """Return a limit as it is valid on the last day of each figure's period, null where none is.

        Raises LouyuError where the office has no such limit at all: a gate without it cannot speak.
        """
        rows = self.thresholds.filter(gate_id=gate, name=name)
        if rows.is_empty():
            raise LouyuError(f"缺少阈值 {gate} {name}", f"there is no threshold {name} of {gate}")
        found = pl.lit(None, pl.Float64)
        for value, since, until in rows.select("value", "valid_from", "valid_to").iter_rows():
            first, last = pl.lit(since or date.min), pl.lit(until or date.max)
            is_valid = (pl.col("last_on") >= first) & (pl.col("last_on") < last)
            found = pl.when(is_valid).then(pl.lit(float(value))).otherwise(found)
        return found

    def levels(self, *kpis: str, so_far: bool = False) -> pl.DataFrame:
        """Return the figures of some KPIs that have a value; of a period that is not over only where what has come of
        it ``so_far`` is asked for."""
        is_one = pl.col("kpi_id").is_in(kpis) & pl.col("v").is_not_null()
        return self.figures.filter(is_one & ((pl.col("obs_status") != "P") | so_far))

    @cached_property
    def stated(self) -> dict[str, dict[str, float]]:
        """The district's own reference magnitudes in yuan, by indicator and period."""
        found: dict[str, dict[str, float]] = {}
        own = self.references.filter(pl.col("area_code").fill_null("").is_in(["", self.district]))
        for indicator, period, value, unit in own.select("indicator", "period", "value", "unit").iter_rows():
            scale, bare = split_unit(unit)
            if bare == "元":
                found.setdefault(indicator, {})[period] = float(value) * scale
        return found

    def yearly(self, indicator: str) -> dict[int, float]:
        """Return a reference magnitude of whole years in yuan."""
        stated = self.stated.get(indicator, {})
        return {int(period): value for period, value in stated.items() if len(period) == len("2023")}


def read_facts(candidate: Path, published: pl.DataFrame | None = None) -> Facts:
    """Read the facts of a candidate."""
    context, decided = read_json(candidate / "context.json"), candidate / "disclosure.parquet"
    kpi = pl.read_parquet(candidate / "kpi.parquet").select("kpi_id", "kind", "sdc_class", "is_signed", "change_of")
    figures = (
        pl.read_parquet(candidate / "figure.parquet")
        .drop("is_signed")
        .join(kpi, on="kpi_id", maintain_order="left")
        .with_columns(
            pl.col("value").cast(pl.Float64).alias("v"),
            pl.col("numerator").cast(pl.Float64).alias("n"),
            pl.col("denominator").cast(pl.Float64).alias("d"),
            pl.col("window_end_on").dt.offset_by("-1d").alias("last_on"),
        )
    )
    is_part = pl.col("kind") == "decomposition"
    return Facts(
        figures=figures.filter(audience="PUBLIC"),
        components=figures.filter(is_part),
        thresholds=pl.read_parquet(candidate / "office_gate_threshold.parquet"),
        references=pl.read_parquet(candidate / "office_reference_magnitude.parquet"),
        sources=pl.read_parquet(candidate / "figure_source.parquet"),
        as_of=date.fromisoformat(context["as_of"]),
        district=context["district"],
        hidden=frozenset(pl.read_parquet(decided)["figure_key"]) if decided.exists() else None,
        published=published,
    )


def broken(
    check: Message, todo: Message, rows: pl.DataFrame, expected: pl.Expr, found: pl.Expr, others: Sequence[str] = ()
) -> Broken:
    """Return what breaks a check, with what was expected and found; ``others`` name columns of rows to keep."""
    return Broken(check, todo, rows.select("figure_key", expected.alias("expected"), found.alias("found"), *others))


def without(check: Message, reference: Message) -> Broken:
    """Return a check that holds nothing against a figure, for want of a reference."""
    return Broken(check, reference, pl.DataFrame(schema={"figure_key": pl.String}), reference)


def months() -> pl.Expr:
    """Return how many months a figure's window holds, at least one."""
    days = (pl.col("window_end_on") - pl.col("window_start_on")).dt.total_days()
    return (days / 30.4375).round().clip(lower_bound=1)


def day_after(day: date) -> date:
    """Return the next day, the open end of a window that holds this one."""
    return day + timedelta(days=1)
