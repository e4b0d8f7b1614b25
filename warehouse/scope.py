"""What the last completed build of a warehouse file made, so that the next makes only what was touched (DESIGN 2.5).

The memory lies in the file that it is about: ``ops.built_month`` holds a fingerprint of each month's inputs and the
code that made it, beside what each table was made from (``warehouse/inputs.py``). It is opened before dbt starts and
closed when dbt has come to its end.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from warehouse.inputs import Project, forget_inputs, note_completed, note_inputs, prepare, standing
from warehouse.store import connect
from warehouse.transform import manifest_json

_TABLES = (
    "create schema if not exists ops",
    "create table if not exists ops.built_month (subject varchar, month_on date, fingerprint varchar, code varchar)",
    "create table if not exists ops.build_scope (district_code varchar, month_on date, reason varchar)",
    "create table if not exists ops.completed_build (build varchar)",
)


@contextmanager
def _memory(warehouse: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a file with its tables of memory, which an older one, or a new one, has not."""
    with connect(warehouse) as connection:
        for statement in _TABLES:
            connection.execute(statement)
        prepare(connection)
        yield connection


ASKED = "ASKED"
"""Why a month is made anew that somebody chose."""


def ask(warehouse: Path, district: str, months: Iterable[date]) -> int:
    """Ask for months of a district to be made anew by the next build; returns how many nobody had asked for yet.

    What was asked for stays open until a build has completed, however often one dies before.
    """
    with _memory(warehouse) as connection:
        asked = {month for (month,) in connection.execute(
            "select month_on from ops.build_scope where district_code = ?", [district]
        ).fetchall()}  # fmt: skip
        fresh = sorted(set(months) - asked)
        for month in fresh:
            connection.execute("insert into ops.build_scope values (?, ?, ?)", [district, month, ASKED])
    return len(fresh)


@dataclass(frozen=True, slots=True)
class Opened:
    """What a build that was opened may keep."""

    is_known: bool
    """Whether it may keep what nothing touched: months, and whole tables."""
    standing: frozenset[str]
    """The tables and tests that nothing can touch, by dbt's unique ids."""


def begin(warehouse: Path, code: str) -> Opened:
    """Open a build and tell what it may keep.

    It may keep something where this code completed the last build that was opened. After a build that died, or with
    other code, nobody knows what the tables hold, and everything is made anew. Where somebody asks for months, every
    table is made, and of those that are kept by month the months that were asked for.
    """
    with _memory(warehouse) as connection:
        found = connection.execute("select distinct code from ops.built_month").fetchall()
        [(asked,)] = connection.execute("select count(*) from ops.build_scope").fetchall()
        connection.execute("update ops.built_month set code = null")
        connection.execute("delete from ops.completed_build")
        project, is_known = Project(manifest_json()), found == [(code,)]
        note_inputs(connection, project, is_kept=not asked)
        return Opened(is_known, standing(connection, project) if is_known else frozenset())


def is_completed(warehouse: Path, build: str) -> bool:
    """Tell whether what the file holds is this build, whole, and nobody has asked for any month anew."""
    if not warehouse.exists():
        return False
    with _memory(warehouse) as connection:
        [(completed, asked)] = connection.execute(
            "select (select any_value(build) from ops.completed_build), (select count(*) from ops.build_scope)"
        ).fetchall()
    return bool(completed == build and not asked)


def complete(warehouse: Path, code: str, build: str) -> None:
    """Record what a completed build made, and close the scope that it was asked for."""
    with connect(warehouse) as connection:
        connection.execute("begin")
        connection.execute("delete from ops.built_month")
        connection.execute(
            "insert into ops.built_month select subject, month_on, fingerprint, ? from cut.cur_build_scope "
            "where fingerprint is not null",
            [code],
        )
        connection.execute("delete from ops.build_scope")
        note_completed(connection, ["ops.built_month", "ops.build_scope"])
        forget_inputs(connection)
        connection.execute("insert into ops.completed_build values (?)", [build])
        connection.execute("commit")
