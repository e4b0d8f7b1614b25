"""What a text in a column of credit codes is called (SPEC 3.2; B-IDN-01, 02, 03)."""

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.codes import ALPHABET, credit_code, has_check_symbol, is_credit_code, is_uncomplemented
from common.contracts import PROJECT
from identity.enterprises import confirm
from identity.labels import Label, judge
from identity.register import Register, Statement

A, B = "91110107MA0000015C", "91110107MA00000237"
TYPED = "91110107MAOOOOO15C"
EARLY = "91350100M0001TGQXM"
DOCTEST = PROJECT.parent / "shared" / "data" / "reference" / "stdnum_test_cn_uscc.doctest"


@pytest.mark.parametrize(("text", "label", "code"), [
    ("914403001922038216", "valid", "914403001922038216"), ("91440300708461136T", "valid", "91440300708461136T"),
    ("91330100799655058B", "valid", "91330100799655058B"), ("91110000802100433B", "valid", "91110000802100433B"),
    ("91110000600037341L", "valid", "91110000600037341L"), ("91310115591693856A", "valid", "91310115591693856A"),
    ("91350100M000100Y43", "valid", "91350100M000100Y43"), (A, "valid", A), (B, "valid", B),
    ("91110107MA00000B7W", "valid", "91110107MA00000B7W"), ("91110107100000016P", "valid", "91110107100000016P"),
    ("91 110000 600037341L", "valid", "91110000600037341L"), ("91110000x00016731Q", "valid", "91110000X00016731Q"),
    ("".join(chr(ord(symbol) + 0xFEE0) for symbol in A), "valid", A), (f"\t{A}\n", "valid", A),
    (f"{A[:8]}-{A[8:]}", "valid", A),
    ("91350211M000100Y43", "check_failed", "91350211M000100Y43"), (EARLY, "check_failed", EARLY),
    ("91110000600037341N", "check_failed", "91110000600037341N"), ("A1110000600037341L", "check_failed", None),
    ("9111000060003IOZSV", "bad_alphabet", None), ("91110107MA000001五C", "bad_alphabet", None),
    ("V1110107MA0000015C", "bad_alphabet", None), (credit_code("91A10107MA0000015"), "bad_alphabet", None),
    ("12345", "wrong_length", None), (A[:17], "wrong_length", None), (f"{A}0", "wrong_length", None),
    (f"{A}01", "wrong_length", None), ("9.11101E+17", "wrong_length", None), ("北京甲公司", "wrong_length", None),
    ("", "missing", ""), (" \u3000", "missing", ""), ("——", "missing", ""), ("-", "missing", ""),
    ("110108000000016", "legacy", "110108000000016"), ("110108 000000016", "legacy", "110108000000016"),
    ("MA0000015", "legacy", "MA0000015"), ("ma000001-5", "legacy", "MA0000015"), ("19220382-1", "legacy", "192203821"),
    ("110107192203821", "legacy", "110107192203821"), ("110107MA0000015", "legacy", "110107MA0000015"),
    ("110108000000017", "check_failed", None),
    ("MA0000016", "check_failed", None), ("MA00000一5", "bad_alphabet", None),
    (TYPED, "repaired", A), (TYPED.lower(), "repaired", A), ("9lllOlO7MAOOOOOI5C", "repaired", A),
    ("91110107MAOOOOO15D", "bad_alphabet", None),
])  # fmt: skip
def test_a_text_is_labelled_by_its_length_its_symbols_and_its_check(text: str, label: str, code: str | None) -> None:
    judged = judge(text)
    assert judged.label == label
    if code is not None:
        assert judged.code == code


@pytest.mark.skipif(not DOCTEST.exists(), reason="the reference data are not here")
def test_codes_found_in_public_are_valid() -> None:
    codes = re.findall(r"^\.\.\. (\w{18})$", DOCTEST.read_text(encoding="utf-8"), re.MULTILINE)
    assert len(codes) == 200
    assert [code for code in codes if judge(code).label != "valid" or judge(code).why] == []


def test_a_code_without_its_complement_is_accepted_and_the_reason_names_it() -> None:
    judged = judge(f"{A[:17]}K")
    assert (judged.label, judged.is_flagged) == ("valid", True)
    assert judged.why is not None
    assert "31−r" in judged.why.zh
    assert "31 − r" in judged.why.en
    assert "organisation code" not in judged.why.en


def test_the_reason_warns_where_the_organisation_code_of_such_a_code_fails_too() -> None:
    right = credit_code("91110107MA0000018")
    judged = judge(right[:17] + ALPHABET[-ALPHABET.index(right[17]) % 31])
    assert (judged.label, judged.is_flagged) == ("valid", True)
    assert judged.why is not None
    assert "organisation code" in judged.why.en


def test_a_listed_exception_is_valid_with_its_evidence() -> None:
    judged = judge(EARLY.lower(), {EARLY: "早期试点 / early pilot"})
    assert (judged.label, judged.code, judged.is_flagged) == ("valid", EARLY, True)
    assert judged.why is not None
    assert "早期试点" in judged.why.zh
    assert "early pilot" in judged.why.en


def test_the_caller_says_which_words_mean_nothing() -> None:
    assert judge("暂无").label == "wrong_length"
    assert judge(" 暂无 ", missing={"", "暂无"}).label == "missing"


@pytest.mark.parametrize("number", [
    "11010519491231002X", "110105194912310021", "110105 19491231 002X", "110105491231003", "11010519491231002X01",
    "11O1O519491231OO2X", "110105194912310O21",
])  # fmt: skip
def test_no_reason_tells_the_number_of_a_natural_person(number: str) -> None:
    judged = judge(number)
    assert judged.label in ("check_failed", "wrong_length", "bad_alphabet")
    assert judged.why is not None
    for said in (judged.why.zh, judged.why.en):
        assert not re.search(r"\d{6}", said)
    assert judged.proposals == ()


REGISTER = Register([Statement(A, "甲（北京）有限公司", ("老甲公司",), "110108000000016"), Statement(B, "乙公司")])


@pytest.mark.parametrize(("name", "label"), [
    ("甲(北京)有限公司", "repaired"), ("甲 （北京） 有限公司", "repaired"), ("老甲公司", "repaired"),
    ("甲（北京）有限责任公司", "bad_alphabet"), ("乙公司", "bad_alphabet"), ("", "bad_alphabet"),
])  # fmt: skip
def test_a_register_confirms_a_repair_under_the_same_normalised_name_only(name: str, label: str) -> None:
    confirmed = confirm(judge(TYPED), name, REGISTER)
    assert confirmed.label == label
    assert confirmed.proposals == (A,)
    assert confirmed.why is not None
    if label != "repaired":
        assert A in confirmed.why.zh
        assert A in confirmed.why.en


@pytest.mark.parametrize(("text", "code"), [
    ("110108000000016", A), ("MA0000015", A), (f"110107{B[8:17]}", B), ("192203821", "192203821"),
])  # fmt: skip
def test_a_register_gives_an_old_number_its_credit_code(text: str, code: str) -> None:
    confirmed = confirm(judge(text), "", REGISTER)
    assert (confirmed.label, confirmed.code) == ("legacy", code)


TEXTS = st.one_of(
    st.text(max_size=24), st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ -", max_size=20),
    st.text("01OIL", min_size=18, max_size=18), st.from_regex(r"[0-9OIlSZ]{15,18}", fullmatch=True),
)  # fmt: skip


@given(TEXTS)
def test_every_text_has_one_label_and_what_is_repaired_is_the_only_valid_reading(text: str) -> None:
    judged = judge(text, {EARLY: "x / y"})
    assert judged.label in get_args(Label)
    assert (judged.label == "repaired") == (len(judged.proposals) == 1)
    if judged.label == "repaired":
        assert is_credit_code(judged.code)
        assert judged.proposals == (judged.code,)
        assert judged.unrepaired in ("bad_alphabet", "check_failed")
    if judged.label not in ("valid",):
        assert judged.why is not None


@given(st.integers(0, 999_999), st.text(ALPHABET, min_size=9, max_size=9), st.integers(0, 17), st.data())
def test_one_wrong_symbol_is_found_or_flagged(district: int, body: str, place: int, data: st.DataObject) -> None:
    code = credit_code(f"91{district:06}{body}")
    assert judge(code).label == "valid"
    symbol = data.draw(st.sampled_from([one for one in ALPHABET if one != code[place]]))
    judged = judge(changed := code[:place] + symbol + code[place + 1 :])
    assert (judged.label == "valid") == is_uncomplemented(changed)
    assert judged.label != "valid" or judged.is_flagged
    assert judged.label != "bad_alphabet" or has_check_symbol(changed) or judged.proposals


def test_the_labels_are_those_of_the_surface() -> None:
    assert set(get_args(Label)) == {
        "valid", "repaired", "legacy", "check_failed", "bad_alphabet", "wrong_length", "missing",
    }  # fmt: skip


def test_a_valid_code_is_never_told_to_be_anything_else_by_a_register() -> None:
    for text in (A, B, EARLY, "12345", ""):
        assert confirm(judge(text), "谁", REGISTER) == judge(text)
