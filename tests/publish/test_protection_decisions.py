"""What was decided of money stands until something that it rests on is new, and decides as if it had not stood."""

from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest
from pack_making import row, small_candidate
from tax_making import District, building_sets, sparse

from common.memory import Memory
from publish.protection.protecting import HIDDEN_FILE, REPORT_FILE, protect_candidate

_PARAMETERS = {"n_min": 3, "dominance_1": 70, "dominance_2": 85, "p_percent": 10, "count_min": 3, "rate_cases_min": 5}
_TERMS = {"building_tax_total": "tax_total_yuan", "building_tax_district": "tax_district_yuan"}


class Office:
    """One home's memory, and what disclosure control said of one candidate after the other."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.memory = folder / "decisions.json"

    def protects(self, district: District, *, buildings: str = "278", p: int = 10, keeps: bool = True) -> list[bytes]:
        """Protect a candidate with what is remembered; return the bytes of the decision."""
        return self._protected(district, self.memory, buildings, p, keeps)

    def protects_anew(self, district: District, *, buildings: str = "278", p: int = 10) -> list[bytes]:
        """Protect the same candidate as a home does that remembers nothing."""
        return self._protected(district, self._folder / "none.json", buildings, p, keeps=False)

    def _protected(self, district: District, file: Path, buildings: str, p: int, keeps: bool) -> list[bytes]:
        self.said: list[str] = []
        folder = self._folder / str(len(list(self._folder.iterdir())))
        _write(folder, district, buildings, p)
        memory = Memory(file)
        protect_candidate(folder, "a hash", pl.DataFrame(), memory, lambda message: self.said.append(message.en))
        if keeps:
            memory.save()
        return [(folder / name).read_bytes() for name in (HIDDEN_FILE, REPORT_FILE)]

    @property
    def searched(self) -> bool:
        """Whether the last decision was made by choosing; else it says that it stands."""
        is_made = any("linked amounts" in line for line in self.said)
        assert is_made != any("which stands" in line for line in self.said)
        return is_made


def _write(folder: Path, district: District, buildings: str, p: int) -> None:
    """Write a candidate that prints the district's taxes and how many buildings it has."""
    names = {term: kpi for kpi, term in _TERMS.items()}
    taxes = [
        row(names[one.term], str(size), "", "", area_type=one.area_type, area_code=one.area_code, unit="元",
            breakdown_type=one.breakdown_type, breakdown_code=one.breakdown_code, period_type="P",
            period=f"{one.from_on}/{one.until_on}", window_start_on=one.from_on, window_end_on=one.until_on)
        for one, size in district.printed().items()
    ]  # fmt: skip
    small_candidate(folder, [*taxes, row("building_cnt", buildings, "", "")])
    for decided in (HIDDEN_FILE, REPORT_FILE):
        (folder / decided).unlink()
    schema = {"kpi_id": pl.String, "component": pl.String, "role": pl.String, "measure_id": pl.String,
              "weight": pl.Decimal(12, 4), "timing": pl.String}  # fmt: skip
    terms = [(kpi, None, "numerator", term, Decimal(1), "IN") for kpi, term in _TERMS.items()]
    terms.append(("building_cnt", None, "numerator", "building_cnt", Decimal(1), "AT"))
    pl.DataFrame(terms, schema=schema, orient="row").write_parquet(folder / "kpi_term.parquet")
    district.contributions().write_parquet(folder / "contribution.parquet")
    building_sets({}).write_parquet(folder / "building_set.parquet")
    given = [("G-SDC", name, str(value), None, None) for name, value in (_PARAMETERS | {"p_percent": p}).items()]
    valid = dict.fromkeys(("valid_from", "valid_to"), pl.Date)
    texts = dict.fromkeys(("gate_id", "name", "value"), pl.String)
    pl.DataFrame(given, schema=texts | valid, orient="row").write_parquet(folder / "office_gate_threshold.parquet")


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)


def test_a_day_without_tax_leaves_the_decision_as_it_is(office: Office) -> None:
    first = office.protects(sparse())
    assert office.searched
    assert pl.read_parquet(first[0]).height
    again = office.protects(sparse(), buildings="279")
    assert not office.searched
    assert again == first == office.protects_anew(sparse(), buildings="279")
    assert office.searched


def test_what_a_decision_rests_on_makes_a_new_one(office: Office) -> None:
    office.protects(sparse())
    other = sparse().only("S2", "I", 4, {"newcomer": 700_000})
    assert office.protects(other) == office.protects_anew(other)
    assert office.protects(other, p=40) == office.protects_anew(other, p=40)
    assert office.searched
    # the same amounts, but somebody else's
    renamed = District([(*line[:3], line[3].replace("F", "x"), line[4]) for line in other.rows])
    office.protects(renamed, p=40)
    assert office.searched


def test_a_damaged_memory_is_made_anew(office: Office) -> None:
    first = office.protects(sparse())
    kept = office.memory.read_bytes()
    for damaged in (b"\x00{", b"[]", b"{}", kept[: len(kept) // 2], kept.replace(b"dominance_1_70", b"dominance_1_71")):
        office.memory.write_bytes(damaged)
        assert office.protects(sparse()) == first
        assert office.searched
        assert office.memory.read_bytes() == kept


def test_only_what_was_used_last_is_kept(office: Office) -> None:
    other = sparse().only("S2", "I", 4, {"newcomer": 700_000})
    office.protects(sparse())
    kept = office.memory.read_bytes()
    office.protects(other)
    office.protects(sparse())
    assert office.searched
    assert office.memory.read_bytes() == kept


def test_a_look_that_keeps_nothing_makes_use_of_what_is_known(office: Office) -> None:
    office.protects(sparse())
    kept = office.memory.read_bytes()
    office.protects(sparse().only("S2", "I", 4, {"newcomer": 700_000}), keeps=False)
    office.protects(sparse(), keeps=False)
    assert not office.searched
    assert office.memory.read_bytes() == kept
