"""Who reads what: no column or grain above an audience's class is in its file (DESIGN 2.7; SPEC 0.1a)."""

import json
from pathlib import Path

import duckdb
import polars as pl
import pytest
from louyu_home import Louyu

from common.contracts import PROJECT
from publish.dictionary_page import dictionary_page

CLASSES = {"OFFICE": {"S1", "S2"}, "TAX": {"S1", "S2", "S3"}}
AMOUNTS = {"M", "B", "I"}
"""Classes of KPIs that tell of what single payers paid."""


@pytest.fixture(scope="module")
def candidate(quarter: Louyu) -> Path:
    [found] = quarter.home.candidates.iterdir()
    return found


def read(quarter: Louyu, audience: str) -> dict[str, pl.DataFrame]:
    with duckdb.connect(str(quarter.home.internal / f"{audience.lower()}.duckdb"), read_only=True) as connection:
        names = [row[0] for row in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: connection.execute(f"select * from internal.{name}").pl() for name in names}


@pytest.mark.parametrize("audience", ["OFFICE", "TAX"])
def test_every_internal_table_says_whom_it_is_for(quarter: Louyu, audience: str) -> None:
    with duckdb.connect(str(quarter.home.internal / f"{audience.lower()}.duckdb"), read_only=True) as connection:
        comments = connection.execute("select table_name, comment from duckdb_tables()").fetchall()
    assert comments
    assert {comment for _, comment in comments} == {f"audience: {audience}"}


@pytest.mark.parametrize("audience", ["OFFICE", "TAX"])
def test_a_mart_has_the_columns_that_its_audience_may_see(quarter: Louyu, candidate: Path, audience: str) -> None:
    marts = {mart["name"]: mart for mart in json.loads((candidate / "marts.json").read_text(encoding="utf-8"))}
    shown = {name: frame for name, frame in read(quarter, audience).items() if name in marts}
    assert {name for name, mart in marts.items() if mart["audience"] == audience} == set(shown)
    for name, frame in shown.items():
        classes = {column["name"]: column["class"] for column in marts[name]["columns"]}
        assert {classes[column] for column in frame.columns} <= CLASSES[audience], name


def test_the_office_reads_no_amount_of_single_payers(quarter: Louyu, candidate: Path) -> None:
    kpi = pl.read_parquet(candidate / "kpi.parquet")
    amounts = set(kpi.filter(pl.col("sdc_class").is_in(AMOUNTS))["kpi_id"]) - set(
        kpi.filter(audience="OFFICE")["kpi_id"]
    )
    for name, frame in read(quarter, "OFFICE").items():
        assert not [column for column in frame.columns if column.endswith(("_yuan", "_fen"))], name
        if "kpi_id" in frame.columns:
            assert not amounts & set(frame["kpi_id"]), name


def test_buildings_stay_inside(quarter: Louyu) -> None:
    for table in ("kpi_value", "kpi_vintage"):
        assert quarter.query(f"select count(*) from published.{table} where area_type = 'building'") == [(0,)]
    office, tax = read(quarter, "OFFICE")["building_figure"], read(quarter, "TAX")["building_figure"]
    assert set(office["area_type"]) == set(tax["area_type"]) == {"building"}
    assert set(office["audience"]) == {"OFFICE"}
    assert set(tax["audience"]) == {"TAX"}


@pytest.mark.parametrize("audience", ["OFFICE", "TAX"])
def test_every_internal_column_is_described_in_both_languages(quarter: Louyu, audience: str) -> None:
    tables = read(quarter, audience)
    said = tables["dictionary"]
    columns = {(name, column) for name, frame in tables.items() for column in frame.columns}
    assert set(said.select("table_name", "column_name").iter_rows()) == columns
    assert said.filter((pl.col("meaning_zh") == "") | (pl.col("meaning_en") == "")).is_empty()


def test_the_data_dictionary_page_is_what_the_data_say(quarter: Louyu, candidate: Path) -> None:
    page = (PROJECT / "docs" / "data-dictionary.md").read_text(encoding="utf-8")
    assert page == dictionary_page(quarter.home.published / "louyu.duckdb", candidate), "run `make dictionary`"
