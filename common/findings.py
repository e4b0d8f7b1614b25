"""Findings as a table: what ``louyu quarantine`` lists, whoever found it (SURFACE)."""

from collections.abc import Iterable, Mapping

import polars as pl

from common.rules import Finding

FINDING_SCHEMA: Mapping[str, pl.DataType] = {
    "delivery_id": pl.String(), "feed": pl.String(), "file": pl.String(), "sheet": pl.String(), "row_no": pl.Int64(),
    "column": pl.String(), "cell": pl.String(), "rule_id": pl.String(), "action": pl.String(), "value": pl.String(),
    "message_zh": pl.String(), "message_en": pl.String(),
}  # fmt: skip


def findings_frame(found: Iterable[tuple[str, str, str, Finding]] = ()) -> pl.DataFrame:
    """Return findings, each with its delivery, feed and file, as a frame of FINDING_SCHEMA."""
    records = [
        (
            delivery_id, feed, file, finding.place.sheet, finding.place.row, finding.place.column, finding.place.cell,
            finding.rule_id, finding.action, finding.value, finding.message.zh, finding.message.en,
        )
        for delivery_id, feed, file, finding in found
    ]  # fmt: skip
    return pl.DataFrame(records, schema=dict(FINDING_SCHEMA), orient="row")
