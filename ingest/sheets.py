"""Sheets named after persons: the name is kept where it names a building, never where it names somebody (SPEC 4.1)."""

from dataclasses import replace

import polars as pl

from common.contracts import Feed
from common.keys import Pseudonymiser
from common.masking import NAME, without_personal_data
from common.text import person_key
from ingest.outcome import Outcome


def without_persons(outcome: Outcome, feed: Feed, pseudonymise: Pseudonymiser) -> Outcome:
    """Replace the names of sheets that name a person of the same file, or hold personal data, in rows and findings.

    One sheet per person is told from one per building by the file's own pseudonyms: nothing is guessed from a name.
    """
    sheets = pl.concat([outcome.rows["sheet"], outcome.findings["sheet"]]).drop_nulls().unique(maintain_order=True)
    persons = _persons(outcome.rows, feed)
    shown: dict[str, str] = {}
    for sheet in sheets:
        if pseudonymise(person_key(sheet)) in persons:
            shown[sheet] = f"{NAME}{len(shown) + 1}"
        elif (masked := without_personal_data(sheet)) != sheet:
            shown[sheet] = f"{masked}{len(shown) + 1}"
    if not shown:
        return outcome
    told = [
        pl.col(name).str.replace_many(list(shown), list(shown.values())) for name in ("message_zh", "message_en")
    ]  # fmt: skip
    reason = outcome.reason
    if reason and reason.place.sheet in shown:
        reason = replace(reason, place=replace(reason.place, sheet=shown[reason.place.sheet]))
    return replace(
        outcome,
        reason=reason,
        rows=outcome.rows.with_columns(pl.col("sheet").replace(shown)),
        findings=outcome.findings.with_columns(pl.col("sheet").replace(shown), *told),
    )


def _persons(rows: pl.DataFrame, feed: Feed) -> set[str]:
    hidden = [column.name for column in feed.stored if column.type == "person"]
    return {person for name in hidden for person in rows[name].unique().drop_nulls()}
