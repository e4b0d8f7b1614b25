"""Where a release may stand and what may be done with it there, as one table (SPEC 4.2). Pure: no file, no clock.

Four different persons sign with four different keys in one order: compiler, reviewer, secrecy reviewer, signer.
Publication and embargo are reached through all four only.
"""

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from common.messages import LouyuError, Message

State = Literal[
    "DRAFT", "COMPUTED", "CHECKED", "REVIEWED", "SECRECY_REVIEWED", "APPROVED", "EMBARGOED", "PUBLISHED", "REVISED",
    "WITHDRAWN",
]  # fmt: skip
Role = Literal["compiler", "reviewer", "secrecy", "signer"]
Event = Literal[
    "DRAFTED", "COMPUTED", "CHECKED", "SIGNED", "VOIDED", "EMBARGOED", "PUBLISHED", "REVISED", "RESTORED", "WITHDRAWN"
]

ROLES: tuple[Role, ...] = ("compiler", "reviewer", "secrecy", "signer")
"""The roles in the order in which they sign."""
ROLE_NAMES: Mapping[str, Message] = {
    "compiler": Message("编制", "compiler"),
    "reviewer": Message("审核", "reviewer"),
    "secrecy": Message("保密审查", "secrecy reviewer"),
    "signer": Message("签发", "signer"),
}
STANDING: frozenset[str] = frozenset({"PUBLISHED", "REVISED"})
"""States in which readers have a release's figures, as the current vintage or as an earlier one."""
WAITING: frozenset[str] = frozenset({"CHECKED", "REVIEWED", "SECRECY_REVIEWED", "APPROVED"})
"""States in which a person has to do something."""

_TABLE: Mapping[tuple[State | None, str], State] = {
    (None, "DRAFTED"): "DRAFT",
    ("DRAFT", "COMPUTED"): "COMPUTED",
    ("COMPUTED", "CHECKED"): "CHECKED",
    ("CHECKED", "SIGNED compiler"): "CHECKED",
    ("CHECKED", "SIGNED reviewer"): "REVIEWED",
    ("REVIEWED", "SIGNED secrecy"): "SECRECY_REVIEWED",
    ("SECRECY_REVIEWED", "SIGNED signer"): "APPROVED",
    # its folder was altered before it was published: it is made again, and nobody has signed what is made then
    ("COMPUTED", "VOIDED"): "COMPUTED",
    ("CHECKED", "VOIDED"): "COMPUTED",
    ("REVIEWED", "VOIDED"): "COMPUTED",
    ("SECRECY_REVIEWED", "VOIDED"): "COMPUTED",
    ("APPROVED", "VOIDED"): "COMPUTED",
    ("APPROVED", "EMBARGOED"): "EMBARGOED",
    ("APPROVED", "PUBLISHED"): "PUBLISHED",
    ("EMBARGOED", "PUBLISHED"): "PUBLISHED",
    # what turns out wrong while it waits must not go out
    ("EMBARGOED", "WITHDRAWN"): "WITHDRAWN",
    ("PUBLISHED", "REVISED"): "REVISED",
    # the release that revised it was withdrawn
    ("REVISED", "RESTORED"): "PUBLISHED",
    ("PUBLISHED", "WITHDRAWN"): "WITHDRAWN",
    ("REVISED", "WITHDRAWN"): "WITHDRAWN",
}


class IllegalAct(LouyuError):
    """An act that the state of a release does not allow."""


@dataclass(frozen=True, slots=True)
class Signatory:
    """Who signed in which role with which key."""

    role: Role
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Standing:
    """The state of a release and who signed it so far, in order."""

    state: State | None = None
    """None before anything was done."""
    signed: tuple[Signatory, ...] = ()

    @property
    def next_role(self) -> Role | None:
        """The role whose signature is awaited."""
        return ROLES[len(self.signed)] if len(self.signed) < len(ROLES) else None

    @property
    def is_signed(self) -> bool:
        return self.next_role is None


def after(standing: Standing, event: Event, signatory: Signatory | None = None) -> Standing:
    """Return where a release stands after an event; SIGNED comes with who signed.

    Raises IllegalAct for an event that the state does not allow, a signature out of turn, and a person or a key that
    signed already.
    """
    if event == "SIGNED" and signatory is not None:
        _in_turn(standing, signatory)
        state = _TABLE.get((standing.state, f"SIGNED {signatory.role}"))
        standing = replace(standing, signed=(*standing.signed, signatory))
    else:
        state = _TABLE.get((standing.state, event))
    if state is None:
        raise IllegalAct(
            f"状态 {standing.state or '—'} 下不能执行 {event}",
            f"{event} is not allowed in the state {standing.state or 'none'}",
        )
    return Standing(state) if event == "VOIDED" else replace(standing, state=state)


def _in_turn(standing: Standing, signatory: Signatory) -> None:
    role, waits = ROLE_NAMES.get(signatory.role), standing.next_role
    if role is None:
        known = ", ".join(ROLES)
        raise IllegalAct(f"没有角色 {signatory.role},可用:{known}", f"There is no role {signatory.role}; use {known}")
    if any(one.role == signatory.role for one in standing.signed):
        raise IllegalAct(f"{role.zh}已签名", f"the {role.en} has signed already")
    if signatory.role != waits and waits is not None:
        first = ROLE_NAMES[waits]
        raise IllegalAct(
            f"还没有轮到{role.zh}:须先由{first.zh}签名", f"it is not the {role.en}'s turn: the {first.en} signs first"
        )
    for one in standing.signed:
        before = ROLE_NAMES[one.role]
        if one.fingerprint == signatory.fingerprint:
            raise IllegalAct(
                f"{role.zh}的密钥已用于{before.zh}签名,各角色须用不同密钥",
                f"the {role.en}'s key signed as {before.en} already; every role has a key of its own",
            )
        if _person(one.name) == _person(signatory.name):
            raise IllegalAct(
                f"{signatory.name} 已作为{before.zh}签名,同一批次须由四个不同的人签名",
                f"{signatory.name} signed as {before.en} already; four different persons sign a release",
            )


def _person(name: str) -> str:
    """Return what tells one person from another: width, case and blanks do not."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def since_voided(entries: Sequence[Mapping[str, Any]]) -> Sequence[Mapping[str, Any]]:
    """Return what was done with a release since it was last made again."""
    last = max((place for place, entry in enumerate(entries, start=1) if entry["event"] == "VOIDED"), default=0)
    return entries[last:]


def replay(entries: Iterable[Mapping[str, Any]]) -> Standing:
    """Return where the entries of a log have brought a release; raises IllegalAct for a history that cannot be."""
    standing = Standing()
    for entry in entries:
        signer = entry["details"]["signature"]["signed"]["signer"] if entry["event"] == "SIGNED" else None
        signatory = Signatory(signer["role"], signer["name"], signer["fingerprint"]) if signer else None
        standing = after(standing, entry["event"], signatory)
        if standing.state != entry["state"]:
            raise IllegalAct(
                f"第 {entry['seq']} 条写作 {entry['state']},应为 {standing.state}",
                f"entry {entry['seq']} says {entry['state']} where {standing.state} follows",
            )
    return standing
