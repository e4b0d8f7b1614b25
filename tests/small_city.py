"""A small district of the simulated city, run and published, for tests that change nothing in it."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from louyu_home import Louyu
from made_once import once

from common.home import Home
from sample.city import Plan, write_city

DISTRICT = "110102"
FRACTION = 0.01


@dataclass(frozen=True)
class SmallCity:
    """The second of two small districts after a run that was told nothing but its inbox."""

    louyu: Louyu
    inbox: Path
    broken: Counter[str]
    """Broken rows by the rule by which they wait."""
    record: dict[str, Any]
    """What the run printed."""


def make_city(folder: Path) -> SmallCity:
    """Make it in a folder, or take what was made there."""
    louyu, inbox = Louyu(Home(folder / "home")), folder / "both" / DISTRICT

    def made() -> str:
        both = write_city(folder / "both", Plan(districts=2, fraction=FRACTION))
        first = write_city(folder / "first", Plan(districts=1, fraction=FRACTION))
        record = louyu.json("run", "--inbox", str(inbox))
        louyu.call("release", "publish", record["release_id"], "--simulated")
        return json.dumps({"broken": both.broken - first.broken, "record": record})

    said = json.loads(once(folder.with_suffix(".json"), made))
    return SmallCity(louyu, inbox, Counter(said["broken"]), said["record"])
