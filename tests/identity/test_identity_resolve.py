"""The identity step over landed rows: what is known gets an id, what is not waits for its register (DESIGN 2.2)."""

from datetime import date, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from identity_making import building, land, resolved, ticket

from common.findings import FINDING_SCHEMA
from common.home import Home
from identity import buildings, enterprises
from identity.keys import Shown
from identity.resolve import Resolved

A, B, C = "91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W"
TYPED = "91110107MAOOOOO15C"


def enterprise(uscc: str, name: str, **more: Any) -> dict[str, Any]:
    return {"uscc": uscc, "reg_no": None, "org_code": None, "name": name, "former_name": None, **more}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    land(found, "E01", "E01-1", enterprise(A, "甲公司"))
    land(found, "E01", "E01-2", enterprise(B, "乙公司"))
    land(found, "B01", "B01-1", building("1", "银河大厦"))
    land(found, "T01", "T01-1", {"uscc": A, "taxpayer_name": "甲"}, {"uscc": None, "taxpayer_name": "乙公司"})
    land(found, "O01", "O01-1", {"uscc": None, "enterprise_name": "乙公司", "building_name": "银河大厦"},
         {"uscc": A, "enterprise_name": "甲公司", "building_name": "金安大厦"})  # fmt: skip
    land(found, "P01", "P01-1", {"building_name": "金安大厦"})
    land(
        found,
        "H01",
        "H01-1",
        ticket("银河大厦3层"),
        ticket(None),
    )
    return found


ALL = ("E01-1", "E01-2", "B01-1", "T01-1", "O01-1", "P01-1", "H01-1")


def by_key(resolved: Resolved) -> dict[tuple[str, str], str]:
    return {(code, name): found for code, name, found, *_ in resolved.enterprises.iter_rows()}


def test_every_known_key_gets_its_id_and_every_unknown_one_waits_with_its_address(home: Home) -> None:
    made = resolved(home, ALL)
    assert by_key(made) == {
        (A, "甲"): f"ENT-{A}", ("", "乙公司"): f"ENT-{B}", (A, "甲公司"): f"ENT-{A}", (B, "乙公司"): f"ENT-{B}",
    }  # fmt: skip
    places = {(name, found, relation) for _, name, _, found, _, relation, *_ in made.buildings.iter_rows()}
    assert ("银河大厦3层", "BLD-1", "in") in places
    (waiting,) = made.quarantine.filter(action="QUARANTINE").to_dicts()
    assert (waiting["feed"], waiting["delivery_id"], waiting["file"], waiting["row_no"], waiting["column"],
    waiting["rule_id"]) == (
        "O01", "O01-1", "O01.csv", 3, "所在楼宇", "B-IDN-08",
    )  # fmt: skip


def test_what_waits_is_released_when_its_register_arrives(home: Home) -> None:
    before = resolved(home, [delivery for delivery in ALL if delivery != "E01-2"])
    assert sorted(before.quarantine["rule_id"]) == ["B-IDN-04", "B-IDN-04", "B-IDN-08"]
    land(home, "B01", "B01-2", building("2", "金安大厦"))
    assert resolved(home, [*ALL, "B01-2"]).quarantine.filter(action="QUARANTINE").is_empty()


def test_rows_outside_the_cut_are_not_known(home: Home) -> None:
    made = resolved(home, ["T01-1"])
    assert by_key(made) == {(A, "甲"): f"ENT-{A}"}
    assert made.quarantine["delivery_id"].to_list() == ["T01-1"]


def test_a_feed_that_needs_no_building_waits_for_none(home: Home) -> None:
    assert "P01" not in resolved(home, ALL).quarantine["feed"].to_list()


def test_an_empty_home_resolves_to_empty_tables_of_the_right_shape(tmp_path: Path) -> None:
    made = resolved(Home(tmp_path), [])
    assert dict(made.enterprises.schema) == dict(enterprises.XREF_SCHEMA)
    assert dict(made.buildings.schema) == dict(buildings.XREF_SCHEMA)
    assert dict(made.quarantine.schema) == dict(FINDING_SCHEMA)


def test_ids_do_not_depend_on_the_order_in_which_deliveries_landed(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    for feed in ("H01", "O01", "T01", "B01", "E01", "P01"):
        for path in sorted((home.rows / f"feed={feed}").iterdir(), reverse=True):
            target = other.rows / f"feed={feed}" / path.name
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    one, two = resolved(home, ALL), resolved(other, tuple(reversed(ALL)))
    assert one.enterprises.sort(pl.all()).equals(two.enterprises.sort(pl.all()))
    assert one.buildings.sort(pl.all()).equals(two.buildings.sort(pl.all()))
    assert one.quarantine.sort(pl.all()).equals(two.quarantine.sort(pl.all()))


def test_a_ticket_cannot_take_the_id_of_a_building_without_a_code(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "B01", "B01-1", building(None, "银河大厦"), building("2", "星河大厦") | {"alias": ["银河大厦"]})
    before = resolved(home, ["B01-1"]).buildings.filter(raw_name="银河大厦")["building_id"].to_list()
    land(home, "H01", "H01-1", ticket("银河大厦"))
    after = resolved(home, ["B01-1", "H01-1"]).buildings.filter(raw_name="银河大厦", raw_street="八角街道")
    assert after["building_id"].to_list() == before
    assert before[0] is not None


def test_the_tables_are_written_and_read_back(home: Home, tmp_path: Path) -> None:
    made = resolved(home, ALL)
    made.write(tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "xref_enterprise.parquet").equals(made.enterprises)
    assert pl.read_parquet(tmp_path / "out" / "xref_building.parquet").equals(made.buildings)
    assert pl.read_parquet(tmp_path / "out" / "quarantine.parquet").equals(made.quarantine)


def told(resolved: Resolved, rule: str, action: str) -> list[dict[str, Any]]:
    return resolved.quarantine.filter(rule_id=rule, action=action).to_dicts()


def test_a_note_on_a_key_is_told_once_in_a_delivery_and_a_row_that_waits_always(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "E01", "E01-1", enterprise(A, "甲公司"))
    for delivery in ("T01-1", "T01-2"):
        nameless = {"uscc": None, "taxpayer_name": "甲公司"}
        typed, unknown = {"uscc": TYPED, "taxpayer_name": "甲公司"}, {"uscc": TYPED, "taxpayer_name": "乙公司"}
        land(home, "T01", delivery, nameless, nameless, {**nameless, "taxpayer_name": "甲 公司"}, typed, typed,
             unknown, unknown)  # fmt: skip
    made = resolved(home, ["E01-1", "T01-1", "T01-2"])
    notes = [(note["delivery_id"], note["row_no"]) for note in told(made, "B-IDN-04", "AUTO")]
    assert sorted(notes) == [("T01-1", 2), ("T01-2", 2)]
    repairs = [(note["delivery_id"], note["row_no"], note["column"]) for note in told(made, "B-IDN-01", "AUTO")]
    assert sorted(repairs) == [("T01-1", 5, "纳税人识别号"), ("T01-2", 5, "纳税人识别号")]
    waiting = [(note["delivery_id"], note["row_no"]) for note in told(made, "B-IDN-01", "QUARANTINE")]
    assert sorted(waiting) == [("T01-1", 7), ("T01-1", 8), ("T01-2", 7), ("T01-2", 8)]


def test_the_registers_own_row_of_a_wrong_code_waits_and_is_released_by_the_row_that_has_it_right(
    tmp_path: Path,
) -> None:
    home = Home(tmp_path)
    land(home, "E01", "E01-1", enterprise(TYPED, "甲公司"), enterprise("91110107MA0000018X", "乙公司"))
    land(home, "E01", "E01-2", enterprise(A, "甲公司"))
    alone = resolved(home, ["E01-1"])
    assert by_key(alone) == {}
    assert [row["row_no"] for row in told(alone, "B-IDN-01", "QUARANTINE")] == [2, 3]
    both = resolved(home, ["E01-1", "E01-2"])
    assert by_key(both) == {(TYPED, "甲公司"): f"ENT-{A}", (A, "甲公司"): f"ENT-{A}"}
    assert [row["value"] for row in told(both, "B-IDN-01", "QUARANTINE")] == ["91110107MA0000018X"]


def test_a_row_of_a_wrong_code_says_nothing_about_names(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "E01", "E01-1", enterprise("91110107MA0000018X", "甲公司"), enterprise(A, "甲公司"))
    land(home, "T01", "T01-1", {"uscc": None, "taxpayer_name": "甲公司"})
    assert by_key(resolved(home, ["E01-1", "T01-1"]))["", "甲公司"] == f"ENT-{A}"


def test_a_name_that_moved_is_decided_by_the_month_of_the_tax_and_by_the_day_of_the_list(tmp_path: Path) -> None:
    home = Home(tmp_path)
    shown = {
        delivery: Shown(datetime(2023, month, 5), day=day)
        for delivery, month, day in (
            ("E01-1", 1, None), ("E01-2", 6, None), ("E01-3", 8, None), ("T01-1", 12, None),
            ("O01-1", 12, date(2023, 5, 31)), ("O01-2", 12, date(2023, 9, 30)), ("R01-1", 12, None),
        )
    }  # fmt: skip
    land(home, "E01", "E01-1", enterprise(A, "甲公司"))
    land(home, "E01", "E01-2", enterprise(A, "乙公司", former_name=["甲公司"], status_date=date(2023, 5, 31)))
    land(home, "E01", "E01-3", enterprise(B, "甲公司", established_on=date(2023, 7, 15)))
    months = [date(2023, month, 1) for month in (4, 5, 7)]
    land(home, "T01", "T01-1", *[{"uscc": None, "taxpayer_name": "甲公司", "treasury_month": on} for on in months])
    for number, building_name in ((1, "银河大厦"), (2, "银河大厦")):
        row = {"uscc": None, "enterprise_name": "甲公司", "building_name": building_name}
        land(home, "O01", f"O01-{number}", row)
    land(home, "R01", "R01-1", {"uscc": None, "enterprise_name": "甲公司", "grant_date": date(2023, 7, 15)})
    made = resolved(home, list(shown), shown=shown)
    times = made.enterprises.filter(raw_code="").sort("valid_from")
    assert times.select("enterprise_id", "valid_from", "valid_to").rows() == [
        (f"ENT-{A}", date(1, 1, 1), date(2023, 7, 15)), (f"ENT-{B}", date(2023, 7, 15), date(9999, 12, 31)),
    ]  # fmt: skip
    assert times["known_from"].to_list() == [datetime(2023, 1, 5), datetime(2023, 8, 5)]
    notes = {(row["delivery_id"], row["row_no"]): row["message_zh"] for row in told(made, "B-IDN-04", "AUTO")}
    assert [A in notes["O01-1", 2], B in notes["O01-2", 2], B in notes["R01-1", 2], A in notes["T01-1", 2]] == [
        True
    ] * 4
    # one name, another enterprise: a note of its own
    assert B in notes["T01-1", 4]


def test_the_offices_list_of_exceptions_accepts_a_code_that_fails_and_shows_its_evidence(tmp_path: Path) -> None:
    home, early = Home(tmp_path), "91350100M0001TGQXM"
    land(home, "E01", "E01-1", enterprise(early, "甲公司"))
    land(home, "T01", "T01-1", {"uscc": early, "taxpayer_name": "甲"}, {"uscc": None, "taxpayer_name": "甲公司"})
    deliveries = ["E01-1", "T01-1"]
    assert by_key(resolved(home, deliveries)) == {}
    made = resolved(home, deliveries, exceptions={early: "早期试点 / early pilot"})
    assert set(by_key(made).values()) == {f"ENT-{early}"}
    assert len(by_key(made)) == 3
    noted = told(made, "B-IDN-03", "ACCEPT")
    assert sorted(note["delivery_id"] for note in noted) == deliveries
    assert all("early pilot" in note["message_en"] for note in noted)


def test_head_office_and_branch_and_two_of_one_name_in_one_list_are_kept_apart_with_a_note(tmp_path: Path) -> None:
    home = Home(tmp_path)
    branch = "甲公司（石景山）酒店管理分公司"
    land(home, "T01", "T01-1", {"uscc": A, "taxpayer_name": "甲公司"}, {"uscc": B, "taxpayer_name": branch},
         {"uscc": B, "taxpayer_name": branch})  # fmt: skip
    land(home, "T01", "T01-2", {"uscc": A, "taxpayer_name": "甲公司"}, {"uscc": C, "taxpayer_name": "甲 公司"})
    land(home, "T01", "T01-3", {"uscc": A, "taxpayer_name": "甲公司"}, {"uscc": A, "taxpayer_name": "甲 公司"})
    land(home, "T01", "T01-4", {"uscc": B, "taxpayer_name": branch})
    made = resolved(home, ["T01-1", "T01-2", "T01-3", "T01-4"])
    assert made.enterprises["enterprise_id"].n_unique() == 3
    notes = told(made, "B-IDN-07", "ACCEPT")
    assert sorted((note["delivery_id"], note["row_no"], note["column"]) for note in notes) == [
        ("T01-1", 2, "纳税人名称"), ("T01-2", 2, "纳税人名称"),
    ]  # fmt: skip
    assert all("2个代码" in note["message_zh"] and "甲公司" in note["message_zh"] for note in notes)


def test_a_new_name_is_told_once_in_each_feed_where_it_comes_first_and_never_for_two_spellings(tmp_path: Path) -> None:
    home = Home(tmp_path)
    shown = {name: Shown(datetime(2023, 12, n)) for n, name in enumerate(("E01-1", "E01-2", "T-5", "T-3", "T-4"), 1)}
    land(home, "E01", "E01-1", enterprise(A, "甲公司"))
    land(home, "E01", "E01-2", enterprise(A, "新甲公司"), enterprise(B, "乙公司"))
    for month, *names in ((3, "甲公司", "甲 公司"), (4, "甲公司", "新甲公司", "新甲公司"), (5, "新甲公司", "甲公司")):
        rows = [{"uscc": A, "taxpayer_name": name, "treasury_month": date(2023, month, 1)} for name in names]
        land(
            home, "T01", f"T-{month}", *rows, {"uscc": B, "taxpayer_name": "乙", "treasury_month": date(2023, month, 1)}
        )
    notes = told(resolved(home, list(shown), shown=shown), "B-IDN-05", "AUTO")
    assert [(note["delivery_id"], note["row_no"], note["column"], note["value"]) for note in notes] == [
        ("E01-2", 2, "企业名称", "新甲公司"), ("T-4", 3, "纳税人名称", "新甲公司"),
    ]  # fmt: skip
    assert notes[1]["message_zh"] == f"企业{A}已更名:甲公司→新甲公司。"
    alone = resolved(home, ["T-4", "T-5"], shown={name: shown[name] for name in ("T-4", "T-5")})
    assert told(alone, "B-IDN-05", "AUTO") == []


def test_numbers_of_another_scheme_are_identities_of_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "T01", "T01-1", {"uscc": "permit:N 037863", "taxpayer_name": "A"},
         {"uscc": "other:N 037863", "taxpayer_name": "A"}, {"uscc": "N037863", "taxpayer_name": "A"})  # fmt: skip
    made = resolved(home, ["T01-1"])
    assert sorted(by_key(made).values()) == ["ENT-other:N 037863", "ENT-permit:N 037863"]
    assert made.quarantine.filter(action="QUARANTINE")["row_no"].to_list() == [4]


def test_a_list_without_streets_gives_its_buildings_and_tickets_their_keys(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "B01", "B01-1", building("7", "银河大厦") | {"street_name": None})
    land(home, "H01", "H01-1", {"place": "银河大厦3层", "street_name": None})
    found = {
        (code, name, street): to for code, name, street, to, *_ in resolved(home, ["B01-1", "H01-1"]).buildings.rows()
    }
    assert found["7", "银河大厦", ""] == found["", "银河大厦3层", ""] == "BLD-7"


def test_who_signed_in_or_was_visited_is_found_where_it_can_be_and_nothing_waits(home: Home) -> None:
    land(home, "A02", "A02-1", *[
        {"activity_id": "HD1", "enterprise_name": name, "uscc": code, "signed_at": at}
        for name, code, at in (
            ("甲公司", A, datetime(2023, 9, 1, 9)), ("乙公司", None, None), (None, C, None), ("无此公司", None, None),
            (None, None, None), (None, TYPED[:-1], None),
        )
    ])  # fmt: skip
    land(home, "V01", "V01-1", {"station": "一号站", "enterprise_name": "乙公司", "visited_on": date(2023, 9, 1)},
         {"station": "一号站", "enterprise_name": "街角小店", "visited_on": date(2023, 9, 1)})  # fmt: skip
    before, made = resolved(home, ALL), resolved(home, [*ALL, "A02-1", "V01-1"])
    keys = by_key(made)
    assert keys == by_key(before) | {(C, ""): f"ENT-{C}"}
    assert made.quarantine.filter(action="QUARANTINE").equals(before.quarantine.filter(action="QUARANTINE"))
    noted = made.quarantine.filter(pl.col("feed").is_in(["A02", "V01"])).select("feed", "row_no", "rule_id", "action")
    assert noted.rows() == [("A02", 3, "B-IDN-04", "AUTO"), ("V01", 2, "B-IDN-04", "AUTO")]
