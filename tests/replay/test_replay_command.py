"""``louyu replay``: SURFACE's object, a list for readers, and errors that say what to do."""

from pathlib import Path

from louyu_home import Louyu

FIGURE = {"text", "start", "end", "kpi_id", "value", "unit", "wording", "period", "findings"}
FINDING = {"gate", "severity", "expected", "message_zh", "message_en"}


def test_the_object_is_that_of_the_surface_and_the_exit_is_0_with_findings(louyu: Louyu, tmp_path: Path) -> None:
    text = "\ufeff2023年第三季度,楼宇税收总额约2056亿元,快速增长。\r\n"
    file = tmp_path / "text.txt"
    file.write_text(text, encoding="utf-8", newline="")
    found = louyu.json("replay", str(file))
    assert set(found) == {"figures", "claims"}
    (figure,), (claim,) = found["figures"], found["claims"]
    assert set(figure) == FIGURE
    assert all(set(finding) == FINDING for one in (figure, claim) for finding in one["findings"])
    assert (figure["value"], figure["unit"], figure["period"]) == ("205600000000", "元", "2023-Q3")
    assert text[figure["start"] : figure["end"]] == figure["text"] == "约2056亿元"
    assert text[claim["start"] : claim["end"]] == "快速增长"


def test_the_list_names_each_figure_with_its_findings(louyu: Louyu, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("In the third quarter of 2023 building tax was about 205600 million yuan.", encoding="utf-8")
    said = louyu.call("replay", str(file), "--lang", "en").stdout
    assert "1 figures, 0 claims; 1 of them with findings." in said
    assert "building_tax_total 2023-Q3" in said
    assert "G-ENV" in said


def test_the_day_of_the_text_can_be_given(louyu: Louyu, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_text("今年第三季度,楼宇税收总额约20.56亿元。", encoding="utf-8")
    (late,) = louyu.json("replay", str(file), "--date", "2023-10-20")["figures"]
    (early,) = louyu.json("replay", str(file), "--date", "2023-09-26")["figures"]
    assert late["findings"] == []
    assert {finding["gate"] for finding in early["findings"]} == {"G-PERIOD"}
    louyu.call("replay", str(file), "--date", "soon", code=2)


def test_a_file_that_is_no_text_is_refused_with_what_to_do(louyu: Louyu, tmp_path: Path) -> None:
    file = tmp_path / "text.txt"
    file.write_bytes("楼宇税收".encode("gb18030"))
    assert "UTF-8" in louyu.call("replay", str(file), code=1).stderr
    file.write_text("x", encoding="utf-8")
    assert "R1" in louyu.call("replay", str(file), "--release", "R1", code=1).stderr


def test_the_published_bulletin_has_no_finding_and_its_headlines_are_recognised(quarter: Louyu) -> None:
    found = quarter.json("replay", str(quarter.home.published / "bulletin.html"))
    assert [one for one in (*found["figures"], *found["claims"]) if one["findings"]] == []
    headlines = quarter.query(
        "select kpi_id, period from published.kpi_value where area_type = 'district' and value is not null and ("
        "kpi_id in ('building_tax_total', 'building_tax_total_yoy', 'building_tax_district') and period = '2023-Q3' or "
        "kpi_id in ('need_cnt', 'activity_cnt', 'activity_attendance') and period = 'CUM2023-09' "
        "and breakdown_type = '_T' or kpi_id in ('building_cnt', 'committee_cnt') and period = '2023-09-30')"
    )
    assert set(headlines) <= {(figure["kpi_id"], figure["period"]) for figure in found["figures"]}
