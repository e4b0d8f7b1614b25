"""What a delivery is: the same bytes once, whatever they are called and whenever they are processed (B-DUP-01)."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from common.clock import BEIJING
from common.deliveries import Delivery, Sidecar, StoredFile, deliveries, delivery_of, originals

FIRST = datetime(2023, 10, 8, 9, tzinfo=BEIJING)


def landing(path: str, days: int = 0, content: str = "a", feed: str = "G03", **said: str) -> Delivery:
    file = StoredFile(path, content * 64, 10)
    return Delivery(feed, path, (file,), FIRST + timedelta(days), 0, Sidecar(**said))


@pytest.mark.parametrize(
    ("landed", "distinct"),
    [
        ([landing("a"), landing("b", 1)], ["a"]),
        ([landing("a", period="2023-09"), landing("b", 1)], ["a"]),
        ([landing("a", period="2023-09"), landing("b", 1, period="2023-09")], ["a"]),
        ([landing("a", period="2023-09"), landing("b", 30, period="2023-10"), landing("c", 60)], ["a", "b"]),
        ([landing("a"), landing("b", 1, content="b")], ["a", "b"]),
        ([landing("a"), landing("b", 1, feed="R02")], ["a", "b"]),
        ([landing("a", layout="one"), landing("b", 1, layout="other")], ["a", "b"]),
        ([landing("a", layout="no such"), landing("b", 1)], ["a", "b"]),
        ([landing("a", feed="H01", layout="kaohsiung_1999"), landing("b", 1, feed="H01")], ["a"]),
        ([landing("a", feed="T01", channel="mail"), landing("b", 1, feed="T01", channel="exchange")], ["a", "b"]),
        ([landing("a", channel="mail"), landing("b", 1, channel="exchange")], ["a"]),
    ],
)
def test_same_bytes_are_one_delivery_unless_they_claim_something_else(
    landed: list[Delivery], distinct: list[str]
) -> None:
    for order in permutations(landed):
        assert [delivery.path for delivery in deliveries(order)] == distinct
        assert set(originals(order)) == {delivery.id for delivery in landed}


def test_a_landing_is_read_back_from_its_event() -> None:
    given = landing("T01/a.xlsx", period="2023-09")
    assert delivery_of(given.event()) == given
