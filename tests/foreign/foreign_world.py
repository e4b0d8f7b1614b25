"""Another district, drawn from a seed: the facts themselves, before any department writes them down.

Nothing here comes from the product: identifiers, dates and shares are made as SPEC parts 2 and 3 describe them.
"""

from calendar import monthrange
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from random import Random

USCC = "0123456789ABCDEFGHJKLMNPQRTUWXY"
ORG_CODE = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True)
class Place:
    """A district and its streets; ``is_configured`` where the home's config names them.

    ``is_dated``: lists say of which day they speak; else they speak of the day on which they come in.
    """

    code: str
    name: str
    city: str
    streets: dict[str, str]
    is_configured: bool
    year: int
    programme_start: date
    is_listed_often: bool = True
    is_dated: bool = True

    @property
    def as_of(self) -> date:
        return date(self.year, 6, 30)

    @property
    def first_resource_list(self) -> date:
        return date(self.year, 2, 6)

    @property
    def months(self) -> list[str]:
        """The eighteen months that the deliveries cover."""
        return [f"{self.year - 1}-{m:02}" for m in range(1, 13)] + [f"{self.year}-{m:02}" for m in range(1, 7)]

    @property
    def budget(self) -> dict[str, int]:
        """The district's budget revenue as its home's config states it, in 万元, by period."""
        stated = {f"{self.year - 1}": 412_345, f"{self.year}-YTD03": 98_765, f"{self.year}-YTD06": 210_987}
        return stated if self.is_configured else {}

    @property
    def pulls(self) -> list[date]:
        """The days up to which tickets were told of, each with what was known by then."""
        before = [date(self.year - 1, month, 1) for month in (4, 8, 11)]
        return [*before, date(self.year, 2, 1), date(self.year, 4, 1), self.as_of + timedelta(days=4)]

    @property
    def snapshots(self) -> list[date]:
        """The days on which buildings and tenants were listed: three times, or once at the end."""
        days = [date(self.year - 2, 12, 31), date(self.year - 1, 12, 31), self.last_list]
        return days if self.is_listed_often else days[2:]

    @property
    def last_list(self) -> date:
        return self.as_of if self.is_dated else self.as_of + timedelta(days=5)


@dataclass(frozen=True)
class Building:
    code: str
    name: str
    alias: str
    street: str
    grade: str
    gross: int  # hundredths of a square metre
    rentable: int
    in_stat_from: date
    is_coded: bool = True
    later_street: str | None = None  # from the second snapshot
    former_name: str | None = None  # name in the first snapshot
    leaves_stat: bool = False  # 否 from the second snapshot
    is_in_stat: bool = True

    def street_on(self, day: date, place: Place) -> str:
        if self.later_street is not None and day >= place.snapshots[1]:
            return self.later_street
        return self.street

    def counts_on(self, day: date, place: Place) -> bool:
        """Whether it is in statistics at the end of a day."""
        if not self.is_in_stat or day < self.in_stat_from:
            return False
        return not (self.leaves_stat and day >= place.snapshots[1])


@dataclass(frozen=True)
class Enterprise:
    uscc: str
    name: str
    industry: str
    former_name: str | None = None


@dataclass(frozen=True)
class Occupancy:
    uscc: str
    building: str
    unit: str
    area: int | None  # hundredths of a square metre
    since: date | None
    until: date | None = None
    listed: tuple[int, ...] = (0, 1, 2)  # the snapshots that hold it
    later_area: int | None = None  # from the second snapshot


def people(occupancy: Occupancy) -> int:
    return 1 + int(occupancy.uscc[10:16]) % 5


def rent(occupancy: Occupancy) -> int | None:
    """Return the fen that a square metre costs a day, a multiple of twelve; a month costs 365 twelfths of it."""
    serial = int(occupancy.uscc[10:16])
    return None if serial % 5 == 0 else 12 * (10 + serial % 60)


def is_taxed_here(uscc: str) -> bool | None:
    """Whether the list of tenants says that one pays its taxes in the district; of some it says nothing."""
    return (True, True, False, None)[int(uscc[10:16]) % 4]


@dataclass(frozen=True)
class TaxRow:
    number: str
    uscc: str
    kind: str
    month: str
    period_end: date | None
    total: int  # fen
    district: int | None
    refunds: str | None = None  # the number of the original


@dataclass(frozen=True)
class Ticket:
    number: str
    kind: str
    category: str
    created: datetime
    unit: str
    building: str | None
    role: str = "主办"
    is_duplicate: bool = False
    is_excluded: bool = False
    level: str = "L3"
    dispatched: datetime | None = None
    signed: datetime | None = None
    answered: datetime | None = None
    closed: datetime | None = None
    extended_to: datetime | None = None
    caller: str | None = None  # a telephone; nobody knows that of an anonymous one
    linked: str | None = None
    is_supervised: bool = False


@dataclass(frozen=True)
class Callback:
    ticket: str
    seq: int
    at: datetime
    is_valid: bool
    is_contacted: bool | None
    resolved: str | None
    satisfaction: str | None


@dataclass(frozen=True)
class Rating:
    uscc: str
    code: str
    batch: str
    stage: str
    granted: date
    valid_to: date | None
    has_uscc: bool


@dataclass(frozen=True)
class Listing:
    uscc: str
    exchange: str
    code: str
    listed: date
    delisted: date | None


@dataclass(frozen=True)
class Appeal:
    number: str
    found: date
    source: str
    building: str
    status: str
    resolved: date | None
    ticket: str | None = None


@dataclass(frozen=True)
class Meeting:
    number: str
    kind: str
    building: str
    held: datetime
    status: str
    due: date | None = None
    closed: date | None = None


@dataclass(frozen=True)
class Summons:
    meeting: str
    department: str
    summoned: datetime
    arrived: datetime | None
    is_substitute: bool


@dataclass(frozen=True)
class SignIn:
    activity: str
    uscc: str | None
    person: str
    at: datetime


@dataclass(frozen=True)
class Visit:
    station: str
    uscc: str
    on: date


@dataclass(frozen=True)
class Need:
    number: str
    building: str
    category: str
    raised: date
    status: str
    closed: date | None
    due: date | None = None
    resources: tuple[str, ...] = ()
    project: str | None = None


@dataclass(frozen=True)
class Resource:
    number: str
    kind: str
    since: date | None
    until: date | None
    first_list: int
    uses: tuple[int | None, int | None] = (None, None)  # as each of the two lists counts them


@dataclass(frozen=True)
class Project:
    number: str
    status: str
    needs: tuple[str, ...] = ()
    planned: date | None = None
    ended: date | None = None


@dataclass(frozen=True)
class Activity:
    number: str | None
    station: str
    partner: str | None
    title: str
    kind: str
    held: date
    attendance: int
    status: str = "HELD"


@dataclass(frozen=True)
class Organisation:
    number: str
    kind: str
    station_type: str | None
    name: str
    formed: date
    dissolved: date | None
    guided_by: str | None
    street: str


@dataclass(frozen=True)
class Link:
    building: str
    organisation: str
    kind: str
    since: date
    until: date | None


@dataclass(frozen=True)
class Worker:
    name: str
    identity: str
    station: str
    is_full_time: bool
    since: date
    until: date | None


@dataclass(frozen=True)
class World:
    place: Place
    seed: int
    buildings: list[Building] = field(default_factory=list)
    enterprises: list[Enterprise] = field(default_factory=list)
    occupancies: list[Occupancy] = field(default_factory=list)
    taxes: list[TaxRow] = field(default_factory=list)
    tickets: list[Ticket] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)
    listings: list[Listing] = field(default_factory=list)
    appeals: list[Appeal] = field(default_factory=list)
    meetings: list[Meeting] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    resources: list[Resource] = field(default_factory=list)
    projects: list[Project] = field(default_factory=list)
    activities: list[Activity] = field(default_factory=list)
    organisations: list[Organisation] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    workers: list[Worker] = field(default_factory=list)
    summons: list[Summons] = field(default_factory=list)
    sign_ins: list[SignIn] = field(default_factory=list)
    visits: list[Visit] = field(default_factory=list)

    def with_copied_ticket(self, number: str) -> "World":
        """Let a ticket turn out to be one that was there already."""
        copied = [replace(one, is_duplicate=True) if one.number == number else one for one in self.tickets]
        return replace(self, tickets=copied)

    def without_tax(self, number: str) -> "World":
        return replace(self, taxes=[row for row in self.taxes if row.number != number])

    def with_building_outside(self, code: str) -> "World":
        """Let a building turn out to be outside statistics; the other departments still name it."""
        outside = [replace(one, is_in_stat=False) if one.code == code else one for one in self.buildings]
        return replace(self, buildings=outside)


# nobody told the home of this one: its codes are all that is known of it, and the shipped parameters hold
HANGZHOU = Place(
    "330106", "西湖区", "杭州市",
    {"北山街道": "330106001", "西溪街道": "330106002", "灵隐街道": "330106003", "翠苑街道": "330106004"},
    is_configured=False, year=2023, programme_start=date(2022, 11, 1), is_listed_often=False, is_dated=False,
)  # fmt: skip
SHANGHAI = Place(
    "310104", "徐汇区", "上海市",
    {"天平路街道": "310104003", "湖南路街道": "310104004", "斜土路街道": "310104007", "枫林路街道": "310104008",
     "长桥街道": "310104010", "田林街道": "310104011"},
    is_configured=True, year=2024, programme_start=date(2023, 3, 15),
)  # fmt: skip

TAX_TYPES = {"VAT": 25, "CIT": 20, "PIT": 20, "UMCT": 100, "PROP": 100, "STAMP": 100}
RATINGS = ["SG_NATIONAL", "SRDI_BJ", "INNOVATIVE_SME", "NHTE"]
INDUSTRIES = ["I6513", "J6940", "M7320", "L7281", "C3919", "F5190", "R8710", "K7040"]
UNITS = ["区城管委", "区住建局", "区市场监管局", "区消防支队"]


def draw(place: Place, seed: int, buildings: int = 24, enterprises: int = 110) -> World:
    """Draw a district; the same seed draws the same one.

    Of all that is reported by month something happens at the end of each, so that no seed leaves a month out.
    """
    rng = Random(f"{place.code}-{seed}")
    world = World(place, seed)
    world.buildings.extend(_buildings(rng, place, buildings))
    world.enterprises.extend(_enterprises(rng, place, enterprises))
    world.occupancies.extend(_occupancies(rng, world))
    world.taxes.extend(_taxes(rng, world))
    world.tickets.extend(_courses(Random(f"courses {place.code}-{seed}"), place, _tickets(rng, world)))
    world.callbacks.extend(_callbacks(rng, world))
    world.ratings.extend(_ratings(rng, world))
    world.listings.extend(_listings(world))
    world.organisations.extend(_organisations(rng, world))
    world.links.extend(_links(rng, world))
    world.workers.extend(_workers(rng, world))
    world.appeals.extend(_appeals(rng, world))
    world.meetings.extend(_meetings(rng, world))
    world.needs.extend(_needs(rng, world))
    world.resources.extend(_resources(rng, place))
    world.projects.extend(
        Project(f"XM{n:03}", rng.choice(["PLANNED", "RUNNING", "DONE", "STOPPED"])) for n in range(13)
    )
    world.activities.extend(_activities(rng, world))
    _link_lists(Random(f"{place.code}-{seed}-links"), world)
    _summon(Random(f"{place.code}-{seed}-summons"), world)
    _reach(Random(f"{place.code}-{seed}-reach"), world)
    return world


def month_end(month: str) -> date:
    year, number = int(month[:4]), int(month[5:7])
    return date(year, number, monthrange(year, number)[1])


def uscc(district: str, serial: int) -> str:
    """Return a credit code whose two check characters hold (SPEC 3.2)."""
    body = f"MB{serial:06}"
    total = sum(ORG_CODE.index(c) * w for c, w in zip(body, (3, 7, 9, 10, 5, 8, 4, 2), strict=True))
    check = {10: "X", 11: "0"}.get(11 - total % 11, str(11 - total % 11))
    head = f"91{district}{body}{check}"
    value = sum(USCC.index(c) * pow(3, i, 31) for i, c in enumerate(head))
    return head + USCC[(31 - value % 31) % 31]


def _buildings(rng: Random, place: Place, count: int) -> list[Building]:
    first = [a + b for a in "澄瑞恒曜岚栖" for b in "光庭川华禾远"]
    rng.shuffle(first)
    streets = list(place.streets)
    made = []
    for n in range(count):
        street = streets[n % len(streets)]
        gross = rng.randrange(800_000, 9_000_000)
        made.append(
            Building(
                f"{place.code}-{place.streets[street][6:]}-{n + 1:04}",
                first[n] + rng.choice(["大厦", "国际中心", "广场", "科技园"]), f"{first[n]}项目{n + 1}号地", street,
                rng.choice(["超甲级", "甲级", "乙级", "其他"]), gross, gross * rng.randrange(55, 95) // 100,
                date(2019, 1 + n % 12, 1),
            )
        )  # fmt: skip
    made[4] = replace(made[4], is_in_stat=False)
    made[6] = replace(made[6], is_coded=False)
    if place.is_listed_often:
        made[1] = replace(made[1], later_street=streets[2])
        made[2] = replace(made[2], former_name=f"{first[2]}老楼")
        made[3] = replace(made[3], leaves_stat=True)
    else:
        made[5] = replace(made[5], in_stat_from=date(place.year, 2, 1))
    return made


def _enterprises(rng: Random, place: Place, count: int) -> list[Enterprise]:
    words = [a + b for a in "博朗纵凌锦沐屿皓砺榆" for b in "澜图岳舟禹弦泰昕蓝穆诺启"]
    rng.shuffle(words)
    trades = ["信息技术", "文化传媒", "企业管理", "商业保理", "建筑设计", "生物科技"]
    made = []
    for n in range(count):
        code = place.code if n % 3 else "110105"
        made.append(
            Enterprise(uscc(code, 1000 + n * 7), f"{words[n]}{rng.choice(trades)}有限公司", rng.choice(INDUSTRIES))
        )
    made[7] = replace(made[7], former_name=f"{words[7]}原名称贸易有限公司")
    return made


def _occupancies(rng: Random, world: World) -> list[Occupancy]:
    place, made = world.place, []
    last = place.as_of
    tenants = world.enterprises[:-8]  # the last eight pay taxes and sit nowhere
    for n, enterprise in enumerate(tenants):
        home = world.buildings[n % len(world.buildings)]
        since = date(place.year - 3, rng.randrange(1, 13), rng.randrange(1, 29))
        made.append(
            Occupancy(enterprise.uscc, home.code, f"{n // 9 + 1}{n % 9 + 1:02}", rng.randrange(5_000, 40_000), since)
        )
    codes = [building.code for building in world.buildings]
    changed = {
        # two buildings with areas, with a missing area, and one of them outside statistics
        0: [replace(made[0], area=10_000), replace(made[0], building=codes[7], unit="2201", area=20_000)],
        8: [replace(made[8], area=None), replace(made[8], building=codes[9], unit="2202"),
            replace(made[8], building=codes[10], unit="2203")],
        9: [made[9], replace(made[9], building=codes[4], unit="2204")],
        # two units of one building and one of another
        10: [replace(made[10], area=12_345), replace(made[10], unit="2205", area=6_789),
             replace(made[10], building=codes[11], unit="2206", area=31_415)],
        # moves within the district: on one day between streets, and with a gap
        11: [replace(made[11], until=date(place.year, 4, 17), listed=(0, 1, 2)),
             replace(made[11], building=codes[12], unit="2207", since=date(place.year, 4, 17), listed=(2,))],
        12: [replace(made[12], until=date(place.year - 1, 5, 31)),
             replace(made[12], building=codes[13], unit="2208", since=date(place.year - 1, 7, 1), listed=(1, 2))],
        # out for good, in for the first time, in without a date
        13: [replace(made[13], until=date(place.year, 3, 31))],
        14: [replace(made[14], since=date(place.year, 5, 9), listed=(2,))],
        15: [replace(made[15], since=None, listed=(1, 2))],
        # gone from two lists, and from the last one only
        16: [replace(made[16], listed=(0,))],
        17: [replace(made[17], listed=(0, 1))],
        # another floor area from the second stocktaking
        18: [replace(made[18], area=9_000, later_area=27_000),
             replace(made[18], building=codes[19], unit="2209", area=18_000)],
        # ends on the day of the reference date, and on the day after
        19: [replace(made[19], until=last)],
        20: [replace(made[20], until=last + timedelta(days=1))],
        # three more that left within the year, so that what they paid may be told
        33: [replace(made[33], until=date(place.year, 2, 11))],
        34: [replace(made[34], until=date(place.year, 5, 20))],
        35: [replace(made[35], until=date(place.year, 5, 21))],
        # no unit, no area
        21: [replace(made[21], unit="", area=None)],
    }  # fmt: skip
    return [part for n, one in enumerate(made) for part in changed.get(n, [one])]


def _taxes(rng: Random, world: World) -> list[TaxRow]:
    place, made = world.place, []
    for month in place.months:
        has_district = month[5:7] not in ("02", "05")
        lift = 112 if month.startswith(str(place.year)) else 100
        year, number = int(month[:4]), int(month[5:7])
        previous = date(year, number, 1) - timedelta(days=1)
        for n, enterprise in enumerate(world.enterprises):
            for kind in list(TAX_TYPES)[n % 3 :: 3]:
                total = (200_000 + n * 30_011 + rng.randrange(90_000)) * lift // 100
                end = None if (n + number) % 5 == 0 else previous
                district = total * (20 + (n + number) % 15) // 100 if has_district else None
                made.append(TaxRow(f"V{month[2:4]}{month[5:]}{len(made):05}", enterprise.uscc, kind, month, end, total,
                                   district))  # fmt: skip
    # refunds land where the tax was, also after a move, also in a chain; one has an unknown original
    of = {(row.uscc, row.month): row for row in made}
    codes = [enterprise.uscc for enterprise in world.enterprises]

    def refund(who: int, month: str, back: str | None, fen: int, name: str) -> TaxRow:
        share = None if month[5:7] in ("02", "05") else -(fen // 4)
        return TaxRow(name, codes[who], "VAT", month, None, -fen, share, back)

    months = place.months
    first = refund(11, months[16], of[codes[11], months[12]].number, 50_101, "T-A")
    made += [
        first,
        refund(11, months[17], first.number, 20_007, "T-B"),
        refund(12, months[9], of[codes[12], months[2]].number, 33_333, "T-C"),
        refund(0, months[17], of[codes[0], months[5]].number, 44_447, "T-D"),
        refund(20, months[17], "V00000000", 12_321, "T-E"),
        refund(13, months[17], of[codes[13], months[3]].number, 15_000, "T-F"),
        refund(5, months[15], of[codes[5], months[14]].number, 23_451, "T-G"),
    ]
    return made


def _tickets(rng: Random, world: World) -> list[Ticket]:
    place, made = world.place, []
    codes = [building.code for building in world.buildings]
    day, last = datetime(place.year - 2, 12, 19, 0, 0), datetime(place.year, 6, 30, 23, 59, 59)
    while day < last:
        when = day + timedelta(seconds=rng.randrange(86_400))
        if when <= last:
            made.append(
                Ticket(f"GD{len(made):06}", rng.choice(["诉求", "诉求", "投诉", "求助", "咨询"]),
                       rng.choice(["物业管理->电梯故障->困人", "物业管理->供暖->不热", "停车管理->收费->争议",
                                   "商务楼宇->物业服务->电梯"]),
                       when, rng.choice(UNITS),
                       None if rng.random() < 0.12 else rng.choice(codes), is_excluded=rng.random() < 0.08)
            )  # fmt: skip
        day += timedelta(hours=rng.randrange(20, 50))
    edge = codes[0]
    for when in (
        datetime(place.year, 2, 18, 23, 59, 59), datetime(place.year, 2, 19, 0, 0, 0),
        datetime(place.year - 1, 12, 18, 23, 59, 59), datetime(place.year - 1, 12, 19, 0, 0, 0),
        datetime(place.year, 4, 1, 0, 0, 0), datetime(place.year, 3, 31, 23, 59, 59),
    ):  # fmt: skip
        made.append(Ticket(f"GD{len(made):06}", "诉求", "物业管理->供暖->不热", when, UNITS[0], edge))
    twin = next(ticket for ticket in made if ticket.kind == "诉求" and ticket.building in codes[7:])
    made.append(replace(twin, number=f"GD{len(made):06}", role="协办"))
    made.append(replace(twin, number=f"GD{len(made):06}", is_duplicate=True))
    return made


def _courses(rng: Random, place: Place, tickets: list[Ticket]) -> list[Ticket]:
    """Say what became of each ticket, who called, and which tell the same again; when and where stays."""
    made: list[Ticket] = []
    callers = [f"139{rng.randrange(10**8):08d}" for _ in range(30)]
    for ticket in tickets:
        known_by = datetime.combine(next(day for day in place.pulls if day > ticket.created.date()), time())
        level = rng.choice(["L1", "L2", "L3", "L3", "L4"])
        limit = timedelta(hours={"L1": 2, "L2": 24, "L3": 168, "L4": 360}[level])
        steps: list[datetime | None] = [ticket.created + rng.choice(
            [timedelta(hours=1), timedelta(hours=2), timedelta(hours=24), timedelta(minutes=rng.randrange(1, 1500))]
        )]  # fmt: skip
        assert steps[0] is not None
        steps.append(steps[0] + rng.choice([timedelta(hours=2), timedelta(seconds=rng.randrange(60, 12_000))]))
        steps.append(steps[0] + rng.choice([limit, limit + timedelta(seconds=1), limit * rng.random() * 2]))
        steps.append(steps[0] + max(limit, timedelta(hours=3)) * (1 + rng.random()))
        steps = [step.replace(microsecond=0) if step and step < known_by else None for step in steps]
        dispatched, signed, answered, closed = steps
        if rng.random() < 0.2:
            answered = None
        if rng.random() < 0.06:
            dispatched = signed = None
        due = (dispatched or ticket.created) + limit
        again = rng.choice(made[-12:]) if made and rng.random() < 0.3 else None
        fresh = replace(
            ticket, level=level, dispatched=dispatched, signed=signed, answered=answered, closed=closed,
            extended_to=due + timedelta(days=2, seconds=7) if rng.random() < 0.1 else None,
            caller=rng.choice(callers) if rng.random() < 0.85 else None, is_supervised=rng.random() < 0.05,
        )  # fmt: skip
        if again and rng.random() < 0.75:
            fresh = replace(fresh, category=again.category, caller=again.caller)
        elif again:
            fresh = replace(fresh, linked=again.number)
        made.append(fresh)
    return made


def _callbacks(rng: Random, world: World) -> list[Callback]:
    made = []
    for ticket in world.tickets:
        if rng.random() < 0.75:
            at = ticket.created + timedelta(days=rng.randrange(4, 9))
            made.append(_callback(rng, ticket.number, 1, at))
            if rng.random() < 0.25:
                made.append(_callback(rng, ticket.number, 2, at + timedelta(days=2)))
    return [callback for callback in made if callback.at.date() <= world.place.as_of]


def _callback(rng: Random, ticket: str, seq: int, at: datetime) -> Callback:
    if rng.random() < 0.3:
        return Callback(ticket, seq, at, False, None, None, None)
    return Callback(ticket, seq, at, True, rng.random() < 0.9, rng.choice(["是", "是", "否", "部分解决"]),
                    rng.choice(["满意", "满意", "基本满意", "一般", "不满意", "未评价"]))  # fmt: skip


def _ratings(rng: Random, world: World) -> list[Rating]:
    place, made = world.place, []
    last = place.as_of
    codes = [enterprise.uscc for enterprise in world.enterprises]

    def add(who: int, code: str, stage: str, granted: date, until: date | None = None, batch: str = "第1批") -> None:
        made.append(Rating(codes[who], code, batch, stage, granted, until, rng.random() < 0.5))

    for n in range(30, 90):
        add(n, RATINGS[n % 4], "CERTIFIED", date(place.year - rng.randrange(0, 2), 1 + n % 5, 1 + n % 27))
    for n in range(34, 60, 3):
        add(n, RATINGS[(n + 1) % 4], "CERTIFIED", date(place.year - 1, 9, 1 + n % 9))
    add(91, "SRDI_BJ", "CERTIFIED", date(place.year - 3, 6, 30), last)  # ends on the day: no longer valid
    add(92, "SRDI_BJ", "CERTIFIED", date(place.year - 3, 7, 1), last + timedelta(days=1))
    add(93, "SG_NATIONAL", "CERTIFIED", date(place.year - 3, 6, 29))  # three years by default: over
    add(94, "SG_NATIONAL", "CERTIFIED", date(place.year - 3, 7, 1))
    add(95, "NHTE", "CERTIFIED", date(place.year - 1, 7, 1))
    add(95, "NHTE", "WITHDRAWN", last, batch="撤销1")
    add(96, "SRDI_BJ", "CERTIFIED", date(place.year - 4, 3, 1))
    add(96, "SRDI_BJ", "RENEWED", date(place.year - 1, 3, 1), batch="复核1")
    for n in (1, 2, 3, 22, 23, 24):
        add(n, "NHTE", "APPLIED", date(place.year, 3, 10), batch="申报1")
    add(24, "NHTE", "RECOMMENDED", date(place.year, 4, 1), batch="申报1")
    add(1, "NHTE", "APPLIED", date(place.year, 5, 10), batch="申报2")
    add(25, "NHTE", "APPLIED", date(place.year - 1, 11, 2), batch="申报0")
    add(len(codes) - 1, "SRDI_BJ", "CERTIFIED", date(place.year, 1, 5))  # sits nowhere
    return made


def _listings(world: World) -> list[Listing]:
    year, codes = world.place.year, [enterprise.uscc for enterprise in world.enterprises]
    return [
        Listing(codes[26], "STAR", "688901", date(year, 4, 12), None),
        Listing(codes[26], "HKEX", "02901", date(year, 5, 12), None),
        Listing(codes[27], "SSE_MAIN", "600901", date(year - 6, 4, 12), None),
        Listing(codes[28], "CHINEXT", "300901", date(year - 2, 4, 12), date(year, 6, 30)),
        Listing(codes[29], "NEEQ_BASE", "830901", date(year, 2, 12), None),
        Listing(codes[-2], "BSE", "920901", date(year, 3, 1), None),
        Listing(codes[31], "SZSE_MAIN", "000901", date(year, 2, 1), None),
    ]


def _organisations(rng: Random, world: World) -> list[Organisation]:
    place, made = world.place, []
    streets = list(place.streets)
    names = {"PARTY_ORG": "楼宇党委", "COMMITTEE": "楼委会", "STATION": "楼宇工作站"}
    for kind, count in (("PARTY_ORG", 7), ("COMMITTEE", 9), ("STATION", 8)):
        for n in range(count):
            station = None if kind != "STATION" else "CENTRAL" if n % 3 == 0 else "ORDINARY"
            made.append(
                Organisation(f"{kind[:2]}{n:03}", kind, station, f"{'东西南北中安和宁顺'[n]}片区{names[kind]}",
                             date(place.year - 2, 1 + n, 5), None, None, streets[n % len(streets)])
            )  # fmt: skip
    made[5] = replace(made[5], dissolved=place.as_of)
    made[6] = replace(made[6], dissolved=place.as_of + timedelta(days=1))
    for n in range(12):
        formed = place.programme_start + timedelta(days=25 * n - 30)
        guide = [made[0].name, None, "区委社会工委", made[1].name][n % 4]
        gone = formed + timedelta(days=60) if n == 4 else None
        made.append(Organisation(f"LX{n:03}", "TWO_NEW_PARTY_ORG", None, f"第{n + 1}联合党支部", formed, gone, guide,
                                 streets[n % len(streets)]))  # fmt: skip
    return made


def _links(rng: Random, world: World) -> list[Link]:
    since, made = date(world.place.year - 1, 2, 1), []
    for kind in ("PARTY_ORG", "COMMITTEE", "STATION"):
        of_kind = [one for one in world.organisations if one.kind == kind]
        for n, building in enumerate(world.buildings):
            if (kind, n) not in {("STATION", 8), ("COMMITTEE", 9), ("PARTY_ORG", 8)}:
                made.append(Link(building.code, of_kind[n % len(of_kind)].name, kind, since, None))
    made[12] = replace(made[12], until=world.place.as_of)
    made[14] = replace(made[14], until=world.place.as_of + timedelta(days=1))
    made[2] = replace(made[2], since=world.place.as_of + timedelta(days=1))
    made.append(Link(world.buildings[0].code, made[1].organisation, made[1].kind, since, None))
    return made


def _workers(rng: Random, world: World) -> list[Worker]:
    place, made = world.place, []
    stations = [one for one in world.organisations if one.kind == "STATION"]
    for n, station in enumerate(stations):
        norm = 5 if station.station_type == "CENTRAL" else 3
        for _ in range(norm - (n == 4)):
            number = len(made)
            name = "王李赵钱孙周吴郑"[number % 8] + "明芳伟静磊"[number // 8 % 5]
            made.append(
                Worker(name, identity(place.code, number), station.name, True, date(place.year - 2, 3, 1), None)
            )
    made[0] = replace(made[0], until=place.as_of)
    made[1] = replace(made[1], until=place.as_of + timedelta(days=1))
    made.append(replace(made[2], station=stations[5].name))
    made.append(replace(made[3], identity=identity(place.code, 900), is_full_time=False))
    made.append(replace(made[4], identity=identity(place.code, 901), since=place.as_of + timedelta(days=1)))
    return made


def identity(district: str, number: int) -> str:
    """Return an invented resident number whose check character holds."""
    body = f"{district}1990{number % 12 + 1:02}{number % 28 + 1:02}{number % 1000:03}"
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11]


def _appeals(rng: Random, world: World) -> list[Appeal]:
    place, made = world.place, []
    codes = [building.code for building in world.buildings]
    start = date(place.year - 1, 1, 1)
    for n in range(160):
        found = start + timedelta(days=rng.randrange((place.as_of - start).days))
        status = rng.choice(["RESOLVED", "RESOLVED", "RESOLVED", "OPEN", "TRANSFERRED"])
        resolved = found + timedelta(days=rng.randrange(40)) if status == "RESOLVED" else None
        if resolved is not None and resolved > place.as_of:
            status, resolved = "OPEN", None
        made.append(Appeal(f"WS{n:05}", found, rng.choice(["VISIT", "WECHAT", "MEETING", "INSPECTION"]),
                           rng.choice(codes), status, resolved))  # fmt: skip
    early = next(t for t in world.tickets if t.created.year == place.year and t.building and t.created.month == 2)
    day = early.created.date()
    made.append(Appeal("WS90001", day + timedelta(days=3), "VISIT", codes[0], "RESOLVED", day + timedelta(days=9),
                       early.number))  # fmt: skip
    made += [Appeal(f"WS8{n:04}", month_end(month), "VISIT", codes[n], "OPEN", None)
             for n, month in enumerate(place.months)]  # fmt: skip
    made.append(Appeal("WS90002", day - timedelta(days=3), "VISIT", codes[0], "TURNED_TICKET", None, early.number))
    return made


def _meetings(rng: Random, world: World) -> list[Meeting]:
    place, made = world.place, []
    codes = [building.code for building in world.buildings]
    start = datetime(place.year - 1, 1, 1, 9)
    for n in range(150):
        held = start + timedelta(days=rng.randrange((place.as_of - start.date()).days), minutes=rng.randrange(500))
        made.append(Meeting(f"HY{n:05}", rng.choice(["WHISTLE", "DELIBERATION"]), rng.choice(codes), held,
                            "CANCELLED" if n % 17 == 0 else "PLANNED" if n % 23 == 0 else "HELD"))  # fmt: skip
    made += [Meeting(f"HY8{n:04}", "WHISTLE", codes[n], datetime.combine(month_end(month), time(10)), "HELD")
             for n, month in enumerate(place.months)]  # fmt: skip
    return made


def _needs(rng: Random, world: World) -> list[Need]:
    place, made = world.place, []
    codes = [building.code for building in world.buildings]
    for n in range(90):
        raised = place.programme_start + timedelta(
            days=rng.randrange(-20, (place.as_of - place.programme_start).days - 40)
        )
        status = rng.choice(["OPEN", "IN_PROGRESS", "CLOSED", "NOT_FEASIBLE"])
        closed = raised + timedelta(days=rng.randrange(5, 35)) if status == "CLOSED" else None
        made.append(Need(f"XQ{n:04}", rng.choice(codes), rng.choice(["PARKING", "CATERING", "FINANCE", "OTHER"]),
                         raised, status, closed))  # fmt: skip
    return made


def _resources(rng: Random, place: Place) -> list[Resource]:
    made = []
    for n in range(40):
        since = date(place.year - 1, 1 + n % 12, 1) if n % 4 else None
        until = [None, place.as_of, place.as_of + timedelta(days=1), place.as_of - timedelta(days=40)][n % 7 % 4]
        made.append(Resource(f"ZY{n:04}", rng.choice(["VENUE", "PARKING", "EXPERT", "FUNDING", "MEDICAL"]), since,
                             until, 0 if n < 25 else 1))  # fmt: skip
    return made


def _link_lists(rng: Random, world: World) -> None:
    """Say by when needs are due, what meets them, how often resources were used and when projects end."""
    place = world.place
    for n, need in enumerate(world.needs):
        due = [None, place.as_of, place.as_of - timedelta(days=1), need.raised + timedelta(days=90)][n % 4]
        met = tuple(f"ZY{rng.randrange(40):04}" for _ in range(rng.randrange(3))) if n % 3 == 0 else ()
        world.needs[n] = replace(need, due=due, resources=met, project="XM002" if n % 11 == 0 else None)
    for n, resource in enumerate(world.resources):
        before = rng.choice([None, 0, 3])
        after = rng.choice([None, 0, 3, 4])
        world.resources[n] = replace(resource, uses=(before, after))
    for n, project in enumerate(world.projects):
        planned = [None, place.as_of, place.as_of + timedelta(days=1), date(place.year, 1, 1),
                   date(place.year - 1, 12, 31), date(place.year, 4, 2)][n % 6]  # fmt: skip
        ended = date(place.year, 2 + n % 4, 5) if project.status == "DONE" else None
        needs = tuple(f"XQ{rng.randrange(90):04}" for _ in range(n % 3))
        world.projects[n] = replace(project, needs=needs, planned=planned, ended=ended)
    world.projects[3] = replace(world.projects[3], status="DONE", ended=place.as_of)
    world.projects[9] = replace(world.projects[9], status="DONE", ended=place.as_of + timedelta(days=1))


def _summon(rng: Random, world: World) -> None:
    """Whistles summon departments and are due; cancelled ones too, and one meeting that nobody reported."""
    place, departments = world.place, ["区城管委", "区住建局", "区消防支队", "区园林局"]
    for n, meeting in enumerate(world.meetings):
        if meeting.kind != "WHISTLE":
            continue
        due = meeting.held.date() + timedelta(days=rng.randrange(3, 40)) if n % 9 else None
        closed = due + timedelta(days=rng.randrange(-3, 3)) if due and n % 4 else None
        closed = None if closed is None or closed > place.as_of else closed
        world.meetings[n] = replace(meeting, due=due, closed=closed)
        summoned = meeting.held - timedelta(hours=3)
        for department in rng.sample(departments, n % 4):
            arrived = None if rng.random() < 0.2 else summoned + timedelta(minutes=6 * rng.randrange(40))
            world.summons.append(Summons(meeting.number, department, summoned, arrived, rng.random() < 0.2))
    world.summons.extend(
        Summons(one.number, "区民政局", one.held - timedelta(hours=1), one.held, False)
        for one in world.meetings if one.number.startswith("HY8")
    )  # fmt: skip
    early = datetime(place.year - 1, 1, 1, 10)
    world.summons.append(Summons("HY99999", departments[0], early, early + timedelta(minutes=90), False))


def _reach(rng: Random, world: World) -> None:
    """Who signs in and who is visited: tenants, some who sit nowhere, and some for nobody."""
    place = world.place
    codes = [one.uscc for one in world.enterprises]
    numbered = [one for one in world.activities if one.number and one.status == "HELD"]
    for one in numbered:
        for _ in range(rng.randrange(1, 4)):
            at = datetime(one.held.year, one.held.month, one.held.day, 14, rng.randrange(60))
            who = rng.choice([*rng.sample(codes, 6), codes[-1], None])
            world.sign_ins.append(SignIn(one.number or "", who, f"签到人{len(world.sign_ins)}", at))
    early = datetime(place.year - 1, 1, 1, 9, 30)
    world.sign_ins.append(SignIn(numbered[0].number or "", codes[0], "签到人", early))
    stations = [one.name for one in world.organisations if one.kind == "STATION"]
    days = (place.as_of - early.date()).days
    seen = {
        (stations[0], codes[0], early.date()),
        *((stations[1], code, place.as_of) for code in (codes[0], codes[-1])),
        *((stations[2], codes[1], month_end(month)) for month in place.months),
    }
    while len(seen) < 300:
        seen.add((rng.choice(stations), rng.choice(codes), early.date() + timedelta(days=rng.randrange(days))))
    world.visits.extend(Visit(*one) for one in sorted(seen))


def _activities(rng: Random, world: World) -> list[Activity]:
    place, made = world.place, []
    stations = [one.name for one in world.organisations if one.kind == "STATION"]
    start = date(place.year - 1, 1, 1)
    for n in range(170):
        held = start + timedelta(days=rng.randrange((place.as_of - start).days + 1))
        made.append(
            Activity(f"HD{n:05}" if n % 2 else None, rng.choice(stations), None, f"第{n + 1}期楼宇活动",
                     rng.choice(["POLICY", "LEGAL", "JOBFAIR", "TRAINING", "PARTY", "UNION", "OTHER"]), held,
                     rng.randrange(5, 90), "CANCELLED" if n % 19 == 0 else "HELD")
        )  # fmt: skip
    made += [Activity(f"HD8{n:04}", stations[0], None, f"月末活动{n + 1}", "LEGAL", month_end(month), 10)
             for n, month in enumerate(place.months)]  # fmt: skip
    joint = [replace(one, kind="POLICY", status="HELD") for one in made[20:26]]
    for n, one in enumerate(joint):
        other = stations[(stations.index(one.station) + 1 + n) % len(stations)]
        made[20 + n] = replace(one, partner=other)
        made.append(replace(one, station=other, partner=one.station))
    return made
