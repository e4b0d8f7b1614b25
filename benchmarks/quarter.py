"""What the pipeline costs beside the bare work: ``python benchmarks/quarter.py [--rounds N]``.

In one run, in turn: the whole pipeline over the simulated quarter, a second run that finds nothing new, and a
floor that opens the same files with the same readers and sums them in DuckDB, checking and remembering nothing.
Only the ratios mean anything; the seconds are those of this machine.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl
from python_calamine import CalamineWorkbook

LOUYU = (sys.executable, "-m", "cli.main")


def main() -> None:
    """Measure and print a table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--rounds", type=int, default=5)
    rounds = given.parse_args().rounds
    with tempfile.TemporaryDirectory(prefix="louyu-bench-") as folder:
        work = Path(folder)
        inbox = work / "inbox"
        subprocess.run([*LOUYU, "sample", "--out", inbox], check=True, capture_output=True)
        spent: dict[str, list[float]] = {"floor": [], "run": [], "run again": []}
        for number in range(rounds):
            floor_command: list[str | Path] = [sys.executable, __file__, "--floor", inbox]
            run: list[str | Path] = [*LOUYU, "run", "--inbox", inbox, "--home", work / f"home{number}"]
            for name, command in (
                ("floor", floor_command),
                ("run", run),
                ("run again", run),
            ):
                spent[name].append(seconds(command))
    bare = statistics.median(spent["floor"])
    print(f"{'':12}{'min s':>8}{'median s':>10}{'max s':>8}{'× floor':>9}")
    for name, taken in spent.items():
        middle = statistics.median(taken)
        print(f"{name:12}{min(taken):8.2f}{middle:10.2f}{max(taken):8.2f}{middle / bare:9.1f}")


def seconds(command: Sequence[str | Path]) -> float:
    """Return the seconds of wall time that a command takes."""
    start = time.perf_counter()
    subprocess.run(command, check=True, capture_output=True)
    return time.perf_counter() - start


def floor(inbox: Path) -> None:
    """Open every file of an inbox and count and sum its columns."""
    with duckdb.connect() as connection:
        for number, table in enumerate(tables(inbox)):
            connection.register("incoming", table.to_arrow())
            connection.execute(f"create table t{number} as select * from incoming")
            connection.execute(f"summarize t{number}").fetchall()


def tables(inbox: Path) -> list[pl.DataFrame]:
    """Return the cells of each kind of delivery as text, one table for each feed."""
    found = []
    for feed in sorted(path for path in inbox.iterdir() if path.is_dir()):
        parts = [part for path in sorted(feed.rglob("*")) if path.is_file() for part in cells(path)]
        if parts:
            found.append(pl.concat(parts, how="diagonal"))
    return found


def cells(path: Path) -> list[pl.DataFrame]:
    """Return the cells of a file as text."""
    if path.name.endswith(".meta.json"):
        return []
    if path.suffix == ".json":
        rows = json.loads(path.read_text(encoding="utf-8"))["rows"]
        return [pl.DataFrame(rows, infer_schema_length=None).cast(pl.String)]
    if path.suffix == ".csv":
        return [pl.read_csv(path.read_bytes().decode("gb18030").encode(), infer_schema=False)]
    book = CalamineWorkbook.from_path(str(path))
    return [text(book.get_sheet_by_name(name).to_python()) for name in book.sheet_names]


def text(grid: Sequence[Sequence[object]]) -> pl.DataFrame:
    """Return a sheet's cells as a table of text."""
    schema = {f"c{number}": pl.String for number in range(max(map(len, grid), default=0))}
    return pl.DataFrame([[str(cell) for cell in row] for row in grid], schema=schema, orient="row")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--floor"]:
        floor(Path(sys.argv[2]))
    else:
        main()
