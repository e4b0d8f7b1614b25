"""What was judged before is remembered, and is never anything but what would be judged now."""

import random
import shutil
from dataclasses import fields
from typing import Any

import polars as pl
import pytest
from drawn import SEED
from office_home import ACTIVITIES, BUILDINGS, TAX, Office, asks, tax_rows

from review.judgement import Standing
from review.landed import Landed


def told(judged: list[Standing]) -> list[tuple[Any, ...]]:
    """All that a judgement says, beside the delivery."""
    names = [field.name for field in fields(Standing) if field.name != "landed"]
    return [(one.delivery.id, one.order, one.file.name, *(getattr(one, name) for name in names)) for one in judged]


def forgotten(office: Office) -> list[tuple[Any, ...]]:
    """What is judged by a home that remembers nothing."""
    shutil.rmtree(office.home.judgements, ignore_errors=True)
    return told(office.standings())


def buildings(*areas: int) -> list[tuple[object, ...]]:
    return [
        (f"110107-001-{n:03d}", f"{n}号楼", "八角街道", f"八角路{n}号", area, area // 2, "是")
        for n, area in enumerate(areas, 1)
    ]


def test_what_was_judged_is_not_read_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    for month in range(1, 4):
        office.drop(
            "B01", f"b{month}", BUILDINGS, buildings(5000, 6000, 7000), f"2023-0{month}-28", period=f"2023-0{month}"
        )
    before = told(list(office.judged().values()))

    def unread(landed: Landed, *columns: str) -> pl.DataFrame:
        raise AssertionError(f"{landed.delivery.path} is read again for {columns}")

    monkeypatch.setattr(Landed, "rows", unread)
    assert told(office.standings()) == before


def test_a_look_at_the_past_forgets_nothing_of_today(office: Office) -> None:
    for month in (1, 2):
        received = f"2023-0{month}-28"
        office.drop("B01", f"b{month}", BUILDINGS, buildings(5000, 6000 + month), received, period=f"2023-0{month}")
    first, _ = office.judged().values()
    kept = (office.home.judgements / "B01.json").read_bytes()
    assert len(office.standings(first.delivery.received_at)) == 1
    assert (office.home.judgements / "B01.json").read_bytes() == kept


def test_a_home_that_remembers_judges_as_one_that_does_not(office: Office) -> None:
    drawn = random.Random(SEED)
    steps: list[tuple[str, ...]] = [
        ("tax", f"2023-0{month}", str(version)) for month in (1, 2, 3) for version in (1, 2)
    ]
    steps += [("buildings", f"2023-0{month}") for month in (1, 2, 3)] + [
        ("held", "x"),
        ("answer", "wan"),
        ("again", ""),
    ]
    drawn.shuffle(steps)
    for number, (kind, *given) in enumerate(steps):
        received = f"2023-05-{number + 1:02d}"
        if kind == "tax":
            month, version = given
            rows = tax_rows(month, [20_000_000 + n + int(version) for n in range(12)])
            office.drop("T01", f"{month}v{version}", TAX, rows, received, period=month, version=int(version))
        elif kind == "buildings":
            areas = drawn.sample([5000, 6000, 7000, 8000], 3)
            office.drop("B01", given[0], BUILDINGS, buildings(*areas), received, period=given[0])
        elif kind == "held":
            office.drop("T01", "held", TAX, tax_rows("2023-04", [2000 + n for n in range(12)]), received)
        elif kind == "again":
            activity = ("1", "八角站", "讲座", "培训", "2023-03-01", "30", "已举办")
            office.drop("A01", "again", ACTIVITIES, [activity], received)
        elif any(asks(one) == "B-NUM-01" for one in office.judged().values()):
            office.answer(next(name for name, one in office.judged().items() if asks(one) == "B-NUM-01"), given[0])
        office.take_in()
        remembered = told(office.standings())
        assert remembered == told(office.standings()) == forgotten(office), f"DRAWN_SEED={SEED}, after {kind} {given}"


def test_a_memory_that_cannot_be_read_is_no_memory(office: Office) -> None:
    office.drop("B01", "b", BUILDINGS, buildings(5000, 6000), "2023-01-28", period="2023-01")
    before = told(list(office.judged().values()))
    (office.home.judgements / "B01.json").write_bytes(b"\x00{")
    assert told(office.standings()) == before
