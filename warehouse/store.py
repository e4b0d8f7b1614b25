"""The private DuckDB file: opened by the pipeline alone, filled with what dbt reads as sources."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from common.clock import BEIJING, in_beijing
from common.contracts import feeds
from common.deliveries import no_rows_file
from common.home import Home
from common.ledger import Ledger
from common.machine import warehouse_memory
from common.rows import ADDRESS, ADDRESS_SCHEMA, at_places
from review.judgement import Standing
from warehouse.books import entries
from warehouse.calendar import calendar_at
from warehouse.config import overlay_at
from warehouse.corrections import corrected_files
from warehouse.cut import Cut
from warehouse.scorecard import fallen_due, newest_spoken

WAREHOUSE_FILE = "louyu.duckdb"
"""Every warehouse file has this name, because dbt's manifest holds the database's name."""


def warehouse_path(home: Home, cut: Cut, *, is_latest: bool) -> Path:
    """Return the file of a build: the home's own, or a disposable one for a cut in the past."""
    return home.warehouse / WAREHOUSE_FILE if is_latest else home.warehouse / "past" / cut.build / WAREHOUSE_FILE


@contextmanager
def connect(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open a warehouse file with limits taken from the machine."""
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = duckdb.connect(
        str(path),
        config={
            "preserve_insertion_order": "false",
            "memory_limit": warehouse_memory(),
            # nothing but the pipeline reads the file, and the newest format is the cheapest to write
            "storage_compatibility_version": "latest",
        },
    )
    try:
        yield connection
    finally:
        connection.close()


FIRST_PUBLISHED: dict[str, pl.DataType | type[pl.DataType]] = {
    **dict.fromkeys(
        ("kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period",
         "base_period", "basis"), pl.String,
    ),
    "value": pl.Decimal(38, 8),
}  # fmt: skip
"""The columns of what was published first, as dbt reads them."""


def load_sources(path: Path, home: Home, cut: Cut, identity: Path, published: pl.DataFrame | None = None) -> None:
    """Put everything that dbt reads into the file: views over landed rows, and small tables of facts.

    The rows stay where they landed; a view names the files of the deliveries that stand, so dbt knows no path.
    ``published`` holds the first published value of each figure that had one by the cut; its columns include
    FIRST_PUBLISHED.
    """
    with connect(path) as connection:
        for schema in ("landing", "ledger", "identity", "ops", "config", "release"):
            connection.execute(f"create schema if not exists {schema}")
        for name in ("xref_enterprise", "xref_building", "quarantine"):
            source = _quoted((identity / f"{name}.parquet").as_posix())
            connection.execute(f"create or replace table identity.{name} as select * from read_parquet('{source}')")
        for name, frame in (_facts(cut) | _delivering(home, cut)).items():
            replace_table(connection, name, frame)
        said = pl.DataFrame(schema=FIRST_PUBLISHED) if published is None else published.select(list(FIRST_PUBLISHED))
        replace_table(connection, "release.first_published", said.cast(pl.Schema(FIRST_PUBLISHED)))
        _landing_views(connection, home, cut, identity)
        for table in overlay_at(Ledger(home.ledger), cut.known_at):
            text = dict.fromkeys(table.columns, pl.String)
            rows = [[row[column] or None for column in table.columns] for row in table.rows]
            replace_table(connection, f"config.{table.name}", pl.DataFrame(rows, schema=text, orient="row"))


def _landing_views(connection: duckdb.DuckDBPyConnection, home: Home, cut: Cut, identity: Path) -> None:
    """Show the rows of each feed that stand, without those that wait, with the values that the office corrects."""
    files = corrected_files(cut.rows_files, identity)
    for feed in feeds():
        shown = files(feed) or [no_rows_file(home, feed)]
        listed = ", ".join(f"'{_quoted(file.as_posix())}'" for file in shown)
        connection.execute(
            f"create or replace view landing.{feed.lower()} as select landed.* "
            f"from read_parquet([{listed}], union_by_name = true, hive_partitioning = false) as landed "
            "anti join ledger.refused_row as refused "
            "on refused.delivery_id = landed.delivery_id and refused.file = landed.file "
            "and refused.sheet is not distinct from landed.sheet and refused.row_no = landed.row_no"
        )


def _facts(cut: Cut) -> dict[str, pl.DataFrame]:
    """Return the ledger's and the run's own tables."""
    deliveries = [
        {
            "delivery_id": one.delivery.id, "feed": one.delivery.feed, "path": one.delivery.path,
            "sha256": one.delivery.sha256, "version": one.order[0], "ordered_at": _local(one.order[1]),
            "received_at": _local(one.delivery.received_at), "known_at": _local(one.known_at),
            "declared_scope": one.delivery.sidecar.scope, "status": one.status,
            "parse_key": one.report.parse_key, "is_addition": one.adds, "is_cumulative": one.is_cumulative,
            **one.rows._asdict(),
        }
        for one in cut.deliveries
    ]  # fmt: skip
    scopes = [(one.delivery.id, key, day) for one in cut.standing for key, day in one.report.scopes]
    totals = [
        (one.delivery.id, column, stated, summed)
        for one in cut.standing
        for column, (stated, summed) in one.report.control_totals.items()
    ]
    refused = [(one.delivery.id, *address) for one in cut.standing for address in one.refused]
    # a row that was mended and sent again must not count beside its mended self once its first trouble is over
    mended = [(row.delivery_id, row.file, row.sheet, row.row) for one in cut.standing for row in one.report.corrects]
    refused += mended
    is_mended = set(mended)
    waiting = [
        (delivery, amount)
        for one in cut.standing if one.landed.feed.worth
        for delivery, *address, amount in _waiting(one) if (delivery, *address) not in is_mended
    ]  # fmt: skip
    coverage = [
        (part.feed, part.kind, part.first, part.until, list(part.missing_months), part.stated_from)
        for part in cut.coverage
    ]
    context = [(cut.build, _local(cut.known_at), cut.as_of, cut.district)]
    money = pl.Decimal(38, 2)
    return {
        "ledger.delivery": pl.DataFrame(
            deliveries,
            schema_overrides={
                "declared_scope": pl.String, "ordered_at": pl.Datetime("us"), "received_at": pl.Datetime("us"),
                "known_at": pl.Datetime("us"),
            },
        ),
        "ledger.refused_row": pl.DataFrame(refused, schema=dict(ADDRESS_SCHEMA), orient="row"),
        "ledger.waiting_row": pl.DataFrame(
            waiting, schema={"delivery_id": pl.String, "worth": pl.String}, orient="row",
        ).with_columns(pl.col("worth").cast(money)),
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


def _waiting(one: Standing) -> Iterator[tuple[str, str, str | None, int, str]]:
    """Yield the rows of a delivery that wait, with what they are worth: delivery, address and amount."""
    yield from ((one.delivery.id, *row) for row in one.report.waiting)
    if one.refused and (column := one.landed.feed.worth):
        for *address, amount in (
            at_places(one.landed.rows(*ADDRESS, column), one.refused).drop_nulls(column).iter_rows()
        ):
            yield (one.delivery.id, *address, str(abs(amount)))


def _delivering(home: Home, cut: Cut) -> dict[str, pl.DataFrame]:
    """Return what was due and came by the cut, and the month that counts each delivery, as the scorecard has them."""
    on = in_beijing(cut.known_at).date()
    known = [one for one in entries(home, cut.deliveries) if one.landing.received_at <= cut.known_at]
    given = calendar_at(Ledger(home.ledger), cut.known_at)
    owed = [
        (due.feed.id, due.span.label, f"{due.span.month}-01", due.due_on, due.is_delivered(on),
         due.state(on) == "ON_TIME")
        for due in fallen_due(known, given, on)
    ]  # fmt: skip
    spoken = [(one.delivery_id, span) for one in known if (span := newest_spoken(one, given))]
    month = pl.col("month_on").str.to_date()
    return {
        "ops.period_due": pl.DataFrame(
            owed, orient="row",
            schema={"feed": pl.String, "period": pl.String, "month_on": pl.String, "due_on": pl.Date,
                    "is_delivered": pl.Boolean, "is_on_time": pl.Boolean},
        ).with_columns(month),
        "ops.delivery_month": pl.DataFrame(
            [(delivery, f"{span.month}-01") for delivery, span in spoken], orient="row",
            schema={"delivery_id": pl.String, "month_on": pl.String},
        ).with_columns(month),
    }  # fmt: skip


def _local(moment: datetime) -> datetime:
    """Return a moment as the warehouse holds it: naive Beijing time."""
    return moment.astimezone(BEIJING).replace(tzinfo=None)


def replace_table(connection: duckdb.DuckDBPyConnection, name: str, frame: pl.DataFrame) -> None:
    """Let a table hold these rows, whatever it held."""
    connection.register("incoming", frame.to_arrow())
    connection.execute(f"create or replace table {name} as select * from incoming")
    connection.unregister("incoming")


def _quoted(text: str) -> str:
    return text.replace("'", "''")
