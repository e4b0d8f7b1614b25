"""Chinese text bears Chinese marks; numbers and English keep theirs."""

import pytest

from publish.typesetting import typeset


@pytest.mark.parametrize(
    ("typed", "code_points"),
    [
        ("同比增长,约81%;其中:区级", "同比增长\uff0c约81%\uff1b其中\uff1a区级"),
        ("下降53.4%,2023年", "下降53.4%\uff0c2023年"),
        ("税收(全口径)约20.56亿元", "税收\uff08全口径\uff09约20.56亿元"),
        ("2023年(截至9月30日)", "2023年\uff08截至9月30日\uff09"),
        ("1,146件", "1,146件"),
        ("R20230930-b0 (SHA-256) 16:23", "R20230930-b0 (SHA-256) 16:23"),
    ],
)
def test_marks_beside_chinese_words_are_full_width(typed: str, code_points: str) -> None:
    assert typeset(typed, "zh") == code_points


def test_english_stays_as_it_is() -> None:
    assert typeset("up about 81%, on the year (Q3)", "en") == "up about 81%, on the year (Q3)"
