"""What is measured is told as it was: exponents, costs, and the parts of a run."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.fitting import fit_growth
from benchmarks.measuring import Cost, Measured, Sample, measure
from benchmarks.running import begun_parts, dbt_tests, logged_parts, median, results

ROWS = [10_000, 40_000, 100_000, 500_000, 1_000_000]


@given(st.floats(0.001, 1_000), st.floats(0.1, 2))
def test_the_exponent_of_a_power_is_found(factor: float, exponent: float) -> None:
    found = fit_growth(ROWS, [factor * rows**exponent for rows in ROWS])
    assert found.exponent == pytest.approx(exponent, abs=1e-6)
    assert found.factor == pytest.approx(factor, rel=1e-5)


def test_what_is_fixed_is_told_apart_from_what_rows_cost() -> None:
    found = fit_growth(ROWS, [30 + 12 * rows / 1e6 for rows in ROWS])
    assert (found.fixed, found.per_million) == (pytest.approx(30), pytest.approx(12))
    assert found.exponent < 0.2


def test_scatter_moves_the_fit_and_is_told() -> None:
    found = fit_growth([1, 10, 100], [1, 20, 100])
    assert found.exponent == pytest.approx(1)
    assert found.explained < 1


def test_one_size_has_no_exponent() -> None:
    with pytest.raises(ValueError, match="two different sizes"):
        fit_growth([5, 5], [1, 2])


def test_a_run_is_divided_at_the_moments_at_which_its_parts_begin() -> None:
    mib = 2**20
    samples = [Sample(100 + second, second / 2, (second + 1) * mib) for second in range(11)]
    parts = Measured(Cost(10, 5, 11), samples, "").parts([("ingest", 102.0), ("dbt", 105.0), ("ingest", 109.0)])
    assert parts == {"start": Cost(2, 1, 3), "ingest": Cost(4, 2, 11), "dbt": Cost(4, 2, 10)}


def test_the_log_of_a_home_says_when_parts_begin() -> None:
    log = (
        "2026-01-02 03:04:05,250 INFO 登记收件 / recording arrivals\n"
        "2026-01-02 03:04:06,000 INFO 已读取 T01 / T01 is read\n"
        "2026-01-02 03:04:07,500 INFO 计算指标(dbt) / computing figures (dbt)\n"
    )
    begun = datetime(2026, 1, 2, 3, 4, 5, 250_000).timestamp()
    assert list(begun_parts(log)) == [("landing", begun), ("dbt", begun + 2.25)]


def test_a_command_is_measured_with_what_it_starts(tmp_path: Path) -> None:
    inner = "b = bytearray(60 << 20); b[::4096] = b'x' * len(b[::4096]); print('inner')"
    outer = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {inner!r}], check=True)"
    found = measure([sys.executable, "-c", outer], tmp_path / "log")
    assert found.output == "inner\n"
    assert found.cost.memory > 60
    with pytest.raises(subprocess.CalledProcessError):
        measure([sys.executable, "-c", "raise SystemExit(3)"], tmp_path / "log")


def test_the_log_of_a_home_says_what_its_runs_left_behind_and_how_long_each_part_took(tmp_path: Path) -> None:
    log = (
        "2026-01-02 03:04:05,250 INFO 登记收件 / recording arrivals\n"
        "2026-01-02 03:04:07,500 INFO 计算指标(dbt) / computing figures (dbt)\n"
        '2026-01-02 03:04:09,000 INFO {"build": "B", "state": "CHECKED", "blocked": []}\n'
    )
    assert results(tmp_path) == []
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "louyu.log").write_text(log, encoding="utf-8")
    assert [one["build"] for one in results(tmp_path)] == ["B"]
    assert logged_parts(log) == {"landing": {"wall_s": 2.25}, "dbt": {"wall_s": 1.5}}


def test_the_seconds_of_dbt_tests_are_those_of_tests_alone(tmp_path: Path) -> None:
    folder = tmp_path / "warehouse" / "identity" / "B"
    folder.mkdir(parents=True)
    told = [("model", 9.0), ("test", 0.25), ("test", 0.5)]
    nodes = [{"resource_type": kind, "seconds": seconds} for kind, seconds in told]
    (folder / "dbt.json").write_text(json.dumps(nodes), encoding="utf-8")
    assert dbt_tests(tmp_path, "B") == 0.75


def test_a_median_is_taken_of_every_number_however_deep_and_of_nothing_else() -> None:
    rounds = [
        {"wall_s": float(wall), "rows": wall, "build": str(wall), "parts": {"dbt": {"wall_s": wall / 2}}}
        for wall in (1, 9, 4)
    ]
    assert median(rounds) == {"wall_s": 4.0, "rows": 4, "build": "4", "parts": {"dbt": {"wall_s": 2.0}}}
