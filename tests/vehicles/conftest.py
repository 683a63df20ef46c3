"""What the tests of the vehicles may ask for."""

import pytest

from tests.vehicles.garage import open_garage
from tests.world import World


@pytest.fixture
def garage(world: World) -> World:
    """The cast, with both crossings at work and their terms of stay set."""
    open_garage(world)
    return world
