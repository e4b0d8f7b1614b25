"""From what was measured to the page that shows it: tables, plots, and how each figure is made."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks.drawing import Series, growth_plot, parts_plot
from benchmarks.fitting import fit_line

Report = Mapping[str, Any]
_SIDES = ("pipeline", "floor")
_FEW = 5
"""With fewer sizes than these a fit says little, and the page says so."""

_COSTS = {
    "wall_s": ("Wall time", "seconds", "墙钟时间"), "cpu_s": ("CPU time", "seconds", "处理器时间"),
    "peak_mib": ("Peak memory", "MiB", "内存峰值"),
}  # fmt: skip


def write_page(report: Report, page: Path, images: Path) -> None:
    """Write the page and, beside each other in ``images``, its plots."""
    images.mkdir(parents=True, exist_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    for name, drawing in _plots(report).items():
        (images / name).write_text(drawing, encoding="utf-8")
    at = images.relative_to(page.parent).as_posix() if images.is_relative_to(page.parent) else images.as_posix()
    page.write_text("\n".join(_lines(report, at)) + "\n", encoding="utf-8")


def _plots(report: Report) -> dict[str, str]:
    sizes = report["sizes"]
    drawn = {}
    for cost, (name, unit, zh) in _COSTS.items():
        series = [
            Series(
                f"{side}, rows^{fit['exponent']:.2f}", [(one["rows"], one[side][cost]) for one in sizes],
                (fit["factor"], fit["exponent"]),
            )
            for side in _SIDES for fit in [report["growth"][side][cost]]
        ]  # fmt: skip
        drawn[_file(cost)] = growth_plot(f"{name} 随行数的变化 {zh}", "rows 行数", unit, series)
    bars = {
        f"{one['rows']:,}": {part: cost["wall_s"] for part, cost in one["pipeline"]["parts"].items()} for one in sizes
    }
    drawn["performance-parts.svg"] = parts_plot("Pipeline: wall time of each part 各阶段用时", "s", bars)
    return drawn


def _file(cost: str) -> str:
    return f"performance-{cost.partition('_')[0]}.svg"


def _lines(report: Report, images: str) -> Iterator[str]:
    sizes, largest = report["sizes"], report["sizes"][-1]
    machine = report["machine"]
    yield "# What it costs 性能"
    yield ""
    yield (
        "All of it over simulated data: one district of the simulated city and parts of it. 全部为模拟数据。"
        " This page is written by `benchmarks/city.py`; the numbers behind it are in `docs/bench.json`."
    )
    yield ""
    yield "```sh\n# by hand: measures, and writes this page again; QUICK=1 takes smaller sizes\nmake bench\n```"
    yield ""
    yield (
        f"Measured on {report['measured_on']}: {machine['cpus']} CPUs, {machine['memory_gib']} GiB, Python"
        f" {machine['python']}, polars {machine['polars']}, DuckDB {machine['duckdb']};"
        f" {_counted(report['rounds'], 'round')} at {_counted(len(sizes), 'size')}"
        f"; load of the machine when it began {machine['load_before']}. Seconds are those of this machine under that"
        " load; only ratios mean anything elsewhere."
    )
    yield ""
    yield "## Beside the floor"
    yield ""
    yield (
        "The floor (`benchmarks/floor/`) is the least honest work: polars by hand, the same files read whole, the same"
        " validation of types, keys and codes, the same allocation to the fen, the same aggregates of"
        f" {len(report['kpis'])} KPIs by district and street, and no framework. It knows only the one way in which the"
        " city's systems write, and asks no question that looks back on earlier deliveries. It remembers nothing, makes"
        " none of the other KPIs, protects nobody and releases nothing; the pipeline's times hold all of that. Every"
        " figure of both must be the same decimal, and as many rows of each feed must stand, else the benchmark fails."
    )
    yield ""
    yield from _table(
        ["rows", "pipeline s", "floor s", "× wall", "× CPU", "pipeline MiB", "floor MiB", "figures alike"],
        [
            [f"{one['rows']:,}", f"{one['pipeline']['wall_s']:.1f}", f"{one['floor']['wall_s']:.2f}",
             f"{one['ratio']['wall_s']:.1f}", f"{one['ratio']['cpu_s']:.1f}", f"{one['pipeline']['peak_mib']:,.0f}",
             f"{one['floor']['peak_mib']:,.0f}", f"{one['figures']:,}"]
            for one in sizes
        ],
    )  # fmt: skip
    yield ""
    yield (
        f"Each further row costs {report['marginal']['wall_s']:.1f} times the floor's wall time and"
        f" {report['marginal']['cpu_s']:.1f} times its CPU time: the difference of the largest and the smallest size of"
        " the one, over that of the other. What does not grow with the rows, such as the pipeline's fixed number of"
        " models, is left out of that, and is in the ratios above."
    )
    yield ""
    yield "## As rows grow"
    yield ""
    if len(sizes) < _FEW:
        yield (
            f"Fitted to {_counted(len(sizes), 'size')} only: exponents of so few points are no more than the line"
            " through them."
        )
        yield ""
    yield from _table(
        ["cost", "side", "exponent", "variance explained", "fixed", "each million rows"],
        [
            [_COSTS[cost][0], side, f"{fit['exponent']:.2f}",
             f"{fit['explained']:.3f}" if len(sizes) >= _FEW else "—",
             f"{fit['fixed']:.1f} {_unit(cost)}", f"{fit['per_million_rows']:.1f} {_unit(cost)}"]
            for cost in _COSTS for side in _SIDES for fit in [report["growth"][side][cost]]
        ],
    )  # fmt: skip
    yield ""
    for cost, (name, _, _) in _COSTS.items():
        yield f"![{name} of pipeline and floor over rows, both in logarithms]({images}/{_file(cost)})"
        yield ""
    yield f"## Each part, at {largest['rows']:,} rows"
    yield ""
    yield from _table(
        ["part of the pipeline", "wall s", "CPU s", "peak MiB", "CPU s of each further million rows"],
        [
            [part, f"{cost['wall_s']:.1f}", f"{cost['cpu_s']:.1f}", f"{cost['peak_mib']:,.0f}",
             f"{_further(sizes, part):.1f}"]
            for part, cost in largest["pipeline"]["parts"].items()
        ],
    )  # fmt: skip
    yield ""
    yield f"![Wall time of each part of the pipeline at every size]({images}/performance-parts.svg)"
    yield ""
    yield from _table(
        ["stage of the floor", "wall s"],
        [[stage, f"{spent:.2f}"] for stage, spent in largest["floor"]["stages"].items()],
    )
    yield ""
    yield from _MADE


def _further(sizes: Sequence[Report], part: str) -> float:
    """Return by how many seconds of CPU a part grows with a million rows."""
    spent = [one["pipeline"]["parts"].get(part, {"cpu_s": 0.0})["cpu_s"] for one in sizes]
    return fit_line([one["rows"] / 1e6 for one in sizes], spent).slope


def _unit(cost: str) -> str:
    return "MiB" if cost == "peak_mib" else "s"


def _counted(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---", *["---:"] * (len(head) - 1)], *rows):
        yield f"| {' | '.join(cells)} |"


_MADE = (
    "## How each figure is made",
    "",
    "* **rows**: records of all feeds in the district's inbox, the broken ones among them, as `louyu sample` counts"
    " them.",
    "* **wall**: from the start of the process to its end, imports included; the median of the rounds. Pipeline and"
    " floor run in turn, each in a process of its own, the pipeline into an empty home.",
    "* **CPU**: user and system time of the process and of all that it waited for, as the kernel accounts for them.",
    "* **peak MiB**: the largest sum of resident memory over the processes that live at one time, looked at every"
    " 50 ms; pages that processes share count once for each.",
    "* **parts**: from the moment at which `logs/louyu.log` of the home says that a part begins to that of the next."
    " `start` is the interpreter and its imports; what follows the last part's work belongs to the last.",
    "* **exponent**: the slope of the least-squares line through the logarithms of rows and cost; 1 is proportional."
    " Fixed costs at small sizes press it below what a further row costs, which the straight line beside it tells:"
    " `fixed` where it begins, and its slope.",
    "* **figures alike**: value, numerator and denominator of every figure that either side has of the floor's KPIs, by"
    " `benchmarks/floor/comparing.py`, before disclosure control.",
)
