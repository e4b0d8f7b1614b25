"""How the twin fills in a form: a plain record of every feed, and the file that holds some of them.

The twin lies where it moves no figure of the good district: in 2021, in buildings outside statistics, with
enterprises, tickets and people of its own, and with a scope of its own for every case.
"""

import csv
import io
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any
from zlib import crc32

from common.clock import BEIJING, stamp
from common.codes import credit_code, organisation_code
from common.contracts import feeds
from sample.broken.case import Sent
from sample.draw import dice
from sample.forms import Row, Sheet, Total, Workbook
from sample.names import person
from sample.words import Words
from sample.xlsx import Cell

Record = dict[str, Cell]
Changes = Mapping[int, Mapping[str, Cell]]

MONTH = "2021-11"
RECEIVED = datetime(2021, 12, 10, 10, 0, 0, tzinfo=BEIJING)
REGISTER = "lay-01-register"
"""The case that sends the register of these buildings."""
HOUSES = tuple(f"{name}大厦" for name in ("稻香", "麦浪", "竹韵", "榆荫", "槐序", "桐音"))
"""Buildings of the twin, outside statistics, in the register that ``layouts`` sends."""

_BRAND = "禧福禄祥瑞庆丰盈裕兴隆昌茂荣华富贵吉顺利宝财源广聚仁义礼智忠孝廉勤俭慎诚齐贤达远宏图骏业"


def _number(case: str, record: int, size: int) -> int:
    """Return a number that belongs to one record of one case."""
    return crc32(f"{case}/{record}".encode()) % size


@cache
def firm(case: str, record: int = 0) -> tuple[str, str]:
    """Return the credit code and the name of an enterprise that only one case knows."""
    code = credit_code(f"91110107{organisation_code(f'Y{_number(case, record, 10**7):07d}')}")
    chosen = dice(0, f"{case}/{record}").choices(_BRAND, k=6)
    return code, f"北京{''.join(chosen)}科技有限公司"


def house(case: str, record: int = 0) -> str:
    """Return the name of a building that only one case knows."""
    return "".join(dice(1, f"{case}/{record}").choices(_BRAND, k=3)) + "中心"


def _tax(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "uscc": code, "taxpayer_name": name, "tax_type": "增值税", "treasury_month": MONTH,
        "tax_period_start": "2021-10-01", "tax_period_end": "2021-10-31", "amount_total": 20000 + 731 * n,
        "amount_district": 5000 + 101 * n, "is_refund": "否", "orig_ref": None,
        "voucher_no": f"3110{_number(case, n, 10**10):010d}{n}",
    }  # fmt: skip


def _building(case: str, n: int) -> Record:
    number = _number(case, n, 10**6)
    return {
        "building_code": f"110107-9{number % 100:02d}-{number // 100:04d}", "building_name": house(case, n),
        "street_name": "八角街道", "address": f"石景山区孪生路{number}号", "gross_area_m2": 30000 + n,
        "rentable_area_m2": 20000 + n, "stat_flag": "否",
    }  # fmt: skip


def _enterprise(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "uscc": code, "name": name, "entity_type": "内资", "reg_capital": "500(万元人民币)",
        "established_on": "2015-03-02", "status": "存续", "reg_authority": "北京市石景山区市场监督管理局",
        "reg_district": "110107", "reg_address": f"北京市石景山区孪生路{_number(case, n, 10**6)}号",
        "industry_code": "I6513",
    }  # fmt: skip


def _occupancy(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "building_name": HOUSES[0], "unit_no": f"{_number(case, n, 10**7):07d}", "enterprise_name": name, "uscc": code,
        "leased_area_m2": 120 + n, "moved_in_on": "2021-03-01", "moved_out_on": None, "employees": 8,
    }  # fmt: skip


def _rating(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "enterprise_name": name, "uscc": code, "rating_code": "创新型中小企业", "batch": f"孪生批次{case}",
        "stage": "认定", "grant_date": "2021-09-01", "source_doc": "京经信发〔2021〕99号",
    }  # fmt: skip


def _listing(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "enterprise_name": name, "uscc": code, "exchange": "四板", "code": f"8{_number(case, n, 10**5):05d}",
        "listed_on": "2021-05-06",
    }  # fmt: skip


def _organisation(case: str, n: int) -> Record:
    return {
        "org_id": f"TW{_number(case, n, 10**8):08d}", "org_type": "楼委会", "name": f"{house(case, n)}楼委会",
        "formed_on": "2019-05-01", "dissolved_on": "2020-05-01", "street_name": "八角街道",
    }  # fmt: skip


def _coverage(case: str, n: int) -> Record:
    return {
        "building_name": HOUSES[n % 3], "org_name": f"{house(case, n)}楼委会", "org_type": "楼委会",
        "valid_from": "2019-05-01", "valid_to": "2020-05-01",
    }  # fmt: skip


def _staff(case: str, n: int) -> Record:
    who = person(dice(2, f"{case}/{n}"))
    return {
        "person_name": who.name, "person_id_no": who.resident_no, "station": f"{house(case)}工作站", "full_time": "是",
        "on_post_from": "2019-01-02", "on_post_to": "2020-01-02",
    }  # fmt: skip


def _ticket(case: str, n: int) -> Record:
    return {
        "ticket_no": f"2111{_number(case, n, 10**10):010d}", "ticket_type": "诉求",
        "category_path": "物业管理->电梯->故障", "content": "电梯停运,请尽快维修",
        "created_at": f"2021-11-22T09:{n % 60:02d}:00+08:00", "dispatched_at": "2021-11-22T10:30:00+08:00",
        "closed_at": "2021-11-26T16:00:00+08:00", "unit_lv1": "八角街道", "unit_role": "主办",
        "district_name": "石景山区", "street_name": "八角街道", "place": f"{HOUSES[1]}3层", "status": "已办结",
        "updated_at": "2021-11-28T10:00:00+08:00",
    }  # fmt: skip


def _callback(case: str, n: int) -> Record:
    return {
        "ticket_no": f"2111{_number(case, n, 10**10):010d}", "callback_seq": 1,
        "callback_at": "2021-11-30T10:00:00+08:00", "valid": "是", "contacted": "是", "resolved": "是",
        "satisfaction": "满意",
    }  # fmt: skip


def _activity(case: str, n: int) -> Record:
    return {
        "activity_id": None, "station": f"{house(case)}工作站", "title": f"政策宣讲第{n + 1}期",
        "activity_type": "政策宣讲", "held_on": f"2021-11-{n % 28 + 1:02d}", "attendance": 30 + n, "status": "已举办",
    }  # fmt: skip


def _meeting(case: str, n: int) -> Record:
    return {
        "meeting_id": f"HY{_number(case, n, 10**8):08d}", "meeting_type": "议事协调会", "building_name": HOUSES[2],
        "held_at": f"2021-11-{n % 28 + 1:02d} 14:00", "matter": f"停车秩序议题{n + 1}", "status": "已召开",
    }  # fmt: skip


def _sign_in(case: str, n: int) -> Record:
    who, (code, name) = person(dice(3, f"{case}/{n}")), firm(case, n)
    return {
        "activity_id": f"HD{_number(case, 0, 10**8):08d}", "enterprise_name": name, "uscc": code,
        "person_name": who.name, "person_phone": who.phone, "signed_at": f"2021-11-18 09:{n % 60:02d}",
    }  # fmt: skip


def _alias(case: str, n: int) -> Record:
    return {
        "alias_norm": f"{house(case, n)}别馆", "valid_from": "2020-05-01", "source": "人工",
        "building_code": _building(REGISTER, n % len(HOUSES))["building_code"],
    }  # fmt: skip


def _summons(case: str, n: int) -> Record:
    return {
        "meeting_id": f"HY{_number(case, 0, 10**8):08d}", "dept": f"区第{n + 1}局", "summoned_at": "2021-11-17 09:00",
        "required_by": "2021-11-18 10:00", "arrived_at": f"2021-11-18 09:{n % 60:02d}", "substitute": "否", "score": 90,
    }  # fmt: skip


def _visit(case: str, n: int) -> Record:
    code, name = firm(case, n)
    return {
        "station": f"{house(case)}工作站", "enterprise_name": name, "uscc": code,
        "visited_on": f"2021-11-{n % 28 + 1:02d}", "issues": f"希望增加{n + 2}个充电桩",
    }  # fmt: skip


def _appeal(case: str, n: int) -> Record:
    return {
        "appeal_id": f"WS{_number(case, n, 10**8):08d}", "found_at": f"2021-11-{n % 28 + 1:02d} 09:30", 
        "source": "走访", "building_name": HOUSES[3], "content": f"楼道照明不亮,第{n + 1}处", "status": "已化解",
        "resolved_at": "2021-12-01",
    }  # fmt: skip


def _need(case: str, n: int) -> Record:
    return {
        "need_id": f"XQ{_number(case, n, 10**8):08d}", "building_name": HOUSES[4], "enterprise_name": firm(case, n)[1],
        "content": f"希望增加{n + 2}个访客车位", "category": "停车", "raised_on": "2021-10-11", "due_on": "2021-11-30",
        "dept": "区城管委", "status": "已销账", "closed_on": "2021-11-20",
    }  # fmt: skip


def _resource(case: str, n: int) -> Record:
    return {
        "resource_id": f"ZY{_number(case, n, 10**8):08d}", "provider": f"{house(case, n)}物业",
        "content": f"共享会议室{n + 1}", "resource_type": "共享会议室", "available_from": "2020-03-01",
        "available_to": "2021-03-01",
    }  # fmt: skip


def _project(case: str, n: int) -> Record:
    return {
        "project_id": f"XM{_number(case, n, 10**8):08d}", "name": f"{house(case, n)}门禁更新", "owner": "区发改委",
        "start_on": "2021-03-01", "planned_end": "2021-09-30", "actual_end": "2021-09-20", "status": "已完成",
        "budget": 12 + n,
    }  # fmt: skip


_PLAIN: Mapping[str, Callable[[str, int], Record]] = {
    "A01": _activity, "A02": _sign_in, "B01": _building, "B02": _alias, "E01": _enterprise, "G01": _organisation,
    "G02": _coverage, "G03": _staff, "H01": _ticket, "H02": _callback, "M01": _meeting, "M02": _summons, "N01": _need,
    "N02": _resource, "N03": _project, "O01": _occupancy, "P01": _appeal, "R01": _rating, "R02": _listing, "T01": _tax,
    "V01": _visit,
}  # fmt: skip


def plain(feed: str, case: str, count: int = 3, changes: Changes | None = None, **everywhere: Cell) -> list[Record]:
    """Return records that a feed accepts, then changed: ``everywhere`` in all of them, ``changes`` in single ones."""
    made = [_PLAIN[feed](case, n) | everywhere for n in range(count)]
    for n, changed in (changes or {}).items():
        made[n] |= changed
    return made


def headings(feed: str, records: Sequence[Record], given: Mapping[str, str] | None = None) -> dict[str, str]:
    """Return what stands above the columns of the records; a name that the contract does not know is itself."""
    known, words = feeds()[feed].by_name, Words(feed)
    names = dict.fromkeys(name for record in records for name in record)
    units = {"budget": "(万元)"}
    usual = {name: words.header(name) + units.get(name, "") if name in known else name for name in names}
    return usual | dict(given or {})


def sheet(
    feed: str,
    records: Sequence[Record],
    headers: Mapping[str, str],
    *,
    lines: Sequence[str] | None = None,
    name: str = "Sheet1",
    merged: Sequence[str] = (),
    below: Sequence[Row] = (),
    signatures: Sequence[str] = (),
) -> Sheet:
    """Return one sheet: lines above the header, the records, rows below them."""
    columns = list(headers)
    rows: list[Row] = [[record.get(column) for column in columns] for record in records]
    above = usual_lines(feed) if lines is None else lines
    places = [columns.index(column) for column in merged]
    return Sheet(feed, name, above, [headers[c] for c in columns], [*rows, *below], places, signatures)


def usual_lines(feed: str) -> tuple[str, ...]:
    """Return what stands above a header where nothing else is said; money says its unit."""
    return (f"{feeds()[feed].name.zh}(孪生)", "单位:元") if feed == "T01" else (f"{feeds()[feed].name.zh}(孪生)",)


def workbook(feed: str, records: Sequence[Record], headers: Mapping[str, str] | None = None, **form: Any) -> bytes:
    """Return a workbook of one sheet; ``form`` as for :func:`sheet`."""
    return Workbook([sheet(feed, records, headers or headings(feed, records), **form)]).encode()


def text(records: Sequence[Record], headers: Mapping[str, str], *, quoted: bool = True) -> str:
    """Return comma-separated text with a header."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, quoting=csv.QUOTE_ALL if quoted else csv.QUOTE_MINIMAL, lineterminator="\r\n")
    writer.writerow(headers.values())
    writer.writerows([record.get(column) for column in headers] for record in records)
    return out.getvalue()


def array(records: Sequence[Mapping[str, Any]]) -> bytes:
    """Return records as a bare JSON array."""
    return (json.dumps(list(records), ensure_ascii=False, default=str) + "\n").encode()


def total(*cells: Cell) -> Total:
    """Return a row that adds up others."""
    return Total(cells)


def sent(
    case: str,
    feed: str,
    content: bytes | Mapping[str, bytes] | None = None,
    *,
    records: Sequence[Record] | None = None,
    count: int = 3,
    changes: Changes | None = None,
    headers: Mapping[str, str] | None = None,
    read: int | None = None,
    first_row: int | None = None,
    name: str | None = None,
    suffix: str | None = None,
    step: int = 0,
    received_at: datetime | None = None,
    form: Mapping[str, Any] | None = None,
    **said: Any,
) -> Sent:
    """Return one delivery of a case: the given bytes, or a file of the feed's usual kind with its plain records.

    ``step`` counts the deliveries of a case: each comes a day after the one before. ``said`` goes into the sidecar;
    None leaves a key out.
    """
    rows = plain(feed, case, count, changes) if records is None else records
    titles = headings(feed, rows, headers)
    kind = suffix or {"E01": ".csv", "H01": ".json", "H02": ".json"}.get(feed, ".xlsx")
    lines = (form or {}).get("lines")
    above = len(usual_lines(feed) if lines is None else lines) if kind == ".xlsx" else 0
    if content is None:
        if kind == ".xlsx":
            content = workbook(feed, rows, titles, **(form or {}))
        elif kind == ".csv":
            content = text(rows, titles).encode("gb18030")
        else:
            content = array([{titles[key]: value for key, value in row.items() if value is not None} for row in rows])
    below = sum(1 for row in (form or {}).get("below", ()) if any(row)) + bool((form or {}).get("signatures"))
    sidecar = _sidecar(case, feed, received_at or RECEIVED + timedelta(days=step)) | said
    return Sent(
        feed,
        name or f"孪生_{case}{f'_{step}' if step else ''}{kind}",
        content,
        {key: value for key, value in sidecar.items() if value is not None},
        len(rows) + below if read is None else read,
        (1 if kind == ".json" else above + 2) if first_row is None else first_row,
        titles,
    )


def _sidecar(case: str, feed: str, received_at: datetime) -> dict[str, Any]:
    said: dict[str, Any] = {
        "received_at": stamp(received_at),
        "sender": feeds()[feed].owner.zh,
        "channel": "exchange" if feed == "T01" else "portal",
    }
    kind = feeds()[feed].kind
    if kind in ("FULL_SNAPSHOT", "PERIOD_REPLACE"):
        said |= {"period": "2021-11-30" if kind == "FULL_SNAPSHOT" else MONTH, "scope": f"twin-{case}"}
    return said
