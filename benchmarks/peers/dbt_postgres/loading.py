"""The pipeline's sources into PostgreSQL by COPY: landed rows, ledger, identities, tables of office and catalogue."""

import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

_TYPES = {"VARCHAR": "text", "DOUBLE": "double precision", "HUGEINT": "numeric", "JSON": "text", "VARCHAR[]": "text[]",
          "DATE[]": "date[]", "TIMESTAMP": "timestamp"}  # fmt: skip

_FUNCTIONS = r"""
create function length(text[]) returns int language sql immutable as 'select cardinality($1)';
create function md5_number(text) returns bigint language sql immutable as 'select hashtextextended($1, 0)';
create function regexp_escape(text) returns text language sql immutable
as $$ select regexp_replace($1, '([]*+?.^${}()|\\[-])', '\\\1', 'g') $$
"""
"""What DuckDB has and PostgreSQL has not, or by another name."""


def load(warehouse: Any, connection: Any, sources: Iterable[tuple[str, str]]) -> None:
    """Copy relations of a DuckDB into tables of the same names."""
    cursor = connection.cursor()
    cursor.execute(_FUNCTIONS)
    with tempfile.TemporaryDirectory(prefix="louyu-copy-") as folder:
        for schema, name in sources:
            columns = [row[:2] for row in warehouse.execute(f'describe "{schema}"."{name}"').fetchall()]
            created = ", ".join(f'"{column}" {_TYPES.get(kind, kind)}' for column, kind in columns)
            cursor.execute(f'create schema if not exists "{schema}"')
            cursor.execute(f'create table "{schema}"."{name}" ({created})')
            told = ", ".join(_told(column, kind) for column, kind in columns)
            file = Path(folder) / "rows.csv"
            query = f'copy (select {told} from "{schema}"."{name}") to \'{file}\' (format csv, header false)'
            warehouse.execute(query)
            with file.open(encoding="utf-8") as rows:
                cursor.copy_expert(f'copy "{schema}"."{name}" from stdin (format csv)', rows)
            cursor.execute(f'analyze "{schema}"."{name}"')
    connection.commit()


def _told(column: str, kind: str) -> str:
    """Write a list as PostgreSQL reads one."""
    if not kind.endswith("[]"):
        return f'"{column}"'
    quoted = """'"' || replace(replace(cast(one as varchar), '\\', '\\\\'), '"', '\\"') || '"'"""
    return f"""'{{' || array_to_string(list_transform("{column}", one -> {quoted}), ',') || '}}' as "{column}\""""
