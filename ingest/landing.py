"""Landing: the bytes as received, the rows made of them, and the ledger event that says so.

Two steps, both harmless to repeat. :func:`land` copies what is new in the inbox and records it;
:func:`parse_feeds` parses what has no outcome under the present contract and code. An outcome is cached
under the hash of everything it depends on.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from traceback import extract_tb
from typing import Any, NamedTuple

import polars as pl

from common.answers import answers, reading
from common.contracts import CONTRACTS, PROJECT, Layout, feeds, layouts
from common.deliveries import (
    Delivery,
    Question,
    Reading,
    Report,
    Waiting,
    deliveries,
    landings,
    no_rows_file,
    read_report,
    rows_file,
    write_report,
)
from common.files import canonical, digest, in_place_of, tree_digest
from common.findings import findings_file
from common.home import Home
from common.keys import Pseudonymiser, mark_home
from common.ledger import Ledger
from common.messages import LouyuError
from common.rules import Finding
from ingest.files.names import shown
from ingest.opening import belongs_to
from ingest.outcome import Outcome
from ingest.parse import parse, refused
from ingest.raw import vault
from ingest.raw.inbox import Arrival, arrivals
from ingest.raw.rotation import is_same_code, keyed, lifted
from ingest.tables.kept import Kept, no_rows
from ingest.tables.sheets import hidden_names, rename_findings, rename_rows
from ingest.workers import Failed, Workers

Progress = Callable[[str], None]


def land(
    home: Home, inbox: Path, progress: Progress = lambda _: None, keys: Pseudonymiser | None = None,
    pool: Callable[[], Workers] | None = None,
) -> int:  # fmt: skip
    """Copy what is new in the inbox to ``landing/raw``, sealed with a key, and record it in the ledger.

    Returns the number of new landings. A file that lies unchanged where it lay is not new, unless its sidecar claims
    something else by now: whoever is told to name the period or the layout there need not send the file again.
    """
    vault.tidy(home)
    if keys:
        mark_home(home.root, keys)
        vault.seal_plain(home, keys)
    ledger = Ledger(home.ledger)
    known = _by_path(ledger)
    fresh: list[Delivery] = []
    for arrival in arrivals(inbox):
        try:
            found = [arrival.landing(inbox, feed) for feed in _feeds_of(arrival, pool)]
            found = [landing for landing in found if not any(map(landing.repeats, known.get(landing.path, ())))]
            for landing in found:
                progress(landing.path)
                if landing.feed in feeds():
                    vault.keep(home, landing, arrival.files, keys)
        except OSError as error:
            # a file that cannot be opened, or was changed or taken away meanwhile, is tried again by the next run
            progress(f"{shown(arrival.path.name)}: {error.strerror}")
            continue
        fresh += found
    ledger.add(landing.event() for landing in fresh)
    return len(fresh)


def _by_path(ledger: Ledger) -> dict[str, list[Delivery]]:
    found: dict[str, list[Delivery]] = {}
    for landing in landings(ledger):
        found.setdefault(landing.path, []).append(landing)
    return found


def unrecorded(home: Home, inbox: Path) -> list[Arrival]:
    """Return the arrivals that no landing has recorded as they are now: what a run would look into.

    No file is read but sidecars, so this is cheap, and a file that was only touched is named too.
    """
    ledger = Ledger(home.ledger)
    recorded, known = ledger.recorded(), _by_path(ledger)

    def is_recorded(arrival: Arrival) -> bool:
        found = [(landing, recorded.get(landing.event().id)) for landing in known.get(arrival.told_path(inbox), ())]
        return any(at is not None and arrival.is_as_recorded(landing, at) for landing, at in found)

    return [arrival for arrival in arrivals(inbox) if not is_recorded(arrival)]


def parse_feed(
    home: Home,
    feed: str,
    pseudonymise: Pseudonymiser,
    progress: Progress = lambda _: None,
    pool: Callable[[], Workers] | None = None,
    known_at: datetime | None = None,
) -> list[Report]:
    """Parse the deliveries of one feed: see :func:`parse_feeds`. ``progress`` is told of each that is parsed."""
    return dict(parse_feeds(home, [feed], pseudonymise, pool, known_at, progress))[feed]


def parse_feeds(
    home: Home,
    names: Iterable[str],
    pseudonymise: Pseudonymiser,
    pool: Callable[[], Workers] | None = None,
    known_at: datetime | None = None,
    progress: Progress = lambda _: None,
) -> Iterator[tuple[str, list[Report]]]:
    """Parse the deliveries that have no outcome yet under this contract, code and the answers about them.

    Gives each feed with the reports of all its deliveries, as soon as there is nothing left of it to do. Deliveries
    know nothing of each other, so they are parsed by ``pool`` side by side, each within its bounds; one that breaks
    them is refused (L-FIL-LIMIT). Without a pool they are parsed here. Where the raw bytes have been destroyed by the
    retention rule, the rows landed before stay as they are. After a change of keys the pseudonyms of rows that are not
    parsed again are brought up to the newest version.
    """
    ledger = Ledger(home.ledger)
    given, known_layouts = answers(ledger, known_at), layouts(home.layouts)
    by_feed: dict[str, list[Delivery]] = {name: [] for name in names}
    for delivery in deliveries(landings(ledger)):
        if delivery.feed in by_feed:
            by_feed[delivery.feed].append(delivery)
    reports: dict[str, list[Report]] = {}
    left: Counter[str] = Counter()
    jobs: list[Job] = []
    for feed, sent in by_feed.items():
        own = {id_: one for id_, one in known_layouts.items() if one.feed == feed}
        key = keyed(parse_key(feed, pseudonymise.fingerprint, own), pseudonymise)
        todo = [Job(delivery, reading(given.get(delivery.id, ())), own, key) for delivery in sent]
        reports[feed] = [report for job in todo if (report := _known(home, job, pseudonymise)) is not None]
        done = {report.delivery_id for report in reports[feed]}
        todo = [job for job in todo if job.delivery.id not in done and vault.has_raw(home, job.delivery)]
        left[feed] = len(todo)
        jobs += todo
        if not todo:
            yield feed, _finished(home, feed, reports[feed])
    for job in jobs:
        progress(job.delivery.path)
    parse_one = partial(_parse_one, home, pseudonymise)
    outcomes = map(parse_one, jobs) if pool is None or not jobs else pool().map(parse_one, jobs, _size)
    order = {job.delivery.id: number for number, job in enumerate(jobs)}
    for outcome in outcomes:
        report = _give_up(home, pseudonymise, outcome) if isinstance(outcome, Failed) else outcome
        reports[report.feed].append(report)
        left[report.feed] -= 1
        if not left[report.feed]:
            found = sorted(reports[report.feed], key=lambda report: order.get(report.delivery_id, -1))
            yield report.feed, _finished(home, report.feed, found)
    if pool is not None and jobs:
        # a process that was ended had no time to remove what it had opened
        vault.tidy(home)


def _known(home: Home, job: "Job", pseudonymise: Pseudonymiser) -> Report | None:
    """Return the outcome that a delivery has already, where it is that of this code or can no more be made again."""
    rows = rows_file(home, job.delivery, job.how)
    known = read_report(rows)
    if known is None:
        return None
    if not _is_outcome_of(known, job.delivery, job.key) and vault.has_raw(home, job.delivery):
        return None
    return lifted(rows, feeds()[job.delivery.feed], known, pseudonymise)


def _finished(home: Home, feed: str, reports: list[Report]) -> list[Report]:
    """Keep an empty file of rows for a feed, which says what its columns are where nothing was accepted."""
    empty = no_rows(feeds()[feed])
    if not (none := no_rows_file(home, feed)).exists() or pl.read_parquet_schema(none) != empty.schema:
        _write_parquet(empty, none)
    return reports


def _is_outcome_of(known: Report, delivery: Delivery, key: str) -> bool:
    """Tell whether a stored outcome is that of a delivery.

    The same bytes may be found to have been received earlier, under another name, once that landing is recorded.
    """
    return known.landing_id == delivery.event().id and is_same_code(known.parse_key, key)


class Job(NamedTuple):
    """A delivery to be parsed: how answers say that it is read, by which layouts, and a hash of what it depends on."""

    delivery: Delivery
    how: Reading
    layouts: Mapping[str, Layout]
    key: str


def _size(job: Job) -> int:
    return sum(file.size for file in job.delivery.files)


def _give_up(home: Home, pseudonymise: Pseudonymiser, failed: Failed[Job]) -> Report:
    """Refuse a delivery on which the parser broke its bounds or died."""
    delivery, how, _, key = failed.job
    rows = rows_file(home, delivery, how)
    kept = Kept(feeds()[delivery.feed], delivery.id, rows.parent)
    reason = (
        Finding("B-FIL-06", "REJECT", value=f"parser exit {failed.exit_code}")
        if failed.why == "died"
        else Finding("L-FIL-LIMIT", "REJECT", value=failed.why)
    )
    return _store(home, delivery, refused(delivery, kept, reason), key, rows, pseudonymise)


def _parse_one(home: Home, pseudonymise: Pseudonymiser, job: Job) -> Report:
    delivery, how, known_layouts, key = job
    rows = rows_file(home, delivery, how)
    rows.parent.mkdir(parents=True, exist_ok=True)
    with vault.open_raw(home, delivery, pseudonymise) as files:
        try:
            outcome = parse(delivery, files, pseudonymise, how, folder=rows.parent, known=known_layouts)
        except (LouyuError, OSError):
            raise
        except Exception as error:
            outcome = refused(delivery, Kept(feeds()[delivery.feed], delivery.id, rows.parent), _unforeseen(error))
        return _store(home, delivery, outcome, key, rows, pseudonymise)


def _unforeseen(error: Exception) -> Finding:
    """Refuse what nobody thought of, so that the rest goes on.

    It says where the error was raised and not its text, which may quote a cell and would be kept in logs.
    """
    frame = extract_tb(error.__traceback__)[-1]
    where = f"{type(error).__name__}, {Path(frame.filename).name}:{frame.lineno}"
    return Finding("B-FIL-06", "REJECT", value=where)


_PARSING = (
    "clock", "codes", "contracts", "deliveries", "exports", "findings", "keys", "masking", "notes", "periods", "rows",
    "rules", "script", "supplements", "text",
)  # fmt: skip
"""The modules of the leaf room that parsing depends on."""


def parse_key(feed: str, key: str, known_layouts: Mapping[str, Layout]) -> str:
    """Hash everything besides the landing that an outcome depends on."""
    contract = feeds()[feed].model_dump(mode="json")
    given = {id_: layout.model_dump(mode="json") for id_, layout in known_layouts.items()}
    return digest(canonical([code_digest(), contract, given, key]))[:16]


@cache
def code_digest(project: Path = PROJECT) -> str:
    """Hash the code that parsing depends on: another code reads what has landed again."""
    code = tree_digest(project, ("ingest/**/*.py", *(f"common/{module}.py" for module in _PARSING)))
    return code + tree_digest(CONTRACTS, ("rules.yml",))


def _feeds_of(arrival: Arrival, pool: Callable[[], Workers] | None) -> Iterable[str]:
    """A workbook of several lists is one delivery for each of them; other files belong to their folder."""
    feed = feeds().get(arrival.feed)
    if feed is None or not feed.sheet_words or len(arrival.files) != 1:
        return [arrival.feed]
    if pool is None:
        return belongs_to(arrival.files[0], feed)
    # the parser must not take the run down here either; what it cannot read stays in its folder
    found = pool().map(partial(belongs_to, feed=feed), arrival.files, lambda file: file.stat().st_size)
    return next(iter([outcome for outcome in found if not isinstance(outcome, Failed)]), [arrival.feed])


def _store(
    home: Home, delivery: Delivery, outcome: Outcome, key: str, rows: Path, pseudonymise: Pseudonymiser
) -> Report:
    feed, findings, reason = feeds()[delivery.feed], outcome.findings, outcome.reason
    headings, waiting = outcome.headings, outcome.waiting
    rows.parent.mkdir(parents=True, exist_ok=True)
    # rows that are written are no longer kept
    first, last = _event_span(outcome, feed.event_date or (feed.start.column if feed.start else None))
    outcome.kept.write(rows)
    if shown := hidden_names(rows, findings, feed, pseudonymise):
        rename_rows(rows, shown)
        findings = rename_findings(findings, shown)
        reason = reason.of_sheet(shown) if reason else None
        headings = tuple(given.called(shown) for given in headings)
        waiting = waiting.with_columns(pl.col("sheet").replace(shown))
    _write_parquet(findings, findings_file(home, delivery.feed, delivery.id))
    report = Report(
        delivery_id=delivery.id, landing_id=delivery.event().id, feed=delivery.feed, parse_key=key,
        status=outcome.status,
        rule_id=reason.rule_id if reason else None,
        reason_zh=reason.message.zh if reason else None, reason_en=reason.message.en if reason else None,
        rows_read=outcome.read, rows_accepted=outcome.accepted, rows_quarantined=outcome.quarantined,
        rows_set_aside=outcome.set_aside,
        scopes=tuple((scope.key, scope.period.isoformat()) for scope in outcome.scopes),
        called_after=outcome.called_after.isoformat() if outcome.called_after else None,
        layout=outcome.layout, units=dict(outcome.units),
        control_totals=_control_totals(outcome),
        event_from=first, event_to=last,
        questions=tuple(Question(asked.rule_id, asked.message.zh, asked.message.en) for asked in outcome.questions),
        corrects=outcome.corrects, headings=headings,
        waiting=tuple(Waiting(*row) for row in waiting.sort(pl.all()).iter_rows()),
    )  # fmt: skip
    # the report is written last: rows without a report were never taken in, and are parsed again
    write_report(report, rows)
    return report


def _control_totals(outcome: Outcome) -> dict[str, tuple[str, str]]:
    """Add up what the sheets of a delivery give as the totals of a column."""
    found: dict[str, tuple[Decimal, Decimal]] = {}
    for total in outcome.control_totals:
        stated, summed = found.get(total.column, (Decimal(0), Decimal(0)))
        found[total.column] = stated + total.stated, summed + total.summed
    return {column: (str(stated), str(summed)) for column, (stated, summed) in found.items()}


def _event_span(outcome: Outcome, column: str | None) -> tuple[str | None, str | None]:
    if column is None:
        return None, None
    days = outcome.kept.distinct(column).to_series()
    return _day(days.min()), _day(days.max())


def _day(value: Any) -> str | None:
    return value.isoformat()[:10] if isinstance(value, date) else None


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    with in_place_of(path) as fresh:
        frame.write_parquet(fresh)
