"""Other texts with other mistakes have theirs found, and correct ones none, in either language (SPEC 0.6, 4.3)."""

import pytest
from replay_knowing import checked, gates, unreleased

MISTAKES = (
    # number and unit word
    ("2023年第三季度,楼宇税收总额约2056亿元。", "G-UNIT"),
    ("2023年第三季度,楼宇税收总额约205.6亿元。", "G-UNIT"),
    ("2023年第三季度,楼宇税收总额约20.56万元。", "G-UNIT"),
    ("2023年第三季度,楼宇税收总额约26.50亿元。", "G-WORD"),
    ("2023年第三季度,楼宇税收总额约26.50亿。", "G-WORD"),
    ("截至9月底,参与活动人次超5万。", "G-WORD"),
    ("截至2023年9月30日,全区287座楼宇。", "G-WORD"),
    ("截至2023年9月30日,全区商务楼宇287座。", "G-WORD"),
    ("截至2023年9月30日,全区商务楼宇二百八十七座。", "G-WORD"),
    ("截至2023年9月30日,全区商务楼宇２８７座。", "G-WORD"),
    ("截至2023年9月30日,全区商务楼宇2780座。", "G-UNIT"),
    ("截至2023年9月底,累计开展活动1537场,参与41260人。", "G-UNIT"),
    ("2023年9月考核期,满意率提高5%。", "G-UNIT"),
    ("2023年9月考核期,满意率855%。", "G-RATIO"),
    ("八宝山街道楼宇43座。", "G-WORD"),
    ("In the third quarter of 2023 building tax was RMB 20.56 billion.", "G-UNIT"),
    ("In Q3 2023 building tax was about RMB 2.056 million.", "G-UNIT"),
    ("As at 30 September 2023 there were 48 building committees.", "G-WORD"),
    ("As at 30 September 2023 the occupancy rate was 86.4%.", "G-WORD"),
    # wording
    ("2023年第三季度,楼宇税收总额近20.56亿元。", "G-WORD"),
    ("2023年第三季度,楼宇税收总额突破21亿元。", "G-WORD"),
    ("截至2023年9月底,累计开展活动1600余场。", "G-WORD"),
    ("截至2023年9月底,累计开展活动近1500场。", "G-WORD"),
    ("截至2023年9月底,累计开展活动达1538场。", "G-WORD"),
    ("As at 30 September 2023 there were nearly 80 building committees.", "G-WORD"),
    ("2023年第三季度,楼宇税收总额同比翻番。", "G-WORD"),
    ("2023年第三季度,楼宇税收总额同比增长1.81倍。", "G-WORD"),
    ("2023年第三季度,区级税收约5.15亿元,同比增长2.15倍。", "G-WORD"),
    ("In Q3 2023 building tax more than doubled.", "G-WORD"),
    # arithmetic of what is printed
    ("月均诉求由2022年的221件下降到2023年1—9月考核期的103件,下降近53%。", "G-WORD"),
    ("企业由100家增加到150家,增长60%。", "G-WORD"),
    ("Tax rose from RMB 1.00 billion to RMB 1.50 billion, an increase of 60%.", "G-WORD"),
    ("2023年第三季度,楼宇税收20.56亿元,区级税收5.15亿元,区级留成占比28.0%。", "G-WORD"),
    ("In Q3 2023 building tax was about RMB 2.056 billion, down about 81% on the year.", "G-WORD"),
    # period
    ("2023年第二季度,楼宇税收总额约20.56亿元。", "G-PERIOD"),
    ("2023年前三季度,楼宇税收总额约20.56亿元。", "G-PERIOD"),
    ("第三季度,楼宇税收总额约20.56亿元。", "G-PERIOD"),
    ("楼宇税收总额约20.56亿元。", "G-PERIOD"),
    ("2024年第一季度,楼宇税收总额约20.56亿元。", "G-PERIOD"),
    ("In Q2 2023 building tax was about RMB 2.056 billion.", "G-PERIOD"),
    ("月均诉求由221件下降到103件。", "G-WINDOW"),
    # claims
    ("12345诉求大幅下降。", "G-CLAIM"),
    ("Building tax grew rapidly.", "G-CLAIM"),
    ("In Q3 2023 building tax grew slightly, up about 81%.", "G-CLAIM"),
    ("2023年第三季度,楼宇税收大幅下降,同比增长约81%。", "G-CLAIM"),
    ("我区实现楼宇党组织、楼委会、工作站全覆盖。", "G-COVER"),
    ("截至2022年12月31日,实现“三驾马车”全覆盖。", "G-COVER"),
    # what a figure is
    ("截至2023年9月30日,国家级小巨人企业8家、专精特新企业74家,共82家。", "G-DEDUP"),
    ("截至2023年9月30日,有效高新技术企业359家。", "G-WORD"),
    ("截至2023年9月30日,一类挂牌企业4家。", "G-DEF"),
    ("2023年第三季度,八宝山街道楼宇税收3.2亿元。", "G-SDC"),
    # plausibility
    ("2023年第三季度楼宇区级税收80亿元。", "G-ENV"),
    ("每个楼宇工作站开展活动1500余场。", "G-ENV"),
)


@pytest.mark.parametrize(("text", "gate"), MISTAKES)
def test_a_mistake_is_found(text: str, gate: str) -> None:
    assert gate in gates(checked(text))


CORRECT = (
    """楼宇经济公报
发布日期:2023年10月28日
2023年第三季度,全区楼宇税收总额约20.56亿元,同比增长约81%;区级税收约5.15亿元,占税收总额的25.0%。
2023年1—9月累计,楼宇税收约54.72亿元。
截至2023年9月30日,全区共有在统楼宇278座,其中甲级写字楼45座;入驻企业2394家,入驻率68.5%。
楼宇工作站64个,其中中心站34个、普通站30个。八宝山街道楼宇34座。
联系电话:010-68881234,国税发〔2008〕93号,第12号,附件2。""",
    """A bulletin
Updated on 2023-10-30
As at 30 September 2023 the district has 278 buildings, 73 building party organizations and 84 building committees.
Since the programme's start, 757 needs and 407 resources were listed, and more than 540 whistle and deliberation \
meetings were held. All workstations together organised more than 1,500 activities with more than 40,000 attendances.
The monthly average of hotline tickets fell from 221 (assessment months January to December 2022) to 103 (assessment \
months January to September 2023), a decrease of 53.4%.
In the third quarter of 2023, building tax in full was about RMB 2.056 billion, an increase of about 81% year-on-year.
From January to September 2023, building tax was about RMB 5.47 billion.""",
    "截至2023年9月30日,近280座楼宇、2300余家入驻企业,从业人员超18万人,成立楼宇党组织七十三个。",
    "2023年第三季度,楼宇税收总额是上年同期的1.81倍。",
    "月均诉求由2022年1—12月考核期的221件下降到2023年1—9月考核期的103件,大幅下降53.4%。",
    "截至2023年9月30日,实现楼宇党组织全覆盖;需求173项。累计列入需求757项。",
    "截至2023年9月的12个月楼宇税收约67.48亿元,2023年9月约5.3亿元。",
    "会议于2023年10月12日上午9:30在1号楼召开,36人参加,是第3次会议。联系人13800138000。",
    "全年计划新增入驻企业300家,力争楼宇税收突破80亿元。到2025年,楼宇税收达到100亿元。",
    "中心站配备5名专职社工,普通站配备3名专职社工。",
)


@pytest.mark.parametrize("text", CORRECT)
def test_a_correct_text_has_no_finding(text: str) -> None:
    found = checked(text)
    assert {one["text"]: one["findings"] for one in (*found.figures, *found.claims) if one["findings"]} == {}


def test_without_a_release_a_text_is_held_against_itself_and_the_references() -> None:
    known = unreleased()
    assert gates(checked("2023年第三季度,楼宇税收总额约20.56亿元。", known)) == set()
    assert gates(checked("2023年第三季度,楼宇税收总额约2056亿元。", known)) == {"G-ENV", "G-UNIT"}
    assert gates(checked("2023年第三季度,楼宇税收总额同比增长81%。", known)) == {"G-JUMP"}


READ = (
    ("2023年第三季度,楼宇税收总额约20.56亿元", "building_tax_total", "2056000000", "约", "2023-Q3"),
    ("2023年前三季度,楼宇税收总额54.72亿元", "building_tax_total", "5472000000", "", "2023-YTD09"),
    ("2023年1—9月,楼宇税收总额54.72亿元", "building_tax_total", "5472000000", "", "2023-YTD09"),
    ("2023年9月,楼宇税收总额5.32亿元", "building_tax_total", "532000000", "", "2023-09"),
    ("近12个月(截至2023年9月)楼宇税收总额67.48亿元", "building_tax_total", "6748000000", "", "R12-2023-09"),
    ("截至2023年9月底,商务楼宇278座", "building_cnt", "278", "", "2023-09-30"),
    ("三季度末(2023年9月30日),商务楼宇二百七十八座", "building_cnt", "278", "", "2023-09-30"),
    ("2023年9月考核期,满意率85.5%", "satisfaction_rate", "0.855", "", "HM2023-09"),
    ("自成立运行至2023年9月底,开展活动1500余场", "activity_cnt", "1500", "余", "CUM2023-09"),
    (
        "building tax of RMB 2.056 billion in the third quarter of 2023",
        "building_tax_total",
        "2056000000",
        "",
        "2023-Q3",
    ),
    ("In Q3 2023 building tax was nearly RMB 2.1 billion", "building_tax_total", "2100000000", "nearly", "2023-Q3"),
    ("January to September 2023: building tax RMB 5472 million", "building_tax_total", "5472000000", "", "2023-YTD09"),
    ("As at 30 September 2023, thirty-four central stations", "station_cnt", "34", "", "2023-09-30"),
)


@pytest.mark.parametrize(("text", "kpi", "value", "wording", "period"), READ)
def test_a_figure_is_read_with_its_kpi_value_wording_and_period(
    text: str, kpi: str, value: str, wording: str, period: str
) -> None:
    figure = next(one for one in checked(text).figures if one["kpi_id"] == kpi)
    assert (figure["value"], figure["wording"], figure["period"]) == (value, wording, period)


def test_positions_are_those_of_the_text_as_given() -> None:
    text = "\ufeff　截至２０２３年９月３０日，全区商务楼宇２７８座，面积６４３．１４万㎡。\r\n税收约２０．５６亿元"
    for figure in checked(text).figures:
        assert text[figure["start"] : figure["end"]] == figure["text"]
    assert next(figure["text"] for figure in checked(text).figures) == "２７８座"


@pytest.mark.parametrize("text", ["", "\n\n", "。", "2023", "%", "约亿元", "一二三", "<html></html>", "1" * 400])
def test_any_text_can_be_read(text: str) -> None:
    assert checked(text).claims == ()


def test_a_later_text_that_names_no_period_is_warned_of_another_number() -> None:
    (figure,) = checked("2024-05-20\n全区共有商务楼宇283座。").figures
    assert [(one["gate"], one["severity"]) for one in figure["findings"]] == [("G-WORD", "warning")]
    (figure,) = checked("2024-05-20\n截至2023年9月30日,全区共有商务楼宇283座。").figures
    assert [(one["gate"], one["severity"]) for one in figure["findings"]] == [("G-WORD", "error")]
