"""Every model parses as DuckDB's SQL and as Spark's (DESIGN 3)."""

from pathlib import Path

import pytest
import sqlglot

pytest_plugins = ["dbt_project"]


@pytest.mark.parametrize("dialect", ["duckdb", "spark"])
def test_every_model_parses(empty_warehouse: Path, dialect: str) -> None:
    written = (empty_warehouse.parent / "target" / "compiled" / "louyu" / "models").rglob("*.sql")
    # unit tests lie in folders that are named after their files
    compiled = sorted(path for path in written if path.parent.suffix != ".yml")
    assert len(compiled) > 100
    broken = {}
    for path in compiled:
        try:
            [statement] = sqlglot.parse(path.read_text(encoding="utf-8"), dialect=dialect)
            assert statement is not None
        except sqlglot.errors.ParseError as error:
            broken[path.stem] = str(error).splitlines()[0]
    assert broken == {}
