"""Contracts and layouts as Python values: what a feed delivers, and how another place writes it.

``contracts/feeds/*.yml`` says once for each feed which columns exist, how offices head them, what their
values mean, how a delivery replaces an earlier one (SPEC 3.0) and how confidential each column is
(SPEC 4.1). The reader, the dbt sources, the Dagster assets and the internal files all follow it.
"""

import codecs
import re
from collections.abc import Callable
from functools import cache, cached_property
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

import yaml
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from common.messages import LouyuError

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
    asks: str = "B-PER-03"
    """The rule that asks which of the two is meant."""
    of: str | None = None
    """In a two-row header this column stands below the group of that column (全口径/同期)."""
    parts: tuple[tuple[str, ...], ...] = ()
    """Headers of columns that form one path together, from the top level down."""
    values: dict[str, Annotated[Value, BeforeValidator(_value)]] = {}
    asked: tuple[str, ...] = ()
    """Words that could mean two of the values: another column of the row decides, else the sender is asked."""
    default: str | None = None
    """What an empty cell means."""
    span: str | None = None
    """The column that may hold this one and its counterpart in one cell, as the first and the last day of a span."""
    edge: Literal["first", "last"] | None = None
    """Which end of the span this column is."""
    may_number_rows: bool = False
    """An id that offices fill with the numbers of the rows, which identify nothing (B-IDN-10)."""
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
    worth: str | None = None
    """The column that says what a row is worth: what waits may be worth too much to go without (SPEC 5, G-FRESH)."""
    copied: str | None = None
    """The text that should differ from row to row: twenty rows with the same are copies (B-BIZ-18)."""
    encrypted_only: bool = False
    """Must not come by ordinary mail (B-SEC-03)."""
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
        single = (self.period, self.version_order, self.event_date, self.end, self.sheet_is, self.worth)
        named |= {name for name in single if name}
        named |= {self.start.column} if self.start else set()
        named |= {column.of for column in self.columns if column.of}
        if unknown := named - set(self.by_name):
            raise ValueError(f"{self.id}: no such column: {', '.join(sorted(unknown))}")
        return self


class LayoutColumn(_Model):
    """How another place writes one canonical column: where its text comes from, then what the text means.

    The text is that of one source column (``headers``), of several (``parts``, ``first_of``), the same for the whole
    file (``constant``, ``file_name``), or nothing (``absent``). A source column may serve several canonical columns.
    """

    headers: tuple[str, ...] = ()
    """Ways to head it; one of them stands in a file."""
    parts: tuple[str, ...] = ()
    """Source columns whose texts are joined with ``separator``."""
    separator: str = "->"
    first_of: tuple[str, ...] = ()
    """Source columns of which the first filled one counts, row by row."""
    constant: str | None = None
    file_name: str | None = None
    """The period of the file, for a column that the rows do not have: the sidecar's ``period``, else what this pattern
    finds in the file's name, with the groups ``year``, ``month`` and, where given, ``day``."""
    absent: bool = False
    """That place does not have this required column: it is empty, and blocks only the figures that need it."""
    optional: bool = False
    """Not every file of that place has it; any other column that is gone, or was renamed, refuses the file."""
    default: str | None = None
    """What an empty cell means."""
    missing: tuple[str, ...] = ()
    """Words that mean an empty cell in this column only, such as 0."""
    values: dict[str, str] = {}
    """From that place's words to the codes of the contract."""
    unit: str | None = None
    """The unit of the numbers where the file does not say it (元, 万元, 平方米)."""
    dates: tuple[str, ...] = ()
    """Forms of its dates, as those of the layout, for this column only."""

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source column it may be read from."""
        return (*self.headers, *self.parts, *self.first_of)

    @property
    def is_given(self) -> bool:
        """Whether the layout says what to do with this column at all."""
        return bool(self.sources) or self.constant is not None or self.file_name is not None or self.absent


class Layout(_Model):
    """How another place exports a feed (SPEC 0.1a): data alone, read by the same code for every place.

    Patterns are regular expressions for the whole cell as it stands, blanks included, without look-around.
    """

    id: str
    feed: str
    name: Bilingual
    encoding: str | None = None
    """As Python names it (latin-1, gb18030); without it: byte order mark, UTF-8, GB18030."""
    is_damaged: bool = False
    """Some cells were garbled before: rows wait where a column that is read is garbled, the rest loads (B-ENC-01)."""
    delimiter: str | None = None
    records: str | None = None
    """JSON: the path of keys, with dots between, under which the records stand."""
    fields: tuple[str, ...] = ()
    """The columns in their order, for a file without a header row."""
    patterns: dict[str, str] = {}
    """Source column to what each of its cells looks like: a row that differs waits, a file that differs is refused."""
    mostly: dict[str, str] = {}
    """Source column to what nearly all of its cells look like. A file of which less than nine in ten do is refused; so
    is a row kept aside in which two such columns differ, as they do where the columns were swapped."""
    missing: tuple[str, ...] = ()
    """Words that mean an empty cell in every column."""
    ignored: tuple[str, ...] = ()
    """Columns of that place which this warehouse does not want."""
    currency: str = "CNY"
    """ISO 4217. Amounts in another currency are kept as they are and told as such; nothing is converted."""
    time_zone: str | None = None
    """IANA name of the zone of times without an offset, Beijing's by default. A day without a time stays that day."""
    dates: tuple[str, ...] = ()
    """Forms of dates that are not year first, as strptime writes them (%d/%m/%Y)."""
    identifiers: str = "uscc"
    """Whose numbers taxpayers and enterprises bear. Another place's have no check digit: they are kept as they stand
    behind the scheme's name, ``tabc_permit:MB638028``, so that nobody takes them for a credit code."""
    areas: str = "district"
    """Whose list the streets are from. Names of another place's areas are kept and are no error here."""
    columns: dict[str, LayoutColumn]

    @property
    def sources(self) -> tuple[str, ...]:
        """Every source column that the layout speaks of, each once."""
        mapped = (name for column in self.columns.values() for name in column.sources)
        return tuple(dict.fromkeys((*self.fields, *mapped, *self.ignored, *self.patterns, *self.mostly)))

    @model_validator(mode="after")
    def _is_sound(self) -> "Layout":
        if self.identifiers != "uscc" and not re.fullmatch(r"[a-z][a-z0-9_]*", self.identifiers):
            raise ValueError(f"{self.id}: identifiers are named in lower case, such as tabc_permit")
        if (feed := feeds().get(self.feed)) is None:
            raise ValueError(f"{self.id}: no such feed: {self.feed}")
        if unknown := set(self.columns) - set(feed.by_name):
            raise ValueError(f"{self.id}: no such column of {self.feed}: {', '.join(sorted(unknown))}")
        wanted = {name for column in self.columns.values() for name in column.sources}
        if self.fields and (unnamed := (wanted | set(self.patterns) | set(self.mostly)) - set(self.fields)):
            raise ValueError(f"{self.id}: not among its fields: {', '.join(sorted(unnamed))}")
        named = [column.file_name for column in self.columns.values() if column.file_name is not None]
        for pattern in (*self.patterns.values(), *self.mostly.values(), *named):
            _check_pattern(pattern)
        if any(not {"year", "month"} <= set(re.compile(pattern).groupindex) for pattern in named):
            raise ValueError(f"{self.id}: file_name needs the groups year and month")
        if self.time_zone is not None:
            _check_name(ZoneInfo, self.time_zone, "time zone")
        if self.encoding is not None:
            _check_name(codecs.lookup, self.encoding, "encoding")
        return self


def _check_name(look_up: Callable[[str], object], name: str, kind: str) -> None:
    """Raise ValueError for a name that Python does not know."""
    try:
        look_up(name)
    except (LookupError, ValueError, OSError):
        raise ValueError(f"no such {kind}: {name}") from None


def _check_pattern(pattern: str) -> None:
    """Raise ValueError for what is no regular expression, or one that would need to look around or back."""
    if _LOOKS_AROUND.search(pattern):
        raise ValueError(f"patterns cannot look around or back: {pattern}")
    try:
        re.compile(pattern)
    except re.error as error:
        raise ValueError(f"no regular expression: {pattern} ({error})") from None


_LOOKS_AROUND = re.compile(r"\(\?(?:[=!]|<[=!])|\\[1-9]")


def _read(path: Path) -> object:
    return yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)


@cache
def feeds() -> dict[str, Feed]:
    """Read every feed contract, by id."""
    return {
        feed.id: feed for path in sorted(CONTRACTS.glob("feeds/*.yml")) for feed in [Feed.model_validate(_read(path))]
    }


def layouts(own: Path | None = None) -> dict[str, Layout]:
    """Read every layout, by id; those in an office's ``own`` folder come first and replace shipped ones of the same id.

    Raises LouyuError for one that is not sound, or whose id another file of the folder has too.
    """
    files = sorted(own.glob("*.y*ml")) if own else []
    mine = {path: read_layout(path) for path in files}
    for path, layout in mine.items():
        if twin := next((other for other in mine if other < path and mine[other].id == layout.id), None):
            raise LouyuError(
                f"{twin} 与 {path} 的 id 都是 {layout.id},请改其中一个。",
                f"{twin} and {path} both have the id {layout.id}; change one of them.",
            )
    return {**_shipped_layouts(), **{layout.id: layout for layout in mine.values()}}


@cache
def _shipped_layouts() -> dict[str, Layout]:
    return {layout.id: layout for layout in map(read_layout, sorted(CONTRACTS.glob("layouts/*.yml")))}


def read_layout(path: Path) -> Layout:
    """Read one layout. Raises LouyuError that names the key and what is wrong with it."""
    try:
        # every word is a text here: a column may be headed No, 2014 or on
        return Layout.model_validate(yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader))
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, one['loc'])) or '-'}: {one['msg']}" for one in error.errors())
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        wrong = " ".join(str(error).split())
    raise LouyuError(f"版式文件 {path} 不合格:{wrong}", f"{path} is no sound layout: {wrong}")
