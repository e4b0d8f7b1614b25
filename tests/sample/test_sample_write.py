"""Writing a sample: the same bytes every time, and never among other files."""

import json
from pathlib import Path

import pytest

from common.contracts import feeds
from common.files import file_digest
from common.messages import LouyuError
from sample import write_sample
from sample.marker import MARKER


def digests(folder: Path) -> dict[str, str]:
    return {path.relative_to(folder).as_posix(): file_digest(path) for path in folder.rglob("*") if path.is_file()}


def test_writing_on_another_number_of_processes_gives_the_same_bytes(inbox: Path, tmp_path: Path) -> None:
    before, said = digests(inbox), list[str]()
    summary = write_sample(tmp_path / "again", workers=1, progress=said.append)
    assert digests(tmp_path / "again") == before
    assert summary.files == sum(not path.endswith(".meta.json") for path in before if path != MARKER)
    assert summary.rows.keys() == feeds().keys()
    assert said


def test_another_seed_gives_other_records(inbox: Path, other: Path) -> None:
    one, two = digests(inbox), digests(other)
    assert not {one[path] for path in one if not path.endswith(".meta.json")} & set(two.values())


def test_every_file_has_its_sidecar(inbox: Path) -> None:
    entries = {entry for feed in inbox.iterdir() if feed.is_dir() for entry in feed.iterdir()}
    sidecars = {entry for entry in entries if entry.name.endswith(".meta.json")}
    assert {entry.with_name(f"{entry.name}.meta.json") for entry in entries - sidecars} == sidecars
    for sidecar in sidecars:
        said = json.loads(sidecar.read_text("utf-8"))
        assert said.keys() <= {"received_at", "sender", "channel", "version", "period"}
        assert said["received_at"].endswith("+08:00")


@pytest.mark.parametrize(("seed", "reading"), [(2, "q3"), (1, "ytd")])
def test_a_folder_with_another_sample_is_refused(tmp_path: Path, seed: int, reading: str) -> None:
    (tmp_path / MARKER).write_text('{"seed": 1, "tax_reading": "q3"}', "utf-8")
    with pytest.raises(LouyuError, match="another sample"):
        write_sample(tmp_path, seed=seed, tax_reading=reading)
    assert [path.name for path in tmp_path.iterdir()] == [MARKER]


def test_a_folder_with_real_files_is_refused(tmp_path: Path) -> None:
    (tmp_path / "T01").mkdir()
    (tmp_path / "T01" / "石景山_T01楼宇税收_202309.xlsx").write_bytes(b"real")
    with pytest.raises(LouyuError, match="other files") as refusal:
        write_sample(tmp_path)
    assert "其他文件" in refusal.value.message.zh
