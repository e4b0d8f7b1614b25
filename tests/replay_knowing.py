"""What the checker knows in its tests: the shipped catalogue and limits, and small releases."""

import csv
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from publish_figures import AS_OF, CATALOGUE, figure, frame

from common.contracts import PROJECT
from common.wording import CHANGES, PrintRule, exact_value, print_value
from publish.replaying import knowledge, released
from replay.knowledge import Knowledge
from replay.reading import Replay, replay

OFFICE = PROJECT / "dbt" / "seeds" / "office"
DAY, CUM, Q3, Q3_BEFORE = "2023-09-30", "CUM2023-09", "2023-Q3", "2022-Q3"
WINDOW, BASE = "HM2023-01/HM2023-09", "HM2022-01/HM2022-12"


def rows(table: str) -> list[dict[str, str]]:
    """A shipped table of the office."""
    with (OFFICE / f"{table}.csv").open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@cache
def unreleased() -> Knowledge:
    """What is known without a release."""
    parameters = {"programme.start": "2022-11-01"}
    return knowledge(None, rows("gate_threshold"), rows("reference_magnitude"), rows("staff_norm"), parameters)


@cache
def _catalogue() -> Mapping[str, dict[str, str]]:
    with (CATALOGUE / "kpi.csv").open(encoding="utf-8") as file:
        return {row["kpi_id"]: row for row in csv.DictReader(file)}


def stated(
    kpi_id: str, period: str, value: str | None, parts: tuple[str, str] | None = None, **other: Any
) -> dict[str, Any]:
    """A figure of a release, printed by the catalogue's rule."""
    kpi = _catalogue()[kpi_id]
    word: Any = kpi["print_word"]
    rule = PrintRule(
        kpi["print_unit"], Decimal(kpi["print_step"] or 1), word, kpi["print_unit_en"],
        kpi["kind"] in CHANGES,
    )  # fmt: skip
    over, under = (Decimal(part) for part in parts) if parts else (None, None)
    said = print_value(exact_value(kpi["kind"], Decimal(value), over, under), rule) if value is not None else None
    zh, en = (said.zh, said.en) if said else (None, None)
    return figure(kpi_id, period, value, zh, en, numerator=over, denominator=under, **other)


def knowing(*figures: dict[str, Any], as_of: date = AS_OF) -> Knowledge:
    """What is known with a release of these figures."""
    plain = unreleased()
    areas = {"石景山区": "", "Shijingshan": "", "八宝山街道": "110107001", "Babaoshan": "110107001"}
    return replace(
        plain, figures=released(frame(*figures), plain.kpis), areas=areas, release_id="R20230930-test", as_of=as_of
    )


def rating(code: str, value: str) -> dict[str, Any]:
    return stated("rating_valid_cnt", DAY, value, breakdown_type="rating", breakdown_code=code)


def station(code: str, value: str) -> dict[str, Any]:
    return stated("station_cnt", DAY, value, breakdown_type="station_type", breakdown_code=code)


@cache
def quarter() -> Knowledge:
    """A release of the third quarter of 2023."""
    tax, district = "building_tax_total", "building_tax_district"
    return knowing(
        stated("building_cnt", DAY, "278"), stated("building_cnt", "2022-12-31", "271"),
        stated("building_cnt", DAY, "34", area_type="street", area_code="110107001"),
        stated(tax, DAY.replace("-09-30", "-Q3"), None, area_type="street", area_code="110107001", conf_status="N",
               note="G-SDC: 区以下金额暂不公布 / amounts below district level wait"),
        stated("party_org_cnt", DAY, "73"), stated("committee_cnt", DAY, "84"), stated("station_cnt", DAY, "64"),
        station("CENTRAL", "34"), station("ORDINARY", "30"), stated("staff_fulltime_cnt", DAY, "260"),
        stated("staff_norm", DAY, "260"), stated("tenant_enterprise_cnt", DAY, "2394"),
        stated("occupancy_rate", DAY, "0.6848", ("6848", "10000")), stated("employee_cnt", DAY, "187503"),
        stated("troika_coverage_rate", DAY, "1", ("278", "278")),
        stated("troika_coverage_rate", "2022-12-31", "0.9926", ("269", "271")),
        stated("coverage_party_org_rate", DAY, "1", ("278", "278")),
        stated("two_new_party_org_guided_cnt", CUM, "155"),
        stated("need_cnt", CUM, "757"), stated("need_cnt", DAY, "173"), stated("resource_cnt", CUM, "407"),
        stated("whistle_deliberation_meeting_cnt", CUM, "543"), stated("pre_complaint_resolved_cnt", CUM, "1146"),
        stated("activity_cnt", CUM, "1537"), stated("activity_attendance", CUM, "41260"),
        stated("building_ticket_monthly_avg", BASE, "221", ("2652", "12")),
        stated("building_ticket_monthly_avg", WINDOW, "103", ("927", "9")),
        stated("building_ticket_change_rate", WINDOW, "-0.53393665", ("103", "221"), base_period=BASE),
        stated("satisfaction_rate", "HM2023-09", "0.8545", ("8545", "10000")),
        stated(tax, Q3, "2056000000"), stated(tax, "2023-Q2", "1834000000"),
        stated(tax, "2023-YTD09", "5471996902.42"),
        stated(tax, "2023-09", "532077909.22"), stated(tax, "R12-2023-09", "6748005373.15"),
        stated(f"{tax}_yoy", Q3, "0.81", ("2056000000", "1135911602.21"), base_period=Q3_BEFORE),
        stated(district, Q3, "515000000"),
        stated(f"{district}_yoy", Q3, "1.15", ("515000000", "239534883.72"), base_period=Q3_BEFORE),
        stated("district_retained_share", Q3, "0.25048638", ("515000000", "2056000000")),
        stated("new_listed_cnt", "2023-YTD09", "1"), rating("SG_NATIONAL", "8"), rating("SRDI_BJ", "74"),
        rating("NHTE", "310"), stated("rated_enterprise_distinct_cnt", DAY, "365"),
        stated("nhte_applied_cnt", "2023", "359", obs_status="P"),
        stated("listed_tier1_cnt", DAY, None, conf_status="N", note="G-DEF: 口径未批准 / not approved"),
    )  # fmt: skip


def gates(found: Replay) -> set[str]:
    """The gates that have something to say of a text."""
    return {finding["gate"] for one in (*found.figures, *found.claims) for finding in one["findings"]}


def checked(text: str, known: Knowledge | None = None) -> Replay:
    """A text held against the quarter, or against what is given."""
    return replay(text, known or quarter())
