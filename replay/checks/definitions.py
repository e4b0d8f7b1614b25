"""What a figure is: defined, counted once, not a norm, not an application, and of named windows.

G-DEF, G-DEDUP, G-NORM, G-WINDOW, and the vocabulary of stages in SPEC 1.3.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from common.messages import Message
from replay.checks.context import Context, Finding
from replay.figures import Figure
from replay.knowledge import ALL

_KINDS = {
    "CENTRAL": re.compile(r"中心|central", re.IGNORECASE),
    "ORDINARY": re.compile(r"普通|ordinary", re.IGNORECASE),
}
_DISTINCT = "rated_enterprise_distinct_cnt"


def defined(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-DEF: a KPI without an approved definition is not published."""
    for figure in context.figures:
        if figure.kpi is not None and not figure.kpi.is_approved:
            name = figure.kpi.name
            yield (
                figure,
                Finding(
                    "G-DEF",
                    "error",
                    Message(
                        f"“{name.zh}”没有批准的口径,不得公布。",
                        f'"{name.en}" has no approved definition and may not be published.',
                    ),
                ),
            )


def windows(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-WINDOW: a mean names its months, a change both windows."""
    averages = [one for one in context.figures if one.kpi is not None and one.kpi.kind == "window_average"]
    for figure in context.figures:
        kind = figure.kpi.kind if figure.kpi else ""
        if figure.in_list or kind not in ("window_average", "window_change"):
            continue
        named = [one for one in figure.mentions if one.kind in ("MONTHS", "YEAR", "QUARTER", "R12")]
        before = [one for one in averages if one.part == figure.part]
        is_lacking = not named if kind == "window_average" else len(named) < 2 and not (figure.is_yoy and named)
        if is_lacking and (kind == "window_average" or not before or not all(one.mention for one in before)):
            yield (
                figure,
                Finding(
                    "G-WINDOW",
                    "error",
                    Message(
                        "平均与变化须列明窗口(哪几个月)。"
                        if kind == "window_average"
                        else "变化须列明两个窗口(哪几个月与哪几个月相比)。",
                        "A mean names its months."
                        if kind == "window_average"
                        else "A change names both its windows of months.",
                    ),
                ),
            )


def norms(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-NORM: a headcount that equals the norm exactly may be the norm, printed for the headcount."""
    for figure in context.figures:
        if figure.kpi is None or figure.kpi.id != "staff_fulltime_cnt" or context.match(figure).is_vouched:
            continue
        if figure.member == ALL and figure.area == "" and figure.value in _norms(context):
            yield (
                figure,
                Finding(
                    "G-NORM",
                    "warning",
                    Message(
                        f"人数与编配标准({int(figure.value)}人)完全相等,须以在岗人员名册为证。",
                        f"The headcount equals the norm ({int(figure.value)}) exactly; "
                        "it needs the roll of persons on post as evidence.",
                    ),
                ),
            )


def _norms(context: Context) -> set[Fraction]:
    """Return the district's norm as the text's own numbers give it, and as the release has it."""
    found = {row.value for row in context.knowledge.find("staff_norm", "", ALL) if row.value is not None}
    each = {kind: Fraction(norm) for kind, norm in context.knowledge.norms.items()}
    stations: dict[str, Fraction] = {}
    for one in context.figures:
        if one.is_of("station_cnt") and one.member != ALL:
            stations[one.member[1]] = one.value
        if one.is_of("staff_norm"):
            start, end = context.reading.clause(one.start)
            said = context.reading.text[max(start, one.start - 12) : min(end, one.number.end + 60)]
            places = {kind: match.start() for kind, pattern in _KINDS.items() if (match := pattern.search(said))}
            if places:
                each[min(places, key=lambda kind: places[kind])] = one.value
    if stations and stations.keys() <= each.keys():
        found.add(sum((count * each[kind] for kind, count in stations.items()), Fraction(0)))
    return found


def dedup(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-DEDUP: enterprises by title are neither summed nor listed as if they were different ones."""
    for part in dict.fromkeys(one.part for one in context.figures):
        here = [one for one in context.figures if one.part == part and not one.is_change]
        titles = [one for one in here if one.is_of("rating_valid_cnt") and one.member != ALL]
        text = context.reading.text[part.start : part.end]
        if len(titles) < 2:
            continue
        total = sum((one.value for one in titles), Fraction(0))
        sums = [one for one in here if one not in titles and one.value == total and total]
        for one in sums:
            yield (
                one,
                Finding(
                    "G-DEDUP",
                    "error",
                    Message(
                        "等于各类资质企业数之和,重复计算了一家多证的企业;合计只能是去重数。",
                        "This is the sum over titles, which counts an enterprise of several titles more than once; "
                        "only a distinct total is legal.",
                    ),
                ),
            )
        is_distinct = any(one.is_of(_DISTINCT) for one in here) and not sums
        if not is_distinct and not context.vocabulary.distinct.search(text):
            applied = [one for one in here if one.is_of("nhte_applied_cnt")]
            for one in (*titles, *applied):
                yield (
                    one,
                    Finding(
                        "G-DEDUP",
                        "warning",
                        Message(
                            "一家企业可持有多项资质,各项不可相加;请并列去重后的企业数。",
                            "An enterprise may hold several titles, so these do not add up; "
                            "print the distinct number beside them.",
                        ),
                    ),
                )


def stages(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """Applied is not certified: applications beside titles need to be told apart in words (SPEC 1.3, F28)."""
    for figure in context.figures:
        if figure.kpi is None or figure.kpi.id != "nhte_applied_cnt":
            continue
        titles = [one for one in context.figures if one.part == figure.part and one.is_of("rating_valid_cnt")]
        near = context.reading.text[figure.part.start : figure.part.end + 80]
        if titles and not context.vocabulary.not_certified.search(near):
            yield (
                figure,
                Finding(
                    "G-WORD",
                    "warning",
                    Message(
                        "申报不等于认定,与已认定的资质并列时须注明。",
                        "Applied is not certified: beside titles that are held this must be said.",
                    ),
                ),
            )
