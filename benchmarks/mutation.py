"""Which faults the gates stop: ``python -m benchmarks.mutation [--work DIR] [--only FAULT …] [--page docs/gates.md]``.

Each fault of the registry is put into one delivery of the last simulated month, by itself, in a copy of one home; the
month is run, and its public figures are compared with those of the clean month. Clean months of several seeds show
which figures the gates withhold without a fault. Results are kept in the work folder by a fault's name and the code, so
that a run that was stopped goes on. Everything is simulated.
"""

import argparse
import inspect
import json
import os
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.faults import parcel as parcels
from benchmarks.faults.fault import Fault
from benchmarks.faults.reasons import REASONS
from benchmarks.faults.registry import FAULTS
from benchmarks.proving.homes import District, compute, keep, kept, send, take_in
from benchmarks.proving.outcome import STOPPED, Outcome, asked, compared, explained, judged, refused
from benchmarks.proving.page import write_page
from common.contracts import PROJECT
from common.files import canonical, digest, tree_digest, write_bytes, write_json
from common.home import Home
from expectations.explanations import EXPLAINABLE
from warehouse.cut import code_digest

_RESULTS = "outcomes.jsonl"
_ROOMS_OF_CODE = ("common", "contracts/feeds", "contracts/layouts", "dbt/models", "dbt/macros", "identity", "ingest",
                  "sample", "warehouse")  # fmt: skip
_COMPUTING = tuple(f"{room}/**/*" for room in _ROOMS_OF_CODE)
"""What a candidate is made by, besides the standing of the deliveries and the gates."""


def main(words: Sequence[str] | None = None) -> int:
    """Prove the gates and print a table; returns 1 where the share or a false block misses the bar."""
    given = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("--work", type=Path, default=PROJECT / "var" / "mutation")
    given.add_argument("--only", nargs="*", default=[], help="ids of faults, or their beginnings")
    given.add_argument("--seeds", type=int, nargs="*", default=[1, 2, 3], help="clean months; faults are put into 1")
    given.add_argument("--page", type=Path, help="where to write the page")
    given.add_argument("--known", action="store_true", help="tell of what is known by now and prove nothing")
    given.add_argument("--any-code", action="store_true", help="with --known: of what other code was seen to do too")
    asked_for = given.parse_args(words)
    os.environ.setdefault("LOUYU_KEY_FILE", str(asked_for.work / "keys.json"))
    asked_for.work.mkdir(parents=True, exist_ok=True)
    wanted = [one for one in FAULTS.values() if not asked_for.only or one.id.startswith(tuple(asked_for.only))]
    order = list(FAULTS)
    districts = [District(seed, asked_for.work) for seed in asked_for.seeds]
    older: list[Outcome] = []
    if asked_for.known:
        results = asked_for.work / _RESULTS
        outcomes = list(known_outcomes(wanted, results))
        if asked_for.any_code:
            shown = {one.fault for one in outcomes}
            older = [one for one in newest_outcomes(wanted, results) if one.fault not in shown]
            outcomes += older
        districts = [one for one in districts if (one.clean.root / "done").exists()]
    else:
        outcomes = list(prove(District(1, asked_for.work), wanted, asked_for.work / _RESULTS))
    is_older = {one.fault for one in older}
    outcomes.sort(key=lambda one: order.index(one.fault))
    months = [clean_month(one) for one in districts]
    report = {"simulated": True, "faults": [asdict(one) for one in outcomes], "clean": months}
    write_json(asked_for.work / "gates.json", report)
    stopped = sum(one.ending in STOPPED for one in outcomes)
    blocks = sum(len(month["false"]) for month in months)
    print(
        f"{stopped} of {len(outcomes)} faults stopped ({stopped / max(len(outcomes), 1):.1%}); false blocks: {blocks}"
    )
    if asked_for.page:
        write_page(asked_for.page, FAULTS, outcomes, months, REASONS, is_older)
    return 0 if len(outcomes) == len(wanted) and stopped >= 0.95 * len(outcomes) and not blocks else 1


def known_outcomes(faults: Sequence[Fault], results: Path) -> Iterator[Outcome]:
    """Yield the outcomes that are known under this code."""
    known = {one["key"]: Outcome(**one["outcome"]) for one in _lines(results)}
    keys = (_key(fault, code_digest()) for fault in faults)
    yield from (known[key] for key in keys if key in known)


def newest_outcomes(faults: Sequence[Fault], results: Path) -> Iterator[Outcome]:
    """Yield the last outcome of each fault, whatever code it met."""
    newest = {outcome.fault: outcome for outcome in (Outcome(**one["outcome"]) for one in _lines(results))}
    yield from (newest[fault.id] for fault in faults if fault.id in newest)


def prove(district: District, faults: Sequence[Fault], results: Path) -> Iterator[Outcome]:
    """Yield the outcome of each fault, from the results where it is known under this code; the cheap ones first."""
    keys = {fault.id: _key(fault, code_digest()) for fault in faults}
    known = {one.fault: one for one in known_outcomes(faults, results)}
    yield from known.values()
    todo = [fault for fault in faults if fault.id not in known]
    if not todo:
        return
    district.prepare()
    judged(kept(district.clean))
    explanations = explained(kept(district.clean).candidate)
    judged(kept(district.clean), explanations)
    waiting: list[Fault] = []
    for number, (fault, is_second) in enumerate(_in_two_rounds(todo, waiting), 1):
        start = time.monotonic()
        outcome = _computed(district, fault, explanations) if is_second else _refused(district, fault)
        spent = f"{number:3} {time.monotonic() - start:6.1f} s  {fault.id:30}"
        if outcome is None:
            print(f"{spent}is read", flush=True)
            waiting.append(fault)
            continue
        with results.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"key": keys[fault.id], "outcome": asdict(outcome)}, ensure_ascii=False) + "\n")
        told = f"{outcome.ending:15}{outcome.wrong:6}{outcome.published:6}  {', '.join(outcome.by)[:120]}"
        print(f"{spent}{told}", flush=True)
        yield outcome


def _in_two_rounds(faults: Sequence[Fault], waiting: Sequence[Fault]) -> Iterator[tuple[Fault, bool]]:
    """Yield every fault, then those again that wait by then."""
    yield from ((fault, False) for fault in faults)
    yield from ((fault, True) for fault in waiting)


def _refused(district: District, fault: Fault) -> Outcome | None:
    """Send a fault in a home of its own and return its outcome where all its deliveries are refused or held.

    It is computed no further then: its feed has not been delivered.
    """
    home = _home(district, fault)
    clean, sent = fault.sent(district)
    said = digest(_key(fault, "").encode())
    if not (home.root / "sent").exists() or (home.root / "sent").read_text(encoding="utf-8") != said:
        district.copy(home)
        same = clean.delivery.feed, clean.delivery.name
        send(home, [*(one for one in district.last if (one.delivery.feed, one.delivery.name) != same), *sent])
        write_bytes(home.root / "sent", said.encode())
    # an earlier delivery may have had the same name, and a workbook's other lists are deliveries of their own
    names = {(f"{one.delivery.feed}/{one.delivery.name.split('/')[0]}", one.delivery.received_at) for one in sent}
    known = take_in(home).cut.deliveries
    sent_as = [one for one in known if (one.delivery.path, one.delivery.received_at) in names]
    outcome = refused(fault.id, [one for one in sent_as if one.delivery.feed == fault.feed])
    if outcome:
        shutil.rmtree(home.root)
    return outcome


def _computed(district: District, fault: Fault, explanations: pl.DataFrame) -> Outcome:
    """Compute the candidate of a fault that was taken in, and compare it with the clean month's.

    A candidate that the same code made of deliveries that stand as they do now is judged by today's gates.
    """
    home = _home(district, fault)
    run = take_in(home)
    stands = canonical([(one.delivery.id, one.status) for one in run.cut.deliveries])
    key = _key(fault, digest(stands) + tree_digest(PROJECT, _COMPUTING))
    done = home.root / "done"
    if not done.exists() or done.read_text(encoding="utf-8") != key:
        done.unlink(missing_ok=True)
        district.copy_warehouse(home)
        compute(run)
        if failed := run.failed_models():
            shutil.rmtree(home.root)
            return Outcome(fault.id, "blocked", failed)
        keep(run)
        write_bytes(done, key.encode())
    clean, sent = fault.sent(district)
    faulted = kept(home)
    judged(faulted, explanations)
    return compared(fault.id, kept(district.clean), faulted, district.published(), [(clean, one) for one in sent])


def _home(district: District, fault: Fault) -> Home:
    return Home(district.folder / "faults" / fault.id)


def clean_month(district: District) -> dict[str, Any]:
    """Judge the clean last month of a seed: what stops it falsely, and what the gates have the office explain.

    Small counts, amounts that wait for disclosure control and the one KPI that nobody defined are withheld for what
    they are and not for a fault.
    """
    district.prepare()
    run = kept(district.clean)
    decided = judged(run)
    sent = pl.read_parquet(run.candidate / "delivery.parquet").filter(pl.col("status").is_in(["HELD", "REJECTED"]))
    own = decided.withheld.filter(audience="PUBLIC").group_by("withheld_by").len().sort("withheld_by").rows()
    known = {"G-SDC", "G-DEF", *EXPLAINABLE}
    return {
        "seed": district.seed,
        "false": [*decided.blocked, *sent["path"], *(f"{gate} ({count})" for gate, count in own if gate not in known)],
        "asked": dict(asked(run.candidate).group_by("gate_id").len().sort("gate_id").rows()),
        "withheld": dict(own),
    }


def _key(fault: Fault, code: str) -> str:
    """Hash a fault and the code that it meets."""
    said = inspect.getsource(sys.modules[fault.act.__module__]) if fault.act.__module__ in sys.modules else ""
    own = inspect.getsource(sys.modules[f"benchmarks.faults.{_ROOMS[fault.feed]}"])
    return digest("\n".join((fault.id, said, own, inspect.getsource(parcels), code)).encode())[:16]


_ROOMS = {"T01": "tax", **dict.fromkeys(("B01", "O01", "E01", "R01", "R02"), "registers"),
          **dict.fromkeys(("H01", "H02"), "hotline"),
          **dict.fromkeys(("A01", "A02", "M01", "P01", "N01", "G01", "G02", "G03", "V01"), "governance")}  # fmt: skip


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        yield from map(json.loads, path.read_text(encoding="utf-8").splitlines())


if __name__ == "__main__":
    sys.exit(main())
