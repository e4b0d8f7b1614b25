"""The inbox sensor asks for one run for each set of files that has come to rest, and opens none (DESIGN 2.5)."""

import json
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from common.home import Home
from dagster_project.arriving import QUIET, inbox_sensor
from dagster_project.jobs import EVERYTHING
from ingest.landing import land
from ingest.raw import inbox

LONG_AGO = time.time() - 10 * QUIET.total_seconds()


@dataclass
class Watch:
    """A home that the sensor looks at, and Dagster's memory of it."""

    home: Home
    instance: dg.DagsterInstance
    cursor: str | None = None
    asked: list[str] = field(default_factory=list)

    def drop(self, name: str, content: str = "甲,1\n", *, at: float = LONG_AGO, **sidecar: str) -> Path:
        """A file that was changed at a moment, with what its sender says if anything."""
        path = self.home.inbox / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
        os.utime(path, (at, at))
        if sidecar:
            self.drop(f"{name}{inbox.SIDECAR_SUFFIX}", json.dumps(sidecar), at=at)
        return path

    def tick(self) -> list[str]:
        """Let the sensor look once and return the keys of the runs that it asks for."""
        with dg.build_sensor_context(instance=self.instance, cursor=self.cursor) as context:
            found = inbox_sensor.evaluate_tick(context)
        self.cursor, self.said = found.cursor, found.skip_message
        return [str(request.run_key) for request in found.run_requests or []]

    def ticks(self, count: int = 3) -> list[str]:
        return [key for _ in range(count) for key in self.tick()]

    def run(self) -> None:
        """What a run does with the inbox."""
        with self.home.writer("a run"):
            land(self.home, self.home.inbox)


@pytest.fixture
def watch(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Watch]:
    monkeypatch.setenv("LOUYU_HOME", str(tmp_path / "home"))
    with dg.DagsterInstance.ephemeral() as instance:
        yield Watch(Home(tmp_path / "home"), instance)


def test_the_sensor_is_off_until_the_office_turns_it_on() -> None:
    assert inbox_sensor.default_status is dg.DefaultSensorStatus.STOPPED


def test_a_home_without_an_inbox_asks_for_nothing(watch: Watch) -> None:
    assert watch.ticks() == []
    assert watch.said == "nothing is new"


def test_a_set_is_asked_for_once_after_two_ticks_that_see_the_same(watch: Watch) -> None:
    watch.drop("T01/税收.csv", received_at="2023-10-10T09:00:00")
    watch.drop("B01/楼宇.csv")
    assert watch.tick() == []
    with dg.build_sensor_context(instance=watch.instance, cursor=watch.cursor) as context:
        [request] = inbox_sensor.evaluate_tick(context).run_requests or []
    assert request.run_config == {"resources": {"run": {"config": {"home": str(watch.home.root)}}}}
    assert inbox_sensor.job_name == EVERYTHING
    assert watch.tick() == [request.run_key]
    assert watch.ticks() == []
    watch.run()
    assert watch.ticks() == []
    watch.drop("T01/更正.csv")
    [second] = watch.ticks()
    assert second != request.run_key


def test_what_still_grows_or_was_changed_a_moment_ago_is_waited_for(watch: Watch) -> None:
    for size in range(1, 4):
        watch.drop("T01/税收.csv", "甲,1\n" * size)
        assert watch.tick() == []
    fresh = watch.drop("T01/税收.csv", at=time.time())
    watch.drop("B01/楼宇.csv")
    assert watch.ticks() == []
    assert watch.said == "files are still arriving"
    os.utime(fresh, (LONG_AGO, LONG_AGO))
    assert len(watch.ticks()) == 1


def test_a_time_that_is_still_to_come_holds_nothing_up_for_ever(watch: Watch) -> None:
    watch.drop("T01/税收.csv", at=time.time() + 10**6)
    assert len(watch.ticks()) == 1


def test_a_pull_is_waited_for_until_its_last_page_is_at_rest(watch: Watch) -> None:
    for page in (1, 2):
        watch.drop(f"H01/20230405T1200/page_{page}.json", '{"total": 3, "page": 1, "rows": []}')
        assert watch.tick() == []
    last = watch.drop("H01/20230405T1200/page_3.json", "{}", at=time.time())
    assert watch.ticks() == []
    os.utime(last, (LONG_AGO, LONG_AGO))
    assert len(watch.ticks()) == 1


def test_what_is_recorded_already_is_not_asked_for_whatever_became_of_the_cursor(watch: Watch) -> None:
    watch.drop("T01/税收.csv", received_at="2023-10-10T09:00:00", period="2023-09")
    watch.drop("H01/20230405T1200/page_1.json", '{"total": 0, "page": 1, "rows": []}')
    watch.run()
    assert watch.ticks() == []
    for lost in (None, "", "no JSON", '["another", "form"]', '{"home": 1}'):
        watch.cursor = lost
        assert watch.ticks() == []


def test_a_set_whose_cursor_was_lost_has_the_key_that_it_had(watch: Watch) -> None:
    watch.drop("T01/税收.csv")
    [first] = watch.ticks()
    watch.cursor = None
    assert watch.ticks() == [first]


def test_other_bytes_under_the_name_and_size_of_recorded_ones_are_asked_for(watch: Watch) -> None:
    watch.drop("T01/税收.csv", "甲,1\n", received_at="2023-10-10T09:00:00")
    watch.run()
    assert watch.ticks() == []
    # nothing dates the bytes but the file itself
    watch.drop("T01/税收.csv", "甲,2\n", at=time.time() + 10**6, received_at="2023-10-10T09:00:00")
    assert len(watch.ticks()) == 1


def test_a_sidecar_is_asked_for_when_it_claims_what_nobody_claimed(watch: Watch) -> None:
    watch.drop("T01/税收.csv")
    watch.run()
    watch.drop("T01/税收.csv", sender="区财政局")
    assert watch.ticks() == []
    watch.drop("T01/税收.csv", sender="区财政局", period="2023-09")
    assert len(watch.ticks()) == 1


def test_while_a_run_works_the_next_set_waits(watch: Watch) -> None:
    watch.drop("T01/税收.csv")
    with watch.home.writer("louyu run"):
        assert watch.ticks() == []
        assert "louyu run" in str(watch.said)
    assert len(watch.tick()) == 1


def test_while_a_run_is_about_to_begin_the_next_set_waits(watch: Watch) -> None:
    @dg.job(name=EVERYTHING)
    def everything() -> None:
        pass

    begun = watch.instance.create_run_for_job(everything, status=dg.DagsterRunStatus.STARTING)
    watch.drop("T01/税收.csv")
    assert watch.ticks() == []
    assert watch.said == "a run is about to begin"
    watch.instance.report_run_canceled(begun)
    assert len(watch.tick()) == 1


def test_of_a_city_one_district_is_asked_for_at_a_time(watch: Watch) -> None:
    for code in ("110102", "110107"):
        watch.drop(f"../{code}/inbox/T01/税收.csv")
    first, second = (Home(watch.home.root / code) for code in ("110102", "110107"))
    assert watch.tick() == []
    assert len(watch.tick()) == 1
    land(first, first.inbox)
    assert len(watch.ticks()) == 1
    land(second, second.inbox)
    assert watch.ticks() == []


def test_files_are_not_opened_and_their_names_are_not_kept(watch: Watch, monkeypatch: pytest.MonkeyPatch) -> None:
    def opened(path: Path) -> str:
        raise AssertionError(path)

    monkeypatch.setattr(inbox, "file_digest", opened)
    watch.drop("T01/张三13800138000.csv")
    keys = watch.ticks()
    assert "张三" not in f"{keys}{watch.cursor}"
    assert keys
