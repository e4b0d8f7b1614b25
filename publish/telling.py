"""The words of the bulletin before there is a release, for the gates that judge words (SPEC 4.3, G-CLAIM and G-PII)."""

from datetime import date
from pathlib import Path

import polars as pl

from common.files import read_json
from common.messages import Language
from publish.facts import Facts
from publish.notes import footnotes
from publish.sentences import paragraphs

_LANGUAGES: tuple[Language, Language] = ("zh", "en")


def told(candidate: Path) -> dict[Language, str]:
    """Return what the bulletin would say of a candidate if nothing of it were withheld, by language.

    A withheld figure takes its sentence away and adds none, so these are all the words that can be printed.
    """
    context = read_json(candidate / "context.json")
    kpi = pl.read_parquet(candidate / "kpi.parquet").join(pl.read_parquet(candidate / "kpi_text.parquet"), on="kpi_id")
    figures = pl.read_parquet(candidate / "figure.parquet").filter(audience="PUBLIC").with_columns(
        pl.lit("F").alias("conf_status"), pl.lit("FINAL").alias("vintage"),
        pl.col("window_start_on").alias("window_start"), pl.col("window_end_on").alias("window_end"),
    )  # fmt: skip
    area, as_of = pl.read_parquet(candidate / "area.parquet"), date.fromisoformat(context["as_of"])
    facts = Facts(figures, kpi, area, as_of, context["district"])
    return {
        language: "\n".join(
            [text for _, text in paragraphs(facts, language)]
            + [note.text for note in footnotes(facts, language, simulated=context["simulated"])]
        )
        for language in _LANGUAGES
    }
