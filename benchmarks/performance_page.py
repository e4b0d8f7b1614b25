"""From what was measured to the page that shows it: the bars, tables, plots, and how each figure is made."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from benchmarks.bars import bars, beside, times_slower
from benchmarks.fitting import fit_line
from benchmarks.floor.omissions import OMISSIONS
from benchmarks.performance_made import MADE
from benchmarks.performance_plots import COSTS, DAYS, PARTS, PEERS, Report, growth_file, plots
from benchmarks.report import SIDES, day_shares, growth, marginal, ratios, shares

_FEW = 5
"""With fewer sizes than these a fit says little, and the page says so."""


def write_page(report: Report, page: Path, images: Path) -> None:
    """Write the page of whatever was measured and, beside each other in ``images``, its plots."""
    images.mkdir(parents=True, exist_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    drawn = plots(report)
    for name, drawing in drawn.items():
        (images / name).write_text(drawing, encoding="utf-8")
    at = images.relative_to(page.parent).as_posix() if images.is_relative_to(page.parent) else images.as_posix()
    shown = {name: f"{at}/{name}" for name in drawn}
    sections = (_head, _bars, _beside_floor, _as_rows_grow, _parts, _gates, _history, _peers, _left_out)
    lines = [line for section in sections for line in section(report, shown)]
    page.write_text("\n".join([*lines, *MADE]) + "\n", encoding="utf-8")


def _head(report: Report, _: dict[str, str]) -> Iterator[str]:
    machine = report["machine"]
    yield "# What it costs 性能"
    yield ""
    yield (
        "All of it over simulated data: districts of the simulated city and parts of them. 全部为模拟数据。"
        " This page is written by `benchmarks/city.py`; the numbers behind it are in the `bench.json` beside it."
    )
    yield ""
    yield "```sh\n# by hand: measures, and writes this page again; QUICK=1 takes smaller sizes\nmake bench\n```"
    yield ""
    yield (
        f"Measured on {report['measured_on']}: {machine['cpus']} CPUs, {machine['memory_gib']} GiB, Python"
        f" {machine['python']}, polars {machine['polars']}, DuckDB {machine['duckdb']}; load of the machine when it"
        f" began {machine['load_before']}. Seconds are those of this machine under that load; only ratios mean"
        " anything elsewhere."
    )
    yield ""


def _bars(report: Report, _: dict[str, str]) -> Iterator[str]:
    yield "## The bars 目标"
    yield ""
    yield from _table(
        ["what 指标", "bar 目标", "measured 实测", "verdict 结论", "measured at"],
        [
            [f"{one.zh} {one.en}", one.wanted, "—" if one.measured is None else one.said(one.measured), one.verdict,
             one.at or "—"]
            for one in bars(report)
        ],
    )  # fmt: skip
    yield ""


def _beside_floor(report: Report, _: dict[str, str]) -> Iterator[str]:
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
    yield from _table(
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


def _as_rows_grow(report: Report, shown: dict[str, str]) -> Iterator[str]:
    sizes = report.get("sizes", [])
    fits = growth(sizes)
    if not fits:
        return
    yield "## As rows grow 随行数增长"
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


def _parts(report: Report, shown: dict[str, str]) -> Iterator[str]:
    sizes = report.get("sizes", [])
    if not sizes:
        return
    largest = sizes[-1]
    yield f"## Each part, at {largest['rows']:,} rows 各阶段"
    yield ""
    yield from _table(
        ["part of the pipeline", "wall s", "CPU s", "peak MiB", "CPU s of each further million rows"],
        [
            [part, f"{cost['wall_s']:.1f}", f"{cost['cpu_s']:.1f}", f"{cost['peak_mib']:,.0f}", _further(sizes, part)]
            for part, cost in largest["pipeline"]["parts"].items()
        ],
    )  # fmt: skip
    yield ""
    yield f"![Wall time of each part of the pipeline at every size]({shown[PARTS]})"
    yield ""
    yield from _table(
        ["stage of the floor", "wall s"],
        [[stage, f"{spent:.2f}"] for stage, spent in largest["floor"]["stages"].items()],
    )
    yield ""


def _gates(report: Report, _: dict[str, str]) -> Iterator[str]:
    measured = [one for one in report.get("sizes", []) if "dbt_tests_s" in one["pipeline"]]
    if not measured:
        return
    yield "## Gates and disclosure control 质量检查与保密审查"
    yield ""
    yield from _table(
        ["rows", "build s", "dbt tests s", "gates s", "gates, share", "disclosure s", "disclosure, share"],
        [
            [f"{one['rows']:,}", f"{run['wall_s']:.1f}", f"{run['dbt_tests_s']:.1f}",
             f"{told['gates_s'] - run['dbt_tests_s']:.1f}", f"{100 * told['gates']:.1f} %",
             f"{told['disclosure_s']:.1f}", f"{100 * told['disclosure']:.1f} %"]
            for one in measured for run in [one["pipeline"]] for told in [shares(run)]
        ],
    )  # fmt: skip
    yield ""


def _history(report: Report, shown: dict[str, str]) -> Iterator[str]:
    known = report.get("history", [])
    if not known:
        return
    yield "## One more day, one late correction 多一天与一次更正"
    yield ""
    yield (
        "A home is built from years of deliveries without their last days; then a day's pull of tickets and calls back"
        " comes and is run, and then a month of tax that is months old comes again with one row changed. Every delivery"
        " must be taken in and the candidate must be releasable."
    )
    yield ""
    yield from _table(
        ["years", "rows", "full build s", "", "rows sent", "s", "of the full build", "CPU, of the full build",
         "peak MiB"],
        [
            [f"{one['years']}", f"{one['rows']:,}", f"{one['full']['wall_s']:.1f}", name, f"{one[what]['rows']:,}",
             f"{one[what]['wall_s']:.1f}", f"{100 * told[f'{what}_wall_s']:.1f} %",
             f"{100 * told[f'{what}_cpu_s']:.1f} %", f"{one[what]['peak_mib']:,.0f}"]
            for one in known for told in [day_shares(one)]
            for what, name in (("day", "one more day 多一天"), ("correction", "one correction 一次更正"))
        ],
    )  # fmt: skip
    yield ""
    yield f"![Wall time of a full build, of one more day and of one late correction, by years]({shown[DAYS]})"
    yield ""
    for one in known:
        if "alike" in one:
            yield (
                f"After all of them the home of {_counted(one['years'], 'year')} was held against a fresh one that got"
                f" everything at once: {one['alike']:,} figures and every other table of the candidate are the same."
            )
            yield ""


def _peers(report: Report, shown: dict[str, str]) -> Iterator[str]:
    peers = report.get("peers", [])
    if not peers:
        return
    yield "## Peers 同类"
    yield ""
    yield from _table(
        ["peer", "rows", "wall s", "CPU s", "peak MiB", "× pipeline", "× its comparable part", "figures compared",
         "differing", "result 结果"],
        [
            [peer["name"], f"{peer['rows']:,}", _number(peer["wall_s"]), _number(peer["cpu_s"]),
             _number(peer["peak_mib"]), *_slower(report, peer), _number(peer["compared"], 0),
             _number(peer["differing"], 0), ": ".join(filter(None, (peer["status"], peer["reason"])))]
            for peer in peers
        ],
    )  # fmt: skip
    yield ""
    if PEERS in shown:
        yield f"![Wall time of the pipeline and of each peer]({shown[PEERS]})"
        yield ""


def _slower(report: Report, peer: Report) -> tuple[str, str]:
    run = beside(report, peer)
    if not run or not peer["wall_s"]:
        return "—", "—"
    whole, comparable = times_slower(peer, run)
    return f"{whole:.1f}", f"{comparable:.1f}"


def _left_out(_: Report, __: dict[str, str]) -> Iterator[str]:
    yield "## What the floor leaves out 基线省去的工作"
    yield ""
    yield (
        "What the floor need not do is what the ratio pays for. None of it changes a headline figure of the simulated"
        " city; real deliveries need it. Ids are those of `contracts/rules.yml`."
    )
    yield ""
    yield from _table(["what 内容", "rules", "the pipeline does"], [[*one] for one in OMISSIONS])
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


def _number(value: float | None, digits: int = 1) -> str:
    return "—" if value is None else f"{value:,.{digits}f}"


def _unit(cost: str) -> str:
    return "MiB" if cost == "peak_mib" else "s"


def _counted(number: int, of: str) -> str:
    return f"{number} {of}{'' if number == 1 else 's'}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    for cells in (head, ["---", *["---:"] * (len(head) - 1)], *rows):
        yield f"| {' | '.join(cells)} |"
