"""The bulletin's plots: SVG drawn from figures, coloured by the page's style and read by people and by machines.

Coordinates are units of a view box of 440 × 300, so that letters stay legible when a phone shrinks the drawing.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby
from math import ceil, floor, log10
from typing import Any

from markupsafe import Markup

from common.messages import Language, Message
from common.periods import parse_period
from common.statements import read_statement
from publish.facts import Fact, Facts, say

_WIDTH, _HEIGHT = 440, 300
_LINE = 17
_SIMULATED = Message("模拟数据", "simulated data")


@dataclass(frozen=True, slots=True)
class _Scale:
    """From values to heights: the axis starts at zero and ends at a round number above the largest value."""

    top: float
    bottom: float
    largest: float

    @property
    def step(self) -> float:
        """The distance of the grid lines: 1, 2 or 5 times a power of ten, for at most five of them."""
        rough = self.largest / 5 if self.largest > 0 else 1.0
        power: float = 10.0 ** floor(log10(rough))
        return next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)

    @property
    def ticks(self) -> list[float]:
        return [self.step * number for number in range(max(ceil(self.largest / self.step), 1) + 1)]

    def y(self, value: float) -> float:
        return self.bottom - value / self.ticks[-1] * (self.bottom - self.top)


def tickets_plot(facts: Facts, language: Language, *, simulated: bool) -> Markup:
    """Plot tickets by assessment month, a line for each year, with each window's monthly mean across its months.

    Years are told apart by dash and mark as well as colour, and are named beside their lines.
    """
    months = monthly_tickets(facts)
    windows = facts.shown("building_ticket_monthly_avg", "WINDOW")
    scale = _Scale(34, _HEIGHT - 56, max(fact.number for fact in months))
    left, right = 38.0, _WIDTH - 112.0
    xs = {month: left + (month - 0.5) * (right - left) / 12 for month in range(1, 13)}
    years = [(year, list(found)) for year, found in groupby(months, key=_year)]
    parts = [*_grid(scale, left, right), _text(0, 16, _unit(months[0], language), "unit")]
    parts += [_text(x, scale.bottom + _LINE, str(month), "tick", "middle") for month, x in xs.items()]
    axis = Message("考核月", "assessment month")
    parts.append(_text((left + right) / 2, scale.bottom + 2 * _LINE, say(axis, language), "unit", "middle"))
    named = {window.row["period"][2:6] for window in windows}
    for place, (year, found) in enumerate(reversed(years)):
        emphasis = "now" if place == 0 else "before"
        parts += _year_line(found, xs, scale, emphasis)
        if year not in named:
            parts.append(_text(right + 6, scale.y(found[-1].number) + 5, year, f"value {emphasis}"))
    parts += _window_means(windows, xs, scale, right, language)
    title = Message("楼宇类12345诉求量,按考核月", "Hotline tickets about buildings by assessment month")
    return _svg(parts, title, _said_of(windows or months, language), language, simulated)


def tax_plot(facts: Facts, language: Language, *, simulated: bool) -> Markup:
    """Plot building tax by single quarter with the district-level part in it, the last quarter beside its base."""
    totals = quarterly_tax(facts, "building_tax_total")
    parts_of = {fact.row["period"]: fact for fact in quarterly_tax(facts, "building_tax_district")}
    growth = facts.find("building_tax_total_yoy", totals[-1].row["period"])
    compared = {totals[-1].row["period"], growth.row["base_period"] if growth else None}
    scale = _Scale(62, _HEIGHT - 72, max(fact.number for fact in totals))
    left, right = 4.0, _WIDTH - 4.0
    slot = (right - left) / len(totals)
    parts = [f'<line class="axis" x1="{left}" x2="{right}" y1="{scale.bottom}" y2="{scale.bottom}"/>']
    parts += _tax_legend(totals[0], next(iter(parts_of.values()), None), language)
    for place, total in enumerate(totals):
        middle, share = left + (place + 0.5) * slot, parts_of.get(total.row["period"])
        emphasis = "now" if total.row["period"] in compared else "before"
        parts += _tax_bar(total, share, middle, slot * 0.78, scale, emphasis, language)
        parts += _quarter_label(total, middle, scale.bottom, language, names_year=place == 0)
    if growth and growth.is_shown:
        said = Message(f"同比{growth.printed.zh}", f"{growth.printed.en} on the year")
        parts.append(_text(right, scale.y(totals[-1].number) - _LINE - 8, say(said, language), "value now", "end"))
    title = Message("楼宇税收,按单季", "Building tax by single quarter")
    return _svg(parts, title, _said_of(totals, language), language, simulated)


def monthly_tickets(facts: Facts) -> list[Fact]:
    """Return the closed assessment months that the windows of the bulletin speak of."""
    shown = facts.shown("building_ticket_cnt", "HM")
    windows = facts.shown("building_ticket_monthly_avg", "WINDOW")
    if not windows:
        return shown
    first = min(window.row["window_start"] for window in windows)
    return [fact for fact in shown if fact.row["window_start"] >= first]


def quarterly_tax(facts: Facts, kpi: str) -> list[Fact]:
    """Return the closed quarters of a tax figure."""
    return facts.shown(kpi, "Q")


_PROVISIONAL = Message("初步数", "prov.")


def _year(fact: Fact) -> str:
    return str(fact.row["period"][2:6])


def _month(label: str) -> int:
    return int(label[-2:])


def _unit(fact: Fact, language: Language) -> str:
    return str(fact.kpi["print_unit"] if language == "zh" else fact.kpi["print_unit_en"])


def _grid(scale: _Scale, left: float, right: float) -> Iterator[str]:
    for tick in scale.ticks:
        y = scale.y(tick)
        yield f'<line class="{"grid" if tick else "axis"}" x1="{left}" x2="{right}" y1="{y:.1f}" y2="{y:.1f}"/>'
        yield _text(left - 6, y + 5, f"{tick:g}", "tick", "end")


def _year_line(found: Sequence[Fact], xs: dict[int, float], scale: _Scale, emphasis: str) -> Iterator[str]:
    points = [(xs[_month(fact.row["period"])], scale.y(fact.number)) for fact in found]
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    yield f'<polyline class="line {emphasis}" points="{path}"/>'
    for x, y in points:
        if emphasis == "now":
            yield f'<rect class="dot {emphasis}" x="{x - 4:.1f}" y="{y - 4:.1f}" width="8" height="8"/>'
        else:
            yield f'<circle class="dot {emphasis}" cx="{x:.1f}" cy="{y:.1f}" r="3.5"/>'


def _window_means(
    windows: Sequence[Fact], xs: dict[int, float], scale: _Scale, right: float, language: Language
) -> Iterator[str]:
    """Draw each window's mean across its months and name window and mean at the right, newest last."""
    last_y = float("inf")
    last_y = float("inf")
    for window in sorted(windows, key=lambda fact: fact.number):
        emphasis = "now" if window is windows[-1] else "before"
        first, last = (parse_period(part) for part in window.row["period"].split("/"))
        y = scale.y(window.number)
        if first.label[:-3] == last.label[:-3]:
            from_x, to_x = xs[_month(first.label)], xs[_month(last.label)]
            yield f'<line class="mean {emphasis}" x1="{from_x:.1f}" x2="{to_x:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            yield f'<line class="leader" x1="{to_x:.1f}" x2="{right:.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
        last_y = min(y, last_y - 3 * _LINE)
        mean, span = Message(f"月均{window.printed.zh}", window.printed.en), _months(window)
        yield _text(right + 6, last_y - 3, say(mean, language), f"value {emphasis}")
        yield _text(right + 6, last_y + _LINE - 3, say(span, language), "tick")


def _months(window: Fact) -> Message:
    """Name a window beside its line, where the axis already speaks of assessment months."""
    said = window.when
    short = re.sub(r"([A-Z][a-z]{2})[a-z]* to ([A-Z][a-z]{2})[a-z]*", "\\1\u2013\\2", said.en)
    return Message(said.zh.removesuffix("考核期"), short.removeprefix("assessment months "))


def _tax_legend(total: Fact, part: Fact | None, language: Language) -> Iterator[str]:
    unit = Message("单位:亿元", "RMB million")
    yield _text(0, 14, say(unit, language), "unit")
    x = 92.0
    for fact, kind in ((total, "total"), (part, "part")):
        if fact is None:
            continue
        name = say(_LEGEND[fact.kpi["kpi_id"]], language)
        yield f'<rect class="bar {kind} now" x="{x:.1f}" y="3" width="12" height="12"/>'
        yield _text(x + 17, 14, name, "tick")
        x += 40 + _breadth(name)


_LEGEND = {
    "building_tax_total": Message("楼宇税收(全口径)", "building tax in full"),
    "building_tax_district": Message("其中:区级税收", "of it district-level"),
}


def _breadth(text: str) -> float:
    """Return about how wide a text is: Chinese letters are as wide as high, Latin ones half as wide."""
    return sum(14.0 if letter > "\u2e80" else 6.8 for letter in text)


def _tax_bar(
    total: Fact, part: Fact | None, middle: float, width: float, scale: _Scale, emphasis: str, language: Language
) -> Iterator[str]:
    top = scale.y(total.number)
    yield _bar(f"total {emphasis}", middle, width, top, scale)
    yield _text(middle, top - 6, _amount(total, language), f"value {emphasis}", "middle")
    if part is None:
        return
    part_top = scale.y(part.number)
    yield _bar(f"part {emphasis}", middle, width, part_top, scale)
    fits_above = part_top - top > _LINE + 4
    yield _text(middle, part_top - 6 if fits_above else part_top + _LINE, _amount(part, language), "inside", "middle")


def _amount(fact: Fact, language: Language) -> str:
    """Return the printed amount in the plot's unit: 亿元 as printed, in English the same digits in millions."""
    printed = read_statement(fact.printed.zh, "zh")
    if printed is None:
        return say(fact.printed, language)
    in_100_millions = Decimal(int(printed.number)) * printed.sign / 10**8
    return f"{in_100_millions:.2f}" if language == "zh" else f"{in_100_millions * 100:,.0f}"


def _quarter_label(fact: Fact, middle: float, bottom: float, language: Language, *, names_year: bool) -> Iterator[str]:
    year, quarter = fact.row["period"].split("-Q")
    name = Message(f"{'一二三四'[int(quarter) - 1]}季度", f"Q{quarter}")
    yield _text(middle, bottom + _LINE, say(name, language), "tick", "middle")
    if quarter == "1" or names_year:
        yield _text(middle, bottom + 2 * _LINE, f"{year}年" if language == "zh" else year, "tick", "middle")
    if fact.is_provisional:
        yield _text(middle, bottom + 3 * _LINE, say(_PROVISIONAL, language), "unit", "middle")


def _said_of(found: Sequence[Fact], language: Language) -> str:
    """Describe a plot in words: each figure with its period."""
    between, after = ("\uff1b", "。") if language == "zh" else ("; ", ".")
    return between.join(f"{say(fact.when, language)} {say(fact.printed, language)}" for fact in found) + after


def _text(x: float, y: float, text: str, kind: str, anchor: str = "start") -> Markup:
    return Markup('<text class="{}" x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(kind, x, y, anchor, text)


def _bar(kind: str, middle: float, width: float, end: float, scale: _Scale) -> str:
    """Draw a bar from the axis to its end; a quarter of refunds hangs below the axis."""
    y, height = min(end, scale.bottom), abs(scale.bottom - end)
    x = middle - width / 2
    return f'<rect class="bar {kind}" x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"/>'


def _svg(parts: Sequence[Any], title: Message, described: str, language: Language, simulated: bool) -> Markup:
    """Put the drawing together; the mark is in the drawing too, for whoever copies it out of the page."""
    said = say(title, language)
    head = Markup('<svg viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>').format(
        _WIDTH, _HEIGHT, said, said, described
    )
    mark = [_text(0, _HEIGHT - 4, say(_SIMULATED, language), "stamp")] if simulated else []
    return head + Markup("".join(map(str, [*parts, *mark]))) + Markup("</svg>")
