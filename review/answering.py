"""Answering a held delivery: the question it waits for, the choice that is meant, and the event that records it."""

from datetime import timedelta

from common.answers import Answer, find_choice
from common.clock import now
from common.home import Home
from common.ledger import Ledger
from common.messages import LouyuError
from common.rules import Choice, rules
from review.standing import Standing, standings

_OF_AREAS = ("yuan", "wan")
"""The units that stand for one of areas too."""


def record_answer(home: Home, delivery_id: str, typed: str, by: str) -> Answer:
    """Record an answer and return it; the next run builds with it.

    The open question is meant, else the one answered last, whose answer is then replaced. Raises LouyuError for an
    unknown delivery, one that waits for nothing, and words that are no answer to its question.
    """
    one = next((one for one in standings(home) if one.delivery.id == delivery_id), None)
    if one is None:
        raise LouyuError(
            f"没有编号为 {delivery_id} 的报送,请用 louyu deliveries 查看。",
            f"There is no delivery {delivery_id}; louyu deliveries lists them.",
        )
    rule_id = _asked(one)
    choice = find_choice(rule_id, typed)
    if choice is None or not _is_possible(one, choice):
        listed = [known for known in rules()[rule_id].choices if _is_possible(one, known)]
        zh = ";".join(f"{known.code}({'、'.join(known.also)})={known.message.zh}" for known in listed)
        en = "; ".join(f"{known.code} = {known.message.en}" for known in listed)
        raise LouyuError(f'"{typed}"不是可选的答复。可选:{zh}', f'"{typed}" is no answer to this. Answers: {en}')
    # moments are kept to the second, and an answer given again must be the later one
    known_at = max([now(), *(given.known_at + timedelta(seconds=1) for given in one.landed.answers)])
    answer = Answer(delivery_id, rule_id, choice, typed.strip(), by, known_at)
    Ledger(home.ledger).add([answer.event()])
    return answer


def _asked(one: Standing) -> str:
    if one.question:
        return one.question.rule_id
    if one.landed.answers:
        return max(one.landed.answers, key=lambda answer: answer.known_at).rule_id
    raise LouyuError(
        f"报送 {one.delivery.id} 没有待答复的问题(状态 {one.status})。",
        f"Delivery {one.delivery.id} asks nothing (its status is {one.status}).",
    )


def _is_possible(one: Standing, choice: Choice) -> bool:
    """A unit answers for money and for areas, which have fewer; a month for lists that are of one month or day."""
    feed = one.landed.feed
    if choice.effect == "UNIT":
        kinds = {column.type for column in feed.columns}
        return bool(kinds & {"money", "capital"}) or ("area" in kinds and choice.code in _OF_AREAS)
    if choice.effect == "PERIOD":
        return feed.kind == "FULL_SNAPSHOT" or (feed.period is not None and feed.by_name[feed.period].type == "month")
    return True
