"""The bulletin's sentences hold the figures they name and no other number (SPEC 0.6, 4.5)."""

import re
from decimal import Decimal
from typing import Any

import pytest
from publish_figures import figure, release

from publish.facts import Facts
from publish.sentences import paragraphs

TERMS = ("numerator", "denominator")
DAY, CUM, WINDOW, BASE = "2023-09-30", "CUM2023-09", "HM2023-01/HM2023-09", "HM2022-01/HM2022-12"
SHOWN: tuple[tuple[str, str, str | None, str, str | None, str | None, str, str], ...] = (
    # kpi, period, base, value, numerator, denominator, printed zh, printed en
    ("building_cnt", DAY, None, "278", None, None, "278座", "278 buildings"),
    ("troika_coverage_rate", DAY, None, "1", "278", "278", "100.0%", "100.0%"),
    ("party_org_cnt", DAY, None, "73", None, None, "73个", "73 organisations"),
    ("committee_cnt", DAY, None, "84", None, None, "84个", "84 committees"),
    ("station_cnt", DAY, None, "64", None, None, "64个", "64 stations"),
    ("staff_fulltime_cnt", DAY, None, "260", None, None, "260人", "260 social workers"),
    ("two_new_party_org_guided_cnt", CUM, None, "155", None, None, "155个", "155 organisations"),
    ("whistle_deliberation_meeting_cnt", CUM, None, "543", None, None, "540余次", "more than 540 meetings"),
    ("pre_complaint_resolved_cnt", CUM, None, "1146", None, None, "1146件", "1,146 appeals"),
    ("building_ticket_monthly_avg", BASE, None, "221", "2652", "12", "221件/月", "221 a month"),
    ("building_ticket_monthly_avg", WINDOW, None, "103", "927", "9", "103件/月", "103 a month"),
    ("building_ticket_change_rate", WINDOW, BASE, "-0.534", "103", "221", "下降53.4%", "down 53.4%"),
    ("building_tax_total", "2023-Q3", None, "2056000000", None, None, "约20.56亿元", "about RMB 2.056 billion"),
    ("building_tax_total_yoy", "2023-Q3", "2022-Q3", "0.81", "181", "100", "增长约81%", "up about 81%"),
    ("nhte_applied_cnt", "2023", None, "359", None, None, "359家", "359 enterprises"),
)  # fmt: skip


def facts(**changed: dict[str, Any]) -> Facts:
    """The figures above, some of them changed or withheld."""
    figures = []
    for kpi, period, base, value, numerator, denominator, zh, en in SHOWN:
        row = figure(kpi, period, value, zh, en, base_period=base, obs_status="P" if period == "2023" else "A")
        terms = {name: part and Decimal(part) for name, part in zip(TERMS, (numerator, denominator), strict=True)}
        figures.append(row | terms | changed.get(kpi, {}))
    return release(*figures)


def sentences(found: Facts, language: Any) -> list[str]:
    return [said for _, said in paragraphs(found, language)]


def text(found: Facts, language: Any = "zh") -> str:
    return "\n".join(sentences(found, language))


def test_every_figure_stands_in_a_sentence_as_it_is_printed() -> None:
    for place, language in ((6, "zh"), (7, "en")):
        said = text(facts(), language)
        for row in SHOWN:
            if row[0] != "troika_coverage_rate":
                assert row[place].casefold() in said.casefold(), row[0]


def test_both_languages_have_the_same_paragraphs() -> None:
    assert len(sentences(facts(), "zh")) == len(sentences(facts(), "en")) == 5


@pytest.mark.parametrize("kpi", sorted({row[0] for row in SHOWN}))
def test_a_withheld_figure_is_in_no_sentence(kpi: str) -> None:
    withheld = {
        "value": None,
        "numerator": None,
        "denominator": None,
        "printed_zh": None,
        "printed_en": None,
        "conf_status": "N",
    }
    for place, language in ((6, "zh"), (7, "en")):
        said = text(facts(**{kpi: withheld}), language)
        printed = {row[place] for row in SHOWN if row[0] == kpi} - {row[place] for row in SHOWN if row[0] != kpi}
        assert not any(figure in said for figure in printed)
        assert "None" not in said
        assert "not published" not in said


def test_full_coverage_is_claimed_of_full_coverage_alone() -> None:
    assert "全覆盖" in text(facts())
    partly = facts(troika_coverage_rate={"numerator": Decimal(277), "printed_zh": "99.6%", "printed_en": "99.6%"})
    assert "全覆盖" not in text(partly)
    assert "99.6%" in text(partly)
    assert "99.6%" in text(partly, "en")


def test_a_partial_year_says_how_far_it_reaches() -> None:
    assert "2023年（截至9月30日）申报国家高新技术企业359家" in text(facts())
    assert "2023 (to 30 September)" in text(facts(), "en")


def test_no_sentence_holds_a_number_that_is_no_figure_and_no_period() -> None:
    known = {number for row in SHOWN for part in (row[6], row[7]) for number in re.findall(r"\d[\d,.]*", part)}
    periods = {"2022", "2023", "1", "9", "12", "30", "12345", "3"}
    for language in ("zh", "en"):
        for number in re.findall(r"\d[\d,.]*\d|\d", text(facts(), language)):
            assert number in known | periods, number


def test_nothing_is_said_of_nothing() -> None:
    none = {"value": None, "printed_zh": None, "printed_en": None}
    assert sentences(facts(**{row[0]: none for row in SHOWN}), "zh") == []
