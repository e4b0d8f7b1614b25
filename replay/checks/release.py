"""A figure against the release: number, unit word, wording and period (G-UNIT, G-WORD, G-PERIOD)."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fractions import Fraction

from common.messages import Message, from_note
from common.statements import Statement, holds
from replay.checks.context import Context, Finding, Match, Severity
from replay.figures import Figure
from replay.knowledge import Released
from replay.numbers import MONEY, PERCENT, POINTS
from replay.period_codes import last_day

_GATE = re.compile(r"(G-[A-Z]+): ")
_POWERS = tuple(10**power for power in range(1, 9))


def against_release(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Say of each figure that the release knows where the text does not hold."""
    for figure in context.figures:
        found = context.match(figure)
        withheld = next((row for row in found.own if row.is_withheld), None)
        if withheld is not None and found.held is None:
            yield figure, _withheld(withheld)
        elif found.held is None and (finding := _contradicted(context, figure, found)):
            yield figure, finding


def _withheld(row: Released) -> Finding:
    gate = _GATE.match(row.note or "")
    reason = from_note(_GATE.sub("", row.note or "", count=1))
    return Finding(
        gate[1] if gate else "G-SDC",
        "error",
        Message(
            f"发布批次不公布这一数值:{reason.zh or '涉密抑制'}。",
            f"The release does not publish this figure: {reason.en or 'suppressed'}.",
        ),
    )


def _contradicted(context: Context, figure: Figure, found: Match) -> Finding | None:
    own = [row for row in found.own if row.value is not None]
    said, mode = figure.number.statement, context.knowledge.mode
    is_narrow = said.kind in ("exact", "about", "reached")
    elsewhere = [row for row in found.others if is_narrow and row.value is not None and holds(said, row.value, mode)]
    if not own:
        is_known = figure.is_stated and figure.period and elsewhere and _is_past(context, figure.period)
        return _of_other_period(figure, elsewhere) if is_known else None
    row = min(own, key=lambda one: _distance(said, one.value or Fraction(0)))
    value = row.value or Fraction(0)
    expected = context.expected(figure, row)
    words = f"{expected or value}({row.period})"
    if power := _power(said, value, context):
        return Finding("G-UNIT", "error", _off_by(figure, power, words), expected)
    if elsewhere and figure.is_stated and row.period == figure.period:
        return _of_other_period(figure, elsewhere, expected)
    ratio = abs(said.number / value) if value else Fraction(0)
    limit = context.knowledge.limit("G-UNIT", "level_ratio_max")
    if figure.number.unit == MONEY and limit and ratio and not 1 / limit < ratio < limit:
        text = Message(
            f"与发布批次的{words}相差{float(max(ratio, 1 / ratio)):.3g}倍,单位可能写错。",
            f"{float(max(ratio, 1 / ratio)):.3g} times apart from {words} of the release; the unit may be wrong.",
        )
        return Finding("G-UNIT", "error", text, expected)
    if value and (value > 0) != (said.sign > 0) and said.number:
        text = Message(f"方向与发布批次相反:应为{words}。", f"The direction is opposite to the release: {words}.")
    elif holds(replace(said, kind="exact"), value, mode) or (
        said.kind not in ("exact", "about") and _is_near(said, value)
    ):
        text = Message(
            f"“{figure.number.word}”不成立:发布批次为{words}。",
            f'"{figure.number.word}" is not true: the release has {words}.',
        )
    else:
        text = Message(f"数值与发布批次不符:应为{words}。", f"The number does not agree with the release: {words}.")
    return Finding("G-WORD", _severity(context, figure, row), text, expected)


def _severity(context: Context, figure: Figure, row: Released) -> Severity:
    """Return how grave another number is: a text of a later day that names no period may speak of what came since."""
    known = context.knowledge
    is_later = known.today is not None and known.as_of is not None and known.today > known.as_of
    return "warning" if is_later and row.period not in figure.periods else "error"


def _is_past(context: Context, period: str) -> bool:
    as_of = context.knowledge.as_of
    return as_of is None or last_day(period) <= as_of


def _of_other_period(figure: Figure, elsewhere: Sequence[Released], expected: str | None = None) -> Finding:
    periods = "、".join(dict.fromkeys(row.period for row in elsewhere[-3:]))
    return Finding(
        "G-PERIOD",
        "error",
        Message(
            f"这是 {periods} 的数值,不是 {figure.period} 的。",
            f"This is the figure of {periods}, not of {figure.period}.",
        ),
        expected,
    )


def _distance(said: Statement, value: Fraction) -> Fraction:
    return abs(said.number * said.sign - value)


def _is_near(said: Statement, value: Fraction) -> bool:
    """Tell whether the number would do with another word."""
    return abs(abs(value) - said.number) <= max(said.last_place, said.number / 50)


def _power(said: Statement, value: Fraction, context: Context) -> Fraction | None:
    """Return the power of ten by which the text is too large (or, below one, too small), if it is one exactly."""
    for power in _POWERS:
        for factor in (Fraction(power), Fraction(1, power)):
            scaled = replace(said, number=said.number / factor, last_place=said.last_place / factor)
            if value and said.number and holds(scaled, value, context.knowledge.mode):
                return factor
    return None


def _off_by(figure: Figure, factor: Fraction, words: str) -> Message:
    times = int(max(factor, 1 / factor))
    zh, en = ("大", "large") if factor > 1 else ("小", "small")
    hint_zh = hint_en = ""
    scale = figure.number.scale.lower()
    if times == 100 and scale == "million":
        hint_zh, hint_en = ",疑为“万元”误译作“million”", "; 万元 seems to have been rendered as million"
    elif times == 10 and scale == "billion":
        hint_zh, hint_en = ",疑为“亿”误译作“billion”", "; 亿 seems to have been rendered as billion"
    elif times == 10**4 and scale in ("万", "亿"):
        hint_zh, hint_en = ",疑为“万”与“亿”混用", "; 万 and 亿 seem to have been mixed up"
    return Message(
        f"与发布批次相比{zh}了{times}倍{hint_zh}:应为{words}。",
        f"Too {en} by a factor of {times:,} against the release{hint_en}: {words}.",
    )


def units(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Say where a unit means something else: 人 of 人次, % of a change in a rate, points of a growth."""
    for figure in context.figures:
        number, subject = figure.number, figure.subject
        if figure.kpi is not None and context.vocabulary.confuses(figure.kpi, number.unit):
            own = figure.kpi.unit
            yield (
                figure,
                Finding(
                    "G-UNIT",
                    "error",
                    Message(
                        f"单位应为“{own}”,“{number.unit}”含义不同。",
                        f"The unit is {own}; {number.unit} means something else.",
                    ),
                    own,
                ),
            )
        elif number.is_change and number.unit == PERCENT and subject is not None and subject.is_rate:
            yield (
                figure,
                Finding(
                    "G-UNIT",
                    "error",
                    Message(
                        "比率的变化以百分点计,不用“%”。", "A change of a rate is in percentage points, not in per cent."
                    ),
                    "个百分点" if figure.part.is_chinese else "percentage points",
                ),
            )
        elif number.is_change and number.unit == POINTS and subject is not None and subject.unit != PERCENT:
            yield (
                figure,
                Finding(
                    "G-UNIT",
                    "error",
                    Message(
                        "数量的增减以“%”计,不用百分点。",
                        "Growth of an amount is in per cent, not in percentage points.",
                    ),
                    "%",
                ),
            )
