"""A held delivery waits for one answer, which is an event of the ledger and can be given again."""

import shutil
from datetime import date, timedelta
from decimal import Decimal
from itertools import permutations
from pathlib import Path

import pytest
from office_home import ACTIVITIES, BUILDINGS, TAX, Office, asks, tax_rows

from common.ledger import Ledger
from common.messages import LouyuError
from review.judgement import Standing


def held_by_unit(office: Office) -> None:
    for number, month in enumerate(("2023-01", "2023-02"), 1):
        office.drop("T01", f"m{number}", TAX, tax_rows(month, [20_000_000 + n for n in range(20)]), f"{month}-28")
    rows = tax_rows("2023-03", [f"{2000 + n}.123456" for n in range(20)])
    office.drop("T01", "m3", TAX, rows, "2023-04-10")


def amounts(one: Standing) -> list[Decimal]:
    return one.landed.rows("amount_total")["amount_total"].to_list()


def test_an_answer_gives_the_unit_in_which_the_file_is_read_again_exactly(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "万元")
    one = office.judged()["m3"]
    assert one.status == "ACCEPTED"
    assert amounts(one)[0] == Decimal("20001234.56")
    assert one.known_at > one.delivery.received_at


def test_before_its_answer_a_delivery_is_not_known(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "wan")
    judged = office.judged()
    before = office.judged(judged["m3"].known_at - timedelta(seconds=1))
    assert asks(before["m3"]) == "B-NUM-01"
    assert office.judged(judged["m3"].known_at)["m3"].status == "ACCEPTED"


def test_an_answer_given_again_replaces_the_first_and_leaves_the_past_as_it_was(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "万元")
    first = office.judged()["m3"]
    office.answer("m3", "无误")
    second = office.judged()["m3"]
    assert amounts(second)[0] == Decimal("2000.12")
    assert amounts(office.judged(first.known_at)["m3"])[0] == Decimal("20001234.56")


def test_a_delivery_that_was_refused_by_an_answer_is_set_aside_and_says_by_whom(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "reject")
    one = office.judged()["m3"]
    assert (one.status, one.rows) == ("REJECTED", (20, 0, 0, 20))
    assert one.reason is not None
    assert "张三" in one.reason.zh


def test_answers_outlive_everything_that_is_computed(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "万元")
    expected = amounts(office.judged()["m3"])
    shutil.rmtree(office.home.rows)
    assert amounts(office.judged()["m3"]) == expected


@pytest.mark.parametrize("typed", ["maybe", "", "2023-13", "万"])
def test_words_that_answer_nothing_are_refused_with_the_answers(office: Office, typed: str) -> None:
    held_by_unit(office)
    with pytest.raises(LouyuError, match="wan") as refused:
        office.answer("m3", typed)
    assert "万元" in refused.value.message.zh
    assert asks(office.judged()["m3"]) == "B-NUM-01"


def test_a_delivery_that_asks_nothing_takes_no_answer(office: Office) -> None:
    held_by_unit(office)
    with pytest.raises(LouyuError, match="asks nothing"):
        office.answer("m1", "yes")


def test_a_unit_that_areas_are_never_in_answers_for_none(office: Office) -> None:
    rows = [(f"110107-001-{n:04d}", f"{n}号楼", "八角街道", f"八角路{n}号", 1000 + n, 900, "是") for n in range(20)]
    office.drop("B01", "jan", BUILDINGS, rows, "2023-01-31")
    office.drop("B01", "feb", BUILDINGS, [(*row[:4], int(str(row[4])) / 1e4, *row[5:]) for row in rows], "2023-02-28")
    asked = office.judged()["feb"]
    assert asks(asked) == "B-NUM-01"
    assert asked.reason is not None
    assert "万元/wan=" in asked.reason.zh
    assert "约为通常的1/10" in asked.reason.zh
    assert "亿元" not in asked.reason.zh
    with pytest.raises(LouyuError, match="as_written"):
        office.answer("feb", "亿元")
    office.answer("feb", "退回")
    assert office.judged()["feb"].status == "REJECTED"


def test_rows_dropped_on_purpose_are_gone_and_omitted_ones_are_waited_for(office: Office) -> None:
    office.drop("T01", "m1", TAX, tax_rows("2023-01", [100] * 20), "2023-02-10")
    office.drop("T01", "again", TAX, tax_rows("2023-01", [100] * 10), "2023-02-20")
    office.answer("again", "漏报")
    assert office.judged()["again"].status == "REJECTED"
    office.answer("again", "删除")
    assert (office.judged()["again"].status, office.judged()["again"].adds) == ("ACCEPTED", False)
    office.answer("again", "补充")
    assert office.judged()["again"].adds


def test_going_back_puts_the_old_version_behind_the_newer_one(office: Office) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-10", version=2)
    office.drop("T01", "first", TAX, tax_rows("2023-01", [1, 2, 4]), "2023-02-20", version=1)
    office.answer("first", "回退")
    judged = office.judged()
    assert judged["first"].status == "ACCEPTED"
    assert judged["first"].order > judged["second"].order


@pytest.mark.parametrize("received", ["2023-02-12", "2023-02-25"])
def test_a_correction_without_a_version_stands_behind_the_version_that_it_corrects(
    office: Office, received: str
) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-10", version=2)
    amended = [(*tax_rows("2023-01", [-1])[0][:5], "C-1", "2023-01-1")]
    office.drop("T01", "correction", TAX, amended, received)
    office.drop("T01", "third", TAX, tax_rows("2023-01", [1, 2, 5]), "2023-02-20", version=3)
    judged = office.judged()
    assert {name: (one.status, one.adds) for name, one in judged.items()} == {
        "second": ("ACCEPTED", False), "correction": ("ACCEPTED", True), "third": ("ACCEPTED", False)
    }  # fmt: skip
    assert judged["correction"].order > judged["second"].order
    # what was sent whole after it holds it already
    assert (judged["correction"].order > judged["third"].order) == (received > "2023-02-20")


def test_who_goes_back_is_not_asked_about_the_rows_that_this_drops(office: Office) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [100] * 20), "2023-02-10", version=2)
    office.drop("T01", "first", TAX, tax_rows("2023-01", [100] * 15), "2023-02-20", version=1)
    office.answer("first", "回退")
    assert office.judged()["first"].status == "ACCEPTED"


def test_versions_of_another_feed_of_the_same_month_do_not_matter(office: Office) -> None:
    office.drop("T01", "second", TAX, tax_rows("2023-01", [1, 2, 3]), "2023-02-10", version=2)
    office.drop("T01", "first", TAX, tax_rows("2023-01", [1, 2, 4]), "2023-02-20", version=1)
    appeals = [("A1", "2023-01-05 09:00:00", "巡查", "甲大厦", "停车", "已化解")]
    header = ("编号", "发现时间", "来源", "楼宇", "内容", "办理状态")
    office.drop("P01", "appeals", header, appeals, "2023-02-05", version=9)
    office.answer("first", "回退")
    judged = office.judged()
    assert judged["appeals"].landed.scopes == judged["first"].landed.scopes
    assert judged["first"].order[0] == judged["second"].order[0] == 2


def test_a_number_that_is_wrong_waits_alone(office: Office) -> None:
    def held(month: str, *people: int) -> list[tuple[object, ...]]:
        return [(f"{month}{n}", "甲站", f"活动{n}", "路演", f"{month}-{n % 27 + 1:02d}", one, "已举办")
                for n, one in enumerate(people)]  # fmt: skip

    office.drop("A01", "jan", ACTIVITIES, held("2023-01", *[30] * 25), "2023-02-05")
    office.drop("A01", "feb", ACTIVITIES, held("2023-02", 30, 3000, 31), "2023-03-05")
    office.answer("feb", "wrong")
    one = office.judged()["feb"]
    assert one.status == "ACCEPTED"
    assert [row for _, _, row in one.refused] == [3]


def test_what_a_delivery_means_does_not_depend_on_when_it_was_processed(tmp_path: Path) -> None:
    def drop(office: Office, name: str) -> None:
        received = (date(2023, 1, 28) + timedelta(days=31 * int(name[1]))).isoformat()
        size = 100 if name == "m2" else 1_000_000
        office.drop("T01", name, TAX, tax_rows(f"2023-0{name[1]}", [size + n for n in range(15)]), received)

    outcomes = set()
    for number, order in enumerate(permutations(("m1", "m2", "m3"))):
        office = Office(tmp_path / str(number))
        for name in order:
            drop(office, name)
            office.take_in()
        outcomes.add(tuple((name, one.status, asks(one)) for name, one in sorted(office.judged().items())))
    assert outcomes == {(("m1", "ACCEPTED", None), ("m2", "HELD", "B-NUM-01"), ("m3", "ACCEPTED", None))}


def test_an_answer_is_an_event_with_who_and_what(office: Office) -> None:
    held_by_unit(office)
    office.answer("m3", "万元")
    event = next(event for event in Ledger(office.home.ledger).events() if event.kind == "answer")
    assert event.payload == {"rule_id": "B-NUM-01", "choice": "wan", "value": "万元", "by": "张三"}
