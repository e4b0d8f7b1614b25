"""Numbers that are not what they seem: units, words, signs, ranges (B-NUM-01 to B-NUM-11)."""

from collections.abc import Iterator

from sample.broken.case import Books, Case
from sample.broken.filling import Record, house, plain, sent
from sample.broken.periods import tax_month
from sample.xlsx import Cell


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _units()
    yield from _words()
    yield from _refunds()
    yield from _digits()
    yield from _attendance()
    yield from _areas()


def _units() -> Iterator[Case]:
    name = "num-01-wan"
    before = [tax_month(name, number, count=12) for number in (7, 8, 9)]
    yield Case(
        name, "B-NUM-01", "HOLD", tax_month(name, 10, count=12, unit="万元"), before=before, stage="review",
        reading="the numbers are yuan as in every month before, the unit line says 万元",
    )  # fmt: skip
    name = "num-02-mixed"
    before = [tax_month(name, number, count=12) for number in (7, 8, 9)]
    mixed = tax_month(name, 10, count=12, larger=(3, 6))
    yield Case(name, "B-NUM-02", "QUARANTINE", mixed, at=(3, None), quarantined=2, before=before, stage="review")


def _words() -> Iterator[Case]:
    for name, feed, column, written, meant in (
        ("num-03-about", "A01", "attendance", "约50", "50"),
        ("num-03-and-more", "A01", "attendance", "40余人", "40"),
        ("num-03-wan", "T01", "amount_total", "2.1万", "21000.00"),
        ("num-03-yuan", "T01", "amount_total", "20,731.50元", "20731.50"),
        ("num-03-area", "O01", "leased_area_m2", "约130平方米", "130.00"),
    ):
        given = sent(name, feed, changes={1: {column: written}})
        yield Case(name, "B-NUM-03", "AUTO", given, at=(1, column), stored={column: meant})
    for name, written in (
        ("num-03-money-more", "20余万"),
        ("num-03-triangle", "△20,731"),
        ("num-03-no-number", "两万多"),
    ):
        given = sent(name, "T01", changes={1: {"amount_total": written}})
        yield Case(name, "B-NUM-03", "QUARANTINE", given, at=(1, "amount_total"))
    name = "num-08-percent"
    records = plain("T01", name)
    percents: tuple[Cell, ...] = ("81%", 0.81, 81)
    for record, percent in zip(records, percents, strict=True):
        record["yoy"] = percent
    given = sent(name, "T01", records=records)
    yield Case(name, "B-NUM-08", "AUTO", given, column=given.headers["yoy"])


def _refunds() -> Iterator[Case]:
    name = "num-04-refund"
    refund: Record = {"amount_total": -3000, "amount_district": -750, "is_refund": "是", "orig_ref": "31100000000001"}
    rows = plain("T01", name)
    rows[1] |= {key: rows[0][key] for key in ("uscc", "taxpayer_name")} | refund
    given = sent(name, "T01", records=rows)
    yield Case(name, "B-NUM-04", "ACCEPT", given, at=(1, None), stored={"amount_total": "-3000.00"}, stage="review")
    name = "num-04-large"
    before = [tax_month(name, number) for number in (7, 8, 9)]
    large = tax_month(name, 10, changes={2: refund | {"amount_total": -900_000, "amount_district": -225_000}})
    yield Case(name, "B-NUM-04", "WARN", large, at=(2, None), before=before, stage="review")
    name = "num-05-positive"
    given = sent(name, "T01", changes={1: {"is_refund": "是", "orig_ref": "31100000000002"}})
    stored = {"amount_total": "-20731.00", "amount_district": "-5101.00"}
    yield Case(name, "B-NUM-05", "AUTO", given, at=(1, "amount_total"), stored=stored)
    name = "num-06-swapped"
    given = sent(name, "T01", changes={1: {"amount_total": 5000, "amount_district": 20000}})
    yield Case(name, "B-NUM-06", "QUARANTINE", given, at=(1, "amount_district"))
    name = "num-06-sign"
    given = sent(name, "T01", changes={1: {"amount_district": -100}})
    yield Case(
        name, "B-NUM-06", "QUARANTINE", given, at=(1, "amount_district"),
        reading="the ratio of the two lies outside [0, 1] and the row is no refund",
    )  # fmt: skip


def _digits() -> Iterator[Case]:
    name = "num-07-code"
    given = sent(name, "O01", changes={1: {"uscc": "9.11101E+17"}})
    yield Case(name, "B-NUM-07", "QUARANTINE", given, at=(1, "uscc"), reading="a single lost code keeps its row back")
    name = "num-07-column"
    records = plain("R02", name, uscc="9.11101E+17")
    given = sent(name, "R02", records=records)
    yield Case(
        name, "B-NUM-07", "REJECT", given, column=given.headers["uscc"], books=Books(3, 0, 0, 3),
        reading="seen in the values, so after parsing: all are set aside",
    )  # fmt: skip
    name = "num-07-fen"
    given = sent(name, "T01", changes={1: {"amount_total": 20731.1300000001}})
    yield Case(name, "B-NUM-07", "AUTO", given, at=(1, "amount_total"), stored={"amount_total": "20731.13"})


def _attendance() -> Iterator[Case]:
    for name, number in (("num-09-zero", 0), ("num-09-negative", -30)):
        given = sent(name, "A01", changes={1: {"attendance": number}})
        yield Case(name, "B-NUM-09", "QUARANTINE", given, at=(1, "attendance"))
    name = "num-09-above-range"
    given = sent(name, "A01", changes={1: {"attendance": 2500}})
    yield Case(name, "B-NUM-09", "HOLD", given, at=(1, "attendance"), reading="more than 2,000 at once is asked about")
    name = "num-09-above-usual"
    usual = plain("A01", name, 20)
    for n, record in enumerate(usual):
        record |= {"held_on": f"2021-10-{n + 1:02d}", "attendance": 25 + n % 5}
    before = sent(name, "A01", records=usual, period="2021-10")
    given = sent(name, "A01", changes={2: {"attendance": 320}}, step=1)
    yield Case(name, "B-NUM-09", "HOLD", given, at=(2, "attendance"), before=[before], stage="review")


def _areas() -> Iterator[Case]:
    wrong: tuple[tuple[str, dict[str, Cell], str], ...] = (
        ("num-10-zero", {"gross_area_m2": 0}, "gross_area_m2"),
        ("num-10-wan", {"gross_area_m2": 3.2, "rentable_area_m2": 2.1}, "gross_area_m2"),
        ("num-10-rentable", {"rentable_area_m2": 45000}, "rentable_area_m2"),
    )
    for name, changed, column in wrong:
        given = sent(name, "B01", changes={1: changed})
        yield Case(name, "B-NUM-10", "QUARANTINE", given, at=(1, column))
    name = "num-10-leases"
    own: Record = {"building_name": house(name), "gross_area_m2": 1500, "rentable_area_m2": 1000}
    register = sent(name, "B01", records=[plain("B01", name, 1)[0] | own])
    leased = sent(name, "O01", records=plain("O01", name, 3, building_name=house(name), leased_area_m2=400), step=1)
    yield Case(name, "B-NUM-10", "WARN", leased, before=[register], stage="review")
    for name, number in (("num-11-many", 90), ("num-11-telephone", 68837001)):
        given = sent(name, "O01", changes={1: {"employees": number}})
        yield Case(name, "B-NUM-11", "QUARANTINE", given, at=(1, "employees"))
