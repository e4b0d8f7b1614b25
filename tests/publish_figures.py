"""Small releases for tests of the bulletin's parts: figures with the real catalogue."""

from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl

from common.periods import add_months, parse_period
from publish.facts import Facts

CATALOGUE = Path(__file__).parents[1] / "dbt" / "seeds" / "catalogue"
DISTRICT = "110107"
AS_OF = date(2023, 9, 30)


def figure(
    kpi_id: str, period: str, value: str | None, zh: str | None = None, en: str | None = None, **other: Any
) -> dict[str, Any]:
    """One published figure of the district; withheld where it has no value and a note."""
    start, end = _window(period)
    row = {
        "kpi_id": kpi_id, "area_type": "district", "area_code": DISTRICT,
        "breakdown_type": "_T", "breakdown_code": "_T",
        "period_type": parse_period(period).type, "period": period, "base_period": None,
        "value": None if value is None else Decimal(value), "numerator": None, "denominator": None,
        "obs_status": "M" if value is None else "A", "conf_status": "N" if value is None else "F", "vintage": "FINAL",
        "window_start": start, "window_end": end, "printed_zh": zh, "printed_en": en, "note": None,
    }  # fmt: skip
    return row | other


def frame(*figures: dict[str, Any]) -> pl.DataFrame:
    """The figures as the table of a release."""
    schema = {"value": pl.Decimal(38, 8), "numerator": pl.Decimal(38, 8), "denominator": pl.Decimal(38, 8)}
    texts = dict.fromkeys(("base_period", "printed_zh", "printed_en", "note"), pl.String)
    return pl.DataFrame(list(figures), schema_overrides=schema | texts)


def release(*figures: dict[str, Any]) -> Facts:
    """The facts of a release that holds these figures."""
    area = pl.DataFrame([("district", DISTRICT, "石景山区", "Shijingshan")], orient="row",
                        schema=["area_type", "area_code", "name_zh", "name_en"])  # fmt: skip
    return Facts(frame(*figures), _catalogue(), area, AS_OF, DISTRICT)


@cache
def _catalogue() -> pl.DataFrame:
    kpi, text = (pl.read_csv(CATALOGUE / f"{name}.csv") for name in ("kpi", "kpi_text"))
    return kpi.join(text, on="kpi_id")


def _window(label: str) -> tuple[date, date]:
    period = parse_period(label)
    if period.type == "WINDOW":
        first, last = label.split("/")
        return _window(first)[0], _window(last)[1]
    if period.type == "S":
        return date.fromisoformat(label), date.fromisoformat(label) + timedelta(days=1)
    if period.type == "HM":
        end = date(int(label[2:6]), int(label[7:]), 19)
        return add_months(end, -1).replace(day=19), end
    if period.type == "Q":
        start = date(int(label[:4]), 3 * int(label[-1]) - 2, 1)
        return start, add_months(start, 3)
    return date(2022, 11, 1), date(2023, 10, 1)
