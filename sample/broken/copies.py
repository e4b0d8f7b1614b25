"""The same again, or less than before: duplicates and corrections (B-DUP-01 to -03, B-COR-01 to -03)."""

from collections.abc import Iterator
from datetime import datetime

from common.clock import BEIJING
from sample.broken.case import Books, Case
from sample.broken.filling import headings, plain, sent, text


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _resent()
    yield from _repeated_rows()
    yield from _corrected()


def _resent() -> Iterator[Case]:
    name = "dup-01-renamed"
    first = sent(name, "G03", name="孪生_dup-01_社工名册.xlsx")
    again = sent(name, "G03", name="孪生_dup-01_社工名册(2).xlsx", step=1)
    yield Case(name, "B-DUP-01", "IGNORE", again, before=[first])
    name = "dup-02-reordered"
    rows = plain("T01", name, 5)
    reordered = sent(name, "T01", records=rows[::-1], step=1)
    yield Case(name, "B-DUP-02", "IGNORE", reordered, before=[sent(name, "T01", records=rows)], stage="review")
    name = "dup-02-format"
    rows = plain("G01", name)
    other = sent(name, "G01", text(rows, headings("G01", rows)).encode(), records=rows, suffix=".csv", step=1)
    yield Case(name, "B-DUP-02", "IGNORE", other, before=[sent(name, "G01", records=rows)], stage="review")


def _repeated_rows() -> Iterator[Case]:
    name = "dup-03-tax-same"
    rows = plain("T01", name)
    given = sent(name, "T01", records=[*rows, rows[0]])
    yield Case(name, "B-DUP-03", "WARN", given, at=(3, None), set_aside=1)
    name = "dup-03-ticket-same"
    rows = plain("H01", name)
    given = sent(name, "H01", records=[*rows, rows[1]])
    yield Case(name, "B-DUP-03", "WARN", given, at=(3, None), set_aside=1)
    name = "dup-03-tax-key"
    rows = plain("T01", name)
    other = rows[1] | {"amount_total": 999_999}
    given = sent(name, "T01", records=[*rows, other])
    yield Case(
        name, "B-DUP-03", "QUARANTINE", given, at=(1, None), quarantined=2,
        reading="which of the two is right is unknown, so both wait",
    )  # fmt: skip
    name = "dup-03-ticket-key"
    rows = plain("H01", name)
    other = rows[1] | {"status": "办理中", "closed_at": None}
    given = sent(name, "H01", records=[*rows, other])
    yield Case(name, "B-DUP-03", "QUARANTINE", given, at=(3, None), quarantined=2)
    name = "dup-03-alias"
    rows = plain("B02", name)
    other = rows[1] | {"building_code": rows[2]["building_code"]}
    given = sent(name, "B02", records=[*rows, other])
    yield Case(
        name, "B-DUP-03", "QUARANTINE", given, at=(1, None), quarantined=2,
        reading="one name of two buildings since the same day",
    )  # fmt: skip


def _corrected() -> Iterator[Case]:
    for feed in ("T01", "O01", "B01"):
        name = f"cor-01-{feed.lower()}"
        rows = plain(feed, name, 10)
        fewer = sent(name, feed, records=[*rows[:4], *rows[5:]], version=2, step=1)
        before = sent(name, feed, records=rows, version=1)
        yield Case(name, "B-COR-01", "HOLD", fewer, before=[before], stage="review")
    name = "cor-01-one-large"
    rows = plain("T01", name, 300, {7: {"amount_total": 900_000, "amount_district": 225_000}})
    fewer = sent(name, "T01", records=[*rows[:7], *rows[8:]], version=2, step=1)
    yield Case(
        name, "B-COR-01", "HOLD", fewer, before=[sent(name, "T01", records=rows, version=1)], stage="review",
        reading="one row of 300 is below 0.5 %, but its amount is above 1 % of the total",
    )  # fmt: skip
    name = "cor-02-older"
    rows = plain("T01", name, 5)
    newer = [row | {"amount_total": 21000 + 731 * n} for n, row in enumerate(rows)]
    before = sent(name, "T01", records=newer, version=2)
    older = sent(name, "T01", records=rows, version=1, step=1)
    yield Case(name, "B-COR-02", "HOLD", older, before=[before], stage="review")
    name = "cor-03-final"
    rows = plain("T01", name, 5)
    newer = [row | {"amount_total": 20100 + 731 * n} for n, row in enumerate(rows)]
    late = sent(name, "T01", records=newer, version=2, step=1, received_at=datetime(2022, 9, 12, 10, 0, tzinfo=BEIJING))
    yield Case(
        name, "B-COR-03", "ACCEPT", late, before=[sent(name, "T01", records=rows, version=1)], books=Books(5, 5),
        stage="review", reading="tax of 2021 is final a month after the annual settlement of June 2022 (SPEC 4.2)",
    )  # fmt: skip
