"""What a text in a column of credit codes is (SPEC 3.2; B-IDN-01, 02, 03). Every text gets exactly one label."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from common.codes import (
    ALPHABET,
    has_check_symbol,
    is_credit_code,
    is_old_tax_number,
    is_organisation_code,
    is_registration_number,
    is_resident_number,
    is_uncomplemented,
    look_alikes,
    plain_code,
    resembles_resident_number,
)
from common.messages import Message, from_note
from common.text import clean

Label = Literal["valid", "repaired", "legacy", "check_failed", "bad_alphabet", "wrong_length", "missing"]
Exceptions = Mapping[str, str]
"""Codes that were legally issued although their check fails, each with its evidence, ``中文 / English``."""

_LENGTHS = (18, 15, 9)
_OLD_SYMBOLS = frozenset("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_SYMBOLS = frozenset(ALPHABET)
_MOST_SHOWN = 5
_SCIENTIFIC = re.compile(r"[0-9](?:\.[0-9]+)?E\+?[0-9]{1,3}")
_NORMALISED = Message("已统一大小写、全半角、空格与连字符", "case, width, blanks and hyphens settled")
_DISTRICT = Message("第3—8位应为6位数字区划", "symbols 3 to 8 are the six digits of a district")
_PERSONAL = Message("形似居民身份证号,属个人信息", "resembles a resident's number, which is personal data")


@dataclass(frozen=True, slots=True)
class Judgement:
    """A text's label, its canonical spelling and why.

    ``code`` is the text in the one spelling in which codes are stored; of a repaired text it is the repaired code.
    ``proposals`` are the codes that look alike and pass the check.
    """

    label: Label
    code: str
    why: Message | None = None
    is_flagged: bool = False
    """Accepted although the check symbol does not hold."""
    proposals: tuple[str, ...] = ()
    unrepaired: Label | None = None
    """What the text is labelled where its repair does not stand."""


def judge(text: str, exceptions: Exceptions | None = None, missing: Collection[str] = ("",)) -> Judgement:
    """Label a text, alone: without a register and without the rows around it.

    * ``valid``: the check symbol holds once case, width, blanks and hyphens are settled. Valid too, but flagged, are a
      code of the exceptions list and one that prints the remainder r instead of 31 − r: the second is an issuer's slip
      and not the writer's, every copy of that code carries it, so refusing it would lose a registered enterprise.
    * ``repaired``: look-alike letters read as digits give exactly one code that passes. It is a proposal until a
      register confirms it (:func:`identity.enterprises.confirm`).
    * ``legacy``: an old registration number, tax number or organisation code with the right check.
    * ``missing``, ``wrong_length``, ``bad_alphabet``, ``check_failed``: what is wrong, tested in this order.

    ``missing`` are the words, in lower case, that stand for an empty cell. No reason tells a number that could be a
    natural person's.
    """
    code = plain_code(text)
    if not code or clean(text).casefold() in missing:
        return Judgement("missing", "", Message("空", "empty"))
    if is_credit_code(code):
        return Judgement("valid", code, _NORMALISED if code != text else None)
    if len(code) not in _LENGTHS:
        return Judgement("wrong_length", code, _length(code))
    return _whole(code, exceptions or {}) if len(code) == 18 else _old(code)


def _whole(code: str, exceptions: Exceptions) -> Judgement:
    if code in exceptions:
        evidence = from_note(exceptions[code])
        why = Message(f"例外清单:{evidence.zh}", f"on the exceptions list: {evidence.en}")
        return Judgement("valid", code, why, is_flagged=True)
    if is_uncomplemented(code):
        return Judgement("valid", code, _flag(code), is_flagged=True)
    failed = _failed(code)
    proposals = look_alikes(code)
    listed = "、".join(proposals)
    if len(proposals) == 1:
        why = Message(
            f"形近字母改为数字后唯一通过校验:{listed};为建议,须经名录核对",
            f"with look-alike letters read as digits one code passes: {listed}; a proposal, to be confirmed",
        )
        return Judgement("repaired", proposals[0], why, proposals=proposals, unrepaired=failed.label)
    if proposals:
        why = Message(f"形近字母可改为多个代码:{listed}", f"look-alike letters give several codes: {listed}")
        return replace(failed, why=why, proposals=proposals)
    return failed


def _failed(code: str) -> Judgement:
    if strange := sorted(set(code) - _SYMBOLS):
        shown = " ".join(strange[:_MOST_SHOWN])
        return Judgement("bad_alphabet", code, Message(f"代码中不会出现:{shown}", f"never in a code: {shown}"))
    if is_resident_number(code) or resembles_resident_number(code):
        return Judgement("check_failed", code, _PERSONAL)
    if not code[2:8].isdigit():
        return Judgement("bad_alphabet" if has_check_symbol(code) else "check_failed", code, _DISTRICT)
    return Judgement("check_failed", code, Message("校验位不符", "the check symbol does not hold"))


def _old(code: str) -> Judgement:
    if is_registration_number(code):
        return Judgement("legacy", code, Message("15位旧注册号", "an old registration number of 15 digits"))
    if is_old_tax_number(code):
        return Judgement("legacy", code, Message("15位旧税号", "an old tax number of 15 characters"))
    if is_organisation_code(code):
        return Judgement("legacy", code, Message("9位组织机构代码", "an organisation code of 9 characters"))
    if resembles_resident_number(code):
        return Judgement("check_failed", code, _PERSONAL)
    if strange := sorted(set(code) - _OLD_SYMBOLS):
        shown = " ".join(strange[:_MOST_SHOWN])
        return Judgement("bad_alphabet", code, Message(f"号码中不会出现:{shown}", f"never in such a number: {shown}"))
    return Judgement("check_failed", code, Message("旧号码,校验位不符", "an old number whose check does not hold"))


def _flag(code: str) -> Message:
    zh, en = "校验位未取31的补数(31−r),按签发原样接受", "its check symbol is r instead of 31 − r; accepted as issued"
    if is_organisation_code(code[8:17]):
        return Message(zh, en)
    return Message(
        f"{zh};但其中组织机构代码的校验位也不符,更可能是笔误",
        f"{en}, but its organisation code fails its check too: more likely a slip",
    )


def _length(code: str) -> Message:
    if _SCIENTIFIC.fullmatch(code):
        return Message("科学计数法,末位已丢失", "scientific notation: digits are lost")
    if len(code) == 20 and is_credit_code(code[:18]) and code[18:].isdigit():
        return Message("20位税号,前18位校验通过", "a tax number of 20 characters; the first 18 pass the check")
    return Message(f"{len(code)}位,应为18位(旧号码15位或9位)", f"{len(code)} characters; 18 expected, 15 or 9 of old")
