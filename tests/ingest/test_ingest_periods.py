"""Which period a delivery speaks of, in titles, names, sidecar and rows (B-PER-01, B-PER-02; SPEC 3.0, 3.2)."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ingest_making import BUILDING_ROWS, BUILDINGS, CODES, TAX, TAX_ROWS, csv_bytes, found, take, values

from common.periods import month_end
from ingest.outcome import Outcome
from ingest.values.spans import as_at, last_day, named_spans, parse_span

JULY, SEPTEMBER = (date(2023, 7, 1), date(2023, 7, 31)), (date(2023, 9, 1), date(2023, 9, 30))
QUARTER, YEAR = (date(2023, 7, 1), date(2023, 9, 30)), (date(2023, 1, 1), date(2023, 9, 30))


@pytest.mark.parametrize(("text", "spans"), [
    ("石景山区2023年9月楼宇企业税收", {SEPTEMBER}), ("税收_202309_v02_财政局", {SEPTEMBER}), ("2023-09", {SEPTEMBER}),
    ("2023.09", {SEPTEMBER}), ("T01_2023_09", {SEPTEMBER}), ("２０２３年９月", {SEPTEMBER}),
    ("二〇二三年九月楼宇税收", {SEPTEMBER}), ("二零二三年九月", {SEPTEMBER}), ("二〇二三年三季度", {QUARTER}),
    ("填报日期：二〇二三年十月十二日", set()), ("二〇二二年十二月", {(date(2022, 12, 1), date(2022, 12, 31))}),
    ("2023年1—9月", {YEAR}), ("2023年1-9月累计", {YEAR}), ("2023年前三季度", {YEAR}), ("2023-YTD09", {YEAR}),
    ("2023年第一至三季度", {YEAR}), ("2023年三季度", {QUARTER}), ("2023年第3季度", {QUARTER}), ("2023Q3", {QUARTER}),
    ("2023年7月至9月", {QUARTER}), ("202307-202309", {QUARTER}), ("2023年7月—2023年9月", {QUARTER}),
    ("2023年上半年", {(date(2023, 1, 1), date(2023, 6, 30))}),
    ("2023年9月（上年同期2022年9月）", {SEPTEMBER, (date(2022, 9, 1), date(2022, 9, 30))}),
    ("填报日期：2023年10月12日", set()), ("20231012", set()), ("2023-10-12", set()), ("2023.10.12导出", set()),
    ("截至2023年9月30日", set()), ("20230900012", set()), ("2023年度", set()), ("楼宇企业税收", set()), ("", set()),
    ("GD2023091200123", set()), ("2023年13月", set()),
])  # fmt: skip
def test_a_title_or_a_name_speaks_of_these_periods(text: str, spans: set[Any]) -> None:
    assert named_spans(text) == spans


@pytest.mark.parametrize(("text", "day"), [
    ("截至2023年9月30日", date(2023, 9, 30)), ("（截止2023-09-28）", date(2023, 9, 28)),
    ("截至2023年9月", date(2023, 9, 30)),
    ("截至二〇二三年九月三十日", date(2023, 9, 30)), ("截至目前", None), ("2023年9月", None),
])  # fmt: skip
def test_a_snapshot_is_of_the_day_after_its_word(text: str, day: date | None) -> None:
    assert as_at(text) == day


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)), st.integers(0, 900))
def test_two_days_are_a_span_however_they_are_written(start: date, days: int) -> None:
    end = start + timedelta(days=days)
    for between in ("至", "到", "~", "—", " - "):
        assert parse_span(f"{start}{between}{end}") == (start, end)
        assert parse_span(
            f"{start.year}年{start.month}月{start.day}日{between}{end.year}年{end.month}月{end.day}日"
        ) == (start, end)
    assert parse_span(f"{start:%Y%m%d}-{end:%Y%m%d}") == (start, end)
    assert parse_span(f"{start:%Y.%m.%d}-{end:%Y.%m.%d}") == (start, end)
    assert parse_span(str(start)) == (start, start)
    assert parse_span(f"{start:%Y-%m}") == (start.replace(day=1), month_end(start))
    assert last_day(f"{start:%Y年%m月}") == month_end(start)
    if days:
        assert parse_span(f"{end}至{start}") is None


@pytest.mark.parametrize(
    "text", ["", "abc", "关于2023年9月", "2023-13", "2023-09-01至", "至今", "9月", "2023-09-01至09-30"]
)
def test_what_is_no_span_is_none(text: str) -> None:
    assert parse_span(text) is None


@given(st.text("0123456789年月日季度至—-QYTD截上半前 ./", max_size=24))
def test_whatever_looks_like_a_span_never_breaks_the_reader(text: str) -> None:
    for span in (*named_spans(text), *filter(None, [parse_span(text)])):
        assert span[0] <= span[1]


@pytest.mark.parametrize(("text", "first", "last"), [
    ("2023-07-01至2023-09-30", date(2023, 7, 1), date(2023, 9, 30)), ("2023年8月", date(2023, 8, 1), date(2023, 8, 31)),
    ("2023年三季度", date(2023, 7, 1), date(2023, 9, 30)), ("2023年度", date(2023, 1, 1), date(2023, 12, 31)),
])  # fmt: skip
def test_a_tax_period_in_one_cell_is_its_two_days(text: str, first: date, last: date) -> None:
    outcome = take("T01", csv_bytes((*TAX, "税款所属期"), (*TAX_ROWS[0], text)))
    assert (values(outcome, "tax_period_start"), values(outcome, "tax_period_end")) == ([first], [last])
    assert {note["column"] for note in found(outcome, "B-DAT-01")} == {"税款所属期"}


def test_two_columns_win_over_one_and_a_bad_span_waits_at_its_cell() -> None:
    header = (*TAX, "税款所属期", "所属期起", "所属期止")
    both = take("T01", csv_bytes(header, (*TAX_ROWS[0], "2022年", "2023-08-01", "2023-08-31")))
    assert values(both, "tax_period_start") == [date(2023, 8, 1)]
    bad = take("T01", csv_bytes((*TAX, "税款所属期"), (*TAX_ROWS[0], "秋天"), (*TAX_ROWS[1], "2023-08")))
    assert (bad.accepted, bad.quarantined) == (1, 1)
    assert {(f["rule_id"], f["column"], f["cell"]) for f in bad.findings.filter(action="QUARANTINE").to_dicts()} == {
        ("B-DAT-02", "税款所属期", "F2")
    }


def month_of(
    months: tuple[str, ...], title: str = "", name: str = "税收.csv", header: str = TAX[4], **sidecar: Any
) -> Outcome:
    """Tax of some months under a title, in a file of some name."""
    rows = [(CODES[n % 4], "甲公司", "增值税", month, "1.00") for n, month in enumerate(months)]
    return take("T01", csv_bytes(*([[title]] if title else []), (*TAX[:4], header), *rows), name, **sidecar)


def asked(outcome: Outcome) -> list[str]:
    return [question.rule_id for question in outcome.questions]


AGREE = [
    (("2023-09",), "2023年9月税收", "税收_202309.csv", "2023-09"), (("2023-09",), "", "税收.csv", None),
    (("2023-09",), "2023年三季度税收", "税收.csv", None),
    (("2023-07", "2023-08", "2023-09"), "2023年1—9月税收", "x_202309", None),
    (("2023-09",), "2023年9月税收 填报日期：2023年10月10日", "税收_20231010.csv", "2023-Q3"),
    (("2023-08", "2023-09"), "2023年9月税收", "税收.csv", "2023-09"),
    (("2023-09",), "2023年9月（同期2022年9月）", "税收.csv", None),
    (("2023-09",), "2022年9月与2023年8月对比", "税收.csv", None), (("2023-09",), "", "税收.csv", "2023-09-30"),
]  # fmt: skip
DISAGREE = [
    (("2023-09",), "2023年8月税收", "税收.csv", None), (("2023-09",), "", "税收_202308.csv", None),
    (("2023-09",), "", "税收.csv", "2023-08"), (("2023-09",), "2023年9月税收", "税收_202308.csv", None),
    (("2023-09",), "2023年9月税收", "税收.csv", "2023-08"), (("2023-09",), "2023年二季度", "税收.csv", None),
    (("2022-08", "2022-09"), "2023年9月税收", "税收.csv", None),
]  # fmt: skip


@pytest.mark.parametrize(("months", "title", "name", "period"), AGREE)
def test_parts_that_fit_together_raise_no_question(
    months: tuple[str, ...], title: str, name: str, period: str | None
) -> None:
    assert "B-PER-01" not in asked(month_of(months, title, name, period=period))


@pytest.mark.parametrize(("months", "title", "name", "period"), DISAGREE)
def test_parts_that_speak_of_different_months_are_asked_about_and_the_rows_are_read(
    months: tuple[str, ...], title: str, name: str, period: str | None
) -> None:
    outcome = month_of(months, title, name, period=period)
    assert asked(outcome) == ["B-PER-01"]
    assert (outcome.status, outcome.accepted) == ("ACCEPTED", len(months))
    assert [finding["action"] for finding in found(outcome, "B-PER-01")] == ["HOLD"]


def test_the_question_names_what_each_part_says() -> None:
    [finding] = found(month_of(("2023-09",), "2023年8月税收", "税收_202307.csv", period="2023-Q3"), "B-PER-01")
    assert finding["message_zh"] == "标题为2023-08,数据为2023-09,文件名为2023-07,申报为2023-07/2023-09,请确认所属月份。"
    assert finding["message_en"] == (
        "Title says 2023-08, data 2023-09, file name 2023-07, the sender 2023-07/2023-09; confirm the period."
    )


@pytest.mark.parametrize(("title", "name", "period", "question"), [
    ("楼宇台账（截至2023年9月30日）", "台账_202309.csv", "2023-09-30", False),
    ("楼宇台账（截至2023年9月30日）", "台账_202308.csv", None, True),
    ("楼宇台账（截至2023年9月30日）", "台账.csv", "2023-08-31", True),
    ("2023年9月楼宇台账", "台账_202309.csv", None, False),
    ("2023年9月楼宇台账", "台账_202308.csv", None, True), ("楼宇台账", "台账_20231010.csv", "2023-09", False),
])  # fmt: skip
def test_a_snapshot_is_asked_about_where_its_day_is_of_another_month(
    title: str, name: str, period: str | None, question: bool
) -> None:
    outcome = take("B01", csv_bytes([title], BUILDINGS, *BUILDING_ROWS), name, period=period)
    assert asked(outcome) == ["B-PER-01"] * question


@pytest.mark.parametrize(("months", "title", "header", "question"), [
    (("2023-09",), "2023年1—9月税收", TAX[4], True), (("2023-09",), "2023年9月税收累计", TAX[4], True),
    (("2023-09",), "", "全口径税收(本年累计)", True), (("2023-09",), "2023年前三季度税收", TAX[4], True),
    (("2023-09",), "2023年9月税收", TAX[4], False), (("2023-09",), "2023年三季度税收", TAX[4], False),
    (("2023-08", "2023-09"), "2023年1—9月税收", TAX[4], False),
    (("2023-09",), "2023年1—9月税收", "全口径税收(本月)", False), (("2023-01",), "2023年1月税收", TAX[4], False),
    (("2023-09",), "", "本年累计全口径税收", True), (("2023-09",), "", "1—9月全口径税收", True),
    (("2023-09",), "", "全口径税收/累计", True), (("2023-09",), "", "全口径税收累计数", True),
])  # fmt: skip
def test_a_month_that_is_called_cumulative_is_asked_about(
    months: tuple[str, ...], title: str, header: str, question: bool
) -> None:
    outcome = month_of(months, title, header=header)
    assert asked(outcome) == ["B-PER-02"] * question
    for finding in found(outcome, "B-PER-02"):
        assert "—倍" not in finding["message_zh"]
        assert finding["message_en"].startswith("Looks cumulative (")
