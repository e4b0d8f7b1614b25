"""What the identity step says of building names, places, addresses and streets (B-IDN-08, B-ADM-01)."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest
from identity_making import building, land, resolved, ticket

from common.home import Home
from identity.areas import Areas
from identity.resolve import Resolved

_COLUMNS = ("area_type", "area_code", "parent_code", "name_zh", "also")
AREA_ROWS = [dict(zip(_COLUMNS, row, strict=True)) for row in [
    ("city", "990000", None, "云山市", "云山"), ("district", "990101", "990000", "临河区", "临河"),
    ("district", "990102", "990000", "望海区", "望海"),
    ("street", "990101001", "990101", "滨江街道", "滨江|老坟湾乡"),
    ("street", "990102001", "990102", "海角街道", "天涯街道"),
]]  # fmt: skip
AREAS = Areas.of(AREA_ROWS, "990101")
REGISTER = (
    building("1", "望江大厦", "滨江街道", alias=["WJ大厦"], address="云山市临河区滨江路22号"),
    building("2", "锦帆大厦", "滨江街道", address="临河区滨江路22号"),
)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    found = Home(tmp_path)
    land(found, "B01", "B01-1", *REGISTER)
    return found


def waiting(home: Home, *deliveries: str, areas: Areas = AREAS) -> pl.DataFrame:
    return resolved(home, ["B01-1", *deliveries], areas=areas).quarantine.filter(
        pl.col("rule_id").is_in(["B-IDN-08", "B-ADM-01"])
    )


def told(home: Home, *deliveries: str, areas: Areas = AREAS) -> list[tuple[Any, ...]]:
    return (
        waiting(home, *deliveries, areas=areas).select("feed", "row_no", "column", "rule_id", "action", "value").rows()
    )


def message(home: Home, *deliveries: str) -> str:
    return str(waiting(home, *deliveries)["message_zh"].item())


def found(made: Resolved, name: str) -> tuple[Any, ...]:
    row = made.buildings.filter(raw_name=name).select("building_id", "method", "relation").rows()
    return row[0]


def test_an_alias_is_read_and_noted_once_for_a_column_of_a_file_with_the_building_and_the_number(home: Home) -> None:
    land(home, "O01", "O", *[{"building_name": name} for name in ("望江大厦", "WJ大厦", "ＷＪ大厦", "锦帆大厦")])
    assert told(home, "O") == [("O01", 3, "所在楼宇", "B-IDN-08", "AUTO", "WJ大厦")]
    assert "望江大厦" in message(home, "O")
    assert "2处" in message(home, "O")
    assert found(resolved(home, ["B01-1", "O"]), "WJ大厦") == ("BLD-1", "ALIAS", "in")


def test_a_name_that_nobody_bears_waits_with_what_is_most_like_it(home: Home) -> None:
    land(home, "O01", "O", {"building_name": "望河大厦"}, {"building_name": "查无此楼"})
    assert told(home, "O") == [
        ("O01", 2, "所在楼宇", "B-IDN-08", "QUARANTINE", "望河大厦"),
        ("O01", 3, "所在楼宇", "B-IDN-08", "QUARANTINE", "查无此楼"),
    ]
    assert "望江大厦(滨江街道)" in waiting(home, "O")["message_zh"][0]


def test_a_ticket_waits_where_its_place_nearly_names_a_building_and_not_where_it_names_none(home: Home) -> None:
    places = ("望河大厦3层", "滨江路5号", "望江大厦东侧", "望江大厦3层", "望江大厦、锦帆大厦", None)
    land(home, "H01", "H", *[ticket(place, "滨江街道", "临河区") for place in places])
    assert told(home, "H") == [
        ("H01", 2, "小区点位", "B-IDN-08", "QUARANTINE", "望河大厦3层"),
        ("H01", 6, "小区点位", "B-IDN-08", "QUARANTINE", "望江大厦、锦帆大厦"),
    ]
    placed = resolved(home, ["B01-1", "H"], areas=AREAS)
    assert found(placed, "望江大厦3层") == ("BLD-1", "CONTAINED", "in")
    assert found(placed, "望江大厦东侧") == (None, "CONTAINED", "beside")


def test_a_building_that_nearly_has_the_name_but_lies_in_another_street_is_not_proposed(home: Home) -> None:
    land(home, "H01", "H", ticket("望河大厦3层", "海角街道", "临河区"))
    assert told(home, "H") == []


@pytest.mark.parametrize("address", ["望海区海角路1号", "云山市望海区海角路1号", "云山望海区海角路1号"])
def test_a_register_row_whose_address_lies_in_another_district_waits(home: Home, address: str) -> None:
    land(home, "B01", "B", building("3", "海角大厦", "滨江街道", address=address))
    assert told(home, "B") == [("B01", 2, "坐落地址", "B-ADM-01", "QUARANTINE", address)]
    assert "望海区" in message(home, "B")
    assert resolved(home, ["B01-1", "B"], areas=AREAS).buildings.filter(raw_name="海角大厦").is_empty()


@pytest.mark.parametrize(
    "address", ["临河区望海路1号", "云山市临河区滨江路1号望海区分公司", "海角路1号", "望海路3号", None]
)
def test_an_address_here_or_of_no_told_district_does_not_wait(home: Home, address: str | None) -> None:
    land(home, "B01", "B", building("3", "海角大厦", "滨江街道", address=address))
    assert told(home, "B") == []


def test_a_building_with_one_wrong_address_stays_in_the_months_that_tell_it_right(home: Home) -> None:
    land(home, "B01", "B", building("1", "望江大厦", "滨江街道", address="望海区滨江路22号"))
    assert [row[3:5] for row in told(home, "B")] == [("B-ADM-01", "QUARANTINE")]
    assert found(resolved(home, ["B01-1", "B"], areas=AREAS), "望江大厦")[0] == "BLD-1"


@pytest.mark.parametrize(("district", "is_elsewhere"), [
    ("望海区", True), ("望海", True), ("云山市望海区", True), ("临河区", False), ("临河", False),
    ("云山市临河区", False), ("", False),
])  # fmt: skip
def test_a_ticket_about_another_district_waits(home: Home, district: str, is_elsewhere: bool) -> None:
    land(home, "H01", "H", ticket(None, "滨江街道", district))
    assert [row[2:5] for row in told(home, "H")] == [("被反映区", "B-ADM-01", "QUARANTINE")] * is_elsewhere


@pytest.mark.parametrize("feed", ["O01", "P01"])
def test_a_building_name_with_another_districts_address_waits_for_that_reason(home: Home, feed: str) -> None:
    land(home, feed, "X", {"building_name": "望海区望江大厦"})
    assert [row[3:5] for row in told(home, "X")] == [("B-ADM-01", "QUARANTINE")]


@pytest.mark.parametrize(("street", "is_old"), [
    ("老坟湾乡", True), ("老坟湾", True), ("滨江", False), ("滨江街道办事处", False), ("天涯街道", False),
    ("别的街道", False),
])  # fmt: skip
def test_what_a_street_was_once_called_is_read_and_noted(home: Home, street: str, is_old: bool) -> None:
    land(home, "H01", "H", ticket(None, street, "临河区"), ticket(None, street, "临河区"))
    assert told(home, "H") == [("H01", 2, "被反映街乡镇", "B-ADM-01", "AUTO", street)] * is_old
    if is_old:
        assert "滨江街道" in message(home, "H")
        assert "2处" in message(home, "H")


def test_without_areas_no_address_is_elsewhere(home: Home) -> None:
    land(home, "B01", "B", building("3", "海角大厦", "滨江街道", address="望海区海角路1号"))
    assert told(home, "B", areas=Areas()) == []


ALIASES = (
    {"alias_norm": "江景写字楼", "building_code": "1", "source": "MANUAL"},
    {"alias_norm": "帆楼", "building_code": "2", "source": "TICKET"},
)


def test_a_name_of_the_alias_list_finds_its_building_in_a_lease_and_in_a_tickets_place(home: Home) -> None:
    land(home, "B02", "A", *ALIASES)
    land(home, "O01", "O", {"building_name": "江景写字楼"}, {"building_name": "帆楼"})
    land(home, "H01", "H", ticket("江景写字楼3层", "滨江街道", "临河区"))
    assert {row[5] for row in told(home, "O") if row[4] == "QUARANTINE"} == {"江景写字楼", "帆楼"}
    made = resolved(home, ["B01-1", "A", "O", "H"], areas=AREAS)
    assert found(made, "江景写字楼") == ("BLD-1", "ALIAS", "in")
    assert found(made, "帆楼") == ("BLD-2", "ALIAS", "in")
    assert found(made, "江景写字楼3层")[0] == "BLD-1"
    assert {row[4] for row in told(home, "A", "O", "H")} == {"AUTO"}


def test_a_name_that_the_alias_list_gives_two_buildings_means_neither(home: Home) -> None:
    both = [{"alias_norm": "江景写字楼", "building_code": code, "source": "MANUAL"} for code in ("1", "2")]
    land(home, "B02", "A", *both)
    land(home, "O01", "O", {"building_name": "江景写字楼"})
    assert [row[:1] + row[4:] for row in told(home, "A", "O")] == [("O01", "QUARANTINE", "江景写字楼")]


def test_an_alias_of_an_unknown_building_or_with_anothers_name_waits_and_changes_nothing(home: Home) -> None:
    rows = ({"alias_norm": "江景写字楼", "building_code": "9"}, {"alias_norm": "锦帆大厦", "building_code": "1"})
    land(home, "B02", "A", *rows)
    land(home, "O01", "O", {"building_name": "锦帆大厦"})
    assert told(home, "A", "O") == [
        ("B02", 2, "楼宇编码", "B-IDN-08", "QUARANTINE", "9"),
        ("B02", 3, "别名(规范化)", "B-IDN-08", "QUARANTINE", "锦帆大厦"),
    ]
    assert found(resolved(home, ["B01-1", "A", "O"], areas=AREAS), "锦帆大厦")[0] == "BLD-2"
