"""``louyu release``: the life of a release."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from cli import comparing
from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from cli.signing import PasswordOption, RoleOption, password_of
from common.home import Home
from common.messages import LouyuError, Message

if TYPE_CHECKING:
    from publish.life.verify import Verification
    from publish.shelf import Release

app = typer.Typer(no_args_is_help=True, help="发布批次 · releases")
ReleaseArgument = Annotated[str, typer.Argument(help="发布批次 · release id")]
SimulatedOption = Annotated[
    bool,
    typer.Option("--simulated", help="用演示密钥签名并标明模拟 · sign with demonstration keys, mark as simulated"),
]


@app.command("list")
def list_all(home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH) -> None:
    """列出发布批次;到时的一并发布 · list the releases; those whose embargo has ended are published first."""
    from publish.shelf import list_releases

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        _lift(place, speaker)
        listed = [_row(release) for release in list_releases(place)]
    empty = Message("还没有发布批次,请先运行 louyu run。", "There is no release yet; run louyu run first.")
    speaker.rows(listed, empty=empty)


@app.command()
def show(
    release_id: ReleaseArgument, home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH
) -> None:
    """一个批次的概况、签名与经历 · a release with its facts, its signatures and its log."""
    from publish.shelf import find_release

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        _lift(place, speaker)
        release = find_release(place, release_id)
    log = [{name: entry[name] for name in ("at", "event", "state", "who", "root", "details")} for entry in release.log]
    signatures = [_signature(signature) for signature in release.signatures]
    record = {**_row(release), **release.facts, "simulated": release.is_simulated, "root": release.root,
              "signatures": signatures, "log": log, "folder": str(release.folder)}  # fmt: skip
    told = {**record, "log": "; ".join(f"{entry['at']} {entry['event']} {entry['who']}" for entry in log),
            "signatures": "; ".join(f"{one['role']} {one['name']} {one['fingerprint']}" for one in signatures),
            "signed": ", ".join(record["signed"])}  # fmt: skip
    speaker.record(record, (f"{name}: {value}" for name, value in told.items()))


app.command("diff")(comparing.diff)


@app.command()
def review(
    release_id: ReleaseArgument,
    out: Annotated[Path | None, typer.Option("--out", help="另存一份到此文件 · write a copy to this file")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """审签材料:供签名人断网查看的单页 · the review pack: one page, offline, for those who sign."""
    from publish.access import show_review

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        path = show_review(place, release_id, out)
    speaker.record({"release_id": release_id, "path": str(path)}, [str(path)])


@app.command()
def note(
    figure: Annotated[str, typer.Argument(help="指标值的键(figure_key) · key of the figure")],
    text: Annotated[str, typer.Option("--text", help="说明 · the explanation")],
    text_en: Annotated[str | None, typer.Option("--text-en", help="英文说明 · the same in English")] = None,
    gate: Annotated[str | None, typer.Option("--gate", help="哪项检查,如 G-JUMP · which gate asks")] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """说明一个须说明的数;数变则说明失效 · explain a figure; the explanation holds for its value as it is now."""
    from cli.noting import note_figure

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures(), place.writer("louyu release note", waiting=speaker.progress):
        rows = note_figure(place, figure, text, text_en, gate)
    gates = ", ".join(row["gate_id"] for row in rows)
    said = f"{figure} = {rows[0]['value']}"
    told = Message(
        f"已记录对 {said} 的说明({gates}),请运行 louyu run", f"{said} is explained ({gates}); now run louyu run"
    )
    speaker.record({"figure_key": figure, "explanations": rows}, [speaker.say(told)])


@app.command()
def sign(
    release_id: ReleaseArgument,
    role: RoleOption,
    key: Annotated[Path, typer.Option("--key", help="密钥文件 · key file")],
    password_file: PasswordOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """签名:编制、审核、保密审查、签发依次,四人四钥 · sign: four persons with four keys, in the order of their roles."""
    from publish.life.acts import sign_release
    from publish.life.keys import read_key, role_of

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        opened = read_key(place.root, key.absolute(), password_of(speaker, password_file))
        with place.writer("louyu release sign", waiting=speaker.progress):
            release = sign_release(place, release_id, role_of(role.value), opened)
    name = release.signatures[-1]["signed"]["signer"]["name"]
    told = Message(
        f"{name} 已对 {release.id} 签名(根摘要 {release.root}),状态 {release.state}",
        f"{name} signed {release.id} (root {release.root}); it is {release.state}",
    )
    speaker.record({**_row(release), "root": release.root}, [speaker.say(told)])


@app.command()
def publish(
    release_id: ReleaseArgument,
    at: Annotated[
        str | None, typer.Option("--at", help="定时发布 ISO 8601,此前保密 · under embargo until this moment")
    ] = None,
    simulated: SimulatedOption = False,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """发布:校验摘要与四个签名、登记、一步切换 · publish: verify, log, switch the readers' file in one step."""
    from cli.running import moment_of
    from publish.life.acts import lift_embargoes, publish_release
    from publish.readers import PUBLISHED_FILE

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        moment = moment_of(at)
        with place.writer("louyu release publish", waiting=speaker.progress):
            lift_embargoes(place, tell=speaker.progress)
            release = publish_release(place, release_id, at=moment, simulated=simulated, tell=speaker.progress)
    file = place.published / PUBLISHED_FILE
    mark = Message("按模拟数据", " as simulated") if release.is_simulated else Message("", "")
    told = Message(f"{release.id} 已{mark.zh}发布:{file}", f"{release.id} is published{mark.en}: {file}")
    if release.embargo:
        until = release.embargo.isoformat()
        told = Message(f"{release.id} 定于 {until} 自动发布", f"{release.id} is under embargo until {until}")
    speaker.record({**_row(release), "published_file": str(file)}, [speaker.say(told)])


@app.command()
def withdraw(
    release_id: ReleaseArgument,
    reason: Annotated[str, typer.Option("--reason", help="撤回理由 · why")],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """撤回:读者只看到其余批次,已发布的旧值仍可查 · withdraw: readers see what remains; its vintages stay known."""
    from publish.life.acts import withdraw_release

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures(), place.writer("louyu release withdraw", waiting=speaker.progress):
        release = withdraw_release(place, release_id, reason)
    told = Message(f"{release.id} 已撤回:{reason}", f"{release.id} is withdrawn: {reason}")
    speaker.record(_row(release), [speaker.say(told)])


@app.command()
def verify(
    release_id: Annotated[str, typer.Argument(help="批次号,或其文件夹(public/ 单独即可) · release id or folder")],
    signers: Annotated[
        Path | None, typer.Option("--signers", help="可信的签名人名单 signers.csv · list of signers to trust")
    ] = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """离线校验摘要、签名与登记 · check hashes, signatures and log, without a network."""
    from publish.life.signers import read_signers
    from publish.life.verify import verify_folder

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        folder, its_home = _folder(place, release_id)
        if signers is not None and not signers.is_file():
            raise LouyuError(f"没有名单 {signers}", f"There is no list {signers}")
        found = verify_folder(folder, its_home, read_signers(signers) if signers else None)
    gate = found.sign_gate
    record = {
        "release_id": found.release_id or release_id, "verified": found.is_sound, "root": found.root,
        "fault_zh": found.fault and found.fault.zh, "fault_en": found.fault and found.fault.en,
        "gate_id": "G-SIGN", "verdict": "FAIL" if gate else "PASS",
        "reason_zh": gate and gate.zh, "reason_en": gate and gate.en,
        "signatures": [_signature(signature) for signature in found.signatures],
        "with_sealed": found.with_sealed, "with_log": found.with_log, "with_register": found.with_register,
    }  # fmt: skip
    speaker.record(record, _verdict(found, speaker))
    if not found.is_sound:
        raise typer.Exit(1)


app.command("rebuild")(comparing.rebuild)


def _folder(home: Home, given: str) -> tuple[Path, Home | None]:
    """Return the folder of a release id or a path, and the home where the release lies in it."""
    for folder in (home.releases / given, Path(given).expanduser()):
        if given and folder.is_dir():
            place = folder.resolve()
            return place, home if place.parent == home.releases.resolve() else None
    from publish.shelf import find_release

    return find_release(home, given).folder, home


def _verdict(found: "Verification", speaker: Speaker) -> list[str]:
    if found.fault is not None:
        return [speaker.say(found.fault)]
    lines = [Message(f"{found.release_id} 全部摘要相符", f"{found.release_id}: every hash matches")]
    for signature in found.signatures:
        one = _signature(signature)
        mark = Message("(演示密钥)", " (demonstration key)") if one["simulated"] else Message("", "")
        said = f"{one['role']}: {one['name']} {one['fingerprint']} {one['at']}"
        lines.append(Message(f"签名有效 {said}{mark.zh}", f"valid signature, {said}{mark.en}"))
    if gate := found.sign_gate:
        lines.append(Message(f"G-SIGN 未通过:{gate.zh}", f"G-SIGN does not pass: {gate.en}"))
    if not found.with_sealed:
        lines.append(Message("仅校验 public/;封存部分以摘要为证", "public/ only; hashes vouch for what is sealed"))
    if found.signatures and not found.with_register:
        lines.append(Message("未核对名单:请与签名人核对指纹,或加 --signers",
                             "no list of signers was given: compare the fingerprints, or add --signers"))  # fmt: skip
    return [speaker.say(line) for line in lines]


def _lift(home: Home, speaker: Speaker) -> None:
    """Publish what waited until now, unless somebody is at work in the home, who will do it or is doing it."""
    from publish.life.acts import due_releases, lift_embargoes

    if not due_releases(home):
        return
    try:
        with home.writer("louyu release list", wait_seconds=0):
            lift_embargoes(home, tell=speaker.progress)
    except LouyuError as error:
        speaker.progress(error.message)


def _signature(signature: Any) -> dict[str, Any]:
    signed = signature["signed"]
    signer = signed["signer"]
    return {"role": signed["role"], "name": signer["name"], "fingerprint": signer["fingerprint"], "at": signed["at"],
            "simulated": bool(signer["simulated"])}  # fmt: skip


def _row(release: "Release") -> dict[str, Any]:
    return {
        "release_id": release.id, "state": release.state, "as_of": release.facts["as_of"],
        "known_at": release.facts["known_at"], "published_at": release.published_at,
        "embargo_until": release.embargo, "signed": [one["signed"]["role"] for one in release.signatures],
        "simulated": release.is_simulated, "figures": release.facts["figures"], "withheld": release.facts["withheld"],
    }  # fmt: skip
