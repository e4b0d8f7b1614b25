import pytest
from clerk_desk import Desk
from louyu_home import Louyu


@pytest.fixture
def desk(louyu: Louyu) -> Desk:
    return Desk(louyu)
