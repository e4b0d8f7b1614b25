"""The bars that the whole is built to, and whether what was measured is within them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from benchmarks.peers.comparing import LIMITS
from benchmarks.report import COSTS, FINISHED, comparable_wall, day_shares, growth, ratios, shares

_ENOUGH_SIZES, _ROUNDS, _CITY, _HEAVIEST = 5, 3, 16, 4
_A_TWENTIETH = 0.8
"""Districts that are a twentieth of the city, from which on peers are held against their bars."""
_PEERS = {"pandas": "pandas with Great Expectations", "postgres": "dbt on PostgreSQL"}
"""What is in a peer's name, and what the bar calls it."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar; ``measured`` is None where nothing that tells was measured."""

    id: str
    """By which ``reasons.yml`` knows it."""
    zh: str
    en: str
    limit: float
    unit: str
    measured: float | None
    at: str
    """Where the measured value comes from."""
    run: Mapping[str, Any] | None = None
    """The run of the pipeline that was measured, where it has parts."""
    is_floor: bool = False
    """More is better."""

    @property
    def is_met(self) -> bool | None:
        """Whether it is met; None where nothing was measured."""
        if self.measured is None:
            return None
        return self.measured >= self.limit if self.is_floor else self.measured <= self.limit

    @property
    def verdict(self) -> str:
        """Met or missed, and by how much: the distance, and how many times the bar it is where it is missed."""
        if self.measured is None or self.is_met is None:
            return "not measured 未测"
        apart = abs(self.measured - self.limit)
        if self.is_met:
            return f"met by {self.said(apart)} 达到"
        times = self.limit / self.measured if self.is_floor else self.measured / self.limit
        return f"missed by {self.said(apart)}, {times:.1f} times 未达到"

    @property
    def wanted(self) -> str:
        """The bar as it is printed."""
        return f"{'≥' if self.is_floor else '≤'} {self.said(self.limit)}"

    @property
    def profile(self) -> str:
        """The heaviest parts of the run that was measured, as shares of the wall time of all parts."""
        parts = {part: cost["wall_s"] for part, cost in (self.run or {}).get("parts", {}).items()}
        heaviest = sorted(parts, key=lambda part: -parts[part])[:_HEAVIEST]
        return ", ".join(f"{part} {100 * parts[part] / sum(parts.values()):.0f} %" for part in heaviest)

    def said(self, value: float) -> str:
        """Print a value in the bar's unit."""
        if self.unit == "%":
            return f"{100 * value:.1f} %"
        return f"{value:.2f}{self.unit}" if self.unit in ("×", "") else f"{value:.1f} {self.unit}"


def bars(report: Mapping[str, Any]) -> list[Bar]:
    """Return every bar, with what was measured at the largest size that there is."""
    return [*_whole(report), *_history(report), *_growth(report), *_peers(report), *_demo(report)]


def _whole(report: Mapping[str, Any]) -> Iterator[Bar]:
    every = [*report.get("sizes", []), *report.get("cities", [])]
    largest = max(every, key=lambda one: one["rows"], default=None)
    scale = "" if largest and largest.get("districts", 1) == _CITY else ", less than a city"
    run = largest["pipeline"] if largest else None
    at = f"{largest['rows']:,} rows{scale}, {_rounds(largest)}" if largest else ""
    yield Bar("floor", "全流程比基线", "whole pipeline beside the floor, wall time", 2, "×",
              ratios(largest)["wall_s"] if largest else None, at, run)  # fmt: skip
    yield Bar("memory", "内存峰值", "peak memory, all processes", 6, "GiB",
              largest["pipeline"]["peak_mib"] / 1024 if largest else None, at, run)  # fmt: skip
    one = max(report.get("sizes", []), key=lambda one: one["rows"], default=None)
    has_tests = one is not None and "dbt_tests_s" in one["pipeline"]
    yield Bar("gates", "质量检查占比", "gates and dbt's tests, of the build's wall time", 0.15, "%",
              shares(one["pipeline"])["gates"] if one and has_tests else None,
              f"{one['rows']:,} rows, {_rounds(one)}" if one else "",
              one["pipeline"] if one else None)  # fmt: skip


def _history(report: Mapping[str, Any]) -> Iterator[Bar]:
    every = report.get("history", [])
    largest = max((one["fraction"] for one in every), default=None)
    known = [one for one in every if one["fraction"] == largest]
    worst = max(known, key=lambda one: day_shares(one)["day_wall_s"], default=None)
    yield Bar("day", "多一天占全量", "one more day, of the full build of the same home", 0.05, "%",
              day_shares(worst)["day_wall_s"] if worst else None,
              f"{_years(worst)}, {worst['rows']:,} rows, {_rounds(worst)}" if worst else "",
              worst["day"] if worst else None)  # fmt: skip
    first, last = (known[0], known[-1]) if len(known) > 1 else (None, None)
    yield Bar("history", "历史变长,多一天的代价", "one more day after five years beside after one", 1.2, "×",
              last["day"]["wall_s"] / first["day"]["wall_s"] if first and last else None,
              f"{_years(last)} beside {_years(first)}" if first and last else "",
              last["day"] if last else None)  # fmt: skip


def _growth(report: Mapping[str, Any]) -> Iterator[Bar]:
    sizes = report.get("sizes", [])
    fits = growth(sizes).get("pipeline", {}) if len(sizes) >= _ENOUGH_SIZES else {}
    steepest = max((cost for cost in COSTS[:2] if fits), key=lambda cost: fits[cost]["exponent"], default=None)
    few = "" if len(sizes) >= _ENOUGH_SIZES else f", of which it needs {_ENOUGH_SIZES}"
    yield Bar("growth", "随行数增长的指数", "fitted exponent of wall or CPU over rows, the larger", 1.05, "",
              fits[steepest]["exponent"] if steepest else None, f"{len(sizes)} sizes{few}",
              sizes[-1]["pipeline"] if sizes else None)  # fmt: skip


def _peers(report: Mapping[str, Any]) -> Iterator[Bar]:
    for part, name in _PEERS.items():
        every = [peer for peer in report.get("peers", []) if part in peer["name"].lower()]
        own = [peer for peer in every if peer["districts"] * peer["fraction"] >= _A_TWENTIETH] or every
        found = [
            (times_slower(peer, run)[0], number, run) for number, peer in enumerate(own)
            for run in [beside(report, peer)] if run and (peer["status"] == FINISHED or _is_out_of_time(peer))
        ]  # fmt: skip
        least, number, run = min(found, key=lambda one: one[0], default=(None, None, None))
        # the one that decides, and those that did not finish
        told = [_extent(peer) for at, peer in enumerate(own) if at == number or peer["status"] != FINISHED]
        yield Bar(part, "比同类快", f"faster than {name}", 5, "×", least, ", ".join(told), run, is_floor=True)


def _is_out_of_time(peer: Mapping[str, Any]) -> bool:
    """Whether a peer was ended because it took all the time that it may: to the end it takes longer than it took."""
    return bool(peer["status"] != FINISHED and peer["wall_s"] >= LIMITS.seconds)


def _extent(peer: Mapping[str, Any]) -> str:
    rows = f"{peer['rows']:,} rows"
    if peer["status"] == FINISHED:
        return rows
    return f"at least, ended for its time at {rows}" if _is_out_of_time(peer) else f"not finished at {rows}"


def beside(report: Mapping[str, Any], peer: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the pipeline's run over the same rows as a peer's; None where there is none."""
    for one in [*report.get("cities", []), *report.get("sizes", [])]:
        if (one.get("districts", 1), one["fraction"]) == (peer["districts"], peer["fraction"]):
            return dict(one["pipeline"])
    return None


def times_slower(peer: Mapping[str, Any], run: Mapping[str, Any]) -> tuple[float, float]:
    """Return how many times the pipeline's wall time a peer takes, of the whole and of what is comparable."""
    return peer["wall_s"] / run["wall_s"], peer["wall_s"] / comparable_wall(run)


def _demo(report: Mapping[str, Any]) -> Iterator[Bar]:
    one = next(iter(report.get("demo", [])), None)
    yield Bar("demo", "make run(预热后)", "`make run`, warm", 30, "s", one["wall_s"] if one else None,
              _rounds(one) if one else "")  # fmt: skip


def _years(record: Mapping[str, Any]) -> str:
    return f"{record['years']} year{'' if record['years'] == 1 else 's'}"


def _rounds(record: Mapping[str, Any]) -> str:
    rounds = record.get("rounds", 1)
    return f"median of {rounds}" if rounds >= _ROUNDS else f"{rounds} round{'' if rounds == 1 else 's'}"
