"""Claims without a number of their own: 大幅下降, rapid growth, full coverage (SPEC 4.3, G-CLAIM and G-COVER)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from replay.figures import Figure
from replay.knowledge import Kpi
from replay.layout import Layout
from replay.periods import Mention
from replay.text import Part
from replay.vocabulary import Name, Vocabulary

COVERAGE = "coverage"


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim of a text: what it is about and how much it claims."""

    start: int
    end: int
    part: Part
    kpi: Kpi | None
    size: str
    """``coverage``, or the class of its thresholds: large, rapid, steady, slight."""
    sign: int
    figure: Figure | None
    """The change that stands beside it in its sentence."""
    mention: Mention | None


def find_claims(layout: Layout, vocabulary: Vocabulary, figures: Sequence[Figure]) -> tuple[Claim, ...]:
    """Find the claims of a text in its order."""
    found = [*_coverage(layout, vocabulary), *_changes(layout, vocabulary, figures)]
    return tuple(sorted(found, key=lambda claim: claim.start))


def _coverage(layout: Layout, vocabulary: Vocabulary) -> Iterator[Claim]:
    for match in vocabulary.coverage.finditer(layout.text):
        part = layout.reading.sentence(match.start())
        kpi = vocabulary.covered(layout.text[part.start : part.end])
        yield Claim(match.start(), match.end(), part, kpi, COVERAGE, 1, None, _before(layout, part, match.start()))


def _changes(layout: Layout, vocabulary: Vocabulary, figures: Sequence[Figure]) -> Iterator[Claim]:
    taken: list[tuple[int, int]] = []
    for word in vocabulary.claims:
        for match in word.pattern.finditer(layout.text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            part = layout.reading.sentence(match.start())
            clause = layout.reading.clause(match.start())
            own = layout.names_in(*clause)
            before = layout.names_in(part.start, match.start())
            kpi = (
                _near(own, match.start())
                or vocabulary.subject(layout.text[slice(*clause)])
                or _near(before, match.start())
            )
            beside = _beside(match.start(), part, kpi, figures)
            yield Claim(
                match.start(),
                match.end(),
                part,
                kpi,
                word.size,
                word.sign,
                beside,
                _before(layout, part, match.start()),
            )


def _near(names: Sequence[Name], place: int) -> Kpi | None:
    return min(names, key=lambda name: abs(name.end - place)).kpi if names else None


def _beside(place: int, part: Part, kpi: Kpi | None, figures: Sequence[Figure]) -> Figure | None:
    """Return the nearest change in a claim's sentence, of what the claim is about where that is known."""
    changes = [one for one in figures if one.part == part and one.is_change and one.number.unit in ("%", "百分点")]
    about = [
        one
        for one in changes
        if kpi is None or kpi in (one.subject, one.kpi) or one.kpi is None or one.kpi.change_of == kpi.id
    ]
    return min(about, key=lambda one: abs(one.start - place)) if about else None


def _before(layout: Layout, part: Part, place: int) -> Mention | None:
    own = [mention for mention in layout.mentions_in(part.start, place) if not mention.is_base]
    return own[-1] if own else None
