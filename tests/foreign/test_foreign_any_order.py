"""The same deliveries give the same figures, in whatever order, how often and under what names they came."""

import json
import random
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest
from foreign_files import configure, deliver
from foreign_world import SHANGHAI, draw

from common.contracts import feeds
from common.home import Home
from dagster_project.run import Run

SEED = 5
LATE = "A01"
"""The feed of which one file comes late."""


@dataclass(frozen=True)
class Arrived:
    """One delivery as it lies in the sender's folder: a file or a folder of pages, and its sidecar."""

    feed: str
    path: Path

    def into(self, inbox: Path, name: str | None = None) -> None:
        """Drop it into an inbox, under another name where one is given; what it says of itself stays."""
        target = inbox / self.feed / (name or self.path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if self.path.is_dir() else shutil.copy2)(self.path, target)
        beside = self.path.with_name(self.path.name + ".meta.json")
        said = json.loads(beside.read_text(encoding="utf-8"))
        target.with_name(target.name + ".meta.json").write_text(json.dumps(said), encoding="utf-8")


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> list[Arrived]:
    """The deliveries of a small district, each with a sidecar that says when it came and which version it is."""
    inbox = tmp_path_factory.mktemp("sent")
    deliver(draw(SHANGHAI, SEED, buildings=29, enterprises=120), inbox)
    found = []
    for folder in sorted(path for path in inbox.iterdir() if path.name in feeds()):
        for number, path in enumerate(sorted(folder.iterdir())):
            if path.name.endswith(".meta.json"):
                continue
            beside = path.with_name(path.name + ".meta.json")
            said = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
            said = {"received_at": f"2024-01-{number % 28 + 1:02d}T09:00:00+08:00", "version": 0, **said}
            beside.write_text(json.dumps(said), encoding="utf-8")
            found.append(Arrived(folder.name, path))
    return found


def built(home: Home, inbox: Path, batches: Iterable[Iterable[Arrived]], *, rename: bool = False) -> pl.DataFrame:
    """Take in batch after batch, each with a run of its own, and return the figures of the last."""
    configure(SHANGHAI, home.config)
    for number, batch in enumerate(batches):
        for place, arrived in enumerate(batch):
            arrived.into(inbox, f"renamed {number} {place}{arrived.path.suffix}" if rename else None)
        run = Run(home, inbox)
        run.land()
        for feed in feeds():
            run.parse(feed)
        run.resolve()
        run.load()
        run.transform()
        assert run.failed_models() == []
        candidate = run.export()
        run.close()
    return pl.read_parquet(candidate / "figure.parquet").sort("figure_key")


@pytest.fixture(scope="module")
def at_once(sent: list[Arrived], tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    folder = tmp_path_factory.mktemp("at_once")
    return built(Home(folder / "home"), folder / "inbox", [sent])


def test_deliveries_processed_in_any_order_and_batches_give_the_same_figures(
    sent: list[Arrived], at_once: pl.DataFrame, tmp_path: Path
) -> None:
    shuffled = random.Random(SEED).sample(sent, len(sent))
    half = len(sent) // 2
    again = built(Home(tmp_path / "home"), tmp_path / "inbox", [shuffled[:half], shuffled[half:]])
    assert again.equals(at_once)


def test_names_and_repetitions_change_nothing(sent: list[Arrived], at_once: pl.DataFrame, tmp_path: Path) -> None:
    some = random.Random(SEED).sample(sent, len(sent) // 3)
    again = built(Home(tmp_path / "home"), tmp_path / "inbox", [sent, some], rename=True)
    assert again.equals(at_once)


def test_a_late_file_changes_only_the_figures_of_its_feed(
    sent: list[Arrived], at_once: pl.DataFrame, tmp_path: Path
) -> None:
    late = min((one for one in sent if one.feed == LATE), key=lambda one: one.path.name)
    early = built(Home(tmp_path / "home"), tmp_path / "inbox", [[one for one in sent if one != late]])
    key = ["kpi_id", "area_code", "breakdown_type", "breakdown_code", "period", "base_period", "basis"]
    terms = [*key, "value", "numerator", "denominator"]
    changed = pl.concat(
        [
            early.select(terms).join(at_once.select(terms), on=terms, how="anti", nulls_equal=True),
            at_once.select(terms).join(early.select(terms), on=terms, how="anti", nulls_equal=True),
        ]
    )
    kpis = set(changed["kpi_id"])
    assert kpis
    assert all("activity" in kpi for kpi in kpis), kpis
