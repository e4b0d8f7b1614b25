"""Running the job in this process, for the command line."""

import json
import os
from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from common.files import write_bytes
from common.home import Home
from dagster_project.definitions import build_definitions
from dagster_project.jobs import EVERYTHING
from dagster_project.run import Run

_OURS = "# Written by louyu, and written again where it differs; without this line it stays as it is."
# Dagster queues runs by default and counts what a kill left as working; here the home's lock says who works, and dies
# with him, so a run starts at once and waits for the lock
_INSTANCE = """\
{ours}
telemetry:
  enabled: false
run_coordinator:
  module: dagster._core.run_coordinator
  class: DefaultRunCoordinator
event_log_storage:
  module: dagster_project.events
  class: KeptEventLog
  config:
    base_dir: {events}
"""


def prepare_instance(home: Home) -> Path:
    """Make the folder of Dagster's own storage in the home and return it."""
    config = home.dagster / "dagster.yaml"
    # a home that was moved has its history where it lies now
    events = json.dumps(str(home.dagster.absolute() / "history" / "runs"))
    wanted = _INSTANCE.format(ours=_OURS, events=events)
    said = config.read_text(encoding="utf-8") if config.exists() else _OURS
    if said.startswith(_OURS) and said != wanted:
        write_bytes(config, wanted.encode())
    return home.dagster


def execute(run: Run) -> str | None:
    """Run everything over a home; returns which step failed and why, or nothing. Nothing is raised."""
    folder = prepare_instance(run.home)
    os.environ["DAGSTER_HOME"] = str(folder)
    os.environ.setdefault("DAGSTER_EVENT_BATCH_SIZE", "100")
    definitions = build_definitions({"run": run})
    job = definitions.resolve_job_def(EVERYTHING)
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        result = job.execute_in_process(
            instance=instance,
            raise_on_error=False,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
        )
        return None if result.success else "; ".join(_failures(result))


def _failures(result: dg.ExecuteInProcessResult) -> Iterator[str]:
    """Say what stopped each step that failed by itself, down to the first cause."""
    for event in result.get_step_failure_events():
        error = event.step_failure_data.error
        while error is not None and error.cause is not None:
            error = error.cause
        if error is not None:
            yield f"{event.step_key}: {error.message.strip()}"
