"""``louyu release diff`` and ``louyu release rebuild``: what differs between two releases, and whether one can be made
again from what it was made of."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.decimals import plain
from common.messages import Message

if TYPE_CHECKING:
    from dagster_project.comparing import Differences, Rebuilt

_SHOWN = 60
_PARTS = ("code", "definition", "late_data", "source_correction")
_COLUMNS = ("figure", "value_a", "value_b", "difference", *_PARTS)
_CHANGES = ("cause", "id", "what", "known_at")


def diff(
    a: Annotated[str, typer.Argument(metavar="A", help="批次 · release id")],
    b: Annotated[str, typer.Argument(metavar="B", help="与之相比的批次 · the release to compare with")],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """两批次的差别,按原因拆分:程序、口径、迟报、来源更正 · differences by cause: code, definition, late, corrected."""
    from publish.shelf import find_release

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        releases = find_release(place, a), find_release(place, b)
        from dagster_project.comparing import compared

        with place.writer("louyu release diff", waiting=speaker.progress):
            found = compared(place, *releases, speaker.progress)
    if form is Format.JSON:
        speaker.json(list(found.rows()))
    else:
        _show(found, speaker)


def _show(found: "Differences", speaker: Speaker) -> None:
    """Print the differences of the whole district first, and what was learnt in between."""
    rows = sorted(found.rows(), key=lambda row: (row["area_type"] != "district", row["breakdown_type"] != "_T"))
    empty = Message("两个批次的公布值相同。", "The two releases publish the same values.")
    speaker.rows([_line(row) for row in rows[:_SHOWN]], _COLUMNS, empty)
    if len(rows) > _SHOWN:
        left = len(rows) - _SHOWN
        typer.echo(
            speaker.say(Message(f"另有 {left} 个,见 --format json", f"{left} more, all of them with --format json"))
        )
    if found.changes:
        told = [{name: getattr(change, name) for name in _CHANGES} for change in found.changes]
        typer.echo()
        speaker.table(told, _CHANGES)


def _line(row: Mapping[str, Any]) -> dict[str, Any]:
    member = "" if row["breakdown_type"] == "_T" else f"{row['breakdown_type']}={row['breakdown_code']}"
    base = f"/{row['base_period']}" if row["base_period"] else ""
    figure = " ".join(part for part in (row["kpi_id"], row["area_code"], member, f"{row['period']}{base}") if part)
    values = {name: _value(row, name) for name in ("value_a", "value_b")}
    parts = {"difference": row["difference"], **(row["causes"] or dict.fromkeys(_PARTS))}
    return {"figure": figure, **values} | {name: part and plain(part) for name, part in parts.items()}


def _value(row: Mapping[str, Any], name: str) -> str:
    """Return a value, or how a release that shows none has the figure: with which status, or not at all."""
    status = row[f"conf_status_{name[-1]}"]
    return plain(row[name]) if row[name] is not None else f"({status})" if status else "—"


def rebuild(
    release_id: Annotated[str, typer.Argument(help="发布批次 · release id")],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """从原始报送按当时的截点重算一个批次,逐值(含类型)比较 · rebuild a release from its raw files, compare exactly."""
    from publish.shelf import find_release

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        release = find_release(place, release_id)
        from dagster_project.comparing import rebuilt

        with place.writer("louyu release rebuild", waiting=speaker.progress):
            found = rebuilt(place, release, speaker.progress)
    record = {
        "release_id": release.id, "equal": found.is_equal, "figures": found.figures,
        "different": found.different.height, "types": list(found.schema), "same_code": found.is_same_code,
        "purged_deliveries": found.purged, "first": found.different.head(20).to_dicts(),
    }  # fmt: skip
    speaker.record(record, map(speaker.say, _verdict(release.id, found)))
    if not found.is_equal:
        raise typer.Exit(1)


def _verdict(release_id: str, found: "Rebuilt") -> list[Message]:
    lines = []
    if found.is_equal:
        told = f"{release_id}: all {found.figures} figures are the same when built again, types too"
        lines.append(Message(f"{release_id} 重算的 {found.figures} 个数值全部相同,类型亦同", told))
    for name in found.schema:
        lines.append(Message(f"列 {name} 的类型不同", f"the column {name} is of another type"))
    if found.different.height:
        count = found.different.height
        lines.append(Message(f"{release_id} 有 {count} 个数值不同", f"{release_id}: {count} figures differ"))
        lines += [Message(f"{key}:{what}", f"{key}: {what}") for key, what in found.different.head(20).iter_rows()]
    if not found.is_same_code:
        lines.append(Message("当时的程序与现在的不同", "the release was computed by other code than the present"))
    if found.purged:
        told = f"the raw files of {found.purged} deliveries were destroyed; their landed rows were used"
        lines.append(Message(f"{found.purged} 份报送的原始文件已按保存期销毁,用的是当时解析的行", told))
    return lines
