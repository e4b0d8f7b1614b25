"""Small candidates for the gates that compare figures: the real catalogue and limits, figures made by hand."""

import json
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from common.periods import add_months, parse_period
from expectations.comparing import judge_comparisons
from expectations.verdicts import WHOLE, Verdict

SEEDS = Path(__file__).parents[2] / "dbt" / "seeds"
DISTRICT, STREET = "110107", "110107001"
_NUMBER = pl.Decimal(38, 8)
_KPI = pl.read_csv(SEEDS / "catalogue" / "kpi.csv", infer_schema=False).with_columns(pl.col("is_signed") == "true")
_UNITS: Mapping[str, str] = dict(_KPI.select("kpi_id", "unit").iter_rows())


def window(label: str) -> tuple[date, date]:
    """The first day of a period and the day after its last."""
    kind = parse_period(label).type
    if kind == "S":
        return date.fromisoformat(label), date.fromisoformat(label) + timedelta(days=1)
    if kind == "Q":
        start = date(int(label[:4]), 3 * int(label[-1]) - 2, 1)
        return start, add_months(start, 3)
    year, month = int(label.removeprefix("HM").removeprefix("CUM")[:4]), int(label[-2:])
    end = add_months(date(year, month, 1), 1)
    if kind == "HM":
        return date(year, month, 1), end
    return {"M": date(year, month, 1), "YTD": date(year, 1, 1), "CUM": date(2022, 11, 1)}[kind], end


def figure(kpi: str, period: str, value: str | int | None = None, *, area: str = DISTRICT, base: str | None = None,
           parts: tuple[str | int, str | int] | None = None, member: tuple[str, str] = ("_T", "_T"),
           **other: Any) -> dict[str, Any]:  # fmt: skip
    """One figure of a candidate; a rate or growth by its ``parts``, numerator and denominator."""
    start, end = window(period)
    numerator, denominator = (Decimal(part) for part in parts) if parts else (None, None)
    if value is None and numerator is not None and denominator:
        value = str(numerator / denominator - (1 if base else 0))
    area_type = "district" if area == DISTRICT else "street"
    key = (kpi, area_type, area, *member, parse_period(period).type, period, base or "", "")
    row = {
        "figure_key": "|".join(key), "kpi_id": kpi, "area_type": area_type, "area_code": area,
        "breakdown_type": member[0], "breakdown_code": member[1], "period_type": parse_period(period).type,
        "period": period, "base_period": base, "basis": "ALL", "caliber": None,
        "value": None if value is None else Decimal(value), "numerator": numerator, "denominator": denominator,
        "unit": _UNITS[kpi], "obs_status": "A", "audience": "PUBLIC", "is_signed": False, "note": None,
        "building_set_id": None, "printed_zh": None, "printed_en": None, "window_start_on": start, "window_end_on": end,
    }  # fmt: skip
    return row | other


def months(first: str, values: list[int], kpi: str = "building_ticket_cnt", **other: Any) -> list[dict[str, Any]]:
    """One figure of a KPI for each month from the first."""
    start = date.fromisoformat(f"{first}-01")
    labels = (f"{add_months(start, place):%Y-%m}" for place in range(len(values)))
    return [figure(kpi, label, value, **other) for label, value in zip(labels, values, strict=True)]


def candidate(folder: Path, *figures: dict[str, Any], explanations: list[dict[str, str]] | None = None,
              thresholds: list[dict[str, str]] | None = None, persons: int = 0,
              hidden: Sequence[str] | None = ()) -> Path:  # fmt: skip
    """Write a candidate with these figures; ``persons`` rows of the roll stand behind a headcount.

    ``hidden`` are the keys that disclosure control suppresses; None: it has not spoken.
    """
    folder.mkdir(parents=True, exist_ok=True)
    texts = ("base_period", "caliber", "note", "building_set_id", "printed_zh", "printed_en")
    schema = dict.fromkeys(("value", "numerator", "denominator"), _NUMBER) | dict.fromkeys(texts, pl.String)
    rows = [{name: _stored(value) for name, value in row.items()} for row in figures]
    pl.DataFrame(rows, schema_overrides=schema).write_parquet(folder / "figure.parquet")
    _KPI.write_parquet(folder / "kpi.parquet")
    pl.read_csv(SEEDS / "catalogue" / "kpi_text.csv", infer_schema=False).write_parquet(folder / "kpi_text.parquet")
    limits = pl.read_csv(SEEDS / "office" / "gate_threshold.csv", infer_schema=False)
    if thresholds:
        limits = pl.concat([limits, pl.DataFrame(thresholds)], how="diagonal")
    days = [pl.col(name).str.to_date() for name in ("valid_from", "valid_to")]
    limits.with_columns(pl.col("value").cast(pl.Decimal(18, 6)), *days).write_parquet(
        folder / "office_gate_threshold.parquet"
    )
    references = pl.read_csv(SEEDS / "office" / "reference_magnitude.csv", infer_schema=False)
    references.with_columns(pl.col("value").cast(pl.Decimal(20, 6))).write_parquet(
        folder / "office_reference_magnitude.parquet"
    )
    columns = pl.read_csv(SEEDS / "office" / "explanation.csv", infer_schema=False).schema
    pl.DataFrame(explanations or [], schema=columns).write_parquet(folder / "office_explanation.parquet")
    pl.DataFrame(
        [("staff_fulltime_cnt", "S", date(2023, 9, 30), STREET, "G03-1", Decimal(persons))],
        schema={"measure_id": pl.String, "calendar": pl.String, "atom_on": pl.Date, "street_code": pl.String,
                "delivery_id": pl.String, "row_cnt": pl.Decimal(38, 0)}, orient="row",
    ).write_parquet(folder / "figure_source.parquet")  # fmt: skip
    if hidden is not None:
        schema = dict.fromkeys(("figure_key", "status", "rules"), pl.String)
        rows = [(key, "primary", "small_count") for key in hidden]
        pl.DataFrame(rows, schema=schema, orient="row").write_parquet(folder / "disclosure.parquet")
    area = {"area_type": ["district"], "area_code": [DISTRICT], "name_zh": ["石景山区"], "name_en": ["Shijingshan"]}
    pl.DataFrame(area).write_parquet(folder / "area.parquet")
    (folder / "context.json").write_text(json.dumps({"as_of": "2023-09-30", "district": DISTRICT}), encoding="utf-8")
    return folder


def judged(folder: Path, *figures: dict[str, Any], **other: Any) -> dict[str, list[Verdict]]:
    """The words of each gate on single figures; every gate ran."""
    verdicts = judge_comparisons(candidate(folder, *figures, **other))
    assert {said.verdict for said in verdicts if said.figure_key == WHOLE} == {"PASS"}
    found: dict[str, list[Verdict]] = {}
    for said in verdicts:
        if said.figure_key != WHOLE:
            found.setdefault(said.gate_id, []).append(said)
    return found


def _stored(value: Any) -> Any:
    return value.quantize(Decimal("1E-8")) if isinstance(value, Decimal) else value
