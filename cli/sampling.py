"""Writing simulated deliveries: a district in every way in which offices write, or a city by its amounts."""

from pathlib import Path
from typing import TYPE_CHECKING

from cli.output import Speaker
from common.messages import Message

if TYPE_CHECKING:
    from sample.targets import TaxReading


def sample_district(speaker: Speaker, out: Path, seed: int, tax_reading: "TaxReading", broken: bool) -> None:
    """Write a district and say what was written."""
    from sample import write_sample

    written = write_sample(out, seed=seed, tax_reading=tax_reading, broken=broken)
    record = {"out": str(out), "seed": written.seed, "tax_reading": written.tax_reading, "files": written.files,
              "rows": written.rows, "simulated": True}  # fmt: skip
    lines = [speaker.say(_written(written.files, out))]
    if written.expected:
        record["expected"] = str(written.expected)
        lines.append(speaker.say(Message(f"预期结果:{written.expected}", f"Expected outcomes: {written.expected}")))
    speaker.record(record, lines)


def sample_city(speaker: Speaker, out: Path, seed: int, districts: int, years: int, fraction: float) -> None:
    """Write a city, each district into a folder of its own, and say what was written and what of it is broken."""
    from sample.city import Plan, write_city

    plan = Plan(seed, districts, years, fraction)
    written = write_city(out, plan, lambda said: speaker.progress(Message(said, said)))
    rows, broken = written.rows.total(), written.broken.total()
    rules = ", ".join(f"{rule} {number}" for rule, number in sorted(written.broken.items()))
    lines = [
        _written(written.files, out),
        Message(f"{districts} 个区,{rows} 行,其中有错 {broken} 行:{rules}",
                f"{districts} districts, {rows} rows, {broken} of them broken: {rules}"),
    ]  # fmt: skip
    speaker.record({"out": str(out), **written.record}, map(speaker.say, lines))


def _written(files: int, out: Path) -> Message:
    return Message(f"已写出模拟数据 {files} 个文件:{out}", f"Wrote {files} files of simulated data: {out}")
