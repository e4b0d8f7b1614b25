"""Signatures on a release: what is signed, and whether what lies in ``public/signatures/`` holds (G-SIGN).

A signature covers the release's id, the root of its hash tree, the role, the moment, the signer's line of the
register, the signature before it and the head of the log: so nothing of these can be exchanged.
"""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import parse_moment, stamp
from common.files import canonical, digest, pretty
from common.messages import LouyuError
from publish.life.exact import Mismatch, read_exact, shaped
from publish.life.keys import is_signed_by, public_text
from publish.life.signers import Signer, signer_of
from publish.life.states import ROLES, IllegalAct, Signatory, Standing, after
from publish.life.tree import FORMAT, SIGNATURES, Tree

_PURPOSE = b"louyu release signature\n"
_SIGNED = {"format", "release_id", "root", "role", "at", "signer", "previous", "log"}

Signature = Mapping[str, Any]


def make_signature(
    key: Ed25519PrivateKey, signer: Signer, tree: Tree, before: Sequence[Signature], log: str, moment: datetime
) -> Signature:
    """Sign a release in the signer's role, after the signatures ``before`` and the log's head ``log``."""
    if public_text(key) != signer.public_key:
        raise ValueError("the key is not the signer's")
    signed = {
        "format": FORMAT,
        "release_id": tree.release_id,
        "root": tree.root,
        "role": signer.role,
        "at": stamp(moment),
        "signer": asdict(signer),
        "previous": digest(pretty(before[-1])) if before else None,
        "log": log,
    }
    made = base64.b64encode(key.sign(_message(signed))).decode()
    return {"signed": signed, "signature": made}


def _message(signed: Mapping[str, Any]) -> bytes:
    return _PURPOSE + canonical(signed)


def signature_name(role: str) -> str:
    """Return the file of a role's signature within a public side."""
    return f"{SIGNATURES}/{role}.json"


def check_signatures(public: Path, tree: Tree) -> list[Signature]:
    """Check the signatures beside a public side; returns them in order, and raises Mismatch for the first void one."""
    folder = public / SIGNATURES
    present = {path.relative_to(public).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    if extra := sorted(present - {signature_name(role) for role in ROLES}):
        raise Mismatch(f"多出文件 public/{extra[0]}", f"public/{extra[0]} does not belong to the release")
    found: list[Signature] = []
    standing = Standing("CHECKED")
    for role in ROLES[: len(present)]:
        name = f"public/{signature_name(role)}"
        document = read_exact(public / signature_name(role), name)
        with shaped(name):
            signatory = _checked(document, name, tree, found)
        try:
            standing = after(standing, "SIGNED", signatory)
        except IllegalAct as error:
            raise _void(name, error.message.zh, error.message.en) from None
        found.append(document)
    return found


def _checked(document: Any, name: str, tree: Tree, before: Sequence[Signature]) -> Signatory:
    """Check one signature by itself and against those before it, and return who signed."""
    signed = document["signed"]
    if set(document) != {"signed", "signature"} or set(signed) != _SIGNED or signed["format"] != FORMAT:
        raise ValueError("shape")
    try:
        signer = signer_of(signed["signer"])
    except LouyuError:
        raise ValueError("signer") from None
    if asdict(signer) != signed["signer"] or not is_signed_by(
        signer.public_key, document["signature"], _message(signed)
    ):
        raise _void(name, "签名与内容不符", "it is not the signature of what it says")
    if (signed["release_id"], signed["root"]) != (tree.release_id, tree.root):
        raise _void(name, "所签内容不是本批次现在的内容", "it was given to other content than the release now has")
    if name != f"public/{signature_name(signed['role'])}" or signer.role != signed["role"]:
        raise _void(name, "签名的角色不符", "it was given in another role")
    if signed["previous"] != (digest(pretty(before[-1])) if before else None):
        raise _void(name, "前一签名已被更换", "the signature before it is another one")
    moment = parse_moment(signed["at"])
    if before and moment < parse_moment(before[-1]["signed"]["at"]):
        raise _void(name, "早于前一签名", "it is older than the one before it")
    if not signer.is_valid(moment):
        raise _void(name, "签名时密钥不在有效期内", "the key was not valid at the time")
    return Signatory(signer.role, signer.name, signer.fingerprint)


def _void(name: str, zh: str, en: str) -> Mismatch:
    return Mismatch(f"{name} 无效:{zh}", f"{name} is void: {en}")


def check_registered(signatures: Sequence[Signature], signers: Sequence[Signer], *, with_demonstrations: bool) -> None:
    """Check that every signature is that of a listed key, valid when it signed; raises Mismatch for the first that is
    not.

    Demonstration keys live for one act and are in no list; what they sign is simulated, and counts only where a home
    looks at its own releases.
    """
    listed = {one.fingerprint: one for one in signers}
    for signature in signatures:
        used = signer_of(signature["signed"]["signer"])
        if used.is_simulated and with_demonstrations:
            continue
        name, entry = f"public/{signature_name(used.role)}", listed.get(used.fingerprint)
        if entry is None:
            raise _void(name, f"密钥 {used.fingerprint} 未登记", f"the key {used.fingerprint} is not registered")
        if (entry.role, entry.name, entry.public_key) != (used.role, used.name, used.public_key):
            raise _void(name, "登记的角色或姓名不同", "the key is registered for another role or person")
        if not entry.is_valid(parse_moment(signature["signed"]["at"])):
            raise _void(name, "签名时密钥不在有效期内", "the key was not valid at the time")
