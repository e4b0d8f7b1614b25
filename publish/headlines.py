"""The headline figures: which they are, in which order, and what stands beside each."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import polars as pl

from common.files import read_json
from common.messages import Language, Message
from publish.facts import Fact, Facts, say

Wanted = tuple[str, str, tuple[str, str]]
"""A KPI, which of its periods (a period type, or BASE for the base window), and a member of a breakdown."""

_ALL = ("_T", "_T")

GROUPS: tuple[tuple[Message, tuple[Wanted, ...]], ...] = (
    (Message("楼宇与组织", "Buildings and organisations"), (
        ("building_cnt", "S", _ALL), ("troika_coverage_rate", "S", _ALL), ("party_org_cnt", "S", _ALL),
        ("committee_cnt", "S", _ALL), ("station_cnt", "S", _ALL), ("station_cnt", "S", ("station_type", "CENTRAL")),
        ("station_cnt", "S", ("station_type", "ORDINARY")), ("staff_fulltime_cnt", "S", _ALL),
        ("staff_fill_rate", "S", _ALL), ("two_new_party_org_guided_cnt", "CUM", _ALL),
    )),
    (Message("服务与治理", "Service and governance"), (
        ("need_cnt", "CUM", _ALL), ("resource_cnt", "CUM", _ALL), ("project_cnt", "CUM", _ALL),
        ("whistle_deliberation_meeting_cnt", "CUM", _ALL), ("pre_complaint_resolved_cnt", "CUM", _ALL),
        ("activity_cnt", "CUM", _ALL), ("activity_attendance", "CUM", _ALL),
    )),
    (Message("接诉即办", "Swift response to public complaints"), (
        ("building_ticket_monthly_avg", "BASE", _ALL), ("building_ticket_monthly_avg", "WINDOW", _ALL),
        ("building_ticket_change_rate", "WINDOW", _ALL),
    )),
    (Message("楼宇经济", "Building economy"), (
        ("building_tax_total", "Q", _ALL), ("building_tax_total_yoy", "Q", _ALL), ("building_tax_district", "Q", _ALL),
        ("building_tax_district_yoy", "Q", _ALL), ("district_retained_share", "Q", _ALL),
        ("new_listed_cnt", "YTD", _ALL),
        ("listed_tier1_cnt", "S", _ALL), ("rating_valid_cnt", "S", ("rating", "SG_NATIONAL")),
        ("rating_valid_cnt", "S", ("rating", "SRDI_BJ")), ("rated_enterprise_distinct_cnt", "S", _ALL),
        ("nhte_applied_cnt", "Y", _ALL),
    )),
)  # fmt: skip

_LEADS: tuple[tuple[Wanted, Wanted], ...] = (
    (("building_tax_total", "Q", _ALL), ("building_tax_total_yoy", "Q", _ALL)),
    (("building_tax_district", "Q", _ALL), ("building_tax_district_yoy", "Q", _ALL)),
    (("building_ticket_monthly_avg", "WINDOW", _ALL), ("building_ticket_change_rate", "WINDOW", _ALL)),
    (("building_cnt", "S", _ALL), ("troika_coverage_rate", "S", _ALL)),
)
"""The figures that open the page, each with the one that puts it into proportion."""

_ALONE: Mapping[str, Message] = {
    "building_ticket_monthly_avg": Message("楼宇类12345月均诉求量", "Hotline tickets about buildings"),
    "troika_coverage_rate": Message("三驾马车全覆盖率", "with party organisation, committee and workstation"),
}
"""Names of figures that their group explains, for where they stand without it."""

_MEMBERS: Mapping[str, Message] = {
    "CENTRAL": Message("中心站", "central"),
    "ORDINARY": Message("普通站", "ordinary"),
    "SG_NATIONAL": Message("国家级“小巨人”", "national small giants"),
    "SRDI_BJ": Message("北京市“专精特新”", "Beijing specialised SMEs"),
}


@dataclass(frozen=True, slots=True)
class Card:
    """A headline figure as the page shows it."""

    kpi_id: str
    name: str
    printed: str
    when: str
    against: str | None
    reason: str | None
    is_shown: bool
    is_provisional: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Figures of one subject, with the period that most of them share."""

    name: str
    when: str
    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Lead:
    """A figure that opens the page, with the change or rate beside it."""

    card: Card
    beside: Card | None


def headlines(public: Path, language: Language) -> list[Card]:
    """Return the headline figures of a release from its public folder."""
    release = read_json(public / "release.json")
    figures, kpi, area = (pl.read_parquet(public / f"{name}.parquet") for name in ("kpi_value", "kpi", "area"))
    facts = Facts(figures, kpi, area, date.fromisoformat(release["as_of"]), release["district"])
    return [card for group in headline_groups(facts, language) for card in group.cards]


def headline_groups(facts: Facts, language: Language) -> list[Group]:
    """Return the headline figures in their groups; figures that the release does not hold are left out."""
    groups = []
    for name, held in headline_facts(facts):
        found = tuple(_card(facts, called, fact, language) for called, fact in held)
        shared = Counter(card.when for card in found).most_common(1)[0][0]
        groups.append(Group(say(name, language), shared, found))
    return groups


def headline_facts(facts: Facts) -> list[tuple[Message, list[tuple[Message, Fact]]]]:
    """Return the headline figures in their groups, each under its name; what the release does not hold is left out."""
    groups = ((name, [(_name(fact, one), fact) for one in wanted if (fact := _find(facts, *one))])
              for name, wanted in GROUPS)  # fmt: skip
    return [(name, held) for name, held in groups if held]


def leads(facts: Facts, language: Language) -> list[Lead]:
    """Return the figures that open the page; a withheld one does not."""
    found = ((_alone(facts, main, language), _alone(facts, beside, language)) for main, beside in _LEADS)
    return [Lead(main, beside) for main, beside in found if main]


def _alone(facts: Facts, wanted: Wanted, language: Language) -> Card | None:
    """Return a published figure under a name that needs no group around it."""
    fact = _find(facts, *wanted)
    if fact is None or not fact.is_shown:
        return None
    return _card(facts, _ALONE.get(wanted[0], _name(fact, wanted)), fact, language)


def _find(facts: Facts, kpi: str, kind: str, member: tuple[str, str]) -> Fact | None:
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


def _name(fact: Fact, wanted: Wanted) -> Message:
    name, member = fact.name, _MEMBERS.get(wanted[2][1])
    return Message(f"{name.zh}({member.zh})", f"{name.en}: {member.en}") if member else name


def _card(facts: Facts, name: Message, fact: Fact, language: Language) -> Card:
    return Card(
        fact.kpi["kpi_id"], say(name, language), say(fact.printed, language), say(fact.when, language),
        say(fact.against, language) if fact.against else None,
        say(facts.reason(fact.row["note"]), language) if fact.row["note"] and not fact.is_shown else None,
        fact.is_shown, fact.is_provisional,
    )  # fmt: skip
