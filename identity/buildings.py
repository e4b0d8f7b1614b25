"""From codes, names and places to buildings (B-IDN-08).

A register row is identified by its code, else by name and street. Other feeds name buildings; a name, an
alias or a former name counts when it means one building only. A hotline place may hold more than the name
(a floor, a room), or lie beside a building without being in it.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import polars as pl

from common.files import digest
from common.rules import Finding
from common.text import name_key

XREF_SCHEMA: Mapping[str, pl.DataType] = {
    "raw_code": pl.String(), "raw_name": pl.String(), "raw_street": pl.String(), "building_id": pl.String(),
    "method": pl.String(), "relation": pl.String(),
}  # fmt: skip

_STREET_ENDING = re.compile(r"(街道办事处|街道|地区办事处|地区|办事处|镇|乡)$")
_INSIDE = re.compile(
    r"$|\(|[内里]|楼内|大堂|大厅|电梯|物业|地下|地库|车库|停车场(?!外)|负|[a-z]座|[一二三四五六七八九十]+[层楼]|[a-z]?\d+(?:[层楼室号f]|单元|$)"
)
"""What may follow a building's name when the place is in it; 二期 or 东侧 may not."""

_BESIDE = re.compile(r"的?(?:[东南西北]{1,2}[侧边面口]|附近|旁|对面|周边|门口|门前|路口|外|后身|前)")
_SHORTEST_NAME = 3


@dataclass(frozen=True, slots=True)
class Match:
    """The building a key means, how it was found, and whether the place is in it."""

    building_id: str | None
    method: str
    relation: str
    candidates: tuple[str, ...] = ()


def street_key(street: str) -> str:
    """Return the form in which 八角, 八角街道 and 八角街道办事处 compare equal."""
    return _STREET_ENDING.sub("", name_key(street)) or name_key(street)


class Register:
    """The building register as known at the cut, every version of every building."""

    def __init__(self, rows: Iterable[tuple[str | None, str, str, list[str] | None]]) -> None:
        """Take (building_code, name, street, aliases) of every known register row."""
        known = list(rows)
        coded = sorted(((code, name, street) for code, name, street, _ in known if code), reverse=True)
        # of several codes the smallest counts, in whatever order the rows came
        self._coded = {(name_key(name), street_key(street)): code for code, name, street in coded}
        self._streets: dict[str, set[str]] = defaultdict(set)
        self._named: dict[str, set[str]] = defaultdict(set)
        for code, name, street, aliases in known:
            found = self.id_of(code, name, street)
            self._streets[found].add(street_key(street))
            for spelling in (name, *(aliases or ())):
                self._named[name_key(spelling)].add(found)
        self._long_names = sorted(
            (key for key in self._named if len(key) >= _SHORTEST_NAME), key=lambda key: (-len(key), key)
        )

    def id_of(self, code: str | None, name: str, street: str) -> str:
        """Return the id of a register row: by its code, else by the code of the same name and street, else by these."""
        key = (name_key(name), street_key(street))
        found = code or self._coded.get(key)
        return f"BLD-{found}" if found else f"BLD-{digest('|'.join(key).encode())[:12]}"

    def by_name(self, name: str, street: str) -> Match:
        """Find the building that bears a name, in the street where one is given and it decides."""
        found = self._named.get(name_key(name), set())
        if len(found) > 1 and street:
            found = {building for building in found if street_key(street) in self._streets[building]}
        if len(found) == 1:
            return Match(next(iter(found)), "NAME", "in")
        return Match(None, "NONE", "ambiguous" if found else "empty", tuple(sorted(found)))

    def by_place(self, place: str, street: str) -> Match:
        """Find the building that a free place text lies in; text after the name may put it beside instead."""
        whole = self.by_name(place, street)
        if whole.building_id or whole.candidates:
            return whole
        key = name_key(place)
        for name in self._long_names:
            start = key.find(name)
            if start < 0:
                continue
            rest = key[start + len(name) :]
            if _INSIDE.match(rest):
                named = self.by_name(name, street)
                return Match(named.building_id, "CONTAINED", named.relation, named.candidates)
            if _BESIDE.match(rest):
                return Match(None, "CONTAINED", "beside")
        return Match(None, "NONE", "empty")


def not_found(name: str, match: Match) -> Finding:
    """Return the finding for a building that a feed needs and the register does not hold once."""
    return Finding("B-IDN-08", "QUARANTINE", value=name, facts={"p": "、".join(match.candidates) or "—"})
