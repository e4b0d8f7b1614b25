"""Deciding for a candidate which of its public figures are confidential, and keeping that beside it (SPEC 4.4)."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from common.decimals import plain
from common.files import in_place_of, read_json, write_json
from common.memory import Memory
from common.messages import LouyuError
from disclosure.primary import Parameters
from disclosure.system import Progress
from publish.columns import KEY
from publish.protection.amounts import Amounts, Before
from publish.protection.bands import BANDS, sums_of_bands
from publish.protection.counts import Counts, protect_counts
from publish.protection.decisions import Money
from publish.protection.links import Quantity
from publish.protection.quantities import QUANTITY, told_quantities

HIDDEN_FILE, REPORT_FILE = "disclosure.parquet", "disclosure.json"
_HIDDEN = {"figure_key": pl.String, "status": pl.String, "rules": pl.String}


def protect_candidate(
    candidate: Path, candidate_hash: str, published: pl.DataFrame, memory: Memory, progress: Progress = lambda _: None
) -> None:
    """Write which figures of a candidate are hidden, and how that was found, unless it is written already.

    ``disclosure.parquet`` has a row for each hidden figure: figure_key, status (primary or secondary) and the rules
    that it fails. ``published`` holds every row that was ever published (columns of ``published.kpi_vintage``).
    ``memory`` holds what was decided of money before.
    """
    releases = sorted(published["release_id"].unique()) if published.height else []
    inputs = {"candidate": candidate_hash, "published": releases}
    if _is_protected(candidate, inputs):
        return
    tables = {name: pl.read_parquet(candidate / f"{name}.parquet") for name in _TABLES}
    context = read_json(candidate / "context.json")
    parameters = _parameters(tables["office_gate_threshold"], context["as_of"])
    asked = _Protecting(tables, context["district"], parameters, published)
    found = asked.run(lambda money: money.decided(candidate, memory, progress))
    with in_place_of(candidate / HIDDEN_FILE) as fresh:
        found.figures.write_parquet(fresh)
    write_json(candidate / REPORT_FILE, inputs | {"report": found.report()})


def _is_protected(candidate: Path, inputs: Mapping[str, Any]) -> bool:
    """Whether the decision beside a candidate is about these very bytes and what was published before."""
    file = candidate / REPORT_FILE
    told = read_json(file) if file.exists() else {}
    return all(told.get(name) == value for name, value in inputs.items())


def read_hidden(candidate: Path) -> pl.DataFrame:
    """Return the hidden figures of a candidate; LouyuError where disclosure control has not spoken on it."""
    file = candidate / HIDDEN_FILE
    if not file.exists():
        raise LouyuError(
            f"{candidate.name} 尚未经保密审查,请重新运行 louyu run。",
            f"Disclosure control has not spoken on {candidate.name}; run louyu run again.",
        )
    return pl.read_parquet(file)


_TABLES = ("figure", "kpi", "kpi_term", "office_gate_threshold")


def _parameters(thresholds: pl.DataFrame, as_of: str) -> Parameters:
    """Return the office's parameters as they are valid on the candidate's day."""
    day = date.fromisoformat(as_of)
    since, until = pl.col("valid_from").fill_null(date.min), pl.col("valid_to").fill_null(date.max)
    valid = thresholds.filter(pl.col("gate_id") == "G-SDC", since <= day, day < until)
    own: dict[str, Decimal] = {name: Decimal(value) for name, value in valid.select("name", "value").iter_rows()}
    missing = sorted({"n_min", "dominance_1", "dominance_2", "p_percent", "count_min", "rate_cases_min"} - own.keys())
    if missing:
        named = ", ".join(missing)
        raise LouyuError(f"缺少保密参数 G-SDC {named}", f"there is no parameter {named} of G-SDC")
    return Parameters(
        n_min=int(own["n_min"]),
        dominance=((1, int(own["dominance_1"])), (2, int(own["dominance_2"]))),
        p=own["p_percent"],
        count_min=int(own["count_min"]),
        denominator_min=int(own["rate_cases_min"]),
    )


@dataclass(frozen=True, slots=True)
class _Found:
    figures: pl.DataFrame
    amounts: Amounts
    counts: Counts

    def report(self) -> dict[str, Any]:
        """Return what those who sign should know of the choice; it stays sealed."""
        parts = [asdict(part) | {"cost": plain(part.cost), "bound": plain(part.bound)} for part in self.amounts.parts]
        return {
            "amounts": parts,
            "givers_unknown": sorted({one.term for one in self.amounts.unknown}),
            "counts": {"hidden": len(self.counts.hidden), "exposed": len(self.counts.exposed)},
            "figures": dict(self.figures.group_by("status").len().sort("status").iter_rows()),
        }


class _Protecting:
    def __init__(
        self, tables: Mapping[str, pl.DataFrame], district: str, parameters: Parameters, published: pl.DataFrame
    ) -> None:
        self.kpi, self.terms, self.district, self.parameters = tables["kpi"], tables["kpi_term"], district, parameters
        has_something = pl.any_horizontal(pl.col("value", "numerator", "denominator").is_not_null())
        told = tables["figure"].filter(pl.col("audience") == "PUBLIC", has_something)
        self.figures = told.join(self.kpi.select("kpi_id", "kind", "sdc_class"), on="kpi_id", maintain_order="left")
        self.told = told_quantities(told, self.kpi, self.terms)
        self.values = _sizes(self.told)
        self.before = _before(published, self.kpi, self.terms)
        self.suppressed_before = _suppressed_again(told, published)

    def run(self, decided: Callable[[Money], tuple[Amounts, frozenset[Quantity]]]) -> _Found:
        amounts_of = self._amount_terms()
        values = {one: size for one, size in self.values.items() if one.term in amounts_of}
        others = {one: size for one, size in self.values.items() if one.term not in amounts_of}
        of_bands = {one: size for one, size in others.items() if one.term in BANDS}
        before = self.before.of_money(amounts_of)
        amounts, bands = decided(Money(values, of_bands, before, self.district, self.parameters))
        small, few = self._rows_that_are_small()
        seeds = self._quantities_of(small, others) | self._cases_of(few, others) | bands
        # public facts of class P are printed whatever it costs, so hiding them hides nothing
        facts = self._quantities_of(self.figures.filter(kind="level", sdc_class="P").select("figure_key"), others)
        known = self.before.published | {one: others[one] for one in facts}
        counts = protect_counts(others, seeds, known, self.district, sums_of_bands(others))
        return _Found(self._decided(amounts, counts, bands, small, few), amounts, counts)

    def _amount_terms(self) -> frozenset[str]:
        """Return the measures that figures of class M are about: what they say of money."""
        own = self.figures.filter(sdc_class="M").select("figure_key")
        money = self.told.join(own, on="figure_key").filter(pl.col("term").str.contains("_yuan"))
        return frozenset(money["term"])

    def _rows_that_are_small(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Return the counts below the least and the rates of fewer cases than the least, class A."""
        of_class = self.figures.filter(sdc_class="A")
        is_small = (pl.col("value") > 0) & (pl.col("value") < self.parameters.count_min)
        is_few = (pl.col("denominator") > 0) & (pl.col("denominator") < self.parameters.denominator_min)
        return (
            of_class.filter(is_small, kind="level").select("figure_key"),
            of_class.filter(is_few, kind="ratio", unit="%").select("figure_key"),
        )

    def _quantities_of(self, rows: pl.DataFrame, among: Mapping[Quantity, Decimal]) -> frozenset[Quantity]:
        found = self.told.join(rows, on="figure_key").select(QUANTITY).unique()
        return frozenset(one for one in map(Quantity._make, found.iter_rows()) if one in among)

    def _cases_of(self, rates: pl.DataFrame, among: Mapping[Quantity, Decimal]) -> frozenset[Quantity]:
        """Return the denominators of rates of few cases, unless a level prints them as a count of their own."""
        printed = self._quantities_of(self.figures.filter(kind="level").select("figure_key"), among)
        cases = frozenset(self.terms.filter(role="denominator")["measure_id"])
        return frozenset(one for one in self._quantities_of(rates, among) - printed if one.term in cases)

    def _decided(
        self, amounts: Amounts, counts: Counts, bands: Iterable[Quantity], small: pl.DataFrame, few: pl.DataFrame
    ) -> pl.DataFrame:
        """Return the hidden figures: those that tell something hidden, and small ones whatever they tell."""
        rules = dict.fromkeys(counts.hidden, "") | {one: "|".join(told) for one, told in amounts.hidden.items()}
        rules |= dict.fromkeys(bands, "band")
        schema = {name: self.told.schema[name] for name in QUANTITY} | {"rules": pl.String}
        quantities = pl.DataFrame([(*one, rule) for one, rule in rules.items()], schema=schema, orient="row")
        telling = self.told.join(quantities, on=QUANTITY).select("figure_key", "rules")
        own = [
            rows.with_columns(pl.lit(rule).alias("rules"))
            for rows, rule in ((small, "small_count"), (few, "few_cases"))
        ]
        own.append(self.suppressed_before.with_columns(pl.lit("").alias("rules")))
        failed = pl.col("rules").filter(pl.col("rules") != "").unique().sort().str.join("|")
        found = pl.concat([telling, *own]).group_by("figure_key").agg(failed)
        status = pl.when(pl.col("rules") == "").then(pl.lit("secondary")).otherwise(pl.lit("primary"))
        return found.with_columns(status.alias("status")).select(_HIDDEN.keys()).sort("figure_key")


def _suppressed_again(figures: pl.DataFrame, published: pl.DataFrame) -> pl.DataFrame:
    """Return the keys of the figures that an earlier release suppressed: they stay so."""
    if published.is_empty():
        return figures.select("figure_key").clear()
    before = published.filter(conf_status="C").select(KEY)
    return figures.join(before, on=list(KEY), how="semi", nulls_equal=True).select("figure_key")


def _sizes(told: pl.DataFrame) -> dict[Quantity, Decimal]:
    """Return the quantities that some figure prints with their sizes."""
    printed = told.filter(pl.col("amount").is_not_null()).unique(QUANTITY, keep="first", maintain_order=True)
    return {Quantity(*key): amount for *key, amount in printed.select(*QUANTITY, "amount").iter_rows()}


def _before(published: pl.DataFrame, kpi: pl.DataFrame, terms: pl.DataFrame) -> Before:
    """Return what earlier releases printed and what they suppressed; of the latter only levels say what it was."""
    if published.is_empty():
        return Before()
    known = set(kpi["kpi_id"])
    rows = published.filter(pl.col("kpi_id").is_in(known)).with_row_index("number").with_columns(
        pl.col("number").cast(pl.String).alias("figure_key"),
        pl.col("window_start").alias("window_start_on"), pl.col("window_end").alias("window_end_on"),
        pl.lit(None, pl.Date).alias("base_window_start_on"), pl.lit(None, pl.Date).alias("base_window_end_on"),
    )  # fmt: skip
    levels = kpi.filter(pl.col("kind").is_in(["level", "ratio"]))["kpi_id"].to_list()
    printed = rows.filter(pl.col("value").is_not_null(), pl.col("kpi_id").is_in(levels))
    plain_levels = kpi.filter(kind="level")["kpi_id"].to_list()
    hidden = rows.filter(pl.col("conf_status") == "C", pl.col("kpi_id").is_in(plain_levels))
    named = told_quantities(hidden, kpi, terms).select(QUANTITY)
    return Before(_sizes(told_quantities(printed, kpi, terms)), frozenset(map(Quantity._make, named.iter_rows())))
