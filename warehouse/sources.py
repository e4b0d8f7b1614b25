"""The dbt sources of landed rows, written from the contracts (``make contracts``); a test holds them equal."""

from pathlib import Path
from typing import Any

import yaml

from common.contracts import Column, Feed, feeds
from common.rows import ADDRESS_SCHEMA
from warehouse.calendar import Calendar, shipped_calendar
from warehouse.transform import DBT_PROJECT

LANDING_SOURCES = DBT_PROJECT / "models" / "staging" / "_landing.yml"

_TYPES = {
    "integer": "bigint", "decimal": "decimal(20,6)", "percent": "decimal(20,8)", "money": "decimal(20,2)",
    "capital": "decimal(20,2)", "area": "decimal(14,2)", "rent": "decimal(12,4)", "date": "date", "month": "date",
    "timestamp": "timestamp", "boolean": "boolean", "list": "varchar[]",
}  # fmt: skip


def landing_sources() -> str:
    """Return the YAML of the source ``landing``: one table for each feed, columns with type and class."""
    given = shipped_calendar()
    tables = [_table(feed, given) for feed in feeds().values()]
    source = {
        "name": "landing",
        "description": "Accepted rows as landed, pseudonymised; views over Parquet.",
        "tables": tables,
    }
    head = "# Written from contracts/feeds by `make contracts`; change the contract, not this file.\n"
    return head + yaml.safe_dump({"sources": [source]}, allow_unicode=True, sort_keys=False, width=120)


def write_landing_sources(path: Path = LANDING_SOURCES) -> None:
    """Write the sources where dbt reads them."""
    path.write_text(landing_sources(), encoding="utf-8")


def _freshness(feed: Feed, given: Calendar) -> dict[str, Any]:
    """When the newest delivery of a feed is too old, by the shipped delivery calendar."""
    days = given.longest_wait(feed.id)
    if days is None:
        return {}
    return {
        "config": {
            "loaded_at_query": "select max(received_at) from ledger.delivery "
            f"where feed = '{feed.id}' and status = 'ACCEPTED'",
            "freshness": {"warn_after": {"count": days, "period": "day"}},
        }
    }


def _table(feed: Feed, given: Calendar) -> dict[str, Any]:
    address = [
        {"name": name, "data_type": "bigint" if kind.is_integer() else "varchar"}
        for name, kind in ADDRESS_SCHEMA.items()
    ]
    columns = [entry for column in feed.stored for entry in _columns(feed, column)]
    return {
        "name": feed.id.lower(),
        "description": f"{feed.name.zh} / {feed.name.en}",
        **_freshness(feed, given),
        "columns": address + columns,
    }


def _columns(feed: Feed, column: Column) -> list[dict[str, Any]]:
    meta = {"meta": {"class": feed.class_of(column)}}
    entries = [
        {
            "name": column.name,
            "description": f"{column.zh} / {column.en}",
            "data_type": _TYPES.get(column.type, "varchar"),
            "config": meta,
        }
    ]
    if column.type == "money":
        for what, en in (("text", "as written"), ("unit", "unit as written")):
            said = {"name": f"{column.name}_{what}", "description": f"{column.zh} / {column.en}, {en}"}
            entries.append({**said, "data_type": "varchar", "config": meta})
    return entries


if __name__ == "__main__":
    write_landing_sources()
