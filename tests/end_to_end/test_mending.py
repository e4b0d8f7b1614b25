"""Rows that waited are mended by their sender and sent again, and the figures hold them once (SPEC 5)."""

from decimal import Decimal

import polars as pl
import pytest
from clerk_desk import Desk, book, mend, tax_row, uscc
from computing import computed
from louyu_home import Louyu

from common.home import Home
from dagster_project.run import Run

REGISTER = ("楼宇编码", "楼宇名称", "所属街道", "坐落地址", "建筑面积", "可租赁面积", "是否纳入统计", "纳入统计时间")
OCCUPANCY = ("所在楼宇", "房号", "企业名称", "统一社会信用代码", "租赁面积", "入驻时间")
WRONG_CODE = uscc(2)[:-1] + ("A" if uscc(2)[-1] != "A" else "B")
WRONG_AMOUNT = "2.5余"


def tax_of_september(desk: Desk) -> Decimal:
    """Compute the building tax of the month."""
    run = Run(desk.louyu.home, desk.louyu.home.inbox)
    run.land()
    figures = pl.read_parquet(computed(run) / "figure.parquet").filter(
        kpi_id="building_tax_total", period="2023-09", area_type="district", breakdown_type="_T"
    )
    return Decimal(figures["value"].item())


@pytest.fixture(scope="module")
def months(tmp_path_factory: pytest.TempPathFactory) -> tuple[Desk, Decimal, Decimal]:
    """The month's tax before and after its two waiting rows were mended: one that was misread, one unidentified."""
    desk = Desk(Louyu(Home(tmp_path_factory.mktemp("mending") / "home")))
    building = ("110107-001-0001", "银河大厦", "八宝山街道", "石景山路1号", 10000, 8000, "是", "2020-01-01")
    tenants = [("银河大厦", str(n), f"企业{n}有限公司", uscc(n), 100, "2022-01-01") for n in (1, 2, 3)]
    desk.drop("B01", "台账.xlsx", book({"台账": [REGISTER, building]}), "2023-10-08", period="2023-09-30")
    desk.drop("O01", "入驻.xlsx", book({"入驻": [OCCUPANCY, *tenants]}), "2023-10-08", period="2023-09-30")
    unidentified = [WRONG_CODE if cell == uscc(2) else cell for cell in tax_row(2)]
    desk.drop_tax("九月", tax_row(1), unidentified, tax_row(3, WRONG_AMOUNT))
    before = tax_of_september(desk)
    mended = desk.workbook()
    mend(mended.worksheets[0], lambda value: 2.5 if value == WRONG_AMOUNT else uscc(2))
    desk.send_back("T01", mended)
    return desk, before, tax_of_september(desk)


def test_what_waits_is_in_no_figure_and_what_was_mended_is_in_it_once(months: tuple[Desk, Decimal, Decimal]) -> None:
    _, before, after = months
    assert (before, after) == (Decimal(15000), Decimal(55000))


def test_nothing_waits_any_more(months: tuple[Desk, Decimal, Decimal]) -> None:
    desk, _, _ = months
    assert desk.louyu.json("quarantine") == []
    assert desk.louyu.json("status", "--on", "2023-10-20")["quarantine"] == []
