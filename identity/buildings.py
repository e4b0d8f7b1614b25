"""From codes, names and places to buildings, as the feeds of the district name them (B-IDN-08).

A register row is identified by its code, else by name and street. Other feeds name buildings; a name, an
alias or a former name counts when it means one building only. What is more than a name (a floor, a room, an
address) is read as a place.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from common.files import digest
from common.rules import Finding
from common.text import name_key
from identity.gazetteer import Entry, street_stem
from identity.places import Places

XREF_SCHEMA: Mapping[str, pl.DataType] = {
    "raw_code": pl.String(), "raw_name": pl.String(), "raw_street": pl.String(), "building_id": pl.String(),
    "method": pl.String(), "relation": pl.String(), "score": pl.Decimal(4, 3), "evidence": pl.String(),
}  # fmt: skip


class Known(NamedTuple):
    """One known row of the building register."""

    code: str | None
    name: str
    street: str
    aliases: list[str] | None = None
    address: str | None = None


_Short = tuple[str | None, str, str, list[str] | None]
_Full = tuple[str | None, str, str, list[str] | None, str | None]


@dataclass(frozen=True, slots=True)
class Match:
    """The building a key means, how it was found, and whether the place is in it.

    ``method``: REGISTER, NAME, ALIAS, CONTAINED (a place text that holds a name) or NONE. A place in a park that
    the register lists has the relation park and the park's id; one beside a building has no id.
    """

    building_id: str | None
    method: str
    relation: str
    candidates: tuple[str, ...] = ()
    """What a person may choose from: names with their streets, the likeliest first, at most three."""
    score: float = 0.0
    evidence: str = ""


def street_key(street: str) -> str:
    """Return the form in which 八角, 八角街道 and 八角街道办事处 compare equal."""
    return street_stem(name_key(street))


class Register:
    """The building register as known at the cut, every version of every building."""

    def __init__(self, rows: Iterable[_Short | _Full], districts: Mapping[str, str] | None = None) -> None:
        """Take every known register row in the order of :class:`Known`, and the districts around with their cities."""
        known = [Known(*row) for row in rows]
        coded = sorted(((row.code, row.name, row.street) for row in known if row.code), reverse=True)
        # of several codes the smallest counts, in whatever order the rows came
        self._coded = {(name_key(name), street_key(street)): code for code, name, street in coded}
        self._streets: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, set[str]] = defaultdict(set)
        self._official: dict[str, set[str]] = defaultdict(set)
        self._labels: dict[str, tuple[str, str]] = {}
        entries = []
        for row in sorted(known, key=repr):
            found = self.id_of(row.code, row.name, row.street)
            aliases = tuple(row.aliases or ())
            entries.append(Entry(found, row.name, aliases, row.address or "", row.street))
            self._streets[found].add(street_key(row.street))
            name, written = self._labels.get(found, (row.name, ""))
            # of 八角 and 八角街道 the fuller one is shown
            self._labels[found] = (name, max(written, row.street, key=len))
            self._official[name_key(row.name)].add(found)
            for spelling in (row.name, *aliases):
                self._named[name_key(spelling)].add(found)
        self._places = Places(entries, districts)

    def id_of(self, code: str | None, name: str, street: str) -> str:
        """Return the id of a register row: by its code, else by the code of the same name and street, else by these."""
        key = (name_key(name), street_key(street))
        found = code or self._coded.get(key)
        return f"BLD-{found}" if found else f"BLD-{digest('|'.join(key).encode())[:12]}"

    def name_of(self, building_id: str) -> str:
        """Return the name that the register gives a building."""
        return self._labels[building_id][0]

    def by_name(self, name: str, street: str) -> Match:
        """Find the building that bears a name, in the street where one is given and it decides."""
        whole = self._by_whole_name(name, street)
        return whole if whole.building_id or whole.candidates else self._by_text(name, street)

    def by_place(self, place: str, street: str) -> Match:
        """Find the building that a free place text lies in; text around the name may put it beside instead."""
        return self.by_name(place, street)

    def nearest(self, name: str) -> tuple[str, ...]:
        """Return the buildings whose names are most like one that nobody bears."""
        return tuple(self._label(one.id) for one in self._places.nearest(name))

    def _by_whole_name(self, name: str, street: str) -> Match:
        key = name_key(name)
        found = self._named.get(key, set())
        if len(found) > 1 and street:
            found = {building for building in found if street_key(street) in self._streets[building]}
        if len(found) == 1:
            (building,) = found
            method = "NAME" if building in self._official.get(key, set()) else "ALIAS"
            return Match(building, method, "in", (), 1.0, name)
        return Match(None, "NONE", "ambiguous" if found else "empty", tuple(map(self._label, sorted(found))), 0.0, name)

    def _by_text(self, text: str, street: str) -> Match:
        located = self._places.find(text, street)
        candidates = tuple(self._label(one.id) for one in located.candidates)
        building = located.building.id if located.building and located.relation in ("in", "park") else None
        method = "CONTAINED" if located.building else "NONE"
        return Match(building, method, located.relation, candidates, located.score, located.evidence)

    def _label(self, building_id: str) -> str:
        name, street = self._labels[building_id]
        return f"{name}({street})" if street else name


def not_found(name: str, candidates: tuple[str, ...]) -> Finding:
    """Return the finding for a building that a feed names and the register does not hold once."""
    return Finding("B-IDN-08", "QUARANTINE", value=name, facts={"p": "、".join(candidates) or "—"})
