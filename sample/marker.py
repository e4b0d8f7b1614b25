"""Which sample a folder holds: it is marked before anything else is in it, and never takes another one."""

from collections.abc import Mapping
from pathlib import Path

from common.files import read_json, write_json
from common.messages import LouyuError

MARKER = ".louyu-sample.json"
"""Hidden, so that no reader of an inbox takes it for a delivery."""

_WRITTEN = "written"


def claim(out: Path, sample: Mapping[str, object]) -> None:
    """Mark the folder as holding this sample. Raises LouyuError where it holds another, or files that are none."""
    marker = out / MARKER
    if marker.exists():
        found = {key: said for key, said in read_json(marker).items() if key != _WRITTEN}
        if found != sample:
            raise LouyuError(
                f'文件夹"{out}"中已有另一份模拟数据({found}),请换一个文件夹。',
                f'The folder "{out}" already holds another sample ({found}); choose another folder.',
            )
    elif any(path.is_file() and not path.name.startswith(".") for path in out.rglob("*")):
        raise LouyuError(
            f'文件夹"{out}"中已有其他文件,模拟数据不与其混放,请换一个文件夹。',
            f'The folder "{out}" holds other files; simulated data are not mixed with them, choose another folder.',
        )
    write_json(marker, dict(sample))


def conclude(out: Path, sample: Mapping[str, object], written: Mapping[str, object]) -> None:
    """Let the marker say too what was written, once all of it is there."""
    write_json(out / MARKER, {**sample, _WRITTEN: dict(written)})
