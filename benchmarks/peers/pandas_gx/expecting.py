"""The contracts as Great Expectations' suites over pandas, and the rows that meet them."""

import logging
from collections.abc import Callable, Mapping
from typing import Any

import great_expectations as gx
import numpy as np
import pandas as pd
from great_expectations import expectations

from benchmarks.floor.vocabulary import Feed
from benchmarks.peers.pandas_gx.reading import DAYS, NUMBERS, UNREAD, WORDS, received_by

# its modules do not say what they export
_gxe: Any = expectations

_SYMBOLS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_RECEIVED_BY, _BROKEN = "received_by", "broken:"
_COMPLETE: Mapping[str, Any] = {"result_format": "COMPLETE", "include_unexpected_rows": False}

Rule = Callable[[pd.DataFrame], pd.Series]


def _refund(rows: pd.DataFrame) -> pd.Series:
    return rows["is_refund"].fillna(False) if "is_refund" in rows else pd.Series(False, index=rows.index)


def _wrong_share(rows: pd.DataFrame) -> pd.Series:
    total, own = rows["amount_total"], rows["amount_district"]
    return ~_refund(rows) & (((total >= 0) & ((own > total) | (own < 0))) | ((total < 0) & (own > 0)))


_RULES: Mapping[str, Mapping[str, tuple[tuple[str, ...], Rule]]] = {
    "T01": {
        "B-NUM-06": (("amount_total", "amount_district"), _wrong_share),
        "B-IDN-01": (("uscc",), lambda rows: ~are_sound(rows["uscc"])),
    },
    "O01": {
        "B-NUM-10": (
            ("leased_area_m2", "employees"),
            lambda rows: (rows["leased_area_m2"] > 0) & (rows["employees"] * 200 > rows["leased_area_m2"]),
        ),
        "B-BIZ-04": (("moved_in_on", "moved_out_on"), lambda rows: rows["moved_out_on"] < rows["moved_in_on"]),
    },
    "B01": {
        "B-NUM-11": (
            ("rentable_area_m2", "gross_area_m2"), lambda rows: rows["rentable_area_m2"] > rows["gross_area_m2"]
        ),
    },
    "A01": {
        "B-NUM-09": (
            ("status", "attendance"), lambda rows: (rows["status"] == "HELD") & (rows["attendance"] <= 0)
        ),
    },
}  # fmt: skip
"""What looks at two columns at once, as columns that must be false; by name, with what it reads."""

_BOUNDS: Mapping[str, tuple[tuple[str, float | None, float | None], ...]] = {
    "O01": (("leased_area_m2", 100, 50_000_000), ("employees", 0, 999_999)),
    "B01": (("gross_area_m2", 50_000, 50_000_000), ("rentable_area_m2", 0, None), ("vacant_area_m2", 0, None)),
}
"""Least and greatest values, areas in hundredths of m²."""


class Checks:
    """One context of Great Expectations for all frames."""

    def __init__(self) -> None:
        logging.getLogger("great_expectations").setLevel(logging.ERROR)
        context: Any = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = {"globally": False}
        asset = context.data_sources.add_pandas("inbox").add_dataframe_asset("rows")
        self._batches = asset.add_batch_definition_whole_dataframe("all")

    def accepted(self, feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
        """Return the typed rows that no expectation refuses, once each. Raises ValueError without a required column."""
        names = {column.name for column in feed.columns if column.is_required}
        if absent := names - set(rows.columns):
            raise ValueError(f"{feed.id} lacks {', '.join(sorted(absent))}")
        rules = {
            _BROKEN + name: rule(rows).fillna(False).astype(bool)
            for name, (needed, rule) in _RULES.get(feed.id, {}).items() if set(needed) <= set(rows.columns)
        }  # fmt: skip
        asked = rows.assign(**rules, **{_RECEIVED_BY: received_by(rows)})
        wrong = self._unexpected(asked, asked_of(feed, asked))
        sound = rows.drop(index=wrong, columns=[name for name in rows if name.startswith(UNREAD)])
        sound = self._once(feed, sound)
        return _in_one_unit_once(sound) if feed.id == "O01" else sound

    def _unexpected(self, frame: pd.DataFrame, asked: list[Any]) -> pd.Index:
        batch = self._batches.get_batch({"dataframe": frame})
        told = batch.validate(gx.ExpectationSuite("contract", expectations=asked), result_format=dict(_COMPLETE))
        found = [one for result in told.results for one in result.result.get("unexpected_index_list") or ()]
        if failed := [one.exception_info for one in told.results if one.result == {} and not one.success]:
            raise ValueError(str(failed[0]))
        return pd.Index(pd.unique(pd.Series(found, dtype="int64")))

    def _once(self, feed: Feed, rows: pd.DataFrame) -> pd.DataFrame:
        """Keep one of a delivery's identical rows, and none of those of one key that differ (B-DUP-03)."""
        key = ["delivery", *(name for name in feed.unique if name in rows)]
        if not feed.unique:
            return rows.drop_duplicates()
        expectation = _gxe.ExpectCompoundColumnsToBeUnique(column_list=key, ignore_row_if="never")
        again = self._unexpected(rows, [expectation])
        if again.empty:
            return rows
        some = rows.loc[again].sort_index()
        kept = some.drop_duplicates()
        kept = kept[~kept.duplicated(key, keep=False)]
        return rows.drop(index=some.index.difference(kept.index))


def asked_of(feed: Feed, rows: pd.DataFrame) -> list[Any]:
    """Say of a feed's contract what each column that is there must be."""
    asked: list[Any] = [_gxe.ExpectColumnValuesToBeInSet(column=name, value_set=[False])
                        for name in rows if name.startswith(_BROKEN)]  # fmt: skip
    for column in feed.columns:
        name = column.name
        if name not in rows:
            continue
        if column.is_required:
            asked.append(_gxe.ExpectColumnValuesToNotBeNull(column=name))
        if column.type in NUMBERS or column.type in DAYS:
            asked.append(_gxe.ExpectColumnValuesToBeInSet(column=UNREAD + name, value_set=[False]))
        if column.type in WORDS and rows[UNREAD + name].dtype != "bool":
            asked.append(_gxe.ExpectColumnValuesToBeInSet(column=UNREAD + name, value_set=list(column.words)))
        if column.type in DAYS and not column.may_be_future:
            asked.append(
                _gxe.ExpectColumnPairValuesAToBeGreaterThanB(
                    column_A=_RECEIVED_BY, column_B=name, or_equal=True, ignore_row_if="either_value_is_missing"
                )
            )
    for name, least, most in _BOUNDS.get(feed.id, ()):
        if name in rows:
            asked.append(_gxe.ExpectColumnValuesToBeBetween(column=name, min_value=least, max_value=most))
    return asked


def are_sound(codes: pd.Series) -> pd.Series:
    """Tell of each text whether it is a credit code with the right check symbol (SPEC 3.2); of none, that it is."""
    asked = pd.Series(codes.dropna().unique(), dtype="object")
    fits = asked.str.fullmatch(rf"[{_SYMBOLS}]{{2}}[0-9]{{6}}[{_SYMBOLS}]{{10}}")
    some = asked[fits]
    values = np.zeros(128, dtype=np.int64)
    values[[ord(symbol) for symbol in _SYMBOLS]] = np.arange(len(_SYMBOLS))
    symbols = values[np.frombuffer("".join(some).encode(), dtype=np.uint8).reshape(-1, 18)]
    passes = symbols[:, 17] == -(symbols[:, :17] @ np.array([pow(3, place, 31) for place in range(17)])) % 31
    return codes.isna() | codes.isin(some[passes])


def _in_one_unit_once(rows: pd.DataFrame) -> pd.DataFrame:
    """Leave out where an enterprise is in a unit from a second day on while it is there already (B-BIZ-02)."""
    ordered = rows.sort_values("moved_in_on", kind="stable", na_position="first")
    who = ordered["uscc"].fillna(ordered["enterprise_name"])
    keys = [ordered["delivery"], ordered["building_name"], ordered["unit_no"], who]
    until = ordered["moved_out_on"].fillna(pd.Timestamp("9999-12-31"))
    latest = until.groupby(keys).cummax().groupby(keys).shift()
    is_again = ordered["moved_in_on"] < latest - pd.Timedelta(days=1)
    return ordered[~(is_again & ordered["unit_no"].notna())]
