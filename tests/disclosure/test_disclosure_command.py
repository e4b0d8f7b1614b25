"""``louyu disclosure FILE.json``: SURFACE's object, a table for a reader, exit codes and errors."""

import json
from pathlib import Path
from typing import Any

import pytest
from disclosure_tables import WORKED, form, named
from louyu_home import started
from typer.testing import CliRunner, Result

from cli.main import app


def disclosure(file: Path, *words: str, code: int = 0) -> Result:
    done = CliRunner().invoke(app, ["disclosure", str(file), *words], env={"LOUYU_HOME": None, "LOUYU_LANG": None})
    assert done.exit_code == code, done.output
    return done


def written(folder: Path, table: dict[str, Any]) -> Path:
    file = folder / "table.json"
    file.write_text(json.dumps(table), encoding="utf-8")
    return file


def test_json_is_exactly_the_surfaces_object(tmp_path: Path) -> None:
    told = json.loads(started("disclosure", str(written(tmp_path, form(WORKED))), "--format", "json").stdout)
    assert list(told) == ["feasible", "cost", "bound", "totals_to_withhold", "cells"]
    assert (told["feasible"], told["cost"], told["bound"], told["totals_to_withhold"]) == (True, "1940", "1940", [])
    assert len(told["cells"]) == 16
    assert all(list(cell) == ["key", "status", "rules", "interval"] for cell in told["cells"])
    by_key = {tuple(cell["key"].values()): cell for cell in told["cells"]}
    assert by_key["B", "I"] == {
        "key": named("BI"), "status": "primary", "rules": ["dominance_1_70", "dominance_2_85", "p_percent"],
        "interval": ["1180", "2970"],
    }  # fmt: skip
    assert by_key["T", "T"] == {"key": named("TT"), "status": "open", "rules": [], "interval": ["7645", "7645"]}


@pytest.mark.parametrize(("lang", "said"), [("zh", "代价 1940,下界 1940,差距 0.00%"),
                                            ("en", "cost 1940, bound 1940, gap 0.00%")])  # fmt: skip
def test_the_table_shows_cells_cost_bound_and_gap(tmp_path: Path, lang: str, said: str) -> None:
    done = disclosure(written(tmp_path, form(WORKED)), "--lang", lang)
    assert said in done.stdout
    assert "1180 … 2970" in done.stdout


@pytest.mark.parametrize(("lang", "said"), [("zh", "须一并不公布的合计"), ("en", "totals to withhold too: A × T")])
def test_a_table_that_inner_cells_cannot_protect_exits_1_and_names_totals(tmp_path: Path, lang: str, said: str) -> None:
    file = written(tmp_path, form({("A", "X"): [9, 5], ("B", "X"): [40] * 4, ("B", "Y"): [40] * 4}))
    assert said in disclosure(file, "--lang", lang, code=1).stdout
    told = json.loads(disclosure(file, "--format", "json", code=1).stdout)
    assert told["feasible"] is False
    assert named("AT") in told["totals_to_withhold"]


@pytest.mark.parametrize(("content", "said"), [(b"{", "JSON"), (b"\xff\xfe\x00", "UTF-8"), (b"{}", "dimensions")])
def test_a_file_that_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "table.json"
    file.write_bytes(content)
    for lang in ("zh", "en"):
        done = disclosure(file, "--lang", lang, code=1)
        assert said in done.stderr
        assert "Traceback" not in done.stderr


def test_no_file_is_a_mistake_in_use(tmp_path: Path) -> None:
    disclosure(tmp_path / "none.json", code=2)


def test_a_byte_order_mark_is_no_hindrance(tmp_path: Path) -> None:
    file = written(tmp_path, form(WORKED))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    disclosure(file)
