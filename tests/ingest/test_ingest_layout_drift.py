"""A file that drifted from its layout is refused or its rows wait: no value is ever loaded from another column."""

from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import (
    KEY,
    balances,
    books,
    csv_bytes,
    delivery,
    found,
    json_bytes,
    refused_by,
    take,
    values,
    xlsx_bytes,
)

from common.contracts import Layout, layouts
from common.rules import rules
from ingest.outcome import Outcome
from ingest.parse import parse

NAME = {"zh": "某地", "en": "Some place"}
BARE = Layout.model_validate(
    {
        "id": "bare", "feed": "T01", "name": NAME, "identifiers": "permit", "currency": "USD", "delimiter": ",",
        "fields": ["permit", "trade name", "address", "city", "zip", "period", "tax"],
        "patterns": {"permit": r"[A-Z]{2}\d{6}", "city": "[A-Z ]{12}", "zip": r"\d{5}",
                     "period": r"20\d\d/\d\d", "tax": r" *-?\d+\.\d\d"},
        "mostly": {"trade name": r"[^0-9].{13}", "address": r"[0-9].{13}"},
        "ignored": ["address", "city", "zip"],
        "columns": {
            "uscc": {"headers": ["permit"]}, "taxpayer_name": {"headers": ["trade name"]},
            "tax_type": {"constant": "OTHER"}, "treasury_month": {"constant": "2014-09"},
            "tax_period_start": {"headers": ["period"]}, "amount_total": {"headers": ["tax"]},
        },
    }
)  # fmt: skip
HEADED = Layout.model_validate(
    {
        "id": "headed", "feed": "A01", "name": NAME, "dates": ["%d/%m/%Y"], "ignored": ["Notes"],
        "patterns": {"Library": r"Library \d+|Bibliothèque", "Event": r"Event \d+", "Room": r"Room \d+", "Notes": ""},
        "columns": {
            "station": {"headers": ["Library"]}, "title": {"headers": ["Event"]},
            "activity_type": {"headers": ["Kind"], "values": {"Story time": "CULTURE"}},
            "held_on": {"headers": ["Date"]}, "attendance": {"headers": ["People"]},
            "place": {"headers": ["Room"]},
        },
    }
)  # fmt: skip
HEADER = ("Library", "Event", "Kind", "Date", "People", "Room", "Notes")


def by(layout: Layout, content: bytes, name: str = "file", **sidecar: Any) -> Outcome:
    """Parse a file by one layout alone."""
    files = [(name, content)]
    outcome = parse(delivery(layout.feed, files, **sidecar), files, KEY, layout=layout)
    assert balances(outcome)
    return outcome


def tax_rows(count: int) -> list[list[str]]:
    """Rows as that place writes them: names and addresses are free text of one width."""
    return [
        [f"MB{n:06}", f"BAR NUMBER {n:03}", f"{n:03} MAIN RD ST", "SPRINGFIELD ", f"79{n:03}", f"2014/0{n % 8 + 1}",
         f" {n:07}.5{n % 10}"]
        for n in range(1, count + 1)
    ]  # fmt: skip


def event_rows(count: int) -> list[list[str]]:
    return [
        [f"Library {n}", f"Event {n}", "Story time", f"{n + 12}/01/2018", str(n), f"Room {n}", ""]
        for n in range(1, count + 1)
    ]


def tax_facts(rows: Sequence[Sequence[str]]) -> set[tuple[Any, ...]]:
    """What those rows say, read by hand."""
    return {
        (f"permit:{row[0]}", row[1], date(int(row[5][:4]), int(row[5][5:]), 1), Decimal(row[6].strip())) for row in rows
    }


def loaded_tax(outcome: Outcome) -> set[tuple[Any, ...]]:
    columns = ("uscc", "taxpayer_name", "tax_period_start", "amount_total")
    return set(outcome.rows.select(columns).iter_rows())


def loaded_events(outcome: Outcome) -> set[tuple[Any, ...]]:
    columns = ("station", "title", "held_on", "attendance", "place")
    return set(outcome.rows.select(columns).iter_rows())


def event_facts(rows: Sequence[Sequence[str]]) -> set[tuple[Any, ...]]:
    return {(row[0], row[1], date(2018, 1, int(row[3][:2])), int(row[4]), row[5]) for row in rows}


Change = Callable[[list[list[str]]], list[list[str]]]


@st.composite
def drifts(draw: st.DrawFn) -> Change:
    """A change of all rows, or of some: a column inserted, dropped, swapped with another, or all shifted by one."""
    kind = draw(st.sampled_from(["insert", "drop", "swap", "rotate"]))
    first, second = draw(st.lists(st.integers(0, 6), min_size=2, max_size=2, unique=True))
    text = draw(st.sampled_from(["", "x", "12", "2014/08", "79001", "MB000001", "12 OAK RD     "]))
    chosen = draw(st.one_of(st.none(), st.sets(st.integers(0, 11), min_size=1, max_size=3)))

    def changed(row: list[str]) -> list[str]:
        if kind == "insert":
            return [*row[:first], text, *row[first:]]
        if kind == "drop":
            return [*row[:first], *row[first + 1 :]]
        if kind == "rotate":
            return [*row[1:], row[0]]
        moved = list(row)
        moved[first], moved[second] = moved[second], moved[first]
        return moved

    return lambda rows: [changed(row) if chosen is None or n in chosen else row for n, row in enumerate(rows)]


@given(drifts(), st.sampled_from([",", ";", "\t", "|"]))
def test_a_file_without_a_header_never_loads_a_value_from_another_column(change: Change, delimiter: str) -> None:
    rows = tax_rows(12)
    drifted = change(rows)
    outcome = by(BARE, csv_bytes(*drifted, delimiter=delimiter))
    assert loaded_tax(outcome) <= tax_facts(rows)
    if delimiter != ",":
        assert books(outcome) == ("REJECTED", 0, 0, 0, 0)
    if outcome.status == "ACCEPTED":
        untouched = {n for n, row in enumerate(drifted) if row == rows[n]}
        assert outcome.accepted == len(untouched)
    assert {finding["rule_id"] for finding in outcome.findings.to_dicts()} <= set(rules())


@given(drifts(), st.sampled_from([",", ";", "\t"]))
def test_a_file_with_a_header_never_loads_a_value_from_another_column(change: Change, delimiter: str) -> None:
    rows = event_rows(12)
    outcome = by(HEADED, csv_bytes(*change([list(HEADER), *rows]), delimiter=delimiter))
    assert loaded_events(outcome) - event_facts(rows) == set(), change([list(HEADER), *rows])[:3]


def test_the_untouched_file_loads_whole() -> None:
    assert loaded_tax(by(BARE, csv_bytes(*tax_rows(12)))) == tax_facts(tax_rows(12))
    assert loaded_events(by(HEADED, csv_bytes(HEADER, *event_rows(12)))) == event_facts(event_rows(12))


@pytest.mark.parametrize("name", [name for name in HEADER if name != "Notes"])
def test_a_renamed_column_refuses_the_file_and_names_what_is_gone(name: str) -> None:
    renamed = [f"{text} (new name)*" if text == name else text for text in HEADER]
    renamed[HEADER.index(name)] = "Something else"
    outcome = by(HEADED, csv_bytes(renamed, *event_rows(3)))
    assert books(outcome) == ("REJECTED", 0, 0, 0, 0)
    assert outcome.reason is not None
    assert (outcome.reason.rule_id, outcome.reason.place.column) == ("B-LAY-07", name)


def test_a_new_column_with_a_name_is_told_and_moves_nothing() -> None:
    rows = event_rows(3)
    widened = [[*row[:2], "new", *row[2:]] for row in [list(HEADER), *rows]]
    widened[0][2] = "Sponsor"
    outcome = by(HEADED, csv_bytes(*widened))
    assert loaded_events(outcome) == event_facts(rows)
    assert [finding["column"] for finding in found(outcome, "B-LAY-07")] == ["Sponsor"]


def test_an_optional_column_may_be_gone() -> None:
    place = HEADED.columns["place"].model_copy(update={"optional": True})
    lenient = HEADED.model_copy(update={"columns": {**HEADED.columns, "place": place}})
    outcome = by(lenient, csv_bytes([*HEADER[:5], "Notes"], *([*row[:5], ""] for row in event_rows(3))))
    assert values(outcome, "place") == [None] * 3


def test_dates_of_the_other_order_wait_as_soon_as_one_of_them_betrays_the_order() -> None:
    months_first = [[*row[:3], f"01/{n:02}/2018", *row[4:]] for n, row in enumerate(event_rows(12), start=8)]
    outcome = by(HEADED, csv_bytes(HEADER, *months_first))
    # 01/08 to 01/12 could be read either way; 01/13 shows which way they were meant
    assert (outcome.accepted, outcome.quarantined) == (0, 12)
    assert {finding["rule_id"] for finding in outcome.findings.filter(action="QUARANTINE").to_dicts()} == {"B-DAT-02"}


def test_a_layout_takes_another_encoding_only_where_the_bytes_are_not_utf_8() -> None:
    latin = HEADED.model_copy(update={"encoding": "latin-1"})
    rows = [["Bibliothèque", *row[1:]] for row in event_rows(2)]
    for encoding in ("latin-1", "utf-8"):
        assert values(by(latin, csv_bytes(HEADER, *rows, encoding=encoding)), "station") == ["Bibliothèque"] * 2


def test_a_swapped_pair_in_one_row_among_many_waits() -> None:
    rows = tax_rows(12)
    rows[5][1], rows[5][2] = rows[5][2], rows[5][1]
    outcome = by(BARE, csv_bytes(*rows))
    assert (outcome.accepted, outcome.quarantined) == (11, 1)
    assert [finding["row_no"] for finding in found(outcome, "L-LAY-DRIFT")] == [6]


def test_a_cell_that_drifted_is_not_shown_where_the_feed_holds_personal_data() -> None:
    layout = Layout.model_validate(
        {"id": "messages", "feed": "H01", "name": NAME, "patterns": {"number": r"\d+"}, "columns": {
            "ticket_no": {"headers": ["number"]}, "content": {"headers": ["text"]}, "created_at": {"headers": ["at"]},
            "updated_at": {"first_of": ["changed", "at"]}, "ticket_type": {"constant": "DEMAND"},
            **{name: {"absent": True} for name in ("category_path", "unit_lv1", "district_name", "street_name",
                                                    "status")}}}
    )  # fmt: skip
    header, good = ["number", "text", "at", "changed"], ["1", "leak", "2023-09-01 10:00:00", ""]
    swapped = ["Mr Smith 13800138000", "2", "2023-09-01 10:00:00", "2023-09-02 10:00:00"]
    outcome = by(layout, csv_bytes(header, good, ["3", "noise", *swapped[2:]], swapped))
    assert [(finding["row_no"], finding["value"]) for finding in found(outcome, "L-LAY-DRIFT")] == [(4, "***")]
    assert [str(moment) for moment in values(outcome, "updated_at")] == ["2023-09-01 10:00:00", "2023-09-02 10:00:00"]
    assert "13800138000" not in outcome.findings.write_json()


def test_records_stand_where_the_layout_says_in_a_nested_answer() -> None:
    layout = HEADED.model_copy(update={"records": "result.items"})
    records = [dict(zip(HEADER, row, strict=True)) for row in event_rows(3)]
    outcome = by(layout, json_bytes({"status": 0, "result": {"count": 3, "items": records}}))
    assert loaded_events(outcome) == event_facts(event_rows(3))


def test_a_workbook_without_a_header_is_held_to_its_patterns_too() -> None:
    rows = tax_rows(6)
    assert loaded_tax(by(BARE, xlsx_bytes(*rows))) == tax_facts(rows)
    assert refused_by(by(BARE, xlsx_bytes(*(["", *row] for row in rows)))) in ("L-LAY-WIDTH", "L-LAY-DRIFT")


def test_a_sidecar_that_names_no_layout_of_the_feed_refuses_the_file() -> None:
    outcome = take("A01", csv_bytes(HEADER, *event_rows(2)), layout="boston_311")
    assert refused_by(outcome) == "L-LAY-UNKNOWN"


def test_title_rows_above_a_layouts_header_say_the_unit_and_a_second_column_of_one_name_is_told() -> None:
    columns = {
        "uscc": {"headers": ["id"]}, "taxpayer_name": {"headers": ["name"]}, "tax_type": {"constant": "VAT"},
        "treasury_month": {"headers": ["month"]}, "amount_total": {"headers": ["paid"], "unit": "元"},
    }  # fmt: skip
    layout = Layout.model_validate(
        {"id": "titled", "feed": "T01", "name": NAME, "identifiers": "permit", "columns": columns}
    )
    rows = (["某市税收(单位:万元)"], ["id", "name", "month", "paid", "paid"], ["1", "A", "2023-09", "1.5", "7"])
    outcome = by(layout, xlsx_bytes(*rows))
    assert values(outcome, "amount_total") == [Decimal(15000)]
    assert [(note["column"], note["action"]) for note in found(outcome, "B-LAY-07")] == [("paid", "WARN")]


def test_of_two_layouts_that_fit_neither_is_guessed(monkeypatch: pytest.MonkeyPatch) -> None:
    other = HEADED.model_copy(update={"id": "headed_too"})
    monkeypatch.setattr("ingest.parse.layouts", lambda: {"headed": HEADED, "headed_too": other})
    content = csv_bytes(HEADER, *event_rows(2))
    assert refused_by(take("A01", content)) == "L-LAY-LAYOUT"
    assert take("A01", content, layout="headed_too").layout == "headed_too"


def test_where_nothing_fits_the_layout_that_nearly_does_names_what_changed() -> None:
    header = [name for name in layouts()["boston_311"].sources if name != "closed_dt"]
    outcome = take("H01", csv_bytes(header, ["1"] * len(header)))
    assert outcome.reason is not None
    assert (outcome.reason.rule_id, outcome.reason.place.column) == ("B-LAY-07", "closed_dt")
    far = take("H01", csv_bytes(header[:3], ["1"] * 3))
    assert far.reason is not None
    assert far.reason.place.column == "工单编号"
