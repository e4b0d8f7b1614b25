"""The same deliveries, answers and corrections give the same warehouse, in any order, under any name, however often."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from computing import computed
from foreign_files import configure, deliver
from foreign_sent import Arrived, Taxes, sent_from
from foreign_world import SHANGHAI, draw

from common.answers import Answer, find_choice
from common.clock import parse_moment
from common.contracts import feeds
from common.home import Home
from common.ledger import Ledger
from dagster_project.run import Run
from review.standing import standings

SEED = 5
LATE = "A01"
"""The feed of which one file comes late."""


@dataclass(frozen=True)
class Sent:
    """What departments sent, and what the office said about it."""

    arrived: tuple[Arrived, ...]
    answers: tuple[Answer, ...]
    correction: str
    """The line of config/correction.csv."""


@dataclass(frozen=True)
class Built:
    """What a build left: its id, its figures, and the rows of core and cut."""

    build: str
    figures: pl.DataFrame
    facts: dict[str, pl.DataFrame]
    statuses: dict[str, str]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Sent:
    """The deliveries of a small district, each with a sidecar that says when it came and which version it is.

    Beside what came well there are months sent again, one that waits for an answer and one that was answered, a row
    that was mended, and a value that the office corrects.
    """
    inbox = tmp_path_factory.mktemp("sent")
    world = draw(SHANGHAI, SEED, buildings=29, enterprises=120)
    deliver(world, inbox)
    taxes = Taxes(inbox / "T01", world)
    corrected, first, second, third, fourth = SHANGHAI.months[5:10]
    taxes.send("again", first, "2025-03-01", version=3, change=lambda fen: fen + 100)
    asked = taxes.send("answered", second, "2025-03-02", version=3, period=first, change=lambda fen: fen + 200)
    taxes.send("asks", third, "2025-03-03", version=3, period=first, change=lambda fen: fen + 300)
    waiting = taxes.send("waits", fourth, "2025-03-04", version=3, first="一千余")
    taxes.send("mended", fourth, "2025-03-05", rows=1, first="1234.56", mends=waiting)
    found = sent_from(inbox)
    choice = find_choice(feeds()["T01"], "B-PER-01", "数据")
    assert choice is not None
    answer = Answer(asked.delivery_id, "B-PER-01", choice, "数据", "张三", parse_moment("2025-03-10"))
    row = next(row for row in world.taxes if row.month == corrected)
    key = f"uscc={row.uscc};tax_type={row.kind};treasury_month={corrected};voucher_no={row.number}"
    found_value, value = (f"{fen / 100:.2f}" for fen in (row.total, row.total + 555_500))
    correction = f"T01,{key},amount_total,{found_value},{value},录入错误,财政局,ACTIVE"
    return Sent(tuple(found), (answer,), correction)


def built(folder: Path, sent: Sent, batches: Iterable[Iterable[Arrived]], *, rename: bool = False) -> Built:
    """Take in batch after batch, each with a run of its own; the answers are given after the first."""
    home, inbox = Home(folder / "home"), folder / "inbox"
    configure(SHANGHAI, home.config)
    head = "feed,row_key,column_name,found_value,value,reason,provider,status"
    (home.config / "correction.csv").write_text(f"{head}\n{sent.correction}\n", encoding="utf-8")
    for number, batch in enumerate(batches):
        for place, arrived in enumerate(batch):
            arrived.into(inbox, f"renamed {number} {place}{arrived.path.suffix}" if rename else None)
        run = Run(home, inbox)
        run.land()
        if number == 0:
            Ledger(home.ledger).add(answer.event() for answer in sent.answers)
        candidate = computed(run)
    figures = pl.read_parquet(candidate / "figure.parquet").sort("figure_key")
    statuses = {one.delivery.id: one.status for one in standings(home)}
    return Built(candidate.name, figures, facts(home), statuses)


def facts(home: Home) -> dict[str, pl.DataFrame]:
    """Every table of core and cut, in an order of its own, without addresses: they hold the names of files."""
    found = {}
    with duckdb.connect(str(home.warehouse / "louyu.duckdb"), read_only=True) as connection:
        # what a build had to make anew depends on what was there before
        query = """select table_schema, table_name from information_schema.tables
            where table_schema in ('core', 'cut') and table_name <> 'cur_build_scope'"""
        for schema, name in connection.execute(query).fetchall():
            told = f"select columns(c -> c not in ('row_id', 'activity_key', 'path')) from {schema}.{name} order by all"
            found[name] = connection.execute(told).pl()
    return found


def differing(one: Built, other: Built) -> list[str]:
    """The tables in which two builds differ."""
    return sorted(name for name in one.facts if not one.facts[name].equals(other.facts[name]))


@pytest.fixture(scope="module")
def at_once(sent: Sent, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return built(tmp_path_factory.mktemp("at_once"), sent, [sent.arrived])


def test_what_was_sent_holds_every_kind_of_event(sent: Sent, at_once: Built) -> None:
    assert set(at_once.statuses.values()) == {"ACCEPTED", "HELD"}
    assert at_once.statuses[sent.answers[0].delivery_id] == "ACCEPTED"
    receipts = at_once.facts["cur_tax_receipt"]
    assert receipts.filter(pl.col("total_fen") == 123_456).height == 1
    assert receipts.filter(pl.col("total_fen") == round(float(sent.correction.split(",")[4]) * 100)).height == 1


def test_any_order_batches_names_and_repetitions_give_the_same_warehouse(
    sent: Sent, at_once: Built, tmp_path: Path
) -> None:
    rng = random.Random(SEED)
    shuffled = rng.sample(sent.arrived, len(sent.arrived))
    half, repeated = len(shuffled) // 2, rng.sample(shuffled, len(shuffled) // 3)
    again = built(tmp_path, sent, [shuffled[:half], shuffled[half:] + repeated], rename=True)
    assert differing(again, at_once) == []
    assert again.figures.equals(at_once.figures)
    assert again.build == at_once.build


def test_a_late_file_changes_only_the_figures_of_its_feed(sent: Sent, at_once: Built, tmp_path: Path) -> None:
    late = min((one for one in sent.arrived if one.feed == LATE), key=lambda one: one.path.name)
    early = built(tmp_path, sent, [[one for one in sent.arrived if one != late]])
    key = ["kpi_id", "area_code", "breakdown_type", "breakdown_code", "period", "base_period", "basis"]
    terms = [*key, "value", "numerator", "denominator"]
    was, now = (one.figures.select(terms) for one in (early, at_once))
    changed = pl.concat([was.join(now, on=terms, how="anti", nulls_equal=True),
                         now.join(was, on=terms, how="anti", nulls_equal=True)])  # fmt: skip
    kpis = set(changed["kpi_id"])
    assert kpis
    of_delivering = {"feed_completeness", "feed_timeliness", "quarantine_rate"}  # say how files arrived, this one too
    assert all("activity" in kpi for kpi in kpis - of_delivering), kpis
    of_activities = {"dlv_scope", "fct_activity", "cur_activity", "cur_sign_in", "cur_delivery", "cur_delivery_month"}
    assert set(differing(early, at_once)) <= of_activities
