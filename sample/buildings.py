"""The district's streets and office buildings, and the building register that the streets fill in (B01)."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import count, groupby
from random import Random

from common.periods import add_months
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Total, Workbook
from sample.names import Person, building_brands, people
from sample.timeline import LAST, MONTH_ENDS, MONTHS, office_hour, working_days_after
from sample.words import Notation, Words, spell, spell_month, yes

DISTRICT_CODE = "110107"
PARK = "中关村石景山园"

OPEN_END = date.max

Leased = Mapping[tuple[str, int], Decimal]
"""The area let in a building at a month's end, by building code and month."""


@dataclass(frozen=True, slots=True)
class Street:
    """A street with the numbers of its buildings in statistics, committees, party organisations and stations."""

    code: str
    name: str
    roads: tuple[str, ...]
    buildings: int
    committees: int
    party_orgs: int
    central_stations: int
    ordinary_stations: int
    outside_statistics: int


STREETS = (
    Street("110107001", "八宝山街道", ("鲁谷路", "玉泉路", "永乐东路"), 34, 10, 9, 4, 4, 1),
    Street("110107002", "老山街道", ("老山西街", "玉泉西路"), 18, 5, 5, 2, 2, 0),
    Street("110107003", "八角街道", ("八角东街", "石景山路", "八角北路", "杨庄东路"), 47, 14, 12, 6, 5, 1),
    Street("110107004", "古城街道", ("古城大街", "石景山路", "古城南路", "体育场西街"), 43, 13, 11, 5, 5, 2),
    Street("110107005", "苹果园街道", ("苹果园南路", "实兴大街", "西井路", "阜石路"), 38, 12, 10, 5, 4, 1),
    Street("110107006", "金顶街街道", ("金顶北路", "模式口大街"), 17, 5, 4, 2, 2, 1),
    Street("110107009", "广宁街道", ("广宁路",), 10, 3, 3, 1, 1, 0),
    Street("110107010", "五里坨街道", ("五里坨西路", "石门路"), 14, 4, 4, 2, 1, 1),
    Street("110107011", "鲁谷街道", ("鲁谷大街", "石景山路", "政达路", "银河南街", "双园路"), 57, 18, 15, 7, 6, 1),
)
_PARK_STREETS = {"八角街道", "古城街道", "苹果园街道", "鲁谷街道"}

_ENTRANTS = 26
_FORMERLY_OUTSIDE = 3
_TOWERS = ("A座", "B座")
KINDS = {
    "大厦": "OFFICE",
    "商务中心": "OFFICE",
    "国际中心": "COMPLEX",
    "广场": "COMPLEX",
    "科技园": "PARK",
    "研发中心": "RND",
}
SHORT_KINDS = {
    "大厦": "商务楼",
    "商务中心": "中心",
    "国际中心": "国际",
    "广场": "购物中心",
    "科技园": "园区",
    "研发中心": "研发楼",
}
GRADES = ("SUPER_A", "A", "A", "B", "B", "B", "OTHER")
OWNERSHIP = ("SINGLE", "SINGLE", "DISPERSED", "STATE", "MIXED")


@dataclass(frozen=True, slots=True, eq=False)
class Building:
    """A building as the register knows it; areas are whole square metres."""

    code: str
    name: str
    street: Street
    park: str | None
    aliases: tuple[str, ...]
    address: str
    owner: str
    manager: str
    ownership: str
    grade: str
    use: str
    completed: date
    floors: int
    gross: int
    rentable: int
    parking: int
    contact: Person
    listed_from: int = 0
    """The month whose register shows it first."""
    stat_from: date | None = None
    """The date that the register gives for its entry into statistics."""
    stat_since: date | None = None
    """The day from which a reader of the registers may count it: SPEC 0.1b, Deliveries."""
    stat_until: date | None = None
    renamed: tuple[int, str] | None = None
    """The month since which it bears its present name, and the name before."""

    def name_in(self, month: int) -> str:
        """Return its name in a month."""
        return self.renamed[1] if self.renamed and month < self.renamed[0] else self.name

    def aliases_in(self, month: int) -> tuple[str, ...]:
        """Return its other names in a month, the former one included."""
        return (*self.aliases, self.renamed[1]) if self.renamed and month >= self.renamed[0] else self.aliases

    def is_counted(self, day: date) -> bool:
        """Tell whether it is in statistics on a day."""
        return self.stat_since is not None and self.stat_since <= day < (self.stat_until or OPEN_END)

    @property
    def is_counted_now(self) -> bool:
        """Tell whether it is in statistics at the end of the sample."""
        return self.is_counted(MONTH_ENDS[LAST])


def invent_buildings(seed: int) -> tuple[Building, ...]:
    """Invent the buildings of all streets, by code."""
    rng = dice(seed, "buildings")
    brands = building_brands(rng)
    drafts: list[Building] = []
    for street in STREETS:
        size = street.buildings + street.outside_statistics
        names = _names(rng, lambda: next(brands), size)
        addresses = _addresses(rng, street, size)
        contacts = people(rng, size)
        for serial, ((name, aliases), address, contact) in enumerate(zip(names, addresses, contacts, strict=True), 1):
            code = f"{DISTRICT_CODE}-{street.code[-3:]}-{serial:04d}"
            drafts.append(_building(rng, code, name, aliases, street, address, contact))
    return _with_history(rng, drafts)


def _names(rng: Random, brand: Callable[[], str], count: int) -> list[tuple[str, tuple[str, ...]]]:
    """Return names with aliases; some buildings are two towers of one project."""
    found: list[tuple[str, tuple[str, ...]]] = []
    while len(found) < count:
        mark, kind = brand(), rng.choice(list(KINDS))
        if rng.random() < 0.05 and len(found) + 2 <= count:
            found += [(f"{mark}{kind}{tower}", (f"{mark}{tower}",)) for tower in _TOWERS]
        else:
            alias = (f"{mark}{SHORT_KINDS[kind]}",) if rng.random() < 0.4 else ()
            found.append((f"{mark}{kind}", alias))
    return found


def _addresses(rng: Random, street: Street, count: int) -> list[str]:
    numbers = rng.sample(range(1, 140), count)
    return [f"北京市石景山区{rng.choice(street.roads)}{number}号院{rng.randint(1, 9)}号楼" for number in numbers]


def _building(
    rng: Random, code: str, name: str, aliases: tuple[str, ...], street: Street, address: str, contact: Person
) -> Building:
    gross = round(min(max(rng.lognormvariate(9.7, 0.8), 4_000), 160_000))
    return Building(
        code=code,
        name=name,
        street=street,
        park=PARK if street.name in _PARK_STREETS and rng.random() < 0.35 else None,
        aliases=aliases,
        address=address,
        owner=f"北京{name[:2]}置业有限公司",
        manager=f"北京{rng.choice(('安居', '恒洁', '金钥', '和谐', '捷顺', '诚至'))}物业管理有限公司",
        ownership=rng.choice(OWNERSHIP),
        grade=rng.choice(GRADES),
        use=next(use for kind, use in KINDS.items() if kind in name),
        completed=add_months(date(2004, 1, 1), rng.randrange(140)),
        floors=min(5 + gross // 6_000 + rng.randint(0, 8), 30),
        gross=gross,
        rentable=round(gross * rng.uniform(0.6, 0.88)),
        parking=gross // rng.randint(120, 260),
        contact=contact,
    )


def _with_history(rng: Random, drafts: Sequence[Building]) -> tuple[Building, ...]:
    """Say since when each building is in statistics, and let one change its name."""
    told = list(drafts)
    order = rng.sample(range(len(told)), len(told))
    quota = {street.code: street.outside_statistics for street in STREETS}
    outside = [at for at in order if _take(quota, told[at].street.code)]
    inside = [at for at in order if at not in set(outside)]
    for at in inside[_ENTRANTS:]:
        since = date(rng.randint(2016, 2020), rng.choice((1, 4)), 1)
        told[at] = replace(told[at], stat_from=since, stat_since=since)
    for place, at in enumerate(inside[:_ENTRANTS]):
        month = rng.randint(2, LAST - 2)
        first_seen = 0 if place < _FORMERLY_OUTSIDE else month
        opened = MONTHS[month].replace(day=rng.randint(1, 20))
        told[at] = replace(told[at], listed_from=first_seen, stat_from=opened, stat_since=MONTH_ENDS[month])
        if first_seen:
            told[at] = replace(told[at], completed=add_months(MONTHS[month], -rng.randint(2, 9)))
    left = date(2018, 1, 1)
    told[outside[0]] = replace(told[outside[0]], stat_from=left, stat_since=left, stat_until=MONTH_ENDS[9])
    plain = next(at for at in inside[_ENTRANTS:] if not told[at].name.endswith(_TOWERS))
    told[plain] = replace(told[plain], renamed=(8, f"北京{told[plain].name}"))
    return tuple(told)


def _take(quota: dict[str, int], key: str) -> bool:
    quota[key] -= 1
    return quota[key] >= 0


def register_deliveries(seed: int, buildings: Sequence[Building], leased: Leased) -> list[Delivery]:
    """Return the monthly registers (B01)."""
    rng = dice(seed, "B01")
    staff = [who.name for who in people(rng, 4)]

    def delivery(month: int) -> Delivery:
        sent = office_hour(rng, working_days_after(MONTH_ENDS[month], 5))
        return Delivery(
            "B01",
            f"{DISTRICT}_B01楼宇台账_{MONTHS[month]:%Y%m}_楼宇专班.xlsx",
            sent,
            "区楼宇经济专班",
            lambda: Workbook([_register(month, buildings, leased, signatures(staff[month // 11], staff[2]))]),
            period=MONTH_ENDS[month].isoformat(),
        )

    return [delivery(month) for month in range(len(MONTHS))]


_TEXT_COLUMNS = (
    "street_name", "building_code", "building_name", "alias", "park_name", "address", "owner_name", "property_mgmt",
    "ownership_type", "grade", "use_type", "completed_on", "floors",
)  # fmt: skip
_AREA_COLUMNS = ("gross_area_m2", "rentable_area_m2", "vacant_area_m2", "parking")
_LAST_COLUMNS = ("stat_flag", "stat_from", "contact_name", "contact_phone")


def _register(
    month: int,
    buildings: Sequence[Building],
    leased: Leased,
    signed: tuple[str, str, str],
) -> Sheet:
    words = Words("B01", month // 12)
    notation: Notation = "iso" if month < 12 else "slash"
    shown = [building for building in buildings if building.listed_from <= month]
    rows: list[Row] = []
    numbers = count(1)
    for _, members in groupby(shown, lambda building: building.street):
        group = list(members)
        rows += [_line(words, notation, month, next(numbers), building, leased) for building in group]
        rows.append(_sum("小计", month, group, leased))
    rows.append(_sum("合计", month, shown, leased))
    return Sheet(
        feed="B01",
        name="楼宇台账",
        lines=(
            f"石景山区商务楼宇台账（截至{spell(MONTH_ENDS[month], 'zh')}）",
            "填报单位：各街道办事处",
            "单位：平方米",
        ),
        header=("序号", *words.headers(*_TEXT_COLUMNS, *_AREA_COLUMNS, *_LAST_COLUMNS)),
        rows=rows,
        merged=(1,),
        signatures=signed,
    )


def _line(
    words: Words,
    notation: Notation,
    month: int,
    number: int,
    building: Building,
    leased: Leased,
) -> Row:
    counted = building.is_counted(MONTH_ENDS[month])
    return (
        number,
        building.street.name,
        building.code,
        building.name_in(month),
        "、".join(building.aliases_in(month)) or None,
        building.park,
        building.address,
        building.owner,
        building.manager,
        words.value("ownership_type", building.ownership),
        words.value("grade", building.grade),
        words.value("use_type", building.use),
        spell_month(building.completed),
        building.floors,
        building.gross,
        building.rentable,
        building.rentable - leased[building.code, month],
        building.parking,
        yes(counted),
        spell(building.stat_from, notation) if counted else None,
        building.contact.name,
        building.contact.phone,
    )


def _sum(title: str, month: int, group: Sequence[Building], leased: Leased) -> Total:
    let = sum(leased[building.code, month] for building in group)
    gross, rentable = sum(building.gross for building in group), sum(building.rentable for building in group)
    parking = sum(building.parking for building in group)
    before, after = [None] * (len(_TEXT_COLUMNS)), [None] * len(_LAST_COLUMNS)
    return Total((title, *before, gross, rentable, rentable - let, parking, *after))
