"""What dbt notes about rows that count, in the words of the rules (``dbt/models/notes``, ``contracts/rules.yml``)."""

import json
from collections.abc import Iterator

import duckdb
import polars as pl

from common.findings import findings_frame
from common.rules import Finding, Place

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
        file, place = _address(row_id, delivery_id) if row_id else (path.rpartition("/")[2], Place())
        yield delivery_id, feed, file, Finding(rule_id, action, place, subject, json.loads(facts))


def _address(row_id: str, delivery_id: str) -> tuple[str, Place]:
    """Take a row's address apart: delivery, file, sheet and row number, between colons."""
    inside, _, row = row_id.removeprefix(f"{delivery_id}:").rpartition(":")
    file, _, sheet = inside.rpartition(":")
    return file, Place(sheet or None, int(row))
