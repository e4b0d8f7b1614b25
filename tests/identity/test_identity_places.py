"""Where an address lies, in a town of our own invention (B-IDN-08): names, parts of buildings, numbers, neighbours."""

import csv
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.contracts import PROJECT
from identity.gazetteer import Entry
from identity.places import Places

REGISTER = [
    Entry("1", "望江大厦", ("望江商务楼", "ＷＪ大厦"), "云山市临河区滨江路22号"),
    Entry("2", "锦帆大厦", (), "云山市临河区滨江路22号"),
    Entry("3", "天都银座A座", ("天都中心一号",), "临河区人民南路甲9号"),
    Entry("4", "天都银座B座", (), "临河区人民南路甲9号"),
    Entry("5", "云峰国际广场", ("云峰广场", "云峰"), "云山市临河区科华北路62-66号"),
    Entry("6", "临河新材料产业园", (), "临河区武兴四路"),
    Entry("7", "科华北路65号院C写字楼", ("C写字楼",), "临河区科华北路65号院"),
    Entry("8", "蓉江宾馆", (), "临河区青羊场镇正街二十二号"),
    Entry("9", "鼎盛国际商务大厦", (), "临河区长寿路8号"),
    Entry("10", "玉河大厦", (), "临河区老坟湾"),
    Entry("11", "五一大厦", (), "临河区五一路1号"),
    Entry("12", "金桥科技大厦1号楼", (), "临河区金桥路3号院1号楼"),
    Entry("14", "新锐商务中心", (), "临河区新锐路54号院"),
    Entry("15", "新锐商务中心西区", (), "临河区新锐路54号院"),
    Entry("13", "金桥科技大厦2号楼", (), "临河区金桥路3号院2号楼"),
]
TOWN = Places(REGISTER, {"临河区": "云山市", "望海区": "云山市", "东山县": "云山市"})
NAMES = {entry.id: entry.name for entry in REGISTER}


def relation_of(text: str, street: str = "") -> tuple[str, str]:
    found = TOWN.find(text, street)
    return found.relation, found.building.name if found.building else ""


ESTATE = Places([
    Entry("1", "金辰国际中心", ("金辰中心", "金辰国际"), "临河区金辰大街66号院"),
    Entry("2", "金辰国际中心A座", (), "临河区金辰大街66号院1号楼"),
    Entry("3", "金辰国际中心B座", (), "临河区金辰大街66号院2号楼"),
    Entry("4", "锦江广场", ("锦江大厦",), ""),
    Entry("5", "锦江大厦2号楼", (), ""),
    Entry("6", "蓝田大厦A座", ("蓝田商务楼",), ""),
])  # fmt: skip


@pytest.mark.parametrize(("text", "relation", "name"), [
    ("金辰国际中心B座502", "in", "金辰国际中心B座"),
    ("金辰中心B座", "in", "金辰国际中心B座"),
    ("金辰国际B座502", "in", "金辰国际中心B座"),
    ("金辰中心A1201", "in", "金辰国际中心A座"),
    ("金辰中心C座", "ambiguous", ""),
    ("金辰中心", "in", "金辰国际中心"),
    ("锦江广场2号楼", "in", "锦江大厦2号楼"),
    ("锦江大厦三层", "in", "锦江广场"),
    ("蓝田商务楼A座3层", "in", "蓝田大厦A座"),
    ("蓝田商务楼3层", "in", "蓝田大厦A座"),
    ("蓝田商务楼B座3层", "ambiguous", ""),
])  # fmt: skip
def test_the_parts_of_a_building_follow_each_of_its_names(text: str, relation: str, name: str) -> None:
    found = ESTATE.find(text)
    assert (found.relation, found.building.name if found.building else "") == (relation, name)


@pytest.mark.parametrize(("text", "name"), [
    ("云山市临河区滨江路22号望江大厦", "望江大厦"),
    ("云山市临河区滨江路22号锦帆大厦1203室", "锦帆大厦"),
    ("云山市临河区滨江路２２号　望江大厦　１２层", "望江大厦"),
    ("雲山市臨河區濱江路二十二號望江大廈十二層", "望江大厦"),
    ("临河区滨江路(望江大厦806)", "望江大厦"),
    ("望江大厦99层9901室", "望江大厦"),
    ("望江大厦负二层", "望江大厦"),
    ("望江大厦地下车库", "望江大厦"),
    ("望江大厦附楼302", "望江大厦"),
    ("wj大厦3楼", "望江大厦"),
    ("云山望江大厦", "望江大厦"),
    ("临河区老坟湾玉河大厦2层", "玉河大厦"),
    ("老坟湾玉河大厦", "玉河大厦"),
    ("临河区人民南路甲9号天都银座A座1801", "天都银座A座"),
    ("天都银座(B座)12层", "天都银座B座"),
    ("天都银座b栋12层", "天都银座B座"),
    ("天都银座B1801室", "天都银座B座"),
    ("金桥路3号院金桥科技大厦二号楼5层", "金桥科技大厦2号楼"),
    ("金桥科技大厦1#楼", "金桥科技大厦1号楼"),
    ("科华北路64号云峰国际广场3号楼1301", "云峰国际广场"),
    ("云峰广场商业楼2层", "云峰国际广场"),
    ("临河区云峰3层", "云峰国际广场"),
    ("科华北路65号院C写字楼16层1808、1809", "科华北路65号院C写字楼"),
    ("科华北路65号院内C写字楼", "科华北路65号院C写字楼"),
    ("青羊场镇正街22号蓉江宾馆(原供销社)", "蓉江宾馆"),
    ("正街22号(原望江大厦)蓉江宾馆二层", "蓉江宾馆"),
    ("望江大厦对面锦帆大厦3层", "锦帆大厦"),
    ("锦帆大厦301室(望江大厦东侧)", "锦帆大厦"),
    ("临河区花园路9号鼎盛国际商务大厦", "鼎盛国际商务大厦"),
    ("临河新材料产业园内玉河大厦5层", "玉河大厦"),
    ("五一路1号五一大厦", "五一大厦"), ("望江大厦的8层", "望江大厦"), ("望江大厦后楼", "望江大厦"),
    ("滨江路北望江大厦3层", "望江大厦"), ("滨江路口东望江大厦", "望江大厦"),
    ("新锐商务中心西区3号楼", "新锐商务中心西区"), ("新锐商务中心8层", "新锐商务中心"),
])  # fmt: skip
def test_a_place_in_a_building_is_in_it(text: str, name: str) -> None:
    assert relation_of(text) == ("in", name)


@pytest.mark.parametrize("text", [
    "望江大厦东南侧", "望江大厦北", "滨江路22号望江大厦旁", "临河区望江大厦对面", "望江大厦附近", "(望江大厦西侧)平房",
    "望江大厦以东200米", "距望江大厦100米", "望江大厦门口", "望江大厦公交站", "望江大厦南门外", "望江大厦(东侧)",
    "紧邻望江大厦", "望江大厦后身平房",
])  # fmt: skip
def test_a_place_beside_a_building_is_not_in_it(text: str) -> None:
    assert relation_of(text) == ("beside", "望江大厦")


@pytest.mark.parametrize("text", [
    "临河新材料产业园", "临河区武兴四路临河新材料产业园B区12号", "临河新材料产业园区3号楼", "临河新材料产业园创业路5号",
])  # fmt: skip
def test_a_place_in_a_park_has_the_relation_park(text: str) -> None:
    assert relation_of(text) == ("park", "临河新材料产业园")


@pytest.mark.parametrize("text", [
    "天都银座12层",  # two parts, and the text tells none
    "天都银座C座3层", "天都银座A、B座", "新锐商务中心东区3号楼", "金桥科技大厦5层",
    "望江大厦、锦帆大厦", "滨江路22号望江大厦锦帆大厦",
    "新望江大厦3层", "东方望江大厦", "滨江路22号新望江大厦",
    "望江大厦物业管理有限公司", "望江大厦分店", "快客便利望江大厦店",
    "花园路9号望江大厦",  # a namesake, or a mistake
    "望河大厦3层", "锦凡大厦1203室", "望江大夏", "锦帆大楼",
    "(原望江大厦)",
])  # fmt: skip
def test_what_could_be_two_things_is_left_to_a_person_with_the_candidates(text: str) -> None:
    found = TOWN.find(text)
    assert (found.relation, found.building) == ("ambiguous", None)
    assert 1 <= len(found.candidates) <= 3
    assert {one.name for one in found.candidates} <= set(NAMES.values())


@pytest.mark.parametrize("text", [
    "", "临河区", "望江小学", "望江路5号", "云峰小学", "云峰大街5号", "云峰南里3号楼", "云峰社区居委会", "蓉江路2号",
    "滨江路22号", "滨江路22号18层", "滨江路甲22号", "人民南路甲9号A座", "A座1201", "C写字楼3层",
    "科华北路66号院C写字楼", "金桥路3号院1号楼2单元", "望江大厦二期工地", "望江大厦小学", "长寿路8号5层",
    "科华北路62号",
    "云山市望海区滨江路22号望江大厦", "望海区望江大厦3层", "东山县玉河大厦", "白水市望江大厦",
    "锦帆科技有限公司", "老坟湾", "产业园", "大厦", "科华北路65号院D写字楼", "五一路2号",
])  # fmt: skip
def test_what_names_no_building_of_the_district_is_empty(text: str) -> None:
    assert relation_of(text) == ("empty", "")


@pytest.mark.parametrize("text", [
    "望海银行望海分公司临河区滨江路22号望江大厦", "望江大厦3层(望海区分公司)", "望江大厦3层望海支行",
])  # fmt: skip
def test_a_branch_named_after_another_district_says_nothing_of_the_place(text: str) -> None:
    assert relation_of(text)[0] != "empty"
    assert relation_of(text)[1] in ("望江大厦", "")


def test_a_district_told_later_holds_for_what_follows_it() -> None:
    assert relation_of("临河区老坟湾1号(望海区望江大厦)")[0] == "empty"
    assert relation_of("望江大厦3层(迁自望海区)") == ("in", "望江大厦")


@pytest.mark.parametrize(("text", "name"), [("滨江路22号", "望江大厦"), ("滨江路20-24号3层", "锦帆大厦")])
def test_whose_number_it_is_is_told_to_a_person_but_decides_nothing(text: str, name: str) -> None:
    found = TOWN.find(text)
    assert found.relation == "empty"
    assert name in {one.name for one in found.candidates}


NAMESAKES = Places([
    Entry("a", "万联广场", (), "云山市临河区滨江路22号", "滨江街道"),
    Entry("b", "万联广场", (), "云山市临河区科华北路5号", "科华街道"),
])  # fmt: skip


@pytest.mark.parametrize(("text", "street", "found"), [
    ("万联广场3层", "", None), ("滨江路22号万联广场3层", "", "a"), ("万联广场3层", "科华街道办事处", "b"),
    ("万联广场3层", "科华", "b"), ("科华北路甲5号万联广场", "", None), ("科华北路3-7号万联广场", "", "b"),
])  # fmt: skip
def test_of_namesakes_the_street_or_the_number_decides_or_nobody(text: str, street: str, found: str | None) -> None:
    located = NAMESAKES.find(text, street)
    assert (located.building.id if located.building else None) == found
    assert located.relation == ("in" if found else "ambiguous")


def test_the_words_that_decided_are_told() -> None:
    evidence = TOWN.find("云山市临河区滨江路22号锦帆大厦1203室").evidence
    assert "锦帆大厦" in evidence
    assert "1203室" in evidence
    assert "滨江路22号" in evidence


def test_agreement_of_the_number_makes_a_place_surer_and_contradiction_less_sure() -> None:
    agreeing, silent = TOWN.find("滨江路22号锦帆大厦3层"), TOWN.find("锦帆大厦3层")
    at_odds = TOWN.find("花园路9号鼎盛国际商务大厦")
    assert agreeing.score > silent.score > at_odds.score


ANYTHING = st.lists(
    st.sampled_from([
        *NAMES.values(), "云山市", "临河区", "望海区", "滨江路22号", "3层", "A座", "东侧", "对面", "新", "(", ")",
        "小学", "、", "1201室",
    ]),
    max_size=6,
).map("".join)  # fmt: skip


@given(ANYTHING | st.text(max_size=20), st.randoms(use_true_random=False))
def test_any_text_has_one_answer_whatever_the_order_of_the_register(text: str, chance: Any) -> None:
    shuffled = [*REGISTER, *REGISTER]
    chance.shuffle(shuffled)
    found = TOWN.find(text)
    assert Places(shuffled, {"临河区": "云山市", "望海区": "云山市", "东山县": "云山市"}).find(text) == found
    assert (found.building is not None) <= (found.relation in ("in", "park", "beside"))
    assert 0 <= found.score <= 1


@given(st.sampled_from(REGISTER), st.sampled_from(["小学", "中学", "大街5号", "路口公交", "社区", "桥"]))
def test_no_school_or_street_named_like_a_building_is_in_it(entry: Entry, ending: str) -> None:
    assert TOWN.find(f"临河区{entry.name}{ending}").relation in ("empty", "beside")
    core = entry.name.replace("大厦", "").replace("宾馆", "")
    assert TOWN.find(f"临河区{core}{ending}").relation != "in"


@given(st.sampled_from([*NAMES.values()]), st.sampled_from([*NAMES.values()]))
def test_an_address_that_holds_two_buildings_is_put_in_neither(one: str, other: str) -> None:
    found = TOWN.find(f"临河区{one}{other}")
    if one != other and "产业园" not in one + other:
        assert found.relation == "ambiguous"


GOLD = PROJECT.parent / "shared" / "data"
LABELS, DEV_REGISTER = GOLD / "enterprise_register/gold_sjs_building_dev.csv", GOLD / "buildings/sjs_register_dev.csv"


@pytest.mark.skipif(not LABELS.exists(), reason="the hand labels are not in this checkout")
def test_hand_labels_are_met_without_a_wrong_assignment() -> None:
    with DEV_REGISTER.open(encoding="utf-8-sig", newline="") as file:
        entries = [
            Entry(row["building_name"], row["building_name"], tuple(row["alias"].split(";")), row["address"])
            for row in csv.DictReader(file)
        ]
    places, score = Places(entries, {"石景山区": "北京市"}), Counter[str]()
    with LABELS.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            found = places.find(row["address"])
            name = found.building.name if found.building else ""
            assert name in ("", row["gold_building"]), row["address"]
            assert (found.relation in ("in", "park")) <= (row["relation"] == found.relation), row["address"]
            score[row["relation"] or "empty"] += found.relation == (row["relation"] or "empty")
    assert score["in"] >= 35
    assert (score["beside"], score["park"], score["ambiguous"], score["empty"]) == (1, 1, 1, 311)
