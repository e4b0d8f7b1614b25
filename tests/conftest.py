"""What all tests share: a key of their own, and one simulated quarter for everybody who only reads it."""

import os
import shutil
from pathlib import Path

import hypothesis_profile
import pytest
from louyu_home import Louyu
from made_once import once, shared
from small_city import SmallCity, make_city

from common.home import Home

__all__ = ["hypothesis_profile"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the long files first, short ones fill the end: one worker makes the quarter while others do without it."""
    needing = {item.path: None for item in items if "quarter" in getattr(item, "fixturenames", ())}
    first = next(iter(needing), None)

    def turn(item: pytest.Item) -> int:
        if item.path == first:
            return 0
        if item.path in needing:
            return 2
        return 1 if item.path.parent.name in ("dbt", "end_to_end", "foreign") else 3

    items.sort(key=turn)


@pytest.fixture(scope="session", autouse=True)
def key_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A pseudonym key outside every home of the tests."""
    path = shared(tmp_path_factory) / "keys" / "keys.json"
    os.environ["LOUYU_KEY_FILE"] = str(path)
    for name in ("LOUYU_HOME", "LOUYU_LANG"):
        os.environ.pop(name, None)
    return path


@pytest.fixture
def louyu(tmp_path: Path) -> Louyu:
    """The command line over an empty home."""
    return Louyu(Home(tmp_path / "home"))


@pytest.fixture(scope="session")
def quarter(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> Louyu:
    """The simulated quarter, published: made once, for tests that change nothing in it."""
    del key_file
    folder = shared(tmp_path_factory)
    made = Louyu(Home(folder / "quarter"))
    once(folder / "quarter.out", lambda: made.start("demo").stdout)
    return made


@pytest.fixture(scope="session")
def small_city(tmp_path_factory: pytest.TempPathFactory, key_file: Path) -> SmallCity:
    """A small district of the simulated city, published: made once, for tests that change nothing in it."""
    del key_file
    return make_city(shared(tmp_path_factory) / "small_city")


@pytest.fixture
def copied(quarter: Louyu, tmp_path: Path) -> Louyu:
    """A home of one's own that holds the simulated quarter, published."""
    return _copied(quarter, tmp_path / "copied")


@pytest.fixture
def copied_city(small_city: SmallCity, tmp_path: Path) -> Louyu:
    """A home of one's own that holds the small district, published: it is computed anew in a fifth of the time."""
    made = _copied(small_city.louyu, tmp_path / "city")
    made.home.inbox.mkdir()
    return made


def _copied(louyu: Louyu, root: Path) -> Louyu:
    shutil.copytree(louyu.home.root, root, ignore=shutil.ignore_patterns("dagster"))
    return Louyu(Home(root))
