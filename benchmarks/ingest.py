"""What ingest costs beside the bare reading of the same file: ``python benchmarks/ingest.py [--rows N] [--rounds N]``.

A GB18030 CSV of tax rows against transcoding it and DuckDB's reader, and a workbook against fastexcel's bare read.
Each side runs in a process of its own, in turn. Only the ratios mean anything; the bars are meant for 10 million rows
and for 1 million.
"""

import argparse
import codecs
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from common.clock import BEIJING
from common.codes import credit_code
from common.deliveries import Delivery, Sidecar, StoredFile
from common.keys import Pseudonymiser
from ingest.parse import parse

COLUMNS = (
    "纳税人识别号",
    "纳税人名称",
    "税种",
    "入库月份",
    "税款所属期起",
    "税款所属期止",
    "全口径税收",
    "区级税收",
    "电子税票号",
)
TAXES = ("增值税", "企业所得税", "个人所得税", "城市维护建设税", "印花税", "房产税")
ENTERPRISES = 100_000
BARS = {"csv": 2.5, "xlsx": 1.6}
MEMORY_BAR = 2048
"""MiB, for the CSV."""


def main() -> None:
    """Measure and print a table."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--rows", type=int, default=1_000_000, help="rows of the CSV")
    given.add_argument("--sheet-rows", type=int, default=200_000, help="rows of the xlsx")
    given.add_argument("--rounds", type=int, default=3)
    asked = given.parse_args()
    with tempfile.TemporaryDirectory(prefix="louyu-bench-") as folder:
        csv, xlsx = Path(folder) / "tax.csv", Path(folder) / "tax.xlsx"
        write_csv(csv, asked.rows)
        write_xlsx(xlsx, asked.sheet_rows)
        print(
            f"{'':6}{'rows':>10}{'bare s':>9}{'ingest s':>10}{'ratio':>7}{'bar':>5}{'bare MiB':>10}{'ingest MiB':>12}"
        )
        for kind, path, rows in (("csv", csv, asked.rows), ("xlsx", xlsx, asked.sheet_rows)):
            pairs = [(run(f"bare_{kind}", path), run("ingest", path)) for _ in range(asked.rounds)]
            bare, ours = (statistics.median(pair[side][0] for pair in pairs) for side in (0, 1))
            peaks = [max(pair[side][1] for pair in pairs) for side in (0, 1)]
            print(
                f"{kind:6}{rows:10}{bare:9.2f}{ours:10.2f}{ours / bare:7.2f}{BARS[kind]:5.1f}"
                f"{peaks[0]:10.0f}{peaks[1]:12.0f}"
            )
        print(f"memory bar of the csv: {MEMORY_BAR} MiB")


def run(what: str, path: Path) -> tuple[float, float]:
    """Return the seconds that a piece of work takes in a process of its own, start apart, and its peak in MiB."""
    told = subprocess.run([sys.executable, __file__, what, path], check=True, capture_output=True, text=True).stdout
    seconds, peak = told.split()[-2:]
    return float(seconds), float(peak)


def peak() -> float:
    """Return the largest memory of this process so far, in MiB; what it had before it was this program is no part."""
    said = Path("/proc/self/status").read_text(encoding="utf-8")
    return next(int(line.split()[1]) / 1024 for line in said.splitlines() if line.startswith("VmHWM"))


def bare_csv(path: Path) -> None:
    """Transcode, and let DuckDB read."""
    decoder, utf8 = codecs.getincrementaldecoder("gb18030")(), path.with_suffix(".utf8")
    with path.open("rb") as source, utf8.open("wb") as target:
        while part := source.read(1 << 24):
            target.write(decoder.decode(part).encode())
    with duckdb.connect() as connection:
        connection.execute("create table t as select * from read_csv(?)", [str(utf8)])
    utf8.unlink()


def bare_xlsx(path: Path) -> None:
    """Let fastexcel read."""
    import fastexcel

    fastexcel.read_excel(path).load_sheet(0).to_polars()


def ingest(path: Path) -> None:
    """Parse as a delivery and write the rows."""
    stored = StoredFile(path.name, "0" * 64, path.stat().st_size)
    delivery = Delivery("T01", f"T01/{path.name}", (stored,), datetime(2023, 10, 12, tzinfo=BEIJING), 0, Sidecar())
    outcome = parse(delivery, [(path.name, path)], Pseudonymiser(1, b"0" * 32), folder=path.parent)
    outcome.kept.write(path.parent / "rows.parquet")
    if outcome.status != "ACCEPTED" or outcome.accepted != outcome.read:
        raise SystemExit(f"{outcome.status}: {outcome.accepted} of {outcome.read} rows")


def write_csv(path: Path, rows: int) -> None:
    """Write tax rows of a hundred thousand enterprises as an office exports them."""
    chance = random.Random(1)
    with path.open("w", encoding="gb18030", newline="") as file:
        file.write(",".join(COLUMNS) + "\r\n")
        enterprises = [_enterprise(chance) for _ in range(ENTERPRISES)]
        for number in range(rows):
            file.write(",".join(_row(number, chance.choice(enterprises), chance)) + "\r\n")


def write_xlsx(path: Path, rows: int) -> None:
    """Write tax rows as a workbook; amounts are numbers."""
    chance = random.Random(1)
    enterprises = [_enterprise(chance) for _ in range(ENTERPRISES)]
    made = [_row(number, chance.choice(enterprises), chance) for number in range(rows)]
    frame = pl.DataFrame(made, schema=list(COLUMNS), orient="row")
    frame.with_columns(pl.col("全口径税收", "区级税收").cast(pl.Float64)).write_excel(path)


def _enterprise(chance: random.Random) -> tuple[str, str]:
    serial = "".join(chance.choices("0123456789ABCDEFGHJKLMNPQRTUWXY", k=7))
    name = "".join(chance.choices("银河金安古城鲁谷八角苹果园五里坨", k=4))
    return credit_code(f"91110107MA{serial}"), f"北京{name}科技有限责任公司"


def _row(number: int, enterprise: tuple[str, str], chance: random.Random) -> tuple[str, ...]:
    fen = chance.randrange(100, 10**9)
    amounts = (f"{fen / 100:.2f}", f"{fen // 400 / 100:.2f}")
    return (*enterprise, TAXES[number % 6], "2023-09", "2023-08-01", "2023-08-31", *amounts, f"3110{number:012d}")


WORK: dict[str, Callable[[Path], None]] = {"bare_csv": bare_csv, "bare_xlsx": bare_xlsx, "ingest": ingest}

if __name__ == "__main__":
    if sys.argv[1:2] and sys.argv[1] in WORK:
        start = time.perf_counter()
        WORK[sys.argv[1]](Path(sys.argv[2]))
        print(time.perf_counter() - start, peak())
    else:
        main()
