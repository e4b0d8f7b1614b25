"""Party organisations, committees, workstations, what they cover and who works there (G01, G02, G03)."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, pairwise
from random import Random
from typing import TypeVar

from common.periods import add_months
from sample.buildings import PARK, STREETS, Building, Street
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.names import Person, people
from sample.targets import STAFF_NORM, TWO_NEW_COMMITTEES, TWO_NEW_PARTY_ORGS
from sample.tenancy import Tenancy
from sample.timeline import (
    AS_OF,
    MONTH_ENDS,
    PROGRAMME_MONTHS,
    PROGRAMME_START,
    days,
    next_working_day,
    office_hour,
    position,
    working_days_after,
)
from sample.words import Notation, Words, spell, yes

T = TypeVar("T")

_QUARTER_ENDS = (date(2022, 12, 31), date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30))

_EARLIER_PARTY_ORGS = 38
_UNGUIDED_PARTY_ORGS = 6
_DISSOLVED_PARTY_ORGS = 7
_SUCCESSIONS = {"PARTY_ORG": 2, "COMMITTEE": 2}
_LEVELS = {"COMMITTEE": "党委", "GENERAL_BRANCH": "党总支", "BRANCH": "党支部"}
_STATIONS = {"CENTRAL": "楼宇中心站", "ORDINARY": "楼宇工作站"}
_PART_TIMERS = 20
_FORMER_STAFF = 18


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation of any type; it no longer exists on the day of its dissolution."""

    type: str
    name: str
    street: Street
    formed: date
    head: Person
    dissolved: date | None = None
    station_type: str | None = None
    level: str | None = None
    formation: str | None = None
    parent: str | None = None
    guide: str | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """That an organisation covers a building from a day on, until another day on which it does not."""

    building: Building
    type: str
    organisation: str
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """A social worker's time at a station."""

    person: Person
    station: str
    full_time: bool
    start: date
    end: date | None = None


@dataclass(frozen=True, slots=True)
class Governance:
    """All organisations, what they cover, and their staff."""

    organisations: tuple[Organisation, ...]
    links: tuple[Link, ...]
    posts: tuple[Post, ...]

    @property
    def stations(self) -> list[Organisation]:
        """The workstations."""
        return [one for one in self.organisations if one.type == "STATION"]

    def covered_by(self, station: Organisation) -> list[Building]:
        """Return the buildings that a station covers."""
        return [link.building for link in self.links if link.type == "STATION" and link.organisation == station.name]


def invent_governance(seed: int, buildings: Sequence[Building], tenancy: Tenancy) -> Governance:
    """Found the organisations of every street and let them cover its buildings."""
    rng = dice(seed, "governance")
    heads = iter(people(rng, 600))
    troika: list[Organisation] = []
    links: list[Link] = []
    for street in STREETS:
        local = [building for building in buildings if building.street is street and building.is_counted_now]
        for organisation, covered in _found(rng, street, local, heads):
            troika.append(organisation)
            links += [
                Link(building, organisation.type, organisation.name, _cover_start(rng, building, organisation.formed))
                for building in covered
            ]
    troika, links = _with_predecessors(rng, troika, links)
    stations = {one.street: one.name for one in troika if one.type == "STATION"}
    uncounted = [building for building in buildings if building.stat_since is None][:2]
    links += [Link(one, "STATION", stations[one.street], date(2022, 10, 20)) for one in uncounted]
    others = _new_organisations(rng, troika, tenancy, heads)
    return Governance((*troika, *others), tuple(links), tuple(_posts(rng, troika)))


def _found(
    rng: Random, street: Street, buildings: Sequence[Building], heads: Iterator[Person]
) -> Iterator[tuple[Organisation, list[Building]]]:
    """Divide a street's buildings among committees, those among party organisations, those among stations."""
    committees = _divide(buildings, street.committees)
    parties = _divide(committees, street.party_orgs)
    areas = _divide(parties, street.central_stations + street.ordinary_stations)

    def day() -> date:
        return date(2022, rng.randint(3, 9), rng.randint(1, 28))

    for covered in committees:
        yield Organisation("COMMITTEE", f"{covered[0].name}楼委会", street, day(), next(heads)), covered
    for party in parties:
        covered, level = list(chain(*party)), rng.choice(list(_LEVELS))
        organisation = Organisation(
            "PARTY_ORG",
            f"{covered[0].name}{_LEVELS[level]}",
            street,
            day(),
            next(heads),
            level=level,
            formation="SINGLE" if len(party) == 1 else "JOINT",
            parent=f"{street.name}党工委",
        )
        yield organisation, covered
    for at, area in enumerate(areas):
        covered, kind = list(chain(*chain(*area))), "CENTRAL" if at < street.central_stations else "ORDINARY"
        name = f"{covered[0].name}{_STATIONS[kind]}"
        yield Organisation("STATION", name, street, day(), next(heads), station_type=kind), covered


def _divide(items: Sequence[T], parts: int) -> list[list[T]]:
    """Cut a sequence into consecutive parts of nearly equal length."""
    cuts = [len(items) * part // parts for part in range(parts + 1)]
    return [list(items[start:end]) for start, end in pairwise(cuts)]


def _cover_start(rng: Random, building: Building, formed: date) -> date:
    """Return since when a building is covered; some were reached only in 2023, all before the sample ends."""
    known = max(formed, building.stat_since or formed)
    if rng.random() < 0.12:
        known = max(known, date(2023, 1, 4) + timedelta(days=rng.randrange(230)))
    return known + timedelta(days=rng.randint(2, 20))


def _with_predecessors(
    rng: Random, organisations: Sequence[Organisation], links: Sequence[Link]
) -> tuple[list[Organisation], list[Link]]:
    """Let a few organisations be successors of dissolved ones that covered the same buildings before."""
    founded, covers = list(organisations), list(links)
    for kind, times in _SUCCESSIONS.items():
        for at in rng.sample([at for at, one in enumerate(founded) if one.type == kind], times):
            successor = founded[at]
            day = date(2023, rng.randint(2, 5), rng.randint(5, 25))
            former = replace(successor, name=f"{successor.name}（筹备组）", dissolved=day)
            founded[at] = replace(successor, formed=day)
            founded.append(former)
            for place, link in enumerate(covers):
                if link.type == kind and link.organisation == successor.name and link.start < day:
                    covers[place] = replace(link, start=day)
                    covers.append(replace(link, organisation=former.name, end=day))
    return founded, covers


def _new_organisations(
    rng: Random, troika: Sequence[Organisation], tenancy: Tenancy, heads: Iterator[Person]
) -> Iterator[Organisation]:
    """Yield the party organisations of new organisations and the committees above them."""
    committees = [
        Organisation(
            "TWO_NEW_COMMITTEE",
            f"{street.name}两新组织综合党委",
            street,
            date(2022, 7, 1),
            next(heads),
            level="COMMITTEE",
        )
        for street in STREETS
    ]
    committees.append(replace(committees[-1], name=f"{PARK}两新组织综合党委", head=next(heads)))
    yield from committees[:TWO_NEW_COMMITTEES]
    guides = [one for one in troika if one.type == "PARTY_ORG" and one.formed < PROGRAMME_START and not one.dissolved]
    window = days(PROGRAMME_START, AS_OF + timedelta(days=1))
    guided = [rng.choice(window) for _ in range(TWO_NEW_PARTY_ORGS - 2)] + [window[0], window[-1]]
    earlier = [PROGRAMME_START - timedelta(days=1 + rng.randrange(500)) for _ in range(_EARLIER_PARTY_ORGS)]
    unguided = [rng.choice(window) for _ in range(_UNGUIDED_PARTY_ORGS)]
    hosts = iter(rng.sample(tenancy.settled, len(guided) + len(earlier) + len(unguided)))
    short_lived = set(rng.sample(range(len(guided)), _DISSOLVED_PARTY_ORGS))
    for number, formed in enumerate([*guided, *earlier, *unguided]):
        guide, host = rng.choice(guides), next(hosts)
        has_guide = number < len(guided) + len(earlier)
        ends = formed + timedelta(days=60)
        yield Organisation(
            "TWO_NEW_PARTY_ORG",
            f"{host.name}党支部",
            guide.street,
            formed,
            next(heads),
            dissolved=ends if number in short_lived and ends < AS_OF else None,
            level="BRANCH",
            formation="SINGLE",
            parent=f"{guide.street.name}两新组织综合党委",
            guide=guide.name if has_guide else None,
        )


def _posts(rng: Random, organisations: Sequence[Organisation]) -> Iterator[Post]:
    """Yield the posts: at the end every station has just the full-time staff that its norm asks for.

    In each month of 2023 somebody is replaced, so that no two lists are alike.
    """
    stations = [one for one in organisations if one.type == "STATION"]
    seats = [one.name for one in stations for _ in range(STAFF_NORM[str(one.station_type)])]
    staff = iter(people(rng, len(seats) + _FORMER_STAFF + _PART_TIMERS))
    handovers = (add_months(date(2023, 1, 1), number % 9) for number in range(_FORMER_STAFF))
    refilled = dict(zip(rng.sample(range(len(seats)), _FORMER_STAFF), handovers, strict=True))
    for seat, station in enumerate(seats):
        if seat in refilled:
            handover = refilled[seat] + timedelta(days=rng.randrange(25))
            yield Post(next(staff), station, True, date(2022, 10, 10), handover)
            yield Post(next(staff), station, True, handover)
        else:
            hired = date(2022, 10, 8) + timedelta(days=rng.randrange(40 if rng.random() < 0.8 else 330))
            yield Post(next(staff), station, True, hired)
    for _ in range(_PART_TIMERS):
        yield Post(
            next(staff), rng.choice(stations).name, False, date(2022, 11, 1) + timedelta(days=rng.randrange(300))
        )


def governance_deliveries(seed: int, governance: Governance) -> list[Delivery]:
    """Return the quarterly lists of organisations and coverage and the monthly lists of staff."""
    rng = dice(seed, "G")
    staff = [who.name for who in people(rng, 3)]

    def delivery(feed: str, subject: str, sender: str, day: date, sent: date, sheet: Callable[[], Sheet]) -> Delivery:
        name = f"{DISTRICT}_{feed}{subject}_{day:%Y%m}_{sender.removeprefix('区委')}.xlsx"
        moment = office_hour(rng, sent)
        return Delivery(feed, name, moment, sender, lambda: Workbook([sheet()]), period=day.isoformat())

    def quarter(day: date) -> list[Delivery]:
        signed, sent = signatures(staff[0], staff[1]), next_working_day(day + timedelta(days=10))
        return [
            delivery("G01", "组织与站点", "区委组织部", day, sent, lambda: _organisations(day, governance, signed)),
            delivery("G02", "覆盖关系", "区委组织部", day, sent, lambda: _coverage(day, governance, signed)),
        ]

    def month(at: int) -> Delivery:
        signed, day = signatures(staff[2], staff[1]), MONTH_ENDS[at]
        sent = working_days_after(day, 5)
        return delivery("G03", "专职社工", "区委社会工作部", day, sent, lambda: _staff(day, governance, signed))

    lists = [one for day in _QUARTER_ENDS for one in quarter(day)]
    return lists + [month(at) for at in PROGRAMME_MONTHS[1:]]


def _by_then(day: date | None, then: date, notation: Notation) -> str | None:
    """Write a day that has come by then; a later one is not yet known."""
    return spell(day, notation) if day and day <= then else None


def _organisations(day: date, governance: Governance, signed: tuple[str, str, str]) -> Sheet:
    words = Words("G01", day.month // 6 % 2)

    def word(column: str, code: str | None) -> str | None:
        return words.value(column, code) if code else None

    rows: list[Row] = [
        (
            f"ZZ{number:04d}",
            words.value("org_type", one.type),
            word("station_type", one.station_type),
            one.name,
            word("party_level", one.level),
            word("formation", one.formation),
            spell(one.formed, "zh"),
            _by_then(one.dissolved, day, "zh"),
            one.parent,
            one.guide,
            one.head.name,
            one.street.name,
        )
        for number, one in enumerate(governance.organisations, 1)
        if one.formed <= day
    ]
    columns = (
        "org_id", "org_type", "station_type", "name", "party_level", "formation", "formed_on", "dissolved_on",
        "parent_org", "guided_by", "head_name", "street_name",
    )  # fmt: skip
    title = f"石景山区楼宇党组织、楼委会、楼宇工作站名册（截至{spell(day, 'zh')}）"
    return Sheet("G01", "组织与站点", (title,), words.headers(*columns), rows, signatures=signed)


def _coverage(day: date, governance: Governance, signed: tuple[str, str, str]) -> Sheet:
    words = Words("G02", day.month // 6 % 2)
    shown = sorted(
        (link for link in governance.links if link.start <= day),
        key=lambda link: (link.building.code, link.type, link.start),
    )
    rows: list[Row] = [
        (
            number,
            link.building.name_in(position(day)),
            link.organisation,
            words.value("org_type", link.type),
            spell(link.start, "iso"),
            _by_then(link.end, day, "iso"),
        )
        for number, link in enumerate(shown, 1)
    ]
    columns = ("building_name", "org_name", "org_type", "valid_from", "valid_to")
    title = f"石景山区商务楼宇组织覆盖情况（截至{spell(day, 'zh')}）"
    return Sheet("G02", "覆盖关系", (title,), ("序号", *words.headers(*columns)), rows, (1,), signed)


def _staff(day: date, governance: Governance, signed: tuple[str, str, str]) -> Sheet:
    words = Words("G03", day.month // 6 % 2)
    posts = [post for post in governance.posts if post.start <= day]
    posts.sort(key=lambda post: (post.station, post.start, post.person.resident_no))
    rows: list[Row] = [
        (
            number,
            post.station,
            post.person.name,
            post.person.resident_no,
            post.person.phone,
            yes(post.full_time),
            post.start,
            post.end if post.end and post.end <= day else None,
        )
        for number, post in enumerate(posts, 1)
    ]
    columns = ("station", "person_name", "person_id_no", "phone", "full_time", "on_post_from", "on_post_to")
    title = f"石景山区楼宇工作站社工名册（截至{spell(day, 'zh')}）"
    return Sheet("G03", "社工名册", (title,), ("序号", *words.headers(*columns)), rows, (1,), signed)
