"""What the sample must contain so that the rules of the domain are exercised (SPEC Appendix D)."""

import json
from collections import Counter, defaultdict
from datetime import date
from itertools import combinations, pairwise
from pathlib import Path

import sample_reading as reading
from sample_reading import OPEN, MonthList, Presence, Receipt, Record, Stay, files, records

from common.codes import is_credit_code, is_resident_number
from common.contracts import feeds
from common.text import name_key

Receipts = dict[Path, MonthList]
SAMPLE_DAYS = date(2022, 1, 31), date(2023, 9, 30)


def overlap(one: Stay, other: Stay) -> bool:
    return one.start < other.end and other.start < one.end


def test_movers_of_every_kind(presence: Presence) -> None:
    stays = [stay for held in presence.stays.values() for stay in held]
    came = [stay for stay in stays if SAMPLE_DAYS[0] < stay.start]
    reasons = Counter(stay.reason for stay in stays if stay.end < OPEN)
    assert len(came) >= 300
    assert reasons["DISTRICT"] >= 40
    assert reasons["OUT"] >= 40
    assert reasons[None] == 15, "those who vanish without a word"
    internal = [held for held in presence.stays.values() if any(stay.reason == "DISTRICT" for stay in held)]
    assert any(first.end == second.start for first, second in internal), "some move out and in on one day"


def test_an_occupant_overlooked_once_is_still_there(presence: Presence) -> None:
    gaps = [
        stay
        for held in presence.stays.values()
        for stay in held
        if stay.months != list(range(stay.months[0], stay.months[-1] + 1))
    ]
    assert len(gaps) == 4
    assert all(stay.end == OPEN for stay in gaps)


def test_new_occupancies_begin_in_the_month_that_first_shows_them(presence: Presence) -> None:
    for held in presence.stays.values():
        for stay in held:
            month = date(2022 + stay.months[0] // 12, stay.months[0] % 12 + 1, 1)
            assert stay.months[0] == 0 or month <= stay.start


def test_enterprises_in_two_buildings(presence: Presence) -> None:
    both = [
        pair
        for held in presence.stays.values()
        for pair in combinations(held, 2)
        if pair[0].building != pair[1].building and overlap(*pair)
    ]
    assert len(both) >= 15
    assert sum(one.area is None or other.area is None for one, other in both) == 5


def test_occupants_outside_statistics(presence: Presence) -> None:
    counted = {house for house, spans in presence.buildings.counted.items() if spans}
    outside = [uscc for uscc, held in presence.stays.items() if not {stay.building for stay in held} & counted]
    assert len(outside) >= 30


def test_refunds(presence: Presence, receipts: Receipts) -> None:
    rows = {row.voucher: row for month in receipts.values() for row in month.rows}
    refunds = [row for row in rows.values() if row.is_refund]
    assert len(refunds) >= 30
    assert all(row.total < 0 and row.district <= 0 and row.original in rows for row in refunds)
    assert all(rows[str(row.original)].month <= row.month for row in refunds)
    assert all(
        (rows[str(row.original)].uscc, rows[str(row.original)].tax_type) == (row.uscc, row.tax_type) for row in refunds
    )
    assert sum(rows[str(row.original)].is_refund for row in refunds) >= 3, "some refunds name a refund"
    moved = [
        row
        for row in refunds
        if presence.houses(row.uscc, row.end) != presence.houses(row.uscc, rows[str(row.original)].end)
    ]
    assert len(moved) >= 10, "some are of enterprises that have left since"


def test_tax_rows_are_plausible(presence: Presence, receipts: Receipts) -> None:
    for month in receipts.values():
        rows = month.rows
        assert 6_500 <= len(rows) <= 10_500
        assert len({row.voucher for row in rows}) == len(rows)
        assert all(0 <= row.district <= row.total for row in rows if not row.is_refund)
        assert any(row.tax_type == "SOCIAL" for row in rows)
        largest = max(sum(row.total for row in rows if row.uscc == uscc) for uscc in {row.uscc for row in rows[:300]})
        assert largest < sum(row.total for row in rows) / 10
    payers = {row.uscc for month in receipts.values() for row in month.rows}
    assert len(payers - presence.stays.keys()) >= 200
    late = [
        row
        for month in receipts.values()
        for row in month.rows
        if row.end.year * 12 + row.end.month < int(row.month[:4]) * 12 + int(row.month[5:]) - 4
    ]
    assert len(late) > 500, "periods long before the treasury month"


def test_the_list_of_a_month_repeats_last_years_total(inbox: Path, receipts: Receipts) -> None:
    by_version = sorted(files(inbox, "T01"), key=lambda file: file.version)
    newest = {file.sidecar["period"]: receipts[file.path] for file in by_version}
    for period, month in newest.items():
        before = newest.get(f"{int(period[:4]) - 1}{period[4:]}")
        assert before is None or month.sums_before == before.sums


def test_corrections_drop_next_to_nothing(inbox: Path, receipts: Receipts) -> None:
    versions: dict[str, list[list[Receipt]]] = defaultdict(list)
    for file in files(inbox, "T01"):
        versions[file.sidecar["period"]].append(receipts[file.path].rows)
    corrected = [pair for pair in versions.values() if len(pair) == 2]
    assert len(corrected) == 2
    for first, second in corrected:
        dropped = {row.voucher for row in first} - {row.voucher for row in second}
        assert 0 < len(dropped) < 0.005 * len(first)
        assert max(row.total for row in first if row.voucher in dropped) < 0.01 * sum(row.total for row in first)


def test_codes_are_missing_in_some_rows_and_right_in_the_others(inbox: Path) -> None:
    rows = [row for file in files(inbox, "O01")[-3:] for row in records(file.path, "O01")]
    missing = sum("uscc" not in row for row in rows) / len(rows)
    assert 0.05 < missing < 0.12
    assert all(is_credit_code(row["uscc"]) for row in rows if "uscc" in row)


def test_every_enterprise_is_registered_before_it_is_used(inbox: Path) -> None:
    known: dict[str, str] = {}
    for file in files(inbox, "E01"):
        for row in reading.table(file.path, "E01"):
            assert is_credit_code(row["uscc"])
            known.setdefault(row["uscc"], file.sidecar["received_at"][:7])
    for feed in ("O01", "T01", "R01", "R02"):
        for file in files(inbox, feed)[::4]:
            used = {row["uscc"] for row in records(file.path, feed) if "uscc" in row}
            assert all(known[uscc] <= file.sidecar["received_at"][:7] for uscc in used)


def test_some_enterprises_change_their_name_or_close(inbox: Path) -> None:
    kinds = Counter(
        (reading.code("E01", "change_type", row["change_type"]), "former_name" in row)
        for file in files(inbox, "E01")[1:]
        for row in reading.table(file.path, "E01")
    )
    assert kinds["CHANGED", True] >= 20
    assert kinds["CANCELLED", False] >= 25
    assert kinds["NEW", False] >= 100


def test_tickets_beside_the_counted_ones(tickets: dict[str, Record], presence: Presence, inbox: Path) -> None:
    counted = reading.counted_tickets(tickets, presence.buildings)
    kinds = Counter(reading.code("H01", "ticket_type", row["ticket_type"]) for row in tickets.values())
    assert kinds["TEST"] == 1
    assert kinds["CONSULT"] > 100
    assert sum(row["is_duplicate"] == "是" for row in tickets.values()) > 50
    assert sum(reading.code("H01", "unit_role", row["unit_role"]) == "ASSIST" for row in tickets.values()) > 50
    assert sum(presence.buildings.at(row.get("place")) is None for row in tickets.values()) > 1_000
    assert sum("linked_ticket" in row for row in counted) >= 25, "a linked ticket alone still counts"
    exact = sum(name_key(row["place"]) in presence.buildings.by_name for row in counted)
    assert exact > len(counted) / 2
    versions = sum(len(reading.pulled(file.path, "H01")) for file in files(inbox, "H01"))
    assert versions > len(tickets)


def test_callbacks(inbox: Path, tickets: dict[str, Record]) -> None:
    calls = [row for file in files(inbox, "H02") for row in reading.pulled(file.path, "H02")]
    assert len({(row["ticket_no"], row["callback_seq"]) for row in calls}) == len(calls)
    assert all(row["callback_at"] >= tickets[row["ticket_no"]]["closed_at"] for row in calls)
    assert any(row["callback_seq"] == 2 for row in calls)
    assert all(("satisfaction" in row) == (row["valid"] == "是") for row in calls)
    called = {tickets[row["ticket_no"]]["unit_lv1"] for row in calls}
    assert len({row["unit_lv1"] for row in tickets.values()} - called) == 1, "a unit without any callback"


def test_personal_data_are_filled_in(inbox: Path) -> None:
    staff = records(files(inbox, "G03")[-1].path, "G03")
    assert all(is_resident_number(row["person_id_no"]) for row in staff)
    for feed, column in (("B01", "contact_phone"), ("O01", "contact_phone"), ("P01", "contact_phone")):
        rows = records(files(inbox, feed)[-1].path, feed)
        assert all(len(row[column]) == 11 and row[column].isdigit() for row in rows)
    pull = reading.pulled(files(inbox, "H01")[-1].path, "H01")
    assert all(row["caller_phone"] in row["content"] for row in pull if row.get("is_duplicate") == "否")


def test_areas_are_sane(inbox: Path) -> None:
    for row in records(files(inbox, "B01")[-1].path, "B01"):
        assert 500 <= row["rentable_area_m2"] <= row["gross_area_m2"] <= 500_000
        assert 0 <= row["vacant_area_m2"] <= row["rentable_area_m2"]
    for row in records(files(inbox, "O01")[-1].path, "O01"):
        assert "leased_area_m2" not in row or row["employees"] <= row["leased_area_m2"] / 2


def test_one_unit_has_one_occupant(presence: Presence) -> None:
    by_unit: dict[tuple[str, str], list[Stay]] = defaultdict(list)
    for held in presence.stays.values():
        for stay in held:
            by_unit[stay.building, stay.unit].append(stay)
    assert all(len(stays) == 1 for stays in by_unit.values())


def test_deliveries_come_when_departments_send_them(inbox: Path) -> None:
    for feed in feeds():
        if feed in ("N02", "N03"):
            continue
        sent = [file.sidecar["received_at"] for file in files(inbox, feed)]
        regular = [at for at in sent if at < "2023-11"]
        assert regular[0] >= "2022-01"
        assert "2023-10-01" <= regular[-1] < "2023-10-17"
        assert sent[len(regular) :] == ([] if feed != "T01" else sent[-2:])
    assert [file.sidecar["received_at"][:10] for file in files(inbox, "T01")[-2:]] == ["2023-11-13", "2023-12-11"]


def test_no_delivery_repeats_the_one_before(inbox: Path) -> None:
    for feed in ("B01", "O01", "R02", "G01", "G02", "G03", "N01"):
        rows = [
            json.dumps(records(file.path, feed, "需求清单" if feed == "N01" else None), default=str)
            for file in files(inbox, feed)
        ]
        assert all(before != after for before, after in pairwise(rows))


def test_every_word_is_one_that_the_contracts_know(inbox: Path) -> None:
    for feed, contract in feeds().items():
        enums = [column for column in contract.columns if column.type == "enum"]
        sheet = {"N01": "需求清单", "N02": "资源清单", "N03": "项目清单"}.get(feed)
        for file in files(inbox, "N01" if sheet else feed)[::5]:
            rows = reading.table(file.path, feed) if feed in ("E01", "B02") else None
            rows = rows or (reading.pulled(file.path, feed) if contract.paged else records(file.path, feed, sheet))
            for column in enums:
                words = {row[column.name] for row in rows if column.name in row}
                assert all(reading.code(feed, column.name, word) for word in words)
            required = [column.name for column in contract.columns if column.required and not column.parts]
            required = [name for name in required if name != contract.sheet_is]
            assert all(name in row for row in rows for name in required)


def test_sign_ins_summons_and_visits_name_what_the_other_lists_name(inbox: Path, presence: Presence) -> None:
    def rows(feed: str) -> list[Record]:
        return [row for file in files(inbox, feed) for row in records(file.path, feed)]

    held = {row["activity_id"]: row["attendance"] for row in rows("A01")
            if "activity_id" in row and reading.code("A01", "status", row["status"]) == "HELD"}  # fmt: skip
    signed = rows("A02")
    came = Counter(row["activity_id"] for row in signed)
    assert len(came) > 150
    assert all(number <= held[activity] for activity, number in came.items())
    assert 0.5 < sum("uscc" in row for row in signed) / len(signed) < 0.9
    assert {row["uscc"] for row in signed if "uscc" in row} <= presence.stays.keys()
    undated = [file for file in files(inbox, "A02") if not any("signed_at" in row for row in records(file.path, "A02"))]
    assert [file.sidecar["period"] for file in undated] == ["2022-11"]

    whistles = {
        row["meeting_id"] for row in rows("M01")
        if (reading.code("M01", "meeting_type", row["meeting_type"]), reading.code("M01", "status", row["status"]))
        == ("WHISTLE", "HELD")
    }  # fmt: skip
    summoned = rows("M02")
    assert {row["meeting_id"] for row in summoned} == whistles
    assert set(Counter(row["meeting_id"] for row in summoned).values()) == {2, 3, 4}
    assert 0.8 < sum("arrived_at" in row for row in summoned) / len(summoned) < 1
    assert all(row["summoned_at"] <= row["arrived_at"] for row in summoned if "arrived_at" in row)
    assert all("due_on" in row for row in rows("M01") if row["meeting_id"] in whistles)

    visits = rows("V01")
    assert {row["station"] for row in visits} == {row["station"] for row in rows("A01")}
    assert {row["uscc"] for row in visits if "uscc" in row} <= presence.stays.keys()
    assert len({(row["station"], row["enterprise_name"], row["visited_on"]) for row in visits}) == len(visits)


def test_the_desk_names_buildings_as_nobody_else_names_any(inbox: Path, tickets: dict[str, Record]) -> None:
    aliases = [row for file in files(inbox, "B02") for row in reading.table(file.path, "B02")]
    register = [row for file in files(inbox, "B01") for row in records(file.path, "B01")]
    assert len({row["alias_norm"] for row in aliases}) == len(aliases) > 60
    assert {row["building_code"] for row in aliases} <= {row["building_code"] for row in register}
    places = [row["place"] for row in tickets.values() if "place" in row]
    assert not [row for row in aliases if any(row["alias_norm"] in place for place in places)]
