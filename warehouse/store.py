"""The private DuckDB file: opened by the pipeline alone, filled with what dbt reads as sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb
import polars as pl

from common.clock import BEIJING
from common.contracts import feeds
from common.deliveries import rows_folder
from common.home import Home
from common.ledger import Ledger
from warehouse.config import overlay_at
from warehouse.cut import Cut

WAREHOUSE_FILE = "louyu.duckdb"
"""Every warehouse file has this name, because dbt's manifest holds the database's name."""


def warehouse_path(home: Home, cut: Cut, *, is_latest: bool) -> Path:
    """Return the file of a build: the home's own, or a disposable one for a cut in the past."""
    return home.warehouse / WAREHOUSE_FILE if is_latest else home.warehouse / "past" / cut.build / WAREHOUSE_FILE


@contextmanager
def connect(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse file with limits taken from the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(str(path), config={"preserve_insertion_order": "false"})
    try:
        yield connection
    finally:
        connection.close()


def load_sources(path: Path, home: Home, cut: Cut, identity: Path) -> None:
    """Put everything that dbt reads into the file: views over landed rows, and small tables of facts.

    The rows stay where they landed; a view names only their folder, so dbt's project knows no path.
    """
    with connect(path) as connection:
        for schema in ("landing", "ledger", "identity", "ops", "config"):
            connection.execute(f"create schema if not exists {schema}")
        for feed in feeds():
            files = (rows_folder(home, feed) / "*.parquet").as_posix()
            connection.execute(
                f"create or replace view landing.{feed.lower()} as select * from read_parquet("
                f"'{_quoted(files)}', union_by_name = true, hive_partitioning = false)"
            )
        for name in ("xref_enterprise", "xref_building", "quarantine"):
            source = _quoted((identity / f"{name}.parquet").as_posix())
            connection.execute(f"create or replace table identity.{name} as select * from read_parquet('{source}')")
        for name, frame in _facts(cut).items():
            _replace(connection, name, frame)
        for table in overlay_at(Ledger(home.ledger), cut.known_at):
            text = dict.fromkeys(table.columns, pl.String)
            rows = [[row[column] or None for column in table.columns] for row in table.rows]
            _replace(connection, f"config.{table.name}", pl.DataFrame(rows, schema=text, orient="row"))


def _facts(cut: Cut) -> dict[str, pl.DataFrame]:
    """Return the ledger's and the run's own tables."""
    deliveries = [
        {
            "delivery_id": known.delivery.id, "feed": known.delivery.feed, "path": known.delivery.path,
            "sha256": known.delivery.sha256, "version": known.delivery.version,
            "known_at": known.delivery.received_at.astimezone(BEIJING).replace(tzinfo=None),
            "declared_scope": known.delivery.sidecar.scope, "status": known.report.status,
            "rows_read": known.report.rows_read, "rows_accepted": known.report.rows_accepted,
            "rows_quarantined": known.report.rows_quarantined, "rows_set_aside": known.report.rows_set_aside,
        }
        for known in cut.deliveries
    ]  # fmt: skip
    scopes = [(known.delivery.id, key, day) for known in cut.deliveries for key, day in known.report.scopes]
    totals = [
        (known.delivery.id, column, stated, summed)
        for known in cut.deliveries
        for column, (stated, summed) in known.report.control_totals.items()
    ]
    coverage = [
        (part.feed, part.kind, part.first, part.until, list(part.missing_months), part.stated_from)
        for part in cut.coverage
    ]
    context = [(cut.build, cut.known_at.astimezone(BEIJING).replace(tzinfo=None), cut.as_of, cut.district)]
    money = pl.Decimal(38, 2)
    return {
        "ledger.delivery": pl.DataFrame(
            deliveries, schema_overrides={"declared_scope": pl.String, "known_at": pl.Datetime("us")}
        ),
        "ledger.delivery_scope": pl.DataFrame(
            scopes, schema={"delivery_id": pl.String, "scope_key": pl.String, "scope_on": pl.String}, orient="row"
        ).with_columns(pl.col("scope_on").str.to_date()),
        "ledger.control_total": pl.DataFrame(
            totals, schema=dict.fromkeys(("delivery_id", "column_name", "stated", "summed"), pl.String), orient="row"
        ).with_columns(pl.col("stated", "summed").cast(money)),
        "ops.feed_coverage": pl.DataFrame(
            coverage, orient="row",
            schema={"feed": pl.String, "kind": pl.String, "first_on": pl.Date, "complete_until_on": pl.Date,
                    "missing_months": pl.List(pl.Date), "stated_from_on": pl.Date},
        ),
        "ops.run_context": pl.DataFrame(
            context, orient="row",
            schema={"build_id": pl.String, "known_at": pl.Datetime("us"), "as_of": pl.Date, "district_code": pl.String},
        ),
    }  # fmt: skip


def _replace(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"create or replace table {name} as select * from incoming")
    connection.unregister("incoming")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
