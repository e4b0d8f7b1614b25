"""The bulletin: one self-contained page, both languages from the same figures.

Nothing is fetched and nothing runs: plots are drawn into the page, styles stand in it, fonts are the reader's own.
"""

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import jinja2
import polars as pl

from common.files import write_bytes
from common.messages import Language, Message
from publish.bulletin_words import WORDS
from publish.facts import Facts, say
from publish.headlines import GROUPS, headline_groups, leads
from publish.notes import footnotes, withheld_lines
from publish.plots import monthly_tickets, quarterly_tax, tax_plot, tickets_plot
from publish.sentences import paragraphs

_TEMPLATES = Path(__file__).parent / "templates"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")

STREET_TABLES: tuple[tuple[Message, tuple[tuple[str, Message], ...]], ...] = (
    (Message("楼宇、组织与站点", "Buildings, organisations and workstations"), (
        ("building_cnt", Message("楼宇(座)", "Buildings")), ("party_org_cnt", Message("党组织(个)", "Party orgs.")),
        ("committee_cnt", Message("楼委会(个)", "Committees")), ("station_cnt", Message("工作站(个)", "Stations")),
    )),
    (Message("覆盖率(%)", "Coverage (%)"), (
        ("coverage_party_org_rate", Message("党组织", "Party orgs.")),
        ("coverage_committee_rate", Message("楼委会", "Committees")),
        ("coverage_station_rate", Message("工作站", "Stations")),
        ("troika_coverage_rate", Message("三者均有", "All three")),
    )),
)  # fmt: skip
"""Class-P figures of the tables by street: public facts, which need no disclosure control."""


def write_bulletin(
    path: Path,
    figures: pl.DataFrame,
    kpi: pl.DataFrame,
    area: pl.DataFrame,
    release_id: str,
    context: Mapping[str, Any],
    candidate_hash: str,
) -> None:
    """Write the page of a release."""
    facts = Facts(figures, kpi, area, date.fromisoformat(context["as_of"]), context["district"])
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    page = environment.get_template("bulletin.html").render(
        release_id=release_id,
        build=context["build"],
        candidate_hash=candidate_hash,
        code=context["code"],
        simulated=context["simulated"],
        style=(_TEMPLATES / "bulletin.css").read_text(encoding="utf-8"),
        parts=[_part(facts, context, language) for language in _LANGUAGES],
    )
    write_bytes(path, page.encode())


def _part(facts: Facts, context: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return everything that the page says in one language."""
    simulated: bool = context["simulated"]
    notes = footnotes(facts, language, simulated=simulated)
    tickets, tax = monthly_tickets(facts), quarterly_tax(facts, "building_tax_total")
    return {
        "language": language,
        "words": {name: say(word, language) for name, word in WORDS.items()},
        "district": say(facts.area_name("district", facts.district), language),
        "as_of": _day(facts.as_of, language),
        "known_at": _moment(context["known_at"], language),
        "leads": leads(facts, language),
        "paragraphs": paragraphs(facts, language),
        "groups": headline_groups(facts, language),
        "notes": notes,
        "notes_of": {kpi: [note.number for note in notes if kpi in note.kpis] for kpi in _used()},
        "tickets_svg": tickets_plot(facts, language, simulated=simulated) if tickets else "",
        "tickets": [(say(fact.when, language), say(fact.printed, language)) for fact in tickets],
        "tax_svg": tax_plot(facts, language, simulated=simulated) if tax else "",
        "tax": _tax_rows(facts, language),
        "streets": [table for named in STREET_TABLES if (table := _street_table(facts, *named, language))["rows"]],
        "withheld": withheld_lines(facts, language),
        "definitions": [(say(facts.kpi_name(kpi), language), say(facts.definition(kpi), language)) for kpi in _used()],
    }


def _used() -> tuple[str, ...]:
    return tuple(dict.fromkeys(kpi for _, wanted in GROUPS for kpi, _, _ in wanted))


def _tax_rows(facts: Facts, language: Language) -> list[tuple[str, str, str]]:
    district = {fact.row["period"]: fact.printed for fact in quarterly_tax(facts, "building_tax_district")}
    return [
        (say(fact.when, language), say(fact.printed, language), say(district.get(fact.row["period"]), language))
        for fact in quarterly_tax(facts, "building_tax_total")
    ]


def _street_table(
    facts: Facts, title: Message, columns: tuple[tuple[str, Message], ...], language: Language
) -> dict[str, Any]:
    """Return a table by street: bare numbers, since the heads name the units, and the district's own figures last."""
    by_street = [facts.by_street(kpi, facts.stock_day) for kpi, _ in columns]
    codes = sorted({code for found in by_street for code in found})
    total = [facts.find(kpi, facts.stock_day) for kpi, _ in columns]
    return {
        "title": say(title, language),
        "heads": [say(head, language) for _, head in columns],
        "rows": [
            (
                say(facts.area_name("street", code), language),
                [say(found[code].bare if code in found else None, language) for found in by_street],
            )
            for code in codes
        ],
        "total": [say(fact.bare if fact else None, language) for fact in total],
    }


def _day(day: date, language: Language) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if language == "zh" else f"{day:%-d %B %Y}"


def _moment(stamp: str, language: Language) -> str:
    moment = datetime.fromisoformat(stamp)
    return f"{_day(moment.date(), language)} {moment:%H:%M}"
