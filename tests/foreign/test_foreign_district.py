"""Deliveries of districts that nobody prepared the product for give those districts' figures (SURFACE; SPEC 2 and 3).

The figures are worked out in foreign_oracle.py from the drawn facts alone, and in foreign_quality.py from the list of
deliveries. The districts are drawn anew for each state of the code (drawn.py); a failure prints the seed.
"""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from functools import cached_property
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from drawn import SEED
from foreign_files import configure, deliver, revise
from foreign_gates import KPI, Gates
from foreign_oracle import expected
from foreign_quality import quality, revisions
from foreign_view import Figure, Figures, Key
from foreign_world import HANGZHOU, SHANGHAI, World, draw
from louyu_home import Louyu
from made_once import once, shared

from common.contracts import PROJECT
from common.home import Home

COLUMNS = (
    "kpi_id", "area_code", "period", "breakdown_type", "breakdown_code", "base_period", "value", "numerator",
    "denominator", "basis", "area_type", "printed_zh", "printed_en", "obs_status", "conf_status", "note",
)  # fmt: skip

GATE_IDS = set(pl.read_csv(PROJECT / "dbt" / "seeds" / "catalogue" / "gate.csv", infer_schema=False)["gate_id"])
DISCLOSURE = "G-SDC"
UNDEFINED = ("listed_tier1_cnt", "G-DEF")
_TERMS = pl.read_csv(PROJECT / "dbt" / "seeds" / "catalogue" / "kpi_term.csv", infer_schema=False)
MEASURES = {kpi: set(own) for kpi, own in _TERMS.group_by("kpi_id").agg("measure_id").iter_rows()}
"""The measures that each KPI states."""

Stored = tuple[Decimal | None, Decimal | None, Decimal | None]


@dataclass(frozen=True)
class District:
    """A world that was delivered, run and published."""

    world: World
    louyu: Louyu
    build: str
    release: str
    before: "District | None" = None
    """What it was when it was first published."""

    @cached_property
    def wanted(self) -> Figures:
        """What the facts and the list of deliveries say that there must be."""
        figures = expected(self.world) | quality(self.world, self.louyu.json("deliveries"))
        if self.before is None:
            return figures
        first = self.before.published().items()
        published = [key for key, row in first if row["value"] is not None]
        return figures | revisions(self.world, published, self.before.wanted, figures)

    @cached_property
    def found(self) -> dict[Key, dict[str, Any]]:
        """What the build computed, for the public, the office and the tax desk; buildings by their own codes."""
        candidate = self.louyu.home.root / "warehouse" / "candidate" / self.build
        rows = pl.read_parquet(candidate / "figure.parquet").to_dicts()
        internal = self.louyu.home.root / "internal"
        codes = self._codes(internal / "office.duckdb")
        for desk in ("office", "tax"):
            of_buildings = _read(internal / f"{desk}.duckdb", "select * from internal.building_figure")
            rows += [row | {"area_code": codes(row["area_code"])} for row in of_buildings]
        return {_key(row): row for row in rows}

    def _codes(self, office: Path) -> Callable[[str], str]:
        """The code that the district gave to each building, by the product's own id; a name tells which has no code."""
        named = {
            name: one.code for one in self.world.buildings for name in (one.name, one.alias, one.former_name) if name
        }
        told = _read(office, "select distinct building_id, building_name from internal.building_day")
        codes = {row["building_id"]: named[row["building_name"]] for row in told}
        return lambda building: codes.get(building, building.removeprefix("BLD-"))

    @cached_property
    def gates(self) -> Gates:
        """What the rules say of its public figures."""
        return Gates.over(self.world.place, self.wanted, self.found)

    @property
    def sealed(self) -> Path:
        """What of its newest release only those who sign may read."""
        return self.louyu.home.releases / self.release / "sealed"

    def published(self) -> dict[Key, dict[str, Any]]:
        """What its newest release says."""
        told = f"select {', '.join(COLUMNS)} from published.kpi_value where release_id = ?"
        rows = self.louyu.query(told, self.release)
        return {_key(row): row for row in (dict(zip(COLUMNS, values, strict=True)) for values in rows)}


@pytest.fixture(autouse=True)
def seed() -> None:
    """Print the seed where a test fails."""
    print(f"DRAWN_SEED={SEED}")


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> District:
    """A district that its home's config names, with lists from several days."""
    return _district(tmp_path_factory, "told", draw(SHANGHAI, SEED), _first_sent)


@pytest.fixture(scope="session")
def untold(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> District:
    """A district of which nothing is configured; one list of each kind, without a date and without a sidecar."""
    world = draw(HANGZHOU, SEED, buildings=29, enterprises=120)
    return _district(tmp_path_factory, "untold", world, _first_sent)


@pytest.fixture(scope="session")
def reduced(told: District, tmp_path_factory: pytest.TempPathFactory) -> District:
    """The first district after it sent again: a ticket is a copy, a tax row gone, a building outside statistics."""
    before = told.world
    standing = {one.code for one in before.buildings[12:]}
    ticket = next(
        one for one in before.tickets
        if one.building in standing and one.kind == "投诉" and one.created.year == before.place.year
    )  # fmt: skip
    month, payer = before.place.months[15], before.enterprises[37].uscc
    row = next(one for one in before.taxes if (one.month, one.uscc) == (month, payer))
    world = before.with_copied_ticket(ticket.number).without_tax(row.number)
    world = world.with_building_outside(before.buildings[9].code)

    def send(world: World, home: Home) -> None:
        shutil.copytree(told.louyu.home.root, home.root)
        shutil.rmtree(home.inbox)
        revise(world, home.inbox, ticket=ticket.number, month=month)

    return replace(_district(tmp_path_factory, "reduced", world, send), before=told)


@pytest.mark.parametrize("name", ["told", "untold", "reduced"])
def test_figures_are_the_districts_own(name: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(name)
    found = district.found
    wrong = {
        key: (figure, _stored(found.get(key)))
        for key, figure in district.wanted.items() if not _agrees(found, key, figure)
    }  # fmt: skip
    assert not wrong, _some(wrong)


@pytest.mark.parametrize("name", ["told", "untold", "reduced"])
def test_every_kpi_with_a_value_is_worked_out_here(name: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(name)
    rows = [*district.found.values(), *district.published().values()]
    with_value = {row["kpi_id"] for row in rows if row["value"] is not None}
    assert with_value == {key.kpi for key, figure in district.wanted.items() if figure.value is not None}


def test_only_what_is_undefined_or_not_revised_has_no_value(told: District) -> None:
    with_value = {key.kpi for key, row in told.found.items() if row["value"] is not None}
    # whether any unit has callbacks enough for a place is drawn
    assert set(KPI) - with_value - {"ticket_rank"} == {"listed_tier1_cnt", "revision_size"}


@pytest.mark.parametrize("name", ["told", "untold", "reduced"])
def test_no_value_comes_from_nowhere(name: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(name)
    unfounded = {
        key: row["value"] for key, row in district.found.items()
        if row["value"] and key not in district.wanted
    }  # fmt: skip
    assert not unfounded, _some(unfounded)


@pytest.mark.parametrize("name", ["told", "untold"])
def test_every_row_of_every_file_is_taken_in(name: str, request: pytest.FixtureRequest) -> None:
    district: District = request.getfixturevalue(name)
    deliveries = district.louyu.json("deliveries")
    assert [(one["file"], one["reason"]) for one in deliveries if one["status"] != "ACCEPTED"] == []
    assert [one["file"] for one in deliveries if one["rows_quarantined"]] == []


@pytest.mark.parametrize("name", ["told", "untold"])
def test_public_figures_are_those_of_the_build_or_withheld_with_a_reason(
    name: str, request: pytest.FixtureRequest
) -> None:
    district: District = request.getfixturevalue(name)
    candidate = district.found
    for key, row in district.published().items():
        if row["conf_status"] == "F" and row["obs_status"] != "M":
            assert _stored(row) == _stored(candidate[key]), key
        else:
            assert (row["value"], row["printed_zh"]) == (None, None), key
            assert row["conf_status"] == "F" or _stored(row) == (None, None, None), key
            assert row["note"] or row["conf_status"] == "C", key
        if row["conf_status"] == "N":
            assert (row["obs_status"], row["note"].partition(":")[0] in GATE_IDS) == ("M", True), key


@pytest.mark.parametrize("name", ["told", "untold", "reduced"])
def test_what_breaks_a_rule_and_nobody_explained_is_withheld_and_nothing_else_is_by_that_rule(
    name: str, request: pytest.FixtureRequest
) -> None:
    district: District = request.getfixturevalue(name)
    due = district.gates.withheld()
    said = {key: _gate(row) for key, row in district.published().items() if row["conf_status"] != "F"}
    # what also counts too few is withheld for either reason
    wrong = {key: (gate, said.get(key)) for key, gate in due.items() if said.get(key) not in (gate, DISCLOSURE)}
    wrong |= {
        key: (due.get(key), gate) for key, gate in said.items()
        if key not in due and gate != DISCLOSURE and (key.kpi, gate) != UNDEFINED
    }  # fmt: skip
    assert not wrong, _some(wrong)
    assert "G-RATIO" in due.values()


@pytest.mark.parametrize("name", ["told", "untold", "reduced"])
def test_what_counts_too_few_is_withheld_and_little_else_is_for_disclosure(
    name: str, request: pytest.FixtureRequest
) -> None:
    district: District = request.getfixturevalue(name)
    gates, published = district.gates, district.published()
    small = gates.small()
    shown = {key: published[key]["value"] for key in gates.figures
             if gates.is_small(key) and published[key]["value"] is not None}  # fmt: skip
    assert not shown, _some(shown)
    # what states a measure that some small figure states is protected with it: a rank, a share, a total
    measures = {measure for key in small for measure in MEASURES.get(key.kpi, ())}
    kpis = {kpi for kpi, own in MEASURES.items() if own & measures}
    for key in gates.figures:
        row = published[key]
        if row["conf_status"] == "F" or _gate(row) != DISCLOSURE:
            continue
        sdc_class = KPI[key.kpi]["sdc_class"]
        is_amount = sdc_class in ("M", "B")
        is_total = key.kpi in ("building_tax_total", "building_tax_district") or row["conf_status"] == "N"
        assert not (is_amount and is_total and gates.is_whole(key)), key
        assert is_amount or sdc_class == "A", key
        assert is_amount or (key in small if row["conf_status"] == "N" else key.kpi in kpis), key


@pytest.mark.parametrize("name", ["told", "untold"])
def test_every_figure_of_the_whole_district_that_no_rule_withholds_is_public(
    name: str, request: pytest.FixtureRequest
) -> None:
    district: District = request.getfixturevalue(name)
    gates = district.gates
    public = {key for key, row in district.published().items() if row["conf_status"] in ("F", "C")}
    whole = {key for key in gates.figures if gates.is_whole(key)} - gates.withheld().keys() - gates.small()
    assert not whole - public, _some(dict.fromkeys(whole - public))


def test_exactly_what_depends_on_a_ticket_a_tax_row_and_a_building_moves(told: District, reduced: District) -> None:
    before, after = told.published(), reduced.published()
    moved = {
        key for key in before.keys() | after.keys()
        if _seen(before.get(key)) != _seen(after.get(key))
    }  # fmt: skip
    was, is_now = told.wanted, reduced.wanted
    open_before, open_after = (
        {key for key, row in rows.items() if row["conf_status"] == "F"} for rows in (before, after)
    )
    depending = {
        key for key in was.keys() | is_now.keys()
        if _shown(was.get(key) if key in open_before else None)
        != _shown(is_now.get(key) if key in open_after else None)
    }  # fmt: skip
    # what was published as final moves only as far as SPEC 4.2 lets it
    held = {_key(row) for row in pl.read_parquet(reduced.sealed / "drift.parquet").to_dicts()}
    public = (open_before | open_after) - held
    assert not moved ^ (depending & public), _some(dict.fromkeys(moved ^ (depending & public)))
    assert {key.kpi for key in moved} >= {"building_cnt", "building_ticket_cnt", "building_tax_total"}
    assert "activity_cnt" not in {key.kpi for key in moved}


def test_what_the_newest_release_no_longer_holds_is_no_longer_published(reduced: District) -> None:
    assert reduced.louyu.query("select distinct release_id from published.kpi_value") == [(reduced.release,)]


def _district(
    factory: pytest.TempPathFactory, name: str, world: World, send: Callable[[World, Home], None]
) -> District:
    """Let a district's departments send, run, and publish, once for all who take part in the run."""
    folder = shared(factory)
    louyu = Louyu(Home(folder / f"foreign-{name}"))

    def published() -> str:
        send(world, louyu.home)
        ran = louyu.json("run")
        louyu.call("release", "publish", ran["release_id"], "--simulated")
        return f"{ran['build']} {ran['release_id']}"

    return District(world, louyu, *once(folder / f"foreign-{name}.build", published).split())


def _first_sent(world: World, home: Home) -> None:
    deliver(world, home.inbox)
    configure(world.place, home.config)


def _read(path: Path, sql: str) -> list[dict[str, Any]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).pl().to_dicts()


def _key(row: dict[str, Any]) -> Key:
    return Key(row["kpi_id"], row["area_code"], row["period"], row["breakdown_type"], row["breakdown_code"],
               row["base_period"] or "", row["basis"])  # fmt: skip


def _gate(row: dict[str, Any]) -> str:
    """Which gate withheld it; what disclosure control suppressed need not say so in a note."""
    return DISCLOSURE if row["conf_status"] == "C" else str(row["note"]).partition(":")[0]


def _rounded(value: Fraction | None) -> Decimal | None:
    return None if value is None else round(Decimal(value.numerator) / value.denominator, 8)


def _stored(row: dict[str, Any] | None) -> Stored | None:
    return (row["value"], row["numerator"], row["denominator"]) if row else None


def _agrees(found: dict[Key, dict[str, Any]], key: Key, figure: Figure) -> bool:
    row = found.get(key)
    if row is None:
        return figure.value is None
    if row["value"] != _rounded(figure.value):
        return False
    parts = (_rounded(figure.numerator), _rounded(figure.denominator))
    return figure.numerator is None or (row["numerator"], row["denominator"]) == parts


def _seen(row: dict[str, Any] | None) -> tuple[Any, ...] | None:
    """What a reader sees change; a row of nothing is no row."""
    if row is None or row["value"] in (None, 0):
        return None
    return (*(_stored(row) or ()), row["printed_zh"], row["printed_en"])


def _shown(figure: Figure | None) -> tuple[Any, ...] | None:
    if figure is None or not figure.value:
        return None
    return (_rounded(figure.value), _rounded(figure.numerator), _rounded(figure.denominator))


def _some(found: dict[Key, Any]) -> str:
    kinds = sorted({key.kpi for key in found})
    return f"{len(found)} of {kinds}: " + "\n".join(f"{key}: {what}" for key, what in sorted(found.items())[:12])
