"""Who must do what, most urgent first: the one list that ``louyu status`` ends in."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import polars as pl

from common.answers import typed
from common.contracts import feeds
from common.deliveries import Question
from common.messages import Message, from_note
from common.rows import ADDRESS
from common.rules import rules
from publish.life.states import ROLE_NAMES, replay
from publish.shelf import Release
from warehouse.books import Entry, sender
from warehouse.calendar import Calendar, Due, dues, spans

_SOON_DAYS = 15
"""A period that is due so soon is something to think of now."""

CLERK = Message("改革办经办人", "Reform office clerk")
ENGINEER = Message("数据工程师", "Data engineer")
_GATE_OWNERS: Mapping[str, Message] = {
    "G-DEF": Message("改革办(口径审定)", "Reform office (definitions)"),
    "G-FRESH": Message("报送单位", "Delivering departments"),
    "G-PERIOD": Message("改革办审核人", "Reform office reviewer"),
    "G-SDC": Message("保密审查人", "Secrecy reviewer"),
}
_REVIEWER = Message("改革办审核人", "Reform office reviewer")
_GATE_COMMANDS = dict.fromkeys(("G-JUMP", "G-RATIO", "G-NORM"), "louyu release note FIGURE --text TEXT")

Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do: by whom, what, and with which command."""

    kind: str
    who: Message
    what: Message
    delivery_id: str | None = None
    feed: str | None = None
    period: str | None = None
    command: str | None = None

    def record(self) -> Record:
        return {
            "kind": self.kind, "who_zh": self.who.zh, "who_en": self.who.en, "what_zh": self.what.zh,
            "what_en": self.what.en, "delivery_id": self.delivery_id, "feed": self.feed, "period": self.period,
            "command": self.command,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Owed:
    """What the calendar says of a day."""

    missing: tuple[Due, ...]
    late: tuple[Due, ...]
    """The newest delivered period of a feed, where it came late."""
    due: tuple[Due, ...]
    """What is still in time, the next due day first."""


def owed(known: Sequence[Entry], given: Calendar, on: date) -> Owed:
    """Sort what the feeds owe by how it stands at the end of a day; what waits for an answer is not missing."""
    asked = {(feed, span) for entry in known if entry.question for feed, *_, span in _parts(entry, given)}
    owes = list(dues(known, given, on))
    found = [due for due in owes if due.state(on) != "MISSING" or (due.feed.id, due.span) not in asked]
    newest = {due.feed.id: due for due in found if due.state(on) in ("ON_TIME", "LATE")}
    return Owed(
        tuple(due for due in found if due.state(on) == "MISSING"),
        tuple(due for due in newest.values() if due.state(on) == "LATE"),
        tuple(sorted((due for due in found if due.state(on) == "OPEN"), key=lambda due: (due.due_on, due.feed.id))),
    )


def due_record(due: Due, on: date) -> Record:
    """Return a period that is owed, as JSON tells it; ``days`` are those left, negative where it is overdue."""
    said = missing_message(due.feed.id, due.span.label)
    record = {
        "feed": due.feed.id, "period": due.span.label, "due_on": due.due_on.isoformat(),
        "days": (due.due_on - on).days, "who_zh": due.feed.owner.zh, "who_en": due.feed.owner.en,
    }  # fmt: skip
    state = due.state(on)
    if state == "MISSING":
        record |= {"message_zh": said.zh, "message_en": said.en}
    if due.received_at and state == "LATE":
        record |= {"received_on": due.received_at.date().isoformat()}
    return record


def missing_message(feed: str, period: str) -> Message:
    """Return what B-TIM-01 says of a feed, named in both languages, and a period."""
    said, name = rules()["B-TIM-01"].message, feeds()[feed].name
    return Message(
        said.zh.format(f=f"{feed} {name.zh}", p=period), said.en.format(f=f"{feed} {name.en}", p=period)
    )  # fmt: skip


def waiting_by_sender(waiting: pl.DataFrame, known: Iterable[Entry]) -> list[Record]:
    """Count the rows that wait for each sender and feed, and name the rules that keep them, the most rows first."""
    senders = {entry.delivery_id: sender(entry.landing) for entry in known if entry.landing.feed in feeds()}
    counted: dict[tuple[str, str, str], list[pl.DataFrame]] = {}
    for (feed, delivery), rows in waiting.group_by("feed", "delivery_id", maintain_order=True):
        who = senders[str(delivery)]
        counted.setdefault((who.zh, who.en, str(feed)), []).append(rows)
    records = [
        {
            "who_zh": zh, "who_en": en, "feed": feed, "deliveries": len(parts),
            "rows": sum(rows.select(ADDRESS).n_unique() for rows in parts),
            "rules": sorted({rule for rows in parts for rule in rows["rule_id"]}),
        }
        for (zh, en, feed), parts in counted.items()
    ]  # fmt: skip
    return sorted(records, key=lambda record: (-record["rows"], record["feed"], record["who_zh"]))


def actions(
    known: Sequence[Entry],
    stands: Owed,
    given: Calendar,
    waiting: Sequence[Record],
    withheld: Sequence[Mapping[str, Any]],
    blocked: Sequence[str],
    on: date,
    done: Set[str] = frozenset(),
    *,
    is_built: bool,
) -> list[Action]:
    """Return the work list. Rows and files of which a newer delivery came are nobody's work any more.

    A question about one of ``done`` stays until it is answered, after the others: it says that nothing hangs on it.
    """
    unread = [entry for entry in known if entry.status == "HELD" and entry.question is None]
    found: list[Action] = []
    if unread:
        zh, en = f"有 {len(unread)} 份报送尚未读取", f"{len(unread)} deliveries were not read yet"
        found.append(Action("RUN", ENGINEER, Message(zh, en), command="louyu run"))
    elif not is_built:
        zh = "还没有计算结果:把文件放入收件目录后运行"
        found.append(Action("RUN", ENGINEER, Message(zh, "Nothing is built yet: put files into the inbox and run"),
                            command="louyu run"))  # fmt: skip
    found += [_blocked(reason) for reason in blocked]
    held = [entry for entry in known if entry.status == "HELD"]
    held.sort(key=lambda entry: entry.delivery_id in done)
    found += [_held(entry, entry.question, is_done=entry.delivery_id in done) for entry in held if entry.question]
    found += [_refused(entry) for entry in open_refusals(known, given)]
    found += _missing(stands.missing)
    found += [_mend(record) for record in waiting]
    found += _withheld(withheld)
    found += [_due(due) for due in stands.due if (due.due_on - on).days <= _SOON_DAYS]
    return found


def open_refusals(known: Sequence[Entry], given: Calendar) -> Iterator[Entry]:
    """Yield the refused files that nobody has sent better since, for the same period and part of the feed."""
    accepted: dict[tuple[object, ...], Any] = {}
    for entry in known:
        if entry.status == "ACCEPTED":
            for part in _parts(entry, given):
                accepted[part] = max(accepted.get(part, entry.landing.received_at), entry.landing.received_at)
    for entry in known:
        if entry.status == "REJECTED":
            parts = _parts(entry, given)
            received = entry.landing.received_at
            if not parts or any(accepted.get(part, received) <= received for part in parts):
                yield entry


def _parts(entry: Entry, given: Calendar) -> list[tuple[object, ...]]:
    landing = entry.landing
    if landing.feed not in feeds():
        return []
    length = given.length(landing.feed) or "month"
    return [(landing.feed, landing.sidecar.scope, landing.sidecar.sender, span) for span in spans(entry, length)]


def _blocked(reason: str) -> Action:
    return Action("BLOCKED", ENGINEER, Message(f"发布被阻止:{reason}", f"publication is blocked: {reason}"))


def _held(entry: Entry, asked: Question, *, is_done: bool) -> Action:
    who = sender(entry.landing)
    codes = "|".join(map(typed, entry.choices))
    reason = entry.reason or Message(asked.zh, asked.en)
    if is_done:
        zh, en = (
            "其后的报送已采用,一般可答复退回。",
            "A later delivery counts in its place; refusing this one loses nothing. ",
        )
        reason = Message(zh + reason.zh, en + reason.en)
    return Action(
        "HELD",
        Message(f"{CLERK.zh}(向{who.zh}核实)", f"{CLERK.en} (ask {who.en})"),
        Message(f"{entry.landing.path}:{reason.zh}", f"{entry.landing.path}: {reason.en}"),
        entry.delivery_id, entry.landing.feed, _period(entry),
        f"louyu deliveries answer {entry.delivery_id} {codes}" if codes else None,
    )  # fmt: skip


def _refused(entry: Entry) -> Action:
    who = sender(entry.landing) if entry.landing.feed in feeds() else CLERK
    reason = entry.reason or Message("", "")
    what = Message(f"{entry.landing.path} 被退回,请改正后重报:{reason.zh}",
                   f"{entry.landing.path} was refused; correct and resend it: {reason.en}")  # fmt: skip
    return Action("REFUSED", who, what, entry.delivery_id, entry.landing.feed or None, _period(entry))


def _period(entry: Entry) -> str | None:
    return ", ".join(entry.periods) or entry.landing.sidecar.period


def _missing(missing: Sequence[Due]) -> Iterator[Action]:
    """Tell each unbroken run of missing periods once: feeds that pace the bulletin first, the longest overdue next."""
    runs: list[list[Due]] = []
    for due in missing:
        if runs and runs[-1][-1].feed == due.feed and runs[-1][-1].span.next == due.span:
            runs[-1].append(due)
        else:
            runs.append([due])
    for run in sorted(runs, key=lambda run: (not run[0].feed.paces_as_of, run[0].due_on, run[0].feed.id)):
        first, last = run[0], run[-1]
        told = first.span.label if len(run) == 1 else f"{first.span.label}/{last.span.label}"
        said = missing_message(first.feed.id, told)
        owner = first.feed.owner
        what = Message(f"{said.zh}(应于{first.due_on}前报送)", f"{said.en} (due by {first.due_on})")
        yield Action("MISSING", Message(owner.zh, owner.en), what, feed=first.feed.id, period=told)


def _mend(record: Record) -> Action:
    rows, names = record["rows"], "、".join(record["rules"])
    what = Message(f"{record['feed']} 有 {rows} 行待改正后补报({names})",
                   f"{record['feed']}: {rows} rows to mend and send again ({names})")  # fmt: skip
    who = Message(record["who_zh"], record["who_en"])
    return Action("QUARANTINE", who, what, feed=record["feed"], command="louyu quarantine --xlsx OUT")


def _withheld(withheld: Sequence[Mapping[str, Any]]) -> Iterator[Action]:
    def reason(row: Mapping[str, Any]) -> tuple[str, str]:
        return str(row["gate"]), str(row["note"])

    for (gate, note), rows in groupby(sorted(withheld, key=reason), reason):
        kpis, said = ", ".join(str(row["kpi_id"]) for row in rows), from_note(note)
        what = Message(f"不公布 — {said.zh}:{kpis}", f"withheld — {said.en}: {kpis}")
        yield Action("WITHHELD", _GATE_OWNERS.get(gate, _REVIEWER), what, command=_GATE_COMMANDS.get(gate))


def to_sign(waiting: Iterable[Release]) -> Iterator[Action]:
    """Tell whose signature each release waits for, or that it may be published."""
    for release in waiting:
        role = replay(release.log).next_role
        if role is None:
            what = Message(f"{release.id} 已签发,可以发布", f"{release.id} is signed and may be published")
            yield Action("SIGN", CLERK, what, command=f"louyu release publish {release.id}")
        else:
            said = ROLE_NAMES[role]
            what = Message(f"{release.id} 待{said.zh}签名", f"{release.id} waits for the {said.en}'s signature")
            who = Message(f"{said.zh}人", said.en.capitalize())
            yield Action("SIGN", who, what, command=f"louyu release sign {release.id} --role {role} --key FILE")


def _due(due: Due) -> Action:
    owner, name, period = due.feed.owner, due.feed.name, due.span.label
    what = Message(f"{due.feed.id} {name.zh} {period} 应于{due.due_on}前报送",
                   f"{due.feed.id} {name.en} {period} is due by {due.due_on}")  # fmt: skip
    return Action("DUE", Message(owner.zh, owner.en), what, feed=due.feed.id, period=period)
