"""What readers open: ``published/louyu.duckdb`` and the bulletin, a pure function of release folders and log."""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

import polars as pl

from common.clock import parse_moment
from common.files import canonical, digest, in_place_of, read_json, write_bytes, write_json
from common.home import Home
from publish.bulletin import write_bulletin
from publish.changes import REVISION
from publish.columns import COLUMNS, KEY, SAME
from publish.dictionary import dictionary
from publish.serving import write_database
from publish.shelf import Release, list_releases

SCHEMA_VERSION = 1
PUBLISHED_FILE = "louyu.duckdb"
_BULLETIN = "bulletin.html"
_SERVED = ".served.json"


def serve_public(home: Home) -> None:
    """Write the readers' files from the release folders, and keep a copy under the newest release's name.

    The file takes the place of the old one in one step; what marks the work as done is written last, so that whoever
    comes after a kill does it again. After a withdrawal the release's own copy goes too.
    """
    released = _released(home)
    if not released:
        return
    standing = [release for release in released if release.is_standing]
    target = home.published / PUBLISHED_FILE
    named = home.published / _copy_of(standing[-1]) if standing else target
    write_database(named, "published", published_tables(released), "PUBLIC")
    if standing:
        with in_place_of(target) as fresh:
            shutil.copyfile(named, fresh)
        _serve_bulletin(standing[-1], home)
    else:
        (home.published / _BULLETIN).unlink(missing_ok=True)
    for release in released:
        if not release.is_standing:
            (home.published / _copy_of(release)).unlink(missing_ok=True)
    write_json(home.published / _SERVED, {"served": _state(released)})


def is_served(home: Home) -> bool:
    """Tell whether the readers' files are those of the releases that were published."""
    released, marker = _released(home), home.published / _SERVED
    if not released:
        return True
    is_marked = marker.exists() and read_json(marker) == {"served": _state(released)}
    return is_marked and (home.published / PUBLISHED_FILE).exists()


def _state(released: Sequence[Release]) -> str:
    return digest(canonical([(release.id, release.root, release.state, release.is_simulated) for release in released]))


def _released(home: Home) -> list[Release]:
    """Return what was ever published, first to last."""
    return [release for release in list_releases(home) if release.published_at]


def _copy_of(release: Release) -> str:
    return f"louyu-{release.id}.duckdb"


def _serve_bulletin(release: Release, home: Home) -> None:
    """Put the bulletin where readers look; a release that is only published as simulated is marked so (SURFACE)."""
    path = home.published / _BULLETIN
    if release.facts["simulated"] or not release.is_simulated:
        write_bytes(path, (release.public / "bulletin.html").read_bytes())
        return
    figures, kpi, area = (pl.read_parquet(release.public / f"{name}.parquet") for name in ("kpi_value", "kpi", "area"))
    marked = {**read_json(release.sealed / "context.json"), "simulated": True}
    write_bulletin(path, figures, kpi, area, release.id, marked, release.facts["candidate_hash"])


def published_tables(released: Sequence[Release]) -> dict[str, pl.DataFrame]:
    """Return the published tables: the current vintage, all vintages, catalogue, areas, releases, revisions, marts.

    ``released`` holds what was ever published, first to last; what was withdrawn stays a vintage and is never current.
    """
    vintages = _vintages(released)
    current = vintages.filter(pl.col("superseded_at").is_null()).select(COLUMNS)
    public = next((one for one in reversed(released) if one.is_standing), released[-1]).public
    tables = {
        "kpi_value": current,
        "kpi_vintage": vintages,
        "kpi": pl.read_parquet(public / "kpi.parquet"),
        "area": pl.read_parquet(public / "area.parquet"),
        "release": pl.DataFrame([_release_row(release) for release in released]),
        "revision": _revisions(vintages, released),
        "mart_district_quarter": pivot(current, "district", "Q"),
        "mart_street_stock": pivot(current, "street", "S"),
        "schema_version": pl.DataFrame({"version": [SCHEMA_VERSION]}),
    }
    return tables | {"dictionary": dictionary(tables)}


def current_figures(released: Sequence[Release]) -> pl.DataFrame:
    """Return the newest published row of every figure; an empty frame before the first publication."""
    if not released:
        return pl.DataFrame()
    return _vintages(released).filter(pl.col("superseded_at").is_null()).select(COLUMNS)


def ever_published(home: Home, besides: str) -> pl.DataFrame:
    """Return every row that was ever published, withdrawn ones too, with the columns of ``published.kpi_vintage``.

    Releases of one candidate (its hash) are left out. An empty frame before the first publication. Who read a figure
    knows it, whatever became of it.
    """
    released = [release for release in _released(home) if release.facts["candidate_hash"] != besides]
    return _vintages(released) if released else pl.DataFrame()


def first_published(home: Home, known_at: datetime) -> pl.DataFrame | None:
    """Return what was published first of each figure of the whole district without breakdown, KEY and value.

    None where nothing had been published by the moment. A change of caliber or definition is the same figure revised.
    """
    published = [one for one in _released(home) if one.is_standing and _is_out(one, known_at)]
    if not published:
        return None
    rows = _vintages(published).filter(area_type="district", breakdown_type="_T").filter(pl.col("value").is_not_null())
    return rows.sort("published_at", *KEY, nulls_last=True).unique(SAME, keep="first", maintain_order=True)


def _is_out(release: Release, moment: datetime) -> bool:
    return release.published_at is not None and release.published_at <= moment


def published_history(home: Home, figure: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return how a figure was published, first to last: release, value, wording, vintage, since and until when, and why
    it changed. ``figure`` has the columns of KEY; another caliber or definition is the same figure revised.
    """
    released = _released(home)
    if not released:
        return []
    is_it = pl.all_horizontal(pl.col(name).eq_missing(pl.lit(figure[name], pl.String)) for name in SAME)
    rows = _vintages(released).filter(is_it).sort("published_at")
    told = [pl.read_parquet(path).filter(is_it) for one in released if (path := one.public / REVISION).exists()]
    reasons = {row["release_id"]: row["reason"] for frame in told for row in frame.iter_rows(named=True)}
    shown = ("release_id", "value", "printed_zh", "printed_en", "conf_status", "vintage", "as_known_at",
             "published_at", "superseded_at", "definition_version")  # fmt: skip
    return [row | {"reason": reasons.get(row["release_id"])} for row in rows.select(shown).iter_rows(named=True)]


def pivot(figures: pl.DataFrame, area_type: str, period_type: str) -> pl.DataFrame:
    """Return the figures of one kind of area and period, whole and of one basis, a column for each KPI."""
    rows = figures.filter(area_type=area_type, period_type=period_type, breakdown_type="_T", basis="ALL")
    if rows.is_empty():
        return pl.DataFrame(schema={"area_code": pl.String, "period": pl.String})
    wide = rows.sort("kpi_id").pivot(
        "kpi_id", index=["area_code", "period"], values="value", aggregate_function="first"
    )
    return wide.sort("area_code", "period")


def _release_row(release: Release) -> dict[str, Any]:
    facts = release.facts
    return {
        "release_id": release.id, "programme": facts["programme"], "district": facts["district"],
        "as_of": date.fromisoformat(facts["as_of"]), "known_at": parse_moment(facts["known_at"]),
        "published_at": release.published_at, "state": release.state, "is_simulated": release.is_simulated,
    }  # fmt: skip


def _vintages(released: Sequence[Release]) -> pl.DataFrame:
    """Return every published row of every figure with when it was published and when it ceased to be current.

    Another row took its place, or a later release that speaks of its days no longer has the figure. A withdrawn row
    took nobody's place and was current until its withdrawal.
    """
    parts = [
        pl.read_parquet(release.public / "kpi_value.parquet").with_columns(
            pl.lit(release.published_at).alias("published_at"),
            pl.lit(release.withdrawn_at).cast(pl.Datetime("us", "UTC")).alias("withdrawn_at"),
            pl.lit(_followed_at(release, released[number + 1 :])).cast(pl.Datetime("us", "UTC")).alias("followed_at"),
            pl.lit(number).alias("number"),
        )
        for number, release in enumerate(released)
    ]
    rows = pl.concat(parts).sort(pl.col("withdrawn_at").is_not_null(), *KEY, "number", nulls_last=True)
    following = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(-1)) for name in (*KEY, "withdrawn_at"))
    taken = pl.when(following & pl.col("withdrawn_at").is_null()).then(pl.col("published_at").shift(-1))
    superseded = pl.min_horizontal(taken, "followed_at")
    return (
        rows.with_columns(pl.coalesce("withdrawn_at", superseded).alias("superseded_at"))
        .sort(*KEY, "number", nulls_last=True)
        .drop("number", "withdrawn_at", "followed_at")
    )


def _followed_at(release: Release, later: Sequence[Release]) -> datetime | None:
    """Return when a later release was published that holds every figure of the days that this one speaks of."""
    of_same = (
        one for one in later
        if one.is_standing and one.subject[:2] == release.subject[:2] and one.facts["as_of"] >= release.facts["as_of"]
    )  # fmt: skip
    return next((one.published_at for one in of_same), None)


def _revisions(vintages: pl.DataFrame, released: Sequence[Release]) -> pl.DataFrame:
    """Return every change of a published figure with its reason code; never where either side is withheld.

    A part of a period that reaches further than it did in an earlier bulletin is no revision.
    """
    as_of = {release.id: release.facts["as_of"] for release in released}
    ordered = vintages.sort(*KEY, "published_at", nulls_last=True)
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(name).shift(1)) for name in KEY)
    day = pl.col("release_id").replace_strict(as_of, return_dtype=pl.String)
    is_further = (pl.col("obs_status").shift(1) == "P") & (day != day.shift(1))
    changed = (
        ordered.with_columns(
            pl.when(same).then(pl.col("release_id").shift(1)).alias("old_release_id"),
            pl.when(same & ~is_further).then(pl.col("value").shift(1)).alias("old_value"),
        )
        .filter(pl.col("old_value") != pl.col("value"))
        .select(*KEY, "old_release_id", "release_id", "old_value", pl.col("value").alias("new_value"),
                (pl.col("value") - pl.col("old_value")).alias("difference"), "published_at")
    )  # fmt: skip
    told = [pl.read_parquet(path) for one in released if (path := one.public / REVISION).exists()]
    reasons = pl.concat([frame.select(*KEY, "release_id", "reason") for frame in told] or [_no_reasons(changed)])
    return changed.join(reasons, on=[*KEY, "release_id"], how="left", nulls_equal=True, maintain_order="left").select(
        pl.exclude("reason", "published_at"), "reason", "published_at"
    )


def _no_reasons(changed: pl.DataFrame) -> pl.DataFrame:
    return changed.head(0).select(*KEY, "release_id", pl.lit(None, pl.String).alias("reason"))
