"""Making a release: an immutable folder, public and sealed, from a candidate that was judged.

``releases/<id>/public`` and ``sealed`` never change after they are made, except for the signatures that are added; the
manifests hold the hash tree over every file, the raw deliveries, the ledger, the code and the configuration.
"""

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from common.exports import csv_for_spreadsheets
from common.files import canonical, digest, file_digest, read_json, write_bytes, write_json
from common.home import Home
from common.messages import Language, LouyuError
from common.wording import rounding_mode
from publish.access import REVIEW_FILE
from publish.bulletin import write_bulletin
from publish.carrying import carry
from publish.changes import changes, followed_by, revision
from publish.columns import KEY
from publish.dictionary import dictionary
from publish.facts import Facts
from publish.life.acts import CLOSED, enter, void_altered
from publish.life.tree import write_tree
from publish.notes import footnotes, withheld_lines
from publish.plan import Plan, public_figures
from publish.protection.protecting import HIDDEN_FILE, REPORT_FILE
from publish.readers import PUBLISHED_FILE, current_figures
from publish.reasons import DRIFT, told_reasons
from publish.review_pack import Judged, write_review_pack
from publish.serving import write_database
from publish.shelf import Release, list_releases
from publish.spreadsheet import write_workbook

PROGRAMME = "building"
_LANGUAGES: tuple[Language, Language] = ("zh", "en")
_SEALED = ("figure.parquet", "figure_source.parquet", "delivery.parquet", "dlv_scope.parquet", "quarantine.parquet",
           "kpi.parquet", "kpi_text.parquet", "kpi_term.parquet", "kpi_edge.parquet", "gate.parquet",
           "verdicts.parquet", HIDDEN_FILE, REPORT_FILE, "context.json", "area.parquet")  # fmt: skip


def make_release(home: Home, candidate: Path, decided: Plan, candidate_hash: str) -> Release:
    """Make the folder of a release from a candidate that nothing blocks. Made once, it is left as it is.

    What was published before decides which figures are revised, so it is part of the release's id; a candidate
    that is itself published makes no second release. A folder that was altered before publication is made again,
    without its signatures. Raises LouyuError where the verdicts are about other bytes.
    """
    spoke = pl.read_parquet(candidate / "verdicts.parquet")["candidate_hash"].unique().to_list()
    if spoke != [candidate_hash] or read_json(candidate / REPORT_FILE)["candidate"] != candidate_hash:
        raise LouyuError(
            f"{candidate.name} 的检查结论针对另一候选结果,请重新运行 louyu run。",
            f"The verdicts beside {candidate.name} are about another candidate; run louyu run again.",
        )
    context = read_json(candidate / "context.json")
    before = [release for release in list_releases(home) if release.published_at or release.withdrawn_at]
    standing = [release for release in before if release.is_standing]
    verdicts = file_digest(candidate / "verdicts.parquet")
    for release in standing:
        if (release.facts["candidate_hash"], release.facts["verdicts"]) == (candidate_hash, verdicts):
            return release
    inputs = [candidate_hash, verdicts, file_digest(candidate / HIDDEN_FILE), sorted(one.id for one in before)]
    release_id = f"R{context['as_of'].replace('-', '')}-{digest(canonical(inputs))[:10]}"
    folder = home.releases / release_id
    if folder.exists():
        void_altered(home, folder)
    if not folder.exists():
        _build(home, folder, candidate, decided, candidate_hash, context, standing)
    return enter(home, folder, is_checked=not decided.blocked)


def _build(
    home: Home, folder: Path, candidate: Path, decided: Plan, candidate_hash: str, context: Mapping[str, Any],
    standing: Sequence[Release],
) -> None:  # fmt: skip
    """Write a release's folder beside its place and move it there whole."""
    release_id = folder.name
    unfinished = home.releases / f".{release_id}.partial"
    shutil.rmtree(unfinished, ignore_errors=True)
    public, sealed = unfinished / "public", unfinished / "sealed"
    public.mkdir(parents=True)
    sealed.mkdir()
    kpi, published = _public_catalogue(candidate), current_figures(standing)
    followed = followed_by(context["as_of"], PROGRAMME, context["district"], standing)
    ask = partial(told_reasons, home.releases, candidate)
    computed = public_figures(decided, candidate, release_id, published)
    held = carry(computed, published, followed, kpi, ask, rounding_mode(context["parameters"]))
    changed = changes(held.figures, published, kpi, followed, ask)
    area = pl.read_parquet(candidate / "area.parquet").sort("area_type", "area_code")
    catalogue = {"kpi": kpi, "area": area, "revision": revision(changed, release_id)}
    _write_public(public, held.figures, catalogue, release_id, context, candidate_hash)
    for name in _SEALED:
        shutil.copyfile(candidate / name, sealed / name)
    for path in candidate.glob("office_*.parquet"):
        shutil.copyfile(path, sealed / path.name)
    decided.figures.select("figure_key", "withheld_by", "note").write_parquet(sealed / "plan.parquet")
    held.drift.write_parquet(sealed / DRIFT)
    write_bytes(sealed / "drift.csv", csv_for_spreadsheets(held.drift))
    write_bytes(sealed / "revisions.csv", csv_for_spreadsheets(changed))
    facts = _facts(release_id, context, candidate, candidate_hash, held.figures)
    keys = decided.figures.select("figure_key", "withheld_by", *KEY)
    against = standing[-1].id if standing else None
    judged = Judged(candidate, held.figures, keys, changed, held.drift, kpi, area, decided.blocked, against)
    write_review_pack(sealed / REVIEW_FILE, judged, release_id, context, candidate_hash)
    write_json(public / "release.json", facts)
    write_tree(unfinished, release_id, _values(candidate, context, candidate_hash))
    for side, mode in ((public, 0o444), (sealed, 0o440)):
        for path in side.rglob("*"):
            path.chmod(mode)
    sealed.chmod(CLOSED)
    unfinished.chmod(CLOSED)
    unfinished.rename(folder)


def _write_public(
    public: Path, figures: pl.DataFrame, beside: Mapping[str, pl.DataFrame], release_id: str,
    context: Mapping[str, Any], candidate_hash: str,
) -> None:  # fmt: skip
    """Write the public side: figures, the tables ``beside`` them (kpi, area, revision), and what is made of them."""
    tables = {"kpi_value": figures, **beside}
    for name, table in tables.items():
        table.write_parquet(public / f"{name}.parquet")
    write_bytes(public / "kpi_value.csv", csv_for_spreadsheets(figures))
    kpi, area, as_of = beside["kpi"], beside["area"], date.fromisoformat(context["as_of"])
    words = dictionary(tables)
    words.write_parquet(public / "dictionary.parquet")
    write_bytes(public / "dictionary.csv", csv_for_spreadsheets(words))
    write_database(public / PUBLISHED_FILE, "published", tables | {"dictionary": words}, "PUBLIC")
    write_bulletin(public / "bulletin.html", figures, kpi, area, release_id, context, candidate_hash)
    facts = Facts(figures, kpi, area, as_of, context["district"])
    write_workbook(public / "figures.xlsx", facts, kpi, release_id, context)
    write_json(public / "footnotes.json", _footnotes(facts, context))


def _footnotes(facts: Facts, context: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the bulletin says beside its figures, by language."""
    told: dict[str, Any] = {}
    for language in _LANGUAGES:
        notes = footnotes(facts, language, simulated=context["simulated"])
        told[language] = {
            "notes": [{"number": note.number, "text": note.text, "kpis": list(note.kpis)} for note in notes],
            "withheld": withheld_lines(facts, language),
        }
    return told


def _public_catalogue(candidate: Path) -> pl.DataFrame:
    kpi = pl.read_parquet(candidate / "kpi.parquet").filter(audience="PUBLIC")
    text = pl.read_parquet(candidate / "kpi_text.parquet")
    return kpi.join(text, on="kpi_id").sort("kpi_id")


def _facts(
    release_id: str, context: Mapping[str, Any], candidate: Path, candidate_hash: str, figures: pl.DataFrame
) -> dict[str, Any]:
    verdicts = file_digest(candidate / "verdicts.parquet")
    return {
        "release_id": release_id, "programme": PROGRAMME, "district": context["district"], "as_of": context["as_of"],
        "known_at": context["known_at"], "build": context["build"],
        "simulated": bool(context["simulated"]), "candidate_hash": candidate_hash, "verdicts": verdicts,
        "figures": figures.height, "withheld": figures.filter(conf_status="N").height,
        "suppressed": figures.filter(conf_status="C").height,
    }  # fmt: skip


def _values(candidate: Path, context: Mapping[str, Any], candidate_hash: str) -> dict[str, Any]:
    """Return what of a release is hashed and is no file of it: raw deliveries, ledger, code, parameters, candidate."""
    deliveries = pl.read_parquet(candidate / "delivery.parquet")
    return {
        "raw": dict(deliveries.select("delivery_id", "sha256").sort("delivery_id").iter_rows()),
        "ledger": context["ledger"],
        "code": context["code"],
        "configuration": digest(canonical(context["parameters"])),
        "evidence": candidate_hash,
    }
