"""What a run gave on a day is what it gives when it is asked for that day later, whatever arrived since (SPEC 0.3).

Which deliveries come late is drawn (drawn.py); the seed is in the message of a failure.
"""

import random
from datetime import datetime
from pathlib import Path

import polars as pl
from computing import computed
from drawn import SEED
from foreign_files import configure, deliver
from foreign_sent import Arrived, Taxes, sent_from
from foreign_world import SHANGHAI, draw

from common.clock import parse_moment
from common.home import Home
from dagster_project.run import Run

FIRST_DAY = "2025-01-31T00:00:00+08:00"


def figures(home: Home, inbox: Path, known_at: datetime | None = None) -> tuple[str, pl.DataFrame]:
    """Run over what lies in the inbox and return the build and every figure that it left, of buildings too."""
    run = Run(home, inbox, known_at=known_at)
    run.land()
    candidate = computed(run)
    run.tidy()
    parts = [pl.read_parquet(candidate / name) for name in ("figure.parquet", "building_figure.parquet")]
    return candidate.name, pl.concat(parts, how="diagonal").sort("figure_key")


def late_and_early(sent: list[Arrived], rng: random.Random) -> tuple[list[Arrived], list[Arrived]]:
    """Let some deliveries come late, but of each feed the first in time, without which there is no district."""
    first = {one.feed: one for one in reversed(sent)}
    late = [one for one in sent if one is not first[one.feed] and rng.random() < 0.3]
    return late, [one for one in sent if one not in late]


def test_a_run_of_a_past_day_gives_that_days_figures(tmp_path: Path, key_file: Path) -> None:
    rng = random.Random(SEED)
    drop, home, inbox = tmp_path / "sent", Home(tmp_path / "home"), tmp_path / "inbox"
    world = draw(SHANGHAI, SEED, buildings=29, enterprises=120)
    deliver(world, drop)
    taxes = Taxes(drop / "T01", world)
    for number, month in enumerate(rng.sample(SHANGHAI.months[4:10], 2)):
        taxes.send(f"again{number}", month, f"2025-02-0{number + 1}", version=3, change=lambda fen: fen + 12_345)
    again, sent = [], []
    for one in sent_from(drop):
        (again if one.path.stem.startswith("again") else sent).append(one)
    late, early = late_and_early(sent, rng)
    configure(SHANGHAI, home.config)
    first_day = parse_moment(FIRST_DAY)
    for one in early:
        one.into(inbox)
    _, before = figures(home, inbox, first_day)
    # what the office decides later is not known on the first day either
    (home.config / "parameter.csv").write_text("name,value\ntax.attribution,treasury_month_end\n", encoding="utf-8")
    for one in late:
        one.received("2025-02-10T09:00:00+08:00")
    for one in [*late, *again]:
        one.into(inbox)
    _, after = figures(home, inbox)
    _, then = figures(home, inbox, first_day)
    assert then.equals(before), f"DRAWN_SEED={SEED}"
    assert not after.equals(before), f"DRAWN_SEED={SEED}"
