"""What the tests of the crossings may ask for."""

import pytest

from tests.crossings.yard import open_yard
from tests.world import World


@pytest.fixture
def yard(world: World) -> World:
    """The cast, with both crossings at work."""
    open_yard(world)
    return world
