"""The review pack: one page for those who sign, with everything that they answer for (SPEC 4.2, 4.3).

It lies in the sealed part and is made with the release, so its bytes are under the signatures too. It shows what the
release would publish; what is withheld is listed with its reason and without its value, for not everybody who signs may
read amounts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import jinja2
import polars as pl
from markupsafe import Markup

from common.decimals import plain
from common.files import file_digest, write_bytes
from common.messages import Message
from publish.columns import KEY
from publish.explain import deliveries_of, waiting_rows
from publish.facts import Fact, Facts
from publish.headlines import headline_facts
from publish.notes import footnotes, withheld_lines
from publish.sentences import paragraphs
from publish.verdict_tables import asked_for, gate_rows

MOST_ROWS = 25_000
MOST_LINES = 20_000
MOST_CHANGES = 1_000
"""So many figures by breakdown, deliveries under figures, and changes below the district are on the page; it says of
what it leaves out where that is."""
_TEMPLATES = Path(__file__).parent / "templates"
_GROUPS: Mapping[str, Message] = {
    "E": Message("楼宇经济", "Building economy"), "H": Message("接诉即办", "Hotline"),
    "G": Message("治理与服务", "Governance and services"), "Q": Message("数据质量", "Data quality"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Judged:
    """What a pack is about: a candidate's evidence and what the release made of it would publish."""

    evidence: Path
    figures: pl.DataFrame
    """``kpi_value`` of the release."""
    keys: pl.DataFrame
    """KEY with the candidate's figure_key, and the gate that withholds the figure, if any."""
    changes: pl.DataFrame
    """What it would change of what is published (:func:`publish.changes.changes`)."""
    drift: pl.DataFrame
    """What it holds as it was published, though another value would be computed (:mod:`publish.carrying`)."""
    kpi: pl.DataFrame
    area: pl.DataFrame
    blocked: Sequence[str]
    against: str | None
    """The release published last."""


def write_review_pack(path: Path, judged: Judged, release_id: str, context: Mapping[str, Any], hashed: str) -> None:
    """Write the page of a release; ``hashed`` is the candidate's hash."""
    as_of = date.fromisoformat(context["as_of"])
    facts = Facts(judged.figures, judged.kpi, judged.area, as_of, context["district"])
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    district = judged.figures.filter(area_type="district")
    changed = {tuple(row[name] for name in KEY): row for row in judged.changes.iter_rows(named=True)}
    page = environment.get_template("review.html").render(
        release_id=release_id,
        context=context,
        district=facts.area_name("district", context["district"]),
        hashed=hashed,
        verdicts_hash=file_digest(judged.evidence / "verdicts.parquet"),
        style="\n".join((_TEMPLATES / name).read_text(encoding="utf-8") for name in ("bulletin.css", "review.css")),
        blocked=judged.blocked,
        against=judged.against,
        counts=_counts(judged),
        gates=gate_rows(judged.evidence),
        asked=asked_for(judged.evidence, _tellable(judged)),
        headlines=[(name, [(called, fact, _change(fact.row, changed)) for called, fact in held])
                   for name, held in headline_facts(facts)],
        changes=_named(judged.changes, judged, facts),
        changes_left=_left(judged.changes),
        drift=_named(judged.drift, judged, facts),
        drift_left=_left(judged.drift),
        missing=_missing(judged.figures, facts),
        wording=_wording(facts, simulated=bool(context["simulated"])),
        groups=list(_groups(judged, district, facts, changed)),
        rows_left=max(0, _parts(district).height - MOST_ROWS),
        below=judged.figures.height - district.height,
        deliveries=pl.read_parquet(judged.evidence / "delivery.parquet").sort("feed", "received_at").to_dicts(),
        waiting=_waiting(judged.evidence),
        signed=_signed,
        plain=_plain,
    )  # fmt: skip
    write_bytes(path, page.encode())


def _counts(judged: Judged) -> Mapping[str, int]:
    status = dict(judged.figures.group_by("conf_status").len().iter_rows())
    return {
        "figures": judged.figures.height,
        "shown": judged.figures["value"].is_not_null().sum(),
        "withheld": status.get("N", 0),
        "suppressed": status.get("C", 0),
        "changed": judged.changes.height,
    }


def _tellable(judged: Judged) -> frozenset[str]:
    """Return the keys of figures whose value the page may tell: published, or of the whole district and withheld for
    another reason than secrecy."""
    is_whole = (pl.col("area_type") == "district") & (pl.col("breakdown_type") == "_T")
    is_waiting = (pl.col("conf_status") == "N") & (pl.col("withheld_by") != "G-SDC")
    rows = judged.figures.join(judged.keys, on=list(KEY), nulls_equal=True)
    return frozenset(rows.filter(pl.col("value").is_not_null() | (is_whole & is_waiting))["figure_key"])


def _change(row: Mapping[str, Any], changed: Mapping[tuple[Any, ...], Mapping[str, Any]]) -> Mapping[str, Any] | None:
    return changed.get(tuple(row[name] for name in KEY))


def _named(listed: pl.DataFrame, judged: Judged, facts: Facts) -> list[tuple[Mapping[str, Any], Message, Message]]:
    """Return what is to be shown of a list of figures, each with its own and its area's name: all of the district, some
    below."""
    is_district = listed["area_type"] == "district"
    rows = pl.concat([listed.filter(is_district), listed.filter(~is_district).head(MOST_CHANGES)])
    known = {row[0] for row in judged.kpi.select("kpi_id").iter_rows()}
    return [
        (row, facts.kpi_name(row["kpi_id"]) if row["kpi_id"] in known else Message(row["kpi_id"], row["kpi_id"]),
         facts.area_name(row["area_type"], row["area_code"]))
        for row in rows.iter_rows(named=True)
    ]  # fmt: skip


def _left(listed: pl.DataFrame) -> int:
    return max(0, listed.filter(pl.col("area_type") != "district").height - MOST_CHANGES)


def _missing(figures: pl.DataFrame, facts: Facts) -> list[Mapping[str, Any]]:
    """Return what has no value: by KPI, kind of area, breakdown and reason, with its number and its periods."""
    state = pl.when(conf_status="F").then(pl.lit("ABSENT")).when(conf_status="N").then(pl.lit("WITHHELD"))
    groups = (
        figures.filter(pl.col("value").is_null()).sort("window_end")
        .with_columns(state.otherwise(pl.lit("SUPPRESSED")).alias("state"))
        .group_by("state", "kpi_id", "area_type", "breakdown_type", "note", maintain_order=True)
        .agg(pl.len().alias("count"), pl.col("period").first().alias("first"), pl.col("period").last().alias("last"))
        .sort("state", "kpi_id", "area_type", "breakdown_type", "note", descending=[True, *[False] * 4])
    )  # fmt: skip
    return [
        {**row, "name": facts.kpi_name(row["kpi_id"]), "reason": facts.reason(row["note"]) if row["note"] else None,
         "gate": (row["note"] or "").partition(": ")[0] if row["state"] == "WITHHELD" else ""}
        for row in groups.iter_rows(named=True)
    ]  # fmt: skip


def _wording(facts: Facts, *, simulated: bool) -> Mapping[str, list[tuple[str, str]]]:
    """Return all sentences of the bulletin, Chinese and English side by side."""
    zh, en = paragraphs(facts, "zh"), paragraphs(facts, "en")
    notes = (footnotes(facts, "zh", simulated=simulated), footnotes(facts, "en", simulated=simulated))
    return {
        "paragraphs": [(f"{one[0]}:{one[1]}", f"{other[0]}: {other[1]}") for one, other in zip(zh, en, strict=True)],
        "notes": [(one.text, other.text) for one, other in zip(*notes, strict=True)],
        "withheld": list(zip(withheld_lines(facts, "zh"), withheld_lines(facts, "en"), strict=True)),
    }


def _groups(
    judged: Judged, district: pl.DataFrame, facts: Facts, changed: Mapping[tuple[Any, ...], Mapping[str, Any]]
) -> Iterator[tuple[Message, list[Mapping[str, Any]]]]:
    """Yield the district's figures by group and KPI, the newest period first."""
    ordered = district.sort(pl.col("window_end"), *KEY, descending=[True, *[False] * len(KEY)], nulls_last=True)
    whole = ordered.filter(breakdown_type="_T").join(judged.keys, on=list(KEY), how="left", nulls_equal=True,
                                                     maintain_order="left")  # fmt: skip
    behind = _behind(judged.evidence, whole["figure_key"].to_list())
    kept, used = set(), 0
    for key in whole["figure_key"]:
        used += len(behind.get(key, ()))
        if used <= MOST_LINES:
            kept.add(key)
    parts = _parts(ordered).head(MOST_ROWS).sort("breakdown_type", maintain_order=True)
    figures_of, parts_of = (_by(frame, "kpi_id") for frame in (whole, parts))
    terms = _by(pl.read_parquet(judged.evidence / "kpi_term.parquet"), "kpi_id")
    for group, name in _GROUPS.items():
        entries: list[Mapping[str, Any]] = []
        for entry in judged.kpi.filter(kpi_group=group).iter_rows(named=True):
            kpi_id = entry["kpi_id"]
            figures = [
                {"fact": Fact({**row, "as_of": facts.as_of}, entry), "change": _change(row, changed),
                 "deliveries": behind.get(row["figure_key"], []) if row["figure_key"] in kept else None}
                for row in figures_of.get(kpi_id, [])
            ]  # fmt: skip
            tables: dict[str, list[Any]] = {}
            for row in parts_of.get(kpi_id, []):
                tables.setdefault(row["breakdown_type"], []).append((Fact(row, entry), _change(row, changed)))
            if figures or tables:
                entries.append({"kpi": entry, "terms": terms.get(kpi_id, []), "figures": figures, "tables": tables})
        if entries:
            yield name, entries


def _parts(district: pl.DataFrame) -> pl.DataFrame:
    """Return the figures by breakdown that have a value; those without are told of by their reasons."""
    return district.filter((pl.col("breakdown_type") != "_T") & pl.col("value").is_not_null())


def _behind(evidence: Path, keys: list[str]) -> Mapping[str, list[tuple[Markup, int]]]:
    """Return the deliveries behind each of some figures: what the page says of each, and its rows that are counted."""
    figures = pl.read_parquet(evidence / "figure.parquet").filter(pl.col("figure_key").is_in(keys))
    behind = deliveries_of(evidence, figures)
    # one delivery is behind many figures
    told = {row["delivery_id"]: _DELIVERY.format(**row) for row in behind.unique("delivery_id").iter_rows(named=True)}
    found: dict[str, list[tuple[Markup, int]]] = {}
    for figure_key, delivery, rows in behind.select("figure_key", "delivery_id", "rows_counted").iter_rows():
        found.setdefault(figure_key, []).append((told[delivery], rows))
    return found


_DELIVERY = Markup('{feed} <a href="#{delivery_id}">{path}</a> {rows_read} / {rows_accepted} / {rows_quarantined}')


def _waiting(evidence: Path) -> Sequence[Mapping[str, Any]]:
    """Return what waits in quarantine by delivery and rule: how many rows, and what was said of the first."""
    groups: Sequence[Mapping[str, Any]] = (
        waiting_rows(evidence).group_by("feed", "delivery_id", "file", "rule_id", maintain_order=True)
        .agg(pl.struct("sheet", "row_no").n_unique().alias("rows"), pl.col("message_zh", "message_en").first())
        .sort("feed", "delivery_id", "file", "rule_id")
        .to_dicts()
    )  # fmt: skip
    return groups


def _by(frame: pl.DataFrame, column: str) -> Mapping[str, list[Mapping[str, Any]]]:
    found: dict[str, list[Mapping[str, Any]]] = {}
    for row in frame.iter_rows(named=True):
        found.setdefault(row[column], []).append(row)
    return found


def _plain(value: Decimal | None) -> str:
    return "—" if value is None else plain(value)


def _signed(difference: Decimal | None, unit: str) -> Message:
    """Say a difference with its sign: of a rate in percentage points, else in the unit of storage."""
    if difference is None:
        return Message("—", "—")
    amount = difference.scaleb(2) if unit == "%" else difference
    text = f"{'+' if amount > 0 else ''}{plain(amount)}".replace("-", "−")
    return Message(f"{text}个百分点", f"{text} pp") if unit == "%" else Message(f"{text}{unit}", text)
