"""The pseudonym key: made once, for its owner alone, never in a home (SURFACE, SPEC 4.1)."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from common.keys import Pseudonymiser, key_file, load_pseudonymiser, rotate_keys
from common.messages import LouyuError


@pytest.fixture
def key(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "keys" / "keys.json"
    monkeypatch.setenv("LOUYU_KEY_FILE", str(path))
    return path


def test_the_key_is_created_once_for_its_owner_alone_and_said_so(key: Path, tmp_path: Path) -> None:
    first, notice = load_pseudonymiser(tmp_path / "home")
    assert key.stat().st_mode & 0o777 == 0o600
    assert notice is not None
    assert str(key) in notice.zh
    assert str(key) in notice.en
    assert first.secret.hex() not in notice.en
    again, silence = load_pseudonymiser(tmp_path / "home")
    assert again == first
    assert silence is None


@pytest.mark.parametrize("inside", ["keys.json", "config/keys.json", "../home/keys.json"])
def test_a_key_inside_the_home_is_refused_and_not_created(
    inside: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("LOUYU_KEY_FILE", str(home / inside))
    with pytest.raises(LouyuError, match="must not lie inside"):
        load_pseudonymiser(home)
    assert list(home.rglob("*.json")) == []


def test_a_link_out_of_nowhere_into_the_home_is_inside_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    (tmp_path / "elsewhere").symlink_to(home)
    monkeypatch.setenv("LOUYU_KEY_FILE", str(tmp_path / "elsewhere" / "keys.json"))
    with pytest.raises(LouyuError, match="must not lie inside"):
        load_pseudonymiser(home)


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "{}",
        '{"version": 1}',
        '{"version": 1, "pseudonym": "not hex"}',
        '{"version": 1, "pseudonym": "00", "older": {"1": "00"}}',
        '{"version": 2, "pseudonym": "00", "older": ["00"]}',
    ],
)
def test_a_damaged_key_is_named_and_never_replaced(content: str, key: Path, tmp_path: Path) -> None:
    key.parent.mkdir()
    key.write_text(content)
    with pytest.raises(LouyuError) as refused:
        load_pseudonymiser(tmp_path / "home")
    assert str(key) in refused.value.message.zh
    assert key.read_text() == content


def test_without_a_name_the_key_lies_in_the_users_configuration_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("LOUYU_KEY_FILE", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert key_file() == tmp_path / "louyu" / "keys.json"
    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path / "user"))
    assert key_file() == tmp_path / "user" / ".config" / "louyu" / "keys.json"


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1), st.binary(min_size=16, max_size=32))
def test_a_pseudonym_depends_on_value_and_key_and_shows_neither(value: str, secret: bytes) -> None:
    pseudonym = Pseudonymiser(1, secret)(value)
    assert pseudonym == Pseudonymiser(1, secret)(value)
    assert pseudonym != Pseudonymiser(1, secret + b"x")(value)
    assert pseudonym != Pseudonymiser(1, secret)(value + "x")
    assert pseudonym.startswith("P1:")
    assert len(pseudonym) == 35
    assert secret.hex() not in pseudonym


def test_the_fingerprint_tells_keys_apart_without_telling_them() -> None:
    one, other = Pseudonymiser(1, b"a" * 32), Pseudonymiser(1, b"b" * 32)
    assert one.fingerprint != other.fingerprint
    assert one.secret.hex() not in one.fingerprint


def test_a_change_of_keys_keeps_every_version_and_lifts_old_pseudonyms(key: Path, tmp_path: Path) -> None:
    first, _ = load_pseudonymiser(tmp_path / "home")
    old = first("张三")
    second = rotate_keys(tmp_path / "home")
    third = rotate_keys(tmp_path / "home")
    assert (second.version, third.version) == (2, 3)
    assert load_pseudonymiser(tmp_path / "home") == (third, None)
    assert key.stat().st_mode & 0o777 == 0o600
    assert third("张三").startswith("P3:")
    assert third.lift(old) == third.lift(second("张三")) == third.lift(third("张三")) == third("张三")
    assert third.lift(first("李四")) != third("张三")
    assert [third.lift(text) for text in ("张三", "", "91110107MA0000015C")] == ["张三", "", "91110107MA0000015C"]
    assert third.fingerprint == first.fingerprint
    assert len(set(third.sealing_keys.values())) == 3


def test_there_is_nothing_to_rotate_before_the_first_use(key: Path, tmp_path: Path) -> None:
    with pytest.raises(LouyuError, match="no key"):
        rotate_keys(tmp_path / "home")
    assert not key.exists()


@given(st.lists(st.none() | st.text(st.characters(exclude_categories=("Cs",)))), st.binary(max_size=100), st.booleans())
def test_values_hidden_together_are_hidden_as_each_by_itself(
    values: list[str | None], secret: bytes, is_rotated: bool
) -> None:
    keys = Pseudonymiser(2, secret, ((1, b"first"),)) if is_rotated else Pseudonymiser(1, secret)
    assert keys.each(values) == [None if value is None else keys(value) for value in values]
