"""Parquet is read as the text that a person would have written, and refused like any other file (SPEC 3.0, Formats)."""

import io
import json
import random
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from ingest_making import (
    CODES,
    KEY,
    TAX,
    TAX_ROWS,
    cells,
    content_of,
    csv_bytes,
    found,
    json_bytes,
    refused_by,
    take,
    ticket,
    values,
)

from common.home import Home
from common.rules import Refusal
from ingest.files.readers import open_file
from ingest.landing import land, parse_feed
from ingest.workers import Workers

MONEY = pl.Decimal(20, 2)


def parquet(table: pl.DataFrame | dict[str, Any], **how: Any) -> bytes:
    out = io.BytesIO()
    pl.DataFrame(table).write_parquet(out, **how)
    return out.getvalue()


def arrow(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pq.write_table(table, out)
    return out.getvalue()


TEXTS = pl.DataFrame([list(column) for column in zip(*TAX_ROWS, strict=True)], schema=list(TAX))
TAXES = parquet(TEXTS)


def refusal(content: bytes) -> str | None:
    try:
        for grid in open_file(content).grids:
            cells(grid)
    except Refusal as refused:
        return refused.finding.rule_id
    return None


def test_the_same_rows_mean_the_same_as_parquet_and_as_csv() -> None:
    assert content_of(take("T01", TAXES, "税收.parquet")).equals(content_of(take("T01", csv_bytes(TAX, *TAX_ROWS))))


def test_the_same_tickets_mean_the_same_as_parquet_and_as_a_page() -> None:
    records = [ticket(number) for number in range(1, 30)]
    paged, filed = take("H01", json_bytes(records), "page.json"), take("H01", parquet(records), "工单.parquet")
    assert content_of(filed).equals(content_of(paged))


def test_groups_of_rows_and_repeated_texts_change_nothing() -> None:
    rows = [
        [None if n % 7 == place else " " if n % 11 == 0 else f"{n % 5}{place}" for n in range(1000)]
        for place in range(3)
    ]
    table = pl.DataFrame(rows, schema=["甲", "乙", "丙"])
    whole, *parts = (open_file(parquet(table, row_group_size=size)).grids[0] for size in (1000, 7, 333))
    assert all(part.head == whole.head and cells(part) == cells(whole) for part in parts)
    assert [list(row) for row in cells(whole)] == [
        [cell if cell != " " else None for cell in row] for row in table.rows()
    ]


def test_a_lost_character_counts_only_where_a_row_holds_it() -> None:
    dictionary = pa.array(["银河大厦", "锟斤拷"])
    assert refusal(arrow(pa.table({"楼宇": pa.DictionaryArray.from_arrays(pa.array([0, 0]), dictionary)}))) is None
    assert (
        refusal(arrow(pa.table({"楼宇": pa.DictionaryArray.from_arrays(pa.array([0, 1]), dictionary)}))) == "B-ENC-01"
    )
    assert refusal(parquet({"楼宇": ["银河大厦"] * 50 + ["锟斤拷"]})) == "B-ENC-01"


@pytest.mark.parametrize("moments", [
    [datetime(2023, 9, 1, 8, 30), None, datetime(2023, 9, 2)], [datetime(1900, 1, 1), datetime(1900, 2, 1), None],
    [datetime(2023, 9, 1, 8, 30, 1, 500_000), datetime(2099, 12, 31, 23, 59, 59), datetime(2100, 1, 1)],
    [None, None, None],
])  # fmt: skip
@pytest.mark.parametrize("unit", ["ms", "us", "ns"])
def test_moments_are_read_as_their_texts_would_be(moments: list[datetime | None], unit: Any) -> None:
    records = pl.DataFrame([ticket(number) for number in range(3)])
    typed = records.with_columns(pl.Series("派单时间", moments, dtype=pl.Datetime(unit)))
    written = typed.with_columns(pl.col("派单时间").dt.to_string("%Y-%m-%d %H:%M:%S%.f"))
    taken, told = take("H01", parquet(typed), "工单.parquet"), take("H01", parquet(written), "工单.parquet")
    assert content_of(taken).equals(content_of(told))
    assert taken.findings.drop("delivery_id").equals(told.findings.drop("delivery_id"))


def test_typed_columns_are_read_exactly() -> None:
    amounts = [Decimal("12345678901.23"), Decimal("-0.05"), Decimal("0.10")]
    table = TEXTS.with_columns(
        pl.Series(TAX[3], [date(2023, 9, 1)] * 3), pl.Series("全口径税收", amounts, dtype=MONEY),
        pl.Series("是否退税", [False, True, None]), pl.col("税种").cast(pl.Categorical),
    )  # fmt: skip
    outcome = take("T01", parquet(table))
    assert (outcome.accepted, outcome.quarantined) == (3, 0)
    assert values(outcome, "amount_total") == amounts
    assert values(outcome, "is_refund") == [False, True, None]
    assert values(outcome, "treasury_month") == [date(2023, 9, 1)] * 3


@given(st.lists(st.decimals(-(10**13), 10**13, places=2), min_size=1, max_size=20))
@example([Decimal("0.07"), Decimal("-9999999999999.99")])
def test_no_amount_loses_a_digit(amounts: list[Decimal]) -> None:
    column = pl.Series("元", amounts, dtype=MONEY)
    grid = open_file(parquet({"元": column})).grids[0]
    assert [Decimal(row[0] or "") for row in cells(grid)] == amounts


def test_values_become_the_texts_that_a_person_would_write() -> None:
    moment = datetime(2023, 9, 1, 8, 30, 5)
    table = pl.DataFrame({
        "整数": [7, None], "带空整数": pl.Series([7.0, None]), "小数": [0.1, None], "空白": ["  ", None],
        "列表": [["甲", "乙"], []], "时刻": [moment, None], "毫秒": [moment.replace(microsecond=4000), None],
        "时区": pl.Series([moment, None]).dt.replace_time_zone("UTC"), "字节": ["甲".encode(), None],
        "是否": [True, False], "结构": [{"a": 1}, None],
    })  # fmt: skip
    first, second = cells(open_file(parquet(table)).grids[0])
    assert first == [
        "7", "7", "0.1", None, "甲、乙", "2023-09-01 08:30:05", "2023-09-01 08:30:05.004",
        "2023-09-01T16:30:05+08:00", "甲", "是", '{"a":1}',
    ]  # fmt: skip
    assert second == [*[None] * 9, "否", None]


def test_columns_that_nobody_agreed_on_are_told_of_and_may_bear_one_name() -> None:
    table = pa.table([*TEXTS.to_arrow().columns, ["x"] * 3, ["y"] * 3], names=[*TAX, "附注", "附注"])
    outcome = take("T01", arrow(table))
    assert outcome.accepted == 3
    assert [one["column"] for one in found(outcome, "B-LAY-07")][:1] == ["附注"]


def test_rows_are_addressed_by_their_number_beyond_the_first_batch() -> None:
    rows = 250_000
    table = pl.concat([TEXTS] * (rows // 3)).with_row_index("电子税票号").cast(pl.String)
    broken = table.with_columns(pl.when(pl.col("电子税票号") == "249000").then(None).otherwise(TAX[4]).alias(TAX[4]))
    outcome = take("T01", parquet(broken, row_group_size=60_000))
    assert (outcome.read, outcome.quarantined) == (table.height, 1)
    assert [one["row_no"] for one in found(outcome, "L-VAL-MISSING")] == [249_001]


@pytest.mark.parametrize(("content", "rule"), [
    (TAXES[: len(TAXES) // 2], "B-FIL-06"), (TAXES[:-3], "B-FIL-06"), (b"PAR1", "B-FIL-06"),
    (b"PAR1" + b"\xff" * 60 + b"PAR1", "B-FIL-06"), (b"PARE" + TAXES[4:], "B-FIL-02"),
    (parquet({TAX[0]: ["锟斤拷锟斤拷"]}), "B-ENC-01"), (parquet({TAX[0]: [b"\xff\xfe"]}), "B-FIL-06"),
    (parquet({TAX[0]: ["0" * 1000] * 600_000}), "B-FIL-07"),
    (arrow(pa.table({f"c{n}": [1] for n in range(17_000)})), "L-LAY-EXTENT"),
])  # fmt: skip
def test_what_cannot_be_read_is_refused_by_its_reason(content: bytes, rule: str) -> None:
    assert refusal(content) == rule


def test_a_table_without_rows_is_empty_and_one_without_the_columns_is_not_of_the_feed() -> None:
    assert refused_by(take("T01", parquet(TEXTS.clear()))) == "B-FIL-01"
    assert refused_by(take("T01", parquet({"甲": ["1"]}))) == "B-LAY-07"


@given(st.integers(0, 2**32), st.integers(1, 6), st.booleans())
def test_a_damaged_file_is_read_or_refused_and_never_breaks_the_reader(seed: int, hits: int, cut: bool) -> None:
    chance = random.Random(seed)
    damaged = bytearray(TAXES)
    for _ in range(hits):
        damaged[chance.randrange(len(damaged))] = chance.randrange(256)
    outcome = take("T01", bytes(damaged[: chance.randrange(len(damaged))] if cut else damaged))
    assert outcome.status in ("ACCEPTED", "REJECTED", "HELD")


def test_a_delivered_file_lands_and_is_parsed_in_a_process_of_its_own(tmp_path: Path) -> None:
    home = Home(tmp_path)
    (home.inbox / "T01").mkdir(parents=True)
    (home.inbox / "T01" / "税收.parquet").write_bytes(TAXES)
    said = {"received_at": "2023-10-12T09:00:00+08:00"}
    (home.inbox / "T01" / "税收.parquet.meta.json").write_text(json.dumps(said), encoding="utf-8")
    land(home, home.inbox, keys=KEY)
    pool = Workers(1)
    try:
        reports = parse_feed(home, "T01", KEY, pool=lambda: pool)
    finally:
        pool.close()
    assert [(one.status, one.rows_accepted) for one in reports] == [("ACCEPTED", len(CODES) - 1)]
