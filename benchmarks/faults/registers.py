"""Faults of the registers of buildings (B01), occupancies (O01), enterprises (E01) and titles (R01, R02)."""

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from typing import Any

from benchmarks.faults.fault import Fault, Sender, fault, rows, stale
from benchmarks.faults.parcel import Change, Parcel, Record, one_in, where, without

_STREET, _OTHER = "八角街道", "古城街道"


def _in_street(record: Record) -> bool:
    return bool(record["street_name"] == _STREET)


def _is_in_stat(record: Record) -> bool:
    return str(record["stat_flag"]) in ("是", "纳入", "√", "在统")


def _exchanged(column: str, one: str, other: str) -> Change:
    """Exchange two values of a column."""
    turned = {one: other, other: one}
    return where(lambda record: record[column] in turned, **{column: lambda record: turned[record[column]]})


def _scaled(column: str, by: str) -> Change:
    return where(lambda record: record[column] is not None, **{column: lambda record: _times(record[column], by)})


def _times(cell: Any, by: str) -> Decimal:
    return Decimal(str(cell)) * Decimal(by)


def _shifted(column: str) -> Change:
    """Shift a column down by a row."""

    def change(records: list[Record]) -> list[Record]:
        cells = [record[column] for record in records]
        return [record | {column: cell} for record, cell in zip(records, [cells[-1], *cells[:-1]], strict=True)]

    return change


def _largest_area_moved(records: list[Record]) -> list[Record]:
    largest = max(records, key=lambda record: Decimal(str(record["gross_area_m2"])) if _is_in_stat(record) else 0)
    moved = {name: _times(largest[name], "10") for name in ("gross_area_m2", "rentable_area_m2", "vacant_area_m2")
             if largest[name] is not None}  # fmt: skip
    return [record | moved if record is largest else record for record in records]


def _split(records: list[Record]) -> list[Record]:
    first = next(record for record in records if _is_in_stat(record))
    half = {name: Decimal(str(first[name])) / 2 for name in ("gross_area_m2", "rentable_area_m2")}
    code = str(first["building_code"])
    parts = [
        first
        | half
        | {"building_name": f"{first['building_name']}{letter}座", "building_code": f"{code[:-4]}99{at}{at}"}
        for at, letter in enumerate("AB", 1)
    ]
    return [one for record in records for one in (parts if record is first else [record])]


def _street_of(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Leave out the tenants of one street."""
    inside = {one["building_name"] for one in sender.target("B01").records() if _in_street(one)}
    return [parcel.change(without(lambda record: record["building_name"] in inside))]


def _two_largest(records: list[Record]) -> list[str]:
    return [name for name, _ in Counter(str(record["building_name"]) for record in records).most_common(2)]


def _largest_building_dropped(records: list[Record]) -> list[Record]:
    largest, _ = _two_largest(records)
    return [record for record in records if record["building_name"] != largest]


def _two_buildings_exchanged(records: list[Record]) -> list[Record]:
    return _exchanged("building_name", *_two_largest(records))(records)


def _scrambled(parcel: Parcel, _: Sender) -> list[Parcel]:
    """Lose every Chinese character, as a program does that writes what it cannot spell as question marks."""
    return [replace(parcel, content=parcel.encoded.decode("gb18030").encode("utf-8")[:-1].decode("gb18030", "replace")
                    .encode("utf-8"))]  # fmt: skip


FAULTS: tuple[Fault, ...] = (
    fault(
        "b01-street-dropped", "楼宇台账漏报一个街道", "one street's buildings are missing", rows(without(_in_street))
    ),
    fault(
        "b01-retagged-out",
        "八分之一的在统楼宇改为不纳入统计",
        "one building in eight is no longer in statistics",
        rows(one_in(8, where(_is_in_stat, stat_flag="否"))),
    ),
    fault(
        "b01-retagged-in",
        "不纳入统计的楼宇全部改为纳入",
        "every building is in statistics",
        rows(where(lambda one: not _is_in_stat(one), stat_flag="是")),
    ),
    fault(
        "b01-streets-swapped",
        "两个街道互换",
        "two streets are exchanged",
        rows(_exchanged("street_name", _STREET, _OTHER)),
    ),
    fault(
        "b01-area-in-wan",
        "面积以万平方米填报",
        "floor areas are in 万平方米",
        rows(lambda records: _scaled("gross_area_m2", "0.0001")(_scaled("rentable_area_m2", "0.0001")(records))),
    ),
    fault(
        "b01-decimal-moved",
        "最大楼宇面积大十倍",
        "the largest building is ten times as large",
        rows(_largest_area_moved),
    ),
    fault(
        "b01-areas-exchanged",
        "建筑面积与可租面积两列填反",
        "gross and rentable area are exchanged",
        rows(
            where(
                lambda _: True,
                gross_area_m2=lambda one: one["rentable_area_m2"],
                rentable_area_m2=lambda one: one["gross_area_m2"],
            )
        ),
    ),
    fault(
        "b01-codes-shifted", "楼宇编码错位一行", "building codes are shifted by a row", rows(_shifted("building_code"))
    ),
    fault("b01-split", "一座楼宇拆成两座", "one building became two", rows(_split)),
    fault(
        "b01-grades-raised",
        "乙级楼宇全部写成甲级",
        "every second-grade building is first-grade",
        rows(where(lambda one: str(one["grade"]).startswith("乙"), grade="甲")),
    ),
    fault("o01-street-dropped", "入驻台账漏报一个街道", "one street's tenants are missing", _street_of),
    fault(
        "o01-building-dropped",
        "入驻台账漏报租户最多的楼宇",
        "the building with most tenants is missing",
        rows(_largest_building_dropped),
    ),
    fault(
        "o01-buildings-exchanged",
        "两座楼宇的租户互换",
        "the tenants of two buildings are exchanged",
        rows(_two_buildings_exchanged),
    ),
    fault("o01-stale", "入驻台账沿用上月内容", "the register of the month before is sent again", stale),
    fault(
        "o01-moved-out",
        "五分之一的租户误填迁出日期",
        "one tenant in five has moved out",
        rows(one_in(5, where(lambda one: one["moved_out_on"] is None, moved_out_on="2023-09-15"))),
    ),
    fault(
        "o01-area-ten-times",
        "租赁面积大十倍",
        "leased areas are ten times too large",
        rows(_scaled("leased_area_m2", "10")),
    ),
    fault("o01-employees-ten-times", "从业人数大十倍", "ten times as many employees", rows(_scaled("employees", "10"))),
    fault(
        "o01-employees-are-phones",
        "从业人数列填成电话",
        "telephone numbers stand as employees",
        rows(where(lambda _: True, employees=lambda one: one["contact_phone"])),
    ),
    fault("o01-monthly-rent", "租金按月填报", "rents are by the month", rows(_scaled("rent", "30"))),
    fault(
        "o01-ambiguous-dates",
        "入驻日期无法辨认日与月",
        "day and month of moving in cannot be told apart",
        rows(where(lambda _: True, moved_in_on="03/04/2023")),
    ),
    fault(
        "o01-untaxed",
        "属地纳税列全部为否",
        "no tenant pays its tax here",
        rows(where(lambda _: True, taxed_in_district="否")),
    ),
    fault("e01-garbled", "名录文件乱码", "the register is garbled", _scrambled),
    fault(
        "e01-codes-scientific",
        "信用代码变成科学计数",
        "credit codes became scientific notation",
        rows(where(lambda _: True, uscc="9.11101E+17")),
    ),
    fault(
        "e01-codes-mistyped",
        "信用代码末位写错",
        "the last letter of every credit code is wrong",
        rows(where(lambda _: True, uscc=lambda one: f"{one['uscc'][:-1]}{'A' if one['uscc'][-1] != 'A' else 'B'}")),
    ),
    fault(
        "r01-small-giant-unnamed",
        "未注明小巨人级别",
        "small giants without their level",
        rows(where(lambda _: True, rating_code='"小巨人"企业')),
    ),
    fault(
        "r01-stage-lost",
        "认定写成申报",
        "what was certified is sent as applied for",
        rows(where(lambda _: True, stage="申报")),
    ),
    fault(
        "r02-dropped", "上市名单缺一半", "half of the listed companies are missing", rows(lambda records: records[::2])
    ),
    fault(
        "r02-relisted",
        "上市日期全部写成今年",
        "every company was listed this year",
        rows(where(lambda _: True, listed_on="2023.9.1")),
    ),
)
