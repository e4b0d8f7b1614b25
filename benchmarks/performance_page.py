"""From what was measured to the page that shows it: the bars, tables, plots, and how each figure is made."""

from collections.abc import Iterator
from pathlib import Path

import yaml

from benchmarks.bars import bars, beside, times_slower
from benchmarks.floor.omissions import done, omissions
from benchmarks.performance_made import MADE
from benchmarks.performance_plots import DAYS, PEERS, plots
from benchmarks.performance_scale import as_rows_grow, beside_floor, gates, parts
from benchmarks.performance_tables import Report, counted, number, table
from benchmarks.report import KEYS, day_shares, unlike

DIFFERING = "differing"
"""By which ``reasons.yml`` knows figures of pipeline and floor that differ."""

_REASONS = Path(__file__).with_name("reasons.yml")


def write_page(report: Report, page: Path, images: Path) -> None:
    """Write the page of whatever was measured and, beside each other in ``images``, its plots."""
    images.mkdir(parents=True, exist_ok=True)
    page.parent.mkdir(parents=True, exist_ok=True)
    drawn = plots(report)
    for name, drawing in drawn.items():
        (images / name).write_text(drawing, encoding="utf-8")
    at = images.relative_to(page.parent).as_posix() if images.is_relative_to(page.parent) else images.as_posix()
    shown = {name: f"{at}/{name}" for name in drawn}
    lines = [line for section in _SECTIONS for line in section(report, shown)]
    page.write_text("\n".join([*lines, *MADE]) + "\n", encoding="utf-8")


def _head(report: Report, _: dict[str, str]) -> Iterator[str]:
    machine = report["machine"]
    loads = [one["load"] for part in KEYS for one in report.get(part, []) if "load" in one]
    later = f", afterwards {min(loads)} to {max(loads)}" if loads else ""
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
        f" began {machine['load_before']}{later}. Seconds are those of this machine under that load; only ratios mean"
        " anything elsewhere."
    )
    yield ""


def _bars(report: Report, _: dict[str, str]) -> Iterator[str]:
    yield "## The bars 目标"
    yield ""
    yield from table(
        ["what 指标", "bar 目标", "measured 实测", "verdict 结论", "measured at"],
        [
            [f"{one.zh} {one.en}", one.wanted, "—" if one.measured is None else one.said(one.measured), one.verdict,
             one.at or "—"]
            for one in bars(report)
        ],
    )  # fmt: skip
    yield ""


def _missed(report: Report, _: dict[str, str]) -> Iterator[str]:
    missed = [one for one in bars(report) if one.is_met is False]
    if not missed:
        return
    yield "### Where a bar is missed 未达到的目标"
    yield ""
    why = _reasons()
    for one in missed:
        profile = f" Profile 耗时构成: {one.profile}." if one.profile else ""
        yield f"* **{one.zh} {one.en}**: {one.verdict}.{profile}{why.get(one.id, '')}"
    yield ""


def _differing(report: Report, _: dict[str, str]) -> Iterator[str]:
    wrong = unlike(report)
    if not wrong:
        return
    yield "### Where figures differ 不一致"
    yield ""
    why = _reasons().get(DIFFERING, "")
    for one in wrong:
        yield f"* {one['differing']:,} of {one['figures']:,} figures of {one['rows']:,} rows.{why}"
    yield ""


def _reasons() -> dict[str, str]:
    """Return by id the sentences that say why, and what the next step is."""
    told = yaml.safe_load(_REASONS.read_text(encoding="utf-8"))
    return {name: f" {one['reason'].strip()} Next 下一步: {one['next'].strip()}" for name, one in told.items()}


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
    yield from table(
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
                f"After all of them the home of {counted(one['years'], 'year')} was held against a fresh one that got"
                f" everything at once: {one['alike']:,} figures and every other table of the candidate are the same."
            )
            yield ""


def _peers(report: Report, shown: dict[str, str]) -> Iterator[str]:
    peers = report.get("peers", [])
    if not peers:
        return
    yield "## Peers 同类"
    yield ""
    yield from table(
        ["peer", "rows", "wall s", "CPU s", "peak MiB", "× pipeline", "× its comparable part", "figures compared",
         "differing", "result 结果"],
        [
            [peer["name"], f"{peer['rows']:,}", number(peer["wall_s"]), number(peer["cpu_s"]),
             number(peer["peak_mib"]), *_slower(report, peer), number(peer["compared"], 0),
             number(peer["differing"], 0), ": ".join(filter(None, (peer["status"], peer["reason"])))]
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
        " city; real deliveries need it. Ids are those of `contracts/rules.yml`; of them the floor applies"
        f" {', '.join(done())} as the pipeline does, and of these here what is not named."
    )
    yield ""
    yield from table(
        ["what 内容", "rules", "the pipeline does"],
        [[f"{one.zh} {one.en}", ", ".join(one.rules) or "—", one.pipeline] for one in omissions()],
        numbers=False,
    )
    yield ""


_SECTIONS = (
    _head, _bars, _missed, _differing, beside_floor, as_rows_grow, parts, gates, _history, _peers, _left_out,
)  # fmt: skip
