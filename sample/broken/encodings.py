"""Characters that were lost, mixed or written in another width (B-ENC-01 to B-ENC-04)."""

from collections.abc import Iterator

from sample.broken.case import Case
from sample.broken.filling import Record, firm, headings, plain, sent, text
from sample.xlsx import Cell


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _garbled()
    yield from _mixed()
    yield from _rare()
    yield from _wide()


def _csv(feed: str, records: list[Record]) -> str:
    return text(records, headings(feed, records))


def _garbled() -> Iterator[Case]:
    name = "enc-01-turned"
    # two bytes make a character of GB18030: of a cell with an odd number of bytes the end would be lost
    records = plain("E01", name, reg_capital="500万元", reg_address="北京市石景山区孪生路12号院")
    titles = headings("E01", records, {"status": "status"})
    turned = text(records, titles).encode().decode("gb18030").encode()
    given = sent(name, "E01", turned, records=records, headers=titles)
    code, right = firm(name)
    yield Case(name, "B-ENC-01", "AUTO", given, stored={"uscc": code, "name": right})
    for name, lost in (("enc-01-lost", "锟斤拷"), ("enc-01-replaced", "\ufffd")):
        records = plain("E01", name, changes={1: {"name": f"北京{lost}科技有限公司"}})
        given = sent(name, "E01", _csv("E01", records).encode(), records=records)
        yield Case(name, "B-ENC-01", "REJECT", given)
    yield _damaged_at_the_source()


def _damaged_at_the_source() -> Case:
    """A list of which the layout says that its source lost characters: only the rows wait that show it."""
    name = "enc-01-layout"
    titles = {"enterprise_name": "name", "exchange": "market", "code": "stockCode", "listed_on": "listingDate"}
    records: list[Record] = [
        {"enterprise_name": firm(name, n)[1], "exchange": "创业板", "code": f"30999{n}",
         "listed_on": f"2021-05-{n + 5:02d} 16:00:00"}
        for n in range(3)
    ]  # fmt: skip
    records[1]["enterprise_name"] = "北京\ufffd\ufffd科技股份有限公司"
    given = sent(
        name, "R02", text(records, titles).encode(), records=records, headers=titles, suffix=".csv", first_row=2,
        step=1, layout="a_share_companies",
    )  # fmt: skip
    register = sent(name, "E01", name=f"孪生_{name}_名录.csv")
    return Case(
        name, "B-ENC-01", "QUARANTINE", given, at=(1, "enterprise_name"), before=[register],
        reading="the layout calls its source damaged, so that the other rows count",
    )  # fmt: skip


def _mixed() -> Iterator[Case]:
    name = "enc-02-lines"
    records = plain("E01", name, 300)
    lines = _csv("E01", records).splitlines(keepends=True)
    parts = [line.encode("gb18030" if n in (200, 300) else "utf-8") for n, line in enumerate(lines)]
    given = sent(name, "E01", b"".join(parts), records=records)
    yield Case(name, "B-ENC-02", "QUARANTINE", given, at=(199, None), quarantined=2)
    name = "enc-02-halves"
    records = plain("E01", name, 40)
    lines = _csv("E01", records).splitlines(keepends=True)
    halves = "".join(lines[:21]).encode() + "".join(lines[21:]).encode("gb18030")
    yield Case(
        name, "B-ENC-02", "REJECT", sent(name, "E01", halves, records=records),
        reading="found while decoding, before any record is parsed",
    )  # fmt: skip


def _rare() -> Iterator[Case]:
    name = "enc-03-kept"
    rare = "北京𬱖㐀商务楼委会"
    given = sent(name, "G01", changes={1: {"name": rare}})
    yield Case(name, "B-ENC-03", "ACCEPT", given, at=(1, "name"), stored={"name": rare})
    name = "enc-03-private"
    private = "门禁\ue3a1更新"
    given = sent(name, "N03", changes={2: {"name": private}})
    yield Case(name, "B-ENC-03", "WARN", given, at=(2, "name"), stored={"name": private})


def _wide() -> Iterator[Case]:
    name = "enc-04-wide"
    yield _normalised(name, "T01", 1, "taxpayer_name", "Ｂ２Ｂ　科技有限公司", "B2B 科技有限公司")
    name = "enc-04-invisible"
    yield _normalised(name, "N02", 0, "provider", "共享\u200b物业\u00a0服务", "共享物业 服务")
    name = "enc-04-code"
    code = firm(name)[0]
    yield _normalised(name, "O01", 0, "uscc", code.translate(str.maketrans("0123456789", "０１２３４５６７８９")), code)
    name = "enc-04-address"
    yield _normalised(name, "B01", 2, "address", "石景山区孪生路１２号", "石景山区孪生路12号")


def _normalised(name: str, feed: str, record: int, column: str, written: Cell, meant: str) -> Case:
    given = sent(name, feed, changes={record: {column: written}})
    return Case(name, "B-ENC-04", "AUTO", given, at=(record, column), stored={column: meant})
