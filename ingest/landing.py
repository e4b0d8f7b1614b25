"""Landing: the bytes as received, the rows made of them, and the ledger event that says so.

Two steps, both harmless to repeat. :func:`land` copies what is new in the inbox and records it;
:func:`parse_feed` parses what has no outcome under the present contract and code. An outcome is cached
under the hash of everything it depends on.
"""

import re
from collections.abc import Callable, Iterable
from concurrent.futures import Executor
from datetime import date, datetime
from functools import cache, partial
from pathlib import Path
from typing import Any

import polars as pl

from common.answers import answers, reading
from common.clock import stamp
from common.contracts import CONTRACTS, PROJECT, feeds
from common.deliveries import (
    Delivery,
    Question,
    Reading,
    Report,
    deliveries,
    landings,
    no_rows_file,
    read_report,
    rows_file,
    write_report,
)
from common.files import canonical, digest, tree_digest, write_bytes, write_json
from common.findings import findings_file
from common.home import Home
from common.keys import Pseudonymiser
from common.ledger import Ledger
from ingest.inbox import Arrival, arrivals, shown
from ingest.outcome import Outcome, no_rows
from ingest.parse import NamedFile, belongs_to, parse

Progress = Callable[[str], None]
_UNSAFE = re.compile(r"[^\w.()（）\-—]+")


def land(home: Home, inbox: Path, progress: Progress = lambda _: None) -> int:
    """Copy what is new in the inbox to ``landing/raw`` and record it in the ledger.

    Returns the number of new landings. A file that lies unchanged where it lay is not new.
    """
    ledger = Ledger(home.ledger)
    known = {(landing.feed, landing.path, landing.sha256) for landing in landings(ledger)}
    fresh: list[Delivery] = []
    for arrival in arrivals(inbox):
        try:
            found = [arrival.landing(inbox, feed) for feed in _feeds_of(arrival)]
        except OSError as error:
            # a file that cannot be opened, or was taken away meanwhile, is tried again by the next run
            progress(f"{shown(arrival.path.name)}: {error.strerror}")
            continue
        for landing in found:
            if (landing.feed, landing.path, landing.sha256) in known:
                continue
            progress(landing.path)
            if landing.feed in feeds():
                _keep_raw(home, landing, arrival)
            fresh.append(landing)
    ledger.add(landing.event() for landing in fresh)
    return len(fresh)


def parse_feed(
    home: Home,
    feed: str,
    pseudonymise: Pseudonymiser,
    progress: Progress = lambda _: None,
    pool: Callable[[], Executor | None] = lambda: None,
    known_at: datetime | None = None,
) -> list[Report]:
    """Parse the deliveries of a feed that have no outcome yet under this contract, code and the answers about them.

    Deliveries know nothing of each other, so many are parsed by ``pool`` side by side. Where the raw bytes have
    been destroyed by the retention rule, the rows landed before stay as they are.
    """
    key = parse_key(feed, pseudonymise.fingerprint)
    reports: list[Report] = []
    waiting: list[tuple[Delivery, Reading]] = []
    ledger = Ledger(home.ledger)
    given = answers(ledger, known_at)
    for delivery in deliveries(landings(ledger)):
        if delivery.feed != feed:
            continue
        how = reading(given.get(delivery.id, ()))
        known = read_report(rows_file(home, delivery, how))
        if known is not None and (known.parse_key == key or not raw_files(home, delivery)):
            reports.append(known)
        elif known is not None or raw_files(home, delivery):
            progress(delivery.path)
            waiting.append((delivery, how))
    workers = pool() if len(waiting) >= _MANY else None
    parse_one = partial(_parse_one, home, pseudonymise, key)
    reports += list((workers.map if workers else map)(parse_one, *zip(*waiting, strict=True))) if waiting else []
    empty = no_rows(feeds()[feed])
    if not (none := no_rows_file(home, feed)).exists() or pl.read_parquet_schema(none) != empty.schema:
        _write_parquet(empty, none)
    return reports


_MANY = 8
"""From so many deliveries on, a second process is worth its start."""


def _parse_one(home: Home, pseudonymise: Pseudonymiser, key: str, delivery: Delivery, how: Reading) -> Report:
    outcome = parse(delivery, raw_files(home, delivery), pseudonymise, how)
    return _store(home, delivery, outcome, key, rows_file(home, delivery, how))


_PARSING = (
    "clock", "codes", "contracts", "deliveries", "exports", "findings", "keys", "periods", "rules", "supplements",
    "text",
)  # fmt: skip
"""The modules of the leaf room that parsing depends on."""


@cache
def parse_key(feed: str, key: str) -> str:
    """Hash everything besides the bytes that an outcome depends on."""
    code = tree_digest(PROJECT, ("ingest/*.py", *(f"common/{module}.py" for module in _PARSING)))
    contract = feeds()[feed].model_dump(mode="json")
    shared = tree_digest(CONTRACTS, ("layouts/*.yml", "rules.yml"))
    return digest(canonical([code, contract, shared, key]))[:16]


def _feeds_of(arrival: Arrival) -> Iterable[str]:
    """A workbook of several lists is one delivery for each of them; other files belong to their folder."""
    feed = feeds().get(arrival.feed)
    if feed is None or not feed.sheet_words or len(arrival.files) != 1:
        return [arrival.feed]
    return belongs_to(arrival.files[0].read_bytes(), feed)


def _raw_folder(home: Home, delivery: Delivery) -> Path:
    return home.raw / delivery.feed / delivery.id


def _keep_raw(home: Home, landing: Delivery, arrival: Arrival) -> None:
    folder = _raw_folder(home, landing)
    for number, (file, stored) in enumerate(zip(arrival.files, landing.files, strict=True), start=1):
        write_bytes(folder / f"{number:04d}_{safe_name(stored.name)}", file.read_bytes(), mode=0o600)
    manifest = {
        "delivery_id": landing.id, "feed": landing.feed, "path": landing.path, "sha256": landing.sha256,
        "received_at": stamp(landing.received_at), "version": landing.version,
        "files": [{"name": file.name, "sha256": file.sha256, "size": file.size} for file in landing.files],
        "declared": {"sender": landing.sidecar.sender, "channel": landing.sidecar.channel,
                     "period": landing.sidecar.period, "scope": landing.sidecar.scope},
    }  # fmt: skip
    if not (folder / "manifest.json").exists():
        write_json(folder / "manifest.json", manifest)


def safe_name(name: str) -> str:
    """Return a file name without path parts, control characters or undue length (B-SEC-04)."""
    plain = _UNSAFE.sub("_", Path(name).name).lstrip(".") or "file"
    stem, dot, suffix = plain.rpartition(".")
    return f"{_short(stem, 160)}{dot}{_short(suffix, 20)}" if dot else _short(plain, 160)


def _short(text: str, size: int) -> str:
    """Return the beginning of a text that takes at most so many bytes: a file system counts bytes, not characters."""
    return text.encode()[:size].decode(errors="ignore")


def raw_files(home: Home, delivery: Delivery) -> list[NamedFile]:
    """Return the bytes of a delivery as received; nothing where they were destroyed."""
    folder = _raw_folder(home, delivery)
    if not folder.is_dir():
        return []
    stored = sorted(path for path in folder.iterdir() if path.name != "manifest.json" and not path.name.startswith("."))
    return [(file.name, path.read_bytes()) for file, path in zip(delivery.files, stored, strict=False)]


def _store(home: Home, delivery: Delivery, outcome: Outcome, key: str, rows: Path) -> Report:
    _write_parquet(outcome.rows, rows)
    _write_parquet(outcome.findings, findings_file(home, delivery.feed, delivery.id))
    feed = feeds()[delivery.feed]
    first, last = _event_span(outcome, feed.event_date or (feed.start.column if feed.start else None))
    reason = outcome.reason
    report = Report(
        delivery_id=delivery.id, feed=delivery.feed, parse_key=key, status=outcome.status,
        rule_id=reason.rule_id if reason else None,
        reason_zh=reason.message.zh if reason else None, reason_en=reason.message.en if reason else None,
        rows_read=outcome.read, rows_accepted=outcome.accepted, rows_quarantined=outcome.quarantined,
        rows_set_aside=outcome.set_aside,
        scopes=tuple((scope.key, scope.period.isoformat()) for scope in outcome.scopes),
        layout=outcome.layout, units=dict(outcome.units),
        control_totals={total.column: (str(total.stated), str(total.summed)) for total in outcome.control_totals},
        event_from=first, event_to=last,
        questions=tuple(Question(asked.rule_id, asked.message.zh, asked.message.en) for asked in outcome.questions),
        corrects=outcome.corrects,
    )  # fmt: skip
    # the report is written last: rows without a report were never taken in, and are parsed again
    write_report(report, rows)
    return report


def _event_span(outcome: Outcome, column: str | None) -> tuple[str | None, str | None]:
    if column is None or outcome.rows.is_empty():
        return None, None
    first, last = (
        value for value in outcome.rows.select(pl.col(column).min(), pl.col(column).max().alias("to")).row(0)
    )
    return (_day(first), _day(last))


def _day(value: Any) -> str | None:
    return value.isoformat()[:10] if isinstance(value, date) else None


def _write_parquet(frame: pl.DataFrame, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.tmp")
    frame.write_parquet(temporary)
    temporary.replace(path)
