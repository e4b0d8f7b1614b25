"""What a text prints against what else it prints: changes and shares from their printed parts (SPEC 0.6, G-WORD)."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction

from common.messages import Message
from common.statements import Bounds, bounds
from replay.checks.context import Context, Finding, percent
from replay.figures import Figure
from replay.numbers import PERCENT

_FROM_TO = re.compile(
    r"(?:下降|上升|增长|增加|减少|提高|降低|降|升|增|减|变|提升|回落)?(?:到|至|为)|→"
    r"|(?:^|\W)(?:to|down to|up to)(?:\W|$)",
    re.IGNORECASE,
)


def changes(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Re-derive each growth from the two levels that stand before it: 由A降到B,降幅P%."""
    for figure in context.figures:
        if not figure.is_change or figure.number.unit != PERCENT:
            continue
        levels = [
            one for one in context.figures if one.part == figure.part and one.start < figure.start and not one.is_change
        ]
        if len(levels) < 2 or not _went_to(context, levels[-2], levels[-1]):
            continue
        growth = _growth(levels[-2], levels[-1])
        if growth is not None and not growth.meets(_signed(figure)):
            ends = f"[{percent(growth.low)}, {percent(growth.high or growth.low)}]"
            yield (
                figure,
                Finding(
                    "G-WORD",
                    "error",
                    Message(
                        f"由{context.said(levels[-2])}到{context.said(levels[-1])}推算,变化在{ends}之间,与“{context.said(figure)}”不符。",
                        f"From {context.said(levels[-2])} to {context.said(levels[-1])} the change lies in {ends}, "
                        f'which "{context.said(figure)}" does not meet.',
                    ),
                    ends,
                ),
            )


def _went_to(context: Context, first: Figure, second: Figure) -> bool:
    same = first.kpi == second.kpi and (
        first.number.unit == second.number.unit or "" in (first.number.unit, second.number.unit)
    )
    between = context.reading.text[first.number.end : second.number.start]
    return same and first.member == second.member and len(between) < 120 and bool(_FROM_TO.search(between))


def _growth(before: Figure, after: Figure) -> Bounds | None:
    base, level = bounds(before.number.statement), bounds(after.number.statement)
    if base.low <= 0 or base.high is None or level.high is None:
        return None
    return Bounds(level.low / base.high - 1, level.high / base.low - 1)


def _signed(figure: Figure) -> Bounds:
    """Return the changes of which a figure is true, falls below zero."""
    size = bounds(figure.number.statement)
    if figure.number.statement.sign > 0 or size.high is None:
        return size
    return Bounds(-size.high, -size.low, size.high_open, size.low_open)


def shares(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Re-derive each rate from the numerator and denominator that the text prints for the same period and area."""
    for figure in context.figures:
        kpi = figure.kpi
        if kpi is None or kpi.kind != "ratio" or not kpi.denominator or figure.is_change:
            continue
        part, whole = (_printed(context.figures, figure, terms) for terms in (kpi.numerator, kpi.denominator))
        if part is None or whole is None:
            continue
        over, under = bounds(part.number.statement), bounds(whole.number.statement)
        if under.low <= 0 or over.high is None or under.high is None:
            continue
        span = Bounds(over.low / under.high, over.high / under.low)
        if not span.meets(bounds(figure.number.statement)):
            is_share = kpi.unit == PERCENT
            low, high = (
                percent(end) if is_share else f"{float(end):.2f}" for end in (span.low, span.high or Fraction(0))
            )
            yield (
                figure,
                Finding(
                    "G-WORD",
                    "error",
                    Message(
                        f"由{context.said(part)}和{context.said(whole)}推算应在[{low}, {high}]之间。",
                        f"From {context.said(part)} and {context.said(whole)} it must lie in [{low}, {high}].",
                    ),
                    f"[{low}, {high}]",
                ),
            )


def _printed(figures: Sequence[Figure], ratio: Figure, terms: object) -> Figure | None:
    """Return the level of a text that counts exactly these terms, in a ratio's area and period."""
    for one in figures:
        is_level = one.kpi is not None and one.kpi.numerator == terms and not one.kpi.denominator and not one.is_change
        if (
            is_level
            and one.area == ratio.area
            and one.member == ratio.member
            and one.period == ratio.period
            and not one.is_each
        ):
            return one
    return None
