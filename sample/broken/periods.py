"""Months that are not the month meant (B-PER-01 to B-PER-03)."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from common.clock import BEIJING
from sample.broken.case import Case, Sent
from sample.broken.filling import Changes, headings, plain, sent


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _contradictory()
    yield from _cumulative()
    yield from _ambiguous()


def _contradictory() -> Iterator[Case]:
    name = "per-01-tax"
    three = sent(
        name, "T01", name="孪生_T01楼宇税收_202110.xlsx",
        form={"lines": ("石景山区楼宇企业税收情况表(2021年9月)", "单位:元")},
    )  # fmt: skip
    yield Case(name, "B-PER-01", "HOLD", three)
    name = "per-01-title"
    two = sent(name, "M01", name="孪生_per-01_会议_202111.xlsx", form={"lines": ("楼宇会议情况(2021年10月)",)})
    yield Case(name, "B-PER-01", "HOLD", two, reading="two that agree do not outvote the third")


def _cumulative() -> Iterator[Case]:
    name = "per-02-cumulative"
    before = [tax_month(name, number, count=12) for number in (7, 8, 9)]
    cumulative = tax_month(name, 10, count=12, times=4, title="石景山区楼宇企业税收情况表(2021年1—10月累计)")
    yield Case(name, "B-PER-02", "HOLD", cumulative, before=before, stage="review")


def tax_month(
    case: str,
    number: int,
    *,
    count: int = 6,
    times: int = 1,
    larger: Sequence[int] = (),
    changes: Changes | None = None,
    title: str | None = None,
    unit: str = "元",
) -> Sent:
    """Return one month of 2021 with the same enterprises' tax, a little more each month, ``times`` as much.

    The records at ``larger`` are ten thousand times as large.
    """
    records = plain("T01", case, count, treasury_month=f"2021-{number:02d}", tax_period_start=None, tax_period_end=None)
    for n, record in enumerate(records):
        for column in ("amount_total", "amount_district"):
            record[column] = (int(str(record[column])) + 10 * number) * times * (10_000 if n in larger else 1)
        record["voucher_no"] = f"{record['voucher_no']}{number:02d}"
        record |= dict((changes or {}).get(n, {}))
    return sent(
        case, "T01", records=records, step=number, period=f"2021-{number:02d}",
        received_at=datetime(2021, number + 1, 12, 10, 0, tzinfo=BEIJING),
        form={"lines": (title or f"石景山区楼宇企业税收情况表(2021年{number}月)", f"单位:{unit}")},
    )  # fmt: skip


def _ambiguous() -> Iterator[Case]:
    name = "per-03-header"
    rows = plain("T01", name)
    titles = headings("T01", rows, {"treasury_month": "所属月份"})
    yield Case(
        name, "B-PER-03", "REJECT", sent(name, "T01", records=rows, headers=titles), row=3, column="所属月份",
        reading="a synonym marked (!) is refused with a mapping question (SPEC 0.1a)",
    )  # fmt: skip
