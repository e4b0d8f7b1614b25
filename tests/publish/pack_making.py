"""A small candidate as the warehouse leaves it and the gates judged it: for tests of what a release is made of."""

import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from common.contracts import PROJECT
from common.files import file_digest, write_json
from common.home import Home
from publish.plan import plan
from publish.protection.protecting import HIDDEN_FILE, REPORT_FILE
from publish.release import make_release
from publish.shelf import Release

_CATALOGUE = PROJECT / "dbt" / "seeds" / "catalogue"
_DELIVERED = {"B01-1": ("B01", "B01/楼宇<b>.xlsx", 300, 278, 2), "T01-1": ("T01", "T01/九月.xlsx", 900, 880, 0)}
AS_OF = "2023-09-30"
_DECIMALS = ("value", "numerator", "denominator")
_DAYS = ("window_start_on", "window_end_on", "base_window_start_on", "base_window_end_on")
_TEXTS = (
    "figure_key", "kpi_id", "area_type", "area_code", "breakdown_type", "breakdown_code", "period_type", "period",
    "base_period", "basis", "caliber", "definition_version", "unit", "obs_status", "building_set_id", "audience",
    "rule_version", "note", "printed_zh", "printed_en",
)  # fmt: skip


def row(kpi_id: str, value: str | None, zh: str | None, en: str | None, **other: Any) -> dict[str, Any]:
    """One private figure of the district, on the stock day unless told otherwise."""
    plain: dict[str, Any] = dict.fromkeys((*_TEXTS, *_DECIMALS, *_DAYS)) | {
        "kpi_id": kpi_id, "area_type": "district", "area_code": "110107", "breakdown_type": "_T",
        "breakdown_code": "_T", "period_type": "S", "period": AS_OF, "basis": "ALL", "definition_version": "1.0",
        "value": None if value is None else Decimal(value), "unit": "座", "obs_status": "M" if value is None else "A",
        "audience": "PUBLIC", "printed_zh": zh, "printed_en": en, "window_start_on": date(2023, 9, 30),
        "window_end_on": date(2023, 10, 1),
    }  # fmt: skip
    told = plain | other
    key = [told[name] or "" for name in _TEXTS[1:9]] + [told["caliber"] or ""]
    return told | {"figure_key": "|".join(key)}


_QUARTER = {"period_type": "Q", "period": "2023-Q3", "window_start_on": date(2023, 7, 1), "unit": "元"}
_GROWTH = _QUARTER | {"base_period": "2022-Q3", "base_window_start_on": date(2022, 7, 1),
                      "base_window_end_on": date(2022, 10, 1), "unit": "%"}  # fmt: skip


def figures(tax: str = "2056000000", growth: str = "0.81", buildings: str = "278") -> list[dict[str, Any]]:
    """Return the figures of the small candidate."""
    return [
        row("building_cnt", buildings, f"{buildings}座", f"{buildings} buildings"),
        row("building_cnt", "100", "100座", "100 buildings", breakdown_type="grade", breakdown_code="=cmd|A1"),
        row("building_tax_total", tax, f"约{tax}元", f"about RMB {tax}", **_QUARTER),
        row("building_tax_total", "5", "5元", "RMB 5", area_type="street", area_code="110107001", **_QUARTER),
        row("building_tax_total", "6", "6元", "RMB 6", area_type="street", area_code="110107002", **_QUARTER),
        row("building_tax_total_yoy", growth, f"增长{growth}", f"up {growth}", **_GROWTH,
            numerator=Decimal(tax), denominator=Decimal(1135911602)),
        row("listed_tier1_cnt", "3", "3家", "3 enterprises", unit="家"),
        row("staff_fill_rate", None, None, None, unit="%", note="分母为零<i> / the denominator is zero<i>"),
    ]  # fmt: skip


def small_candidate(
    folder: Path, held: list[dict[str, Any]] | None = None, *, name: str = "楼宇<script>alert(1)</script>",
    verdicts: Mapping[str, str] | None = None,
) -> Path:  # fmt: skip
    """Write a candidate whose gates spoke; ``verdicts`` are words on the whole that differ from PASS."""
    folder.mkdir(parents=True)
    schema = (
        dict.fromkeys(_TEXTS, pl.String) | dict.fromkeys(_DECIMALS, pl.Decimal(38, 8)) | dict.fromkeys(_DAYS, pl.Date)
    )
    pl.DataFrame(held or figures(), schema=schema).write_parquet(folder / "figure.parquet")
    _catalogue(folder, name)
    is_secret = (pl.col("area_type") == "street") & pl.col("kpi_id").str.contains("tax")
    hidden = pl.read_parquet(folder / "figure.parquet").filter(is_secret).select(
        "figure_key", pl.lit("primary").alias("status"), pl.lit("p_percent").alias("rules")
    )  # fmt: skip
    hidden.write_parquet(folder / HIDDEN_FILE)
    write_json(folder / REPORT_FILE, {})
    gates = pl.read_csv(_CATALOGUE / "gate.csv").head(4)
    gates.write_parquet(folder / "gate.parquet")
    _verdicts(gates["gate_id"].to_list(), verdicts or {}).write_parquet(folder / "verdicts.parquet")
    pl.DataFrame(
        [("buildings", "S", date(2023, 9, 30), "110107001", "B01-1", 278)], orient="row",
        schema={"measure_id": pl.String, "calendar": pl.String, "atom_on": pl.Date, "street_code": pl.String,
                "delivery_id": pl.String, "row_cnt": pl.Int64},
    ).write_parquet(folder / "figure_source.parquet")  # fmt: skip
    pl.DataFrame(
        [{"delivery_id": key, "feed": feed, "path": path, "files": path, "sha256": "ab" * 32,
          "received_at": "2023-10-01T00:00:00+08:00", "status": "ACCEPTED", "rows_read": read,
          "rows_accepted": accepted, "rows_quarantined": waiting, "rows_set_aside": 0}
         for key, (feed, path, read, accepted, waiting) in _DELIVERED.items()]
    ).write_parquet(folder / "delivery.parquet")  # fmt: skip
    scopes = [(feed, date(2023, 9, 1), key, date(9999, 12, 31)) for key, (feed, *_) in _DELIVERED.items()]
    pl.DataFrame(scopes, schema=["feed", "scope_on", "delivery_id", "known_to"], orient="row").write_parquet(
        folder / "dlv_scope.parquet"
    )
    found = {"delivery_id": "B01-1", "feed": "B01", "file": "楼宇<b>.xlsx", "sheet": "一", "row_no": 7,
             "column": "面积", "cell": "C7", "rule_id": "B-NUM-01", "action": "QUARANTINE", "value": "x",
             "message_zh": "面积<u>不是数", "message_en": "the area<u> is no number"}  # fmt: skip
    pl.DataFrame([found, found | {"row_no": 8}]).write_parquet(folder / "quarantine.parquet")
    pl.DataFrame(
        [("district", "110107", "石景山区", "Shijingshan"), ("street", "110107001", "八宝山街道", "Babaoshan")],
        schema=["area_type", "area_code", "name_zh", "name_en"], orient="row",
    ).write_parquet(folder / "area.parquet")  # fmt: skip
    write_json(folder / "context.json", {
        "build": folder.name, "known_at": "2023-10-20T10:00:00+08:00", "as_of": AS_OF, "district": "110107",
        "code": "c0de", "ledger": "1ed9e5", "parameters": {}, "simulated": True, "coverage": {},
    })  # fmt: skip
    return folder


def _catalogue(folder: Path, name: str) -> None:
    kpi, text = (pl.read_csv(_CATALOGUE / f"{one}.csv") for one in ("kpi", "kpi_text"))
    kpi.with_columns(
        pl.when(pl.col("kpi_id").str.ends_with("_yoy")).then(pl.lit("building_tax_total")).alias("change_of"),
        definition_version=pl.lit("1.0"),
        audience=pl.lit("PUBLIC"),
    ).write_parquet(folder / "kpi.parquet")
    renamed = pl.when(pl.col("kpi_id") == "building_cnt").then(pl.lit(name)).otherwise("name_zh").alias("name_zh")
    text.with_columns(renamed).write_parquet(folder / "kpi_text.parquet")
    pl.DataFrame(
        [("building_cnt", "numerator", "buildings", Decimal("1.0"), "AT")], orient="row",
        schema={"kpi_id": pl.String, "role": pl.String, "measure_id": pl.String, "weight": pl.Decimal(12, 4),
                "timing": pl.String},
    ).write_parquet(folder / "kpi_term.parquet")  # fmt: skip
    pl.DataFrame({"kpi_id": ["building_tax_total_yoy"], "derived_from": ["building_tax_total"]}).write_parquet(
        folder / "kpi_edge.parquet"
    )


def _verdicts(gates: list[str], whole: Mapping[str, str]) -> pl.DataFrame:
    rows = [(gate, "*", whole.get(gate, "PASS"), "ERROR", '{"check": "everything", "figures": 7}') for gate in gates]
    key = f"listed_tier1_cnt|district|110107|_T|_T|S|{AS_OF}||"
    asked = '{"check": "approved<br>", "check_zh": "口径<br>已批准", "todo": "approve it"}'
    rows.append(("G-DEF", key, "FAIL", "ERROR", asked))
    street = "building_tax_total|street|110107002|_T|_T|Q|2023-Q3||"
    rows.append(("G-CONS", street, "FAIL", "ERROR", '{"check": "envelope", "found": "6.125"}'))
    explained = {"text_zh": "基数低", "text_en": "a low base", "who": "王敏", "at": "2023-10-20"}
    told = {"check": "growth", "found": "0.81", "explained": explained}
    growth = "building_tax_total_yoy|district|110107|_T|_T|Q|2023-Q3|2022-Q3|"
    rows.append(("G-JUMP", growth, "PASS", "ERROR", json.dumps(told, ensure_ascii=False)))
    schema = ["gate_id", "figure_key", "verdict", "severity", "evidence"]
    return pl.DataFrame(rows, schema=schema, orient="row").with_columns(pl.lit("hash").alias("candidate_hash"))


def made(home: Home, candidate: Path) -> Release:
    """Make the release of a small candidate; its hash is that of its figures."""
    hashed = file_digest(candidate / "figure.parquet")
    verdicts = pl.read_parquet(candidate / "verdicts.parquet").with_columns(pl.lit(hashed).alias("candidate_hash"))
    verdicts.write_parquet(candidate / "verdicts.parquet")
    write_json(candidate / REPORT_FILE, {"candidate": hashed})
    return make_release(home, candidate, plan(candidate), hashed)
