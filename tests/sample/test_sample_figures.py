"""The figures that the sample is calibrated to, as an honest reader of its files computes them (issue 2)."""

from collections import Counter
from datetime import date
from pathlib import Path

import pytest
import sample_reading as reading
from sample_reading import AS_OF, MonthList, Presence, Record, code, day, files, records

from common.text import name_key

PROGRAMME = date(2022, 11, 1)
Receipts = dict[Path, MonthList]


def last(inbox: Path, feed: str) -> reading.File:
    return files(inbox, feed)[-1]


def holds(row: Record, start: str, end: str) -> bool:
    return day(row[start]) <= AS_OF and (end not in row or day(row[end]) > AS_OF)


def test_buildings_in_statistics(presence: Presence) -> None:
    counted = [building for building in presence.buildings.counted if presence.buildings.is_counted(building, AS_OF)]
    assert len(counted) == 278
    assert len({building[7:10] for building in counted}) == 9


def test_tax_of_the_single_quarters(inbox: Path, presence: Presence, receipts: Receipts) -> None:
    quarters = {year: [f"{year}-{month:02d}" for month in (7, 8, 9)] for year in (2022, 2023)}
    assert reading.tax_sums(receipts, presence, inbox, quarters[2023]) == (205_600_000_000, 51_500_000_000)
    assert reading.tax_sums(receipts, presence, inbox, quarters[2022]) == (113_591_160_221, 23_953_488_372)


def test_tax_before_the_corrections_was_another(inbox: Path, presence: Presence, receipts: Receipts) -> None:
    quarter = ["2023-07", "2023-08", "2023-09"]
    sums = [
        reading.tax_sums(receipts, presence, inbox, quarter, known_at)[0]
        for known_at in ("2023-11-01", "2023-12-01", "2024-01-01")
    ]
    assert len(set(sums)) == 3
    assert all(0.95 < before / sums[2] < 1 for before in sums[:2])


def test_tickets(tickets: dict[str, Record], presence: Presence) -> None:
    counted = reading.counted_tickets(tickets, presence.buildings)
    by_month = reading.by_assessment_month(counted)
    assert sum(by_month[f"HM2022-{month:02d}"] for month in range(1, 13)) == 2_652
    assert sum(by_month[f"HM2023-{month:02d}"] for month in range(1, 10)) == 927
    moments = {row["created_at"] for row in counted}
    assert {"2023-08-18 23:59:59", "2023-08-19 00:00:00"} <= moments
    assert 0.02 < sum(row["exclude_flag"] == "是" for row in counted) / len(counted) < 0.04


def test_titles_of_enterprises_in_buildings(inbox: Path, presence: Presence) -> None:
    held: dict[str, set[str]] = {}
    withdrawn: set[tuple[str, str, str]] = set()
    names = reading.read_names(inbox)
    lapsed: set[tuple[str, str]] = set()
    for file in files(inbox, "R01"):
        for row in records(file.path, "R01"):
            holder = row.get("uscc") or next(iter(names[name_key(row["enterprise_name"])]))
            rating, stage = code("R01", "rating_code", row["rating_code"]), code("R01", "stage", row["stage"])
            granted = day(row["grant_date"])
            if stage == "WITHDRAWN":
                withdrawn.add((holder, str(rating), row["batch"]))
            if stage not in ("CERTIFIED", "RENEWED"):
                continue
            end = day(row["valid_to"]) if "valid_to" in row else granted.replace(year=granted.year + 3)
            if granted <= AS_OF < end and presence.houses(holder, AS_OF):
                held.setdefault(f"{rating}", set()).add(holder)
            elif end <= AS_OF:
                lapsed.add((holder, str(rating)))
    for holder, rating, _ in withdrawn:
        held[rating].discard(holder)
    special = held["SG_NATIONAL"] | held["SRDI_BJ"]
    assert (len(held["SG_NATIONAL"]), len(held["SRDI_BJ"]), len(held["SG_NATIONAL"] & held["SRDI_BJ"])) == (8, 74, 7)
    assert len(held["NHTE"]) == 310
    assert len(held["NHTE"] & special) == 60
    assert len(held["NHTE"] & held["INNOVATIVE_SME"]) == 230
    assert sum(holder not in held[rating] for holder, rating in lapsed) == 5
    assert len(withdrawn) == 4


def test_high_tech_applicants_by_every_reading(inbox: Path) -> None:
    names = reading.read_names(inbox)
    stages: dict[tuple[str, str], dict[str, date]] = {}
    for file in files(inbox, "R01"):
        for row in records(file.path, "R01"):
            if code("R01", "rating_code", row["rating_code"]) == "NHTE":
                holder = row.get("uscc") or next(iter(names[name_key(row["enterprise_name"])]))
                stage = str(code("R01", "stage", row["stage"]))
                stages.setdefault((holder, row["batch"]), {})[stage] = day(row["grant_date"])
    by_application = {
        holder
        for (holder, _), known in stages.items()
        if known.get("APPLIED", known.get("CERTIFIED", AS_OF)).year == 2023
    }
    by_any_stage = {holder for (holder, _), known in stages.items() for on in known.values() if on.year == 2023}
    assert len(by_application) == 359
    assert by_application == by_any_stage


def test_one_enterprise_went_public(inbox: Path, presence: Presence) -> None:
    names = reading.read_names(inbox)
    first: dict[str, date] = {}
    for row in records(last(inbox, "R02").path, "R02"):
        assert isinstance(row["code"], str)
        if code("R02", "exchange", row["exchange"]) in ("NEEQ_BASE", "NEEQ_INNOV", "REGIONAL"):
            continue
        holder = row.get("uscc") or next(iter(names[name_key(row["enterprise_name"])]))
        first[holder] = min(day(row["listed_on"]), first.get(holder, AS_OF))
    new = [(holder, on) for holder, on in first.items() if on.year == 2023]
    assert [bool(presence.houses(holder, on)) for holder, on in new].count(True) == 1
    assert len(new) == 2


def test_activities(inbox: Path) -> None:
    seen: dict[tuple[str, ...], int] = {}
    reports = 0
    for file in files(inbox, "A01"):
        for row in records(file.path, "A01"):
            kind, status = code("A01", "activity_type", row["activity_type"]), code("A01", "status", row["status"])
            if kind == "PARTY" or status != "HELD":
                continue
            hosts = sorted({row["station"], *(row["co_hosts"].split("、") if "co_hosts" in row else ())})
            hosts = [host for host in hosts if host.endswith(("楼宇工作站", "楼宇中心站"))]
            key = (row["activity_id"],) if "activity_id" in row else (str(day(row["held_on"])), row["title"], *hosts)
            assert seen.setdefault(key, row["attendance"]) == row["attendance"]
            assert 3 <= row["attendance"] <= 300
            reports += 1
    assert (len(seen), sum(seen.values())) == (1_537, 41_260)
    assert reports == 1_537 + 60


def test_appeals_resolved_before_any_ticket(inbox: Path, tickets: dict[str, Record]) -> None:
    newest: dict[str, reading.File] = {}
    for file in files(inbox, "P01"):
        period = file.sidecar["period"]
        newest[period] = max(file, newest.get(period, file), key=lambda one: one.version)
    resolved, ticket_first = 0, 0
    for file in newest.values():
        for row in records(file.path, "P01"):
            if code("P01", "status", row["status"]) != "RESOLVED":
                continue
            assert day(row["found_at"]) <= day(row["resolved_at"])
            ticket = tickets[row["linked_ticket"]] if "linked_ticket" in row else None
            if ticket and ticket["created_at"] < row["found_at"]:
                ticket_first += 1
            elif PROGRAMME <= day(row["resolved_at"]) <= AS_OF:
                resolved += 1
    assert resolved == 1_146
    assert ticket_first == 8


def test_three_lists(inbox: Path) -> None:
    path = last(inbox, "N01").path
    needs = records(path, "N01", "需求清单")
    assert len({row["need_id"] for row in needs}) == len(needs) == 757
    assert all(PROGRAMME <= day(row["raised_on"]) <= AS_OF for row in needs)
    assert len({row["resource_id"] for row in records(path, "N02", "资源清单")}) == 407
    assert len({row["project_id"] for row in records(path, "N03", "项目清单")}) == 96
    before = records(files(inbox, "N01")[-2].path, "N02", "资源清单")
    assert len(before) == 407, "no resource is first listed in a month that is delivered after the as-of date"


def test_meetings(inbox: Path) -> None:
    held = Counter(
        code("M01", "meeting_type", row["meeting_type"])
        for file in files(inbox, "M01")
        for row in records(file.path, "M01")
        if code("M01", "status", row["status"]) == "HELD"
    )
    assert held == {"WHISTLE": 312, "DELIBERATION": 231}


def test_organisations(inbox: Path) -> None:
    rows = records(last(inbox, "G01").path, "G01")
    kinds = [(code("G01", "org_type", row["org_type"]), row) for row in rows]
    exist = Counter(kind for kind, row in kinds if holds(row, "formed_on", "dissolved_on"))
    assert (exist["PARTY_ORG"], exist["COMMITTEE"], exist["STATION"], exist["TWO_NEW_COMMITTEE"]) == (73, 84, 64, 10)
    stations = Counter(code("G01", "station_type", row["station_type"]) for kind, row in kinds if kind == "STATION")
    assert stations == {"CENTRAL": 34, "ORDINARY": 30}
    party = {row["name"] for kind, row in kinds if kind == "PARTY_ORG"}
    guided = [row for kind, row in kinds if kind == "TWO_NEW_PARTY_ORG" and row.get("guided_by") in party]
    assert sum(PROGRAMME <= day(row["formed_on"]) <= AS_OF for row in guided) == 155
    assert any("dissolved_on" in row for row in guided)
    names = Counter((kind, row["name"]) for kind, row in kinds)
    assert set(names.values()) == {1}


def test_coverage_grows_until_it_is_full(inbox: Path, presence: Presence) -> None:
    kinds = ("PARTY_ORG", "COMMITTEE", "STATION")
    shares = []
    for file in files(inbox, "G02"):
        on = reading.snapshot_day(file)
        cover = Counter(
            (presence.buildings.at(row["building_name"]), code("G02", "org_type", row["org_type"]))
            for row in records(file.path, "G02")
            if day(row["valid_from"]) <= on and ("valid_to" not in row or on < day(row["valid_to"]))
        )
        counted = [house for house in presence.buildings.counted if presence.buildings.is_counted(house, on)]
        assert set(cover.values()) == {1}
        shares.append(sum(all(cover[house, kind] for kind in kinds) for house in counted) / len(counted))
    assert shares == sorted(shares)
    assert shares[0] < 0.95
    assert shares[-1] == 1


def test_committees_share_party_organisations(inbox: Path) -> None:
    parties: dict[str, str] = {}
    committees: dict[str, str] = {}
    for row in records(last(inbox, "G02").path, "G02"):
        kind = code("G02", "org_type", row["org_type"])
        if "valid_to" not in row and kind in ("PARTY_ORG", "COMMITTEE"):
            (parties if kind == "PARTY_ORG" else committees)[row["building_name"]] = row["org_name"]
    over = {committee: parties[house] for house, committee in committees.items()}
    shared = Counter(over.values())
    assert sum(count for count in shared.values() if count > 1) >= 11


def test_staff_is_at_its_norm(inbox: Path) -> None:
    kinds = {
        row["name"]: code("G01", "station_type", row["station_type"])
        for row in records(last(inbox, "G01").path, "G01")
        if code("G01", "org_type", row["org_type"]) == "STATION"
    }
    rows = [row for row in records(last(inbox, "G03").path, "G03") if holds(row, "on_post_from", "on_post_to")]
    full_time = [row for row in rows if row["full_time"] == "是"]
    assert len({row["person_id_no"] for row in full_time}) == len(full_time) == 260
    assert len(rows) > 260
    at_station = Counter(row["station"] for row in full_time)
    assert {station: {"CENTRAL": 5, "ORDINARY": 3}[str(kind)] for station, kind in kinds.items()} == at_station


@pytest.fixture(scope="module")
def elsewhere(other: Path) -> Presence:
    return reading.read_presence(other)


def test_another_seed_has_the_same_buildings_and_tickets(other: Path, elsewhere: Presence) -> None:
    buildings = elsewhere.buildings
    assert sum(buildings.is_counted(house, AS_OF) for house in buildings.counted) == 278
    by_month = reading.by_assessment_month(reading.counted_tickets(reading.read_tickets(other), buildings))
    assert sum(by_month[f"HM2022-{month:02d}"] for month in range(1, 13)) == 2_652
    assert sum(by_month[f"HM2023-{month:02d}"] for month in range(1, 10)) == 927


def test_tax_of_nine_months(other: Path, elsewhere: Presence) -> None:
    lists = {file.path: reading.read_receipts(file) for file in files(other, "T01")}
    spans = {year: [f"{year}-{month:02d}" for month in range(1, 10)] for year in (2022, 2023)}
    assert reading.tax_sums(lists, elsewhere, other, spans[2023]) == (205_600_000_000, 51_500_000_000)
    assert reading.tax_sums(lists, elsewhere, other, spans[2022]) == (113_591_160_221, 23_953_488_372)
    assert reading.tax_sums(lists, elsewhere, other, spans[2023], "2023-11-01")[0] < 205_600_000_000
