"""Rows that are broken, and the rule by which each of them must wait (SPEC part 5)."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import polars as pl

from sample.city.registers import BROKEN_ONE_IN
from sample.city.sent import SPARE

_FAR = datetime(2035, 5, 1)
"""A moment that no delivery of the sample can know of."""


@dataclass(frozen=True, slots=True)
class Fault:
    """The cells that make a row wait, and the rule that finds it."""

    rule: str
    cells: Mapping[str, Any]


FAULTS: Mapping[str, tuple[Fault, ...]] = {
    "T01": (
        Fault("L-VAL-MISSING", {"amount_total": None}),
        Fault("B-NUM-06", {"amount_total": "100.00", "amount_district": "250.00", "is_refund": "否", "orig_ref": None}),
        Fault("B-NUM-03", {"amount_total": "约3500"}),
        Fault("B-DAT-05", {"treasury_month": "2035-05"}),
        Fault("B-DAT-02", {"tax_period_end": "2023-02-30"}),
        Fault("B-IDN-01", {"uscc": "91110107MA0000015X"}),
    ),
    "O01": (
        Fault("B-NUM-10", {"leased_area_m2": "-120"}),
        Fault("B-IDN-08", {"building_name": "查无此楼"}),
        Fault("B-BIZ-04", {"moved_in_on": "2022-06-01", "moved_out_on": "2019-06-01"}),
        Fault("L-VAL-MISSING", {"enterprise_name": None}),
    ),
    "E01": (
        Fault("B-DAT-02", {"established_on": "2019-02-30"}),
        Fault("L-VAL-MISSING", {"name": None}),
        Fault("L-VAL-ENUM", {"status": "说不清"}),
        Fault("B-DAT-05", {"established_on": "2035-05-01"}),
    ),
    "H01": (
        Fault("L-VAL-MISSING", {"created_at": None}),
        Fault("L-VAL-ENUM", {"ticket_type": "说不清"}),
        Fault("B-DAT-05", {"created_at": _FAR}),
    ),
    "H02": (
        Fault("L-VAL-MISSING", {"callback_at": None}),
        Fault("L-VAL-ENUM", {"resolved": "说不清"}),
        Fault("B-DAT-05", {"callback_at": _FAR}),
    ),
    "A01": (Fault("B-NUM-09", {"attendance": "0"}),),
}  # fmt: skip
"""The ways in which rows of a feed are broken, one after the other."""


@dataclass
class Breaker:
    """Breaks every so manieth row of each feed, counted through all of its files, or the spare rows of a list."""

    broken: Counter[str] = field(default_factory=Counter)
    """How many rows were broken, by rule."""
    _seen: Counter[str] = field(default_factory=Counter)

    def breaks(self, feed: str, table: pl.DataFrame) -> pl.DataFrame:
        """Return the rows as they are sent; those of ``SPARE`` are broken alike in every file."""
        faults = FAULTS.get(feed, ())
        if SPARE in table.columns:
            chosen, first = np.flatnonzero(table[SPARE].to_numpy()), 0
            table = table.drop(SPARE)
        else:
            passed, first = self._seen[feed] % BROKEN_ONE_IN, self._seen[feed] // BROKEN_ONE_IN
            chosen = np.arange(BROKEN_ONE_IN - 1 - passed, table.height, BROKEN_ONE_IN)
        self._seen[feed] += table.height
        for number, fault in enumerate(faults):
            rows = chosen[(first + np.arange(len(chosen))) % len(faults) == number]
            self.broken[fault.rule] += len(rows)
            for column, cell in fault.cells.items():
                values = pl.Series([cell] * len(rows), dtype=table.schema[column])
                table = table.with_columns(table[column].scatter(rows, values) if len(rows) else table[column])
        return table
