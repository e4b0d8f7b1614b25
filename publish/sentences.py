"""The bulletin's sentences, written from figures and from nothing else (SPEC 4.5, Appendix D).

A sentence stands only with the figures it names; one whose figure is withheld is left out, and the withheld
figure is listed with its reason.
"""

from collections.abc import Iterator

from common.messages import Language, Message
from publish.facts import Fact, Facts

_FULL_COVERAGE = Message(
    "实现楼宇党组织、楼委会、楼宇工作站全覆盖", "are all covered by a party organisation, a committee and a workstation"
)


def sentences(facts: Facts, language: Language) -> list[str]:
    """Return the sentences of the bulletin in one language."""
    return [message.say(language) for message in _messages(facts)]


def _shown(*found: Fact | None) -> bool:
    return all(fact is not None and fact.is_shown for fact in found)


def _messages(facts: Facts) -> Iterator[Message]:
    yield from _organisation(facts)
    yield from _lists(facts)
    yield from _hotline(facts)
    yield from _tax(facts)
    yield from _enterprises(facts)


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
            f"{en} {_FULL_COVERAGE.en}." if is_full else f"{en} are covered by all three organisations at {rate.en}.",
        )
    party, committees = facts.find("party_org_cnt", day), facts.find("committee_cnt", day)
    stations, staff = facts.find("station_cnt", day), facts.find("staff_fulltime_cnt", day)
    if party and committees and stations and staff and _shown(party, committees, stations, staff):
        yield Message(
            f"楼宇党组织{party.printed.zh},楼委会{committees.printed.zh},楼宇工作站{stations.printed.zh},"
            f"在岗专职社工{staff.printed.zh}。",
            f"There are {party.printed.en} of the party in buildings, {committees.printed.en} and "
            f"{stations.printed.en} with {staff.printed.en} on post.",
        )
    guided = facts.find("two_new_party_org_guided_cnt", cumulative)
    if guided and guided.is_shown:
        yield Message(
            f"自成立以来指导组建两新组织党组织{guided.printed.zh}。",
            f"Since the start, {guided.printed.en} of the party were founded in new organisations under guidance.",
        )


def _lists(facts: Facts) -> Iterator[Message]:
    cumulative = facts.periods.get("CUM", "")
    needs, resources, projects = (
        facts.find(kpi, cumulative) for kpi in ("need_cnt", "resource_cnt", "project_cnt")
    )  # fmt: skip
    if needs and resources and projects and _shown(needs, resources, projects):
        yield Message(
            f"三个清单累计列入需求{needs.printed.zh}、资源{resources.printed.zh}、项目{projects.printed.zh}。",
            f"The three lists have held {needs.printed.en}, {resources.printed.en} and {projects.printed.en} so far.",
        )
    meetings = facts.find("whistle_deliberation_meeting_cnt", cumulative)
    appeals = facts.find("pre_complaint_resolved_cnt", cumulative)
    if meetings and appeals and _shown(meetings, appeals):
        yield Message(
            f"累计召开吹哨报到和议事协调会{meetings.printed.zh},未诉先办化解诉求{appeals.printed.zh}。",
            f"Departments and buildings held {meetings.printed.en}; "
            f"{appeals.printed.en} were resolved before a complaint.",
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
            f"楼宇类12345诉求由{before.when.zh}的月均{before.printed.zh}变为{after.when.zh}的月均{after.printed.zh},"
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
            f"有效国家级专精特新“小巨人”企业{giants.printed.zh},北京市“专精特新”中小企业{specialised.printed.zh};"
            f"持有任一有效资质的企业去重后{distinct.printed.zh}。",
            f"Valid titles: {giants.printed.en} as national small giants and {specialised.printed.en} as Beijing's "
            f"specialised SMEs; {distinct.printed.en} hold any title, each counted once.",
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
            f"Newly listed, {listed.when.en}: {listed.printed.en}.",
        )


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
