"""The bulletin: one self-contained page, both languages from the same figures.

Nothing is fetched: plots are drawn into the page, styles stand in it, fonts are the reader's own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from common.files import read_json, write_bytes
from common.messages import Language, Message
from publish.facts import Fact, Facts, say
from publish.plots import monthly_tickets, quarterly_tax, tax_plot, tickets_plot
from publish.sentences import sentences

_TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")

STREET_KPIS = (
    "building_cnt", "party_org_cnt", "committee_cnt", "station_cnt", "coverage_party_org_rate",
    "coverage_committee_rate", "coverage_station_rate", "troika_coverage_rate",
)  # fmt: skip
"""Class-P figures of the table by street: public facts, which need no disclosure control."""

_GROUPS: tuple[tuple[Message, tuple[tuple[str, str, tuple[str, str]], ...]], ...] = (
    (Message("楼宇与组织", "Buildings and organisations"), (
        ("building_cnt", "S", ("_T", "_T")), ("troika_coverage_rate", "S", ("_T", "_T")),
        ("party_org_cnt", "S", ("_T", "_T")), ("committee_cnt", "S", ("_T", "_T")),
        ("station_cnt", "S", ("_T", "_T")), ("station_cnt", "S", ("station_type", "CENTRAL")),
        ("station_cnt", "S", ("station_type", "ORDINARY")), ("staff_fulltime_cnt", "S", ("_T", "_T")),
        ("staff_fill_rate", "S", ("_T", "_T")), ("two_new_party_org_guided_cnt", "CUM", ("_T", "_T")),
    )),
    (Message("服务与治理", "Service and governance"), (
        ("need_cnt", "CUM", ("_T", "_T")), ("resource_cnt", "CUM", ("_T", "_T")), ("project_cnt", "CUM", ("_T", "_T")),
        ("whistle_deliberation_meeting_cnt", "CUM", ("_T", "_T")), ("pre_complaint_resolved_cnt", "CUM", ("_T", "_T")),
        ("activity_cnt", "CUM", ("_T", "_T")), ("activity_attendance", "CUM", ("_T", "_T")),
    )),
    (Message("接诉即办", "Swift response to public complaints"), (
        ("building_ticket_monthly_avg", "BASE", ("_T", "_T")), ("building_ticket_monthly_avg", "WINDOW", ("_T", "_T")),
        ("building_ticket_change_rate", "WINDOW", ("_T", "_T")),
    )),
    (Message("楼宇经济", "Building economy"), (
        ("building_tax_total", "Q", ("_T", "_T")), ("building_tax_total_yoy", "Q", ("_T", "_T")),
        ("building_tax_district", "Q", ("_T", "_T")), ("building_tax_district_yoy", "Q", ("_T", "_T")),
        ("district_retained_share", "Q", ("_T", "_T")), ("new_listed_cnt", "YTD", ("_T", "_T")),
        ("listed_tier1_cnt", "S", ("_T", "_T")), ("rating_valid_cnt", "S", ("rating", "SG_NATIONAL")),
        ("rating_valid_cnt", "S", ("rating", "SRDI_BJ")), ("rated_enterprise_distinct_cnt", "S", ("_T", "_T")),
        ("nhte_applied_cnt", "Y", ("_T", "_T")),
    )),
)  # fmt: skip

_MEMBERS: Mapping[str, Message] = {
    "CENTRAL": Message("中心站", "central"),
    "ORDINARY": Message("普通站", "ordinary"),
    "SG_NATIONAL": Message("国家级“小巨人”", "national small giants"),
    "SRDI_BJ": Message("北京市“专精特新”", "Beijing specialised SMEs"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure as the page shows it."""

    name: str
    printed: str
    when: str
    against: str | None
    note: str | None
    is_shown: bool
    kpi_id: str


def write_bulletin(
    path: Path,
    figures: pl.DataFrame,
    kpi: pl.DataFrame,
    area: pl.DataFrame,
    release_id: str,
    context: Mapping[str, Any],
) -> None:
    """Write the page of a release."""
    as_of = date.fromisoformat(context["as_of"])
    facts = Facts(figures, kpi, area, as_of, context["district"])
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("bulletin.html").render(
        release_id=release_id,
        context=context,
        style=(_TEMPLATES / "bulletin.css").read_text(encoding="utf-8"),
        parts=[_part(facts, context, language) for language in _LANGUAGES],
    )
    write_bytes(path, page.encode())


def headlines(public: Path, language: Language) -> list[Card]:
    """Return the headline figures of a release from its public folder."""
    release = read_json(public.parent / "release.json")
    figures, kpi, area = (pl.read_parquet(public / f"{name}.parquet") for name in ("kpi_value", "kpi", "area"))
    facts = Facts(figures, kpi, area, date.fromisoformat(release["as_of"]), release["district"])
    return [card for _, cards in headline_cards(facts, language) for card in cards]


def headline_cards(facts: Facts, language: Language) -> list[tuple[str, list[Card]]]:
    """Return the headline figures in their groups; figures that the release does not hold are left out."""
    groups = []
    for name, wanted in _GROUPS:
        found = [(fact, member) for kpi, kind, member in wanted if (fact := _headline(facts, kpi, kind, member))]
        if found:
            groups.append((name.say(language), [_card(fact, member[1], language) for fact, member in found]))
    return groups


def _headline(facts: Facts, kpi: str, kind: str, member: tuple[str, str]) -> Fact | None:
    if kind == "S":
        period = facts.stock_day
    elif kind == "Y":
        period = facts.as_of.strftime("%Y")
    elif kind == "BASE":
        windows = facts.series(kpi, "WINDOW")
        period = windows[0].row["period"] if len(windows) > 1 else ""
    else:
        period = facts.periods.get(kind, "")
    return facts.find(kpi, period, breakdown=member)


def _card(fact: Fact, member: str, language: Language) -> Card:
    name = say(fact.name, language)
    if member in _MEMBERS:
        name = f"{name}({_MEMBERS[member].zh})" if language == "zh" else f"{name}: {_MEMBERS[member].en}"
    against = say(fact.against, language) if fact.against else None
    return Card(
        name, say(fact.printed, language), say(fact.when, language), against, _reason(fact, language), fact.is_shown,
        fact.kpi["kpi_id"],
    )  # fmt: skip


def _reason(fact: Fact, language: Language) -> str | None:
    """Return the half of a two-language note that the reader reads, with the gate's id."""
    if fact.is_shown or not fact.row["note"]:
        return None
    gate, colon, rest = fact.row["note"].partition(": ")
    zh, _, en = (rest if colon else gate).partition(" / ")
    return f"{gate}: {zh if language == 'zh' else en}" if colon else (zh if language == "zh" else en)


def _part(facts: Facts, context: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return everything that the page says in one language."""
    streets = {kpi: facts.by_street(kpi, facts.stock_day) for kpi in STREET_KPIS}
    codes = sorted({code for found in streets.values() for code in found})
    windows = facts.series("building_ticket_monthly_avg", "WINDOW")
    return {
        "language": language,
        "district": say(facts.area_name("district", facts.district), language),
        "as_of": f"{facts.as_of.year}年{facts.as_of.month}月{facts.as_of.day}日"
        if language == "zh"
        else f"{facts.as_of:%-d %B %Y}",
        "known_at": context["known_at"][:16].replace("T", " "),
        "sentences": sentences(facts, language),
        "groups": headline_cards(facts, language),
        "tickets_svg": tickets_plot(facts, language) if monthly_tickets(facts) else "",
        "tickets": [(say(fact.when, language), say(fact.printed, language)) for fact in monthly_tickets(facts)],
        "tax_svg": tax_plot(facts, language) if quarterly_tax(facts, "building_tax_total") else "",
        "tax": _tax_rows(facts, language),
        "street_heads": [say(facts.kpi_name(kpi), language) for kpi in STREET_KPIS],
        "street_rows": [
            (
                say(facts.area_name("street", code), language),
                [say(found[code].printed, language) if code in found else "—" for found in streets.values()],
            )
            for code in codes
        ],
        "windows": [(say(window.when, language), int(window.row["denominator"] or 0)) for window in windows],
        "is_unequal": len({window.row["denominator"] for window in windows}) > 1,
        "withheld": [(say(fact.name, language), _reason(fact, language)) for fact in facts.withheld()],
        "definitions": _definitions(facts, language),
    }


def _tax_rows(facts: Facts, language: Language) -> list[tuple[str, str, str]]:
    district = {fact.row["period"]: fact for fact in quarterly_tax(facts, "building_tax_district")}
    return [
        (
            say(fact.when, language),
            say(fact.printed, language),
            say(district[fact.row["period"]].printed, language) if fact.row["period"] in district else "—",
        )
        for fact in quarterly_tax(facts, "building_tax_total")
    ]


def _definitions(facts: Facts, language: Language) -> list[tuple[str, str]]:
    used = dict.fromkeys(kpi for _, wanted in _GROUPS for kpi, _, _ in wanted)
    return [(say(facts.kpi_name(kpi), language), say(facts.definition(kpi), language)) for kpi in used]
