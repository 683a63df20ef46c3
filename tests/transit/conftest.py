"""What the tests of transit may ask for."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.exchange.partner import across
from tests.transit.keeping import lent_across
from tests.transit.three import Road, empty, make_road

__all__ = ["across", "lent_across"]


@pytest.fixture(scope="session")
def made_road(tmp_path_factory: Any, django_db_blocker: Any) -> Iterator[Road]:
    """Three nodes, made once."""
    with django_db_blocker.unblock():
        road = make_road(tmp_path_factory.mktemp("road"))
        yield road
        for desk in road.desks.values():
            desk.close()


@pytest.fixture
def road(made_road: Road, django_db_blocker: Any) -> Iterator[Road]:
    """Three nodes that know and trust each other and have not spoken yet."""
    with django_db_blocker.unblock():
        empty(made_road)
        yield made_road
