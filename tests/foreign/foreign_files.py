"""The deliveries of a drawn district: who sends what, when, under which headers (SPEC part 3)."""

import csv
import json
import os
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from random import Random

from foreign_forms import DATES, MONTHS, SPACED, TIMES, YES_NO, Form, Hundredths, Month, Row, Sheet, write
from foreign_world import Building, Occupancy, Place, TaxRow, Ticket, World, is_taxed_here, month_end, people, rent

CHINA = timezone(timedelta(hours=8))
SIGNED = ("填表人：张三    审核人：李四", "单位盖章：")

HEADERS: dict[str, dict[str, list[str]]] = {
    "B01": {
        "row_no": ["序号"], "building_code": ["楼宇编码", "楼宇编号"], "building_name": ["楼宇名称", "楼宇名",
        "项目名称"],
        "alias": ["别名", "曾用名", "推广名"], "street_name": ["所属街道", "街道(园区)", "属地"],
        "address": ["坐落地址", "地址"], "owner_name": ["产权单位", "业主单位"],
        "property_mgmt": ["物业公司", "物业管理单位"], "grade": ["等级", "楼宇等级"], "use_type": ["楼宇类型", "用途"],
        "completed_on": ["竣工时间", "投入使用时间"], "gross_area_m2": ["建筑面积", "总建筑面积(㎡)",
        "建筑面积(万平方米)"],
        "rentable_area_m2": ["可租赁面积", "商务面积", "可招商面积"], "stat_flag": ["是否纳入统计"],
        "stat_from": ["纳入统计时间"], "contact": ["联系人", "联系电话"],
    },
    "E01": {
        "uscc": ["统一社会信用代码", "社会信用代码", "信用代码", "societycode"],
        "name": ["企业名称", "市场主体名称", "单位名称"], "former_name": ["曾用名"],
        "entity_type": ["企业类型", "市场主体类型"], "legal_rep": ["法定代表人", "负责人"],
        "reg_capital": ["注册资本(万元)", "注册资本"], "established_on": ["成立日期"], "status": ["登记状态",
        "经营状态"],
        "reg_authority": ["登记机关"], "reg_district": ["登记区县代码"], "reg_address": ["住所", "注册地址"],
        "industry_code": ["行业代码", "国民经济行业"], "change_type": ["变更类型"],
    },
    "O01": {
        "building_name": ["所在楼宇", "楼宇名称"], "unit_no": ["房号", "楼层", "单元"],
        "enterprise_name": ["企业名称", "入驻企业"], "uscc": ["统一社会信用代码"],
        "leased_area_m2": ["租赁面积(㎡)", "使用面积"], "moved_in_on": ["入驻时间", "迁入时间"],
        "moved_out_on": ["迁出时间", "退租时间"], "employees": ["从业人员数", "员工人数"],
        "rent": ["租金(元/㎡·天)"], "taxed_in_district": ["是否在本区纳税"],
    },
    "T01": {
        "uscc": ["纳税人识别号", "统一社会信用代码"], "taxpayer_name": ["纳税人名称", "企业名称", "nsrmc"],
        "tax_type": ["税种", "征收项目"], "treasury_month": ["入库月份", "入库日期"],
        "tax_period_start": ["税款所属期起"], "tax_period_end": ["税款所属期止"],
        "amount_total": ["税收收入", "全口径税收", "实缴税额", "全税"],
        "amount_district": ["区级税收", "区级留成", "留区税"], "is_refund": ["是否退税", "退库标志"],
        "orig_ref": ["原凭证号"], "voucher_no": ["电子税票号"],
    },
    "R01": {
        "enterprise_name": ["企业名称"], "uscc": ["统一社会信用代码"], "rating_code": ["资质类型"], "batch": ["批次"],
        "stage": ["阶段"], "grant_date": ["认定日期", "公布日期", "发证日期"], "valid_from": ["有效期起"],
        "valid_to": ["有效期止"], "source_doc": ["文号", "公告网址"],
    },
    "R02": {
        "enterprise_name": ["企业名称"], "uscc": ["统一社会信用代码"], "exchange": ["上市板块"], "code": ["证券代码"],
        "listed_on": ["上市日期"], "delisted_on": ["退市日期"],
    },
    "A01": {
        "activity_id": ["活动编号"], "station": ["主办工作站", "站点名称"], "co_hosts": ["协办单位"],
        "title": ["活动名称", "活动主题"], "activity_type": ["活动类型"], "held_on": ["活动时间", "日期"],
        "attendance": ["参与人数", "人次"], "status": ["状态"],
    },
    "H01": {
        "ticket_no": ["工单编号"], "ticket_type": ["工单类型"], "category_path": ["问题分类"],
        "content": ["主要内容"], "channel": ["来源渠道", "受理方式"], "created_at": ["创建时间", "来电时间",
        "受理时间"],
        "dispatched_at": ["派单时间"], "signed_at": ["签收时间"], "feedback_at": ["反馈时间"],
        "closed_at": ["办结时间"], "due_at": ["办理时限", "应办结时间"], "linked_ticket": ["关联工单"],
        "tags": ["标签"],
        "urgency": ["紧急程度", "处置等级"], "unit_lv1": ["一级承办单位"], "unit_role": ["工单性质"],
        "district_name": ["被反映区"], "street_name": ["被反映街乡镇"], "place": ["小区点位", "问题点位"],
        "status": ["工单状态"], "is_duplicate": ["是否重复"], "exclude_flag": ["是否剔除"],
        "caller_name": ["来电人", "诉求人"], "caller_phone": ["来电人电话/账号"], "updated_at": ["更新时间"],
    },
    "H02": {
        "ticket_no": ["工单编号"], "callback_seq": ["回访次数"], "callback_at": ["回访时间"], "valid": ["是否有效回访"],
        "contacted": ["是否联系"], "resolved": ["是否解决"], "satisfaction": ["是否满意"],
    },
    "P01": {
        "appeal_id": ["编号"], "found_at": ["发现时间", "受理时间"], "source": ["来源"], "building_name": ["楼宇"],
        "content": ["内容"], "status": ["办理状态"], "resolved_at": ["化解时间", "办结时间"],
        "linked_ticket": ["对应工单"],
    },
    "M01": {
        "meeting_id": ["编号"], "meeting_type": ["类型"], "channel": ["形式"], "building_name": ["楼宇"],
        "held_at": ["召开时间"], "matter": ["议题"], "status": ["状态"], "due_on": ["办结时限"],
        "closed_on": ["办结时间"],
    },
    "M02": {
        "meeting_id": ["编号"], "dept": ["部门"], "summoned_at": ["吹哨时间"], "arrived_at": ["报到时间"],
        "substitute": ["是否代会"],
    },
    "A02": {
        "activity_id": ["活动编号"], "enterprise_name": ["单位"], "uscc": ["信用代码"], "person_name": ["姓名"],
        "signed_at": ["签到时间"],
    },
    "V01": {"station": ["工作站"], "enterprise_name": ["企业"], "uscc": ["信用代码"], "visited_on": ["走访时间"]},
    "N01": {
        "need_id": ["编号"], "building_name": ["楼宇"], "content": ["需求内容"], "category": ["类别"],
        "raised_on": ["提出时间"], "status": ["进展"], "closed_on": ["销账时间"], "due_on": ["计划解决时间"],
        "resource_ids": ["匹配资源"], "project_id": ["对应项目"],
    },
    "N02": {
        "resource_id": ["编号"], "provider": ["提供单位"], "content": ["资源内容"], "resource_type": ["类别"],
        "available_from": ["可用时间"], "available_to": ["截止"], "times_used": ["使用次数"],
    },
    "N03": {
        "project_id": ["编号"], "name": ["项目名称"], "owner": ["责任单位"], "status": ["状态"],
        "need_ids": ["对应需求"], "planned_end": ["计划完成"], "actual_end": ["实际完成"],
    },
    "G01": {
        "org_id": ["编号"], "org_type": ["类型"], "station_type": ["站点类型"], "name": ["名称"],
        "formed_on": ["成立时间"],
        "dissolved_on": ["撤销时间"], "guided_by": ["指导组织"], "street_name": ["所属街道"],
    },
    "G02": {"building_name": ["楼宇"], "org_name": ["覆盖组织"], "org_type": ["类型"], "valid_from": ["起"],
    "valid_to": ["止"]},
    "G03": {
        "person": ["姓名"], "identity": ["身份证号"], "station": ["所在工作站"], "full_time": ["是否专职"],
        "on_post_from": ["到岗时间"], "on_post_to": ["离岗时间"],
    },
}  # fmt: skip

# columns that part 3 names otherwise in English, and rent, which is nothing without its unit
UNLISTED = {"rent", "identity", "need_id", "person", "person_name", "legal_rep", "contact"}

WORDS = {
    "VAT": "增值税", "CIT": "企业所得税", "PIT": "个人所得税", "UMCT": "城建税", "PROP": "房产税", "STAMP": "印花税",
    "POLICY": "政策宣讲", "LEGAL": "法律咨询", "JOBFAIR": "招聘会", "UNION": "工会", "PARTY": "主题党日",
    "VISIT": "走访", "WECHAT": "微信群", "MEETING": "议事", "INSPECTION": "巡查",
    "WHISTLE": "吹哨报到", "DELIBERATION": "议事协调会", "CENTRAL": "中心站", "ORDINARY": "普通站",
    "STAR": "科创板", "CHINEXT": "创业板", "BSE": "北交所",
}  # fmt: skip


class Desk:
    """Writes deliveries into an inbox; the habits of each file are drawn from the seed and its name."""

    def __init__(self, inbox: Path, world: World) -> None:
        self.inbox, self.world, self.place = inbox, world, world.place
        self.used: dict[tuple[str, str], int] = {}
        self.number = 0

    def send(
        self, feed: str, name: str, form: Form, sheets: list[Sheet], received: datetime,
        meta: dict[str, object] | None = None, columns: Iterable[str] = (), names: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Write one file and, unless ``meta`` is None, a sidecar; without one the file's own time speaks."""
        rng = Random(f"{self.world.seed}-{feed}-{name}")
        self.number += 1
        chosen = {column: self._header(feed, column) for column in columns or HEADERS[feed]} | (names or {})
        path = self.inbox / feed / f"{name}.{form.suffix}"
        if form.suffix.startswith(("pages", "data")):
            path = self.inbox / feed / name
        write(path, self._habits(form, rng), chosen, sheets, rng)
        for file in [*path.iterdir(), path] if path.is_dir() else [path]:
            os.utime(file, (received.timestamp(), received.timestamp()))
        if meta is not None and self.place.is_dated:
            local = received.replace(tzinfo=None).isoformat()
            sidecar = {"received_at": rng.choice([received.isoformat(), local]), **meta}
            path.with_name(f"{path.name}.meta.json").write_text(json.dumps(sidecar, ensure_ascii=False), "utf-8")

    def _header(self, feed: str, column: str) -> str:
        """Each synonym in its turn, so that all of them are used."""
        turn = self.used.get((feed, column), self.world.seed)
        self.used[feed, column] = turn + 1
        synonyms = [*HEADERS[feed][column], *([column] if column not in UNLISTED else [])]
        return synonyms[turn % len(synonyms)]

    def _habits(self, form: Form, rng: Random) -> Form:
        drawn = {"dates": rng.choice(DATES), "months": rng.choice(MONTHS), "times": rng.choice(TIMES),
                 "yes_no": rng.choice(YES_NO), "spaced": rng.choice(SPACED)}  # fmt: skip
        default = Form()
        fresh = {name: value for name, value in drawn.items() if getattr(form, name) == getattr(default, name)}
        return replace(form, **fresh)


def deliver(world: World, inbox: Path) -> None:
    """Write every delivery of the district."""
    desk = Desk(inbox, world)
    for part in (_buildings, _enterprises, _occupancies, _taxes, _ratings, _tickets, _callbacks, _activities, _appeals,
                 _meetings, _summons, _reached, _lists, _organisations):  # fmt: skip
        part(desk)


def revise(world: World, inbox: Path, *, ticket: str, month: str) -> None:
    """Write what is sent once more, today: every list of the buildings, a ticket and a month of tax."""
    desk = Desk(inbox, world)
    received, newer = datetime.now(CHINA).replace(microsecond=0), {"version": 9}
    _buildings(desk, received, newer)
    again = [_ticket_row(desk, one) | {"updated_at": received.replace(tzinfo=None)}
             for one in world.tickets if one.number == ticket]  # fmt: skip
    desk.send("H01", "更正", Form(), [Sheet("工单", again)], received, {})
    rows = [row for row in world.taxes if row.month == month]
    _tax_file(desk, f"{month}更正", month, rows, TAX_FORMS[0], received, newer)


def configure(place: Place, config: Path) -> None:
    """Write the district's overlay, where it has one."""
    if not place.is_configured:
        return
    config.mkdir(parents=True, exist_ok=True)
    year = place.year
    (config / "settings.yml").write_text(
        f"district: {{code: '{place.code}'}}\nprogramme: {{start: {place.programme_start}}}\n"
        f"hotline: {{base_window: HM{year - 1}-01/HM{year - 1}-12}}\n",
        encoding="utf-8",
    )
    with (config / "reference_magnitude.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["indicator", "period", "value", "unit", "status", "source_doc"])
        writer.writerows(["BUDGET_REVENUE", period, amount, "万元", "初步", "财政局"]
                         for period, amount in place.budget.items())  # fmt: skip
    city = place.code[:2] + "0000"
    rows = [["city", city, "", place.city], ["district", place.code, city, place.name]]
    rows += [["street", code, place.code, name] for name, code in place.streets.items()]
    with (config / "area.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["area_type", "area_code", "parent_code", "name_zh"])
        writer.writerows(rows)


def _at(day: date, days: int = 5, hour: int = 9) -> datetime:
    return datetime.combine(day + timedelta(days=days), time(hour), CHINA)


def _listed(place: Place, day: date) -> datetime:
    """When a list that speaks of a day comes in."""
    return _at(day) if place.is_dated else _at(day, 0)


def _title(place: Place, what: str, day: date) -> tuple[str, ...]:
    dated = (f"（截至{day.year}年{day.month}月{day.day}日）",) if place.is_dated else ()
    return (f"{place.name}{what}", *dated)


def _word(code: str | None) -> str | None:
    return WORDS.get(code, code) if code else None


def _name(building: Building, place: Place, day: date) -> str:
    is_former = building.former_name is not None and place.is_listed_often and day < place.snapshots[1]
    return building.former_name if is_former and building.former_name else building.name


def _names(desk: Desk) -> dict[str, str]:
    """What the other departments call each building: its name, or its alias."""
    return {one.code: _called(desk, one) for one in desk.world.buildings}


def _called(desk: Desk, one: Building) -> str:
    return one.alias if Random(f"{desk.world.seed}-{one.code}").random() < 0.3 else one.name


def _buildings(desk: Desk, again: datetime | None = None, newer: dict[str, object] | None = None) -> None:
    """Write every list of the buildings; all of them ``again`` on one day where one is given."""
    place = desk.place
    forms = [
        Form(
            unit="平方米",
            titles=_title(place, "商务楼宇台账", place.snapshots[0]),
            footers=SIGNED,
            merged=("street_name",),
        ),
        Form("gb18030.csv", unit="万平方米", unit_in="header", numbers="text"),
        Form(numbers="grouped", titles=(*_title(place, "楼宇台账", place.as_of), "内部资料"), footers=SIGNED[:1]),
    ]
    for n, day in enumerate(place.snapshots):
        form = forms[n if place.is_listed_often else 2]
        rows = []
        for number, one in enumerate(
            sorted(desk.world.buildings, key=lambda one: (one.street_on(day, place), one.code))
        ):
            leaves = one.leaves_stat and n > 0
            rows.append({
                "row_no": number + 1, "building_code": one.code if one.is_coded else None,
                "building_name": _name(one, place, day),
                "alias": f"{one.alias}、{one.former_name or one.alias + '旧称'}",
                "street_name": one.street_on(day, place), "address": f"{one.street}第{number + 1}号院",
                "grade": one.grade,
                "owner_name": "某某置业公司", "property_mgmt": "某某物业", "use_type": "写字楼",
                "completed_on": date(2010, 5, 1), "gross_area_m2": Hundredths(one.gross),
                "rentable_area_m2": Hundredths(one.rentable), "stat_flag": one.is_in_stat and not leaves,
                "stat_from": one.in_stat_from, "contact": "赵六",
            })  # fmt: skip
        names = {"gross_area_m2": "总建筑面积(㎡)"} if n != 1 else {
            "gross_area_m2": "建筑面积(万平方米)", "rentable_area_m2": "商务面积(万平方米)"}  # fmt: skip
        meta: dict[str, object] = {"period": f"{day:%Y-%m}", "sender": "区发展改革委"} if n == 1 else {}
        meta |= newer or {}
        totals = (
            []
            if form.suffix != "xlsx"
            else [{"row_no": "合计", "gross_area_m2": Hundredths(sum(one.gross for one in desk.world.buildings))}]
        )
        desk.send(
            "B01",
            f"{place.name}楼宇台账{day:%Y%m}",
            form,
            [Sheet("楼宇台账", rows, totals)],
            again or _listed(place, day),
            meta,
            names=names,
        )


def _enterprises(desk: Desk) -> None:
    place, everyone = desk.place, desk.world.enterprises

    def row(n: int, change: str | None = None) -> Row:
        one = everyone[n]
        name = one.former_name if one.former_name and change is None else one.name
        authority = place.name if one.uscc[2:8] == place.code else "朝阳区"
        return {
            "uscc": one.uscc, "name": name, "former_name": one.former_name if change else None,
            "entity_type": "有限责任公司", "legal_rep": "钱七", "reg_capital": Hundredths(100_000_000 + n),
            "established_on": date(2015, 1 + n % 12, 3), "status": "存续",
            "reg_authority": f"{authority}市场监督管理局",
            "reg_district": one.uscc[2:8], "reg_address": f"{place.name}某路{n}号",
            "industry_code": one.industry if n % 3 else one.industry[1:], "change_type": change,
        }  # fmt: skip

    full = [column for column in HEADERS["E01"] if column != "change_type"]
    count = len(everyone)
    rows = [row(n) for n in range(count - 2)]
    desk.send("E01", "名录", Form("gb18030.csv", unit="万元", unit_in="header", numbers="text"), [Sheet("名录", rows)],
              _at(date(place.year - 2, 12, 20)), {}, full, {"reg_capital": "注册资本(万元)"})  # fmt: skip
    changes = [row(7, "变更"), row(count - 2, "新增"), row(count - 1, "新增")]
    desk.send("E01", "变更", Form(unit="元"), [Sheet("变更", changes)], _at(place.as_of), {})


def _occupancies(desk: Desk) -> None:
    place, names = desk.place, _names(desk)
    by_uscc = {one.uscc: one for one in desk.world.enterprises}
    for n, day in enumerate(place.snapshots):

        def row(one: Occupancy, n: int = n, day: date = day) -> Row:
            number = int(one.uscc[10:16])
            named_only = number % 11 == 0
            grown = one.later_area if one.later_area is not None and n > 0 else one.area
            told = one.until is not None and one.until <= day + timedelta(days=1)
            daily = rent(one)
            return {
                "building_name": names[one.building], "unit_no": one.unit or None,
                "enterprise_name": by_uscc[one.uscc].name, "uscc": None if named_only else one.uscc,
                "leased_area_m2": None if grown is None else Hundredths(grown), "moved_in_on": one.since,
                "moved_out_on": one.until if told else None, "employees": people(one),
                "rent": None if daily is None else f"{(daily * 365 // 12 if n == 1 else daily) / 100:.2f}",
                "taxed_in_district": is_taxed_here(one.uscc),
            }  # fmt: skip

        listed = [one for one in desk.world.occupancies if not place.is_listed_often or n in one.listed]
        listed.sort(key=lambda one: one.building)
        title = _title(place, "入驻企业台账", day)
        if n == 1:
            buildings = dict.fromkeys(one.building for one in listed)
            sheets = [Sheet(names[code], [row(one) for one in listed if one.building == code]) for code in buildings]
            columns = [column for column in HEADERS["O01"] if column != "building_name"]
            form = Form(titles=title, numbers="full", unit="平方米", unit_in="header")
            desk.send(
                "O01",
                "分楼台账",
                form,
                sheets,
                _listed(place, day),
                {},
                columns,
                {"leased_area_m2": "租赁面积(㎡)", "rent": "租金(元/㎡·月)"},
            )
        else:
            form = Form(titles=title, merged=("building_name",), footers=SIGNED, is_mac=n == 0)
            total: Row = {"building_name": "合 计", "leased_area_m2": Hundredths(_area(listed, n))}
            desk.send(
                "O01", f"台账{n}", form, [Sheet("台账", [row(one) for one in listed], [total])], _listed(place, day), {}
            )


def _area(listed: list[Occupancy], n: int) -> int:
    return sum((one.later_area if one.later_area is not None and n > 0 else one.area) or 0 for one in listed)


TAX_FORMS = [
    Form(unit="万元", titles=("楼宇企业税收",), footers=SIGNED,
         groups={"amount_total": "全口径税收", "amount_total_ly": "全口径税收", "amount_district": "区级"}),
    Form("gb18030.csv", unit="元", unit_in="header", numbers="text"),
    Form(unit="万元", unit_in="header", numbers="text"),
    Form("bom.csv", numbers="grouped"),
    Form(unit="亿元", numbers="text", titles=("税收", "内部资料")),
    Form(unit="元", numbers="accounting", titles=("楼宇税收情况",), footers=SIGNED[1:]),
    Form("utf8.csv", unit="万元", numbers="full"),
]  # fmt: skip


def _taxes(desk: Desk) -> None:
    for n, month in enumerate(desk.place.months):
        rows = [row for row in desk.world.taxes if row.month == month]
        received = _at(month_end(month), 12)
        form = TAX_FORMS[n % len(TAX_FORMS)]
        if n == 3:
            wrong = [replace(row, total=row.total + 777) for row in rows[1:]]
            _tax_file(desk, f"{month}_v1", month, wrong, form, received, {"version": 1})
            received += timedelta(days=40)
            _tax_file(desk, f"{month}_v02", month, rows, TAX_FORMS[0], received, {"version": 2})
        else:
            _tax_file(
                desk, f"楼宇税收{month}", month, rows, form, received, None if n % 4 == 1 else {"channel": "sftp"}
            )


def states_totals(number: int) -> bool:
    """Whether the newest file of the month with this number ends in its totals."""
    return number == 3 or TAX_FORMS[number % len(TAX_FORMS)].suffix != "bom.csv"


def _tax_file(desk: Desk, name: str, month: str, rows: list[TaxRow], form: Form, received: datetime,
              meta: dict[str, object] | None) -> None:  # fmt: skip
    who = {one.uscc: one for one in desk.world.enterprises}
    flagged = form.suffix == "bom.csv"

    def row(one: TaxRow) -> Row:
        begin = one.period_end.replace(day=1) if one.period_end else None
        return {
            "uscc": one.uscc, "taxpayer_name": who[one.uscc].name, "tax_type": _word(one.kind),
            "treasury_month": Month(month),
            "tax_period_start": begin, "tax_period_end": one.period_end, "amount_total": Hundredths(one.total),
            "amount_district": None if one.district is None else Hundredths(one.district),
            "amount_total_ly": Hundredths(one.total * 9 // 10), "is_refund": bool(one.refunds),
            "orig_ref": one.refunds, "voucher_no": one.number,
        }  # fmt: skip

    columns = [column for column in HEADERS["T01"] if column != "is_refund" or flagged]
    names: dict[str, str] = {}
    if not any(one.district is not None for one in rows):
        columns.remove("amount_district")
    if form.groups:
        names = {
            column: header
            for column, header in (("amount_total", "本期"), ("amount_total_ly", "同期"), ("amount_district", "本期"))
            if column in [*columns, "amount_total_ly"]
        }
        form = replace(form, groups={column: group for column, group in form.groups.items() if column in names})
    elif form.unit_in == "header":
        names = {"amount_total": f"税收收入({form.unit})", "amount_district": f"区级税收（{form.unit}）"}
        names = {column: header for column, header in names.items() if column in columns}
    sheet_total: Row = {"amount_total": Hundredths(sum(one.total for one in rows))}
    if "amount_district" in columns:
        sheet_total["amount_district"] = Hundredths(sum(one.district or 0 for one in rows))
    totals = [sheet_total | {"taxpayer_name": "合计"}] if not flagged else []
    desk.send("T01", name, form, [Sheet("Sheet1", [row(one) for one in rows], totals)], received, meta, columns, names)


def _ratings(desk: Desk) -> None:
    who = {one.uscc: one for one in desk.world.enterprises}
    place = desk.place
    rows = [
        {"enterprise_name": who[one.uscc].name, "uscc": one.uscc if one.has_uscc else None, "rating_code": one.code,
         "batch": one.batch, "stage": one.stage, "grant_date": one.granted, "valid_from": None,
         "valid_to": one.valid_to,
         "source_doc": "京经信发〔2023〕1号"}
        for one in desk.world.ratings
    ]  # fmt: skip
    first = [row for row in rows if row["grant_date"] < date(place.year, 1, 1)]
    later = [row for row in rows if row not in first]
    desk.send(
        "R01", "资质1", Form(titles=("资质企业名单",)), [Sheet("名单", first)], _at(date(place.year - 1, 12, 31)), {}
    )
    desk.send("R01", "资质2", Form("bom.csv"), [Sheet("名单", later)], _at(place.as_of, 1), {})
    listed = [
        {"enterprise_name": who[one.uscc].name, "uscc": one.uscc, "exchange": _word(one.exchange), "code": one.code,
         "listed_on": one.listed, "delisted_on": one.delisted}
        for one in desk.world.listings
    ]  # fmt: skip
    desk.send("R02", "上市挂牌", Form(titles=("上市企业", "2表")), [Sheet("名单", listed)], _at(place.as_of, 10), {})


def _ticket_row(desk: Desk, one: Ticket, stale: bool = False) -> Row:
    place = desk.place
    named = next((building for building in desk.world.buildings if building.code == one.building), None)
    return {
        "ticket_no": one.number, "ticket_type": one.kind, "category_path": one.category, "content": "反映有关情况",
        **dict(zip(LEVELS, one.category.split("->"), strict=True)),
        "channel": "PHONE", "created_at": one.created, "urgency": one.level,
        "dispatched_at": one.dispatched, "signed_at": one.signed, "feedback_at": one.answered,
        "closed_at": one.closed,
        "due_at": one.extended_to, "linked_ticket": one.linked,
        "tags": "民生、督办" if one.is_supervised else "民生",
        "unit_lv1": UNIT_BEFORE if stale else one.unit,
        "unit_role": one.role, "district_name": place.name,
        "street_name": named.street if named else next(iter(place.streets)),
        "place": None if stale or named is None else _called(desk, named),
        "status": "办理中" if stale else "已办结",
        "is_duplicate": one.is_duplicate, "exclude_flag": one.is_excluded and not stale, "caller_name": "保密",
        "caller_phone": one.caller or "138××××0000",
        "updated_at": one.created + timedelta(hours=1 if stale else 60),
    }  # fmt: skip


def _tickets(desk: Desk) -> None:
    place = desk.place
    after = [
        Ticket(f"GD9{n:05}", "诉求", "物业管理->供暖->不热", datetime(place.year, 7, 1, n, 0, 0), "区城管委", one.code)
        for n, one in enumerate(desk.world.buildings[:4])
    ]
    ordered = sorted(desk.world.tickets, key=lambda one: one.created)
    edges = [*place.pulls[:5], date.max]
    chunks = [[t for t in ordered if low <= t.created.date() < high]
              for low, high in zip([date.min, *edges], edges, strict=False)]  # fmt: skip
    forms = [Form("pages.json"), Form("bom.csv"), Form(), Form("lines.jsonl"), Form("array.json"), Form("data.json")]
    for n, (chunk, form) in enumerate(zip(chunks, forms, strict=True)):
        day = place.pulls[n]
        rows = [_ticket_row(desk, one) for one in [*chunk, *(after if n == 5 else [])]]
        columns = list(HEADERS["H01"])
        if n == 2:
            columns = [column for column in columns if column != "category_path"]
        levels = {column: column for column in LEVELS} if n == 2 else {}
        desk.send("H01", f"{day:%Y%m%dT}1200", form, [Sheet("工单", rows)], _at(day), {}, columns, levels)
    # what was said of the second chunk on its first days comes in late
    stale = [_ticket_row(desk, one, stale=True) for one in chunks[1][::3]]
    desk.send("H01", "迟到的导出", Form(), [Sheet("工单", stale)], _at(edges[3]), {})


UNIT_BEFORE = "区信访办"
LEVELS = ("一级分类", "二级分类", "三级分类")


def _callbacks(desk: Desk) -> None:
    rows = [
        {"ticket_no": one.ticket, "callback_seq": one.seq, "callback_at": one.at, "valid": one.is_valid,
         "contacted": one.is_contacted, "resolved": one.resolved, "satisfaction": one.satisfaction}
        for one in desk.world.callbacks
    ]  # fmt: skip
    known = {one.number for one in desk.world.tickets}
    rows = [row for row in rows if row["ticket_no"] in known]
    half = len(rows) // 2
    end = desk.place.as_of
    desk.send("H02", "回访", Form("pages.json"), [Sheet("回访", rows[:half])], _at(end, 3), {})
    desk.send("H02", "回访表", Form(titles=("回访结果",)), [Sheet("回访", rows[half:])], _at(end, 4), {})


def _activities(desk: Desk) -> None:
    place = desk.place

    def row(number: int) -> Row:
        one = desk.world.activities[number]
        return {
            "activity_id": one.number, "station": one.station, "co_hosts": one.partner, "title": one.title,
            "activity_type": _word(one.kind), "held_on": one.held,
            "attendance": f"约{one.attendance}人" if number % 13 == 0 else one.attendance, "status": one.status,
        }  # fmt: skip

    days = [one.held for one in desk.world.activities]
    edges = [date(place.year - 1, 7, 1), date(place.year, 1, 1), place.as_of + timedelta(days=1)]
    for n, end in enumerate(edges):
        start = edges[n - 1] if n else date.min
        rows = [row(number) for number, day in enumerate(days) if start <= day < end]
        form = [Form(titles=("工作站活动台账",)), Form("gb18030.csv"), Form(footers=SIGNED)][n]
        desk.send("A01", f"活动{n}", form, [Sheet("活动", rows)], _at(end, 2), {})
    # what a station sent of its last month before, with an activity that it later took back
    last = desk.world.activities[0]
    month = [
        n
        for n, one in enumerate(desk.world.activities)
        if one.station == last.station and (one.held.year, one.held.month) == (last.held.year, last.held.month)
    ]
    early = [row(number) for number in month] + [row(month[0]) | {"activity_id": "HD99999", "title": "误报活动"}]
    desk.send("A01", "误报", Form(), [Sheet("活动", early)], _at(month_end(f"{last.held:%Y-%m}"), 1), {})


def _appeals(desk: Desk) -> None:
    place, names = desk.place, _names(desk)
    words = {"RESOLVED": "已化解", "OPEN": "OPEN", "TRANSFERRED": "TRANSFERRED", "TURNED_TICKET": "TURNED_TICKET"}
    for n, year in enumerate((place.year - 1, place.year)):
        rows = [
            {"appeal_id": one.number, "found_at": one.found, "source": _word(one.source),
             "building_name": names[one.building], "content": "内容", "status": words[one.status],
             "resolved_at": one.resolved, "linked_ticket": one.ticket}
            for one in desk.world.appeals if one.found.year == year
        ]  # fmt: skip
        form = [Form("gb18030.csv"), Form(titles=("未诉先办台账",), footers=SIGNED)][n]
        desk.send("P01", f"台账{year}", form, [Sheet("台账", rows)], _at(place.as_of, n), {})


def _meetings(desk: Desk) -> None:
    names = _names(desk)
    rows = [
        {"meeting_id": one.number, "meeting_type": _word(one.kind), "channel": "ONSITE",
         "building_name": names[one.building],
         "held_at": one.held, "matter": "议题", "status": one.status, "due_on": one.due, "closed_on": one.closed}
        for one in desk.world.meetings
    ]  # fmt: skip
    desk.send(
        "M01", "会议", Form(titles=("吹哨报到及议事协调会",)), [Sheet("会议", rows)], _at(desk.place.as_of, 2), {}
    )


def _summons(desk: Desk) -> None:
    rows: list[Row] = [
        {"meeting_id": one.meeting, "dept": one.department, "summoned_at": one.summoned, "arrived_at": one.arrived,
         "substitute": one.is_substitute}
        for one in desk.world.summons
    ]  # fmt: skip
    desk.send("M02", "报到", Form(titles=("部门报到情况",)), [Sheet("报到", rows)], _at(desk.place.as_of, 2), {})


def _reached(desk: Desk) -> None:
    name = {one.uscc: one.name for one in desk.world.enterprises}
    signed: list[Row] = [
        {"activity_id": one.activity, "enterprise_name": name[one.uscc] if one.uscc else None, "uscc": one.uscc,
         "person_name": one.person, "signed_at": one.at}
        for one in desk.world.sign_ins
    ]  # fmt: skip
    visits: list[Row] = [
        {"station": one.station, "enterprise_name": name[one.uscc], "uscc": one.uscc, "visited_on": one.on}
        for one in desk.world.visits
    ]
    desk.send("A02", "签到", Form("gb18030.csv"), [Sheet("签到", signed)], _at(desk.place.as_of, 2), {})
    desk.send("V01", "走访", Form(titles=("走访记录",)), [Sheet("走访", visits)], _at(desk.place.as_of, 2), {})


def _lists(desk: Desk) -> None:
    place, names, world = desk.place, _names(desk), desk.world
    needs: list[Row] = [
        {"need_id": one.number, "building_name": names[one.building], "content": f"需求事项{one.number}",
         "category": one.category, "raised_on": one.raised, "status": one.status, "closed_on": one.closed,
         "due_on": one.due, "resource_ids": "、".join(one.resources), "project_id": one.project}
        for one in world.needs
    ]  # fmt: skip
    needs.sort(key=lambda row: str(row["building_name"]))
    resources: list[list[Row]] = [
        [{"resource_id": one.number, "provider": "某单位", "content": f"资源{one.number}", "resource_type": one.kind,
          "available_from": one.since, "available_to": one.until, "times_used": one.uses[n]}
         for one in world.resources if one.first_list <= n]
        for n in (0, 1)
    ]  # fmt: skip
    projects: list[Row] = [
        {"project_id": one.number, "name": f"项目{one.number}", "owner": "某街道", "status": one.status,
         "need_ids": "、".join(one.needs), "planned_end": one.planned, "actual_end": one.ended}
        for one in world.projects
    ]  # fmt: skip
    titles = _title(place, "清单", place.as_of)
    desk.send(
        "N01", "需求清单", Form(titles=titles, merged=("building_name",)), [Sheet("需求", needs)], _at(place.as_of), {}
    )
    desk.send("N02", "资源清单1", Form("bom.csv"), [Sheet("资源", resources[0])], _at(place.first_resource_list, 0), {})
    desk.send("N02", "资源清单2", Form(titles=titles), [Sheet("资源", resources[1])], _at(place.as_of), {})
    desk.send("N03", "项目清单", Form(titles=titles), [Sheet("项目", projects)], _at(place.as_of), {})


def _organisations(desk: Desk) -> None:
    place, names, world = desk.place, _names(desk), desk.world
    orgs: list[Row] = [
        {"org_id": one.number, "org_type": one.kind, "station_type": _word(one.station_type), "name": one.name,
         "formed_on": one.formed, "dissolved_on": one.dissolved, "guided_by": one.guided_by, "street_name": one.street}
        for one in world.organisations
    ]  # fmt: skip
    links: list[Row] = [
        {"building_name": names[one.building], "org_name": one.organisation, "org_type": one.kind,
         "valid_from": one.since, "valid_to": one.until}
        for one in world.links
    ]  # fmt: skip
    workers: list[Row] = [
        {"person": one.name, "identity": one.identity, "station": one.station, "full_time": one.is_full_time,
         "on_post_from": one.since, "on_post_to": one.until}
        for one in world.workers
    ]  # fmt: skip
    titles = _title(place, "组织台账", place.as_of)
    desk.send("G01", "组织", Form(titles=titles, footers=SIGNED), [Sheet("组织", orgs)], _at(place.as_of), {})
    desk.send(
        "G02", "覆盖", Form("gb18030.csv"), [Sheet("覆盖", links)], _at(place.as_of), {"period": f"{place.as_of:%Y-%m}"}
    )
    desk.send("G03", "社工", Form(titles=titles), [Sheet("社工", workers)], _at(place.as_of), {})
