"""The secrets that hide personal data; they never lie inside a home (SURFACE, SPEC 4.1).

One file holds every version of the key. The newest hides what comes in; an older one is kept, because pseudonyms
are chained: version 2 of a pseudonym is made from version 1 of it. So what an older key hid is brought up to the
newest without the value, and one person stays one pseudonym across a change of keys.
"""

import hmac
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.files import write_bytes
from common.messages import LouyuError, Message

_DEFAULT = Path("~/.config/louyu/keys.json")
_MARK = Path("landing/key.fingerprint")
_PSEUDONYM = re.compile(r"P(\d+):[0-9a-f]{32}")


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Keyed pseudonyms: equal values stay equal, and nobody without the key finds the value."""

    version: int
    secret: bytes
    older: tuple[tuple[int, bytes], ...] = ()
    """The versions before, oldest first."""

    def __call__(self, value: str) -> str:
        """Return ``P<version>:`` with 128 bits of HMAC-SHA-256 of ``value``, through every version of the key."""
        return self._through(value, 0)

    def each(self, values: Iterable[str | None]) -> list[str | None]:
        """Return the pseudonym of each value; of nothing, nothing. The keys are taken in once, not for every value."""
        keyed = [(version, hmac.new(secret, digestmod="sha256")) for version, secret in self._versions]

        def hidden(value: str) -> str:
            for version, begun in keyed:
                own = begun.copy()
                own.update(value.encode())
                value = f"P{version}:{own.hexdigest()[:32]}"
            return value

        return [None if value is None else hidden(value) for value in values]

    def lift(self, pseudonym: str) -> str:
        """Bring a pseudonym of an older version up to the newest; any other text stays as it is."""
        match = _PSEUDONYM.fullmatch(pseudonym)
        return self._through(pseudonym, int(match[1])) if match else pseudonym

    def _through(self, value: str, after: int) -> str:
        for version, secret in self._versions:
            if version > after:
                value = f"P{version}:{hmac.digest(secret, value.encode(), 'sha256').hex()[:32]}"
        return value

    @property
    def _versions(self) -> tuple[tuple[int, bytes], ...]:
        return (*self.older, (self.version, self.secret))

    @property
    def fingerprint(self) -> str:
        """Tell one key from another without telling the key: rows made with another one are made again.

        It is that of the oldest version, on which all later ones stand.
        """
        version, secret = self._versions[0]
        return Pseudonymiser(version, secret)("fingerprint")

    @property
    def sealing_keys(self) -> dict[int, bytes]:
        """Return for each version the 32 bytes that wrap the keys of raw files."""
        purpose = b"louyu: wraps the keys of landing/raw"
        return {version: hmac.digest(secret, purpose, "sha256") for version, secret in self._versions}


def key_file() -> Path:
    """Return where the key lies: ``LOUYU_KEY_FILE``, else the user's configuration folder."""
    named = os.environ.get("LOUYU_KEY_FILE")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME")
    return Path(base) / "louyu" / "keys.json" if base else _DEFAULT.expanduser()


def load_pseudonymiser(home: Path) -> tuple[Pseudonymiser, Message | None]:
    """Read the key, or create it readable by its owner alone; the notice says that a key was created.

    Raises LouyuError for a key inside ``home``, where whoever gets the data would get the key with them, and for
    another key than the one that hid what lies there: nothing new would match it, and raw files would stay shut.
    """
    path = key_file()
    outside(path, home)
    notice, mark = None, home / _MARK
    if not path.exists() and mark.exists():
        raise _another(path, home)
    if not path.exists():
        _write(path, {"version": 1, "pseudonym": secrets.token_hex(32)})
        notice = Message(
            f"已生成密钥 {path}(用于假名化与原始文件加密),请妥善备份;遗失后无法恢复。",
            f"Created the key {path}, which makes pseudonyms and seals raw files. "
            "Back it up; a lost key cannot be restored.",
        )
    keys = _read(path)
    if mark.exists() and mark.read_text(encoding="utf-8").strip() != keys.fingerprint:
        raise _another(path, home)
    return keys, notice


def mark_home(home: Path, keys: Pseudonymiser) -> None:
    """Note in a home whose key hides what lies there, by a fingerprint that does not tell the key."""
    if not (home / _MARK).exists():
        write_bytes(home / _MARK, f"{keys.fingerprint}\n".encode())


def _another(path: Path, home: Path) -> LouyuError:
    return LouyuError(
        f"主目录 {home} 的数据由另一密钥加密与假名化,密钥文件 {path} 不是它(或已遗失)。"
        "请恢复当时的密钥备份,或用 LOUYU_KEY_FILE 指定。",
        f"The data in {home} were sealed and pseudonymised with another key than that of {path}, which is wrong or "
        "lost. Restore the backup of the right key, or name its file in LOUYU_KEY_FILE.",
    )


def rotate_keys(home: Path) -> Pseudonymiser:
    """Add a new version to the key file and return the keys; older versions stay in it.

    Raises LouyuError where there is no key yet, or it lies inside ``home``.
    """
    path = key_file()
    outside(path, home)
    if not path.exists():
        raise LouyuError(
            f"密钥 {path} 尚未生成,无需更换;首次运行 louyu run 时自动生成。",
            f"There is no key {path} to rotate; the first louyu run creates one.",
        )
    keys = _read(path)
    older = {str(version): secret.hex() for version, secret in keys.older} | {str(keys.version): keys.secret.hex()}
    _write(path, {"version": keys.version + 1, "pseudonym": secrets.token_hex(32), "older": older})
    return _read(path)


def outside(path: Path, home: Path) -> None:
    """Raise LouyuError for a key inside a home, where whoever gets the data would get the key with them."""
    if path.resolve().is_relative_to(home.resolve()):
        raise LouyuError(
            f"密钥 {path} 不得放在主目录 {home} 内,请放在主目录之外(假名化密钥用 LOUYU_KEY_FILE 指定)。",
            f"The key {path} must not lie inside the home {home}; keep it elsewhere "
            "(LOUYU_KEY_FILE names that of pseudonyms).",
        )


def _write(path: Path, said: Mapping[str, Any]) -> None:
    write_bytes(path, json.dumps(said).encode(), mode=0o600)


def _read(path: Path) -> Pseudonymiser:
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        older = {int(version): bytes.fromhex(secret) for version, secret in stored.get("older", {}).items()}
        newest = int(stored["version"])
        if any(not 0 < version < newest for version in older):
            raise ValueError("versions out of order")
        return Pseudonymiser(newest, bytes.fromhex(stored["pseudonym"]), tuple(sorted(older.items())))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise LouyuError(
            f"密钥文件 {path} 无法读取({type(error).__name__})。请恢复备份或改用 LOUYU_KEY_FILE 指定。",
            f"The key file {path} cannot be read ({type(error).__name__}). "
            "Restore its backup or name another in LOUYU_KEY_FILE.",
        ) from error
