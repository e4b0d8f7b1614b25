"""A translated bulletin with the mistakes of SPEC 1.3: each is found, with and without a release."""

import pytest
from replay_knowing import checked, quarter, unreleased

from replay.knowledge import Knowledge
from replay.reading import Replay

TEXT = """Our buildings win praise
Updated on 2024-01-29

So far the "troika" has achieved full coverage, 12345 demands for buildings have decreased significantly, and the \
building economy has achieved rapid growth.

The 278 buildings of the district were divided after more than 4 months of survey. Up to now, 73 party organizations \
and 84 building committees have been formed, and 155 party organizations of the two new organizations have been guided.

Since the establishment of the committees, a list of 757 needs and a list of 407 resources were made, more than 540 \
"whistle-blowing reports" and deliberation and coordination meetings were held, 1,146 "handling before litigation" \
appeals were settled, and the average monthly number of "handling complaints immediately after receiving complaints" \
decreased from 221 to 103, a decrease of nearly 53%.

With 5 full-time social workers at the central workstation and 3 full-time social workers at the ordinary workstation, \
34 central stations + 30 ordinary stations are equipped with 260 full-time social workers.

Up to now, each building workstation has organized more than 1,500 activities such as lectures, with an audience of \
more than 40,000 people. The total tax revenue of the building in the third quarter was about 205600 million yuan, a \
year-on-year increase of about 81%, achieving a district-level tax revenue of about 51500 million yuan, a year-on-year \
increase of about 115%。There are 1 new listed company, 4 first-class listed enterprises, 8 enterprises rated as small \
giant enterprises, 74 enterprises rated as "specialized, special and new" small and medium-sized enterprises in \
Beijing, and 359 enterprises applied for national high-tech enterprises.
"""

FIGURES = (
    ("about 205600 million yuan", "building_tax_total", {"G-ENV", "G-UNIT", "G-PERIOD"}),
    ("about 51500 million yuan", "building_tax_district", {"G-ENV", "G-UNIT", "G-PERIOD"}),
    ("increase of about 81%", "building_tax_total_yoy", {"G-JUMP", "G-RATIO"}),
    ("increase of about 115%", "building_tax_district_yoy", {"G-JUMP", "G-RATIO"}),
    ("decrease of nearly 53%", "building_ticket_change_rate", {"G-WORD", "G-WINDOW"}),
    ("221", "building_ticket_monthly_avg", {"G-WINDOW"}),
    ("103", "building_ticket_monthly_avg", {"G-WINDOW"}),
    ("more than 1,500", "activity_cnt", {"G-ENV", "G-RATIO"}),
    ("260", "staff_fulltime_cnt", {"G-NORM"}),
    ("4", "listed_tier1_cnt", {"G-DEF"}),
    ("8", "rating_valid_cnt", {"G-DEDUP"}),
    ("74", "rating_valid_cnt", {"G-DEDUP"}),
    ("359", "nhte_applied_cnt", {"G-DEDUP", "G-WORD"}),
)
CLAIMS = (("full coverage", "G-COVER"), ("decreased significantly", "G-CLAIM"), ("rapid growth", "G-CLAIM"))
RIGHT = (
    "278",
    "73",
    "84",
    "155",
    "757",
    "407",
    "more than 540",
    "1,146",
    "5",
    "3",
    "34",
    "30",
    "more than 40,000",
    "1",
)


@pytest.fixture(scope="module", params=[quarter, unreleased], ids=["release", "none"])
def found(request: pytest.FixtureRequest) -> Replay:
    known: Knowledge = request.param()
    return checked(TEXT, known)


@pytest.mark.parametrize(("text", "kpi", "expected"), FIGURES, ids=[f"{text} {kpi}" for text, kpi, _ in FIGURES])
def test_each_implausible_figure_has_its_findings(found: Replay, text: str, kpi: str, expected: set[str]) -> None:
    figure = next(one for one in found.figures if one["text"] == text and one["kpi_id"] == kpi)
    assert {finding["gate"] for finding in figure["findings"]} == expected


@pytest.mark.parametrize(("text", "gate"), CLAIMS)
def test_each_claim_without_its_figure_has_a_finding(found: Replay, text: str, gate: str) -> None:
    claim = next(one for one in found.claims if one["text"] == text)
    assert {finding["gate"] for finding in claim["findings"]} == {gate}


@pytest.mark.parametrize("text", RIGHT)
def test_what_is_right_has_none(found: Replay, text: str) -> None:
    assert next(one["findings"] for one in found.figures if one["text"] == text) == []


def test_the_factor_between_text_and_release_is_named() -> None:
    tax = next(one for one in checked(TEXT).figures if one["kpi_id"] == "building_tax_total")
    unit = next(finding for finding in tax["findings"] if finding["gate"] == "G-UNIT")
    assert unit["expected"] == "about RMB 2.056 billion"
    assert "100倍" in unit["message_zh"]
    assert "万元" in unit["message_zh"]
    assert "factor of 100" in unit["message_en"]


def test_a_figure_published_before_its_quarter_closed_is_found_by_the_day_of_the_text() -> None:
    early = checked(TEXT.replace("2024-01-29", "2023-09-26"))
    tax = next(one for one in early.figures if one["kpi_id"] == "building_tax_total")
    said = " ".join(finding["message_en"] for finding in tax["findings"] if finding["gate"] == "G-PERIOD")
    assert "ends on 2023-09-30" in said
