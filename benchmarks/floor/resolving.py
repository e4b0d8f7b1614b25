"""Codes, names and places to enterprises and buildings, and the newest version of what is told again and again."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import polars as pl

from benchmarks.floor.intervals import FOREVER, Lists, intervals, leases

_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_NONE = 255
_WEIGHTS = np.array([pow(3, place, 31) for place in range(17)])
_IN_HAND = ["PENDING", "DISPATCHED", "HANDLING", "SUPERVISED"]


@dataclass(frozen=True, eq=False)
class Register:
    """The buildings of a district: intervals of what holds of them, and the one that each name means."""

    versions: pl.DataFrame
    names: pl.DataFrame
    """``called`` and ``building``."""


def are_credit_codes(codes: pl.Series) -> pl.Series:
    """Tell of each text whether it is a credit code with the right check symbol (SPEC 3.2)."""
    has_length = (codes.str.len_bytes() == 18).fill_null(False)
    some = codes.filter(has_length)
    if some.is_empty():
        return has_length
    symbols = np.frombuffer("".join(some.to_list()).encode(), dtype=np.uint8).reshape(-1, 18)
    values = _values()[symbols].astype(np.int64)
    are_symbols = (values < _NONE).all(axis=1) & (values[:, 2:8] < 10).all(axis=1)
    sums = (values[:, :17] * _WEIGHTS).sum(axis=1)
    passes = are_symbols & (values[:, 17] == -sums % 31)
    return has_length.cast(pl.Int8).scatter(has_length.arg_true(), passes.astype(np.int8)).cast(pl.Boolean)


def _values() -> npt.NDArray[np.uint8]:
    table = np.full(256, _NONE, dtype=np.uint8)
    table[np.frombuffer(_SYMBOLS.encode(), dtype=np.uint8)] = np.arange(len(_SYMBOLS))
    return table


def with_sound_codes(rows: pl.DataFrame) -> pl.DataFrame:
    """Leave out the rows whose code is nobody's (B-IDN-01)."""
    codes = rows["uscc"].unique()
    wrong = codes.filter(codes.is_not_null() & ~are_credit_codes(codes))
    return rows if wrong.is_empty() else rows.filter(~pl.col("uscc").is_in(wrong.implode()).fill_null(False))


def with_firms(rows: pl.DataFrame, enterprises: pl.DataFrame) -> pl.DataFrame:
    """Name the enterprise of each row as ``firm``: its code, else that of the only bearer of its name (B-IDN-04)."""
    bearers = enterprises.group_by("name").agg(pl.col("uscc").unique()).filter(pl.col("uscc").list.len() == 1)
    named = rows.join(
        bearers.select(pl.col("name").alias("enterprise_name"), pl.col("uscc").list.first().alias("bearer")),
        on="enterprise_name", how="left", maintain_order="left",
    )  # fmt: skip
    return named.with_columns(pl.coalesce("uscc", "bearer").alias("firm")).drop("bearer").drop_nulls("firm")


def register(lists: pl.DataFrame, aliases: pl.DataFrame) -> Register:
    """Make the register of its monthly lists and of what buildings are called besides."""
    stated = lists.with_columns(
        pl.col("building_code").alias("building"),
        (pl.col("building_code").str.head(6) + pl.col("building_code").str.slice(7, 3)).alias("street"),
        pl.col("grade").cast(pl.String).fill_null("OTHER"),
    )
    told = ("street", "stat_flag", "grade", "rentable_area_m2")
    versions = intervals(stated, Lists(("building",), told, "stat_from", always=False))
    other_names = stated.select(pl.col("alias").str.split("、").alias("called"), "building").explode("called")
    called = pl.concat([
        stated.select(pl.col("building_name").alias("called"), "building"),
        other_names.drop_nulls(),
        aliases.select(pl.col("alias_norm").alias("called"), pl.col("building_code").alias("building")),
    ]).unique()  # fmt: skip
    return Register(versions, called.filter(pl.col("called").is_unique()))


def places(texts: pl.Series, known: Register) -> pl.DataFrame:
    """Find the one building whose name stands in each of these texts; of names in one place the longest."""
    names = known.names.sort(pl.col("called").str.len_chars(), descending=True)
    asked = pl.DataFrame({"place": texts.drop_nulls().unique()})
    found = asked.with_columns(
        pl.col("place").str.extract_many(names["called"].implode(), leftmost=True).alias("called")
    )
    meant = (
        found.explode("called").drop_nulls().join(names, on="called").group_by("place").agg(pl.col("building").unique())
    )
    return meant.filter(pl.col("building").list.len() == 1).with_columns(pl.col("building").list.first())


def occupied(lists: pl.DataFrame, known: Register, enterprises: pl.DataFrame) -> tuple[pl.DataFrame, int]:
    """Return who occupied what from when until when, and how many rows of the lists were of use."""
    sound = with_firms(with_sound_codes(lists), enterprises)
    where = places(sound["building_name"], known).rename({"place": "building_name"})
    placed = sound.join(where, on="building_name", maintain_order="left")
    room = ["list_on", "firm", "building", "unit_no", "moved_in_on"]
    area, ends = pl.col("leased_area_m2"), pl.col("moved_out_on")
    whole = pl.when(area.is_not_null().all()).then(area.sum())
    stated = placed.group_by(room).agg(
        pl.when(pl.col("unit_no").first().is_null()).then(whole).otherwise(area.first()).alias("leased_m2"),
        pl.col("taxed_in_district").any().alias("is_taxed"),
        pl.when(ends.is_not_null().all()).then(ends.max()).alias("moved_out_on"),
    )  # fmt: skip
    return leases(stated), placed.height


def held(occupancies: pl.DataFrame, known: Register, days: Sequence[date]) -> pl.DataFrame:
    """Return who is in which building on each day: a row for each enterprise and building, areas summed."""
    houses = known.versions.rename({"valid_from": "since", "valid_to": "until"})
    parts = []
    for day in days:
        stands = houses.filter((pl.col("since") <= day) & (day < pl.col("until"))).drop("since", "until")
        here = occupancies.filter((pl.col("valid_from") <= day) & (day < pl.col("valid_to")))
        parts.append(
            here.group_by("firm", "building")
            .agg(
                pl.col("leased_m2").sum(),
                pl.col("leased_m2").is_null().any().alias("is_area_missing"),
                pl.col("is_taxed").any(),
            )
            .join(stands, on="building", how="left")
            .with_columns(pl.lit(day).alias("day"), pl.col("stat_flag").fill_null(False))
        )
    return pl.concat(parts)


def registered(statements: pl.DataFrame, district: str) -> pl.DataFrame:
    """Return from when on each enterprise is registered here or elsewhere; its first statement always held."""
    told = statements.sort("received_at", maintain_order=True)
    is_first = pl.int_range(pl.len()).over("uscc") == 0
    return told.select(
        pl.col("uscc").alias("firm"),
        pl.when(is_first).then(pl.date(1, 1, 1)).otherwise(pl.coalesce("status_date", pl.col("received_at").dt.date()))
        .alias("valid_from"),
        pl.col("reg_district").str.starts_with(district).fill_null(False).alias("is_registered"),
    ).sort("valid_from", maintain_order=True)  # fmt: skip


def newest_tickets(versions: pl.DataFrame) -> pl.DataFrame:
    """Keep the last version of each ticket; a copy for an assisting unit never stands for it."""
    is_lead = (pl.col("unit_role").cast(pl.String) != "ASSIST").fill_null(True)
    return versions.with_columns(is_lead.alias("is_lead")).sort(
        "is_lead", "updated_at", maintain_order=True
    ).unique("ticket_no", keep="last", maintain_order=True)  # fmt: skip


def counted_tickets(versions: pl.DataFrame, known: Register, district: list[str], as_of: date) -> pl.DataFrame:
    """Return the tickets that count, in buildings in statistics when they were made (SPEC 0.1b, Hotline)."""
    newest = newest_tickets(versions).filter(
        pl.col("is_lead"), ~pl.col("is_duplicate"), ~pl.col("ticket_type").cast(pl.String).is_in(["TEST", "CONSULT"]),
        pl.col("created_at").dt.date() <= as_of, pl.col("district_name").cast(pl.String).str.contains_any(district),
    )  # fmt: skip
    where = places(newest["place"].cast(pl.String), known)
    made_on = pl.col("created_at").dt.date()
    return (
        newest.with_columns(pl.col("place").cast(pl.String)).join(where, on="place")
        .join(known.versions.filter("stat_flag"), on="building")
        .filter(pl.col("valid_from") <= made_on, made_on < pl.col("valid_to"))
        .select("ticket_no", "street", "created_at", pl.col("exclude_flag").alias("is_excluded"),
                pl.col("category_path").cast(pl.String).str.split("->").list.first().alias("category"),
                pl.col("status").cast(pl.String).is_in(_IN_HAND).alias("is_in_hand"))
    )  # fmt: skip


def deciding_callbacks(calls: pl.DataFrame, as_of: date) -> pl.DataFrame:
    """Return what was answered in the last valid call back about each ticket."""
    newest = calls.sort("callback_at", maintain_order=True).unique(["ticket_no", "callback_seq"], keep="last")
    valid = newest.filter(pl.col("valid"), pl.col("callback_at").dt.date() <= as_of)
    return valid.sort("callback_seq").unique("ticket_no", keep="last").select(
        "ticket_no", pl.col("contacted").fill_null(False), pl.col("resolved").cast(pl.String),
        pl.col("satisfaction").cast(pl.String),
    )  # fmt: skip


def titles(stages: pl.DataFrame) -> pl.DataFrame:
    """Return the titles that were granted, with the days from and until which they hold; a withdrawal ends one."""
    newest = stages.unique(["firm", "rating_code", "batch", "stage"], keep="last", maintain_order=True)
    newest = newest.with_columns(pl.col("stage").cast(pl.String), pl.col("rating_code").cast(pl.String))
    gone = newest.filter(pl.col("stage").is_in(["WITHDRAWN", "EXPIRED"])).select(
        "firm", "rating_code", pl.col("grant_date").alias("ended_on")
    )
    granted = newest.filter(pl.col("stage").is_in(["CERTIFIED", "RENEWED"])).with_row_index("n")
    ends = granted.join(gone, on=["firm", "rating_code"]).filter(pl.col("ended_on") >= pl.col("grant_date"))
    return granted.join(ends.group_by("n").agg(pl.col("ended_on").min()), on="n", how="left").select(
        "firm", pl.col("rating_code").alias("rating"), "stage", "grant_date",
        pl.coalesce("valid_from", "grant_date").alias("valid_from"),
        pl.min_horizontal(
            pl.coalesce("valid_to", pl.col("grant_date").dt.offset_by("3y")), pl.col("ended_on").fill_null(FOREVER)
        ).alias("valid_to"),
    )  # fmt: skip
