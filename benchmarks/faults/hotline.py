"""Faults of the hotline's tickets (H01) and callbacks (H02)."""

import json
from dataclasses import replace
from datetime import datetime, timedelta

from benchmarks.faults.fault import Fault, Sender, fault, nothing, rows
from benchmarks.faults.parcel import Change, Parcel, Record, one_in, where, without
from sample.forms import Pages

_FORMAT = "%Y-%m-%d %H:%M:%S"
_TIMES = ("created_at", "dispatched_at", "signed_at", "contacted_at", "feedback_at", "closed_at")


def _is_excluded(record: Record) -> bool:
    return bool(record["exclude_flag"] == "是")


def _later(hours: int) -> Change:
    """Shift every time of a ticket."""

    def moved(record: Record) -> Record:
        given = {name: record[name] for name in _TIMES if record[name]}
        shifted = {name: datetime.strptime(at, _FORMAT) + timedelta(hours=hours) for name, at in given.items()}
        return record | {name: shifted[name].strftime(_FORMAT) for name in shifted}

    return lambda records: [moved(record) for record in records]


def _copies(number: int) -> Change:
    """Let every ticket stand there several times, under numbers of its own."""
    return lambda records: [
        record | {"ticket_no": f"{record['ticket_no']}{copy or ''}"} for copy in range(number) for record in records
    ]


def _page_lost(parcel: Parcel, _: Sender) -> list[Parcel]:
    """Send the rows of the first page alone, which names the number of all."""
    if not isinstance(parcel.form, Pages):
        raise TypeError("a pull has pages")
    page = {"total": len(parcel.form.records), "page": 1, "rows": list(parcel.form.records[: parcel.form.size])}
    content = json.dumps(page, ensure_ascii=False).encode()
    return [replace(parcel.said(name=f"{parcel.delivery.name}/page_001.json"), content=content)]


def _error_body(parcel: Parcel, _: Sender) -> list[Parcel]:
    content = json.dumps({"code": 500, "message": "系统繁忙"}, ensure_ascii=False).encode()
    return [replace(parcel.said(name=f"{parcel.delivery.name}/page_001.json"), content=content)]


def _stale(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Answer this pull with the rows of the one before."""
    return [replace(parcel, form=sender.before(parcel).form)]


FAULTS: tuple[Fault, ...] = (
    fault("h01-page-missing", "接口缺页", "a page of the pull is missing", _page_lost),
    fault("h01-error-body", "接口返回错误内容", "the interface answers with an error", _error_body),
    fault("h01-not-sent", "本月未接收工单", "no tickets are sent", nothing),
    fault("h01-stale", "接口返回上月内容", "the pull repeats the one before", _stale),
    fault(
        "h01-silently-missing",
        "每三件工单缺一件",
        "one ticket in three is silently missing",
        rows(lambda records: [record for at, record in enumerate(records) if at % 3]),
    ),
    fault(
        "h01-street-dropped",
        "缺少一个街道的工单",
        "one street's tickets are missing",
        rows(without(lambda one: one["street_name"] == "八角街道")),
    ),
    fault(
        "h01-mostly-missing",
        "仅传回十分之一的工单",
        "nine tickets in ten are missing",
        rows(lambda records: records[::10]),
    ),
    fault("h01-doubled-anew", "工单以新编号重复", "every ticket comes twice, under a new number", rows(_copies(2))),
    fault("h01-ten-copies", "每件工单重复十次", "every ticket comes ten times", rows(_copies(10))),
    fault(
        "h01-wrong-exclusion",
        "三分之一的工单误剔除",
        "one ticket in three is excluded wrongly",
        rows(one_in(3, where(lambda _: True, exclude_flag="是", exclude_reason="政策性"))),
    ),
    fault(
        "h01-exclusions-lost",
        "剔除标记丢失",
        "no ticket is excluded any more",
        rows(where(_is_excluded, exclude_flag="否", exclude_reason=None)),
    ),
    fault("h01-utc", "时间为协调世界时且未注明", "times are in UTC and do not say so", rows(_later(-8))),
    fault(
        "h01-closed-early",
        "办结时间早于创建时间",
        "tickets are closed before they were created",
        rows(where(lambda one: bool(one["closed_at"]), closed_at="2023-08-01 00:00:00")),
    ),
    fault(
        "h01-units-swapped",
        "承办单位全部写成一个街道",
        "one street's office handles every ticket",
        rows(where(lambda _: True, unit_lv1="八角街道")),
    ),
    fault(
        "h01-all-enquiries",
        "诉求类型全部写成咨询",
        "every ticket is an enquiry",
        rows(where(lambda _: True, ticket_type="咨询")),
    ),
    fault(
        "h01-places-lost",
        "点位与标题为空",
        "places and titles are empty",
        rows(where(lambda _: True, place=None, title=None, content=None)),
    ),
    fault(
        "h02-answers-inverted",
        "解决情况填反",
        "resolved and not resolved are exchanged",
        rows(
            where(
                lambda one: one["resolved"] in ("是", "否", "已解决", "未解决", "解决"),
                resolved=lambda one: "是" if one["resolved"] in ("否", "未解决") else "否",
            )
        ),
    ),
    fault(
        "h02-all-satisfied",
        "满意度全部为满意",
        "everybody is satisfied",
        rows(where(lambda one: bool(one["satisfaction"]), satisfaction="满意")),
    ),
    fault(
        "h02-failures-lost",
        "漏报未解决的回访",
        "callbacks about what was not resolved are missing",
        rows(without(lambda one: one["resolved"] in ("否", "未解决"))),
    ),
    fault(
        "h02-all-valid",
        "无效回访记为有效",
        "callbacks that reached nobody count as valid",
        rows(
            where(
                lambda one: one["valid"] in ("否", "无效"),
                valid="是",
                contacted="是",
                resolved="是",
                satisfaction="满意",
            )
        ),
    ),
    fault("h02-not-sent", "未接收回访", "no callbacks are sent", nothing),
)
