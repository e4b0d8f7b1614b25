"""What is made anew for touched months alone is what a full refresh makes, whatever happened in between (DESIGN 2.5).

The sources are written by hand, small enough that a sequence of builds costs seconds. Each event reaches over the
edge of a month in its own way.
"""

import shutil
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from warehouse.scope import ASKED, Opened, ask, begin, complete
from warehouse.store import WAREHOUSE_FILE
from warehouse.transform import build_words, run_dbt

pytest_plugins = ["dbt_project"]

DISTRICT = "310101"
MONTHS = [date(2023, month, 1) for month in range(1, 7)]
COMPARED = (
    "cut.cur_tax_allocation", "cut.cur_tax_by_payer", "measures.msr_tax", "figures.contribution",
    "internal.enterprise_month_tax",
)  # fmt: skip
TOUCHED = {
    "cur_build_scope",
    "cur_tax_allocation",
    "cur_tax_by_payer",
    "msr_tax",
    "contribution",
    "enterprise_month_tax",
}
"""What looks at the months that the last build touched."""
NEVER_STANDING = "contribution"
"""Rests on a table that these builds leave out, of which nobody knows how it is."""
READERS = ("contribution", "enterprise_month_tax")
"""What is kept by month beside the chain that ends in ``msr_tax``."""


@dataclass
class Sources:
    """What a build reads: rows of tax, buildings and occupancies, who is who, and the office's choice."""

    taxes: dict[str, tuple[str, date, date | None, str | None, str, str]] = field(default_factory=dict)
    """voucher → taxpayer, treasury month, end of the tax period, voucher that it corrects, tax type, amount"""
    leases: dict[str, tuple[str, str, str, date, date | None]] = field(default_factory=dict)
    """room → tenant, building, area, moved in, moved out"""
    streets: dict[str, str] = field(default_factory=lambda: {"甲楼": "外滩", "乙楼": "外滩", "丙楼": "豫园"})
    merged: set[str] = field(default_factory=set)
    """Names that mean the first enterprise."""
    renamed: dict[str, str] = field(default_factory=dict)
    """What the register calls an enterprise now."""
    attribution: str = "period_end"
    as_of: date = date(2023, 6, 30)
    known_at: str = "2024-01-01"
    others: list[str] = field(default_factory=list)
    """Deliveries of tickets."""
    evidence: str = ""
    """Why a name means an enterprise, which no figure tells."""

    def rename_to(self, name: str) -> str:
        return "ENT-A" if name in self.merged else f"ENT-{name}"


def at_first() -> Sources:
    """Payers with tax in every month, one of them in two buildings, and a refund that names another month's voucher."""
    made = Sources()
    for month in MONTHS:
        for payer, amount in (("A", "100.01"), ("B", "33.33"), ("C", "7.00")):
            made.taxes[f"{payer}{month.month}"] = (payer, month, None, None, "VAT", amount)
    made.taxes["R5"] = ("A", MONTHS[4], None, "A2", "VAT", "-10.00")
    made.leases = {
        "1": ("A", "甲楼", "100", date(2022, 1, 1), None), "2": ("A", "丙楼", "50", date(2023, 3, 1), None),
        "3": ("B", "乙楼", "80", date(2022, 1, 1), date(2023, 5, 1)),
    }  # fmt: skip
    return made


def refund_by_original(now: Sources) -> None:
    now.taxes["R6"] = ("B", MONTHS[5], None, "B1", "VAT", "-3.33")


def original_sent_again_with_another_period(now: Sources) -> None:
    payer, month, _, original, kind, amount = now.taxes["A2"]
    now.taxes["A2"] = (payer, month, date(2022, 12, 31), original, kind, amount)


def occupancy_corrected(now: Sources) -> None:
    now.leases["2"] = ("A", "丙楼", "75", date(2023, 2, 1), None)


def tenant_arrives_late_in_the_books(now: Sources) -> None:
    now.leases["4"] = ("C", "乙楼", "10", date(2023, 4, 1), None)


def identities_merged(now: Sources) -> None:
    now.merged.add("B")


def building_moves_to_another_street(now: Sources) -> None:
    now.streets["甲楼"] = "豫园"


def enterprise_takes_another_name(now: Sources) -> None:
    now.renamed["A"] = f"{now.renamed.get('A', 'A')}新"


def month_sent_again_empty(now: Sources) -> None:
    now.taxes = {voucher: row for voucher, row in now.taxes.items() if row[1] != MONTHS[2]}


def newest_month_arrives(now: Sources) -> None:
    now.taxes["A7"] = ("A", date(2023, 7, 1), None, None, "CIT", "55.55")


def parameter_changed(now: Sources) -> None:
    now.attribution = "treasury_month_end" if now.attribution == "period_end" else "period_end"


def as_of_moves(now: Sources) -> None:
    now.as_of = date(2023, 4, 30) if now.as_of.month == 6 else date(2023, 6, 30)


EVENTS: list[Callable[[Sources], None]] = [
    refund_by_original, original_sent_again_with_another_period, occupancy_corrected,
    tenant_arrives_late_in_the_books, identities_merged, building_moves_to_another_street, month_sent_again_empty,
    newest_month_arrives, parameter_changed, as_of_moves, enterprise_takes_another_name,
]  # fmt: skip


def write(path: Path, now: Sources) -> None:
    """Put the sources into a warehouse file, in the place of what it held."""
    lists = {
        "ledger.delivery": [
            {"delivery_id": name, "feed": feed, "sha256": name, "version": 0, "status": "ACCEPTED",
             "is_addition": False, "is_cumulative": False, "ordered_at": "2023-01-01", "received_at": "2023-01-01",
             "known_at": "2023-01-01"}
            for feed, name in [
                *((feed, feed) for feed in ("T01", "B01", "O01", "E01")), *(("H01", name) for name in now.others)
            ]
        ],
        "ledger.delivery_scope": [
            {"delivery_id": "T01", "scope_key": "", "scope_on": month}
            for month in {row[1] for row in now.taxes.values()}
        ] + [{"delivery_id": feed, "scope_key": "", "scope_on": "2022-01-01"} for feed in ("B01", "O01")],
        "landing.t01": [
            {"delivery_id": "T01", "row_no": n, "uscc": payer, "taxpayer_name": payer, "tax_type": kind,
             "treasury_month": month, "tax_period_end": end, "orig_ref": original, "voucher_no": voucher,
             "amount_total": amount}
            for n, (voucher, (payer, month, end, original, kind, amount)) in enumerate(now.taxes.items())
        ],
        "landing.b01": [
            {"delivery_id": "B01", "row_no": n, "building_name": name, "street_name": street, "stat_flag": True,
             "gross_area_m2": 1000, "rentable_area_m2": 800} for n, (name, street) in enumerate(now.streets.items())
        ],
        "landing.o01": [
            {"delivery_id": "O01", "row_no": n, "building_name": building, "unit_no": room, "enterprise_name": tenant,
             "uscc": tenant, "leased_area_m2": area, "rent": "3", "moved_in_on": since, "moved_out_on": until}
            for n, (room, (tenant, building, area, since, until)) in enumerate(now.leases.items())
        ],
        "landing.e01": [
            {"delivery_id": "E01", "row_no": n, "uscc": name, "name": now.renamed.get(name, name), "status": "ACTIVE",
             "industry_code": {"A": "I6513", "B": "J6600"}.get(name, "L7211")} for n, name in enumerate("ABC")
        ],
        "identity.xref_enterprise": [
            {"raw_code": name, "raw_name": called, "enterprise_id": now.rename_to(name), "evidence": now.evidence,
             "known_from": "2020-01-01", "valid_from": "0001-01-01", "valid_to": "9999-12-31"}
            for name in "ABC" for called in {name, now.renamed.get(name, name)}
        ],
        "identity.xref_building": [
            {"raw_code": "", "raw_name": name, "raw_street": place, "building_id": f"BLD-{name}"}
            for name, street in now.streets.items() for place in ("", street)
        ],
        "config.parameter": [{"name": "tax.attribution", "value": now.attribution}],
        "ops.run_context": [
            {"build_id": "build", "known_at": now.known_at, "as_of": now.as_of, "district_code": DISTRICT}
        ],
    }  # fmt: skip
    with duckdb.connect(str(path)) as connection:
        for table, rows in lists.items():
            connection.execute(f"delete from {table}")
            for row in rows:
                _insert(connection, table, row)


def _insert(connection: duckdb.DuckDBPyConnection, table: str, row: dict[str, Any]) -> None:
    places = ", ".join("?" for _ in row)
    connection.execute(f"insert into {table} ({', '.join(row)}) values ({places})", list(row.values()))


def build(path: Path, *, dies: bool = False) -> set[str]:
    """Build a file as a run does, and name what was made; one that dies has made the allocation and no more."""
    wanted = ["+cur_tax_allocation"] if dies else ["+msr_tax", *READERS]
    opened = begin(path, "code")
    words = [*build_words("test", is_known=opened.is_known), "--select", *wanted]
    results = run_dbt(words, path, path.parent / "target", standing=opened.standing)
    assert {result.unique_id: result.message for result in results if result.status != "success"} == {}
    if not dies:
        complete(path, "code", "build")
    return {result.unique_id.rpartition(".")[2] for result in results if not result.stood}


def rows(path: Path) -> dict[str, list[tuple[Any, ...]]]:
    with duckdb.connect(str(path), read_only=True) as connection:
        return {name: connection.execute(f"select * from {name} order by all").fetchall() for name in COMPARED}


@pytest.fixture(scope="module")
def begun(empty_warehouse: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse that has completed a build of what there was at first."""
    path = tmp_path_factory.mktemp("begun") / WAREHOUSE_FILE
    shutil.copy(empty_warehouse, path)
    write(path, at_first())
    build(path)
    return path


steps = st.lists(st.tuples(st.sampled_from(EVENTS), st.booleans()), min_size=1, max_size=3)


@settings(max_examples=3, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(steps=[(event, False) for event in EVENTS])
@example(steps=[(as_of_moves, True), (as_of_moves, False), (identities_merged, True), (occupancy_corrected, False)])
@given(steps=steps)
def test_incremental_is_a_full_refresh(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[Callable[[Sources], None], bool]]
) -> None:
    path = tmp_path_factory.mktemp("steps") / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = deepcopy(at_first())
    for event, dies in steps:
        event(now)
        write(path, now)
        build(path, dies=dies)
    build(path)
    whole = tmp_path_factory.mktemp("whole") / WAREHOUSE_FILE
    shutil.copy(path, whole)
    with duckdb.connect(str(whole)) as connection:
        connection.execute("delete from ops.built_month")
    build(whole)
    assert rows(path) == rows(whole)
    assert all(rows(path).values())


def test_a_later_moment_and_a_delivery_of_another_feed_leave_everything_standing(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = at_first()
    write(path, now)
    assert build(path) == {NEVER_STANDING}
    now.known_at, now.others = "2024-02-01", ["TUESDAY"]
    write(path, now)
    # the list of all deliveries is one of them longer
    assert build(path) <= {"dlv_scope", "cur_enterprise", NEVER_STANDING}
    assert rows(path) == rows(begun)


def test_what_nothing_can_touch_is_known_before_dbt_starts(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = at_first()
    refund_by_original(now)
    write(path, now)
    with duckdb.connect(str(path)) as connection:
        connection.execute("drop table cut.cur_building")
    names = {key.rpartition(".")[2] for key in begin(path, "code").standing}
    assert "cur_occupancy" in names
    # one is gone, one is touched, and one rests on what is touched
    assert not names & {"cur_building", "cur_tax_receipt", "msr_tax"}
    # that build never came to its end
    assert begin(path, "code") == Opened(False, frozenset())


def test_what_comes_out_the_same_leaves_standing_what_rests_on_it(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = at_first()
    now.evidence = "by hand"
    write(path, now)
    made = build(path)
    assert {"cur_tax_receipt", "fct_occupancy_statement"} <= made
    assert not made & (TOUCHED | {"cur_occupancy"}) - {NEVER_STANDING}


def test_a_row_that_changes_makes_what_rests_on_it(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = at_first()
    refund_by_original(now)
    write(path, now)
    made = build(path)
    assert {"cur_tax_receipt", "cur_build_scope", "cur_tax_allocation", "msr_tax", *READERS} <= made
    assert not made & {"cur_occupancy", "cur_building", "cur_enterprise", "dim_period"}


def test_only_the_touched_months_are_made_anew(begun: Path, tmp_path: Path) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    now = at_first()
    refund_by_original(now)
    write(path, now)
    build(path)
    with duckdb.connect(str(path)) as connection:
        found = connection.execute("select month_on, reason from cut.cur_build_scope where is_touched").fetchall()
        assert found == [(MONTHS[5], "CHANGED")]
    assert ask(path, DISTRICT, [MONTHS[0]]) == 1
    build(path)
    with duckdb.connect(str(path)) as connection:
        found = connection.execute("select month_on, reason from cut.cur_build_scope where is_touched").fetchall()
        assert found == [(MONTHS[0], "ASKED")]
        assert connection.execute("select count(*) from ops.build_scope").fetchall() == [(0,)]


@settings(max_examples=2, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(asked=set(MONTHS), damaged=set(MONTHS[1:4]), dies=True)
@given(asked=st.sets(st.sampled_from(MONTHS), min_size=1), damaged=st.sets(st.sampled_from(MONTHS)), dies=st.booleans())
def test_months_that_are_asked_for_are_mended_and_nothing_else_changes(
    begun: Path, tmp_path_factory: pytest.TempPathFactory, asked: set[date], damaged: set[date], dies: bool
) -> None:
    path = tmp_path_factory.mktemp("asked") / WAREHOUSE_FILE
    shutil.copy(begun, path)
    with duckdb.connect(str(path)) as connection:
        for month in damaged & asked:
            for table in ("measures.msr_tax", "figures.contribution"):
                connection.execute(f"delete from {table} where atom_on = ?", [month])
            connection.execute("update cut.cur_tax_allocation set total_fen = 1 where treasury_month_on = ?", [month])
    assert ask(path, DISTRICT, asked) == len(asked)
    if dies:
        build(path, dies=True)
    build(path)
    assert all(rows(path).values())
    assert rows(path) == rows(begun)


def test_what_was_asked_for_stays_open_until_a_build_completes_and_is_asked_for_once(
    begun: Path, tmp_path: Path
) -> None:
    path = tmp_path / WAREHOUSE_FILE
    shutil.copy(begun, path)
    assert ask(path, DISTRICT, MONTHS[:2]) == 2
    begin(path, "code")
    assert ask(path, DISTRICT, MONTHS[:3]) == 1
    with duckdb.connect(str(path)) as connection:
        found = connection.execute("select * from ops.build_scope order by month_on").fetchall()
        assert found == [(DISTRICT, month, ASKED) for month in MONTHS[:3]]
        # a row by hand may ask for what was asked for
        connection.execute("insert into ops.build_scope values (?, ?, 'by hand')", [DISTRICT, MONTHS[0]])
    build(path)
    with duckdb.connect(str(path)) as connection:
        [(months,)] = connection.execute("select count(*) from cut.cur_build_scope").fetchall()
        assert months == len(MONTHS)
        assert connection.execute("select count(*) from ops.build_scope").fetchall() == [(0,)]
