"""The bulletin's sentences hold the figures they name and no other number (SPEC 0.6, 4.5)."""

import re
from datetime import date
from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from publish.facts import Facts
from publish.sentences import sentences

AS_OF = date(2023, 9, 30)
DAY, CUM, WINDOW, BASE = "2023-09-30", "CUM2023-09", "HM2023-01/HM2023-09", "HM2022-01/HM2022-12"
SHOWN: tuple[tuple[Any, ...], ...] = (
    # kpi, period type, period, base, breakdown, value, numerator, denominator, printed zh, printed en
    ("building_cnt", "S", DAY, None, "_T", 278, None, None, "278座", "278 buildings"),
    ("troika_coverage_rate", "S", DAY, None, "_T", 1, 278, 278, "100.0%", "100.0%"),
    ("party_org_cnt", "S", DAY, None, "_T", 73, None, None, "73个", "73 organisations"),
    ("committee_cnt", "S", DAY, None, "_T", 84, None, None, "84个", "84 committees"),
    ("station_cnt", "S", DAY, None, "_T", 64, None, None, "64个", "64 stations"),
    ("staff_fulltime_cnt", "S", DAY, None, "_T", 260, None, None, "260人", "260 social workers"),
    ("two_new_party_org_guided_cnt", "CUM", CUM, None, "_T", 155, None, None, "155个", "155 organisations"),
    ("whistle_deliberation_meeting_cnt", "CUM", CUM, None, "_T", 543, None, None, "540余次", "more than 540 meetings"),
    ("pre_complaint_resolved_cnt", "CUM", CUM, None, "_T", 1146, None, None, "1146件", "1,146 appeals"),
    ("building_ticket_monthly_avg", "WINDOW", BASE, None, "_T", 221, 2652, 12, "221件/月", "221 a month"),
    ("building_ticket_monthly_avg", "WINDOW", WINDOW, None, "_T", 103, 927, 9, "103件/月", "103 a month"),
    ("building_ticket_change_rate", "WINDOW", WINDOW, BASE, "_T", -0.534, 103, 221, "下降53.4%", "down 53.4%"),
    ("building_tax_total", "Q", "2023-Q3", None, "_T", 2056000000, None, None, "约20.56亿元",
    "about RMB 2.056 billion"),
    ("building_tax_total_yoy", "Q", "2023-Q3", "2022-Q3", "_T", 0.81, 181, 100, "增长约81%", "up about 81%"),
    ("nhte_applied_cnt", "Y", "2023", None, "_T", 359, None, None, "359家", "359 enterprises"),
)  # fmt: skip


def facts(**changed: dict[str, Any]) -> Facts:
    """The figures above, some of them changed or, with ``value: None``, withheld."""
    rows = []
    for kpi, kind, period, base, breakdown, value, numerator, denominator, zh, en in SHOWN:
        row = {
            "kpi_id": kpi, "period_type": kind, "period": period, "base_period": base, "area_type": "district",
            "area_code": "110107", "breakdown_type": "_T", "breakdown_code": breakdown, "value": Decimal(str(value)),
            "numerator": numerator, "denominator": denominator, "printed_zh": zh, "printed_en": en,
            "obs_status": "P" if period == "2023" else "A", "conf_status": "F", "window_start": date(2023, 1, 1),
            "window_end": date(2023, 10, 1) if kind != "Y" else date(2024, 1, 1),
        }  # fmt: skip
        row["window_end"] = date(2023, 1, 1) if period == BASE else row["window_end"]
        rows.append(row | changed.get(kpi, {}))
    schema = {"value": pl.Decimal(38, 8), "window_start": pl.Date, "window_end": pl.Date}
    figures = pl.DataFrame(rows, schema_overrides=schema, infer_schema_length=None)
    kpi = pl.DataFrame(
        [{"kpi_id": name, "name_zh": f"指标{name}", "name_en": name} for name in {row[0] for row in SHOWN}]
    )
    area = pl.DataFrame(
        [{"area_type": "district", "area_code": "110107", "name_zh": "石景山区", "name_en": "Shijingshan"}]
    )
    return Facts(figures, kpi, area, AS_OF, "110107")


def text(found: Facts, language: Any = "zh") -> str:
    return "\n".join(sentences(found, language))


def test_every_figure_stands_in_a_sentence_as_it_is_printed() -> None:
    for place, language in ((8, "zh"), (9, "en")):
        said = text(facts(), language)
        for row in SHOWN:
            if row[0] != "troika_coverage_rate":
                assert row[place] in said, row[0]


def test_both_languages_say_the_same_number_of_sentences() -> None:
    assert len(sentences(facts(), "zh")) == len(sentences(facts(), "en")) > 5


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
    for place, language in ((8, "zh"), (9, "en")):
        said = text(facts(**{kpi: withheld}), language)
        printed = {row[place] for row in SHOWN if row[0] == kpi} - {row[place] for row in SHOWN if row[0] != kpi}
        assert not any(figure in said for figure in printed)
        assert "None" not in said
        assert "not published" not in said


def test_full_coverage_is_claimed_of_full_coverage_alone() -> None:
    assert "全覆盖" in text(facts())
    partly = facts(troika_coverage_rate={"numerator": 277, "printed_zh": "99.6%", "printed_en": "99.6%"})
    assert "全覆盖" not in text(partly)
    assert "99.6%" in text(partly)
    assert "99.6%" in text(partly, "en")


def test_a_partial_year_says_how_far_it_reaches() -> None:
    assert "2023年(截至9月30日)申报国家高新技术企业359家" in text(facts())
    assert "2023 (to 30 September)" in text(facts(), "en")


def test_no_sentence_holds_a_number_that_is_no_figure_and_no_period() -> None:
    known = {number for row in SHOWN for part in (row[8], row[9]) for number in re.findall(r"\d[\d,.]*", part)}
    periods = {"2022", "2023", "1", "9", "12", "30", "12345", "3"}
    for language in ("zh", "en"):
        for number in re.findall(r"\d[\d,.]*\d|\d", text(facts(), language)):
            assert number in known | periods, number


def test_nothing_is_said_of_nothing() -> None:
    none = {"value": None, "printed_zh": None, "printed_en": None}
    assert sentences(facts(**{row[0]: none for row in SHOWN}), "zh") == []
