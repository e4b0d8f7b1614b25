"""The three lists of the committees: needs, resources, projects, in one workbook a month (N01, N02, N03)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from sample.buildings import Building
from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Workbook
from sample.names import Person, people
from sample.targets import NEEDS, PROJECTS, RESOURCES
from sample.tenancy import Tenancy
from sample.timeline import (
    AS_OF,
    LAST,
    MONTH_ENDS,
    MONTHS,
    PROGRAMME_MONTHS,
    PROGRAMME_START,
    days,
    office_hour,
    position,
    working_days_after,
)
from sample.words import Words, spell

WANTS = {
    "PARKING": ("增加访客车位", "错峰共享夜间车位", "增设充电桩"),
    "CATERING": ("引入员工食堂", "增设便利餐饮点", "延长食堂供餐时间"),
    "PROPERTY": ("改善中央空调效果", "更新门禁系统", "增加公共会议空间"),
    "FINANCE": ("对接知识产权质押贷款", "申请研发贷款贴息", "引荐股权投资机构"),
    "TALENT": ("办理人才公租房", "招聘算法工程师", "申请工作居住证"),
    "POLICY": ("了解专精特新申报条件", "咨询房租减免政策", "辅导高企复审材料"),
    "SPACE": ("扩租办公面积", "寻找路演场地", "协调仓储空间"),
    "OTHER": ("开通园区班车", "优化周边公交站点", "组织青年联谊"),
}
OFFERS = {
    "VENUE": ("共享会议室", "路演大厅"),
    "PARKING": ("夜间错时车位", "访客车位"),
    "EXPERT": ("税务专家坐诊", "法律顾问值班"),
    "FUNDING": ("普惠贷款额度", "创投基金对接"),
    "POLICY": ("政策申报辅导", "一对一政策管家"),
    "MEDICAL": ("健康小屋", "义诊服务"),
    "OTHER": ("员工食堂余位", "健身房时段"),
}
DEPARTMENTS = ("区发改委", "区人力社保局", "区城管委", "区金融办", "区经信局", "物业公司", "楼委会")


@dataclass(frozen=True, slots=True)
class Need:
    """What an enterprise asks for."""

    building: Building
    enterprise: str | None
    content: str
    category: str
    raised: date
    due: date
    department: str
    closed: date | None
    is_feasible: bool
    resource: int | None
    project: int | None
    contact: Person


@dataclass(frozen=True, slots=True)
class Resource:
    """What somebody lets others use."""

    provider: str
    content: str
    type: str
    listed_in: int
    available_from: date
    available_to: date | None
    contact: Person


@dataclass(frozen=True, slots=True)
class Project:
    """What needs and resources together became."""

    name: str
    owner: str
    start: date
    planned_end: date
    actual_end: date | None
    budget: int


@dataclass(frozen=True, slots=True)
class ThreeLists:
    """All needs, resources and projects, each in the order of their numbers."""

    needs: tuple[Need, ...]
    resources: tuple[Resource, ...]
    projects: tuple[Project, ...]


def invent_lists(seed: int, buildings: Sequence[Building], tenancy: Tenancy) -> ThreeLists:
    """Draw the three lists."""
    rng = dice(seed, "lists")
    houses = [building for building in buildings if building.is_counted(MONTHS[0]) and building.is_counted_now]
    faces = people(rng, 400)
    window = days(PROGRAMME_START, AS_OF)
    needs = [_need(rng, rng.choice(houses), day, tenancy, faces) for day in sorted(rng.choices(window, k=NEEDS))]
    resources = [_resource(rng, number, rng.choice(houses), rng.choice(faces)) for number in range(RESOURCES)]
    projects = [_project(rng, number, rng.choice(houses)) for number in range(PROJECTS)]
    return ThreeLists(
        tuple(needs),
        tuple(sorted(resources, key=lambda one: (one.listed_in, one.available_from))),
        tuple(sorted(projects, key=lambda one: one.start)),
    )


def _need(rng: Random, house: Building, day: date, tenancy: Tenancy, faces: Sequence[Person]) -> Need:
    category, wants = rng.choice(list(WANTS.items()))
    guests, face = tenancy.tenants(house, day), rng.choice(faces)
    guest = rng.choice(guests).name_in(position(day)) if guests and rng.random() < 0.85 else None
    asked = f"{guest or house.name}希望{rng.choice(wants)}（{rng.randint(2, 60)}人受益），联系人电话{face.phone}"
    return Need(
        building=house,
        enterprise=guest,
        content=asked,
        category=category,
        raised=day,
        due=day + timedelta(days=rng.choice((15, 30, 60))),
        department=rng.choice(DEPARTMENTS),
        closed=day + timedelta(days=rng.randint(4, 75)) if rng.random() < 0.86 else None,
        is_feasible=rng.random() > 0.05,
        resource=rng.randrange(80) if rng.random() < 0.5 else None,
        project=rng.randrange(PROJECTS) if rng.random() < 0.15 else None,
        contact=face,
    )


def _resource(rng: Random, number: int, house: Building, face: Person) -> Resource:
    """Draw a resource; none is first listed in the last month, so that both its dates lie in the sample."""
    month = PROGRAMME_MONTHS.start if number < 90 else rng.choice(PROGRAMME_MONTHS[:-1])
    kind, offers = rng.choice(list(OFFERS.items()))
    start = MONTHS[month] + timedelta(days=rng.randrange(25))
    return Resource(
        provider=rng.choice((house.manager, f"{house.name}楼委会", *DEPARTMENTS[:5])),
        content=f"{house.name}{rng.choice(offers)}{number + 1:03d}",
        type=kind,
        listed_in=month,
        available_from=start,
        available_to=start + timedelta(days=rng.choice((180, 365))) if rng.random() < 0.3 else None,
        contact=face,
    )


def _project(rng: Random, number: int, house: Building) -> Project:
    wish = rng.choice(WANTS["PROPERTY"] + WANTS["SPACE"] + WANTS["PARKING"])
    start = rng.choice(days(PROGRAMME_START, MONTHS[LAST]))
    length = rng.randint(40, 240)
    return Project(
        name=f"{house.name}{wish}项目{number + 1:02d}",
        owner=rng.choice(DEPARTMENTS),
        start=start,
        planned_end=start + timedelta(days=length),
        actual_end=start + timedelta(days=length + rng.randint(-20, 30)) if rng.random() < 0.8 else None,
        budget=rng.choice((3, 5, 8, 12, 20, 50, 120)),
    )


def list_deliveries(seed: int, lists: ThreeLists) -> list[Delivery]:
    """Return the monthly workbooks: three sheets, each the whole list so far."""
    rng = dice(seed, "N")
    staff = [who.name for who in people(rng, 2)]

    def delivery(month: int) -> Delivery:
        signed = signatures(*staff)
        return Delivery(
            "N01",
            f"{DISTRICT}_三个清单_{MONTHS[month]:%Y%m}.xlsx",
            office_hour(rng, working_days_after(MONTH_ENDS[month], 5)),
            "楼委会",
            lambda: Workbook(
                [_needs(month, lists, signed), _resources(month, lists, signed), _projects(month, lists, signed)]
            ),
            period=MONTH_ENDS[month].isoformat(),
        )

    return [delivery(month) for month in PROGRAMME_MONTHS]


def _title(subject: str, month: int) -> tuple[str, ...]:
    return (f"石景山区商务楼宇{subject}（截至{spell(MONTH_ENDS[month], 'zh')}）",)


def _needs(month: int, lists: ThreeLists, signed: tuple[str, str, str]) -> Sheet:
    words, day = Words("N01", month % 2), MONTH_ENDS[month]
    listed = [(number, need) for number, need in enumerate(lists.needs, 1) if need.raised <= day]
    listed.sort(key=lambda entry: (entry[1].building.code, entry[0]))
    resources = sum(one.listed_in <= month for one in lists.resources)
    rows: list[Row] = []
    for number, need in listed:
        status = _need_status(need, day)
        closed = status == "CLOSED"
        rows.append(
            (
                need.building.name_in(month),
                f"XQ{number:04d}",
                need.enterprise,
                need.content,
                words.value("category", need.category),
                spell(need.raised, "iso"),
                spell(need.due, "iso"),
                need.department,
                words.value("status", status),
                spell(need.closed, "iso") if closed else None,
                f"ZY{need.resource % resources + 1:03d}" if closed and need.resource is not None else None,
                _project_code(lists, need.project, day),
                need.contact.name,
                need.contact.phone,
            )
        )
    columns = (
        "building_name", "need_id", "enterprise_name", "content", "category", "raised_on", "due_on", "dept", "status",
        "closed_on", "resource_ids", "project_id", "contact_name", "contact_phone",
    )  # fmt: skip
    return Sheet("N01", "需求清单", _title("需求清单", month), words.headers(*columns), rows, (0,), signed)


def _need_status(need: Need, day: date) -> str:
    if not need.is_feasible and need.raised + timedelta(days=20) <= day:
        return "NOT_FEASIBLE"
    if need.is_feasible and need.closed and need.closed <= day:
        return "CLOSED"
    return "IN_PROGRESS" if need.raised + timedelta(days=5) <= day else "OPEN"


def _project_code(lists: ThreeLists, project: int | None, day: date) -> str | None:
    return f"XM{project + 1:02d}" if project is not None and lists.projects[project].start <= day else None


def _resources(month: int, lists: ThreeLists, signed: tuple[str, str, str]) -> Sheet:
    words = Words("N02", month % 2)
    rows: list[Row] = [
        (
            f"ZY{number:03d}",
            one.provider,
            one.content,
            words.value("resource_type", one.type),
            spell(one.available_from, "dot"),
            spell(one.available_to, "dot"),
            (month - one.listed_in) * (number % 4),
            one.contact.name,
            one.contact.phone,
        )
        for number, one in enumerate(lists.resources, 1)
        if one.listed_in <= month
    ]
    columns = (
        "resource_id", "provider", "content", "resource_type", "available_from", "available_to", "times_used",
        "contact_name", "contact_phone",
    )  # fmt: skip
    return Sheet("N02", "资源清单", _title("资源清单", month), words.headers(*columns), rows, signatures=signed)


def _projects(month: int, lists: ThreeLists, signed: tuple[str, str, str]) -> Sheet:
    words, day = Words("N03", month % 2), MONTH_ENDS[month]
    rows: list[Row] = []
    for number, one in enumerate(lists.projects, 1):
        if one.start > day:
            continue
        is_done = one.actual_end is not None and one.actual_end <= day
        served = [
            f"XQ{at:04d}" for at, need in enumerate(lists.needs, 1) if need.project == number - 1 and need.raised <= day
        ]
        rows.append(
            (
                f"XM{number:02d}",
                one.name,
                "、".join(served) or None,
                one.owner,
                spell(one.start, "slash"),
                spell(one.planned_end, "slash"),
                spell(one.actual_end, "slash") if is_done else None,
                words.value("status", "DONE" if is_done else "RUNNING"),
                one.budget,
            )
        )
    columns = ("project_id", "name", "need_ids", "owner", "start_on", "planned_end", "actual_end", "status", "budget")
    header = tuple(words.header(column) + ("(万元)" if column == "budget" else "") for column in columns)
    return Sheet("N03", "项目清单", _title("项目清单", month), header, rows, signatures=signed)
