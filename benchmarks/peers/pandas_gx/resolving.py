"""Codes, names and places to enterprises and buildings, and the newest version of what is told again, in pandas."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from benchmarks.peers.pandas_gx.expecting import are_sound
from benchmarks.peers.pandas_gx.intervals import FOREVER, intervals, leases

_IN_HAND = ["PENDING", "DISPATCHED", "HANDLING", "SUPERVISED"]


@dataclass(frozen=True, eq=False)
class Register:
    """The buildings of a district: intervals of what holds of them, and the one that each name means."""

    versions: pd.DataFrame
    names: pd.Series
    """The building of each name."""


def with_firms(rows: pd.DataFrame, enterprises: pd.DataFrame) -> pd.DataFrame:
    """Name the enterprise of each row as ``firm``: its code, else that of the only bearer of its name (B-IDN-04)."""
    bearers = enterprises[["name", "uscc"]].drop_duplicates()
    bearers = bearers[~bearers.duplicated("name", keep=False)].set_index("name")["uscc"]
    named = rows.assign(firm=rows["uscc"].fillna(rows["enterprise_name"].map(bearers)))
    return named[named["firm"].notna()]


def register(lists: pd.DataFrame, aliases: pd.DataFrame) -> Register:
    """Make the register of its monthly lists and of what buildings are called besides."""
    code = lists["building_code"]
    stated = lists.assign(
        building=code, street=code.str[:6] + code.str[7:10], grade=lists["grade"].astype("object").fillna("OTHER")
    )
    told = ["street", "stat_flag", "grade", "rentable_area_m2"]
    versions = intervals(stated, ["building"], told, "stat_from", always=False)
    other = stated[["building"]].assign(called=stated["alias"].str.split("、")).explode("called").dropna()
    called = pd.concat([
        stated[["building_name", "building"]].set_axis(["called", "building"], axis=1), other[["called", "building"]],
        aliases[["alias_norm", "building_code"]].set_axis(["called", "building"], axis=1),
    ]).drop_duplicates()  # fmt: skip
    return Register(versions, called[~called.duplicated("called", keep=False)].set_index("called")["building"])


def places(texts: pd.Series, known: Register) -> pd.Series:
    """Return the one building whose name stands in each text, of names in one place the longest; else null."""
    names = sorted(known.names.index, key=len, reverse=True)
    asked = pd.Series(texts.dropna().unique(), dtype="object")
    found = asked.str.findall("|".join(map(re.escape, names))).explode().map(known.names).dropna()
    found = found.reset_index().drop_duplicates().set_axis(["n", "building"], axis=1)
    found = found[~found.duplicated("n", keep=False)]
    return texts.map(pd.Series(found["building"].to_numpy(), index=asked.loc[found["n"]]))


def occupied(lists: pd.DataFrame, known: Register, enterprises: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return who occupied what from when until when, and how many rows of the lists were of use."""
    sound = with_firms(lists[are_sound(lists["uscc"])], enterprises)
    placed = sound.assign(building=places(sound["building_name"], known))
    placed = placed[placed["building"].notna()]
    room = ["list_on", "firm", "building", "unit_no", "moved_in_on"]
    area, ends = placed["leased_area_m2"], placed["moved_out_on"]
    placed = placed.assign(
        no_area=area.isna(), no_end=ends.isna(), first_area=area, is_taxed=placed["taxed_in_district"].fillna(False)
    )
    stated = placed.groupby(room, dropna=False, sort=False).agg(
        leased_m2=("leased_area_m2", "sum"), no_area=("no_area", "any"), is_taxed=("is_taxed", "any"),
        moved_out_on=("moved_out_on", "max"), no_end=("no_end", "any"),
    ).reset_index()  # fmt: skip
    first = placed.drop_duplicates(room)["leased_area_m2"].reset_index(drop=True)
    whole = stated["leased_m2"].mask(stated["no_area"])
    stated["leased_m2"] = whole.where(stated["unit_no"].isna(), first)
    stated["moved_out_on"] = stated["moved_out_on"].mask(stated["no_end"])
    return leases(stated), len(placed)


def held(occupancies: pd.DataFrame, known: Register, days: Sequence[pd.Timestamp]) -> pd.DataFrame:
    """Return who is in which building on each day: a row for each enterprise and building, areas summed."""
    parts = []
    occupancies = occupancies.assign(is_area_missing=occupancies["leased_m2"].isna())
    for day in days:
        houses = known.versions[(known.versions["valid_from"] <= day) & (day < known.versions["valid_to"])]
        here = occupancies[(occupancies["valid_from"] <= day) & (day < occupancies["valid_to"])]
        here = here.groupby(["firm", "building"], as_index=False).agg(
            leased_m2=("leased_m2", "sum"), is_area_missing=("is_area_missing", "any"), is_taxed=("is_taxed", "any")
        )
        houses = houses[houses["stat_flag"].fillna(False).astype(bool)].drop(columns=["valid_from", "valid_to"])
        parts.append(here.merge(houses, on="building").assign(day=day))
    return pd.concat(parts, ignore_index=True)


def registered(statements: pd.DataFrame, district: str) -> pd.DataFrame:
    """Return from when on each enterprise is registered here or elsewhere; its first statement always held."""
    told = statements.sort_values("received_at", kind="stable")
    since = told["status_date"].fillna(told["received_at"].dt.normalize())
    since = since.mask(~told.duplicated("uscc"), pd.Timestamp("0001-01-01")).astype("datetime64[us]")
    here = told["reg_district"].str.startswith(district).fillna(False).astype(bool)
    found = pd.DataFrame({"firm": told["uscc"], "valid_from": since, "is_registered": here})
    return found.sort_values("valid_from", kind="stable")


def newest_tickets(versions: pd.DataFrame) -> pd.DataFrame:
    """Keep the last version of each ticket; a copy for an assisting unit never stands for it."""
    is_lead = versions["unit_role"].astype("object").ne("ASSIST") if "unit_role" in versions else True
    ordered = versions.assign(is_lead=is_lead).sort_values(["is_lead", "updated_at"], kind="stable")
    return ordered.drop_duplicates("ticket_no", keep="last")


def counted_tickets(
    versions: pd.DataFrame, known: Register, district: Sequence[str], as_of: pd.Timestamp
) -> pd.DataFrame:
    """Return the tickets that count, in buildings in statistics when they were made (SPEC 0.1b, Hotline)."""
    newest = newest_tickets(versions)
    created_on = newest["created_at"].dt.normalize()
    is_here = newest["district_name"].astype("object").str.contains("|".join(map(re.escape, district)))
    newest = newest.assign(on=created_on)[
        newest["is_lead"] & ~newest["is_duplicate"].astype(bool) & ~newest["ticket_type"].isin(["TEST", "CONSULT"])
        & (created_on <= as_of) & is_here.fillna(False).astype(bool)
    ]  # fmt: skip
    houses = known.versions[known.versions["stat_flag"].fillna(False).astype(bool)]
    found = newest.assign(building=places(newest["place"], known)).merge(houses, on="building")
    found = found[(found["valid_from"] <= found["on"]) & (found["on"] < found["valid_to"])]
    return pd.DataFrame({
        "ticket_no": found["ticket_no"], "street": found["street"], "on": found["on"],
        "is_excluded": found["exclude_flag"].astype(bool),
        "category": found["category_path"].astype("object").str.split("->").str[0],
        "is_in_hand": found["status"].isin(_IN_HAND),
    })  # fmt: skip


def deciding_callbacks(calls: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """Return what was answered in the last valid call back about each ticket."""
    newest = calls.sort_values("callback_at", kind="stable", na_position="first")
    newest = newest.drop_duplicates(["ticket_no", "callback_seq"], keep="last")
    valid = newest[newest["valid"].fillna(False).astype(bool) & (newest["callback_at"].dt.normalize() <= as_of)]
    last = valid.sort_values("callback_seq", kind="stable", na_position="first").drop_duplicates(
        "ticket_no", keep="last"
    )
    return last[["ticket_no", "resolved", "satisfaction"]].assign(
        contacted=last["contacted"].fillna(False).astype(bool)
    )


def titles(stages: pd.DataFrame) -> pd.DataFrame:
    """Return the titles that were granted, with the days from and until which they hold; a withdrawal ends one."""
    newest = stages.drop_duplicates(["firm", "rating_code", "batch", "stage"], keep="last")
    gone = newest.loc[newest["stage"].isin(["WITHDRAWN", "EXPIRED"]), ["firm", "rating_code", "grant_date"]]
    granted = newest[newest["stage"].isin(["CERTIFIED", "RENEWED"])].reset_index(drop=True)
    ends = granted.reset_index(names="n").merge(gone, on=["firm", "rating_code"], suffixes=("", "_gone"))
    ended = ends[ends["grant_date_gone"] >= ends["grant_date"]].groupby("n")["grant_date_gone"].min()
    until = granted["valid_to"].fillna(granted["grant_date"] + pd.DateOffset(years=3))
    ended_on = ended.reindex(granted.index).astype("datetime64[us]").fillna(FOREVER)
    return pd.DataFrame({
        "firm": granted["firm"], "rating": granted["rating_code"].astype("object"),
        "stage": granted["stage"].astype("object"), "grant_date": granted["grant_date"],
        "valid_from": granted["valid_from"].fillna(granted["grant_date"]),
        "valid_to": pd.concat([until.astype("datetime64[us]"), ended_on], axis=1).min(axis=1),
    })  # fmt: skip
