"""Codes, names, buildings and places that are almost right (B-IDN-01 to B-IDN-10, B-ADM-01)."""

from collections.abc import Iterator
from datetime import datetime

from stdnum.iso7064 import mod_11_10

from common.clock import BEIJING
from common.codes import ALPHABET
from sample.broken.case import Case, Sent
from sample.broken.filling import HOUSES, Record, firm, headings, house, plain, sent
from sample.broken.periods import tax_month

_EARLY_PILOT = "91350100M0001TGQXM"
"""Issued in the first days of the code with a check symbol that the standard does not give (SPEC 3.2)."""


def cases() -> Iterator[Case]:
    """Yield the cases of these rules."""
    yield from _codes()
    yield from _old_numbers()
    yield from _names()
    yield from _renamed()
    yield from _buildings()
    yield from _row_numbers()
    yield from _places()


def _register(case: str, *changes: Record) -> Sent:
    """Return the register rows of a case's own enterprises, one for each change."""
    records = [record | changed for record, changed in zip(plain("E01", case, len(changes)), changes, strict=True)]
    return sent(case, "E01", records=records, name=f"孪生_{case}_名录.csv")


def _mistyped(code: str) -> str:
    """Write the letter O for the digit 0 in the district that opens a code."""
    return code[:4] + "O" + code[5:]


def _codes() -> Iterator[Case]:
    for name, feed, count in (("idn-01-occupancy", "O01", 3), ("idn-01-rating", "R01", 3), ("idn-01-tax", "T01", 3)):
        code, _ = firm(name, 1)
        given = sent(name, feed, count=count, changes={1: {"uscc": _mistyped(code)}}, step=1)
        before = [_register(name, {}, {}, {})]
        yield Case(name, "B-IDN-01", "AUTO", given, at=(1, "uscc"), before=before, stage="identity")
    name = "idn-01-stranger"
    code, _ = firm(name, 1)
    given = sent(name, "O01", changes={1: {"uscc": _mistyped(code)}})
    yield Case(
        name, "B-IDN-01", "QUARANTINE", given, at=(1, "uscc"), stage="identity",
        reading="one candidate passes the check, but the register does not hold it",
    )  # fmt: skip
    name = "idn-01-other-name"
    code, _ = firm(name, 1)
    given = sent(name, "T01", changes={1: {"uscc": _mistyped(code), "taxpayer_name": firm(name, 9)[1]}}, step=1)
    before = [_register(name, {}, {}, {})]
    yield Case(name, "B-IDN-01", "QUARANTINE", given, at=(1, "uscc"), before=before, stage="identity")
    name = "idn-01-register"
    code, _ = firm(name, 1)
    wrong = code[:-1] + ("0" if code[-1] != "0" else "1")
    given = sent(name, "E01", changes={1: {"uscc": wrong}})
    yield Case(name, "B-IDN-01", "QUARANTINE", given, at=(1, "uscc"), is_bare=True)
    name = "idn-03-no-complement"
    code, _ = firm(name, 1)
    remainder = (31 - ALPHABET.index(code[-1])) % 31
    given = sent(name, "O01", changes={1: {"uscc": code[:-1] + ALPHABET[remainder]}})
    yield Case(
        name, "B-IDN-03", "WARN", given, at=(1, "uscc"), stage="identity",
        reading="issued with r for 31 − r: its organisation code is right, so it was issued and is no slip",
    )  # fmt: skip
    name = "idn-03-early-pilot"
    given = sent(name, "E01", changes={1: {"uscc": _EARLY_PILOT, "name": "福州早试点贸易有限公司"}})
    yield Case(
        name, "B-IDN-03", "ACCEPT", given, at=(1, "uscc"), stored={"uscc": _EARLY_PILOT},
        reading="the code that SPEC 3.2 names is on the exceptions list that the product brings along",
    )  # fmt: skip


def _old_numbers() -> Iterator[Case]:
    serial = "11010720151234"
    number = serial + str(mod_11_10.calc_check_digit(serial))
    name = "idn-02-registration"
    given = sent(name, "T01", changes={1: {"uscc": number}}, step=1)
    before = [_register(name, {}, {"reg_no": number}, {})]
    yield Case(name, "B-IDN-02", "AUTO", given, at=(1, "uscc"), before=before, stage="identity")
    name = "idn-02-tax-number"
    given = sent(name, "T01", changes={2: {"uscc": f"110107{firm(name, 2)[0][8:17]}"}}, step=1)
    yield Case(name, "B-IDN-02", "AUTO", given, at=(2, "uscc"), before=[_register(name, {}, {}, {})], stage="identity")
    name = "idn-02-unknown"
    given = sent(name, "T01", changes={1: {"uscc": "110107209876545"}})
    yield Case(name, "B-IDN-02", "QUARANTINE", given, at=(1, "uscc"), stage="identity")


def _names() -> Iterator[Case]:
    for name, feed in (("idn-04-rating", "R01"), ("idn-04-occupancy", "O01"), ("idn-04-listing", "R02")):
        given = sent(name, feed, changes={1: {"uscc": None}}, step=1)
        before = [_register(name, {}, {}, {})]
        yield Case(name, "B-IDN-04", "AUTO", given, at=(1, "uscc"), before=before, stage="identity")
    name = "idn-04-none"
    given = sent(name, "R01", changes={1: {"uscc": None}})
    yield Case(name, "B-IDN-04", "QUARANTINE", given, at=(1, "uscc"), is_bare=True, stage="identity")
    name = "idn-04-two"
    given = sent(name, "O01", changes={1: {"uscc": None}}, step=1)
    before = [_register(name, {}, {}, {"name": firm(name, 1)[1]})]
    yield Case(name, "B-IDN-04", "QUARANTINE", given, at=(1, "uscc"), before=before, stage="identity")
    name = "idn-06-two-names"
    one, other = "北京瑞丰科技有限公司", "内蒙古草原牧业专业合作社"
    rows = plain("O01", name, 4)
    rows[1]["enterprise_name"] = one
    rows[2] |= {"uscc": rows[1]["uscc"], "enterprise_name": other, "building_name": HOUSES[2]}
    given = sent(name, "O01", records=rows)
    yield Case(name, "B-IDN-06", "QUARANTINE", given, at=(1, None), quarantined=2, stage="review")
    name = "idn-07-branch"
    rows = plain("E01", name)
    rows[1] |= {"name": f"{rows[0]['name']}石景山分公司", "entity_type": "分支机构"}
    yield Case(name, "B-IDN-07", "ACCEPT", sent(name, "E01", records=rows), stage="identity")
    name = "idn-07-same-name"
    rows = plain("E01", name)
    rows[2]["name"] = rows[0]["name"]
    yield Case(name, "B-IDN-07", "ACCEPT", sent(name, "E01", records=rows), stage="identity")


def _renamed() -> Iterator[Case]:
    name = "idn-05-register"
    before = sent(name, "E01")
    later = sent(
        name,
        "E01",
        changes={1: {"name": "北京新朝阳数据服务有限公司", "former_name": None, "change_type": "变更"}},
        step=1,
    )
    yield Case(name, "B-IDN-05", "AUTO", later, before=[before], stage="review")
    name = "idn-05-tax"
    later = tax_month(name, 9, changes={2: {"taxpayer_name": "北京新月光智能装备有限公司"}})
    yield Case(name, "B-IDN-05", "AUTO", later, before=[tax_month(name, 8)], stage="review")


def _buildings() -> Iterator[Case]:
    name = "idn-08-alias"
    records = plain("B01", name, 2)
    records[0]["alias"] = "银杏天地、银杏商务广场"
    register = sent(name, "B01", records=records)
    given = sent(name, "O01", changes={1: {"building_name": "银杏商务广场"}}, step=1)
    yield Case(name, "B-IDN-08", "AUTO", given, at=(1, "building_name"), before=[register], stage="identity")
    name = "idn-08-typo"
    given = sent(name, "O01", changes={1: {"building_name": HOUSES[1].replace("浪", "琅")}})
    yield Case(name, "B-IDN-08", "QUARANTINE", given, at=(1, "building_name"), stage="identity")
    name = "idn-08-unknown"
    given = sent(name, "G02", changes={1: {"building_name": house(name)}})
    yield Case(name, "B-IDN-08", "QUARANTINE", given, at=(1, "building_name"), is_bare=True, stage="identity")
    name = "idn-09-split"
    records = plain("B01", name)
    before = sent(
        name, "B01", records=records, period="2021-10-31", received_at=datetime(2021, 11, 5, 10, tzinfo=BEIJING)
    )
    whole = records[0]
    halves = [
        plain("B01", name, 6)[4 + n]
        | {"building_name": f"{whole['building_name']}{tower}座", "address": whole["address"], "gross_area_m2": area,
           "rentable_area_m2": 9000}
        for n, (tower, area) in enumerate((("A", 16000), ("B", 14000)))
    ]  # fmt: skip
    given = sent(name, "B01", records=[*halves, *records[1:]], step=1)
    yield Case(name, "B-IDN-09", "HOLD", given, before=[before], stage="review")


def _row_numbers() -> Iterator[Case]:
    name = "idn-10-needs"
    rows = [{**record, "need_id": n + 1} for n, record in enumerate(plain("N01", name))]
    titles = headings("N01", rows, {"need_id": "序号"})
    given = sent(name, "N01", records=rows, headers=titles)
    yield Case(name, "B-IDN-10", "AUTO", given, column="序号", stored={"need_id": None})


def _places() -> Iterator[Case]:
    name = "adm-01-abolished"
    given = sent(name, "B01", changes={1: {"street_name": "北辛安街道"}})
    yield Case(name, "B-ADM-01", "AUTO", given, at=(1, "street_name"))
    name = "adm-01-address"
    given = sent(name, "B01", changes={1: {"address": "北京市门头沟区滨河路7号"}})
    yield Case(name, "B-ADM-01", "QUARANTINE", given, at=(1, "address"))
    name = "adm-01-ticket"
    given = sent(name, "H01", changes={1: {"district_name": "门头沟区"}})
    yield Case(name, "B-ADM-01", "QUARANTINE", given, at=(1, "district_name"))
