"""Commands that only read: deliveries, explain. What a clerk has to do is in :mod:`cli.clerk`."""

from typing import Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.clock import stamp
from common.messages import LouyuError, Message

deliveries = typer.Typer(invoke_without_command=True, help="报送情况 · what became of every delivery")

_DELIVERY_COLUMNS = ("delivery_id", "status", "reason", "rows_read", "rows_accepted", "rows_quarantined",
                     "rows_set_aside", "period", "received_at", "file")  # fmt: skip


@deliveries.callback()
def list_deliveries(
    context: typer.Context, home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH
) -> None:
    """列出每份报送及其处理结果 · list every delivery with its status, reason and row counts."""
    if context.invoked_subcommand:
        return
    from warehouse.books import Entry, entries

    speaker = Speaker(lang, form)

    def row(entry: Entry) -> dict[str, Any]:
        return {
            "delivery_id": entry.delivery_id,
            "feed": entry.landing.feed,
            "file": entry.landing.path,
            "sha256": entry.landing.sha256,
            "period": ", ".join(entry.periods) or None,
            "received_at": stamp(entry.landing.received_at),
            "status": entry.status,
            "reason": speaker.say(entry.reason) if entry.reason else None,
            "rows_read": entry.rows_read,
            "rows_accepted": entry.rows_accepted,
            "rows_quarantined": entry.rows_quarantined,
            "rows_set_aside": entry.rows_set_aside,
        }

    listed = [row(entry) for entry in entries(home_of(home))]
    zh = "还没有收到报送。请把文件放入收件目录后运行 louyu run。"
    empty = Message(zh, "Nothing was delivered yet. Put files into the inbox and run louyu run.")
    speaker.rows(listed, _DELIVERY_COLUMNS, empty)


def explain(
    kpi: Annotated[str, typer.Argument(help="指标代码 · KPI id")],
    period: Annotated[str, typer.Option("--period", help="时期,如 2023-Q3 · period label")],
    area: Annotated[str | None, typer.Option("--area", help="区域代码,默认全区 · area code")] = None,
    breakdown: Annotated[str | None, typer.Option("--breakdown", help="分组,如 rating=NHTE · type=code")] = None,
    release: Annotated[str | None, typer.Option("--release", help="发布批次 · release id")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """从一个数字追到定义、分子分母、报送文件与行数 · from a figure to definition, terms, deliveries, files and rows."""
    from cli.explanation import show
    from publish.explain import explain as explained
    from publish.readers import published_history
    from publish.shelf import find_release
    from warehouse.books import latest_candidate

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures():
        evidence = find_release(place, release).folder / "sealed" if release else latest_candidate(place)
        if evidence is None:
            raise LouyuError("还没有计算结果,请先运行 louyu run。", "There is no build yet; run louyu run first.")
        found = explained(evidence, kpi, period, area, breakdown)
        for figure in found["figures"]:
            figure["revisions"] = published_history(place, figure)
    if form is Format.JSON:
        speaker.json(found)
        return
    show(found, speaker)
