"""Listed and quoted enterprises, in the quarterly list of the financial affairs office (R02)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import dice
from sample.enterprises import Enterprise, Role
from sample.forms import Row, Sheet, Workbook
from sample.names import people
from sample.tenancy import Tenancy
from sample.timeline import next_working_day, office_hour, position
from sample.words import Words, spell

_QUARTER_ENDS = (
    date(2021, 12, 31), date(2022, 3, 31), date(2022, 6, 30), date(2022, 9, 30),
    date(2022, 12, 31), date(2023, 3, 31), date(2023, 6, 30), date(2023, 9, 30),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Listing:
    """A security of an enterprise on one board."""

    enterprise: Enterprise
    board: str
    code: str
    listed_on: date
    delisted_on: date | None = None


def invent_listings(seed: int, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> list[Listing]:
    """Draw the listings: in 2023 one enterprise in a building goes public for the first time.

    Beside it, 2023 sees a second board of a listed enterprise, a quotation, and the first listing of an
    enterprise that is in no building.
    """
    rng = dice(seed, "listings")
    main, star, growth, quoted, left, regional, overseas, newcomer, base = rng.sample(tenancy.settled, 9)
    absent = [one for one in enterprises if one.role is Role.REGISTERED and one.entity_type != "SOLE_TRADER"]
    elsewhere = rng.choice(absent)

    def code(prefix: str, length: int = 6) -> str:
        digits = length - len(prefix)
        return f"{prefix}{rng.randrange(10**digits):0{digits}d}"

    went_public = date(2023, 5, rng.randint(8, 26))
    return [
        Listing(main, "SSE_MAIN", code("600"), date(2010, 6, 8)),
        Listing(growth, "CHINEXT", code("300"), date(2016, 11, 3)),
        Listing(overseas, "SZSE_MAIN", code("000"), date(2012, 3, 21)),
        Listing(newcomer, "NEEQ_INNOV", code("83"), date(2019, 8, 15), went_public),
        Listing(left, "NEEQ_BASE", code("43"), date(2015, 1, 20), date(2022, 11, 18)),
        Listing(quoted, "NEEQ_BASE", code("87"), date(2022, 2, 25)),
        Listing(regional, "REGIONAL", code("Z"), date(2022, 5, 30)),
        Listing(star, "STAR", code("688"), date(2022, 8, 12)),
        Listing(main, "HKEX", code("02", 5), date(2023, 2, 17)),
        Listing(newcomer, "BSE", code("83"), went_public),
        Listing(elsewhere, "CHINEXT", code("301"), date(2023, 7, 6)),
        Listing(base, "NEEQ_BASE", code("87"), date(2023, 8, 30)),
    ]


def listing_deliveries(seed: int, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> list[Delivery]:
    """Return the quarterly lists (R02), from the end of 2021 on."""
    rng = dice(seed, "R02")
    listings = invent_listings(seed, enterprises, tenancy)
    staff = [who.name for who in people(rng, 2)]

    def delivery(day: date) -> Delivery:
        return Delivery(
            "R02",
            f"{DISTRICT}_R02上市挂牌企业_{day:%Y%m}_金融办.xlsx",
            office_hour(rng, next_working_day(day + timedelta(days=13))),
            "区金融办",
            lambda: Workbook([_sheet(day, listings, signatures(*staff))]),
            period=day.isoformat(),
        )

    return [delivery(day) for day in _QUARTER_ENDS]


def _sheet(day: date, listings: Sequence[Listing], signed: tuple[str, str, str]) -> Sheet:
    words = Words("R02", day.year % 2)
    shown = sorted((one for one in listings if one.listed_on <= day), key=lambda one: one.listed_on)
    rows: list[Row] = [
        (
            number,
            one.enterprise.name_in(position(day)),
            one.enterprise.code if number % 3 else None,
            words.value("exchange", one.board),
            one.code,
            spell(one.listed_on, "dot"),
            spell(one.delisted_on, "dot") if one.delisted_on and one.delisted_on <= day else None,
        )
        for number, one in enumerate(shown, 1)
    ]
    columns = ("enterprise_name", "uscc", "exchange", "code", "listed_on", "delisted_on")
    return Sheet(
        feed="R02",
        name="上市挂牌",
        lines=(f"石景山区上市挂牌企业名单（截至{spell(day, 'zh')}）",),
        header=("序号", *words.headers(*columns)),
        rows=rows,
        signatures=signed,
    )
