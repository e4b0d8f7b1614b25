"""Sheets named after persons: a name is kept where it names a building, never where it names somebody (SPEC 4.1)."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from common.contracts import Feed
from common.files import in_place_of
from common.keys import Pseudonymiser
from common.masking import NAME, without_personal_data
from common.text import person_key


def hidden_names(rows: Path, findings: pl.DataFrame, feed: Feed, pseudonymise: Pseudonymiser) -> dict[str, str]:
    """Return what to call the sheets of a delivery that name a person of the same delivery, or hold personal data.

    So with headings, which are keys of records that somebody may have made of names. One sheet for each person is
    told from one for each building by the delivery's own pseudonyms: nothing is guessed from a name. ``rows`` is the
    file of its landed rows.
    """
    landed = pl.scan_parquet(rows, hive_partitioning=False)
    named = landed.select(pl.col("sheet").drop_nulls().unique(maintain_order=True)).collect()["sheet"]
    sheets = pl.concat([named, findings["sheet"].drop_nulls()]).unique(maintain_order=True)
    headings = findings["column"].drop_nulls().unique(maintain_order=True)
    if sheets.is_empty() and headings.is_empty():
        return {}
    persons = _persons(landed, feed)
    shown: dict[str, str] = {}
    for sheet in sheets:
        is_person = pseudonymise(person_key(sheet)) in persons
        called = NAME if is_person else without_personal_data(sheet)
        if called != sheet:
            shown[sheet] = f"{called}{len(shown) + 1}"
    for heading in headings:
        if heading not in shown and pseudonymise(person_key(heading)) in persons:
            shown[heading] = f"{NAME}{len(shown) + 1}"
    return shown


def rename_rows(rows: Path, shown: Mapping[str, str]) -> None:
    """Give the sheets of a file of landed rows their other names."""
    renamed = pl.scan_parquet(rows, hive_partitioning=False).with_columns(pl.col("sheet").replace(shown))
    with in_place_of(rows) as fresh:
        renamed.sink_parquet(fresh)


def rename_findings(findings: pl.DataFrame, shown: Mapping[str, str]) -> pl.DataFrame:
    """Give the sheets and headings their other names in findings and their messages."""
    said = pl.col("message_zh", "message_en").str.replace_many(list(shown), list(shown.values()))
    return findings.with_columns(pl.col("sheet", "column").replace(shown), said)


def _persons(landed: pl.LazyFrame, feed: Feed) -> set[str]:
    hidden = [column.name for column in feed.stored if column.type == "person"]
    return {
        person for name in hidden for person in landed.select(pl.col(name).drop_nulls().unique()).collect().to_series()
    }
