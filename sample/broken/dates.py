"""Days and times in every hand (B-DAT-01 to B-DAT-07)."""

from collections.abc import Iterator
from datetime import date, timedelta

from sample.broken import containers
from sample.broken.case import Case
from sample.broken.filling import plain, sent, workbook
from sample.xlsx import Cell


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _spelled()
    yield from _doubtful()
    yield from _systems()
    yield from _hours()


def _spelled() -> Iterator[Case]:
    written: tuple[tuple[str, str, str, Cell, str], ...] = (
        ("dat-01-dots", "N01", "raised_on", "2021.10.1", "2021-10-01"),
        ("dat-01-chinese", "G01", "formed_on", "2019年5月1日", "2019-05-01"),
        ("dat-01-compact", "R01", "grant_date", "20210901", "2021-09-01"),
        ("dat-01-serial", "R02", "listed_on", 44322, "2021-05-06"),
        ("dat-01-characters", "N03", "start_on", "二〇二一年三月一日", "2021-03-01"),
        ("dat-01-month", "N02", "available_from", "2020.3", "2020-03-01"),
    )
    for name, feed, column, cell, meant in written:
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-DAT-01", "AUTO", given, at=(1, column), stored={column: meant})
    name = "dat-01-no-year"
    given = sent(name, "A01", changes={1: {"held_on": "11月9日"}})
    yield Case(name, "B-DAT-01", "QUARANTINE", given, at=(1, "held_on"))


def _doubtful() -> Iterator[Case]:
    for name, feed, column, cell in (
        ("dat-02-order", "N01", "raised_on", "01/02/2021"),
        ("dat-02-two-digits", "G02", "valid_from", "19.5.1"),
        ("dat-02-month-13", "R01", "grant_date", "2021.13.1"),
        ("dat-02-february-30", "G03", "on_post_from", "2019年2月30日"),
        ("dat-02-november-31", "M02", "summoned_at", "2021-11-31 09:00"),
    ):
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-DAT-02", "QUARANTINE", given, at=(1, column))
    for name, feed, column, cell in (
        ("dat-04-open-end", "G02", "valid_to", "9999-12-31"),
        ("dat-04-day-zero", "N01", "due_on", "1900-01-00"),
        ("dat-04-zeros", "R01", "valid_from", "0000-00-00"),
    ):
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-DAT-04", "WARN", given, at=(1, column), stored={column: None})
    for name, feed, column, cell in (
        ("dat-05-activity", "A01", "held_on", "2022-03-05"),
        ("dat-05-visit", "V01", "visited_on", "2022-03-05"),
        ("dat-05-listing", "R02", "listed_on", "2022-06-30"),
        ("dat-05-ticket", "H01", "created_at", "2022-02-01T08:00:00+08:00"),
    ):
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-DAT-05", "QUARANTINE", given, at=(1, column))


def _systems() -> Iterator[Case]:
    name = "dat-03-1904"
    # the same day has a number that is smaller by 1462 where days are counted from 1904
    records = plain("R02", name, listed_on=date(2021, 5, 6) - timedelta(days=1462))
    counted = containers.patched(
        workbook("R02", records), {"xl/workbook.xml": ("<sheets>", '<workbookPr date1904="1"/><sheets>')}
    )
    given = sent(name, "R02", counted, records=records)
    yield Case(name, "B-DAT-03", "AUTO", given, stored={"listed_on": "2021-05-06"})


def _hours() -> Iterator[Case]:
    times = ("created_at", "dispatched_at", "closed_at", "updated_at")
    clocks: tuple[tuple[str, str, tuple[Cell, ...], str], ...] = (
        ("dat-06-utc", "AUTO", ("2021-11-22T01:00:00Z", "2021-11-22T02:30:00Z", "2021-11-26T08:00:00Z",
                                "2021-11-28T02:00:00Z"), "2021-11-22 09:00:00"),
        ("dat-06-epoch", "AUTO", (1637542800000, 1637548200000, 1637913600000, 1638064800000), "2021-11-22 09:00:00"),
        ("dat-06-none", "WARN", ("2021-11-22 09:00:00", "2021-11-22 10:30:00", "2021-11-26 16:00:00",
                                 "2021-11-28 10:00:00"), "2021-11-22 09:00:00"),
    )  # fmt: skip
    for name, action, written, meant in clocks:
        told = dict(zip(times, written, strict=True))
        given = sent(name, "H01", records=[record | told for record in plain("H01", name)])
        yield Case(name, "B-DAT-06", "WARN" if action == "WARN" else "AUTO", given, stored={"created_at": meant})
    name = "dat-07-edge"
    edge = {0: {"created_at": "2021-11-18T23:59:59+08:00"}, 1: {"created_at": "2021-11-19T00:00:00+08:00"}}
    yield Case(
        name, "B-DAT-07", "AUTO", sent(name, "H01", changes=edge),
        reading="the months of the two are told apart by the half-open interval; the note says that they are there",
    )  # fmt: skip
