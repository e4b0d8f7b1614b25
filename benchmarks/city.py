"""What the pipeline costs over a simulated city, beside the floor and its peers, and for one more day.

``python -m benchmarks.city [--quick] [--only sizes,history] …`` writes the numbers, each as soon as it is measured, and
in the end the page that shows them and its plots: into the docs, or after ``--quick`` into ``var/bench``. What fails
stops no other part. Ends with 1 where something failed, or a headline figure of pipeline and floor differs.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.floor.vocabulary import PROJECT
from benchmarks.history import measured_history
from benchmarks.measuring import measure
from benchmarks.peers.comparing import PEERS, measure_city, unfinished
from benchmarks.performance_page import write_page
from benchmarks.report import FINISHED, Book, differing
from benchmarks.running import LOUYU, Bench, RunFailedError, median, say
from benchmarks.sizes import measured_size
from benchmarks.whole import measured_city
from common.files import read_json


@dataclass(frozen=True, slots=True)
class Extent:
    """How much is measured."""

    sizes: tuple[float, ...]
    """Parts of one district."""
    years: tuple[int, ...]
    """Of history before one more day."""
    part: float
    """The part of a district over which one more day is measured."""
    peers: tuple[tuple[int, float], ...]
    """Districts and the part of each that peers do too."""
    rounds: int


FULL = Extent((0.02, 0.05, 0.1, 0.2, 0.5), (1, 2, 5), 0.8, ((1, 0.8), (4, 0.8)), 3)
"""0.8 of one district is a twentieth of the city, of four a fifth."""
QUICK = Extent((0.02, 0.8), (1,), 0.02, (), 1)
"""What ten minutes on two processors allow, up to a twentieth of the city; peers take longer."""

_SAID = 2_000
"""Letters of what a command said that failed."""

PARTS = ("sizes", "history", "demo", "peers", "city")


def main(words: Sequence[str] | None = None) -> int:
    """Measure, and return the exit code."""
    asked = _asked(words)
    extent = _extent(asked)
    out = asked.out or PROJECT / ("var/bench" if asked.quick else "docs")
    numbers, page = out / "bench.json", out / "performance.md"
    failed = [] if asked.page_only else _measured(asked, extent, Book.begun(numbers, is_new=not asked.only))
    if not numbers.exists():
        return 1
    report = read_json(numbers)
    write_page(report, page, out / "img")
    print(f"{numbers}\n{page}")
    if wrong := differing(report):
        print(f"{wrong} figures of pipeline and floor differ / {wrong} 项不一致", file=sys.stderr)
    return int(wrong > 0 or bool(failed))


def _measured(asked: argparse.Namespace, extent: Extent, book: Book) -> list[str]:
    """Measure what is asked for, each part into the book, and return the parts that failed."""
    failed = []
    for part in asked.only or PARTS:
        try:
            _MEASURES[part](asked, extent, book)
        except (subprocess.CalledProcessError, RunFailedError) as error:
            said = [text for text in (getattr(error, "output", ""), getattr(error, "stderr", "")) if text]
            say("\n".join([f"{part}: {error}", *(text[-_SAID:] for text in said)]))
            failed.append(part)
    return failed


def _asked(words: Sequence[str] | None) -> argparse.Namespace:
    given = argparse.ArgumentParser(prog="benchmarks.city", description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--quick", action="store_true", help="small parts of a district, one round, no whole one")
    given.add_argument("--only", type=_parts, help=f"of {','.join(PARTS)}; the other numbers stay as they are")
    given.add_argument("--sizes", type=_floats, help=f"parts of a district, by default {FULL.sizes}")
    given.add_argument("--years", type=_years, help=f"of history, by default {FULL.years}")
    given.add_argument("--part", type=float, help=f"of a district for one more day, by default {FULL.part}")
    given.add_argument("--rounds", type=int, help=f"by default {FULL.rounds}; a city is run once")
    given.add_argument("--whole", action="store_true", help="a whole district too, and --districts whole ones")
    given.add_argument("--districts", type=int, default=1, help="whole districts with --whole; 16 are the city")
    given.add_argument("--work", type=Path, help="a folder that stays, where whole districts go on when stopped")
    given.add_argument("--out", type=Path, help="the folder of bench.json, performance.md and img/")
    given.add_argument("--page-only", action="store_true", help="write the page again from the numbers")
    return given.parse_args(words)


def _extent(asked: argparse.Namespace) -> Extent:
    usual = QUICK if asked.quick else FULL
    sizes = asked.sizes or usual.sizes + ((1.0,) if asked.whole else ())
    return Extent(
        sizes, asked.years or usual.years, asked.part or usual.part, usual.peers, asked.rounds or usual.rounds
    )


def _sizes(_: argparse.Namespace, extent: Extent, book: Book) -> None:
    for fraction in extent.sizes:
        with _folder() as folder:
            book.put("sizes", measured_size(folder / "size", fraction, extent.rounds))


def _history(_: argparse.Namespace, extent: Extent, book: Book) -> None:
    for years in extent.years:
        with _folder() as folder:
            is_held = years == min(extent.years)
            book.put("history", measured_history(folder / "years", extent.part, years, extent.rounds, is_held))


def _demo(_: argparse.Namespace, extent: Extent, book: Book) -> None:
    """Measure what ``make run`` does; all that was measured before has warmed the files."""
    with _folder() as folder:
        bench, runs = Bench(folder), []
        for number in range(extent.rounds):
            command = [*LOUYU, "demo", "--home", str(folder / f"home{number}")]
            runs.append(measure(command, folder / "demo.log", bench.environment).cost.record)
            say(f"louyu demo {runs[-1]['wall_s']:.1f} s")
    book.put("demo", {**median(runs), "rounds": extent.rounds})


def _peers(_: argparse.Namespace, extent: Extent, book: Book) -> None:
    """Run parts of the city, smallest first, and let every peer do the same job over them while it finishes."""
    given_up: dict[str, str] = {}
    for districts, fraction in sorted(extent.peers, key=lambda part: part[0] * part[1]):
        with _folder() as folder:
            told = measured_city(folder, districts, fraction)
            book.put("cities", told)
            size = {"districts": districts, "fraction": fraction, "rows": told["rows"]}
            for peer in PEERS:
                if peer in given_up:
                    told = unfinished(peer, given_up[peer])
                else:
                    told = measure_city(peer, folder / "city", folder / "homes", folder / "peers")
                if told["status"] != FINISHED:
                    given_up.setdefault(peer, f"{told['reason']} at {size['rows']:,} rows already")
                say(f"{peer}: {told['status']} {told['reason']}, {told['wall_s']:.1f} s, {told['differing']} differ")
                book.put("peers", size | told)


def _city(asked: argparse.Namespace, _: Extent, book: Book) -> None:
    """Run whole districts; what is finished of them stays in ``--work`` until all are."""
    if not asked.whole or asked.districts < 2:
        return
    with _folder(asked.work) as folder:
        city = folder / f"city{asked.districts}"
        book.put("cities", measured_city(city, asked.districts, 1.0))
        shutil.rmtree(city)


_MEASURES: dict[str, Callable[[argparse.Namespace, Extent, Book], None]] = {
    "sizes": _sizes, "history": _history, "demo": _demo, "peers": _peers, "city": _city,
}  # fmt: skip


@contextmanager
def _folder(staying: Path | None = None) -> Iterator[Path]:
    """Give a folder to work in, which is removed in the end unless it is to stay."""
    if staying:
        yield staying.resolve()
        return
    folder = Path(tempfile.mkdtemp(prefix="louyu-bench-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _floats(text: str) -> tuple[float, ...]:
    """Read numbers between commas, smallest first."""
    return tuple(sorted({float(part) for part in text.split(",")}))


def _years(text: str) -> tuple[int, ...]:
    return tuple(map(int, _floats(text)))


def _parts(text: str) -> tuple[str, ...]:
    """Read parts between commas, in the order in which they are measured. Raises ArgumentTypeError for others."""
    if unknown := set(text.split(",")) - set(PARTS):
        raise argparse.ArgumentTypeError(f"{','.join(sorted(unknown))}: of {','.join(PARTS)}")
    return tuple(part for part in PARTS if part in text.split(","))


if __name__ == "__main__":
    sys.exit(main())
