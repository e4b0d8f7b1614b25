"""What a text is held against: the catalogue, a release's public figures and the office's limits (SURFACE, replay)."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from common.contracts import PROJECT
from common.decimals import RoundingMode
from common.messages import Message
from common.statements import split_unit
from common.wording import exact_value
from publish.shelf import Release
from replay.knowledge import Key, Knowledge, Kpi, Released, Term

_CATALOGUE = PROJECT / "dbt" / "seeds" / "catalogue"
_COUNTED = ("元", "人")
"""Bare units of the reference magnitudes that a text is held against."""


def knowledge(
    release: Release | None,
    thresholds: Iterable[Mapping[str, str]],
    references: Iterable[Mapping[str, str]],
    norms: Iterable[Mapping[str, str]],
    parameters: Mapping[str, str],
    today: date | None = None,
) -> Knowledge:
    """Assemble what a text is held against; rows of the office's tables are as the home has them today.

    Without a release the shipped catalogue tells what a KPI is, and there are no figures.
    """
    facts = release.facts if release else {}
    district = facts.get("district", "")
    started = parameters.get("programme.start")
    mode: RoundingMode = "half_up" if parameters.get("rounding.mode") == "half_up" else "gbt8170"
    kpis = _catalogue(release.folder / "sealed" if release else None)
    return Knowledge(
        kpis=kpis,
        thresholds={(row["gate_id"], row["name"]): Fraction(row["value"]) for row in thresholds},
        references=_references(references, district),
        norms={row["station_type"]: int(row["norm"]) for row in norms},
        figures=_values(release, kpis) if release else {},
        areas=_areas(release) if release else {},
        release_id=release.id if release else None,
        as_of=date.fromisoformat(facts["as_of"]) if release else None,
        programme_start=date.fromisoformat(started) if started else None,
        today=today,
        mode=mode,
    )


def _catalogue(sealed: Path | None) -> dict[str, Kpi]:
    """Read the catalogue of a release, or the shipped one."""
    if sealed is None:
        kpi, text, terms = (
            pl.read_csv(_CATALOGUE / f"{name}.csv", infer_schema=False) for name in ("kpi", "kpi_text", "kpi_term")
        )
    else:
        kpi, text, terms = (pl.read_parquet(sealed / f"{name}.parquet") for name in ("kpi", "kpi_text", "kpi_term"))
    parts: dict[tuple[str, str], set[Term]] = defaultdict(set)
    for term in terms.iter_rows(named=True):
        weight = Fraction(str(term["weight"]))
        parts[term["kpi_id"], term["role"]].add((term["component"] or "", term["measure_id"], weight))
    return {
        row["kpi_id"]: Kpi(
            row["kpi_id"],
            Message(row["name_zh"], row["name_en"]),
            row["kind"],
            row["unit"],
            row["status"] == "APPROVED",
            tuple((row["period_types"] or "").split("|")),
            row["change_of"] or None,
            frozenset(parts[row["kpi_id"], "numerator"]),
            frozenset(parts[row["kpi_id"], "denominator"]),
        )
        for row in kpi.join(text, on="kpi_id").iter_rows(named=True)
    }


def _references(rows: Iterable[Mapping[str, str]], district: str) -> dict[str, dict[int, Fraction]]:
    """Return the reference magnitudes of years; those of the district, or of the only area that has any."""
    given = [row for row in rows if len(row["period"]) == 4 and split_unit(row["unit"])[1] in _COUNTED]
    own = [row for row in given if row["area_code"] in ("", district)]
    chosen = own if district else given
    found: dict[str, dict[int, Fraction]] = defaultdict(dict)
    for row in chosen:
        found[row["indicator"]][int(row["period"])] = Fraction(row["value"]) * split_unit(row["unit"])[0]
    return dict(found)


def released(values: pl.DataFrame, kpis: Mapping[str, Kpi]) -> dict[Key, list[Released]]:
    """Return the figures of a release's ``kpi_value``: of the district with breakdowns, and of its areas as a whole."""
    rows = values.filter((pl.col("area_type") == "district") | (pl.col("breakdown_type") == "_T"))
    found: dict[Key, list[Released]] = defaultdict(list)
    for row in rows.sort("window_end", "period").iter_rows(named=True):
        area = "" if row["area_type"] == "district" else row["area_code"]
        key = (row["kpi_id"], area, (row["breakdown_type"], row["breakdown_code"]))
        found[key].append(_released(row, kpis[row["kpi_id"]].kind))
    return dict(found)


def _values(release: Release, kpis: Mapping[str, Kpi]) -> dict[Key, list[Released]]:
    return released(pl.read_parquet(release.folder / "public" / "kpi_value.parquet"), kpis)


def _released(row: Mapping[str, Any], kind: str) -> Released:
    parts = row["numerator"], row["denominator"]
    value = None if row["value"] is None else exact_value(kind, row["value"], *parts)
    return Released(
        row["period_type"],
        row["period"],
        row["base_period"],
        value,
        Message(row["printed_zh"], row["printed_en"]) if row["printed_zh"] else None,
        row["note"],
        is_withheld=value is None and row["conf_status"] in ("N", "C"),
        is_full=None not in parts and parts[0] == parts[1],
    )


def _areas(release: Release) -> dict[str, str]:
    """Return the names of the release's areas in both languages; a city is no area of a district's figures."""
    areas = pl.read_parquet(release.folder / "public" / "area.parquet").filter(pl.col("area_type") != "city")
    district = release.facts["district"]
    return {
        row[name]: "" if row["area_code"] == district else row["area_code"]
        for row in areas.iter_rows(named=True)
        for name in ("name_zh", "name_en")
        if row[name]
    }
