"""Dagster publishes what people signed, when it is due, and holds no key (SPEC 4.2)."""

import os
from datetime import timedelta
from pathlib import Path

import dagster as dg
import pytest
from release_making import Office, small_release

import dagster_project.publishing as publishing
from common.clock import now
from common.home import Home
from dagster_project.definitions import build_definitions
from publish.life.acts import publish_release
from publish.life.states import ROLES
from publish.shelf import read_release


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(Home(tmp_path / "home"))


def test_what_is_not_signed_by_four_is_not_asked_for(office: Office) -> None:
    office.sign(small_release(office.home, "R1"), *ROLES[:3])
    assert publishing.requests(str(office.home.root)) == []


def test_a_signed_release_is_asked_for_once_and_published_by_the_job(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    [request] = publishing.requests(str(office.home.root))
    assert request.run_key == publishing.requests(str(office.home.root))[0].run_key
    assert publishing.publish_job.execute_in_process(run_config=request.run_config).success
    assert read_release(release.folder).state == "PUBLISHED"
    assert publishing.requests(str(office.home.root)) == []


def test_a_release_under_embargo_is_asked_for_when_its_time_has_come(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.sign(small_release(office.home, "R1"))
    publish_release(office.home, "R1", at=now() + timedelta(hours=1))
    assert publishing.requests(str(office.home.root)) == []
    monkeypatch.setattr(publishing, "now", lambda: now() + timedelta(hours=1))
    assert len(publishing.requests(str(office.home.root))) == 1


def test_the_job_does_not_sign(office: Office) -> None:
    release = small_release(office.home, "R1")
    config = {"ops": {"publish_signed": {"config": {"home": str(office.home.root), "release_id": "R1"}}}}
    assert not publishing.publish_job.execute_in_process(run_config=config, raise_on_error=False).success
    assert read_release(release.folder).state == "CHECKED"


def test_the_sensor_is_off_until_the_office_turns_it_on(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    sensor = build_definitions().resolve_sensor_def("signed_releases")
    assert sensor.default_status is dg.DefaultSensorStatus.STOPPED
    office.sign(small_release(office.home, "R1"))
    monkeypatch.setitem(os.environ, "LOUYU_HOME", str(office.home.root))
    with dg.build_sensor_context() as context:
        found = sensor.evaluate_tick(context)
    assert [request.job_name or publishing.PUBLISH for request in found.run_requests or []] == [publishing.PUBLISH]
