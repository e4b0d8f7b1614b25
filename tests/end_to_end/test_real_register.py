"""Beijing's published enterprise register, which nobody here wrote, comes in through E01 by a layout alone."""

import csv
import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from canaries import leaks
from louyu_home import Louyu

from common.contracts import PROJECT
from common.home import Home

REGISTER = PROJECT.parent / "shared" / "data" / "enterprise_register"
FILES = sorted(REGISTER.glob("北京_*.csv")) + sorted(REGISTER.glob("北京_*.json"))
CANARY = "PII-CANARY"

pytestmark = pytest.mark.skipif(not FILES, reason="the real files lie beside the project, not in it")


def records(file: Path) -> int:
    if file.suffix == ".json":
        return len(json.loads(file.read_text(encoding="utf-8"))["erDataList"])
    with file.open(encoding="utf-8-sig", newline="") as lines:
        return sum(1 for _ in csv.reader(lines)) - 1


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> tuple[Louyu, dict[str, Any]]:
    """A home that received every file of the register and nothing else."""
    del key_file
    folder = tmp_path_factory.mktemp("register")
    louyu = Louyu(Home(folder / "home"))
    inbox = folder / "inbox" / "E01"
    inbox.mkdir(parents=True)
    for file in FILES:
        shutil.copyfile(file, inbox / file.name)
    return louyu, louyu.json("run", "--inbox", str(inbox.parent))


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.name))
def test_every_row_is_accounted_for(loaded: tuple[Louyu, dict[str, Any]], file: Path) -> None:
    [row] = [row for row in loaded[0].json("deliveries") if row["file"] == f"E01/{file.name}"]
    assert row["status"] == "ACCEPTED"
    assert row["rows_read"] == records(file)
    assert row["rows_read"] == row["rows_accepted"] + row["rows_quarantined"] + row["rows_set_aside"]
    assert row["rows_accepted"] > 0.9 * row["rows_read"]


def test_no_person_s_name_leaves_the_files_as_received(loaded: tuple[Louyu, dict[str, Any]]) -> None:
    root = loaded[0].home.root
    assert leaks(root.parent / "inbox", [CANARY])
    assert leaks(root, [CANARY]) == {}


def test_figures_that_cannot_be_computed_are_named_and_nothing_fails(loaded: tuple[Louyu, dict[str, Any]]) -> None:
    louyu, record = loaded
    assert record["blocked"] == []
    status = louyu.json("status")
    assert {row["feed"] for row in status["feeds"] if row["state"] == "MISSING"} >= {"B01", "T01", "H01"}
