"""Check symbols of whole columns (SPEC 3.2, GB 32100-2015)."""

import numpy as np
import polars as pl

_ALPHABET = b"0123456789ABCDEFGHJKLMNPQRTUWXY"
_LENGTH, _DIGITS = 18, 8
"""The first eight symbols name the authority and its district, in digits but for a few rare kinds."""

_VALUES = np.full(256, -1, dtype=np.int8)
_VALUES[list(_ALPHABET)] = np.arange(len(_ALPHABET))
_WEIGHTS = [pow(3, place, 31) for place in range(_LENGTH - 1)] + [1]


def with_valid_code(texts: pl.Series) -> pl.Series:
    """Return the texts that are credit codes of the usual kinds just as they stand; null for all others."""
    is_long = (texts.str.len_bytes() == _LENGTH).fill_null(False)
    codes = texts.filter(is_long)
    if codes.is_empty():
        return pl.repeat(None, texts.len(), dtype=pl.String, eager=True)
    symbols = np.frombuffer(codes.str.join("").item().encode(), dtype=np.uint8).reshape(-1, _LENGTH)
    # one row for each place, so that every step is over a whole column
    values = _VALUES[np.ascontiguousarray(symbols.T)]
    is_spelled = (values.min(axis=0) >= 0) & (values[:_DIGITS].max(axis=0) < 10)
    # a number of a natural person may have the right symbol by chance: the year of birth gives it away
    century = values[6] * np.int16(10) + values[7]
    is_dated = (century >= 18) & (century <= 20)
    is_letterless = values[: _LENGTH - 1].max(axis=0) < 10
    check = np.zeros(values.shape[1], dtype=np.int16)
    for weight, value in zip(_WEIGHTS, values, strict=True):
        check += value * np.int16(weight)
    is_valid = is_spelled & ~(is_dated & is_letterless) & (check % 31 == 0)
    checked = is_long.scatter(is_long.arg_true(), pl.Series(is_valid))
    return pl.select(pl.when(checked).then(texts)).to_series()
