"""One Great Expectations suite over the figures of a candidate: the gates that judge single figures.

Great Expectations takes seconds to import and reads pandas, so it is imported where a gate runs and sees
only the figure table.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from common.decimals import RoundingMode
from common.files import read_json
from common.machine import collector_at_rest
from common.statements import holds, read_statement
from common.wording import CHANGES, exact_value
from expectations.verdicts import WHOLE, Verdict, evidence

_MONTH = r"\d{4}-(?:0[1-9]|1[0-2])"
_LABELS = {
    "M": _MONTH, "Q": r"\d{4}-Q[1-4]", "YTD": r"\d{4}-YTD(?:0[1-9]|1[0-2])", "Y": r"\d{4}", "R12": f"R12-{_MONTH}",
    "HM": f"HM{_MONTH}", "CUM": f"CUM{_MONTH}", "S": f"{_MONTH}-\\d{{2}}", "WINDOW": f"HM{_MONTH}/HM{_MONTH}",
}  # fmt: skip
_ALL_INDEXES = {"result_format": "COMPLETE", "unexpected_index_column_names": ["figure_key"]}


def judge_figures(candidate: Path) -> list[Verdict]:
    """Run the suite over a candidate: a verdict ``*`` for each check, and one for each figure that fails it."""
    os.environ.setdefault("GX_ANALYTICS_ENABLED", "false")
    # looking through modules that stay, again and again, is a fifth of such an import
    with collector_at_rest():
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

    context: Any = gx.get_context(mode="ephemeral")
    context.variables.progress_bars = ProgressBarsConfig(globally=False)
    asset = context.data_sources.add_pandas("candidate").add_dataframe_asset("figure")
    batch = asset.add_batch_definition_whole_dataframe("all").get_batch({"dataframe": figure_frame(candidate)})
    suite = context.suites.add(gx.ExpectationSuite(name="figures", expectations=list(_expectations())))
    outcome = batch.validate(suite, result_format=_ALL_INDEXES)
    return [verdict for result in outcome.results for verdict in _verdicts(result)]


def figure_frame(candidate: Path) -> Any:
    """Return the pandas table that the suite reads: figures, their catalogue entries, and what a check needs."""
    figures = pl.read_parquet(candidate / "figure.parquet")
    kpi = pl.read_parquet(candidate / "kpi.parquet").select("kpi_id", "kind", "status")
    names = pl.read_parquet(candidate / "kpi_text.parquet").select("kpi_id", "name_zh", "name_en")
    context = read_json(candidate / "context.json")
    found = _found_so_far(figures)
    joined = (
        figures.join(kpi, on="kpi_id")
        .join(names, on="kpi_id")
        .join(found, on=_CELL, how="left", nulls_equal=True, maintain_order="left")
        .with_columns(
            pl.when(status="APPROVED").then("definition_version").alias("approved_version"),
            pl.lit(context["as_of"]).str.to_date().dt.offset_by("1d").alias("known_until_on"),
            pl.when(_is_coverage()).then(1.0)
            .when(kpi_id="pre_complaint_resolved_cnt").then("found")
            .alias("upper_bound"),
            pl.when(_is_coverage()).then(pl.col("numerator") == pl.col("denominator")).alias("is_full"),
            pl.col("printed_zh").str.contains(r"^100(\.0*)?%$").alias("is_printed_full"),
        )
    )  # fmt: skip
    mode: RoundingMode = "half_up" if context["parameters"]["rounding.mode"] == "half_up" else "gbt8170"
    # most figures say what another one says, a count of three or a full share
    said = joined.select(_WORDED).unique()
    read = said.with_columns(pl.Series("wording", [_wording_holds(row, mode) for row in said.iter_rows()], pl.String))
    judged = joined.join(read, on=_WORDED, how="left", nulls_equal=True, maintain_order="left").select(_JUDGED)
    numbers = [name for name, dtype in judged.schema.items() if isinstance(dtype, pl.Decimal)]
    return judged.with_columns(pl.col(numbers).cast(pl.Float64)).to_pandas()


def _is_coverage() -> pl.Expr:
    return pl.col("kpi_id").str.contains(r"^(coverage_.*|troika_coverage)_rate$")


def _found_so_far(figures: pl.DataFrame) -> pl.DataFrame:
    """Return how many appeals were found up to each month's end, also before the programme, beside its CUM period."""
    where = [name for name in _CELL if name not in ("period_type", "period")]
    so_far = pl.col("value").cast(pl.Float64).fill_null(0).cum_sum().over(where)
    monthly = figures.filter(kpi_id="pre_complaint_cnt", period_type="M").sort("period")
    return monthly.select(
        *where, pl.lit("CUM").alias("period_type"), pl.format("CUM{}", "period").alias("period"), so_far.alias("found")
    )


_CELL = ["area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period"]
_SLIP = 8
"""From which ratio on a printed number is not a wrong number but one of another unit."""
_JUDGED = [
    "figure_key", "kpi_id", "kind", "approved_version", "name_zh", "name_en", "unit", "period_type", "period",
    "base_period", "breakdown_type", "obs_status", "known_until_on", "window_end_on", "base_window_end_on",
    "missing_feeds", "quarantined_feeds", "unreconciled_feeds", "value", "upper_bound", "is_full", "is_printed_full",
    "wording",
]  # fmt: skip
"""What the expectations name: each of them copies all columns of the rows that it is about."""
_WORDED = ["kind", "value", "numerator", "denominator", "printed_zh", "printed_en"]


def _wording_holds(row: tuple[Any, ...], mode: RoundingMode) -> str | None:
    """Read both printed texts back and compare them with the exact value."""
    kind, value, numerator, denominator, printed_zh, printed_en = row
    if value is None:
        return None
    exact = exact_value(kind, value, numerator, denominator)
    zh, en = read_statement(printed_zh or "", "zh"), read_statement(printed_en or "", "en")
    if zh is None or en is None:
        return "unreadable"
    if holds(zh, exact, mode) and holds(en, exact, mode):
        return "holds"
    sizes = [abs(said.number / exact) for said in (zh, en)] if exact else []
    return "wrong unit" if any(size >= _SLIP or size <= 1 / _SLIP for size in sizes) else "contradicts"


def _expectations() -> Iterator[Any]:
    """Yield the expectations, each with its gate and the rows it is about."""
    from great_expectations import expectations
    from great_expectations.expectations.row_conditions import Column

    gxe: Any = expectations

    def only(column: str, *values: object) -> dict[str, Any]:
        return {"row_condition": Column(column).is_in(list(values))}

    def gate(name: str, check: str) -> dict[str, Any]:
        return {"meta": {"gate": name, "check": check}}

    for column in ("approved_version", "name_zh", "name_en", "unit"):
        yield gxe.ExpectColumnValuesToNotBeNull(column=column, **gate("G-DEF", f"{column} is given"))
    for period_type, label in _LABELS.items():
        yield gxe.ExpectColumnValuesToMatchRegex(
            column="period", regex=f"^{label}$", **only("period_type", period_type),
            **gate("G-PERIOD", f"label of {period_type}"),
        )  # fmt: skip
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="known_until_on", column_B="window_end_on", or_equal=True, **only("obs_status", "A"),
        **gate("G-PERIOD", "a period that is not marked as partial has ended"),
    )  # fmt: skip
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="known_until_on", column_B="base_window_end_on", or_equal=True,
        ignore_row_if="either_value_is_missing", **gate("G-PERIOD", "the base period has ended"),
    )  # fmt: skip
    for column in ("missing_feeds", "quarantined_feeds", "unreconciled_feeds"):
        yield gxe.ExpectColumnValuesToBeNull(column=column, **gate("G-FRESH", f"no {column.replace('_', ' ')}"))
    yield gxe.ExpectColumnPairValuesAToBeGreaterThanB(
        column_A="upper_bound", column_B="value", or_equal=True, ignore_row_if="either_value_is_missing",
        **gate("G-CONS", "coverage is at most 1, resolved is at most found"),
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToNotBeInSet(
        column="breakdown_type", value_set=["_T"], **only("kpi_id", "rating_valid_cnt"),
        **gate("G-DEDUP", "titles are not added up"),
    )  # fmt: skip
    yield gxe.ExpectColumnPairValuesToBeEqual(
        column_A="is_full", column_B="is_printed_full", ignore_row_if="either_value_is_missing",
        **gate("G-COVER", "full only where numerator equals denominator"),
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToNotBeNull(
        column="base_period", **only("kind", *sorted(CHANGES)), **gate("G-WINDOW", "a change names its base"),
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToBeInSet(
        column="period_type", value_set=["WINDOW"], **only("kind", "window_average", "window_change"),
        **gate("G-WINDOW", "an average names its window"),
    )  # fmt: skip
    yield gxe.ExpectColumnValuesToBeInSet(
        column="wording", value_set=["holds"], **gate("G-WORD", "both texts read back to the value")
    )
    yield gxe.ExpectColumnValuesToNotBeInSet(
        column="wording",
        value_set=["wrong unit"],
        **gate("G-UNIT", "number and unit word read back to the value's magnitude"),
    )


def _verdicts(result: Any) -> Iterator[Verdict]:
    """Turn one expectation's result into verdicts: an error in the check is told apart from bad figures."""
    meta = result.expectation_config.meta
    raised = [info for info in _raised(result.exception_info) if info]
    if raised:
        yield Verdict(meta["gate"], WHOLE, "ERROR", "ERROR", evidence(meta["check"], error=raised[0]))
        return
    yield Verdict(
        meta["gate"], WHOLE, "PASS", "ERROR", evidence(meta["check"], figures=result.result.get("element_count"))
    )
    for found in result.result.get("unexpected_index_list") or ():
        facts = {name: _given(value) for name, value in found.items() if name != "figure_key"}
        yield Verdict(meta["gate"], found["figure_key"], "FAIL", "ERROR", evidence(meta["check"], found=facts))


def _given(value: Any) -> Any:
    """Return nothing for pandas' missing number, the only value that is not itself."""
    return value if value == value else None


def _raised(info: Any) -> Iterator[str | None]:
    if not info:
        return
    parts = [info] if "raised_exception" in info else list(info.values())
    for part in parts:
        yield part["exception_message"] if part.get("raised_exception") else None
