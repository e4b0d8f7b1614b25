"""How a cost grows: the exponent of a power, and what is fixed beside what each row costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log


@dataclass(frozen=True, slots=True)
class Line:
    """intercept + slope · x by least squares, and which share of the variance of y that explains."""

    intercept: float
    slope: float
    explained: float


@dataclass(frozen=True, slots=True)
class Growth:
    """cost ≈ factor · rows^exponent by least squares over logarithms, and cost ≈ fixed + per_million · rows / 10⁶."""

    factor: float
    exponent: float
    explained: float
    fixed: float
    per_million: float

    @property
    def record(self) -> dict[str, float]:
        """Return what is written into a report."""
        return {
            "exponent": round(self.exponent, 3), "explained": round(self.explained, 4), "factor": self.factor,
            "fixed": round(self.fixed, 3), "per_million_rows": round(self.per_million, 3),
        }  # fmt: skip


def fit_line(xs: Sequence[float], ys: Sequence[float]) -> Line:
    """Fit a line. Raises ValueError with fewer than two different ``xs``."""
    if len(set(xs)) < 2:
        raise ValueError("a line needs two different sizes")
    x, y = sum(xs) / len(xs), sum(ys) / len(ys)
    slope = sum((a - x) * (b - y) for a, b in zip(xs, ys, strict=True)) / sum((a - x) ** 2 for a in xs)
    intercept = y - slope * x
    left = sum((b - intercept - slope * a) ** 2 for a, b in zip(xs, ys, strict=True))
    whole = sum((b - y) ** 2 for b in ys)
    return Line(intercept, slope, 1 - left / whole if whole else 1.0)


def fit_growth(rows: Sequence[float], costs: Sequence[float]) -> Growth:
    """Fit a power and a line to costs, all above 0. Raises ValueError with fewer than two different sizes."""
    power = fit_line([log(n) for n in rows], [log(cost) for cost in costs])
    line = fit_line([n / 1e6 for n in rows], costs)
    return Growth(exp(power.intercept), power.slope, power.explained, line.intercept, line.slope)
