"""The district whose data this is, its neighbours, and what its streets were once called (B-ADM-01)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from identity.addresses import districts_named, locality, plain
from identity.gazetteer import street_stem

_Row = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Areas:
    """The areas that tell whether an address belongs here; without any, every address does."""

    home: str = ""
    """The district's plain name, such as 石景山区."""
    districts: Mapping[str, str] = field(default_factory=dict)
    """Every district known, with its city, by full name."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Today's name of a street for each stem of a name that it does not bear any more."""
    abroad: frozenset[str] = frozenset()
    """The deliveries whose layout says that they list another place's areas: no address in them is out of place."""

    @classmethod
    def of(cls, rows: Iterable[_Row], district: str, abroad: Iterable[str] = ()) -> "Areas":
        """Take the office's area table, the code of the district and the deliveries that are of other places."""
        known = list(rows)
        cities = {row["area_code"]: row["name_zh"] or "" for row in known if row["area_type"] == "city"}
        districts = [row for row in known if row["area_type"] == "district"]
        home = next((row["name_zh"] or "" for row in districts if row["area_code"] == district), "")
        renamed = {}
        for row in known:
            if row["area_type"] == "street" and row["parent_code"] == district:
                name = row["name_zh"] or ""
                for other in filter(None, (row["also"] or "").split("|")):
                    if street_stem(plain(other)) != street_stem(plain(name)):
                        renamed[street_stem(plain(other))] = name
        return cls(
            plain(home),
            {row["name_zh"] or "": cities.get(row["parent_code"], "") for row in districts if row["name_zh"]},
            renamed,
            frozenset(abroad),
        )

    def elsewhere(self, address: str) -> str:
        """Return the other district that an address lies in, empty if it lies here or does not say."""
        if not self.home:
            return ""
        key = plain(address)
        head = locality(key)
        named = districts_named(key, [plain(name) for name in self.districts])
        told = head.district or next((name for at, name in named if at == 0), "")
        if not told or told.endswith(self.home) or any(name == self.home for _, name in named):
            return ""
        return told

    def other_district(self, name: str) -> str:
        """Return the name of a district if it is a known one and not this: 门头沟, 门头沟区."""
        key = plain(name)
        if not self.home or not key or key in self.home or self.home in key:
            return ""
        others = (plain(one) for one in self.districts)
        return next((other for other in others if key in (other, other[:-1]) or key.endswith(other)), "")

    def today(self, street: str) -> str:
        """Return the name that an abolished or renamed street bears today, empty for any other."""
        return self.renamed.get(street_stem(plain(street)), "")
