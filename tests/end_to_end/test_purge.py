"""Once raw files are destroyed, everything goes on from the pseudonymised rows (SPEC 4.1; SURFACE, Home)."""

import json
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from louyu_home import Louyu


@pytest.fixture
def purged(copied_city: Louyu) -> tuple[Louyu, list[dict[str, Any]]]:
    """A district without its raw files, under a contract and code that have changed since they were read."""
    done = copied_city.json("purge", "--older-than", "0")
    for path in copied_city.home.rows.glob("*/*.json"):
        report = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps(report | {"parse_key": "of other code"}), encoding="utf-8")
    return copied_city, done


def figures(louyu: Louyu, build: str) -> pl.DataFrame:
    frame = pl.read_parquet(louyu.home.candidates / build / "figure.parquet")
    return frame.drop("build_id", strict=False).sort(pl.all().exclude(pl.List))


def raw_files(louyu: Louyu) -> list[Path]:
    return [path for path in louyu.home.raw.rglob("*") if path.is_file() and path.suffix != ".json"]


def test_builds_explanations_and_releases_go_on(purged: tuple[Louyu, list[dict[str, Any]]]) -> None:
    louyu, done = purged
    assert {row["state"] for row in done} == {"PURGED"}
    assert raw_files(louyu) == []
    [before] = [path.name for path in louyu.home.candidates.iterdir()]
    published = louyu.query("select * from published.kpi_value order by all")
    explained = louyu.json("explain", "building_tax_total", "--period", "2023-Q3")
    build = louyu.json("run")["build"]
    assert figures(louyu, build).equals(figures(louyu, before))
    again = louyu.json("explain", "building_tax_total", "--period", "2023-Q3")
    assert again["figures"][0]["deliveries"] == explained["figures"][0]["deliveries"]
    assert louyu.query("select * from published.kpi_value order by all") == published
