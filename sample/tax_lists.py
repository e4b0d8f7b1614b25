"""The tax bureau's monthly lists, sent through the finance bureau (T01), two of them a second time."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.forms import Row, Sheet, Total, Workbook
from sample.names import people
from sample.tax import CORRECTED, TaxBook, TaxRow
from sample.timeline import MONTH_ENDS, MONTHS, next_working_day, office_hour
from sample.words import Notation, Words, in_wan, spell, spell_month, yes

_CORRECTION_DAYS = dict(zip(CORRECTED, (date(2023, 11, 13), date(2023, 12, 11)), strict=True))
_AMOUNTS = tuple((group, part) for group in ("全口径税收", "区级税收") for part in ("本期", "同期"))


@dataclass(frozen=True, slots=True)
class _Sums:
    total: int
    district: int


def tax_deliveries(seed: int, book: TaxBook) -> list[Delivery]:
    """Return a list for every treasury month and the two corrections."""
    rng = dice(seed, "T01")
    staff = [who.name for who in people(rng, 3)]
    sums = [_sums(rows) for rows in book.final]

    def delivery(month: int, rows: Sequence[TaxRow], version: int, sent: datetime) -> Delivery:
        before = sums[month - 12] if month >= 12 else _estimate(sums[month])
        signed = signatures(staff[month % 2], staff[2])
        return Delivery(
            "T01",
            f"{DISTRICT}_T01楼宇税收_{MONTHS[month]:%Y%m}_v{version:02d}_财政局.xlsx",
            sent,
            "区财政局",
            lambda: Workbook([_list(month, rows, before, signed)]),
            channel="exchange",
            version=version,
            period=f"{MONTHS[month]:%Y-%m}",
        )

    regular = [
        delivery(
            month, book.first.get(month, rows), 1, office_hour(rng, next_working_day(_due(month, rng.randint(10, 13))))
        )
        for month, rows in enumerate(book.final)
    ]
    corrections = [
        delivery(month, book.final[month], 2, office_hour(rng, day)) for month, day in _CORRECTION_DAYS.items()
    ]
    return regular + corrections


def _due(month: int, day: int) -> date:
    return date.fromordinal(MONTH_ENDS[month].toordinal() + day)


def _sums(rows: Sequence[TaxRow]) -> _Sums:
    return _Sums(sum(row.total for row in rows), sum(row.district for row in rows))


def _estimate(later: _Sums) -> _Sums:
    """Return what the list says of a month before the sample begins."""
    return _Sums(later.total * 93 // 100, later.district * 93 // 100)


def _list(month: int, rows: Sequence[TaxRow], before: _Sums, signed: tuple[str, str, str]) -> Sheet:
    words = Words("T01", month // 12)
    usual = Words("T01")
    notation: Notation = "iso" if month < 12 else "compact"
    treasury_month = f"{MONTHS[month]:%Y-%m}" if month < 12 else spell_month(MONTHS[month])
    says_no = None if month < 12 else yes(False)
    body: list[Row] = [
        (
            row.payer.code,
            row.payer.name_in(month),
            words.value("tax_type", row.tax_type),
            treasury_month,
            spell(row.start, notation),
            spell(row.end, notation),
            in_wan(row.total),
            None,
            in_wan(row.district),
            None,
            yes(True) if row.original else says_no,
            row.original,
            row.voucher,
        )
        for row in rows
    ]
    sums = _sums(rows)
    amounts = in_wan(sums.total), in_wan(before.total), in_wan(sums.district), in_wan(before.district)
    body.append(Total(("合计", *[None] * 5, *amounts, *[None] * 3)))
    before_amounts = ("uscc", "taxpayer_name", "tax_type", "treasury_month", "tax_period_start", "tax_period_end")
    after_amounts = ("is_refund", "orig_ref", "voucher_no")
    return Sheet(
        feed="T01",
        name="楼宇税收",
        lines=(f"石景山区楼宇企业税收情况表（{spell_month(MONTHS[month])}）", "单位：万元"),
        header=(*usual.headers(*before_amounts), *_AMOUNTS, *usual.headers(*after_amounts)),
        rows=body,
        signatures=signed,
    )
