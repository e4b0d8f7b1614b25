"""The city: as much as was asked for, the same bytes each time, and nothing to refuse but what is said to be broken."""

import json
from collections import Counter
from datetime import date
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest

from common.codes import is_credit_code
from common.contracts import feeds
from common.files import file_digest
from common.findings import findings_file
from common.home import Home
from common.keys import Pseudonymiser
from common.messages import LouyuError
from ingest.landing import land, parse_feeds
from sample.city import CitySummary, Plan, write_city
from sample.city.districts import DISTRICTS
from sample.city.faults import FAULTS
from sample.city.registers import BROKEN_ONE_IN
from sample.marker import MARKER

PLAN = Plan(districts=1, fraction=0.02)
KEY = Pseudonymiser(1, bytes(32))
BY_IDENTITY = {"B-IDN-01", "B-IDN-08"}
"""What no single delivery can tell: whose a code is, and which building a name means."""


@pytest.fixture(scope="module")
def city(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, CitySummary]:
    out = tmp_path_factory.mktemp("city") / "out"
    return out, write_city(out, PLAN)


def tables(inbox: Path, feed: str) -> list[pl.DataFrame]:
    """The tables of a feed in the order of their periods."""
    found = sorted(path for path in (inbox / feed).iterdir() if path.suffix in (".csv", ".parquet"))
    return [pl.read_parquet(path) if path.suffix == ".parquet" else texts(path) for path in found]


def texts(path: Path) -> pl.DataFrame:
    encoding = "gb18030" if "E01" in path.name else "utf-8"
    return pl.read_csv(path.read_bytes().decode(encoding).encode(), infer_schema=False)


def digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in folder.rglob("*") if path.is_file()}


def test_there_is_as_much_as_was_asked_for(city: tuple[Path, CitySummary]) -> None:
    out, written = city
    inbox, sizes = out / "110101", PLAN.sizes
    assert written.rows.keys() == feeds().keys()
    assert [table.height for table in tables(inbox, "T01")] == [round(2_190_000 / 12 * PLAN.fraction)] * 12
    tickets = pl.concat(tables(inbox, "H01"))
    assert sizes.tickets == round(312_500 * PLAN.fraction)
    # what comes on the last day is dispatched on the next
    assert 0.99 < tickets["工单编号"].n_unique() / sizes.tickets <= 1
    assert 4.8 < tickets.height / sizes.tickets <= 5
    assert [table.height for table in tables(inbox, "O01")] == [sizes.occupancies + sizes.arrivals] * 12
    assert [table.height for table in tables(inbox, "B01")] == [20] * 12
    assert max(table.height for table in tables(inbox, "E01")) == round(22_000 * PLAN.fraction)
    assert written.files == len([path for path in digests(out) if not path.endswith(("meta.json", MARKER))])


def test_the_last_month_comes_day_by_day(city: tuple[Path, CitySummary]) -> None:
    names = sorted(path.stem.rpartition("_")[2] for path in (city[0] / "110101" / "H01").glob("*.parquet"))
    days = [f"202312{day:02d}" for day in range(1, 32)]
    assert names == sorted([*(f"2023{month:02d}" for month in range(1, 12)), *days])


def test_the_versions_of_a_ticket_follow_each_other_and_know_no_later_step(city: tuple[Path, CitySummary]) -> None:
    broken = pl.any_horizontal(pl.col("创建时间").is_null(), pl.col("创建时间") > date(2030, 1, 1))
    steps = ["创建时间", "派单时间", "签收时间", "首次联系时间", "反馈时间", "办结时间"]
    tickets = pl.concat(tables(city[0] / "110101", "H01")).filter(~broken)
    assert tickets.select(pl.struct("工单编号", "更新时间").is_duplicated().any()).item() is False
    for earlier, later in pairwise(steps):
        assert tickets.filter(pl.col(earlier) >= pl.col(later)).is_empty()
    assert tickets.select((pl.max_horizontal(steps) == pl.col("更新时间")).all()).item()


def test_the_same_plan_gives_the_same_bytes_and_another_seed_gives_others(
    city: tuple[Path, CitySummary], tmp_path: Path
) -> None:
    before = digests(city[0])
    assert write_city(city[0], PLAN).record == city[1].record
    assert digests(city[0]) == before
    write_city(tmp_path, Plan(seed=2, districts=1, fraction=0.02))
    after = digests(tmp_path)
    assert after.keys() == before.keys()
    assert not any(before[name] == after[name] for name in before if "_T01" in name and name.endswith(".csv"))


def test_a_folder_takes_one_city_only_and_its_marker_says_what_is_broken(city: tuple[Path, CitySummary]) -> None:
    out, written = city
    with pytest.raises(LouyuError, match="another sample"):
        write_city(out, Plan(districts=2, fraction=0.02))
    assert json.loads((out / MARKER).read_text("utf-8"))["written"]["broken"] == dict(sorted(written.broken.items()))


def test_one_row_in_five_hundred_is_broken(city: tuple[Path, CitySummary]) -> None:
    _, written = city
    parts = sum(written.rows[feed] // BROKEN_ONE_IN for feed in FAULTS if feed != "O01")
    assert written.broken.total() == parts + 12 * round(PLAN.sizes.occupancies / BROKEN_ONE_IN)


def test_just_the_broken_rows_must_wait_each_by_its_rule(city: tuple[Path, CitySummary], tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    land(home, city[0] / "110101")
    reports = [report for _, found in parse_feeds(home, feeds(), KEY) for report in found]
    assert {report.status for report in reports} == {"ACCEPTED"}
    findings = pl.concat([pl.read_parquet(findings_file(home, one.feed, one.delivery_id)) for one in reports])
    waiting = Counter(findings.filter(action="QUARANTINE")["rule_id"])
    expected = Counter({rule: number for rule, number in city[1].broken.items() if rule not in BY_IDENTITY})
    assert waiting == expected
    assert sum(report.rows_quarantined for report in reports) == expected.total()


@pytest.mark.parametrize("years", [1, 2])
def test_districts_share_no_voucher_no_ticket_and_no_enterprise(tmp_path: Path, years: int) -> None:
    plan = Plan(districts=2, years=years, fraction=0.01)
    write_city(tmp_path, plan)
    for feed, column in (("T01", "电子税票号"), ("E01", "统一社会信用代码"), ("H01", "工单编号")):
        one, two = (
            set(pl.concat(tables(tmp_path / place.code, feed), how="diagonal")[column]) for place in plan.places
        )
        assert one
        assert not one & two
    assert len(tables(tmp_path / "110102", "T01")) == 12 * years


def test_every_enterprise_has_a_code_of_its_own_that_holds(city: tuple[Path, CitySummary]) -> None:
    told = pl.concat(tables(city[0] / "110101", "E01"), how="diagonal")
    codes = told.filter(pl.col("变更类型").fill_null("") != "注销")
    assert codes["统一社会信用代码"].is_unique().all()
    assert all(map(is_credit_code, codes["统一社会信用代码"]))
    assert codes["企业名称"].drop_nulls().is_unique().all()


def test_sixteen_districts_have_codes_and_streets_of_their_own() -> None:
    assert len({place.code for place in DISTRICTS}) == len({place.name for place in DISTRICTS}) == 16
    assert all(len({code for code, _ in place.streets}) == len(place.streets) for place in DISTRICTS)


@pytest.mark.parametrize("given", [{"districts": 0}, {"districts": 17}, {"years": 0}, {"fraction": 0}, {"fraction": 2}])
def test_no_city_has_other_measures(given: dict[str, int]) -> None:
    with pytest.raises(LouyuError, match="No such city"):
        Plan(**given)
