"""Titles that enterprises apply for and hold, in the batch lists of the bureaux that grant them (R01).

The facts avoid everything that two readers could date differently: whoever applies for a high-tech title
in 2023 had no application before, and all stages of one batch lie in one year.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count
from random import Random

from sample.delivery import DISTRICT, Delivery, signatures
from sample.draw import deal, dice
from sample.enterprises import Enterprise, Role
from sample.forms import Cell, Row, Sheet, Workbook
from sample.names import people
from sample.targets import (
    EXPIRED_TITLES,
    HIGH_TECH,
    HIGH_TECH_APPLICANTS_2023,
    HIGH_TECH_INNOVATIVE,
    HIGH_TECH_SPECIALISED,
    SMALL_GIANTS,
    SPECIALISED,
    SPECIALISED_SMALL_GIANTS,
)
from sample.tenancy import Tenancy
from sample.timeline import office_hour, position
from sample.words import Notation, Words, spell


@dataclass(frozen=True, slots=True)
class _Stage:
    """That some enterprises came to a stage on the way to, in or out of a title."""

    rating: str
    batch: str
    stage: str
    day: date
    holders: Sequence[Enterprise]


@dataclass(frozen=True, slots=True)
class _List:
    """A list as one bureau sends it."""

    subject: str
    sent_on: date
    sender: str
    source: str
    stages: tuple[_Stage, ...]
    has_codes: bool = True
    has_validity: bool = False


@dataclass(frozen=True, slots=True)
class _Holders:
    """Enterprises by what becomes of their titles."""

    giants: list[Enterprise]
    specialised: list[Enterprise]
    innovative: list[Enterprise]
    high_tech: list[Enterprise]
    """Those with a valid high-tech title in the end, by the year of their certificates."""
    applicants: list[Enterprise]
    """Those who apply in 2023 and wait; the first sixty to succeed their titles of 2020."""
    refused: list[Enterprise]
    lapsed: list[Enterprise]
    withdrawn: list[Enterprise]
    unhoused: list[Enterprise]
    """In no building, in none in statistics, or no longer."""


_RENEWED, _REAPPLYING = 14, 60
_ECONOMY, _SCIENCE = "区经信局", "区科委"


def _draw_holders(seed: int, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> _Holders:
    rng = dice(seed, "ratings")
    special_count = SPECIALISED - SPECIALISED_SMALL_GIANTS + SMALL_GIANTS
    plain_count = HIGH_TECH - HIGH_TECH_SPECIALISED - HIGH_TECH_INNOVATIVE
    waiting = HIGH_TECH_APPLICANTS_2023 - len(_OF_2023) - _REAPPLYING
    sizes = special_count, HIGH_TECH_INNOVATIVE, plain_count, waiting, 40, 40, EXPIRED_TITLES, 4
    special, innovative, plain, new, novices, refused, lapsed, withdrawn = deal(rng, tenancy.settled, *sizes)
    high_tech = rng.sample([*special[-HIGH_TECH_SPECIALISED:], *innovative, *plain], HIGH_TECH)
    nowhere = [one for one in enterprises if one.role is Role.REGISTERED and one.entity_type != "SOLE_TRADER"]
    outside = [one for one in enterprises if one.role is Role.OUTSIDER]
    return _Holders(
        giants=special[:SPECIALISED_SMALL_GIANTS] + special[SPECIALISED:],
        specialised=special[:SPECIALISED],
        innovative=innovative + novices,
        high_tech=high_tech,
        applicants=high_tech[:_REAPPLYING] + new,
        refused=refused,
        lapsed=lapsed,
        withdrawn=withdrawn,
        unhoused=rng.sample(nowhere, 6) + rng.sample(outside, 2) + rng.sample(tenancy.leavers, 3),
    )


_OF_2020, _OF_2021, _OF_2022, _OF_2023 = range(70), range(70, 170), range(170, 260), range(260, HIGH_TECH)
"""Places of the holders of a valid high-tech title by the year of their certificates."""


def _lists(known: _Holders) -> list[_List]:
    """Return the lists in which the bureaux tell it, in the order of their days."""
    unhoused, lapsed, withdrawn, applicants = known.unhoused, known.lapsed, known.withdrawn, known.applicants
    of_2020, of_2021, of_2022, of_2023 = (
        known.high_tech[places.start : places.stop] for places in (_OF_2020, _OF_2021, _OF_2022, _OF_2023)
    )
    went_through = of_2023[:30]
    return [
        _List("高新技术企业_存量2020", date(2022, 1, 18), _SCIENCE, "京科发〔2020〕116号", (
            _Stage("NHTE", "2020年第一批", "CERTIFIED", date(2020, 7, 31), lapsed[:2]),
            _Stage("NHTE", "2020年第二批", "CERTIFIED", date(2020, 9, 30), lapsed[2:3]),
            _Stage("NHTE", "2020年第三批", "CERTIFIED", date(2020, 12, 2), of_2020),
        ), has_validity=True),
        _List("高新技术企业_存量2021", date(2022, 1, 18), _SCIENCE, "京科发〔2021〕98号", (
            _Stage("NHTE", "2021年第二批", "CERTIFIED", date(2021, 10, 25), [*of_2021, *unhoused[:3], unhoused[8]]),
        ), has_codes=False),
        _List("专精特新_存量", date(2022, 1, 20), _ECONOMY, "京经信发〔2021〕55号", (
            _Stage("SRDI_BJ", "2020年第一批", "CERTIFIED", date(2020, 6, 30), lapsed[3:]),
            _Stage("SRDI_BJ", "2020年第二批", "CERTIFIED", date(2020, 7, 10), known.specialised[:_RENEWED]),
            _Stage("SRDI_BJ", "2021年第五批", "CERTIFIED", date(2021, 10, 15), known.specialised[_RENEWED:44]),
            _Stage("SRDI_BJ", "2021年第五批", "CERTIFIED", date(2021, 10, 15), [*withdrawn[:2], *unhoused[3:5]]),
        )),
        _List("小巨人_存量", date(2022, 1, 20), _ECONOMY, "工信部企业函〔2021〕197号", (
            _Stage("SG_NATIONAL", "第二批", "CERTIFIED", date(2020, 8, 1), known.giants[:2]),
            _Stage("SG_NATIONAL", "第三批", "CERTIFIED", date(2021, 7, 19), [*known.giants[2:5], unhoused[5]]),
        ), has_validity=True),
        _List("高新技术企业_2022年申报", date(2022, 7, 12), _SCIENCE, "石科信〔2022〕17号", (
            _Stage("NHTE", "2022年第三批", "APPLIED", date(2022, 6, 24), [*of_2022, *known.refused, unhoused[6]]),
        )),
        _List("专精特新_2022", date(2022, 9, 27), _ECONOMY, "京经信发〔2022〕63号", (
            _Stage("SG_NATIONAL", "第四批", "CERTIFIED", date(2022, 8, 9), known.giants[5:]),
            _Stage("SRDI_BJ", "2022年第二批", "CERTIFIED", date(2022, 9, 13), [*known.specialised[44:], unhoused[7]]),
        ), has_validity=True),
        _List("创新型中小企业_2022", date(2022, 11, 15), _ECONOMY, "京经信发〔2022〕78号", (
            _Stage("INNOVATIVE_SME", "2022年第一批", "CERTIFIED", date(2022, 10, 21), known.innovative[:170]),
            _Stage("INNOVATIVE_SME", "2022年第一批", "CERTIFIED", date(2022, 10, 21), [*withdrawn[2:], *unhoused[9:]]),
        ), has_codes=False),
        _List("高新技术企业_2022年公示", date(2022, 11, 22), _SCIENCE, "京科高字〔2022〕31号", (
            _Stage("NHTE", "2022年第三批", "PUBLICISED", date(2022, 11, 10), [*of_2022, unhoused[6]]),
        )),
        _List("高新技术企业_2022年认定", date(2022, 12, 20), _SCIENCE, "京科发〔2022〕104号", (
            _Stage("NHTE", "2022年第三批", "CERTIFIED", date(2022, 12, 1), [*of_2022, unhoused[6]]),
        ), has_validity=True),
        _List("资质撤销名单", date(2023, 4, 11), _ECONOMY, "京经信函〔2023〕12号", (
            _Stage("SRDI_BJ", "2021年第五批", "WITHDRAWN", date(2023, 3, 28), withdrawn[:2]),
            _Stage("INNOVATIVE_SME", "2022年第一批", "WITHDRAWN", date(2023, 3, 28), withdrawn[2:]),
        )),
        _List("高新技术企业_2023年申报", date(2023, 6, 8), _SCIENCE, "石科信〔2023〕9号", (
            _Stage("NHTE", "2023年第一批", "APPLIED", date(2023, 5, 19), [*went_through, *applicants[:200]]),
        )),
        _List("高新技术企业_2023年推荐公示", date(2023, 7, 25), _SCIENCE, "京科高字〔2023〕15号", (
            _Stage("NHTE", "2023年第一批", "RECOMMENDED", date(2023, 6, 20), [*went_through, *applicants[:90]]),
            _Stage("NHTE", "2023年第一批", "PUBLICISED", date(2023, 7, 14), went_through),
        )),
        _List("高新技术企业_2023年第二批申报", date(2023, 9, 12), _SCIENCE, "石科信〔2023〕21号", (
            _Stage("NHTE", "2023年第二批", "APPLIED", date(2023, 8, 25), [*applicants[60:72], *applicants[200:]]),
        ), has_codes=False),
        _List("高新技术企业_2023年认定", date(2023, 9, 19), _SCIENCE, "京科发〔2023〕77号", (
            _Stage("NHTE", "2023年第一批", "CERTIFIED", date(2023, 8, 21), of_2023),
        ), has_validity=True),
        _List("专精特新_2023复核", date(2023, 10, 12), _ECONOMY, "京经信发〔2023〕59号", (
            _Stage("SG_NATIONAL", "第二批复核", "RENEWED", date(2023, 7, 14), known.giants[:2]),
            _Stage("SRDI_BJ", "2023年复核", "RENEWED", date(2023, 9, 15), known.specialised[:_RENEWED]),
            _Stage("INNOVATIVE_SME", "2023年第二批", "CERTIFIED", date(2023, 9, 22), known.innovative[170:]),
        )),
    ]  # fmt: skip


def rating_deliveries(seed: int, enterprises: Sequence[Enterprise], tenancy: Tenancy) -> list[Delivery]:
    """Return the lists of titles (R01)."""
    rng = dice(seed, "R01")
    staff = [who.name for who in people(rng, 2)]
    certificates = count(rng.randint(1_000, 4_000))

    def delivery(at: int, sent: _List) -> Delivery:
        rows = list(_rows(rng, sent, at, certificates))
        return Delivery(
            "R01",
            f"{DISTRICT}_R01{sent.subject}.xlsx",
            office_hour(rng, sent.sent_on),
            sent.sender,
            lambda: Workbook([_sheet(sent, at, rows, signatures(*staff))]),
        )

    return [delivery(at, sent) for at, sent in enumerate(_lists(_draw_holders(seed, enterprises, tenancy)))]


def _columns(sent: _List) -> tuple[str, ...]:
    return (
        "enterprise_name",
        *(("uscc",) if sent.has_codes else ()),
        *("rating_code", "batch", "stage", "grant_date"),
        *(("valid_from", "valid_to", "certificate_no") if sent.has_validity else ()),
        "source_doc",
    )


def _rows(rng: Random, sent: _List, variant: int, certificates: Iterator[int]) -> Iterator[Row]:
    words = Words("R01", variant % 2)
    notation: Notation = "zh" if variant % 2 else "iso"
    month = max(position(sent.sent_on), 0)
    titles = [(step, holder) for step in sent.stages for holder in step.holders]
    for number, (step, holder) in enumerate(rng.sample(titles, len(titles)), 1):
        cells: dict[str, Cell] = {
            "enterprise_name": holder.name_in(month),
            "uscc": holder.code,
            "rating_code": words.value("rating_code", step.rating),
            "batch": step.batch,
            "stage": words.value("stage", step.stage),
            "grant_date": spell(step.day, notation),
            "valid_from": spell(step.day, notation),
            "valid_to": spell(step.day.replace(year=step.day.year + 3), notation),
            "certificate_no": f"GR{step.day.year}11{next(certificates):06d}" if step.rating == "NHTE" else None,
            "source_doc": sent.source,
        }
        yield number, *(cells[column] for column in _columns(sent))


def _sheet(sent: _List, variant: int, rows: Sequence[Row], signed: tuple[str, str, str]) -> Sheet:
    words = Words("R01", variant % 2)
    return Sheet(
        feed="R01",
        name="名单",
        lines=(f"石景山区企业资质名单（{sent.subject.replace('_', ' ')}）", f"发布依据：{sent.source}"),
        header=("序号", *words.headers(*_columns(sent))),
        rows=rows,
        signatures=signed,
    )
