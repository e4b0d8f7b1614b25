"""The identity step over landed rows: what is known gets an id, what is not waits for its register (DESIGN 2.2)."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from common.findings import FINDING_SCHEMA
from common.home import Home
from identity import buildings, enterprises
from identity.resolve import Resolved, resolve

A, B = "91110107MA0000015C", "91110107MA00000237"


def land(home: Home, feed: str, delivery: str, *rows: dict[str, Any]) -> None:
    """Put rows where ingest puts them."""
    address = {"delivery_id": delivery, "file": f"{feed}.csv", "sheet": None}
    folder = home.rows / f"feed={feed}"
    folder.mkdir(parents=True, exist_ok=True)
    frame = pl.DataFrame(
        [{**address, "row_no": n, **row} for n, row in enumerate(rows, start=2)], infer_schema_length=None
    )
    texts = [name for name, kind in frame.schema.items() if kind == pl.Null]
    lists = {"former_name", "alias"} & set(texts)
    casts = {name: pl.List(pl.String) if name in lists else pl.String for name in texts}
    frame.cast(casts).write_parquet(folder / f"{delivery}.parquet")


def enterprise(uscc: str, name: str, **more: Any) -> dict[str, Any]:
    return {"uscc": uscc, "reg_no": None, "org_code": None, "name": name, "former_name": None, **more}


def building(code: str | None, name: str, street: str = "八角街道") -> dict[str, Any]:
    return {"building_code": code, "building_name": name, "street_name": street, "alias": None}


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
        {"place": "银河大厦3层", "street_name": "八角街道"},
        {"place": None, "street_name": "八角街道"},
    )
    return found


ALL = ("E01-1", "E01-2", "B01-1", "T01-1", "O01-1", "P01-1", "H01-1")


def by_key(resolved: Resolved) -> dict[tuple[str, str], str]:
    return {(code, name): found for code, name, found, _ in resolved.enterprises.iter_rows()}


def test_every_known_key_gets_its_id_and_every_unknown_one_waits_with_its_address(home: Home) -> None:
    resolved = resolve(home, ALL)
    assert by_key(resolved) == {
        (A, "甲"): f"ENT-{A}", ("", "乙公司"): f"ENT-{B}", (A, "甲公司"): f"ENT-{A}",
    }  # fmt: skip
    places = {(name, found, relation) for _, name, _, found, _, relation in resolved.buildings.iter_rows()}
    assert ("银河大厦3层", "BLD-1", "in") in places
    (waiting,) = resolved.quarantine.to_dicts()
    assert (waiting["feed"], waiting["delivery_id"], waiting["file"], waiting["row_no"], waiting["column"],
    waiting["rule_id"]) == (
        "O01", "O01-1", "O01.csv", 3, "所在楼宇", "B-IDN-08",
    )  # fmt: skip


def test_what_waits_is_released_when_its_register_arrives(home: Home) -> None:
    before = resolve(home, [delivery for delivery in ALL if delivery != "E01-2"])
    assert sorted(before.quarantine["rule_id"]) == ["B-IDN-04", "B-IDN-04", "B-IDN-08"]
    land(home, "B01", "B01-2", building("2", "金安大厦"))
    assert resolve(home, [*ALL, "B01-2"]).quarantine.is_empty()


def test_rows_outside_the_cut_are_not_known(home: Home) -> None:
    resolved = resolve(home, ["T01-1"])
    assert by_key(resolved) == {(A, "甲"): f"ENT-{A}"}
    assert resolved.quarantine["delivery_id"].to_list() == ["T01-1"]


def test_a_feed_that_needs_no_building_waits_for_none(home: Home) -> None:
    assert "P01" not in resolve(home, ALL).quarantine["feed"].to_list()


def test_an_empty_home_resolves_to_empty_tables_of_the_right_shape(tmp_path: Path) -> None:
    resolved = resolve(Home(tmp_path), [])
    assert dict(resolved.enterprises.schema) == dict(enterprises.XREF_SCHEMA)
    assert dict(resolved.buildings.schema) == dict(buildings.XREF_SCHEMA)
    assert dict(resolved.quarantine.schema) == dict(FINDING_SCHEMA)


def test_ids_do_not_depend_on_the_order_in_which_deliveries_landed(home: Home, tmp_path: Path) -> None:
    other = Home(tmp_path / "other")
    for feed in ("H01", "O01", "T01", "B01", "E01", "P01"):
        for path in sorted((home.rows / f"feed={feed}").iterdir(), reverse=True):
            target = other.rows / f"feed={feed}" / f"x{path.name}"
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(path.read_bytes())
    one, two = resolve(home, ALL), resolve(other, tuple(reversed(ALL)))
    assert one.enterprises.sort(pl.all()).equals(two.enterprises.sort(pl.all()))
    assert one.buildings.sort(pl.all()).equals(two.buildings.sort(pl.all()))
    assert one.quarantine.sort(pl.all()).equals(two.quarantine.sort(pl.all()))


def test_a_ticket_cannot_take_the_id_of_a_building_without_a_code(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "B01", "B01-1", building(None, "银河大厦"), building("2", "星河大厦") | {"alias": ["银河大厦"]})
    before = resolve(home, ["B01-1"]).buildings.filter(raw_name="银河大厦")["building_id"].to_list()
    land(home, "H01", "H01-1", {"place": "银河大厦", "street_name": "八角街道"})
    after = resolve(home, ["B01-1", "H01-1"]).buildings.filter(raw_name="银河大厦", raw_street="八角街道")
    assert after["building_id"].to_list() == before
    assert before[0] is not None


def test_the_tables_are_written_and_read_back(home: Home, tmp_path: Path) -> None:
    resolved = resolve(home, ALL)
    resolved.write(tmp_path / "out")
    assert pl.read_parquet(tmp_path / "out" / "xref_enterprise.parquet").equals(resolved.enterprises)
    assert pl.read_parquet(tmp_path / "out" / "xref_building.parquet").equals(resolved.buildings)
    assert pl.read_parquet(tmp_path / "out" / "quarantine.parquet").equals(resolved.quarantine)


def test_numbers_of_another_scheme_are_identities_of_their_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "T01", "T01-1", {"uscc": "permit:N 037863", "taxpayer_name": "A"},
         {"uscc": "other:N 037863", "taxpayer_name": "A"}, {"uscc": "N037863", "taxpayer_name": "A"})  # fmt: skip
    resolved = resolve(home, ["T01-1"])
    assert sorted(by_key(resolved).values()) == ["ENT-other:N 037863", "ENT-permit:N 037863"]
    assert resolved.quarantine["row_no"].to_list() == [4]


def test_a_list_without_streets_gives_its_buildings_and_tickets_their_keys(tmp_path: Path) -> None:
    home = Home(tmp_path)
    land(home, "B01", "B01-1", building("7", "银河大厦") | {"street_name": None})
    land(home, "H01", "H01-1", {"place": "银河大厦3层", "street_name": None})
    found = {
        (code, name, street): to for code, name, street, to, *_ in resolve(home, ["B01-1", "H01-1"]).buildings.rows()
    }
    assert found["7", "银河大厦", ""] == found["", "银河大厦3层", ""] == "BLD-7"
