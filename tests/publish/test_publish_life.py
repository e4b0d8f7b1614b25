"""The life of a release: four persons sign it in turn, it waits for its time, readers see it whole, it can be taken
back (SPEC 4.2)."""

import contextlib
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest
from release_making import Office, small_release

from common.clock import now
from common.home import Home
from common.messages import LouyuError
from publish import readers
from publish.life import audit
from publish.life.acts import (
    due_releases,
    lift_embargoes,
    publish_release,
    settle,
    sign_simulated,
    void_altered,
    withdraw_release,
)
from publish.life.signers import read_signers, write_signers
from publish.life.states import ROLES
from publish.life.verify import verify_folder
from publish.shelf import Release, list_releases, read_release


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(Home(tmp_path / "home"))


def shown(home: Home, sql: str = "select release_id, value::int from published.kpi_value order by all") -> Any:
    with duckdb.connect(str(home.published / "louyu.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def states(home: Home) -> dict[str, str]:
    return {release.id: release.state for release in list_releases(home)}


def test_each_signature_brings_a_release_one_step_further_and_four_let_it_out(office: Office) -> None:
    release = small_release(office.home, "R1")
    passed = [release.state]
    for role in ROLES:
        release = office.sign(release, role)
        passed.append(release.state)
        assert (release.public / "signatures" / f"{role}.json").exists()
    assert passed == ["CHECKED", "CHECKED", "REVIEWED", "SECRECY_REVIEWED", "APPROVED"]
    assert not office.home.published.exists()
    published = publish_release(office.home, "R1")
    assert (published.state, published.is_demonstration) == ("PUBLISHED", False)
    assert shown(office.home) == [("R1", 278)]
    found = verify_folder(release.folder, office.home)
    assert (found.fault, found.sign_gate) == (None, None)


@pytest.mark.parametrize("signed", range(4))
def test_fewer_than_four_signatures_publish_nothing(office: Office, signed: int) -> None:
    release = small_release(office.home, "R1")
    if signed:
        office.sign(release, *ROLES[:signed])
    with pytest.raises(LouyuError, match=r"G-SIGN: not signed by .*signer"):
        publish_release(office.home, "R1")
    assert verify_folder(release.folder, office.home).is_sound
    assert not office.home.published.exists()


@pytest.mark.parametrize(("before", "role"), [(0, "reviewer"), (1, "signer"), (2, "compiler"), (4, "signer")])
def test_who_is_not_in_turn_does_not_sign(office: Office, before: int, role: Any) -> None:
    release = small_release(office.home, "R1")
    if before:
        office.sign(release, *ROLES[:before])
    with pytest.raises(LouyuError, match=r"signs first|signed already"):
        office.sign(release, role)


@pytest.mark.parametrize("name", ["Zhang San", "zhangsan", "Ｚｈａｎｇ San "])
def test_one_person_does_not_sign_twice_whatever_the_key(office: Office, name: str) -> None:
    release = small_release(office.home, "R1")
    office.appoint("compiler", "Zhang San")
    office.sign(release, "compiler")
    office.appoint("reviewer", name)
    with pytest.raises(LouyuError, match="four different persons"):
        office.sign(release, "reviewer")


def test_a_key_that_nobody_registered_does_not_sign(office: Office) -> None:
    release = small_release(office.home, "R1")
    office.appoint("compiler")
    office.home.signers.unlink()
    with pytest.raises(LouyuError, match="not registered"):
        office.sign(release, "compiler")


def test_a_key_signs_in_its_own_role_only(office: Office) -> None:
    release = small_release(office.home, "R1")
    office.sign(release, "compiler")
    office.keys["reviewer"] = office.keys["compiler"]
    with pytest.raises(LouyuError, match="registered as compiler"):
        office.sign(release, "reviewer")


@pytest.mark.parametrize(("starts", "ends", "counts"), [(0, 1, True), (0, 0, False), (-9, -1, False), (1, 9, False)])
def test_a_key_signs_between_its_days(office: Office, starts: int, ends: int, counts: bool) -> None:
    release = small_release(office.home, "R1")
    office.appoint("compiler")
    first, last = (str((now() + timedelta(days=days)).date()) for days in (starts, ends))
    [signer] = read_signers(office.home.signers)
    write_signers(office.home.signers, [replace(signer, valid_from=first, valid_to=last)])
    if counts:
        office.sign(release, "compiler")
    else:
        with pytest.raises(LouyuError, match="not valid now"):
            office.sign(release, "compiler")


def test_a_key_that_ends_leaves_what_it_signed_signed(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    tomorrow = str((now() + timedelta(days=1)).date())
    write_signers(office.home.signers, [replace(one, valid_to=tomorrow) for one in read_signers(office.home.signers)])
    assert verify_folder(release.folder, office.home).is_sound


def test_what_a_gate_blocks_is_not_even_signed(office: Office) -> None:
    release = small_release(office.home, "R1", verdict="FAIL")
    assert release.state == "COMPUTED"
    for act in (lambda: office.sign(release, "compiler"), lambda: publish_release(office.home, "R1", simulated=True)):
        with pytest.raises(LouyuError, match="blocked: G-CONS: FAIL"):
            act()


def test_demonstration_keys_mark_a_release_and_publish_nothing_as_real(office: Office) -> None:
    small_release(office.home, "R1")
    told: list[str] = []
    signed = sign_simulated(office.home, "R1", lambda message: told.append(message.en))
    assert (signed.state, signed.is_demonstration, signed.is_simulated) == ("APPROVED", True, True)
    assert len(told) == 4
    assert not office.home.signers.exists()
    assert publish_release(office.home, "R1", simulated=True).is_simulated
    with pytest.raises(LouyuError, match="demonstration keys only"):
        publish_release(office.home, "R1")
    assert shown(office.home, "select is_simulated from published.release") == [(True,)]


def test_an_embargo_lifts_by_itself_and_until_then_nobody_looks_in(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    release = office.sign(small_release(office.home, "R1"))
    until = now() + timedelta(hours=1)
    waiting = publish_release(office.home, "R1", at=until)
    assert (waiting.state, waiting.embargo) == ("EMBARGOED", until)
    assert release.folder.stat().st_mode & 0o777 == 0o750
    with pytest.raises(LouyuError, match="under embargo until"):
        publish_release(office.home, "R1")
    assert lift_embargoes(office.home) == due_releases(office.home) == []
    assert not office.home.published.exists()
    [lifted] = lift_embargoes(office.home, until)
    assert lifted.state == "PUBLISHED"
    assert release.folder.stat().st_mode & 0o777 == 0o755
    assert shown(office.home) == [("R1", 278)]
    assert lift_embargoes(office.home, until) == []


def test_a_time_that_has_passed_is_no_embargo(office: Office) -> None:
    office.sign(small_release(office.home, "R1"))
    assert publish_release(office.home, "R1", at=now() - timedelta(seconds=1)).state == "PUBLISHED"


def test_what_was_altered_under_embargo_does_not_go_out(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    until = now() + timedelta(hours=1)
    publish_release(office.home, "R1", at=until)
    (release.public / "bulletin.html").write_bytes(b"another number")
    told: list[str] = []
    assert lift_embargoes(office.home, until, lambda message: told.append(message.en)) == []
    assert "public/bulletin.html" in told[0]
    assert states(office.home) == {"R1": "EMBARGOED"}


def test_a_later_release_of_the_same_day_revises_and_its_withdrawal_restores(office: Office) -> None:
    for name, value in (("R1", "278"), ("R2", "280")):
        office.sign(small_release(office.home, name, value))
        publish_release(office.home, name)
    assert states(office.home) == {"R1": "REVISED", "R2": "PUBLISHED"}
    assert shown(office.home) == [("R2", 280)]
    withdraw_release(office.home, "R2", "来源有误")
    assert states(office.home) == {"R1": "PUBLISHED", "R2": "WITHDRAWN"}
    assert shown(office.home) == [("R1", 278)]
    assert shown(office.home, "select value::int, superseded_at is null from published.kpi_vintage order by all") == [
        (278, True), (280, False),
    ]  # fmt: skip
    assert (office.home.published / "bulletin.html").read_text() == "<p>R1: 278</p>"
    assert not (office.home.published / "louyu-R2.duckdb").exists()
    assert all(verify_folder(one.folder, office.home).is_sound for one in list_releases(office.home))


def test_a_release_of_another_day_revises_nothing(office: Office) -> None:
    for name, day in (("R1", "2023-06-30"), ("R2", "2023-09-30")):
        office.sign(small_release(office.home, name, as_of=day))
        publish_release(office.home, name)
    assert states(office.home) == {"R1": "PUBLISHED", "R2": "PUBLISHED"}


def test_after_the_only_release_is_withdrawn_readers_find_no_figure_and_its_vintage(office: Office) -> None:
    office.sign(small_release(office.home, "R1"))
    publish_release(office.home, "R1")
    withdraw_release(office.home, "R1", "口径有误")
    assert shown(office.home) == []
    assert shown(office.home, "select value::int from published.kpi_vintage") == [(278,)]
    assert shown(office.home, "select state from published.release") == [("WITHDRAWN",)]
    assert not (office.home.published / "bulletin.html").exists()


def test_a_withdrawal_has_a_reason_and_comes_after_publication(office: Office) -> None:
    office.sign(small_release(office.home, "R1"))
    with pytest.raises(LouyuError, match="needs a reason"):
        withdraw_release(office.home, "R1", " ")
    with pytest.raises(LouyuError, match="not allowed in the state APPROVED"):
        withdraw_release(office.home, "R1", "why")
    publish_release(office.home, "R1", at=now() + timedelta(hours=1))
    assert withdraw_release(office.home, "R1", "why").state == "WITHDRAWN"
    assert not office.home.published.exists()
    assert audit.read_log(office.home.releases)[-1]["details"] == {"reason": "why"}


class KilledError(BaseException):
    """What ends a process at once, as nothing catches it."""


def killed_at(step: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the process die before the step-th change that reaches the disk."""
    count = 0
    calls: list[tuple[Any, str]] = [(Path, "replace"), (Path, "chmod"), (Path, "unlink"), (os, "fsync")]

    def counting(real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **named: Any) -> Any:
            nonlocal count
            count += 1
            if count >= step:  # a dead process does not tidy up either
                raise KilledError
            return real(*given, **named)

        return call

    for owner, name in calls:
        monkeypatch.setattr(owner, name, counting(getattr(owner, name)))


def about_to(act: str, home: Home) -> tuple[Office, Release]:
    """A home in which R1 is published and R2 stands right before an act."""
    office = Office(home)
    office.sign(small_release(home, "R1"))
    publish_release(home, "R1")
    second = small_release(home, "R2", "280")
    office.sign(second, *(("compiler",) if act == "sign" else ROLES))
    if act == "withdraw":
        publish_release(home, "R2")
    office.sign(small_release(home, "R3", as_of="2023-06-30"), "compiler", "reviewer")
    return office, second


def do(act: str, office: Office, release: Release) -> None:
    if act == "sign":
        office.sign(release, "reviewer")
    elif act == "publish":
        publish_release(office.home, release.id)
    else:
        withdraw_release(office.home, release.id, "why")


@pytest.mark.parametrize(("act", "after", "expected"), [
    ("publish", [("R2", 280)], {"R1": "REVISED", "R2": "PUBLISHED"}),
    ("withdraw", [("R1", 278)], {"R1": "PUBLISHED", "R2": "WITHDRAWN"}),
    ("sign", [("R1", 278)], {"R1": "PUBLISHED", "R2": "REVIEWED"}),
])  # fmt: skip
def test_a_kill_at_any_step_leaves_old_or_new_and_doing_it_again_finishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str, after: Any, expected: dict[str, str]
) -> None:
    # one table is switched as ten are, in less time
    monkeypatch.setattr(readers, "published_tables", lambda released: {"kpi_value": readers.current_figures(released)})
    office, release = about_to(act, Home(tmp_path / "ready"))
    before = shown(office.home)
    for step in range(1, 100):
        tried = Office(Home(Path(shutil.copytree(office.home.root, tmp_path / f"killed{step}"))), office.keys)
        with monkeypatch.context() as patched:
            killed_at(step, patched)
            try:
                do(act, tried, release)
                break
            except KilledError:
                pass
        assert shown(tried.home) in (before, after)
        # a signature that was given before the kill is not asked for again
        with contextlib.suppress(LouyuError):
            do(act, tried, release)
        assert shown(tried.home) == after
        assert states(tried.home) == {**expected, "R3": "REVIEWED"}
        assert all(verify_folder(one.folder, tried.home).is_sound for one in list_releases(tried.home))
    assert step > 4


def test_the_readers_file_is_served_again_where_a_kill_left_the_old_one(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    audit.append(office.home, "PUBLISHED", release_id="R1", state="PUBLISHED", root=release.root)
    assert not office.home.published.exists()
    settle(office.home)
    assert shown(office.home) == [("R1", 278)]
    assert read_release(release.folder).state == "PUBLISHED"


def test_what_was_altered_before_publication_is_made_again_and_signed_again(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    void_altered(office.home, release.folder)
    assert read_release(release.folder).state == "APPROVED"
    (release.public / "bulletin.html").write_bytes(b"another number")
    void_altered(office.home, release.folder)
    assert not release.folder.exists()
    again = small_release(office.home, "R1")
    assert (again.state, again.signatures) == ("CHECKED", ())
    assert "VOIDED" in [entry["event"] for entry in again.log]
    assert verify_folder(again.folder, office.home).is_sound
    office.sign(again)
    assert publish_release(office.home, "R1").state == "PUBLISHED"
    assert verify_folder(again.folder, office.home).sign_gate is None


def test_what_was_altered_after_publication_is_never_made_again(office: Office) -> None:
    release = office.sign(small_release(office.home, "R1"))
    publish_release(office.home, "R1")
    (release.public / "bulletin.html").write_bytes(b"another number")
    void_altered(office.home, release.folder)
    assert read_release(release.folder).state == "PUBLISHED"
    assert not verify_folder(release.folder, office.home).is_sound


def test_a_figure_that_a_later_release_of_its_days_no_longer_holds_is_no_longer_current(office: Office) -> None:
    publish_release(office.home, office.sign(small_release(office.home, "R1"), *ROLES).id)
    later = small_release(office.home, "R2", kpi_id="another_cnt")
    publish_release(office.home, office.sign(later, *ROLES).id)
    assert shown(office.home, "select distinct release_id, kpi_id from published.kpi_value") == [("R2", "another_cnt")]
    vintages = "select release_id, superseded_at is null from published.kpi_vintage order by all"
    assert shown(office.home, vintages) == [("R1", False), ("R2", True)]
