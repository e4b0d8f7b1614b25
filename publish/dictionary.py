"""The dictionary that ships with the data: what each published column means, in both languages."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import polars as pl

_MEANINGS: Mapping[str, tuple[str, str]] = {
    "release_id": ("发布批次", "Release that holds the row"),
    "kpi_id": ("指标代码", "KPI; see table kpi"),
    "area_type": ("区域类型", "city, district, street, park or building"),
    "area_code": ("区域代码", "Official code of the area; see table area"),
    "breakdown_type": ("分组类型", "What the figure is broken down by; _T is none"),
    "breakdown_code": ("分组代码", "Member of the breakdown; _T is all"),
    "period_type": ("时期类型", "M month, Q single quarter, YTD cumulative, Y year, R12 twelve months, "
                    "HM assessment month, CUM since the programme's start, S a day's stock, "
                    "WINDOW a span of assessment months"),
    "period": ("时期", "Label of the period"),
    "base_period": ("基期", "Period that a change is measured against"),
    "basis": ("可比口径", "ALL, or like for like"),
    "caliber": ("口径", "FED as delivered, DERIVED by the sharing rules, ASSESSED or FULL for hotline rates"),
    "definition_version": ("定义版本", "Version of the definition"),
    "value": ("数值", "The figure, rounded once at storage; rates and growth are fractions"),
    "numerator": ("分子", "Exact numerator of a rate; current level of a change; total of an average"),
    "denominator": ("分母", "Exact denominator of a rate; base level of a change; months of an average"),
    "unit": ("单位", "Unit of the value"),
    "obs_status": ("观测状态", "A normal, P partial period, E estimated, B break, M missing"),
    "conf_status": ("保密状态", "F free, C confidential, N not for publication"),
    "vintage": ("数据版次", "PROVISIONAL, REVISED or FINAL"),
    "as_known_at": ("知悉时点", "What was received until then went into the figure"),
    "window_start": ("起始日", "First day of the period"),
    "window_end": ("截止日(不含)", "First day after the period"),
    "building_set_id": ("楼宇集合", "Frozen list of buildings of a like-for-like figure"),
    "rule_version": ("考核规则", "Assessment rule of a hotline rate"),
    "printed_zh": ("中文表述", "Number, unit and word in Chinese"),
    "printed_en": ("英文表述", "Number, unit and word in English"),
    "note": ("说明", "Why there is no value, or what to bear in mind of it"),
    "published_at": ("发布时间", "When the release was published"),
    "superseded_at": ("被替代时间", "When a later release took the row's place; empty for the current one"),
    "name_zh": ("中文名称", "Chinese name"),
    "name_en": ("英文名称", "English name"),
    "definition_zh": ("中文定义", "Definition in Chinese"),
    "definition_en": ("英文定义", "Definition in English"),
    "old_release_id": ("原发布批次", "Release with the old value"),
    "old_value": ("原值", "Value before the revision"),
    "new_value": ("新值", "Value after the revision"),
    "difference": ("差额", "New value less old value"),
    "reason": ("修订原因", "LATE_DATA, SOURCE_CORRECTION, DEFINITION or ERROR (of the computation)"),
    "parent_code": ("上级区域", "Area that holds this one"),
    "as_of": ("数据截止日", "Last day that the release speaks of"),
    "known_at": ("知悉时点", "What was received until then went into the release"),
    "programme": ("工作项目", "Programme that the release belongs to"),
    "district": ("区", "District of the release"),
    "state": ("状态", "Where the release stands"),
    "is_simulated": ("是否模拟", "Published with demonstration keys from simulated data"),
    "version": ("版本", "Version of this schema"),
    "kpi_group": ("指标组", "E economy, H hotline, G governance, Q quality"),
    "kind": ("指标类型", "How the figure is made of measures"),
    "direction": ("方向", "+ higher is better, - lower is better, 0 neither"),
    "sdc_class": ("保密类别", "P public facts, A counts, M amounts, B bands, X not defined"),
    "audience": ("受众", "Who may see the KPI"),
    "status": ("定义状态", "APPROVED, or UNRESOLVED and then never published"),
    "area_types": ("适用区域", "Kinds of area that the KPI has"),
    "breakdown_types": ("适用分组", "Breakdowns that the KPI has"),
    "period_types": ("适用时期", "Kinds of period that the KPI has"),
    "feeds": ("数据来源", "Feeds that the KPI needs"),
    "change_of": ("变化对象", "KPI whose change this is"),
    "component_type": ("分项类型", "Breakdown whose members are the KPI's own parts"),
    "guard_min": ("最低充足度", "What the KPI must have enough of before it is computed; see table kpi_term"),
    "is_signed": ("可为负", "Whether the figure may fall below zero"),
    "print_unit": ("表述单位", "Unit in print"),
    "print_step": ("表述精度", "Step of rounding in print"),
    "print_word": ("表述用语", "Word in print"),
    "print_unit_en": ("英文单位", "Unit in English print"),
    "table_name": ("表", "Table that the column belongs to"),
    "position": ("序号", "Place of the column in its table"),
    "column_name": ("列", "Name of the column"),
    "data_type": ("数据类型", "Type of the column"),
    "meaning_zh": ("中文含义", "What the column means, in Chinese"),
    "meaning_en": ("英文含义", "What the column means, in English"),
    "figure_key": ("数值标识", "Identity of the figure as one text"),
    "missing_feeds": ("未报送数据源", "Feeds that were not delivered for the period"),
    "quarantined_feeds": ("隔离超限数据源", "Feeds that refused too many rows in the period"),
    "unreconciled_feeds": ("未对平数据源", "Feeds whose totals do not reconcile"),
    "window_start_on": ("起始日", "First day of the period"),
    "window_end_on": ("截止日(不含)", "First day after the period"),
    "base_window_start_on": ("基期起始日", "First day of the base period"),
    "base_window_end_on": ("基期截止日(不含)", "First day after the base period"),
    "columns": ("列数", "Columns of the table"),
    "rows": ("行数", "Rows of the table"),
    "text_zh": ("中文水印", "For whom the file is and what it is, in Chinese"),
    "text_en": ("英文水印", "For whom the file is and what it is, in English"),
    "build": ("计算批次", "Build that the file was made from"),
    "headline_no": ("要闻序号", "Place among the headline figures"),
}  # fmt: skip


SCHEMA = {
    "table_name": pl.String, "position": pl.Int64, "column_name": pl.String, "data_type": pl.String,
    "meaning_zh": pl.String, "meaning_en": pl.String,
}  # fmt: skip


def internal_dictionary(tables: Mapping[str, pl.DataFrame], marts: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Return a row for each column of each internal table: marts say their own meanings, figures those above."""
    said = {(mart["name"], column["name"]): (column["zh"], column["description"])
            for mart in marts for column in mart["columns"]}  # fmt: skip
    return _rows(tables, lambda table, column: said.get((table, column)) or _MEANINGS[column])


def dictionary(tables: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Return a row for each column of each table, itself included: its type and meaning.

    A column of a pivot is a KPI and has its name.
    """
    names = {kpi: (zh, en) for kpi, zh, en in tables["kpi"].select("kpi_id", "name_zh", "name_en").iter_rows()}
    return _rows(tables, lambda _, column: names.get(column) or _MEANINGS[column])


def _rows(tables: Mapping[str, pl.DataFrame], meaning: Callable[[str, str], tuple[str, str]]) -> pl.DataFrame:
    rows = [
        (table, place, column, str(dtype), *meaning(table, column))
        for table, frame in {**tables, "dictionary": pl.DataFrame(schema=SCHEMA)}.items()
        for place, (column, dtype) in enumerate(frame.schema.items(), start=1)
    ]
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")
