"""``louyu run`` and ``louyu demo``: the job in this process, under the home's lock, with a result to print."""

import json
import logging
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cli.output import Speaker
from common.clock import parse_moment
from common.home import Home
from common.messages import LouyuError, Message, from_note

if TYPE_CHECKING:
    from dagster_project.run import Run


@dataclass(frozen=True, slots=True)
class RunOutcome:
    """What a run left behind, as it is printed."""

    record: dict[str, Any]
    seconds: dict[str, float]
    error: Message | None = None

    @property
    def is_failed(self) -> bool:
        return bool(self.record["blocked"]) or self.error is not None

    def lines(self, speaker: Speaker) -> Iterator[str]:
        """Say the result to a reader."""
        record = self.record
        if record["state"] == "NO_DATA":
            zh = "没有可用的数据,未生成结果。请用 louyu deliveries 查看原因。"
            yield speaker.say(Message(zh, "No usable data, nothing was built. See louyu deliveries for the reasons."))
            return
        if self.error:
            yield speaker.say(self.error)
        for reason in record["blocked"]:
            yield speaker.say(Message(f"阻止:{reason}", f"blocked: {reason}"))
        for note, withheld in groupby(sorted(record["withheld"], key=_note), _note):
            kpis = ", ".join(f"{row['kpi_id']} ({row['figures']})" for row in withheld)
            reason = from_note(note)
            yield speaker.say(Message(f"不公布 — {reason.zh}:{kpis}", f"withheld — {reason.en}: {kpis}"))
        told = f"{record['build']}  {record['release_id'] or '—'}  {record['state']}"
        yield speaker.say(Message(f"批次:{told}", f"build: {told}"))


def _note(withheld: Mapping[str, Any]) -> str:
    return str(withheld["note"])


def run_home(
    home: Home, speaker: Speaker, inbox: Path | None = None, as_of: str | None = None, known_at: str | None = None
) -> RunOutcome:
    """Run everything over a home. Failures of single files are no failure of the run."""
    day, moment = _day(as_of), moment_of(known_at)
    with home.writer("louyu run", waiting=speaker.progress):
        _settle_releases(home, speaker)
        return _run(home, speaker, inbox or home.inbox, day, moment)


def _settle_releases(home: Home, speaker: Speaker) -> None:
    """Finish what a kill left of earlier releases and publish what is due; what is wrong there stops no delivery."""
    from publish.life.acts import lift_embargoes, settle

    try:
        settle(home)
        lift_embargoes(home, tell=speaker.progress)
    except LouyuError as error:
        speaker.progress(error.message)


def _run(home: Home, speaker: Speaker, inbox: Path, day: date | None, moment: datetime | None) -> RunOutcome:
    from dagster_project.launch import execute
    from dagster_project.run import Run

    if not inbox.is_dir():
        raise LouyuError(f"收件目录不存在:{inbox}", f"There is no inbox at {inbox}")
    with _log(home) as log:

        def tell(message: Message) -> None:
            log.info("%s / %s", message.zh, message.en)
            speaker.progress(message)

        run = Run(home, inbox.resolve(), day, moment, tell)
        try:
            failure = execute(run)
        finally:
            run.close()
        outcome = _outcome(home, run, failure)
        log.info("%s", json.dumps(outcome.record, ensure_ascii=False, default=str))
        return outcome


@contextmanager
def _log(home: Home) -> Iterator[logging.Logger]:
    """Keep what runs say, and what stops them, in ``logs/louyu.log`` of the home; old logs make room."""
    home.logs.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(home.logs / "louyu.log", maxBytes=1_000_000, backupCount=5, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s"))
    log = logging.getLogger("louyu")
    log.propagate = False
    log.setLevel(logging.INFO)
    log.addHandler(handler)
    try:
        yield log
    except Exception:
        log.exception("the run failed")
        raise
    finally:
        log.removeHandler(handler)
        handler.close()


def _outcome(home: Home, run: "Run", failure: str | None) -> RunOutcome:
    """Tell what a finished run left behind; raises LouyuError where it failed."""
    from warehouse.cut import NothingKnown

    if isinstance(run.error, NothingKnown):
        empty: dict[str, Any] = {"build": None, "release_id": None, "state": "NO_DATA", "withheld": [], "blocked": []}
        return RunOutcome(empty, run.seconds)
    if run.error is not None:
        raise run.error
    record = run.result() if run.is_computed else None
    if record is None or (failure and not record["blocked"]):
        raise LouyuError(
            f"运行失败:{failure}。详情见 Dagster({home.dagster})。",
            f"The run failed: {failure}. Dagster has the details ({home.dagster}).",
        )
    return RunOutcome(record, run.seconds)


def run_demo(home: Home, speaker: Speaker, seed: int) -> None:
    """Write the sample into the home's inbox, run, publish as simulated, and show what came out."""
    start = time.monotonic()
    with home.writer("louyu demo", waiting=speaker.progress):
        from sample import write_sample

        speaker.progress(Message("生成模拟数据", "writing simulated data"))
        write_sample(home.inbox, seed=seed)
        seconds = {"sample": time.monotonic() - start}
        outcome = _run(home, speaker, home.inbox, None, None)
        if outcome.is_failed or not outcome.record["release_id"]:
            raise LouyuError("; ".join(outcome.record["blocked"]), "; ".join(outcome.record["blocked"]))
        from publish.life.acts import publish_release

        published_from = time.monotonic()
        release = publish_release(home, outcome.record["release_id"], simulated=True, tell=speaker.progress)
        seconds |= {**outcome.seconds, "publish": time.monotonic() - published_from}
    total = time.monotonic() - start
    seconds["orchestration"] = total - sum(seconds.values())
    _show_headlines(release.folder / "public", speaker)
    parts = [{"part": name, "seconds": f"{spent:.1f}"} for name, spent in seconds.items()]
    speaker.table([*parts, {"part": "total", "seconds": f"{total:.1f}"}], ["part", "seconds"])
    for name, path in (
        ("release", release.folder), ("bulletin", release.folder / "public" / "bulletin.html"),
        ("published", home.published / "louyu.duckdb"),
    ):  # fmt: skip
        print(f"{name}: {path}")


def _show_headlines(public: Path, speaker: Speaker) -> None:
    """Print the headline figures as the bulletin says them."""
    from publish.headlines import headlines

    cards = headlines(public, "zh" if speaker.lang.value == "zh" else "en")
    rows = [{"figure": card.name, "period": card.when, "value": card.printed} for card in cards]
    print(speaker.say(Message("模拟数据", "simulated data")))
    speaker.table(rows, ["figure", "period", "value"])


def _day(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LouyuError(f"日期 {text} 应写作 YYYY-MM-DD", f"{text} is no date; write YYYY-MM-DD") from None


def moment_of(text: str | None) -> datetime | None:
    """Read a moment of the command line; raises LouyuError for a text that is none."""
    if text is None:
        return None
    try:
        return parse_moment(text)
    except ValueError:
        raise LouyuError(f"时间 {text} 应写作 ISO 8601", f"{text} is no ISO 8601 date or time") from None
