"""What the tests of the crossings may ask for."""

import pytest

from tests.crossings.sister import Sister, close_debdeb
from tests.crossings.yard import open_yard
from tests.world import World


@pytest.fixture
def yard(world: World) -> World:
    """The cast, with both crossings at work."""
    open_yard(world)
    return world


@pytest.fixture
def closed(yard: World) -> Sister:
    """Debdeb closed to goods, and Tin Alkoum, of the same administration, taking four trucks an hour."""
    return close_debdeb(yard)
