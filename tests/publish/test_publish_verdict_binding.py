"""Verdicts are about one candidate: they let no other one through (DESIGN 2.8)."""

import shutil
from pathlib import Path

import polars as pl
import pytest
from louyu_home import Louyu

from common.home import Home
from common.messages import LouyuError
from publish.plan import plan
from publish.release import make_release
from publish.shelf import list_releases
from warehouse.export import candidate_hash


@pytest.fixture
def candidate(quarter: Louyu, tmp_path: Path) -> Path:
    (judged,) = quarter.home.candidates.iterdir()
    return shutil.copytree(judged, tmp_path / judged.name)


def test_a_candidate_that_changed_after_the_gates_spoke_makes_no_release(candidate: Path, tmp_path: Path) -> None:
    figures = pl.read_parquet(candidate / "figure.parquet")
    figures.with_columns(pl.col("value") + 1).write_parquet(candidate / "figure.parquet")
    home = Home(tmp_path / "home")
    with pytest.raises(LouyuError, match="another candidate"):
        make_release(home, candidate, plan(candidate), candidate_hash(candidate))
    assert list_releases(home) == []


def test_an_unchanged_candidate_makes_the_release_that_its_verdicts_let_through(
    candidate: Path, tmp_path: Path
) -> None:
    home = Home(tmp_path / "home")
    made = make_release(home, candidate, plan(candidate), candidate_hash(candidate))
    assert [release.id for release in list_releases(home)] == [made.id]
