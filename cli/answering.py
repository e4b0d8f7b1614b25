"""``louyu deliveries answer``: what a held delivery waits for."""

import getpass
from typing import Annotated

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.clock import stamp
from common.messages import Message


def answer(
    delivery: Annotated[str, typer.Argument(help="报送编号 · delivery id")],
    choice: Annotated[str, typer.Argument(help="答复,见 louyu status · the answer; louyu status lists the choices")],
    by: Annotated[str | None, typer.Option("--by", help="答复人,默认当前用户 · who answers")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """答复暂存的报送,记入台账,下次运行生效 · answer a held delivery; recorded in the ledger, used by the next run."""
    from review.answering import record_answer

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures(), place.writer("louyu deliveries answer", waiting=speaker.progress):
        given = record_answer(place, delivery, choice, by or getpass.getuser())
    record = {
        "delivery_id": given.delivery_id, "rule_id": given.rule_id, "choice": given.choice.code, "value": given.value,
        "by": given.by, "known_at": stamp(given.known_at),
    }  # fmt: skip
    meaning = given.choice.message
    told = Message(
        f"已记录 {given.by} 的答复:{meaning.zh}。请运行 louyu run。",
        f"Recorded the answer of {given.by}: {meaning.en}. Now run louyu run.",
    )
    speaker.record(record, [speaker.say(told)])
