"""Sentences made from drawn figures are read back whole in both languages, and a change to one is found (SPEC 0.6)."""

import re
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from publish_figures import release
from replay_knowing import BASE, CUM, DAY, Q3, Q3_BEFORE, WINDOW, knowing, stated

from common.messages import Language
from common.statements import holds, read_statement
from publish.sentences import paragraphs
from replay.knowledge import Knowledge
from replay.reading import Replay, replay

COUNTS = (
    ("building_cnt", DAY), ("party_org_cnt", DAY), ("committee_cnt", DAY), ("station_cnt", DAY),
    ("staff_fulltime_cnt", DAY), ("two_new_party_org_guided_cnt", CUM), ("need_cnt", CUM), ("resource_cnt", CUM),
    ("project_cnt", CUM), ("whistle_deliberation_meeting_cnt", CUM), ("pre_complaint_resolved_cnt", CUM),
    ("activity_cnt", CUM), ("activity_attendance", CUM), ("new_listed_cnt", "2023-YTD09"),
    ("rated_enterprise_distinct_cnt", DAY), ("nhte_applied_cnt", "2023"),
)  # fmt: skip
TAX = ("building_tax_total", "building_tax_district")
LANGUAGES: tuple[Language, Language] = ("zh", "en")


def change(kpi: str, period: str, base_period: str, now: int, before: int) -> dict[str, Any]:
    value = Decimal(now) / Decimal(before) - 1
    return stated(kpi, period, f"{value:.8f}", (str(now), str(before)), base_period=base_period)


@st.composite
def figures(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A release whose figures the bulletin names, of any size that such a district can have."""
    drawn = [
        stated(kpi, period, str(draw(st.integers(2, 90_000))), obs_status="P" if period == "2023" else "A")
        for kpi, period in COUNTS
    ]
    whole = draw(st.integers(2, 900))
    covered = draw(st.integers(1, whole))
    drawn.append(
        stated("troika_coverage_rate", DAY, f"{Decimal(covered) / whole:.8f}", (str(covered), str(whole)))
    )  # fmt: skip
    for code in ("SG_NATIONAL", "SRDI_BJ"):
        count = str(draw(st.integers(2, 900)))
        drawn.append(stated("rating_valid_cnt", DAY, count, breakdown_type="rating", breakdown_code=code))
    before, after = draw(st.integers(120, 9000)), draw(st.integers(90, 9000))
    drawn += [
        stated("building_ticket_monthly_avg", BASE, f"{Decimal(before) / 12:.8f}", (str(before), "12")),
        stated("building_ticket_monthly_avg", WINDOW, f"{Decimal(after) / 9:.8f}", (str(after), "9")),
    ]
    mean = Fraction(after, 9) / Fraction(before, 12)
    drawn.append(change("building_ticket_change_rate", WINDOW, BASE, mean.numerator, mean.denominator))
    for kpi in TAX:
        now, then = draw(st.integers(10**8, 10**11)), draw(st.integers(10**8, 10**11))
        drawn += [stated(kpi, Q3, str(now)), change(f"{kpi}_yoy", Q3, Q3_BEFORE, now, then)]
    return drawn


def written(drawn: list[dict[str, Any]], language: Language) -> str:
    return "\n".join(text for _, text in paragraphs(release(*drawn), language))


def told(found: Replay) -> list[tuple[str, list[str]]]:
    return [
        (one["text"], [finding["message_en"] for finding in one["findings"]])
        for one in (*found.figures, *found.claims)
        if one["findings"]
    ]


@settings(max_examples=12)
@given(figures())
def test_what_the_bulletin_says_is_read_back_and_holds(drawn: list[dict[str, Any]]) -> None:
    known = knowing(*drawn)
    for language in LANGUAGES:
        text = written(drawn, language)
        found = replay(text, known)
        assert told(found) == [], text
        read = {(one["kpi_id"], one["period"]) for one in found.figures}
        full = any(row["kpi_id"] == "troika_coverage_rate" and row["numerator"] == row["denominator"] for row in drawn)
        wanted = {
            (row["kpi_id"], row["period"]) for row in drawn if row[f"printed_{language}"] not in ("持平", "unchanged")
        }
        assert wanted - read <= ({("troika_coverage_rate", DAY)} if full else set()), (wanted - read, text)
        for figure in found.figures:
            own = [row for row in drawn if (row["kpi_id"], row["period"]) == (figure["kpi_id"], figure["period"])]
            assert any(_is_read(figure["value"], row[f"printed_{language}"], language) for row in own), figure


def _is_read(value: str, printed: str, language: Language) -> bool:
    statement = read_statement(printed, language)
    return statement is not None and statement.number * statement.sign == Fraction(value)


def mutated(text: str, printed: str, fresh: str) -> str:
    """The text with one printed number in another form; a sentence may begin with a capital letter."""
    for said in (printed, printed[:1].upper() + printed[1:]):
        if text.count(said) == 1:
            return text.replace(said, fresh)
    assume(False)
    raise AssertionError


def is_false(fresh: str, row: dict[str, Any], language: Language) -> bool:
    statement = read_statement(fresh, language)
    return statement is not None and not holds(statement, Fraction(row["value"]))


def found_at(text: str, fresh: str, known: Knowledge) -> bool:
    """Whether there is a finding on the figure that was changed."""
    place = text.index(fresh)
    return any(
        one["findings"]
        for one in replay(text, known).figures
        if one["start"] < place + len(fresh) and place < one["end"]
    )


@settings(max_examples=12)
@given(figures(), st.sampled_from(LANGUAGES), st.data())
def test_another_digit_is_found(drawn: list[dict[str, Any]], language: Language, data: st.DataObject) -> None:
    levels = [row for row in drawn if row["kpi_id"] not in ("troika_coverage_rate",)]
    row = data.draw(st.sampled_from(levels))
    printed = row[f"printed_{language}"]
    places = [found.start() for found in re.finditer(r"\d", printed)]
    assume(bool(places))
    place, digit = data.draw(st.sampled_from(places)), data.draw(st.sampled_from("123456789"))
    fresh = printed[:place] + digit + printed[place + 1 :]
    assume(is_false(fresh, row, language))
    text = mutated(written(drawn, language), printed, fresh)
    assert found_at(text, fresh, knowing(*drawn)), (printed, fresh, text)


@pytest.mark.parametrize(("language", "old", "new"), [
    ("zh", "亿元", "万元"), ("zh", "亿元", "万亿元"), ("en", "billion", "million"), ("en", "million", "billion"),
])  # fmt: skip
@settings(max_examples=12)
@given(drawn=figures())
def test_another_unit_word_is_found(language: Language, old: str, new: str, drawn: list[dict[str, Any]]) -> None:
    rows = [row for row in drawn if row["kpi_id"] in TAX and old in row[f"printed_{language}"]]
    assume(bool(rows))
    printed = rows[0][f"printed_{language}"]
    fresh = printed.replace(old, new)
    text = mutated(written(drawn, language), printed, fresh)
    assert found_at(text, fresh, knowing(*drawn)), text


@pytest.mark.parametrize(("language", "old", "new"), [
    ("zh", "约", "近"), ("zh", "约", "超"), ("en", "about", "nearly"), ("en", "about", "more than"),
    ("en", "more than", "nearly"),
])  # fmt: skip
@settings(max_examples=12)
@given(drawn=figures())
def test_another_wording_that_is_false_is_found(
    language: Language, old: str, new: str, drawn: list[dict[str, Any]]
) -> None:
    known = knowing(*drawn)
    for row in drawn:
        printed = row[f"printed_{language}"]
        fresh = printed.replace(old, new)
        text = written(drawn, language)
        if fresh != printed and is_false(fresh, row, language) and text.count(printed) == 1:
            assert found_at(text.replace(printed, fresh), fresh, known), text


@pytest.mark.parametrize(("language", "old", "new"), [
    ("zh", "2023年第三季度", "2023年第二季度"), ("zh", "2023年第三季度", "2022年第三季度"),
    ("zh", "2023年第三季度当季", "2023年前三季度"), ("zh", "2023年第三季度", "第三季度"),
    ("en", "Q3 2023", "Q2 2023"), ("en", "Q3 2023", "Q3 2024"),
    ("en", "the single quarter Q3 2023", "the third quarter"),
    ("zh", "2023年1—9月考核期", "2023年1—8月考核期"), ("en", "January to December 2022", "January to November 2022"),
])  # fmt: skip
@settings(max_examples=12)
@given(drawn=figures())
def test_another_period_is_found(language: Language, old: str, new: str, drawn: list[dict[str, Any]]) -> None:
    text = written(drawn, language)
    found = replay(text.replace(old, new), knowing(*drawn))
    gates = {finding["gate"] for one in found.figures for finding in one["findings"]}
    assert "G-PERIOD" in gates, text
