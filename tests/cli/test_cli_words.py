"""What commands say to a person: nothing is answered with silence."""

import pytest
from louyu_home import Louyu


@pytest.mark.parametrize("words", [("deliveries",), ("release", "list")])
def test_an_empty_list_is_said_and_not_left_as_silence(louyu: Louyu, words: tuple[str, ...]) -> None:
    done = louyu.call(*words, "--lang", "en")
    assert done.stdout == ""
    assert "louyu run" in done.stderr
    assert louyu.json(*words) == []


def test_an_empty_quarantine_says_that_nothing_waits(quarter: Louyu) -> None:
    done = quarter.call("quarantine", "--lang", "en")
    assert (done.stdout, done.stderr) == ("", "No rows wait.\n")
    assert quarter.json("quarantine") == []
