"""What the last completed build of a warehouse file made, so that the next makes only what was touched (DESIGN 2.5).

The memory lies in the file that it is about: ``ops.built_month`` holds a fingerprint of each month's inputs and the
code that made it. It is opened before dbt starts and closed when dbt has come to its end.
"""

from pathlib import Path

from warehouse.store import connect

_TABLES = (
    "create table if not exists ops.built_month (subject varchar, month_on date, fingerprint varchar, code varchar)",
    "create table if not exists ops.build_scope (district_code varchar, month_on date, reason varchar)",
)


def begin(warehouse: Path, code: str) -> bool:
    """Open a build and tell whether it may keep the months that nothing touched.

    It may where this code completed the last build that was opened. After a build that died, or with other code,
    nobody knows what the tables hold, and everything is made anew.
    """
    with connect(warehouse) as connection:
        for statement in _TABLES:
            connection.execute(statement)
        found = connection.execute("select distinct code from ops.built_month").fetchall()
        connection.execute("update ops.built_month set code = null")
    return found == [(code,)]


def complete(warehouse: Path, code: str) -> None:
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
        connection.execute("commit")
