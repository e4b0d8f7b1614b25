"""Where a place lies: from an address or a free text to one building of a register, or to none (B-IDN-08).

The words decide: a name or alias that stands whole in the text, what stands before and after it, the district and
the house number beside it. An address alone never puts anything in a building, because a house number is often
shared; and where two buildings remain, none is chosen.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from identity.addresses import House, districts_named, houses, locality, plain
from identity.gazetteer import Building, Entry, Gazetteer
from identity.names import Name, Side, after, before, is_later_phase, next_unit

Relation = Literal["in", "beside", "park", "ambiguous", "empty"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A building that a text may mean, and how likely, from 0 to 1."""

    id: str
    name: str
    score: float


@dataclass(frozen=True, slots=True)
class Located:
    """What a text says: the relation, the building it concerns, and the words that decided."""

    relation: Relation
    building: Candidate | None = None
    evidence: str = ""
    candidates: tuple[Candidate, ...] = ()
    """For a person: the buildings between which nothing decided, the likeliest first, at most three."""

    @property
    def score(self) -> float:
        """How sure the relation is; of what is left open, how near the likeliest building is; 0 where it is empty."""
        if self.relation == "empty":
            return 0.0
        return self.building.score if self.building else max((one.score for one in self.candidates), default=0.0)


@dataclass(frozen=True, slots=True)
class _Mention:
    """A name found in a text: who bears it, what the words around it say, and those words."""

    name: Name
    bearers: tuple[Building, ...]
    side: Side
    words: str
    is_former: bool = False


@dataclass(frozen=True, slots=True)
class _Text:
    """A plain text with what was read off it once."""

    key: str
    street: str
    houses: tuple[House, ...]
    districts: tuple[tuple[int, str], ...]
    city: str
    stems: frozenset[str]
    """Places that may stand before a name: those of the register, and the text's own city and districts."""

    def district_before(self, at: int) -> str:
        return next((name for start, name in reversed(self.districts) if start < at), "")


_SURE, _STRUCTURED, _AT_ODDS, _BESIDE, _UNSURE, _NUMBER_ONLY = 1.0, 0.95, 0.8, 0.9, 0.6, 0.4
"""How sure a finding is: address agrees too, words alone, a number at odds, beside, unsure, no name but the number."""
_MOST = 3


class Places:
    """Finds places in one register. It holds no state but the register, so one text has one answer."""

    def __init__(
        self, entries: Iterable[Entry], districts: Mapping[str, str] | None = None, streets: Iterable[str] = ()
    ) -> None:
        """Take the register, the districts around it with their cities, by their full names, and known streets."""
        self._register = Gazetteer(entries, districts or {}, streets)

    def find(self, text: str, street: str = "") -> Located:
        """Find the building that a text lies in, beside, or perhaps in; ``street`` tells namesakes apart."""
        read = self._read(plain(text), plain(street))
        elsewhere, mentions = self._mentions(read)
        if mentions:
            return self._decide(read, mentions)
        if elsewhere:
            return Located("empty", evidence=f"另一区 other district: {elsewhere}")
        return self._nearly(read) or self._by_number(read)

    def nearest(self, name: str) -> tuple[Candidate, ...]:
        """Return the buildings whose names are most like a name that nobody bears, for a person to choose from."""
        return tuple(Candidate(one.id, one.name, score) for one, score in self._register.alike(plain(name), _MOST))

    def _read(self, key: str, street: str) -> _Text:
        head = locality(key)
        named = districts_named(key, self._register.districts)
        if head.district and (not named or named[0][0] > 0):
            named = [(0, head.district), *named]
        own = {head.city, *(name for _, name in named)} - {""}
        stems = self._register.stems | own | {name[:-1] for name in own if len(name) > 2}
        return _Text(key, street, houses(key), tuple(named), head.city, stems)

    def _mentions(self, read: _Text) -> tuple[str, list[_Mention]]:
        """Return what is named in the text; the first part names the district where namesakes were passed over."""
        found: list[_Mention] = []
        elsewhere = ""
        last, is_meant = 0, False
        for start, base in self._register.names_in(read.key):
            end = start + len(base)
            # a name that is not meant hides none that goes as far or on: 石景山万达 in 石景山万达广场
            if start < last and (is_meant or end < last):
                continue
            mention = self._mention(read, start, base, is_next=bool(found) and is_meant and start == last)
            last, is_meant = end, mention is not None
            if mention is None:
                continue
            here = tuple(one for one in mention.bearers if one.may_lie_in(read.city, read.district_before(start)))
            if here:
                found.append(replace(mention, bearers=here))
            else:
                elsewhere = read.district_before(start) or read.city
        return elsewhere, found

    def _mention(self, read: _Text, start: int, base: str, *, is_next: bool) -> _Mention | None:
        """Judge a name in a text; ``is_next``: it stands right behind another that is meant."""
        family = self._register.families[base]
        end = start + len(base)
        unit, taken = next_unit(read.key[end:], may_be_room=any(family))
        if base.endswith("园") and read.key.startswith("区", end):
            taken += 1
        rest = read.key[end + taken :]
        name = Name(base, unit if unit in family else "")
        bearers, is_sure = _bearers(family, name, unit)
        ahead = "in" if is_next else before(read.key[:start], read.stems)
        is_short = base in self._register.short
        side = after(rest, is_bare=(name.is_bare or is_short) and not unit, is_park=name.is_park)
        if is_short and side == "in" and not unit + rest:
            side = "unsure"
        numbers = {one.id: one.numbers(read.houses) for one in bearers}
        if side == "other" or (ahead == "unsure" and set(numbers.values()) == {"differ"}):
            return None
        if name.is_weak or is_short:
            agreeing = [
                one for one in bearers
                if numbers[one.id] == "agree" or one.is_named_by_number(read.key[:end], base)
            ]  # fmt: skip
            if agreeing:
                bearers = agreeing
            elif name.is_nothing or (is_short and name.is_bare) or ahead != "in" or "differ" in numbers.values():
                return None
            is_sure = is_sure and bool(agreeing)
        bearers = self._narrow(read, bearers)
        if len(bearers) == 1 and numbers[bearers[0].id] == "agree":
            # the number tells of which part, or that the part is one of a building known as a whole
            is_sure = is_sure or not unit or bearers[0] in family.get("", ())
        if ahead == "beside":
            side = "beside"
        elif side == "in" and (ahead == "unsure" or not is_sure):
            side = "unsure"
        words = read.key[start : end + taken] + (f" +{rest[:8]}" if rest else "")
        return _Mention(name, tuple(bearers), side, words, ahead == "former")

    def _narrow(self, read: _Text, bearers: Sequence[Building]) -> Sequence[Building]:
        """Tell namesakes apart by the street given, else by the house number."""
        if len(bearers) > 1 and read.street:
            bearers = [one for one in bearers if one.lies_on(read.street)]
        if len(bearers) > 1:
            bearers = [one for one in bearers if one.numbers(read.houses) == "agree"] or bearers
        return bearers

    def _decide(self, read: _Text, mentions: list[_Mention]) -> Located:
        told = [one for one in mentions if not one.is_former] or [replace(one, side="unsure") for one in mentions]
        inside = [one for one in told if one.side in ("in", "unsure")]
        if not inside:
            return self._beside(told)
        if any(not bearer.is_park for one in inside for bearer in one.bearers):
            inside = [one for one in inside if not all(bearer.is_park for bearer in one.bearers)]
        bearers = {bearer.id: bearer for one in inside for bearer in one.bearers}
        sure = [one for one in inside if one.side == "in"]
        if len(bearers) != 1 or not sure:
            return self._open(inside, list(bearers.values()))
        (building,) = bearers.values()
        numbers = building.numbers(read.houses)
        if numbers == "differ" and not (building.is_park or any(one.name.is_long for one in sure)):
            return self._open(inside, [building], "门牌不符 number differs")
        score = {"agree": _SURE, "silent": _STRUCTURED, "differ": _AT_ODDS}[numbers]
        evidence = _evidence(sure, building.number_words(read.houses, numbers))
        relation: Relation = "park" if building.is_park else "in"
        return Located(relation, Candidate(building.id, building.name, score), evidence)

    def _beside(self, told: list[_Mention]) -> Located:
        bearers = {bearer.id: bearer for one in told for bearer in one.bearers}
        evidence = _evidence(told, "")
        if len(bearers) == 1:
            (building,) = bearers.values()
            return Located("beside", Candidate(building.id, building.name, _BESIDE), evidence)
        return Located("beside", None, evidence, _ranked(bearers.values(), _UNSURE))

    def _open(self, mentions: list[_Mention], bearers: list[Building], why: str = "") -> Located:
        if not bearers:
            return Located("empty", evidence=_evidence(mentions, "街道不符 other street"))
        return Located("ambiguous", None, _evidence(mentions, why), _ranked(bearers, _UNSURE))

    def _nearly(self, read: _Text) -> Located | None:
        """Find names that differ from the text's in one character; a person decides."""
        near = [
            (one, score, words)
            for one, score, words in self._register.nearly_named(read.key)
            if one.may_lie_in(read.city, read.district_before(len(read.key)))
            and not one.is_numbered_elsewhere(read.houses)
            and (not read.street or one.lies_on(read.street))
        ]
        if not near:
            return None
        found = tuple(Candidate(one.id, one.name, score) for one, score, _ in near[:_MOST])
        words = "、".join(dict.fromkeys(words for _, _, words in near[:_MOST]))
        return Located("ambiguous", None, f"近似 nearly: {words}", found)

    def _by_number(self, read: _Text) -> Located:
        """Tell whose number it is; the number alone decides nothing."""
        here = [
            one for one in self._register.at(read.houses)
            if one.may_lie_in(read.city, read.district_before(len(read.key)))
        ]  # fmt: skip
        if not here:
            return Located("empty")
        return Located("empty", None, f"仅门牌 number only: {here[0].number_words(read.houses, 'agree')}",
                       _ranked(here, _NUMBER_ONLY))  # fmt: skip


def _bearers(family: Mapping[str, Sequence[Building]], name: Name, unit: str) -> tuple[Sequence[Building], bool]:
    """Return who is meant by a name with the part ``unit`` behind it, and whether that is sure."""
    whole = family.get("", ())
    if unit in family:
        return family[unit], True
    if whole and name.is_park:
        return whole, True
    if any(family):
        return [one for part in sorted(family) for one in family[part]], False
    # another name of A座 with B座 behind it means B座, of which the register does not know
    return whole, not unit or (not is_later_phase(unit) and all(one.part in ("", unit) for one in whole))


def _ranked(buildings: Iterable[Building], score: float) -> tuple[Candidate, ...]:
    ranked = sorted(buildings, key=lambda one: (one.name, one.id))
    return tuple(Candidate(one.id, one.name, score) for one in ranked[:_MOST])


def _evidence(mentions: Sequence[_Mention], number: str) -> str:
    words = dict.fromkeys(one.words for one in mentions)
    return "; ".join([*words, number] if number else words)
