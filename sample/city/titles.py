"""Titles of enterprises and listings on exchanges (R01, R02)."""

from collections.abc import Iterator
from datetime import date

import numpy as np
import polars as pl

from common.periods import month_end
from sample.city.chance import chance, whole
from sample.city.columns import at, day_number, days, later, serial, texts, words_of
from sample.city.plan import Plan
from sample.city.registers import Registers
from sample.city.sent import Sent
from sample.city.stations import settled

_TITLES = {"NHTE": 0.10, "SRDI_BJ": 0.03, "INNOVATIVE_SME": 0.06}
"""How many of the tenants get a title; those of the first list got it in the year before the sample begins."""

_LATER = 0.1
"""So many of them get theirs later, half-year by half-year."""

_BOARDS = ("SSE_MAIN", "CHINEXT", "STAR", "BSE", "NEEQ_BASE", "NEEQ_INNOV", "HKEX", "REGIONAL")
_PREFIXES = ("600", "300", "688", "830", "430", "870", "020", "100")
_LISTED_ONE_IN = 400
_FIRST_LISTED = date(2012, 3, 1)


def title_files(plan: Plan, registers: Registers, month: int) -> Iterator[Sent]:
    """Give the lists of titles of a month, and at the end of a quarter the list of listed enterprises."""
    first, last = plan.months[month], month_end(plan.months[month])
    if month == 0:
        yield from _titles(plan, registers, later(first, 19), later(first, -60), 0.0, 1 - _LATER)
    if first.month % 6 == 0:
        share, number = _LATER / (2 * plan.years), month // 6
        start = 1 - _LATER + share * number
        yield from _titles(plan, registers, later(last, 9), later(first, 9), start, start + share)
    if first.month % 3 == 0:
        sent, listed = at(later(last, 13), 10), _listings(plan, registers)
        yield Sent("R02", "上市挂牌企业", f"{first:%Y%m}", sent, "区金融办", listed, period=last.isoformat())


def _titles(plan: Plan, registers: Registers, sent: date, granted: date, start: float, end: float) -> Iterator[Sent]:
    """Give one list for each title, with a part of those that have it."""
    known = settled(registers)
    order = chance(plan.seed, registers.district.code, "titles").permutation(known)
    for rating, share in _TITLES.items():
        holders = order[: max(round(share * len(order)), 10)]
        some = holders[round(start * len(holders)) : round(end * len(holders))]
        if not len(some):
            continue
        said = {"NHTE": "高新技术企业", "SRDI_BJ": "专精特新", "INNOVATIVE_SME": "创新型中小企业"}[rating]
        constant = np.zeros(len(some), dtype=np.int64)
        table = pl.DataFrame({
            "enterprise_name": registers.firms.name.gather(some),
            "uscc": registers.firms.code.gather(some),
            "rating_code": words_of("R01", "rating_code", (rating,), constant),
            "batch": texts([f"{granted.year}年第一批"], constant),
            "stage": words_of("R01", "stage", ("CERTIFIED",), constant),
            "grant_date": days(constant + day_number(granted)),
            "valid_from": days(constant + day_number(granted)),
            "valid_to": days(constant + day_number(granted.replace(year=granted.year + 3))),
            "source_doc": texts([f"京科发〔{granted.year}〕1号"], constant),
        })  # fmt: skip
        yield Sent("R01", said, f"{sent:%Y%m%d}", at(sent, 10), "区经信局", table)


def _listings(plan: Plan, registers: Registers) -> pl.DataFrame:
    rng, known = chance(plan.seed, registers.district.code, "listings"), settled(registers)
    size = max(len(known) // _LISTED_ONE_IN, 4)
    board = np.arange(size) % len(_BOARDS)
    who = rng.choice(known, size, replace=False)
    return pl.DataFrame({
        "enterprise_name": registers.firms.name.gather(who),
        "uscc": registers.firms.code.gather(who),
        "exchange": words_of("R02", "exchange", _BOARDS, board),
        "code": texts(_PREFIXES, board) + serial("", np.arange(1, size + 1), 3),
        "listed_on": days(day_number(_FIRST_LISTED) + whole(rng, 0, 3_000, size)),
    })  # fmt: skip
