"""A building register in the form in which texts are held against it."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

from rapidfuzz import process
from rapidfuzz.distance import OSA

from identity.addresses import House, houses, locality, plain, same_house
from identity.names import Name, after, before, split_name

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
        pairs = [(one, own) for one in told for own in self.houses if one.is_on_road and own.is_on_road]
        return "differ" if pairs and not any(_may_be_one(*pair) for pair in pairs) else "silent"

    def number_words(self, told: Iterable[House], numbers: Numbers) -> str:
        """Return the words that tell how the numbers compare."""
        told = tuple(told)
        if numbers == "agree":
            return f"{self._agreeing(told)[0].text} 门牌一致 number agrees"
        return f"{told[0].text} 门牌不符 number differs" if numbers == "differ" else ""

    def _agreeing(self, told: tuple[House, ...]) -> list[House]:
        return [one for one in told for own in self.houses if one.road.endswith(own.road) and same_house(one, own)]


def _may_be_one(one: House, other: House) -> bool:
    """Tell whether two houses of one number can be one, its road written shorter once or its 甲 forgotten."""
    is_one_road = len(set(one.road) & set(other.road)) > 1 and one.road[-1] == other.road[-1]
    return is_one_road and bool(one.numbers & other.numbers)


def _same_area(one: str, other: str) -> bool:
    return one.endswith(other) or other.endswith(one)


_STREET_END = re.compile(r"(?:街道办事处|街道|地区办事处|地区|办事处|镇|乡)$")
_STEM = re.compile(r"([\u4e00-\u9fff]{2,6}?)(?:高科技园|科技园|产业园|工业园|园区|开发区|街道|镇|乡|地区)")
_LAST_ALIKE = str.maketrans({"夏": "厦", "下": "厦", "楼": "厦"})
"""What is written for the last character of 大厦."""
_SHORTEST_NEAR = 4
_TELLS_APART = re.compile(r"[0-9a-z甲乙丙丁东南西北]")
_LEAST_ALIKE = 0.4


def _apart(one: str, other: str) -> str:
    """Return the characters in which two words differ, or which stand elsewhere in them."""
    differing = (Counter(one) - Counter(other)) + (Counter(other) - Counter(one))
    return "".join(differing) or "".join(left for left, right in zip(one, other, strict=True) if left != right)


def street_stem(street: str) -> str:
    """Return the form in which 八角, 八角街道 and 八角街道办事处 compare equal, of a plain text."""
    return _STREET_END.sub("", street) or street


class Gazetteer:
    """Buildings by the names they bear, with the places of their district."""

    def __init__(self, entries: Iterable[Entry], districts: Mapping[str, str]) -> None:
        """Take the register and the districts known around it with their cities, by full name."""
        self._buildings: dict[str, Building] = {}
        bearers: dict[str, set[str]] = defaultdict(set)
        for entry in sorted(entries, key=lambda entry: (entry.id, entry.name, entry.address, entry.street)):
            for spelling in self._add(entry):
                bearers[spelling].add(entry.id)
        self._bearers = {spelling: self._named(ids) for spelling, ids in sorted(bearers.items())}
        self.families: dict[str, dict[str, list[Building]]] = defaultdict(lambda: defaultdict(list))
        """For each name without the part of the building: the bearers of each part, "" for the whole."""
        for spelling, named in self._bearers.items():
            name = split_name(spelling)
            self.families[name.base][name.unit] = sorted(
                {one.id: one for one in (*self.families[name.base][name.unit], *named)}.values(), key=lambda one: one.id
            )
        self._share_parts()
        self._starts: dict[str, list[str]] = defaultdict(list)
        self._ends: dict[str, list[str]] = defaultdict(list)
        for base in sorted(self.families, key=lambda base: (-len(base), base)):
            self._starts[base[:2]].append(base)
            if len(base) >= _SHORTEST_NEAR and not Name(base, "").is_weak:
                self._ends[base[-1].translate(_LAST_ALIKE)].append(base)
        self._numbers: dict[int, list[Building]] = defaultdict(list)
        for building in self._buildings.values():
            for number in {number for house in building.houses for number in house.numbers}:
                self._numbers[number].append(building)
        self.districts, self.stems = self._surroundings(districts)

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
        """Yield where names begin in a plain text, the longest at each place, none within another."""
        at = 0
        while at < len(text) - 1:
            base = next((base for base in self._starts.get(text[at : at + 2], ()) if text.startswith(base, at)), None)
            if base is None:
                at += 1
            else:
                yield at, base
                at += len(base)

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
            if len(words) != length or base in words or Name(words, "").is_weak:
                continue
            if OSA.distance(words, base, score_cutoff=1) != 1:
                continue
            if _TELLS_APART.search(_apart(words, base)):
                continue
            if before(text[: end - length], self.stems) == "in" and after(text[end:], is_bare=False) != "other":
                return words
        return ""
