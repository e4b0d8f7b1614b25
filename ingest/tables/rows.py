"""Rules over the columns of one row: what a row must hold to count, and what is put right with a note (SPEC 5).

``ROW_RULES`` says which rules a feed has. Each is a condition over the typed columns of a row and, by name, the
texts of the columns that are sent for comparison only. All rows of a batch are looked at together; a rule knows
nothing of other rows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

import polars as pl

from common.contracts import Feed
from common.notes import counts
from common.rows import ADDRESS
from common.rules import Action
from ingest.values.numbers import NULL_WORDS
from ingest.values.parsers import ASKED

Address = tuple[str, str | None, int | None]

_ANSWERS = ("contacted", "resolved", "satisfaction")
_STEPS = ("dispatched_at", "signed_at", "contacted_at", "feedback_at", "closed_at")
_SMALLEST_BUILDING, _LARGEST_BUILDING, _SMALLEST_LEASE = 500, 500_000, 1
_FEWEST = 10
_MOST_EMPLOYEES = 1_000_000
"""So many work nowhere: the cell holds a telephone number."""


@dataclass(frozen=True, slots=True)
class RowRule:
    """One rule over a row, the cell that it names, and what becomes of the row."""

    rule: str
    action: Action
    column: str
    when: pl.Expr
    facts: Mapping[str, pl.Expr] = field(default_factory=dict)
    value: pl.Expr | None = None
    """What is shown as the value, where it is not that of the column."""
    sets: Mapping[str, pl.Expr] = field(default_factory=dict)
    """What the columns of such a row become."""
    is_counted: bool = False
    """Told once with the number of rows, not for every row."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A rule that applied to a row, before it is addressed in the source's words."""

    rule: str
    action: Action
    address: Address
    column: str | None
    value: str | None
    facts: Mapping[str, object]


def check_rows(
    feed: Feed, typed: pl.DataFrame, controls: pl.DataFrame, received_on: date
) -> tuple[pl.DataFrame, list[Mark]]:
    """Apply a feed's rules to a batch of typed rows; ``controls`` holds the texts of its control columns.

    Returns the rows as they are to be stored, those that must wait still among them, and what was found.
    """
    if typed.is_empty():
        return typed, []
    rows = typed.with_columns(*controls, pl.lit(received_on).alias(_RECEIVED))
    rows = rows.with_columns(expr.alias(name) for name, expr in DECIDED.get(feed.id, {}).items())
    rules = [*_not_yet(feed, received_on), *ROW_RULES.get(feed.id, ())]
    applies = rows.select(rule.when.fill_null(False).any().alias(str(n)) for n, rule in enumerate(rules))
    marks: list[Mark] = []
    for rule, does in zip(rules, applies.row(0) if rules else (), strict=True):
        if does:
            rows, found = _apply(rule, rows)
            marks += found
    return rows.select(typed.columns), marks


_RECEIVED = "received on"
"""The day of receipt, beside the columns of a row."""


def _apply(rule: RowRule, rows: pl.DataFrame) -> tuple[pl.DataFrame, list[Mark]]:
    when = rule.when.fill_null(False)
    value = _shown(rule.column, rows.schema[rule.column]) if rule.value is None else rule.value
    facts = [expr.cast(pl.String).alias(f"fact {name}") for name, expr in rule.facts.items()]
    # of most columns nothing is asked, and what a rule tells is asked of few rows
    hits = rows.lazy().filter(when).select(*ADDRESS, value.alias("value"), *facts).collect()
    if rule.is_counted:
        number = hits.height
        hits = hits.head(1)
    marks = []
    for file, sheet, row, shown, *said in hits.iter_rows():
        told: dict[str, object] = {name: fact for name, fact in zip(rule.facts, said, strict=True) if fact is not None}
        if rule.is_counted:
            told |= counts(rule.rule, number)
        marks.append(Mark(rule.rule, rule.action, (file, sheet, row), rule.column, shown, told))
    changed = [
        pl.when(when).then(expr).otherwise(pl.col(name)).cast(rows.schema[name]).alias(name)
        for name, expr in rule.sets.items()
    ]
    return rows.with_columns(changed), marks


def _shown(column: str, dtype: pl.DataType) -> pl.Expr:
    value = pl.col(column)
    return value.dt.to_string("%Y-%m-%d %H:%M:%S") if isinstance(dtype, pl.Datetime) else value.cast(pl.String)


def _not_yet(feed: Feed, received_on: date) -> list[RowRule]:
    """What is told before it happened must wait, unless the contract calls it a plan (B-DAT-05)."""
    told = [column for column in feed.stored if column.type in ("date", "month", "timestamp")]
    return [
        RowRule("B-DAT-05", "QUARANTINE", column.name, pl.col(column.name).cast(pl.Date) > received_on,
                {"d": pl.col(_RECEIVED)})
        for column in told if not column.may_be_future
    ]  # fmt: skip


def _earlier(column: str, than: str) -> pl.Expr:
    """Tell whether a moment lies before another; of a moment without a time of day only the day is known."""
    is_day = pl.col(column).dt.time() == pl.time(0, 0, 0)
    return pl.when(is_day).then(pl.col(column).dt.date() < pl.col(than).dt.date()).otherwise(
        pl.col(column) < pl.col(than)
    )  # fmt: skip


def _moment(column: str) -> pl.Expr:
    return _shown(column, pl.Datetime())


def _area(column: str, when: pl.Expr, why: str | pl.Expr) -> RowRule:
    said = pl.lit(why) if isinstance(why, str) else why
    return RowRule("B-NUM-10", "QUARANTINE", column, when, {"p": said}, _area_shown(column))


def _area_shown(column: str) -> pl.Expr:
    """Show a whole number without decimals: what is no area may be a telephone, and is masked as one."""
    return pl.col(column).cast(pl.String).str.strip_suffix(".00")


def _never(column: str) -> RowRule:
    return _area(column, pl.col(column) < 0, "< 0")


_total, _district = pl.col("amount_total"), pl.col("amount_district")
_is_refund = pl.col("is_refund").fill_null(False)
_leased, _employees = pl.col("leased_area_m2"), pl.col("employees")
_gross = pl.col("gross_area_m2")
_too_small, _too_large = _gross < _SMALLEST_BUILDING, _gross > _LARGEST_BUILDING
_all_slipped = ((_too_small.mean() > 0.5) | (_too_large.mean() > 0.5)) & (pl.len() >= _FEWEST)
"""Most of the list is in another unit: a question about the list (B-NUM-01), not about its rows."""

_is_open = pl.col("status").is_in(["PENDING", "DISPATCHED", "HANDLING", "SUPERVISED"])
_unfounded = pl.any_horizontal(pl.col("exclude_reason", "exclude_proof", "exclude_approver").is_null())
_edge = pl.col("created_at").dt
_at_edge = ((_edge.day() == 18) & (_edge.hour() == 23) & (_edge.minute() == 59)) | (
    (_edge.day() == 19) & (_edge.hour() == 0) & (_edge.minute() == 0)
)
_asked = pl.col("rating_code").str.starts_with(ASKED)
_answered = pl.any_horizontal(
    pl.col("contacted", "resolved", "satisfaction").str.strip_chars().is_in([*NULL_WORDS, "未评价", "未回访"]).not_()
)
_rated = pl.col("contacted") | pl.col("resolved").is_not_null() | (pl.col("satisfaction") != "NOT_RATED")


def _small_giant() -> pl.Expr:
    """Tell a national small giant from a municipal one: by itself, the level beside it, or who published the list."""
    decided = pl.col("rating_code")
    for name in ("source_doc", "level", "rating_code"):
        national = pl.col(name).str.contains("国家|国级|工信部|工业和信息化部|miit").fill_null(False)
        municipal = pl.col(name).str.contains("北京|京经信|市级|省级|beijing").fill_null(False)
        code = pl.when(national).then(pl.lit("SG_NATIONAL")).otherwise(pl.lit("SG_BJ"))
        decided = pl.when(_asked & (national ^ municipal)).then(code).otherwise(decided)
    return decided


DECIDED: Mapping[str, Mapping[str, pl.Expr]] = {"R01": {"rating_code": _small_giant()}}
"""What other columns of its row decide about a value, before any rule applies (B-BIZ-07)."""

ROW_RULES: Mapping[str, tuple[RowRule, ...]] = {
    "T01": (
        RowRule("B-NUM-05", "AUTO", "amount_total", _is_refund & ((_total > 0) | (_district > 0)),
                {"a": pl.concat_str(_total, _district, separator=" / ", ignore_nulls=True)},
                sets={"amount_total": -_total.abs(), "amount_district": -_district.abs()}),
        RowRule("B-NUM-06", "QUARANTINE", "amount_district",
                ~_is_refund & (((_total >= 0) & ((_district > _total) | (_district < 0)))
                               | ((_total < 0) & (_district > 0))),
                {"a": _district, "b": _total}),
    ),
    "O01": (
        _area("leased_area_m2", _leased <= 0, "≤ 0"),
        _area("leased_area_m2", (_leased > 0) & (_leased < _SMALLEST_LEASE), f"< {_SMALLEST_LEASE}"),
        _area("leased_area_m2", _leased > _LARGEST_BUILDING, f"> {_LARGEST_BUILDING}"),
        RowRule("B-NUM-11", "QUARANTINE", "employees",
                ((_leased > 0) & (_employees * 2 > _leased)) | (_employees < 0) | (_employees >= _MOST_EMPLOYEES),
                {"n": _employees, "a": _leased}),
        RowRule("B-BIZ-04", "QUARANTINE", "moved_out_on", pl.col("moved_out_on") < pl.col("moved_in_on"),
                {"a": pl.col("moved_out_on"), "b": pl.col("moved_in_on")}),
    ),
    "B01": (
        _area("gross_area_m2", _too_small & ~_all_slipped, f"< {_SMALLEST_BUILDING}"),
        _area("gross_area_m2", _too_large & ~_all_slipped, f"> {_LARGEST_BUILDING}"),
        _never("rentable_area_m2"), _never("self_used_m2"), _never("vacant_area_m2"),
        _area("rentable_area_m2", (pl.col("rentable_area_m2") > _gross) & ~_all_slipped,
              pl.concat_str(pl.lit("> "), _area_shown("gross_area_m2"))),
    ),
    "A01": (
        RowRule("B-NUM-09", "QUARANTINE", "attendance",
                (pl.col("status") == "HELD") & (pl.col("attendance") <= 0), {"n": pl.col("attendance")}),
    ),
    "H01": (
        *(RowRule("B-BIZ-09", "WARN", step, _earlier(step, "created_at"),
                  {"t": pl.col("ticket_no"),
                   "a": pl.format(f"{step} {{}} < created_at {{}}", _moment(step), _moment("created_at"))},
                  sets=dict.fromkeys(_STEPS, pl.lit(None)))
          for step in ("closed_at", "dispatched_at")),
        RowRule("B-BIZ-10", "WARN", "satisfaction", _is_open & _answered,
                {"t": pl.col("ticket_no")}),
        RowRule("B-BIZ-11", "ACCEPT", "unit_role",
                (pl.col("unit_role") == "ASSIST") | pl.col("is_duplicate"), is_counted=True),
        RowRule("B-DAT-07", "AUTO", "created_at", _at_edge, is_counted=True),
        RowRule("B-BIZ-12", "WARN", "exclude_flag", pl.col("exclude_flag") & _unfounded, is_counted=True),
    ),
    "H02": (
        RowRule("B-BIZ-10", "WARN", "satisfaction",
                ~pl.col("valid") & _rated.fill_null(False), {"t": pl.col("ticket_no")},
                sets=dict.fromkeys(_ANSWERS, pl.lit(None))),
    ),
    "N01": (
        RowRule("B-BIZ-18", "WARN", "closed_on", (pl.col("status") == "CLOSED") & pl.col("closed_on").is_null()),
    ),
    "R01": (
        RowRule("B-BIZ-07", "QUARANTINE", "rating_code", _asked,
                value=pl.col("rating_code").str.strip_prefix(ASKED)),
    ),
}  # fmt: skip
"""The rules over one row, by feed, in the order in which they apply."""
