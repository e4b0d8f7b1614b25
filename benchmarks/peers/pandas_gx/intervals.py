"""Monthly lists to intervals of validity in pandas (SPEC 0.1b, Deliveries; 3.3, O01)."""

from collections.abc import Sequence

import pandas as pd

FOREVER = pd.Timestamp("9999-12-31")


def intervals(
    stated: pd.DataFrame, key: Sequence[str], attributes: Sequence[str], start: str, end: str | None = None,
    absences: int = 1, always: bool = True,
) -> pd.DataFrame:  # fmt: skip
    """Return the key, the attributes, ``valid_from`` and ``valid_to``.

    So many ``absences`` in a row end a key; ``always``: its own start counts whenever it first appears.
    """
    key, attributes = list(key), list(attributes)
    days = pd.Series(sorted(stated["list_on"].unique()))
    seen = stated.assign(
        n=stated["list_on"].map(pd.Series(days.index, index=days)), own_start=stated[start],
        own_end=stated[end] if end else pd.NaT,
    ).sort_values([*key, "n"], kind="stable", na_position="last")  # fmt: skip
    is_other = _any_differs(seen, key)
    is_gap = seen["n"].diff() > absences
    seen["chain"] = (is_other | is_gap).cumsum()
    seen["part"] = (is_other | is_gap | _any_differs(seen, attributes)).cumsum()
    seen["key_no"] = is_other.cumsum()
    chains = seen.drop_duplicates("chain", keep="last").set_index("chain")
    first_of_chain = seen.drop_duplicates("chain").set_index("chain")
    own_start = (chains if always else first_of_chain)["own_start"]
    last_of_part = seen.drop_duplicates("part", keep="last")
    first_of_part = seen.drop_duplicates("part")
    found = last_of_part[[*key, *attributes]].reset_index(drop=True)
    chain, key_no, first_n, first_on = (
        first_of_part[name].reset_index(drop=True) for name in ("chain", "key_no", "n", "list_on")
    )
    own, own_end, last_n = chain.map(own_start), chain.map(chains["own_end"]), chain.map(chains["n"])
    absent_on = (last_n + 1).where(len(days) - 1 - last_n >= absences).map(days)
    counts = (key_no != key_no.shift()) & (always | (first_n == 0)) & own.notna()
    told_anew = first_on.shift(-1).where(key_no.shift(-1) == key_no)
    found["valid_from"] = own.where(counts, pd.concat([first_on, own], axis=1).max(axis=1))
    ends = own_end.astype("datetime64[us]").fillna(absent_on.astype("datetime64[us]")).fillna(FOREVER)
    found["valid_to"] = pd.concat([told_anew.astype("datetime64[us]").fillna(FOREVER), ends], axis=1).min(axis=1)
    return found[found["valid_from"] < found["valid_to"]]


def _any_differs(rows: pd.DataFrame, names: Sequence[str]) -> pd.Series:
    """Tell of each row whether it differs from the one before in any of the columns; nulls are alike."""
    differs = pd.Series(False, index=rows.index)
    for name in names:
        now, before = rows[name], rows[name].shift()
        differs |= (now != before).fillna(True).astype(bool) & ~(now.isna() & before.isna())
    differs.iloc[:1] = True
    return differs


def leases(stated: pd.DataFrame) -> pd.DataFrame:
    """Return who occupied what; the day on which an enterprise moves is its first in the new place alone."""
    key = ["firm", "building", "unit_no", "moved_in_on"]
    told = intervals(stated, key, ["leased_m2", "is_taxed"], "moved_in_on", "moved_out_on", absences=2)
    told = told.sort_values([*key, "valid_from"], kind="stable", na_position="last")
    grouped = told.groupby(key, dropna=False, sort=False)
    before, behind = grouped["valid_to"].shift(), grouped["valid_from"].shift(-1)
    is_start = before.isna() | (before < told["valid_from"])
    is_end = behind.isna() | (behind > told["valid_to"])
    last_day = told["valid_to"] - pd.Timedelta(days=1)
    moves = pd.MultiIndex.from_frame(told.loc[is_start, ["firm", "valid_from"]].drop_duplicates())
    has_moved = pd.MultiIndex.from_arrays([told["firm"], last_day]).isin(moves)
    is_told_twice = is_end & has_moved & (last_day > told["valid_from"])
    told["valid_to"] = last_day.where(is_told_twice, told["valid_to"])
    return told[["firm", "building", "leased_m2", "is_taxed", "valid_from", "valid_to"]]
