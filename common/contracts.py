"""Contracts and layouts as Python values: what a feed delivers, and how another place writes it.

``contracts/feeds/*.yml`` says once for each feed which columns exist, how offices head them, what their
values mean, how a delivery replaces an earlier one (SPEC 3.0) and how confidential each column is
(SPEC 4.1). The reader, the dbt sources, the Dagster assets and the internal files all follow it.
"""

from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

PROJECT = Path(__file__).resolve().parent.parent
"""The checkout: contracts and dbt models are data beside the code."""

CONTRACTS = PROJECT / "contracts"

Kind = Literal["FULL_SNAPSHOT", "PERIOD_REPLACE", "DELTA", "VERSIONS"]
Confidentiality = Literal["S1", "S2", "S3", "S4"]
ColumnType = Literal[
    "text", "free_text", "person", "code", "credit_code", "taxpayer", "integer", "decimal", "percent", "money",
    "capital", "area", "rent", "date", "month", "timestamp", "boolean", "enum", "list",
]  # fmt: skip


class _Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Bilingual(_Model):
    """A name in both languages."""

    zh: str
    en: str


class Value(Bilingual):
    """One member of an enumeration: its two names and the further words that offices write for it."""

    also: tuple[str, ...] = ()


def _value(given: object) -> object:
    """Let a contract write ``CODE: [中文, English, further, words]``."""
    return {"zh": given[0], "en": given[1], "also": given[2:]} if isinstance(given, list) else given


class Column(_Model):
    """One canonical column of a feed (SPEC 3.3)."""

    name: str
    zh: str
    en: str
    type: ColumnType = "text"
    confidentiality: Confidentiality | None = Field(None, alias="class")
    required: bool = False
    headers: tuple[str, ...] = ()
    """What offices write above it, besides its own Chinese and canonical name."""
    ambiguous: tuple[str, ...] = ()
    """Headers that could mean two things: never mapped, but asked about (SPEC 0.1a)."""
    of: str | None = None
    """In a two-row header this column stands below the group of that column (全口径/同期)."""
    parts: tuple[tuple[str, ...], ...] = ()
    """Headers of columns that form one path together, from the top level down."""
    values: dict[str, Annotated[Value, BeforeValidator(_value)]] = {}
    default: str | None = None
    """What an empty cell means."""
    control: bool = False
    """Sent for comparison only: never stored, never a reason to refuse a row."""
    fill_down: bool = False
    """Written once for several rows, usually as a merged cell."""
    may_be_future: bool = False
    """A plan: a date after the delivery is no mistake."""

    @property
    def all_headers(self) -> tuple[str, ...]:
        return (self.name, self.zh, *self.headers)


class Interval(_Model):
    """Which column dates the start of a snapshot's row, and whether it does so in every snapshot."""

    column: str
    when: Literal["ALWAYS", "FIRST_SNAPSHOT"] = "ALWAYS"


class Feed(_Model):
    """The contract of one feed."""

    id: str
    name: Bilingual
    owner: Bilingual
    description: Bilingual
    kind: Kind
    confidentiality: Confidentiality = Field(alias="class")
    cadence: Literal["daily", "weekly", "monthly", "quarterly", "batch"]
    paces_as_of: bool = False
    """The default as-of date waits for this feed."""
    period: str | None = None
    """PERIOD_REPLACE: the column whose month a delivery replaces."""
    every_period: bool = False
    """PERIOD_REPLACE: a month without a delivery is a gap, not a month without events."""
    scope: tuple[str, ...] = ()
    """Columns that split a period further: only the parts present in a delivery are replaced."""
    version_order: str | None = None
    """VERSIONS: the newest value of this column wins."""
    event_date: str | None = None
    """The column that dates what a row tells."""
    start: Interval | None = None
    end: str | None = None
    key: tuple[str, ...]
    """What identifies a row; alternatives are tried in the order given by the staging model."""
    unique: tuple[str, ...] = ()
    """Within one file, rows equal here but different elsewhere contradict each other (B-DUP-03)."""
    any_of: tuple[tuple[str, ...], ...] = ()
    """Groups of optional columns of which a row needs at least one (身份证号 or 姓名)."""
    paged: bool = False
    """Arrives as a folder of JSON pages: the folder is the delivery."""
    sheet_words: tuple[str, ...] = ()
    """Words in a sheet's name that say the sheet belongs to this feed."""
    sheet_is: str | None = None
    """The column that a sheet's name stands for when the sheet has no such column."""
    control_total: Literal["REJECT", "WARN"] = "WARN"
    columns: tuple[Column, ...]

    @cached_property
    def by_name(self) -> dict[str, Column]:
        return {column.name: column for column in self.columns}

    @cached_property
    def stored(self) -> tuple[Column, ...]:
        """The columns that reach ``landing/rows``."""
        return tuple(column for column in self.columns if not column.control)

    def class_of(self, column: Column) -> Confidentiality:
        """Return the confidentiality of a column: its own, else the feed's."""
        return column.confidentiality or self.confidentiality

    @model_validator(mode="after")
    def _names_exist(self) -> "Feed":
        named = {*self.scope, *self.key, *self.unique, *(name for names in self.any_of for name in names)}
        named |= {name for name in (self.period, self.version_order, self.event_date, self.end, self.sheet_is) if name}
        named |= {self.start.column} if self.start else set()
        named |= {column.of for column in self.columns if column.of}
        if unknown := named - set(self.by_name):
            raise ValueError(f"{self.id}: no such column: {', '.join(sorted(unknown))}")
        return self


class LayoutColumn(_Model):
    """How another place writes one canonical column."""

    headers: tuple[str, ...] = ()
    constant: str | None = None
    default: str | None = None
    absent: bool = False
    unit: str | None = None
    values: dict[str, str] = {}


class Layout(_Model):
    """How another place exports a feed (SPEC 0.1a)."""

    id: str
    feed: str
    name: Bilingual
    encoding: str | None = None
    delimiter: str | None = None
    records: str | None = None
    """JSON: the key under which the records stand."""
    missing: tuple[str, ...] = ()
    ignored: tuple[str, ...] = ()
    """Columns of that place which this warehouse does not want."""
    columns: dict[str, LayoutColumn]


def _read(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def feeds() -> dict[str, Feed]:
    """Read every feed contract, by id."""
    return {
        feed.id: feed for path in sorted(CONTRACTS.glob("feeds/*.yml")) for feed in [Feed.model_validate(_read(path))]
    }


@cache
def layouts() -> dict[str, Layout]:
    """Read every layout, by id."""
    found = [Layout.model_validate(_read(path)) for path in sorted(CONTRACTS.glob("layouts/*.yml"))]
    for layout in found:
        if unknown := set(layout.columns) - set(feeds()[layout.feed].by_name):
            raise ValueError(f"layout {layout.id}: no such column of {layout.feed}: {', '.join(sorted(unknown))}")
    return {layout.id: layout for layout in found}
