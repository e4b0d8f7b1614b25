"""Chinese text set as Chinese: full-width marks between Chinese words, whatever the catalogue was typed with."""

import re

from common.messages import Language

# the marks are written as code points: beside each other the two widths look the same
_HAN = r"\u3400-\u9fff\u201c\u201d\u300a\u300b"
_MARKS = str.maketrans({",": "\uff0c", ";": "\uff1b", ":": "\uff1a", "?": "\uff1f", "!": "\uff01"})
_BESIDE_HAN = re.compile(rf"(?<=[{_HAN}%\uff09)])[,;:?!]|[,;:?!](?=[{_HAN}])")
_BRACKETS = re.compile(rf"\([^()]*\)(?=[{_HAN}])|(?<=[{_HAN}])\([^()]*\)|\([^()]*[{_HAN}][^()]*\)")


def typeset(text: str, language: Language) -> str:
    """Return a text with the marks of its language; numbers and foreign words keep theirs."""
    if language != "zh":
        return text
    bracketed = _BRACKETS.sub(lambda found: f"\uff08{found[0][1:-1]}\uff09", text)
    return _BESIDE_HAN.sub(lambda found: found[0].translate(_MARKS), bracketed)
