"""Corrections of values are data: they apply until the source says something else, and then the build fails."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest
from office_home import TAX, Office, tax_rows, uscc

from common.ledger import Ledger
from common.messages import LouyuError
from identity.resolve import Known, resolve
from warehouse.config import sync
from warehouse.cut import choose_cut
from warehouse.store import load_sources

HEAD = "feed,row_key,column_name,found_value,value,reason,provider,status"
KEY = f"uscc={uscc(1)};tax_type=VAT;treasury_month=2023-01"


@pytest.fixture
def office(tmp_path: Path) -> Office:
    found = Office(tmp_path)
    found.drop("T01", "m1", TAX, tax_rows("2023-01", [100, 200]), "2023-02-10")
    found.take_in()
    return found


def amounts(office: Office) -> dict[str, Decimal]:
    """What dbt would read of the landed tax, by delivery and enterprise."""
    sync(office.home, Ledger(office.home.ledger))
    cut = choose_cut(office.home)
    folder = office.home.root / "identity"
    resolve(cut.rows_files, Known()).write(folder)
    path = office.home.root / "w" / "louyu.duckdb"
    load_sources(path, office.home, cut, folder)
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "select file || ' ' || taxpayer_name, amount_total from landing.t01"
        return dict(connection.execute(query).fetchall())


def correct(office: Office, *lines: str) -> None:
    office.home.config.mkdir(parents=True, exist_ok=True)
    (office.home.config / "correction.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding="utf-8")


def test_a_correction_changes_one_value_of_one_row(office: Office) -> None:
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,ACTIVE")
    assert amounts(office) == {"m1.csv 企业1有限公司": Decimal("150.50"), "m1.csv 企业2有限公司": Decimal("200.00")}


def test_a_retired_correction_changes_nothing(office: Office) -> None:
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,RETIRED")
    assert amounts(office)["m1.csv 企业1有限公司"] == Decimal("100.00")


@pytest.mark.parametrize("mended", [150.5, 120])
def test_a_correction_fails_loudly_once_its_source_is_mended(office: Office, mended: float) -> None:
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,ACTIVE")
    amounts(office)
    office.drop("T01", "m1 again", TAX, tax_rows("2023-01", [mended, 200]), "2023-02-20", version=2)
    office.take_in()
    with pytest.raises(LouyuError, match="RETIRED") as failed:
        amounts(office)
    assert "录入错误" in failed.value.message.zh
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,RETIRED")
    assert amounts(office)["m1 again.csv 企业1有限公司"] == Decimal(str(mended))


def test_a_mended_source_that_is_sent_wrong_again_is_corrected_again(office: Office) -> None:
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,ACTIVE")
    rows = [*tax_rows("2023-01", [100, 200]), *tax_rows("2023-01", [7], first=3)]
    office.drop("T01", "m1 again", TAX, rows, "2023-02-20", version=2)
    office.take_in()
    assert amounts(office)["m1 again.csv 企业1有限公司"] == Decimal("150.50")


@pytest.mark.parametrize("line", [
    f"X99,{KEY},amount_total,100,150,理由,财政局,ACTIVE", f"T01,{KEY},no_such,100,150,理由,财政局,ACTIVE",
    "T01,colour=red,amount_total,100,150,理由,财政局,ACTIVE", "T01,,amount_total,100,150,理由,财政局,ACTIVE",
    f"T01,{KEY},amount_total,100,150,,财政局,ACTIVE", f"T01,{KEY},amount_total,100,150,理由,,ACTIVE",
])  # fmt: skip
def test_a_correction_without_row_reason_or_provider_is_refused_by_its_line(office: Office, line: str) -> None:
    correct(office, line)
    with pytest.raises(LouyuError, match="row 2"):
        amounts(office)
