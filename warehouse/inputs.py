"""What each table of the warehouse rests on, so that a build makes no more than what changed (DESIGN 2.5).

A table rests on sources and on other tables, whatever views lie between. The version of a source is a digest of its
content; a table gets another version when a build gives it other content (``dbt/macros/standing.sql``). A table whose
inputs have the versions that it was made from stands, and so does a test that found nothing wrong with them.

Every delivery adds to the ledger. So a fact, which meets the ledger over the delivery of its own rows, and a model that
reads it by the macros of the cut, rest on the part of the ledger that is about the feeds upstream of them. The moment
of the cut does not count: it chooses among deliveries and does nothing else, and a warehouse holds the chosen ones.
"""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from hashlib import sha256
from typing import Any

import duckdb
import polars as pl

from warehouse.store import replace_table

MADE = ("table", "incremental")
"""The materializations that hold rows; a view rests on nothing, since it holds none."""
LEDGER: Mapping[str, tuple[str, ...]] = {
    "stg_ledger__delivery": ("ledger.delivery",),
    "stg_ledger__delivery_scope": ("ledger.delivery_scope",),
    "dlv_scope": ("ledger.delivery", "ledger.delivery_scope"),
}
"""The models that say of deliveries what they are and what they replace, and what they say it from."""
_FACT = "fct_"
_COMPARED: Mapping[str, str] = {
    "ops.run_context": "as_of, district_code",
    "ops.built_month": "subject, month_on, fingerprint",
}
"""The columns that count, of sources of which not all do."""


class Project:
    """dbt's parsed project, as far as it says what rests on what."""

    def __init__(self, manifest: Mapping[str, Any]) -> None:
        self._nodes = {key: one for key, one in manifest["nodes"].items() if one["resource_type"] in ("model", "test")}
        self._sources = {key: f"{node['schema']}.{node['identifier']}" for key, node in manifest["sources"].items()}

    @cached_property
    def ids(self) -> dict[str, str]:
        """Return dbt's unique id of each table, named ``schema.name``, and of each test, named by that id."""
        return {
            key if node["resource_type"] == "test" else _relation(node): key
            for key, node in self._nodes.items()
            if node["resource_type"] == "test" or node["config"]["materialized"] in MADE
        }

    @cached_property
    def inputs(self) -> dict[str, frozenset[str]]:
        """Return for each table, and each test, what it rests on: sources and tables as ``schema.name``.

        A part of the ledger is named with its feed behind it: ``ledger.delivery T01``. Tests have their unique ids.
        """
        return {name: frozenset(self._inputs(key)) for name, key in self.ids.items()}

    def _inputs(self, key: str) -> Iterator[str]:
        """Yield what a model reads, looking through views."""
        node = self._nodes[key]
        for dependency in node["depends_on"]["nodes"]:
            above = self._nodes.get(dependency)
            if above is None:
                # what else there is are seeds, which are part of the code
                yield from (self._sources[dependency],) if dependency in self._sources else ()
            elif above["name"] in LEDGER:
                yield from self._of_ledger(key, above["name"])
            elif above["config"]["materialized"] in MADE:
                yield _relation(above)
            else:
                yield from self._inputs(dependency)

    def _of_ledger(self, key: str, read: str) -> Iterator[str]:
        node = self._nodes[key]
        is_own = node["name"].startswith(_FACT) or f"ref('{read}')" not in node["raw_code"]
        about = self._feeds(key) if is_own else frozenset()
        for table in LEDGER[read]:
            yield from (f"{table} {feed}" for feed in sorted(about)) if about else (table,)

    def _feeds(self, key: str) -> frozenset[str]:
        """Return the feeds whose rows a model, or anything upstream of it, reads."""
        found: set[str] = set()
        for dependency in self._nodes[key]["depends_on"]["nodes"]:
            if dependency in self._nodes:
                found |= self._feeds(dependency)
            elif self._sources.get(dependency, "").startswith("landing."):
                found.add(self._sources[dependency].removeprefix("landing.").upper())
        return frozenset(found)


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node['name']}"


_TABLES = (
    "create schema if not exists ops",
    "create table if not exists ops.input (model varchar, input varchar)",
    "create table if not exists ops.source_version (name varchar, version varchar)",
    "create table if not exists ops.made (model varchar, made_from varchar, version varchar)",
    # what has no version is never what it was
    """create or replace view ops.made_from_now as
    select
        input.model,
        md5(string_agg(
            concat(input.input, '=', coalesce(known.version, cast(uuid() as varchar))), ',' order by input.input
        )) as made_from
    from ops.input as input
    left join (select name, version from ops.source_version union all select model, version from ops.made) as known
        on known.name = input.input
    group by input.model""",
)


_CODE = "code"
"""What every table rests on; other code makes all of them anew."""


def prepare(connection: duckdb.DuckDBPyConnection) -> None:
    """Make what dbt's materializations look into, where it is missing; as long as no build is open, nothing stands."""
    for statement in _TABLES:
        connection.execute(statement)


def note_inputs(connection: duckdb.DuckDBPyConnection, project: Project, *, is_kept: bool) -> None:
    """Write down what each table rests on, and the version of each source.

    Unless the tables are kept, what they were made from is forgotten, so that none stands.
    """
    if not is_kept:
        connection.execute("delete from ops.made")
    pairs = [(model, name) for model, names in project.inputs.items() for name in sorted(names | {_CODE})]
    replace_table(connection, "ops.input", pl.DataFrame(pairs, schema=["model", "input"], orient="row"))
    named = {name for _, name in pairs} - project.inputs.keys() - {_CODE}
    versions = [(_CODE, "")] + [(name, _version(connection, name)) for name in sorted(named)]
    replace_table(connection, "ops.source_version", pl.DataFrame(versions, schema=["name", "version"], orient="row"))


def standing(connection: duckdb.DuckDBPyConnection, project: Project) -> frozenset[str]:
    """Return dbt's unique ids of the tables and tests that stand whatever comes of the others.

    All that these rest on, however far up, is what it was when they were made.
    """
    unchanged = _names(connection, "select model from ops.made inner join ops.made_from_now using (model, made_from)")
    there = _names(connection, "select concat(schema_name, '.', table_name) from duckdb_tables()")

    @cache
    def stands(name: str) -> bool:
        if name not in project.ids:
            return True
        is_there = name in there or project.ids[name] == name
        return name in unchanged and is_there and all(map(stands, project.inputs[name]))

    return frozenset(key for name, key in project.ids.items() if stands(name))


def _names(connection: duckdb.DuckDBPyConnection, query: str) -> frozenset[str]:
    return frozenset(name for (name,) in connection.execute(query).fetchall())


def note_completed(connection: duckdb.DuckDBPyConnection, changed: Iterable[str]) -> None:
    """Write down that every table is made from what there is now; the build itself changed some sources at its end.

    Those hold what the tables were made from, so a table made anew from them would be the same.
    """
    for name in changed:
        version = _version(connection, name)
        connection.execute("update ops.source_version set version = ? where name = ?", [version, name])
    connection.execute(
        "update ops.made set made_from = now.made_from from ops.made_from_now as now where now.model = made.model"
    )


def forget_inputs(connection: duckdb.DuckDBPyConnection) -> None:
    """Let nothing stand any more."""
    connection.execute("delete from ops.input")
    connection.execute("delete from ops.source_version")


def _version(connection: duckdb.DuckDBPyConnection, name: str) -> str:
    table, _, feed = name.partition(" ")
    if feed:
        return _content(connection, f"({_about(table)}) where feed = '{feed}'")
    schema, _, relation = table.partition(".")
    view = connection.execute(
        "select sql from duckdb_views() where schema_name = ? and view_name = ?", [schema, relation]
    ).fetchone()
    if view is None:
        return _content(connection, f"(select {_COMPARED.get(table, '*')} from {table})")
    # the rows of a delivery never change under one way to read it; those that wait are taken out of them
    parts = [view[0]] + [_content(connection, f"({_about(told)}) where feed = '{relation.upper()}'") for told in _READ]
    return sha256("\n".join(parts).encode()).hexdigest()


_READ = ("ledger.delivery", "ledger.refused_row")


def _about(table: str) -> str:
    """Return the rows of a table of the ledger with their feed."""
    if table == "ledger.delivery":
        return f"select * from {table}"
    return (
        f"select delivery.feed, told.* from {table} as told inner join ledger.delivery as delivery using (delivery_id)"
    )


def _content(connection: duckdb.DuckDBPyConnection, relation: str) -> str:
    """Return a digest of rows in any order."""
    found = connection.execute(f"select count(*), sum(hash(told)) from (select * from {relation}) as told").fetchone()
    return ":".join(map(str, found or ()))
