"""The benchmark keeps what it has, whatever fails, and says so with its exit code."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import city
from benchmarks.measuring import Cost
from benchmarks.peers.comparing import Outcome
from benchmarks.running import RunFailedError


def measured(rows: int, differing: int = 0) -> dict[str, Any]:
    cost = {"wall_s": rows / 1e3, "cpu_s": rows / 1e3, "peak_mib": 500.0}
    run = {**cost, "parts": {"dbt": cost, "gates": cost}, "dbt_tests_s": 1.0, "build": "B"}
    floor = {**cost, "stages": {"read": 1.0}}
    told = {"fraction": rows / 1e6, "rows": rows, "rounds": 1, "kpis": ["tax"], "figures": 5, "differing": differing}
    return {**told, "pipeline": run, "floor": floor}


def does_the_work(peer: str, *_: Path) -> dict[str, Any]:
    """Stand for a peer that finishes, or for PostgreSQL, which does not."""
    limit = "more than 30 min" if peer == "postgres" else ""
    return Outcome(peer, Cost(1801.0 if limit else 90.0, 1.0, 1.0), unfinished=limit).record


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[int, dict[str, Any]]]:
    """Run the command without what takes long, and return its exit code and the numbers."""

    def size(_: Path, fraction: float, __: int) -> dict[str, Any]:
        return measured(round(fraction * 1e6), differing=int(fraction == 0.5))

    def fails(*_: object) -> dict[str, Any]:
        raise RunFailedError("a delivery was held")

    monkeypatch.setattr(city, "measured_size", size)
    monkeypatch.setattr(city, "measured_history", fails)
    monkeypatch.setattr(city, "measured_city", lambda _, districts, fraction: {
        **measured(round(districts * fraction * 1e6)), "districts": districts, "fraction": fraction,
    })  # fmt: skip
    monkeypatch.setattr(city, "measure_city", does_the_work)

    def run(*words: str) -> tuple[int, dict[str, Any]]:
        code = city.main([*words, "--out", str(tmp_path)])
        file = tmp_path / "bench.json"
        return code, json.loads(file.read_text(encoding="utf-8")) if file.exists() else {}

    return run


def test_what_fails_stops_no_other_part_and_loses_no_number(
    bench: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, numbers = bench("--only", "history,sizes", "--sizes", "0.2,0.1")
    assert code == 1
    assert [one["rows"] for one in numbers["sizes"]] == [100_000, 200_000]
    assert "a delivery was held" in capsys.readouterr().err
    assert "200,000" in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_a_part_is_measured_again_beside_the_numbers_of_the_others(
    bench: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    assert bench("--only", "sizes", "--sizes", "0.1")[0] == 0
    code, numbers = bench("--only", "sizes", "--sizes", "0.3")
    assert (code, [one["rows"] for one in numbers["sizes"]]) == (0, [100_000, 300_000])
    assert bench("--page-only") == (0, numbers)


def test_a_figure_that_differs_fails_the_benchmark_and_is_on_the_page(
    bench: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path
) -> None:
    code, numbers = bench("--only", "sizes", "--sizes", "0.1,0.5")
    assert (code, len(numbers["sizes"])) == (1, 2)
    assert "| 5 | 1 |" in (tmp_path / "performance.md").read_text(encoding="utf-8")


def test_a_peer_that_does_not_finish_is_not_asked_for_more(
    bench: Callable[..., tuple[int, dict[str, Any]]],
) -> None:
    code, numbers = bench("--only", "peers")
    told = {
        (one["name"].split()[0], one["rows"]): (one["status"], one["reason"], one["wall_s"]) for one in numbers["peers"]
    }
    assert (code, told) == (0, {
        ("pandas", 800_000): ("finished", "", 90.0),
        ("pandas", 3_200_000): ("finished", "", 90.0),
        ("dbt-postgres", 800_000): ("not finished", "more than 30 min", 1801.0),
        ("dbt-postgres", 3_200_000): ("not finished", "more than 30 min at 800,000 rows already", 0.0),
    })  # fmt: skip


def test_nothing_measured_is_no_page(bench: Callable[..., tuple[int, dict[str, Any]]], tmp_path: Path) -> None:
    assert bench("--only", "history") == (1, {})
    assert not (tmp_path / "performance.md").exists()


def test_an_unknown_part_is_a_usage_error(bench: Callable[..., tuple[int, dict[str, Any]]]) -> None:
    with pytest.raises(SystemExit, match="2"):
        bench("--only", "floor")
