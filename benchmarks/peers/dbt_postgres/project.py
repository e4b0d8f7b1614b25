"""The models of a home's last build as a dbt project for PostgreSQL, generated into a folder of work."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlglot import exp, parse_one

from benchmarks.peers.dbt_postgres.translating import Columns, translated

WANTED = ("fig_level", "fig_ratio", "fig_yoy", "figure")
"""The models that end in figures; with all that they stand on they are the peer's."""

_SCHEMA = """{% macro generate_schema_name(custom_schema_name, node) -%}{{ custom_schema_name }}{%- endmacro %}
"""


@dataclass(frozen=True)
class Project:
    """What was generated: the models, and the relations that they read and do not make."""

    models: Mapping[str, str]
    sources: frozenset[tuple[str, str]]


def generate(
    home: Path, folder: Path, socket: Path, relations: Mapping[tuple[str, str], str], columns: Columns
) -> Project:
    """Write the project; ``relations`` says of each relation of the warehouse whether it is a table or a view."""
    compiled = {path.stem: path for path in (home / "warehouse/dbt/compiled/louyu/models").glob("*/*.sql")}
    schemas = {name: schema for schema, name in relations if name in compiled}
    wanted, reads = _closure(compiled)
    for name in wanted:
        kind = relations[schemas[name], name]
        sql = translated(compiled[name].read_text(encoding="utf-8"), schemas, columns)
        # PostgreSQL plans by statistics, which a new table gets a minute later by itself
        hooks = ", post_hook='analyze {{ this }}'" if kind == "table" else ""
        head = f"{{{{ config(materialized='{kind}', schema='{schemas[name]}'{hooks}) }}}}\n"
        _write(folder / "models" / schemas[name] / f"{name}.sql", head + sql)
    _write(folder / "macros" / "schema.sql", _SCHEMA)
    told = {"name": "peer", "version": "1.0", "profile": "peer", "flags": {"send_anonymous_usage_stats": False}}
    _write(folder / "dbt_project.yml", json.dumps(told))
    output = {"type": "postgres", "host": str(socket), "user": "postgres", "password": "", "port": 5432,
              "dbname": "postgres", "schema": "public", "threads": 2}  # fmt: skip
    _write(folder / "profiles.yml", json.dumps({"peer": {"target": "peer", "outputs": {"peer": output}}}))
    return Project({name: schemas[name] for name in wanted}, frozenset(reads))


def _closure(compiled: Mapping[str, Path]) -> tuple[list[str], set[tuple[str, str]]]:
    """Return the models that are needed, and what they read that no model makes."""
    wanted, reads = list(WANTED), set()
    for name in wanted:
        tree: Any = parse_one(compiled[name].read_text(encoding="utf-8"), read="duckdb")
        for table in tree.find_all(exp.Table):
            if not table.db:
                continue
            if table.name not in compiled:
                reads.add((table.db, table.name))
            elif table.name not in wanted:
                wanted.append(table.name)
    return wanted, reads


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
