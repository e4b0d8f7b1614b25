"""A small district of the city, from its inbox to a release candidate, held against sums over its files."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from louyu_home import Louyu

from common.codes import is_credit_code
from common.home import Home
from sample.city import Plan, write_city

DISTRICT = "110102"
FRACTION = 0.01
NO_TAX = ["社会保险费", "海关代征"]
KNOWN_BY = datetime(2024, 1, 1)


@dataclass(frozen=True)
class Ran:
    """The second of two small districts after a run that was told nothing but its inbox."""

    louyu: Louyu
    inbox: Path
    broken: Counter[str]
    record: dict[str, Any]

    def value(self, kpi: str, period: str) -> Decimal:
        figures = pl.read_parquet(self.louyu.home.warehouse / "candidate" / self.record["build"] / "figure.parquet")
        found: Decimal = figures.filter(
            pl.col("kpi_id") == kpi, pl.col("period") == period, pl.col("area_code") == DISTRICT,
            pl.col("breakdown_type") == "_T", pl.col("basis") == "ALL",
        )["value"].item()  # fmt: skip
        return found

    def texts(self, feed: str, label: str = "") -> pl.DataFrame:
        files = sorted((self.inbox / feed).glob(f"*{label}.csv"))
        return pl.concat([pl.read_csv(file, infer_schema=False) for file in files])


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    folder = tmp_path_factory.mktemp("city")
    both = write_city(folder / "both", Plan(districts=2, fraction=FRACTION))
    first = write_city(folder / "first", Plan(districts=1, fraction=FRACTION))
    louyu, inbox = Louyu(Home(folder / "home")), folder / "both" / DISTRICT
    return Ran(louyu, inbox, both.broken - first.broken, louyu.json("run", "--inbox", str(inbox)))


def test_nothing_is_blocked_and_no_feed_is_found_wanting(ran: Ran) -> None:
    assert (ran.record["state"], ran.record["blocked"]) == ("CHECKED", [])
    assert ran.record["release_id"].startswith("R20231231")
    # few cases jump, and few contributors are protected; what a feed lacks, or exceeds, is withheld by other gates
    assert {row["gate"] for row in ran.record["withheld"]} <= {"G-DEF", "G-JUMP", "G-SDC"}


def test_every_delivery_is_taken_in_and_just_the_broken_rows_wait(ran: Ran) -> None:
    assert {row["status"] for row in ran.louyu.json("deliveries")} <= {"ACCEPTED", "DUPLICATE"}
    waiting = ran.louyu.json("quarantine")
    assert Counter(row["rule_id"] for row in waiting if row["action"] == "QUARANTINE") == ran.broken


def test_the_tax_of_the_year_is_what_the_lists_say_of_tenants(ran: Ran) -> None:
    tenants = ran.texts("O01")["企业名称"].drop_nulls().unique()
    rows = ran.texts("T01").filter(
        pl.col("纳税人名称").is_in(tenants.implode()), ~pl.col("税种").is_in(NO_TAX),
        pl.col("纳税人识别号").map_elements(is_credit_code, pl.Boolean), pl.col("入库月份").str.starts_with("2023-"),
        pl.col("税款所属期止").str.to_date(strict=False).is_not_null(),
    )  # fmt: skip
    total, own = (pl.col(name).cast(pl.Decimal(20, 2), strict=False) for name in ("全口径税收(元)", "区级税收(元)"))
    whole = rows.filter((total < 0) | (own <= total)).select(total.sum().alias("total"), own.sum().alias("own"))
    assert ran.value("building_tax_total", "2023-YTD12") == whole["total"].item()
    assert ran.value("building_tax_district", "2023-YTD12") == whole["own"].item()


def test_the_tickets_of_the_year_are_those_about_buildings_as_last_told(ran: Ran) -> None:
    register = ran.texts("B01", "202312").filter(pl.col("是否纳入统计") == "是")
    called = [*register["楼宇名称"], *register["别名"].drop_nulls()]
    versions = pl.concat([pl.read_parquet(file) for file in sorted((ran.inbox / "H01").glob("*.parquet"))])
    sound = versions.filter(pl.col("创建时间") < KNOWN_BY, pl.col("工单类型") != "说不清")
    last = sound.sort("更新时间").unique("工单编号", keep="last")
    counted = last.filter(
        pl.col("小区点位").str.contains_any(called), pl.col("创建时间") >= datetime(2023, 1, 1),
        pl.col("工单类型") != "咨询", pl.col("是否重复") == "否",
    )  # fmt: skip
    assert ran.value("building_ticket_cnt", "2023-YTD12") == counted.height > 0
