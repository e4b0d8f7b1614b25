"""A building register in the form in which texts are held against it."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from identity.addresses import House, houses, is_short_for, locality, may_be_one_road, plain, same_house, tells_apart
from identity.names import Name, after, before, implied, shortened, split_name

Numbers = Literal["agree", "differ", "silent"]


@dataclass(frozen=True, slots=True)
class Entry:
    """A building as a register tells it: id, name, further names, address and street, where given."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    address: str = ""
    street: str = ""


@dataclass
class Building:
    """One building with all that the register ever said of it."""

    id: str
    name: str
    is_park: bool
    addresses: set[str] = field(default_factory=set)
    streets: set[str] = field(default_factory=set)
    city: str = ""
    district: str = ""

    @cached_property
    def houses(self) -> tuple[House, ...]:
        return tuple(house for address in sorted(self.addresses) for house in houses(address))

    @cached_property
    def part(self) -> str:
        """Which part of a building it is by its own name; empty where it is a whole one."""
        return split_name(plain(self.name)).unit

    def without_area(self, name: str) -> str:
        """Return a plain name without the city or district that it begins with; empty where no name remains."""
        rest = name
        for area in (self.city, self.district):
            rest = rest.removeprefix(area)
            rest = rest.removeprefix(area[:-1]) if len(area) > 2 else rest
        told = Name(rest, "")
        return "" if rest == name or len(rest) < _SHORTEST_NEAR or told.is_nothing or told.is_bare else rest

    def lies_on(self, street: str) -> bool:
        """Tell whether it lies in a street; a building of no known street may."""
        return not self.streets or street_stem(street) in self.streets

    def may_lie_in(self, city: str, district: str) -> bool:
        """Tell whether a text about that city and district can mean it; what is not said excludes nothing."""
        is_elsewhere = bool(district and self.district) and not _same_area(district, self.district)
        return not is_elsewhere and not (bool(city and self.city) and not _same_area(city, self.city))

    def numbers(self, told: Iterable[House]) -> Numbers:
        """Hold the house numbers of a text against its own."""
        told = tuple(told)
        if self._agreeing(told):
            return "agree"
        on_road = [house for house in self.houses if house.is_on_road]
        return "differ" if _is_elsewhere([one for one in told if one.is_on_road], on_road) else "silent"

    def is_numbered_elsewhere(self, told: Iterable[House]) -> bool:
        """Tell whether a text gives a number, on a road or in a village, and it is none of its own."""
        return _is_elsewhere([one for one in told if not one.is_in_building], self.houses)

    def is_named_by_number(self, text: str, name: str) -> bool:
        """Tell whether a text ends in its road and a name that begins with its number: 滨江路 66号写字楼."""
        return any(
            text.endswith(own.road + name) and any(name.startswith(f"{number}号") for number in own.numbers)
            for own in self.houses
        )

    def number_words(self, told: Iterable[House], numbers: Numbers) -> str:
        """Return the words that tell how the numbers compare."""
        told = tuple(told)
        if numbers == "agree":
            return f"{self._agreeing(told)[0].text} 门牌一致 number agrees"
        return f"{told[0].text} 门牌不符 number differs" if numbers == "differ" else ""

    def _agreeing(self, told: tuple[House, ...]) -> list[House]:
        return [one for one in told if any(same_house(one, own) for own in self.houses if _is_same_road(one, own))]


def _is_same_road(told: House, own: House) -> bool:
    short, full = sorted((told.road, own.road), key=len)
    return told.road.endswith(own.road) or (len(short) > 2 and full.endswith(short)) or is_short_for(short, full)


def _is_elsewhere(told: Sequence[House], own: Sequence[House]) -> bool:
    """Tell whether none of the houses told can be an own one, its road written shorter or its 甲 forgotten."""
    return bool(told and own) and not any(
        one.numbers & other.numbers and may_be_one_road(one.road, other.road) for one in told for other in own
    )


def _same_area(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


_STREET_END = re.compile(r"(?:街道办事处|街道|地区办事处|地区|办事处|镇|乡)$")
_STEM = re.compile(
    r"([\u4e00-\u9fff]{2,6}?)(?:高科技园|科技园|产业园|工业园|园区|开发区|街道|镇|乡|地区"
    r"|[东南西北中前后]{0,2}(?:大街|大道|路|街|胡同))"
)
"""Places that others are named after: 古城 in 古城南路, 八大处 in 八大处高科技园区."""
_LAST_ALIKE = str.maketrans({"夏": "厦", "下": "厦", "楼": "厦"})
"""What is written for the last character of 大厦."""
_SHORTEST_NEAR = 4
_LEAST_ALIKE = 0.4
_WITHIN_WORD = re.compile(r"\d\d|[a-z][a-z]")


def street_stem(street: str) -> str:
    """Return the form in which 八角, 八角街道 and 八角街道办事处 compare equal, of a plain text."""
    return _STREET_END.sub("", street) or street


class Gazetteer:
    """Buildings by the names they bear, with the places of their district."""

    def __init__(self, entries: Iterable[Entry], districts: Mapping[str, str], streets: Iterable[str] = ()) -> None:
        """Take the register, the districts known around it with their cities, by full name, and streets known."""
        self._buildings: dict[str, Building] = {}
        bearers: dict[str, set[str]] = defaultdict(set)
        for entry in sorted(entries, key=lambda entry: (entry.id, entry.name, entry.address, entry.street)):
            for spelling in self._add(entry):
                bearers[spelling].add(entry.id)
        self.districts, stems = self._surroundings(districts)
        self.stems = stems | {street_stem(plain(street)) for street in streets}
        self._add_implied(bearers)
        self._bearers = {spelling: self._named(ids) for spelling, ids in sorted(bearers.items())}
        self.families: dict[str, dict[str, list[Building]]] = defaultdict(lambda: defaultdict(list))
        """For each name without the part of the building: the bearers of each part, "" for the whole."""
        for spelling, named in self._bearers.items():
            name = split_name(spelling)
            self.families[name.base][name.unit] = sorted(
                {one.id: one for one in (*self.families[name.base][name.unit], *named)}.values(), key=lambda one: one.id
            )
        self.short = self._add_short()
        """Names of which the register tells more: they count where the house number agrees."""
        self._share_parts()
        self._starts: dict[str, list[str]] = defaultdict(list)
        self._ends: dict[str, list[str]] = defaultdict(list)
        for base in sorted(self.families, key=lambda base: (-len(base), base)):
            self._starts[base[:2]].append(base)
            if len(base) >= _SHORTEST_NEAR and base not in self.short and not Name(base, "").is_weak:
                self._ends[base[-1].translate(_LAST_ALIKE)].append(base)
        self._numbers: dict[int, list[Building]] = defaultdict(list)
        for building in self._buildings.values():
            for number in {number for house in building.houses for number in house.numbers}:
                self._numbers[number].append(building)

    def _share_parts(self) -> None:
        """Let the parts of a building follow each of its names: who bears 银河大厦A座 is 银河中心A座 too."""
        bases: dict[str, set[str]] = defaultdict(set)
        for base, family in self.families.items():
            for building in family.get("", ()) if not Name(base, "").is_weak else ():
                bases[building.id].add(base)
        for names in (sorted(bases[one]) for one in sorted(bases) if len(bases[one]) > 1):
            parts: dict[str, dict[str, Building]] = defaultdict(dict)
            for family in map(self.families.__getitem__, names):
                for unit in filter(None, family):
                    parts[unit] |= {one.id: one for one in family[unit]}
            for base in names:
                self.families[base] |= {unit: [named[one] for one in sorted(named)] for unit, named in parts.items()}

    def _add(self, entry: Entry) -> list[str]:
        """Add what a row tells of its building; returns the names that it bears there."""
        key = plain(entry.name)
        if not key:
            return []
        building = self._buildings.setdefault(entry.id, Building(entry.id, entry.name, split_name(key).is_park))
        if entry.address:
            building.addresses.add(plain(entry.address))
        if entry.street:
            building.streets.add(street_stem(plain(entry.street)))
        return [spelling for spelling in map(plain, (entry.name, *entry.aliases)) if spelling]

    def _add_implied(self, bearers: dict[str, set[str]]) -> None:
        """Add what the names imply, where no building of the register bears just that name."""
        further: dict[str, set[str]] = defaultdict(set)
        for spelling, ids in bearers.items():
            for name in (spelling, *implied(spelling)):
                for one in ids:
                    further[name].add(one)
                    if local := self._buildings[one].without_area(name):
                        further[local].add(one)
        for spelling in further.keys() - bearers.keys():
            bearers[spelling] = further[spelling]

    def _add_short(self) -> frozenset[str]:
        """Add the names shortened, where no building bears one, and return them without the parts of buildings."""
        short: dict[tuple[str, str], dict[str, Building]] = defaultdict(dict)
        for spelling, named in self._bearers.items():
            for name in map(split_name, shortened(spelling)):
                if name.base not in self.families:
                    short[name.base, name.unit] |= {one.id: one for one in named}
        for (base, unit), found in short.items():
            self.families[base][unit] = [found[one] for one in sorted(found)]
        return frozenset(base for base, _ in short)

    def _named(self, ids: Iterable[str]) -> list[Building]:
        return [self._buildings[one] for one in sorted(ids)]

    def _surroundings(self, around: Mapping[str, str]) -> tuple[frozenset[str], frozenset[str]]:
        """Settle city and district of every building, and return the districts and the stems of places known."""
        cities = {plain(district): plain(city) for district, city in around.items()}
        for building in self._buildings.values():
            heads = [locality(address) for address in sorted(building.addresses)]
            building.district = next((head.district for head in heads if head.district), "")
            building.city = next((head.city for head in heads if head.city), "") or cities.get(building.district, "")
        own = sorted({one.district for one in self._buildings.values() if one.district})
        for building in self._buildings.values():
            if not building.district and len(own) == 1:
                building.district = own[0]
                building.city = building.city or next(
                    (one.city for one in self._buildings.values() if one.district == own[0] and one.city), ""
                )
        names = {one for one in (*own, *(one.city for one in self._buildings.values())) if one}
        stems = names | {name[:-1] for name in names if len(name) > 2}
        for building in self._buildings.values():
            stems |= building.streets
            for address in building.addresses:
                stems |= set(_STEM.findall(address[locality(address).end :]))
        return frozenset({*cities, *own}), frozenset(stems)

    def names_in(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield where names begin in a plain text, the longest at each place; one may overlap the next.

        8号楼 does not begin within 18号楼.
        """
        for at in range(len(text) - 1):
            base = next((base for base in self._starts.get(text[at : at + 2], ()) if text.startswith(base, at)), None)
            if base is not None and not (at and _WITHIN_WORD.match(text, at - 1)):
                yield at, base

    def at(self, told: Iterable[House]) -> list[Building]:
        """Return the buildings at the house numbers of a text."""
        told = tuple(told)
        near = {one.id: one for house in told for number in house.numbers for one in self._numbers.get(number, ())}
        return [near[one] for one in sorted(near) if near[one].numbers(told) == "agree"]

    def alike(self, name: str, most: int) -> list[tuple[Building, float]]:
        """Return the buildings whose names are most like a plain name, with how much from 0 to 1."""
        found = process.extract(
            name, list(self._bearers), scorer=OSA.normalized_similarity, limit=4 * most, score_cutoff=_LEAST_ALIKE
        )
        best: dict[str, tuple[Building, float]] = {}
        for spelling, score, _ in sorted(found, key=lambda one: (-one[1], one[0])):
            for building in self._bearers[spelling]:
                best.setdefault(building.id, (building, round(score, 2)))
        return list(best.values())[:most]

    def nearly_named(self, text: str) -> list[tuple[Building, float, str]]:
        """Return buildings whose names differ in one character from words of a plain text, and those words.

        A digit, a letter, a direction or 甲 tells buildings apart, so it is never the character that differs.
        """
        last, characters = text.translate(_LAST_ALIKE), set(text)
        best: dict[str, tuple[Building, float, str]] = {}
        for end in range(_SHORTEST_NEAR - 1, len(text) + 1):
            for base in self._ends.get(last[end - 1], ()):
                if base[0] not in characters and base[1] not in characters:
                    continue
                words = self._near_words(text, end, base)
                for building in self.families[base].get("", ()) if words else ():
                    score = round(1 - 1 / max(len(base), len(words)), 2)
                    if building.id not in best or best[building.id][1] < score:
                        best[building.id] = (building, score, words)
        return sorted(best.values(), key=lambda one: (-one[1], one[0].name, one[0].id))

    def _near_words(self, text: str, end: int, base: str) -> str:
        for length in (len(base), len(base) - 1, len(base) + 1):
            words = text[max(0, end - length) : end]
            if len(words) != length or OSA.distance(words, base, score_cutoff=1) != 1:
                continue
            if base in words or Name(words, "").is_weak or tells_apart(words, base):
                continue
            if before(text[: end - length], self.stems) == "in" and after(text[end:], is_bare=False) != "other":
                return words
        return ""
