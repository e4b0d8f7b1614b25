"""``louyu disclosure``: which cells of a table may not be published, and what a reader could still work out."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from disclosure.control import Protection
    from disclosure.form import Form

_STATUS = {
    "open": Message("公布", "open"),
    "primary": Message("不公布(自身)", "primary"),
    "secondary": Message("不公布(配合)", "secondary"),
}


def disclosure(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="表格JSON · the table as JSON")],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """统计披露控制:哪些单元格不能公布 · disclosure control: which cells of a table cannot be published."""
    del home
    from disclosure.control import known_intervals, protect
    from disclosure.form import answer, read_form

    speaker = Speaker(lang, form)
    with speaker.failures():
        table = read_form(_text(file))
        found = protect(table.system, progress=speaker.progress)
        told = answer(table, found, known_intervals(table.system, found, speaker.progress))
    if form is Format.JSON:
        speaker.json(told)
    else:
        _show(told, table, found, speaker)
    if not found.is_feasible:
        raise typer.Exit(1)


def _text(file: Path) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError:
        raise LouyuError(f"{file} 不是UTF-8文本,请另存为UTF-8。", f"{file} is no UTF-8; save it as UTF-8.") from None


def _show(told: dict[str, Any], table: "Form", found: "Protection", speaker: Speaker) -> None:
    values = {cell.key: cell.value for cell in table.system.cells}
    columns = [one.name for one in table.dimensions]
    heads = [speaker.say(head) for head in _HEADS]
    rows = [
        {
            **cell["key"],
            heads[0]: values[tuple(cell["key"].values())],
            heads[1]: speaker.say(_STATUS[cell["status"]]),
            heads[2]: ", ".join(cell["rules"]),
            heads[3]: None if cell["status"] == "open" else _interval(cell["interval"]),
        }
        for cell in told["cells"]
    ]
    speaker.table(rows, [*columns, *heads])
    typer.echo("")
    gap = "∞" if not found.gap.is_finite() else f"{found.gap:.2%}"
    zh = f"配合不公布的代价 {told['cost']},下界 {told['bound']},差距 {gap}"
    typer.echo(speaker.say(Message(zh, f"cost {told['cost']}, bound {told['bound']}, gap {gap}")))
    if found.totals_to_withhold:
        named = _keys(told["totals_to_withhold"])
        zh = f"仅隐去内部单元格不足以保护;须一并不公布的合计:{named}"
        typer.echo(speaker.say(Message(zh, f"Inner cells alone do not protect; totals to withhold too: {named}")))
    if found.exposed:
        named = "; ".join(" × ".join(key) for key in found.exposed)
        zh = f"此前已公布,无法再保护:{named}"
        typer.echo(speaker.say(Message(zh, f"Published before and beyond protection: {named}")))


_HEADS = (
    Message("数值", "value"), Message("状态", "status"), Message("规则", "rules"), Message("可推区间", "interval"),
)  # fmt: skip


def _interval(ends: list[str | None]) -> str:
    low, high = ends
    return f"{low or '-∞'} … {high or '∞'}"


def _keys(listed: list[dict[str, str]]) -> str:
    return "; ".join(" × ".join(key.values()) for key in listed)
