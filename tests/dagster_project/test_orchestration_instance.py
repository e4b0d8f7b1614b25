"""Dagster's own folder in a home: what it must say so that its pages are of use."""

import shutil
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.run_coordinator import DefaultRunCoordinator

from common.home import Home
from dagster_project.launch import prepare_instance


def test_a_run_started_from_the_pages_waits_for_no_daemon(tmp_path: Path) -> None:
    folder = prepare_instance(Home(tmp_path))
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert isinstance(instance.run_coordinator, DefaultRunCoordinator)


def test_the_pages_report_nothing_to_anybody(tmp_path: Path) -> None:
    folder = prepare_instance(Home(tmp_path))
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        assert not instance.telemetry_enabled


@dg.asset(check_specs=[dg.AssetCheckSpec("holds", asset="figures")])
def figures():  # type: ignore[no-untyped-def]
    """Stand for what a run makes."""
    check = dg.AssetCheckResult(passed=True, check_name="holds")
    return dg.MaterializeResult(metadata={"rows": 7}, check_results=[check])


def made(folder: Path) -> tuple[list[str], object]:
    """Run an asset in an instance; return what its log tells, read by another instance, and what is known of it."""
    job = dg.Definitions(assets=[figures], jobs=[dg.define_asset_job("all")]).resolve_job_def("all")
    quiet = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        run_id = job.execute_in_process(instance=instance, run_config=quiet).run_id
    with dg.DagsterInstance.from_config(str(folder)) as other:
        told = [str(event.dagster_event_type) for event in other.all_logs(run_id)]
        event = other.get_latest_materialization_event(dg.AssetKey("figures"))
        materialized = event.asset_materialization if event else None
        assert materialized is not None
        return told, materialized.metadata["rows"].value


def test_the_log_whose_connections_are_kept_tells_what_dagsters_own_tells(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    (own / "dagster.yaml").write_text("telemetry: {enabled: false}\n", encoding="utf-8")
    answers = []
    for folder in (own, prepare_instance(Home(tmp_path))):
        monkeypatch.setenv("DAGSTER_HOME", str(folder))
        answers.append(made(folder))
    assert answers[0] == answers[1]
    assert answers[0][1] == 7


def test_the_history_of_many_runs_moves_with_its_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = prepare_instance(Home(tmp_path / "before"))
    monkeypatch.setenv("DAGSTER_HOME", str(before))
    for _ in range(6):
        made(before)
    shutil.move(before.parent, tmp_path / "after")
    after = prepare_instance(Home(tmp_path / "after"))
    monkeypatch.setenv("DAGSTER_HOME", str(after))
    with dg.DagsterInstance.from_config(str(after)) as instance:
        runs = instance.get_runs()
        assert [len(instance.all_logs(run.run_id)) > 5 for run in runs] == [True] * 6
    assert not (tmp_path / "before").exists()


def test_what_somebody_changed_in_dagsters_settings_stays(tmp_path: Path) -> None:
    config = prepare_instance(Home(tmp_path)) / "dagster.yaml"
    config.write_text("telemetry: {enabled: true}\n", encoding="utf-8")
    prepare_instance(Home(tmp_path))
    assert config.read_text(encoding="utf-8") == "telemetry: {enabled: true}\n"
