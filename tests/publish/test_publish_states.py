"""No sequence of acts reaches readers without four persons who signed with four keys, in their order (SPEC 4.2)."""

import contextlib
import shutil
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from release_making import Office, small_release

from common.clock import now
from common.home import Home
from common.messages import LouyuError
from publish.life.acts import publish_release, register_key, sign_release, withdraw_release
from publish.life.keys import describe
from publish.life.states import ROLES, Event, IllegalAct, Role, Signatory, Standing, after
from publish.life.verify import verify_folder
from publish.shelf import read_release

EVENTS: tuple[Event, ...] = (
    "DRAFTED", "COMPUTED", "CHECKED", "SIGNED", "VOIDED", "EMBARGOED", "PUBLISHED", "REVISED", "RESTORED", "WITHDRAWN",
)  # fmt: skip
signatories = st.builds(Signatory, st.sampled_from(ROLES), st.sampled_from("甲乙丙丁"), st.sampled_from("1234"))
acts = st.tuples(st.sampled_from(EVENTS) | st.just("SIGNED"), signatories)


@settings(max_examples=300)
@given(st.lists(acts, max_size=40))
def test_what_readers_see_was_signed_by_four_persons_with_four_keys_in_order(
    drawn: list[tuple[Event, Signatory]],
) -> None:
    standing = Standing()
    for event in ("DRAFTED", "COMPUTED", "CHECKED"):
        standing = after(standing, event)  # type: ignore[arg-type]
    for event, signatory in drawn:
        before = standing
        try:
            standing = after(standing, event, signatory if event == "SIGNED" else None)
        except IllegalAct:
            continue
        assert standing != before or event == "VOIDED"
        if standing.state in ("APPROVED", "EMBARGOED", "PUBLISHED", "REVISED", "WITHDRAWN"):
            assert [one.role for one in standing.signed] == list(ROLES)
            assert len({one.name for one in standing.signed}) == len({one.fingerprint for one in standing.signed}) == 4
        assert before.state != "WITHDRAWN"


@given(st.permutations(ROLES))
def test_one_order_of_signatures_leads_to_approval(order: list[Role]) -> None:
    standing = Standing("CHECKED")
    with contextlib.suppress(IllegalAct):
        for number, role in enumerate(order):
            standing = after(standing, "SIGNED", Signatory(role, str(number), str(number)))
    assert (standing.state == "APPROVED") == (tuple(order) == ROLES)


@pytest.mark.parametrize("event", EVENTS)
def test_nothing_follows_a_withdrawal(event: Event) -> None:
    with pytest.raises(IllegalAct):
        after(Standing("WITHDRAWN"), event)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> tuple[Office, list[tuple[Role, Ed25519PrivateKey]]]:
    """A checked release, and keys of all roles: one person with two of them, one key that nobody registered."""
    office = Office(Home(tmp_path_factory.mktemp("desk") / "home"))
    small_release(office.home, "R1")
    keys: list[tuple[Role, Ed25519PrivateKey]] = [
        (role, office.appoint(role, name)) for role, name in zip((*ROLES, "reviewer"), "甲乙丙丁甲", strict=True)
    ]  # type: ignore[arg-type]
    return office, [*keys, ("secrecy", Ed25519PrivateKey.generate())]


@settings(max_examples=12, deadline=None)
@given(st.lists(st.integers(0, 5) | st.sampled_from(["publish", "alter", "withdraw"]), min_size=4, max_size=9))
def test_no_sequence_of_acts_on_files_publishes_what_four_persons_did_not_sign(
    desk: tuple[Office, list[tuple[Role, Ed25519PrivateKey]]], tmp_path_factory: pytest.TempPathFactory,
    sequence: list[int | str],
) -> None:  # fmt: skip
    office, keys = desk
    home = Home(Path(shutil.copytree(office.home.root, tmp_path_factory.mktemp("acts") / "home")))
    folder, is_altered = home.releases / "R1", False
    for act in sequence:
        with contextlib.suppress(LouyuError):
            if act == "alter":
                (folder / "public" / "bulletin.html").write_bytes(b"altered")
                is_altered = True
            elif act == "publish":
                was = read_release(folder).state
                published = publish_release(home, "R1")
                assert (published.state, is_altered and was != "PUBLISHED") == ("PUBLISHED", False)
            elif act == "withdraw":
                withdraw_release(home, "R1", "why")
            elif isinstance(act, int):
                sign_release(home, "R1", *keys[act])
    release = read_release(folder)
    if release.published_at:
        names = [one["signed"]["signer"]["name"] for one in release.signatures]
        assert names == ["甲", "乙", "丙", "丁"]
    assert verify_folder(folder, home).is_sound or is_altered


def test_a_key_is_registered_once(tmp_path: Path) -> None:
    public = describe(Ed25519PrivateKey.generate(), "signer", "甲", now())
    register_key(Home(tmp_path), public)
    with pytest.raises(LouyuError, match="registered already"):
        register_key(Home(tmp_path), public)
