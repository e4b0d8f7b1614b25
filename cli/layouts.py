"""``louyu layout``: how another place's files are read, tried on a sample."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.messages import Message

if TYPE_CHECKING:
    from common.contracts import Layout
    from common.home import Home
    from ingest.checking import Checked

app = typer.Typer(
    no_args_is_help=True, help="版式:他处导出的文件如何读取 · layouts: how another place's files are read"
)

_USES = {
    "MAPPED": Message("读取", "read"),
    "CONSTANT": Message("固定值", "same for the file"),
    "PERIOD": Message("文件的时期", "period of the file"),
    "ABSENT": Message("该处没有", "absent there"),
    "MISSING": Message("缺少", "missing"),
    "IGNORED": Message("不需要", "not wanted"),
    "UNMAPPED": Message("未读取", "not read"),
}


@app.callback()
def group() -> None:
    """版式:他处导出的文件如何读取 · layouts: how another place's files are read."""


@app.command()
def check(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, readable=True, help="样本文件 · a sample file")],
    layout: Annotated[
        str, typer.Option("--layout", help="版式代码,或版式文件 · a layout's id, or a YAML file being written")
    ],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """用版式试读样本:列的对应、前几行、问题、行数 · try a layout on a file: mapping, first rows, problems, rows."""
    from ingest.checking import check as try_on

    speaker = Speaker(lang, form)
    with speaker.failures():
        checked = try_on(file, _layout(layout, home_of(home), speaker))
    record = _record(file, checked)
    if form is Format.JSON:
        speaker.json(record)
    else:
        _show(record, speaker)
    if not checked.passes:
        raise typer.Exit(1)


def _layout(named: str, home: "Home", speaker: Speaker) -> "Layout":
    """Return a layout by id, else from a file; a name that is neither is a usage error."""
    from common.contracts import layouts, read_layout

    given = layouts(home.layouts)
    if found := given.get(named):
        return found
    if Path(named).is_file():
        return read_layout(Path(named))
    known = "、".join(given)
    told = Message(f"没有版式或文件{named}。现有:{known}", f"There is no layout or file {named}. Known: {known}")
    raise typer.BadParameter(speaker.say(told), param_hint="--layout")


def _record(file: Path, checked: "Checked") -> dict[str, Any]:
    outcome = checked.outcome
    reason = outcome.reason or (outcome.questions[0] if outcome.questions else None)
    return {
        "file": file.name,
        "layout": checked.layout.id,
        "feed": checked.layout.feed,
        "passes": checked.passes,
        "reason_zh": reason.message.zh if reason else None,
        "reason_en": reason.message.en if reason else None,
        "mapping": [
            {"source": row.source, "column": row.column, "use": row.use, "type": row.type, "unit": row.unit,
             "required": row.is_required}
            for row in checked.mapping
        ],
        "absent": [row.column for row in checked.mapping if row.use == "ABSENT" and row.is_required],
        "rows": list(checked.rows),
        "problems": list(checked.problems),
        "rows_read": outcome.read,
        "rows_accepted": outcome.accepted,
        "rows_quarantined": outcome.quarantined,
        "rows_set_aside": outcome.set_aside,
    }  # fmt: skip


def _show(record: Mapping[str, Any], speaker: Speaker) -> None:
    suffix = speaker.lang.value
    mapping = [
        {**row, "use": speaker.say(_USES[row["use"]]), "required": speaker.say(_YES) if row["required"] else None}
        for row in record["mapping"]
    ]
    _table(Message("列的对应", "Mapping"), mapping, ["source", "column", "use", "type", "unit", "required"], speaker)
    # columns run down and rows across, because a contract has more columns than a terminal
    names = [name for name in (record["rows"] or [{}])[0] if name != "row"]
    heads = [speaker.say(Message(f"第{row['row']}行", f"row {row['row']}")) for row in record["rows"]]
    first = [
        {"column": name} | {head: _cell(row[name]) for head, row in zip(heads, record["rows"], strict=True)}
        for name in names
    ]
    _table(Message("前几行", "First rows"), first, ["column", *heads], speaker)
    problems = [{**row, "examples": "; ".join(_example(one) for one in row["examples"])} for row in record["problems"]]
    told = ["rule_id", "action", "column", "count", "examples", f"message_{suffix}"]
    _table(Message("问题", "Problems"), problems, told, speaker)
    read, accepted, waiting, aside = (
        record[f"rows_{name}"] for name in ("read", "accepted", "quarantined", "set_aside")
    )
    typer.echo("")
    zh = f"读入{read}行 = 接收{accepted} + 待处理{waiting} + 不计{aside}"
    typer.echo(
        speaker.say(Message(zh, f"{read} rows read = {accepted} accepted + {waiting} waiting + {aside} set aside"))
    )
    if record["absent"]:
        absent = ", ".join(record["absent"])
        zh = f"该处没有的必填列:{absent};只有需要它们的指标不能计算。"
        typer.echo(speaker.say(Message(zh, f"Required columns absent there: {absent}; only KPIs that need them wait.")))
    verdict = Message("通过", "passes") if record["passes"] else Message("不通过", "does not pass")
    reason = f": {record[f'reason_{suffix}']}" if record[f"reason_{suffix}"] else ""
    typer.echo(f"{record['file']} · {record['layout']} · {speaker.say(verdict)}{reason}")


_YES = Message("是", "yes")


def _table(title: Message, rows: Iterable[Mapping[str, Any]], columns: list[str], speaker: Speaker) -> None:
    if listed := list(rows):
        typer.echo(f"\n{speaker.say(title)}")
        speaker.table(listed, columns)


def _cell(value: object) -> str | None:
    return None if value is None else "、".join(value) if isinstance(value, list) else str(value)


def _example(example: Mapping[str, Any]) -> str:
    place = "/".join(str(part) for part in (example["sheet"], example["row"]) if part is not None)
    return " ".join(filter(None, (place, example["value"]))) or "—"
