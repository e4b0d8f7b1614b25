"""The candidate: what one build hands over, as files that nobody changes afterwards (DESIGN 2.6).

Gates, disclosure control and release read only this folder. Its hash covers every file, so a verdict or a
signature is about exactly these figures.
"""

import shutil
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from common.clock import stamp
from common.files import canonical, digest, file_digest, in_place_of, write_json
from common.findings import read_findings
from common.home import Home
from common.ledger import Ledger
from common.wording import exact_value, print_rule, print_value, rounding_mode
from review.judgement import Standing
from warehouse.config import explanations_at, office_tables
from warehouse.cut import Cut, code_digest
from warehouse.inputs import prepare
from warehouse.notes import input_notes
from warehouse.store import connect
from warehouse.transform import manifest_json

_CATALOGUE = ("kpi", "kpi_text", "kpi_term", "kpi_edge", "gate")
_OFFICE = ("area", "correction", "parameter", "assessment_rule", "district_share", "hotline_limit", "staff_norm",
           "gate_threshold", "reference_magnitude")  # fmt: skip


_SAID = ["kpi_id", "value", "numerator", "denominator"]


def export_candidate(home: Home, cut: Cut, warehouse: Path, identity: Path) -> Path:
    """Write the candidate of a build and return its folder. A candidate that exists whole is left as it is."""
    folder = home.candidates / cut.build
    if (folder / "context.json").exists():
        return folder
    partial = folder.with_name(f".{cut.build}.partial")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    with connect(warehouse) as connection:
        kpi = _table(connection, "catalogue.kpi", "kpi_id")
        figures = _table(connection, "figures.figure", "figure_key")
        # single buildings are never printed, and never leave with what the gates and the public see
        inside = pl.col("area_type") == "building"
        _with_words(figures.filter(~inside), kpi, cut).write_parquet(partial / "figure.parquet")
        figures.filter(inside).write_parquet(partial / "building_figure.parquet")
        for name in _CATALOGUE:
            _table(connection, f"catalogue.{name}", "all").write_parquet(partial / f"{name}.parquet")
        for name in _OFFICE:
            _table(connection, f"staging.stg_office__{name}", "all").write_parquet(partial / f"office_{name}.parquet")
        _table(connection, "core.dim_area", "all").write_parquet(partial / "area.parquet")
        _table(connection, "figures.figure_source", "all").write_parquet(partial / "figure_source.parquet")
        kept = _Kept(connection, warehouse.parent / "exported")
        for name in ("contribution", "building_set"):
            kept.export(f"figures.{name}", partial / f"{name}.parquet")
        _table(connection, "core.dlv_scope", "all").write_parquet(partial / "dlv_scope.parquet")
        notes = input_notes(connection)
        notes.write_parquet(partial / "note.parquet")
        marts = _marts()
        for mart in marts:
            kept.export(f"internal.{mart['name']}", partial / f"mart_{mart['name']}.parquet")
    _explanations(home, cut).write_parquet(partial / "office_explanation.parquet")
    _deliveries(cut).write_parquet(partial / "delivery.parquet")
    waiting = pl.read_parquet(identity / "quarantine.parquet")
    known = [(delivery.feed, delivery.id) for delivery in (one.delivery for one in cut.deliveries)]
    pl.concat([read_findings(home, known), waiting, notes]).write_parquet(partial / "quarantine.parquet")
    write_json(partial / "marts.json", marts)
    parameters = pl.read_parquet(partial / "office_parameter.parquet")
    write_json(partial / "context.json", _context(cut, is_simulated=bool(parameters["is_simulated"].any())))
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)
    return folder


def candidate_hash(folder: Path) -> str:
    """Return the one hash of a candidate: over the names and bytes of its files, not of what was decided about it."""
    decided = (".", "verdict", "disclosure")
    files = sorted(path for path in folder.iterdir() if path.is_file() and not path.name.startswith(decided))
    return digest(canonical([[path.name, file_digest(path)] for path in files]))


class _Kept:
    """Large tables as the last build exported them: one that stands has the same bytes again."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        prepare(connection)
        self._connection, self._folder = connection, folder
        self._versions = dict(connection.execute("select model, version from ops.made").fetchall())

    def export(self, name: str, file: Path) -> None:
        """Write a table into a file, from the one that was kept of its version where there is one."""
        version = self._versions.get(name)
        if version is None:
            _table(self._connection, name, "all").write_parquet(file)
            return
        kept = self._folder / f"{name}.{pl.__version__}.{version}.parquet"
        if not kept.exists():
            for older in self._folder.glob(f"{name}.*"):
                older.unlink()
            with in_place_of(kept) as fresh:
                _table(self._connection, name, "all").write_parquet(fresh)
        shutil.copyfile(kept, file)


def _table(connection: duckdb.DuckDBPyConnection, name: str, order: str) -> pl.DataFrame:
    """Read a table in a fixed order, so that the same build writes the same bytes."""
    return connection.execute(f"select * from {name} order by {order}").pl()


def _with_words(figures: pl.DataFrame, kpi: pl.DataFrame, cut: Cut) -> pl.DataFrame:
    """Add ``printed_zh`` and ``printed_en``, from the exact value and the catalogue's print rule."""
    mode = rounding_mode(cut.parameters)
    rules = {row["kpi_id"]: (print_rule(row), row["kind"]) for row in kpi.iter_rows(named=True)}
    # most figures say what another one of their KPI says
    said = figures.select(_SAID).filter(pl.col("value").is_not_null()).unique()
    texts = []
    for kpi_id, value, numerator, denominator in said.iter_rows():
        rule, kind = rules[kpi_id]
        printed = print_value(exact_value(kind, value, numerator, denominator), rule, mode)
        texts.append((printed.zh, printed.en))
    words = pl.DataFrame(texts, schema={"printed_zh": pl.String, "printed_en": pl.String}, orient="row")
    return figures.join(pl.concat([said, words], how="horizontal"), on=_SAID, how="left", nulls_equal=True,
                        maintain_order="left")  # fmt: skip


def _marts() -> list[dict[str, Any]]:
    """Return the internal marts with their audience and the class of each column, from the models' own YAML."""
    nodes = manifest_json()["nodes"].values()
    models = (node for node in nodes if node["resource_type"] == "model" and node["schema"] == "internal")
    return [
        {
            "name": node["name"],
            "audience": node["config"]["meta"].get("audience"),
            "description": node["description"],
            "columns": [
                {
                    "name": column["name"],
                    "class": column["config"]["meta"].get("class"),
                    "zh": column["config"]["meta"].get("zh"),
                    "description": column["description"],
                }
                for column in node["columns"].values()
            ],
        }
        for node in sorted(models, key=lambda node: str(node["name"]))
    ]


def _deliveries(cut: Cut) -> pl.DataFrame:
    rows = [
        {
            "delivery_id": one.delivery.id, "feed": one.delivery.feed, "path": one.delivery.path,
            "files": "; ".join(file.name for file in one.delivery.files), "sha256": one.delivery.sha256,
            "received_at": stamp(one.delivery.received_at), "known_at": stamp(one.known_at),
            "version": one.delivery.version, "status": one.status,
            **one.rows._asdict(),
        }
        for one in sorted(cut.deliveries, key=_by_receipt)
    ]  # fmt: skip
    return pl.DataFrame(rows)


def _explanations(home: Home, cut: Cut) -> pl.DataFrame:
    """Return what the office said of single figures, which no model reads."""
    columns = dict.fromkeys(office_tables()["explanation"], pl.String)
    return pl.DataFrame(explanations_at(Ledger(home.ledger), cut.known_at), schema=columns)


def _by_receipt(one: Standing) -> tuple[str, str]:
    return stamp(one.delivery.received_at), one.delivery.id


def _context(cut: Cut, is_simulated: bool) -> dict[str, Any]:
    return {
        "build": cut.build,
        "known_at": stamp(cut.known_at),
        "as_of": cut.as_of.isoformat(),
        "district": cut.district,
        "code": code_digest(),
        "ledger": cut.ledger,
        "parameters": cut.parameters,
        "simulated": is_simulated,
        "coverage": {part.feed: [part.first.isoformat(), part.until.isoformat()] for part in cut.coverage},
    }
