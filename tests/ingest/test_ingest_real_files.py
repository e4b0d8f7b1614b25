"""Real public files, read in place: nothing breaks, and each gets a status with a reason (issue 2, Bars).

Without the folder of shared data there is nothing to try, and these tests are passed over.
"""

import json
import os
import re
from pathlib import Path

import pytest
from ingest_making import balances, cells, refused_by, take, values

from common.codes import is_credit_code
from common.contracts import PROJECT, feeds
from ingest.files.readers import open_file
from ingest.values.dates import parse_date, parse_time

DATA = Path(os.environ.get("LOUYU_SHARED_DATA", PROJECT.parent / "shared" / "data"))
SMALL = 60_000


def files(*folders: str) -> list[Path]:
    """The files of some folders, or single files."""
    found = {path for name in folders for path in (DATA / name, *(DATA / name).rglob("*"))}
    return sorted(path for path in found if path.is_file())


def named(path: Path) -> str:
    return path.relative_to(DATA).as_posix()


@pytest.mark.parametrize(
    "path", files("messy", "tickets", "activities", "honours", "tax_monthly", "reference"), ids=named
)
def test_every_file_gets_a_status_and_a_reason_in_any_feed(path: Path) -> None:
    content = path.read_bytes()
    for feed in feeds() if len(content) < SMALL else ("T01", "H01"):
        outcome = take(feed, content, path.name)
        assert outcome.status in ("ACCEPTED", "HELD", "REJECTED")
        assert balances(outcome)
        if outcome.status != "ACCEPTED":
            assert outcome.reason is not None
            assert outcome.reason.message.zh
            assert outcome.reason.message.en
            assert outcome.rows.is_empty()


@pytest.mark.parametrize("path", files("messy/csv-spectrum/csvs"), ids=named)
def test_awkward_csv_files_hold_what_their_json_twins_hold(path: Path) -> None:
    twin = DATA / "messy" / "csv-spectrum" / "json" / f"{path.stem}.json"
    header, *rows = cells(open_file(path).grids[0])
    read = [dict(zip(header, row, strict=True)) for row in rows if any(row)]
    stated = json.loads(twin.read_text(encoding="utf-8").replace("\\r\\n", "\\n"))
    # a cell that holds nothing is none here
    assert read == [{name: value or None for name, value in record.items()} for record in stated]


@pytest.mark.parametrize("path", [path for path in files("messy/horror") if "encrypted" in path.name], ids=named)
def test_a_locked_workbook_is_called_locked(path: Path) -> None:
    assert refused_by(take("T01", path.read_bytes())) == "B-FIL-02"


@pytest.mark.parametrize("path", [path for path in files("messy/horror") if path.suffix == ".html"], ids=named)
def test_a_web_page_that_holds_no_known_table_is_refused(path: Path) -> None:
    assert refused_by(take("T01", path.read_bytes(), "税收.xls")) in ("B-FIL-03", "B-LAY-07")


@pytest.mark.parametrize("path", files("tickets/附件3.xlsx"), ids=named)
def test_every_time_of_real_messages_is_read(path: Path) -> None:
    header, *rows = cells(open_file(path).grids[0])
    times = [row[header.index("留言时间")] for row in rows]
    assert len(times) == 4326
    assert [text for text in times if text is None or parse_time(text).value is None] == []


@pytest.mark.parametrize("path", files("tickets/kaohsiung_typhon_2017.json"), ids=named)
def test_times_of_the_afternoon_are_of_the_afternoon(path: Path) -> None:
    for record in json.loads(path.read_text(encoding="utf-8-sig")):
        found = parse_time(record["Cre_Date_"]).value
        assert found is not None
        hour = int(re.findall(r"(\d+):", record["Cre_Date_"])[0])
        assert found.hour == (hour % 12 + (12 if "下午" in record["Cre_Date_"] else 0))


@pytest.mark.parametrize("path", files("tickets/qsv_boston311-dmy-100.csv"), ids=named)
def test_a_day_first_date_is_never_guessed(path: Path) -> None:
    header, *rows = cells(open_file(path).grids[0])
    dates = [row[header.index("open_dt")] for row in rows if len(row) == len(header)]
    assert dates
    for text in dates:
        if text and not re.match(r"\d{4}-", text):
            assert parse_date(text).value is None


@pytest.mark.parametrize(
    "path", [path for path in files("enterprise_register") if path.stem.startswith("北京")][:5], ids=named
)
def test_a_public_register_loads_by_its_layout_with_every_row_accounted_for(path: Path) -> None:
    content = path.read_bytes()
    outcome = take("E01", content, path.name)
    assert outcome.status == "ACCEPTED"
    assert outcome.layout == "beijing_enterprise_register"
    opened = open_file(content, records="erDataList").grids[0]
    assert outcome.read == len([row for row in cells(opened) if any(row)]) - (opened.kind == "csv")
    assert outcome.accepted > 0.9 * outcome.read
    assert all(is_credit_code(code) for code in values(outcome, "uscc"))
    for frame in (outcome.rows, outcome.findings):
        assert "PII-CANARY" not in frame.write_json()
