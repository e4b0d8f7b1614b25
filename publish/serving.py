"""Files that readers open: closed, immutable DuckDB files, one for each audience, switched in one step.

DuckDB has no users, so an audience is a file. The most restricted is the default: a table reaches a file
only if it is meant for that audience, and a column only if its class is one that the audience may see.
"""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import duckdb
import polars as pl

from common.files import read_json
from publish.access import log_access
from publish.dictionary import internal_dictionary

Audience = Literal["PUBLIC", "OFFICE", "TAX"]

_CLASSES: Mapping[Audience, frozenset[str]] = {
    "PUBLIC": frozenset({"S1"}),
    "OFFICE": frozenset({"S1", "S2"}),
    "TAX": frozenset({"S1", "S2", "S3"}),
}
_MODES: Mapping[Audience, int] = {"PUBLIC": 0o644, "OFFICE": 0o640, "TAX": 0o600}

_INTERNAL: tuple[Audience, ...] = ("OFFICE", "TAX")
STORAGE_VERSION = "v1.0.0"
"""Old enough that clients of years ago open the file."""


def write_database(path: Path, schema: str, tables: Mapping[str, pl.DataFrame], audience: Audience) -> None:
    """Write tables into a new DuckDB file and put it in the place of the old one.

    The file is closed, without a log beside it; a reader has the old file or the new one, whole.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=path.parent, prefix=".serving-") as folder:
        fresh = Path(folder) / path.name
        # nothing is computed: rows are carried over, for which one thread is enough and two cost more
        with duckdb.connect(config={"threads": 1}) as connection:
            quoted = fresh.as_posix().replace("'", "''")
            connection.execute(f"attach '{quoted}' as served (storage_version '{STORAGE_VERSION}')")
            connection.execute(f"create schema served.{schema}")
            for name, frame in tables.items():
                connection.register("incoming", frame.to_arrow())
                connection.execute(f"create table served.{schema}.{name} as select * from incoming")
                connection.execute(f"comment on table served.{schema}.{name} is 'audience: {audience}'")
                connection.unregister("incoming")
            connection.execute("checkpoint served")
            connection.execute("detach served")
        fresh.chmod(_MODES[audience])
        fresh.replace(path)


def may_see(audience: Audience, confidentiality: str | None) -> bool:
    """Tell whether an audience may see a column of a class; a column without a class is shown to nobody."""
    return confidentiality in _CLASSES[audience]


def internal_tables(candidate: Path, audience: Audience) -> dict[str, pl.DataFrame]:
    """Return the marts of a candidate that are meant for an audience, with the columns it may see."""
    tables = {}
    for mart in read_json(candidate / "marts.json"):
        columns = [column["name"] for column in mart["columns"] if may_see(audience, column["class"])]
        if mart["audience"] == audience and columns:
            tables[mart["name"]] = pl.read_parquet(candidate / f"mart_{mart['name']}.parquet").select(columns)
    told = [(name, audience, frame.width, frame.height) for name, frame in tables.items()]
    schema = {"table_name": pl.String, "audience": pl.String, "columns": pl.Int64, "rows": pl.Int64}
    return tables | {"audience": pl.DataFrame(told, schema=schema, orient="row")}


def is_served(folder: Path, build: str) -> bool:
    """Tell whether the files of the office and of the tax role are those of a build, which are always the same."""
    return all(_served_build(_file(folder, audience)) == build for audience in _INTERNAL)


def _served_build(path: Path) -> str | None:
    """Return the build that a file says it was written from; none where there is no such file."""
    if not path.exists():
        return None
    try:
        with duckdb.connect(str(path), read_only=True, config={"threads": 1}) as connection:
            [(build,)] = connection.execute("select build from internal.watermark").fetchall()
    except duckdb.Error:
        return None
    return str(build)


def _file(folder: Path, audience: Audience) -> Path:
    return folder / f"{audience.lower()}.duckdb"


def serve_internal(candidate: Path, folder: Path) -> None:
    """Write the files of the office and of the tax role from a candidate, and enter each in the access log."""
    context = read_json(candidate / "context.json")
    for audience in _INTERNAL:
        tables = internal_tables(candidate, audience) | {
            "figure": _figures(candidate, audience), "building_figure": _building_figures(candidate, audience),
            "watermark": _watermark(context, audience),
        }  # fmt: skip
        tables |= {"dictionary": internal_dictionary(tables, read_json(candidate / "marts.json"))}
        path = _file(folder, audience)
        write_database(path, "internal", tables, audience)
        log_access(folder, "WRITTEN", audience, path, build=context["build"])


def _watermark(context: Mapping[str, Any], audience: Audience) -> pl.DataFrame:
    """Return the one row by which a file says for whom it is and what it is, wherever a copy of it turns up."""
    readers = {"OFFICE": ("楼宇工作专班", "the buildings office"), "TAX": ("指定的税务岗位", "the named tax role")}
    zh, en = readers.get(audience, ("公众", "the public"))
    made = f"{context['build']} · {context['known_at']}"
    row = {
        "audience": audience,
        "text_zh": f"{'模拟数据 · ' if context['simulated'] else ''}内部资料,仅供{zh}使用,不得外传 · {made}",
        "text_en": f"{'Simulated data · ' if context['simulated'] else ''}Internal, for {en} only, not to be passed on "
        f"· {made}",
        "build": context["build"], "as_known_at": context["known_at"], "is_simulated": bool(context["simulated"]),
    }  # fmt: skip
    return pl.DataFrame([row])


def _figures(candidate: Path, audience: Audience) -> pl.DataFrame:
    """Return the figures of areas, withheld or not: counts and facts for the office, amounts for the tax role."""
    classes = ["P", "A"] if audience == "OFFICE" else ["M", "B", "I"]
    kpi = pl.read_parquet(candidate / "kpi.parquet").filter(pl.col("sdc_class").is_in(classes))
    figures = pl.read_parquet(candidate / "figure.parquet")
    own = figures.join(kpi.select("kpi_id"), on="kpi_id", how="semi", maintain_order="left")
    return pl.concat([own, figures.filter(audience=audience)]).unique("figure_key", maintain_order=True)


def _building_figures(candidate: Path, audience: Audience) -> pl.DataFrame:
    return pl.read_parquet(candidate / "building_figure.parquet").filter(audience=audience)
