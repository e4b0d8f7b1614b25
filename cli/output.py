"""How commands speak: tables for people, JSON for programs, progress and errors on the other stream."""

import json
import sys
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from common.home import Home, find_home
from common.messages import LouyuError, Message


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

    def rows(self, rows: Sequence[Mapping[str, Any]], columns: Sequence[str] | None = None) -> None:
        """Print a list: a JSON array, or a table with the named columns."""
        if self.form is Format.JSON:
            self.json(list(rows))
        elif rows:
            print_table(rows, columns or list(rows[0]))

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

    def hint(self, message: Message) -> None:
        """Say on the error stream what an empty answer means, so that silence is never the answer."""
        typer.echo(self.say(message), err=True)

    def fail(self, error: LouyuError) -> typer.Exit:
        """Print an error and return the exit that says the work failed."""
        typer.secho(self.say(error.message), err=True, fg="red")
        return typer.Exit(1)


def home_of(given: Path | None) -> Home:
    """Return the home that a command works on."""
    return find_home(given)


def print_table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print a plain table that a terminal of any width shows whole."""
    from rich.console import Console
    from rich.table import Table

    table = Table(show_edge=False, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*("" if row[column] is None else _shown(row[column]) for column in columns))
    Console(file=sys.stdout, width=None if sys.stdout.isatty() else 200, highlight=False).print(table)


def _shown(value: Any) -> str:
    return "、".join(map(str, value)) if isinstance(value, list | tuple) else str(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return format(value, "f")
    if isinstance(value, datetime | date):
        return value.isoformat()
    return str(value) if isinstance(value, Path) else value
