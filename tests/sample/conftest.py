"""One sample of each reading for all tests of this room."""

from pathlib import Path

import pytest
import sample_reading as reading
from made_once import once, shared

from sample import write_sample


@pytest.fixture(scope="session")
def inbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The default sample, for tests that change nothing in it."""
    out = shared(tmp_path_factory) / "sample"
    once(out.with_suffix(".made"), lambda: str(write_sample(out)))
    return out


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another district, its tax calibrated to nine months."""
    out = shared(tmp_path_factory) / "other-sample"
    once(out.with_suffix(".made"), lambda: str(write_sample(out, seed=20230930, tax_reading="ytd")))
    return out


@pytest.fixture(scope="session")
def presence(inbox: Path) -> reading.Presence:
    return reading.read_presence(inbox)


@pytest.fixture(scope="session")
def receipts(inbox: Path) -> dict[Path, reading.MonthList]:
    return {file.path: reading.read_receipts(file) for file in reading.files(inbox, "T01")}


@pytest.fixture(scope="session")
def tickets(inbox: Path) -> dict[str, reading.Record]:
    return reading.read_tickets(inbox)
