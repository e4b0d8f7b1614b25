"""Enterprises of one list that somebody could take for one, and that are kept apart (B-IDN-07)."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

import polars as pl

from common.rules import Finding
from common.text import name_key

_OFFICES = "分公司|分行|支行|分理处|营业部|营业厅|分店|办事处|分所|分部|分社|分厂|分院|经营部|门市部|分支机构"
_IS_OFFICE = re.compile(rf"(?:{_OFFICES})$")
_ENDING = re.compile("公司|银行|集团|厂|店|社|院|所|中心|合伙")


def kept_apart(keyed: pl.DataFrame, codes: Sequence[str | None]) -> Iterator[tuple[int, Finding]]:
    """Yield, for each delivery, the names under which two codes come, or a head office beside its branches.

    ``keyed`` has delivery_id, name and position, ``codes`` what each of its rows was identified as. The position given
    is the first of the name.
    """
    keys = {name: name_key(name) for name in keyed["name"].unique()}
    named = (
        keyed.select(
            "delivery_id",
            "name",
            "position",
            pl.col("name").replace_strict(keys, return_dtype=pl.String).alias("key"),
            pl.Series("found", codes, dtype=pl.String),
        )
        .filter(pl.col("found").is_not_null() & (pl.col("key") != ""))
        .group_by("delivery_id", "key", "found")
        .agg(pl.col("position").min(), pl.col("name").sort_by("position").first())
        .sort("position")
    )
    for _, listed in named.group_by("delivery_id", maintain_order=True):
        bearers: dict[str, set[str]] = defaultdict(set)
        first: dict[str, tuple[int, str]] = {}
        for key, code, position, name in listed.select("key", "found", "position", "name").iter_rows():
            bearers[key].add(code)
            first.setdefault(key, (position, name))
        for key in [key for key in first if _IS_OFFICE.search(key)]:
            if head := _head_of(key, first):
                bearers[head] |= bearers[key]
        for key, (position, name) in first.items():
            if len(bearers[key]) > 1:
                yield position, Finding("B-IDN-07", "ACCEPT", value=name, facts={"a": name, "k": len(bearers[key])})


def _head_of(branch: str, names: Collection[str]) -> str | None:
    """Return the longest listed name with which a branch's name begins and which is a whole enterprise's."""
    heads = (branch[: match.end()] for match in _ENDING.finditer(branch))
    return max((head for head in heads if head != branch and head in names), key=len, default=None)
