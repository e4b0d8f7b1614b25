"""The steps of a run, from the inbox to a release candidate, each harmless to repeat.

Steps hand over files in the home and nothing else, so one of them can be run alone from Dagster's pages.
"""

import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from datetime import date, datetime
from functools import cache, cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from common.clock import BEIJING, stamp
from common.contracts import layouts
from common.deliveries import Report
from common.files import read_json, write_json
from common.home import Home
from common.keys import Pseudonymiser, load_pseudonymiser
from common.ledger import Ledger
from common.machine import threads
from common.memory import Memory
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from identity.areas import Areas
    from identity.keys import Shown
    from identity.resolve import Resolved
    from ingest.workers import Workers
    from publish.plan import Plan
    from publish.shelf import Release
    from warehouse.cut import Cut
    from warehouse.transform import NodeResult

Tell = Callable[[Message], None]
STRUCTURAL_GATES = ("G-KEYS", "G-CONS")
IDENTITY_TABLES = ("xref_enterprise", "xref_building", "quarantine")


@dataclass
class Run:
    """One run over a home: what was asked for, and what its steps took."""

    home: Home
    inbox: Path
    as_of: date | None = None
    known_at: datetime | None = None
    tell: Tell = lambda _: None
    seconds: dict[str, float] = field(default_factory=dict)
    error: LouyuError | None = None
    """What stopped a step, for whoever started the run; Dagster keeps only its text."""
    is_computed: bool = False
    """Whether dbt came to an end in this run, well or not, so that there are results to tell of."""
    made: "Release | None" = None
    """The release that the run left behind."""
    _pool: "Workers | None" = None

    def land(self) -> int:
        """Record and keep what is new in the inbox; returns how many arrivals were new."""
        from ingest.landing import land
        from warehouse.config import configured, sync
        from warehouse.corrections import corrections_of

        with self._part("landing", Message("登记收件", "recording arrivals")):
            # what cannot be understood must not be recorded either
            corrections_of(configured(self.home))
            sync(self.home, Ledger(self.home.ledger))
            return land(self.home, self.inbox, keys=self._keys, pool=self._workers)

    def parse(self, names: Sequence[str]) -> Iterator[tuple[str, list[Report]]]:
        """Parse the deliveries of some feeds that have no outcome yet; gives each feed when it is done."""
        from ingest.landing import parse_feeds

        with self._part("ingest", Message("读取收件", "reading what arrived")):
            for feed, reports in parse_feeds(self.home, names, self._keys, self._workers, self.known_at):
                self.tell(Message(f"已读取 {feed}", f"{feed} is read"))
                yield feed, reports

    @cached_property
    def _keys(self) -> Pseudonymiser:
        keys, notice = load_pseudonymiser(self.home.root)
        if notice:
            self.tell(notice)
        return keys

    def _workers(self) -> "Workers":
        """The child processes that read files, one for each processor."""
        if self._pool is None:
            from ingest.workers import Workers

            self._pool = Workers(threads())
        return self._pool

    def close(self) -> None:
        """End the worker processes."""
        if self._pool is not None:
            self._pool.close()
            self._pool = None

    @cached_property
    def cut(self) -> "Cut":
        """What this run knows, and up to which day."""
        from warehouse.cut import choose_cut

        return choose_cut(self.home, self.as_of, self.known_at)

    @cached_property
    def is_latest(self) -> bool:
        """Whether the cut knows everything that the home knows; a past one builds into a file of its own."""
        from warehouse.cut import choose_cut

        return self.known_at is None or self.cut.known_at >= choose_cut(self.home, self.cut.as_of).known_at

    @property
    def identity(self) -> Path:
        return self.home.warehouse / "identity" / self.cut.build

    @property
    def warehouse(self) -> Path:
        from warehouse.store import warehouse_path

        return warehouse_path(self.home, self.cut, is_latest=self.is_latest)

    @property
    def candidate(self) -> Path:
        return self.home.candidates / self.cut.build

    def resolve(self) -> dict[str, int]:
        """Resolve raw keys to enterprises and buildings; returns how many rows each table of identities has."""
        import polars as pl

        from warehouse.corrections import active_corrections, corrected_files, without_rows, write_corrected

        self.close()
        with self._part("identity", Message("匹配企业与楼宇", "matching enterprises and buildings")):
            corrections = active_corrections(Ledger(self.home.ledger), self.cut.known_at)
            unmet = write_corrected(self.cut.standing, corrections, self.identity, is_latest=self.is_latest)
            if unmet and self.is_latest:
                self.tell(without_rows(unmet))
            if not self._is_whole():
                self._resolved(corrected_files(self.cut.rows_files, self.identity)).write(self.identity)
            made = {name: self.identity / f"{name}.parquet" for name in IDENTITY_TABLES}
            return {name: pl.scan_parquet(file).select(pl.len()).collect().item() for name, file in made.items()}

    def _resolved(self, files: Callable[[str], Sequence[Path]]) -> "Resolved":
        """Resolve the keys in the files of each feed, with what waits at the cut."""
        import polars as pl

        from identity.resolve import Known, resolve
        from review.standing import review_findings
        from warehouse.config import exceptions_at

        exceptions = exceptions_at(Ledger(self.home.ledger), self.cut.known_at)
        resolved = resolve(files, Known(self._shown(), exceptions, self._areas()))
        return replace(resolved, quarantine=pl.concat([resolved.quarantine, review_findings(self.cut.deliveries)]))

    def _areas(self) -> "Areas":
        """Say which district this is, and which are around it."""
        from identity.areas import Areas
        from warehouse.config import areas_at

        known = layouts(self.home.layouts)
        used = {one.delivery.id: known.get(one.report.layout or "") for one in self.cut.standing}
        abroad = [delivery for delivery, layout in used.items() if layout and layout.areas != "district"]
        return Areas.of(areas_at(Ledger(self.home.ledger), self.cut.known_at), self.cut.district, abroad)

    def _shown(self) -> "dict[str, Shown]":
        """Say of each delivery when it was received and which day it shows: what dates a name in it."""
        from identity.keys import Shown

        return {
            known.delivery.id: Shown(
                known.delivery.received_at.astimezone(BEIJING).replace(tzinfo=None),
                (known.order[0], known.delivery.sha256),
                max((date.fromisoformat(day) for _, day in known.report.scopes), default=None),
            )
            for known in self.cut.deliveries
        }

    @cached_property
    def stands(self) -> bool:
        """Whether nothing is to be computed, once the months are known that somebody asks to have made anew."""
        return self._is_whole()

    def _is_whole(self) -> bool:
        """Tell whether this very build was completed before, and is what the warehouse holds."""
        from warehouse.scope import is_completed

        kept = [self.candidate / "context.json", self._tests]
        kept += [self.identity / f"{name}.parquet" for name in IDENTITY_TABLES]
        return all(file.exists() for file in kept) and is_completed(self.warehouse, self.cut.build)

    def ask(self, district: str, months: Sequence[date]) -> int:
        """Ask for months of the home's own build to be made anew; returns how many nobody had asked for yet."""
        from warehouse.scope import ask
        from warehouse.store import WAREHOUSE_FILE

        return ask(self.home.warehouse / WAREHOUSE_FILE, district, months)

    def load(self) -> None:
        """Give dbt its sources."""
        if self.stands:
            return
        from publish.readers import first_published
        from warehouse.store import load_sources

        with self._part("identity", Message("装载数据源", "loading sources")):
            published = first_published(self.home, self.cut.known_at)
            load_sources(self.warehouse, self.home, self.cut, self.identity, published)

    def transform(self) -> list["NodeResult"]:
        """Run the dbt models and their tests; what failed is in the results, which are kept for the gates.

        Where the build stands, all of it does.
        """
        from warehouse.cut import code_digest
        from warehouse.scope import begin, complete
        from warehouse.transform import STANDS, NodeResult, build_words, run_dbt

        if self.stands:
            self.tell(Message("没有新内容,沿用已算好的指标", "nothing is new, the figures that were computed stand"))
            self.is_computed = True
            fields = NodeResult.__dataclass_fields__
            kept = ({name: told[name] for name in fields} for told in read_json(self._tests))
            return [NodeResult(**told | {"message": STANDS}) for told in kept]
        with self._part("dbt", Message("计算指标(dbt)", "computing figures (dbt)")):
            code = code_digest()
            opened = begin(self.warehouse, code)
            rows = sum(one.report.rows_accepted for one in self.cut.standing)
            words, target = build_words(is_known=opened.is_known), self.home.warehouse / "dbt"
            results = run_dbt(words, self.warehouse, target, rows, opened.standing)
            if all(result.status == "success" for result in results if result.resource_type in ("model", "seed")):
                complete(self.warehouse, code, self.cut.build)
        tests = sum(result.resource_type == "test" for result in results)
        made = sum(result.resource_type == "model" and not result.stood for result in results)
        self.tell(
            Message(
                f"dbt:重算 {made} 个模型,{tests} 项检验,{self.seconds['dbt']:.1f} 秒",
                f"dbt: {made} models made, {tests} tests, {self.seconds['dbt']:.1f} s",
            )
        )
        told = [{**asdict(result), "gate": result.meta.get("gate")} for result in results]
        write_json(self._tests, told)
        self.is_computed = True
        return results

    @property
    def _tests(self) -> Path:
        return self.identity / "dbt.json"

    def failed_models(self) -> list[str]:
        """Name the models that did not come out, without which there is no candidate."""
        results = read_json(self._tests) if self._tests.exists() else []
        return [
            f"{result['unique_id'].split('.')[-1]}: {result['status']}"
            for result in results
            if result["resource_type"] in ("model", "seed") and result["status"] != "success"
        ]

    def export(self) -> Path:
        """Write the candidate: the only thing that leaves the warehouse."""
        from warehouse.export import export_candidate

        with self._part("candidate", Message("导出候选结果", "exporting the candidate")):
            return export_candidate(self.home, self.cut, self.warehouse, self.identity)

    def protect(self) -> None:
        """Let disclosure control decide which figures of the candidate are confidential."""
        from publish.protection.protecting import protect_candidate
        from publish.readers import ever_published
        from warehouse.export import candidate_hash

        with self._part("disclosure", Message("保密审查", "disclosure control")):
            hashed, memory = candidate_hash(self.candidate), Memory(self.home.decisions)
            published = ever_published(self.home, besides=hashed)
            protect_candidate(self.candidate, hashed, published, memory, self.tell)
            # what the next run needs is what is known now
            if self.is_latest:
                memory.save()

    def judge(self) -> None:
        """Let every gate speak on the candidate, and bind the verdicts to its hash."""
        from expectations.comparing import judge_comparisons
        from expectations.suite import judge_figures
        from expectations.verdicts import from_tests, merged, read_verdicts, write_verdicts
        from expectations.words import judge_words
        from publish.readers import current_figures
        from publish.shelf import list_releases
        from publish.telling import told
        from warehouse.export import candidate_hash

        if self.stands and set(read_verdicts(self.candidate)["candidate_hash"]) == {candidate_hash(self.candidate)}:
            return
        with self._part("gates", Message("质量检查", "running the gates")):
            results = read_json(self._tests) if self._tests.exists() else []
            tests = [{**result, "name": result["unique_id"].split(".")[2]} for result in results]
            published = current_figures([one for one in list_releases(self.home) if one.is_standing])
            of_figures = judge_figures(self.candidate) + judge_comparisons(self.candidate, published)
            of_words = judge_words(self.candidate, cache(lambda: told(self.candidate)))
            verdicts = merged(from_tests(tests, STRUCTURAL_GATES) + of_figures + of_words)
            write_verdicts(self.candidate, candidate_hash(self.candidate), verdicts)

    @property
    def is_judged(self) -> bool:
        """Whether the gates have spoken on this run's candidate."""
        return (self.candidate / "verdicts.parquet").exists() and not self.failed_models()

    @cached_property
    def decided(self) -> "Plan":
        """What of the judged candidate may be shown."""
        from publish.plan import plan

        return plan(self.candidate)

    def release(self) -> "Release":
        """Make the release candidate, and the files of the internal audiences."""
        from publish.release import make_release
        from publish.serving import is_served, serve_internal
        from warehouse.export import candidate_hash

        with self._part("release", Message("生成发布批次与公报", "making the release and its bulletin")):
            release = make_release(self.home, self.candidate, self.decided, candidate_hash(self.candidate))
            if self.is_latest and not is_served(self.home.internal, self.cut.build):
                serve_internal(self.candidate, self.home.internal)
            self.made = release
            return release

    def tidy(self) -> None:
        """Remove the disposable warehouse of a past cut: its candidate is all that is needed of it."""
        if not self.is_latest:
            shutil.rmtree(self.warehouse.parent, ignore_errors=True)

    @contextmanager
    def _part(self, name: str, said: Message) -> Iterator[None]:
        self.tell(said)
        start = time.monotonic()
        try:
            yield
        except LouyuError as error:
            self.error = error
            raise
        self.seconds[name] = self.seconds.get(name, 0) + time.monotonic() - start

    def result(self) -> dict[str, Any]:
        """Return what ``louyu run`` prints (SURFACE)."""
        from publish.plan import summary

        decided = self.decided if self.is_judged else None
        blocked = list(decided.blocked) if decided else self.failed_models()
        return {
            "build": self.cut.build,
            "release_id": self.made.id if self.made else None,
            "state": self.made.state if self.made else "BLOCKED",
            "as_of": self.cut.as_of.isoformat(),
            "known_at": stamp(self.cut.known_at),
            "withheld": summary(decided) if decided else [],
            "blocked": blocked,
        }
