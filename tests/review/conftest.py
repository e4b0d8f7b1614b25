from pathlib import Path

import pytest
from office_home import Office


@pytest.fixture
def office(tmp_path: Path) -> Office:
    return Office(tmp_path)
