"""Monthly lists to intervals: what is said of a key from when until when (SPEC 0.1b, Deliveries; 3.3, O01)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

FOREVER = date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Lists:
    """How the lists of a feed are to be read.

    ``start`` and ``end`` are the columns of a key's own dates. ``absences``: so many lists in a row must lack a key
    for it to have ended. ``always``: its own start counts whenever it first appears, not in the first list alone.
    """

    key: Sequence[str]
    attributes: Sequence[str]
    start: str
    end: str | None = None
    absences: int = 1
    always: bool = True


def intervals(stated: pl.DataFrame, lists: Lists) -> pl.DataFrame:
    """Return the key, the attributes, ``valid_from`` and ``valid_to`` of every interval; ``stated`` has list_on too."""
    days = stated.select(pl.col("list_on").unique().sort()).with_row_index("n")
    last = days.height - 1
    end = pl.col(lists.end) if lists.end else pl.lit(None, pl.Date)
    seen = stated.join(days, on="list_on").sort(*lists.key, "n", nulls_last=True)
    is_other = pl.any_horizontal(pl.col(name).ne_missing(pl.col(name).shift(1)) for name in lists.key)
    is_gap = pl.col("n").cast(pl.Int64) - pl.col("n").shift(1).cast(pl.Int64) > lists.absences
    changed = [pl.col(name).ne_missing(pl.col(name).shift(1)) for name in lists.attributes]
    marked = (
        seen.lazy()
        .select(*lists.key, *lists.attributes, pl.col(lists.start).alias("own_start"), end.alias("own_end"),
                "list_on", "n", (is_other | is_gap).fill_null(True).alias("starts_chain"),
                pl.any_horizontal(is_other, is_gap, *changed).fill_null(True).alias("starts"), is_other.alias("other"))
        .with_columns(pl.col("starts_chain").cum_sum().alias("chain"), pl.col("starts").cum_sum().alias("part"),
                      pl.col("other").cum_sum().alias("key_no"))
    )  # fmt: skip
    own_start = pl.col("own_start").last() if lists.always else pl.col("own_start").first()
    chains = marked.group_by("chain").agg(own_start, pl.col("own_end").last(), pl.col("n").last().alias("last_n"))
    absent = days.lazy().select(pl.col("n").alias("absent_n"), pl.col("list_on").alias("absent_on"))
    is_first = pl.col("key_no").ne_missing(pl.col("key_no").shift(1)).fill_null(True)
    counts = is_first if lists.always else is_first & (pl.col("first_n") == 0)
    told_anew = pl.when(pl.col("key_no").shift(-1) == pl.col("key_no")).then(pl.col("first_on").shift(-1))
    return (
        marked.group_by("part")
        .agg(*(pl.col(name).last() for name in (*lists.key, *lists.attributes)), pl.col("chain").first(),
             pl.col("key_no").first(), pl.col("n").first().alias("first_n"),
             pl.col("list_on").first().alias("first_on"))
        .join(chains, on="chain")
        .with_columns(pl.when(last - pl.col("last_n") >= lists.absences).then(pl.col("last_n") + 1).alias("absent_n"))
        .join(absent, on="absent_n", how="left")
        .sort("part")
        .with_columns(
            pl.when(counts & pl.col("own_start").is_not_null()).then(pl.col("own_start"))
            .otherwise(pl.max_horizontal("first_on", "own_start")).alias("valid_from"),
            pl.min_horizontal(
                told_anew.fill_null(FOREVER), pl.coalesce("own_end", "absent_on", pl.lit(FOREVER))
            ).alias("valid_to"),
        )
        .filter(pl.col("valid_from") < pl.col("valid_to"))
        .select(*lists.key, *lists.attributes, "valid_from", "valid_to")
        .collect()
    )  # fmt: skip


def leases(stated: pl.DataFrame) -> pl.DataFrame:
    """Return who occupied what; the day on which an enterprise moves is its first in the new place alone."""
    key = ("firm", "building", "unit_no", "moved_in_on")
    told = intervals(stated, Lists(key, ("leased_m2", "is_taxed"), "moved_in_on", "moved_out_on", absences=2))
    before, behind = pl.col("valid_to").shift(1).over(key), pl.col("valid_from").shift(-1).over(key)
    told = told.sort(*key, "valid_from", nulls_last=True).with_columns(
        (before < pl.col("valid_from")).fill_null(True).alias("is_start"),
        (behind > pl.col("valid_to")).fill_null(True).alias("is_end"),
        pl.col("valid_to").dt.offset_by("-1d").alias("last_day"),
    )
    moves = told.filter("is_start").select("firm", pl.col("valid_from").alias("last_day")).unique()
    moves = moves.with_columns(pl.lit(True).alias("has_moved"))
    is_told_twice = pl.col("is_end") & pl.col("has_moved") & (pl.col("last_day") > pl.col("valid_from"))
    return told.join(moves, on=["firm", "last_day"], how="left").with_columns(
        pl.when(is_told_twice).then("last_day").otherwise("valid_to").alias("valid_to")
    ).select("firm", "building", "leased_m2", "is_taxed", "valid_from", "valid_to")  # fmt: skip
