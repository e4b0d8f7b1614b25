"""A peer has what it made as its result, or why it did not finish; it never takes more than it may."""

import sys
import time
from decimal import Decimal
from pathlib import Path

import pytest
from small_city import SmallCity

from benchmarks.floor import Floor, compare
from benchmarks.floor.counting import Key, Value
from benchmarks.measuring import LimitPassedError, Limits, measure
from benchmarks.peers import comparing
from benchmarks.peers.comparing import measure_peer
from benchmarks.peers.figures import read, write

SLEEPS = "import subprocess, time; print(subprocess.Popen(['sleep', '60']).pid, flush=True); time.sleep(60)"
GROWS = "held = bytearray(400 << 20)\nimport time; time.sleep(60)"


def test_what_takes_too_long_is_ended_with_its_children(tmp_path: Path) -> None:
    with pytest.raises(LimitPassedError, match="min") as passed:
        measure([sys.executable, "-c", SLEEPS], tmp_path / "log", limits=Limits(seconds=1))
    assert 1 <= passed.value.cost.wall < 30
    child = Path("/proc") / (tmp_path / "log").read_text(encoding="utf-8").strip()
    assert not child.exists() or ") Z" in (child / "stat").read_text(encoding="utf-8")


def test_what_takes_too_much_memory_is_ended(tmp_path: Path) -> None:
    with pytest.raises(LimitPassedError, match=r"0.2 GiB") as passed:
        measure([sys.executable, "-c", GROWS], tmp_path / "log", limits=Limits(memory=0.2 * 2**30))
    assert passed.value.cost.memory > 200


def test_a_peer_beyond_its_limit_has_that_as_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "python_of", lambda *_: Path(sys.executable))
    began = time.monotonic()
    outcome = measure_peer("pandas", tmp_path, tmp_path, tmp_path / "work", Limits(seconds=0.01))
    assert time.monotonic() - began < 30
    record = outcome.record
    assert (record["status"], record["reason"][:10]) == ("not finished", "more than ")
    assert record["wall_s"] > 0


def test_a_peer_that_fails_has_that_as_its_result(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparing, "python_of", lambda *_: Path(sys.executable))
    outcome = measure_peer("pandas", tmp_path / "110101", tmp_path, tmp_path / "work")
    assert outcome.unfinished.startswith("failed: ")
    assert outcome.record["reason"] == outcome.unfinished


def test_figures_leave_an_environment_whole(tmp_path: Path) -> None:
    key = Key("building_tax_total", "110101", "_T", "_T", "2023-01")
    exact = Value(Decimal("0.12500000"), Decimal("1.00"), Decimal("8"))
    done = Floor({key: exact, key._replace(base_period="2022-01"): Value(None)}, {"T01": (2, 1)})
    write(done, tmp_path / "figures.json")
    assert read(tmp_path / "figures.json").figures == done.figures
    assert read(tmp_path / "figures.json").rows == done.rows


def test_pandas_makes_every_figure_of_the_pipeline(small_city: SmallCity) -> None:
    pytest.importorskip("pandas")
    pytest.importorskip("great_expectations")
    from benchmarks.peers.pandas_gx.work import work

    compared = compare(work(small_city.inbox), small_city.louyu.home.root)
    assert [one for one in compared if not one.agrees] == []
    assert len({one.key.kpi for one in compared if one.pipeline and one.pipeline.value is not None}) >= 10
