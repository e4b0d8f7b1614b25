"""What people do with a release: sign, publish, let it wait under embargo, withdraw.

Every act is one line of the log, on the disk before anything else changes; signature files, the line kept in the
release, file modes and the readers' file follow from the log (:func:`settle`). So a kill at any point leaves readers
the old release or the new one, whole, and the next act, or the same one again, finishes the work.
"""

import shutil
import stat
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import now, stamp
from common.files import write_json
from common.home import Home
from common.messages import LouyuError, Message
from publish.life import audit
from publish.life.keys import PublicKey, describe, public_text
from publish.life.signatures import make_signature, signature_name
from publish.life.signers import Signer, add_signer, find_signer, read_signers
from publish.life.states import ROLE_NAMES, ROLES, WAITING, Event, IllegalAct, Role, Signatory, State, after, replay
from publish.life.tree import SIGNATURES, read_tree
from publish.life.verify import PUBLISHED, Verification, verify_folder
from publish.shelf import Release, find_release, list_releases, read_release

Tell = Callable[[Message], None]

OPEN, CLOSED = 0o755, 0o750
"""Modes of a release's folder: until it is published, only its owner and the office's group look into it."""

_DEMONSTRATION = {
    "compiler": "演示编制人", "reviewer": "演示审核人", "secrecy": "演示保密审查人", "signer": "演示签发人",
}  # fmt: skip


def enter(home: Home, folder: Path, *, is_checked: bool) -> Release:
    """Enter a release whose folder is made: a draft, its figures computed and, if no gate blocks, checked."""
    root = read_tree(folder / "public").root
    release = read_release(folder)
    steps: list[tuple[State | None, Event]] = [(None, "DRAFTED"), ("DRAFT", "COMPUTED")]
    if is_checked:
        steps.append(("COMPUTED", "CHECKED"))
    for state, event in steps:
        if replay(release.log).state == state:
            release = _act(home, release, event, root=root)
    return release


def void_altered(home: Home, folder: Path) -> None:
    """Take an unpublished release whose folder was altered back to COMPUTED, without signatures, and its folder away.

    What was published or waits under embargo is left: it is restored from a backup, never made again.
    """
    release = read_release(folder)
    if release.state not in WAITING | {"COMPUTED"}:
        return
    _finish(release)
    if (fault := verify_folder(folder, home).fault) is not None:
        _act(home, release, "VOIDED", root=None, details={"fault_zh": fault.zh, "fault_en": fault.en})
        gone = folder.with_name(f".{folder.name}.voided")
        shutil.rmtree(gone, ignore_errors=True)
        folder.rename(gone)
        shutil.rmtree(gone)


def register_key(home: Home, public: PublicKey) -> Signer:
    """Enter a key in the list of those that count, and the fact in the log."""
    signer = add_signer(home, public, now().date())
    said = {"role": signer.role, "name": signer.name, "fingerprint": signer.fingerprint}
    audit.append(home, "KEY_REGISTERED", details=said)
    return signer


def is_first_of_role(home: Home, role: Role) -> bool:
    """Tell whether nobody holds a role yet."""
    return not any(signer.role == role for signer in read_signers(home.signers))


def sign_release(home: Home, release_id: str, role: Role, key: Ed25519PrivateKey) -> Release:
    """Sign a release in a role; raises LouyuError where it does not verify, a gate blocks, it is not the role's turn,
    the key is not registered for the role, or the person or key signed it before."""
    return _sign(home, _settled(home, release_id), find_signer(home, public_text(key), role, now()), key)


def sign_simulated(home: Home, release_id: str, tell: Tell = lambda _: None) -> Release:
    """Sign a release for every role that has not signed, each with a key made for this and forgotten after it."""
    release = _settled(home, release_id)
    for role in ROLES[len(release.signatures) :]:
        key, name = Ed25519PrivateKey.generate(), _DEMONSTRATION[role]
        half = describe(key, role, name, now())
        day = now().date().isoformat()
        signer = Signer(role, name, half.public_key, half.fingerprint, day, "", "true")
        release = _sign(home, release, signer, key)
        said = ROLE_NAMES[role]
        tell(Message(f"{said.zh}签名(演示密钥):{name} → {release.state}", f"signed as {said.en} with a demonstration "
                     f"key → {release.state}"))  # fmt: skip
    return release


def _sign(home: Home, release: Release, signer: Signer, key: Ed25519PrivateKey) -> Release:
    _sound(home, release)
    log = audit.head_of(audit.read_log(home.releases))
    tree = read_tree(release.public)
    signature = make_signature(key, signer, tree, release.signatures, log, now())
    signed = _act(home, release, "SIGNED", root=tree.root, who=signer.name, details={"signature": signature})
    _finish(signed)
    return signed


def publish_release(
    home: Home, release_id: str, *, at: datetime | None = None, simulated: bool = False, tell: Tell = lambda _: None
) -> Release:
    """Publish a release now, or at a moment until which it stays under embargo.

    Raises LouyuError where it does not verify, a gate blocks, or four persons have not signed it; ``simulated`` signs
    with demonstration keys first what is not signed, and marks everything.
    """
    release = _settled(home, release_id)
    if release.is_standing:
        _sound(home, release)
        if release.is_demonstration and not simulated:
            raise _unsigned(release, Message("只有演示密钥的签名", "by demonstration keys only"))
        return release
    if release.embargo and release.embargo > now():
        raise LouyuError(
            f"{release.id} 定于 {stamp(release.embargo)} 发布,此前不得发布。",
            f"{release.id} is under embargo until {stamp(release.embargo)}.",
        )
    if simulated:
        release = sign_simulated(home, release.id, tell)
    found = _sound(home, release)
    if (missing := found.sign_gate) is not None:
        raise _unsigned(release, missing)
    marked = {"simulated": True} if simulated else {}
    if at is not None and at > now():
        return _act(home, release, "EMBARGOED", root=found.root, details={"until": stamp(at), **marked})
    published = _publish(home, release, marked)
    tell(Message(f"{release.id} 四个签名均有效,已发布", f"{release.id}: four valid signatures, published"))
    return published


def _unsigned(release: Release, why: Message) -> LouyuError:
    return LouyuError(
        f"{release.id} 尚未签发,不能正式发布(G-SIGN:{why.zh})。演示请加 --simulated。",
        f"{release.id} is not signed and cannot be published (G-SIGN: {why.en}). For a demonstration add --simulated.",
    )


def _publish(home: Home, release: Release, marked: Mapping[str, bool]) -> Release:
    _act(home, release, "PUBLISHED", root=release.root, details=marked)
    settle(home)
    return read_release(release.folder)


def withdraw_release(home: Home, release_id: str, reason: str) -> Release:
    """Take a release back; readers see what remains published, and the vintages that were published stay known."""
    if not reason.strip():
        raise LouyuError("撤回须写明理由(--reason)。", "A withdrawal needs a reason (--reason).")
    release = _settled(home, release_id)
    if release.state == "WITHDRAWN":
        return release
    _act(home, release, "WITHDRAWN", root=release.root, details={"reason": reason.strip()})
    settle(home)
    return read_release(release.folder)


def due_releases(home: Home, moment: datetime | None = None) -> list[Release]:
    """Return the releases whose embargo has ended."""
    moment = moment or now()
    return [release for release in list_releases(home) if release.embargo and release.embargo <= moment]


def lift_embargoes(home: Home, moment: datetime | None = None, tell: Tell = lambda _: None) -> list[Release]:
    """Publish what waited until now; a release that no longer verifies stays where it is, and the reason is told."""
    lifted = []
    for release in due_releases(home, moment):
        try:
            _sound(home, release)
        except LouyuError as error:
            tell(error.message)
            continue
        marked = {"simulated": True} if release.log[-1]["details"].get("simulated") else {}
        lifted.append(_publish(home, release, marked))
        tell(Message(f"{release.id} 到时发布", f"{release.id} is published: its embargo has ended"))
    return lifted


def settle(home: Home) -> None:
    """Bring about what the log says: releases that a later one revised, signature files, modes, the readers' file.

    Files that a kill left half written go; nobody has seen them.
    """
    from publish.readers import is_served, serve_public

    _revise(home)
    for release in list_releases(home):
        _finish(release)
        line = next((entry for entry in release.log if entry["event"] == "PUBLISHED"), None)
        if line is not None:
            if not (release.folder / PUBLISHED).exists():
                write_json(release.folder / PUBLISHED, {"line": line, "sha256": audit.entry_hash(line)}, 0o444)
            mode = OPEN if release.is_standing else CLOSED
            if stat.S_IMODE(release.folder.stat().st_mode) != mode:
                release.folder.chmod(mode)
    if not is_served(home):
        serve_public(home)


def _revise(home: Home) -> None:
    """Mark what a later release of the same subject took the place of, and what has its place again."""
    releases = [release for release in list_releases(home) if release.is_standing]
    for number, release in enumerate(releases):
        later = [other for other in releases[number + 1 :] if other.subject == release.subject]
        if later and release.state == "PUBLISHED":
            _act(home, release, "REVISED", root=release.root, details={"by": later[-1].id})
        elif not later and release.state == "REVISED":
            _act(home, release, "RESTORED", root=release.root)


def _finish(release: Release) -> None:
    for folder in (release.folder, release.public / SIGNATURES):
        for left in folder.glob(".*.tmp"):
            left.unlink()
    for signature in release.signatures:
        path = release.public / signature_name(signature["signed"]["role"])
        if not path.exists():
            write_json(path, signature, 0o444)


def _settled(home: Home, release_id: str) -> Release:
    release = find_release(home, release_id)
    settle(home)
    return read_release(release.folder)


def _sound(home: Home, release: Release) -> Verification:
    """Verify a release in its home, and that no gate blocks it."""
    found = verify_folder(release.folder, home)
    if found.fault is not None:
        raise LouyuError(f"{release.id} 校验未通过:{found.fault.zh}", f"{release.id} does not verify: {found.fault.en}")
    blocked = _blocked(release)
    if blocked:
        raise LouyuError(f"{release.id} 被阻止:{'; '.join(blocked)}", f"{release.id} is blocked: {'; '.join(blocked)}")
    return found


def _blocked(release: Release) -> Sequence[str]:
    import polars as pl

    from publish.plan import blocking

    return blocking(*(pl.read_parquet(release.sealed / f"{name}.parquet") for name in ("gate", "verdicts")))


def _act(
    home: Home, release: Release, event: Event, *, root: str | None, who: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Release:  # fmt: skip
    signatory = None
    if event == "SIGNED" and details is not None:
        signer = details["signature"]["signed"]["signer"]
        signatory = Signatory(signer["role"], signer["name"], signer["fingerprint"])
    try:
        standing = after(replay(release.log), event, signatory)
    except IllegalAct as error:
        raise IllegalAct(f"{release.id}:{error.message.zh}。", f"{release.id}: {error.message.en}.") from None
    audit.append(home, event, release_id=release.id, state=standing.state, root=root, who=who, details=details)
    return read_release(release.folder)
