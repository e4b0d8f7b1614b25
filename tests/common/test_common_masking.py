"""Personal data inside other text: found, marked and counted, and nothing else is touched (B-BIZ-13, SPEC 4.1)."""

import re

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import credit_code
from common.masking import (
    SUSPECT,
    is_old_resident_number,
    mask,
    plain_places,
    resident_check,
    without_personal_data,
)
from common.text import clean, cleaned

DIGITS = st.text("0123456789", min_size=8, max_size=8)


@pytest.mark.parametrize(("text", "masked", "places"), [
    ("电话13800138000,请回复", "电话[手机],请回复", 1),
    ("138 0013 8000", "[手机]", 1),
    ("138-0013-8000", "[手机]", 1),
    ("+86 13800138000", "[手机]", 1),
    ("008613800138000", "[手机]", 1),
    ("１３８００１３８０００", "[手机]", 1),
    ("13800138000/13900139000", "[手机]/[手机]", 2),
    ("微信wx13800138000", "微信wx[手机]", 1),
    ("13800138000_李明", "[手机]_李明", 1),
    ("010-88881234", "[电话]", 1),
    ("(010)88881234", "[电话]", 1),
    ("（010） 8888-1234", "[电话]", 1),
    ("01088881234转801", "[电话]", 1),
    ("010-88881234-801", "[电话]", 1),
    ("0311-8888123", "[电话]", 1),
    ("400-123-4567", "[电话]", 1),
    ("联系电话:68681234", "联系电话[电话]", 1),
    ("身份证11010519491231002X", "身份证[身份证]", 1),
    ("11010519491231002x", "[身份证]", 1),
    ("110105 19491231 002X", "[身份证]", 1),
    ("身份证号:110105491231002", "身份证号:[身份证]", 1),
    ("身份证号110105194912310020", "身份证号[身份证]", 1),
    ("zhang.san@example.com.cn来信", "[邮箱]来信", 1),
    ("卡号6222020200112233445", "卡号6222020200112233445", 0),
    ("6222 0202 0011 2231", "6222 0202 0011 2231", 0),
    ("卡号4111 1111 1111 1111", "卡号[卡号]", 1),
    ("6250941006528599", "[卡号]", 1),
    ("联系人:张三", "联系人:[姓名]", 1),
    ("联系人张三电话13800138000", "联系人[姓名]电话[手机]", 2),
    ("联系人：李小明，住三层", "联系人:[姓名],住三层", 1),
    ("姓名 欧阳娜娜", "姓名 [姓名]", 1),
    ("姓名:阿卜杜拉·买买提", "姓名:[姓名]", 1),
    ("联系人: Zhang San", "联系人: [姓名]", 1),
    ("contact: John Smith, floor 3", "contact: [姓名], floor 3", 1),
    ("王先生反映停车难", "[姓名]先生反映停车难", 1),
    ("请回复李小红女士", "请回复[姓名]女士", 1),
    ("反映人称楼内噪声大", "反映人称楼内噪声大", 0),
    ("联系人:张三、李四", "联系人:[姓名]、[姓名]", 2),
    ("联系人:张三和李四反映,王五电话13800138000", "联系人:[姓名]和[姓名]反映,王五电话[手机]", 3),
    ("联系人:张三、王府井大街1号", "联系人:[姓名]、王府井大街1号", 1),
    ("我叫赵四,住八角", "我叫[姓名],住八角", 1),
])  # fmt: skip
def test_personal_data_are_marked_and_counted(text: str, masked: str, places: int) -> None:
    assert (mask(text).text, mask(text).places) == (masked, places)


@pytest.mark.parametrize("text", [
    "2023-09-30", "2023年9月30日 13:00:00", "20230930", "金额13800138000元", "13800138000.50", "¥1,380,013,800",
    "13,800,138,000", "面积13800138000㎡", "GD13800138000", "工单号15012345678", "凭证编号:13800138000",
    "91110107MA0000015C", "911101070000000000", "110107-001-0001", "石景山路20号院1号楼", "0107-2023-0901",
    "202309301234567", "20230930123456789", "京石发〔2023〕12号", "110105194912310021", "联系人已搬走",
    "联系人:保密", "姓名不详", "楼宇名称:金安大厦", "企业名称", "name", "第13页共80页", "0000013800138000",
    "B座1380013室", "电话营销", "同志们", "先生们", "业主委员会", "", "=1+1", "www.example.com",
])  # fmt: skip
def test_dates_amounts_numbers_of_papers_and_codes_stay_as_they_are(text: str) -> None:
    assert mask(text).text == text
    assert mask(text).places == 0


@given(st.integers(0, 99_999_999), st.sampled_from(["110107", "310104", "440305"]), st.dates())
def test_any_right_resident_number_is_found_and_any_wrong_one_is_not(serial: int, place: str, born) -> None:
    first = f"{place}{1900 + born.year % 120}{born:%m%d}{serial % 1000:03d}"
    number = first + resident_check(first)
    assert mask(f"号码{number}。").text == "号码[身份证]。"
    wrong = first + ("X" if number[-1] != "X" else "0")
    assert mask(f"号码{wrong}。").places == 0


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=9, max_size=9))
def test_no_credit_code_is_taken_for_a_person_s_number(organisation: str) -> None:
    code = credit_code(f"91110107{organisation}")
    assert without_personal_data(f"代码{code}") == f"代码{code}"


@given(st.sampled_from(["13", "15", "18", "19"]), DIGITS, st.text("停车难、请回复。,", max_size=5), st.booleans())
def test_no_mobile_number_survives_in_any_text(head: str, digits: str, around: str, is_wide: bool) -> None:
    number = (head + digits + "0")[:11]
    written = number.translate(str.maketrans("0123456789", "０１２３４５６７８９")) if is_wide else number
    assert number not in clean(mask(f"{around}{written}{around}").text)


@given(st.text(max_size=60))
def test_masking_is_done_once_and_for_all(text: str) -> None:
    once = mask(text)
    assert mask(once.text).places == 0
    assert once.places or once.text == text


@given(st.text("联系人姓名张三王先生:：13800@.-() 10电话", max_size=30))
def test_the_quick_look_misses_nothing(text: str) -> None:
    if mask(text).places:
        assert re.search(SUSPECT, clean(text))


def test_old_resident_numbers_are_told_from_old_numbers_of_enterprises() -> None:
    assert is_old_resident_number("110105491231003")
    assert not is_old_resident_number("110108000000016")
    assert not is_old_resident_number("110105991331002")


_PIECES = st.sampled_from((
    "13812345678", "15294492516", "86", "+86", "0086", " ", "-", "(", ")", "（", "）", "010", "88888888", "6",
    "0183852", "12", "1234567", "20230101", "400-", "@", "a@b.cn", "来电人", "联系人", "电话", "拨打", "号码", ":",
    "张三", "王", "先生", "女士", "、", "，", "及", "元", "万", "m2", "㎡", ".", "5", "工单", "编号", "X", "b", "name",
    "caller ", "Tom", "110101199003074578", "6222020200011234567", "转", "反映", "栋", "[", "姓名", "\t", "\n", "…",
    "”", "·", "０", "ß", "\u200b", "业主", "身份证", "卡号",
))  # fmt: skip


@given(st.lists(st.lists(_PIECES, max_size=9).map("".join), max_size=20))
def test_plain_prose_is_counted_as_it_would_be_masked(texts: list[str]) -> None:
    for text, found in zip(texts, plain_places(cleaned(pl.Series(texts, dtype=pl.String))), strict=True):
        assert found in (None, mask(text).places)


@pytest.mark.parametrize(("text", "places"), [
    ("来电人（电话15294492516）反映东直门北里17号楼存在噪声问题。编号0183852", 1),
    ("15294492516，请尽快处理；另有13812345678。", 2), ("小区内2栋201室漏水", 0),
    ("13812345678元", None), ("编号13812345678", None), ("联系人:张三", None), ("电话88881234", None),
])  # fmt: skip
def test_common_prose_is_plain_and_doubtful_prose_is_not(text: str, places: int | None) -> None:
    assert plain_places(cleaned(pl.Series([text]))).to_list() == [places]
