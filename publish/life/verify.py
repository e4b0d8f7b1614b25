"""Whether a release is what was signed and published: offline, from ``public/`` alone or with all that lies beside it.

Hashes are held against the tree, signatures against its root, and in a home the log and the register of signers
against both. The first thing that does not match is named.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from common.files import canonical
from common.home import Home
from common.messages import LouyuError, Message
from publish.life import audit
from publish.life.exact import Mismatch, read_exact, shaped
from publish.life.signatures import Signature, check_registered, check_signatures
from publish.life.signers import Signer, read_signers
from publish.life.states import ROLE_NAMES, IllegalAct, replay, since_voided
from publish.life.tree import Tree, check_side, read_tree

PUBLISHED = "published.json"
"""The log's line about a publication, kept in the release: so the log can lose no line before it unnoticed."""


@dataclass(frozen=True, slots=True)
class Verification:
    """What a release was found to be."""

    release_id: str | None
    root: str | None
    fault: Message | None
    signatures: tuple[Signature, ...]
    with_sealed: bool
    with_log: bool
    with_register: bool

    @property
    def is_sound(self) -> bool:
        return self.fault is None

    @property
    def sign_gate(self) -> Message | None:
        """Why G-SIGN does not pass, or nothing: four persons' signatures on this root."""
        if self.fault is not None:
            return self.fault
        missing = list(ROLE_NAMES)[len(self.signatures) :]
        if not missing:
            return None
        return Message(
            f"缺{'、'.join(ROLE_NAMES[role].zh for role in missing)}签名",
            f"not signed by {', '.join(ROLE_NAMES[role].en for role in missing)}",
        )


def verify_folder(given: Path, home: Home | None = None, signers: Sequence[Signer] | None = None) -> Verification:
    """Verify a release's folder, or a copy of its ``public/`` alone.

    The log and the register are those of ``home`` where it is given; ``signers`` is another register to trust. Without
    either, signatures are held against the keys that they name, whose fingerprints are for the reader to compare.
    """
    whole = (given / "public").is_dir()
    public = given / "public" if whole else given
    tree: Tree | None = None
    found: list[Signature] = []
    trusted = read_signers(home.signers) if home and signers is None else signers
    fault: Message | None = None
    try:
        tree = read_tree(public)
        if whole and tree.release_id != given.name and home is not None:
            raise Mismatch(
                f"文件夹 {given.name} 中是批次 {tree.release_id}", f"{given.name} holds the release {tree.release_id}"
            )
        check_side(public, "public", tree)
        if whole:
            _only(given)
            check_side(given / "sealed", "sealed", tree)
        found = check_signatures(public, tree)
        if trusted is not None:
            check_registered(found, trusted, with_demonstrations=signers is None)
        if whole:
            line = _published(given)
            if home is not None:
                _check_log(home, tree, found, line)
    except LouyuError as error:
        fault = error.message
    return Verification(
        tree.release_id if tree else None, tree.root if tree else None, fault, tuple(found),
        whole, whole and home is not None, trusted is not None,
    )  # fmt: skip


def _only(folder: Path) -> None:
    known = {"public", "sealed", PUBLISHED}
    if extra := sorted(path.name for path in folder.iterdir() if path.name not in known):
        raise Mismatch(f"多出文件 {extra[0]}", f"{extra[0]} does not belong to the release")
    if not (folder / "sealed").is_dir():
        raise Mismatch("缺少 sealed/", "sealed/ is missing")


def _published(folder: Path) -> Any:
    """Return the log's line that the release keeps of its publication; None before it."""
    if not (folder / PUBLISHED).exists():
        return None
    kept = read_exact(folder / PUBLISHED, PUBLISHED)
    with shaped(PUBLISHED):
        if set(kept) != {"line", "sha256"} or audit.entry_hash(kept["line"]) != kept["sha256"]:
            raise ValueError("hash")
    return kept["line"]


def _check_log(home: Home, tree: Tree, signatures: Sequence[Signature], line: Any) -> None:
    """Check that the log is whole, that what it tells of the release may have happened, and that all agree with it."""
    entries = audit.read_log(home.releases)
    audit.check_head(home.releases, entries)
    mine = [entry for entry in entries if entry["release_id"] == tree.release_id]
    if not mine:
        raise Mismatch(f"{audit.LOG} 中没有批次 {tree.release_id}", f"{audit.LOG} knows nothing of {tree.release_id}")
    with shaped(audit.LOG):
        try:
            replay(mine)
        except IllegalAct as error:
            raise Mismatch(f"{audit.LOG}:{error.message.zh}", f"{audit.LOG}: {error.message.en}") from None
        mine = [*since_voided(mine)]
        roots = {entry["root"] for entry in mine if entry["root"] is not None}
        logged = [entry["details"]["signature"] for entry in mine if entry["event"] == "SIGNED"]
        heads = [(entry["details"]["signature"]["signed"]["log"], entry["previous"]) for entry in mine
                 if entry["event"] == "SIGNED"]  # fmt: skip
        published = [entry for entry in mine if entry["event"] == "PUBLISHED"]
    if roots != {tree.root}:
        raise Mismatch(
            "public/manifest.json 的根摘要与登记的不符", f"the root of public/manifest.json is not that of {audit.LOG}"
        )
    for number, said in enumerate(logged):
        role = said["signed"]["role"]
        if number >= len(signatures):
            raise Mismatch(f"缺少文件 public/signatures/{role}.json", f"public/signatures/{role}.json is missing")
        if canonical(said) != canonical(signatures[number]):
            raise Mismatch(
                f"public/signatures/{role}.json 与登记的签名不同",
                f"public/signatures/{role}.json is not the signature in {audit.LOG}",
            )
    if len(signatures) > len(logged):
        role = signatures[len(logged)]["signed"]["role"]
        raise Mismatch(
            f"{audit.LOG} 中没有签名 public/signatures/{role}.json",
            f"{audit.LOG} knows nothing of public/signatures/{role}.json",
        )
    if any(signed != before for signed, before in heads):
        raise Mismatch(
            f"{audit.LOG} 在签名之前的记录不是签名时的记录",
            f"{audit.LOG} is not what it was when the release was signed",
        )
    if line is not None and line not in published:
        raise Mismatch(f"{PUBLISHED} 与 {audit.LOG} 不符", f"{PUBLISHED} does not agree with {audit.LOG}")
    if published and line is None:
        raise Mismatch(f"缺少文件 {PUBLISHED}", f"{PUBLISHED} is missing")
