"""Questions about a list that is sent again: an old version, one that lacks rows, one of another month (B-COR)."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

import polars as pl

from common.rules import Finding
from review.landed import Landed
from review.past import Past

_IDENTITIES: Mapping[str, tuple[tuple[str, ...], ...]] = {
    "T01": (("uscc", "tax_type", "treasury_month"), ("taxpayer_name", "tax_type", "treasury_month")),
    "O01": (("uscc", "building_name"), ("enterprise_name", "building_name")),
    "B01": (("building_code",), ("building_name", "street_name")),
}
"""What tells the rows of a corrected file apart: a row that has kept one of these is still there.

What a correction may well correct is not among them: a voucher, a date, a unit, and either the code or the name.
"""
_EXAMPLES: Mapping[str, tuple[str, ...]] = {
    "T01": ("uscc", "taxpayer_name"), "O01": ("building_name", "enterprise_name"),
    "B01": ("building_code", "building_name"),
}  # fmt: skip
_DROPPED_SHARE, _DROPPED_AMOUNT = 0.005, Decimal("0.01")
_MANY_ROWS, _KEPT_AT_LEAST = 30, 0.2


def older_version(landed: Landed, past: Past) -> Finding | None:
    """An old version is sent again after a newer one was received (B-COR-02)."""
    newer = None if landed.is_correction else past.newer(landed)
    if newer is None:
        return None
    return Finding("B-COR-02", "HOLD", facts={"a": f"v{landed.delivery.version}", "b": f"v{newer.delivery.version}"})


def dropped_rows(landed: Landed, past: Past) -> Finding | None:
    """A file sent again for the same period lacks rows of the one before (B-COR-01)."""
    if landed.is_correction or landed.has_effect("ROLLBACK"):
        return None
    feed, received = landed.feed, landed.delivery.received_at
    identities = _IDENTITIES[feed.id]
    amount = ("amount_total",) if feed.id == "T01" else ()
    columns = list(dict.fromkeys(name for names in (*identities, amount, _EXAMPLES[feed.id]) for name in names))
    former = {past.standing(part) for part in landed.parts} - {None}
    days = pl.Series([date.fromisoformat(day) for _, day in landed.scopes])
    new = landed.rows(*columns)
    for earlier in sorted((one for one in former if one), key=lambda one: one.order):
        if earlier.delivery.received_at > received:
            continue
        old = earlier.rows(*columns)
        if feed.kind == "PERIOD_REPLACE" and feed.period in columns:
            old = old.filter(pl.col(feed.period).dt.month_start().is_in(days.implode()))
        gone = _gone(old, new, identities)
        # a row that waits for a cell to be mended has not been dropped
        waiting = max(0, landed.report.rows_quarantined - earlier.report.rows_quarantined)
        missing = gone.height - waiting
        large = bool(amount) and _is_large(gone["amount_total"], old["amount_total"])
        if missing > _DROPPED_SHARE * old.height or (missing > 0 and large):
            shown = gone.select(_EXAMPLES[feed.id]).sort(pl.all(), nulls_last=True).row(0)
            facts = {"n": missing, "ex": " ".join(str(value) for value in shown if value is not None)}
            return Finding("B-COR-01", "HOLD", facts=facts)
    return None


def other_month(landed: Landed, past: Past) -> Finding | None:
    """A list sent again for a month has neither the vouchers nor the amounts of the one before (B-COR-01).

    A correction changes a few amounts, and a voucher may be corrected; a list in which both are new is of another
    month.
    """
    if landed.is_correction or landed.has_effect("ROLLBACK"):
        return None
    vouchers, amounts = ["voucher_no"], ["uscc", "tax_type", "amount_total"]
    new = landed.rows(*vouchers, *amounts)
    for part in sorted(landed.parts):
        earlier = past.standing(part)
        if earlier is None or earlier.delivery.received_at > landed.delivery.received_at:
            continue
        old = earlier.rows(*vouchers, *amounts)
        told = min(frame["voucher_no"].drop_nulls().len() for frame in (old, new))
        kept = [old.join(new, on=names, how="semi").height for names in (vouchers, amounts)]
        if told >= _MANY_ROWS and max(kept) < _KEPT_AT_LEAST * old.height:
            first = old.sort("uscc", "tax_type", nulls_last=True).row(0)
            return Finding("B-COR-01", "HOLD", facts={"n": old.height - max(kept), "ex": str(first[1])})
    return None


def _gone(old: pl.DataFrame, new: pl.DataFrame, identities: Sequence[Sequence[str]]) -> pl.DataFrame:
    """Return the rows of which there are more than in the new file, by every identity that they have."""
    kept = new.unique().with_columns(pl.lit(0).alias("order"))
    rows = old.join(kept, on=old.columns, how="left", nulls_equal=True).sort("order", nulls_last=True)
    is_gone = pl.lit(True)
    for number, names in enumerate(identities):
        there = new.drop_nulls(names).group_by(names).agg(pl.len().alias(f"there {number}"))
        rows = rows.join(there, on=names, how="left", maintain_order="left")
        is_gone &= pl.int_range(pl.len()).over(names) >= pl.col(f"there {number}").fill_null(0)
    return rows.filter(is_gone).select(old.columns)


def _is_large(gone: pl.Series, old: pl.Series) -> bool:
    lost = gone.abs().max()
    return lost is not None and Decimal(str(lost)) > _DROPPED_AMOUNT * Decimal(old.abs().sum() or 0)
