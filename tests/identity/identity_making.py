"""Landed rows for the tests of identity."""

from collections.abc import Collection
from pathlib import Path
from typing import Any

import polars as pl

from common.contracts import feeds
from common.home import Home
from identity.resolve import Known, Resolved, resolve
from ingest.tables.kept import row_schema


def land(home: Home, feed: str, delivery: str, *rows: dict[str, Any]) -> None:
    """Put rows where ingest puts them."""
    address = {"delivery_id": delivery, "file": f"{feed}.csv", "sheet": None}
    folder = home.rows / f"feed={feed}"
    folder.mkdir(parents=True, exist_ok=True)
    records = [{**address, "row_no": n, **row} for n, row in enumerate(rows, start=2)]
    schema = row_schema(feeds()[feed])
    pl.DataFrame(records, schema=schema).write_parquet(folder / f"{delivery}.parquet")


def resolved(home: Home, deliveries: Collection[str], **known: Any) -> Resolved:
    """Resolve the keys of some deliveries; ``known`` is what is known besides."""

    def files(feed: str) -> list[Path]:
        paths = [home.rows / f"feed={feed}" / f"{delivery}.parquet" for delivery in deliveries]
        return [path for path in paths if path.exists()]

    return resolve(files, Known(**known))


def building(code: str | None, name: str, street: str = "八角街道", **more: Any) -> dict[str, Any]:
    """Return a row of the building register."""
    return {"building_code": code, "building_name": name, "street_name": street, "alias": None, "address": None, **more}


def ticket(place: str | None, street: str = "八角街道", district: str = "石景山区") -> dict[str, Any]:
    """Return a hotline ticket as far as it tells where."""
    return {"place": place, "street_name": street, "district_name": district}
