"""Which enterprise a raw key means (SPEC 2.1 rule 6, 3.2; B-IDN-01, 02, 03, 04)."""

from datetime import date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import ALPHABET, credit_code, look_alikes, organisation_code
from common.rules import Finding
from identity.enterprises import Match, by_code, by_name, enterprise_id
from identity.register import ALWAYS, Register, Statement

A, B, C, D = "91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W", "91110107100000016P"
BARE = f"{A[:17]}K"
"""A's code with the remainder for its check symbol: the last step of the check was forgotten."""
EARLY = {"91350100M0001TGQXM": "早期试点 / early pilot"}
ROWS = [
    Statement(A, "北京甲科技有限公司", ("甲软件公司", "老名字公司"), "110108000000016"),
    Statement(B, "北京乙科技有限公司"), Statement(C, "同名公司", ("老名字公司",)), Statement(D, "同名公司"),
]  # fmt: skip
REGISTER = Register(ROWS)


def identify(
    code: str, name: str, register: Register, on: date | None = None, exceptions: dict[str, str] | None = None
) -> Match:
    """Find what a key means on a day; without one, today."""
    return by_code(code, name, register, exceptions) if code else by_name(name, register.span_at(name, on or ALWAYS[1]))


def waits(finding: Finding | None, rule: str) -> Finding:
    assert finding is not None
    assert (finding.rule_id, finding.action) == (rule, "QUARANTINE")
    return finding


def noted(finding: Finding | None) -> tuple[str, str]:
    assert finding is not None
    return finding.rule_id, finding.action


@pytest.mark.parametrize(("code", "name", "found", "method"), [
    (A, "随便什么名字", A, "USCC"), (A, "", A, "USCC"), (f"{A}01", "", A, "USCC"),
    ("914403001922038216", "外地公司", "914403001922038216", "USCC"),
    ("P1:0123456789abcdef0123456789abcdef", "张三", "P1:0123456789abcdef0123456789abcdef", "PERSON"),
])  # fmt: skip
def test_a_code_that_says_it_all_needs_no_register_and_no_note(code: str, name: str, found: str, method: str) -> None:
    for register in (REGISTER, Register([])):
        match = identify(code, name, register)
        assert (match.enterprise_id, match.method, match.finding) == (enterprise_id(found), method, None)
        assert match.score == 1


@pytest.mark.parametrize(("code", "name", "found", "method", "rule"), [
    ("110108000000016", "", A, "OLD_NUMBER", "B-IDN-02"), (A[8:17], "", A, "OLD_NUMBER", "B-IDN-02"),
    (f"110107{B[8:17]}", "", B, "OLD_NUMBER", "B-IDN-02"),
    ("", "北京甲科技有限公司", A, "NAME", "B-IDN-04"), ("", "北京甲科技 有限公司", A, "NAME", "B-IDN-04"),
    ("", "北京甲科技有限公司　", A, "NAME", "B-IDN-04"), ("", "甲软件公司", A, "FORMER_NAME", "B-IDN-04"),
    ("91110107MAOOOOO15C", "北京甲科技有限公司", A, "REPAIRED", "B-IDN-01"),
    ("9lll0l07MA0000015C".upper(), "甲软件公司", A, "REPAIRED", "B-IDN-01"),
])  # fmt: skip
def test_what_the_register_answers_once_is_taken_with_a_note_that_names_the_enterprise(
    code: str, name: str, found: str, method: str, rule: str
) -> None:
    match = identify(code, name, REGISTER)
    assert (match.enterprise_id, match.method) == (enterprise_id(found), method)
    assert noted(match.finding) == (rule, "AUTO")
    assert match.finding is not None
    assert found in match.finding.message.zh
    assert found in match.finding.message.en


@pytest.mark.parametrize(("code", "name", "rule"), [
    ("", "同名公司", "B-IDN-04"), ("", "老名字公司", "B-IDN-04"), ("", "查无此公司", "B-IDN-04"), ("", "", "B-IDN-04"),
    ("110107999999999", "北京甲科技有限公司", "B-IDN-02"), ("99999999X", "", "B-IDN-02"),
    ("91110107MA0000015X", "北京甲科技有限公司", "B-IDN-01"), ("1234", "北京甲科技有限公司", "B-IDN-01"),
])  # fmt: skip
def test_what_the_register_does_not_answer_once_waits_and_says_why(code: str, name: str, rule: str) -> None:
    match = identify(code, name, REGISTER)
    assert match.enterprise_id is None
    waits(match.finding, rule)


def test_a_repair_under_another_name_waits_with_its_proposal() -> None:
    match = identify("91110107MAOOOOO15C", "北京乙科技有限公司", REGISTER)
    message = waits(match.finding, "B-IDN-01").message
    assert A in message.zh
    assert B in message.zh, "and with the code of the name, for a person to choose"
    assert identify("91110107MAOOOOO15C", "北京甲科技有限公司", Register(ROWS[1:])).enterprise_id is None


def test_of_two_repairs_that_pass_none_is_applied() -> None:
    # 20 + 29 and 8 + 10 are one remainder of 31: the first two letters or the last two may be the digits
    one, other = credit_code("911101071100L0L00"), credit_code("91110107LL0010100")
    typed = f"91110107LL00L0L00{one[17]}"
    assert look_alikes(typed) == tuple(sorted((one, other)))
    message = waits(identify(typed, "甲公司", Register([Statement(one, "甲公司")])).finding, "B-IDN-01").message
    assert one in message.zh
    assert other in message.en


def test_the_message_tells_who_bears_a_name() -> None:
    message = waits(identify("", "同名公司", REGISTER).finding, "B-IDN-04").message
    assert "2家" in message.zh
    assert C in message.zh
    assert D in message.zh


def test_a_name_that_nobody_bears_is_answered_with_similar_ones_and_matched_to_none() -> None:
    register = Register([Statement(A, "北京市甲科技有限责任公司")])
    match = identify("", "北京甲科技有限公司", register)
    assert match.enterprise_id is None
    message = waits(match.finding, "B-IDN-04").message
    assert "0家" in message.zh
    assert A in message.zh


def test_a_former_name_counts_only_where_nobody_bears_it_now() -> None:
    register = Register([Statement(A, "新名字", ("旧名字",)), Statement(B, "旧名字")])
    assert identify("", "旧名字", register).enterprise_id == enterprise_id(B)


def month(number: int, delivery: str = "") -> dict[str, Any]:
    return {"known_from": datetime(2023, number, 5, 9), "delivery_id": delivery or f"E01-{number}"}


MOVED = Register([
    Statement(A, "移名公司", established_on=date(2015, 3, 1), **month(1)),
    Statement(A, "改名公司", ("移名公司",), established_on=date(2015, 3, 1), changed_on=date(2023, 6, 20), **month(7)),
    Statement(B, "移名公司", established_on=date(2023, 8, 1), **month(9)),
])  # fmt: skip


@pytest.mark.parametrize(("on", "found"), [
    (date(2023, 6, 19), A), (date(2015, 3, 1), A), (date(2023, 8, 1), B), (None, B),
    # nobody bears it as snapshots show: it is A's former name, and B is not founded yet
    (date(2023, 7, 1), A),
])  # fmt: skip
def test_a_name_that_moved_to_another_enterprise_is_decided_by_the_date_of_the_row(on: date | None, found: str) -> None:
    assert identify("", "移名公司", MOVED, on).enterprise_id == enterprise_id(found)


def test_a_name_that_two_bear_at_the_date_waits_then_and_only_then() -> None:
    register = Register([
        Statement(A, "移名公司", **month(1)), Statement(A, "改名公司", **month(7)),
        Statement(B, "移名公司", established_on=date(2023, 4, 1), **month(4)),
    ])  # fmt: skip
    found = {day: identify("", "移名公司", register, day).enterprise_id for day in (
        date(2023, 3, 31), date(2023, 4, 1), date(2023, 7, 4), date(2023, 7, 5),
    )}  # fmt: skip
    assert list(found.values()) == [enterprise_id(A), None, None, enterprise_id(B)]


def test_an_approval_day_that_stood_there_before_is_not_that_of_the_new_name() -> None:
    old = date(2016, 1, 1)
    register = Register([
        Statement(A, "移名公司", established_on=date(2015, 3, 1), changed_on=old, **month(1)),
        Statement(A, "改名公司", established_on=date(2015, 3, 1), changed_on=old, **month(7)),
    ])  # fmt: skip
    (before, after) = register.spans("改名公司")[0], register.spans("改名公司")[-1]
    assert before.bearers == after.bearers, "a name told of once is found at any date"
    register = Register([
        *[Statement(A, name, established_on=date(2015, 3, 1), changed_on=old, **month(n))
          for name, n in (("移名公司", 1), ("改名公司", 7))],
        Statement(B, "移名公司", established_on=date(2016, 2, 1), **month(8)),
    ])  # fmt: skip
    assert identify("", "移名公司", register, date(2023, 1, 1)).enterprise_id is None
    assert identify("", "移名公司", register, date(2023, 7, 5)).enterprise_id == enterprise_id(B)


def test_a_branch_is_an_enterprise_of_its_own() -> None:
    register = Register([Statement(A, "甲公司"), Statement(B, "甲公司石景山分公司")])
    assert identify("", "甲公司", register).enterprise_id == enterprise_id(A)
    assert identify("", "甲公司石景山分公司", register).enterprise_id == enterprise_id(B)


def test_another_legal_form_is_another_enterprise() -> None:
    register = Register([Statement(A, "甲有限公司"), Statement(B, "甲有限责任公司")])
    assert identify("", "甲有限公司", register).enterprise_id == enterprise_id(A)
    assert identify("", "甲有限责任公司", register).enterprise_id == enterprise_id(B)


def test_a_code_without_its_complement_is_accepted_with_a_flag() -> None:
    match = identify(BARE, "甲", REGISTER)
    assert (match.enterprise_id, match.method) == (enterprise_id(BARE), "UNCOMPLEMENTED")
    assert noted(match.finding) == ("B-IDN-03", "WARN")
    assert match.score < 1


def test_a_code_without_its_complement_whose_organisation_code_fails_too_was_issued_only_if_the_register_has_it() -> (
    None
):
    first_17 = "91110107MA0000018"
    assert organisation_code(first_17[8:16]) != first_17[8:17]
    bare = first_17 + ALPHABET[-ALPHABET.index(credit_code(first_17)[17]) % 31]
    waits(identify(bare, "甲", REGISTER).finding, "B-IDN-01")
    assert identify(bare, "甲", Register([Statement(bare, "甲")])).enterprise_id == enterprise_id(bare)


def test_a_listed_exception_is_accepted_with_its_evidence() -> None:
    (code,) = EARLY
    match = identify(code, "甲", REGISTER, exceptions=EARLY)
    assert (match.enterprise_id, match.method, match.evidence) == (enterprise_id(code), "EXCEPTION", EARLY[code])
    assert noted(match.finding) == ("B-IDN-03", "ACCEPT")
    waits(identify(code, "甲", REGISTER).finding, "B-IDN-01")


def test_a_match_tells_by_which_delivery_and_from_when_the_register_knew_it() -> None:
    match = identify("", "改名公司", MOVED)
    assert (match.evidence, match.known_from) == ("E01-7", datetime(2023, 7, 5, 9))
    assert identify("91110107MAOOOOO15C", "改名公司", MOVED).score == Decimal(13) / 18


def test_several_versions_of_one_enterprise_are_one() -> None:
    register = Register([Statement(A, "甲公司"), Statement(A, "甲公司", ("乙公司",))])
    assert identify("", "甲公司", register).enterprise_id == enterprise_id(A)
    assert identify("", "乙公司", register).enterprise_id == enterprise_id(A)


def test_without_a_register_valid_codes_are_known_and_everything_else_waits() -> None:
    empty = Register([])
    assert identify(A, "甲", empty).enterprise_id == enterprise_id(A)
    for code, name in (("", "甲"), (A[8:17], "甲"), ("91110107MAOOOOO15C", "甲")):
        assert identify(code, name, empty).enterprise_id is None


NAMES = ("甲公司", "乙公司", "丙公司", "甲 公司")
DAYS = [None, date(2015, 1, 1), date(2023, 1, 1), date(2023, 6, 1), date(2024, 1, 1)]
KEYS = [
    (code, name)
    for code in ("", A, "110108000000016", organisation_code("MA000001"), A[8:17], A.replace("0", "O"), BARE)
    for name in ("", *NAMES)
]
STATEMENTS = st.builds(
    Statement, st.sampled_from([A, B, C, D]), st.sampled_from(NAMES),
    st.lists(st.sampled_from(NAMES), max_size=2).map(tuple), st.sampled_from([None, "110108000000016"]), st.none(),
    st.sampled_from(DAYS), st.sampled_from(DAYS),
    st.sampled_from([None, datetime(2023, 1, 5), datetime(2023, 7, 5)]),
)  # fmt: skip
REGISTERS = st.lists(STATEMENTS, max_size=6)


@given(REGISTERS, st.randoms(use_true_random=False))
def test_the_order_of_the_register_decides_nothing(rows: list[Statement], chance: Any) -> None:
    shuffled = [*rows, *rows]
    chance.shuffle(shuffled)
    one, other = Register(rows), Register(shuffled)
    for code, name in KEYS:
        for on in DAYS:
            assert identify(code, name, one, on) == identify(code, name, other, on)


@given(REGISTERS, st.sampled_from(NAMES))
def test_the_times_of_a_name_follow_each_other_from_the_first_day_to_the_last(rows: list[Statement], name: str) -> None:
    spans = Register(rows).spans(name)
    assert [spans[0].start, *(span.end for span in spans)] == [*(span.start for span in spans), ALWAYS[1]]
    assert all(span.start < span.end for span in spans)


@given(REGISTERS, st.sampled_from(NAMES), st.sampled_from(DAYS))
def test_nothing_is_matched_on_a_name_that_two_bear(rows: list[Statement], name: str, on: date | None) -> None:
    register = Register(rows)
    ever = {row.code for row in rows if name.replace(" ", "") in [n.replace(" ", "") for n in (row.name, *row.former)]}
    found = identify("", name, register, on).enterprise_id
    assert found is None or found.removeprefix("ENT-") in ever
    if len(ever) == 1:
        assert found is not None


@given(REGISTERS, st.text(max_size=20), st.text(max_size=12))
def test_any_key_is_identified_or_waits(rows: list[Statement], code: str, name: str) -> None:
    match = identify(code, name, Register(rows))
    is_waiting = match.finding is not None and match.finding.action == "QUARANTINE"
    assert (match.enterprise_id is None) == is_waiting
