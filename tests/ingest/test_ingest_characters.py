"""Characters that are converted, kept or only told of, and cells that look like formulas (B-ENC-03, 04, B-SEC-01)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import CODES, TAX, TAX_ROWS, as_column, csv_bytes, found, take, values, xlsx_bytes

from common.text import clean
from ingest.values.characters import is_formula_like, remarks

NOTED = [
    ("ＡＢＣ公司", "B-ENC-04", "AUTO"), ("甲　公司", "B-ENC-04", "AUTO"), ("甲\u200b公司", "B-ENC-04", "AUTO"),
    ("甲\u00a0公司", "B-ENC-04", "AUTO"), ("\ufeff甲公司", "B-ENC-04", "AUTO"), ("⽯景山公司", "B-ENC-04", "AUTO"),
    ("\uf9dc公司", "B-ENC-04", "AUTO"), ("㐀公司", "B-ENC-03", "ACCEPT"), ("\U0002cc56公司", "B-ENC-03", "ACCEPT"),
    ("\ue123公司", "B-ENC-03", "WARN"), ("=HYPERLINK(\"x\")", "B-SEC-01", "AUTO"), ("@SUM(A1)", "B-SEC-01", "AUTO"),
    ("+cmd|' /C calc'!A0", "B-SEC-01", "AUTO"), ("-2+3+cmd", "B-SEC-01", "AUTO"), ("  =1+1", "B-SEC-01", "AUTO"),
    ("＝1+1", "B-SEC-01", "AUTO"),
]  # fmt: skip
QUIET = [
    "甲（集团）公司",
    "甲·乙公司",
    "ABC公司",
    "甲 公司",
    "一，二、三",
    "5G科技",
    "喆公司",
    "—",
    "——",
    "-",
    "“小巨人”",
    "甲-乙",
]


@pytest.mark.parametrize(("text", "rule", "action"), NOTED)
def test_a_text_with_odd_characters_is_kept_with_one_note(text: str, rule: str, action: str) -> None:
    converted = as_column("T01", "taxpayer_name", "好公司", text, text)
    assert converted.values.to_list() == ["好公司", clean(text), clean(text)]
    [note] = converted.problems
    assert (note.rule, note.action, note.position, note.number) == (rule, action, 1, 2)


@pytest.mark.parametrize("text", QUIET)
def test_ordinary_chinese_writing_needs_no_note(text: str) -> None:
    assert as_column("T01", "taxpayer_name", text).problems == ()


@pytest.mark.parametrize("text", ["-5", "+5", "-1,234.50", "(5)", "-50余"])
def test_a_signed_number_is_no_formula(text: str) -> None:
    assert not is_formula_like(text)


def test_notes_of_characters_tell_what_was_and_what_is() -> None:
    rows = [(CODES[0], "ＡＢ\u200b公司", *TAX_ROWS[0][2:]), (CODES[1], "Ｃ公司", *TAX_ROWS[1][2:])]
    [note] = found(take("T01", csv_bytes(TAX, *rows)), "B-ENC-04")
    assert note["message_zh"] == "已将全角、繁体或不可见字符规范化(ＡＢ<U+200B>公司→AB公司,同类2处)。"
    assert (
        note["message_en"]
        == "Full-width, traditional or invisible characters normalised (ＡＢ<U+200B>公司→AB公司, 2 such)."
    )
    assert (note["row_no"], note["cell"]) == (2, "B2")


def test_a_rare_character_is_named_and_a_private_one_warned_of() -> None:
    rows = [(CODES[0], "㐀公司", *TAX_ROWS[0][2:]), (CODES[1], "\ue123公司", *TAX_ROWS[1][2:])]
    kept, private = found(take("T01", csv_bytes(TAX, *rows)), "B-ENC-03")
    assert (kept["action"], private["action"]) == ("ACCEPT", "WARN")
    assert '"㐀"' in kept["message_zh"]
    assert '"㐀"' in kept["message_en"]
    assert "private-use" in private["message_en"]


def test_a_formula_like_cell_stays_text() -> None:
    outcome = take("T01", xlsx_bytes(TAX, (CODES[0], "'=1+1", *TAX_ROWS[0][2:]), (CODES[1], "@x", *TAX_ROWS[1][2:])))
    assert values(outcome, "taxpayer_name") == ["=1+1", "@x"]
    [note] = found(outcome, "B-SEC-01")
    assert (note["value"], note["row_no"], note["action"]) == ("=1+1", 2, "AUTO")
    assert "2 such" in note["message_en"]


def test_wide_digits_are_told_in_codes_numbers_and_dates_too() -> None:
    for feed, column, text in (
        ("T01", "uscc", "".join(chr(ord(c) + 0xFEE0) for c in CODES[0])), ("T01", "amount_total", "１２．５"),
        ("A01", "held_on", "２０２３-０９-０１"), ("B01", "floors", "１２"),
    ):  # fmt: skip
        converted = as_column(feed, column, text)
        assert converted.values[0] is not None
        assert [note.rule for note in converted.problems] == ["B-ENC-04"]


def test_a_note_about_a_person_shows_nothing_of_the_person() -> None:
    header, row = ("楼宇名称", "企业名称", "联系人"), ("银河大厦", "甲公司", "张　㐀")
    outcome = take("O01", csv_bytes(header, row))
    assert set(outcome.findings.filter(column="联系人")["rule_id"]) == {"B-ENC-04", "B-ENC-03"}
    assert "张" not in str(outcome.findings.rows())
    assert "㐀" not in str(outcome.findings.rows())


@given(st.text(max_size=12))
def test_a_text_that_the_normal_form_leaves_alone_is_never_said_to_be_converted(text: str) -> None:
    if clean(text) == text:
        assert "B-ENC-04" not in {remark.rule for remark in remarks(text, is_prose=True)}
