"""A difference between two releases is the sum of its causes, to the last place, whatever the builds between gave."""

import tempfile
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish.columns import KEY, SAME
from publish.differences import PARTS, Step, behind, different, taken_apart
from publish.shelf import Release

_MONEY = pl.Decimal(38, 8)
_SCHEMA = dict.fromkeys((*KEY, "unit", "conf_status", "figure_key"), pl.String) | {"value": _MONEY}
Values = Mapping[str, str | None]


def rows(values: Values, **other: Any) -> pl.DataFrame:
    """One district figure for each KPI."""
    plain = {name: "x" for name in KEY if name not in ("base_period", "caliber")}
    told = [
        plain | {"kpi_id": kpi, "figure_key": kpi, "unit": "元", "conf_status": "F" if value else "N",
                 "value": None if value is None else Decimal(value)} | other
        for kpi, value in values.items()
    ]  # fmt: skip
    return pl.DataFrame(told, schema=_SCHEMA)


def release(
    folder: Path, published: pl.DataFrame, computed: pl.DataFrame | None = None,
    drift: Mapping[str, str | None] | None = None, weight: int = 1,
) -> Release:  # fmt: skip
    """A release that published and computed some figures; ``drift`` gives the reason of each that it carried."""
    public, sealed = folder / "public", folder / "sealed"
    public.mkdir(parents=True)
    sealed.mkdir()
    published.drop("figure_key").write_parquet(public / "kpi_value.parquet")
    (published if computed is None else computed).write_parquet(sealed / "figure.parquet")
    pl.DataFrame({"kpi_id": ["k", "m"], "feeds": ["T01|B01", "A01"]}).write_parquet(sealed / "kpi.parquet")
    pl.DataFrame({"kpi_id": ["k"], "weight": [weight]}).write_parquet(sealed / "kpi_term.parquet")
    edges = {"kpi_id": pl.String, "derived_from": pl.String}
    pl.DataFrame(schema=edges).write_parquet(sealed / "kpi_edge.parquet")
    carried = rows(dict.fromkeys(drift or {})).with_columns(
        pl.Series("reason", list((drift or {}).values()), pl.String)
    )
    carried.write_parquet(sealed / "drift.parquet")
    return Release(folder, {}, ())


def parts(a: Release, b: Release, steps: Sequence[Step]) -> dict[str, dict[str, Any]]:
    found = taken_apart(different(a, b), a, b, steps)
    return {row["kpi_id"]: {name: row[name] for name in ("difference", *PARTS)} for row in found.to_dicts()}


def test_each_step_of_the_chain_gives_its_cause_what_it_adds(tmp_path: Path) -> None:
    a, b = release(tmp_path / "a", rows({"k": "100"})), release(tmp_path / "b", rows({"k": "137"}))
    steps = [Step(cause, rows({"k": value})) for cause, value in
             (("code", "101"), ("definition", "99"), ("late_data", "130"), ("source_correction", "137"))]  # fmt: skip
    assert parts(a, b, steps)["k"] == {"difference": 37, "code": 1, "definition": -2, "late_data": 31,
                                       "source_correction": 7}  # fmt: skip


def test_what_code_adds_to_a_kpi_that_is_defined_anew_is_definition(tmp_path: Path) -> None:
    a, b = release(tmp_path / "a", rows({"k": "1"})), release(tmp_path / "b", rows({"k": "5"}), weight=2)
    found = parts(a, b, [Step("code", rows({"k": "4"})), Step("late_data", rows({"k": "5"}))])["k"]
    assert (found["code"], found["definition"], found["late_data"]) == (0, 3, 1)


def test_another_version_of_the_definition_is_the_same_figure_revised(tmp_path: Path) -> None:
    a = release(tmp_path / "a", rows({"k": "1"}, definition_version="1.0", caliber="FED"))
    b = release(tmp_path / "b", rows({"k": "2"}, definition_version="2.0", caliber="DERIVED"))
    [row] = different(a, b).to_dicts()
    assert (row["value_a"], row["value_b"], row["definition_version_a"]) == (1, 2, "1.0")


def test_the_drift_of_a_carried_figure_falls_to_its_reason(tmp_path: Path) -> None:
    a = release(tmp_path / "a", rows({"k": "100"}), rows({"k": "103"}), {"k": "LATE_DATA"})
    b = release(tmp_path / "b", rows({"k": "110"}))
    found = parts(a, b, [Step("source_correction", rows({"k": "110"}))])["k"]
    assert (found["late_data"], found["source_correction"], found["difference"]) == (3, 7, 10)


@pytest.mark.parametrize(("before", "after"), [("5", None), (None, "5")])
def test_what_one_side_withholds_is_listed_without_a_difference(
    before: str | None, after: str | None, tmp_path: Path
) -> None:
    a, b = release(tmp_path / "a", rows({"k": before})), release(tmp_path / "b", rows({"k": after}))
    assert parts(a, b, [])["k"] == dict.fromkeys(("difference", *PARTS))


def test_what_only_one_release_has_is_listed_and_what_both_withhold_is_not(tmp_path: Path) -> None:
    a = release(tmp_path / "a", rows({"k": "5", "n": None}))
    b = release(tmp_path / "b", rows({"m": "6", "n": None}))
    found = {row["kpi_id"]: (row["conf_status_a"], row["conf_status_b"]) for row in different(a, b).to_dicts()}
    assert found == {"k": ("F", None), "m": (None, "F")}


_VALUES = st.none() | st.decimals(-10_000, 10_000, places=8).map(str)


@given(st.lists(st.tuples(st.sampled_from(PARTS), _VALUES), max_size=6), st.lists(_VALUES.filter(bool), min_size=2,
       max_size=2), st.lists(_VALUES, min_size=2, max_size=2),
       st.sampled_from([None, "LATE_DATA", "ERROR", "DEFINITION", "SOURCE_CORRECTION"]))  # fmt: skip
def test_the_parts_sum_to_the_difference(
    chain: list[tuple[str, str | None]], published: list[str], computed: list[str | None], reason: str | None
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        a, b = (
            release(Path(folder) / name, rows({"k": value}), rows({"k": own}), {"k": reason} if value != own else {})
            for name, value, own in zip("ab", published, computed, strict=True)
        )
        for found in parts(a, b, [Step(cause, rows({"k": value})) for cause, value in chain]).values():
            assert sum(found[name] for name in PARTS) == found["difference"]


def test_a_change_touches_the_figures_of_its_feed_and_a_decision_all(tmp_path: Path) -> None:
    a, b = (release(tmp_path / name, rows({"k": value, "m": value})) for name, value in (("a", "1"), ("b", "2")))
    for one in (a, b):
        windows = [pl.lit(None, pl.Date).alias(f"{base}window_{end}_on") for base in ("", "base_")
                   for end in ("start", "end")]  # fmt: skip
        figures = pl.read_parquet(one.sealed / "figure.parquet").with_columns(windows)
        figures.write_parquet(one.sealed / "figure.parquet")
        kpi = pl.read_parquet(one.sealed / "kpi.parquet").with_columns(
            kind=pl.lit("level"), change_of=pl.lit(None, pl.String)
        )
        kpi.write_parquet(one.sealed / "kpi.parquet")
        (one.sealed / "context.json").write_text('{"as_of": "2023-09-30"}')
        terms = pl.DataFrame({"kpi_id": ["k"], "measure_id": ["q"], "timing": ["IN"]})
        terms.write_parquet(one.sealed / "kpi_term.parquet")
        scopes = {"feed": pl.String, "scope_on": pl.Date, "delivery_id": pl.String, "known_to": pl.Date}
        pl.DataFrame(schema=scopes).write_parquet(one.sealed / "dlv_scope.parquet")
        atoms = {"measure_id": pl.String, "calendar": pl.String, "atom_on": pl.Date, "street_code": pl.String,
                 "delivery_id": pl.String, "row_cnt": pl.Int64}  # fmt: skip
        pl.DataFrame(schema=atoms).write_parquet(one.sealed / "figure_source.parquet")
        known = {"delivery_id": pl.String, "feed": pl.String, "received_at": pl.String}
        pl.DataFrame(schema=known).write_parquet(one.sealed / "delivery.parquet")
    changes = [{"id": "T01-9", "feed": "T01"}, {"id": "A01-9", "feed": "A01"}, {"id": "parameter", "feed": None}]
    assert behind(different(a, b), a, b, changes) == {0: [0, 2], 1: [1, 2]}


def test_figures_are_told_apart_by_all_that_makes_them() -> None:
    assert set(KEY) - set(SAME) == {"caliber", "definition_version"}
