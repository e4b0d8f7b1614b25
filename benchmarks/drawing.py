"""Plots of costs as SVG files that need no style sheet and no network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import ceil, floor, log10

from markupsafe import Markup

_WIDTH, _HEIGHT = 640, 360
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 470, 46, 300
_LETTER = 6.5
"""About how wide a letter is."""
_COLOURS = ("#b3261e", "#1f5fa8", "#3d7a3d", "#8a5a00", "#6b4fa0", "#00707a", "#9a3b6f", "#555555", "#b07d2b")
_MARK = "模拟数据 simulated data"


@dataclass(frozen=True, slots=True)
class Series:
    """Points of one kind, and the power that was fitted to them: factor and exponent."""

    name: str
    points: Sequence[tuple[float, float]]
    power: tuple[float, float] | None = None


def growth_plot(title: str, x_title: str, y_title: str, series: Sequence[Series]) -> str:
    """Draw points and fitted powers with both axes in logarithms, where a power is a straight line."""
    xs = [x for one in series for x, _ in one.points]
    ys = [y for one in series for _, y in one.points]
    across, up = _Axis(xs, _LEFT, _RIGHT), _Axis(ys, _BOTTOM, _TOP)
    parts = [
        *(_line(across.at(tick), _TOP, across.at(tick), _BOTTOM) for tick in across.ticks),
        *(_line(_LEFT, up.at(tick), _RIGHT, up.at(tick)) for tick in up.ticks),
        *(_text(across.at(tick), _BOTTOM + 18, _number(tick), "middle") for tick in across.ticks),
        *(_text(_LEFT - 8, up.at(tick) + 4, _number(tick), "end") for tick in up.ticks),
        _text((_LEFT + _RIGHT) / 2, _BOTTOM + 38, x_title, "middle"), _text(8, _TOP - 14, y_title),
    ]  # fmt: skip
    for number, one in enumerate(series):
        colour = _COLOURS[number]
        if one.power:
            factor, exponent = one.power
            ends = [(x, factor * x**exponent) for x in (min(xs), max(xs))]
            (x1, y1), (x2, y2) = ((across.at(x), up.at(y)) for x, y in ends)
            parts.append(_line(x1, y1, x2, y2, colour, 1.5))
        parts += [_dot(across.at(x), up.at(y), colour) for x, y in one.points]
        _, last = one.points[-1]
        parts.append(_text(_RIGHT + 12, up.at(last) + 4, one.name, colour=colour))
    return _svg(title, parts)


def parts_plot(title: str, unit: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Draw how costs are made up: a bar for each row, divided into its parts, each a share of the longest bar."""
    names = list(dict.fromkeys(name for parts in rows.values() for name in parts))
    longest = max(sum(parts.values()) for parts in rows.values())
    height = min((_BOTTOM - _TOP) / len(rows), 44)
    left = max(_LEFT + 20, 16 + max(map(len, rows)) * _LETTER)
    drawn = []
    for place, (label, parts) in enumerate(rows.items()):
        x, y = float(left), _TOP + place * height
        drawn.append(_text(left - 8, y + height / 2 + 1, label, "end"))
        for name, cost in parts.items():
            width = cost / longest * (_RIGHT - left - 40)
            drawn.append(_bar(x, y, width, height - 10, _COLOURS[names.index(name) % len(_COLOURS)]))
            x += width
        drawn.append(_text(x + 6, y + height / 2 + 1, f"{sum(parts.values()):.1f} {unit}"))
    for place, name in enumerate(names):
        y = _TOP + 8 + place * 20
        drawn += [_bar(_RIGHT + 60, y - 9, 10, 10, _COLOURS[place % len(_COLOURS)]), _text(_RIGHT + 76, y, name)]
    return _svg(title, drawn)


class _Axis:
    """From values above 0 to places, by their logarithms; the ends are at 1, 2 or 5 times a power of ten."""

    def __init__(self, values: Sequence[float], start: float, end: float) -> None:
        low, high = min(values), max(values)
        steps = [
            factor * 10.0**power
            for power in range(floor(log10(low)) - 1, ceil(log10(high)) + 2) for factor in (1, 2, 5)
        ]  # fmt: skip
        first = max(step for step in steps if step <= low)
        last = min(step for step in steps if step >= high and step > first)
        self.ticks = [step for step in steps if first <= step <= last]
        self._first, self._last, self._start, self._end = log10(first), log10(last), start, end

    def at(self, value: float) -> float:
        share = (log10(value) - self._first) / (self._last - self._first)
        return self._start + share * (self._end - self._start)


def _number(value: float) -> str:
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"


def _text(x: float, y: float, text: str, anchor: str = "start", colour: str = "#333") -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}" fill="{}">{}</text>').format(x, y, anchor, colour, text)


def _line(x1: float, y1: float, x2: float, y2: float, colour: str = "#ddd", width: float = 1) -> Markup:
    return Markup(
        '<line x1="{:.1f}" y1="{:.1f}" x2="{:.1f}" y2="{:.1f}" stroke="{}" stroke-width="{}"/>'
    ).format(x1, y1, x2, y2, colour, width)  # fmt: skip


def _dot(x: float, y: float, colour: str) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="{}"/>').format(x, y, colour)


def _bar(x: float, y: float, width: float, height: float, colour: str) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
        x, y, width, height, colour
    )


def _svg(title: str, parts: Sequence[Markup]) -> str:
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img" '
        'font-family="sans-serif" font-size="12"><title>{title}</title><rect width="{w}" height="{h}" fill="#fff"/>\n'
    ).format(w=_WIDTH, h=_HEIGHT, title=title)
    drawn = [_text(8, 18, title, colour="#000"), *parts, _text(8, _HEIGHT - 6, _MARK, colour="#777")]
    return head + Markup("\n").join(drawn) + Markup("\n</svg>\n")
