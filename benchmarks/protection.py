"""What disclosure control of a release costs: ``python benchmarks/protection.py HOME``, a home with a candidate.

Decides afresh on the newest candidate as if nothing had been published. Prints each linked part of the amounts with its
size, the cost of the complements in yuan and its bound, and the seconds of the whole on this machine.
"""

import argparse
import shutil
import tempfile
import time
from pathlib import Path

import polars as pl

from common.files import read_json
from common.memory import Memory
from publish.protection.protecting import HIDDEN_FILE, REPORT_FILE, protect_candidate


def main() -> None:
    """Measure and print."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("home", type=Path)
    folder: Path = given.parse_args().home
    newest = max((folder / "warehouse" / "candidate").iterdir(), key=lambda path: path.stat().st_mtime)
    with tempfile.TemporaryDirectory() as scratch:
        candidate = Path(scratch) / newest.name
        shutil.copytree(newest, candidate, ignore=shutil.ignore_patterns(HIDDEN_FILE, REPORT_FILE))
        start, spent = time.perf_counter(), time.process_time()
        protect_candidate(candidate, "measured", pl.DataFrame(), Memory(Path(scratch) / "none"))
        seconds, cpu = time.perf_counter() - start, time.process_time() - spent
        report = read_json(candidate / REPORT_FILE)["report"]
    print(f"{'amounts':>8}{'hidden':>8}{'cost':>16}{'bound':>16}  about")
    for part in report["amounts"]:
        about = ", ".join(part["about"])
        cost, bound = float(part["cost"]), float(part["bound"])
        print(f"{part['amounts']:8}{part['hidden']:8}{cost:16,.0f}{bound:16,.0f}  {about}")
    print(f"counts hidden {report['counts']['hidden']}, figures {report['figures']}")
    print(f"{seconds:.1f} s, {cpu:.1f} s of processor")


if __name__ == "__main__":
    main()
