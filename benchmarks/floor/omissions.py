"""What the floor leaves out of the pipeline's work (``omissions.yml``)."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

_FILE = Path(__file__).with_name("omissions.yml")


@dataclass(frozen=True, slots=True)
class Omission:
    """One kind of work: what it is, the rules that it is about, and what the pipeline does."""

    zh: str
    en: str
    rules: Sequence[str]
    pipeline: str


def omissions() -> list[Omission]:
    """Return what is left out, in the order of the file."""
    told = yaml.safe_load(_FILE.read_text(encoding="utf-8"))["left_out"]
    return [Omission(one["what"]["zh"], one["what"]["en"], one["rules"], one["pipeline"].strip()) for one in told]


def done() -> list[str]:
    """Return the rules that the floor applies as the pipeline does."""
    return list(yaml.safe_load(_FILE.read_text(encoding="utf-8"))["done"])
