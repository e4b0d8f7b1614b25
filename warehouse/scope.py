"""What the last completed build of a warehouse file made, so that the next makes only what was touched (DESIGN 2.5).

The memory lies in the file that it is about: ``ops.built_month`` holds a fingerprint of each month's inputs and the
code that made it, beside what each table was made from (``warehouse/inputs.py``). It is opened before dbt starts and
closed when dbt has come to its end.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import duckdb

from warehouse.inputs import Project, forget_inputs, note_inputs, prepare
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


def begin(warehouse: Path, code: str) -> bool:
    """Open a build and tell whether it may keep what nothing touched: months, and whole tables.

    It may where this code completed the last build that was opened. After a build that died, or with other code,
    nobody knows what the tables hold, and everything is made anew. Where somebody asks for months, every table is made,
    and of those that are kept by month the months that were asked for.
    """
    with _memory(warehouse) as connection:
        found = connection.execute("select distinct code from ops.built_month").fetchall()
        [(asked,)] = connection.execute("select count(*) from ops.build_scope").fetchall()
        connection.execute("update ops.built_month set code = null")
        connection.execute("delete from ops.completed_build")
        note_inputs(connection, Project(manifest_json()), is_kept=not asked)
    return found == [(code,)]


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
        forget_inputs(connection)
        connection.execute("delete from ops.built_month")
        connection.execute(
            "insert into ops.built_month select subject, month_on, fingerprint, ? from cut.cur_build_scope "
            "where fingerprint is not null",
            [code],
        )
        connection.execute("delete from ops.build_scope")
        connection.execute("insert into ops.completed_build values (?)", [build])
        connection.execute("commit")
