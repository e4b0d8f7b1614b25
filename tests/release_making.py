"""Small releases in a home, and the four persons who sign them: for tests of a release's life."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from common.clock import now
from common.contracts import PROJECT
from common.files import write_bytes, write_json
from common.home import Home
from publish.columns import COLUMNS
from publish.life.acts import enter, register_key, sign_release
from publish.life.keys import describe
from publish.life.states import ROLES, Role
from publish.life.tree import write_tree
from publish.shelf import Release

_CATALOGUE = PROJECT / "dbt" / "seeds" / "catalogue"
PERSONS: Mapping[Role, str] = {"compiler": "甲", "reviewer": "乙", "secrecy": "丙", "signer": "丁"}
_DECIMALS = ("value", "numerator", "denominator")
_DATES = ("window_start", "window_end")


@dataclass
class Office:
    """A home with a key for each role, registered."""

    home: Home
    keys: dict[Role, Ed25519PrivateKey] = field(default_factory=dict)

    def appoint(self, role: Role, name: str | None = None) -> Ed25519PrivateKey:
        """Register a new key for a person."""
        key = Ed25519PrivateKey.generate()
        register_key(self.home, describe(key, role, name or PERSONS[role], now()))
        return self.keys.setdefault(role, key)

    def sign(self, release: Release, *roles: Role) -> Release:
        """Sign in the given roles, or in all of them."""
        for role in roles or ROLES:
            if role not in self.keys:
                self.appoint(role)
            release = sign_release(self.home, release.id, role, self.keys[role])
        return release


def small_release(
    home: Home, release_id: str, value: str = "278", as_of: str = "2023-09-30", verdict: str = "PASS",
    kpi_id: str = "building_cnt",
) -> Release:  # fmt: skip
    """Make and enter a release of one figure; ``verdict`` is that of its one gate."""
    folder = home.releases / release_id
    public, sealed = folder / "public", folder / "sealed"
    sealed.mkdir(parents=True)
    public.mkdir()
    _figures(release_id, value, as_of, kpi_id).write_parquet(public / "kpi_value.parquet")
    kpi, text = (pl.read_csv(_CATALOGUE / f"{name}.csv") for name in ("kpi", "kpi_text"))
    kpi.join(text, on="kpi_id").write_parquet(public / "kpi.parquet")
    area = {"area_type": ["district"], "area_code": ["110107"], "name_zh": ["石景山区"], "name_en": ["Shijingshan"]}
    pl.DataFrame(area).write_parquet(public / "area.parquet")
    write_bytes(public / "bulletin.html", f"<p>{release_id}: {value}</p>".encode())
    write_json(public / "footnotes.json", {"zh": {"notes": ["注"]}, "en": {"notes": ["a note"]}})
    facts = {"release_id": release_id, "programme": "building", "district": "110107", "as_of": as_of,
             "known_at": f"{as_of}T00:00:00+08:00", "build": "b", "simulated": True, "candidate_hash": value,
             "verdicts": "v", "figures": 1, "withheld": 0}  # fmt: skip
    write_json(public / "release.json", facts)
    pl.DataFrame({"gate_id": ["G-CONS"]}).write_parquet(sealed / "gate.parquet")
    judged = {"gate_id": ["G-CONS"], "figure_key": ["*"], "verdict": [verdict]}
    pl.DataFrame(judged).write_parquet(sealed / "verdicts.parquet")
    write_json(sealed / "context.json", {"simulated": True})
    pl.DataFrame({"delivery_id": ["T01-1"], "sha256": ["00"]}).write_parquet(sealed / "delivery.parquet")
    write_tree(folder, release_id, {"raw": {"T01-1": "00"}, "ledger": "l", "code": "c", "configuration": "p"})
    folder.chmod(0o750)
    return enter(home, folder, is_checked=verdict == "PASS")


def _figures(release_id: str, value: str, as_of: str, kpi_id: str) -> pl.DataFrame:
    schema = dict.fromkeys(COLUMNS, pl.String) | dict.fromkeys(_DECIMALS, pl.Decimal(38, 8))
    schema |= dict.fromkeys(_DATES, pl.Date) | {"as_known_at": pl.Datetime("us", "Asia/Shanghai")}
    row = dict.fromkeys(COLUMNS) | {
        "release_id": release_id, "kpi_id": kpi_id, "area_type": "district", "area_code": "110107",
        "breakdown_type": "_T", "breakdown_code": "_T", "period_type": "S", "period": "2023-09-30", "basis": "ALL",
        "value": Decimal(value), "unit": "座", "obs_status": "A", "conf_status": "F", "vintage": "FINAL",
        "window_start": date.fromisoformat(as_of), "window_end": date.fromisoformat(as_of),
    }  # fmt: skip
    return pl.DataFrame([row], schema=schema)


def files_of(folder: Path) -> list[Path]:
    """Return every file of a release."""
    return sorted(path for path in folder.rglob("*") if path.is_file())
