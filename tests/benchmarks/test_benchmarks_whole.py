"""A city's run goes on where it was stopped, and no cost of a finished district is lost."""

import json
from pathlib import Path

from benchmarks.floor import work
from benchmarks.measuring import Sample
from benchmarks.whole import Progress, Watch, floors
from sample.city import Plan, write_city

MIB = 2**20


def finish(homes: Path, code: str, state: str = "CHECKED") -> None:
    logs = homes / code / "logs"
    logs.mkdir(parents=True, exist_ok=True)
    said = json.dumps({"build": "B", "state": state, "blocked": []})
    (logs / "louyu.log").write_text(f"2026-01-02 03:04:09,000 INFO {said}\n", encoding="utf-8")


def test_the_cost_is_kept_whenever_a_district_is_finished(tmp_path: Path) -> None:
    file = tmp_path / "progress.json"
    progress = Progress.of(file)
    assert progress.finished == []
    watch = Watch(progress, tmp_path / "homes", ["110101", "110102", "110103"])
    samples = [Sample(100 + second, second / 2, (second + 1) * MIB) for second in range(40)]
    watch.look(samples)
    assert not file.exists()
    finish(tmp_path / "homes", "110102")
    watch.look(samples)
    # killed here
    again = Progress.of(file)
    assert again.finished == ["110102"]
    assert again.cost == {"wall_s": 39, "cpu_s": 19.5, "peak_mib": 40, "sessions": 1}
    again.conclude({"wall_s": 60.0, "cpu_s": 90.5, "peak_mib": 30.0, "finished": ["110101", "110103"]})
    whole = Progress.of(file)
    assert sorted(whole.finished) == ["110101", "110102", "110103"]
    assert whole.cost == {"wall_s": 99, "cpu_s": 110, "peak_mib": 40, "sessions": 2}


def test_a_district_is_looked_at_now_and_then_and_is_finished_once(tmp_path: Path) -> None:
    watch = Watch(Progress.of(tmp_path / "progress.json"), tmp_path / "homes", ["110101", "110102"])
    finish(tmp_path / "homes", "110101")
    samples = [Sample(float(number), 0.0, MIB) for number in range(39)]
    watch.look(samples)
    assert watch.finished == []
    watch.look([*samples, samples[-1]])
    finish(tmp_path / "homes", "110102", "BLOCKED")
    watch.look([*samples, samples[-1]])
    assert watch.finished == ["110101"]
    finish(tmp_path / "homes", "110102")
    watch.look([*samples, samples[-1]])
    assert watch.finished == ["110101", "110102"]


def test_the_floor_of_a_city_is_that_of_each_of_its_districts(tmp_path: Path) -> None:
    write_city(tmp_path / "city", Plan(districts=2, fraction=0.003))
    floors(tmp_path / "city", tmp_path / "floors")
    told = {path.stem: json.loads(path.read_bytes())["figures"] for path in (tmp_path / "floors").iterdir()}
    assert set(told) == {"110101", "110102"}
    assert told["110102"] == len(work(tmp_path / "city" / "110102").figures)
