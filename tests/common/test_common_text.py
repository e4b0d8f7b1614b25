"""One normal form for text (B-ENC-04), and one for times."""

from datetime import UTC, datetime, timedelta, timezone

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import BEIJING, in_beijing, parse_moment, stamp
from common.text import clean, cleaned, name_key, name_keys, person_key, person_keys

TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@pytest.mark.parametrize(("raw", "cleaned"), [
    ("ＡＢＣ１２３", "ABC123"), ("　银河　大厦 ", "银河 大厦"), ("a\u200bb\ufeff", "ab"),
    ("北京\n石景山\t区", "北京 石景山 区"),
    ("\u00a0", ""), ("（万元）", "(万元)"), ("㎡", "m2"), ("", ""),
])  # fmt: skip
def test_width_blanks_and_invisible_characters_do_not_tell_texts_apart(raw: str, cleaned: str) -> None:
    assert clean(raw) == cleaned


@given(TEXTS)
def test_a_cleaned_text_is_clean(text: str) -> None:
    assert clean(clean(text)) == clean(text)


@given(TEXTS)
def test_the_key_of_a_cleaned_name_is_the_key_of_the_name(name: str) -> None:
    assert name_key(clean(name)) == name_key(name)


@given(st.lists(st.one_of(TEXTS, st.text("ＡａB1２ 　\t·-—[【〈（）。，…”'银河大厦", max_size=20)), max_size=20))
def test_a_column_is_cleaned_as_its_texts_are(texts: list[str]) -> None:
    plain = cleaned(pl.Series(texts, dtype=pl.String))
    for text, one, key in zip(texts, plain, name_keys(plain), strict=True):
        assert (one, key) in ((None, None), (clean(text), name_key(text)))


@given(st.lists(st.one_of(TEXTS, st.lists(st.sampled_from(
    ("张三", "a", "先生", "女士", "86", "00", "+", "(", ")", "-", " ", "13812345678", "１", "110105194912310021")
), max_size=5).map("".join)), max_size=20))  # fmt: skip
def test_a_column_of_persons_is_keyed_as_each_person_is(texts: list[str]) -> None:
    for text, key in zip(texts, person_keys(name_keys(cleaned(pl.Series(texts, dtype=pl.String)))), strict=True):
        assert key in (None, person_key(text))


@pytest.mark.parametrize(("one", "other"), [
    ("北京银河科技(集团)有限公司", "北京银河科技（集团）有限公司"), ("A·B大厦", "ab大厦"), ("银河 大厦", "银河大厦"),
    ("【银河】大厦", "(银河)大厦"), ("SOHO—A座", "soho-a座"),
])  # fmt: skip
def test_two_spellings_of_one_name_are_one_name(one: str, other: str) -> None:
    assert name_key(one) == name_key(other)


@pytest.mark.parametrize(
    ("one", "other"), [("银河大厦A座", "银河大厦B座"), ("一号楼", "1号楼"), ("甲公司", "甲公司分公司")]
)
def test_different_names_stay_different(one: str, other: str) -> None:
    assert name_key(one) != name_key(other)


MOMENTS = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.sampled_from(
    [UTC, BEIJING, timezone(timedelta(hours=-9, minutes=-30))]))  # fmt: skip


@given(MOMENTS)
def test_a_moment_is_written_in_beijing_time_and_reads_back(moment: datetime) -> None:
    assert stamp(moment).endswith("+08:00")
    assert parse_moment(stamp(moment)) == moment


@given(st.datetimes())
def test_a_time_without_offset_is_beijing_time(moment: datetime) -> None:
    assert in_beijing(moment).replace(tzinfo=None) == moment
    assert in_beijing(moment).utcoffset() == timedelta(hours=8)


def test_a_date_alone_means_the_whole_day() -> None:
    assert parse_moment("2023-09-30") == datetime(2023, 9, 30, 23, 59, 59, tzinfo=BEIJING)
    assert parse_moment("2023-09-30T01:00:00Z") == datetime(2023, 9, 30, 9, tzinfo=BEIJING)


@pytest.mark.parametrize("text", ["", "yesterday", "2023-13-01", "2023-09-30T25:00"])
def test_what_is_no_moment_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        parse_moment(text)
