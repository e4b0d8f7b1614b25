"""The secret that turns personal data into pseudonyms; it never lies inside a home (SURFACE, SPEC 4.1)."""

import hmac
import json
import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from common.files import write_bytes
from common.messages import LouyuError, Message

_DEFAULT = Path("~/.config/louyu/keys.json")


@dataclass(frozen=True, slots=True)
class Pseudonymiser:
    """Keyed pseudonyms: equal values stay equal, and nobody without the key finds the value."""

    version: int
    secret: bytes

    def __call__(self, value: str) -> str:
        """Return ``P<version>:`` with 128 bits of HMAC-SHA-256 of ``value``."""
        return f"P{self.version}:{hmac.digest(self.secret, value.encode(), 'sha256').hex()[:32]}"

    @property
    def fingerprint(self) -> str:
        """Tell one key from another without telling the key: rows made with another one are made again."""
        return self("fingerprint")


def key_file() -> Path:
    """Return where the key lies: ``LOUYU_KEY_FILE``, else the user's configuration folder."""
    named = os.environ.get("LOUYU_KEY_FILE")
    if named:
        return Path(named).expanduser()
    base = os.environ.get("XDG_CONFIG_HOME")
    return Path(base) / "louyu" / "keys.json" if base else _DEFAULT.expanduser()


def load_pseudonymiser(home: Path) -> tuple[Pseudonymiser, Message | None]:
    """Read the key, or create it readable by its owner alone; the notice says that a key was created.

    Raises LouyuError for a key inside ``home``, where whoever gets the data would get the key with them.
    A lost key cannot be made again: without the raw files the pseudonyms that it made match nothing new.
    """
    path = key_file()
    if path.resolve().is_relative_to(home.resolve()):
        raise LouyuError(
            f"密钥 {path} 不得放在主目录 {home} 内,请移出后用 LOUYU_KEY_FILE 指定。",
            f"The key {path} must not lie inside the home {home}; move it and name it in LOUYU_KEY_FILE.",
        )
    notice = None
    if not path.exists():
        created = json.dumps({"version": 1, "pseudonym": secrets.token_hex(32)}).encode()
        write_bytes(path, created, mode=0o600)
        notice = Message(
            f"已生成假名化密钥 {path},请妥善备份;遗失后无法恢复。",
            f"Created the pseudonym key {path}. Back it up; a lost key cannot be restored.",
        )
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        return Pseudonymiser(int(stored["version"]), bytes.fromhex(stored["pseudonym"])), notice
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LouyuError(
            f"密钥文件 {path} 无法读取({error})。请恢复备份或改用 LOUYU_KEY_FILE 指定。",
            f"The key file {path} cannot be read ({error}). Restore its backup or name another in LOUYU_KEY_FILE.",
        ) from error
