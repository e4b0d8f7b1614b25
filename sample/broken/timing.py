"""Deliveries that come late, or as if nothing ever changed (B-TIM-01, B-TIM-02)."""

from collections.abc import Iterator
from datetime import datetime

from common.clock import BEIJING
from sample.broken.case import Case, Sent
from sample.broken.filling import plain, sent

LATE = ("G03", "2023-09-30")
"""The feed and the period of the good district that the twin leaves out."""


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    feed, day = LATE
    yield Case(
        "tim-01-late", "B-TIM-01", "WARN", None, feed=feed, stage="warehouse",
        figure={"kpi_id": "staff_fulltime_cnt", "period": day, "value": None},
        reading=f"{feed} has not come for {day}: status names the feed and whom it waits for, its stock is no figure",
    )  # fmt: skip
    yield from _unchanged()


def _unchanged() -> Iterator[Case]:
    name = "tim-02-once"
    yield Case(name, "B-TIM-02", "WARN", _street(name, 11), before=[_street(name, 10)], stage="review")
    name = "tim-02-twice"
    yield Case(
        name, "B-TIM-02", "HOLD", _street(name, 11), before=[_street(name, 9), _street(name, 10)], stage="review",
        reading="the second repetition is held; the first, also sent here, is loaded with a warning",
    )  # fmt: skip


def _street(case: str, month: int) -> Sent:
    """Return the same bytes for another month."""
    last = 30 if month in (9, 11) else 31
    return sent(
        case, "B01", records=plain("B01", case, 4), name=f"孪生_{case}_{month:02d}月.xlsx", step=month,
        period=f"2021-{month:02d}-{last}", received_at=datetime(2021, month + 1, 5, 10, 0, tzinfo=BEIJING),
    )  # fmt: skip
