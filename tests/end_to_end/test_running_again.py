"""A second run is harmless, a past cut gives the figures of that day, and two writers wait for each other."""

import json
import subprocess
import sys
from decimal import Decimal

from louyu_home import Louyu, stamps
from small_city import SmallCity

from common.files import write_json


def test_running_and_publishing_again_makes_nothing_new(copied: Louyu) -> None:
    [before] = copied.json("release", "list")
    deliveries = copied.json("deliveries")
    figures = copied.query("select * from published.kpi_vintage order by all")
    again = copied.call("run", "--format", "json", "--lang", "en")
    assert "the figures that were computed stand" in again.stderr
    record = json.loads(again.stdout)
    assert record["release_id"] == before["release_id"]
    copied.call("release", "publish", record["release_id"], "--simulated")
    assert copied.json("deliveries") == deliveries
    assert [row["release_id"] for row in copied.json("release", "list")] == [before["release_id"]]
    assert copied.query("select * from published.kpi_vintage order by all") == figures


def test_before_a_correction_the_figures_are_those_of_that_day(copied: Louyu) -> None:
    decided = copied.home.decisions.read_bytes()
    record = copied.json("run", "--as-of", "2023-09-30", "--known-at", "2023-11-12")
    assert copied.home.decisions.read_bytes() == decided
    copied.call("release", "publish", record["release_id"], "--simulated")
    found = copied.query(
        """select kpi_id, value from published.kpi_value where area_code = '110107' and period = '2023-Q3'
        and kpi_id in ('building_tax_total', 'building_tax_district') and breakdown_type = '_T' order by kpi_id"""
    )
    assert found == [
        ("building_tax_district", Decimal("513073773.48")), ("building_tax_total", Decimal("2048909102.35")),
    ]  # fmt: skip
    assert not (copied.home.warehouse / "past").exists() or not any((copied.home.warehouse / "past").iterdir())


def test_an_empty_home_has_nothing_to_say_and_says_so(louyu: Louyu) -> None:
    louyu.home.inbox.mkdir(parents=True)
    record = louyu.json("run")
    assert (record["state"], record["release_id"], record["blocked"]) == ("NO_DATA", None, [])
    assert louyu.json("deliveries") == []
    log = (louyu.home.logs / "louyu.log").read_text(encoding="utf-8")
    assert "recording arrivals" in log
    assert '"state": "NO_DATA"' in log


def test_a_missing_inbox_is_named(louyu: Louyu) -> None:
    assert str(louyu.home.inbox) in louyu.call("run", code=1).stderr


def test_a_second_writer_says_for_whom_it_waits_and_then_works(louyu: Louyu) -> None:
    louyu.home.inbox.mkdir(parents=True)
    words = [sys.executable, "-m", "cli.main", "run", "--lang", "en", "--home", str(louyu.home.root)]
    with louyu.home.writer("louyu run"):
        second = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
        assert second.stderr is not None
        assert "in use by another task: louyu run" in second.stderr.readline()
        assert second.poll() is None
    assert second.wait(timeout=300) == 0
    second.stderr.close()


def test_damage_in_the_home_is_named_with_the_step_that_met_it(copied: Louyu) -> None:
    victim = sorted(copied.home.rows.glob("feed=B01/*.parquet"))[0]
    victim.write_bytes(b"not a table")
    failed = copied.call("run", "--lang", "en", code=1)
    assert "The run failed: identity" in failed.stderr
    assert "Traceback" not in failed.stderr
    assert "the run failed" in (copied.home.logs / "louyu.log").read_text(encoding="utf-8")


def test_a_table_that_stands_leaves_as_the_same_bytes(copied_city: Louyu, small_city: SmallCity) -> None:
    home = copied_city.home
    [first] = home.candidates.iterdir()
    exported = stamps(home.warehouse / "exported")
    newest = sorted((small_city.inbox / "P01").glob("*.csv"))[-1]
    again = home.inbox / "P01" / f"{newest.stem}_2.csv"
    again.parent.mkdir()
    said = json.loads(newest.with_name(f"{newest.name}.meta.json").read_bytes())
    write_json(again.with_name(f"{again.name}.meta.json"), said | {"version": 2})
    again.write_bytes(b"".join(newest.read_bytes().splitlines(keepends=True)[:-1]))
    second = home.candidates / copied_city.json("run")["build"]
    assert second != first
    for name in ("contribution.parquet", "mart_enterprise_month_tax.parquet"):
        assert (second / name).read_bytes() == (first / name).read_bytes()
    kept = stamps(home.warehouse / "exported")
    assert any("figures.contribution" in path.name for path in kept.keys() & exported.keys())
    assert all(kept[path] == exported[path] for path in kept.keys() & exported.keys())
