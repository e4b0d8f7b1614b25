"""``louyu layout check``: what a layout makes of a sample file, told before anything is delivered."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from cli.main import app
from common.contracts import layouts

LAYOUT = """
id: hotline_of_otherton
feed: H01
name: {zh: 彼城热线, en: Hotline of Otherton}
missing: [n/k]
ignored: [desk]
columns:
  ticket_no: {headers: [no]}
  ticket_type: {constant: DEMAND}
  category_path: {absent: true}
  content: {headers: [text]}
  caller_phone: {headers: [phone]}
  created_at: {headers: [at]}
  updated_at: {headers: [at]}
  unit_lv1: {headers: [unit]}
  district_name: {absent: true}
  street_name: {absent: true}
  status: {absent: true}
"""
TICKETS = """no,text,phone,at,unit,desk,sponsor
1,The lift is broken,13800138000,2023-09-01 10:00:00,Housing,3,a
2,Noise at night,13900139000,last week,Police,4,b
2,Noise at night,13900139000,2023-09-02 11:00:00,,4,b
"""


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    """A sample file and the layout being written beside it."""
    (tmp_path / "otherton.yml").write_text(LAYOUT, encoding="utf-8")
    path = tmp_path / "tickets.csv"
    path.write_text(TICKETS, encoding="utf-8")
    return path


def call(file: Path, layout: str | Path, *more: str) -> Result:
    return CliRunner().invoke(app, ["layout", "check", str(file), "--layout", str(layout), *more])


def told(file: Path, layout: str | Path) -> dict[str, Any]:
    """What the command says to a program."""
    return dict(json.loads(call(file, layout, "--format", "json").stdout))


def test_a_file_that_fits_passes_with_its_mapping_its_first_rows_and_its_problems(sample: Path) -> None:
    layout = sample.with_name("otherton.yml")
    assert call(sample, layout).exit_code == 0
    said = told(sample, layout)
    assert (said["passes"], said["reason_en"], said["feed"]) == (True, None, "H01")
    counts = [said[f"rows_{name}"] for name in ("read", "accepted", "quarantined", "set_aside")]
    assert counts == [3, 1, 2, 0]
    uses = {(row["source"], row["column"]): row["use"] for row in said["mapping"]}
    assert uses["no", "ticket_no"] == uses["at", "updated_at"] == "MAPPED"
    assert uses["DEMAND", "ticket_type"] == "CONSTANT"
    assert (uses["desk", None], uses["sponsor", None]) == ("IGNORED", "UNMAPPED")
    assert said["absent"] == ["category_path", "district_name", "street_name", "status"]
    assert [row["row"] for row in said["rows"]] == [2]
    assert said["rows"][0]["created_at"] == "2023-09-01T10:00:00"
    problems = {(row["rule_id"], row["column"]): row["count"] for row in said["problems"] if row["action"] != "AUTO"}
    # one source column that fills two is told for each
    assert problems == {("B-DAT-02", "at"): 2, ("L-VAL-MISSING", "unit"): 1, ("B-LAY-07", "sponsor"): 1}


@pytest.mark.parametrize("form", ["table", "json"])
def test_personal_values_are_masked_wherever_they_could_be_shown(sample: Path, form: str) -> None:
    done = call(sample, sample.with_name("otherton.yml"), "--format", form)
    assert "***" in done.stdout
    for secret in ("13800138000", "13900139000", "lift", "Noise"):
        assert secret not in done.output


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_file_that_does_not_fit_fails_and_says_which_column_is_gone(sample: Path, lang: str) -> None:
    sample.write_text(TICKETS.replace("phone", "mobile"), encoding="utf-8")
    done = call(sample, sample.with_name("otherton.yml"), "--lang", lang)
    assert done.exit_code == 1
    assert "phone" in done.stdout.splitlines()[-1]
    missing = [row for row in told(sample, sample.with_name("otherton.yml"))["mapping"] if row["use"] == "MISSING"]
    assert [(row["source"], row["column"]) for row in missing] == [("phone", "caller_phone")]


def test_a_file_of_which_too_much_waits_does_not_pass(sample: Path) -> None:
    rows = "".join(f"{n},text,,2023-09-01 10:00:00,,1,a\n" for n in range(1, 101))
    sample.write_text(TICKETS.splitlines()[0] + "\n" + rows, encoding="utf-8")
    done = call(sample, sample.with_name("otherton.yml"), "--lang", "en")
    assert done.exit_code == 1
    assert "100 rows read = 0 accepted + 100 waiting + 0 set aside" in done.stdout


@pytest.mark.parametrize("layout", ["no_such_layout", "no_such_file.yml"])
def test_a_layout_that_is_not_there_is_a_usage_error(sample: Path, layout: str) -> None:
    assert call(sample, layout).exit_code == 2
    assert call(sample.with_name("absent.csv"), "boston_311").exit_code == 2


def test_an_unsound_layout_is_named_with_what_is_wrong_in_it(sample: Path) -> None:
    layout = sample.with_name("otherton.yml")
    layout.write_text(LAYOUT.replace("ticket_no:", "ticket_number:"), encoding="utf-8")
    done = call(sample, layout, "--lang", "en")
    assert done.exit_code == 1
    assert "ticket_number" in done.output
    layout.write_text("columns: [", encoding="utf-8")
    assert call(sample, layout).exit_code == 1


def test_a_layout_of_the_home_is_known_by_its_id(sample: Path) -> None:
    home = sample.with_name("home")
    own = home / "config" / "layouts" / "otherton.yml"
    own.parent.mkdir(parents=True)
    own.write_text(LAYOUT, encoding="utf-8")
    named = re.search(r"^id: (\w+)", LAYOUT, re.MULTILINE)[1]
    assert call(sample, named).exit_code == 2
    assert call(sample, named, "--home", str(home)).exit_code == 0


def test_trying_a_layout_writes_nothing(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    keys, home = sample.with_name("keys.json"), sample.with_name("home")
    monkeypatch.setenv("LOUYU_KEY_FILE", str(keys))
    monkeypatch.setenv("LOUYU_HOME", str(home))
    before = sorted(sample.parent.rglob("*"))
    assert call(sample, sample.with_name("otherton.yml")).exit_code == 0
    assert sorted(sample.parent.rglob("*")) == before


def test_the_period_in_the_sidecar_beside_the_sample_counts(tmp_path: Path) -> None:
    file = tmp_path / "export.csv"
    row = '"MB638028","ABILENE BEEHIVE INC           ","442 CEDAR ST STE A            ","ABILENE             "'
    file.write_text(f'{row},"TX","79601","221","          ","2014/08", 000002431.63\r\n', encoding="ascii")
    assert "period" in told(file, "texas_mixed_beverage_tax")["reason_en"]
    file.with_name("export.csv.meta.json").write_text('{"period": "2014-09"}', encoding="utf-8")
    (first,) = told(file, "texas_mixed_beverage_tax")["rows"]
    assert (first["treasury_month"], first["amount_total"]) == ("2014-09-01", "2431.63")
    assert "texas_mixed_beverage_tax" in layouts()
