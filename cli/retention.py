"""``louyu purge`` and ``louyu keys rotate``: the end of raw personal data, and a change of the keys that hide them."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.clock import BEIJING, now, stamp
from common.home import Home
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from ingest.raw.retention import Terms
    from warehouse.books import Entry

_COLUMNS = ("delivery_id", "state", "received_at", "files", "bytes", "reason", "file")


def purge(
    older_than: Annotated[
        int | None,
        typer.Option("--older-than", min=0, help="收到满多少天,默认按保存期参数 · received so many days ago"),
    ] = None,
    before: Annotated[
        str | None, typer.Option("--before", help="此日之前收到 YYYY-MM-DD · received before this day")
    ] = None,
    delivery: Annotated[str | None, typer.Option("--delivery", help="只销毁一份报送 · one delivery only")] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", help="销毁理由,记入墓碑 · why, kept on the tombstone")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只列出,不销毁 · list only, destroy nothing")] = False,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """销毁保存期满的原始文件,留清单、哈希与墓碑 · destroy raw files past their time; manifest, hash, tombstone stay."""
    from ingest.raw.retention import finish

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures():
        latest = _latest_receipt(older_than, before)
        if dry_run:
            done = list(_purged(place, speaker, latest, delivery, reason, is_dry=True))
        else:
            with place.writer("louyu purge", waiting=speaker.progress):
                finish(place)
                done = list(_purged(place, speaker, latest, delivery, reason, is_dry=False))
    speaker.rows(done, _COLUMNS, Message("没有保存期满的原始文件。", "No raw file is past its time."))
    left = [row["file"] for row in done if row["state"] == "PURGED" and (place.inbox / row["file"]).exists()]
    if left:
        speaker.progress(
            Message(
                f"收件目录中仍有其中 {len(left)} 份的来件(如 {left[0]}),请一并清理。",
                f"{len(left)} of them still lie in the inbox (such as {left[0]}); remove those too.",
            )
        )


def _purged(
    home: Home, speaker: Speaker, latest: datetime | None, only: str | None, reason: str | None, *, is_dry: bool
) -> Iterator[dict[str, Any]]:
    """Destroy what is due and yield what was done; a delivery that somebody still has to decide on is kept."""
    from ingest.raw import retention, vault
    from review.standing import standings
    from warehouse.books import overtaken

    terms, done = _terms(home), overtaken(standings(home))
    why = reason or _why(terms, latest, only)
    for entry in _candidates(home, only):
        landing = entry.landing
        is_due = landing.received_at <= latest if latest else only is not None or terms.is_due(landing, now())
        if not is_due or not vault.has_raw(home, landing):
            continue
        row = {"delivery_id": landing.id, "feed": landing.feed, "file": landing.path,
               "received_at": stamp(landing.received_at)}  # fmt: skip
        files, size = vault.stored_size(vault.raw_folder(home, landing))
        if entry.status == "HELD" and entry.delivery_id not in done:
            waits = Message("尚待答复或读取,处理后再销毁", "waits for an answer or to be read; settle that first")
            yield {**row, "state": "KEPT", "files": files, "bytes": size, "reason": speaker.say(waits)}
        elif is_dry:
            yield {**row, "state": "DUE", "files": files, "bytes": size, "reason": why}
        else:
            stone = retention.purge(home, landing, why)
            yield {**row, "state": "PURGED", "files": stone.files, "bytes": stone.bytes, "reason": why}


def _candidates(home: Home, only: str | None) -> list["Entry"]:
    from common.contracts import feeds
    from review.answering import unknown_delivery
    from warehouse.books import entries

    listed = [entry for entry in entries(home) if entry.status != "DUPLICATE" and entry.landing.feed in feeds()]
    chosen = [entry for entry in listed if only in (None, entry.delivery_id)]
    if only and not chosen:
        raise unknown_delivery(only)
    return chosen


def _latest_receipt(older_than: int | None, before: str | None) -> datetime | None:
    """Return the last moment of receipt that is asked for; None where the office's terms decide."""
    moments = [now() - timedelta(days=older_than)] if older_than is not None else []
    if before is not None:
        try:
            day = date.fromisoformat(before)
        except ValueError:
            raise LouyuError(f"日期 {before} 应写作 YYYY-MM-DD", f"{before} is no date; write YYYY-MM-DD") from None
        moments.append(datetime.combine(day, time(), BEIJING) - timedelta(seconds=1))
    return min(moments, default=None)


def _terms(home: Home) -> "Terms":
    from common.ledger import Ledger
    from ingest.raw.retention import Terms
    from warehouse.config import parameters_at

    moment = now()
    said = parameters_at(Ledger(home.ledger), moment, moment.date())
    days = [said[f"retention.{name}_days"] for name in ("personal", "other")]
    if not all(text.isdecimal() for text in days):
        raise LouyuError(
            f"保存期参数须为天数(整数):{'、'.join(days)}", f"Retention is given in whole days: {', '.join(days)}"
        )
    return Terms(*map(int, days))


def _why(terms: "Terms", latest: datetime | None, only: str | None) -> str:
    if latest:
        return f"received_at <= {stamp(latest)}"
    if only:
        return "by request"
    return f"retention.personal_days={terms.personal_days}, retention.other_days={terms.other_days}"


def rotate(home: HomeOption = None, lang: LangOption = Lang.ZH) -> None:
    """增加一版密钥,旧版保留 · add a version of the key; the older ones stay."""
    from common.keys import key_file, rotate_keys

    speaker = Speaker(lang)
    place = home_of(home)
    with speaker.failures(), place.writer("louyu keys rotate", waiting=speaker.progress):
        version = rotate_keys(place.root).version
    told = Message(
        f"密钥文件 {key_file()} 已增加第 {version} 版,请重新备份;下次 louyu run 起生效。",
        f"The key file {key_file()} now has version {version}. Back it up again; the next louyu run uses it.",
    )
    typer.echo(speaker.say(told))
