"""The books of the home: what became of every delivery and every row that waits (SURFACE, deliveries, quarantine)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from common.answers import choices
from common.clock import stamp
from common.contracts import feeds
from common.deliveries import Delivery, Question, Status, deliveries, landings, originals
from common.files import digest, read_json
from common.findings import findings_frame, read_findings
from common.home import Home
from common.ledger import Ledger
from common.messages import Message
from common.rows import ADDRESS, ADDRESS_SCHEMA, FULL_ADDRESS
from common.rules import Choice, Finding
from review.judgement import Standing
from review.landed import Order
from review.standing import standings
from warehouse.headings import as_headed


@dataclass(frozen=True, slots=True)
class Entry:
    """One landing and what became of it. ``rows_read = accepted + quarantined + set aside``."""

    landing: Delivery
    delivery_id: str
    status: Status
    reason: Message | None = None
    periods: tuple[str, ...] = ()
    rows_read: int = 0
    rows_accepted: int = 0
    rows_quarantined: int = 0
    rows_set_aside: int = 0
    question: Question | None = None
    """What it waits for, if somebody must answer."""

    @property
    def choices(self) -> tuple[Choice, ...]:
        """How its question can be answered."""
        return choices(feeds()[self.landing.feed], self.question.rule_id) if self.question else ()


def entries(home: Home, standing: Sequence[Standing] | None = None) -> list[Entry]:
    """List every landing in the order of receipt.

    A landing of known bytes is a DUPLICATE of the first; one outside the known feeds is REJECTED. Rows that wait
    since the last build count as quarantined. ``standing`` is how the deliveries stand, where that is known already.
    """
    found = landings(Ledger(home.ledger))
    first = originals(found)
    refused = waiting_rows(home).filter(pl.col("action") == "QUARANTINE")
    waiting = dict(refused.group_by("delivery_id").agg(pl.struct(ADDRESS).n_unique()).iter_rows())
    judged = {one.delivery.id: one for one in (standings(home) if standing is None else standing)}
    return [
        _entry(landing, first[landing.id], judged.get(landing.id), waiting)
        for landing in sorted(found, key=_by_receipt)
    ]


def findings(home: Home) -> pl.DataFrame:
    """Return everything found in the rows of the home's deliveries, FINDING_SCHEMA, in the order of address."""
    given = deliveries(landings(Ledger(home.ledger)))
    later = as_headed(home, pl.concat([waiting_rows(home), _notes(home)]), given)
    frame = pl.concat([read_findings(home, [(landing.feed, landing.id) for landing in given]), later])
    return frame.sort("feed", *FULL_ADDRESS, "rule_id", nulls_last=False)


def waiting_rows(home: Home) -> pl.DataFrame:
    """Return what the last build could not identify, and how it read the rest: second-stage findings."""
    latest = latest_candidate(home)
    file = home.warehouse / "identity" / latest.name / "quarantine.parquet" if latest else None
    return pl.read_parquet(file) if file and file.exists() else findings_frame()


def still_waiting(home: Home, judged: Sequence[Standing]) -> pl.DataFrame:
    """Return what keeps rows waiting that somebody has to mend, FINDING_SCHEMA."""
    waiting = findings(home).filter(action="QUARANTINE")
    return without_superseded(without_mended(waiting, judged), judged)


def without_mended(found: pl.DataFrame, judged: Iterable[Standing]) -> pl.DataFrame:
    """Leave out rows that were mended and sent again: what still waits of them waits in the new delivery."""
    mended = {
        (address.delivery_id, address.file, address.sheet, address.row)
        for one in judged
        if one.status == "ACCEPTED"
        for address in one.report.corrects
    }
    gone = pl.DataFrame(sorted(mended, key=str), schema=dict(ADDRESS_SCHEMA), orient="row")
    return found.join(gone, on=FULL_ADDRESS, how="anti", nulls_equal=True, maintain_order="left")


def without_superseded(found: pl.DataFrame, judged: Sequence[Standing]) -> pl.DataFrame:
    """Leave out deliveries whose every part was delivered anew since: their rows have nothing left to say."""
    return found.filter(~pl.col("delivery_id").is_in(sorted(superseded(judged))))


def superseded(judged: Iterable[Standing]) -> set[str]:
    """Return the ids of the deliveries of which a newer whole version of every part was accepted (SPEC 3.0)."""
    accepted = [one for one in judged if one.status == "ACCEPTED" and one.report.scopes]
    newest: dict[tuple[str, str, str], Order] = {}
    for one in accepted:
        for part in () if one.adds else _parts(one):
            newest[part] = max(newest.get(part, one.order), one.order)
    return {
        one.delivery.id
        for one in accepted
        if all(part in newest and newest[part] > one.order for part in _parts(one))
    }  # fmt: skip


def overtaken(judged: Sequence[Standing]) -> set[str]:
    """Return the ids of the held and refused deliveries that need nobody any more.

    All that they speak of was accepted from a file received later, the same bytes were accepted once their sidecar
    said otherwise, or the pull was completed in its folder.
    """
    accepted = [one for one in judged if one.status == "ACCEPTED"]
    bytes_of = {(one.delivery.feed, one.delivery.sha256) for one in accepted}
    pulls = {one.delivery.path for one in accepted if feeds()[one.delivery.feed].paged}
    newest: dict[tuple[str, str, str], datetime] = {}
    for one in accepted:
        for part in () if one.adds else _parts(one):
            newest[part] = max(newest.get(part, one.delivery.received_at), one.delivery.received_at)

    def is_overtaken(one: Standing) -> bool:
        parts = _parts(one)
        received = one.delivery.received_at
        is_newer = bool(parts) and all(part in newest and newest[part] > received for part in parts)
        return is_newer or one.delivery.path in pulls or (one.delivery.feed, one.delivery.sha256) in bytes_of

    return {one.delivery.id for one in judged if one.status in ("HELD", "REJECTED") and is_overtaken(one)}


def resent(judged: Iterable[Standing]) -> set[str]:
    """Return the ids of the accepted deliveries that speak only of what was delivered whole before them."""
    known: set[tuple[str, str, str]] = set()
    again = set()
    for one in judged:
        parts = _parts(one)
        if one.status == "ACCEPTED" and parts:
            if parts <= known:
                again.add(one.delivery.id)
            known |= parts
    return again


def _parts(one: Standing) -> set[tuple[str, str, str]]:
    return {(one.delivery.feed, *scope) for scope in one.report.scopes}


def sender(delivery: Delivery) -> Message:
    """Return who sent a delivery: whom its sidecar names, else the owner of the feed."""
    named, owner = delivery.sidecar.sender, feeds()[delivery.feed].owner
    return Message(named, named) if named else Message(owner.zh, owner.en)


def _notes(home: Home) -> pl.DataFrame:
    """Return what the last build noted about rows that count."""
    latest = latest_candidate(home)
    file = latest / "note.parquet" if latest else None
    return pl.read_parquet(file) if file and file.exists() else findings_frame()


def latest_candidate(home: Home) -> Path | None:
    """Return the candidate with the newest knowledge, the later as-of day first among equals."""
    folders = [path for path in home.candidates.glob("*") if (path / "context.json").exists()]
    return max(folders, key=_knowledge, default=None)


def _knowledge(folder: Path) -> tuple[str, str, float]:
    context = read_json(folder / "context.json")
    return context["known_at"], context["as_of"], folder.stat().st_mtime


def _by_receipt(landing: Delivery) -> tuple[str, str]:
    return stamp(landing.received_at), landing.path


def _entry(landing: Delivery, first: Delivery, judged: Standing | None, waiting: dict[str, int]) -> Entry:
    if landing.feed not in feeds():
        return Entry(landing, landing.id, "REJECTED", Finding("L-FIL-FEED", "REJECT", value=_top(landing)).message)
    if landing != first:
        facts = {"d": stamp(first.received_at)[:10], "f": first.path}
        own_id = f"{landing.id}-{digest(landing.path.encode())[:6]}"
        return Entry(landing, own_id, "DUPLICATE", Finding("B-DUP-01", "IGNORE", facts=facts).message)
    if judged is None:
        return Entry(
            landing, landing.id, "HELD", Message("尚未读取,请运行 louyu run。", "Not yet read; run louyu run.")
        )
    read, accepted, quarantined, set_aside = judged.rows
    waits = waiting.get(landing.id, 0) if judged.status == "ACCEPTED" else 0
    periods = tuple(sorted({period for _, period in judged.report.scopes}))
    return Entry(
        landing, landing.id, judged.status, judged.reason, periods, read, accepted - waits, quarantined + waits,
        set_aside, judged.question,
    )  # fmt: skip


def _top(landing: Delivery) -> str:
    return landing.feed or landing.path


def refused(home: Home) -> Iterator[Entry]:
    """Yield the deliveries that need somebody: held and rejected ones."""
    yield from (entry for entry in entries(home) if entry.status in ("HELD", "REJECTED"))
