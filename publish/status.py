"""Where the home stands: what is due, missing, held and withheld, and who must act."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from common.contracts import feeds
from common.files import read_json
from publish.plan import plan, summary


def feed_status(candidate: Path | None, received: dict[str, str]) -> list[dict[str, Any]]:
    """Return a row for each feed: how far it is complete, its newest receipt, whether it is late for the as-of day."""
    context = read_json(candidate / "context.json") if candidate else {"coverage": {}, "as_of": "0001-01-01"}
    as_of = date.fromisoformat(context["as_of"])
    rows = []
    for feed in feeds().values():
        span: Sequence[str] | None = context["coverage"].get(feed.id)
        complete_to = date.fromisoformat(span[1]) if span else None
        state = "MISSING" if complete_to is None else "LATE" if complete_to <= as_of else "COMPLETE"
        rows.append(
            {
                "feed": feed.id, "name_zh": feed.name.zh, "name_en": feed.name.en, "state": state,
                "complete_until": span[1] if span else None, "last_received_at": received.get(feed.id),
                "who_zh": feed.owner.zh, "who_en": feed.owner.en,
            }
        )  # fmt: skip
    return rows


def withheld_figures(candidate: Path | None) -> tuple[list[dict[str, Any]], list[str]]:
    """Return what the newest candidate withholds, and what blocks it."""
    if candidate is None or not (candidate / "verdicts.parquet").exists():
        return [], []
    decided = plan(candidate)
    return summary(decided), list(decided.blocked)


def newest_receipts(deliveries: pl.DataFrame) -> dict[str, str]:
    """Return the newest receipt of each feed."""
    newest = deliveries.group_by("feed").agg(pl.col("received_at").max())
    return dict(newest.iter_rows())
