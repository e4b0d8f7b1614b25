"""What Dagster does with signed releases: a sensor sees them, a job publishes them. It holds no key and signs nothing.

A release that four persons signed waits for nobody, one under embargo waits for its time. The sensor is off until the
office turns it on: then an approved release goes out by itself, unless `louyu release publish --at` came first.
"""

from pathlib import Path
from typing import Any

import dagster as dg

from common.clock import now
from common.home import find_home

PUBLISH = "publish_release"
_TEXT = dg.Field(str, default_value="", is_required=False)


@dg.op(
    name="publish_signed",
    config_schema={"home": _TEXT, "release_id": str},
    description="发布已签发或到时的批次 / Publishes a release that is signed, or whose embargo has ended.",
)
def publish_signed(context: dg.OpExecutionContext) -> None:
    """Publish one release with the signatures that it has."""
    from publish.life.acts import publish_release

    asked = context.op_config
    home = find_home(Path(asked["home"]) if asked["home"] else None)
    with home.writer("dagster publish"):
        release = publish_release(home, asked["release_id"], tell=lambda message: context.log.info(message.en))
    context.log.info(f"{release.id}: {release.state}")


@dg.job(name=PUBLISH, description="发布已签发的批次 / Publishes signed releases.")
def publish_job() -> None:
    """Publish a signed release."""
    publish_signed()


def requests(home: str = "") -> list[dg.RunRequest]:
    """Return a request for each release that may go out now, once for each signed root and state."""
    from publish.life.acts import due_releases
    from publish.shelf import list_releases

    place = find_home(Path(home) if home else None)
    waiting = [release for release in list_releases(place) if release.state == "APPROVED"]
    found = []
    for release in [*waiting, *due_releases(place, now())]:
        config: dict[str, Any] = {"ops": {"publish_signed": {"config": {"home": home, "release_id": release.id}}}}
        found.append(dg.RunRequest(run_key=f"{release.id}:{release.state}:{len(release.log)}", run_config=config))
    return found


@dg.sensor(
    name="signed_releases",
    job=publish_job,
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.STOPPED,
    description="已签发且到时的批次 / Releases that are signed and whose time has come.",
)
def signed_releases(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """Ask for the publication of what is signed and due."""
    del context
    found = requests()
    return dg.SensorResult(run_requests=found) if found else dg.SkipReason("nothing is signed and due")
