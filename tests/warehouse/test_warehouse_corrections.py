"""Corrections of values are data: they apply until the source says something else, and then the build fails."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from office_home import TAX, Office, tax_rows, uscc

from common.clock import now, parse_moment
from common.ledger import Ledger
from common.messages import LouyuError
from identity.resolve import Known, resolve
from warehouse.config import sync
from warehouse.corrections import Correction, active_corrections, corrected_files, without_rows, write_corrected
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


def built(office: Office) -> tuple[list[tuple[Any, ...]], list[Correction]]:
    """What dbt would read of tax: file and name, tax, amount, enterprise; and the corrections that met no row."""
    ledger = Ledger(office.home.ledger)
    sync(office.home, ledger)
    cut = choose_cut(office.home)
    folder = office.home.root / "identity" / cut.build
    unmet = write_corrected(cut.standing, active_corrections(ledger, cut.known_at), folder)
    resolve(corrected_files(cut.rows_files, folder), Known()).write(folder)
    path = office.home.root / "w" / "louyu.duckdb"
    load_sources(path, office.home, cut, folder)
    with duckdb.connect(str(path), read_only=True) as connection:
        query = """
            select file || ' ' || taxpayer_name, tax_type, amount_total, enterprise_id
            from landing.t01 left join identity.xref_enterprise on raw_code = uscc and raw_name = taxpayer_name
            order by all
        """
        return connection.execute(query).fetchall(), unmet


def amounts(office: Office) -> dict[str, Decimal]:
    return {who: amount for who, _, amount, _ in built(office)[0]}


def correct(office: Office, *lines: str, encoding: str = "utf-8") -> None:
    office.home.config.mkdir(parents=True, exist_ok=True)
    (office.home.config / "correction.csv").write_text("\n".join([HEAD, *lines]) + "\n", encoding=encoding)


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


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030"])
def test_a_clerk_may_write_it_in_chinese_and_save_it_as_a_spreadsheet_does(office: Office, encoding: str) -> None:
    key = f"统一社会信用代码={uscc(1)};税种=增值税;入库月份=2023-01"
    correct(office, f'T01,{key},全口径税收,100.00,"1,150.5",录入错误,财政局,有效', encoding=encoding)
    assert amounts(office)["m1.csv 企业1有限公司"] == Decimal("1150.50")


def test_a_corrected_code_is_the_one_that_identity_resolves(office: Office) -> None:
    first, second = tax_rows("2023-01", [7, 8])
    office.drop("T01", "m1 again", TAX, [("9111OOOO", *first[1:]), second], "2023-02-12")
    office.take_in()
    correct(office, f"T01,taxpayer_name=企业1有限公司,uscc,9111OOOO,{uscc(1)},录入错误,财政局,ACTIVE")
    (row, *_), unmet = built(office)
    assert row[3] is not None
    assert unmet == []


def test_an_empty_value_is_none(office: Office) -> None:
    correct(office, f"T01,{KEY},voucher_no,2023-01-1,,录入错误,财政局,ACTIVE")
    assert amounts(office)["m1.csv 企业1有限公司"] == Decimal("100.00")


def test_of_several_rows_of_a_key_only_the_wrong_one_is_corrected(office: Office) -> None:
    (first,) = tax_rows("2023-01", [100])
    office.drop("T01", "m1", TAX, [first, (*first[:4], 300, "other", "")], "2023-02-10")
    office.take_in()
    correct(office, f"T01,{KEY},amount_total,300,150.5,录入错误,财政局,ACTIVE")
    assert [amount for _, _, amount, _ in built(office)[0]] == [Decimal("100.00"), Decimal("150.50")]


def test_a_correction_that_meets_no_row_is_told_of(office: Office) -> None:
    correct(office, f"T01,uscc={uscc(9)},amount_total,100,150.5,录入错误,财政局,ACTIVE")
    _, unmet = built(office)
    assert [one.line for one in unmet] == [2]
    assert uscc(9) in without_rows(unmet).zh


def test_a_correction_is_known_from_the_run_that_finds_it(office: Office) -> None:
    sync(office.home, Ledger(office.home.ledger))
    correct(office, f"T01,{KEY},amount_total,100,150.5,录入错误,财政局,ACTIVE")
    sync(office.home, Ledger(office.home.ledger))
    before = parse_moment("2023-12-31")
    assert active_corrections(Ledger(office.home.ledger), before) == []
    assert len(active_corrections(Ledger(office.home.ledger), now())) == 1


@pytest.mark.parametrize(("line", "told"), [
    (f"X99,{KEY},amount_total,100,150,理由,财政局,ACTIVE", "数据源"),
    (f"T01,{KEY},no_such,100,150,理由,财政局,ACTIVE", "全口径税收"),
    ("T01,colour=red,amount_total,100,150,理由,财政局,ACTIVE", "colour"),
    ("T01,,amount_total,100,150,理由,财政局,ACTIVE", "行键"),
    (f"T01,{KEY},amount_total,100,150,,财政局,ACTIVE", "理由"),
    (f"T01,{KEY},amount_total,100,150,理由,,ACTIVE", "提供者"),
    (f"T01,{KEY},amount_total,100,150,理由,财政局,", "状态"),
    (f"T01,{KEY},amount_total,100,一百五,理由,财政局,ACTIVE", "一百五"),
    (f"T01,{KEY},tax_type,VAT,所得,理由,财政局,ACTIVE", "所得"),
    (f"T01,{KEY},treasury_month,2023-01,2023-02,理由,财政局,ACTIVE", "重报"),
    ("G03,station=甲站,person_name,张三,李四,理由,组织部,ACTIVE", "个人信息"),
])  # fmt: skip
def test_a_correction_that_cannot_be_understood_is_refused_by_its_line(office: Office, line: str, told: str) -> None:
    correct(office, line)
    with pytest.raises(LouyuError, match="row 2") as failed:
        built(office)
    assert told in failed.value.message.zh
