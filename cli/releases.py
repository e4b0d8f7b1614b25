"""``louyu release``: the life of a release."""

from typing import Annotated, Any

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.messages import Message

app = typer.Typer(no_args_is_help=True, help="发布批次 · releases")
ReleaseArgument = Annotated[str, typer.Argument(help="发布批次 · release id")]


@app.command("list")
def list_all(home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH) -> None:
    """列出发布批次 · list the releases."""
    from publish.release import list_releases

    speaker = Speaker(lang, form)
    listed = [_row(release) for release in list_releases(home_of(home))]
    empty = Message("还没有发布批次,请先运行 louyu run。", "There is no release yet; run louyu run first.")
    speaker.rows(listed, empty=empty)


@app.command()
def show(
    release_id: ReleaseArgument, home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH
) -> None:
    """一个批次的概况与经历 · a release with its facts and its log."""
    from publish.release import find_release

    speaker = Speaker(lang, form)
    with speaker.failures():
        release = find_release(home_of(home), release_id)
    record = {**_row(release), **release.facts, "log": list(release.log), "folder": str(release.folder)}
    told = {**record, "log": "; ".join(f"{entry['at']} {entry['state']}" for entry in release.log)}
    speaker.record(record, (f"{name}: {value}" for name, value in told.items()))


@app.command()
def publish(
    release_id: ReleaseArgument,
    simulated: Annotated[
        bool, typer.Option("--simulated", help="标明为模拟数据发布 · publish marked as simulated")
    ] = False,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """发布:校验、登记、一步切换 · publish: verify, log, switch the readers' file in one step."""
    from publish.release import PUBLISHED_FILE, publish_release

    speaker = Speaker(lang, form)
    place = home_of(home)
    with speaker.failures(), place.writer("louyu release publish", waiting=speaker.progress):
        release = publish_release(place, release_id, simulated=simulated)
    file = place.published / PUBLISHED_FILE
    told = Message(f"{release.id} 已按模拟数据发布:{file}", f"{release.id} is published as simulated: {file}")
    speaker.record({**_row(release), "published_file": str(file)}, [speaker.say(told)])


@app.command()
def verify(
    release_id: ReleaseArgument, home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH
) -> None:
    """离线校验每个文件的摘要 · check every hash of a release, without a network."""
    from publish.release import find_release, verify_release

    speaker = Speaker(lang, form)
    with speaker.failures():
        release = find_release(home_of(home), release_id)
    fault = verify_release(release)
    record = {
        "release_id": release.id,
        "verified": fault is None,
        "fault_zh": fault and fault.zh,
        "fault_en": fault and fault.en,
    }
    told = fault or Message(f"{release.id} 全部摘要相符", f"{release.id}: every hash matches")
    speaker.record(record, [speaker.say(told)])
    if fault is not None:
        raise typer.Exit(1)


def _row(release: Any) -> dict[str, Any]:
    return {
        "release_id": release.id, "state": release.state, "as_of": release.facts["as_of"],
        "known_at": release.facts["known_at"], "published_at": release.published_at,
        "simulated": release.is_simulated, "figures": release.facts["figures"], "withheld": release.facts["withheld"],
    }  # fmt: skip
