"""Periods as a text names them: closed at its day, and named in full (G-PERIOD)."""

from collections.abc import Iterator
from datetime import date

from common.messages import Message
from replay.checks.context import Context, Finding
from replay.figures import Figure
from replay.period_codes import last_day
from replay.periods import Mention

_SPANS = ("QUARTER", "MONTHS", "YEAR", "R12")


def periods(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Say of each figure where its period was still open, lacks its year, or is not named at all."""
    labelled = {one.mention for one in context.figures if one.kpi and not one.is_change}
    for figure in context.figures:
        mention = figure.mention
        if figure.kpi is None:
            continue
        if mention is None:
            if _needs_period(figure) and not figure.in_list:
                yield (
                    figure,
                    Finding(
                        "G-PERIOD",
                        "error",
                        Message(
                            "没有写明时期:当季、累计还是全年,差别可达数倍。",
                            "The period is not named: a quarter, a cumulative span and a year differ by a multiple.",
                        ),
                    ),
                )
            continue
        if figure.is_change and mention in labelled:
            continue
        if mention.kind in _SPANS and not (mention.has_year or mention.is_end) and figure.is_stated:
            named = context.reading.text[mention.start : mention.end].strip()
            yield (
                figure,
                Finding(
                    "G-PERIOD",
                    "error",
                    Message(
                        f"时期“{named}”不完整:应写明年份,并写明当季或累计。",
                        f"The period “{named}” is not named in full: it lacks the year, "
                        "and whether it is single or cumulative.",
                    ),
                    figure.period,
                ),
            )
        if figure.period and _is_open(context, figure, mention):
            end = last_day(figure.period)
            day = context.knowledge.today or context.knowledge.as_of
            yield (
                figure,
                Finding(
                    "G-PERIOD",
                    "error",
                    Message(
                        f"时期 {figure.period} 到 {end} 才结束,而文本日期(或数据截止日)为 {day}。",
                        f"The period {figure.period} ends on {end}, and the text (or the data) is of {day}.",
                    ),
                ),
            )


def _needs_period(figure: Figure) -> bool:
    """Tell whether a figure means nothing without a period: flows of money and growths on the year."""
    kpi = figure.kpi
    if kpi is None or "S" in kpi.period_types:
        return False
    return kpi.kind == "yoy" or (kpi.unit == "元" and kpi.kind == "level")


def _is_open(context: Context, figure: Figure, mention: Mention) -> bool:
    day: date | None = context.knowledge.today or context.knowledge.as_of
    if day is None or mention.kind not in (*_SPANS, "DAY") or figure.period is None:
        return False
    says_so = mention.reached is not None or any(
        other.kind == "DAY" and other is not mention and other.year == mention.year for other in figure.mentions
    )
    return last_day(figure.period) > day and not says_so
