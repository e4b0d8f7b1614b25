"""The life of a release: an immutable folder, what happened to it, and the one file that readers open.

``releases/<id>/public`` and ``sealed`` never change after they are made; a manifest holds the hash of every
file, of the raw deliveries, the ledger, the code and the configuration. What happens to a release is a line
in its log. ``published/louyu.duckdb`` is a pure function of the release folders.
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, Literal

import polars as pl

from common.clock import now, parse_moment, stamp
from common.exports import csv_for_spreadsheets
from common.files import canonical, digest, file_digest, read_json, write_bytes, write_json
from common.home import Home
from common.messages import LouyuError, Message
from publish.bulletin import write_bulletin
from publish.dictionary import dictionary
from publish.plan import COLUMNS, KEY, Plan, blocking, public_figures
from publish.serving import write_database

State = Literal["CHECKED", "PUBLISHED", "WITHDRAWN"]

SCHEMA_VERSION = 1
PUBLISHED_FILE = "louyu.duckdb"
_SEALED = ("figure.parquet", "figure_source.parquet", "delivery.parquet", "dlv_scope.parquet", "quarantine.parquet",
           "kpi.parquet", "kpi_text.parquet", "kpi_term.parquet", "kpi_edge.parquet", "gate.parquet",
           "verdicts.parquet", "context.json", "area.parquet")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Release:
    """A release with its facts and where it stands."""

    folder: Path
    facts: Mapping[str, Any]
    log: tuple[Mapping[str, Any], ...]

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def state(self) -> State:
        state: State = self.log[-1]["state"] if self.log else "CHECKED"
        return state

    @property
    def published_at(self) -> datetime | None:
        """The moment it was published first, if ever."""
        return next((parse_moment(entry["at"]) for entry in self.log if entry["state"] == "PUBLISHED"), None)

    @property
    def is_simulated(self) -> bool:
        return any(entry.get("simulated") for entry in self.log)


def make_release(home: Home, candidate: Path, decided: Plan, candidate_hash: str) -> Release:
    """Make the folder of a release from a candidate that nothing blocks. Made once, it is left as it is.

    What was published before decides which figures are revised, so it is part of the release's id; a candidate
    that is itself published makes no second release. Raises LouyuError where the verdicts are about other bytes.
    """
    if pl.read_parquet(candidate / "verdicts.parquet")["candidate_hash"].unique().to_list() != [candidate_hash]:
        raise LouyuError(
            f"{candidate.name} 的检查结论针对另一候选结果,请重新运行 louyu run。",
            f"The verdicts beside {candidate.name} are about another candidate; run louyu run again.",
        )
    context = read_json(candidate / "context.json")
    before = [release for release in list_releases(home) if release.published_at]
    verdicts = file_digest(candidate / "verdicts.parquet")
    for release in before:
        made_of = release.facts["candidate_hash"], release.facts["verdicts"]
        if release.state == "PUBLISHED" and made_of == (candidate_hash, verdicts):
            return release
    inputs = [candidate_hash, verdicts, sorted(release.id for release in before)]
    release_id = f"R{context['as_of'].replace('-', '')}-{digest(canonical(inputs))[:10]}"
    folder = home.releases / release_id
    if not folder.exists():
        _build(home, folder, candidate, decided, candidate_hash, context, before)
    release = read_release(folder)
    return release if release.log else _log(home, release, "CHECKED", manifest=file_digest(folder / "manifest.json"))


def _build(
    home: Home, folder: Path, candidate: Path, decided: Plan, candidate_hash: str, context: Mapping[str, Any],
    before: Sequence[Release],
) -> None:  # fmt: skip
    """Write a release's folder beside its place and move it there whole."""
    release_id = folder.name
    partial = home.releases / f".{release_id}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    public, sealed = partial / "public", partial / "sealed"
    public.mkdir(parents=True)
    sealed.mkdir()
    figures = public_figures(decided, candidate, release_id, current_figures(before))
    _write_public(public, figures, candidate, release_id, context, candidate_hash)
    for name in _SEALED:
        shutil.copyfile(candidate / name, sealed / name)
    for path in candidate.glob("office_*.parquet"):
        shutil.copyfile(path, sealed / path.name)
    decided.figures.select("figure_key", "withheld_by", "note").write_parquet(sealed / "plan.parquet")
    write_json(partial / "release.json", _facts(release_id, context, candidate, candidate_hash, figures))
    write_json(partial / "manifest.json", _manifest(partial, candidate, context, candidate_hash))
    for path in partial.rglob("*"):
        if path.is_file():
            path.chmod(0o444 if path.parent.name != "sealed" else 0o440)
    partial.rename(folder)


def list_releases(home: Home) -> list[Release]:
    """Return all releases, those published first to last, then the others by id."""
    folders = sorted(path for path in home.releases.glob("*") if path.is_dir() and not path.name.startswith("."))
    found = [read_release(folder) for folder in folders]
    return sorted(found, key=lambda release: (release.published_at is None, str(release.published_at), release.id))


def find_release(home: Home, release_id: str) -> Release:
    """Return a release by its id."""
    folder = home.releases / release_id
    if not (folder / "manifest.json").exists():
        known = "、".join(release.id for release in list_releases(home)) or "—"
        raise LouyuError(
            f"没有发布批次 {release_id}。现有:{known}", f"There is no release {release_id}. Known: {known}"
        )
    return read_release(folder)


def read_release(folder: Path) -> Release:
    """Read a release's facts and its log."""
    log = folder.parent / f"{folder.name}.log.jsonl"
    lines = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return Release(folder, read_json(folder / "release.json"), tuple(json.loads(line) for line in lines))


def publish_release(home: Home, release_id: str, *, simulated: bool) -> Release:
    """Publish a release: verify it, log it, and switch the readers' file in one step.

    Raises LouyuError where it does not verify, a gate blocks, or nobody signed it.
    """
    release = find_release(home, release_id)
    if fault := verify_release(release):
        raise LouyuError(f"{release_id} 校验未通过:{fault.zh}", f"{release_id} does not verify: {fault.en}")
    sealed = release.folder / "sealed"
    blocked = blocking(pl.read_parquet(sealed / "gate.parquet"), pl.read_parquet(sealed / "verdicts.parquet"))
    if blocked:
        raise LouyuError(f"{release_id} 被阻止:{'; '.join(blocked)}", f"{release_id} is blocked: {'; '.join(blocked)}")
    if not simulated:
        raise LouyuError(
            f"{release_id} 尚未签发,不能正式发布。演示请加 --simulated。",
            f"{release_id} is not signed and cannot be published. For a demonstration add --simulated.",
        )
    if release.state != "PUBLISHED":
        release = _log(home, release, "PUBLISHED", simulated=simulated)
    serve_public(home)
    return release


def serve_public(home: Home) -> Path:
    """Write the readers' file from the release folders, and keep a copy under the newest release's name."""
    published = [release for release in list_releases(home) if release.state == "PUBLISHED"]
    target = home.published / PUBLISHED_FILE
    if not published:
        return target
    tables = published_tables(published)
    newest = published[-1]
    write_database(home.published / f"louyu-{newest.id}.duckdb", "published", tables, "PUBLIC")
    write_database(target, "published", tables, "PUBLIC")
    _serve_bulletin(newest, home.published / "bulletin.html")
    return target


def _serve_bulletin(release: Release, path: Path) -> None:
    """Put the bulletin where readers look; a release that is only published as simulated is marked so (SURFACE)."""
    public = release.folder / "public"
    context = read_json(release.folder / "sealed" / "context.json")
    if context["simulated"] or not release.is_simulated:
        write_bytes(path, (public / "bulletin.html").read_bytes())
        return
    figures, kpi, area = (pl.read_parquet(public / f"{name}.parquet") for name in ("kpi_value", "kpi", "area"))
    marked = {**context, "simulated": True}
    write_bulletin(path, figures, kpi, area, release.id, marked, release.facts["candidate_hash"])


def published_tables(published: Sequence[Release]) -> dict[str, pl.DataFrame]:
    """Return the published tables: the current vintage, all vintages, catalogue, areas, releases, revisions, marts."""
    vintages = _vintages(published)
    current = vintages.filter(pl.col("superseded_at").is_null()).select(COLUMNS)
    public = published[-1].folder / "public"
    tables = {
        "kpi_value": current,
        "kpi_vintage": vintages,
        "kpi": pl.read_parquet(public / "kpi.parquet"),
        "area": pl.read_parquet(public / "area.parquet"),
        "release": pl.DataFrame([_release_row(release) for release in published]),
        "revision": _revisions(vintages),
        "mart_district_quarter": pivot(current, "district", "Q"),
        "mart_street_stock": pivot(current, "street", "S"),
        "schema_version": pl.DataFrame({"version": [SCHEMA_VERSION]}),
    }
    return tables | {"dictionary": dictionary(tables)}


def current_figures(published: Sequence[Release]) -> pl.DataFrame:
    """Return the newest published row of every figure; an empty frame before the first publication."""
    if not published:
        return pl.DataFrame()
    return _vintages(published).filter(pl.col("superseded_at").is_null()).select(COLUMNS)


def first_published(home: Home, known_at: datetime) -> pl.DataFrame | None:
    """Return what was published first of each figure of the whole district without breakdown, KEY and value.

    None where nothing had been published by the moment. A change of caliber or definition is the same figure revised.
    """
    published = [one for one in list_releases(home) if one.state == "PUBLISHED" and _is_out(one, known_at)]
    if not published:
        return None
    rows = _vintages(published).filter(area_type="district", breakdown_type="_T").filter(pl.col("value").is_not_null())
    same = [name for name in KEY if name not in ("caliber", "definition_version")]
    return rows.sort("published_at", *KEY, nulls_last=True).unique(same, keep="first", maintain_order=True)


def _is_out(release: Release, moment: datetime) -> bool:
    return release.published_at is not None and release.published_at <= moment


def verify_release(release: Release) -> Message | None:
    """Check every hash of a release; return what first does not match, or nothing."""
    manifest_file = release.folder / "manifest.json"
    logged = next((entry.get("manifest") for entry in release.log if entry["state"] == "CHECKED"), None)
    if logged != file_digest(manifest_file):
        return Message("manifest.json 与登记的摘要不符", "manifest.json does not match its logged hash")
    stated: dict[str, str] = read_json(manifest_file)["files"]
    present = {
        path.relative_to(release.folder).as_posix()
        for path in release.folder.rglob("*")
        if path.is_file() and path != manifest_file
    }
    for name in sorted(stated.keys() | present):
        if name not in present:
            return Message(f"缺少文件 {name}", f"{name} is missing")
        if name not in stated:
            return Message(f"多出文件 {name}", f"{name} does not belong to the release")
        if file_digest(release.folder / name) != stated[name]:
            return Message(f"文件 {name} 的摘要不符", f"{name} does not match its hash")
    return None


def pivot(figures: pl.DataFrame, area_type: str, period_type: str) -> pl.DataFrame:
    """Return the figures of one kind of area and period, whole and of one basis, a column for each KPI."""
    rows = figures.filter(area_type=area_type, period_type=period_type, breakdown_type="_T", basis="ALL")
    if rows.is_empty():
        return pl.DataFrame(schema={"area_code": pl.String, "period": pl.String})
    wide = rows.sort("kpi_id").pivot(
        "kpi_id", index=["area_code", "period"], values="value", aggregate_function="first"
    )
    return wide.sort("area_code", "period")


def _write_public(
    public: Path, figures: pl.DataFrame, candidate: Path, release_id: str, context: Mapping[str, Any],
    candidate_hash: str,
) -> None:  # fmt: skip
    kpi = _public_catalogue(candidate)
    area = pl.read_parquet(candidate / "area.parquet").sort("area_type", "area_code")
    figures.write_parquet(public / "kpi_value.parquet")
    write_bytes(public / "kpi_value.csv", csv_for_spreadsheets(figures))
    kpi.write_parquet(public / "kpi.parquet")
    area.write_parquet(public / "area.parquet")
    tables = {"kpi_value": figures, "kpi": kpi, "area": area}
    words = dictionary(tables)
    words.write_parquet(public / "dictionary.parquet")
    write_bytes(public / "dictionary.csv", csv_for_spreadsheets(words))
    write_database(public / PUBLISHED_FILE, "published", tables | {"dictionary": words}, "PUBLIC")
    write_bulletin(public / "bulletin.html", figures, kpi, area, release_id, context, candidate_hash)


def _public_catalogue(candidate: Path) -> pl.DataFrame:
    kpi = pl.read_parquet(candidate / "kpi.parquet").filter(audience="PUBLIC")
    text = pl.read_parquet(candidate / "kpi_text.parquet")
    return kpi.join(text, on="kpi_id").sort("kpi_id")


def _facts(
    release_id: str, context: Mapping[str, Any], candidate: Path, candidate_hash: str, figures: pl.DataFrame
) -> dict[str, Any]:
    verdicts = file_digest(candidate / "verdicts.parquet")
    return {
        "release_id": release_id, "programme": "building", "district": context["district"], "as_of": context["as_of"],
        "known_at": context["known_at"], "build": context["build"],
        "candidate_hash": candidate_hash, "verdicts": verdicts,
        "figures": figures.height, "withheld": figures.filter(conf_status="N").height,
    }  # fmt: skip


def _manifest(folder: Path, candidate: Path, context: Mapping[str, Any], candidate_hash: str) -> dict[str, Any]:
    deliveries = pl.read_parquet(candidate / "delivery.parquet")
    raw = dict(deliveries.select("delivery_id", "sha256").iter_rows())
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {
        "candidate_hash": candidate_hash,
        "code": context["code"],
        "configuration": digest(canonical(context["parameters"])),
        "ledger": context["ledger"],
        "raw": raw,
        "files": {path.relative_to(folder).as_posix(): file_digest(path) for path in files},
    }


def _log(home: Home, release: Release, state: State, **facts: Any) -> Release:
    """Append a line to the log of a release; it is on the disk before this returns."""
    entry = {"state": state, "at": stamp(now()), **facts}
    with (home.releases / f"{release.id}.log.jsonl").open("ab") as file:
        file.write(canonical(entry) + b"\n")
        file.flush()
        os.fsync(file.fileno())
    return read_release(release.folder)


def _release_row(release: Release) -> dict[str, Any]:
    facts = release.facts
    return {
        "release_id": release.id, "programme": facts["programme"], "district": facts["district"],
        "as_of": date.fromisoformat(facts["as_of"]), "known_at": parse_moment(facts["known_at"]),
        "published_at": release.published_at, "state": release.state, "is_simulated": release.is_simulated,
    }  # fmt: skip


def _vintages(published: Sequence[Release]) -> pl.DataFrame:
    """Return every published row of every figure with when it was published and when another took its place."""
    parts = [
        pl.read_parquet(release.folder / "public" / "kpi_value.parquet").with_columns(
            pl.lit(release.published_at).alias("published_at"), pl.lit(number).alias("number")
        )
        for number, release in enumerate(published)
    ]
    rows = pl.concat(parts).sort(*KEY, "number", nulls_last=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(-1)) for name in KEY)
    return rows.with_columns(pl.when(same).then(pl.col("published_at").shift(-1)).alias("superseded_at")).drop("number")


def _revisions(vintages: pl.DataFrame) -> pl.DataFrame:
    """Return every change of a published figure; never where either side is withheld."""
    ordered = vintages.sort(*KEY, "published_at", nulls_last=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in KEY)
    return (
        ordered.with_columns(
            pl.when(same).then(pl.col("release_id").shift(1)).alias("old_release_id"),
            pl.when(same).then(pl.col("value").shift(1)).alias("old_value"),
        )
        .filter(pl.col("old_value") != pl.col("value"))
        .select(*KEY, "old_release_id", "release_id", "old_value", pl.col("value").alias("new_value"),
                (pl.col("value") - pl.col("old_value")).alias("difference"), "published_at")
    )  # fmt: skip
