"""Traditional characters and the simplified ones that stand for them (SPEC 5, B-ENC-04)."""

from functools import cache

import opencc


def simplified(text: str) -> str:
    """Return a text in simplified script.

    What GB 2312 holds is simplified script, even where it can also stand for another character (乾 in 乾坤).
    """
    return text if _is_simplified(text) else text.translate(_table())


@cache
def _table() -> dict[int, str]:
    convert = opencc.OpenCC("t2s").convert
    pairs = ((code, convert(chr(code))) for code in range(0x4E00, 0xA000) if not _is_simplified(chr(code)))
    return {code: other for code, other in pairs if other != chr(code)}


def _is_simplified(text: str) -> bool:
    try:
        text.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True
