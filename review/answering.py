"""Answering a held delivery: the question it waits for, the choice that is meant, and the event that records it."""

from datetime import timedelta

from common.answers import Answer, choices, find_choice, listed
from common.clock import now
from common.home import Home
from common.ledger import Ledger
from common.messages import LouyuError
from review.judgement import Standing
from review.standing import standings


def record_answer(home: Home, delivery_id: str, typed: str, by: str) -> Answer:
    """Record an answer and return it; the next run builds with it.

    The open question is meant, else the one answered last, whose answer is then replaced. Raises LouyuError for an
    unknown delivery, one that waits for nothing, and words that are no answer to its question.
    """
    one = next((one for one in standings(home) if one.delivery.id == delivery_id), None)
    if one is None:
        raise unknown_delivery(delivery_id)
    rule_id = _asked(one)
    choice = find_choice(one.landed.feed, rule_id, typed)
    if choice is None:
        offered = listed(choices(one.landed.feed, rule_id))
        raise LouyuError(
            f'"{typed}"不是可选的答复。可选:{offered.zh}', f'"{typed}" is no answer to this. Answers: {offered.en}'
        )
    # moments are kept to the second, and an answer given again must be the later one
    known_at = max([now(), *(given.known_at + timedelta(seconds=1) for given in one.landed.answers)])
    answer = Answer(delivery_id, rule_id, choice, typed.strip(), by, known_at)
    Ledger(home.ledger).add([answer.event()])
    return answer


def unknown_delivery(delivery_id: str) -> LouyuError:
    """Return what is said of an id that no delivery has."""
    return LouyuError(
        f"没有编号为 {delivery_id} 的报送,或其为重复件,请用 louyu deliveries 查看。",
        f"There is no delivery {delivery_id}, or it repeats another; louyu deliveries lists them.",
    )


def _asked(one: Standing) -> str:
    if one.question:
        return one.question.rule_id
    if one.landed.answers:
        return max(one.landed.answers, key=lambda answer: answer.known_at).rule_id
    raise LouyuError(
        f"报送 {one.delivery.id} 没有待答复的问题(状态 {one.status})。",
        f"Delivery {one.delivery.id} asks nothing (its status is {one.status}).",
    )
