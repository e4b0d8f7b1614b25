"""The office's tables: what is shipped, what this home's config says, and what was known of it at a cut.

``config/<table>.csv`` holds rows that replace the shipped ones of the same key; ``config/settings.yml``
holds parameters by their dotted name. What a home says is an event of the ledger, so that a later change
never alters what an earlier cut knew. What the first run finds has been so from the beginning.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from common.clock import BEIJING, now
from common.codes import plain_code
from common.contracts import PROJECT
from common.home import Home
from common.ledger import Event, Ledger
from common.messages import LouyuError

OFFICE_SEEDS = PROJECT / "dbt" / "seeds" / "office"
_EXCEPTIONS = "code_exception"
_EXPLANATIONS = "explanation"
FROM_THE_BEGINNING = datetime(1970, 1, 1, tzinfo=BEIJING)

Row = dict[str, str]


@dataclass(frozen=True, slots=True)
class OfficeTable:
    """The rows of one table that a home's config adds or replaces."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def office_tables() -> dict[str, tuple[str, ...]]:
    """Return the tables that a home may overlay, with their columns."""
    return {path.stem: tuple(_header(path)) for path in sorted(OFFICE_SEEDS.glob("*.csv"))}


def sync(home: Home, ledger: Ledger) -> None:
    """Record what the home's config says now, where it differs from what was recorded last."""
    events = ledger.events()
    is_first_run = not any(event.kind == "delivery" for event in events)
    fresh = []
    for table in configured(home):
        recorded = [event for event in events if _is_about(event, table.name)]
        last = list(recorded[-1].payload["rows"]) if recorded else []
        if list(table.rows) != last:
            # moments are kept to the second, and what is said anew must be the later one
            later = max([now(), *(event.known_at + timedelta(seconds=1) for event in recorded)])
            known_at = FROM_THE_BEGINNING if is_first_run and not recorded else later
            fresh.append(Event("parameter", known_at, {"table": table.name}, {"rows": list(table.rows)}))
    ledger.add(fresh)


def overlay_at(ledger: Ledger, known_at: datetime) -> list[OfficeTable]:
    """Return every overlay table as it was known at a moment, empty where nothing was said."""
    events = ledger.events(known_at)
    tables = []
    for name, columns in office_tables().items():
        said = [event for event in events if _is_about(event, name)]
        tables.append(OfficeTable(name, columns, tuple(said[-1].payload["rows"]) if said else ()))
    return tables


def parameters_at(ledger: Ledger, known_at: datetime, on: date) -> dict[str, str]:
    """Return the parameters valid on a day as known at a moment, the home's before the shipped ones."""
    shipped = _read(OFFICE_SEEDS / "parameter.csv")
    own = next(list(table.rows) for table in overlay_at(ledger, known_at) if table.name == "parameter")
    replaced = {(row["name"], row.get("valid_from", "")) for row in own}
    rows = own + [row for row in shipped if (row["name"], row["valid_from"]) not in replaced]
    valid = [
        row for row in rows
        if (row.get("valid_from") or "0001-01-01") <= on.isoformat() < (row.get("valid_to") or "9999-12-31")
    ]  # fmt: skip
    return {row["name"]: row["value"] for row in sorted(valid, key=lambda row: row.get("valid_from") or "")}


def areas_at(ledger: Ledger, known_at: datetime) -> list[Row]:
    """Return the areas as known at a moment, the home's rows in place of shipped ones of the same type and code."""
    own = next(table.rows for table in overlay_at(ledger, known_at) if table.name == "area")
    shipped = _read(OFFICE_SEEDS / "area.csv")
    return list({(row["area_type"], row["area_code"]): row for row in (*shipped, *own)}.values())


def exceptions_at(ledger: Ledger, known_at: datetime) -> dict[str, str]:
    """Return the codes legally issued although their check fails, each with its evidence, as known at a moment."""
    own = next(table.rows for table in overlay_at(ledger, known_at) if table.name == _EXCEPTIONS)
    return _evidence([*_read(OFFICE_SEEDS / f"{_EXCEPTIONS}.csv"), *own])


def exceptions_now(home: Home) -> dict[str, str]:
    """Return the codes legally issued although their check fails, as the home's config says now (B-IDN-03)."""
    return _evidence(rows_now(home, _EXCEPTIONS, ("code",)))


def explanations_at(ledger: Ledger, known_at: datetime) -> list[Row]:
    """Return the explanations of figures as known at a moment: shipped ones, the config's, then those of events.

    A row that names the same figure, hash and gate as an earlier one takes its place.
    """
    own = next(table.rows for table in overlay_at(ledger, known_at) if table.name == _EXPLANATIONS)
    noted = [dict(event.payload) for event in ledger.events(known_at) if event.kind == "explanation"]
    return with_shipped(_EXPLANATIONS, ("gate_id", "figure_key", "figure_hash"), [*own, *noted])


def note_explanations(ledger: Ledger, rows: Sequence[Row]) -> None:
    """Add explanations of figures to the ledger, known from now on; ``rows`` have the columns of the office's table."""
    said = [event.known_at for event in ledger.events() if event.kind == "explanation"]
    # moments are kept to the second, and what is said anew must be the later one
    known_at = max([now(), *(moment + timedelta(seconds=1) for moment in said)])
    ledger.add(
        Event("explanation", known_at, {"figure": row["figure_key"], "gate": row["gate_id"]}, row) for row in rows
    )


def _evidence(rows: Sequence[Row]) -> dict[str, str]:
    """Return each code's evidence; the later row counts, and one without evidence takes its code off the list."""
    listed = {plain_code(row["code"]): row["evidence"] for row in rows}
    return {code: evidence for code, evidence in listed.items() if evidence}


def rows_now(home: Home, table: str, key: Sequence[str]) -> list[Row]:
    """Return the rows of a table as the home's config has them today: its own replace shipped ones of the same key.

    For what is done today and not for a figure, which knows only what the ledger recorded.
    """
    return with_shipped(table, key, next(found.rows for found in configured(home) if found.name == table))


def with_shipped(table: str, key: Sequence[str], own: Sequence[Row]) -> list[Row]:
    """Return the shipped rows of a table, and a home's own in place of those of the same key."""
    rows = {tuple(row[name] for name in key): row for row in [*_read(OFFICE_SEEDS / f"{table}.csv"), *own]}
    return list(rows.values())


def _is_about(event: Event, table: str) -> bool:
    return event.kind == "parameter" and event.scope["table"] == table


def configured(home: Home) -> list[OfficeTable]:
    """Return every table as the home's config says it now; raises LouyuError for one, or a column, that is unknown."""
    tables = office_tables()
    for path in sorted(home.config.glob("*.csv")):
        if path != home.signers and path.stem not in tables:
            raise _refused(path, f"没有名为 {path.stem} 的配置表", f"there is no table {path.stem}", tables)
    found = []
    for name, columns in tables.items():
        path = home.config / f"{name}.csv"
        rows = _read(path) if path.exists() else []
        if rows and (unknown := set(rows[0]) - set(columns)):
            names = "、".join(sorted(unknown))
            raise _refused(path, f"未知的列 {names}", f"unknown columns {names}", dict.fromkeys(columns))
        if name == "parameter":
            rows += _settings(home.config / "settings.yml", columns)
        found.append(
            OfficeTable(name, columns, tuple({column: row.get(column, "") for column in columns} for row in rows))
        )
    return found


def _settings(path: Path, columns: tuple[str, ...]) -> list[Row]:
    """Read settings as parameters: ``district: {code: "110108"}`` is the parameter district.code."""
    if not path.exists():
        return []
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except yaml.YAMLError as error:
        raise _refused(path, f"无法读取:{error}", f"cannot be read: {error}", {}) from error
    known = {row["name"] for row in _read(OFFICE_SEEDS / "parameter.csv")}
    flat = dict(_flatten("", given))
    if unknown := set(flat) - known:
        names = "、".join(sorted(unknown))
        raise _refused(path, f"未知的参数 {names}", f"unknown parameters {names}", dict.fromkeys(sorted(known)))
    return [
        {**dict.fromkeys(columns, ""), "name": name, "value": value, "source_doc": path.name}
        for name, value in flat.items()
    ]


def _flatten(prefix: str, given: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in given.items():
        path = f"{prefix}{name}"
        if isinstance(value, Mapping):
            flat += _flatten(f"{path}.", value)
        else:
            flat.append((path, str(value).lower() if isinstance(value, bool) else str(value)))
    return flat


def _refused(path: Path, zh: str, en: str, known: Mapping[str, object]) -> LouyuError:
    choices = "、".join(known)
    return LouyuError(f"{path}:{zh}。可用:{choices}", f"{path}: {en}. Known are: {choices}")


def _header(path: Path) -> list[str]:
    return next(csv.reader(io.StringIO(_text(path))))


def _read(path: Path) -> list[Row]:
    read = csv.DictReader(io.StringIO(_text(path)))
    return [{name: value or "" for name, value in row.items() if name} for row in read]


def _text(path: Path) -> str:
    """Read a table as UTF-8, else as the GB18030 in which Chinese spreadsheets save CSV."""
    content = path.read_bytes()
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("gb18030", errors="replace")
