"""The bulletin's workbook: the public figures for those who work in a spreadsheet, with their notes (SPEC 4.5).

Made from the figures of the release like the bulletin. Nothing in it is a formula; codes and periods are text. A number
stands as a number where a spreadsheet keeps every digit of it, else as text, so that no digit is lost.
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter

from common.decimals import plain
from common.exports import escaped, is_plain_number
from common.files import write_bytes
from common.messages import Message
from publish.columns import KEY
from publish.facts import Fact, Facts
from publish.headlines import headline_facts
from publish.notes import footnotes, withheld_lines

_COLUMNS: Mapping[str, Message] = {
    "kpi_id": Message("指标代码", "KPI"), "name_zh": Message("指标", "Name in Chinese"),
    "name_en": Message("指标英文名", "Name"), "area_type": Message("区域类型", "Kind of area"),
    "area_code": Message("区域代码", "Area"), "area_zh": Message("区域", "Area in Chinese"),
    "breakdown_type": Message("分组类型", "Breakdown"), "breakdown_code": Message("分组代码", "Member"),
    "period": Message("时期", "Period"), "base_period": Message("基期", "Base period"),
    "basis": Message("可比口径", "Basis"), "caliber": Message("口径", "Caliber"),
    "printed_zh": Message("中文表述", "In Chinese print"), "printed_en": Message("英文表述", "In English print"),
    "value": Message("数值", "Value"), "unit": Message("单位", "Unit"), "numerator": Message("分子", "Numerator"),
    "denominator": Message("分母", "Denominator"), "obs_status": Message("观测状态", "Observation"),
    "conf_status": Message("保密状态", "Confidentiality"), "vintage": Message("数据版次", "Vintage"),
    "note": Message("说明", "Note"),
}  # fmt: skip
_CATALOGUE: Mapping[str, Message] = {
    "kpi_id": Message("指标代码", "KPI"), "name_zh": Message("中文名称", "Name in Chinese"),
    "name_en": Message("英文名称", "Name"), "definition_zh": Message("中文定义", "Definition in Chinese"),
    "definition_en": Message("英文定义", "Definition"), "unit": Message("单位", "Unit"),
    "definition_version": Message("定义版本", "Version"), "area_types": Message("适用区域", "Kinds of area"),
    "breakdown_types": Message("适用分组", "Breakdowns"), "period_types": Message("适用时期", "Kinds of period"),
    "feeds": Message("数据来源", "Feeds"),
}  # fmt: skip
_HEADLINE = (
    Message("组", "Group"), Message("指标", "Figure in Chinese"), Message("指标英文名", "Figure"),
    Message("时期", "Period in Chinese"), Message("时期英文", "Period"), Message("中文表述", "In Chinese print"),
    Message("英文表述", "In English print"), Message("数值", "Value"), Message("单位", "Unit"), Message("说明", "Note"),
)  # fmt: skip
_WHAT = Message(
    "“指标”表列出全区不分组数值的各个时期,以及街道、园区和各分组数值的最近一期;全部数值见同一文件夹的 kpi_value.csv。",
    "Sheet figures holds every period of the figures of the whole district, and the newest one of those by street, "
    "park or breakdown; all figures are in kpi_value.csv beside this file.",
)
_NULL = Message(
    "空格不是零:没有数值的原因在“说明”一列。", "An empty cell is no zero: the column Note says why there is no value."
)
_EXACT = Message(
    "比率与增速为小数;位数超出电子表格精度的数写成文字,以免丢失末位。",
    "Rates and growth are fractions; a number with more digits than a spreadsheet keeps is written as text.",
)
_SIMULATED = Message("模拟数据", "simulated data")


def write_workbook(path: Path, facts: Facts, kpi: pl.DataFrame, release_id: str, context: Mapping[str, Any]) -> None:
    """Write the workbook of a release's public figures; the same release gives the same bytes."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        # a workbook says when it was made: this one when its data were known
        known_at = datetime.fromisoformat(context["known_at"]).replace(tzinfo=None)
        book.set_properties({"title": release_id, "author": "Louyu", "created": known_at})
        head = book.add_format({"bold": True, "text_wrap": True, "valign": "vcenter", "bottom": 1})
        text = book.add_format({"num_format": "@", "valign": "top"})
        mark = f" · {_SIMULATED.zh} {_SIMULATED.en}" if context["simulated"] else ""
        title = f"{release_id} · {context['as_of']}{mark}"
        for name, heads, rows in (
            (Message("要闻", "headlines"), _HEADLINE, _headlines(facts)),
            (Message("指标", "figures"), list(_COLUMNS.values()), _figures(facts)),
            (Message("目录", "catalogue"), list(_CATALOGUE.values()), kpi.select(list(_CATALOGUE)).iter_rows()),
            (Message("注", "notes"), (Message("中文", "In Chinese"), Message("英文", "In English")),
             _notes(facts, simulated=bool(context["simulated"]))),
        ):  # fmt: skip
            page = book.add_worksheet(f"{name.zh} {name.en}")
            page.write_string(0, 0, title, book.add_format({"bold": True}))
            for place, one in enumerate(heads):
                page.write_string(1, place, f"{one.zh}\n{one.en}", head)
            _fill(page, rows, text)
            page.set_row(1, 32)
            page.set_column(0, len(heads) - 1, 60 if len(heads) == len(("zh", "en")) else 18)
            page.freeze_panes(2, 1)
    write_bytes(path, content.getvalue())


def _fill(page: Any, rows: Iterable[Sequence[Any]], text: Any) -> None:
    for at, row in enumerate(rows, start=2):
        for place, value in enumerate(row):
            if value is None or value == "":
                continue
            said = plain(value) if isinstance(value, Decimal) else str(value)
            if isinstance(value, Decimal) and is_plain_number(said):
                page.write_number(at, place, float(said))
            else:
                page.write_string(at, place, escaped(said), text)


def _headlines(facts: Facts) -> Iterable[Sequence[Any]]:
    for group, held in headline_facts(facts):
        for name, fact in held:
            yield (f"{group.zh} {group.en}", name.zh, name.en, *_when(fact), fact.printed.zh, fact.printed.en,
                   fact.row["value"], fact.row["unit"], fact.row["note"])  # fmt: skip


def _when(fact: Fact) -> tuple[str, str]:
    against = fact.against
    if against is None:
        return fact.when.zh, fact.when.en
    return f"{fact.when.zh}较{against.zh}", f"{fact.when.en} against {against.en}"


def _figures(facts: Facts) -> Iterable[Sequence[Any]]:
    """Yield the figures of the whole district, and of all others those of the newest period of their kind."""
    series = [name for name in KEY if name not in ("period", "base_period")]
    is_whole = (pl.col("area_type") == "district") & (pl.col("breakdown_type") == "_T")
    is_newest = pl.col("window_end") == pl.col("window_end").max().over(series)
    shown = facts.figures.filter(is_whole | is_newest).sort(
        "kpi_id", ~is_whole, "area_type", "area_code", "breakdown_type", "breakdown_code", "window_end", *KEY,
        nulls_last=True,
    )  # fmt: skip
    for row in shown.iter_rows(named=True):
        name, area = facts.kpi_name(row["kpi_id"]), facts.area_name(row["area_type"], row["area_code"])
        told = {**row, "name_zh": name.zh, "name_en": name.en, "area_zh": area.zh}
        yield [told[column] for column in _COLUMNS]


def _notes(facts: Facts, *, simulated: bool) -> Iterable[Sequence[str]]:
    yield from ((one.zh, one.en) for one in (_WHAT, _NULL, _EXACT))
    notes = (footnotes(facts, "zh", simulated=simulated), footnotes(facts, "en", simulated=simulated))
    yield from ((zh.text, en.text) for zh, en in zip(*notes, strict=True))
    yield from zip(withheld_lines(facts, "zh"), withheld_lines(facts, "en"), strict=True)
