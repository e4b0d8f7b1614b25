"""The ledger only grows, survives a crash and knows no order (DESIGN 2.1)."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.clock import BEIJING
from common.contracts import PROJECT
from common.home import Home
from common.ledger import Event, Ledger

START = datetime(2023, 9, 1, 8, tzinfo=BEIJING)
TEXTS = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)
EVENTS = st.builds(
    Event, st.sampled_from(["delivery", "parameter"]),
    st.integers(0, 10**7).map(lambda s: START + timedelta(seconds=s)),
    st.dictionaries(st.sampled_from(["feed", "district"]), TEXTS, max_size=2), st.dictionaries(TEXTS, JSON, max_size=3),
)  # fmt: skip


def _event(number: int) -> Event:
    return Event("delivery", START + timedelta(minutes=number), {"feed": "T01"}, {"n": number})


@given(st.lists(EVENTS, max_size=8))
def test_what_was_added_is_read_back_with_the_same_ids(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event]
) -> None:
    ledger = Ledger(tmp_path_factory.mktemp("ledger"))
    assert ledger.add(events) == len({event.id for event in events})
    assert {event.id for event in ledger.events()} == {event.id for event in events}


@given(st.lists(EVENTS, min_size=1, max_size=6), st.randoms(use_true_random=False))
def test_any_order_and_repetition_of_adding_gives_the_same_ledger(
    tmp_path_factory: pytest.TempPathFactory, events: list[Event], chance: Random
) -> None:
    one, other = Ledger(tmp_path_factory.mktemp("one")), Ledger(tmp_path_factory.mktemp("other"))
    one.add(events)
    shuffled = [*events, *events]
    chance.shuffle(shuffled)
    for event in shuffled:
        other.add([event])
    assert [event.id for event in one.events()] == [event.id for event in other.events()]


def test_an_event_is_the_same_in_any_zone_and_with_keys_in_any_order() -> None:
    moment = datetime(2023, 9, 1, 0, 30, tzinfo=UTC)
    one = Event("delivery", moment, {"feed": "T01", "a": "b"}, {"x": 1, "y": [1, 2]})
    other = Event(
        "delivery", moment.astimezone(timezone(timedelta(hours=-5))), {"a": "b", "feed": "T01"}, {"y": (1, 2), "x": 1}
    )
    assert one.id == other.id
    assert one.id != Event("parameter", moment, one.scope, one.payload).id


def test_a_cut_holds_what_was_known_at_its_moment_and_nothing_later(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add(_event(n) for n in (3, 1, 2))
    assert [event.payload["n"] for event in ledger.events(START + timedelta(minutes=2))] == [1, 2]
    assert ledger.events(START) == []
    assert len(ledger.events()) == 3


def test_adding_never_changes_what_stands_in_the_file(tmp_path: Path) -> None:
    ledger = Ledger(tmp_path)
    ledger.add([_event(1)])
    before = (tmp_path / "events.jsonl").read_bytes()
    assert ledger.add([_event(1)]) == 0
    assert (tmp_path / "events.jsonl").read_bytes() == before
    ledger.add([_event(2), _event(1)])
    assert (tmp_path / "events.jsonl").read_bytes().startswith(before)


def test_an_absent_ledger_is_empty_and_reading_creates_nothing(tmp_path: Path) -> None:
    assert Ledger(tmp_path / "none").events() == []
    assert not (tmp_path / "none").exists()


@given(st.data())
def test_a_line_torn_by_a_crash_is_dropped_and_everything_before_it_stays(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    folder = tmp_path_factory.mktemp("torn")
    ledger = Ledger(folder)
    ledger.add([_event(1), _event(2)])
    file = folder / "events.jsonl"
    whole = file.read_bytes()
    first = whole.index(b"\n") + 1
    cut = data.draw(st.integers(first, len(whole) - 1))
    file.write_bytes(whole[:cut])
    assert [event.payload["n"] for event in ledger.events()] == [1]
    assert ledger.add([_event(2), _event(3)]) == 2
    assert [event.payload["n"] for event in ledger.events()] == [1, 2, 3]
    assert file.read_bytes().endswith(b"\n")


KILLED = """
import os, sys
from datetime import timedelta
from pathlib import Path
from common.clock import parse_moment
from common.ledger import Event, Ledger
ledger = Ledger(Path(sys.argv[1]))
start = parse_moment("2023-09-01T08:00:00+08:00")
for n in range(1000000):
    ledger.add([Event("delivery", start + timedelta(minutes=n), {"feed": "T01"}, {"n": n})])
    print(n, flush=True)
"""


def test_every_event_acknowledged_before_a_kill_is_there_after_it(tmp_path: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], stdout=subprocess.PIPE, cwd=PROJECT, text=True
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(20)]
        writer.kill()
    ledger = Ledger(tmp_path)
    kept = [event.payload["n"] for event in ledger.events()]
    assert kept[:20] == acknowledged
    assert kept == list(range(len(kept)))
    assert ledger.add([_event(10**6)]) == 1
    assert len(ledger.events()) == len(kept) + 1


def test_two_writers_under_the_lock_of_the_home_lose_nothing(tmp_path: Path) -> None:
    home = Home(tmp_path)

    def write(numbers: range) -> None:
        for n in numbers:
            with home.writer("test"):
                Ledger(home.ledger).add([_event(n)])

    writers = [threading.Thread(target=write, args=(numbers,)) for numbers in (range(0, 30), range(15, 45))]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [event.payload["n"] for event in Ledger(home.ledger).events()] == list(range(45))
