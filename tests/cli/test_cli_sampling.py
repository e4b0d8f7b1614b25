"""``louyu sample``: a district or a city, each with the options that are its own (SURFACE, Commands)."""

from pathlib import Path

import pytest
from louyu_home import Louyu

CITY = ("--scale", "city")


@pytest.mark.parametrize("words", [
    ("--scale", "village"), (*CITY, "--districts", "0"), (*CITY, "--districts", "17"), (*CITY, "--years", "0"),
    (*CITY, "--fraction", "0"), (*CITY, "--fraction", "1.5"), (*CITY, "--fraction", "nan"), (*CITY, "--broken"),
    (*CITY, "--tax-reading", "ytd"), ("--districts", "2"), ("--years", "1"), ("--fraction", "1"),
])  # fmt: skip
def test_options_that_make_no_sample_are_a_matter_of_usage(
    louyu: Louyu, tmp_path: Path, words: tuple[str, ...]
) -> None:
    assert louyu.call("sample", "--out", str(tmp_path / "out"), *words, code=2).stdout == ""
    assert not (tmp_path / "out").exists()


def test_a_city_says_what_it_holds_and_what_of_it_is_broken(louyu: Louyu, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    words = ("sample", "--out", out, *CITY, "--districts", "2", "--fraction", "0.005", "--seed", "7")
    told = louyu.json(*words)
    assert (told["out"], told["seed"], told["districts"]) == (out, 7, ["110101", "110102"])
    assert (told["years"], told["fraction"], told["simulated"]) == (1, 0.005, True)
    files = [path for path in Path(out).rglob("*") if path.suffix in (".csv", ".parquet")]
    assert told["files"] == len(files)
    assert told["rows"]["T01"] == 2 * 12 * round(2_190_000 / 12 * 0.005)
    assert set(told["broken"]) >= {"L-VAL-MISSING", "B-NUM-06", "B-IDN-01"}
    again = louyu.call(*words, "--lang", "en")
    assert f"{sum(told['broken'].values())} of them broken" in again.stdout
    assert "H01 20231231" in again.stderr
    assert "another sample" in louyu.call(*words[:-1], "8", "--lang", "en", code=1).stderr
