"""G-RATIO and G-NORM: shares within what is plausible, and a count that is its norm to the digit (SPEC 1.3, 4.3)."""

from collections.abc import Iterator

import polars as pl

from common.messages import Message
from expectations.gates.facts import PLACE, Broken, Facts, broken

_EXPLAIN = Message(
    "核对分子与分母;属实的,用 louyu release note 写明原因,再运行 louyu run",
    "check numerator and denominator; if they are right say why with louyu release note and run louyu run",
)
_PERSONS = Message(
    "请组织部报送 G03 花名册(逐人),或用 louyu release note 说明核实依据",
    "have the roll (G03) delivered, one row a person, or say with louyu release note what was verified",
)


def ratios(facts: Facts) -> Iterator[Broken]:
    """Yield shares of the district's tax, attendance and rates outside their ranges."""
    yield _within(
        facts, "district_retained_share", "retained_share",
        Message("区级留成占比", "the district's share of the tax"),
    )  # fmt: skip
    yield _within(
        facts, "attendance_per_activity", "attendance_per_activity", Message("场均人次", "attendance of an activity")
    )
    yield _marginal(facts)
    yield _rates(facts)


def _within(facts: Facts, kpi: str, name: str, check: Message) -> Broken:
    low, high = facts.limit("G-RATIO", f"{name}_min"), facts.limit("G-RATIO", f"{name}_max")
    rows = (
        facts.figures.filter(kpi_id=kpi)
        .with_columns(low.alias("low"), high.alias("high"))
        .filter((pl.col("v") < pl.col("low")) | (pl.col("v") > pl.col("high")))
    )
    return broken(check, _EXPLAIN, rows, pl.format("[{}, {}]", "low", "high"), pl.col("value").cast(pl.String))


def _marginal(facts: Facts) -> Broken:
    """Hold what the district keeps of the additional tax against its range, at the growth of the district's tax.

    Where the whole hardly changed the quotient says nothing.
    """
    low, high = facts.limit("G-RATIO", "marginal_share_min"), facts.limit("G-RATIO", "marginal_share_max")
    least = facts.limit("G-RATIO", "marginal_change_min")
    whole = facts.figures.filter(kpi_id="building_tax_total_yoy").select(
        *PLACE, "period", "base_period", pl.col("n").alias("whole"), pl.col("d").alias("whole_before"),
        pl.col("figure_key").alias("other"),
    )  # fmt: skip
    grown = pl.col("whole") - pl.col("whole_before")
    rows = (
        facts.figures.filter(kpi_id="building_tax_district_yoy")
        .join(whole, on=[*PLACE, "period", "base_period"], maintain_order="left")
        .with_columns(low.alias("low"), high.alias("high"), least.alias("least"))
        .filter(grown.abs() > pl.col("least") * pl.col("whole_before").abs())
        .with_columns(((pl.col("n") - pl.col("d")) / grown).alias("share"), pl.concat_list("other").alias("figures"))
        .filter((pl.col("share") < pl.col("low")) | (pl.col("share") > pl.col("high")))
    )
    check = Message("新增税收的区级留成占比,须按税种说明", "the district's share of the additional tax, by type of tax")
    found = pl.col("share").round(4).cast(pl.String)
    return broken(check, _EXPLAIN, rows, pl.format("[{}, {}]", "low", "high"), found, ["figures"])


def _rates(facts: Facts) -> Broken:
    rows = facts.figures.filter(kind="ratio", unit="%").filter(
        ~pl.col("is_signed").fill_null(False) & ((pl.col("v") < 0) | (pl.col("v") > 1))
    )
    check = Message("比率在0与1之间", "a rate lies between nothing and all")
    found = pl.format("{} / {}", "numerator", "denominator")
    return broken(check, _EXPLAIN, rows, pl.lit("[0, 1]"), pl.coalesce(found, pl.col("value").cast(pl.String)))


_NORMS = (("staff_fulltime_cnt", "staff_norm"),)
"""Counts with the norm that they are measured by."""


def norms(facts: Facts) -> Iterator[Broken]:
    """Yield counts that equal their norm without rows of persons to show for it.

    The evidence is that the count was summed from rows of the roll, one a person and place, and from at least as many
    as it counts; ``figure_source`` holds how many.
    """
    for count, norm in _NORMS:
        wanted = facts.figures.filter(kpi_id=norm).select(
            *PLACE, "period", pl.col("value").alias("norm"), pl.concat_list("figure_key").alias("figures")
        )
        persons = (
            facts.sources.filter(measure_id=count, calendar="S")
            .filter(pl.col("delivery_id").str.starts_with("G03"))
            .group_by(pl.col("atom_on").alias("last_on"))
            .agg(pl.col("row_cnt").sum().cast(pl.Float64).alias("persons"))
        )
        rows = (
            facts.figures.filter(kpi_id=count)
            .join(wanted, on=[*PLACE, "period"], maintain_order="left")
            .filter((pl.col("value") == pl.col("norm")) & (pl.col("v") > 0))
            .join(persons, on="last_on", how="left", maintain_order="left")
            .with_columns(pl.col("persons").fill_null(0))
            .filter(pl.col("persons") < pl.col("v"))
        )
        check = Message("与编配标准完全相等时须有逐人数据", "a count that is its norm exactly rests on rows of persons")
        said = pl.format("≥ {} rows of persons", "value")
        yield broken(check, _PERSONS, rows, said, pl.format("{} rows", "persons"), ["figures"])
