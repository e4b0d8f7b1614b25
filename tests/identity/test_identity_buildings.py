"""Which building a name or a place means (B-IDN-08)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from identity.buildings import Register, not_found, street_key

ROWS: list[Any] = [
    ("110107-003-0001", "银河大厦", "八角街道", ["银河商务区A座", "星河大厦"]),
    ("110107-005-0002", "金安科技大厦", "苹果园街道", None),
    ("110107-003-0003", "万达广场", "八角街道", None),
    ("110107-011-0004", "万达广场", "鲁谷街道", None),
    (None, "古城大厦", "古城街道", ["古城商务楼"]),
]
REGISTER = Register(ROWS)
GALAXY, JINAN = "BLD-110107-003-0001", "BLD-110107-005-0002"


@pytest.mark.parametrize(("name", "street", "found", "method"), [
    ("银河大厦", "", GALAXY, "NAME"), ("银 河 大 厦", "", GALAXY, "NAME"), ("星河大厦", "", GALAXY, "ALIAS"),
    ("银河商务区Ａ座", "", GALAXY, "ALIAS"), ("银河商务区a座", "", GALAXY, "ALIAS"),
    ("金安科技大厦", "八角街道", JINAN, "NAME"), ("万达广场", "八角街道", "BLD-110107-003-0003", "NAME"),
    ("万达广场", "鲁谷", "BLD-110107-011-0004", "NAME"), ("万达广场", "鲁谷街道办事处", "BLD-110107-011-0004", "NAME"),
])  # fmt: skip
def test_a_name_or_alias_that_means_one_building_finds_it(name: str, street: str, found: str, method: str) -> None:
    match = REGISTER.by_name(name, street)
    assert (match.building_id, match.method, match.relation) == (found, method, "in")


@pytest.mark.parametrize(
    "name", ["银河商务区(A座)", "银河商务区A栋", "銀河商務區A座", "银河大厦3层301", "八角南路5号银河大厦"]
)
def test_a_building_written_with_another_bracket_a_floor_or_its_address_is_found(name: str) -> None:
    match = REGISTER.by_name(name, "")
    assert (match.building_id, match.method) == (GALAXY, "CONTAINED")


@pytest.mark.parametrize(("name", "street", "candidates"), [
    ("万达广场", "", ("万达广场(八角街道)", "万达广场(鲁谷街道)")), ("万达广场", "古城街道", ()),
    ("查无此楼", "", ()), ("", "", ()),
    ("银河大夏", "", ("银河大厦(八角街道)",)), ("银何大厦", "", ("银河大厦(八角街道)",)),
])  # fmt: skip
def test_a_name_that_means_none_or_several_waits_with_its_candidates(
    name: str, street: str, candidates: tuple[str, ...]
) -> None:
    match = REGISTER.by_name(name, street)
    assert match.building_id is None
    assert match.candidates == candidates


def test_the_finding_of_a_name_that_nobody_bears_proposes_the_three_most_like_it() -> None:
    nearest = REGISTER.nearest("古成商务大楼")
    assert nearest[0] == "古城大厦(古城街道)"
    assert len(nearest) <= 3
    finding = not_found("古成商务大楼", nearest)
    assert (finding.rule_id, finding.action) == ("B-IDN-08", "QUARANTINE")
    assert all(proposal in finding.message.zh and proposal in finding.message.en for proposal in nearest)
    assert "—" in not_found("查无", ()).message.zh


@pytest.mark.parametrize(("place", "relation"), [
    ("银河大厦", "in"), ("银河大厦3层301室", "in"), ("银河大厦B座", "in"), ("石景山路18号银河大厦地下车库", "in"),
    ("银河大厦内", "in"),
    ("银河大厦(东门)", "in"), ("银河大厦电梯", "in"), ("银河大厦 大堂", "in"), ("银河大厦12楼", "in"),
    ("银河大厦十二层", "in"),
    ("银河大厦东南侧", "beside"), ("银河大厦附近", "beside"), ("银河大厦对面停车场", "beside"),
    ("银河大厦门口", "beside"),
    ("银河大厦二期工地", "empty"), ("八角南路", "empty"), ("", "empty"),
])  # fmt: skip
def test_a_place_lies_in_a_building_beside_it_or_elsewhere(place: str, relation: str) -> None:
    match = REGISTER.by_place(place, "八角街道")
    assert match.relation == relation
    assert match.building_id == (GALAXY if relation == "in" else None)


def test_the_longest_name_in_a_place_counts() -> None:
    register = Register([("1", "银河大厦", "八角", None), ("2", "银河大厦南楼", "八角", None)])
    assert register.by_place("银河大厦南楼301室", "八角").building_id == "BLD-2"
    assert register.by_place("银河大厦301室", "八角").building_id == "BLD-1"


def test_a_place_in_a_listed_park_belongs_to_the_park() -> None:
    park = Register([("1", "中石科技园", "八角", None), ("2", "银河大厦", "八角", None)])
    match = park.by_place("中石科技园3号楼", "八角")
    assert (match.building_id, match.relation) == ("BLD-1", "park")
    assert park.by_place("中石科技园银河大厦3层", "八角").building_id == "BLD-2"


def test_a_place_named_after_two_buildings_is_ambiguous() -> None:
    assert REGISTER.by_place("万达广场3层", "古城街道").building_id is None
    assert REGISTER.by_place("万达广场3层", "").relation == "ambiguous"
    assert REGISTER.by_place("万达广场3层", "八角街道").building_id == "BLD-110107-003-0003"


@pytest.mark.parametrize(
    ("one", "other"),
    [("八角", "八角街道"), ("八角街道办事处", "八角街道"), ("鲁谷 街道", "鲁谷"), ("古城地区", "古城街道")],
)
def test_a_street_is_one_street_under_all_its_endings(one: str, other: str) -> None:
    assert street_key(one) == street_key(other)


def test_a_street_that_is_nothing_but_an_ending_stays() -> None:
    assert street_key("街道") == "街道"


def test_a_building_without_a_code_takes_the_code_that_its_name_and_street_once_had() -> None:
    register = Register([(None, "银河大厦", "八角", None), ("110107-003-0001", "银河 大厦", "八角街道", None)])
    assert register.by_name("银河大厦", "").building_id == GALAXY
    assert register.id_of(None, "银河大厦", "八角街道办事处") == GALAXY


def test_the_id_of_a_building_without_a_code_comes_from_its_name_and_street() -> None:
    one, other = Register([]), Register(ROWS)
    assert one.id_of(None, "新大厦", "八角") == other.id_of(None, "新 大厦", "八角街道")
    assert one.id_of(None, "新大厦", "八角") != one.id_of(None, "新大厦", "鲁谷")


NAMES = ("银河大厦", "银河 大厦", "金安大厦", "金河大厦", "银河大厦A座")
REGISTERS = st.lists(
    st.tuples(st.sampled_from([None, "1", "2", "3"]), st.sampled_from(NAMES),
    st.sampled_from(["八角", "八角街道", "鲁谷"]),
              st.none() | st.lists(st.sampled_from(NAMES), max_size=2)), max_size=6)  # fmt: skip
PLACES = (*NAMES, "银河大厦3层", "金河大厦与银河大厦内", "金安大厦金河大厦", "")


@given(REGISTERS, st.randoms(use_true_random=False))
def test_the_order_of_the_register_decides_nothing(rows: list[Any], chance: Any) -> None:
    shuffled = [*rows, *rows]
    chance.shuffle(shuffled)
    one, other = Register(rows), Register(shuffled)
    for place in PLACES:
        for street in ("", "八角街道"):
            assert one.by_place(place, street) == other.by_place(place, street)
            assert one.by_name(place, street) == other.by_name(place, street)
    for code, name, street, _ in rows:
        assert one.id_of(code, name, street) == other.id_of(code, name, street)


def test_a_building_that_bore_two_codes_gets_one_of_them_whatever_the_order() -> None:
    rows: list[Any] = [
        ("2", "银河大厦", "八角", None),
        ("1", "银河大厦", "八角", None),
        (None, "银河大厦", "八角", None),
    ]
    assert (
        Register(rows).id_of(None, "银河大厦", "八角")
        == Register(rows[::-1]).id_of(None, "银河大厦", "八角")
        == "BLD-1"
    )


def test_of_two_names_of_one_length_in_a_place_the_order_of_the_register_decides_nothing() -> None:
    rows: list[Any] = [("1", "银河大厦", "八角", None), ("2", "金安大厦", "八角", None)]
    for place in ("银河大厦3层金安大厦3层", "金安大厦3层银河大厦3层"):
        assert Register(rows).by_place(place, "八角") == Register(rows[::-1]).by_place(place, "八角")


@given(REGISTERS, st.text(max_size=20), st.text(max_size=6))
def test_any_place_is_matched_or_left_open(rows: list[Any], place: str, street: str) -> None:
    match = Register(rows).by_place(place, street)
    assert match.relation in ("in", "beside", "park", "ambiguous", "empty")
    assert (match.building_id is not None) == (match.relation in ("in", "park"))
