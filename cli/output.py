"""How commands speak: tables for people, JSON for programs, progress and errors on the other stream."""

import json
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from common.home import Home, find_home
from common.messages import LouyuError, Message, from_note

_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}:\d{2}(\.\d+)?\+08:00")
_HEADS: Mapping[str, Message] = {
    "delivery_id": Message("报送", "delivery"),
    "feed": Message("源", "feed"),
    "file": Message("文件", "file"),
    "files": Message("文件", "files"),
    "status": Message("状态", "status"),
    "state": Message("状态", "state"),
    "reason": Message("原因", "reason"),
    "rows_read": Message("读入", "read"),
    "rows_accepted": Message("接收", "accepted"),
    "rows_quarantined": Message("待处理", "waiting"),
    "rows_set_aside": Message("不计", "set aside"),
    "rows_counted": Message("计入", "counted"),
    "period": Message("时期", "period"),
    "received_at": Message("收到", "received"),
    "sheet": Message("工作表", "sheet"),
    "row": Message("行", "row"),
    "column": Message("列", "column"),
    "cell": Message("单元格", "cell"),
    "rule_id": Message("规则", "rule"),
    "action": Message("处理", "action"),
    "value": Message("值", "value"),
    "message_zh": Message("说明", "message"),
    "message_en": Message("说明", "message"),
    "name_zh": Message("名称", "name"),
    "name_en": Message("名称", "name"),
    "complete_until": Message("完整至(不含)", "complete until"),
    "last_received_at": Message("最近收到", "last received"),
    "who_zh": Message("责任单位", "who"),
    "who_en": Message("责任单位", "who"),
    "kpi_id": Message("指标", "KPI"),
    "gate": Message("检查", "gate"),
    "figure": Message("指标", "figure"),
    "figures": Message("数值个数", "figures"),
    "withheld": Message("不公布", "withheld"),
    "note": Message("原因", "reason"),
    "release_id": Message("批次", "release"),
    "as_of": Message("截至", "as of"),
    "known_at": Message("知悉", "known at"),
    "published_at": Message("发布", "published"),
    "simulated": Message("模拟", "simulated"),
    "embargo_until": Message("定时发布", "embargo until"),
    "signed": Message("已签名", "signed by"),
    "role": Message("角色", "role"),
    "name": Message("姓名", "name"),
    "fingerprint": Message("指纹", "fingerprint"),
    "valid_from": Message("生效", "valid from"),
    "valid_to": Message("失效(不含)", "valid to"),
    "source": Message("来源列", "source column"),
    "use": Message("用法", "use"),
    "type": Message("类型", "type"),
    "unit": Message("单位", "unit"),
    "required": Message("必填", "required"),
    "value_a": Message("甲", "A"),
    "value_b": Message("乙", "B"),
    "difference": Message("差额", "difference"),
    "code": Message("程序", "code"),
    "definition": Message("口径", "definition"),
    "late_data": Message("迟报", "late data"),
    "source_correction": Message("来源更正", "source correction"),
    "cause": Message("原因", "cause"),
    "what": Message("事项", "what"),
    "count": Message("次数", "count"),
    "examples": Message("举例", "examples"),
    "part": Message("环节", "part"),
    "seconds": Message("秒", "seconds"),
    "gate_id": Message("检查", "gate"),
    "verdict": Message("结论", "verdict"),
    "kind": Message("类别", "kind"),
    "what_zh": Message("事项", "what to do"),
    "what_en": Message("事项", "what to do"),
    "command": Message("命令", "command"),
    "due_on": Message("应报日", "due"),
    "received_on": Message("报送日", "received"),
    "days": Message("剩余天数", "days left"),
    "deliveries": Message("报送份数", "deliveries"),
    "rows": Message("行数", "rows"),
    "rules": Message("规则", "rules"),
    "month": Message("月份", "month"),
    "sender": Message("报送单位", "sender"),
    "periods_due": Message("应报", "due"),
    "periods_delivered": Message("已报", "delivered"),
    "periods_on_time": Message("及时", "on time"),
    "timeliness": Message("及时率", "timeliness"),
    "completeness": Message("完整率", "completeness"),
    "quarantine_rate": Message("隔离率", "quarantine rate"),
    "refused": Message("退回", "refused"),
    "held": Message("暂存", "held"),
    "resends": Message("重报", "resends"),
}
"""Heads of tables for people; JSON keeps the names."""


class Format(StrEnum):
    """How results are printed."""

    TABLE = "table"
    JSON = "json"


class Lang(StrEnum):
    """The language of messages."""

    ZH = "zh"
    EN = "en"


HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", envvar="LOUYU_HOME", help="主目录,默认 var/ · the home folder, var/ by default", show_default=False
    ),
]
FormatOption = Annotated[Format, typer.Option("--format", help="输出格式 · output format")]
LangOption = Annotated[Lang, typer.Option("--lang", envvar="LOUYU_LANG", help="语言 · language of messages")]


_NOTHING = Message("没有记录。", "Nothing to show.")


class Speaker:
    """One command's voice in its language and format."""

    def __init__(self, lang: Lang, form: Format = Format.TABLE) -> None:
        self.lang = lang
        self.form = form

    def say(self, message: Message) -> str:
        """Return a message in the command's language."""
        return message.say("zh" if self.lang is Lang.ZH else "en")

    def progress(self, message: Message) -> None:
        """Tell how far long work is, on the error stream."""
        typer.echo(f"… {self.say(message)}", err=True)

    def note(self, note: str) -> str:
        """Return the half of a two-language note that is in the command's language."""
        return self.say(from_note(note))

    def rows(
        self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None, empty: Message = _NOTHING
    ) -> None:
        """Print a list: a JSON array, or a table with the named columns; an empty one is said on the error stream."""
        if self.form is Format.JSON:
            self.json(list(rows))
        elif rows:
            self.table(rows, columns or list(rows[0]))
        else:
            typer.echo(self.say(empty), err=True)

    def table(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
        """Print a table with heads in the command's language; a column without a single entry is left out."""
        filled = [column for column in columns if any(row[column] not in (None, "") for row in rows)]
        print_table(rows, filled, [self.say(_HEADS[name]) if name in _HEADS else name for name in filled])

    def record(self, record: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Print one thing: a JSON object, or lines for a reader."""
        if self.form is Format.JSON:
            self.json(record)
        else:
            for line in lines:
                typer.echo(line)

    def json(self, value: Any) -> None:
        """Print JSON; decimals become strings."""
        typer.echo(json.dumps(value, ensure_ascii=False, indent=2, default=_plain))

    @contextmanager
    def failures(self) -> Iterator[None]:
        """Print an error that says why the work failed, in the command's language, and exit 1."""
        try:
            yield
        except LouyuError as error:
            typer.secho(self.say(error.message), err=True, fg="red")
            raise typer.Exit(1) from None


def home_of(given: Path | None) -> Home:
    """Return the home that a command works on."""
    return find_home(given)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], heads: Sequence[str] | None = None) -> None:
    """Print a plain table that a terminal of any width shows whole."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    for column, head in zip(columns, heads or columns, strict=True):
        is_number = all(isinstance(row[column], int | Decimal | None) for row in rows)
        is_copied = column in ("delivery_id", "release_id")
        table.add_column(head, overflow="fold", justify="right" if is_number else "left", no_wrap=is_copied)
    for row in rows:
        table.add_row(*("" if row[column] is None else _shown(row[column]) for column in columns))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False).print(table)


def _shown(value: Any) -> str:
    if isinstance(value, list | tuple):
        return "、".join(map(str, value))
    text = str(_plain(value))
    return f"{text[:10]} {text[11:16]}" if _MOMENT.fullmatch(text) else text


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value
