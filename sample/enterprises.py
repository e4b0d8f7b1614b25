"""The district's enterprises, and the register of the market bureau (E01): once in full, then the changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum
from random import Random

from common.codes import ALPHABET, credit_code, organisation_code
from sample.buildings import DISTRICT_CODE, STREETS
from sample.delivery import DISTRICT, Delivery
from sample.draw import dice
from sample.forms import Row, Table
from sample.names import Person, enterprise_brands, people
from sample.targets import PAYERS_WITHOUT_BUILDING
from sample.timeline import MONTH_ENDS, MONTHS, next_working_day, office_hour
from sample.words import Words, spell

FULL_LIST_DAY = date(2022, 1, 10)


class Role(Enum):
    """What an enterprise is in the sample for."""

    TENANT = "in a building when the sample begins"
    ARRIVAL = "moves into a building later"
    OUTSIDER = "only in buildings outside statistics"
    PAYER = "pays tax without being in any building"
    REGISTERED = "in the register and nowhere else"


_COUNTS = {Role.TENANT: 2_250, Role.OUTSIDER: 45, Role.PAYER: PAYERS_WITHOUT_BUILDING, Role.REGISTERED: 1_040}
ARRIVALS_A_MONTH = 19

_RENAMED = 30
_CLOSED_WITHOUT_BUILDING = 25
_NAMESAKES = 3

TRADES = {
    "软件技术": "I6513", "信息系统": "I6531", "数据服务": "I6550", "数字科技": "I6572", "网络信息": "I6429",
    "芯片设计": "I6520", "科技发展": "M7519", "生物技术": "M7512", "工程设计": "M7484", "工业设计": "M7491",
    "工程技术研究": "M7320", "医药研究": "M7340", "企业管理": "L7211", "投资管理": "L7212", "广告传媒": "L7251",
    "财税咨询": "L7241", "经济咨询": "L7243", "人力资源": "L7262", "会展服务": "L7281", "旅行社": "L7291",
    "融资租赁": "J6631", "股权投资": "J6760", "科贸": "F5176", "商贸": "F5179", "电子商务": "F5292",
    "建筑装饰": "E5011", "机电工程": "E4910", "置业": "K7010", "物业管理": "K7020", "餐饮管理": "H6210",
    "职业培训": "P8391", "影视文化": "R8730", "数字出版": "R8625", "医疗门诊": "Q8425", "农业科技": "A0141",
}  # fmt: skip
"""What enterprises call their trade, and its class in GB/T 4754-2017."""

_LEGAL_FORMS = ("有限公司", "有限公司", "有限公司", "有限公司", "有限责任公司", "股份有限公司")
_TYPES = ("DOMESTIC", "PRIVATE", "PRIVATE", "PRIVATE", "FOREIGN", "HMT")
_HOME = ("石景山区", DISTRICT_CODE)
_ELSEWHERE = (
    ("海淀区", "110108"),
    ("朝阳区", "110105"),
    ("西城区", "110102"),
    ("丰台区", "110106"),
    ("门头沟区", "110109"),
)


@dataclass(frozen=True, slots=True, eq=False)
class Enterprise:
    """An enterprise as the register knows it."""

    code: str
    name: str
    role: Role
    entity_type: str
    legal_rep: Person
    capital: int
    """Registered capital in 万元."""
    established: date
    registered_in: tuple[str, str]
    """Name and code of the district whose bureau registered it."""
    address: str
    industry: str
    trade: str
    arrives: int = 0
    """The month in which it is first seen in a building or a tax list."""
    listed_in: int | None = None
    """The month whose changes announce it; None: the full list holds it."""
    renamed: tuple[int, str] | None = None
    """The month since which it bears its present name, and the name before."""

    def name_in(self, month: int) -> str:
        """Return its name in a month."""
        return self.renamed[1] if self.renamed and month < self.renamed[0] else self.name


def invent_enterprises(seed: int) -> tuple[Enterprise, ...]:
    """Invent every enterprise that the register ever lists."""
    rng = dice(seed, "enterprises")
    roles = [(role, 0) for role, count in _COUNTS.items() for _ in range(count)]
    roles += [(Role.ARRIVAL, month) for month in range(len(MONTHS)) for _ in range(ARRIVALS_A_MONTH)]
    codes, brands, owners = _codes(rng, len(roles)), enterprise_brands(rng), people(rng, len(roles))
    found = [
        _enterprise(rng, role, month, body, next(brands), owner)
        for (role, month), body, owner in zip(roles, codes, owners, strict=True)
    ]
    return tuple(_namesakes(_renamed(rng, found, brands)))


def _codes(rng: Random, count: int) -> Iterator[str]:
    """Yield organisation codes of a range that no authority has begun to issue."""
    base = len(ALPHABET)
    for serial in rng.sample(range(base**5), count):
        digits = "".join(ALPHABET[serial // base**place % base] for place in range(5))
        yield organisation_code(f"MAY{digits}")


def _enterprise(rng: Random, role: Role, month: int, body: str, brand: str, owner: Person) -> Enterprise:
    trade, industry = rng.choice(list(TRADES.items()))
    home = _HOME if rng.random() < 0.85 else rng.choice(_ELSEWHERE)
    kind, prefix, name = rng.choice(_TYPES), "91", _company_name(rng, brand, trade)
    if role is Role.REGISTERED and rng.random() < 0.12:
        kind, prefix, name = "SOLE_TRADER", "92", f"石景山区{brand}{rng.choice(('便利店', '餐馆', '文具店'))}"
    elif rng.random() < 0.03:
        kind, name = "BRANCH", f"{name}石景山分公司"
    is_young = role is Role.ARRIVAL and month > 0 and rng.random() < 0.5
    since = MONTHS[month] if is_young else date(2008, 1, 1)
    within = 20 if is_young else 4_700
    street = rng.choice(STREETS)
    place = (
        f"{rng.choice(street.roads)}{rng.randint(1, 200)}号"
        if home is _HOME
        else f"{rng.choice('东西南北')}环路{rng.randint(1, 90)}号"
    )
    return Enterprise(
        code=credit_code(f"{prefix}{home[1]}{body}"),
        name=name,
        role=role,
        entity_type=kind,
        legal_rep=owner,
        capital=rng.choice((10, 50, 100, 200, 500, 1_000, 3_000, 5_000, 20_000)),
        established=since + timedelta(days=rng.randrange(within)),
        registered_in=home,
        address=f"北京市{home[0]}{place}{rng.randint(1, 20)}层{rng.randint(1, 20):02d}号",
        industry=industry,
        trade=trade,
        arrives=month,
        listed_in=month if is_young else None,
    )


def _company_name(rng: Random, brand: str, trade: str) -> str:
    form = rng.choice(_LEGAL_FORMS)
    return f"{brand}（北京）{trade}{form}" if rng.random() < 0.2 else f"北京{brand}{trade}{form}"


def _renamed(rng: Random, found: list[Enterprise], brands: Iterator[str]) -> list[Enterprise]:
    """Let some of the tenants take a new name; the register keeps the former one."""
    tenants = [at for at, one in enumerate(found) if one.role is Role.TENANT and one.entity_type != "BRANCH"]
    for at in rng.sample(tenants, _RENAMED):
        old = found[at]
        month = rng.randrange(2, len(MONTHS) - 2)
        found[at] = replace(old, name=_company_name(rng, next(brands), old.trade), renamed=(month, old.name))
    return found


def _namesakes(found: list[Enterprise]) -> list[Enterprise]:
    """Let a few sole traders bear the same name: the code alone tells them apart."""
    traders = [at for at, one in enumerate(found) if one.entity_type == "SOLE_TRADER"]
    for first, second in zip(traders[:_NAMESAKES], traders[_NAMESAKES : 2 * _NAMESAKES], strict=True):
        found[second] = replace(found[second], name=found[first].name)
    return found


def register_deliveries(seed: int, enterprises: Sequence[Enterprise], closures: Mapping[str, date]) -> list[Delivery]:
    """Return the full register and its monthly changes (E01); ``closures`` dates deregistrations by code."""
    rng = dice(seed, "E01")
    closed = dict(closures)
    idle = [one for one in enterprises if one.role is Role.REGISTERED and one.entity_type != "SOLE_TRADER"]
    for one in rng.sample(idle, _CLOSED_WITHOUT_BUILDING):
        closed[one.code] = MONTHS[rng.randrange(len(MONTHS))] + timedelta(days=rng.randrange(28))
    moves = {one.code: rng.randrange(len(MONTHS)) for one in rng.sample(idle, len(MONTHS) * 3)}
    full = Delivery(
        "E01",
        f"{DISTRICT}_E01企业登记名录_全量_{FULL_LIST_DAY:%Y%m%d}.csv",
        office_hour(rng, FULL_LIST_DAY),
        "区市场监管局",
        lambda: _full_list(enterprises),
    )

    def changes(month: int) -> Delivery:
        sent = office_hour(rng, next_working_day(MONTH_ENDS[month] + timedelta(days=10)))
        return Delivery(
            "E01",
            f"{DISTRICT}_E01企业登记名录_增量_{MONTHS[month]:%Y%m}.csv",
            sent,
            "区市场监管局",
            lambda: _changes(month, enterprises, closed, moves),
        )

    return [full, *(changes(month) for month in range(len(MONTHS)))]


_COLUMNS = (
    "uscc", "name", "former_name", "entity_type", "legal_rep", "reg_capital", "established_on", "status", "status_date",
    "reg_authority", "reg_district", "reg_address", "industry_code", "phone",
)  # fmt: skip


def _full_list(enterprises: Sequence[Enterprise]) -> Table:
    words = Words("E01")
    rows = [_line(words, one, -1, "ACTIVE", one.established) for one in enterprises if one.listed_in is None]
    return Table("E01", _header(words), rows)


def _header(words: Words) -> tuple[str, ...]:
    return tuple(words.header(column) + ("(万元)" if column == "reg_capital" else "") for column in _COLUMNS)


def _changes(
    month: int, enterprises: Sequence[Enterprise], closed: Mapping[str, date], moves: Mapping[str, int]
) -> Table:
    words = Words("E01", month // 12)
    first, last = MONTHS[month], MONTH_ENDS[month]
    rows: list[Row] = []
    for one in enterprises:
        gone = closed.get(one.code)
        if gone is not None and gone < first:
            continue
        if gone is not None and gone <= last:
            rows.append((*_line(words, one, month, "DEREGISTERED", gone), words.value("change_type", "CANCELLED")))
        elif one.listed_in == month:
            line = _line(words, one, month, "ACTIVE", one.established)
            rows.append((*line, words.value("change_type", "NEW")))
        elif (one.renamed and one.renamed[0] == month) or moves.get(one.code) == month:
            line = _line(words, one, month, "ACTIVE", first + timedelta(days=9))
            rows.append((*line, words.value("change_type", "CHANGED")))
    return Table("E01", (*_header(words), words.header("change_type")), rows)


def _line(words: Words, one: Enterprise, month: int, status: str, status_day: date) -> Row:
    former = one.renamed[1] if one.renamed and one.renamed[0] <= month else None
    return (
        one.code,
        one.name_in(month),
        former,
        words.value("entity_type", one.entity_type),
        one.legal_rep.name,
        str(one.capital),
        spell(one.established, "iso"),
        words.value("status", status),
        spell(status_day, "iso"),
        f"北京市{one.registered_in[0]}市场监督管理局",
        one.registered_in[1],
        one.address,
        one.industry,
        one.legal_rep.phone,
    )
