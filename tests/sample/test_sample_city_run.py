"""A small district of the city, from its inbox to a release candidate, held against sums over its files."""

from collections import Counter
from datetime import datetime
from decimal import Decimal

import polars as pl
from small_city import DISTRICT, SmallCity

from common.codes import is_credit_code

NO_TAX = ["社会保险费", "海关代征"]
KNOWN_BY = datetime(2024, 1, 1)


def value(city: SmallCity, kpi: str, period: str) -> Decimal:
    candidate = city.louyu.home.warehouse / "candidate" / city.record["build"]
    found: Decimal = pl.read_parquet(candidate / "figure.parquet").filter(
        pl.col("kpi_id") == kpi, pl.col("period") == period, pl.col("area_code") == DISTRICT,
        pl.col("breakdown_type") == "_T", pl.col("basis") == "ALL",
    )["value"].item()  # fmt: skip
    return found


def texts(city: SmallCity, feed: str, label: str = "") -> pl.DataFrame:
    files = sorted((city.inbox / feed).glob(f"*{label}.csv"))
    return pl.concat([pl.read_csv(file, infer_schema=False) for file in files])


def test_nothing_is_blocked_and_no_feed_is_found_wanting(small_city: SmallCity) -> None:
    assert (small_city.record["state"], small_city.record["blocked"]) == ("CHECKED", [])
    assert small_city.record["release_id"].startswith("R20231231")
    # few cases jump, and few contributors are protected; what a feed lacks, or exceeds, is withheld by other gates
    assert {row["gate"] for row in small_city.record["withheld"]} <= {"G-DEF", "G-JUMP", "G-SDC"}


def test_every_delivery_is_taken_in_and_just_the_broken_rows_wait(small_city: SmallCity) -> None:
    assert {row["status"] for row in small_city.louyu.json("deliveries")} <= {"ACCEPTED", "DUPLICATE"}
    waiting = small_city.louyu.json("quarantine")
    assert Counter(row["rule_id"] for row in waiting if row["action"] == "QUARANTINE") == small_city.broken


def test_the_tax_of_the_year_is_what_the_lists_say_of_tenants(small_city: SmallCity) -> None:
    tenants = texts(small_city, "O01")["企业名称"].drop_nulls().unique()
    rows = texts(small_city, "T01").filter(
        pl.col("纳税人名称").is_in(tenants.implode()), ~pl.col("税种").is_in(NO_TAX),
        pl.col("纳税人识别号").map_elements(is_credit_code, pl.Boolean), pl.col("入库月份").str.starts_with("2023-"),
        pl.col("税款所属期止").str.to_date(strict=False).is_not_null(),
    )  # fmt: skip
    total, own = (pl.col(name).cast(pl.Decimal(20, 2), strict=False) for name in ("全口径税收(元)", "区级税收(元)"))
    whole = rows.filter((total < 0) | (own <= total)).select(total.sum().alias("total"), own.sum().alias("own"))
    assert value(small_city, "building_tax_total", "2023-YTD12") == whole["total"].item()
    assert value(small_city, "building_tax_district", "2023-YTD12") == whole["own"].item()


def test_the_tickets_of_the_year_are_those_about_buildings_as_last_told(small_city: SmallCity) -> None:
    register = texts(small_city, "B01", "202312").filter(pl.col("是否纳入统计") == "是")
    called = [*register["楼宇名称"], *register["别名"].drop_nulls()]
    versions = pl.concat([pl.read_parquet(file) for file in sorted((small_city.inbox / "H01").glob("*.parquet"))])
    sound = versions.filter(pl.col("创建时间") < KNOWN_BY, pl.col("工单类型") != "说不清")
    last = sound.sort("更新时间").unique("工单编号", keep="last")
    counted = last.filter(
        pl.col("小区点位").str.contains_any(called), pl.col("创建时间") >= datetime(2023, 1, 1),
        pl.col("工单类型") != "咨询", pl.col("是否重复") == "否",
    )  # fmt: skip
    assert value(small_city, "building_ticket_cnt", "2023-YTD12") == counted.height > 0
