"""What a release would change of what is published now: revised, newly withheld, shown for the first time, gone."""

from collections.abc import Sequence

import polars as pl

from publish.carrying import Reasons
from publish.columns import CELL, KEY
from publish.shelf import Release

REVISION = "revision.parquet"
_CELL = (*CELL, "period_type", "period")


def changes(
    figures: pl.DataFrame, published: pl.DataFrame, kpi: pl.DataFrame, followed: Sequence[str], reasons: Reasons
) -> pl.DataFrame:
    """Return a row for each figure whose published value would change: KEY, both sides, difference, kind, growth.

    ``kind`` is REVISED, WITHHELD (published, now withheld or suppressed), ABSENT (published, now without a value),
    SHOWN (published without a value, now with one) or GONE (published by one of the ``followed`` releases, no longer
    held). ``reason`` is the reason code of what is REVISED, ABSENT or GONE. ``growth`` tells of a revised level whether
    every growth of it is revised too: TOGETHER or UNCHANGED; null where the release has none of it (SPEC 4.2). A level
    stands beside its growth, the district first.
    """
    if published.is_empty():
        published = figures.clear()
    said = ("value", "unit", "conf_status", "printed_zh", "printed_en")
    before = published.select(*KEY, *(pl.col(name).alias(f"old_{name}") for name in said),
                              pl.col("release_id").alias("old_release_id"), pl.lit(True).alias("was"))  # fmt: skip
    now = figures.select(*KEY, *said, pl.lit(True).alias("is"))
    both = now.join(before, on=list(KEY), how="full", nulls_equal=True, coalesce=True)
    old, new = pl.col("old_value"), pl.col("value")
    is_followed = pl.col("old_release_id").is_in(followed)
    kind = (
        pl.when(pl.col("is").is_null()).then(pl.when(is_followed & old.is_not_null()).then(pl.lit("GONE")))
        .when(pl.col("was").is_null() | old.eq_missing(new)).then(None)
        .when(old.is_null()).then(pl.lit("SHOWN"))
        .when(new.is_null() & (pl.col("conf_status") == "F")).then(pl.lit("ABSENT"))
        .when(new.is_null()).then(pl.lit("WITHHELD"))
        .otherwise(pl.lit("REVISED"))
    )  # fmt: skip
    unit = pl.coalesce("unit", "old_unit").alias("unit")
    found = both.with_columns(kind.alias("kind"), (new - old).alias("difference"), unit)
    found = found.filter(pl.col("kind").is_not_null())
    told = reasons(found.filter(pl.col("kind").is_in(["REVISED", "ABSENT", "GONE"]))).select(*KEY, "reason")
    found = found.join(told, on=list(KEY), how="left", nulls_equal=True)
    family = kpi.select("kpi_id", pl.coalesce("change_of", "kpi_id").alias("level"))
    return (
        _with_growth(found, figures, kpi).join(family, on="kpi_id", how="left")
        .sort((pl.col("area_type") != "district"), pl.coalesce("level", "kpi_id"), *_CELL, *KEY, nulls_last=True)
        .select(*KEY, "kind", "reason", "growth", "unit", "old_release_id",
                *(f"old_{name}" for name in ("value", *said[3:])), "value", *said[3:], "difference")
    )  # fmt: skip


def revision(changed: pl.DataFrame, release_id: str) -> pl.DataFrame:
    """Return the revision table of a release: both values are published, so neither side is withheld or suppressed."""
    rows = changed.filter(kind="REVISED").with_columns(release_id=pl.lit(release_id), new_value=pl.col("value"))
    return rows.select(*KEY, "old_release_id", "release_id", "old_value", "new_value", "difference", "reason").sort(
        KEY, nulls_last=True
    )


def _with_growth(found: pl.DataFrame, figures: pl.DataFrame, kpi: pl.DataFrame) -> pl.DataFrame:
    """Say of each revised level whether its growths are revised with it."""
    growths = figures.filter(pl.col("value").is_not_null()).join(
        kpi.filter(pl.col("change_of").is_not_null()).select("kpi_id", "change_of"), on="kpi_id"
    )
    revised = found.select(*KEY, pl.lit(True).alias("is_revised"))
    of_level = (
        growths.join(revised, on=list(KEY), how="left", nulls_equal=True)
        .group_by(pl.col("change_of").alias("kpi_id"), *_CELL)
        .agg(pl.col("is_revised").fill_null(False).all().alias("together"))
    )
    told = pl.when("together").then(pl.lit("TOGETHER")).when(~pl.col("together")).then(pl.lit("UNCHANGED"))
    return found.join(of_level, on=["kpi_id", *_CELL], how="left").with_columns(
        pl.when(pl.col("kind") == "REVISED").then(told).alias("growth")
    )


def followed_by(as_of: str, programme: str, district: str, standing: Sequence[Release]) -> list[str]:
    """Return the published releases that a new one follows: those of its programme and district, up to its day."""
    return [
        one.id for one in standing if one.subject[:2] == (programme, district) and one.facts["as_of"] <= as_of
    ]  # fmt: skip
