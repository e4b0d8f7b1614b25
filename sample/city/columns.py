"""Columns of what is written, made of drawn numbers."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal

import numpy as np
import polars as pl

from common.clock import BEIJING
from sample.city.chance import Flags, Whole
from sample.words import Words, yes


def texts(choices: Sequence[str | None], positions: Whole) -> pl.Series:
    """Return the text at each position; a position of -1 is an empty cell."""
    return pl.Series([*choices, None], dtype=pl.String).gather(np.where(positions < 0, len(choices), positions))


def words_of(feed: str, column: str, codes: Sequence[str], positions: Whole) -> pl.Series:
    """Return the contract's words for members of an enumeration."""
    words = Words(feed)
    return texts([words.value(column, code) for code in codes], positions)


def flags(said: Flags) -> pl.Series:
    """Return yes and no as offices write it."""
    return texts([yes(False), yes(True)], said.astype(np.int64))


def days(numbers: Whole, known: Flags | None = None) -> pl.Series:
    """Return days since 1970 as dates; those that are not ``known`` are empty."""
    return _temporal(numbers, known, pl.Int32(), pl.Date())


def moments(seconds: Whole, known: Flags | None = None) -> pl.Series:
    """Return seconds since 1970 in Beijing time as times without a zone."""
    return _temporal(seconds * 1_000_000, known, pl.Int64(), pl.Datetime("us"))


def _temporal(numbers: Whole, known: Flags | None, physical: pl.DataType, dtype: pl.DataType) -> pl.Series:
    column = pl.Series(numbers).cast(physical).cast(dtype)
    return column if known is None else column.set(pl.Series(~known), None)


def day_number(day: date) -> int:
    """Return the days since 1970."""
    return (day - date(1970, 1, 1)).days


def second_number(day: date) -> int:
    """Return the seconds from 1970 to the beginning of a day, both in Beijing."""
    return day_number(day) * 86_400


def fen(amounts: Whole) -> pl.Series:
    """Return amounts in fen as decimals of yuan, exactly."""
    hundredth = pl.lit(Decimal("0.01")).cast(pl.Decimal(4, 2))
    return pl.select(
        (pl.lit(pl.Series(amounts)).cast(pl.Decimal(20, 2)) * hundredth).cast(pl.Decimal(20, 2))
    ).to_series()


def serial(prefix: str, numbers: Whole, width: int) -> pl.Series:
    """Return a prefix with a number of ``width`` digits behind it."""
    digits = pl.Series(numbers).cast(pl.String).str.zfill(width)
    return pl.Series([prefix], dtype=pl.String) + digits


def joined(*parts: pl.Series | str) -> pl.Series:
    """Put texts together, row by row."""
    return pl.select(pl.concat_str([pl.lit(part) if isinstance(part, str) else part for part in parts])).to_series()


def at(day: date, hour: int, minute: int = 0) -> datetime:
    """Return the moment at which something is sent."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=BEIJING)


def later(day: date, number: int) -> date:
    """Return the day so many days later."""
    return day + timedelta(days=number)
