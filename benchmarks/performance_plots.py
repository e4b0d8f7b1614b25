"""The plots of the page: how costs grow, what they are made of, one more day, and the peers."""

from benchmarks.bars import beside
from benchmarks.drawing import Series, growth_plot, parts_plot
from benchmarks.performance_tables import Report
from benchmarks.report import SIDES, growth

COSTS = {
    "wall_s": ("Wall time", "seconds", "墙钟时间"), "cpu_s": ("CPU time", "seconds", "处理器时间"),
    "peak_mib": ("Peak memory", "MiB", "内存峰值"),
}  # fmt: skip
PARTS, DAYS, PEERS = "performance-parts.svg", "performance-days.svg", "performance-peers.svg"


def growth_file(cost: str) -> str:
    """Return the name of the plot of a cost over the rows."""
    return f"performance-{cost.partition('_')[0]}.svg"


def plots(report: Report) -> dict[str, str]:
    """Draw what there is to draw, by the names of the files."""
    drawn = _growth(report)
    if sizes := report.get("sizes"):
        drawn[PARTS] = parts_plot(
            "Pipeline: wall time of each part 各阶段用时", "s",
            {f"{one['rows']:,}": _walls(one["pipeline"]) for one in sizes},
        )  # fmt: skip
    if history := report.get("history"):
        labels = {"full": "full", "day": "+ 1 day", "correction": "correction"}
        drawn[DAYS] = parts_plot(
            "Full build, one more day, one late correction 全量、多一天、一次更正", "s",
            {
                f"{one['years']} y {label}": _walls(one[what])
                for one in history for what, label in labels.items()
            },
        )  # fmt: skip
    if report.get("peers"):
        drawn[PEERS] = parts_plot("Peers: wall time 同类用时", "s", _peers(report))
    return drawn


def _growth(report: Report) -> dict[str, str]:
    sizes = report.get("sizes", [])
    fits = growth(sizes)
    drawn = {}
    for cost, (name, unit, zh) in COSTS.items():
        series = [
            Series(
                f"{side}, rows^{fit['exponent']:.2f}", [(one["rows"], one[side][cost]) for one in sizes],
                (fit["factor"], fit["exponent"]),
            )
            for side in SIDES if fits for fit in [fits[side][cost]]
        ]  # fmt: skip
        if series:
            drawn[growth_file(cost)] = growth_plot(f"{name} 随行数的变化 {zh}", "rows 行数", unit, series)
    return drawn


def _walls(run: Report) -> dict[str, float]:
    return {part: cost["wall_s"] for part, cost in run["parts"].items()}


def _peers(report: Report) -> dict[str, dict[str, float]]:
    """Return a bar for the pipeline and one for each peer at every size, of the stages that are told."""
    rows = {}
    for peer in report["peers"]:
        pipeline = beside(report, peer)
        size = f"{peer['rows'] / 1e6:.1f} M rows"
        if pipeline:
            rows[f"pipeline, {size}"] = {"whole": pipeline["wall_s"]}
        if peer["wall_s"]:
            rows[f"{peer['name']}, {size}"] = dict(peer["stages"] or {"whole": peer["wall_s"]})
    return rows
