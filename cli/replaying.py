"""``louyu replay``: the figures and claims of any text, each with what holds and what does not."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.home import Home
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from publish.shelf import Release
    from replay.knowledge import Knowledge

_MOST_BYTES = 2 * 2**20


def replay(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="文本,UTF-8 · a text in UTF-8")],
    release: Annotated[
        str | None,
        typer.Option("--release", help="对照的批次,默认最新公布的 · release id, the newest published by default"),
    ] = None,
    day: Annotated[
        str | None, typer.Option("--date", help="文本日期 YYYY-MM-DD,默认从文本读出 · the day of the text")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """检查任何文本中的数字与表述 · check the figures and claims of any text, Chinese or English.

    数值、单位、措辞、时期与合理性,对照一个发布批次与参照量;没有批次时只查语法、推算与合理性 ·
    number, unit, wording, period and plausibility, against a release and the reference magnitudes; without a release
    against grammar, arithmetic and plausibility alone.
    """
    from replay.reading import replay as read

    speaker = Speaker(lang, form)
    with speaker.failures():
        text = _text(file)
        found = read(text, _knowledge(home_of(home), release, _day(day)))
    speaker.record(found.record, _lines(found.figures, found.claims, speaker))


def _text(file: Path) -> str:
    if file.stat().st_size > _MOST_BYTES:
        raise LouyuError(
            f"{file} 超过2 MiB,请只放需要检查的文字。", f"{file} is larger than 2 MiB; keep the text to check alone."
        )
    try:
        # line ends as they are: positions are those of the file
        return file.read_bytes().decode("utf-8")
    except UnicodeDecodeError as error:
        raise LouyuError(
            f"{file} 不是 UTF-8 文本(第{error.start + 1}字节)。请另存为 UTF-8;Word、PDF 请先另存为文本。",
            f"{file} is no UTF-8 text (byte {error.start + 1}). Save it, or the text of a Word or PDF file, as UTF-8.",
        ) from None


def _day(day: str | None) -> date | None:
    try:
        return date.fromisoformat(day) if day else None
    except ValueError:
        raise typer.BadParameter("YYYY-MM-DD", param_hint="--date") from None


def _knowledge(home: Home, release_id: str | None, today: date | None) -> "Knowledge":
    from publish.replaying import knowledge
    from warehouse.config import rows_now

    parameters = {row["name"]: row["value"] for row in rows_now(home, "parameter", ("name",))}
    return knowledge(
        _release(home, release_id),
        rows_now(home, "gate_threshold", ("gate_id", "name")),
        rows_now(home, "reference_magnitude", ("indicator", "area_code", "period")),
        rows_now(home, "staff_norm", ("station_type",)),
        parameters,
        today,
    )


def _release(home: Home, release_id: str | None) -> "Release | None":
    """Return the release asked for, else the newest that is published, if there is one."""
    from publish.shelf import find_release, list_releases

    if release_id:
        return find_release(home, release_id)
    published = [release for release in list_releases(home) if release.is_standing]
    return published[-1] if published else None


def _lines(
    figures: tuple[Mapping[str, Any], ...], claims: tuple[Mapping[str, Any], ...], speaker: Speaker
) -> Iterator[str]:
    """Say each figure and claim with its findings, and the sums first."""
    found = [*figures, *claims]
    wrong = [one for one in found if one["findings"]]
    yield speaker.say(Message(
        f"数值{len(figures)}个,表述{len(claims)}处;有问题的{len(wrong)}处。",
        f"{len(figures)} figures, {len(claims)} claims; {len(wrong)} of them with findings."))  # fmt: skip
    for one in sorted(found, key=lambda found: found["start"]):
        told = " ".join(str(part) for part in (one["kpi_id"], one["period"]) if part)
        mark = "!" if one["findings"] else " "
        yield f"{mark} {one['start']}–{one['end']} {' '.join(one['text'].split())}" + (f" · {told}" if told else "")
        for finding in one["findings"]:
            yield f"    {finding['gate']} {finding[f'message_{speaker.lang.value}']}"
