"""What ``louyu explain`` and ``louyu status`` say to a reader, in either language."""

from louyu_home import Louyu

CHANGE = ("explain", "building_ticket_change_rate", "--period", "HM2023-01/HM2023-09")


def lines(louyu: Louyu, *words: str) -> list[str]:
    return [line.strip() for line in louyu.call(*words).stdout.splitlines()]


def test_explain_labels_its_parts_in_chinese_without_idle_zeros(quarter: Louyu) -> None:
    said = lines(quarter, *CHANGE)
    assert said[0].startswith("诉求量降幅")
    assert {"数值: 下降53.4%", "精确值: -0.53393665", "分子: 103", "分母: 221"} <= set(said)
    assert "110107 · 2023年1—9月考核期 较 2022年1—12月考核期 (HM2023-01/HM2023-09)" in said


def test_explain_labels_its_parts_in_english(quarter: Louyu) -> None:
    said = lines(quarter, *CHANGE, "--lang", "en")
    assert said[0].startswith("Change of tickets a month")
    assert {"value: down 53.4%", "exact value: -0.53393665", "numerator: 103", "denominator: 221"} <= set(said)


def test_explain_of_a_figure_without_a_value_says_why(quarter: Louyu) -> None:
    said = lines(quarter, "explain", "listed_tier1_cnt", "--period", "2023-09-30", "--lang", "en")
    assert "value: undefined" in said
    assert "gates: G-DEF FAIL" in said


def test_status_gives_reasons_in_one_language(quarter: Louyu) -> None:
    told = quarter.call("status", "--lang", "en").stdout
    assert "its definition is not approved (undefined)" in told
    assert "口径" not in told
