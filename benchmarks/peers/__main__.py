"""Do the peers' work over a district's inbox and hold their figures against the pipeline's.

``python -m benchmarks.peers INBOX --home HOME`` prints what each took, by stage, and how many figures differ, or why it
did not finish. It ends with 1 where a figure differs or a peer failed for another reason than its limits.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measuring import Limits
from benchmarks.peers.comparing import PEERS, Outcome, measure_peer
from benchmarks.peers.environments import CACHE


def main(words: Sequence[str] | None = None) -> int:
    """Return the exit code."""
    given = argparse.ArgumentParser(prog="benchmarks.peers", description=__doc__.splitlines()[0] if __doc__ else None)
    given.add_argument("inbox", type=Path, help="one district's inbox, …/<six-digit code>")
    given.add_argument("--home", type=Path, required=True, help="the home of one `louyu run` over it")
    given.add_argument("--only", choices=list(PEERS))
    given.add_argument("--json", action="store_true")
    given.add_argument("--limit-minutes", type=float, default=30)
    given.add_argument("--limit-gib", type=float, default=20)
    given.add_argument("--environments", type=Path, default=CACHE, help="where environments are kept")
    given.add_argument("--work", type=Path, help="a folder that is kept, with each peer's log and what it generates")
    asked = given.parse_args(words)
    limits = Limits(asked.limit_minutes * 60, asked.limit_gib * 2**30)
    with tempfile.TemporaryDirectory(prefix="louyu-peers-") as folder:
        work = asked.work or Path(folder)
        outcomes = [
            measure_peer(peer, asked.inbox.resolve(), asked.home.resolve(), work.resolve(), limits, asked.environments)
            for peer in ([asked.only] if asked.only else PEERS)
        ]
    if asked.json:
        told = {"load": round(os.getloadavg()[0], 1), "peers": [one.record for one in outcomes]}
        print(json.dumps(told, ensure_ascii=False))
    else:
        print("\n".join(line for one in outcomes for line in _lines(one)))
    failed = any(one.differing or one.unfinished.startswith(("failed", "no ")) for one in outcomes)
    return int(failed)


def _lines(outcome: Outcome) -> list[str]:
    cost = outcome.cost
    took = f"{cost.wall:.1f} s, CPU {cost.cpu:.1f} s, {cost.memory:,.0f} MiB" if cost else "—"
    if outcome.unfinished:
        return [f"{outcome.peer}: {outcome.unfinished} ({took})"]
    stages = "; ".join(f"{name} {spent:.2f} s" for name, spent in outcome.stages.items())
    told = f"{outcome.compared} compared, {len(outcome.differing)} differ / 不一致 {len(outcome.differing)} 项"
    return [f"{outcome.peer}: {took}", f"  {stages}", f"  {told}", *(f"  ≠ {one}" for one in outcome.differing)]


if __name__ == "__main__":
    sys.exit(main())
