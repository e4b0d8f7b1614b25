"""A delivery unlike those of its feed before it is asked about once; each rule with a near miss beside it (L-HIS)."""

import random
from collections.abc import Callable, Sequence

import pytest
from office_home import ACTIVITIES, BUILDINGS, MEETINGS, OCCUPANCY, TAX, Office, Row, asks, uscc

MONTHS = tuple(f"2023-{month:02d}" for month in range(1, 8))
SPLIT = (*TAX[:5], "区级税收(元)", *TAX[5:])
APPEALS = ("编号", "发现时间", "来源", "楼宇", "内容", "办理状态", "化解时间")


def tax(month: str, count: int = 40, share: float = 0.25, first: int = 1) -> list[Row]:
    """A list of payers with unlike amounts, of which the district gets a share."""
    return [
        (uscc(n), f"企业{n}有限公司", "增值税", month, 1000 + 10 * n, (1000 + 10 * n) * share, f"{month}-{n}", "")
        for n in range(first, first + count)
    ]


def appeals(month: str, count: int = 60) -> list[Row]:
    """Appeals with texts of their own, one in three of them open."""
    return [
        (f"{month}-{n}", f"{month}-{n % 27 + 1:02d} 09:00:00", "走访" if n % 2 else "巡查", f"{n % 9}号楼",
         f"事项{month}{n}", "办理中" if n % 3 == 0 else "已化解", "" if n % 3 == 0 else f"{month}-28")
        for n in range(count)
    ]  # fmt: skip


def meetings(month: str, count: int = 40) -> list[Row]:
    return [
        (f"{month}-{n}", "吹哨报到" if n % 2 else "议事协调会", f"{n % 9}号楼", f"{month}-{n % 27 + 1:02d} 10:00:00",
         f"议题{n}", "已召开")
        for n in range(count)
    ]  # fmt: skip


def register(count: int = 60, **changed: Callable[[int], object]) -> list[Row]:
    """A register of buildings; a changed column gives another value for each building."""
    names = ("code", "name", "street", "address", "area", "rentable", "stat")
    plain = {
        "code": lambda n: f"110107-001-{n:04d}", "name": lambda n: f"{n}号楼",
        "street": lambda n: ("八角街道", "古城街道")[n % 2],
        "address": lambda n: f"八角路{n}号", "area": lambda n: 9000 + 10 * n, "rentable": lambda n: 5000 + 10 * n,
        "stat": lambda n: "是",
    }  # fmt: skip
    return [tuple((plain | changed)[name](n) for name in names) for n in range(count)]


def after(
    office: Office, feed: str, header: Row, usual: Callable[[str], Sequence[Row]], last: Sequence[Row]
) -> str | None:
    """Drop six usual months and the last one, and return what is asked about it; nothing is asked about the others."""
    for month in MONTHS[:-1]:
        office.drop(feed, month, header, usual(month), f"{month}-28", period=month)
    office.drop(feed, MONTHS[-1], header, last, f"{MONTHS[-1]}-28", period=MONTHS[-1])
    judged = office.judged()
    assert [asks(judged[month]) for month in MONTHS[:-1]] == [None] * 6
    return asks(judged[MONTHS[-1]])


@pytest.mark.parametrize(("count", "rule"), [(20, "L-HIS-ROWS"), (200, "L-HIS-ROWS"), (30, None), (120, None)])
def test_a_month_of_far_fewer_or_more_rows_is_asked_about(office: Office, count: int, rule: str | None) -> None:
    assert after(office, "P01", APPEALS, appeals, appeals(MONTHS[-1], count)) == rule


TICKET = (
    "工单编号",
    "工单类型",
    "问题分类",
    "创建时间",
    "一级承办单位",
    "被反映区",
    "被反映街乡镇",
    "工单状态",
    "更新时间",
)


def tickets(month: str, count: int = 60) -> list[Row]:
    return [
        (f"T{month}{n}", "投诉" if n % 2 else "求助", "物业->停车", f"{month}-{n % 27 + 1:02d} 0{n % 9}:00:00",
         "八角街道", "石景山区", "八角街道", "已办结", f"{month}-28 08:00:00")
        for n in range(count)
    ]  # fmt: skip


@pytest.mark.parametrize(("count", "rule"), [(60, None), (20, "L-HIS-ROWS"), (1, None)])
def test_a_pull_of_far_fewer_tickets_is_asked_about_but_not_an_update_of_a_few(
    office: Office, count: int, rule: str | None
) -> None:
    assert after(office, "H01", TICKET, tickets, tickets(MONTHS[-1], count)) == rule


def test_lists_of_few_rows_are_not_counted(office: Office) -> None:
    assert after(office, "P01", APPEALS, lambda month: appeals(month, 15), appeals(MONTHS[-1], 2)) is None


@pytest.mark.parametrize(("every", "rule"), [(1, "L-HIS-MIX"), (4, None)])
def test_a_value_that_is_much_more_frequent_than_ever_is_asked_about(
    office: Office, every: int, rule: str | None
) -> None:
    rows = [(*row[:1], "吹哨报到", *row[2:]) if n % every == 0 else row for n, row in enumerate(meetings(MONTHS[-1]))]
    assert after(office, "M01", MEETINGS, meetings, rows) == rule


SUMMONS = ("编号", "部门", "吹哨时间", "要求到场时间", "报到时间", "是否代会")


def summons(month: str, called: int, afternoons: int, count: int = 50) -> list[Row]:
    """Departments called to meetings, so many to each; ``afternoons`` percent of the meetings are after noon."""
    rows = []
    for n in range(count):
        meeting = n // called
        hour = 14 if meeting * called * 100 < afternoons * count else 9
        day = f"{month}-{meeting % 27 + 1:02d}"
        rows.append((f"HY{month}{meeting}", f"部门{n % called}", f"{day} {hour - 2:02d}:00:00", f"{day} {hour}:00:00",
                     f"{day} {hour}:0{n % 9}:00", "否"))  # fmt: skip
    return rows


@pytest.mark.parametrize(("called", "rule"), [(2, None), (1, "L-HIS-MIX")])
def test_departments_that_are_called_to_one_meeting_are_no_chance_each(
    office: Office, called: int, rule: str | None
) -> None:
    found = after(office, "M02", SUMMONS, lambda month: summons(month, called, 64), summons(MONTHS[-1], called, 24))
    assert found == rule


def test_a_value_that_always_was_there_and_is_gone_is_asked_about(office: Office) -> None:
    rows = [row for row in appeals(MONTHS[-1], 90) if row[5] == "已化解"]
    assert after(office, "P01", APPEALS, appeals, rows) == "L-HIS-MIX"


@pytest.mark.parametrize(("copies", "rule"), [(60, "L-HIS-TWINS"), (3, None)])
def test_rows_that_repeat_others_under_new_numbers_are_asked_about(
    office: Office, copies: int, rule: str | None
) -> None:
    rows = appeals(MONTHS[-1])
    again = [(f"{row[0]}-2", *row[1:]) for row in rows[:copies]]
    found = after(office, "P01", APPEALS, appeals, [*rows, *again])
    assert found in ("L-HIS-ROWS", "L-HIS-TWINS") if rule else found is None


def test_the_rows_of_the_month_before_under_new_days_are_asked_about(office: Office) -> None:
    rows = [(f"N{n}", *row[1:]) for n, row in enumerate(appeals(MONTHS[-2]))]
    dated = [tuple(str(cell).replace(f"{MONTHS[-2]}-", f"{MONTHS[-1]}-") for cell in row[:4]) + row[4:] for row in rows]
    assert after(office, "P01", APPEALS, appeals, dated) == "L-HIS-TWINS"


@pytest.mark.parametrize(("is_series", "rule"), [(False, "L-HIS-TWINS"), (True, None)])
def test_activities_that_repeat_others_on_another_day_are_asked_about(
    office: Office, is_series: bool, rule: str | None
) -> None:
    def held(month: str) -> list[Row]:
        title = "每周读书会" if is_series else "活动"
        return [
            (f"{month}{n}", "甲站", title if is_series else f"{title}{n}", "培训", f"{month}-{n + 1:02d}", 20, "已举办")
            for n in range(20)
        ]

    last = held(MONTHS[-1])
    again = (
        last
        if is_series
        else [*last, *((f"X{n}", *row[1:4], f"{MONTHS[-1]}-25", *row[5:]) for n, row in enumerate(last))]
    )
    assert after(office, "A01", ACTIVITIES, held, again) == rule


def test_a_short_list_is_asked_about_where_a_good_part_of_it_changed(office: Office) -> None:
    def few(month: str) -> list[Row]:
        return register(12, rentable=lambda n: 5000 + 10 * n + (int(month[-2:]) if n == 3 else 0))

    assert after(office, "B01", BUILDINGS, few, few(MONTHS[-1])[:7]) == "L-HIS-GONE"


def test_the_vouchers_of_another_month_are_asked_about(office: Office) -> None:
    rows = [(*row[:3], MONTHS[-1], *row[4:]) for row in tax(MONTHS[-2])]
    assert after(office, "T01", SPLIT, tax, rows) == "L-HIS-AGAIN"


@pytest.mark.parametrize(("share", "rule"), [(0.5, "L-HIS-SHARE"), (0.27, None)])
def test_another_district_share_of_a_tax_is_asked_about(office: Office, share: float, rule: str | None) -> None:
    assert after(office, "T01", SPLIT, tax, tax(MONTHS[-1], share=share)) == rule


@pytest.mark.parametrize(("count", "rule"), [(28, "L-HIS-PAYERS"), (39, None)])
def test_payers_of_every_month_that_are_missing_are_asked_about(office: Office, count: int, rule: str | None) -> None:
    small = [(*row[:4], 1, 0, *row[6:]) for row in tax(MONTHS[-1])]

    def with_small(month: str) -> list[Row]:
        return [*tax(month)[:-1], (*tax(month)[-1][:4], 1, 0, *tax(month)[-1][6:])]

    rows = [*with_small(MONTHS[-1])[:count]]
    assert len(small) == 40
    assert after(office, "T01", SPLIT, with_small, rows) == rule


def test_one_payer_of_weight_that_is_missing_is_asked_about(office: Office) -> None:
    def heavy(month: str) -> list[Row]:
        return [*tax(month), (uscc(99), "企业99有限公司", "增值税", month, 50_000, 12_500, f"{month}-99", "")]

    assert after(office, "T01", SPLIT, heavy, tax(MONTHS[-1])) == "L-HIS-PAYERS"


@pytest.mark.parametrize(
    ("times", "swing", "rule"),
    [(100, 1, "L-HIS-LARGE"), (10, 1, None), (-100, 1, None), (10_000, 1, None), (1_000_000, 200, "L-HIS-LARGE")],
    ids=[
        "a hundred times",
        "ten times",
        "a refund",
        "another unit, which the row tells",
        "another unit, unsteady payer",
    ],
)
def test_an_amount_many_times_the_payers_own_is_asked_about(
    office: Office, times: int, swing: int, rule: str | None
) -> None:
    def usual(month: str) -> list[Row]:
        first, *others = tax(month)
        amount = 1010 * (swing if month == MONTHS[2] else 1)
        return [(*first[:4], amount, amount / 4, *first[6:]), *others]

    first, *others = tax(MONTHS[-1])
    rows = [(*first[:4], 1010 * times, 252.5 * times, *first[6:]), *others]
    assert after(office, "T01", SPLIT, usual, rows) == rule


@pytest.mark.parametrize(
    ("rows", "rule"),
    [
        (register(stat=lambda n: "否" if n < 12 else "是"), "L-HIS-CHANGED"),
        (register(street=lambda n: ("古城街道", "八角街道")[n % 2]), "L-HIS-CHANGED"),
        (register(48), "L-HIS-GONE"),
        (register(90), "L-HIS-COME"),
        (register(area=lambda n: 90_000 if n == 7 else 9000 + 10 * n), "L-HIS-LARGE"),
        (register(62, stat=lambda n: "否" if n < 3 else "是"), None),
    ],
    ids=["retagged", "streets exchanged", "gone", "come", "ten times as large", "a few"],
)
def test_a_register_that_changed_beyond_what_is_usual_is_asked_about(
    office: Office, rows: list[Row], rule: str | None
) -> None:
    def usual(month: str) -> list[Row]:
        return register(rentable=lambda n: 5000 + 10 * n + (int(month[-2:]) if n == 3 else 0))

    assert after(office, "B01", BUILDINGS, usual, rows) == rule


@pytest.mark.parametrize(("changes", "rule"), [(5, "B-TIM-02"), (0, None)], ids=["always changed", "seldom changes"])
def test_a_list_that_always_changed_and_is_unchanged_is_asked_about(
    office: Office, changes: int, rule: str | None
) -> None:
    def tenants(month: str) -> list[Row]:
        number = int(month[-2:]) if month != MONTHS[-1] else int(MONTHS[-2][-2:])
        return [
            (
                f"{n % 9}号楼",
                f"{n}01",
                f"企业{n}有限公司",
                uscc(n),
                100 + (number if n < changes else 0),
                "2020-01-01",
                "",
            )
            for n in range(40)
        ]

    def usual(month: str) -> list[Row]:
        # where nothing changes in most months something does once
        return [
            *tenants(month),
            *([("1号楼", "999", "新企业有限公司", uscc(999), 1, "2020-01-01", "")] if month == "2023-03" else []),
        ]

    if changes:
        assert after(office, "O01", OCCUPANCY, tenants, tenants(MONTHS[-1])) == rule
    else:
        assert after(office, "O01", OCCUPANCY, usual, usual(MONTHS[-1])) == rule


@pytest.mark.parametrize(
    ("change", "rule"), [("lost", "L-HIS-GONE"), ("exchanged", "L-HIS-GONE"), ("some", None), ("renamed", None)]
)
def test_a_building_that_lost_its_tenants_is_asked_about(office: Office, change: str, rule: str | None) -> None:
    def tenants(month: str) -> list[Row]:
        # a few come and go every month
        new = 10_000 * int(month[-2:])
        return [
            (f"{n // 12}号楼", f"{n}01", f"企业{n}有限公司", uscc(n + new * (n % 60 == 7)), 100, "2020-01-01", "")
            for n in range(1200)
        ]

    rows = tenants(MONTHS[-1])
    turned = {"3号楼": "4号楼", "4号楼": "3号楼"}
    last = {
        "lost": [row for row in rows if row[0] != "3号楼"],
        "exchanged": [(turned.get(str(row[0]), row[0]), *row[1:]) for row in rows],
        "renamed": [("新3号楼" if row[0] == "3号楼" else row[0], *row[1:]) for row in rows],
        "some": [row for n, row in enumerate(rows) if row[0] != "3号楼" or n % 2],
    }[change]
    assert after(office, "O01", OCCUPANCY, tenants, last) == rule


def test_times_of_another_time_zone_are_asked_about(office: Office) -> None:
    def found(month: str, hour: int = 10) -> list[Row]:
        return [
            (row[0], str(row[1]).replace("09:00", f"{hour + n % 7:02d}:00"), *row[2:])
            for n, row in enumerate(appeals(month))
        ]

    assert after(office, "P01", APPEALS, found, found(MONTHS[-1], 2)) == "L-HIS-MIX"


def test_what_was_confirmed_counts_and_is_the_measure_of_the_next(office: Office) -> None:
    assert after(office, "P01", APPEALS, appeals, appeals(MONTHS[-1], 20)) == "L-HIS-ROWS"
    office.answer(MONTHS[-1], "right")
    assert office.judged()[MONTHS[-1]].status == "ACCEPTED"
    office.drop("P01", "2023-08", APPEALS, appeals("2023-08", 20), "2023-08-28", period="2023-08")
    assert office.judged()["2023-08"].status == "ACCEPTED"


def test_the_order_of_arrival_changes_no_question(office: Office) -> None:
    for month in reversed(MONTHS):
        office.drop(
            "P01", month, APPEALS, appeals(month, 20 if month == MONTHS[-1] else 60), f"{month}-28", period=month
        )
        office.take_in()
    judged = office.judged()
    assert [asks(judged[month]) for month in MONTHS] == [None] * 6 + ["L-HIS-ROWS"]


def test_an_office_that_numbers_each_list_anew_repeats_itself_and_is_not_asked(office: Office) -> None:
    def anew(month: str) -> list[Row]:
        return [(*row[:6], str(n), *row[7:]) for n, row in enumerate(tax(month))]

    assert after(office, "T01", SPLIT, anew, anew(MONTHS[-1])) is None


def drawn_tax(month: str, rng: random.Random) -> list[Row]:
    """Payers come and go, pay anything, and the district's share is another one every month."""
    share = rng.uniform(0.2, 0.5)
    amounts = {n: round(rng.lognormvariate(9, 1.2), 2) for n in range(60) if rng.random() < 0.7}
    return [
        (
            uscc(n),
            f"企业{n}有限公司",
            rng.choice(("增值税", "企业所得税")),
            month,
            amount,
            round(amount * share, 2),
            f"{n}",
            "",
        )
        for n, amount in amounts.items()
    ]


def drawn_appeals(month: str, rng: random.Random) -> list[Row]:
    part = rng.uniform(0.1, 0.9)
    rows = appeals(month, rng.randrange(30, 160))
    return [(*row[:5], *(("办理中", "") if rng.random() < part else ("已化解", f"{month}-28"))) for row in rows]


def drawn_register(month: str, rng: random.Random) -> list[Row]:
    del month
    turned = rng.uniform(0.1, 0.2)
    rows = register(60, stat=lambda n: "否" if rng.random() < turned else "是")
    return [row for row in rows if rng.random() > turned]


@pytest.mark.parametrize("seed", range(10))
@pytest.mark.parametrize(
    ("feed", "header", "drawn"),
    [("T01", SPLIT, drawn_tax), ("P01", APPEALS, drawn_appeals), ("B01", BUILDINGS, drawn_register)],
)
def test_an_erratic_office_is_its_own_measure(
    office: Office, feed: str, header: Row, drawn: Callable[[str, random.Random], list[Row]], seed: int
) -> None:
    rng = random.Random(seed)
    assert after(office, feed, header, lambda month: drawn(month, rng), drawn(MONTHS[-1], rng)) is None


def test_what_changed_for_good_is_asked_about_once(office: Office) -> None:
    months = (*MONTHS, "2023-08", "2023-09")
    for month in months:
        rows = appeals(month, 60 if month < MONTHS[-1] else 10)
        office.drop("P01", month, APPEALS, rows, f"{month}-28", period=month)
    judged = office.judged()
    assert [month for month in months if asks(judged[month])] == [MONTHS[-1]]


@pytest.mark.parametrize(("left", "rule"), [(0, "L-HIS-MIX"), (1, None)])
def test_a_member_that_every_snapshot_had_and_none_has_now_is_asked_about(
    office: Office, left: int, rule: str | None
) -> None:
    def list_of(month: str, out: int) -> list[Row]:
        return register(
            400, stat=lambda n: "否" if n < out else "是",
            rentable=lambda n: 5000 + 10 * n + (int(month[-2:]) if n == 50 else 0),
        )  # fmt: skip

    assert after(office, "B01", BUILDINGS, lambda month: list_of(month, 12), list_of(MONTHS[-1], left)) == rule


@pytest.mark.parametrize(("day", "rule"), [(f"{MONTHS[-1]}-28", "L-HIS-ROWS"), (f"{MONTHS[-2]}-29", None)])
def test_a_pull_of_one_day_is_not_held_against_those_of_months(office: Office, day: str, rule: str | None) -> None:
    for month in MONTHS[:-1]:
        office.drop("H01", month, TICKET, tickets(month), f"{month}-28")
    office.drop("H01", "last", TICKET, tickets(MONTHS[-1], 12), day)
    assert asks(office.judged()["last"]) == rule
