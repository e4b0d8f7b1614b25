"""What was decided of money before stands until something that it rests on is new (SPEC 4.4).

Choosing is deterministic: the same amounts of the same givers, after the same releases, under the same parameters and
code are protected the same way. One hash of all these is the key of a decision; a day that brings no tax changes none.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any

import polars as pl

from common.contracts import PROJECT
from common.files import canonical, digest, file_digest, tree_digest
from common.memory import Memory
from common.messages import Message
from disclosure.primary import Parameters
from disclosure.system import Progress
from publish.protection.amounts import Amounts, Before, Part, protect_amounts
from publish.protection.bands import telling_bands
from publish.protection.givers import Givers
from publish.protection.links import Quantity

_GIVING = ("contribution", "building_set")
"""The candidate's tables of who gives, which are read only where a decision is to be made."""
_CODE = ("common/**/*.py", "disclosure/**/*.py", "publish/protection/**/*.py")
_SOLVERS = ("highspy", "numpy", "polars", "scipy")


@dataclass(frozen=True, slots=True)
class Money:
    """What is to be decided."""

    amounts: Mapping[Quantity, Decimal]
    """What is printed of class M."""
    bands: Mapping[Quantity, Decimal]
    """What is printed of class B."""
    before: Before
    district: str
    parameters: Parameters

    def decided(self, candidate: Path, memory: Memory, progress: Progress) -> tuple[Amounts, frozenset[Quantity]]:
        """Return what becomes of the amounts, and the bands that tell too much; as it was decided where it was."""
        key = self._key(candidate)
        told = memory.recall(key)
        if told is not None:
            progress(
                Message(
                    "金额及其纳税人自上次审查以来没有变化,沿用当时的决定",
                    "amounts and their givers are those of an earlier decision, which stands",
                )
            )
            return _recalled(told)
        givers = Givers(*(pl.read_parquet(_file(candidate, name)) for name in _GIVING))
        amounts = protect_amounts(self.amounts, self.before, givers, self.district, progress, self.parameters)
        bands = telling_bands(self.bands, givers, self.parameters)
        memory.keep(key, _record(amounts, bands))
        return amounts, bands

    def _key(self, candidate: Path) -> str:
        rests_on = [
            _code(),
            [file_digest(_file(candidate, name)) for name in _GIVING],
            [_listed(sizes) for sizes in (self.amounts, self.bands, self.before.published)],
            sorted(self.before.hidden),
            self.district,
            asdict(self.parameters),
        ]
        return digest(canonical(rests_on))


def _file(candidate: Path, table: str) -> Path:
    return candidate / f"{table}.parquet"


@cache
def _code() -> list[str]:
    """Name the code and the libraries that choose."""
    return [tree_digest(PROJECT, _CODE), *(f"{name} {version(name)}" for name in _SOLVERS)]


def _listed(sizes: Mapping[Quantity, Decimal]) -> list[tuple[Any, ...]]:
    """List sizes in the order given, in which their parts are told."""
    return [(*one, size) for one, size in sizes.items()]


def _record(amounts: Amounts, bands: frozenset[Quantity]) -> dict[str, Any]:
    return {
        "hidden": [[one.key, rules] for one, rules in amounts.hidden.items()],
        "unknown": [one.key for one in sorted(amounts.unknown)],
        "parts": [asdict(part) | {"cost": str(part.cost), "bound": str(part.bound)} for part in amounts.parts],
        "bands": [one.key for one in sorted(bands)],
    }


def _recalled(told: Mapping[str, Any]) -> tuple[Amounts, frozenset[Quantity]]:
    parts = (Part(**part | {"cost": Decimal(part["cost"]), "bound": Decimal(part["bound"])}) for part in told["parts"])
    hidden = {Quantity.named(key): tuple(rules) for key, rules in told["hidden"]}
    unknown, bands = (frozenset(map(Quantity.named, told[name])) for name in ("unknown", "bands"))
    return Amounts(hidden, unknown, tuple(parts)), bands
