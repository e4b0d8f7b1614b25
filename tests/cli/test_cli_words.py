"""What commands say to a person: nothing is answered with silence, numbers are plain, one language at a time."""

import pytest
from conftest import Louyu


@pytest.mark.parametrize("words", [("deliveries",), ("release", "list")])
def test_an_empty_list_is_said_and_not_left_as_silence(louyu: Louyu, words: tuple[str, ...]) -> None:
    done = louyu.call(*words, "--lang", "en")
    assert done.stdout == ""
    assert "louyu run" in done.stderr
    assert louyu.json(*words) == []


def test_explain_prints_plain_numbers_and_leaves_out_what_there_is_none_of(quarter: Louyu) -> None:
    shown = quarter.call("explain", "building_tax_total", "--period", "2023-Q3", "--lang", "en").stdout
    assert "value: 2056000000\n" in shown
    assert "None" not in shown
    assert "denominator" not in shown


def test_explain_says_which_member_of_a_breakdown_a_number_belongs_to(quarter: Louyu) -> None:
    shown = quarter.call("explain", "rating_valid_cnt", "--period", "2023-09-30", "--lang", "en").stdout
    assert "110107 rating=SRDI_BJ 2023-09-30: 74 enterprises\n" in shown


def test_explain_counts_the_rows_that_wait(quarter: Louyu) -> None:
    shown = quarter.call("explain", "building_cnt", "--period", "2023-09-30", "--lang", "en").stdout
    assert "rows of these deliveries that wait in quarantine: 0\n" in shown


def test_release_show_tells_the_log_as_a_table(quarter: Louyu) -> None:
    (release,) = quarter.json("release", "list")
    shown = quarter.call("release", "show", release["release_id"]).stdout
    assert f"published_at: {release['published_at']}\n" in shown
    assert "{" not in shown
    assert [line.split()[0] for line in shown.splitlines()[-2:]] == ["CHECKED", "PUBLISHED"]
