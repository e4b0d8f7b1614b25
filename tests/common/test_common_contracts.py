"""The contracts agree with themselves: no header or word of a feed means two things (SPEC 3.3)."""

import re
from collections import Counter
from pathlib import Path

import pytest
from pydantic import ValidationError

from common.contracts import Column, Feed, Layout, feeds, layouts, read_layout
from common.messages import LouyuError
from common.text import name_key

FEEDS = list(feeds().values())
COLUMNS = [pytest.param(feed, column, id=f"{feed.id}.{column.name}") for feed in FEEDS for column in feed.columns]
PERSONAL = (
    "姓名",
    "联系人",
    "联系电话",
    "手机",
    "身份证",
    "法定代表人",
    "来电人",
    "诉求人",
    "负责人",
    "参会人员",
    "诉求内容",
    "主要内容",
)
NO_PERSON = ("渠道", "分类", "类别", "类型")
ENUMS = [
    pytest.param(feed, column, id=f"{feed.id}.{column.name}")
    for feed in FEEDS
    for column in feed.columns
    if column.type == "enum"
]


def test_the_feeds_of_the_headline_figures_have_contracts() -> None:
    wanted = [
        "B01",
        "E01",
        "O01",
        "T01",
        "R01",
        "R02",
        "A01",
        "H01",
        "H02",
        "P01",
        "N01",
        "N02",
        "N03",
        "M01",
        "G01",
        "G02",
        "G03",
    ]
    assert set(wanted) <= set(feeds())


@pytest.mark.parametrize("feed", FEEDS, ids=lambda feed: feed.id)
def test_no_header_names_two_columns(feed: Feed) -> None:
    spelled = Counter(
        spelling
        for column in feed.columns
        for spelling in {name_key(name) for name in (*column.all_headers, *column.ambiguous)}
    )
    assert [name for name, times in spelled.items() if times > 1] == []


@pytest.mark.parametrize(("feed", "column"), ENUMS)
def test_no_word_names_two_values_of_an_enumeration(feed: Feed, column: Column) -> None:
    spelled = Counter(
        spelling
        for code, value in column.values.items()
        for spelling in {name_key(word) for word in (code, value.zh, value.en, *value.also)}
    )
    assert [word for word, times in spelled.items() if times > 1] == []


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_a_column_is_named_in_both_languages_and_its_default_is_one_of_its_values(feed: Feed, column: Column) -> None:
    assert column.zh
    assert column.en
    if column.type == "enum":
        assert column.values
        assert column.default is None or column.default in column.values
    if column.type == "boolean":
        assert set(column.values) <= {"true", "false"}
        assert column.default in (None, "true", "false")


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_a_column_has_a_class_and_what_is_hidden_is_of_the_highest(feed: Feed, column: Column) -> None:
    assert feed.class_of(column) in ("S1", "S2", "S3", "S4")
    assert (column.type in ("person", "free_text")) == (feed.class_of(column) == "S4")


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_persons_their_numbers_and_free_text_are_of_class_s4(feed: Feed, column: Column) -> None:
    personal = any(word in header for header in column.all_headers for word in PERSONAL)
    if personal and not any(word in column.zh for word in NO_PERSON):
        assert feed.class_of(column) == "S4"


@pytest.mark.parametrize(("feed", "column"), COLUMNS)
def test_money_of_single_enterprises_and_rent_are_sensitive(feed: Feed, column: Column) -> None:
    if column.type == "rent" or (feed.id == "T01" and column.type == "money"):
        assert feed.class_of(column) == "S3"


@pytest.mark.parametrize("layout", layouts().values(), ids=lambda layout: layout.id)
def test_a_layout_gives_every_required_column_a_source_or_says_that_it_is_absent(layout: object) -> None:
    feed = feeds()[layout.feed]
    for column in feed.columns:
        if column.required:
            given = layout.columns[column.name]
            assert given.is_given, column.name


def test_a_contract_that_names_a_column_it_does_not_have_is_refused() -> None:
    said = feeds()["T01"].model_dump(by_alias=True)
    with pytest.raises(ValidationError, match="no_such"):
        Feed.model_validate(said | {"key": ("no_such",)})
    with pytest.raises(ValidationError, match="surprise"):
        Feed.model_validate(said | {"surprise": 1})


SOUND = {
    "id": "somewhere", "feed": "A01", "name": {"zh": "某地", "en": "Somewhere"}, "fields": ["a", "b"],
    "columns": {"station": {"headers": ["a"]}},
}  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"feed": "X99"}, "X99"),
        ({"columns": {"no_such": {"headers": ["a"]}}}, "no_such"),
        ({"columns": {"station": {"headers": ["c"]}}}, "c"),
        ({"patterns": {"a": "(unclosed"}}, "unclosed"),
        ({"patterns": {"a": "(?=ahead)"}}, "look around"),
        ({"mostly": {"z": ".*"}}, "z"),
        ({"time_zone": "Mars/Olympus"}, "Mars"),
        ({"encoding": "no-such-code"}, "no-such-code"),
        ({"identifiers": "Two Words"}, "lower case"),
        ({"columns": {"held_on": {"file_name": r"(?P<year>\d{4})"}}}, "month"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_layout_that_cannot_be_meant_is_refused_and_says_why(wrong: dict[str, object], says: str) -> None:
    Layout.model_validate(SOUND)
    with pytest.raises(ValidationError, match=re.escape(says)):
        Layout.model_validate({**SOUND, **wrong})


def test_a_layout_file_that_is_no_layout_is_named(tmp_path: Path) -> None:
    path = tmp_path / "somewhere.yml"
    for text in ("columns: [", "id: x", "- a list"):
        path.write_text(text, encoding="utf-8")
        with pytest.raises(LouyuError, match=r"somewhere\.yml"):
            read_layout(path)
