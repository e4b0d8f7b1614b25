"""Which deliveries stand at a moment, and why the others do not (DESIGN 2.1, 2.4; SPEC 3.0 and 5)."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from graphlib import TopologicalSorter
from heapq import heapify, heappop, heappush

import polars as pl

from common.answers import Answer, answers, choices, listed, reading
from common.clock import stamp
from common.deliveries import Question, deliveries, landings, read_report, rows_file
from common.findings import findings_frame
from common.home import Home
from common.ledger import Ledger
from common.machine import side_by_side
from common.messages import Message
from common.rules import Finding
from review.holds import ask, unchanged_before
from review.judgement import Standing
from review.landed import Landed
from review.memory import Judgements, keys
from review.past import Past
from review.rows import addresses, refused_rows
from review.unusual import UNUSUAL


def standings(home: Home, known_at: datetime | None = None) -> list[Standing]:
    """Judge every delivery that was received and parsed by a moment, in the order of receipt."""
    ledger = Ledger(home.ledger)
    given = answers(ledger, known_at)
    found = []
    for delivery in deliveries(landings(ledger)):
        if known_at is not None and delivery.received_at > known_at:
            continue
        own = given.get(delivery.id, ())
        file = rows_file(home, delivery, reading(own))
        report = read_report(file)
        if report is None:
            own, file = (), rows_file(home, delivery)
            report = read_report(file)
        if report is not None:
            order = (delivery.version, delivery.received_at, delivery.sha256)
            found.append(Landed(delivery, report, file, own, order))
    by_feed: dict[str, list[Landed]] = {}
    for landed in found:
        by_feed.setdefault(landed.delivery.feed, []).append(landed)

    def judged_of(feed: str) -> list[Standing]:
        memory = Judgements(home.judgements / f"{feed}.json")
        found = _judged(by_feed[feed], memory)
        # a past moment knows less, and what the next run needs is what is known now
        if known_at is None:
            memory.save()
        return found

    judged = [one for same in side_by_side(judged_of, by_feed) for one in same]
    # a fresh copy lets go of the rows that were read to judge by
    kept = [replace(one, landed=replace(one.landed)) for one in _completed(judged)]
    return sorted(kept, key=lambda one: (one.delivery.received_at, one.delivery.path))


def _judged(landed: list[Landed], memory: Judgements) -> list[Standing]:
    """Judge the deliveries of one feed; what another feed received says nothing of them."""
    return list(_judge(_in_turn(_placed(landed)), memory))


def _completed(judged: Sequence[Standing]) -> Iterator[Standing]:
    """Let go of a pull that waited for its pages once it lies whole where it lay: there is nothing left to answer."""
    whole = {(one.delivery.feed, one.delivery.path): one for one in judged if one.status == "ACCEPTED"}
    for one in judged:
        later = whole.get((one.delivery.feed, one.delivery.path))
        waited = one.status == "HELD" and one.report.status == "HELD"
        if later and waited and later.delivery.received_at >= one.delivery.received_at:
            on = stamp(later.delivery.received_at)[:10]
            said = Message(
                f"{one.report.reason_zh} 同一批已于{on}补齐并读取。",
                f"{one.report.reason_en} The same pull was completed and read on {on}.",
            )
            yield replace(one, status="REJECTED", known_at=later.known_at, reason=said, question=None)
        else:
            yield one


def review_findings(standing: Sequence[Standing]) -> pl.DataFrame:
    """Return what the review found, as FINDING_SCHEMA."""
    return findings_frame(
        (one.delivery.id, one.delivery.feed, file, finding) for one in standing for file, finding in one.findings
    )


def _in_turn(same_feed: Sequence[Landed]) -> list[Landed]:
    """Order the deliveries of a feed by their first period, but those that speak of one period by their versions.

    A list of two months that was sent last is judged after the lists of either month.
    """
    ordered = sorted(same_feed, key=lambda one: one.order)
    before: dict[int, set[int]] = {number: set() for number in range(len(ordered))}
    newest: dict[tuple[str, str], int] = {}
    for number, landed in enumerate(ordered):
        for scope in landed.scopes:
            if scope in newest:
                before[number].add(newest[scope])
            newest[scope] = number
    sorter = TopologicalSorter(before)
    sorter.prepare()
    found: list[Landed] = []
    ready = [(ordered[number].first_day, number) for number in sorter.get_ready()]
    heapify(ready)
    while ready:
        _, number = heappop(ready)
        found.append(ordered[number])
        sorter.done(number)
        for freed in sorter.get_ready():
            heappush(ready, (ordered[freed].first_day, freed))
    return found


def _placed(same_feed: Sequence[Landed]) -> list[Landed]:
    """Give every delivery of a feed its place among the versions, whatever number it bears."""
    return _rolled_back(_after_their_originals(same_feed))


def _after_their_originals(same_feed: Sequence[Landed]) -> list[Landed]:
    """Give corrections of single rows the version of what they correct: nobody numbers those (SPEC 3.0, CORRECTION).

    A mended row names its delivery; another correction belongs to what was received of its scopes before it.
    """
    found: dict[str, Landed] = {}
    for landed in sorted(same_feed, key=lambda landed: (landed.delivery.received_at, landed.delivery.sha256)):
        corrected = [found[id] for id in {row.delivery_id for row in landed.report.corrects} if id in found]
        if landed.is_correction and not landed.report.corrects:
            corrected = [other for other in found.values() if other.scopes & landed.scopes]
        version = max([landed.order[0], *(other.order[0] for other in corrected)])
        is_placed = version == landed.order[0]
        found[landed.delivery.id] = landed if is_placed else replace(landed, order=(version, *landed.order[1:]))
    return list(found.values())


def _rolled_back(same_feed: Sequence[Landed]) -> list[Landed]:
    """Move a delivery that somebody rolled back to behind everything that is known of its scopes."""

    def moved(landed: Landed) -> Landed:
        answer = landed.answered("B-COR-02")
        if answer is None or answer.effect != "ROLLBACK":
            return landed
        newest = max(other.delivery.version for other in same_feed if other.scopes & landed.scopes)
        return replace(landed, order=(newest, answer.known_at, landed.delivery.sha256))

    return [moved(landed) for landed in same_feed]


def _judge(same_feed: Sequence[Landed], memory: Judgements) -> Iterator[Standing]:
    """Judge the deliveries of one feed against those that stand before them."""
    past = Past(same_feed)
    for landed, key in zip(same_feed, keys(same_feed), strict=True):
        one = memory.recall(key, landed)
        if one is None:
            one = _judge_one(landed, past)
            memory.keep(key, one)
        if one.status == "ACCEPTED":
            past.add(landed)
        elif one.question and one.question.rule_id.startswith(UNUSUAL):
            past.note(landed)
        yield one


def _judge_one(landed: Landed, past: Past) -> Standing:
    report = landed.report
    received, first_file = landed.delivery.received_at, landed.delivery.files[0].name
    if report.status != "ACCEPTED":
        return _unparsed(landed)
    if repeated := _same_content(landed, past):
        facts = {"d": stamp(repeated.delivery.received_at)[:10], "f": repeated.delivery.path}
        told = Finding("B-DUP-02", "IGNORE", facts=facts)
        return Standing(landed, "DUPLICATE", received, told.message, findings=((first_file, told),))
    asked: list[tuple[Question, Finding | None]] = [(question, None) for question in report.questions]
    known = {question.rule_id for question in report.questions}
    asked += [(_question(finding), finding) for finding in ask(landed, past) if finding.rule_id not in known]
    for question, finding in asked:
        answer = landed.answered(question.rule_id)
        if answer is None:
            noted = ((first_file, finding),) if finding else ()
            return Standing(landed, "HELD", received, _with_choices(landed, question), question, findings=noted)
        if answer.effect == "REJECT":
            return Standing(landed, "REJECTED", answer.known_at, _answered(question, answer))
    # a file that is read in another unit or month for an answer raises the question no more
    relevant = {question.rule_id for question, _ in asked}
    given = [answer for answer in landed.answers if answer.rule_id in relevant or answer.effect in ("UNIT", "PERIOD")]
    refused = refused_rows(landed, past)
    return Standing(
        landed,
        "ACCEPTED",
        max([received, *(answer.known_at for answer in given)]),
        adds=landed.adds,
        is_cumulative=landed.has_effect("DIFFERENCE"),
        findings=(*_notes(landed, past), *refused),
        refused=addresses(refused),
    )


def _unparsed(landed: Landed) -> Standing:
    """A delivery that parsing refused, or that is no whole pull and waits for the rest of it."""
    report = landed.report
    said = Message(report.reason_zh or "", report.reason_en or "")
    received = landed.delivery.received_at
    if report.status != "HELD" or report.rule_id is None:
        return Standing(landed, report.status, received, said)
    question = Question(report.rule_id, said.zh, said.en)
    answer = landed.answered(report.rule_id)
    if answer is not None and answer.effect == "REJECT":
        return Standing(landed, "REJECTED", answer.known_at, _answered(question, answer))
    return Standing(landed, "HELD", received, _with_choices(landed, question), question)


def _same_content(landed: Landed, past: Past) -> Landed | None:
    """Return the delivery that says the same of the same periods, if that is what stands (B-DUP-02).

    An older version that comes late and says what the newest says already repeats that one.
    """
    if not landed.report.rows_accepted or landed.report.corrects:
        return None
    if not landed.parts:
        return None if landed.answers else past.told(landed)
    standing = {past.standing(part) for part in landed.parts}
    former = standing.pop() if len(standing) == 1 else None
    likely = [one for one in (former, past.newer(landed)) if one and one.parts == landed.parts]
    received = landed.delivery.received_at
    return next((one for one in likely if one.delivery.received_at <= received and one.says_the_same(landed)), None)


def _notes(landed: Landed, past: Past) -> list[tuple[str, Finding]]:
    """Return what is worth a note in a delivery that stands."""
    repeats = landed.delivery.feed == "B01" and unchanged_before(landed, past) == 1
    return [(landed.delivery.files[0].name, Finding("B-TIM-02", "WARN"))] if repeats else []


def _question(finding: Finding) -> Question:
    return Question(finding.rule_id, finding.message.zh, finding.message.en)


def _with_choices(landed: Landed, question: Question) -> Message:
    """Say the question with its answers."""
    offered = listed(choices(landed.feed, question.rule_id))
    return Message(f"{question.zh}(答复:{offered.zh})", f"{question.en} (answers: {offered.en})")


def _answered(question: Question, answer: Answer) -> Message:
    on = stamp(answer.known_at)[:10]
    return Message(
        f"{question.zh} {answer.by}于{on}答复:{answer.choice.message.zh}。",
        f"{question.en} Answered by {answer.by} on {on}: {answer.choice.message.en}.",
    )
