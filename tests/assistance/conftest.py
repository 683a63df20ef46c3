"""What the tests of assistance may ask for: two nodes with a desk each, their lists exchanged."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.assistance.liaison import Service, clear, open_service
from tests.exchange.conftest import made_pair, pair
from tests.exchange.pair import Pair

__all__ = ["made_pair", "pair"]


@pytest.fixture
def strangers(pair: Pair, django_db_blocker: Any) -> Iterator[Service]:
    """Two desks under terms in force that have not exchanged their lists yet."""
    with django_db_blocker.unblock():
        clear(pair)
        yield open_service(pair)
        clear(pair)


@pytest.fixture
def service(strangers: Service) -> Service:
    """Two desks that know who is designated on the other side."""
    strangers.exchange_lists()
    return strangers
