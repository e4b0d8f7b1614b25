"""A text as the reader sees it: one form of each character, parts of known size, and the way back to the original."""

import html
import re
import unicodedata
from bisect import bisect_right
from dataclasses import dataclass

_MARKUP = re.compile(r"<!--.*?-->|<(style|script|svg|head|template)\b.*?</\1\s*>|<[^>]*>", re.DOTALL | re.IGNORECASE)
_IS_PAGE = re.compile(r"\s*(?:<!doctype html|<html)", re.IGNORECASE)
_ENTITY = re.compile(r"&(?:#\d+|#x[0-9a-fA-F]+|\w+);")
_INVISIBLE = re.compile("[\u200b-\u200f\u2028-\u202e\u2060\ufeff\u00ad]")
_KEPT = frozenset("，。、；")
"""Chinese marks whose narrow form would stand within numbers."""
_END = re.compile(r"[。!?]+[”」\"']*|(?<=[^\W\d_]|[\d%)\"”’])\.(?=[\s\"”’)]|$)|\n")
_CLAUSE = re.compile(r"[，。、；;:!?\n]|,(?!\d{3}(?!\d))|\.(?=\s|$)")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LONG = {True: 30, False: 60}


@dataclass(frozen=True, slots=True)
class Part:
    """A sentence: where it stands, the line it belongs to and whether it is Chinese."""

    start: int
    end: int
    line: int
    is_chinese: bool


class Reading:
    """A text in one form. Positions are those of ``text``; :meth:`original` leads back to what was given."""

    def __init__(self, given: str) -> None:
        self.given = given
        shown = _ENTITY.sub(_meant, _MARKUP.sub(_blank, given)) if _IS_PAGE.match(given) else given
        pieces: list[str] = []
        self._origins: list[int] = []
        for place, character in enumerate(shown):
            for form in _form(shown, place, character):
                pieces.append(form)
                self._origins.append(place)
        self.text = _joined("".join(pieces))
        self.sentences = _sentences(self.text)
        self._starts = [part.start for part in self.sentences]

    def original(self, start: int, end: int) -> tuple[int, int]:
        """Return the place in the given text of a part of ``text``, half-open."""
        return self._origins[start], self._origins[end - 1] + 1

    def sentence(self, place: int) -> Part:
        """Return the sentence in which a place stands."""
        return self.sentences[max(bisect_right(self._starts, place) - 1, 0)]

    def clause(self, place: int) -> tuple[int, int]:
        """Return the clause around a place, within its sentence."""
        part = self.sentence(place)
        ends = [found.start() for found in _CLAUSE.finditer(self.text, part.start, part.end)]
        start = max((end + 1 for end in ends if end < place), default=part.start)
        return start, min((end for end in ends if end >= place), default=part.end)


def _blank(found: re.Match[str]) -> str:
    """Replace a tag by blanks of the same length; a line's own breaks keep the page's lines apart."""
    return "\n" + " " * (len(found[0]) - 1)


def _meant(found: re.Match[str]) -> str:
    """Replace an entity by its character, with marks that nobody sees up to the same length."""
    return html.unescape(found[0])[:1].ljust(len(found[0]), "\u200b")


def _form(text: str, place: int, character: str) -> str:
    if character.isascii():
        return character
    if _INVISIBLE.match(character):
        return ""
    beside = text[max(place - 1, 0) : place] + text[place + 1 : place + 2]
    if character in _KEPT or (character in "，．" and not all("０" <= side <= "９" for side in beside)):
        return character
    form = unicodedata.normalize("NFKC", character)
    if form.isdigit() and unicodedata.category(character) == "No":
        # ² of m² is part of a unit; other raised or circled digits are numbers of notes
        return form if beside.startswith("m") else " "
    return {"㎡": "m2", "\u3000": " "}.get(character, form)


def _joined(text: str) -> str:
    """Take the line breaks out of wrapped sentences: a long line that ends within one goes on in the next."""
    characters = list(text)
    start = 0
    for found in re.finditer("\n", text):
        place, line = found.start(), text[start : found.start()].strip()
        start = found.end()
        is_long = len(line) >= _LONG[bool(_HAN.search(line))]
        following = text[place + 1 : place + 2]
        if is_long and following.strip() and line[-1] not in '。.!?:;；"”)':
            characters[place] = " "
    return "".join(characters)


def _sentences(text: str) -> tuple[Part, ...]:
    parts, start, line = [], 0, 0
    ends = [*(found for found in _END.finditer(text)), None]
    for found in ends:
        end = found.end() if found else len(text)
        if end > start:
            body = text[start:end]
            han = len(_HAN.findall(body))
            parts.append(Part(start, end, line, han > 0 and han * 4 >= sum(map(str.isalpha, body)) - han))
        line += bool(found and found[0] == "\n")
        start = end
    return tuple(parts) or (Part(0, 0, 0, False),)
