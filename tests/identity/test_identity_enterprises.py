"""Which enterprise a raw key means (SPEC 2.1 rule 6, 3.2; B-IDN-01, 02, 04, 07)."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import organisation_code
from identity.enterprises import Register, enterprise_id, identify

A, B, C, D = "91110107MA0000015C", "91110107MA00000237", "91110107MA00000B7W", "91110107100000016P"
ROWS: list[Any] = [
    (A, "110108000000016", None, "北京甲科技有限公司", ["甲软件公司", "老名字公司"]),
    (B, None, None, "北京乙科技有限公司", None),
    (C, None, None, "同名公司", ["老名字公司"]),
    (D, None, None, "同名公司", None),
]
REGISTER = Register(ROWS)


@pytest.mark.parametrize(("code", "name", "found", "method"), [
    (A, "随便什么名字", A, "USCC"), (A, "", A, "USCC"), (f"{A}01", "", A, "USCC"),
    ("914403001922038216", "外地公司", "914403001922038216", "USCC"),
    ("110108000000016", "", A, "OLD_NUMBER"), (A[8:17], "", A, "OLD_NUMBER"), (f"110107{B[8:17]}", "", B, "OLD_NUMBER"),
    ("", "北京甲科技有限公司", A, "NAME"), ("", "北京甲科技 有限公司", A, "NAME"), ("", "甲软件公司", A, "NAME"),
    ("P1:0123456789abcdef0123456789abcdef", "张三", "P1:0123456789abcdef0123456789abcdef", "PERSON"),
])  # fmt: skip
def test_a_key_finds_its_enterprise_by_code_old_number_or_unique_name(
    code: str, name: str, found: str, method: str
) -> None:
    match = identify(code, name, REGISTER)
    assert (match.enterprise_id, match.method, match.finding) == (enterprise_id(found), method, None)


@pytest.mark.parametrize(("code", "name", "rule"), [
    ("", "同名公司", "B-IDN-04"), ("", "老名字公司", "B-IDN-04"), ("", "查无此公司", "B-IDN-04"), ("", "", "B-IDN-04"),
    ("110107999999999", "北京甲科技有限公司", "B-IDN-02"), ("99999999X", "", "B-IDN-02"),
    ("91110107MA0000015X", "北京甲科技有限公司", "B-IDN-01"), ("1234", "北京甲科技有限公司", "B-IDN-01"),
    (A.lower(), "", "B-IDN-01"),
])  # fmt: skip
def test_what_the_register_does_not_answer_once_waits_and_says_why(code: str, name: str, rule: str) -> None:
    match = identify(code, name, REGISTER)
    assert match.enterprise_id is None
    assert match.finding is not None
    assert (match.finding.rule_id, match.finding.action) == (rule, "QUARANTINE")


def test_the_message_tells_how_many_enterprises_bear_a_name() -> None:
    finding = identify("", "同名公司", REGISTER).finding
    assert finding is not None
    assert "2家" in finding.message.zh


def test_a_former_name_counts_only_where_nobody_bears_it_now() -> None:
    register = Register([(A, None, None, "新名字", ["旧名字"]), (B, None, None, "旧名字", None)])
    assert identify("", "旧名字", register).enterprise_id == enterprise_id(B)


def test_a_branch_is_an_enterprise_of_its_own() -> None:
    register = Register([(A, None, None, "甲公司", None), (B, None, None, "甲公司石景山分公司", None)])
    assert identify("", "甲公司", register).enterprise_id == enterprise_id(A)
    assert identify("", "甲公司石景山分公司", register).enterprise_id == enterprise_id(B)


def test_several_versions_of_one_enterprise_are_one() -> None:
    register = Register([(A, None, None, "甲公司", None), (A, None, None, "甲公司", ["乙公司"])])
    assert identify("", "甲公司", register).enterprise_id == enterprise_id(A)
    assert identify("", "乙公司", register).enterprise_id == enterprise_id(A)


def test_without_a_register_valid_codes_are_known_and_everything_else_waits() -> None:
    empty = Register([])
    assert identify(A, "甲", empty).enterprise_id == enterprise_id(A)
    assert identify("", "甲", empty).enterprise_id is None
    assert identify(A[8:17], "甲", empty).enterprise_id is None


NAMES = ("甲公司", "乙公司", "丙公司", "甲 公司")
KEYS = [
    (code, name) for code in ("", A, "110108000000016", organisation_code("MA000001"), A[8:17]) for name in ("", *NAMES)
]
REGISTERS = st.lists(
    st.tuples(st.sampled_from([A, B, C, D]), st.sampled_from([None, "110108000000016"]), st.none(),
    st.sampled_from(NAMES),
              st.none() | st.lists(st.sampled_from(NAMES), max_size=2)), max_size=6)  # fmt: skip


@given(REGISTERS, st.randoms(use_true_random=False))
def test_the_order_of_the_register_decides_nothing(rows: list[Any], chance: Any) -> None:
    shuffled = [*rows, *rows]
    chance.shuffle(shuffled)
    one, other = Register(rows), Register(shuffled)
    for code, name in KEYS:
        assert identify(code, name, one) == identify(code, name, other)


@given(REGISTERS, st.text(max_size=20), st.text(max_size=12))
def test_any_key_is_identified_or_waits(rows: list[Any], code: str, name: str) -> None:
    match = identify(code, name, Register(rows))
    assert (match.enterprise_id is None) == (match.finding is not None)
