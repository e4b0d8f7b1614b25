"""Commands that only read: deliveries, quarantine, status, explain."""

from pathlib import Path
from typing import Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.clock import stamp
from common.messages import LouyuError, Message

deliveries = typer.Typer(invoke_without_command=True, help="报送情况 · what became of every delivery")

_DELIVERY_COLUMNS = ("delivery_id", "status", "reason", "rows_read", "rows_accepted", "rows_quarantined",
                     "rows_set_aside", "period", "received_at", "file")  # fmt: skip
_FINDING_COLUMNS = ("delivery_id", "feed", "file", "sheet", "row", "column", "cell", "rule_id", "action", "value")


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


def quarantine(
    delivery: Annotated[str | None, typer.Option("--delivery", help="只看一份报送 · one delivery only")] = None,
    everything: Annotated[
        bool, typer.Option("--all", help="连同提示与自动修正 · notes and automatic readings too")
    ] = False,
    xlsx: Annotated[Path | None, typer.Option("--xlsx", help="另存为表格 · write a workbook")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """待处理的行:规则、单元格、说明 · rows that wait, with rule, cell and what to do."""
    import polars as pl

    from warehouse.books import findings

    speaker = Speaker(lang, form)
    found = findings(home_of(home)).rename({"row_no": "row"})
    if delivery:
        found = found.filter(delivery_id=delivery)
    if not everything:
        found = found.filter(pl.col("action") == "QUARANTINE")
    if xlsx:
        found.write_excel(xlsx, worksheet="待处理", autofit=True)
        told = Message(f"已写入 {xlsx}({found.height} 行)", f"Wrote {found.height} rows to {xlsx}")
        typer.echo(speaker.say(told), err=True)
    message = "message_zh" if lang is Lang.ZH else "message_en"
    speaker.rows(found.to_dicts(), [*_FINDING_COLUMNS, message], Message("没有待处理的行。", "No rows wait."))


def status(home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH) -> None:
    """应报未报、暂存、不公布,以及由谁处理 · what is due, missing, held, withheld, and who must act."""
    import polars as pl

    from publish.status import feed_status, newest_receipts, withheld_figures
    from warehouse.books import latest_candidate, refused

    speaker = Speaker(lang, form)
    place = home_of(home)
    candidate = latest_candidate(place)
    known = pl.read_parquet(candidate / "delivery.parquet") if candidate else None
    feeds = feed_status(candidate, newest_receipts(known) if known is not None else {})
    held = [
        {"delivery_id": entry.delivery_id, "feed": entry.landing.feed, "status": entry.status,
         "reason": speaker.say(entry.reason) if entry.reason else None}
        for entry in refused(place)
    ]  # fmt: skip
    withheld, blocked = withheld_figures(candidate)
    record = {"build": candidate.name if candidate else None, "feeds": feeds, "held": held, "withheld": withheld,
              "blocked": blocked}  # fmt: skip
    if form is Format.JSON:
        speaker.json(record)
        return
    suffix = "zh" if lang is Lang.ZH else "en"
    told = [{**row, "note": speaker.note(row["note"])} for row in withheld]
    for title, rows, columns in (
        (
            Message("数据源", "Feeds"),
            feeds,
            ["feed", f"name_{suffix}", "state", "complete_until", "last_received_at", f"who_{suffix}"],
        ),
        (Message("退回或暂存", "Refused or held"), held, ["delivery_id", "status", "reason"]),
        (Message("不公布", "Withheld"), told, ["kpi_id", "figures", "note"]),
        (Message("阻止发布", "Blocking"), [{"reason": reason} for reason in blocked], ["reason"]),
    ):
        if rows:
            typer.echo(f"\n{speaker.say(title)}")
            speaker.table(rows, columns)


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
    from publish.release import find_release
    from warehouse.books import latest_candidate

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures():
        evidence = find_release(place, release).folder / "sealed" if release else latest_candidate(place)
        if evidence is None:
            raise LouyuError("还没有计算结果,请先运行 louyu run。", "There is no build yet; run louyu run first.")
        found = explained(evidence, kpi, period, area, breakdown)
    if form is Format.JSON:
        speaker.json(found)
        return
    show(found, speaker)
