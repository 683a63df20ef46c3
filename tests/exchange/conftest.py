"""Two nodes for the tests of what goes between them."""

from collections.abc import Iterator

import pytest

from tests.exchange.pair import Pair, empty, make_pair
from tests.exchange.partner import across, sister

__all__ = ["across", "made_pair", "pair", "sister"]


@pytest.fixture(scope="session")
def made_pair(tmp_path_factory, django_db_blocker) -> Iterator[Pair]:
    """Two nodes, made once."""
    with django_db_blocker.unblock():
        pair = make_pair(tmp_path_factory.mktemp("pair"))
        yield pair
        for desk in pair.desks.values():
            desk.close()


@pytest.fixture
def pair(made_pair: Pair, django_db_blocker) -> Iterator[Pair]:
    """Two nodes that know and trust each other and have not spoken yet."""
    with django_db_blocker.unblock():
        empty(made_pair)
        yield made_pair
