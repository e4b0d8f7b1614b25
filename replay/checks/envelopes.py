"""Whether a figure can be true at all: envelopes, jumps and ratios of SPEC 4.3, for what no release vouches for."""

from collections.abc import Iterator
from fractions import Fraction

from common.messages import Message
from replay.checks.context import Context, Finding, amount, percent
from replay.figures import Figure
from replay.knowledge import ALL
from replay.numbers import MONEY, PERCENT
from replay.period_codes import months_of

_TOTAL, _DISTRICT = "building_tax_total", "building_tax_district"


def _unvouched(context: Context, *kpis: str) -> Iterator[Figure]:
    for figure in context.figures:
        if figure.is_of(*kpis) and not context.match(figure).is_vouched:
            yield figure


def magnitudes(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-ENV and G-UNIT: tax beyond what a district of this economy can have, and the unit word that explains it."""
    for figure in _unvouched(context, _TOTAL, _DISTRICT):
        if figure.is_change or figure.number.unit != MONEY or (ceiling := _ceiling(context, figure)) is None:
            continue
        limit, zh, en = ceiling
        if figure.value <= limit:
            continue
        most = amount(limit)
        size = figure.value / limit
        yield (
            figure,
            Finding(
                "G-ENV",
                "error",
                Message(
                    f"{context.said(figure)}超出上限{most.zh}({zh})的{float(size):.3g}倍。",
                    f"{context.said(figure)} is {float(size):.3g} times the most that is plausible, {most.en} ({en}).",
                ),
                f"≤ {most.zh if figure.part.is_chinese else most.en}",
            ),
        )
        if not any(row.value is not None for row in context.match(figure).own) and (
            finding := _unit_word(figure, limit)
        ):
            yield figure, finding


def _ceiling(context: Context, figure: Figure) -> tuple[Fraction, str, str] | None:
    """Return the most that a tax figure's period can hold, with the reference it comes from."""
    known = context.knowledge
    name = "GDP" if figure.is_of(_TOTAL) else "BUDGET_REVENUE"
    years = known.references.get(name)
    if not years:
        return None
    year = next(
        (int(found) for found in [(figure.period or "").replace("R12-", "")[:4]] if found.isdigit()), max(years)
    )
    nearest = min(years, key=lambda one: (abs(one - year), -one))
    months = months_of(figure.period) if figure.period else 12
    if name == "BUDGET_REVENUE":
        said = amount(years[nearest])
        return (
            years[nearest] * months / 12,
            f"{nearest}年区级财政收入{said.zh}的{months}个月",
            f"{months} months of the district's budget revenue of {nearest}",
        )
    share, slack = known.limit("G-ENV", "tax_of_gdp_share_max"), known.limit("G-ENV", "tax_of_gdp_slack")
    if share is None or slack is None:
        return None
    top = share * slack * years[nearest] * months / 12
    return top, f"按{nearest}年地区生产总值", f"by the GDP of {nearest}"


def _unit_word(figure: Figure, limit: Fraction) -> Finding | None:
    """Say which mix-up of unit words would make an impossible amount possible."""
    scale = figure.number.scale.lower()
    wrong = {
        "million": (100, "万元", "million"),
        "billion": (10, "亿元", "billion"),
        "亿": (10**4, "万元", "亿元"),
        "万亿": (10**4, "亿元", "万亿元"),
        "trillion": (1000, "billion", "trillion"),
    }.get(scale)
    if wrong is None or figure.value / wrong[0] > limit:
        return None
    times, meant, written = wrong
    fitting = amount(figure.value / times)
    return Finding(
        "G-UNIT",
        "error",
        Message(
            f"疑为单位误写:“{meant}”写成“{written}”,相差{times}倍,应为{fitting.zh}。",
            f"The unit word seems wrong: {meant} written as {written}, a factor of {times:,}; "
            f"that would be {fitting.en}.",
        ),
        fitting.zh if figure.part.is_chinese else fitting.en,
    )


def activities(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-ENV and G-RATIO: activities per station and day, and attendance per activity; 每 is taken at its word."""
    known = context.knowledge
    for figure in _unvouched(context, "activity_cnt"):
        if figure.is_change or figure.area is None or figure.member != ALL:
            continue
        stations = _other(context, "station_cnt")
        total = figure.value * (stations or 1) if figure.is_each else figure.value
        per_station = figure.value if figure.is_each else figure.value / stations if stations else None
        days, most = _days(context, figure), known.limit("G-ENV", "activities_per_station_day_max")
        if per_station is not None and most is not None and per_station / days > most:
            yield (
                figure,
                Finding(
                    "G-ENV",
                    "error",
                    Message(
                        f"相当于每站每天{float(per_station / days):.1f}场(上限{float(most):g}场)"
                        + (":“每”字应是各站合计之误。" if figure.is_each else "。"),
                        f"That is {float(per_station / days):.1f} a station and day, "
                        f"at most {float(most):g} is plausible"
                        + ('; "each" seems to stand for all together.' if figure.is_each else "."),
                    ),
                    f"≤ {float(most):g}",
                ),
            )
        people = next(
            (
                one
                for one in context.figures
                if one.is_of("activity_attendance")
                and one.part == figure.part
                and not one.is_change
                and not one.is_each
            ),
            None,
        )
        low, high = (known.limit("G-RATIO", f"attendance_per_activity_{end}") for end in ("min", "max"))
        if (
            people is not None
            and total
            and low is not None
            and high is not None
            and not low <= people.value / total <= high
        ):
            yield (
                figure,
                Finding(
                    "G-RATIO",
                    "error",
                    Message(
                        f"场均{float(people.value / total):.2f}人次,不在[{float(low):g}, {float(high):g}]之间。",
                        f"{float(people.value / total):.2f} attendances an activity, "
                        f"outside [{float(low):g}, {float(high):g}].",
                    ),
                    f"[{float(low):g}, {float(high):g}]",
                ),
            )


def _other(context: Context, kpi: str) -> Fraction | None:
    """Return the district's number of something from the text, as a whole or by kind, else from the release."""
    said = [one for one in context.figures if one.is_of(kpi) and one.area == "" and not one.is_change]
    whole = [one.value for one in said if one.member == ALL]
    if whole:
        return whole[0]
    kinds = {one.member: one.value for one in said}
    if kinds:
        return sum(kinds.values(), Fraction(0))
    rows = [row.value for row in context.knowledge.find(kpi, "", ALL) if row.value is not None]
    return rows[-1] if rows else None


def _days(context: Context, figure: Figure) -> int:
    known = context.knowledge
    end = known.today or known.as_of
    if figure.period and not figure.period.startswith("CUM"):
        return max(months_of(figure.period) * 30, 1)
    return max((end - known.programme_start).days, 1) if end and known.programme_start else 365


def employees(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-ENV: more people than the floor holds."""
    least = context.knowledge.limit("G-ENV", "m2_per_employee_min")
    area = _other(context, "building_area_total") or _other(context, "business_area")
    for figure in _unvouched(context, "employee_cnt"):
        if least and area and figure.area == "" and not figure.is_change and figure.value > area / least:
            yield (
                figure,
                Finding(
                    "G-ENV",
                    "error",
                    Message(
                        f"人均建筑面积不足{float(least):g}平方米。",
                        f"Less than {float(least):g} m² of floor for each person.",
                    ),
                    f"≤ {int(area / least)}",
                ),
            )


def rates(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-RATIO: a rate lies between nothing and all; the district keeps a known share of the tax."""
    low, high = (context.knowledge.limit("G-RATIO", f"retained_share_{end}") for end in ("min", "max"))
    for figure in context.figures:
        if figure.kpi is None or figure.is_change or context.match(figure).is_vouched:
            continue
        if figure.kpi.is_rate and figure.number.unit == PERCENT and figure.value > 1:
            yield figure, Finding("G-RATIO", "error", Message("比率超过100%。", "A rate above 100%."), "≤ 100%")
        if figure.kpi.id == _DISTRICT and low is not None and high is not None:
            whole, span = _beside(context, figure, _TOTAL), f"[{percent(low)}, {percent(high)}]"
            if whole is not None and whole.value and not low <= figure.value / whole.value <= high:
                yield (
                    figure,
                    Finding(
                        "G-RATIO",
                        "error",
                        Message(
                            f"区级留成占比{percent(figure.value / whole.value)},不在{span}之间。",
                            f"The retained share is {percent(figure.value / whole.value)}, outside {span}.",
                        ),
                        span,
                    ),
                )


def _beside(context: Context, figure: Figure, kpi: str) -> Figure | None:
    """Return a KPI's figure of the same area, member and period in the text."""
    for one in context.figures:
        if one.is_of(kpi) and (one.area, one.member, one.period) == (figure.area, figure.member, figure.period):
            return one
    return None


def margins(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-RATIO: what the district keeps of the additional tax, from printed levels and growths."""
    low, high = (context.knowledge.limit("G-RATIO", f"marginal_share_{end}") for end in ("min", "max"))
    for figure in context.figures:
        if figure.kpi is None or figure.kpi.id != f"{_DISTRICT}_yoy" or low is None or high is None:
            continue
        four = [figure, *(_beside(context, figure, kpi) for kpi in (_DISTRICT, _TOTAL, f"{_TOTAL}_yoy"))]
        known = [one for one in four if one is not None]
        if len(known) < 4 or all(context.match(one).is_vouched for one in known):
            continue
        growth_part, part, whole, growth_whole = (one.value for one in known)
        if -1 in (growth_part, growth_whole):
            continue
        base_part, base_whole = part / (1 + growth_part), whole / (1 + growth_whole)
        if whole == base_whole:
            continue
        share = (part - base_part) / (whole - base_whole)
        if not low <= share <= high:
            span = f"[{percent(low)}, {percent(high)}]"
            text = Message(
                f"按印出的水平与增速,新增税收的区级留成占{percent(share)},不在{span}之间,须按税种说明。",
                f"By the printed levels and growths the district keeps {percent(share)} of the additional tax, outside "
                f"{span}; an explanation by type of tax is needed.",
            )
            for one in (known[3], figure):
                yield one, Finding("G-RATIO", "warning", text, span)


def jumps(context: Context) -> Iterator[tuple[Figure, Finding]]:
    """G-JUMP: a growth on the year so large needs its decomposition and an explanation."""
    most = context.knowledge.limit("G-JUMP", "yoy_max")
    for figure in context.figures:
        is_growth = (
            figure.is_change
            and figure.number.unit == PERCENT
            and (figure.kpi.kind == "yoy" if figure.kpi else figure.is_yoy)
        )
        if is_growth and most is not None and abs(figure.value) > most and not context.match(figure).is_vouched:
            yield (
                figure,
                Finding(
                    "G-JUMP",
                    "warning",
                    Message(
                        f"同比超过{percent(most)},须附增减分解与说明,并列同口径增速。",
                        f"A change of more than {percent(most)} on the year needs its decomposition (continuing, "
                        "movers, newly matched, refunds), an explanation, and the like-for-like growth beside it.",
                    ),
                    f"≤ {percent(most)}",
                ),
            )
