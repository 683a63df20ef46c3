"""Where one truck stands: its place in the queue and its hour, or why there is none."""

import pytest

from mabar.base.rules import NoSuchRecord
from mabar.crossings import queries
from tests.crossings.yard import announce, later, step, truck


def test_a_waiting_truck_has_its_place_among_those_that_wait(yard) -> None:
    first, second = announce(yard, plate="1-1"), announce(yard, plate="2-2")
    step(yard, second, "queued", at=later(2))
    step(yard, first, "queued", at=later(1))
    standing = queries.standing_of(second, later(3))
    assert (standing.position, standing.of, standing.gate, standing.state) == (2, 2, 1, "queued")
    assert (standing.plate, standing.place, standing.expected_at, standing.n) == ("2-2", "dz.debdeb", None, 0)


@pytest.mark.parametrize("state", ["announced", "gate_in", "closed"])
def test_a_truck_outside_the_queue_has_neither_place_nor_hour(yard, state) -> None:
    standing = queries.standing_of(truck(yard, state), later(3))
    assert (standing.position, standing.of, standing.expected_at, standing.state) == (None, None, None, state)


def test_nobody_stands_under_a_key_that_is_not_there(yard) -> None:
    with pytest.raises(NoSuchRecord):
        queries.standing_of("NOTHING", later(3))
