"""What a clerk works with: rows that wait, what departments owe, how well they deliver."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.clock import now
from common.home import Home
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    import polars as pl

    from warehouse.scorecard import Split

_FINDING_COLUMNS = ("delivery_id", "feed", "file", "sheet", "row", "column", "cell", "rule_id", "action", "value")


def quarantine(
    delivery: Annotated[str | None, typer.Option("--delivery", help="只看一份报送 · one delivery only")] = None,
    everything: Annotated[
        bool,
        typer.Option("--all", help="连同提示、自动修正与已补报的行 · notes, automatic readings and mended rows too"),
    ] = False,
    xlsx: Annotated[
        Path | None,
        typer.Option(
            "--xlsx",
            help="写成可直接改正补报的表格;OUT 为目录时每个报送单位一份 · a workbook to mend and send again; "
            "a folder gets one for each sender",
        ),
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """待处理的行:规则、单元格、说明 · rows that wait, with rule, cell and what to do."""
    import polars as pl

    from review.answering import unknown_delivery
    from review.standing import standings
    from warehouse.books import entries, findings, without_mended

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures():
        found = findings(place)
        if delivery:
            if delivery not in {entry.delivery_id for entry in entries(place)}:
                raise unknown_delivery(delivery)
            found = found.filter(delivery_id=delivery)
        if not everything:
            found = found.filter(pl.col("action") == "QUARANTINE")
        if not everything and not delivery:
            found = without_mended(found, standings(place))
        if xlsx:
            _write_workbooks(place, found, xlsx, delivery, speaker)
    message = "message_zh" if lang is Lang.ZH else "message_en"
    listed = found.rename({"row_no": "row"}).to_dicts()
    speaker.rows(listed, [*_FINDING_COLUMNS, message], Message("没有待处理的行。", "No rows wait."))


def _write_workbooks(home: Home, found: "pl.DataFrame", out: Path, delivery: str | None, speaker: Speaker) -> None:
    """Write what waits for its senders to mend: one workbook, or a folder with one for each sender, feed and day."""
    import polars as pl

    from cli.mending import mending
    from cli.workbook import write_workbooks
    from review.standing import standings
    from warehouse.books import without_superseded

    waiting = found.filter(pl.col("action") == "QUARANTINE")
    judged = standings(home)
    standing = waiting if delivery else without_superseded(waiting, judged)
    told = mending(home, standing, judged)
    for path in write_workbooks(told, out, "zh" if speaker.lang is Lang.ZH else "en"):
        typer.echo(speaker.say(Message(f"已写入 {path}", f"Wrote {path}")), err=True)
    typer.echo(speaker.say(Message(f"共 {told.rows} 行待改正", f"{told.rows} rows to mend")), err=True)
    if told.lost.height:
        zh = f"其中 {told.lost.height} 处问题的原文件已不存在,仅列出问题"
        en = f"the raw files of {told.lost.height} findings are gone; these are only listed"
        typer.echo(speaker.say(Message(zh, en)), err=True)
    if moot := waiting["delivery_id"].n_unique() - standing["delivery_id"].n_unique():
        zh, en = f"另有 {moot} 份报送已被更新的报送取代,其行无须改正", f"{moot} superseded deliveries need no mending"
        typer.echo(speaker.say(Message(zh, en)), err=True)


def status(
    on: Annotated[str | None, typer.Option("--on", help="以哪一天为准,默认今天 · the day to judge by, today")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """应报未报、暂存、不公布,以及由谁处理 · what is due, missing, held, withheld, and who must act."""
    from cli.standing import standing, tell

    speaker = Speaker(lang, form)
    with speaker.failures():
        found = standing(home_of(home), day_of(on), speaker)
    if form is Format.JSON:
        speaker.json(found)
    else:
        tell(found, speaker)


class By(StrEnum):
    """What a score is split by, besides the feed."""

    FEED = "feed"
    MONTH = "month"
    SENDER = "sender"


def scorecard(
    by: Annotated[
        list[By] | None,
        typer.Option("--by", help="默认按月;feed 为不分月,sender 为按报送单位 · by month; by feed alone; by sender"),
    ] = None,
    feed: Annotated[str | None, typer.Option("--feed", help="只看一个数据源 · one feed only")] = None,
    csv: Annotated[Path | None, typer.Option("--csv", help="另存为 CSV · write CSV as well")] = None,
    on: Annotated[str | None, typer.Option("--on", help="以哪一天为准,默认今天 · the day to judge by, today")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """各单位报送及时率、完整率、隔离率 · each department's timeliness, completeness and quarantine rate."""
    import polars as pl

    from common.contracts import feeds
    from common.exports import csv_for_spreadsheets
    from common.files import write_bytes
    from review.standing import standings
    from warehouse.books import entries, resent
    from warehouse.calendar import calendar
    from warehouse.scorecard import scores

    speaker = Speaker(lang, form)
    place = home_of(home)
    names: Mapping[By, Split] = {By.MONTH: "month", By.SENDER: "sender"}
    split = tuple(names[part] for part in dict.fromkeys(by or (By.MONTH,)) if part in names)
    with speaker.failures():
        if feed and feed not in feeds():
            known = "、".join(feeds())
            raise LouyuError(f"没有数据源 {feed}。现有:{known}", f"There is no feed {feed}. There are: {known}")
        judged = standings(place)
        found = scores(entries(place, judged), resent(judged), calendar(place), day_of(on), split)
        if feed:
            found = [row for row in found if row["feed"] == feed]
        if csv:
            write_bytes(csv, csv_for_spreadsheets(pl.DataFrame(found, infer_schema_length=None)))
            told = Message(f"已写入 {csv}({len(found)} 行)", f"Wrote {len(found)} rows to {csv}")
            typer.echo(speaker.say(told), err=True)
    who = "who_zh" if lang is Lang.ZH else "who_en"
    columns = [who, "feed", *split, *_SCORES]
    speaker.rows(found, columns, Message("还没有应报送的时期。", "Nothing was due yet."))


_SCORES = ("periods_due", "periods_delivered", "periods_on_time", "timeliness", "completeness", "files", "rows_read",
           "rows_quarantined", "quarantine_rate", "refused", "held", "resends")  # fmt: skip


def day_of(text: str | None) -> date:
    """Read a day from the command line; today in Beijing where none is given."""
    if text is None:
        return now().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise LouyuError(f"日期 {text} 应写作 YYYY-MM-DD", f"{text} is no date; write YYYY-MM-DD") from None
