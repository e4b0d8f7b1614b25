"""Running dbt in this process, parsed once for a version of the code (DESIGN 4).

A parsed manifest knows no home: sources are plain relations and the file is named by an environment
variable. So one manifest, kept under the hash of the dbt project, serves every home and every run.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from common.contracts import PROJECT
from common.files import tree_digest, write_bytes
from common.machine import WAREHOUSE_THREADS, environment, threads, warehouse_limits
from common.messages import LouyuError
from warehouse.inputs import prepare
from warehouse.store import connect

DBT_PROJECT = PROJECT / "dbt"
_PARSED = DBT_PROJECT / "target"
_FEW_ROWS = 1_000_000
"""Up to here a second thread within a statement costs more than it does: what runs side by side are models."""
_PARSED_FROM = ("models/**/*.sql", "models/**/*.yml", "macros/**/*.sql", "seeds/**/*.yml", "seeds/**/*.csv",
                "tests/**/*.sql", "tests/**/*.yml", "*.yml")  # fmt: skip


STANDS = "STANDS"
"""The message of a model that was left as it is (``dbt/macros/standing.sql``)."""


@dataclass(frozen=True, slots=True)
class NodeResult:
    """What became of one dbt node: a model, a seed or a test."""

    unique_id: str
    resource_type: str
    status: str
    """success, pass, warn, fail, error or skipped."""
    message: str | None
    failures: int | None
    seconds: float
    meta: Mapping[str, Any]

    @property
    def stood(self) -> bool:
        """Whether nothing was done, since what it rests on is as it was."""
        return self.message == STANDS


def manifest() -> Any:
    """Return dbt's manifest of the project, parsed if the project has changed since it was last parsed."""
    from dbt.contracts.graph.manifest import Manifest

    stored = _parsed_file(".msgpack")
    if stored.exists():
        parsed: Any = Manifest.from_msgpack(stored.read_bytes())
        parsed.build_flat_graph()
        return parsed
    from dbt.cli.main import dbtRunner

    with _profile(Path("louyu.duckdb")):
        outcome = dbtRunner().invoke(["parse", *_options(_PARSED), "--no-partial-parse"])
    if not outcome.success:
        raise LouyuError(f"dbt 解析失败:{outcome.exception}", f"dbt could not parse the project: {outcome.exception}")
    parsed = outcome.result
    written = json.dumps(parsed.writable_manifest().to_dict(omit_none=False), default=str)
    write_bytes(_parsed_file(".json"), written.encode())
    write_bytes(stored, parsed.to_msgpack())
    return parsed


def manifest_json() -> dict[str, Any]:
    """Return the manifest as plain data, which nobody changes: it is read once in a process."""
    stored = _parsed_file(".json")
    if not stored.exists():
        _parsed_file(".msgpack").unlink(missing_ok=True)
        manifest()
    return _plain(stored)


@cache
def _plain(stored: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(stored.read_bytes())
    return found


def _parsed_file(suffix: str) -> Path:
    return _PARSED / f"manifest-{tree_digest(DBT_PROJECT, _PARSED_FROM)[:16]}{suffix}"


def build_words(*left_out: str, is_known: bool) -> list[str]:
    """Return the command that builds the models and, unless their resource type is left out, tests and all else.

    Where the code completed the build before (``is_known``), seeds and views stand, since they are part of the code,
    though their tests do not, and so does what :func:`run_dbt` is told of. Otherwise everything is made.
    """
    words = ["build", "--exclude-resource-type", "unit_test", "exposure", *left_out]
    if is_known:
        return [
            *words,
            "seed",
            "--exclude",
            "config.materialized:view",
            f"tag:{STANDS}",
            "--indirect-selection",
            "empty",
        ]
    return [*words, "--full-refresh"]


def run_dbt(
    command: Sequence[str], warehouse: Path, target: Path, rows: int = 0, standing: Collection[str] = ()
) -> list[NodeResult]:
    """Run a dbt command on a warehouse file and return what became of each node.

    ``rows`` is how many landed rows the models read, which decides how the processors are used. ``standing`` names the
    nodes of which it is known that they stand: :func:`build_words` leaves them out, and they are results all the same.
    Failing tests and models are results, not exceptions; a dbt that cannot run at all raises LouyuError.
    """
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager
    from dbt.cli.main import dbtRunner

    parsed = manifest()
    for key in standing:
        parsed.nodes[key].tags = [*parsed.nodes[key].tags, STANDS]
    with connect(warehouse) as connection:
        prepare(connection)
    with _profile(warehouse, rows):
        outcome = dbtRunner(manifest=parsed).invoke([*command, *_options(target)])
    # dbt leaves its connection open in this process, which would keep everybody else out of the file
    connections: Any = DuckDBConnectionManager
    connections.close_all_connections()
    if outcome.exception is not None:
        raise LouyuError(f"dbt 运行失败:{outcome.exception}", f"dbt could not run: {outcome.exception}")
    finished: Any = outcome.result
    return [
        *(_result(result.node, str(result.status), result.message, result.failures, result.execution_time)
          for result in finished),
        *(_stood(parsed.nodes[key]) for key in sorted(standing)),
    ]  # fmt: skip


def _stood(node: Any) -> NodeResult:
    is_test = str(node.resource_type) == "test"
    return _result(node, "pass" if is_test else "success", STANDS, 0 if is_test else None, 0.0)


def _result(node: Any, status: str, message: str | None, failures: int | None, seconds: float) -> NodeResult:
    return NodeResult(
        node.unique_id, str(node.resource_type), status, message, failures, seconds, dict(node.config.meta or {})
    )


def _profile(warehouse: Path, rows: int = 0) -> AbstractContextManager[None]:
    """Name the file, the threads and the memory to dbt's profile."""
    limits = {"LOUYU_THREADS": str(threads())} | warehouse_limits()
    if rows <= _FEW_ROWS:
        limits[WAREHOUSE_THREADS] = "1"
    return environment(LOUYU_WAREHOUSE=str(warehouse), DO_NOT_TRACK="1", **limits)


def _options(target: Path) -> Iterator[str]:
    yield from ("--project-dir", str(DBT_PROJECT), "--profiles-dir", str(DBT_PROJECT))
    yield from ("--target-path", str(target), "--log-path", str(target / "logs"), "--quiet", "--no-use-colors")
    yield from ("--no-send-anonymous-usage-stats", "--no-version-check")
    yield from ("--log-level", "none", "--log-level-file", "none", "--no-write-json")
