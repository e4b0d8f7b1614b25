"""Writing the city: each district into an inbox of its own, file by file, so that little is in memory at a time."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from common.clock import stamp
from common.files import in_place_of, write_json
from sample.city.districts import District
from sample.city.faults import Breaker
from sample.city.hotline import hotline_files
from sample.city.plan import Plan
from sample.city.registers import invent_registers, register_files
from sample.city.sent import Sent
from sample.city.services import make_lists, service_files
from sample.city.stations import found_stations, station_files
from sample.city.tax import tax_files
from sample.city.titles import title_files
from sample.marker import claim, conclude
from sample.words import Words


@dataclass
class CitySummary:
    """What was written, without sidecars."""

    plan: Plan
    files: int = 0
    rows: Counter[str] = field(default_factory=Counter)
    """Records by feed, the broken ones among them."""
    broken: Counter[str] = field(default_factory=Counter)
    """Broken records by the rule by which they must wait."""

    @property
    def record(self) -> dict[str, object]:
        """What the command prints and the marker of the folder says."""
        return {
            "seed": self.plan.seed, "districts": [place.code for place in self.plan.places], "years": self.plan.years,
            "fraction": self.plan.fraction, "files": self.files, "rows": dict(sorted(self.rows.items())),
            "broken": dict(sorted(self.broken.items())), "simulated": True,
        }  # fmt: skip


def write_city(out: Path, plan: Plan, progress: Callable[[str], None] = lambda _: None) -> CitySummary:
    """Write the deliveries of a city with their sidecars, each district into ``out/<code>``, an inbox.

    The same plan gives the same bytes. Raises LouyuError if the folder holds another sample or files that are no
    sample.
    """
    claim(out, plan.claim)
    summary = CitySummary(plan)
    for number, district in enumerate(plan.places, 1):
        breaker = Breaker()
        for sent in _files(plan, district):
            _write(out / district.code, district, sent, breaker)
            summary.files += 1
            summary.rows[sent.feed] += sent.table.height
            progress(f"{number}/{plan.districts} {district.name} {sent.feed} {sent.label}")
        summary.broken += breaker.broken
    conclude(out, plan.claim, summary.record)
    return summary


def _files(plan: Plan, district: District) -> Iterator[Sent]:
    registers = invent_registers(plan, district)
    stations, lists = found_stations(registers), make_lists(plan, registers)
    for month in range(len(plan.months)):
        yield from register_files(plan, registers, month)
        yield from station_files(plan, stations, month)
        yield from service_files(plan, lists, month)
        yield from title_files(plan, registers, month)
    yield from tax_files(plan, registers)
    yield from hotline_files(plan, registers)


def _write(inbox: Path, district: District, sent: Sent, breaker: Breaker) -> None:
    """Write a file, its sidecar first: a file is never without its sidecar."""
    ending = "parquet" if sent.form == "parquet" else "csv"
    path = inbox / sent.feed / f"{district.short}_{sent.feed}{sent.subject}_{sent.label}.{ending}"
    said = {
        "received_at": stamp(sent.received_at), "sender": sent.sender, "channel": sent.channel, "period": sent.period,
    }  # fmt: skip
    write_json(path.with_name(f"{path.name}.meta.json"), {key: value for key, value in said.items() if value})
    # a wrong cell of text is no date, so text is what a table becomes before any of its cells is broken
    table = sent.table if sent.form == "parquet" else _as_text(sent.table)
    table = breaker.breaks(sent.feed, table)
    words = Words(sent.feed)
    table = table.rename(lambda name: words.header(name) + sent.units.get(name, ""))
    with in_place_of(path) as fresh:
        if sent.form == "parquet":
            table.write_parquet(fresh)
        elif sent.form == "utf-8":
            table.write_csv(fresh, line_terminator="\r\n")
        else:
            fresh.write_bytes(table.write_csv(line_terminator="\r\n").encode(sent.form))


def _as_text(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_columns(
        pl.col(name).dt.to_string("%Y-%m-%d %H:%M:%S") if dtype == pl.Datetime else pl.col(name).cast(pl.String)
        for name, dtype in table.schema.items()
        if dtype not in (pl.Boolean, pl.String)
    )
