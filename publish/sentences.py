"""The bulletin's sentences, written from figures and from nothing else (SPEC 4.5, Appendix D).

A sentence stands only with the figures it names; one whose figure is withheld is left out, and the withheld
figure is listed with its reason.
"""

from collections.abc import Callable, Iterator

from common.messages import Language, Message
from publish.facts import Fact, Facts, say

_FULL_COVERAGE = Message(
    "实现楼宇党组织、楼委会、楼宇工作站全覆盖", "are all covered by a party organisation, a committee and a workstation"
)


def paragraphs(facts: Facts, language: Language) -> list[tuple[str, str]]:
    """Return the bulletin's paragraphs in one language, each with its subject; one without a sentence is left out."""
    between = "" if language == "zh" else " "
    written = ((subject, between.join(say(told, language) for told in tell(facts))) for subject, tell in _SUBJECTS)
    return [(say(subject, language), text) for subject, text in written if text]


def _shown(*found: Fact | None) -> bool:
    return all(fact is not None and fact.is_shown for fact in found)


def _organisation(facts: Facts) -> Iterator[Message]:
    day, cumulative = facts.stock_day, facts.periods.get("CUM", "")
    buildings, covered = facts.find("building_cnt", day), facts.find("troika_coverage_rate", day)
    if buildings and covered and _shown(buildings, covered):
        is_full = covered.row["numerator"] == covered.row["denominator"]
        zh = f"截至{facts.as_of.month}月{facts.as_of.day}日,全区{buildings.printed.zh}商务楼宇"
        en = f"As at {facts.as_of:%-d %B %Y}, the district's {buildings.printed.en} in statistics"
        rate = covered.printed
        yield Message(
            f"{zh}{_FULL_COVERAGE.zh}。" if is_full else f"{zh}中,“三驾马车”覆盖率为{rate.zh}。",
            f"{en} {_FULL_COVERAGE.en}." if is_full else f"{en} are covered by all three at a rate of {rate.en}.",
        )
    party, committees = facts.find("party_org_cnt", day), facts.find("committee_cnt", day)
    stations, staff = facts.find("station_cnt", day), facts.find("staff_fulltime_cnt", day)
    if party and committees and stations and staff and _shown(party, committees, stations, staff):
        yield Message(
            f"楼宇党组织{party.printed.zh},楼委会{committees.printed.zh},楼宇工作站{stations.printed.zh},"
            f"在岗专职社工{staff.printed.zh}。",
            f"The buildings have {party.printed.en} of the party, {committees.printed.en}, and {stations.printed.en} "
            f"with {staff.printed.en} on post.",
        )
    guided = facts.find("two_new_party_org_guided_cnt", cumulative)
    if guided and guided.is_shown:
        yield Message(
            f"自成立运行以来,累计指导组建两新组织党组织{guided.printed.zh}。",
            f"Since the programme's start {guided.printed.en} of the party were founded under guidance in new economic "
            "and social organisations.",
        )


def _lists(facts: Facts) -> Iterator[Message]:
    cumulative = facts.periods.get("CUM", "")
    needs, resources, projects = (
        facts.find(kpi, cumulative) for kpi in ("need_cnt", "resource_cnt", "project_cnt")
    )  # fmt: skip
    if needs and resources and projects and _shown(needs, resources, projects):
        yield Message(
            f"自成立运行以来,三个清单累计列入需求{needs.printed.zh}、资源{resources.printed.zh}、项目{projects.printed.zh}。",
            f"Since the programme's start the three lists have held {needs.printed.en}, {resources.printed.en} and "
            f"{projects.printed.en}.",
        )
    meetings = facts.find("whistle_deliberation_meeting_cnt", cumulative)
    appeals = facts.find("pre_complaint_resolved_cnt", cumulative)
    if meetings and appeals and _shown(meetings, appeals):
        yield Message(
            f"累计召开吹哨报到和议事协调会{meetings.printed.zh},未诉先办化解诉求{appeals.printed.zh}。",
            f"{_upper(meetings.printed.en)} were held to summon departments or to deliberate, and "
            f"{appeals.printed.en} were resolved before anybody complained.",
        )
    activities, people = facts.find("activity_cnt", cumulative), facts.find("activity_attendance", cumulative)
    if activities and people and _shown(activities, people):
        yield Message(
            f"各楼宇工作站累计共开展活动{activities.printed.zh},参与{people.printed.zh}。",
            f"All workstations together held {activities.printed.en} with {people.printed.en}.",
        )


def _hotline(facts: Facts) -> Iterator[Message]:
    current = facts.periods.get("WINDOW", "")
    change = facts.find("building_ticket_change_rate", current)
    if change is None or not change.is_shown:
        return
    base = change.row["base_period"]
    before, after = facts.find("building_ticket_monthly_avg", base), facts.find("building_ticket_monthly_avg", current)
    if before and after and _shown(before, after):
        yield Message(
            f"楼宇类12345诉求由月均{before.printed.zh}({before.when.zh})变为月均{after.printed.zh}({after.when.zh}),"
            f"{change.printed.zh}。",
            f"Hotline tickets about buildings went from {before.printed.en} ({before.when.en}) to {after.printed.en} "
            f"({after.when.en}), {change.printed.en}.",
        )


def _tax(facts: Facts) -> Iterator[Message]:
    quarter = facts.periods.get("Q", "")
    for level, change in (
        ("building_tax_total", "building_tax_total_yoy"), ("building_tax_district", "building_tax_district_yoy"),
    ):  # fmt: skip
        amount, growth = facts.find(level, quarter), facts.find(change, quarter)
        if amount is None or not amount.is_shown:
            continue
        grown = growth if growth and growth.is_shown else None
        yield Message(
            f"{amount.when.zh},{amount.name.zh}{amount.printed.zh}"
            + (f",同比{grown.printed.zh}" if grown else "")
            + "。",
            f"In {amount.when.en}, {_lower(amount.name.en)} was {amount.printed.en}"
            + (f", {grown.printed.en} on the year" if grown else "")
            + ".",
        )


def _enterprises(facts: Facts) -> Iterator[Message]:
    day = facts.stock_day
    giants = facts.find("rating_valid_cnt", day, breakdown=("rating", "SG_NATIONAL"))
    specialised = facts.find("rating_valid_cnt", day, breakdown=("rating", "SRDI_BJ"))
    distinct = facts.find("rated_enterprise_distinct_cnt", day)
    if giants and specialised and distinct and _shown(giants, specialised, distinct):
        yield Message(
            f"截至{facts.as_of.month}月{facts.as_of.day}日,有效国家级专精特新“小巨人”企业{giants.printed.zh},"
            f"北京市“专精特新”中小企业{specialised.printed.zh};持有任一有效资质的企业去重后{distinct.printed.zh}。",
            f"As at {facts.as_of:%-d %B %Y}, valid titles: {giants.printed.en} as national small giants and "
            f"{specialised.printed.en} as Beijing's specialised SMEs; {distinct.printed.en} hold any title, each "
            "counted once.",
        )
    applied = facts.find("nhte_applied_cnt", facts.as_of.strftime("%Y"))
    if applied and applied.is_shown:
        yield Message(
            f"{applied.when.zh}申报国家高新技术企业{applied.printed.zh}(申报不等于认定)。",
            f"In {applied.when.en}, {applied.printed.en} applied for the title of national high-tech enterprise; "
            "applied is not certified.",
        )
    listed = facts.find("new_listed_cnt", facts.periods.get("YTD", ""))
    if listed and listed.is_shown:
        yield Message(
            f"{listed.when.zh}新增上市公司{listed.printed.zh}。",
            f"Newly listed on a stock exchange, {listed.when.en}: {listed.printed.en}.",
        )


def _upper(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]


_SUBJECTS: tuple[tuple[Message, Callable[[Facts], Iterator[Message]]], ...] = (
    (Message("楼宇与组织", "Organisations"), _organisation),
    (Message("服务与治理", "Service"), _lists),
    (Message("接诉即办", "Complaints"), _hotline),
    (Message("楼宇税收", "Tax"), _tax),
    (Message("企业", "Enterprises"), _enterprises),
)
