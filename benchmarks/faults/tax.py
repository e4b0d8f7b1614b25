"""Faults of the tax bureau's list (T01)."""

from decimal import Decimal
from typing import Any

from benchmarks.faults.fault import Fault, Sender, cut, fault, lines, nothing, rows
from benchmarks.faults.parcel import Change, Parcel, Record, one_in, where, without

_MONEY = ("amount_total", "amount_district")


def _times(number: int | str) -> Change:
    return lambda records: [_scaled(record, Decimal(number)) for record in records]


def _scaled(record: Record, by: Decimal) -> Record:
    return record | {name: (Decimal(str(record[name])) * by).normalize() for name in _MONEY if record[name] is not None}


def _largest(records: list[Record]) -> Record:
    return max(records, key=lambda record: Decimal(str(record["amount_total"])))


def _of_largest(change: Change) -> Change:
    """Change the row with the largest amount."""

    def some(records: list[Record]) -> list[Record]:
        largest = _largest(records)
        return [one for record in records for one in (change([record]) if record is largest else [record])]

    return some


def _without_largest_payer(records: list[Record]) -> list[Record]:
    payer = _largest(records)["uscc"]
    return [record for record in records if record["uscc"] != payer]


def _transposed(records: list[Record]) -> list[Record]:
    """Exchange the first two different digits of one amount of the middle of the list."""
    at = next(n for n in range(len(records) // 2, len(records)) if len(set(str(records[n]["amount_total"])[:2])) > 1)
    digits = str(records[at]["amount_total"])
    first = next(n for n in range(len(digits) - 1) if digits[n : n + 2].isdigit() and digits[n] != digits[n + 1])
    changed = digits[:first] + digits[first + 1] + digits[first] + digits[first + 2 :]
    return [*records[:at], records[at] | {"amount_total": Decimal(changed)}, *records[at + 1 :]]


def _is_refund(record: Record) -> bool:
    return Decimal(str(record["amount_total"])) < 0


def _positive(record: Record) -> dict[str, Decimal]:
    return {name: abs(Decimal(str(record[name]))) for name in _MONEY if record[name] is not None}


def _refunds_turned(flag: str) -> Change:
    return lambda records: [
        record | _positive(record) | {"is_refund": flag} if _is_refund(record) else record for record in records
    ]


def _vouchers_anew(records: list[Record]) -> list[Record]:
    again = [record | {"voucher_no": f"9{str(record['voucher_no'])[1:]}"} for record in records]
    return [*records, *again]


def _street(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Leave out the enterprises of one street's buildings."""
    inside = {one["building_name"] for one in sender.target("B01").records() if one["street_name"] == "八角街道"}
    gone = {one["uscc"] for one in sender.target("O01").records() if one["building_name"] in inside}
    return [parcel.change(without(lambda record: record["uscc"] in gone))]


def _shifted_codes(records: list[Record]) -> list[Record]:
    codes = [record["uscc"] for record in records]
    return [record | {"uscc": code} for record, code in zip(records, [codes[-1], *codes[:-1]], strict=True)]


def _cumulative(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Put the year's sum into every row, roughly: the list before, eight times, is added by enterprise and tax."""
    earlier: dict[Any, list[Decimal]] = {}
    for record in sender.before(parcel).records():
        key = record["uscc"], record["tax_type"]
        sums = earlier.setdefault(key, [Decimal(), Decimal()])
        for at, name in enumerate(_MONEY):
            sums[at] += Decimal(str(record[name] or 0)) * 9
    seen: set[Any] = set()

    def add(record: Record) -> Record:
        key = record["uscc"], record["tax_type"]
        if key in seen or key not in earlier:
            return record
        seen.add(key)
        more = zip(_MONEY, earlier[key], strict=True)
        return record | {name: Decimal(str(record[name] or 0)) + part for name, part in more}

    return [parcel.change(lambda records: [add(record) for record in records])]


def _stale(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Send the rows of the month before as this month's."""
    month = parcel.records()[0]["treasury_month"]
    earlier = [record | {"treasury_month": month} for record in sender.before(parcel).records()]
    return [parcel.change(lambda _: earlier)]


def _other_months_file(parcel: Parcel, sender: Sender) -> list[Parcel]:
    """Name everything after the month before: title, rows, file and sidecar."""
    del sender
    [named] = lines("9月", "8月")(parcel, _NOBODY)
    dated = named.change(lambda records: [record | {"treasury_month": "2023年8月"} for record in records])
    return [dated.said(name=parcel.delivery.name.replace("202309", "202308"), period="2023-08")]


_NOBODY: Any = None

FAULTS: tuple[Fault, ...] = (
    fault("t01-yuan-as-wan", "以元填报却注明万元", "amounts in yuan under the unit 万元", rows(_times(10_000))),
    fault("t01-wan-as-yuan", "以万元填报却注明元", "amounts in 万元 under the unit yuan", lines("万元", "元")),
    fault("t01-ten-times", "全部金额大十倍", "every amount is ten times too large", rows(_times(10))),
    fault("t01-mixed-units", "五分之一的行以元填报", "one row in five is in yuan", rows(one_in(5, _times(10_000)))),
    fault(
        "t01-decimal-moved",
        "最大一笔小数点右移两位,合计同步",
        "the largest amount ×100, and the total follows",
        rows(_of_largest(_times(100))),
    ),
    fault(
        "t01-decimal-moved-total-kept",
        "最大一笔小数点右移两位,合计未改",
        "the largest amount ×100, the total is right",
        rows(_of_largest(_times(100)), keeps_totals=True),
    ),
    fault(
        "t01-digits-transposed",
        "一笔金额两位数字颠倒",
        "two digits of an amount are exchanged",
        rows(_transposed, keeps_totals=True),
    ),
    fault(
        "t01-rows-lost",
        "末尾一成的行丢失,合计同步",
        "the last tenth of the rows is lost, and the total follows",
        rows(lambda records: records[: len(records) * 9 // 10]),
    ),
    fault(
        "t01-rows-lost-total-kept",
        "末尾一成的行丢失,合计未改",
        "the last tenth of the rows is lost, the total is right",
        rows(lambda records: records[: len(records) * 9 // 10], keeps_totals=True),
    ),
    fault("t01-street-dropped", "漏报一个街道的企业", "the enterprises of one street are missing", _street),
    fault("t01-largest-dropped", "漏报最大的纳税企业", "the largest taxpayer is missing", rows(_without_largest_payer)),
    fault(
        "t01-tax-type-dropped",
        "漏报全部增值税",
        "value added tax is missing",
        rows(without(lambda record: "增值税" in str(record["tax_type"]))),
    ),
    fault("t01-refunds-dropped", "漏报全部退税", "all refunds are missing", rows(without(_is_refund))),
    fault(
        "t01-refunds-positive", "退税写成正数", "refunds are written as positive amounts", rows(_refunds_turned("是"))
    ),
    fault(
        "t01-refunds-as-payments", "退税写成正数且标为征收", "refunds are sent as payments", rows(_refunds_turned("否"))
    ),
    fault("t01-rows-twice", "每行重复一次", "every row stands there twice", rows(lambda records: [*records, *records])),
    fault(
        "t01-doubled-anew",
        "整月以新票号重复一遍",
        "the month stands there twice, with new vouchers",
        rows(_vouchers_anew),
    ),
    fault(
        "t01-columns-swapped",
        "全口径与区级两列填反",
        "total and district amounts are exchanged",
        rows(
            where(
                lambda _: True,
                amount_total=lambda one: one["amount_district"],
                amount_district=lambda one: one["amount_total"],
            )
        ),
    ),
    fault(
        "t01-half-share",
        "区级税收一律按一半填报",
        "the district's part is half of everything",
        rows(
            where(
                lambda _: True,
                amount_district=lambda one: (Decimal(str(one["amount_total"])) / 2).quantize(Decimal("0.000001")),
            )
        ),
    ),
    fault("t01-codes-shifted", "纳税人识别号错位一行", "taxpayer codes are shifted by a row", rows(_shifted_codes)),
    fault("t01-cumulative", "累计数当作当月数", "sums of the year are sent as the month", _cumulative),
    fault("t01-stale", "上月数据当作本月报送", "the rows of the month before are sent again as this month's", _stale),
    fault("t01-title-month", "标题月份写错", "the title names another month", lines("9月", "8月")),
    fault(
        "t01-other-months-file",
        "本月数据全部写成上月",
        "this month's list is named after last month",
        _other_months_file,
    ),
    fault(
        "t01-period-as-treasury",
        "所属期填入入库月份",
        "the tax period is written as the treasury month",
        rows(
            where(
                lambda _: True,
                treasury_month=lambda one: f"{str(one['tax_period_start'])[:4]}-{str(one['tax_period_start'])[4:6]}",
            )
        ),
    ),
    fault(
        "t01-codes-scientific",
        "识别号变成科学计数",
        "taxpayer codes became scientific notation",
        rows(where(lambda _: True, uscc="9.11101E+17")),
    ),
    fault("t01-cut-off", "文件传输中断", "the file was cut off in transfer", cut(0.6)),
    fault("t01-not-sent", "本月未报送", "the month is not sent", nothing),
)
