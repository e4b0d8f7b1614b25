"""One more day and one late correction are what they say: held back, delivered last, one row changed."""

import json
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from benchmarks.history import correct, deliver, hold_back, same_rows
from sample.city import Plan, write_city

TOTAL = "全口径税收(元)"


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    """A tiny district of a year."""
    write_city(tmp_path / "city", Plan(districts=1, fraction=0.003))
    return tmp_path / "city" / "110101"


def files(folder: Path) -> set[Path]:
    return {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}


def received(inbox: Path) -> dict[str, datetime]:
    return {
        path.name: datetime.fromisoformat(json.loads(path.read_bytes())["received_at"])
        for path in inbox.glob("*/*.meta.json")
    }


def test_the_last_days_are_held_back_and_come_one_after_another_as_the_newest(inbox: Path, tmp_path: Path) -> None:
    before, stamps = files(inbox), received(inbox)
    days = hold_back(inbox, tmp_path / "later", 2)
    assert [day.name for day in days] == ["20231230", "20231231"]
    held = before - files(inbox)
    assert {path.parts[0] for path in held} == {"H01", "H02"}
    assert len(held) == 8
    for day in days:
        newest = max(received(inbox).values())
        rows = deliver(day, inbox)
        tables = [pl.read_parquet(path) for path in inbox.glob(f"H0*/*_{day.name}.parquet")]
        assert rows == sum(table.height for table in tables) > 0
        own = {stamp for name, stamp in received(inbox).items() if day.name in name}
        assert min(own) > newest
    assert files(inbox) == before
    others = {name: stamp for name, stamp in stamps.items() if not ("20231230" in name or "20231231" in name)}
    assert others.items() <= received(inbox).items()


def test_a_correction_is_the_whole_month_in_a_higher_version_with_one_row_raised(inbox: Path) -> None:
    newest = max(received(inbox).values())
    rows = correct(inbox, 3)
    first, again = sorted((inbox / "T01").glob("*_202309*.csv"))
    old, new = (pl.read_csv(path, infer_schema=False) for path in (first, again))
    assert rows == new.height == old.height
    changed = old.with_columns(new[TOTAL].alias("now")).filter(pl.col(TOTAL) != pl.col("now"))
    assert changed.height == 1
    assert Decimal(changed["now"][0]) - Decimal(changed[TOTAL][0]) == 1_000
    assert old.drop(TOTAL).equals(new.drop(TOTAL))
    said = json.loads(again.with_name(f"{again.name}.meta.json").read_bytes())
    assert (said["version"], said["period"]) == (2, "2023-09")
    assert datetime.fromisoformat(said["received_at"]) > newest


def test_a_correction_after_another_is_of_the_month_before_it(inbox: Path) -> None:
    correct(inbox, 3)
    correct(inbox, 4)
    assert [path.name.rpartition("_202")[2] for path in sorted((inbox / "T01").glob("*_2.csv"))] == [
        "308_2.csv",
        "309_2.csv",
    ]


def test_files_with_the_same_rows_in_another_order_are_the_same(tmp_path: Path) -> None:
    table = pl.DataFrame({"a": [1, 2, 2], "b": [Decimal("1.5"), None, Decimal("2.5")]})
    one, other = tmp_path / "one.parquet", tmp_path / "other.parquet"
    table.write_parquet(one)
    table.reverse().write_parquet(other)
    assert same_rows(one, other)
    table.with_columns(pl.col("a").replace(1, 2)).write_parquet(other)
    assert not same_rows(one, other)
    table.head(2).write_parquet(other)
    assert not same_rows(one, other)
    assert not same_rows(one, tmp_path / "none.parquet")
