"""What only the history of a feed can question: each rule with a case that trips it and a near miss that does not."""

import json
from datetime import date
from decimal import Decimal

import pytest
from office_home import ACTIVITIES, BUILDINGS, MEETINGS, OCCUPANCY, TAX, Office, asks, tax_rows, uscc

from review.standing import standings

TICKET = {
    "工单类型": "投诉", "问题分类": "物业管理->停车", "创建时间": "2023-04-01 08:00:00", "一级承办单位": "八角街道",
    "被反映区": "石景山区", "被反映街乡镇": "八角街道", "工单状态": "已办结", "更新时间": "2023-04-02 08:00:00",
}  # fmt: skip
MONTHS = ("2023-01", "2023-02", "2023-03", "2023-04", "2023-05")


def months(office: Office, count: int, size: int = 20, amount: int = 1000) -> None:
    """The first months of a year, with amounts that are neither equal nor far from each other."""
    for number, month in enumerate(MONTHS[:count]):
        rows = tax_rows(month, [amount + 10 * n + number for n in range(size)])
        office.drop("T01", f"m{number + 1}", TAX, rows, f"{month}-28")


@pytest.mark.parametrize(("factor", "unit", "proposed"), [
    (10_000, "元", "万元"), (0.0001, "元", "万元"), (0.001, "元", "千元"), (0.00000001, "元", "亿元"),
])  # fmt: skip
def test_amounts_a_unit_off_are_held_with_a_proposal(office: Office, factor: float, unit: str, proposed: str) -> None:
    months(office, 2, amount=10_000_000_000)
    rows = tax_rows("2023-03", [round((10_000_000_000 + 10 * n) * factor, 2) for n in range(20)])
    office.drop("T01", "slipped", TAX, rows, "2023-04-10")
    one = office.judged()["slipped"]
    assert (one.status, asks(one)) == ("HELD", "B-NUM-01")
    assert one.question is not None
    assert unit in one.question.zh
    assert proposed in one.question.zh
    assert one.rows == (20, 0, 0, 20)


@pytest.mark.parametrize(("factor", "times"), [(10_000, "9,"), (0.0001, "1/10,"), (0.001, "1/1,0")])
def test_how_far_amounts_are_off_is_said_in_plain_numbers(office: Office, factor: float, times: str) -> None:
    months(office, 2, amount=1_000_000)
    rows = tax_rows("2023-03", [round((1_000_000 + 10 * n) * factor * 0.98, 2) for n in range(20)])
    office.drop("T01", "slipped", TAX, rows, "2023-04-10")
    question = office.judged()["slipped"].question
    assert question is not None
    assert f"约为通常的{times}" in question.zh
    assert "e-0" not in question.zh + question.en


@pytest.mark.parametrize("heading", ["建筑面积(㎡)", "建筑面积（平方米）"])
def test_areas_a_unit_off_are_asked_about_by_the_usual_names_of_their_units(office: Office, heading: str) -> None:
    header = tuple(heading if name == "建筑面积" else name for name in BUILDINGS)
    office.drop("B01", "jan", header, snapshot(*range(1000, 1020)), "2023-01-31")
    small = [(*row[:4], f"{Decimal(str(row[4])) / 10_000}", 0, row[6]) for row in snapshot(*range(1000, 1020))]
    office.drop("B01", "feb", header, small, "2023-02-28")
    one = office.judged()["feb"]
    assert asks(one) == "B-NUM-01"
    assert one.question is not None
    assert "请确认单位是平方米还是万平方米" in one.question.zh


def test_a_register_whose_areas_are_ten_thousand_times_too_large_is_asked_about_as_a_whole(office: Office) -> None:
    header = tuple(f"{name}(万㎡)" if name in ("建筑面积", "可租赁面积") else name for name in BUILDINGS)
    office.drop("B01", "first", header, snapshot(*range(1000, 1012)), "2023-01-31")
    one = office.judged()["first"]
    assert (one.status, asks(one)) == ("HELD", "B-NUM-01")
    assert one.question is not None
    assert "请确认单位是万平方米还是平方米" in one.question.zh
    office.answer("first", "平方米")
    answered = office.judged()["first"]
    assert (answered.status, answered.rows.rows_accepted) == ("ACCEPTED", 12)
    assert answered.landed.rows("gross_area_m2")["gross_area_m2"].max() < 500_000


def test_a_month_that_is_merely_larger_or_smaller_is_not_held(office: Office) -> None:
    months(office, 2)
    office.drop("T01", "grown", TAX, tax_rows("2023-03", [9000 + n for n in range(20)]), "2023-04-10")
    office.drop("T01", "shrunk", TAX, tax_rows("2023-04", [90 + n for n in range(20)]), "2023-05-10")
    judged = office.judged()
    assert asks(judged["grown"]) != "B-NUM-01"
    assert judged["shrunk"].status == "ACCEPTED"


def test_a_street_is_compared_with_itself(office: Office) -> None:
    for number, month in enumerate(MONTHS[:3]):
        large = tax_rows(month, [30_000_000 + n for n in range(20)])
        small = tax_rows(month, [(3000 + n) * (number + 1) ** 3 for n in range(20)], first=100)
        office.drop("T01", f"east{number}", TAX, large, f"{month}-28", scope="east")
        office.drop("T01", f"west{number}", TAX, small, f"{month}-28", scope="west")
    held = {name: asks(one) for name, one in office.judged().items() if one.status == "HELD"}
    assert held == {"west2": "B-PER-02"}


def test_a_few_rows_are_no_history(office: Office) -> None:
    office.drop("T01", "m1", TAX, tax_rows("2023-01", [100] * 3), "2023-02-10")
    office.drop("T01", "m2", TAX, tax_rows("2023-02", [1_000_000] * 3), "2023-03-10")
    assert office.judged()["m2"].status == "ACCEPTED"


def test_a_month_that_holds_the_year_so_far_is_held(office: Office) -> None:
    months(office, 2)
    office.drop("T01", "cumulative", TAX, tax_rows("2023-03", [3000 + 20 * n + 1 for n in range(20)]), "2023-04-10")
    one = office.judged()["cumulative"]
    assert asks(one) == "B-PER-02"
    assert one.question is not None
    assert "2.9" in one.question.en


def test_a_month_above_the_sum_for_few_enterprises_is_not_cumulative(office: Office) -> None:
    months(office, 2)
    amounts = [5000 if n < 10 else 1000 + n for n in range(20)]
    office.drop("T01", "m3", TAX, tax_rows("2023-03", amounts), "2023-04-10")
    assert office.judged()["m3"].status == "ACCEPTED"


def test_a_corrected_file_that_drops_rows_is_held_and_names_one(office: Office) -> None:
    months(office, 1)
    office.drop("T01", "again", TAX, tax_rows("2023-01", [1000 + 10 * n for n in range(18)]), "2023-02-20", version=2)
    one = office.judged()["again"]
    assert asks(one) == "B-COR-01"
    assert one.question is not None
    assert "2" in one.question.zh
    assert uscc(19) in one.question.zh


def test_a_corrected_file_may_change_amounts_vouchers_and_add_rows(office: Office) -> None:
    months(office, 1)
    rows = [(*row[:5], f"new-{n}", "") for n, row in enumerate(tax_rows("2023-01", [7 + n for n in range(25)]))]
    office.drop("T01", "again", TAX, rows, "2023-02-20", version=2)
    assert asks(office.judged()["again"]) != "B-COR-01"


def test_one_dropped_row_of_many_is_held_only_where_it_is_large(office: Office) -> None:
    rows = tax_rows("2023-01", [100] * 300)
    large = tax_rows("2023-01", [100_000], first=900)
    office.drop("T01", "m1", TAX, [*rows, *large], "2023-02-10")
    office.drop("T01", "without a small one", TAX, [*rows[1:], *large], "2023-02-12", version=2)
    office.drop("T01", "without the large one", TAX, rows[1:], "2023-02-14", version=3)
    judged = office.judged()
    assert judged["without a small one"].status == "ACCEPTED"
    assert asks(judged["without the large one"]) == "B-COR-01"


def test_tenants_that_left_a_register_of_another_month_are_no_dropped_rows(office: Office) -> None:
    tenants = [("甲大厦", f"{n}", f"企业{n}", uscc(n), 100, "2022-01-01", "") for n in range(1, 30)]
    office.drop("O01", "jan", OCCUPANCY, tenants, "2023-01-31")
    office.drop("O01", "feb", OCCUPANCY, tenants[5:], "2023-02-28")
    office.drop("O01", "feb again", OCCUPANCY, tenants[9:], "2023-02-28", version=2)
    judged = office.judged()
    assert judged["feb"].status == "ACCEPTED"
    assert asks(judged["feb again"]) == "B-COR-01"


def test_a_corrected_file_may_correct_codes_names_and_units(office: Office) -> None:
    rows = tax_rows("2023-01", [1000 + n for n in range(20)])
    office.drop("T01", "m1", TAX, rows, "2023-02-10")
    renamed = [(row[0], f"新{row[1]}", *row[2:]) for row in rows]
    office.drop("T01", "renamed", TAX, renamed, "2023-02-12", version=2)
    office.drop("T01", "recoded", TAX, [(uscc(500), *renamed[0][1:]), *renamed[1:]], "2023-02-13", version=3)
    tenants = [("甲大厦", f"{n}", f"企业{n}", "", 100, "2022-01-01", "") for n in range(1, 30)]
    office.drop("O01", "tenants", OCCUPANCY, tenants, "2023-01-31")
    coded = [(row[0], f"{row[1]}室", row[2], uscc(n), *row[4:]) for n, row in enumerate(tenants)]
    office.drop("O01", "coded", OCCUPANCY, coded, "2023-01-31", version=2)
    office.drop("B01", "jan", BUILDINGS, snapshot(*range(1000, 1100)), "2023-01-31")
    other = [(row[0], f"{row[1]}(新)", "古城街道", *row[3:]) for row in snapshot(*range(1000, 1100))]
    office.drop("B01", "other", BUILDINGS, other, "2023-01-31", version=2)
    assert {name: asks(one) for name, one in office.judged().items() if one.status == "HELD"} == {}


def test_a_row_less_of_an_enterprise_that_stays_is_a_dropped_row(office: Office) -> None:
    tenants = [("甲大厦", f"{n}", f"企业{n % 10}", uscc(n % 10), 100, "2022-01-01", "") for n in range(30)]
    office.drop("O01", "jan", OCCUPANCY, tenants, "2023-01-31")
    office.drop("O01", "again", OCCUPANCY, tenants[:-1], "2023-01-31", version=2)
    one = office.judged()["again"]
    assert asks(one) == "B-COR-01"
    assert one.question is not None
    assert "甲大厦 企业9" in one.question.zh


def test_rows_that_wait_in_a_corrected_file_were_not_dropped(office: Office) -> None:
    months(office, 1)
    rows = tax_rows("2023-01", [1000 + 10 * n for n in range(20)])
    bad = [(*row[:4], "约1000", *row[5:]) for row in rows[:3]]
    office.drop("T01", "bad", TAX, [*bad, *rows[3:]], "2023-02-20", version=2)
    office.drop("T01", "bad and fewer", TAX, [*bad, *rows[4:]], "2023-02-22", version=3)
    judged = office.judged()
    assert judged["bad"].rows == (20, 17, 3, 0)
    assert asks(judged["bad and fewer"]) == "B-COR-01"


def test_rows_dropped_from_one_month_of_several_are_asked_about(office: Office) -> None:
    months(office, 2)
    rows = [tax_rows(month, [1000 + 10 * n + number for n in range(20)]) for number, month in enumerate(MONTHS[:2])]
    office.drop("T01", "both", TAX, [*rows[0], *rows[1][3:]], "2023-03-20")
    judged = office.judged()
    assert asks(judged["both"]) == "B-COR-01"
    assert [judged[name].status for name in ("m1", "m2")] == ["ACCEPTED", "ACCEPTED"]


def test_a_correction_without_a_version_is_no_older_version_of_the_month(office: Office) -> None:
    office.drop("T01", "税收_202301_v02", TAX, tax_rows("2023-01", [1000] * 5), "2023-02-10")
    correction = [(uscc(1), "企业1有限公司", "增值税", "2023-01", -50, "C-1", "2023-01-1")]
    office.drop("T01", "更正_202301", TAX, correction, "2023-02-15")
    judged = office.judged()
    assert (judged["更正_202301"].status, judged["更正_202301"].adds) == ("ACCEPTED", True)
    assert judged["更正_202301"].order > judged["税收_202301_v02"].order


def test_a_correction_in_between_does_not_hide_what_a_new_version_drops(office: Office) -> None:
    months(office, 1)
    correction = [(uscc(1), "企业1有限公司", "增值税", "2023-01", -50, "C-1", "2023-01-1")]
    office.drop("T01", "correction", TAX, correction, "2023-02-15")
    office.drop("T01", "again", TAX, tax_rows("2023-01", [1000 + 10 * n for n in range(18)]), "2023-02-20", version=2)
    assert asks(office.judged()["again"]) == "B-COR-01"


def test_an_older_version_that_comes_late_leaves_the_newer_one_as_it_was(office: Office) -> None:
    office.drop("B01", "second", BUILDINGS, snapshot(*range(1000, 1100)), "2023-02-05", version=2, period="2023-01")
    assert office.judged()["second"].status == "ACCEPTED"
    office.drop("B01", "first", BUILDINGS, snapshot(*range(1000, 1110)), "2023-02-08", version=1, period="2023-01")
    assert {one.status for one in office.judged().values()} == {"ACCEPTED"}


def test_an_older_version_that_says_what_the_newest_says_repeats_it(office: Office) -> None:
    rows = tax_rows("2023-01", [1, 2, 3])
    office.drop("T01", "second", TAX, rows, "2023-02-10", version=2)
    office.drop("T01", "first", TAX, rows[::-1], "2023-02-20", version=1)
    assert {name: one.status for name, one in office.judged().items()} == {"second": "ACCEPTED", "first": "DUPLICATE"}


@pytest.mark.parametrize("feed", ["B01", "O01"])
def test_lists_that_are_called_after_one_month_are_versions_of_one_list(office: Office, feed: str) -> None:
    """The sidecar may be silent about the period, and the day of receipt is another one."""
    tenants = [("甲大厦", f"{n}", f"企业{n}", uscc(n), 100, "2022-01-01", "") for n in range(1, 30)]
    header, rows = (BUILDINGS, snapshot(*range(1000, 1030))) if feed == "B01" else (OCCUPANCY, tenants)
    office.drop(feed, "台账_202301_v01", header, rows, "2023-02-06")
    office.drop(feed, "台账_202301_v02", header, rows[1:], "2023-02-08")
    office.drop(feed, "台账_202301_v03", header, rows[::-1], "2023-02-09")
    office.drop(feed, "台账_202302_v01", header, rows[2:], "2023-03-06")
    found = {name[3:]: (one.status, asks(one)) for name, one in office.judged().items()}
    assert found == {
        "202301_v01": ("ACCEPTED", None), "202301_v02": ("HELD", "B-COR-01"), "202301_v03": ("DUPLICATE", None),
        "202302_v01": ("ACCEPTED", None),
    }  # fmt: skip


def test_corrections_that_name_their_originals_add_to_the_month(office: Office) -> None:
    months(office, 1)
    correction = [(uscc(1), "企业1有限公司", "增值税", "2023-01", -50, "C-1", "2023-01-1")]
    office.drop("T01", "correction", TAX, correction, "2023-02-20")
    one = office.judged()["correction"]
    assert (one.status, one.adds) == ("ACCEPTED", True)


def test_an_old_version_after_a_newer_one_is_held(office: Office) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-10", version=2)
    office.drop("T01", "first", TAX, tax_rows("2023-01", [1, 2, 4]), "2023-02-20", version=1)
    judged = office.judged()
    assert judged["second"].status == "ACCEPTED"
    assert asks(judged["first"]) == "B-COR-02"


def test_versions_in_their_order_ask_nothing(office: Office) -> None:
    office.drop("T01", "first", TAX, tax_rows("2023-01", [1, 2, 4]), "2023-02-10", version=1)
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-20", version=2)
    assert {one.status for one in office.judged().values()} == {"ACCEPTED"}


def test_another_months_list_under_this_months_name_is_held(office: Office) -> None:
    first = tax_rows("2023-01", [1000 + 10 * n for n in range(40)])
    office.drop("T01", "jan", TAX, first, "2023-02-10")
    renumbered = [(*row[:5], f"R{row[5]}", row[6]) for row in first]
    office.drop("T01", "renumbered", TAX, renumbered, "2023-02-20", version=2)
    changed = [(*row[:4], int(str(row[4])) + 3, *row[5:]) for row in renumbered]
    office.drop("T01", "changed", TAX, changed, "2023-02-25", version=3)
    other = [(*row[:4], int(str(row[4])) + 7, f"O{row[5]}", row[6]) for row in first]
    office.drop("T01", "other", TAX, other, "2023-03-10", version=4)
    judged = office.judged()
    assert [asks(judged[name]) for name in ("jan", "renumbered", "changed", "other")] == [None, None, None, "B-COR-01"]


def snapshot(*areas: float | str) -> list[tuple[object, ...]]:
    return [
        (f"110107-001-{n:04d}", f"{n}号楼", "八角街道", f"八角路{n}号", area, area, "是")
        for n, area in enumerate(areas)
    ]


def test_an_unchanged_register_warns_once_and_is_held_the_second_time(office: Office) -> None:
    for month in (1, 2, 3):
        received = date(2023, month, 28).isoformat()
        office.drop("B01", f"m{month}", BUILDINGS, snapshot(1000, 2000), received, period=f"2023-{month:02d}")
    judged = office.judged()
    assert [one.status for one in judged.values()] == ["ACCEPTED", "ACCEPTED", "HELD"]
    assert [finding.action for _, finding in judged["m2"].findings] == ["WARN"]
    assert asks(judged["m3"]) == "B-TIM-02"


def test_a_building_that_became_two_at_its_address_is_held(office: Office) -> None:
    whole = ("110107-001-0009", "银河大厦", "八角街道", "石景山路9号", 5000, 4000, "是")
    parts = [("110107-001-0010", "银河大厦A座", "八角街道", "石景山路9号", 3000, 2000, "是"),
             ("110107-001-0011", "银河大厦B座", "八角街道", "石景山路9号", 2000, 2000, "是")]  # fmt: skip
    many = snapshot(*range(1000, 1300))
    office.drop("B01", "jan", BUILDINGS, [*many, whole], "2023-01-31")
    office.drop("B01", "feb", BUILDINGS, [*many, *parts], "2023-02-28")
    one = office.judged()["feb"]
    assert asks(one) == "B-IDN-09"
    assert one.question is not None
    assert "银河大厦A座、银河大厦B座" in one.question.zh


@pytest.mark.parametrize("is_split", [True, False])
def test_a_building_that_gave_up_a_part_and_kept_its_name_is_held_and_so_is_one_that_took_it_in(
    office: Office, is_split: bool
) -> None:
    whole = [("110107-001-0009", "银河大厦", "八角街道", "石景山路9号", 5000, 4000, "是")]
    parts = [("110107-001-0009", "银河大厦", "八角街道", "石景山路9号", 3000, 2000, "是"),
             ("110107-001-0010", "银河大厦B座", "八角街道", "石景山路9号", 2000, 2000, "是")]  # fmt: skip
    many = snapshot(*range(1000, 1300))
    before, after = (whole, parts) if is_split else (parts, whole)
    office.drop("B01", "jan", BUILDINGS, [*many, *before], "2023-01-31")
    office.drop("B01", "feb", BUILDINGS, [*many, *after], "2023-02-28")
    assert asks(office.judged()["feb"]) == "B-IDN-09"


@pytest.mark.parametrize(("code", "name", "area"), [
    ("110107-001-0300", "银河大厦", 5100), ("110107-001-0300", "银河中心", 5000), ("110107-001-0301", "银河大厦", 5000),
])  # fmt: skip
def test_a_building_measured_again_or_renamed_is_no_split(office: Office, code: str, name: str, area: int) -> None:
    many = snapshot(*range(1000, 1300))
    rest = ("八角街道", "石景山路9号")
    office.drop(
        "B01", "jan", BUILDINGS, [*many, ("110107-001-0300", "银河大厦", *rest, 5000, 4000, "是")], "2023-01-31"
    )
    office.drop("B01", "feb", BUILDINGS, [*many, (code, name, *rest, area, 4000, "是")], "2023-02-28")
    assert asks(office.judged()["feb"]) is None


def test_a_first_register_in_ten_thousands_of_square_metres_is_asked_about_and_read_as_answered(office: Office) -> None:
    office.drop("B01", "jan", BUILDINGS, snapshot(*[f"{1.2 + n / 10:.1f}" for n in range(12)]), "2023-01-31")
    one = office.judged()["jan"]
    assert (one.status, asks(one), one.rows) == ("HELD", "B-NUM-01", (12, 0, 0, 12))
    assert one.question is not None
    assert "万平方米" in one.question.zh
    office.answer("jan", "wan")
    one = office.judged()["jan"]
    assert (one.status, one.rows) == ("ACCEPTED", (12, 12, 0, 0))
    [_, second, *_] = one.landed.rows("gross_area_m2", "rentable_area_m2").rows()
    assert second == (Decimal("13000.00"), Decimal("13000.00"))


@pytest.mark.parametrize("areas", [[*range(600, 612)], [20 + n for n in range(9)]])
def test_a_first_register_of_small_buildings_or_of_few_is_not_asked_about(office: Office, areas: list[int]) -> None:
    office.drop("B01", "jan", BUILDINGS, snapshot(*areas), "2023-01-31")
    assert asks(office.judged()["jan"]) is None


def test_capital_answered_to_be_in_ten_thousands_is_read_so(office: Office) -> None:
    header = (
        "统一社会信用代码",
        "企业名称",
        "企业类型",
        "注册资本",
        "成立日期",
        "登记状态",
        "登记机关",
        "住所",
        "行业代码",
    )

    def register(factor: int) -> list[tuple[object, ...]]:
        rest = ("2015-01-05", "存续", "石景山区市场监管局", "八角路1号", "I6513")
        return [(uscc(n), f"企业{n}有限公司", "内资", f"{(100 + n) * factor}", *rest) for n in range(12)]

    office.drop("E01", "jan", header, register(10_000), "2023-01-31")
    office.drop("E01", "feb", header, register(1), "2023-02-28")
    assert asks(office.judged()["feb"]) == "B-NUM-01"
    office.answer("feb", "wan")
    one = office.judged()["feb"]
    assert one.status == "ACCEPTED"
    assert one.landed.rows("reg_capital")["reg_capital"].min() == Decimal(1_000_000)


def test_a_new_building_elsewhere_is_no_split(office: Office) -> None:
    office.drop("B01", "jan", BUILDINGS, snapshot(*range(1000, 1300)), "2023-01-31")
    office.drop("B01", "feb", BUILDINGS, snapshot(*range(1000, 1301)), "2023-02-28")
    assert office.judged()["feb"].status == "ACCEPTED"


def activities(month: str, *attendance: int, station: str = "甲站") -> list[tuple[object, ...]]:
    return [
        (f"{station}{month}{n}", station, f"活动{n}", "政策宣讲", f"{month}-{n % 27 + 1:02d}", people, "已举办")
        for n, people in enumerate(attendance)
    ]


@pytest.mark.parametrize(("people", "is_held"), [(500, True), (249, False), (2001, True)])
def test_attendance_far_from_what_the_station_knows_is_held(office: Office, people: int, is_held: bool) -> None:
    office.drop("A01", "jan", ACTIVITIES, activities("2023-01", *[50] * 25), "2023-02-05")
    office.drop("A01", "feb", ACTIVITIES, activities("2023-02", 40, people), "2023-03-05")
    assert asks(office.judged()["feb"]) == ("B-NUM-09" if is_held else None)


@pytest.mark.parametrize(("known", "is_held"), [(10, True), (9, False)])
def test_ten_activities_tell_what_is_usual_at_a_station(office: Office, known: int, is_held: bool) -> None:
    office.drop("A01", "jan", ACTIVITIES, activities("2023-01", *[50] * known), "2023-02-05")
    office.drop("A01", "feb", ACTIVITIES, activities("2023-02", 500), "2023-03-05")
    assert asks(office.judged()["feb"]) == ("B-NUM-09" if is_held else None)


def test_a_new_station_has_nothing_usual_yet(office: Office) -> None:
    office.drop("A01", "jan", ACTIVITIES, activities("2023-01", *[5] * 25), "2023-02-05")
    office.drop("A01", "feb", ACTIVITIES, activities("2023-02", 400, station="乙站"), "2023-03-05")
    assert office.judged()["feb"].status == "ACCEPTED"


def meetings(*held: tuple[str, str]) -> list[tuple[object, ...]]:
    return [(f"M{n}", "吹哨报到", "甲大厦", at, f"议题{n}", status) for n, (at, status) in enumerate(held)]


def test_a_meeting_of_a_day_to_come_that_is_called_held_is_asked_about_and_waits_as_a_plan(office: Office) -> None:
    rows = meetings(("2023-02-01 10:00", "已召开"), ("2023-02-06 10:00", "已召开"), ("2023-03-01", "计划"))
    office.drop("M01", "feb", MEETINGS, rows, "2023-02-05")
    one = office.judged()["feb"]
    assert (one.status, asks(one), one.rows) == ("HELD", "B-BIZ-15", (3, 0, 0, 3))
    assert one.question is not None
    assert "会议日期2023-02-06 10:00(第3行)在报送日2023-02-05之后" in one.question.zh
    office.answer("feb", "计划")
    answered = office.judged()["feb"]
    assert answered.status == "ACCEPTED"
    assert [(f.rule_id, f.action, f.place.row) for _, f in answered.findings] == [("B-DAT-05", "QUARANTINE", 3)]
    assert answered.refused == (("feb.csv", None, 3),)


def test_a_meeting_of_the_day_of_the_delivery_or_a_plan_is_not_asked_about(office: Office) -> None:
    rows = meetings(("2023-02-05 23:00", "已召开"), ("2023-03-01", "计划"), ("2023-03-02", "取消"))
    office.drop("M01", "feb", MEETINGS, rows, "2023-02-05")
    assert office.judged()["feb"].status == "ACCEPTED"


def test_the_same_rows_in_another_order_or_form_are_ignored(office: Office) -> None:
    rows = tax_rows("2023-01", [100, 200, 300])
    office.drop("T01", "m1", TAX, rows, "2023-02-10")
    office.drop("T01", "reordered", TAX, [(*row[:4], f"{row[4]}.00", *row[5:]) for row in rows[::-1]], "2023-02-12")
    one = office.judged()["reordered"]
    assert (one.status, one.rows) == ("DUPLICATE", (0, 0, 0, 0))
    assert [finding.rule_id for _, finding in one.findings] == ["B-DUP-02"]


def test_the_same_rows_and_one_more_that_waits_are_no_repetition(office: Office) -> None:
    rows = tax_rows("2023-01", [100, 200, 300])
    office.drop("T01", "m1", TAX, rows, "2023-02-10")
    office.drop("T01", "more", TAX, [*rows, (uscc(9), "企业9", "增值税", "2023-01", "约5", "X", "")], "2023-02-12")
    assert office.judged()["more"].rows == (4, 3, 1, 0)


RATINGS = ("企业名称", "统一社会信用代码", "资质类型", "批次", "阶段", "认定日期", "文号")


def rated(batch: str, stage: str, count: int = 5) -> list[tuple[object, ...]]:
    return [(f"企业{n}", uscc(n), "NHTE", batch, stage, "2023-03-01", "京科发1号") for n in range(count)]


def test_changes_that_are_sent_again_are_ignored_while_nothing_has_changed_them(office: Office) -> None:
    office.drop("R01", "first", RATINGS, rated("一", "CERTIFIED"), "2023-04-01")
    office.drop("R01", "second", RATINGS, rated("二", "CERTIFIED", 6), "2023-05-01")
    office.drop("R01", "first again", RATINGS, rated("一", "CERTIFIED")[::-1], "2023-06-01")
    office.drop("R01", "more", RATINGS, rated("一", "CERTIFIED", 4), "2023-07-01")
    office.drop(
        "R01", "first once more", [*RATINGS, "备注"], [(*row, "") for row in rated("一", "CERTIFIED")], "2023-08-01"
    )
    found = {name: one.status for name, one in office.judged().items()}
    assert found == {
        "first": "ACCEPTED", "second": "ACCEPTED", "first again": "DUPLICATE", "more": "ACCEPTED",
        "first once more": "ACCEPTED",
    }  # fmt: skip


def test_changes_that_come_twice_on_one_day_are_one_sending(office: Office) -> None:
    office.drop("R01", "list", RATINGS, rated("一", "CERTIFIED"), "2023-04-01")
    office.drop("R01", "list in another order", RATINGS, rated("一", "CERTIFIED")[::-1], "2023-04-01")
    assert [one.status for one in office.judged().values()] == ["ACCEPTED", "ACCEPTED"]


def test_a_pull_that_was_completed_where_it_lay_asks_nothing_any_more(office: Office) -> None:
    folder = office.inbox / "H01" / "20230405T1200"
    folder.mkdir(parents=True)

    def add(number: int, *tickets: str) -> None:
        rows = [{"工单编号": ticket, **TICKET} for ticket in tickets]
        said = {"total": 3, "page": number, "rows": rows}
        (folder / f"page_{number:03d}.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")

    add(2, "GD3")
    assert [asks(one) for one in office.judged().values()] == ["B-SEC-02"]
    add(1, "GD1", "GD2")
    office.take_in()
    found = sorted((one.status, tuple(one.rows), asks(one)) for one in standings(office.home))
    assert found == [("ACCEPTED", (3, 3, 0, 0), None), ("REJECTED", (1, 0, 0, 1), None)]


def test_the_same_list_of_another_month_is_no_repetition(office: Office) -> None:
    tenants = [("甲大厦", f"{n}", f"企业{n}", uscc(n), 100, "2022-01-01", "") for n in range(1, 4)]
    office.drop("O01", "jan", OCCUPANCY, tenants, "2023-01-31")
    office.drop("O01", "feb", OCCUPANCY, tenants[::-1], "2023-02-28")
    assert office.judged()["feb"].status == "ACCEPTED"
