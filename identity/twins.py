"""Enterprises of one list that somebody could take for one, and that are kept apart (B-IDN-07)."""

import re
from collections.abc import Iterator

import polars as pl

from common.rules import Finding
from common.text import name_key

_OFFICES = "分公司|分行|支行|分理处|营业部|营业厅|分店|办事处|分所|分部|分社|分厂|分院|经营部|门市部|分支机构"
_IS_OFFICE = re.compile(rf"(?:{_OFFICES})$")
_ENDING = re.compile("公司|银行|集团|厂|店|社|院|所|中心|合伙")


def kept_apart(found: pl.DataFrame) -> Iterator[tuple[int, Finding]]:
    """Yield, for each delivery, the names under which two codes come, or a head office beside its branches.

    ``found`` has delivery_id, name, position and ``found``, what the name was identified as. The position given is the
    first of the name.
    """
    keys = {name: name_key(name) for name in found["name"].unique()}
    named = (
        found.with_columns(pl.col("name").replace_strict(keys, return_dtype=pl.String).alias("key"))
        .filter(pl.col("key") != "")
        .group_by("delivery_id", "key", "found")
        .agg(pl.col("position").min(), pl.col("name").sort_by("position").first())
    )
    branches = _heads(named).join(named, on=["delivery_id", "key"]).select("delivery_id", pl.col("head"), "found")
    bearers = pl.concat([named.select("delivery_id", "key", "found"), branches.rename({"head": "key"})])
    several = bearers.group_by("delivery_id", "key").agg(pl.col("found").n_unique().alias("bearers"))
    first = named.group_by("delivery_id", "key").agg(
        pl.col("position").min(), pl.col("name").sort_by("position").first()
    )
    told = first.join(several.filter(pl.col("bearers") > 1), on=["delivery_id", "key"]).sort("position")
    for position, name, count in told.select("position", "name", "bearers").iter_rows():
        yield position, Finding("B-IDN-07", "ACCEPT", value=name, facts={"a": name, "k": count})


def _heads(named: pl.DataFrame) -> pl.DataFrame:
    """Return delivery_id, key and head: the longest listed name with which a branch's name begins and which is a whole
    enterprise's."""
    branches = [key for key in named["key"].unique() if _IS_OFFICE.search(key)]
    heads = [
        (branch, head)
        for branch in branches
        for match in _ENDING.finditer(branch)
        if (head := branch[: match.end()]) != branch
    ]
    likely = pl.DataFrame(heads, schema={"key": pl.String, "head": pl.String}, orient="row")
    listed = named.select("delivery_id", "key").unique()
    return (
        listed.join(likely, on="key")
        .join(listed, left_on=["delivery_id", "head"], right_on=["delivery_id", "key"], how="semi")
        .sort(pl.col("head").str.len_chars())
        .group_by("delivery_id", "key", maintain_order=True)
        .agg(pl.col("head").last())
    )
