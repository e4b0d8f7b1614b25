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
        str | None, typer.Option("--tax-reading", help="区:q3(默认)或 ytd · district: which tax period is calibrated")
    ] = None,
    scale: Annotated[str, typer.Option("--scale", help="规模 · scale: district | city")] = "district",
    broken: Annotated[
        bool,
        typer.Option(
            "--broken",
            help="区:另附各类问题报送与预期结果 · district: with bad input of every kind and what must become of it",
        ),
    ] = False,
    districts: Annotated[
        int | None, typer.Option("--districts", min=1, max=16, help="城市:区数,默认 16 · city: how many districts")
    ] = None,
    years: Annotated[
        int | None, typer.Option("--years", min=1, max=10, help="城市:年数,默认 1 · city: how many years")
    ] = None,
    fraction: Annotated[
        float | None, typer.Option("--fraction", help="城市:数量的比例,大于 0、至多 1(默认)· city: part of all amounts")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """写出模拟区或模拟城市的报送文件 · write a simulated district, or a city, the way departments write."""
    del home
    from cli.sampling import sample_city, sample_district

    speaker = Speaker(lang, form)
    if tax_reading not in (None, "q3", "ytd"):
        raise typer.BadParameter("q3 | ytd", param_hint="--tax-reading")
    if scale not in ("district", "city"):
        raise typer.BadParameter("district | city", param_hint="--scale")
    if fraction is not None and not 0 < fraction <= 1:
        raise typer.BadParameter("0 < F ≤ 1", param_hint="--fraction")
    of_city = {"--districts": districts, "--years": years, "--fraction": fraction}
    of_district = {"--tax-reading": tax_reading, "--broken": broken or None}
    for name, given in (of_district if scale == "city" else of_city).items():
        if given is not None:
            raise typer.BadParameter(f"不适用于 --scale {scale} · not with --scale {scale}", param_hint=name)
    with speaker.failures():
        if scale == "city":
            sample_city(speaker, out, seed, districts or 16, years or 1, 1.0 if fraction is None else fraction)
        else:
            sample_district(speaker, out, seed, "ytd" if tax_reading == "ytd" else "q3", broken)


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
    from cli.city import CityOutcome, districts_in, run_city
    from cli.running import RunOutcome, run_home

    speaker, found = Speaker(lang, form), home_of(home)
    outcome: RunOutcome | CityOutcome
    with speaker.failures():
        if districts := districts_in(inbox or found.inbox):
            outcome = run_city(found, speaker, districts, as_of, known_at)
        else:
            outcome = run_home(found, speaker, inbox, as_of, known_at)
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
