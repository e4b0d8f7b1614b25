"""A file of more rows than are held in memory: they go to the file batch by batch, and the same rules hold."""

from pathlib import Path

import polars as pl
import pytest
from ingest_making import CODES, KEY, TAX, csv_bytes, delivery

from ingest.outcome import Outcome
from ingest.parse import parse

ROWS = 450_000
HEADER = (*TAX, "电子税票号")
AGAIN, CONTRADICTED = 300_000, 12_345
"""Of these rows one is sent again as it was, one with another amount."""


def row(number: int, amount: str | None = None) -> tuple[str, ...]:
    return (CODES[number % 4], f"企业{number}", "增值税", "2023-09", amount or f"{number}.25", f"V{number:07d}")


def parsed(tmp_path: Path, *rows: tuple[str, ...]) -> Outcome:
    content = csv_bytes(HEADER, *rows, encoding="gb18030")
    path = tmp_path / "large.csv"
    path.write_bytes(content)
    return parse(
        delivery("T01", [("large.csv", content)], period="2023-09"), [("large.csv", path)], KEY, folder=tmp_path
    )


@pytest.mark.parametrize("spoilt", [False, True])
def test_the_rows_of_a_large_file_lie_in_theirs_in_order(tmp_path: Path, spoilt: bool) -> None:
    more = (row(AGAIN), row(CONTRADICTED, "1.00")) if spoilt else ()
    outcome = parsed(tmp_path, *map(row, range(ROWS)), *more)
    books = (ROWS + 2, ROWS - 1, 2, 1) if spoilt else (ROWS, ROWS, 0, 0)
    assert (outcome.read, outcome.accepted, outcome.quarantined, outcome.set_aside) == books
    outcome.kept.write(tmp_path / "rows.parquet")
    outcome.kept.clear()
    landed = pl.read_parquet(tmp_path / "rows.parquet")
    left = [number for number in range(ROWS) if not (spoilt and number == CONTRADICTED)]
    assert landed["voucher_no"].to_list() == [f"V{number:07d}" for number in left]
    assert landed["row_no"].to_list() == [number + 2 for number in left]
    assert landed["amount_total"].cast(pl.String).to_list() == [f"{number}.25" for number in left]
    assert {path.name for path in tmp_path.iterdir()} == {"large.csv", "rows.parquet"}


def test_a_large_file_that_is_refused_leaves_nothing(tmp_path: Path) -> None:
    outcome = parsed(tmp_path, *map(row, range(ROWS)), ("合计", "", "", "", "1.00", ""))
    assert (outcome.status, outcome.read, outcome.set_aside) == ("REJECTED", ROWS + 1, ROWS + 1)
    assert {path.name for path in tmp_path.iterdir()} == {"large.csv"}
