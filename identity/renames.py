"""Enterprises that bear a name which no earlier list of their feed gave them (B-IDN-05)."""

from collections.abc import Iterator, Mapping

import polars as pl

from common.rules import Finding
from common.text import name_key
from identity.enterprises import is_person


def renamed(found: pl.DataFrame, order: Mapping[str, int]) -> Iterator[tuple[int, Finding]]:
    """Yield each new name of an enterprise once, at its first position in the list that brought it.

    ``found`` has delivery_id, name, on, position and ``found``, what the name was identified as, ``order`` the place of
    each delivery among all. Lists follow each other by the day of their rows, then by that order. Two names
    in one list are no change of name, and a name that was borne before is not new.
    """
    spelt = {name: name_key(name) for name in found["name"].unique()}
    names = (
        found.select(
            "delivery_id", "name", "on", "position", "found",
            pl.col("name").replace_strict(spelt, return_dtype=pl.String).alias("key"),
            pl.col("delivery_id").replace_strict(order, default=0, return_dtype=pl.Int64).alias("order"),
        )
        .filter(pl.col("key") != "")
        .sort("on", "order", "delivery_id", "position", nulls_last=True)
        .group_by("found", "key", maintain_order=True)
        .agg(pl.col("delivery_id", "name", "position").first())
        .with_columns(
            pl.col("name").shift().over("found").alias("former"),
            pl.col("delivery_id").shift().over("found").alias("told_in"),
        )
        .filter(pl.col("told_in") != pl.col("delivery_id"))
    )  # fmt: skip
    for position, code, former, name in names.select("position", "found", "former", "name").iter_rows():
        # the pseudonym of a person says nothing to whoever sent the list
        facts = {"u": "" if is_person(code) else code, "a": former, "b": name}
        yield position, Finding("B-IDN-05", "AUTO", value=name, facts=facts)
