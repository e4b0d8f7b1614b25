"""Dagster's own folder in a home: what it must say so that its pages are of use."""

from pathlib import Path

import dagster as dg
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
