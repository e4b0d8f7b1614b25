"""The distinct raw keys of every feed to buildings, and what is worth saying of them (B-IDN-08, B-ADM-01)."""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from operator import itemgetter

import polars as pl

from common.contracts import feeds
from common.findings import findings_frame
from common.notes import Addressed, counts, told_once_each
from common.rows import FULL_ADDRESS
from common.rules import Action, Finding, Place
from common.text import name_key
from identity.areas import Areas
from identity.buildings import XREF_SCHEMA, Match, Register, not_found
from identity.keys import Rows

BUILDING_FEEDS = {"O01": True, "G02": True, "P01": False, "N01": False, "M01": False}
"""Feeds that name a building; True where the row means nothing without it."""

_STREETS = {"B01": "street_name", "H01": "street_name", "G01": "street_name"}
"""Feeds that name a street, which may be called what it was called once."""

_Key = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class _Told:
    """A finding about one cell value of a column; a note is told once for a delivery."""

    rule_id: str
    action: Action
    facts: Mapping[str, object]


_Said = dict[tuple[str | None, ...], _Told | None]
"""What is said of the values of one or two columns."""


def resolve_buildings(rows: Rows, areas: Areas) -> tuple[pl.DataFrame, list[pl.DataFrame]]:
    """Return the xref of buildings (XREF_SCHEMA), and the findings of each feed (FINDING_SCHEMA).

    A row that needs a building and has none, or lies in another district, waits and is told of by itself; what was
    read as another name is noted once for each column of a delivery.
    """
    register_rows, told = _register(rows, areas)
    register_rows, unknown = _also_called(rows, register_rows)
    told += unknown
    register = Register(register_rows, areas.districts)
    found: dict[_Key, Match] = {
        (code or "", name, street): Match(register.id_of(code, name, street), "REGISTER", "in", (), 1.0)
        for code, name, street, _, _ in register_rows
    }
    for feed, is_needed in BUILDING_FEEDS.items():
        raw = rows(feed, "building_name")
        names = {name: register.by_name(name, "") for name in raw["building_name"].drop_nulls().unique().sort()}
        found |= {("", name, ""): match for name, match in names.items()}
        said: _Said = {(name,): _of_name(name, match, register, areas, is_needed) for name, match in names.items()}
        told.append(_findings(feed, "building_name", raw, ["building_name"], said))
    told += _tickets(rows, register, areas, found)
    told += [_streets(feed, column, rows(feed, column), areas) for feed, column in _STREETS.items()]
    records = [
        (*key, match.building_id, match.method, match.relation, round(match.score, 3), match.evidence)
        for key, match in found.items()
    ]
    return pl.DataFrame(records, schema=dict(XREF_SCHEMA), orient="row"), told


_RegisterRow = tuple[str | None, str, str, list[str] | None, str | None]


def _register(rows: Rows, areas: Areas) -> tuple[list[_RegisterRow], list[pl.DataFrame]]:
    """Return the register's rows that lie here, and what waits because its address lies elsewhere.

    A building of which any row lies here stays: one wrong address does not take it out of every other month.
    """
    columns = ["building_code", "building_name", "street_name", "alias", "address"]
    # another place's list may have no streets
    raw = rows("B01", *columns).with_columns(pl.col("street_name").fill_null(""))
    outside = {address: areas.elsewhere(address) for address in raw["address"].drop_nulls().unique()}
    said: _Said = {
        (address,): _Told("B-ADM-01", "QUARANTINE", {"p": district})
        for address, district in outside.items()
        if district
    }
    elsewhere = [address for address, district in outside.items() if district]
    is_here = pl.col("delivery_id").is_in(list(areas.abroad)) | ~pl.col("address").is_in(elsewhere).fill_null(False)
    here = raw.filter(is_here).select(columns).unique()
    return list(here.iter_rows()), [_findings("B01", "address", raw.filter(~is_here), ["address"], said)]


def _also_called(rows: Rows, register: list[_RegisterRow]) -> tuple[list[_RegisterRow], list[pl.DataFrame]]:
    """Return the register's rows with the names of the alias list (B02) among their aliases.

    A name counts like an alias of the register itself, whenever it came into use; one that means two buildings means
    neither. A row for a building that the register does not hold, or with the name that it gives another, waits.
    """
    raw = rows("B02", "alias_norm", "building_code")
    officials: dict[str, set[str]] = defaultdict(set)
    for code, name, *_ in register:
        officials[name_key(name)].add(code or name)
    named = {code: name for code, name, *_ in register if code}
    aliases: dict[str, set[str]] = defaultdict(set)
    unknown: _Said = {}
    taken: _Said = {}
    for alias, code in raw.select("alias_norm", "building_code").drop_nulls().unique().sort(pl.all()).iter_rows():
        bearers = officials.get(name_key(alias), set())
        if code not in named:
            unknown[alias, code] = _Told("B-IDN-08", "QUARANTINE", {"p": "、".join(sorted(bearers)) or "—"})
        elif bearers - {code}:
            taken[alias, code] = _Told("B-IDN-08", "QUARANTINE", {"p": named[code]})
        else:
            aliases[code].add(alias)
    widened = [
        (code, name, street, [*(own or ()), *sorted(aliases[code])] if code in aliases else own, address)
        for code, name, street, own, address in register
    ]
    key = ["alias_norm", "building_code"]
    return widened, [
        _findings("B02", "building_code", raw, key, unknown),
        _findings("B02", "alias_norm", raw, key, taken),
    ]


def _of_name(name: str, match: Match, register: Register, areas: Areas, is_needed: bool) -> _Told | None:
    if match.method == "ALIAS" and match.building_id:
        return _Told("B-IDN-08", "AUTO", {"p": register.name_of(match.building_id)})
    if match.building_id:
        return None
    if district := areas.elsewhere(name):
        return _Told("B-ADM-01", "QUARANTINE", {"p": district})
    if not is_needed:
        return None
    finding = not_found(name, match.candidates or register.nearest(name))
    return _Told(finding.rule_id, finding.action, finding.facts)


def _tickets(rows: Rows, register: Register, areas: Areas, found: dict[_Key, Match]) -> list[pl.DataFrame]:
    """Place the tickets. One of no building is complete; one that nearly names a building waits for a person."""
    raw = rows("H01", "district_name", "street_name", "place").with_columns(pl.col("street_name").fill_null(""))
    said: _Said = {}
    for place, street in raw.select("place", "street_name").drop_nulls("place").unique().sort(pl.all()).iter_rows():
        match = register.by_place(place, street or "")
        # a ticket's place may be worded as a register row without a code is; the row stays what it is
        found.setdefault(("", place, street), match)
        told = _of_name(place, match, register, areas, is_needed=False)
        if told is None and match.relation == "ambiguous":
            told = _Told("B-IDN-08", "QUARANTINE", {"p": "、".join(match.candidates)})
        said[place, street] = told
    outside: _Said = {
        (name,): _Told("B-ADM-01", "QUARANTINE", {"p": district})
        for name in raw["district_name"].drop_nulls().unique()
        if (district := areas.other_district(name))
    }
    here = raw.filter(~pl.col("delivery_id").is_in(list(areas.abroad)))
    return [
        _findings("H01", "place", here, ["place", "street_name"], said),
        _findings("H01", "district_name", here, ["district_name"], outside),
    ]


def _streets(feed: str, column: str, raw: pl.DataFrame, areas: Areas) -> pl.DataFrame:
    said: _Said = {
        (street,): _Told("B-ADM-01", "AUTO", {"p": today})
        for street in raw[column].drop_nulls().unique()
        if (today := areas.today(street))
    }
    return _findings(feed, column, raw, [column], said)


def _findings(feed: str, column: str, raw: pl.DataFrame, key: list[str], said: _Said) -> pl.DataFrame:
    """Address what is said of a column's values, as ingest addresses its own findings."""
    shown = feeds()[feed].by_name[column].zh
    alike = raw.with_row_index("position").group_by("delivery_id", *key, maintain_order=True).agg("position")
    wanted: list[tuple[int, _Told, int]] = []
    for _, *text, positions in alike.iter_rows():
        if told := said.get(tuple(text)):
            told_of = positions[:1] if told.action == "AUTO" else positions
            wanted += [(position, told, len(positions)) for position in told_of]

    def addressed() -> Iterator[Addressed]:
        rows = raw.select(*FULL_ADDRESS, column)
        for position, told, number in sorted(wanted, key=itemgetter(0)):
            delivery, file, sheet, row, value = rows.row(position)
            facts = {**told.facts, **(counts(told.rule_id, number) if told.action == "AUTO" else {})}
            yield delivery, feed, file, Finding(told.rule_id, told.action, Place(sheet, row, shown), value, facts)

    return findings_frame(told_once_each(addressed()))
