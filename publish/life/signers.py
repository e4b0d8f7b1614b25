"""Whose signatures count: ``config/signers.csv`` of the home, one line a key.

The list is no parameter of a figure, so it is no event of the ledger; each line is copied into what its key signs, and
the log of releases says when a key was entered. A key that is lost or whose owner leaves gets a ``valid_to``; what it
signed before stays signed.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from pathlib import Path

from common.clock import in_beijing
from common.files import write_bytes
from common.home import Home
from common.messages import LouyuError
from publish.life.keys import PublicKey, fingerprint_of, person, role_of
from publish.life.states import ROLE_NAMES, Role


@dataclass(frozen=True, slots=True)
class Signer:
    """A person in a role with the key that signs for both, from a day (inclusive) to a day (exclusive)."""

    role: Role
    name: str
    public_key: str
    fingerprint: str
    valid_from: str
    valid_to: str = ""
    simulated: str = ""
    """``true`` for a demonstration key, which makes whatever it signs simulated."""

    @property
    def is_simulated(self) -> bool:
        return self.simulated == "true"

    def is_valid(self, moment: datetime) -> bool:
        """Tell whether the key may sign at a moment."""
        day = in_beijing(moment).date().isoformat()
        return self.valid_from <= day and (not self.valid_to or day < self.valid_to)


COLUMNS = tuple(Signer.__dataclass_fields__)


def signer_of(row: Mapping[str, str]) -> Signer:
    """Return a line of the list; raises LouyuError or ValueError where it says what cannot be."""
    said = {name: (row.get(name) or "").strip() for name in COLUMNS}
    for name in ("valid_from", "valid_to"):
        if said[name]:
            said[name] = date.fromisoformat(said[name]).isoformat()
    if fingerprint_of(said["public_key"]) != said["fingerprint"]:
        raise ValueError("the fingerprint is not that of the key")
    if said["simulated"] not in ("", "true", "false"):
        raise ValueError("simulated is true, false or empty")
    return Signer(
        role_of(said["role"]), person(said["name"]), said["public_key"], said["fingerprint"], said["valid_from"],
        said["valid_to"], "true" if said["simulated"] == "true" else "",
    )  # fmt: skip


def read_signers(path: Path) -> list[Signer]:
    """Read a list of signers, empty where there is none; raises LouyuError naming the line that cannot be."""
    if not path.exists():
        return []
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # in which Chinese spreadsheets save
        text = content.decode("gb18030", errors="replace")
    signers: list[Signer] = []
    for number, row in enumerate(csv.DictReader(io.StringIO(text)), start=2):
        try:
            signer = signer_of(row)
            if any(signer.fingerprint == other.fingerprint for other in signers):
                raise ValueError("the key is listed twice")
        except (LouyuError, ValueError) as error:
            raise LouyuError(f"{path} 第{number}行无效:{error}", f"{path}, line {number}: {error}") from None
        signers.append(signer)
    return signers


def write_signers(path: Path, signers: Sequence[Signer]) -> None:
    """Write the list, whole or not at all."""
    text = io.StringIO()
    writer = csv.DictWriter(text, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(asdict(signer) for signer in signers)
    write_bytes(path, text.getvalue().encode())


def add_signer(home: Home, public: PublicKey, on: date) -> Signer:
    """Enter a key in the home's list, valid from a day on; raises LouyuError where it is listed already."""
    listed = read_signers(home.signers)
    if any(one.fingerprint == public.fingerprint for one in listed):
        raise LouyuError(f"密钥 {public.fingerprint} 已登记。", f"The key {public.fingerprint} is registered already.")
    signer = Signer(public.role, public.name, public.public_key, public.fingerprint, on.isoformat())
    write_signers(home.signers, [*listed, signer])
    return signer


def find_signer(home: Home, public_key: str, role: Role, moment: datetime) -> Signer:
    """Return the line of a key that may sign in a role at a moment; raises LouyuError saying why there is none."""
    fingerprint, said = fingerprint_of(public_key), ROLE_NAMES[role]
    found = next((one for one in read_signers(home.signers) if one.fingerprint == fingerprint), None)
    if found is None:
        raise LouyuError(
            f"密钥 {fingerprint} 未登记,签名无效。请先运行 louyu keys register FILE.pub。",
            f"The key {fingerprint} is not registered, so its signature would not count. "
            "Run louyu keys register FILE.pub first.",
        )
    if found.role != role:
        raise LouyuError(
            f"密钥 {fingerprint} 登记为{ROLE_NAMES[found.role].zh},不能作为{said.zh}签名。",
            f"The key {fingerprint} is registered as {ROLE_NAMES[found.role].en} and cannot sign as {said.en}.",
        )
    if not found.is_valid(moment):
        raise LouyuError(
            f"{found.name} 的密钥 {fingerprint} 不在有效期内({found.valid_from} 至 {found.valid_to or '—'})。",
            f"The key {fingerprint} of {found.name} is not valid now ({found.valid_from} to {found.valid_to or '-'}).",
        )
    return found
