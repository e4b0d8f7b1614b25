"""Claims without a number of their own: 大幅下降, rapid growth, full coverage (SPEC 4.3, G-CLAIM and G-COVER)."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from replay.figures import Figure
from replay.knowledge import Kpi
from replay.periods import Mention
from replay.text import Part, Reading
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


def find_claims(
    reading: Reading, vocabulary: Vocabulary, names: Sequence[Name], mentions: Sequence[Mention], figures: Sequence[Figure]
) -> tuple[Claim, ...]:  # fmt: skip
    """Find the claims of a text in its order."""
    found = [*_coverage(reading, vocabulary, mentions), *_changes(reading, vocabulary, names, mentions, figures)]
    return tuple(sorted(found, key=lambda claim: claim.start))


def _coverage(reading: Reading, vocabulary: Vocabulary, mentions: Sequence[Mention]) -> Iterator[Claim]:
    for match in vocabulary.coverage.finditer(reading.text):
        part = reading.sentence(match.start())
        kpi = vocabulary.covered(reading.text[part.start : part.end])
        yield Claim(match.start(), match.end(), part, kpi, COVERAGE, 1, None, _before(mentions, part, match.start()))


def _changes(
    reading: Reading, vocabulary: Vocabulary, names: Sequence[Name], mentions: Sequence[Mention], figures: Sequence[Figure]
) -> Iterator[Claim]:  # fmt: skip
    taken: list[tuple[int, int]] = []
    for word in vocabulary.claims:
        for match in word.pattern.finditer(reading.text):
            if any(match.start() < end and start < match.end() for start, end in taken):
                continue
            taken.append(match.span())
            part = reading.sentence(match.start())
            clause = reading.clause(match.start())
            own = [name for name in names if clause[0] <= name.start < clause[1]]
            before = [name for name in names if part.start <= name.start < match.start()]
            kpi = (
                _near(own, match.start())
                or vocabulary.subject(reading.text[slice(*clause)])
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
                _before(mentions, part, match.start()),
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


def _before(mentions: Sequence[Mention], part: Part, place: int) -> Mention | None:
    own = [mention for mention in mentions if part.start <= mention.start < place and not mention.is_base]
    return own[-1] if own else None
