"""Other places' real exports, read by layouts alone: every row is accounted for and every value is what the file says.

What a file holds is counted here again, by the plain csv, json and workbook readers. Without the folder of shared
data there is nothing to try, and these tests are passed over.
"""

import csv
import io
import json
import os
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from zoneinfo import ZoneInfo

import openpyxl
import polars as pl
import pytest
from ingest_making import books, content_of, csv_bytes, found, take, values

from common.contracts import PROJECT
from ingest.outcome import Outcome

DATA = Path(os.environ.get("LOUYU_SHARED_DATA", PROJECT.parent / "shared" / "data"))
TAX = {"09": (15268, 26, 0), "10": (14776, 18, 0), "11": (15059, 40, 0), "12": (15179, 28, 1)}
"""Month of the file: rows, rows that contradict another, rows that repeat another."""

BOSTON = {
    "100.csv": (99, 1, 0), "dmy-100.csv": (99, 1, 0), "100-diff.csv": (99, 1, 0), "100-with-nonascii.csv": (99, 1, 0),
    "100-with-fake-pii.csv": (99, 1, 0), "100-20dupes-random.csv": (79, 1, 20), "100-bad.tsv": (98, 2, 0),
}  # fmt: skip
"""Variant: accepted, waiting (one ticket names no neighbourhood, one record has a cell too many), repeated."""


def real(name: str) -> Path:
    """A file of the shared data; the test is passed over where it is not."""
    path = DATA / name
    if not path.is_file():
        pytest.skip(f"no {name}")
    return path


def by_layout(feed: str, path: Path) -> Outcome:
    return take(feed, path.read_bytes(), path.name)


def records(path: Path, encoding: str = "utf-8", delimiter: str = ",") -> list[dict[str, str]]:
    """The records of a text file with a header, as the csv module reads them."""
    return list(csv.DictReader(io.StringIO(path.read_text(encoding), newline=""), delimiter=delimiter))


def boston(variant: str) -> Path:
    return real(f"tickets/qsv_boston311-{variant}")


@pytest.mark.parametrize("month", TAX)
def test_tax_without_a_header_loads_with_every_row_and_every_cent(month: str) -> None:
    path = real(f"tax_monthly/MIXEDBEV_{month}_2014.CSV")
    rows = list(csv.reader(io.StringIO(path.read_text("ascii"), newline="")))
    outcome = by_layout("T01", path)
    read, waiting, repeated = TAX[month]
    assert books(outcome) == ("ACCEPTED", read, read - waiting - repeated, waiting, repeated)
    assert outcome.layout == "texas_mixed_beverage_tax"
    assert len(rows) == read
    # one permit that reports one month twice contradicts itself, unless it says the same twice
    told = defaultdict(set)
    for number, row in enumerate(rows, start=1):
        told[row[0], row[8]].add((" ".join(row[1].split()), row[9], number))
    contradicting = {
        n for said in told.values() if len({one[:2] for one in said}) > 1 for *_, n in said
    }  # fmt: skip
    assert {finding["row_no"] for finding in found(outcome, "B-DUP-03") if finding["action"] == "QUARANTINE"} == (
        contradicting
    )
    kept = {(permit, period): one for (permit, period), said in told.items() for one in said if len(said) == 1}
    kept |= {key: min(said, key=lambda one: one[2]) for key, said in told.items() if not contradicting & {
        one[2] for one in said}}  # fmt: skip
    loaded = {
        (code, f"{start:%Y/%m}"): amount
        for code, start, amount in outcome.rows.select("uscc", "tax_period_start", "amount_total").iter_rows()
    }
    assert loaded == {
        (f"tabc_permit:{permit}", period): Decimal(amount.strip()) for (permit, period), (_, amount, _) in kept.items()
    }
    assert set(values(outcome, "treasury_month")) == {datetime(2014, int(month), 1).date()}
    assert set(values(outcome, "amount_total_unit")) == {"USD"}


def test_the_four_months_of_tax_add_up() -> None:
    paid = [
        by_layout("T01", real(f"tax_monthly/MIXEDBEV_{month}_2014.CSV")).rows["amount_total"].sum() for month in TAX
    ]
    assert [str(amount) for amount in paid] == ["34486352.24", "32341187.78", "34631540.09", "33083136.56"]


def test_the_month_of_a_file_comes_from_its_sidecar_or_its_name_and_from_nowhere_else() -> None:
    content = b"".join(real("tax_monthly/MIXEDBEV_09_2014.CSV").read_bytes().splitlines(keepends=True)[:20])
    assert set(values(take("T01", content, "export.csv", period="2014-09"), "treasury_month")) == {
        datetime(2014, 9, 1).date()
    }
    untold = take("T01", content, "export.csv")
    assert books(untold) == ("REJECTED", 0, 0, 0, 0)
    assert untold.reason is not None
    assert untold.reason.rule_id == "L-PER-UNTOLD"


def test_library_events_load_with_their_repetitions_told() -> None:
    path = real("activities/events_barnet.csv")
    rows = [tuple(record.values()) for record in records(path)]
    assert (len(rows), len(set(rows))) == (4312, 4211)
    outcome = by_layout("A01", path)
    assert (outcome.status, outcome.layout, outcome.read) == ("ACCEPTED", "barnet_library_events", 4312)
    waiting = {finding["row_no"] for finding in outcome.findings.filter(action="QUARANTINE").to_dicts()}
    repeated = [n for n, row in enumerate(rows, start=2) if rows.index(row) + 2 != n and n not in waiting]
    assert sorted(finding["row_no"] for finding in found(outcome, "B-DUP-03")) == repeated
    assert outcome.set_aside == len(repeated)
    assert sum(count - 1 for count in Counter(rows).values()) == 101
    kept = Counter(row for row in dict.fromkeys(rows) if rows.index(row) + 2 not in waiting)
    loaded = outcome.rows.select("station", pl.col("held_on").cast(pl.String), "title", pl.col("attendance"))
    assert Counter(loaded.iter_rows()) == Counter((row[1], row[2], row[3], int(row[5])) for row in kept)
    assert sum(values(outcome, "attendance")) == sum(int(row[5]) for row in kept)
    assert Counter(values(outcome, "activity_type"))["JOBFAIR"] == sum(row[3] == "Careers/Job Hunting" for row in kept)


@pytest.mark.parametrize("variant", BOSTON)
def test_every_variant_of_the_tickets_is_accounted_for_row_by_row(variant: str) -> None:
    outcome = by_layout("H01", boston(variant))
    accepted, waiting, repeated = BOSTON[variant]
    assert books(outcome) == ("ACCEPTED", 100, accepted, waiting, repeated)
    assert outcome.layout == "boston_311"
    given = records(boston(variant), delimiter="\t" if variant.endswith("tsv") else ",")
    whole = {row["case_enquiry_id"] for row in given if row["neighborhood"].strip() and None not in row}
    assert set(values(outcome, "ticket_no")) == whole
    assert len(found(outcome, "B-DUP-03")) == repeated


def test_times_of_another_zone_become_beijing_times_whether_the_year_or_the_day_is_written_first() -> None:
    eastern = ZoneInfo("America/New_York")
    told = {
        row["case_enquiry_id"]: datetime.fromisoformat(row["open_dt"]).replace(tzinfo=eastern)
        for row in records(boston("100.csv"))
    }
    for variant in ("100.csv", "dmy-100.csv"):
        outcome = by_layout("H01", boston(variant))
        for ticket, created in outcome.rows.select("ticket_no", "created_at").iter_rows():
            assert created == told[ticket].astimezone(ZoneInfo("Asia/Shanghai")).replace(tzinfo=None)
    same = [
        by_layout("H01", boston(variant)).rows.drop("delivery_id", "file") for variant in ("100.csv", "dmy-100.csv")
    ]
    assert same[0].equals(same[1])


def test_personal_data_in_tickets_leaves_as_pseudonyms_only() -> None:
    path = boston("100-with-fake-pii.csv")
    canaries = ("212-555-1234", "987-65-4320", "378734493671000", "joeblows@aol.com", "212-123-5432")
    assert all(canary in path.read_text() for canary in canaries)
    outcome = by_layout("H01", path)
    written = outcome.rows.write_json() + outcome.findings.write_json()
    assert not [canary for canary in canaries if canary in written]
    reasons = {row["case_enquiry_id"]: row["closure_reason"].strip() for row in records(path)}
    assert [
        ticket for ticket, content in outcome.rows.select("ticket_no", "content").iter_rows()
        if (content is not None) != bool(reasons[ticket]) or content == reasons[ticket]
    ] == []  # fmt: skip


def test_tickets_with_times_of_the_afternoon_load_whole() -> None:
    path = real("tickets/kaohsiung_typhon_2017.json")
    given = json.loads(path.read_text("utf-8-sig"))
    outcome = by_layout("H01", path)
    assert (outcome.layout, *books(outcome)) == ("kaohsiung_1999", "ACCEPTED", 100, 100, 0, 0)

    def moment(text: str) -> datetime | None:
        if not text:
            return None
        day, half, clock = text.split()
        hour, minute, second = map(int, clock.split(":"))
        return datetime(*map(int, day.split("/")), hour % 12 + 12 * (half == "下午"), minute, second)

    assert values(outcome, "created_at") == [moment(row["Cre_Date_"]) for row in given]
    assert values(outcome, "closed_at") == [moment(row["Close_Date_"]) for row in given]
    assert Counter(values(outcome, "status")) == {
        "CLOSED": 34, "HANDLING": 26, "REPLIED": 23, "DISPATCHED": 15, "PENDING": 2,
    }  # fmt: skip


def test_a_list_of_compounds_in_gbk_loads_and_what_says_nothing_is_empty() -> None:
    path = real("buildings/北京小区_gbk.csv")
    given = records(path, "gb18030")
    outcome = by_layout("B01", path)
    # three ages of a building that are no dates, and one row without name and address
    assert (outcome.layout, *books(outcome)) == ("beijing_compounds", "ACCEPTED", 3638, 3634, 4, 0)
    assert {finding["row_no"] for finding in outcome.findings.filter(action="QUARANTINE").to_dicts()} == {
        n for n, row in enumerate(given, start=2)
        if not row["小区名称"] or row["建筑年代："] in ("2020-01-00年", "2019-09-00年", "02-九月-2019年")
    }  # fmt: skip
    assert {"暂无数据", "暂无信息", "无", "-", "暂未获知"}.isdisjoint(values(outcome, "property_mgmt"))
    dated = [row["建筑年代："] for row in given if row["小区名称"] and row["建筑年代："][:4].isdigit()]
    assert outcome.rows["completed_on"].is_not_null().sum() == sum(
        text[:4] != "0000" and "-00年" not in text for text in dated
    )
    assert outcome.rows["street_name"].null_count() == outcome.rows["gross_area_m2"].null_count() == 3634
    assert len(set(values(outcome, "building_code"))) == 3634
    assert set(values(outcome, "stat_flag")) == {False}


def test_listed_companies_keep_the_zeros_of_their_codes_and_get_the_beijing_day() -> None:
    path = real("honours/a_share_company_info_2015.csv")
    given = records(path)
    assert len(given) == len({row["stockCode"] for row in given}) == 1402
    outcome = by_layout("R02", path)
    listed = {
        row["stockCode"]: (datetime.fromisoformat(row["listingDate"]) + timedelta(hours=8)).date()
        for row in given
        if row["listingDate"] and "\ufffd" not in row["name"]
    }
    # ten were not listed yet, and one name was garbled at the source
    assert (outcome.layout, *books(outcome)) == ("a_share_companies", "ACCEPTED", 1402, 1391, 11, 0)
    assert dict(outcome.rows.select("code", "listed_on").iter_rows()) == listed
    assert sum(code.startswith("00") for code in listed) == 651
    assert [finding["row_no"] for finding in found(outcome, "B-ENC-01")] == [
        n for n, row in enumerate(given, start=2) if "\ufffd" in row["name"]
    ]


def test_messages_to_a_government_load_without_their_text_in_clear() -> None:
    path = real("tickets/附件3.xlsx")
    header, *rows = openpyxl.load_workbook(path, read_only=True).active.iter_rows(values_only=True)
    outcome = by_layout("H01", path)
    assert (outcome.layout, *books(outcome)) == ("government_messages", "ACCEPTED", 4326, 4326, 0, 0)

    def moment(value: object) -> datetime:
        return value if isinstance(value, datetime) else datetime.strptime(str(value), "%Y/%m/%d %H:%M:%S")

    said = {str(row[header.index("留言编号")]): moment(row[header.index("留言时间")]) for row in rows}
    assert dict(outcome.rows.select("ticket_no", "created_at").iter_rows()) == said
    written = outcome.rows.write_json()
    assert not [row for row in rows if str(row[header.index("留言用户")]) in written]
    assert not [row for row in rows if " ".join(str(row[header.index("留言详情")]).split())[:20] in written]


def test_a_tree_of_categories_is_no_list_of_tickets_and_is_refused_by_name() -> None:
    outcome = by_layout("H01", real("tickets/附件1.xlsx"))
    assert books(outcome) == ("REJECTED", 0, 0, 0, 0)
    assert outcome.reason is not None
    assert (outcome.reason.rule_id, outcome.reason.place.column) == ("B-LAY-07", "工单编号")


@pytest.mark.parametrize("name", sorted(path.name for path in (DATA / "enterprise_register").glob("北京_*")))
def test_every_year_of_the_public_register_is_of_its_layout(name: str) -> None:
    outcome = by_layout("E01", real(f"enterprise_register/{name}"))
    assert (outcome.status, outcome.layout) == ("ACCEPTED", "beijing_enterprise_register")


HEADED = {
    "activities/events_barnet.csv": ("A01", "utf-8"), "tickets/qsv_boston311-100.csv": ("H01", "utf-8"),
    "buildings/北京小区_gbk.csv": ("B01", "gb18030"), "honours/a_share_company_info_2015.csv": ("R02", "utf-8"),
    "enterprise_register/北京_1985.csv": ("E01", "utf-8"),
}  # fmt: skip


@pytest.mark.parametrize("name", HEADED)
def test_cells_that_moved_under_headings_that_did_not_are_never_loaded(name: str) -> None:
    feed, encoding = HEADED[name]
    header, *rows = csv.reader(io.StringIO(real(name).read_text(encoding), newline=""))
    rows = rows[:40]

    def loaded(*changed: list[str]) -> set[tuple[object, ...]]:
        return set(content_of(take(feed, csv_bytes(header, *changed, encoding=encoding))).cast(pl.String).iter_rows())

    told = loaded(*rows)
    assert told
    for place in range(len(header)):
        inserted = [[*row[:place], "", *row[place:-1]] for row in rows]
        dropped = [[*row[:place], *row[place + 1 :], ""] for row in rows]
        assert loaded(*inserted) <= told
        assert loaded(*dropped) <= told


def test_a_few_rows_of_which_one_is_odd_are_still_of_their_layout() -> None:
    header, *rows = csv.reader(io.StringIO(boston("100.csv").read_text("utf-8"), newline=""))
    rows[1][header.index("neighborhood")] = "Quincy"
    assert take("H01", csv_bytes(header, *rows[:3])).layout == "boston_311"
