"""G-ENV: what a district of this size can have at all (SPEC 1.3, 4.3)."""

from collections.abc import Iterator, Mapping

import polars as pl

from common.messages import Message
from expectations.gates.facts import PLACE, SERIES, Broken, Facts, broken, day_after, months, without

_TRACE = Message(
    "核对报送单位与计量单位、重复报送与落楼范围,在源头更正后重新运行 louyu run",
    "check the unit of money, double deliveries and which buildings count; correct at the source and run louyu run",
)
_COUNT = Message(
    "核对数据源是否重复或口径有误,在源头更正后重新运行 louyu run",
    "check the feeds for rows that count twice or mean something else; correct at the source and run louyu run",
)
_TRAILING = 12
_LEAST_HISTORY = 6
"""Months that a median must rest on before anything is held against it."""


def envelopes(facts: Facts) -> Iterator[Broken]:
    """Yield tax beyond the economy, activities beyond the days, people beyond the floor, tickets beyond the usual."""
    yield _gdp(facts)
    yield _budget(facts)
    yield _activities(facts)
    yield _employees(facts)
    yield _tickets(facts)


_NO_GDP = Message(
    "本区地区生产总值未提供(reference_magnitude.csv),不作比较",
    "this district's GDP is not given (reference_magnitude.csv), so nothing is compared with it",
)
_NO_BUDGET = Message(
    "本区财政收入未提供(reference_magnitude.csv),不作比较",
    "this district's budget revenue is not given (reference_magnitude.csv), so nothing is compared with it",
)


def _gdp(facts: Facts) -> Broken:
    share, slack = facts.limit("G-ENV", "tax_of_gdp_share_max"), facts.limit("G-ENV", "tax_of_gdp_slack")
    most = _of_year(facts.yearly("GDP")) * share * slack * months() / 12
    check = Message("楼宇税收不超过地区生产总值的合理部分", "building tax is at most a plausible part of GDP")
    if not facts.yearly("GDP"):
        return without(check, _NO_GDP)
    # what is too much for the whole of an open year is too much for a part of it
    return _at_most(check, facts.levels("building_tax_total", so_far=True).with_columns(most.alias("most")))


def _budget(facts: Facts) -> Broken:
    """Hold district-level tax against the budget revenue of the very period, else the months' part of the year's."""
    own = facts.stated.get("BUDGET_REVENUE", {})
    stated = pl.DataFrame(
        {"period": list(own), "stated": list(own.values())}, {"period": pl.String, "stated": pl.Float64}
    )
    check = Message(
        "区级楼宇税收不超过同期区级财政收入", "district-level tax is at most the budget revenue of the period"
    )
    if not own:
        return without(check, _NO_BUDGET)
    part = _of_year(facts.yearly("BUDGET_REVENUE")) * months() / 12
    own_tax = facts.levels("building_tax_district", so_far=True)
    rows = own_tax.join(stated, on="period", how="left", maintain_order="left")
    return _at_most(check, rows.with_columns(pl.coalesce("stated", part).alias("most")))


def _at_most(check: Message, rows: pl.DataFrame) -> Broken:
    said = pl.format("≤ {}", pl.col("most").round(0).cast(pl.Int64, strict=False))
    return broken(check, _TRACE, rows.filter(pl.col("v") > pl.col("most")), said, pl.col("value").cast(pl.String))


def _of_year(known: Mapping[int, float]) -> pl.Expr:
    """Return the magnitude of each figure's year, of the nearest year that is known else."""
    found, year = pl.lit(None, pl.Float64), pl.col("last_on").dt.year()
    later: int | None = None
    for one in sorted(known, reverse=True):
        # two known years meet halfway, and a tie goes to the later
        is_nearer = pl.lit(True) if later is None else year < (one + later) / 2
        found, later = pl.when(is_nearer).then(pl.lit(known[one])).otherwise(found), one
    return found


def _activities(facts: Facts) -> Broken:
    most = facts.limit("G-ENV", "activities_per_station_day_max")
    stations = (
        facts.figures.filter(pl.col("v").is_not_null(), kpi_id="station_cnt", breakdown_type="_T")
        .select("area_type", "area_code", "last_on", pl.col("v").alias("stations"))
        .sort("last_on")
    )  # fmt: skip
    end = pl.min_horizontal("window_end_on", pl.lit(day_after(facts.as_of)))
    held = (
        facts.figures.filter(pl.col("v").is_not_null(), kpi_id="activity_cnt", breakdown_type="_T")
        .sort("last_on")
        .join_asof(stations, on="last_on", by=["area_type", "area_code"], strategy="nearest", check_sortedness=False)
        .with_columns((end - pl.col("window_start_on")).dt.total_days().clip(lower_bound=1).alias("days"))
        .with_columns((pl.col("v") / pl.col("stations") / pl.col("days")).alias("per_day"))
        .with_columns(most.alias("most"))
        .filter((pl.col("stations") > 0) & (pl.col("per_day") > pl.col("most")))
    )
    return broken(
        Message("每站每天活动场次", "activities a station and day"), _COUNT, held, pl.format("≤ {}", "most"),
        pl.format("{} ({} / {} stations / {} days)", pl.col("per_day").round(2), "v", "stations", "days"),
    )  # fmt: skip


def _employees(facts: Facts) -> Broken:
    least = facts.limit("G-ENV", "m2_per_employee_min")
    areas = facts.figures.filter(kpi_id="building_area_total").select(
        *PLACE, "period", pl.col("v").alias("area"), pl.col("figure_key").alias("other")
    )
    people = (
        facts.figures.filter(kpi_id="employee_cnt")
        .join(areas, on=[*PLACE, "period"])
        .with_columns((pl.col("area") / least).alias("most"), pl.concat_list("other").alias("figures"))
        .filter(pl.col("v") > pl.col("most"))
    )
    said = pl.format("≤ {} (m²: {})", pl.col("most").round(0).cast(pl.Int64), "area")
    check = Message("从业人员与建筑面积", "people and floor")
    return broken(check, _COUNT, people, said, pl.col("value").cast(pl.String), ["figures"])


def _tickets(facts: Facts) -> Broken:
    """Hold a month's tickets against the median of the year before it, where that is enough to be five times less."""
    times, least = facts.limit("G-ENV", "tickets_of_median_max"), facts.limit("G-ENV", "tickets_median_min")
    usual = pl.col("v").shift(1).rolling_median(_TRAILING, min_samples=_LEAST_HISTORY).over(SERIES)
    rows = (
        facts.levels("building_ticket_cnt")
        .filter(pl.col("period_type").is_in(["M", "HM"]) & (pl.col("breakdown_type") == "_T"))
        .sort("last_on", "figure_key")
        .with_columns(usual.alias("usual"), times.alias("times"), least.alias("least"))
        .filter((pl.col("usual") > 0) & (pl.col("usual") >= pl.col("least")))
        .filter((pl.col("v") > pl.col("usual") * pl.col("times")) | (pl.col("v") * pl.col("times") < pl.col("usual")))
    )
    said = pl.format("{} – {}", pl.col("usual") / pl.col("times"), pl.col("usual") * pl.col("times"))
    check = Message("月诉求量与前12个月中位数", "tickets of a month and the median of the twelve before")
    return broken(check, _COUNT, rows, said, pl.col("value").cast(pl.String))
