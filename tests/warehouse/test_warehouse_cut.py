"""What a cut holds: since when each feed is taken to tell everything."""

from datetime import date
from pathlib import Path

import pytest
from office_home import Office

from common.ledger import Ledger
from warehouse.config import sync
from warehouse.cut import choose_cut

TICKET = {
    "工单编号": "GD1", "工单类型": "诉求", "问题分类": "物业管理", "创建时间": "2023-07-20 10:00:00",
    "一级承办单位": "八角街道", "被反映区": "石景山区", "被反映街乡镇": "八角街道", "工单状态": "办理中",
    "更新时间": "2023-07-21 10:00:00",
}  # fmt: skip


@pytest.mark.parametrize(
    ("start_day", "opened"),
    [(None, date(2023, 7, 19)), (1, date(2023, 7, 1)), (26, date(2023, 6, 26))],
    ids=["as shipped", "calendar month", "later in the month"],
)
def test_the_first_pull_opens_the_offices_assessment_month(tmp_path: Path, start_day: int | None, opened: date) -> None:
    office = Office(tmp_path)
    office.drop("H01", "tickets", tuple(TICKET), [tuple(TICKET.values())], "2023-09-20")
    office.take_in()
    if start_day:
        office.home.config.mkdir(parents=True, exist_ok=True)
        (office.home.config / "parameter.csv").write_text(f"name,value\nhotline.month_start_day,{start_day}\n")
    sync(office.home, Ledger(office.home.ledger))
    assert [part.first for part in choose_cut(office.home).coverage] == [opened]
