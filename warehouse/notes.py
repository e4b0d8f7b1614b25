"""What dbt notes about rows that count, in the words of the rules (``dbt/models/notes``, ``contracts/rules.yml``)."""

import json
from collections.abc import Iterator, Mapping

import duckdb
import polars as pl

from common.contracts import feeds
from common.findings import findings_frame
from common.rules import Finding, Place

_ABOUT: Mapping[str, str] = {
    "B-BIZ-01": "taxpayer_name", "B-BIZ-02": "building_name", "B-BIZ-03": "unit_no", "B-BIZ-04": "moved_out_on",
    "B-BIZ-05": "enterprise_name", "B-BIZ-06": "valid_to", "B-BIZ-07": "rating_code", "B-BIZ-08": "rating_code",
    "B-BIZ-09": "callback_at", "B-BIZ-10": "resolved", "B-BIZ-12": "exclude_flag", "B-BIZ-14": "linked_ticket",
    "B-BIZ-15": "meeting_id", "B-BIZ-16": "building_name", "B-BIZ-17": "station", "B-NUM-04": "amount_total",
    "B-NUM-10": "leased_area_m2",
}  # fmt: skip
"""The column that a note on a row is about, by rule."""

_QUERY = """
    select note.rule_id, note.action, note.feed, note.delivery_id, note.row_id, note.subject, note.facts, delivery.path
    from notes.input_note as note
    inner join ledger.delivery as delivery using (delivery_id)
    order by all
"""


def input_notes(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """Return the notes of a build as FINDING_SCHEMA."""
    return findings_frame(_notes(connection))


def _notes(connection: duckdb.DuckDBPyConnection) -> Iterator[tuple[str, str, str, Finding]]:
    for rule_id, action, feed, delivery_id, row_id, subject, facts, path in connection.execute(_QUERY).fetchall():
        column = feeds()[feed].by_name[_ABOUT[rule_id]].zh if row_id else None
        file, place = _address(row_id, delivery_id, column) if row_id else (path.rpartition("/")[2], Place())
        yield delivery_id, feed, file, Finding(rule_id, action, place, subject, json.loads(facts))


def _address(row_id: str, delivery_id: str, column: str | None) -> tuple[str, Place]:
    """Take a row's address apart: delivery, file, sheet and row number, between colons."""
    inside, _, row = row_id.removeprefix(f"{delivery_id}:").rpartition(":")
    file, _, sheet = inside.rpartition(":")
    return file, Place(sheet or None, int(row), column)
