"""Signing keys: Ed25519, the private half in a password-protected PKCS#8 file of its owner, the public half beside it.

A key never lies inside a home: whoever can write releases must not find the means to sign them.
"""

import base64
import os
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    load_pem_private_key,
)

from common.clock import stamp
from common.exports import escaped
from common.files import digest, read_json, write_json
from common.keys import outside
from common.messages import LouyuError
from publish.life.states import ROLES, Role

_LONGEST_NAME = 60


@dataclass(frozen=True, slots=True)
class PublicKey:
    """The half of a key that everybody may have, with whom it stands for."""

    role: Role
    name: str
    public_key: str
    """32 bytes in base64."""
    fingerprint: str
    """The first 128 bits of the key's sha256, as hexadecimal text: short enough to be read out on the telephone."""
    created_at: str


def public_text(key: Ed25519PrivateKey) -> str:
    """Return a key's public half in base64."""
    return base64.b64encode(key.public_key().public_bytes_raw()).decode()


def fingerprint_of(public_key: str) -> str:
    """Return the fingerprint of a public key in base64; raises ValueError for what is no Ed25519 key."""
    raw = base64.b64decode(public_key, validate=True)
    Ed25519PublicKey.from_public_bytes(raw)
    return digest(raw)[:32]


def is_signed_by(public_key: str, signature: str, message: bytes) -> bool:
    """Tell whether a signature in base64 is that of the key over the message."""
    try:
        raw = base64.b64decode(signature, validate=True)
        Ed25519PublicKey.from_public_bytes(base64.b64decode(public_key, validate=True)).verify(raw, message)
    except (ValueError, InvalidSignature):
        return False
    # base64 leaves bits of the last character unused; only one text may stand for a signature
    return base64.b64encode(raw).decode() == signature


def describe(key: Ed25519PrivateKey, role: Role, name: str | None, created_at: datetime) -> PublicKey:
    """Return a key's public half; without a name, the role and the fingerprint stand for the person."""
    text = public_text(key)
    fingerprint = fingerprint_of(text)
    return PublicKey(role, person(name or f"{role}-{fingerprint[:8]}"), text, fingerprint, stamp(created_at))


def person(name: str) -> str:
    """Return a person's name as it may stand in a register; raises LouyuError for a text that is none."""
    plain = " ".join(name.split())
    if not plain or len(plain) > _LONGEST_NAME or not plain.isprintable() or escaped(plain) != plain:
        raise LouyuError(
            f"姓名 {plain!r} 不可用:须为1至{_LONGEST_NAME}个可见字符,且不以 = + - @ 开头。",
            f"{plain!r} is no name: 1 to {_LONGEST_NAME} visible characters that do not begin with = + - @.",
        )
    return plain


def role_of(text: str) -> Role:
    """Return a role by its name; raises LouyuError for an unknown one."""
    for role in ROLES:
        if role == text:
            return role
    known = ", ".join(ROLES)
    raise LouyuError(f"没有角色 {text}。可用:{known}", f"There is no role {text}. Known: {known}")


def write_key(home: Path, path: Path, key: Ed25519PrivateKey, public: PublicKey, password: str) -> Path:
    """Write a key readable by its owner alone, and ``<path>.pub`` beside it; returns the latter.

    Raises LouyuError for a place inside the home, a file that exists, and an empty password.
    """
    outside(path, home)
    beside = path.with_name(f"{path.name}.pub")
    for file in (path, beside):
        if file.exists():
            raise LouyuError(f"{file} 已存在,不予覆盖。", f"{file} exists and is not overwritten.")
    if not password:
        raise LouyuError("密钥须有密码。", "A key needs a password.")
    path.parent.mkdir(parents=True, exist_ok=True)
    sealed = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(password.encode()))
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file_:
        file_.write(sealed)
        file_.flush()
        os.fsync(file_.fileno())
    write_json(beside, asdict(public))
    return beside


def read_key(home: Path, path: Path, password: str) -> Ed25519PrivateKey:
    """Open a key; raises LouyuError for a wrong password, another file, and a key inside the home."""
    outside(path, home)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise LouyuError(
            f"密钥文件 {path} 无法读取:{error.strerror}", f"Cannot read {path}: {error.strerror}"
        ) from None
    if b"ENCRYPTED" not in content.partition(b"\n")[0]:
        raise LouyuError(
            f"{path} 不是受密码保护的密钥文件(louyu keys new 所生成)。",
            f"{path} is no password-protected key as louyu keys new makes it.",
        )
    try:
        key = load_pem_private_key(content, password.encode())
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise LouyuError(
            f"无法打开密钥 {path}:密码错误或文件已损坏。",
            f"Cannot open {path}: the password is wrong or the file damaged.",
        ) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise LouyuError(f"{path} 不是 Ed25519 密钥。", f"{path} is no Ed25519 key.")
    return key


def read_public_key(path: Path) -> PublicKey:
    """Read a ``.pub`` file; raises LouyuError where it is none, or its fingerprint is that of another key."""
    try:
        said = read_json(path)
        public = PublicKey(
            role_of(said["role"]), person(said["name"]), said["public_key"], said["fingerprint"], said["created_at"]
        )
        if fingerprint_of(public.public_key) != public.fingerprint:
            raise ValueError("fingerprint")
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise LouyuError(
            f"{path} 不是公钥文件(louyu keys new 在密钥旁生成的 .pub 文件)。",
            f"{path} is no public key as louyu keys new writes it beside a key.",
        ) from None
    return public
