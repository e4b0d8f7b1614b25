"""The page that says which faults were stopped, by what, and which were not."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks.faults.fault import Fault
from benchmarks.proving.outcome import STOPPED, Ending, Outcome
from common.files import write_bytes

_ENDINGS: Mapping[Ending, str] = {
    "refused": "the delivery was refused, or is held until somebody answers",
    "set aside": "every row with the fault waits in the quarantine; figures lack those rows",
    "blocked": "the candidate cannot be published",
    "withheld": "the figures that were wrong are withheld",
    "repaired": "no figure is wrong, and a note or a missing figure says why",
    "without effect": "no public figure is wrong and nothing was said",
    "slipped": "a wrong figure would be published",
}


def write_page(
    path: Path, faults: Mapping[str, Fault], outcomes: Sequence[Outcome], months: Sequence[Mapping[str, Any]],
    reasons: Mapping[str, str], older: Collection[str] = (),
) -> None:  # fmt: skip
    """Write the page; ``reasons`` say of a fault that slipped why nothing stops it, ``older`` met another code."""
    write_bytes(path, ("\n".join(_lines(faults, outcomes, months, reasons, older)) + "\n").encode())


def _lines(
    faults: Mapping[str, Fault], outcomes: Sequence[Outcome], months: Sequence[Mapping[str, Any]],
    reasons: Mapping[str, str], older: Collection[str],
) -> Iterator[str]:  # fmt: skip
    counts = Counter(one.ending for one in outcomes)
    stopped = sum(counts[ending] for ending in STOPPED)
    yield "# What the gates stop"
    yield ""
    yield "> Simulated data. Written by `python -m benchmarks.mutation --page docs/gates.md`; not to be edited."
    yield ""
    yield (
        "Each fault is put into one delivery of the last month of the simulated district, by itself; the month is run "
        "over the published months before it and compared with the clean month. The office has explained whatever the "
        "clean month is asked to explain. A fault slips where one public figure differs from the clean month's and "
        "nothing withholds it."
    )
    yield ""
    yield f"**{stopped} of {len(outcomes)} faults are stopped ({stopped / max(len(outcomes), 1):.1%}).**"
    yield ""
    if older:
        yield f"{len(older)} of them met the code of an earlier day and were not run again."
        yield ""
    if waiting := [id for id in faults if id not in {one.fault for one in outcomes}]:
        yield (
            f"Not proved yet: {', '.join(f'`{id}`' for id in waiting)}. What is refused at the door is proved first, "
            f"so these are the harder ones: of all {len(faults)} faults between {stopped / len(faults):.1%} and "
            f"{(stopped + len(waiting)) / len(faults):.1%} are stopped."
        )
        yield ""
    yield from _table(("ending", "faults", "what it means"), (
        (ending, counts[ending], said) for ending, said in _ENDINGS.items() if counts[ending]
    ))  # fmt: skip
    yield from ("## What slips, and why", "")
    yield from _table(("fault", "figures published wrong", "of", "why nothing stops it"), (
        (f"`{one.fault}` {faults[one.fault].name.zh}", one.published,
         ", ".join(f"`{kpi}` ({count})" for kpi, count in list(one.slipped.items())[:4]), reasons.get(one.fault, ""))
        for one in outcomes if one.ending == "slipped"
    ))  # fmt: skip
    yield from ("## Clean months", "")
    yield from _table(("seed", "blocked falsely", "asked for an explanation"), (
        (month["seed"], ", ".join(month["false"]) or "nothing",
         ", ".join(f"{gate} ({count})" for gate, count in month["asked"].items()) or "nothing")
        for month in months
    ))  # fmt: skip
    yield (
        "What G-JUMP, G-RATIO and G-NORM ask the office to explain is asked of clean months too, as SPEC 4.3 demands. "
        "Small counts and amounts that wait for disclosure control are withheld for what they are (G-SDC)."
    )
    yield from ("", "## Every fault", "")
    yield (
        "Stopped by: rules of the input with what they did, gates with the number of wrong figures that they withhold. "
        "*Asked again* counts wrong figures that only a question holds which the clean month was asked too."
    )
    yield ""
    header = ("fault", "feed", "what goes wrong", "ending", "stopped by", "wrong", "published", "asked again")
    yield from _table(header, map(partial(_whole_row, faults), outcomes))


def _whole_row(faults: Mapping[str, Fault], one: Outcome) -> Sequence[object]:
    fault = faults[one.fault]
    said = f"{fault.name.zh} / {fault.name.en}"
    return f"`{one.fault}`", fault.feed, said, one.ending, ", ".join(one.by[:6]), one.wrong, one.published, one.again


def _table(header: Sequence[str], rows: Any) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'---|' * len(header)}"
    yield from (f"| {' | '.join(str(cell).replace('|', '/') for cell in row)} |" for row in rows)
    yield ""
