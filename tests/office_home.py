"""A small home that lists are dropped into, taken in and judged."""

import csv
import io
import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

from common.codes import credit_code
from common.contracts import feeds
from common.home import Home
from common.keys import Pseudonymiser
from ingest.landing import land, parse_feed
from review.answering import record_answer
from review.judgement import Standing
from review.standing import standings

TAX = ("纳税人识别号", "纳税人名称", "税种", "入库月份", "全口径税收(元)", "电子税票号", "原凭证号")
BUILDINGS = ("楼宇编码", "楼宇名称", "所属街道", "坐落地址", "建筑面积", "可租赁面积", "是否纳入统计")
OCCUPANCY = ("所在楼宇", "房号", "企业名称", "统一社会信用代码", "租赁面积", "入驻时间", "迁出时间")
ACTIVITIES = ("编号", "主办工作站", "活动名称", "活动类型", "活动时间", "参与人数", "状态")
MEETINGS = ("编号", "类型", "楼宇", "召开时间", "议题", "状态")

Row = Sequence[object]


def uscc(number: int) -> str:
    """A valid invented credit code for each number."""
    return credit_code(f"91110107MA{number:07d}")


def tax_rows(month: str, amounts: Iterable[object], first: int = 1) -> list[Row]:
    """One VAT row for each of the enterprises numbered from ``first``."""
    return [
        (uscc(n), f"企业{n}有限公司", "增值税", month, amount, f"{month}-{n}", "")
        for n, amount in enumerate(amounts, first)
    ]


class Office:
    """A home, its inbox and the departments' side of it."""

    def __init__(self, folder: Path) -> None:
        self.inbox = folder / "inbox"
        self.home = Home(folder / "home")

    def drop(self, feed: str, name: str, header: Row, rows: Iterable[Row], received: str, **sidecar: object) -> None:
        """Put a list into the inbox, received on a day."""
        buffer = io.StringIO()
        csv.writer(buffer).writerows([header, *rows])
        path = self.inbox / feed / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(buffer.getvalue(), encoding="utf-8")
        said = {"received_at": f"{received}T09:00:00+08:00", **sidecar}
        path.with_name(path.name + ".meta.json").write_text(json.dumps(said), encoding="utf-8")

    def take_in(self) -> None:
        """Land and parse what is new, with what has been answered."""
        land(self.home, self.inbox)
        for feed in feeds():
            parse_feed(self.home, feed, Pseudonymiser(1, b"secret"))

    def judged(self, known_at: datetime | None = None) -> dict[str, Standing]:
        """Every delivery by the name of its file, without the ending."""
        self.take_in()
        return {Path(one.delivery.path).stem: one for one in self.standings(known_at)}

    def standings(self, known_at: datetime | None = None) -> list[Standing]:
        """Every delivery that was taken in."""
        return standings(self.home, known_at)

    def answer(self, name: str, choice: str) -> None:
        """Answer what a delivery waits for."""
        record_answer(self.home, self.judged()[name].delivery.id, choice, "张三")


def asks(one: Standing) -> str | None:
    """The rule whose question a delivery waits for."""
    return one.question.rule_id if one.question else None
