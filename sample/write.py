"""Writing the sample into an inbox, on several processes at once."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from itertools import repeat
from pathlib import Path

from common.files import write_bytes, write_json
from common.machine import collector_at_rest
from sample.broken import LATE, broken_cases
from sample.delivery import Delivery
from sample.district import invent_deliveries
from sample.marker import claim
from sample.targets import TaxReading

EXPECTED = ".expected.json"
"""What must become of the bad input of a broken twin: an array with an entry for each case."""


@dataclass(frozen=True, slots=True)
class SampleSummary:
    """What was written: without sidecars, a page of an interface being a file."""

    seed: int
    tax_reading: TaxReading
    files: int
    rows: dict[str, int]
    """Records by feed."""
    expected: Path | None = None
    """Of a broken twin, the file of expected outcomes. Its bad input is counted in files, not in records."""


def write_sample(
    out: Path,
    *,
    seed: int = 1,
    tax_reading: TaxReading = "q3",
    broken: bool = False,
    workers: int = 2,
    progress: Callable[[str], None] | None = None,
) -> SampleSummary:
    """Write the deliveries of a simulated district with their sidecars into ``out``, an inbox.

    ``broken`` adds every bad input of SPEC part 5 and the file of expected outcomes (Appendix D, broken twin). The
    same seed and reading give the same bytes. Raises LouyuError if the folder holds another sample or files that are
    no sample.
    """
    say = progress or (lambda _: None)
    sample: dict[str, int | str] = {"seed": seed, "tax_reading": tax_reading}
    claim(out, sample | {"broken": True} if broken else sample)
    files, rows = 0, Counter[str]()
    # all that is drawn stays, and looking through it takes as long as drawing
    with collector_at_rest():
        deliveries = invent_deliveries(seed, tax_reading, say)
        if broken:
            deliveries = [delivery for delivery in deliveries if (delivery.feed, delivery.period) != LATE]
        written = _written(out, deliveries, workers)
        for done, (delivery, (count, records)) in enumerate(zip(deliveries, written, strict=True), 1):
            files += count
            rows += records
            say(f"{done}/{len(deliveries)} {delivery.feed}/{delivery.name}")
    expected = out / EXPECTED if broken else None
    if expected:
        files += _write_broken(out)
        write_json(expected, [case.expected() for case in broken_cases()])
    return SampleSummary(seed, tax_reading, files, dict(sorted(rows.items())), expected)


def _write_broken(out: Path) -> int:
    """Write the deliveries of all cases, each with its sidecar first, and return the number of files."""
    count = 0
    for sent in (sent for case in broken_cases() for sent in case.deliveries):
        write_json(out / f"{sent.path}.meta.json", sent.sidecar)
        for path, content in sent.files():
            write_bytes(out / path, content)
            count += 1
    return count


def _written(out: Path, deliveries: Sequence[Delivery], workers: int) -> Iterator[tuple[int, Counter[str]]]:
    """Write every delivery and yield its number of files and its records, in the order of the deliveries."""
    if workers <= 1:
        yield from map(_write, repeat(out), deliveries)
        return
    with ProcessPoolExecutor(
        workers, multiprocessing.get_context("fork"), initializer=_inherit, initargs=(out, deliveries)
    ) as pool:
        yield from pool.map(_write_inherited, range(len(deliveries)))


_inherited: tuple[Path, Sequence[Delivery]]
"""In a worker: what its parent had drawn when it forked. Forms are closures, which cannot be sent."""


def _inherit(out: Path, deliveries: Sequence[Delivery]) -> None:
    global _inherited
    _inherited = out, deliveries


def _write_inherited(at: int) -> tuple[int, Counter[str]]:
    out, deliveries = _inherited
    return _write(out, deliveries[at])


def _write(out: Path, delivery: Delivery) -> tuple[int, Counter[str]]:
    """Write a delivery, its sidecar first: a file is never without its sidecar."""
    path, sidecar = delivery.sidecar
    write_json(out / path, sidecar)
    files, rows = 0, Counter[str]()
    for path, content, records in delivery.files():
        write_bytes(out / path, content)
        files += 1
        rows += records
    return files, rows
