"""What departments of a drawn district sent: single deliveries that a test drops into inboxes as it likes."""

import csv
import json
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from foreign_world import TaxRow, World

from common.contracts import feeds
from common.supplements import DELIVERY, FILE, ROW
from ingest.raw.inbox import arrivals


@dataclass(frozen=True)
class Arrived:
    """One delivery as it lies in the sender's folder: a file or a folder of pages, and its sidecar."""

    feed: str
    path: Path

    @property
    def delivery_id(self) -> str:
        """The id under which it will be known."""
        folder = self.path.parent.parent
        return next(one.landing(folder).id for one in arrivals(folder) if one.path == self.path)

    def received(self, moment: str) -> None:
        """Let it have been received at another moment."""
        beside = self.path.with_name(self.path.name + ".meta.json")
        said = json.loads(beside.read_text(encoding="utf-8"))
        beside.write_text(json.dumps({**said, "received_at": moment}), encoding="utf-8")

    def into(self, inbox: Path, name: str | None = None) -> None:
        """Drop it into an inbox, under another name where one is given; what it says of itself stays."""
        target = inbox / self.feed / (name or self.path.name)
        target.parent.mkdir(parents=True, exist_ok=True)
        (shutil.copytree if self.path.is_dir() else shutil.copy2)(self.path, target)
        beside = self.path.with_name(self.path.name + ".meta.json")
        said = json.loads(beside.read_text(encoding="utf-8"))
        target.with_name(target.name + ".meta.json").write_text(json.dumps(said), encoding="utf-8")


@dataclass(frozen=True)
class Taxes:
    """Writes months of tax anew, in the plainest form."""

    folder: Path
    world: World

    def send(
        self, name: str, month: str, received: str, *, version: int = 0, period: str | None = None, rows: int = 10_000,
        first: str | None = None, mends: Arrived | None = None, change: Callable[[int], int] = int,
    ) -> Arrived:  # fmt: skip
        """Drop a month with its amounts changed; ``first`` is what its first row says instead of an amount."""
        who = {one.uscc: one.name for one in self.world.enterprises}

        def line(number: int, row: TaxRow) -> Sequence[object]:
            amount = f"{change(row.total) / 100:.2f}" if number or first is None else first
            cells = (
                row.uscc,
                who[row.uscc],
                row.kind,
                month,
                row.period_end or "",
                amount,
                row.refunds or "",
                row.number,
            )
            return (*cells, mends.delivery_id, mends.path.name, "2") if mends else cells

        header = ("uscc", "taxpayer_name", "tax_type", "treasury_month", "tax_period_end", "amount_total", "orig_ref",
                  "voucher_no", *((DELIVERY, FILE, ROW) if mends else ()))  # fmt: skip
        chosen = [row for row in self.world.taxes if row.month == month][:rows]
        path = self.folder / f"{name}.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([header, *(line(number, row) for number, row in enumerate(chosen))])
        said = {"received_at": f"{received}T09:00:00+08:00", "version": version, "period": period}
        path.with_name(f"{path.name}.meta.json").write_text(json.dumps(said), encoding="utf-8")
        return Arrived("T01", path)


def sent_from(inbox: Path) -> list[Arrived]:
    """Return every delivery of a folder, each with a sidecar that says when it came and which version it is."""
    found = []
    for folder in sorted(path for path in inbox.iterdir() if path.name in feeds()):
        for number, path in enumerate(sorted(folder.iterdir())):
            if path.name.endswith(".meta.json"):
                continue
            beside = path.with_name(path.name + ".meta.json")
            said = json.loads(beside.read_text(encoding="utf-8")) if beside.exists() else {}
            said = {"received_at": f"2024-01-{number % 28 + 1:02d}T09:00:00+08:00", "version": 0, **said}
            beside.write_text(json.dumps(said), encoding="utf-8")
            found.append(Arrived(folder.name, path))
    return found
