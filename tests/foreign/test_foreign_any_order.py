"""The same deliveries, answers and corrections give the same warehouse, in any order, under any name, however often."""

import csv
import json
import random
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
from foreign_files import configure, deliver
from foreign_world import SHANGHAI, TaxRow, World, draw

from common.answers import Answer, find_choice
from common.clock import parse_moment
from common.contracts import feeds
from common.home import Home
from common.ledger import Ledger
from common.supplements import DELIVERY, FILE, ROW
from dagster_project.run import Run
from ingest.raw.inbox import arrivals
from review.standing import standings

SEED = 5
LATE = "A01"
"""The feed of which one file comes late."""


@dataclass(frozen=True)
class Arrived:
    """One delivery as it lies in the sender's folder: a file or a folder of pages, and its sidecar."""

    feed: str
    path: Path

    @property
    def delivery_id(self) -> str:
        """The id under which it will be known."""
        folder = self.path.parent.parent
        return next(one.landing(folder).id for one in arrivals(folder) if one.path == self.path)

    def into(self, inbox: Path, name: str | None = None) -> None:
        """Drop it into an inbox, under another name where one is given; what it says of itself stays."""
        target = inbox / self.feed / (name or self.path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if self.path.is_dir() else shutil.copy2)(self.path, target)
        beside = self.path.with_name(self.path.name + ".meta.json")
        said = json.loads(beside.read_text(encoding="utf-8"))
        target.with_name(target.name + ".meta.json").write_text(json.dumps(said), encoding="utf-8")


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
    choice = find_choice(feeds()["T01"], "B-PER-01", "数据")
    assert choice is not None
    answer = Answer(asked.delivery_id, "B-PER-01", choice, "数据", "张三", parse_moment("2025-03-10"))
    row = next(row for row in world.taxes if row.month == corrected)
    key = f"uscc={row.uscc};tax_type={row.kind};treasury_month={corrected};voucher_no={row.number}"
    found_value, value = (f"{fen / 100:.2f}" for fen in (row.total, row.total + 555_500))
    correction = f"T01,{key},amount_total,{found_value},{value},录入错误,财政局,ACTIVE"
    return Sent(tuple(found), (answer,), correction)


@dataclass(frozen=True)
class Taxes:
    """Writes months of tax anew, in the plainest form."""

    folder: Path
    world: World

    def send(
        self, name: str, month: str, received: str, *, version: int = 0, period: str | None = None, rows: int = 10_000,
        first: str | None = None, mends: Arrived | None = None, change: Callable[[int], int] = int,
    ) -> Arrived:  # fmt: skip
        """Drop a month with its amounts changed; ``first`` is what its first row says instead of an amount."""
        who = {one.uscc: one.name for one in self.world.enterprises}

        def line(number: int, row: TaxRow) -> Sequence[object]:
            amount = f"{change(row.total) / 100:.2f}" if number or first is None else first
            cells = (
                row.uscc,
                who[row.uscc],
                row.kind,
                month,
                row.period_end or "",
                amount,
                row.refunds or "",
                row.number,
            )
            return (*cells, mends.delivery_id, mends.path.name, "2") if mends else cells

        header = ("uscc", "taxpayer_name", "tax_type", "treasury_month", "tax_period_end", "amount_total", "orig_ref",
                  "voucher_no", *((DELIVERY, FILE, ROW) if mends else ()))  # fmt: skip
        chosen = [row for row in self.world.taxes if row.month == month][:rows]
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *(line(number, row) for number, row in enumerate(chosen))])
        said = {"received_at": f"{received}T09:00:00+08:00", "version": version, "period": period}
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps(said), encoding="utf-8")
        return Arrived("T01", path)


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
        for _feed, _reports in run.parse(feeds()):
            pass
        run.resolve()
        run.load()
        run.transform()
        assert run.failed_models() == []
        candidate = run.export()
        run.close()
    figures = pl.read_parquet(candidate / "figure.parquet").sort("figure_key")
    statuses = {one.delivery.id: one.status for one in standings(home)}
    return Built(candidate.name, figures, facts(home), statuses)


def facts(home: Home) -> dict[str, pl.DataFrame]:
    """Every table of core and cut, in an order of its own, without addresses: they hold the names of files."""
    found = {}
    with duckdb.connect(str(home.warehouse / "louyu.duckdb"), read_only=True) as connection:
        query = "select table_schema, table_name from information_schema.tables where table_schema in ('core', 'cut')"
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


def test_deliveries_and_answers_processed_in_any_order_and_batches_give_the_same_warehouse(
    sent: Sent, at_once: Built, tmp_path: Path
) -> None:
    shuffled = random.Random(SEED).sample(sent.arrived, len(sent.arrived))
    half = len(shuffled) // 2
    again = built(tmp_path, sent, [shuffled[:half], shuffled[half:]])
    assert differing(again, at_once) == []
    assert again.figures.equals(at_once.figures)
    assert again.build == at_once.build


def test_names_and_repetitions_change_nothing(sent: Sent, at_once: Built, tmp_path: Path) -> None:
    some = random.Random(SEED).sample(sent.arrived, len(sent.arrived) // 3)
    again = built(tmp_path, sent, [sent.arrived, some], rename=True)
    assert differing(again, at_once) == []
    assert again.figures.equals(at_once.figures)


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
    assert all("activity" in kpi for kpi in kpis), kpis
    of_activities = {"dlv_scope", "fct_activity", "cur_activity", "cur_delivery", "cur_delivery_month"}
    assert set(differing(early, at_once)) <= of_activities
