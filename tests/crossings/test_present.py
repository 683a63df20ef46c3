"""Presenting a truck to customs."""

import pytest

from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from tests.crossings.yard import later, lines, step, truck
from tests.world import NOON


def test_a_weighed_truck_is_presented(yard) -> None:
    passage = step(yard, truck(yard, "weighed"), "presented", at=later(40), actor=yard.officers["gate_officer"])
    assert (passage.state, passage.presented_at) == ("presented", later(40))
    event = passage.events.latest("pk")
    assert (event.kind, event.by, event.at, event.facts) == ("present", "DEB-0001", later(40), {})
    assert lines("present") == 1


@pytest.mark.parametrize("state", ["announced", "queued", "gate_in", "presented", "closed"])
def test_no_other_truck_is_presented(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn):
        commands.present(yard.officers["gate_officer"], key, at=NOON)


def test_nobody_presents_without_a_mandate(yard) -> None:
    key = truck(yard, "weighed")
    for actor in (yard.officers["weigh_officer"], yard.across["gate_officer"], yard.broker):
        with pytest.raises(NotMandated):
            commands.present(actor, key, at=NOON)
