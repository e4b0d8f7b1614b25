"""``louyu keys new | register | list``: the keys with which people sign releases, and whose signatures count."""

import getpass
import io
import os
import sys
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from cli.output import Format, FormatOption, HomeOption, Lang, LangOption, Speaker, home_of
from common.messages import LouyuError, Message

keys = typer.Typer(no_args_is_help=True, help="密钥 · keys")

_PASSWORD = "LOUYU_KEY_PASSWORD"


class RoleName(StrEnum):
    """The four roles of a release, in the order in which they sign."""

    COMPILER = "compiler"
    REVIEWER = "reviewer"
    SECRECY = "secrecy"
    SIGNER = "signer"


RoleOption = Annotated[RoleName, typer.Option("--role", help="编制、审核、保密审查或签发 · in which role")]
PasswordOption = Annotated[
    Path | None,
    typer.Option(
        "--password-file", help=f"密码所在文件(首行);否则取 {_PASSWORD},再否则询问 · else {_PASSWORD}, else asked"
    ),
]


def password_of(speaker: Speaker, file: Path | None, *, is_new: bool = False) -> str:
    """Return the password of a key: from a file, the environment, or whoever types it; a new one is typed twice."""
    if file is not None:
        try:
            return file.read_text(encoding="utf-8").split("\n", 1)[0].rstrip("\r")
        except (OSError, UnicodeDecodeError):
            raise LouyuError(f"密码文件 {file} 无法读取。", f"Cannot read the password file {file}.") from None
    if os.environ.get(_PASSWORD):
        return os.environ[_PASSWORD]
    if sys.stdin is None or not sys.stdin.isatty():
        typed = (sys.stdin or io.StringIO()).readline().rstrip("\r\n")
        if not typed:
            raise LouyuError(
                f"需要密钥密码:用 --password-file 或环境变量 {_PASSWORD} 给出。",
                f"The key's password is needed: --password-file, or {_PASSWORD} in the environment.",
            )
        return typed
    typed = getpass.getpass(speaker.say(Message("密钥密码:", "Password of the key: ")))
    if is_new and typed != getpass.getpass(speaker.say(Message("再输一次:", "Again: "))):
        raise LouyuError("两次输入的密码不同。", "The two passwords differ.")
    return typed


@keys.command("new")
def new(
    role: RoleOption,
    out: Annotated[Path, typer.Option("--out", help="密钥文件,不得在主目录内 · key file, outside the home")],
    name: Annotated[str | None, typer.Option("--name", help="持有人姓名 · whose key it is")] = None,
    password_file: PasswordOption = None,
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """生成签名密钥与旁边的 .pub 公钥;角色的第一把直接登记 · a signing key; the first of a role is registered."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from common.clock import now
    from publish.life.acts import is_first_of_role, register_key
    from publish.life.keys import describe, role_of, write_key

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures():
        key = Ed25519PrivateKey.generate()
        public = describe(key, role_of(role.value), name, now())
        beside = write_key(place.root, out.absolute(), key, public, password_of(speaker, password_file, is_new=True))
        with place.writer("louyu keys new", waiting=speaker.progress):
            if is_first := is_first_of_role(place, public.role):
                register_key(place, public)
    made = Message(
        f"密钥 {out} 已生成,公钥 {beside},指纹 {public.fingerprint}。请妥善保管密钥与密码。",
        f"Made the key {out}, its public half {beside}, fingerprint {public.fingerprint}. Keep key and password safe.",
    )
    told = Message(
        "已登记:本角色的第一把密钥。" if is_first else f"尚未登记:须由办公室运行 louyu keys register {beside}。",
        "Registered, being the role's first key." if is_first else f"Not registered yet: the office runs louyu keys "
        f"register {beside}.",
    )  # fmt: skip
    record = {**asdict(public), "file": str(out), "public_file": str(beside), "registered": is_first}
    speaker.record(record, [speaker.say(made), speaker.say(told)])


@keys.command("register")
def register(
    file: Annotated[Path, typer.Argument(help="公钥文件 FILE.pub · public key")],
    home: HomeOption = None,
    form: FormatOption = Format.TABLE,
    lang: LangOption = Lang.ZH,
) -> None:
    """登记公钥:此后其签名有效 · enter a public key among those whose signatures count."""
    from publish.life.acts import register_key
    from publish.life.keys import read_public_key

    speaker, place = Speaker(lang, form), home_of(home)
    with speaker.failures(), place.writer("louyu keys register", waiting=speaker.progress):
        signer = register_key(place, read_public_key(file))
    told = Message(
        f"已登记 {signer.name}({signer.role})的密钥,请与本人核对指纹:{signer.fingerprint}",
        f"Registered the key of {signer.name} ({signer.role}); compare the fingerprint with them: {signer.fingerprint}",
    )
    speaker.record(asdict(signer), [speaker.say(told)])


@keys.command("list")
def list_keys(home: HomeOption = None, form: FormatOption = Format.TABLE, lang: LangOption = Lang.ZH) -> None:
    """列出签名有效的密钥 · list the keys whose signatures count."""
    from publish.life.signers import read_signers

    speaker = Speaker(lang, form)
    with speaker.failures():
        listed = [asdict(signer) for signer in read_signers(home_of(home).signers)]
    empty = Message("还没有登记密钥;用 louyu keys new 生成。", "No key is registered yet; louyu keys new makes one.")
    speaker.rows(listed, ["role", "name", "fingerprint", "valid_from", "valid_to", "simulated"], empty)
