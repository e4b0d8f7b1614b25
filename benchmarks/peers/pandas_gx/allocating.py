"""Tax rows to buildings in pandas, in fen by the largest remainder (SPEC 2.1a)."""

import numpy as np
import pandas as pd

_OUT_OF_SCOPE = ["SOCIAL", "CUSTOMS"]
AMOUNTS = ["amount_total", "amount_district"]


def attributed(rows: pd.DataFrame) -> pd.DataFrame:
    """Say of each row whose tax it is and of which day: a correction follows the first of its chain."""
    rows = rows.reset_index(drop=True)
    origin = _origins(rows)
    own = pd.Series(rows.index, index=rows.index)
    source = origin.reindex(rows.index).fillna(own).astype("int64")
    told = rows[["uscc", "treasury_month", "tax_period_end"]].take(source.to_numpy()).set_axis(rows.index)
    month_end = told["treasury_month"] + pd.offsets.MonthEnd(0)
    return pd.DataFrame({
        "row": rows.index, "tax_type": rows["tax_type"], "treasury_month": rows["treasury_month"],
        **{name: rows[name].fillna(0).astype("int64") for name in AMOUNTS},
        "firm": told["uscc"], "day": told["tax_period_end"].fillna(month_end),
    })  # fmt: skip


def _origins(rows: pd.DataFrame) -> pd.Series:
    """Return the row at the beginning of the chain of each correction that names one, by the correction's row."""
    columns = ["voucher_no", "orig_ref", "tax_type", "uscc"]
    numbered = rows[columns].reset_index(names="row")
    corrections = numbered[numbered["orig_ref"].notna()]
    named = numbered[numbered["voucher_no"].isin(corrections["orig_ref"].unique())]
    pairs = corrections.merge(named, left_on="orig_ref", right_on="voucher_no", suffixes=("", "_named"))
    pairs = pairs[pairs["row"] != pairs["row_named"]].assign(
        same_type=lambda frame: frame["tax_type"].astype("object") == frame["tax_type_named"].astype("object"),
        same_firm=lambda frame: frame["uscc"] == frame["uscc_named"],
        is_first=lambda frame: frame["orig_ref_named"].isna(),
        last=lambda frame: -frame["row_named"],
    )
    ordered = pairs.sort_values(["same_type", "same_firm", "is_first", "last"], kind="stable")
    origin = ordered.drop_duplicates("row", keep="last").set_index("row")["row_named"]
    step = origin
    for _ in range(len(origin)):
        before = origin.map(step)
        longer = before.notna() & (before != origin.index)
        if not longer.any():
            break
        origin = origin.mask(longer, before).astype("int64")
    return origin


def weights(held: pd.DataFrame) -> pd.DataFrame:
    """Return by which weight each building of an enterprise gets its tax of a day."""
    whole = held.groupby(["firm", "day"], sort=False)
    is_equal = whole["is_area_missing"].transform("any") | (whole["leased_m2"].transform("sum") == 0)
    return held[["firm", "day", "building", "street"]].assign(
        weight=held["leased_m2"].astype("int64").mask(is_equal, 1), parts=whole["building"].transform("size")
    )


def allocated(rows: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Sum the tax of buildings in fen by treasury month, street and tax type."""
    taxed = rows[~rows["tax_type"].isin(_OUT_OF_SCOPE)].merge(weights(held), on=["firm", "day"])
    split = taxed[taxed["parts"] > 1].copy()
    split["whole"] = split.groupby("row")["weight"].transform("sum")
    for name in AMOUNTS:
        split = _split(split, name)
    cell = ["treasury_month", "street", "tax_type"]
    both = pd.concat([taxed.loc[taxed["parts"] == 1, [*cell, *AMOUNTS]], split[[*cell, *AMOUNTS]]])
    return both.groupby(cell, as_index=False, observed=True)[AMOUNTS].sum()


def _split(parts: pd.DataFrame, name: str) -> pd.DataFrame:
    """Give every part its share: whole fen first, then one fen each by the size of what was cut off."""
    amount, weight, whole = parts[name].abs(), parts["weight"], parts["whole"]
    # an amount times a weight may be beyond 64 bits, what is left of it after whole rounds never is
    times, rest = amount // whole, (amount % whole) * weight
    parts = parts.assign(floor=times * weight + rest // whole, rest=rest % whole)
    parts = parts.sort_values(["row", "rest", "building"], ascending=[True, False, True], kind="stable")
    by_row = parts.groupby("row", sort=False)
    left = parts[name].abs() - by_row["floor"].transform("sum")
    share = parts["floor"] + (by_row.cumcount() < left).astype("int64")
    return parts.assign(**{name: np.sign(parts[name]) * share})
