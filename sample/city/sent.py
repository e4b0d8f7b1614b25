"""What a system of the city sends: a table in the names of the contract, and the facts of its delivery."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import polars as pl

Form = Literal["utf-8", "gb18030", "parquet"]
"""Comma-separated text in one of two encodings, or Parquet."""

SPARE = "spare"
"""A column that is not sent: the rows that may be broken, where not every row may be."""


@dataclass(frozen=True, slots=True)
class Sent:
    """One file. The columns of ``table`` are those of the contract, with the types that they have there."""

    feed: str
    subject: str
    """What the file's name says of it, between the feed and the period."""
    label: str
    """The period in the file's name: 202301, 20231201."""
    received_at: datetime
    sender: str
    table: pl.DataFrame
    form: Form = "utf-8"
    units: Mapping[str, str] = field(default_factory=dict)
    """What is put behind the heading of a column: the unit of its numbers."""
    channel: str = "portal"
    period: str | None = None
