"""The figures of a release as a bulletin needs them: found by name, said in words of either language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

import polars as pl

from common.messages import Language, Message, from_note
from common.periods import Period, in_words
from publish.typesetting import typeset

ABSENT = Message("暂不公布", "not published")
NOT_COMPUTABLE = Message("—", "—")
_GATE = re.compile(r"G-[A-Z]+: ")


@dataclass(frozen=True, slots=True)
class Fact:
    """One public figure with its catalogue entry."""

    row: Mapping[str, Any]
    kpi: Mapping[str, Any]

    @property
    def is_shown(self) -> bool:
        return self.row["value"] is not None

    @property
    def printed(self) -> Message:
        """Number, unit and word; a withheld figure says that it is not published, one without a value is a dash."""
        if self.is_shown:
            return Message(self.row["printed_zh"], self.row["printed_en"])
        return NOT_COMPUTABLE if self.row["conf_status"] == "F" else ABSENT

    @property
    def name(self) -> Message:
        return Message(self.kpi["name_zh"], self.kpi["name_en"])

    @property
    def when(self) -> Message:
        """The period in words, with how far it reaches where it has not ended."""
        partial = self.row["obs_status"] == "P"
        reached = self.row["as_of"] if partial else None
        return in_words(Period(self.row["period_type"], self.row["period"]), partial_to=reached)

    @property
    def against(self) -> Message | None:
        """The base period in words."""
        base = self.row["base_period"]
        return in_words(Period(self.row["period_type"], base)) if base else None

    @property
    def is_provisional(self) -> bool:
        """Tell whether the calendar still opens the figure for revision (SPEC 4.2)."""
        return self.is_shown and self.row["vintage"] == "PROVISIONAL"

    @property
    def bare(self) -> Message:
        """The printed number without its unit, for a table whose head names the unit."""
        said = self.printed
        if not self.is_shown:
            return said
        return Message(said.zh.removesuffix(self.kpi["print_unit"]), said.en.partition(" ")[0].removesuffix("%"))

    @property
    def number(self) -> float:
        """The value for a plot, where a float is close enough."""
        return float(self.row["value"])


@dataclass(frozen=True, slots=True)
class Withheld:
    """KPIs that are withheld for one reason in the same cuts: ``district``, ``street``, ``park``, ``breakdown``."""

    reason: Message
    cuts: tuple[str, ...]
    names: tuple[Message, ...]


class Facts:
    """The public figures of one release."""

    def __init__(
        self, figures: pl.DataFrame, kpi: pl.DataFrame, area: pl.DataFrame, as_of: date, district: str
    ) -> None:
        self.as_of = as_of
        self.district = district
        self._figures = figures.with_columns(pl.lit(as_of).alias("as_of"))
        self.figures = figures
        self._kpi = {row["kpi_id"]: row for row in kpi.iter_rows(named=True)}
        self._area = {(row["area_type"], row["area_code"]): Message(row["name_zh"], row["name_en"])
                      for row in area.iter_rows(named=True)}  # fmt: skip

    @cached_property
    def stock_day(self) -> str:
        """The label of the release's own stock day."""
        return self.as_of.isoformat()

    def area_name(self, area_type: str, code: str) -> Message:
        """Return the name of an area, or its code where nobody named it."""
        return self._area.get((area_type, code), Message(code, code))

    def find(self, kpi_id: str, period: str, *, area: str | None = None, breakdown: tuple[str, str] = ("_T", "_T"),
             base: str | None = None) -> Fact | None:  # fmt: skip
        """Return one figure, of the district unless an area is named; None where the release has none."""
        wanted = self._figures.filter(
            kpi_id=kpi_id, period=period, area_code=area or self.district,
            breakdown_type=breakdown[0], breakdown_code=breakdown[1],
        )  # fmt: skip
        if base is not None:
            wanted = wanted.filter(base_period=base)
        return Fact(wanted.row(0, named=True), self._kpi[kpi_id]) if wanted.height else None

    def series(self, kpi_id: str, period_type: str) -> list[Fact]:
        """Return the district's figures of one kind of period in their order, without partial ones."""
        rows = self._figures.filter(
            pl.col("obs_status") != "P",
            kpi_id=kpi_id,
            period_type=period_type,
            area_type="district",
            breakdown_type="_T",
        ).sort("window_start")
        return [Fact(row, self._kpi[kpi_id]) for row in rows.iter_rows(named=True)]

    def shown(self, kpi_id: str, period_type: str) -> list[Fact]:
        """Return those of a series that have a value."""
        return [fact for fact in self.series(kpi_id, period_type) if fact.is_shown]

    def by_street(self, kpi_id: str, period: str) -> dict[str, Fact]:
        """Return a KPI's figures by street code."""
        rows = self._figures.filter(kpi_id=kpi_id, period=period, area_type="street", breakdown_type="_T")
        return {row["area_code"]: Fact(row, self._kpi[kpi_id]) for row in rows.sort("area_code").iter_rows(named=True)}

    def withheld(self) -> list[Withheld]:
        """Return what is withheld in the release's own and earlier periods: by reason, the KPIs and their cuts."""
        cut = pl.when(pl.col("breakdown_type") != "_T").then(pl.lit("breakdown")).otherwise("area_type")
        cuts = self._figures.with_columns(cut.alias("cut"))
        some = cuts.filter(pl.col("value").is_not_null()).select("kpi_id", "cut").unique()
        by_kpi = (
            cuts.filter(pl.col("conf_status") != "F").sort("kpi_id", "note")
            .join(some.with_columns(pl.lit(True).alias("is_partial")), on=["kpi_id", "cut"], how="left")
            .group_by("kpi_id", maintain_order=True)
            .agg(pl.col("note").mode().sort().first(), pl.col("cut").unique().sort(),
                 ((pl.col("conf_status") == "C") & pl.col("is_partial").fill_null(False)).any().alias("is_partial"))
            .group_by("note", "cut", "is_partial", maintain_order=True).agg("kpi_id")
        )  # fmt: skip
        return [
            Withheld(
                _some(self.reason(row["note"])) if row["is_partial"] else self.reason(row["note"]),
                tuple(row["cut"]),
                tuple(self.kpi_name(kpi) for kpi in row["kpi_id"]),
            )
            for row in by_kpi.iter_rows(named=True)
        ]

    def reason(self, note: str) -> Message:
        """Return a withheld figure's reason in plain words: without the gate's id, KPIs by their names."""
        plain = from_note(_GATE.sub("", note, count=1))
        return Message(_named(plain.zh, self._kpi, "name_zh"), _named(plain.en, self._kpi, "name_en"))

    def kpi_name(self, kpi_id: str) -> Message:
        """Return a KPI's name."""
        return Message(self._kpi[kpi_id]["name_zh"], self._kpi[kpi_id]["name_en"])

    def definition(self, kpi_id: str) -> Message:
        """Return a KPI's definition."""
        return Message(self._kpi[kpi_id]["definition_zh"], self._kpi[kpi_id]["definition_en"])

    def start_of(self, period_type: str) -> date | None:
        """Return the first day of the release's own period of a type."""
        rows = self._figures.filter(period_type=period_type, period=self.periods.get(period_type, ""))
        return rows.row(0, named=True)["window_start"] if rows.height else None

    @cached_property
    def periods(self) -> Mapping[str, str]:
        """Return the labels of the release's own periods: the last closed quarter, its cumulative span and so on."""
        closed = self._figures.filter(pl.col("window_end") <= self.as_of + timedelta(days=1), area_type="district")
        last = (
            closed.sort("window_end", "period")
            .group_by("period_type", maintain_order=True)
            .agg(pl.col("period").last())
        )
        return dict(last.iter_rows())


def _some(reason: Message) -> Message:
    """Say of a reason that it is that of some figures among others that are published."""
    return Message(f"部分数值{reason.zh}", f"some figures are {reason.en}")


def say(message: Message | None, language: Language) -> str:
    """Return a message in a language as it is set there, or a dash where there is none."""
    return typeset(message.say(language), language) if message else "—"


def _named(text: str, kpi: Mapping[str, Mapping[str, Any]], column: str) -> str:
    return re.sub(r"[a-z]\w*_\w+", lambda found: kpi[found[0]][column] if found[0] in kpi else found[0], text)
