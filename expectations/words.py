"""G-CLAIM and G-PII: what is said in words, of the whole candidate (SPEC 4.3)."""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from fractions import Fraction
from pathlib import Path
from typing import Any

import polars as pl

from common.files import read_json
from common.masking import mask
from common.messages import Language, Message
from expectations.verdicts import WHOLE, Verdict, evidence
from replay.knowledge import Knowledge, Kpi
from replay.reading import replay

Texts = Mapping[Language, str]

_CLAIM = {
    "check": "a word of size stands beside a figure that reaches its threshold",
    "check_zh": "定性表述须与达到阈值的数值并列",
    "todo": "mend the bulletin's sentence, or take the word out of it",
    "todo_zh": "修改公报语句,或删去该表述",
}
_PERSON = {
    "check": "no telephone or identity number and no person's name in what the public reads",
    "check_zh": "公开内容中没有电话、证件号码与个人姓名",
    "todo": "find the column that it came from and have it delivered without personal data",
    "todo_zh": "查明来源列,请报送单位去除个人信息后重报",
}
_PUBLIC: Mapping[str, tuple[str, ...]] = {
    "figure": ("note", "area_code", "breakdown_code", "building_set_id", "printed_zh", "printed_en"),
    "area": ("area_code", "name_zh", "name_en"),
    "kpi_text": ("name_zh", "name_en", "definition_zh", "definition_en"),
}
"""The columns of text that leave for the public, by the candidate's file."""


def judge_words(candidate: Path, texts: Callable[[], Texts]) -> list[Verdict]:
    """Judge what the public will read: the bulletin's sentences, by language, and every text of the public tables.

    A finding blocks the candidate, because a word cannot be withheld as a figure can. An error inside a check is an
    ERROR of its gate.
    """
    return [
        _judge("G-CLAIM", _CLAIM, lambda: list(_claims(candidate, texts()))),
        _judge("G-PII", _PERSON, lambda: list(_personal(candidate, texts()))),
    ]


def _judge(gate: str, said: Mapping[str, str], find: Callable[[], list[dict[str, Any]]]) -> Verdict:
    try:
        found = find()
    except Exception as error:  # whatever breaks inside a check is no word about the data
        return Verdict(gate, WHOLE, "ERROR", "ERROR", evidence(gate, error=repr(error)))
    if not found:
        return Verdict(gate, WHOLE, "PASS", "ERROR", evidence(said["check"]))
    return Verdict(gate, WHOLE, "FAIL", "ERROR", evidence(**said, expected="none", found=found))


def _claims(candidate: Path, texts: Texts) -> Iterator[dict[str, Any]]:
    """Yield the claims of size without a figure beside them, or with one that does not reach the threshold."""
    known = _knowledge(candidate)
    for language, text in texts.items():
        for claim in replay(text, known).claims:
            for finding in claim["findings"]:
                if finding["gate"] == "G-CLAIM":
                    yield {"language": language, "text": claim["text"], "why": finding["message_en"],
                           "why_zh": finding["message_zh"]}  # fmt: skip


def _knowledge(candidate: Path) -> Knowledge:
    """Return what claims are held against: the catalogue and the thresholds of the candidate's day."""
    as_of = date.fromisoformat(read_json(candidate / "context.json")["as_of"])
    kpi = pl.read_parquet(candidate / "kpi.parquet").join(pl.read_parquet(candidate / "kpi_text.parquet"), on="kpi_id")
    limits = pl.read_parquet(candidate / "office_gate_threshold.parquet").filter(
        (pl.col("valid_from").is_null() | (pl.col("valid_from") <= as_of))
        & (pl.col("valid_to").is_null() | (pl.col("valid_to") > as_of))
    )
    kpis = {
        row["kpi_id"]: Kpi(
            row["kpi_id"], Message(row["name_zh"], row["name_en"]), row["kind"], row["unit"],
            row["status"] == "APPROVED", tuple((row["period_types"] or "").split("|")), row["change_of"] or None,
        )
        for row in kpi.iter_rows(named=True)
    }  # fmt: skip
    values = {(gate, name): Fraction(value) for gate, name, value in limits.select("gate_id", "name", "value").rows()}
    return Knowledge(kpis=kpis, thresholds=values, as_of=as_of)


def _personal(candidate: Path, texts: Texts) -> Iterator[dict[str, Any]]:
    """Yield where something personal stands, with the text as masked: evidence must not repeat it."""
    for language, text in texts.items():
        for line in text.split("\n"):
            if (masked := mask(line)).places:
                yield {"where": f"bulletin ({language})", "masked": masked.text}
    for file, columns in _PUBLIC.items():
        frame = pl.read_parquet(candidate / f"{file}.parquet")
        if "audience" in frame.columns:
            frame = frame.filter(audience="PUBLIC")
        for column in columns:
            for value in frame[column].drop_nulls().unique().sort():
                if (masked := mask(value, is_prose=False)).places:
                    yield {"where": f"{file}.{column}", "masked": masked.text}
