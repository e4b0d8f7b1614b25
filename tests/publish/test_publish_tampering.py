"""A release altered by one byte, or a log altered anywhere, is found, and what first does not match is named."""

import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from release_making import Office, files_of, small_release

from common.clock import now
from common.files import canonical, write_json
from common.home import Home
from publish.life import audit
from publish.life.acts import publish_release, sign_simulated
from publish.life.signatures import make_signature, signature_name
from publish.life.signers import read_signers, write_signers
from publish.life.states import ROLES
from publish.life.tree import read_tree, write_tree
from publish.life.verify import Verification, verify_folder
from publish.shelf import read_release

NAMES = [
    "public/area.parquet", "public/bulletin.html", "public/footnotes.json", "public/kpi.parquet",
    "public/kpi_value.parquet", "public/manifest.json", "public/release.json",
    *(f"public/signatures/{role}.json" for role in sorted(ROLES)), "published.json",
    "sealed/context.json", "sealed/delivery.parquet", "sealed/gate.parquet", "sealed/manifest.json",
    "sealed/verdicts.parquet",
]  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """A home with a published release and one that is signed only."""
    office = Office(Home(tmp_path_factory.mktemp("made") / "home"))
    office.sign(small_release(office.home, "R1"))
    publish_release(office.home, "R1")
    office.sign(small_release(office.home, "R2", "280"), "compiler", "reviewer")
    return office


@pytest.fixture
def office(made: Office, tmp_path: Path) -> Office:
    home = shutil.copytree(made.home.root, tmp_path / "home", ignore=shutil.ignore_patterns("published"))
    return Office(Home(Path(home)), dict(made.keys))


def verified(office: Office, name: str = "R1") -> Verification:
    return verify_folder(office.home.releases / name, office.home)


def fault(found: Verification) -> str:
    assert found.fault is not None
    assert not found.is_sound
    return found.fault.en


def flip(path: Path, place: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[min(int(len(content) * place), len(content) - 1)] ^= 1
    path.chmod(0o644)
    path.write_bytes(content)


def test_the_names_below_are_all_files_of_a_release(made: Office) -> None:
    folder = made.home.releases / "R1"
    assert [path.relative_to(folder).as_posix() for path in files_of(folder)] == NAMES
    assert verified(made).is_sound


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("place", [0, 0.5, 1])
def test_one_byte_of_any_file_is_found_and_the_file_named(office: Office, name: str, place: float) -> None:
    flip(office.home.releases / "R1" / name, place)
    assert name in fault(verified(office))
    copied = shutil.copytree(office.home.releases / "R1", office.home.root / "copy")
    assert name in fault(verify_folder(copied))
    if name.startswith("public/"):
        assert name in fault(verify_folder(copied / "public"))
    else:
        assert verify_folder(copied / "public").is_sound


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_any_byte_changed_to_any_other_is_found(made: Office, data: st.DataObject) -> None:
    path = made.home.releases / "R1" / data.draw(st.sampled_from(NAMES))
    content = path.read_bytes()
    place = data.draw(st.integers(0, len(content) - 1))
    other = data.draw(st.integers(0, 255).filter(lambda byte: byte != content[place]))
    path.chmod(0o644)
    try:
        path.write_bytes(content[:place] + bytes([other]) + content[place + 1 :])
        assert path.name in fault(verified(made))
    finally:
        path.write_bytes(content)


@pytest.mark.parametrize("name", NAMES)
def test_a_missing_file_is_named(office: Office, name: str) -> None:
    (office.home.releases / "R1" / name).unlink()
    assert fault(verified(office)) == f"{name} is missing"


@pytest.mark.parametrize("name", ["public/x.csv", "sealed/x", "x", "public/signatures/x.json", "public/signatures/x"])
def test_a_file_too_many_is_named(office: Office, name: str) -> None:
    (office.home.releases / "R1" / name).write_text("x")
    assert fault(verified(office)) == f"{name} does not belong to the release"


def test_a_release_rebuilt_with_other_figures_voids_every_signature(office: Office) -> None:
    """Whoever makes the hashes right again has another root, which nobody signed."""
    folder = office.home.releases / "R1"
    flip(folder / "public" / "bulletin.html")
    for side in ("public", "sealed"):
        (folder / side / "manifest.json").unlink()
    write_tree(folder, "R1", {"raw": {"T01-1": "00"}, "ledger": "l", "code": "c", "configuration": "p"})
    assert "compiler.json is void: it was given to other content" in fault(verified(office))
    assert "compiler.json is void: it was given to other content" in fault(verify_folder(folder / "public"))


def test_another_ledger_code_or_configuration_is_another_root(office: Office) -> None:
    folder = office.home.releases / "R1"
    values = {"raw": {"T01-1": "00"}, "ledger": "l", "code": "c", "configuration": "p", "evidence": None}
    roots = {read_tree(folder / "public").root}
    for part in values:
        for side in ("public", "sealed"):
            (folder / side / "manifest.json").unlink()
        roots.add(write_tree(folder, "R1", {**values, part: "another"}).root)
    assert len(roots) == 1 + len(values)


def test_public_alone_is_proved_without_telling_what_is_sealed(office: Office, tmp_path: Path) -> None:
    alone = shutil.copytree(office.home.releases / "R1" / "public", tmp_path / "handed over")
    found = verify_folder(alone)
    assert (found.is_sound, found.sign_gate, found.release_id) == (True, None, "R1")
    assert (found.with_sealed, found.with_log, found.with_register) == (False, False, False)
    assert [one["signed"]["signer"]["name"] for one in found.signatures] == ["甲", "乙", "丙", "丁"]
    said = (alone / "manifest.json").read_text()
    assert not any(name.removeprefix("sealed/") in said for name in NAMES if name.startswith("sealed/v"))


def test_a_list_of_signers_decides_whose_signatures_count(office: Office, tmp_path: Path) -> None:
    alone = office.home.releases / "R1" / "public"
    signers = read_signers(office.home.signers)
    assert verify_folder(alone, signers=signers).is_sound
    assert "reviewer.json is void" in fault(verify_folder(alone, signers=[signers[0], *signers[2:]]))
    stolen = [replace(signers[0], valid_to=str(now().date())), *signers[1:]]
    assert "compiler.json is void: the key was not valid" in fault(verify_folder(alone, signers=stolen))
    renamed = [replace(signers[0], name="戊"), *signers[1:]]
    write_signers(office.home.signers, renamed)
    assert "role or person" in fault(verified(office))


def test_demonstration_keys_are_on_nobody_s_list(office: Office) -> None:
    small_release(office.home, "R3", as_of="2023-06-30")
    folder = sign_simulated(office.home, "R3").folder
    assert verified(office, "R3").sign_gate is None
    assert verify_folder(folder / "public").is_sound
    assert "not registered" in fault(verify_folder(folder / "public", signers=read_signers(office.home.signers)))


def test_signatures_of_another_release_are_void(office: Office) -> None:
    mine, other = (office.home.releases / name / "public" / "signatures" for name in ("R2", "R1"))
    for role in ("compiler", "reviewer"):
        (mine / f"{role}.json").unlink()
        shutil.copy(other / f"{role}.json", mine)
    assert "compiler.json is void" in fault(verified(office, "R2"))


def test_a_signature_that_the_log_does_not_know_is_named(office: Office) -> None:
    """Somebody with a registered key writes a signature past the acts."""
    release = read_release(office.home.releases / "R2")
    [signer] = [one for one in read_signers(office.home.signers) if one.role == "secrecy"]
    made = make_signature(
        office.keys["secrecy"], signer, read_tree(release.public), release.signatures, "0" * 64, now()
    )
    write_json(release.public / signature_name("secrecy"), made)
    assert "audit.jsonl knows nothing of public/signatures/secrecy.json" in fault(verified(office, "R2"))


def test_a_signature_older_than_the_one_before_it_is_void(office: Office) -> None:
    release = read_release(office.home.releases / "R2")
    [signer] = [one for one in read_signers(office.home.signers) if one.role == "secrecy"]
    early = make_signature(
        office.keys["secrecy"], replace(signer, valid_from="2000-01-01"), read_tree(release.public),
        release.signatures, "0" * 64, now() - timedelta(days=1),
    )  # fmt: skip
    write_json(release.public / signature_name("secrecy"), early)
    assert "secrecy.json is void: it is older" in fault(verify_folder(release.public))


Lines = list[bytes]


@pytest.mark.parametrize(
    ("how", "named"),
    [
        (lambda lines: lines[:2] + lines[3:], "line 3"),
        (lambda lines: [*lines[:2], lines[3], lines[2], *lines[4:]], "line 3"),
        (lambda lines: [*lines[:2], lines[1], *lines[2:]], "line 3"),
        (lambda lines: lines[1:], "line 1"),
        (lambda lines: lines[:-1], "cut off"),
        (lambda lines: lines[:4], "cut off"),
        (lambda lines: [], "cut off"),
        (lambda lines: [*lines[:-1], lines[-1].replace(b'"who":"', b'"who":"x')], "cut off or altered"),
        (lambda lines: [lines[0].replace(b"DRAFT", b"draft"), *lines[1:]], "line 2"),
        (lambda lines: [*lines[:3], b"no json", *lines[4:]], "audit.jsonl (4)"),
        (lambda lines: [*lines[:3], lines[3].replace(b":", b": ", 1), *lines[4:]], "audit.jsonl (4)"),
    ],
)
def test_a_log_line_altered_removed_moved_or_cut_off_is_found(
    office: Office, how: Callable[[Lines], Lines], named: str
) -> None:
    log = office.home.releases / audit.LOG
    lines = how(log.read_bytes().splitlines())
    log.write_bytes(b"".join(line + b"\n" for line in lines))
    assert named in fault(verified(office))


def test_a_log_cut_off_with_its_head_made_right_is_found_by_what_was_published(office: Office) -> None:
    cut = audit.read_log(office.home.releases)
    last = next(place for place, entry in enumerate(cut) if entry["event"] == "PUBLISHED")
    rewrite(office.home, cut[:last])
    assert "published.json does not agree" in fault(verified(office))


def test_a_log_written_anew_before_a_signature_is_found(office: Office) -> None:
    """Every signature covers the log's head of its time, so who rewrites the past has to sign again."""
    entries = [dict(entry) for entry in audit.read_log(office.home.releases)]
    entries[0] = {**entries[0], "who": "nobody"}
    rewrite(office.home, entries)
    (office.home.releases / "R1" / "published.json").unlink()
    assert "was signed" in fault(verified(office))


def rewrite(home: Home, entries: Sequence[Any]) -> None:
    """Write a log that is chained and headed as it should be."""
    chained: list[Any] = []
    for number, entry in enumerate(entries, start=1):
        chained.append({**entry, "seq": number, "previous": audit.head_of(chained)})
    (home.releases / audit.LOG).write_bytes(b"".join(canonical(entry) + b"\n" for entry in chained))
    write_json(home.releases / audit.HEAD, {"seq": len(chained), "sha256": audit.head_of(chained)})


def test_a_history_that_cannot_be_is_found(office: Office) -> None:
    entries = [dict(entry) for entry in audit.read_log(office.home.releases)]
    for entry in entries:
        if entry["release_id"] == "R2" and entry["event"] == "CHECKED":
            entry["state"] = "APPROVED"
    rewrite(office.home, entries)
    assert "audit.jsonl: entry" in fault(verified(office, "R2"))


@pytest.mark.parametrize("name", [audit.LOG, audit.HEAD])
@pytest.mark.parametrize("place", [0, 0.3, 0.6])
def test_one_byte_of_the_log_is_found(office: Office, name: str, place: float) -> None:
    flip(office.home.releases / name, place)
    assert "audit." in fault(verified(office))


def test_an_altered_log_stops_every_act(office: Office) -> None:
    flip(office.home.releases / audit.LOG, 0.3)
    before = (office.home.releases / audit.LOG).read_bytes()
    with pytest.raises(audit.Mismatch, match=r"does not follow|was altered"):
        sign_simulated(office.home, "R2")
    assert (office.home.releases / audit.LOG).read_bytes() == before


@pytest.mark.parametrize("torn", [b"", b"{", b'{"at":"2023-01-01T00:00:00+08:00","det'])
def test_a_line_torn_by_a_kill_was_never_said_and_makes_room_for_the_next(office: Office, torn: bytes) -> None:
    log = office.home.releases / audit.LOG
    before = audit.read_log(office.home.releases)
    log.write_bytes(log.read_bytes() + torn)
    assert verified(office).is_sound
    office.sign(read_release(office.home.releases / "R2"), "secrecy")
    after = audit.read_log(office.home.releases)
    assert (after[:-1], len(after)) == (before, len(before) + 1)
    assert verified(office, "R2").is_sound


def test_a_kill_between_a_line_and_the_head_leaves_a_whole_log(office: Office) -> None:
    head = (office.home.releases / audit.HEAD).read_bytes()
    office.sign(read_release(office.home.releases / "R2"), "secrecy")
    (office.home.releases / audit.HEAD).write_bytes(head)
    assert verified(office, "R2").is_sound
    office.sign(read_release(office.home.releases / "R2"), "signer")
    assert json.loads((office.home.releases / audit.HEAD).read_bytes())["seq"] == len(
        audit.read_log(office.home.releases)
    )
