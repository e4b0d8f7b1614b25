"""Do the peer's work: ``python -m benchmarks.peers.dbt_postgres INBOX HOME WORK FIGURES``."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import psycopg2

from benchmarks.floor.counting import Key, Value
from benchmarks.floor.work import Floor
from benchmarks.peers.dbt_postgres.loading import load
from benchmarks.peers.dbt_postgres.project import generate
from benchmarks.peers.dbt_postgres.server import running
from benchmarks.peers.figures import write

KPIS = ("building_cnt", "building_tax_district", "building_tax_district_yoy", "building_tax_total",
        "building_tax_total_yoy", "building_ticket_cnt", "district_retained_share", "local_reg_cnt",
        "local_registration_rate", "local_tax_rate", "occupancy_rate", "rating_new_cnt", "rating_valid_cnt",
        "resolution_rate", "response_rate", "satisfaction_rate", "tenant_enterprise_cnt")  # fmt: skip
"""The floor's."""

_FIGURES = """
select kpi_id, area_code, breakdown_type, breakdown_code, period, base_period, value, numerator, denominator
from figures.figure
where kpi_id = any(%s) and area_type in ('district', 'street') and basis = 'ALL'
"""

_COLUMNS = """
select schema_name, table_name, column_name, data_type
from duckdb_columns()
where not internal
order by schema_name, table_name, column_index
"""


def main(home: Path, work: Path, figures: Path) -> int:
    """Return dbt's exit code, or 0 and the figures written."""
    shutil.rmtree(work, ignore_errors=True)
    done = Floor(seconds=dict.fromkeys(("translate", "load", "dbt"), 0.0))
    warehouse = duckdb.connect(str(home / "warehouse" / "louyu.duckdb"), read_only=True)
    kinds = {
        (schema, name): kind
        for kind, column in (("table", "table_name"), ("view", "view_name"))
        for schema, name in warehouse.execute(f"select schema_name, {column} from duckdb_{kind}s()").fetchall()
    }
    columns: dict[str, dict[str, dict[str, str]]] = {}
    for schema, relation, name, kind in warehouse.execute(_COLUMNS).fetchall():
        columns.setdefault(schema, {}).setdefault(relation, {})[name] = kind
    with running() as socket:
        with done.stage("translate"):
            project = generate(home, work, socket, kinds, columns)
        with done.stage("load"), psycopg2.connect(host=str(socket), user="postgres", dbname="postgres") as connection:
            load(warehouse, connection, sorted(project.sources))
        with done.stage("dbt"):
            dbt = Path(sys.executable).with_name("dbt")
            command = [str(dbt), "run", "--project-dir", str(work), "--profiles-dir", str(work), "--quiet"]
            ended = subprocess.run(command, check=False, env={**os.environ, "DO_NOT_TRACK": "1"})
        if ended.returncode:
            return ended.returncode
        with psycopg2.connect(host=str(socket), user="postgres", dbname="postgres") as connection:
            cursor = connection.cursor()
            cursor.execute(_FIGURES, (list(KPIS),))
            done.figures |= {Key(*row[:6]): Value(*row[6:]) for row in cursor.fetchall()}
    write(done, figures)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4])))
