"""The commands of ``louyu`` (SURFACE, Commands). Exit 0: the work is done; 1: it failed or is blocked; 2: usage."""

from pathlib import Path
from typing import Annotated

import typer

from cli import (
    answering,
    clerk,
    codes,
    disclosure,
    layouts,
    places,
    reading,
    releases,
    replaying,
    retention,
    signing,
)
from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.messages import Message

app = typer.Typer(
    name="louyu",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="楼宇:从部门报送到可公布的数字 · from what departments send to figures that can be published",
)


@app.command()
def sample(
    out: Annotated[Path, typer.Option("--out", help="写入的收件目录 · inbox to write into")],
    seed: Annotated[
        int, typer.Option("--seed", help="随机种子,不影响总数 · changes the records, never the totals")
    ] = 1,
    tax_reading: Annotated[
        str, typer.Option("--tax-reading", help="q3 或 ytd · which tax period is calibrated")
    ] = "q3",
    scale: Annotated[str, typer.Option("--scale", help="规模 · scale: district")] = "district",
    broken: Annotated[
        bool,
        typer.Option(
            "--broken", help="另附各类问题报送与预期结果 · with bad input of every kind and what must become of it"
        ),
    ] = False,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """写出模拟区的报送文件 · write the simulated district the way departments write."""
    del home
    from sample import write_sample

    speaker = Speaker(lang, form)
    if tax_reading not in ("q3", "ytd"):
        raise typer.BadParameter("q3 | ytd", param_hint="--tax-reading")
    if scale != "district":
        raise typer.BadParameter("district", param_hint="--scale")
    with speaker.failures():
        written = write_sample(out, seed=seed, tax_reading="ytd" if tax_reading == "ytd" else "q3", broken=broken)
    record = {"out": str(out), "seed": written.seed, "tax_reading": written.tax_reading, "files": written.files,
              "rows": written.rows, "simulated": True}  # fmt: skip
    told = Message(
        f"已写出模拟数据 {written.files} 个文件:{out}", f"Wrote {written.files} files of simulated data: {out}"
    )
    lines = [speaker.say(told)]
    if written.expected:
        record["expected"] = str(written.expected)
        lines.append(speaker.say(Message(f"预期结果:{written.expected}", f"Expected outcomes: {written.expected}")))
    speaker.record(record, lines)


@app.command()
def run(
    inbox: Annotated[Path | None, typer.Option("--inbox", help="收件目录,默认 <home>/inbox · the inbox")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", help="数据截止日 YYYY-MM-DD · last day to speak of")] = None,
    known_at: Annotated[str | None, typer.Option("--known-at", help="知悉时点 ISO 8601 · what was known then")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """收件、计算、检查,留下待发布批次;从不发布 · take in, build, check, leave a release candidate; never publishes."""
    from cli.running import RunOutcome, run_home

    speaker = Speaker(lang, form)
    with speaker.failures():
        outcome: RunOutcome = run_home(home_of(home), speaker, inbox, as_of, known_at)
    speaker.record(outcome.record, outcome.lines(speaker))
    if outcome.is_failed:
        raise typer.Exit(1)


@app.command()
def demo(
    home: HomeOption = None,
    seed: Annotated[
        int, typer.Option("--seed", help="随机种子,不影响总数 · changes the records, never the totals")
    ] = 1,
    lang: LangOption = Lang.ZH,
) -> None:
    """模拟一季度:样例、全过程、模拟发布 · a simulated quarter: sample, run, publication marked as simulated."""
    from cli.running import run_demo

    speaker = Speaker(lang)
    with speaker.failures():
        run_demo(home_of(home), speaker, seed)


# in the order in which a day's work needs them, which is the order of the help
reading.deliveries.command("answer")(answering.answer)
app.add_typer(reading.deliveries, name="deliveries")
app.command("quarantine")(clerk.quarantine)
app.command("status")(clerk.status)
app.command("scorecard")(clerk.scorecard)
app.command("explain")(reading.explain)
app.add_typer(releases.app, name="release")
app.command("replay")(replaying.replay)
app.add_typer(layouts.app, name="layout")
app.command("disclosure")(disclosure.disclosure)
app.command("uscc")(codes.uscc)
app.command("locate")(places.locate)
app.command("purge")(retention.purge)
signing.keys.command("rotate")(retention.rotate)
app.add_typer(signing.keys, name="keys")


def main() -> None:
    """Run the command line."""
    app()


if __name__ == "__main__":
    main()
