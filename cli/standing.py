"""How the home stands, put together from the books, the calendar and the newest candidate (``louyu status``)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
import typer

from cli.output import Speaker
from cli.worklist import actions, due_record, owed, to_sign, waiting_by_sender
from common.home import Home
from common.messages import Message
from publish.life.states import WAITING
from publish.shelf import list_releases
from publish.status import feed_status, newest_receipts, withheld_figures
from review.standing import standings
from warehouse.books import Entry, entries, latest_candidate, overtaken, still_waiting
from warehouse.calendar import calendar

_KINDS: Mapping[str, Message] = {
    "RUN": Message("运行", "run"), "BLOCKED": Message("阻止发布", "blocked"), "HELD": Message("待答复", "held"),
    "REFUSED": Message("退回", "refused"), "MISSING": Message("应报未报", "missing"),
    "QUARANTINE": Message("待改正", "mend"), "SIGN": Message("待签发", "sign"),
    "WITHHELD": Message("不公布", "withheld"), "DUE": Message("将到期", "due"),
}  # fmt: skip


def standing(home: Home, on: date, speaker: Speaker) -> dict[str, Any]:
    """Return what is due, missing, held and withheld on a day, and the work list that follows from it."""
    candidate = latest_candidate(home)
    judged = standings(home)
    known, given = entries(home, judged), calendar(home)
    receipts = newest_receipts(pl.read_parquet(candidate / "delivery.parquet")) if candidate else {}
    withheld, blocked = withheld_figures(candidate)
    done = overtaken(judged)
    still = [entry for entry in known if entry.status == "HELD" or entry.delivery_id not in done]
    stands = owed(still, given, on)
    waiting = waiting_by_sender(still_waiting(home, judged), known)
    found = actions(still, stands, given, waiting, withheld, blocked, on, done, is_built=candidate is not None)
    unsigned = [release for release in list_releases(home)
                if candidate and release.facts["build"] == candidate.name and release.state in WAITING]  # fmt: skip
    found += to_sign(unsigned)
    return {
        "build": candidate.name if candidate else None,
        "on": on.isoformat(),
        "feeds": feed_status(candidate, receipts),
        "due": [due_record(due, on) for due in stands.due],
        "missing": [due_record(due, on) for due in stands.missing],
        "late": [due_record(due, on) for due in stands.late],
        "held": [_held(entry, speaker)
                 for entry in known if entry.status in ("HELD", "REJECTED")],
        "quarantine": waiting,
        "withheld": withheld,
        "blocked": blocked,
        "actions": [action.record() for action in found],
    }  # fmt: skip


def _held(entry: Entry, speaker: Speaker) -> dict[str, Any]:
    choices = [{"choice": one.code, "zh": one.message.zh, "en": one.message.en} for one in entry.choices]
    return {
        "delivery_id": entry.delivery_id, "feed": entry.landing.feed, "status": entry.status,
        "reason": speaker.say(entry.reason) if entry.reason else None, "choices": choices,
    }  # fmt: skip


def tell(found: Mapping[str, Any], speaker: Speaker) -> None:
    """Print the work list, then what it rests on."""
    suffix = speaker.lang.value
    work = [{**row, "kind": speaker.say(_KINDS[row["kind"]])} for row in found["actions"]]
    withheld = [{**row, "note": speaker.note(row["note"])} for row in found["withheld"]]
    for title, rows, columns in (
        (Message("待办(由急到缓)", "To do, most urgent first"), work,
         ["kind", f"who_{suffix}", f"what_{suffix}", "command"]),
        (Message("数据源", "Feeds"), found["feeds"],
         ["feed", f"name_{suffix}", "state", "complete_until", "last_received_at", f"who_{suffix}"]),
        (Message("近期应报", "Due next"), found["due"], ["feed", "period", "due_on", "days", f"who_{suffix}"]),
        (Message("迟报", "Came late"), found["late"],
         ["feed", "period", "due_on", "received_on", f"who_{suffix}"]),
        (Message("退回或暂存", "Refused or held"), found["held"], ["delivery_id", "status", "reason"]),
        (Message("待改正的行", "Rows to mend"), found["quarantine"],
         [f"who_{suffix}", "feed", "deliveries", "rows", "rules"]),
        (Message("不公布", "Withheld"), withheld, ["kpi_id", "figures", "note"]),
        (Message("阻止发布", "Blocking"), [{"reason": reason} for reason in found["blocked"]], ["reason"]),
    ):  # fmt: skip
        if rows:
            typer.echo(f"\n{speaker.say(title)}")
            speaker.table(rows, columns)
