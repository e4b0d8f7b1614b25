"""The figures that everybody knows of the simulated quarter, read where the public reads them."""

from decimal import Decimal
from fractions import Fraction

import polars as pl
import pytest
from computing import computed
from louyu_home import Louyu

from dagster_project.run import Run
from expectations.comparing import judge_comparisons

DAY, CUM = "2023-09-30", "CUM2023-09"
YEAR_2022, MONTHS_2023 = "HM2022-01/HM2022-12", "HM2023-01/HM2023-09"

HEADLINES = [
    ("building_cnt", "_T", DAY, "278", None),
    ("party_org_cnt", "_T", DAY, "73", None),
    ("committee_cnt", "_T", DAY, "84", None),
    ("two_new_party_org_guided_cnt", "_T", CUM, "155", None),
    ("station_cnt", "_T", DAY, "64", None),
    ("station_cnt", "CENTRAL", DAY, "34", None),
    ("station_cnt", "ORDINARY", DAY, "30", None),
    ("staff_fulltime_cnt", "_T", DAY, "260", None),
    ("staff_fill_rate", "_T", DAY, "1", None),
    ("troika_coverage_rate", "_T", DAY, "1", None),
    ("need_cnt", "_T", CUM, "757", None),
    ("resource_cnt", "_T", CUM, "407", None),
    ("whistle_deliberation_meeting_cnt", "_T", CUM, "543", "540余次"),
    ("pre_complaint_resolved_cnt", "_T", CUM, "1146", "1146件"),
    ("building_ticket_monthly_avg", "_T", YEAR_2022, "221", None),
    ("building_ticket_monthly_avg", "_T", MONTHS_2023, "103", None),
    ("activity_cnt", "_T", CUM, "1537", "1500余场"),
    ("activity_attendance", "_T", CUM, "41260", "4万余人次"),
    ("building_tax_total", "_T", "2023-Q3", "2056000000", "约20.56亿元"),
    ("building_tax_district", "_T", "2023-Q3", "515000000", None),
    ("district_retained_share", "_T", "2023-Q3", "515/2056", None),
    ("rating_valid_cnt", "SG_NATIONAL", DAY, "8", None),
    ("rating_valid_cnt", "SRDI_BJ", DAY, "74", None),
    ("nhte_applied_cnt", "_T", "2023", "359", None),
    ("new_listed_cnt", "_T", "2023-YTD09", "1", None),
]


FIGURE = """select value, printed_zh, conf_status, obs_status from published.kpi_value
    where kpi_id = ? and breakdown_code = ? and period = ? and area_code = '110107'"""


@pytest.mark.parametrize(("kpi", "member", "period", "value", "printed"), HEADLINES)
def test_headline(quarter: Louyu, kpi: str, member: str, period: str, value: str, printed: str | None) -> None:
    [row] = quarter.query(FIGURE, kpi, member, period)
    assert row[0] == stored(value)
    assert row[2:] == ("F", "P" if kpi == "nhte_applied_cnt" else "A")
    assert printed is None or row[1] == printed


def stored(value: str) -> Decimal:
    """A fraction as it is stored: rounded once, to eight digits."""
    exact = Fraction(value)
    return round(Decimal(exact.numerator) / exact.denominator, 8)


def test_another_seed_and_reading_of_the_tax_gives_other_records_and_the_same_totals(
    louyu: Louyu, quarter: Louyu
) -> None:
    louyu.call("sample", "--out", str(louyu.home.inbox), "--seed", "7", "--tax-reading", "ytd")
    run = Run(louyu.home, louyu.home.inbox)
    run.land()
    candidate = computed(run)
    figures = pl.read_parquet(candidate / "figure.parquet").filter(area_code="110107")
    quarterly = {"building_tax_total", "building_tax_district", "district_retained_share"}
    expected = [(kpi, member, period, value) for kpi, member, period, value, _ in HEADLINES if kpi not in quarterly]
    expected += [("building_tax_total", "_T", "2023-YTD09", "2056000000")]
    expected += [("building_tax_district", "_T", "2023-YTD09", "515000000")]
    expected += [("building_tax_total_yoy", "_T", "2023-YTD09", "0.81")]
    expected += [("building_tax_district_yoy", "_T", "2023-YTD09", "1.15")]
    expected += [("building_ticket_change_rate", "_T", MONTHS_2023, "-118/221")]
    # both growths wait for an explanation, and the one that is shipped is of these very values
    withheld = {one.figure_key for one in judge_comparisons(candidate) if one.verdict != "PASS"}
    for kpi, member, period, value in expected:
        [row] = figures.filter(kpi_id=kpi, breakdown_code=member, period=period).to_dicts()
        assert (row["value"], row["figure_key"] in withheld) == (stored(value), False), kpi
    [first] = quarter.home.candidates.iterdir()
    assert not tickets(figures).equals(tickets(pl.read_parquet(first / "figure.parquet").filter(area_code="110107")))


def tickets(figures: pl.DataFrame) -> pl.DataFrame:
    """The tickets of each assessment month."""
    months = figures.filter(kpi_id="building_ticket_cnt", period_type="HM")
    return months.select("period", "breakdown_type", "breakdown_code", "value").sort(pl.all())


@pytest.mark.parametrize(
    ("kpi", "period", "base", "growth"),
    [
        ("building_ticket_change_rate", MONTHS_2023, YEAR_2022, Fraction(-118, 221)),
        ("building_tax_total_yoy", "2023-Q3", "2022-Q3", Fraction("0.81")),
        ("building_tax_district_yoy", "2023-Q3", "2022-Q3", Fraction("1.15")),
    ],
)
def test_change_against_its_base(quarter: Louyu, kpi: str, period: str, base: str, growth: Fraction) -> None:
    [(value, numerator, denominator)] = quarter.query(
        f"""select value, numerator, denominator from published.kpi_value
        where kpi_id = '{kpi}' and area_code = '110107' and breakdown_code = '_T'
        and period = '{period}' and base_period = '{base}'"""
    )
    assert value == round(Decimal(growth.numerator) / growth.denominator, 8)
    assert value == round(numerator / denominator - 1, 8)


def test_an_undefined_figure_is_withheld_with_its_reason(quarter: Louyu) -> None:
    rows = quarter.query(
        """select value, numerator, denominator, printed_zh, obs_status, conf_status, note
        from published.kpi_value where kpi_id = 'listed_tier1_cnt' and period = '2023-09-30'"""
    )
    assert [row[:6] for row in rows] == [(None, None, None, None, "M", "N")]
    assert rows[0][6].startswith("G-DEF")


def test_amounts_of_streets_are_public_and_what_is_suppressed_tells_nothing(quarter: Louyu) -> None:
    [(shown,)] = quarter.query(
        """select count(*) from published.kpi_value where kpi_id = 'building_tax_total' and area_type = 'street'
        and period = '2023-Q3' and value is not null"""
    )
    assert shown == 9
    [(suppressed, telling)] = quarter.query(
        """select count(*), count(value) + count(numerator) + count(denominator) + count(printed_zh) + count(printed_en)
        + count(*) filter (obs_status <> 'M') from published.kpi_value where conf_status = 'C'"""
    )
    assert suppressed > 1000
    assert telling == 0


def test_a_key_is_a_key(quarter: Louyu) -> None:
    assert quarter.query(
        """select count(*) from (select 1 from published.kpi_value group by kpi_id, area_type, area_code,
        breakdown_type, breakdown_code, period_type, period, base_period, basis, caliber,
        definition_version having count(*) > 1)"""
    ) == [(0,)]
