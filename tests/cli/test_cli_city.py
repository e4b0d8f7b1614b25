"""``louyu run`` over a city's inbox: a run and a home for each district, whatever becomes of the others."""

from pathlib import Path

import pytest
from louyu_home import Louyu

from cli.city import CityOutcome, districts_in
from cli.output import Lang, Speaker
from common.home import Home
from common.machine import memory, threads, warehouse_memory, warehouse_threads


@pytest.mark.parametrize(
    ("folders", "districts"),
    [(("110101", "110105"), ["110101", "110105"]), (("T01", "B01"), []), (("T01", "110105"), []),
     (("110105", "notes"), ["110105"]), ((), [])],
    ids=["a city", "a district", "a district with an odd folder", "a city with an odd folder", "empty"],
)  # fmt: skip
def test_a_city_is_told_by_its_folders(tmp_path: Path, folders: tuple[str, ...], districts: list[str]) -> None:
    for name in folders:
        (tmp_path / name).mkdir()
    assert list(districts_in(tmp_path)) == districts


def test_what_stops_one_district_stops_no_other(tmp_path: Path) -> None:
    for code in ("110101", "110102"):
        (tmp_path / "inbox" / code).mkdir(parents=True)
    city = Louyu(Home(tmp_path / "home"))
    city.home.root.mkdir()
    (city.home.root / "110101").write_text("no folder", encoding="utf-8")
    said = city.json("run", "--inbox", str(tmp_path / "inbox"), code=1)["districts"]
    assert list(said) == ["110101", "110102"]
    assert said["110101"]["error"]
    assert said["110102"]["state"] == "NO_DATA"
    told = CityOutcome(said).lines(Speaker(Lang.EN))
    assert [line.split()[0] for line in told] == ["110101", "110102"]


def test_the_warehouse_spills_before_the_machine_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOUYU_WAREHOUSE_MEMORY", raising=False)
    one, two = (int(warehouse_memory(runs).removesuffix("MiB")) for runs in (1, 2))
    assert 0 < 2 * two <= one + 1 <= memory() / 3 / 2**20 + 1
    monkeypatch.setenv("LOUYU_WAREHOUSE_MEMORY", "512MiB")
    assert warehouse_memory(4) == "512MiB"


def test_runs_side_by_side_share_the_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("LOUYU_WAREHOUSE_THREADS", raising=False)
    assert [warehouse_threads(runs) for runs in (1, threads(), 99 * threads())] == [threads(), 1, 1]
    monkeypatch.setenv("LOUYU_WAREHOUSE_THREADS", "3")
    assert warehouse_threads(4) == 3
