"""What a publication must say beside its figures: windows, starts, calibers, vintages and what is withheld."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from common.messages import Language, Message
from publish.facts import Facts, Withheld, say
from publish.headlines import GROUPS

_MONTHS = Message("个考核月", "assessment months")
_CUTS: Mapping[str, Message] = {
    "district": Message("全区", "the district"),
    "street": Message("分街道", "by street"),
    "park": Message("分园区", "by park"),
    "building": Message("分楼宇", "by building"),
    "breakdown": Message("各类分项", "by breakdown"),
}


@dataclass(frozen=True, slots=True)
class Note:
    """A numbered footnote and the KPIs that refer to it."""

    number: int
    text: str
    kpis: tuple[str, ...]


def footnotes(facts: Facts, language: Language, *, simulated: bool) -> list[Note]:
    """Return the footnotes of a bulletin in one language, numbered in the order in which the page refers to them."""
    told = _footnotes(facts, simulated=simulated)
    return [Note(number, say(text, language), kpis) for number, (text, kpis) in enumerate(told, start=1)]


def withheld_lines(facts: Facts, language: Language) -> list[str]:
    """Return what is not published, each line with its reason in plain words."""
    return [say(_withheld_line(withheld), language) for withheld in facts.withheld()]


def assessment_days(facts: Facts) -> Message | None:
    """Say which days an assessment month holds, read from a published one."""
    months = facts.series("building_ticket_cnt", "HM")
    if not months:
        return None
    first: date = months[-1].row["window_start"]
    last: date = months[-1].row["window_end"] - timedelta(days=1)
    if first.day == 1:
        return Message("考核月为自然月", "an assessment month is a calendar month")
    return Message(
        f"考核月为上月{first.day}日至本月{last.day}日",
        f"an assessment month runs from day {first.day} of the month before to day {last.day}",
    )


def _footnotes(facts: Facts, *, simulated: bool) -> Iterator[tuple[Message, tuple[str, ...]]]:
    yield (
        Message(
            "税收按入库月份统计,按入驻关系落到楼宇,退库计为负数;区级税收为其中区级留成部分。",
            "Tax goes by the month of treasury receipt and reaches buildings by occupancy; refunds are negative. "
            "District-level tax is the part that the district retains.",
        ),
        ("building_tax_total", "building_tax_total_yoy", "building_tax_district", "building_tax_district_yoy",
         "district_retained_share"),
    )  # fmt: skip
    yield from _windows(facts)
    yield from _cumulative(facts)
    yield (
        Message(
            "一家企业可同时持有多项资质,各项资质企业数不可相加;申报不等于认定。",
            "An enterprise may hold several titles, so enterprises by title do not add up; to apply is not to be "
            "certified.",
        ),
        ("rating_valid_cnt", "rated_enterprise_distinct_cnt", "nhte_applied_cnt"),
    )
    yield (
        Message(
            "标明“初步数”的数值今后可能修订,届时水平与增速同时修订。",
            "Figures marked provisional may be revised, level and growth together.",
        ),
        (),
    )
    yield (
        Message(
            "数值由精确值一次修约,分项之和可能不等于合计。",
            "Each number is rounded once from the exact value, so parts may not add up to totals.",
        ),
        (),
    )
    if simulated:
        yield (
            Message(
                "本公报全部数据为模拟数据,人员、企业与代码均为虚构。",
                "All data of this bulletin are simulated; persons, enterprises and codes are invented.",
            ),
            (),
        )


def _cumulative(facts: Facts) -> Iterator[tuple[Message, tuple[str, ...]]]:
    start = facts.start_of("CUM")
    if start is None:
        return
    yield (
        Message(
            f"“自成立运行”自{start.year}年{start.month}月{start.day}日起算。",
            f"The programme's start is {start:%-d %B %Y}.",
        ),
        tuple(kpi for _, wanted in GROUPS for kpi, kind, _ in wanted if kind == "CUM"),
    )


def _windows(facts: Facts) -> Iterator[tuple[Message, tuple[str, ...]]]:
    windows = facts.shown("building_ticket_monthly_avg", "WINDOW")
    days = assessment_days(facts)
    if not windows or days is None:
        return
    counted = [(window.when, int(window.row["denominator"] or 0)) for window in windows]
    zh = "、".join(f"{when.zh}({months}{_MONTHS.zh})" for when, months in counted)
    en = " and ".join(f"{when.en} ({months} {_MONTHS.en})" for when, months in counted)
    unequal = len({months for _, months in counted}) > 1
    yield (
        Message(
            f"月均诉求量的窗口为{zh};{days.zh}。" + ("两个窗口月数不同,可能含季节因素。" if unequal else ""),
            f"Monthly means are of {en}; {days.en}."
            + (" The windows differ in length, so the season may play a part." if unequal else ""),
        ),
        ("building_ticket_monthly_avg", "building_ticket_change_rate"),
    )


def _withheld_line(withheld: Withheld) -> Message:
    zh = "、".join(name.zh for name in withheld.names)
    # an English name may hold a comma of its own
    en = "; ".join(name.en for name in withheld.names)
    if withheld.cuts != ("district",):
        cuts = [message for cut, message in _CUTS.items() if cut in withheld.cuts]
        zh += f"({'、'.join(cut.zh for cut in cuts)})"
        en += f" ({', '.join(cut.en for cut in cuts)})"
    return Message(f"{zh}:{withheld.reason.zh}。", f"{en}: {withheld.reason.en}.")
