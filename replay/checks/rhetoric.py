"""Claims against figures: full coverage (G-COVER) and words of size (G-CLAIM)."""

from collections.abc import Iterator
from fractions import Fraction

from common.messages import Message
from replay.checks.context import Context, Finding, percent
from replay.claims import COVERAGE, Claim
from replay.knowledge import ALL, Kpi, Released, printed
from replay.period_codes import period_code


def coverage(context: Context) -> Iterator[tuple[Claim, Finding]]:
    """G-COVER: full coverage is said only of a day on which the links cover every building."""
    for claim in context.claims:
        if claim.size != COVERAGE or claim.kpi is None:
            continue
        rows = [row for row in context.knowledge.find(claim.kpi.id, "", ALL) if row.value is not None]
        own = [row for row in rows if row.period == _period(context, claim)]
        if own and own[-1].is_full:
            continue
        expected = _printed(claim, own[-1]) if own else None
        if own:
            text = Message(
                f"并非全覆盖:发布批次的覆盖率为{expected}({own[-1].period})。",
                f"Not full: the release has a coverage of {expected} ({own[-1].period}).",
            )
        else:
            text = Message(
                "“全覆盖”须由覆盖关系算得(分子等于分母)并写明日期,不能由机构个数推出。",
                "Full coverage must be counted from the links (numerator equals denominator) at a named day; "
                "it does not follow from numbers of organisations.",
            )
        yield claim, Finding("G-COVER", "error", text, expected)


def _period(context: Context, claim: Claim) -> str | None:
    """Return the day of a claim: the one named before it in its sentence, in a release's own list its last day."""
    known = context.knowledge
    if claim.mention is not None and claim.kpi is not None:
        return period_code(claim.mention, claim.kpi.period_types, known.today or known.as_of)
    return None


def _printed(claim: Claim, row: Released) -> str | None:
    return printed(row, "zh" if claim.part.is_chinese else "en")


def claims(context: Context) -> Iterator[tuple[Claim, Finding]]:
    """G-CLAIM: a word of size stands beside a figure that reaches its threshold."""
    for claim in context.claims:
        if claim.size == COVERAGE:
            continue
        if claim.figure is None:
            change = _change_of(context, claim)
            expected = _released(context, claim, change) if change else None
            yield (
                claim,
                Finding(
                    "G-CLAIM",
                    "error" if change else "warning",
                    Message(
                        "定性表述须有相应数值并列。" + (f"发布批次:{expected}。" if expected else ""),
                        "A claim of size needs its figure beside it."
                        + (f" The release has: {expected}." if expected else ""),
                    ),
                    expected,
                ),
            )
            continue
        low, high = (context.knowledge.limit("G-CLAIM", f"{claim.size}_{end}") for end in ("min", "max"))
        value = claim.figure.value
        size = abs(value)
        if value and (value > 0) != (claim.sign > 0):
            wanted = "增长" if value > 0 else "下降"
            yield (
                claim,
                Finding(
                    "G-CLAIM",
                    "error",
                    Message(
                        f"方向与所列数值({context.said(claim.figure)})相反。",
                        f"The direction is opposite to the figure beside it, {context.said(claim.figure)}.",
                    ),
                    wanted,
                ),
            )
        elif (low is not None and size < low) or (high is not None and size > high):
            limit = f"≥ {percent(low)}" if low is not None and size < low else f"≤ {percent(high or Fraction(0))}"
            yield (
                claim,
                Finding(
                    "G-CLAIM",
                    "error",
                    Message(
                        f"所列数值{context.said(claim.figure)}达不到这一表述的标准({limit})。",
                        f"{context.said(claim.figure)}, beside it, does not meet the word's threshold ({limit}).",
                    ),
                    limit,
                ),
            )


def _change_of(context: Context, claim: Claim) -> Kpi | None:
    """Return the growth of what a claim is about; none where the claim is about something that is not measured."""
    kpis = context.knowledge.kpis
    about = claim.kpi
    for kpi in kpis.values():
        if about is not None and kpi.kind in ("yoy", "window_change") and kpi.change_of:
            level = kpis[kpi.change_of]
            same = about.numerator and about.numerator == level.numerator and not about.denominator
            if about.id in (kpi.id, level.id) or same:
                return kpi
    return None


def _released(context: Context, claim: Claim, change: Kpi) -> str | None:
    rows = [row for row in context.knowledge.find(change.id, "", ALL) if row.value is not None]
    return _printed(claim, rows[-1]) if rows else None
