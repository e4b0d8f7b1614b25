"""Findings as a table: what ``louyu quarantine`` lists, whoever found it (SURFACE)."""

from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

import polars as pl

from common.home import Home
from common.rows import ADDRESS, ADDRESS_SCHEMA
from common.rules import Finding

FINDING_SCHEMA: Mapping[str, pl.DataType] = {
    "delivery_id": pl.String(), "feed": pl.String(), **{name: ADDRESS_SCHEMA[name] for name in ADDRESS},
    "column": pl.String(), "cell": pl.String(), "rule_id": pl.String(), "action": pl.String(), "value": pl.String(),
    "message_zh": pl.String(), "message_en": pl.String(),
}  # fmt: skip


def findings_frame(found: Iterable[tuple[str, str, str, Finding]] = ()) -> pl.DataFrame:
    """Return findings, each with its delivery, feed and file, as a frame of FINDING_SCHEMA."""
    records = [
        (
            delivery_id, feed, file, place.sheet, place.row, place.column, place.cell,
            finding.rule_id, finding.action, finding.value, message.zh, message.en,
        )
        for delivery_id, feed, file, finding in found
        for place, message in [(finding.place.masked, finding.message)]
    ]  # fmt: skip
    return pl.DataFrame(records, schema=dict(FINDING_SCHEMA), orient="row")


def findings_file(home: Home, feed: str, delivery_id: str) -> Path:
    """Return where ingest keeps what it found in a delivery."""
    return home.findings / f"feed={feed}" / f"{delivery_id}.parquet"


def read_findings(home: Home, deliveries: Collection[tuple[str, str]]) -> pl.DataFrame:
    """Read what ingest found in the given deliveries, pairs of feed and id."""
    files = [file for feed, delivery in deliveries if (file := findings_file(home, feed, delivery)).exists()]
    if not files:
        return findings_frame()
    return pl.read_parquet(files, hive_partitioning=False).select(list(FINDING_SCHEMA))
