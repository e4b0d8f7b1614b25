"""The sections of the page about size: pipeline beside floor, growth, parts, gates and disclosure control."""

from collections.abc import Iterator, Sequence

from benchmarks.fitting import fit_line
from benchmarks.performance_plots import COSTS, PARTS, growth_file
from benchmarks.performance_tables import Report, counted, table
from benchmarks.report import SIDES, growth, marginal, ratios, shares

_FEW = 5
"""With fewer sizes than these a fit says little, and the page says so."""


def beside_floor(report: Report, _: dict[str, str]) -> Iterator[str]:
    """Set pipeline and floor side by side at every size."""
    every = [*report.get("sizes", []), *report.get("cities", [])]
    if not every:
        return
    kpis = report.get("kpis") or every[0]["kpis"]
    yield "## Beside the floor 与基线相比"
    yield ""
    yield (
        "The floor (`benchmarks/floor/`) is the least honest work: polars by hand, the same files read whole, the same"
        " validation of types, keys and codes, the same allocation to the fen, the same aggregates of"
        f" {len(kpis)} KPIs by district and street, and no framework. What it leaves out is listed"
        " [below](#what-the-floor-leaves-out-基线省去的工作); the pipeline's times hold all of that. Every figure of"
        " both must be the same decimal, and as many rows of each feed must stand, else the benchmark fails."
    )
    yield ""
    yield from table(
        ["rows", "districts", "pipeline s", "floor s", "× wall", "× CPU", "pipeline MiB", "floor MiB",
         "figures compared", "differing"],
        [
            [f"{one['rows']:,}", _districts(one), f"{one['pipeline']['wall_s']:.1f}", f"{one['floor']['wall_s']:.2f}",
             f"{times['wall_s']:.1f}", f"{times['cpu_s']:.1f}", f"{one['pipeline']['peak_mib']:,.0f}",
             f"{one['floor']['peak_mib']:,.0f}", f"{one['figures']:,}", f"{one.get('differing', 0)}"]
            for one in every for times in [ratios(one)]
        ],
    )  # fmt: skip
    yield ""
    if further := marginal(report.get("sizes", [])):
        yield (
            f"Each further row costs {further['wall_s']:.1f} times the floor's wall time and {further['cpu_s']:.1f}"
            " times its CPU time: the difference of the largest and the smallest part of a district of the one, over"
            " that of the other. What does not grow with the rows, such as the pipeline's fixed number of models, is"
            " left out of that, and is in the ratios above."
        )
        yield ""


def as_rows_grow(report: Report, shown: dict[str, str]) -> Iterator[str]:
    """Say how costs grow with the rows of one district."""
    sizes = report.get("sizes", [])
    fits = growth(sizes)
    if not fits:
        return
    yield "## As rows grow 随行数增长"
    yield ""
    if len(sizes) < _FEW:
        yield (
            f"Fitted to {counted(len(sizes), 'size')} only: exponents of so few points are no more than the line"
            " through them."
        )
        yield ""
    yield from table(
        ["cost", "side", "exponent", "variance explained", "fixed", "each million rows"],
        [
            [COSTS[cost][0], side, f"{fit['exponent']:.2f}",
             f"{fit['explained']:.3f}" if len(sizes) >= _FEW else "—",
             f"{fit['fixed']:.1f} {_unit(cost)}", f"{fit['per_million_rows']:.1f} {_unit(cost)}"]
            for cost in COSTS for side in SIDES for fit in [fits[side][cost]]
        ],
    )  # fmt: skip
    yield ""
    for cost, (name, _, _) in COSTS.items():
        yield f"![{name} of pipeline and floor over rows, both in logarithms]({shown[growth_file(cost)]})"
        yield ""


def parts(report: Report, shown: dict[str, str]) -> Iterator[str]:
    """Say what the largest size is made of."""
    sizes = report.get("sizes", [])
    if not sizes:
        return
    largest = sizes[-1]
    yield f"## Each part, at {largest['rows']:,} rows 各阶段"
    yield ""
    yield from table(
        ["part of the pipeline", "wall s", "CPU s", "peak MiB", "CPU s of each further million rows"],
        [
            [part, f"{cost['wall_s']:.1f}", f"{cost['cpu_s']:.1f}", f"{cost['peak_mib']:,.0f}", _further(sizes, part)]
            for part, cost in largest["pipeline"]["parts"].items()
        ],
    )  # fmt: skip
    yield ""
    yield f"![Wall time of each part of the pipeline at every size]({shown[PARTS]})"
    yield ""
    yield from table(
        ["stage of the floor", "wall s"],
        [[stage, f"{spent:.2f}"] for stage, spent in largest["floor"]["stages"].items()],
    )
    yield ""


def gates(report: Report, _: dict[str, str]) -> Iterator[str]:
    """Say what gates and disclosure control take of the build."""
    measured = [one for one in report.get("sizes", []) if "dbt_tests_s" in one["pipeline"]]
    if not measured:
        return
    yield "## Gates and disclosure control 质量检查与保密审查"
    yield ""
    yield from table(
        ["rows", "build s", "dbt tests s", "gates s", "gates, share", "disclosure s", "disclosure, share"],
        [
            [f"{one['rows']:,}", f"{run['wall_s']:.1f}", f"{run['dbt_tests_s']:.1f}",
             f"{told['gates_s'] - run['dbt_tests_s']:.1f}", f"{100 * told['gates']:.1f} %",
             f"{told['disclosure_s']:.1f}", f"{100 * told['disclosure']:.1f} %"]
            for one in measured for run in [one["pipeline"]] for told in [shares(run)]
        ],
    )  # fmt: skip
    yield ""


def _further(sizes: Sequence[Report], part: str) -> str:
    """Say by how many seconds of CPU a part grows with a million rows."""
    if len({one["rows"] for one in sizes}) < 2:
        return "—"
    spent = [one["pipeline"]["parts"].get(part, {"cpu_s": 0.0})["cpu_s"] for one in sizes]
    return f"{fit_line([one['rows'] / 1e6 for one in sizes], spent).slope:.1f}"


def _districts(record: Report) -> str:
    districts, fraction = record.get("districts", 1), record.get("fraction", 1)
    return f"{districts}" if fraction == 1 else f"{districts} × {fraction:g}"


def _unit(cost: str) -> str:
    return "MiB" if cost == "peak_mib" else "s"
