"""Months that somebody chooses in Dagster are rows of ops.build_scope, one run, and the same figures (DESIGN 2.5)."""

import shutil
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
import pytest
from louyu_home import Louyu, stamps
from small_city import DISTRICT, SmallCity

import warehouse.transform
from common.home import Home
from common.messages import LouyuError
from dagster_project.definitions import build_definitions
from dagster_project.jobs import EVERYTHING, REBUILD
from dagster_project.months import SCOPE, home_asked, months_between, months_of, scope_asset
from dagster_project.run import Run
from warehouse.export import candidate_hash
from warehouse.transform import run_dbt

TWO_DISTRICTS = months_between(["110102", "110107"], date(2022, 1, 1))
YEARS = [f"{year}-{month:02}" for year in (2022, 2023) for month in range(1, 13)]


def chosen(district: str, first: str, last: str) -> dict[str, str]:
    """The tags that a backfill gives to the run of a range: those of its first partition but the key, and the range."""
    job = build_definitions(months=TWO_DISTRICTS).resolve_job_def(REBUILD)
    of_first = job.get_tags_for_partition_key(f"{district}|{first}", selected_asset_keys=None)
    return {name: value for name, value in of_first.items() if name != "dagster/partition"} | {
        "dagster/asset_partition_range_start": f"{district}|{first}",
        "dagster/asset_partition_range_end": f"{district}|{last}",
    }


def ranges(keys: Sequence[str]) -> list[tuple[str, str]]:
    """The runs into which Dagster divides a backfill."""
    subset = TWO_DISTRICTS.subset_with_partition_keys(keys)
    return sorted((one.start, one.end) for one in subset.get_partition_key_ranges(TWO_DISTRICTS))


def test_a_backfill_of_24_months_is_one_run() -> None:
    job = build_definitions(months=TWO_DISTRICTS).resolve_job_def(REBUILD)
    assert job.backfill_policy == dg.BackfillPolicy.single_run()
    assert ranges([f"110107|{month}" for month in YEARS]) == [("110107|2022-01", "110107|2023-12")]
    assert ranges([f"{district}|{month}" for district in ("110102", "110107") for month in YEARS]) == [
        ("110102|2022-01", "110102|2023-12"), ("110107|2022-01", "110107|2023-12"),
    ]  # fmt: skip


def test_only_what_is_asked_for_is_partitioned() -> None:
    definitions = build_definitions(months=TWO_DISTRICTS)
    graph: Any = definitions.resolve_asset_graph()
    assert {key for key in graph.materializable_asset_keys if graph.get(key).is_partitioned} == {SCOPE}
    assert definitions.resolve_job_def(EVERYTHING).partitions_def is None
    assert definitions.resolve_job_def(REBUILD).partitions_def == TWO_DISTRICTS


@pytest.mark.parametrize(
    ("tags", "months"),
    [
        # the pages tell a run of one partition its dimensions too
        ({"": "110107|2023-05", "/district": "110107", "/month": "2023-05"}, ["2023-05"]),
        ({"": "110107|2023-05"}, ["2023-05"]),
        ({}, YEARS),
    ],
)  # fmt: skip
def test_a_partition_is_a_row_of_the_scope_and_asked_for_once(
    tmp_path: Path, tags: dict[str, str], months: list[str]
) -> None:
    home = Home(tmp_path)
    told = {f"dagster/partition{name}": value for name, value in tags.items()}
    told = told or chosen("110107", YEARS[0], YEARS[-1])
    for new in (len(months), 0):
        done = dg.materialize([scope_asset(TWO_DISTRICTS)], resources={"run": Run(home, home.inbox)}, tags=told)
        made = done.asset_materializations_for_node("warehouse__build_scope")
        assert sorted(str(one.partition) for one in made) == [f"110107|{month}" for month in months]
        assert {one.metadata["asked"].value for one in made} == {new}
    assert asked(home, "select month_on from ops.build_scope where district_code = '110107'") == months


def test_a_run_is_of_one_district_and_in_its_home(tmp_path: Path) -> None:
    city = Home(tmp_path)
    for code in ("110102", "110107"):
        (tmp_path / code).mkdir()
    assert home_asked(city, chosen("110107", "2023-01", "2023-02")) == Home(tmp_path / "110107")
    assert home_asked(city, {"dagster/partition": "110102|2023-01"}) == Home(tmp_path / "110102")
    assert home_asked(city, {}) == city
    district = Home(tmp_path / "110107")
    assert home_asked(district, chosen("110107", "2023-01", "2023-02")) == district
    several = chosen("110102", "2023-01", "2023-02") | {"dagster/asset_partition_range_end": "110107|2023-02"}
    with pytest.raises(LouyuError, match="one district"):
        home_asked(city, several)


def test_what_nothing_was_delivered_to_has_no_months(tmp_path: Path) -> None:
    assert months_of(Home(tmp_path)).get_partition_keys() == []


def test_the_months_are_those_of_the_deliveries_of_each_district(quarter: Louyu, tmp_path: Path) -> None:
    found = months_of(quarter.home)
    assert found == months_between(["110107"], date(2022, 1, 1))
    for part in ("ledger", "landing/rows", "landing/findings", "config"):
        if (quarter.home.root / part).exists():
            shutil.copytree(quarter.home.root / part, tmp_path / "110107" / part)
    (tmp_path / "110102").mkdir()
    assert months_of(Home(tmp_path)) == found


def rebuild(home: Home, first: str, last: str) -> dg.ExecuteInProcessResult:
    job = build_definitions(months=months_of(home)).resolve_job_def(REBUILD)
    config = {"resources": {"run": {"config": {"home": str(home.root)}}}}
    return job.execute_in_process(run_config=config, tags=chosen(DISTRICT, first, last), raise_on_error=False)


def asked(home: Home, query: str) -> list[str]:
    with duckdb.connect(str(home.warehouse / "louyu.duckdb"), read_only=True) as connection:
        return sorted(f"{month:%Y-%m}" for (month,) in connection.execute(query).fetchall())


def test_a_backfill_that_dies_is_finished_by_the_next_run_and_reads_nothing_anew(
    copied_city: Louyu, small_city: SmallCity, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = copied_city.home
    before = stamps(home.rows, home.raw)

    def dying(words: list[str], *places: Path) -> None:
        run_dbt([*words, "--select", "+cur_tax_allocation"], *places)
        raise RuntimeError("killed")

    monkeypatch.setattr(warehouse.transform, "run_dbt", dying)
    assert not rebuild(home, "2023-01", "2023-06").success
    assert asked(home, "select month_on from ops.build_scope") == YEARS[12:18]
    monkeypatch.undo()

    done = rebuild(home, "2023-06", "2023-09")
    assert done.success
    [made] = done.asset_materializations_for_node("warehouse__build_scope")[:1]
    assert made.metadata["asked"].value == 3
    assert asked(home, "select month_on from cut.cur_build_scope where reason = 'ASKED'") == YEARS[12:21]
    assert asked(home, "select month_on from ops.build_scope") == []
    assert stamps(home.rows, home.raw) == before
    [build] = [path.name for path in home.candidates.iterdir()]
    assert candidate_hash(home.candidates / build) == candidate_hash(small_city.louyu.home.candidates / build)
