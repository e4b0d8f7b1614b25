"""One more day, and one late correction, for a home that knows years already.

The last days of a sample are held back while the home is built; then each is delivered, as the newest thing that the
home learns, and run. The corrections are months of tax sent again, three and more months late, with one row changed.
"""

import json
import shutil
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl

from benchmarks.running import DISTRICT, Bench, Record, RunFailedError, median, say
from common.files import write_json
from sample.words import Words

AS_OF = "2023-12-31"
"""Told to every run, so that a day held back does not move the figures a month back."""

_DAILY = ("H01", "H02")
_MONTHS_LATE = 3
_AGAIN = "_2"
"""What the name of a month that comes again ends with."""
_MORE = Decimal("1000.00")
"""Yuan by which a correction raises one row."""


def measured_history(work: Path, fraction: float, years: int, rounds: int, is_held: bool) -> Record:
    """Build a home of so many years without its last days, then measure each day and each correction on its own.

    With ``is_held`` the candidate in the end is held against that of a fresh home that was given everything at once.
    Raises CalledProcessError where a command fails, RunFailedError where a delivery was not taken in or a file of the
    candidate differs.
    """
    work.mkdir(parents=True)
    bench, inbox, home = Bench(work), work / "city" / DISTRICT, work / "home"
    rows = bench.sample(work / "city", 1, years, fraction)
    days = hold_back(inbox, work / "later", rounds)
    full = bench.run(inbox, home, AS_OF)
    say(f"{years} years at {fraction:g}: {sum(rows.values()):,} rows, full build {full['wall_s']:.1f} s")
    daily, corrections = [], []
    for day in days:
        daily.append(_next(bench, inbox, home, deliver(day, inbox), "one more day"))
    for late in range(_MONTHS_LATE, _MONTHS_LATE + rounds):
        corrections.append(_next(bench, inbox, home, correct(inbox, late), "one late correction"))
    return {
        "fraction": fraction, "years": years, "rows": sum(rows.values()), "rounds": rounds, "full": full,
        "day": median(daily), "correction": median(corrections),
        **({"alike": _held_against_fresh(bench, inbox, home)} if is_held else {}),
    }  # fmt: skip


def hold_back(inbox: Path, later: Path, days: int) -> list[Path]:
    """Move the deliveries of the last days, sidecars too, from an inbox into a folder for each day, oldest first."""
    daily = {path.stem.rpartition("_")[2] for path in (inbox / _DAILY[0]).glob("*.parquet")}
    last = sorted(label for label in daily if len(label) == len("20231231"))[-days:]
    for label in last:
        for feed in _DAILY:
            (later / label / feed).mkdir(parents=True)
            for path in (inbox / feed).glob(f"*_{label}.parquet*"):
                path.rename(later / label / feed / path.name)
    return [later / label for label in last]


def deliver(day: Path, inbox: Path) -> int:
    """Put a day's deliveries into an inbox, received after everything that lies there; return how many rows."""
    received = _after(inbox)
    files = sorted(day.rglob("*.parquet"))
    for path in files:
        sidecar = path.with_name(f"{path.name}.meta.json")
        _sidecar(inbox / path.relative_to(day), json.loads(sidecar.read_bytes()) | {"received_at": received})
        shutil.move(path, inbox / path.relative_to(day))
    return sum(pl.scan_parquet(inbox / path.relative_to(day)).select(pl.len()).collect().item() for path in files)


def correct(inbox: Path, months_before: int) -> int:
    """Send an older month of tax again in a higher version, one tenant's row raised; return how many rows it has."""
    path = sorted(path for path in (inbox / "T01").glob("*.csv") if not path.stem.endswith(_AGAIN))[-1 - months_before]
    table = pl.read_csv(path, encoding="gb18030" if not _is_utf8(path) else "utf8", infer_schema=False)
    words = Words("T01")
    amount, refund, payer = words.header("amount_total") + "(元)", words.header("is_refund"), words.header("uscc")
    total = pl.col(amount).cast(pl.Decimal(20, 2), strict=False)
    fits = (pl.col(refund) == "否") & (total > _MORE) & pl.col(payer).is_in(_tenants(inbox, path).implode())
    changed = table.with_row_index("n").filter(fits)["n"][0]
    raised = table.with_columns(
        pl.when(pl.int_range(pl.len()) == changed).then((total + _MORE).cast(pl.String)).otherwise(amount).alias(amount)
    )
    said = json.loads(path.with_name(f"{path.name}.meta.json").read_bytes())
    again = path.with_name(f"{path.stem}{_AGAIN}.csv")
    _sidecar(again, said | {"received_at": _after(inbox), "version": 2})
    raised.write_csv(again, line_terminator="\r\n")
    return raised.height


def _is_utf8(path: Path) -> bool:
    try:
        path.read_bytes().decode()
    except UnicodeDecodeError:
        return False
    return True


def _tenants(inbox: Path, tax: Path) -> pl.Series:
    """Return the codes of the list of tenants of the same month."""
    listed = next((inbox / "O01").glob(f"*_{tax.stem.rpartition('_')[2]}.csv"))
    return pl.read_csv(listed, infer_schema=False)[Words("O01").header("uscc")].drop_nulls().unique()


def _after(inbox: Path) -> str:
    """Return a day after the newest delivery of an inbox."""
    stamps = [json.loads(path.read_bytes())["received_at"] for path in inbox.glob("*/*.meta.json")]
    return (max(map(datetime.fromisoformat, stamps)) + timedelta(days=1)).isoformat()


def _sidecar(path: Path, said: Mapping[str, object]) -> None:
    write_json(path.with_name(f"{path.name}.meta.json"), said)


def _next(bench: Bench, inbox: Path, home: Path, rows: int, what: str) -> Record:
    """Run again over what was delivered, and see that it was taken in."""
    known = _standing(bench, home)
    run = bench.run(inbox, home, AS_OF)
    fresh = _standing(bench, home).items() - known.items()
    if not fresh or any(status != "ACCEPTED" for _, status in fresh):
        raise RunFailedError(f"{home}: {what}: {sorted(fresh)}")
    say(f"{what}: {rows:,} rows, {run['wall_s']:.1f} s")
    return {"rows": rows, **run}


def _standing(bench: Bench, home: Path) -> dict[str, str]:
    told: Sequence[Mapping[str, str]] = bench.louyu("deliveries", "--home", home)
    return {one["delivery_id"]: one["status"] for one in told}


def _held_against_fresh(bench: Bench, inbox: Path, home: Path) -> int:
    """Return how many figures a fresh home has, all the same; raises RunFailedError where a file differs."""
    fresh = bench.folder / "fresh"
    build = bench.run(inbox, fresh, AS_OF)["build"]
    ours, theirs = (one / "warehouse" / "candidate" / build for one in (home, fresh))
    differing = [file.name for file in sorted(theirs.glob("*.parquet")) if not same_rows(file, ours / file.name)]
    if differing:
        raise RunFailedError(f"{ours} and {theirs} differ in {', '.join(differing)}")
    return int(pl.scan_parquet(theirs / "figure.parquet").select(pl.len()).collect().item())


def same_rows(one: Path, other: Path) -> bool:
    """Tell whether two Parquet files hold the same rows, in whatever order."""
    if not other.exists():
        return False
    first, second = pl.read_parquet(one), pl.read_parquet(other)
    if first.schema != second.schema or first.height != second.height:
        return False
    ordered = [table.select(pl.struct(pl.all()).hash().sort()).to_series() for table in (first, second)]
    return bool((ordered[0] == ordered[1]).all())
