"""The inbox sensor: asks for one run when what departments dropped has come to rest.

A run takes in all that lies in an inbox, so it is asked for when nothing there moves: names, sizes and times are those
of the tick before, and no file was changed a moment ago. A sidecar that has not come by then is not waited for. The
sensor opens no file but sidecars, keeps hashes and no names, and is off until the office turns it on.
"""

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import dagster as dg

from common.clock import now
from common.files import canonical, digest
from common.home import Home, find_home
from dagster_project.jobs import EVERYTHING

if TYPE_CHECKING:
    from ingest.raw.inbox import Arrival

QUIET = timedelta(seconds=60)
"""How long ago the last file must have been changed: a copy over a slow network pauses for less."""
_STARTING = [dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.STARTING]
_LOST = timedelta(minutes=10)
"""A run that has not begun for so long was lost together with the process that was to begin it."""

Mark = tuple[str, int, int]
"""Path, size in bytes, and time of the last change in nanoseconds."""


@dg.sensor(
    name="inbox",
    job_name=EVERYTHING,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="收件目录静止后请求一次运行 / Asks for one run when the inbox has come to rest.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult:
    """Ask for a run over what nobody has recorded yet, one at a time.

    The cursor holds for each home two hashes of what lay in its inbox: at the last tick, and when it was settled, that
    is asked for or found to be recorded. It is worth nothing to a home that it does not name.
    """
    from ingest.landing import unrecorded

    homes = find_home().districts
    waiting = _waiting(context.instance, homes)
    before, after = _read(context.cursor), {}
    requests, reasons = [], set()
    for home in homes:
        lying = _marks(_arrivals(home))
        last, settled = before.get(str(home.root), (None, None))
        found = _hash(lying)
        if found != settled:
            if found != last or _is_fresh(lying, now()):
                reasons.add("files are still arriving")
            elif waiting:
                reasons.add(waiting)
            else:
                settled = found
                if pending := _marks(unrecorded(home, home.inbox)):
                    requests.append(_request(home, pending))
                    waiting = "a run was asked for just now"
        after[str(home.root)] = (found, settled)
    skipped = "; ".join(sorted(reasons)) or "nothing is new"
    return dg.SensorResult(requests, skip_reason=None if requests else skipped, cursor=json.dumps(after))


def _request(home: Home, pending: list[Mark]) -> dg.RunRequest:
    """Ask for a run over a set: the same set is asked for once, also by a sensor that has lost its cursor."""
    config: dict[str, Any] = {"resources": {"run": {"config": {"home": str(home.root)}}}}
    return dg.RunRequest(run_key=_hash(pending), run_config=config)


def _waiting(instance: dg.DagsterInstance, homes: Iterable[Home]) -> str | None:
    """Say what must end before a run begins, on the command line or here; the lock tells of those that work."""
    starting = dg.RunsFilter(job_name=EVERYTHING, statuses=_STARTING, created_after=datetime.now(UTC) - _LOST)
    if instance.get_runs_count(starting):
        return "a run is about to begin"
    return next((held.en for home in homes if (held := home.held())), None)


def _arrivals(home: Home) -> "Iterable[Arrival]":
    from ingest.raw.inbox import arrivals

    return arrivals(home.inbox)


def _marks(arriving: "Iterable[Arrival]") -> list[Mark]:
    """Return the marks of files and sidecars; one that is taken away meanwhile has none."""
    found = []
    for arrival in arriving:
        for file in (*arrival.files, *arrival.sidecars):
            try:
                stat = file.stat()
            except FileNotFoundError:
                continue
            found.append((str(file), stat.st_size, stat.st_mtime_ns))
    return found


def _is_fresh(lying: Iterable[Mark], moment: datetime) -> bool:
    """Tell whether a file was changed a moment ago; a time that is still to come says nothing."""
    ages = [moment.timestamp() - changed / 1e9 for _, _, changed in lying]
    return any(-1 < age < QUIET.total_seconds() for age in ages)


def _hash(marks: list[Mark]) -> str:
    return digest(canonical(marks))[:32]


def _read(cursor: str | None) -> dict[str, tuple[str | None, str | None]]:
    """Read the cursor; one that this code did not write says nothing."""
    try:
        return {home: (last, settled) for home, (last, settled) in json.loads(cursor or "{}").items()}
    except (ValueError, TypeError, AttributeError):
        return {}
