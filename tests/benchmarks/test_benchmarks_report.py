"""The report keeps each number as soon as it is there, and its page says of each bar whether it is met."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks import bars as bars_module
from benchmarks.bars import bars
from benchmarks.floor.omissions import done, omissions
from benchmarks.performance_page import DIFFERING, write_page
from benchmarks.report import Book, comparable_wall, day_shares, differing, marginal, ratios, shares
from common.rules import rules

ROWS = [10_000, 40_000, 100_000, 500_000, 1_000_000]
DOCS = Path(__file__).resolve().parents[2] / "docs"


def cost(wall: float, cpu: float = 1.0, peak: float = 500.0) -> dict[str, float]:
    return {"wall_s": wall, "cpu_s": cpu, "peak_mib": peak}


def run(wall: float, cpu: float = 1.0, peak: float = 500.0) -> dict[str, Any]:
    parts = {
        "dbt": cost(wall * 0.6),
        "disclosure": cost(wall * 0.2),
        "gates": cost(wall * 0.1),
        "release": cost(wall * 0.1),
    }
    return {**cost(wall, cpu, peak), "parts": parts, "dbt_tests_s": wall * 0.1, "build": "B"}


def size(rows: int, **more: Any) -> dict[str, Any]:
    floor = {**cost(rows / 1e5, rows / 1e5, 100 + rows / 1e4), "stages": {"read": 1.0}}
    pipeline = run(20 + rows / 4e4, 15 + rows / 5e4, 900 + rows / 1e3)
    told = {"fraction": rows / 1e6, "rows": rows, "figures": 5_000, "differing": 0, "rounds": 3, "kpis": ["tax"]}
    return {**told, "floor": floor, "pipeline": pipeline, **more}


def history(years: int, day: float) -> dict[str, Any]:
    told = {"fraction": 0.8, "years": years, "rows": years * 1_000, "rounds": 3, "full": run(100.0 * years)}
    return {**told, "day": {"rows": 37, **run(day)}, "correction": {"rows": 900, **run(2 * day)}}


def peer(name: str, wall: float | None, **more: Any) -> dict[str, Any]:
    told = {"districts": 1, "fraction": 0.8, "rows": 3_500_000, "name": name, "status": "finished", "reason": ""}
    made = {"wall_s": wall, "cpu_s": wall, "peak_mib": 900.0, "stages": {}, "compared": 10, "differing": 0}
    return {**told, **made, **more}


@pytest.fixture
def report(tmp_path: Path) -> dict[str, Any]:
    """Everything that can be measured, put into a book and read again."""
    book = Book.begun(tmp_path / "bench.json", is_new=True)
    for rows in reversed(ROWS):
        book.put("sizes", size(rows))
    city = {key: value for key, value in size(70_000_000).items() if key not in ("rounds", "kpis")}
    book.put("cities", city | {"districts": 16, "fraction": 1.0, "pipeline": run(1_000, 1_500, 7_168)})
    book.put("cities", size(3_500_000) | {"districts": 1, "fraction": 0.8, "pipeline": run(100)})
    for years, day in ((1, 6.0), (2, 6.2), (5, 6.6)):
        book.put("history", history(years, day) | ({"alike": 321} if years == 1 else {}))
    book.put("peers", peer("pandas-gx", 900.0))
    book.put("peers", peer("dbt-postgres", 300.0))
    book.put("peers", peer("dbt-postgres", 90.0, districts=4, status="memory", reason="20 GiB"))
    book.put("demo", {**cost(29.0), "rounds": 3})
    return dict(json.loads((tmp_path / "bench.json").read_text(encoding="utf-8")))


def test_each_number_is_in_the_file_at_once_and_a_new_one_takes_the_place_of_its_like(tmp_path: Path) -> None:
    file = tmp_path / "out" / "bench.json"
    book = Book.begun(file, is_new=True)
    assert not file.exists()
    book.put("sizes", size(500_000))
    book.put("sizes", size(10_000))
    book.put("sizes", size(500_000, figures=7))
    kept = json.loads(file.read_text(encoding="utf-8"))
    assert [(one["rows"], one["figures"]) for one in kept["sizes"]] == [(10_000, 5_000), (500_000, 7)]
    Book.begun(file, is_new=False).put("demo", {**cost(40), "rounds": 1})
    again = json.loads(file.read_text(encoding="utf-8"))
    assert (again["sizes"], again["demo"][0]["wall_s"], again["simulated"]) == (kept["sizes"], 40, True)


def test_ratios_and_shares_are_of_what_they_say() -> None:
    one = size(1_000_000)
    assert ratios(one) == {"wall_s": 4.5, "cpu_s": 3.5, "peak_mib": 9.5}
    assert marginal([size(rows) for rows in ROWS]) == {"wall_s": 2.5, "cpu_s": 2.0}
    assert shares(run(100)) == {"gates": 0.2, "gates_s": 20.0, "disclosure": 0.2, "disclosure_s": 20.0}
    assert comparable_wall(run(100)) == pytest.approx(70)
    assert day_shares(history(2, 10.0))["day_wall_s"] == 0.05
    assert day_shares(history(2, 10.0))["correction_wall_s"] == 0.1


def test_every_bar_tells_whether_it_is_met_and_by_how_much(report: dict[str, Any]) -> None:
    found = {bar.en: (bar.is_met, bar.said(bar.measured or 0), bar.verdict) for bar in bars(report)}
    assert found == {
        "whole pipeline beside the floor, wall time": (True, "1.43×", "met by 0.57× 达到"),
        "peak memory, all processes": (False, "7.0 GiB", "missed by 1.0 GiB, 1.2 times 未达到"),
        "gates and dbt's tests, of the build's wall time": (False, "20.0 %", "missed by 5.0 %, 1.3 times 未达到"),
        "one more day, of the full build of the same home": (False, "6.0 %", "missed by 1.0 %, 1.2 times 未达到"),
        "one more day after five years beside after one": (True, "1.10×", "met by 0.10× 达到"),
        "fitted exponent of wall or CPU over rows, the larger": (True, "0.18", "met by 0.87 达到"),
        "faster than pandas with Great Expectations": (True, "9.00×", "met by 4.00× 达到"),
        "faster than dbt on PostgreSQL": (False, "3.00×", "missed by 2.00×, 1.7 times 未达到"),
        "`make run`, warm": (True, "29.0 s", "met by 1.0 s 达到"),
    }


def test_a_missed_bar_has_its_profile_and_a_peer_that_ended_early_is_no_measure(report: dict[str, Any]) -> None:
    found = {bar.id: bar for bar in bars(report)}
    assert found["day"].profile == "dbt 60 %, disclosure 20 %, gates 10 %, release 10 %"
    assert found["postgres"].at == "3,500,000 rows, not finished at 3,500,000 rows"
    report["peers"] = [one for one in report["peers"] if one["status"] != "finished"]
    assert {bar.id: bar.is_met for bar in bars(report)}["postgres"] is None


def test_a_peer_that_took_all_its_time_is_slower_at_least_by_that(report: dict[str, Any]) -> None:
    report["peers"] = [peer("dbt-postgres", 1_801.0, status="not finished", reason="more than 30 min")]
    [found] = [bar for bar in bars(report) if bar.id == "postgres"]
    assert (found.is_met, round(found.measured or 0, 2)) == (True, 18.01)
    assert found.at == "at least, ended for its time at 3,500,000 rows"


def test_reasons_are_of_bars_that_there_are() -> None:
    reasons = yaml.safe_load((Path(bars_module.__file__).parent / "reasons.yml").read_text(encoding="utf-8"))
    assert set(reasons) <= {bar.id for bar in bars({})} | {DIFFERING}
    assert all(set(told) == {"reason", "next"} for told in reasons.values())


def test_what_was_not_measured_is_no_bar_met() -> None:
    assert {bar.is_met for bar in bars({})} == {None}
    few = {bar.en: bar.is_met for bar in bars({"sizes": [size(rows) for rows in ROWS[:4]]})}
    assert few["fitted exponent of wall or CPU over rows, the larger"] is None
    assert few["peak memory, all processes"] is True


def test_a_figure_that_differs_anywhere_is_counted_and_said(report: dict[str, Any], tmp_path: Path) -> None:
    assert differing(report) == 0
    report["cities"][0]["differing"] = 2
    report["sizes"][3]["differing"] = 1
    assert differing(report) == 3
    write_page(report, tmp_path / "page.md", tmp_path / "img")
    assert "* 1 of 5,000 figures of" in (tmp_path / "page.md").read_text(encoding="utf-8")


def test_the_page_shows_what_there_is_and_says_that_it_is_simulated(report: dict[str, Any], tmp_path: Path) -> None:
    write_page(report, tmp_path / "page.md", tmp_path / "img")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert all(f"{rows:,}" in page for rows in [*ROWS, 70_000_000])
    assert "模拟数据" in page
    assert "| pandas-gx | 3,500,000 | 900.0 | 900.0 | 900.0 | 9.0 | 12.9 | 10 | 0 | finished |" in page
    assert "memory: 20 GiB" in page
    assert "321 figures" in page
    drawn = sorted((tmp_path / "img").iterdir())
    assert len(drawn) == 6
    assert all("模拟数据 simulated data" in one.read_text(encoding="utf-8") for one in drawn)
    assert all(f"(img/{one.name})" in page for one in drawn)


def test_what_is_measured_at_a_smaller_part_is_held_against_no_bar(report: dict[str, Any]) -> None:
    told = {
        bar.id: (bar.measured, bar.at) for bar in bars(report) if bar.id in ("day", "history", "pandas", "postgres")
    }
    days = [{**history(years, 90.0), "fraction": 0.02, "rows": years} for years in (1, 5)]
    peers = [{**one, "fraction": ROWS[0] / 1e6, "wall_s": 0.1} for one in report["peers"]]
    mixed = {**report, "history": [*days, *report["history"]], "peers": [*peers, *report["peers"]]}
    assert {bar.id: (bar.measured, bar.at) for bar in bars(mixed) if bar.id in told} == told


@pytest.mark.parametrize("part", ["sizes", "cities", "history", "peers", "demo"])
def test_a_benchmark_that_was_interrupted_has_a_page_too(report: dict[str, Any], part: str, tmp_path: Path) -> None:
    some = {name: report[name] for name in ("machine", "measured_on", part)}
    write_page(some, tmp_path / "page.md", tmp_path / "img")
    page = (tmp_path / "page.md").read_text(encoding="utf-8")
    assert "## The bars" in page
    assert all(f"(img/{one.name})" in page for one in (tmp_path / "img").iterdir())


def test_the_page_in_the_docs_is_that_of_the_numbers_beside_it(tmp_path: Path) -> None:
    numbers = json.loads((DOCS / "bench.json").read_text(encoding="utf-8"))
    write_page(numbers, tmp_path / "performance.md", tmp_path / "img")
    assert (tmp_path / "performance.md").read_text(encoding="utf-8") == (DOCS / "performance.md").read_text(
        encoding="utf-8"
    )
    for drawn in (tmp_path / "img").iterdir():
        assert drawn.read_bytes() == (DOCS / "img" / drawn.name).read_bytes()


def test_every_rule_is_one_that_the_floor_applies_or_one_that_it_leaves_out() -> None:
    left_out = [rule for one in omissions() for rule in one.rules]
    assert sorted([*done(), *left_out]) == sorted(rules())
