"""``louyu explain`` for a reader: what a figure is, what it is made of, and where that came from."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import typer

from cli.output import Speaker
from common.decimals import plain
from common.messages import Message
from common.periods import in_words, parse_period

_COLUMNS = ("delivery_id", "feed", "files", "rows_read", "rows_accepted", "rows_quarantined", "rows_counted")
_ROLES: Mapping[str, Message] = {
    "numerator": Message("分子", "numerator"),
    "denominator": Message("分母", "denominator"),
}


def show(found: Mapping[str, Any], speaker: Speaker) -> None:
    """Print an explanation: the KPI once, then each figure with its deliveries."""
    suffix, entry = speaker.lang.value, found["kpi"]
    typer.echo(f"{entry[f'name_{suffix}']} · {entry['kpi_id']} {entry['definition_version'] or ''}".rstrip())
    _say(speaker, Message("定义", "definition"), entry[f"definition_{suffix}"])
    is_ratio = any(term["role"] == "denominator" for term in entry["terms"])
    for term in sorted(entry["terms"], key=lambda term: list(_ROLES).index(term["role"])):
        weight = "" if Decimal(term["weight"]) == 1 else f" × {term['weight']}"
        label = _ROLES[term["role"]] if is_ratio else Message("计量", "measure")
        _say(speaker, label, f"{term['measure_id']}{weight}")
    for figure in found["figures"]:
        typer.echo()
        _show_figure(figure, speaker)
    typer.echo()
    _say(speaker, Message("知悉时点", "known at"), found["as_known_at"])
    _say(speaker, Message("计算批次", "build"), f"{found['build']} · {found['code'][:12]}")


def _show_figure(figure: Mapping[str, Any], speaker: Speaker) -> None:
    period, base = (parse_period(label) if label else None for label in (figure["period"], figure["base_period"]))
    where = " ".join(part for part in (figure["area_code"], _member(figure)) if part)
    when = speaker.say(in_words(period)) if period else ""
    against = Message("较", "against") if base else None
    compared = f" {speaker.say(against)} {speaker.say(in_words(base))}" if against and base else ""
    typer.echo(f"{where} · {when}{compared} ({figure['period']})")
    note = speaker.note(figure["note"]) if figure["note"] else "—"
    _say(speaker, Message("数值", "value"), figure[f"printed_{speaker.lang.value}"] or note)
    if figure["value"] is not None:
        # a rate is kept as a fraction, whatever it is printed in
        unit = "" if figure["unit"] == "%" else f" {figure['unit']}"
        _say(speaker, Message("精确值", "exact value"), f"{plain(figure['value'])}{unit}")
    for name, label in _ROLES.items():
        if figure[name] is not None:
            _say(speaker, label, plain(figure[name]))
    failed = [f"{gate['gate_id']} {gate['verdict']}" for gate in figure["gates"] if gate["verdict"] != "PASS"]
    passed = Message(f"{len(figure['gates'])}项全部通过", f"all {len(figure['gates'])} passed")
    if figure["gates"]:
        _say(speaker, Message("检查", "gates"), ", ".join(failed) or speaker.say(passed))
    if len(figure["revisions"]) > 1:
        told = "; ".join(_published(row, speaker) for row in figure["revisions"])
        _say(speaker, Message("历次公布", "published as"), told)
    _say(speaker, Message("待处理行", "rows waiting"), str(figure["rows_quarantined"]))
    _say(speaker, Message("报送", "deliveries"), str(len(figure["deliveries"])))
    if figure["deliveries"]:
        speaker.table(figure["deliveries"], _COLUMNS)


def _published(row: Mapping[str, Any], speaker: Speaker) -> str:
    """Say one publication of the figure: its wording, vintage and release, and why it changed."""
    printed = row[f"printed_{speaker.lang.value}"] or "—"
    why = f", {row['reason']}" if row["reason"] else ""
    return f"{printed} ({row['vintage']}, {row['release_id']}{why})"


def _member(figure: Mapping[str, Any]) -> str:
    return "" if figure["breakdown_type"] == "_T" else f"{figure['breakdown_type']}={figure['breakdown_code']}"


def _say(speaker: Speaker, label: Message, text: str) -> None:
    typer.echo(f"  {speaker.say(label)}: {text}")
