"""What the peer on PostgreSQL runs are the pipeline's models, in words that PostgreSQL reads."""

import pytest
import sqlglot
from small_city import SmallCity
from sqlglot import exp

from benchmarks.peers.dbt_postgres.translating import translated

COLUMNS = {"core": {"fact": {"key": "VARCHAR", "n": "BIGINT", "tags": "VARCHAR[]"}}}


def test_every_model_of_the_pipeline_is_postgres_sql(small_city: SmallCity) -> None:
    folder = small_city.louyu.home.root / "warehouse"
    compiled = list((folder / "dbt/compiled/louyu/models").glob("*/*.sql"))
    models = {path.stem: path.parent.name for path in compiled}
    assert len(models) > 100
    for path in compiled[::8]:
        written = translated(path.read_text(encoding="utf-8"), models)
        assert "louyu" not in written
        sqlglot.parse_one(written.replace("{{ ref('", "").replace("') }}", ""), read="postgres")


def test_relations_of_models_become_references_and_others_stay() -> None:
    written = translated('select a.x, b.y from "louyu"."core"."fact" as a join "louyu"."ops"."seen" as b on true',
                         {"fact": "core"})  # fmt: skip
    assert "{{ ref('fact') }}" in written
    assert '"ops"."seen"' in written


@pytest.mark.parametrize(
    ("query", "told"),
    [
        ("select divide(7, 2) as x", "DIV("),
        ("select max_by(key, n) as x from core.fact", "[1]"),
        ("select sign(n) as x from core.fact", "AS DECIMAL"),
        ("select quantile_disc(n, 0.5) as x from core.fact", "WITHIN GROUP"),
        ("select cast(n as hugeint) as x from core.fact", "AS DECIMAL"),
        ("select key, sum(n) as n from core.fact group by all", 'GROUP BY\n  "fact"."key"'),
        ("select * from core.fact qualify row_number() over (partition by key order by n) = 1", '"_kept"'),
        ("select max_by(tags, n) as x from core.fact", "STRING_TO_ARRAY"),
        (
            "select a.n from core.fact as a inner join core.fact as b on a.key is not distinct from b.key",
            'ARRAY[CAST("a"."key" AS TEXT)] = ARRAY[CAST("b"."key" AS TEXT)]',
        ),
    ],
)
def test_what_postgres_has_not_is_said_otherwise(query: str, told: str) -> None:
    written = translated(query, {}, COLUMNS)
    assert told in written
    assert not list(sqlglot.parse_one(written, read="postgres").find_all(exp.Qualify))
