"""Faults of activities, meetings, appeals, lists, organisations, staff and visits."""

from benchmarks.faults.fault import Act, Fault, Sender, fault, nothing, rows, stale
from benchmarks.faults.parcel import Change, Parcel, Record, where, without


def _anew(column: str) -> Change:
    """Let every row stand there twice, the second time under another number."""
    return lambda records: [*records, *(record | {column: f"{record[column] or ''}-2"} for record in records)]


def _stale_month(column: str) -> Act:
    """Send the month before again, with this month in its dates."""

    def act(parcel: Parcel, sender: Sender) -> list[Parcel]:
        earlier = [
            record | {column: str(record[column]).replace("-08-31", "-08-30").replace("-08-", "-09-")}
            for record in sender.before(parcel).records()
        ]
        return [parcel.change(lambda _: earlier)]

    return act


def _half(records: list[Record]) -> list[Record]:
    return records[::2]


def _one_link_lost(records: list[Record]) -> list[Record]:
    """Lose every third link that is in force."""
    links = [record for record in records if record["valid_to"] is None][::3]
    return [record for record in records if record not in links]


def _station_dropped(records: list[Record]) -> list[Record]:
    stations = sorted({str(record["station"]) for record in records})[::4]
    return [record for record in records if record["station"] not in stations]


FAULTS: tuple[Fault, ...] = (
    fault(
        "a01-crowd",
        "一场活动人次多写一个零",
        "one activity has a hundred times its attendance",
        rows(lambda records: [records[0] | {"attendance": int(records[0]["attendance"]) * 100}, *records[1:]]),
        part="八角",
    ),
    fault(
        "a01-attendance-ten-times",
        "全部人次大十倍",
        "every attendance is ten times too large",
        rows(where(lambda _: True, attendance=lambda one: int(one["attendance"]) * 10)),
        part="八角",
    ),
    fault(
        "a01-attendance-nil",
        "人次全部为零",
        "nobody attended anything",
        rows(where(lambda _: True, attendance=0)),
        part="八角",
    ),
    fault("a01-street-not-sent", "一个街道未报活动", "one street does not report", nothing, part="八角"),
    fault(
        "a01-doubled",
        "活动重复并改期",
        "every activity stands there again on another day",
        rows(lambda records: [*records, *(one | {"activity_id": None, "held_on": "2023-09-28"} for one in records)]),
        part="八角",
    ),
    fault("a02-doubled", "签到重复", "every sign-in stands there twice", rows(lambda records: [*records, *records])),
    fault(
        "m01-planned-as-held",
        "拟召开的会议报为已召开",
        "planned meetings are reported as held",
        rows(
            lambda records: [
                record | {"held_at": "2023-10-25 09:00:00", "status": "已召开"} if at % 4 == 0 else record
                for at, record in enumerate(records)
            ]
        ),
    ),
    fault(
        "m01-doubled-anew",
        "会议以新编号重复",
        "every meeting comes twice, under a new number",
        rows(_anew("meeting_id")),
    ),
    fault("m01-half-lost", "会议台账缺一半", "half of the meetings are missing", rows(_half)),
    fault(
        "m01-retagged",
        "议事协调会写成吹哨报到",
        "deliberations are reported as whistle meetings",
        rows(where(lambda one: "议事" in str(one["meeting_type"]), meeting_type="吹哨报到")),
    ),
    fault(
        "p01-doubled-anew",
        "未诉先办以新编号重复",
        "every appeal comes twice, under a new number",
        rows(_anew("appeal_id")),
    ),
    fault("p01-half-lost", "未诉先办台账缺一半", "half of the appeals are missing", rows(_half)),
    fault(
        "p01-other-year",
        "发现时间写成上一年",
        "appeals are dated a year earlier",
        rows(where(lambda _: True, found_at=lambda one: str(one["found_at"]).replace("2023", "2022"))),
    ),
    fault("n01-list-cut", "需求清单缺一半", "half of the needs are missing", rows(_half)),
    fault("n01-all-closed", "需求全部写成已销账", "every need is closed", rows(where(lambda _: True, status="已销账"))),
    fault(
        "n01-copied",
        "需求内容复制粘贴",
        "one need's text stands in many rows",
        rows(where(lambda _: True, content="希望协调停车位")),
    ),
    fault(
        "g01-street-dropped",
        "组织名册漏报一个街道",
        "one street's organisations are missing",
        rows(without(lambda one: one["street_name"] == "八角街道")),
    ),
    fault(
        "g01-dissolved",
        "楼委会全部填了撤销时间",
        "every building committee is dissolved",
        rows(where(lambda one: "委员会" in str(one["org_type"]), dissolved_on="2023年9月1日")),
    ),
    fault(
        "g01-stations-central",
        "普通站全部写成中心站",
        "every station is a central one",
        rows(where(lambda one: bool(one["station_type"]), station_type="中心站")),
    ),
    fault("g02-links-lost", "三分之一的覆盖关系丢失", "one coverage link in three is missing", rows(_one_link_lost)),
    fault(
        "g03-stations-dropped",
        "四分之一的站点漏报社工",
        "the staff of one station in four is missing",
        rows(_station_dropped),
    ),
    fault(
        "g03-all-full-time", "兼职全部写成专职", "everybody is full-time", rows(where(lambda _: True, full_time="是"))
    ),
    fault("v01-half-lost", "走访记录缺一半", "half of the visits are missing", rows(_half)),
    fault(
        "v01-stale",
        "上月走访改期重报",
        "last month's visits are sent again with this month's dates",
        _stale_month("visited_on"),
    ),
    fault("g03-stale", "社工名册沿用上月", "last month's roll is sent again", stale),
)
