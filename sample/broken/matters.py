"""What is well written and yet cannot be, or must be counted otherwise (B-BIZ-01 to B-BIZ-18)."""

from collections.abc import Iterator
from datetime import datetime

from common.clock import BEIJING
from sample.broken.case import Case
from sample.broken.filling import HOUSES, house, plain, sent
from sample.broken.periods import tax_month


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _tax()
    yield from _occupancies()
    yield from _ratings()
    yield from _tickets()
    yield from _callbacks()
    yield from _appeals_and_meetings()
    yield from _organisations()
    yield from _needs()


def _tax() -> Iterator[Case]:
    name = "biz-01-none"
    yield Case(
        name, "B-BIZ-01", "WARN", tax_month(name, 6), stage="review",
        reading="no enterprise of this month has a building, so the share is 100 % and above 5 %",
    )  # fmt: skip
    yield Case(
        "biz-01-few", "B-BIZ-01", "ACCEPT", None, feed="T01", good="T01/石景山_T01楼宇税收_202307_v01_财政局.xlsx",
        stage="review", reading="in the good district less than 5 % of the tax has no building in most months",
    )  # fmt: skip


def _occupancies() -> Iterator[Case]:
    name = "biz-02-two-buildings"
    rows = plain("O01", name, 4)
    rows[1] |= {key: rows[0][key] for key in ("enterprise_name", "uscc")} | {"building_name": HOUSES[1]}
    yield Case(name, "B-BIZ-02", "ACCEPT", sent(name, "O01", records=rows), stage="review")
    name = "biz-02-same-unit"
    rows = plain("O01", name, 4)
    rows[1] = rows[0] | {"moved_in_on": "2021-06-01", "leased_area_m2": 140}
    yield Case(
        name, "B-BIZ-02", "QUARANTINE", sent(name, "O01", records=rows), at=(1, None), stage="review",
        reading="the one told first stands, the other waits: one of them is to be kept",
    )  # fmt: skip
    name = "biz-03-shared-unit"
    rows = plain("O01", name, 4)
    rows[1]["unit_no"] = rows[0]["unit_no"]
    yield Case(name, "B-BIZ-03", "WARN", sent(name, "O01", records=rows), stage="review")
    name = "biz-04-reversed"
    given = sent(name, "O01", changes={1: {"moved_in_on": "2021-06-01", "moved_out_on": "2021-04-30"}})
    yield Case(name, "B-BIZ-04", "QUARANTINE", given, at=(1, "moved_out_on"))
    name = "biz-04-one-day"
    rows = plain("O01", name, 4)
    rows[0]["moved_out_on"] = "2021-07-02"
    rows[1] = rows[0] | {"moved_in_on": "2021-07-01", "moved_out_on": None}
    yield Case(
        name, "B-BIZ-04", "AUTO", sent(name, "O01", records=rows), stage="review",
        reading="end dates are exclusive, so 2 July and 1 July overlap by one day; told of the two leases",
    )  # fmt: skip
    name = "biz-05-deregistered"
    register = sent(
        name, "E01", changes={1: {"status": "注销", "status_date": "2021-05-06"}}, name=f"孪生_{name}_名录.csv"
    )
    listed = sent(name, "O01", step=1)
    yield Case(
        name, "B-BIZ-05", "WARN", listed, before=[register], stage="review",
        reading="told of the enterprise, which the message names: it stands in many snapshots",
    )  # fmt: skip


def _ratings() -> Iterator[Case]:
    name = "biz-06-expired"
    expired = {"grant_date": "2018-03-01", "valid_from": "2018-03-01", "valid_to": "2021-03-01"}
    given = sent(name, "R01", changes={0: expired, 1: expired, 2: expired})
    yield Case(name, "B-BIZ-06", "WARN", given, stage="review", reading="told of the title, which the message names")
    name = "biz-07-which"
    given = sent(name, "R01", changes={1: {"rating_code": "专精特新小巨人", "source_doc": "公告2021年第9号"}})
    yield Case(name, "B-BIZ-07", "QUARANTINE", given, at=(1, "rating_code"))
    name = "biz-07-several"
    rows = plain("R01", name)
    rows[1] |= {key: rows[0][key] for key in ("enterprise_name", "uscc")} | {"rating_code": "科技型中小企业"}
    yield Case(
        name, "B-BIZ-07", "ACCEPT", sent(name, "R01", records=rows), stage="warehouse",
        reading="told once, with the number of enterprises of the whole feed that bear several titles",
    )  # fmt: skip
    name = "biz-08-again"
    rows = plain("R01", name, 5)
    before = sent(name, "R01", records=rows[:3])
    yield Case(name, "B-BIZ-08", "AUTO", sent(name, "R01", records=rows, step=1), before=[before], stage="review")


def _tickets() -> Iterator[Case]:
    for name, changed, column in (
        ("biz-09-closed", {"closed_at": "2021-11-21T08:00:00+08:00"}, "closed_at"),
        ("biz-09-dispatched", {"dispatched_at": "2021-11-20T08:00:00+08:00"}, "dispatched_at"),
    ):
        given = sent(name, "H01", changes={1: changed})
        yield Case(name, "B-BIZ-09", "WARN", given, at=(1, None), stored={column: None, "status": "CLOSED"})
    name = "biz-11-copies"
    rows = plain("H01", name)
    copy = rows[0] | {"unit_role": "协办", "unit_lv1": "区城管委"}
    yield Case(name, "B-BIZ-11", "ACCEPT", sent(name, "H01", records=[*rows, copy]))
    name = "biz-12-after-lock"
    late = {"exclude_flag": "是", "exclude_reason": "恶意诉求", "updated_at": "2022-03-10T09:00:00+08:00"}
    late |= {"exclude_proof": "现场核实记录", "exclude_approver": "周明"}
    given = sent(name, "H01", changes={1: late}, step=1, received_at=datetime(2022, 3, 10, 12, 0, tzinfo=BEIJING))
    yield Case(
        name, "B-BIZ-12", "ACCEPT", given, before=[sent(name, "H01")], stage="review",
        reading="the assessment month 2021-12 was locked 45 days after its provisional figures (SPEC 4.2)",
    )  # fmt: skip
    name = "biz-12-unfounded"
    given = sent(name, "H01", changes={1: {"exclude_flag": "是", "exclude_reason": None}})
    yield Case(name, "B-BIZ-12", "WARN", given, at=(1, "exclude_flag"))
    name = "biz-13-ticket"
    person = "请联系人王伟,手机13812345678,身份证11010519491231002X"
    given = sent(name, "H01", changes={1: {"content": person}})
    yield Case(name, "B-BIZ-13", "AUTO", given, at=(1, "content"))
    name = "biz-13-appeal"
    given = sent(name, "P01", changes={2: {"content": "联系电话13912345678,空调漏水"}})
    yield Case(name, "B-BIZ-13", "AUTO", given, at=(2, "content"))


def _callbacks() -> Iterator[Case]:
    name = "biz-10-not-valid"
    given = sent(name, "H02", changes={1: {"valid": "否", "contacted": None, "resolved": None}})
    yield Case(name, "B-BIZ-10", "WARN", given, at=(1, None), stored={"satisfaction": None})
    name = "biz-10-export"
    answered = {"status": "办理中", "closed_at": None, "是否解决": "是", "是否满意": "满意"}
    yield Case(
        name, "B-BIZ-10", "WARN", sent(name, "H01", changes={1: answered}), at=(1, None),
        reading="an export of tickets carries the answers itself (SPEC 3.3, H01, format)",
    )  # fmt: skip
    name = "biz-10-in-hand"
    tickets = sent(name, "H01", changes={1: {"status": "办理中", "closed_at": None}})
    yield Case(
        name, "B-BIZ-10", "WARN", sent(name, "H02", step=1), before=[tickets], stage="review",
        reading="the callback says resolved, the ticket is still in hand: only both feeds together show it",
    )  # fmt: skip
    name = "biz-09-callback"
    early = sent(name, "H02", changes={1: {"callback_at": "2021-11-23T10:00:00+08:00"}}, step=1)
    yield Case(
        name, "B-BIZ-09", "WARN", early, before=[sent(name, "H01")], stage="review",
        reading="the callback came before the ticket was closed, which only both feeds together show",
    )  # fmt: skip


def _appeals_and_meetings() -> Iterator[Case]:
    name = "biz-14-ticket"
    tickets = plain("H01", name, created_at="2021-11-01T09:00:00+08:00")
    before = sent(name, "H01", records=tickets)
    given = sent(name, "P01", changes={1: {"linked_ticket": tickets[1]["ticket_no"]}}, step=1)
    yield Case(name, "B-BIZ-14", "WARN", given, at=(1, None), before=[before], stage="review")
    name = "biz-15-future"
    given = sent(name, "M01", changes={1: {"held_at": "2022-01-20 14:00"}})
    yield Case(name, "B-BIZ-15", "HOLD", given, at=(1, "held_at"), stage="review")
    name = "biz-15-two-streets"
    rows = plain("M01", name)
    before = sent(name, "M01", records=rows, scope=f"twin-{name}-1")
    other = sent(name, "M01", records=rows[:1], step=1, scope=f"twin-{name}-2")
    yield Case(
        name, "B-BIZ-15", "ACCEPT", other, before=[before], stage="warehouse",
        reading="one meeting in the lists of two streets: told at either of them",
    )  # fmt: skip


def _organisations() -> Iterator[Case]:
    name = "biz-16-two-committees"
    rows = plain("G02", name, 2, building_name=HOUSES[5], valid_to=None)
    yield Case(
        name, "B-BIZ-16", "WARN", sent(name, "G02", records=rows), stage="review",
        reading="two committees that cover one building are told",
    )  # fmt: skip
    name = "biz-17-two-stations"
    rows = plain("G03", name, full_time="否", on_post_to=None)
    rows[1] = rows[0] | {"station": f"{house(name, 7)}工作站"}
    yield Case(name, "B-BIZ-17", "WARN", sent(name, "G03", records=rows), stage="review")


def _needs() -> Iterator[Case]:
    name = "biz-18-no-date"
    given = sent(name, "N01", changes={1: {"closed_on": None}})
    yield Case(name, "B-BIZ-18", "WARN", given, at=(1, "closed_on"))
    name = "biz-18-copies"
    rows = plain("N01", name, 21)
    for record in rows[:20]:
        record["content"] = "希望改善园区周边交通"
    yield Case(
        name, "B-BIZ-18", "QUARANTINE", sent(name, "N01", records=rows), at=(0, "content"), quarantined=20,
        reading="which of twenty equal needs was meant is unknown, so all of them wait (as B-DUP-03)",
    )  # fmt: skip
