"""Pulls of the hotline: complete, or held whole (SURFACE, JSON pages; B-SEC-02)."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import (
    KEY,
    books,
    content_of,
    csv_bytes,
    delivery,
    found,
    json_bytes,
    page,
    refused_by,
    take,
    ticket,
    values,
)

from common.contracts import feeds

TEN = [ticket(n) for n in range(10)]


def pull(records: list[dict[str, Any]], size: int, total: int | None = None) -> list[bytes]:
    parts = [records[n : n + size] for n in range(0, len(records), size)] or [[]]
    return [page(n, len(records) if total is None else total, *part) for n, part in enumerate(parts, start=1)]


@given(st.integers(1, 12), st.permutations(range(10)))
def test_a_whole_pull_is_taken_in_however_it_is_cut_and_ordered(size: int, order: list[int]) -> None:
    outcome = take("H01", pull([TEN[n] for n in order], size))
    assert books(outcome) == ("ACCEPTED", 10, 10, 0, 0)
    assert content_of(outcome).equals(content_of(take("H01", pull(TEN, 10))))


def test_pages_may_be_counted_from_zero() -> None:
    pages = [page(n, 2, ticket(n)) for n in (0, 1)]
    assert books(take("H01", pages)) == ("ACCEPTED", 2, 2, 0, 0)
    assert refused_by(take("H01", [page(0, 2, ticket(0)), page(2, 2, ticket(2))])) == "B-SEC-02"


@given(st.integers(2, 4), st.data())
def test_a_pull_without_one_of_its_pages_is_held_whole(size: int, data: st.DataObject) -> None:
    pages = pull(TEN, size)
    missing = data.draw(st.integers(0, len(pages) - 1))
    kept = [part for n, part in enumerate(pages) if n != missing]
    outcome = take("H01", kept)
    received = sum(len(json.loads(part)["rows"]) for part in kept)
    assert books(outcome) == ("HELD", received, 0, 0, received)
    assert refused_by(outcome) == "B-SEC-02"
    assert outcome.rows.is_empty()
    assert "10" in outcome.reason.message.zh


@pytest.mark.parametrize("pages", [
    [page(1, 3, ticket(1)), page(1, 3, ticket(1)), page(2, 3, ticket(2))],
    [page(1, 2, ticket(1)), page(2, 3, ticket(2))],
    [page(1, 2, ticket(1)), page(3, 2, ticket(2))],
    [page(1, 0, ticket(1))], [json_bytes({"total": "2", "page": "1", "data": [ticket(1)]})],
    [json_bytes({"total": "3", "page": str(n), "data": [ticket(n)]}) for n in (1, 2)],
    [page(1, 5)],
])  # fmt: skip
def test_pages_that_do_not_add_up_are_held(pages: list[bytes]) -> None:
    outcome = take("H01", pages)
    assert outcome.status == "HELD"
    assert refused_by(outcome) == "B-SEC-02"


@pytest.mark.parametrize(("content", "said"), [
    (json_bytes({"status": 500, "message": "busy"}), "busy"), (json_bytes({"msg": "busy", "data": None}), "busy"),
    (b"<html><body><h1>502 Bad Gateway</h1></body></html>", "502 Bad Gateway"), (b"null", "null"),
    ("\ufeff服务不可用".encode(), "服务不可用"),
])  # fmt: skip
def test_an_answer_without_records_is_held_and_says_what_the_api_said(content: bytes, said: str) -> None:
    outcome = take("H01", content, "page_001.json")
    assert (books(outcome), refused_by(outcome)) == (("HELD", 0, 0, 0, 0), "B-SEC-02")
    assert said in outcome.reason.message.zh


def test_a_list_under_the_name_of_a_page_is_read_for_what_it_is() -> None:
    header = list(ticket(1))
    outcome = take("H01", csv_bytes(header, list(ticket(1).values())), "page_001.json")
    assert (books(outcome), len(found(outcome, "B-FIL-03"))) == (("ACCEPTED", 1, 1, 0, 0), 1)


@pytest.mark.parametrize("content", [
    page(1, 2, ticket(1), ticket(2)), page(1, 2, ticket(1), ticket(2), key="data"), json_bytes([ticket(1), ticket(2)]),
    b"\n".join(json_bytes(ticket(n)) for n in (1, 2)), b"\r\n".join([json_bytes(ticket(1)),
    b"", json_bytes(ticket(2)), b""]),
    b"\xef\xbb\xbf" + json_bytes([ticket(1), ticket(2)]),
    json_bytes({"total": 2, "page": 1, "rows": [ticket(1), ticket(2)], "code": 200, "msg": "ok", "extra": {"a": [1]}}),
    json.dumps([ticket(1), ticket(2)], ensure_ascii=True, indent=2).encode(),
])  # fmt: skip
def test_rows_data_a_bare_array_and_json_lines_are_the_same_pull(content: bytes) -> None:
    outcome = take("H01", content)
    assert books(outcome) == ("ACCEPTED", 2, 2, 0, 0)
    assert values(outcome, "ticket_no") == ["GD0001", "GD0002"]


def test_a_pull_that_announces_nothing_and_holds_nothing_is_complete() -> None:
    assert books(take("H01", page(1, 0))) == ("ACCEPTED", 0, 0, 0, 0)
    assert refused_by(take("H01", b"[]")) == "B-FIL-01"


@pytest.mark.parametrize(
    "content", [json_bytes({"code": 500, "msg": "error"}), b"{}", json_bytes({"rows": {}, "total": 1})]
)
def test_an_error_body_is_no_pull(content: bytes) -> None:
    assert take("H01", content).status in ("REJECTED", "HELD")


def test_the_keys_of_records_may_be_any_synonym_in_any_order() -> None:
    contract = feeds()["H01"]
    record = ticket(1)
    for column in contract.columns:
        if column.zh in record:
            for name in column.all_headers:
                renamed = {(name if key == column.zh else key): value for key, value in reversed(record.items())}
                assert take("H01", json_bytes([renamed])).accepted == 1, name


def test_a_record_is_addressed_by_its_number_and_key() -> None:
    outcome = take("H01", [page(1, 3, ticket(1), ticket(2, 创建时间="昨天")), page(2, 3, ticket(3))])
    (finding,) = found(outcome, "B-DAT-02") + found(outcome, "L-VAL-TIME")
    assert (finding["file"], finding["row_no"], finding["column"], finding["cell"]) == (
        "file_1",
        2,
        "创建时间",
        "/1/创建时间",
    )


def test_the_same_ticket_on_two_pages_counts_once_and_its_versions_stay() -> None:
    twice = take("H01", [page(1, 2, ticket(1)), page(2, 2, ticket(1))])
    assert books(twice) == ("ACCEPTED", 2, 1, 0, 1)
    later = ticket(1, 更新时间="2023-09-25 08:00:00", 工单状态="办理中")
    assert books(take("H01", [page(1, 2, ticket(1)), page(2, 2, later)])) == ("ACCEPTED", 2, 2, 0, 0)
    clash = take("H01", [page(1, 2, ticket(1)), page(2, 2, ticket(1, 工单状态="办理中"))])
    assert books(clash) == ("ACCEPTED", 2, 0, 2, 0)


def test_a_ticket_and_its_copy_for_the_assisting_unit_do_not_contradict_each_other() -> None:
    copy = ticket(1, 工单性质="协办", 一级承办单位="区城管委")
    assert books(take("H01", [page(1, 2, ticket(1, 工单性质="主办"), copy)])) == ("ACCEPTED", 2, 2, 0, 0)


def test_people_in_a_ticket_leave_no_trace_in_rows_or_findings() -> None:
    personal = {"来电人": "张三丰", "来电人电话": "13800001111", "标题": "张三丰家漏水", "主要内容": "请找张三丰"}
    outcome = take("H01", json_bytes([ticket(1, **personal), ticket(2, 创建时间="昨天", **personal)]))
    shown = str(outcome.rows.rows()) + str(outcome.findings.rows())
    assert "张三丰" not in shown
    assert "13800001111" not in shown
    assert KEY("张三丰") in shown


def test_the_outcome_does_not_depend_on_the_name_of_the_pages() -> None:
    files = [("page_001.json", page(1, 2, ticket(1))), ("page_002.json", page(2, 2, ticket(2)))]
    renamed = [(f"x{n}.json", content) for n, (_, content) in enumerate(files)]
    assert delivery("H01", files).id == delivery("H01", renamed).id


def test_json_that_is_too_large_to_be_read_whole_is_refused_with_its_size(monkeypatch: pytest.MonkeyPatch) -> None:
    content = json_bytes([ticket(1)])
    monkeypatch.setattr("ingest.files.records.MAX_BYTES", len(content))
    assert books(take("H01", content))[:2] == ("ACCEPTED", 1)
    monkeypatch.setattr("ingest.files.records.MAX_BYTES", len(content) - 1)
    outcome = take("H01", content)
    assert refused_by(outcome) == "L-FIL-LIMIT"
    (told,) = outcome.findings.to_dicts()
    assert "JSON: 0 MiB > 0 MiB" in told["message_zh"]
    assert "JSON: 0 MiB > 0 MiB" in told["message_en"]
