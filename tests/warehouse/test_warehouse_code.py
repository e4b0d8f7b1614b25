"""A build is made by code, and other code makes another build."""

from pathlib import Path

import pytest

from warehouse import cut


@pytest.mark.parametrize("room", ["common", "dbt/models", "disclosure", "publish", "warehouse"])
def test_code_that_decides_what_is_shown_belongs_to_the_build(
    room: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cut, "PROJECT", tmp_path)
    (tmp_path / room).mkdir(parents=True)
    before = cut.code_digest()
    (tmp_path / room / "rules.py").write_text("LEAST = 3\n", encoding="utf-8")
    assert cut.code_digest() != before
