"""What is measured is told as it was: exponents, parts of a run, and the page that shows them."""

import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.city import begun_parts, summed_up
from benchmarks.fitting import fit_growth
from benchmarks.measuring import Cost, Measured, Sample, measure
from benchmarks.performance_page import write_page

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


def measured(rows: int) -> dict[str, Any]:
    floor = {"wall_s": rows / 1e5, "cpu_s": rows / 1e5, "peak_mib": 100 + rows / 1e4, "stages": {"read": 1.0}}
    part = {"wall_s": 20 + rows / 4e4, "cpu_s": 15 + rows / 5e4, "peak_mib": 900 + rows / 1e3}
    return {"rows": rows, "figures": 5_000, "floor": floor, "pipeline": {**part, "parts": {"dbt": part}}}


def test_the_page_shows_each_size_and_says_that_it_is_simulated(tmp_path: Path) -> None:
    machine = {"cpus": 2, "memory_gib": 8, "python": "3.11", "polars": "2", "duckdb": "1", "load_before": 0.5}
    report = {"measured_on": "2026-01-02", "rounds": 3, "machine": machine, "kpis": ["building_tax_total"]}
    summed = summed_up([measured(rows) for rows in ROWS])
    write_page(report | summed, tmp_path / "page.md", tmp_path / "img")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert summed["marginal"]["wall_s"] == pytest.approx(2.5)
    assert summed["sizes"][0]["ratio"]["wall_s"] == pytest.approx(202.5)
    assert all(f"{rows:,}" in page for rows in ROWS)
    assert "模拟数据" in page
    drawn = sorted((tmp_path / "img").iterdir())
    assert len(drawn) == 4
    assert all("模拟数据 simulated data" in one.read_text(encoding="utf-8") for one in drawn)
    assert all(f"(img/{one.name})" in page for one in drawn)
