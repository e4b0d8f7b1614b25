"""Do the floor's work and hold its figures against the pipeline's.

``python -m benchmarks.floor INBOX [--home HOME]`` prints a table of both, or with ``--json`` one object: the seconds of
each stage and how many figures differ. It ends with 1 where any figure differs.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.floor import Compared, compare, work
from benchmarks.floor.counting import Value


def main(words: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    given = argparse.ArgumentParser(prog="benchmarks.floor", description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("inbox", type=Path, help="one district's inbox, …/<six-digit code>")
    given.add_argument("--home", type=Path, help="the home of one `louyu run` over it")
    given.add_argument("--differences", action="store_true", help="print only the figures that differ")
    given.add_argument("--json", action="store_true")
    asked = given.parse_args(words)
    floor = work(asked.inbox)
    compared = compare(floor, asked.home) if asked.home else []
    differing = sum(not one.agrees for one in compared)
    if asked.json:
        told = {
            "seconds": floor.seconds, "rows": floor.rows, "kpis": sorted({key.kpi for key in floor.figures}),
            "figures": len(floor.figures), "differing": differing,
        }  # fmt: skip
        print(json.dumps(told))
    else:
        for one in compared:
            if not (asked.differences and one.agrees):
                print(_line(one))
        print("; ".join(f"{name} {spent:.2f} s" for name, spent in floor.seconds.items()))
        print(f"{len(floor.figures)} figures, {len(compared)} compared, {differing} differ / 不一致 {differing} 项")
    return int(differing > 0)


def _line(one: Compared) -> str:
    key = one.key
    of = f"{key.kpi:26} {key.area:11} {key.breakdown_type}={key.breakdown_code} {key.period}"
    base = f" / {key.base_period}" if key.base_period else ""
    return f"{'  ' if one.agrees else '≠ '}{of + base:76} {_shown(one.floor):>28} {_shown(one.pipeline):>28}"


def _shown(value: Value | None) -> str:
    if value is None:
        return "no such figure"
    return "—" if value.value is None else f"{value.value.normalize():f}"


if __name__ == "__main__":
    sys.exit(main())
