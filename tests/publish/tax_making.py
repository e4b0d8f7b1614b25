"""Tax of a small district by street, industry and month: for tests of what of it may be printed."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

import polars as pl

from publish.protection.givers import Givers
from publish.protection.links import WHOLE, Quantity

D = "110107"
DAYS = [date(2023, month, 1) for month in range(1, 8)]
WINDOWS = [*((month, month + 1) for month in range(6)), (0, 3), (3, 6), (0, 2), (0, 6)]
EVEN = {f"e{number}": 100_000 + number for number in range(8)}
"""Eight enterprises alike."""


@dataclass
class District:
    """Tax of enterprises by street, industry and month; ``share`` is the district's part of it."""

    rows: list[tuple[str, str, int, str, int]] = field(default_factory=list)
    share: int = 4

    @classmethod
    def even(
        cls, streets: tuple[str, ...] = ("S1", "S2", "S3"), industries: tuple[str, ...] = ("F", "I", "J")
    ) -> "District":
        """Everybody pays the same everywhere."""
        rows = [
            (street, industry, month, f"{street}{industry}{name}", amount)
            for street in streets
            for industry in industries
            for month in range(6)
            for name, amount in EVEN.items()
        ]
        return cls(rows)

    def only(self, street: str, industry: str, month: int, payers: Mapping[str, int]) -> "District":
        """Replace the payers of a cell."""
        kept = [row for row in self.rows if row[:3] != (street, industry, month)]
        return District(
            [*kept, *((street, industry, month, name, amount) for name, amount in payers.items())], self.share
        )

    def givers(self, sets: Mapping[str, tuple[str, ...]] | None = None) -> Givers:
        """The contributions; a building is a street and an industry."""
        return Givers(self.contributions(), building_sets(sets or {}))

    def contributions(self) -> pl.DataFrame:
        """A row for each payment."""
        rows = [
            {"atom_on": DAYS[month], "street_code": street, "park_code": None,
             "building_id": f"{street}-{industry}", "industry": industry, "tax_type": "VAT", "grade": None,
             "enterprise_id": name,
             **{measure: (Decimal(amount) / part).quantize(Decimal("1e-8"))
                for measure, part in (("tax_total_yuan", 1), ("tax_district_yuan", self.share))}}
            for street, industry, month, name, amount in self.rows
        ]  # fmt: skip
        amounts = dict.fromkeys(("tax_total_yuan", "tax_district_yuan"), pl.Decimal(38, 8))
        codes = dict.fromkeys(("park_code", "grade"), pl.String) | amounts
        return pl.DataFrame(rows, schema_overrides=codes)

    def size(self, one: Quantity) -> Decimal:
        part = self.share if one.term == "tax_district_yuan" else 1
        return sum((Decimal(row[4]) / part for row in self.inside(one)), Decimal(0))

    def inside(self, one: Quantity) -> Iterator[tuple[str, str, int, str, int]]:
        for row in self.rows:
            street, industry, month, *_ = row
            of_place = one.area_type != "street" or street == one.area_code
            of_slice = one.breakdown_type == WHOLE or industry == one.breakdown_code
            if of_place and of_slice and one.from_on <= DAYS[month] < one.until_on:
                yield row

    def printed(self) -> dict[Quantity, Decimal]:
        """Total and district tax by street and by industry, of months, quarters and the year so far."""
        places = [("district", D, WHOLE, WHOLE)]
        places += [("street", street, WHOLE, WHOLE) for street in sorted({row[0] for row in self.rows})]
        places += [("district", D, "industry", name) for name in sorted({row[1] for row in self.rows})]
        return {
            one: self.size(one)
            for term in ("tax_total_yuan", "tax_district_yuan")
            for place in places
            for first, last in WINDOWS
            if (one := Quantity(term, *place, DAYS[first], DAYS[last]))
        }


def building_sets(sets: Mapping[str, tuple[str, ...]]) -> pl.DataFrame:
    """The buildings of frozen sets."""
    members = [(name, building) for name, inside in sets.items() for building in inside]
    schema = ["building_set_id", "building_id"]
    return pl.DataFrame(members, schema=dict.fromkeys(schema, pl.String), orient="row")


def tax(place: str, first: int, last: int, term: str = "tax_total_yuan") -> Quantity:
    """A printed amount of a street ('S1'), an industry ('F') or the district ('')."""
    area = ("street", place) if place.startswith("S") else ("district", D)
    slice_ = ("industry", place) if place and not place.startswith("S") else (WHOLE, WHOLE)
    return Quantity(term, *area, *slice_, DAYS[first], DAYS[last])


LONE = {"big": 900_000, "small": 50_000}
"""Two payers, one of them nearly all."""


def sparse() -> District:
    """An industry that one enterprise nearly is, in one month."""
    return District.even().only("S1", "F", 1, LONE).only("S2", "F", 1, {}).only("S3", "F", 1, {})
