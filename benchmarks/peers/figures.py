"""What a peer made, as a file that leaves its environment."""

import json
from decimal import Decimal
from pathlib import Path

from benchmarks.floor import Floor
from benchmarks.floor.counting import Key, Value


def write(done: Floor, path: Path) -> None:
    """Write figures, rows and the seconds of each stage."""
    figures = [[*key, *(None if one is None else str(one) for one in value)] for key, value in done.figures.items()]
    told = {"figures": figures, "rows": done.rows, "seconds": done.seconds}
    path.write_text(json.dumps(told, ensure_ascii=False), encoding="utf-8")


def read(path: Path) -> Floor:
    """Read what ``write`` wrote."""
    told = json.loads(path.read_text(encoding="utf-8"))
    figures = {
        Key(*row[:6]): Value(*(None if one is None else Decimal(one) for one in row[6:])) for row in told["figures"]
    }
    rows = {feed: (read, accepted) for feed, (read, accepted) in told["rows"].items()}
    return Floor(figures=figures, rows=rows, seconds=told["seconds"])
