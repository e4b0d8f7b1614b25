"""What the rows of a candidate tell: sums of one measure over a place, a slice and a window, whichever KPI names them.

A level tells its numerator, a ratio both of its parts, a growth the levels of both periods. One quantity told by many
rows is one cell of disclosure control, so a year-on-year, a share, an amount per square metre or a rank of something
hidden is hidden with it (SPEC 4.4, linked tables and derived forms).
"""

from datetime import timedelta

import polars as pl

from common.wording import CHANGES
from publish.columns import CELL

QUANTITY = ("term", *CELL, "from_on", "until_on")
"""The key of a quantity: measure, place, slice, first day and first day after; a stock has a window of one day."""

_PARTS = ("numerator", "denominator")


def told_quantities(figures: pl.DataFrame, kpi: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return a row for each figure and quantity that it tells: figure_key, ``QUANTITY``, ``amount``.

    ``amount`` is null where the figure names the quantity without its size (a mixed
    sum, an average, a rank), and the quantity then has it from another figure or is nobody's business.
    """
    known = figures.join(
        kpi.select("kpi_id", "kind", "change_of", "component_type"), on="kpi_id", maintain_order="left"
    )
    is_change = pl.col("kind").is_in(sorted(CHANGES))
    levels = _levels(known.filter(~is_change), terms)
    changes = _changes(known.filter(is_change), terms)
    return pl.concat([levels, changes]).unique(["figure_key", *QUANTITY], keep="first", maintain_order=True)


def _levels(known: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return what levels, ratios, averages and ranks tell of their own window."""
    is_part = pl.col("component_type") == pl.col("breakdown_type")
    rows = known.with_columns(
        pl.when(is_part).then("breakdown_code").alias("component"),
        pl.when(is_part).then(pl.lit("_T")).otherwise("breakdown_type").alias("breakdown_type"),
        pl.when(is_part).then(pl.lit("_T")).otherwise("breakdown_code").alias("breakdown_code"),
        pl.coalesce("numerator", pl.when(kind="level").then("value")).alias("numerator"),
    )
    return _with_terms(rows, terms, _PARTS)


def _changes(known: pl.DataFrame, terms: pl.DataFrame) -> pl.DataFrame:
    """Return what growths tell: the level of the period, and in their denominator that of the base period."""
    subject = pl.coalesce("change_of", "kpi_id")
    rows = known.with_columns(
        subject.alias("kpi_id"),
        pl.lit(None, pl.String).alias("component"),
        # a frozen set of buildings or payers is a measure of its own
        pl.when(pl.col("basis") != "ALL").then(pl.format("|{}|{}", "basis", _set_name())).alias("suffix"),
    )
    now = _with_terms(rows, terms, _PARTS[:1])
    base = rows.with_columns(
        pl.col("denominator").alias("numerator"),
        pl.col("base_window_start_on").alias("window_start_on"),
        pl.col("base_window_end_on").alias("window_end_on"),
    )
    return pl.concat([now, _with_terms(base, terms, _PARTS[:1])])


def _set_name() -> pl.Expr:
    """Name a frozen set: payers of both periods are named by the two periods."""
    return pl.coalesce("building_set_id", pl.format("{}:{}", "period", "base_period"))


def _with_terms(rows: pl.DataFrame, terms: pl.DataFrame, parts: tuple[str, ...]) -> pl.DataFrame:
    """Turn each part of each row into the quantities that it is made of."""
    counted = terms.with_columns(pl.len().over("kpi_id", "component", "role").alias("of"))
    suffix = pl.col("suffix").fill_null("") if "suffix" in rows.columns else pl.lit("")
    found = []
    for part in parts:
        own = counted.filter(role=part)
        joined = rows.join(own, on=["kpi_id", "component"], nulls_equal=True)
        is_stock = pl.col("timing") != "IN"
        # only one measure by itself has the size of the part; an average is not the size of its sum
        is_plain = (pl.col("of") == 1) & ~pl.col("kind").is_in(["window_average", "window_change"])
        is_plain &= pl.col("timing") != "END_MONTHS"
        found.append(
            joined.select(
                "figure_key",
                (pl.col("measure_id") + suffix).alias("term"),
                *CELL,
                pl.when(is_stock).then(pl.col("window_end_on") - timedelta(days=1))
                .otherwise("window_start_on").alias("from_on"),
                pl.col("window_end_on").alias("until_on"),
                pl.when(is_plain).then(pl.col(part) / pl.col("weight")).cast(pl.Decimal(38, 8)).alias("amount"),
            )
        )  # fmt: skip
    return pl.concat(found)
