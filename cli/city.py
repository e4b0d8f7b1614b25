"""``louyu run`` over a city: every district is an ordinary home, and is run in a process of its own.

A city's inbox holds a folder for each district, named by its six-digit code; its home does likewise. Districts share
nothing, so as many are run at once as there are processors, and what stops one stops no other.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.output import Speaker
from common.contracts import PROJECT, feeds
from common.home import Home, district_folders
from common.machine import environment, threads, warehouse_limits
from common.messages import Message


@dataclass(frozen=True, slots=True)
class CityOutcome:
    """What the runs of a city's districts left behind, by district."""

    districts: Mapping[str, Mapping[str, Any]]
    """What ``louyu run`` prints of each, or its ``error``."""

    @property
    def record(self) -> dict[str, Any]:
        """The whole, as it is printed."""
        return {"districts": dict(self.districts)}

    @property
    def is_failed(self) -> bool:
        return any(one.get("blocked") or "error" in one for one in self.districts.values())

    def lines(self, speaker: Speaker) -> Iterator[str]:
        """Say the result to a reader, a line for each district and one for each thing that stops it."""
        for code, said in self.districts.items():
            if "error" in said:
                yield f"{code}  {said['error']}"
                continue
            yield f"{code}  {said['build'] or '—'}  {said['release_id'] or '—'}  {said['state']}"
            for reason in said["blocked"]:
                yield speaker.say(Message(f"{code}  阻止:{reason}", f"{code}  blocked: {reason}"))


def districts_in(inbox: Path) -> dict[str, Path]:
    """Return the districts of a city's inbox; none where it is a district's own, with feeds in it."""
    return {} if any((inbox / feed).is_dir() for feed in feeds()) else district_folders(inbox)


def run_city(
    home: Home, speaker: Speaker, districts: Mapping[str, Path], as_of: str | None, known_at: str | None
) -> CityOutcome:
    """Run every district below a city's home."""
    given = {"--as-of": as_of, "--known-at": known_at}
    words = [word for name, value in given.items() if value is not None for word in (name, value)]
    at_once = min(threads(), len(districts))
    with environment(**warehouse_limits(at_once)), ThreadPoolExecutor(at_once) as pool:
        runs = {code: pool.submit(_run, code, inbox, home, speaker, words) for code, inbox in districts.items()}
        return CityOutcome({code: run.result() for code, run in runs.items()})


def _run(code: str, inbox: Path, home: Home, speaker: Speaker, words: Sequence[str]) -> dict[str, Any]:
    """Run one district; what it says on its error stream is said again behind its code."""
    where = ("--inbox", str(inbox.resolve()), "--home", str((home.root / code).resolve()))
    command = [
        sys.executable,
        "-m",
        "cli.main",
        "run",
        *where,
        "--format",
        "json",
        "--lang",
        speaker.lang.value,
        *words,
    ]
    last = ""
    with tempfile.TemporaryFile() as answer:
        with subprocess.Popen(
            command, stdout=answer, stderr=subprocess.PIPE, text=True, encoding="utf-8", errors="replace", cwd=PROJECT
        ) as run:
            for line in run.stderr or ():
                if line.strip():
                    last = line.strip()
                    speaker.progress(Message(f"{code} {last}", f"{code} {last}"))
        answer.seek(0)
        said = answer.read()
    try:
        return dict(json.loads(said))
    except ValueError:
        return {"error": last or f"{run.returncode}"}
