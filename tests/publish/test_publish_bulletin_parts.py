"""Sentences, key figures, notes and plots from small releases."""

import re
from pathlib import Path

import pytest
from publish_figures import figure, release

import publish.bulletin
from common.messages import Message, from_note
from publish.headlines import headline_groups, leads
from publish.notes import footnotes, withheld_lines
from publish.plots import tax_plot, tickets_plot
from publish.sentences import paragraphs

DAY = "2023-09-30"
BUILDINGS = figure("building_cnt", DAY, "278", "278座", "278 buildings")
COVERED = figure("troika_coverage_rate", DAY, "1", "100.0%", "100.0%", numerator=278, denominator=278)
NEARLY = figure("troika_coverage_rate", DAY, "0.99640288", "99.6%", "99.6%", numerator=277, denominator=278)
BEFORE = figure("building_ticket_monthly_avg", "HM2022-01/HM2022-12", "221", "221件/月", "221 a month", denominator=12)
AFTER = figure("building_ticket_monthly_avg", "HM2023-01/HM2023-09", "103", "103件/月", "103 a month", denominator=9)
MONTHS = [
    figure("building_ticket_cnt", f"HM{year}-{month:02}", str(count), f"{count}件", f"{count} tickets")
    for year, month, count in [(2022, 1, 230), (2022, 2, 212), (2023, 1, 110), (2023, 2, 96)]
]
TAX = [
    figure("building_tax_total", "2022-Q3", "1135911602.21", "约11.36亿元", "about RMB 1.136 billion"),
    figure(
        "building_tax_total", "2023-Q3", "2056000000", "约20.56亿元", "about RMB 2.056 billion", vintage="PROVISIONAL"
    ),
    figure("building_tax_district", "2023-Q3", "515000000", "约5.15亿元", "about RMB 515 million"),
]
GROWN = figure("building_tax_total_yoy", "2023-Q3", "0.81", "增长约81%", "up about 81%", base_period="2022-Q3")
WAITING = "G-SDC: 金额暂不公布 / amounts wait"


def drawn(svg: str) -> list[str]:
    return re.findall(r"<text[^>]*>([^<]*)</text>", svg)


@pytest.mark.parametrize(("covered", "is_full"), [(COVERED, True), (NEARLY, False)])
def test_full_coverage_is_said_only_of_full_coverage(covered: dict[str, object], is_full: bool) -> None:
    facts = release(BUILDINGS, covered)
    [(_, zh)] = paragraphs(facts, "zh")
    [(_, en)] = paragraphs(facts, "en")
    assert ("全覆盖" in zh) is is_full
    assert ("are all covered" in en) is is_full
    assert ("99.6%" in zh and "99.6%" in en) is not is_full


def test_a_sentence_without_all_its_figures_is_not_written() -> None:
    withheld = GROWN | {"value": None, "printed_zh": None, "printed_en": None, "conf_status": "N", "note": WAITING}
    [(subject, text)] = paragraphs(release(*TAX[:2], withheld), "zh")
    assert subject == "楼宇税收"
    assert "约20.56亿元" in text
    assert "同比" not in text
    assert paragraphs(release(BEFORE, AFTER), "zh") == []


def test_a_withheld_figure_is_no_key_figure_but_stays_in_its_group_with_its_reason() -> None:
    withheld = figure("building_tax_total", "2023-Q3", None, note=WAITING)
    facts = release(withheld, BUILDINGS, COVERED)
    assert [lead.card.kpi_id for lead in leads(facts, "en")] == ["building_cnt"]
    card = headline_groups(facts, "en")[-1].cards[0]
    assert (card.printed, card.reason) == ("not published", "amounts wait")


def test_a_figure_that_cannot_be_computed_is_a_dash_not_a_secret() -> None:
    undefined = figure("staff_fill_rate", DAY, None, conf_status="F", note="分母为零 / the denominator is zero")
    card = headline_groups(release(undefined), "zh")[0].cards[0]
    assert (card.printed, card.reason) == ("—", "分母为零")


@pytest.mark.parametrize(("months", "is_told"), [(9, True), (12, False)])
def test_windows_of_unequal_length_are_footnoted(months: int, is_told: bool) -> None:
    facts = release(BEFORE, AFTER | {"denominator": months}, *MONTHS)
    [note] = [note for note in footnotes(facts, "en", simulated=False) if "building_ticket_monthly_avg" in note.kpis]
    assert ("differ in length" in note.text) is is_told
    assert "assessment months January to December 2022 (12 assessment months)" in note.text
    assert "from day 19 of the month before to day 18" in note.text


def test_footnotes_are_numbered_without_a_gap_and_the_simulation_is_the_last() -> None:
    notes = footnotes(release(BUILDINGS), "zh", simulated=True)
    assert [note.number for note in notes] == list(range(1, len(notes) + 1))
    assert "模拟数据" in notes[-1].text
    assert not any("模拟数据" in note.text for note in footnotes(release(BUILDINGS), "zh", simulated=False))


def test_what_is_withheld_for_one_reason_is_one_line_without_machine_names() -> None:
    of_street = {"area_type": "street", "area_code": "110107001", "note": WAITING}
    derived = "G-SDC: 由未公布的指标 building_tax_total 推算 / derived from the withheld building_tax_total"
    facts = release(
        figure("building_tax_total", "2023-Q3", None, **of_street),
        figure("building_tax_district", "2023-Q3", None, **of_street),
        figure("building_tax_total_yoy", "2023-Q3", None, **of_street | {"note": derived}),
        figure("building_cnt", DAY, "278", "278座", "278 buildings"),
    )
    assert sorted(withheld_lines(facts, "en")) == [
        "Building tax, change on the year (by street): derived from the withheld Building tax in full.",
        "District-level building tax (retained); Building tax in full (by street): amounts wait.",
    ]


def test_of_a_table_with_suppressed_cells_it_is_said_that_some_are_not_published() -> None:
    secret = {"area_type": "street", "conf_status": "C", "note": "G-SDC: 为保护单个企业数据不予公布 / not published"}
    facts = release(
        figure("building_tax_total", "2023-Q3", None, area_code="110107001", **secret),
        figure("building_tax_total", "2023-Q3", "1", "1元", "RMB 1", area_type="street", area_code="110107002"),
        figure("building_tax_district", "2023-Q3", None, area_code="110107001", **secret),
    )
    assert sorted(withheld_lines(facts, "zh")) == [
        "楼宇区级税收（分街道）：为保护单个企业数据不予公布。",
        "楼宇税收总额（全口径）（分街道）：部分数值为保护单个企业数据不予公布。",
    ]


def test_bars_bear_the_printed_amounts_in_english_as_millions() -> None:
    facts = release(*TAX, GROWN)
    assert {"11.36", "20.56", "5.15", "同比增长约81%"} <= set(drawn(tax_plot(facts, "zh", simulated=False)))
    assert {"1,136", "2,056", "515", "up about 81% on the year"} <= set(drawn(tax_plot(facts, "en", simulated=False)))


def test_a_quarter_of_refunds_and_months_without_tickets_are_drawn() -> None:
    refunds = figure("building_tax_total", "2023-Q2", "-50000000", "负约0.50亿元", "minus about RMB 50 million")
    assert "-0.50" in drawn(tax_plot(release(refunds), "zh", simulated=False))
    assert 'height="-' not in tax_plot(release(refunds, *TAX), "en", simulated=False)
    silent = figure("building_ticket_cnt", "HM2023-01", "0", "0件", "0 tickets")
    assert "0" in drawn(tickets_plot(release(silent), "zh", simulated=False))


def test_a_provisional_quarter_says_so_in_the_plot() -> None:
    assert drawn(tax_plot(release(*TAX), "zh", simulated=False)).count("初步数") == 1


def test_the_plot_of_tickets_names_each_mean_with_its_window() -> None:
    said = drawn(tickets_plot(release(BEFORE, AFTER, *MONTHS), "zh", simulated=False))
    beside = [text for text in said if text.startswith(("月均", "20"))]
    assert beside == ["200", "月均103件/月", "2023年1—9月", "月均221件/月", "2022年1—12月"]


def test_without_windows_the_lines_are_named_by_their_years() -> None:
    said = drawn(tickets_plot(release(*MONTHS), "en", simulated=False))
    assert {"0", "50", "250", "tickets", "2022", "2023"} <= set(said)


@pytest.mark.parametrize("simulated", [True, False])
def test_the_mark_is_in_the_drawing_of_simulated_data_only(simulated: bool) -> None:
    facts = release(*MONTHS, *TAX)
    for plot in (tickets_plot, tax_plot):
        assert ("模拟数据" in drawn(plot(facts, "zh", simulated=simulated))) is simulated


def test_a_note_of_two_languages_is_read_with_its_gate() -> None:
    assert from_note("G-DEF: 口径未批准 / not approved") == Message("G-DEF: 口径未批准", "G-DEF: not approved")
    assert from_note("仅一种语言") == Message("仅一种语言", "仅一种语言")


CSS = (Path(publish.bulletin.__file__).parent / "templates" / "bulletin.css").read_text(encoding="utf-8")


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("scheme", [0, 1])
@pytest.mark.parametrize(
    ("front", "back", "least"),
    [
        ("ink", "paper", 7), ("soft", "paper", 4.5), ("seal", "paper", 4.5), ("soft", "wash", 4.5),
        ("inside", "ink", 4.5),
        ("inside", "before", 4.5), ("before", "paper", 3), ("before-part", "paper", 3),
    ],
)  # fmt: skip
def test_letters_and_bars_stand_out_in_light_and_dark(scheme: int, front: str, back: str, least: float) -> None:
    blocks = [
        dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", block)) for block in re.findall(r":root \{(.*?)\}", CSS, re.S)
    ]
    expand = {name: re.sub(r"^#(.)(.)(.)$", r"#\1\1\2\2\3\3", colour) for name, colour in blocks[scheme].items()}
    light, dark = sorted((luminance(expand[front]), luminance(expand[back])), reverse=True)
    assert (light + 0.05) / (dark + 0.05) >= least


def test_a_suppressed_mean_is_neither_plotted_nor_footnoted() -> None:
    secret = AFTER | {"value": None, "printed_zh": None, "printed_en": None, "denominator": None, "conf_status": "C"}
    facts = release(BEFORE, secret, *MONTHS)
    assert not any("103" in text for text in drawn(tickets_plot(facts, "zh", simulated=False)))
    [note] = [note for note in footnotes(facts, "en", simulated=False) if "building_ticket_monthly_avg" in note.kpis]
    assert "2023" not in note.text
