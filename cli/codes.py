"""``louyu uscc``: labels for a column of credit codes, in any list."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.messages import Message

ADDED = ("label", "repaired", "reason")


def uscc(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV · a list with a header")],
    column: Annotated[str, typer.Option("--column", help="信用代码所在列 · the column of credit codes")],
    out: Annotated[Path, typer.Option("--out", help="写入的CSV · the CSV to write")],
    register: Annotated[
        Path | None,
        typer.Option(
            "--register",
            exists=True,
            dir_okay=False,
            help="企业登记名录 CSV/xlsx,用于核对更正与旧号码 · a register that confirms repairs, maps old numbers",
        ),
    ] = None,
    name_column: Annotated[
        str | None, typer.Option("--name-column", help="企业名称所在列,与 --register 同用 · the names, with --register")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """逐个核对信用代码,增加 label、repaired、reason 三列 · label a column of credit codes.

    label: valid, repaired, legacy, check_failed, bad_alphabet, wrong_length, missing.

    repaired: 规范写法,仅当 label 为 valid、repaired、legacy 且与原文不同时填写 · the canonical spelling,
    where the label is valid, repaired or legacy and the cell is spelled otherwise.

    label 为 repaired:形近字改为数字后唯一通过校验;未经名录核对时只是建议,给出 --register 时须名录中有同名企业 ·
    the only look-alike reading that passes the check: a proposal, unless --register has it under the same name.

    label 为 valid 而 reason 说明校验位不符:例外清单中的代码,或校验位未取31的补数 ·
    accepted although the check fails: a code of the office's exceptions (config/code_exception.csv), or one issued with
    r for 31 − r.
    """  # fmt: skip
    from cli.lists import extend
    from identity.labels import Judgement, judge
    from ingest.values.numbers import NULL_WORDS
    from warehouse.config import exceptions_now

    if (register is None) != (name_column is None):
        raise typer.BadParameter("--register + --name-column", param_hint="--register")
    speaker = Speaker(lang, form)
    labels: Counter[str] = Counter()
    missing = NULL_WORDS | _NO_CODE

    def judged(text: str) -> Judgement:
        return judge(text, exceptions, missing)

    def answer(cells: Sequence[str]) -> tuple[str, str, str]:
        found = judged(cells[0]) if known is None else confirm(judged(cells[0]), cells[1], known)
        labels[found.label] += 1
        spelled = found.code if found.label in _SPELLED and found.code != cells[0] else ""
        return found.label, spelled, speaker.say(found.why) if found.why else ""

    def progress(count: int) -> None:
        speaker.progress(Message(f"已核对 {count:,} 行", f"{count:,} rows labelled"))

    with speaker.failures():
        exceptions = exceptions_now(home_of(home))
        known = None
        if register is not None:
            from cli.registers import read_register
            from identity.enterprises import confirm

            known = read_register(register, exceptions)
        wanted = [column] if name_column is None else [column, name_column]
        rows = extend(file, out, wanted, ADDED, answer, progress)
    counts = dict(labels.most_common())
    told = Message(f"已核对 {rows:,} 行,写入 {out}", f"Labelled {rows:,} rows, written to {out}")
    lines = [speaker.say(told), *(f"{label}: {number:,}" for label, number in counts.items())]
    speaker.record({"file": str(file), "out": str(out), "rows": rows, "labels": counts}, lines)


_SPELLED = ("valid", "repaired", "legacy")
_NO_CODE = frozenset({"n/a", "#n/a", "暂无", "暂缺", "不详", "未知", "未提供"})
"""Further words in a column of codes for none at all."""
