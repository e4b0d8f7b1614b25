"""Signing and publishing at the command line, with keys in files under passwords (SURFACE, Commands; SPEC 4.2)."""

import json
import shutil
import stat
import time
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from release_making import small_release
from typer.testing import CliRunner

from cli.main import app
from cli.worklist import to_sign
from common.clock import now, stamp
from common.home import Home
from publish.life import audit
from publish.life.states import ROLES
from publish.shelf import list_releases
from warehouse.config import configured

PASSWORD = "correct horse"


class Desk:
    """A home, and a folder of key files outside it."""

    def __init__(self, folder: Path) -> None:
        self.home = Home(folder / "home")
        self.keys = folder / "keys"

    def call(self, *words: str, code: int = 0, typed: str | None = PASSWORD) -> Result:
        done = CliRunner().invoke(
            app, [*words, "--home", str(self.home.root), "--lang", "en"], input=typed and f"{typed}\n"
        )
        assert done.exit_code == code, f"{words}: {done.output}{done.exception}"
        return done

    def json(self, *words: str, code: int = 0) -> Any:
        return json.loads(self.call(*words, "--format", "json", code=code).stdout)

    def new(self, role: str, name: str | None = None, file: str | None = None) -> Path:
        path = self.keys / (file or role)
        self.call("keys", "new", "--role", role, "--out", str(path), *(("--name", name) if name else ()))
        return path

    def sign(self, role: str, key: Path, code: int = 0) -> Result:
        return self.call("release", "sign", "R1", "--role", role, "--key", str(key), code=code)

    @property
    def state(self) -> str:
        return str(self.json("release", "show", "R1")["state"])


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    made = Desk(tmp_path)
    small_release(made.home, "R1")
    return made


def test_four_keys_as_the_surface_says_bring_a_release_to_its_readers(desk: Desk) -> None:
    for role in ROLES:
        desk.sign(role, desk.new(role))
    [row] = desk.json("release", "list")
    assert (row["state"], row["signed"]) == ("APPROVED", list(ROLES))
    published = desk.json("release", "publish", "R1")
    assert published["state"] == "PUBLISHED"
    assert Path(published["published_file"]).exists()
    found = desk.json("release", "verify", "R1")
    assert (found["verified"], found["gate_id"], found["verdict"]) == (True, "G-SIGN", "PASS")
    assert [one["role"] for one in found["signatures"]] == list(ROLES)
    assert (found["with_sealed"], found["with_log"], found["with_register"]) == (True, True, True)


def test_a_key_is_its_owner_s_alone_under_a_password_and_its_public_half_lies_beside(desk: Desk) -> None:
    path = desk.new("compiler", "张三")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert path.read_bytes().startswith(b"-----BEGIN ENCRYPTED PRIVATE KEY-----")
    public = json.loads(path.with_name("compiler.pub").read_text())
    assert set(public) == {"role", "name", "public_key", "fingerprint", "created_at"}
    [listed] = desk.json("keys", "list")
    assert (listed["name"], listed["role"], listed["fingerprint"]) == ("张三", "compiler", public["fingerprint"])


@pytest.mark.parametrize("typed", [None, "", "wrong"])
def test_without_its_password_a_key_signs_nothing(desk: Desk, typed: str | None) -> None:
    key = desk.new("compiler")
    words = ("release", "sign", "R1", "--role", "compiler", "--key", str(key))
    refused = desk.call(*words, code=1, typed=typed)
    assert "password" in refused.stderr
    assert desk.json("release", "show", "R1")["signatures"] == []


def test_the_password_comes_from_a_file_or_the_environment_too(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "password").write_text(f"{PASSWORD}\nanything below\n")
    file = ("--password-file", str(tmp_path / "password"))
    key = tmp_path / "key"
    desk.call("keys", "new", "--role", "compiler", "--out", str(key), *file, typed=None)
    monkeypatch.setenv("LOUYU_KEY_PASSWORD", PASSWORD)
    desk.call("release", "sign", "R1", "--role", "compiler", "--key", str(key), typed=None)
    assert "张" not in desk.call("keys", "list").stdout


@pytest.mark.parametrize(
    "content", [b"", b"x", b"-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"]
)
def test_a_file_that_is_no_key_is_named(desk: Desk, content: bytes) -> None:
    key = desk.new("compiler")
    key.write_bytes(content)
    assert str(key) in desk.sign("compiler", key, code=1).stderr.replace("\n", "")


def test_a_key_inside_the_home_is_neither_made_nor_used(desk: Desk) -> None:
    inside = desk.home.root / "config" / "key"
    refused = desk.call("keys", "new", "--role", "compiler", "--out", str(inside), code=1)
    assert "must not lie inside" in refused.stderr
    assert not inside.exists()
    inside.parent.mkdir(exist_ok=True)
    inside.write_bytes(desk.new("compiler").read_bytes())
    assert "must not lie inside" in desk.sign("compiler", inside, code=1).stderr


def test_a_key_is_never_overwritten(desk: Desk) -> None:
    key = desk.new("compiler")
    before = key.read_bytes()
    desk.call("keys", "new", "--role", "signer", "--out", str(key), code=1)
    assert key.read_bytes() == before


def test_the_first_key_of_a_role_counts_at_once_and_a_further_one_when_it_is_registered(desk: Desk) -> None:
    desk.new("compiler", "甲")
    second = desk.new("compiler", "戊", "second")
    assert "is not registered" in desk.sign("compiler", second, code=1).stderr
    desk.call("keys", "register", f"{second}.pub")
    desk.sign("compiler", second)
    events = [entry["event"] for entry in audit.read_log(desk.home.releases)]
    assert events.count("KEY_REGISTERED") == 2
    assert "registered already" in desk.call("keys", "register", f"{second}.pub", code=1).stderr


def test_a_public_key_with_another_s_fingerprint_is_not_registered(desk: Desk) -> None:
    desk.new("compiler")
    pub = desk.new("compiler", file="second").with_name("second.pub")
    said = json.loads(pub.read_text())
    pub.write_text(json.dumps({**said, "fingerprint": "0" * 32}))
    assert "no public key" in desk.call("keys", "register", str(pub), code=1).stderr


@pytest.mark.parametrize("name", ["=1+1", " ", "x" * 61, "\x1b[31m"])
def test_a_name_is_one_that_a_list_can_show(desk: Desk, name: str) -> None:
    words = ("keys", "new", "--role", "signer", "--out", str(desk.keys / "key"), "--name", name)
    assert "is no name" in desk.call(*words, code=1).stderr
    assert not desk.keys.exists()


def test_one_person_with_two_keys_is_told_apart_from_two(desk: Desk) -> None:
    desk.sign("compiler", desk.new("compiler", "张三"))
    assert "four different persons" in desk.sign("reviewer", desk.new("reviewer", "张三"), code=1).stderr


def test_an_unknown_role_is_wrong_usage(desk: Desk) -> None:
    desk.call("keys", "new", "--role", "king", "--out", str(desk.keys / "key"), code=2)


def test_an_embargo_ends_with_whichever_command_comes_next(desk: Desk) -> None:
    for role in ROLES:
        desk.sign(role, desk.new(role))
    until = now() + timedelta(seconds=3)
    waiting = desk.json("release", "publish", "R1", "--at", stamp(until))
    assert (waiting["state"], waiting["embargo_until"]) == ("EMBARGOED", stamp(until))
    assert not Path(waiting["published_file"]).exists()
    while now() < until:
        time.sleep(0.1)
    [row] = desk.json("release", "list")
    assert row["state"] == "PUBLISHED"
    assert (desk.home.published / "louyu.duckdb").exists()


def test_a_time_that_is_none_is_refused(desk: Desk) -> None:
    assert "ISO 8601" in desk.call("release", "publish", "R1", "--at", "soon", code=1).stderr


def test_simulated_signs_what_is_missing_and_tells_each_step(desk: Desk) -> None:
    done = desk.call("release", "publish", "R1", "--simulated")
    assert done.stderr.count("demonstration key") == 4
    assert "as simulated" in done.stdout
    found = desk.call("release", "verify", "R1").stdout
    assert found.count("(demonstration key)") == 4
    assert desk.json("release", "show", "R1")["simulated"] is True


def test_a_withdrawal_is_shown_with_its_reason(desk: Desk) -> None:
    desk.call("release", "withdraw", "R1", code=2)
    desk.call("release", "publish", "R1", "--simulated")
    desk.call("release", "withdraw", "R1", "--reason", "来源有误")
    shown = desk.json("release", "show", "R1")
    assert shown["state"] == "WITHDRAWN"
    assert shown["log"][-1]["details"] == {"reason": "来源有误"}


def test_a_folder_is_verified_wherever_it_lies(desk: Desk, tmp_path: Path) -> None:
    desk.call("release", "publish", "R1", "--simulated")
    public = shutil.copytree(desk.home.releases / "R1" / "public", tmp_path / "received")
    elsewhere = Desk(tmp_path / "elsewhere")
    assert "hashes vouch for what is sealed" in elsewhere.call("release", "verify", str(public)).stdout
    (public / "kpi.parquet").chmod(0o644)
    (public / "kpi.parquet").write_bytes(b"")
    assert (
        "public/kpi.parquet does not match its hash" in elsewhere.call("release", "verify", str(public), code=1).stdout
    )
    assert "no release R7" in elsewhere.call("release", "verify", "R7", code=1).stderr


def test_a_list_of_signers_is_given_for_a_folder_from_elsewhere(desk: Desk, tmp_path: Path) -> None:
    for role in ROLES:
        desk.sign(role, desk.new(role))
    elsewhere, public = Desk(tmp_path / "elsewhere"), str(desk.home.releases / "R1" / "public")
    words = ("release", "verify", public, "--signers")
    assert elsewhere.json(*words, str(desk.home.signers))["with_register"] is True
    (tmp_path / "others.csv").write_text("role,name,public_key,fingerprint,valid_from,valid_to,simulated\n")
    assert "is not registered" in elsewhere.json(*words, str(tmp_path / "others.csv"), code=1)["fault_en"]


def test_the_list_of_signers_is_no_table_of_figures(desk: Desk) -> None:
    desk.new("compiler")
    assert "signers" not in {table.name for table in configured(desk.home)}


@pytest.mark.parametrize("line", ["king,甲,AAAA,00,2023-01-01,,", "compiler,甲,AAAA,00,2023-01-01,,"])
def test_a_list_that_cannot_be_is_refused_with_its_line(desk: Desk, line: str) -> None:
    desk.home.config.mkdir()
    head = "role,name,public_key,fingerprint,valid_from,valid_to,simulated"
    desk.home.signers.write_text(f"{head}\n{line}\n", encoding="gb18030")
    assert "line 2" in desk.call("keys", "list", code=1).stderr


def test_the_work_list_says_whose_signature_is_awaited(desk: Desk) -> None:
    awaited = []
    for role in (*ROLES, None):
        awaited += [(one.who.en, one.command) for one in to_sign(list_releases(desk.home))]
        if role:
            desk.sign(role, desk.new(role))
    assert awaited == [
        ("Compiler", "louyu release sign R1 --role compiler --key FILE"),
        ("Reviewer", "louyu release sign R1 --role reviewer --key FILE"),
        ("Secrecy reviewer", "louyu release sign R1 --role secrecy --key FILE"),
        ("Signer", "louyu release sign R1 --role signer --key FILE"),
        ("Reform office clerk", "louyu release publish R1"),
    ]
