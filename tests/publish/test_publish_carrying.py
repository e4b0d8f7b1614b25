"""What is final is held as it was published, its drift is listed, and only a correction that counts opens it."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pack_making import figures as small_figures
from pack_making import made, row, small_candidate

from common.home import Home
from publish.carrying import Carried, carry
from publish.columns import COLUMNS, KEY
from publish.life.acts import publish_release, settle
from publish.readers import published_history, published_tables
from publish.reasons import reasons
from publish.shelf import Release, list_releases

KPI = pl.DataFrame(
    [("level", None, "level", "元", "1", "", "RMB"), ("growth", "level", "yoy", "%", "0.1", "", "%"),
     ("rate", None, "ratio", "%", "0.1", "", "%")],
    orient="row",
    schema=["kpi_id", "change_of", "kind", "print_unit", "print_step", "print_word", "print_unit_en"],
)  # fmt: skip
_SCHEMA = dict.fromkeys(COLUMNS, pl.String) | {
    **dict.fromkeys(("value", "numerator", "denominator"), pl.Decimal(38, 8)),
    "as_known_at": pl.Datetime("us", "UTC"),
}  # fmt: skip


def said(kpi_id: str, value: str | None, **other: Any) -> dict[str, Any]:
    """One row of ``kpi_value``, printed alike whatever its value unless told otherwise."""
    plain = dict.fromkeys(COLUMNS) | {
        "release_id": "R1", "kpi_id": kpi_id, "area_type": "district", "area_code": "110107", "breakdown_type": "_T",
        "breakdown_code": "_T", "period_type": "Q", "period": "2022-Q3", "basis": "ALL", "definition_version": "1.0",
        "value": None if value is None else Decimal(value), "unit": "%" if kpi_id in ("growth", "rate") else "元",
        "obs_status": "A", "conf_status": "F", "vintage": "FINAL", "printed_zh": "约1", "printed_en": "about 1",
        "as_known_at": datetime(2023, 10, 20, tzinfo=UTC),
    }  # fmt: skip
    return plain | other


def table(*rows: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=_SCHEMA)


def carried(before: list[dict[str, Any]], now: list[dict[str, Any]], reason: str | None) -> Carried:
    """Carry with one reason for everything that differs; the new release is R2 and knows more than R1."""

    def ask(changed: pl.DataFrame) -> pl.DataFrame:
        told = [pl.lit(reason, pl.String).alias("reason"), pl.col("old_release_id").alias("origin_release_id")]
        return changed.select(*KEY, *told)

    new = {"release_id": "R2", "as_known_at": datetime(2024, 1, 20, tzinfo=UTC)}
    return carry(table(*({**one, **new} for one in now)), table(*before), ["R1"], KPI, ask)


def values(found: Carried) -> dict[str, Any]:
    return {f"{one['kpi_id']} {one['period']}": one["value"] for one in found.figures.iter_rows(named=True)}


@pytest.mark.parametrize(
    ("kpi_id", "before", "now", "reason", "is_opened"),
    [
        # more than 1 % of a level, more than half a point of a rate
        ("level", "1000", "1010", "SOURCE_CORRECTION", False),
        ("level", "1000", "1010.01", "SOURCE_CORRECTION", True),
        ("level", "1000", "989.99", "ERROR", True),
        ("level", "-1000", "-1010", "ERROR", False),
        ("rate", "0.5", "0.505", "SOURCE_CORRECTION", False),
        ("rate", "0.5", "0.50500001", "DEFINITION", True),
        ("level", "1000", None, "SOURCE_CORRECTION", True),
        # data that only come late open nothing, nor does a change that nobody can explain
        ("level", "1000", "2000", "LATE_DATA", False),
        ("level", "1000", "2000", None, False),
    ],
)
def test_a_closed_figure_opens_for_a_correction_that_counts(
    kpi_id: str, before: str, now: str | None, reason: str | None, is_opened: bool
) -> None:
    found = carried([said(kpi_id, before)], [said(kpi_id, now)], reason)
    shown = now if is_opened else before
    assert values(found) == {f"{kpi_id} 2022-Q3": None if shown is None else Decimal(shown)}
    assert found.drift.height == (not is_opened)
    assert found.figures["release_id"].to_list() == ["R2"]


def test_a_change_of_the_wording_counts_however_small() -> None:
    found = carried([said("level", "1000")], [said("level", "1001", printed_en="about 2")], "SOURCE_CORRECTION")
    assert values(found) == {"level 2022-Q3": Decimal(1001)}


def test_what_is_carried_keeps_its_knowledge_and_the_drift_tells_both_sides() -> None:
    found = carried([said("level", "1000")], [said("level", "1003")], "SOURCE_CORRECTION")
    assert found.figures["as_known_at"].to_list() == [datetime(2023, 10, 20, tzinfo=UTC)]
    [drift] = found.drift.to_dicts()
    told = (drift["old_value"], drift["value"], drift["difference"], drift["reason"], drift["origin_release_id"])
    assert told == (Decimal(1000), Decimal(1003), Decimal(3), "SOURCE_CORRECTION", "R1")


@pytest.mark.parametrize("vintage", ["PROVISIONAL", "REVISED"])
def test_what_the_calendar_leaves_open_moves_by_whatever_comes(vintage: str) -> None:
    found = carried([said("level", "1000", vintage=vintage)], [said("level", "1000.01")], "LATE_DATA")
    assert (values(found), found.drift.height) == ({"level 2022-Q3": Decimal("1000.01")}, 0)


@pytest.mark.parametrize("status", ["C", "N"])
def test_what_may_no_longer_be_shown_is_not_carried(status: str) -> None:
    now = said("level", None, conf_status=status, printed_zh=None, printed_en=None)
    assert values(carried([said("level", "1000")], [now], "LATE_DATA")) == {"level 2022-Q3": None}


def test_what_is_there_no_more_is_carried_unless_a_correction_took_it_away() -> None:
    before, now = [said("level", "1000"), said("rate", "1")], [said("rate", "1")]
    assert values(carried(before, now, "LATE_DATA")) == {"level 2022-Q3": Decimal(1000), "rate 2022-Q3": Decimal(1)}
    assert values(carried(before, now, "SOURCE_CORRECTION")) == {"rate 2022-Q3": Decimal(1)}
    anew = [*now, said("level", "2000", definition_version="2.0")]
    assert carried(before, anew, "LATE_DATA").figures.height == 2


def test_a_build_that_knows_less_opens_nothing() -> None:
    before = said("level", "1000", as_known_at=datetime(2024, 3, 1, tzinfo=UTC))
    assert values(carried([before], [said("level", "2000")], "SOURCE_CORRECTION")) == {"level 2022-Q3": Decimal(1000)}


def test_a_level_and_its_growths_are_opened_together() -> None:
    def year(level: str, growth: str, later: str, other: str) -> list[dict[str, Any]]:
        return [
            said("level", level), said("growth", growth, base_period="2021-Q3"),
            said("growth", later, period="2023-Q3", base_period="2022-Q3"),
            said("growth", other, period="2021-Q3", base_period="2020-Q3"),
        ]  # fmt: skip

    before, now = year("1000", "0.2", "0.1", "0.3"), year("1011", "0.201", "0.101", "0.301")
    found = values(carried(before, now, "SOURCE_CORRECTION"))
    assert found == {"level 2022-Q3": 1011, "growth 2022-Q3": Decimal("0.201"), "growth 2023-Q3": Decimal("0.101"),
                     "growth 2021-Q3": Decimal("0.3")}  # fmt: skip
    # the growth counts, so the level moves with it
    now = year("1001", "0.21", "0.1", "0.3")
    assert values(carried(before, now, "SOURCE_CORRECTION"))["level 2022-Q3"] == 1001


def test_an_open_growth_is_measured_against_the_base_that_is_published() -> None:
    base = said("level", "1000")
    growth = {"period": "2023-Q3", "base_period": "2022-Q3", "vintage": "PROVISIONAL", "numerator": Decimal(1250)}
    was = said("growth", "0.25", denominator=Decimal(1000), **growth)
    now = said("growth", "0.24378109", denominator=Decimal(1005), printed_zh="增长24.4%", **growth)
    found = carried([base, was], [said("level", "1005"), now], "SOURCE_CORRECTION")
    [shown] = found.figures.filter(kpi_id="growth").to_dicts()
    assert (shown["value"], shown["numerator"], shown["denominator"]) == (Decimal("0.25"), 1250, 1000)
    assert (shown["printed_zh"], shown["printed_en"]) == ("增长25.0%", "up 25.0%")
    assert found.drift.select("kpi_id", "origin_release_id").rows() == [("growth", "R2"), ("level", "R1")]
    # where the base is opened, the growth stands as it was computed
    found = carried([base, was], [said("level", "1005", printed_zh="约2"), now], "SOURCE_CORRECTION")
    assert values(found)["growth 2023-Q3"] == Decimal("0.24378109")


@given(st.data())
def test_carrying_loses_nothing_and_a_second_time_changes_nothing(data: st.DataObject) -> None:
    kpis = st.sampled_from(["level", "rate"])
    rows = st.dictionaries(
        st.tuples(kpis, st.sampled_from(["2021-Q3", "2022-Q3", "2023-Q3"])),
        st.tuples(st.decimals(-5, 5, places=3), st.sampled_from(["FINAL", "PROVISIONAL"])),
    )
    before, now = ([said(kpi, str(value), period=period, vintage=vintage)
                    for (kpi, period), (value, vintage) in data.draw(rows).items()] for _ in range(2))  # fmt: skip
    reason = data.draw(st.sampled_from(["LATE_DATA", "SOURCE_CORRECTION", None]))
    found = carried(before, now, reason)
    keys = {(one["kpi_id"], one["period"]) for one in now}
    held = set(found.drift.select("kpi_id", "period").iter_rows())
    assert set(found.figures.select("kpi_id", "period").iter_rows()) == keys | held
    assert not found.figures.select(KEY).is_duplicated().any()
    once = found.figures.drop("release_id", "as_known_at")
    again = carried(before, found.figures.drop("release_id", "as_known_at").to_dicts(), reason)
    assert again.drift.is_empty()
    assert again.figures.drop("release_id", "as_known_at").equals(once)


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home")


def area(value: str) -> list[dict[str, Any]]:
    """The small candidate with an area that prints alike, whatever its last digits."""
    return [*small_figures(), row("building_area_total", value, "1000万㎡", "10 million m²", unit="m²")]


def corrected(folder: Path, value: str) -> Path:
    """The same with B01 delivered again in place of what stood."""
    candidate = small_candidate(folder, area(value))
    for name in ("figure_source", "delivery", "dlv_scope"):
        frame = pl.read_parquet(candidate / f"{name}.parquet")
        frame.with_columns(pl.col("delivery_id").replace("B01-1", "B01-2")).write_parquet(candidate / f"{name}.parquet")
    return candidate


def published(home: Home, release: Release) -> dict[str, pl.DataFrame]:
    publish_release(home, release.id, simulated=True)
    settle(home)
    return published_tables([one for one in list_releases(home) if one.published_at])


def test_a_release_holds_what_is_final_and_lists_the_drift_for_the_office(home: Home, tmp_path: Path) -> None:
    first = made(home, small_candidate(tmp_path / "first", area("10000000")))
    published(home, first)
    second = made(home, corrected(tmp_path / "second", "10000400"))
    tables = published(home, second)
    assert tables["kpi_value"].filter(kpi_id="building_area_total")["value"].to_list() == [10_000_000]
    assert tables["revision"].is_empty()
    [drift] = pl.read_csv(second.sealed / "drift.csv").to_dicts()
    assert (drift["kpi_id"], drift["difference"], drift["reason"]) == ("building_area_total", 400, "SOURCE_CORRECTION")
    page = (second.sealed / "review.html").read_text(encoding="utf-8")
    assert "10000400" in page[page.index('id="drift"') : page.index('id="missing"')]
    # the drift is that from the release that computed what is published
    third = made(home, corrected(tmp_path / "third", "10000500"))
    [drift] = pl.read_parquet(third.sealed / "drift.parquet").to_dicts()
    assert (drift["difference"], drift["origin_release_id"]) == (500, first.id)


def test_the_revision_table_gives_each_change_its_reason(home: Home, tmp_path: Path) -> None:
    first = made(home, small_candidate(tmp_path / "first", area("10000000")))
    published(home, first)
    second = made(home, corrected(tmp_path / "second", "10200000"))
    [revised] = published(home, second)["revision"].to_dicts()
    assert (revised["kpi_id"], revised["difference"], revised["reason"]) == (
        "building_area_total", 200_000, "SOURCE_CORRECTION",
    )  # fmt: skip
    assert (revised["old_release_id"], revised["release_id"]) == (first.id, second.id)
    own = pl.read_parquet(second.public / "revision.parquet").to_dicts()
    assert [one["new_value"] for one in own] == [10_200_000]
    history = [(one["release_id"], one["reason"]) for one in published_history(home, revised)]
    assert history == [(first.id, None), (second.id, "SOURCE_CORRECTION")]


def test_a_withheld_side_is_no_revision(home: Home, tmp_path: Path) -> None:
    """``listed_tier1_cnt`` is withheld by G-DEF on both sides, streets' tax by G-SDC."""
    published(home, made(home, small_candidate(tmp_path / "first")))
    later = [one | {"value": one["value"] + 1} if one["value"] is not None else one for one in small_figures()]
    second = made(home, small_candidate(tmp_path / "second", later))
    revised = published(home, second)["revision"]
    assert revised.filter(kpi_id="listed_tier1_cnt").is_empty()
    assert set(revised["area_type"]) == {"district"}


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ("none", "ERROR"), ("a new delivery", "LATE_DATA"), ("rows that are read otherwise", "ERROR"),
        ("rows in the place of others", "SOURCE_CORRECTION"), ("a decision about rows", "DEFINITION"),
        ("another delivery", "SOURCE_CORRECTION"), ("another feed", "LATE_DATA"), ("a decision", "DEFINITION"),
        ("a correction", "SOURCE_CORRECTION"),
    ],
)  # fmt: skip
def test_the_reason_of_a_change_is_read_off_the_evidence(change: str, reason: str, tmp_path: Path) -> None:
    before = small_candidate(tmp_path / "before", area("10000000"))
    after = small_candidate(tmp_path / "after", area("20000000"))

    def rewrite(name: str, frame: pl.DataFrame) -> None:
        frame.write_parquet(after / f"{name}.parquet")

    source, sent = (pl.read_parquet(after / f"{name}.parquet") for name in ("figure_source", "delivery"))
    more, fewer = (source.with_columns(pl.col("row_cnt") + step) for step in (1, -1))
    newly = [frame.filter(feed="B01").with_columns(delivery_id=pl.lit("B01-2")) if "feed" in frame.columns
             else frame.with_columns(delivery_id=pl.lit("B01-2")) for frame in (source, sent)]  # fmt: skip
    if change in ("a new delivery", "rows in the place of others"):
        rewrite("figure_source", pl.concat([source if change == "a new delivery" else fewer, newly[0]]))
        rewrite("delivery", pl.concat([sent, newly[1]]))
    elif change in ("rows that are read otherwise", "a decision about rows"):
        rewrite("figure_source", more if change == "rows that are read otherwise" else fewer)
        if change == "a decision about rows":
            rewrite("office_parameter", pl.DataFrame({"name": ["need.close_days"], "value": ["60"]}))
    elif change == "another delivery":
        corrected(tmp_path / "after2", "20000000")
        after = tmp_path / "after2"
    elif change == "another feed":
        rewrite("delivery", pl.concat([sent, sent.head(1).with_columns(feed=pl.lit("X"), delivery_id=pl.lit("X-1"))]))
    elif change == "a decision":
        rewrite("office_parameter", pl.DataFrame({"name": ["tax.attribution"], "value": ["treasury_month_end"]}))
    elif change == "a correction":
        rewrite("office_correction", pl.DataFrame({"feed": ["B01"], "value": ["1"]}))
    keys = pl.read_parquet(before / "figure.parquet").filter(kpi_id="building_cnt", breakdown_type="_T").select(KEY)
    assert reasons(before, after, keys)["reason"].to_list() == [reason]
