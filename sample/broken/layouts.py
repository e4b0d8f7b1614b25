"""Sheets that are laid out for people: titles, merged cells, totals, hidden parts (B-LAY-01 to B-LAY-10)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from common.contracts import feeds
from sample.broken import containers
from sample.broken.case import Books, Case
from sample.broken.filling import (
    HOUSES,
    REGISTER,
    Record,
    firm,
    headings,
    house,
    plain,
    sent,
    sheet,
    total,
    usual_lines,
    workbook,
)
from sample.forms import Heading, Sheet, Workbook
from sample.xlsx import Cell, Spoiled


def cases() -> Iterator[Case]:
    """Yield the cases of these rules; the first is the register of the twin's own buildings."""
    yield from _titles()
    yield from _merged()
    yield from _totals()
    yield from _hidden()
    yield from _spoiled()
    yield from _columns()
    yield from _sheets()
    yield from _footers()


def _titles() -> Iterator[Case]:
    name = REGISTER
    records = [
        record | {"building_name": own, "gross_area_m2": 60000, "rentable_area_m2": 50000}
        for record, own in zip(plain("B01", name, len(HOUSES)), HOUSES, strict=True)
    ]
    given = sent(name, "B01", records=records, form={"lines": ("楼宇台账(孪生)", "单位:平方米")})
    yield Case(name, "B-LAY-01", "AUTO", given, row=3, stored={"building_name": HOUSES[0]})
    name = "lay-01-two-rows"
    records = plain("T01", name)
    for record in records:
        record["amount_total_ly"] = 10000
    titles = headings("T01", records)
    columns = [column for column in titles if not column.startswith("amount_")]
    pairs = {"amount_total": ("全口径税收", "本期"), "amount_total_ly": ("全口径税收", "同期"),
             "amount_district": ("区级税收", "本期")}  # fmt: skip
    header: list[Heading] = [*(titles[column] for column in columns), *pairs.values()]
    rows: list[list[Cell]] = [[record[column] for column in (*columns, *pairs)] for record in records]
    content = Workbook([Sheet("T01", "Sheet1", usual_lines("T01"), header, rows)]).encode()
    given = sent(name, "T01", content, records=records, first_row=5)
    yield Case(
        name, "B-LAY-01", "AUTO", given, row=4, stored={"amount_total": "20000.00"},
        reading="a header of two rows is found at its lower row, which is the last before the data",
    )  # fmt: skip


def _merged() -> Iterator[Case]:
    name = "lay-02-merged"
    records = plain("O01", name, 4)
    records[2]["building_name"] = records[3]["building_name"] = HOUSES[1]
    given = sent(name, "O01", records=records, form={"merged": ("building_name",)})
    yield Case(
        name, "B-LAY-02", "AUTO", given, column=given.headers["building_name"], stored={"building_name": HOUSES[0]}
    )
    name = "lay-02-blank"
    records = plain("G01", name, 4)
    records[1]["street_name"] = records[2]["street_name"] = None
    given = sent(name, "G01", records=records)
    yield Case(name, "B-LAY-02", "WARN", given, column=given.headers["street_name"])


def _totals() -> Iterator[Case]:
    name = "lay-03-subtotal"
    records = plain("B01", name, 4)
    titles = headings("B01", records)
    below = [total(*_sums(records, titles, {"gross_area_m2": 0, "rentable_area_m2": 0}))]
    given = sent(name, "B01", records=records, form={"below": below})
    yield Case(name, "B-LAY-03", "AUTO", given, row=7, set_aside=1)
    name = "lay-03-tax"
    records = plain("T01", name, 4)
    titles = headings("T01", records)
    below = [total(*_sums(records, titles, {"amount_total": 0, "amount_district": 0}))]
    given = sent(name, "T01", records=records, form={"below": below})
    yield Case(name, "B-LAY-03", "AUTO", given, row=8, set_aside=1)
    name = "lay-04-tax"
    records = plain("T01", name, 4)
    below = [total(*_sums(records, titles, {"amount_total": 1, "amount_district": 0}))]
    given = sent(name, "T01", records=records, form={"below": below})
    yield Case(
        name, "B-LAY-04", "REJECT", given, column=given.headers["amount_total"], books=Books(5, 0, 0, 5),
        reading="found after the rows were parsed, so all are set aside",
    )  # fmt: skip
    name = "lay-04-activities"
    records = plain("A01", name, 3)
    below = [total("合计", *(None for _ in range(4)), 999, None)]
    given = sent(name, "A01", records=records, form={"below": below})
    yield Case(name, "B-LAY-04", "WARN", given, column=given.headers["attendance"], set_aside=1)


def _sums(records: Sequence[Record], columns: Iterable[str], off: Mapping[str, int]) -> list[Cell]:
    """Return the cells of a total: the word, then sums under some columns, each off by so much."""
    sums: dict[str, Cell] = {
        column: sum(int(str(record[column])) for record in records) + by for column, by in off.items()
    }
    return ["合计", *(sums.get(column) for column in [*columns][1:])]


def _hidden() -> Iterator[Case]:
    name = "lay-05-sheet"
    records = plain("G03", name)
    titles = headings("G03", records)
    both = Workbook([sheet("G03", records, titles), sheet("G03", plain("G03", f"{name}/2"), titles, name="旧表")])
    hidden = containers.patched(both.encode(), {"xl/workbook.xml": ('sheetId="2"', 'sheetId="2" state="hidden"')})
    given = sent(name, "G03", hidden, records=records, first_row=3)
    yield Case(name, "B-LAY-05", "WARN", given)
    name = "lay-05-rows"
    whole = workbook("N01", plain("N01", name))
    rows = containers.patched(whole, {"xl/worksheets/sheet1.xml": ('<row r="4"', '<row r="4" hidden="1"')})
    yield Case(name, "B-LAY-05", "WARN", sent(name, "N01", rows), reading="hidden rows are read and told")


def _spoiled() -> Iterator[Case]:
    for name, feed, column, cell in (
        ("lay-06-uncalculated", "T01", "amount_total", Spoiled("F4*10000")),
        ("lay-06-reference", "N03", "budget", Spoiled("预算!A1", "#REF!")),
        ("lay-06-division", "B01", "rentable_area_m2", Spoiled("A1/0", "#DIV/0!")),
        ("lay-06-lookup", "O01", "leased_area_m2", Spoiled("VLOOKUP(A1,B:C,2,0)", "#N/A")),
    ):
        given = sent(name, feed, changes={1: {column: cell}})
        yield Case(name, "B-LAY-06", "QUARANTINE", given, at=(1, column))


def _columns() -> Iterator[Case]:
    name = "lay-07-missing"
    records = [{k: v for k, v in record.items() if k != "activity_type"} for record in plain("A01", name)]
    given = sent(name, "A01", records=records)
    yield Case(name, "B-LAY-07", "REJECT", given, column="活动类型")
    name = "lay-07-no-activity"
    records = [{k: v for k, v in record.items() if k != "activity_id"} for record in plain("A02", name)]
    yield Case(name, "B-LAY-07", "REJECT", sent(name, "A02", records=records), column="活动编号")
    name = "lay-07-renamed"
    records = plain("R01", name)
    odd = headings("R01", records, {"grant_date": "荣誉时刻"})
    yield Case(name, "B-LAY-07", "REJECT", sent(name, "R01", records=records, headers=odd), column="认定日期")
    name = "lay-07-twice"
    records = plain("P01", name, 扩展="再写一遍")
    titles = headings("P01", records, {"扩展": headings("P01", records)["content"]})
    given = sent(name, "P01", records=records, headers=titles)
    yield Case(name, "B-LAY-07", "WARN", given, column=titles["content"])
    name = "lay-07-new"
    given = sent(name, "R02", records=plain("R02", name, 备注说明="新增"))
    yield Case(name, "B-LAY-07", "WARN", given, column="备注说明")
    name = "lay-07-synonym"
    records = plain("N02", name)
    agreed = {column.name: column.zh for column in feeds()["N02"].columns}
    titles = headings("N02", records, agreed | {"provider": "资源提供单位"})
    yield Case(name, "B-LAY-07", "AUTO", sent(name, "N02", records=records, headers=titles), column="资源提供单位")


def _sheets() -> Iterator[Case]:
    name = "lay-08-buildings"
    records = [{k: v for k, v in record.items() if k != "building_name"} for record in plain("O01", name, 4)]
    titles = headings("O01", records)
    one, other = (sheet("O01", records[at : at + 2], titles, name=HOUSES[at]) for at in (0, 2))
    given = sent(name, "O01", Workbook([one, other]).encode(), records=records, first_row=3)
    yield Case(
        name, "B-LAY-08", "AUTO", given, stored={"building_name": HOUSES[0], "enterprise_name": firm(name)[1]},
        reading="a sheet's name is building_name (SPEC 0.1b)",
    )  # fmt: skip
    name = "lay-08-continued"
    records = plain("N02", name, 4)
    titles = headings("N02", records)
    parts = [sheet("N02", records[:2], titles), sheet("N02", records[2:], titles, name="Sheet1 (2)")]
    given = sent(name, "N02", Workbook(parts).encode(), records=records, first_row=3)
    yield Case(name, "B-LAY-08", "AUTO", given)


def _footers() -> Iterator[Case]:
    name = "lay-09-signed"
    given = sent(name, "M01", form={"signatures": ("填表人:王某", "审核人:李某", "(单位盖章)")})
    yield Case(name, "B-LAY-09", "AUTO", given, row=7, set_aside=1)
    name = "lay-10-limit"
    records = plain("G02", name)
    titles = headings("G02", records)
    filled: list[Cell] = [house(name)]
    full: list[list[Cell]] = [[*titles.values()], *[filled] * 65535]
    given = sent(name, "G02", containers.old_workbook(full), records=records, suffix=".xls", read=0)
    yield Case(
        name, "B-LAY-10", "REJECT", given, books=Books(0, 0), reading="a full sheet is refused before it is parsed"
    )
