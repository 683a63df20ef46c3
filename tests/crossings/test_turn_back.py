"""Sending a truck back."""

import pytest

from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from tests.crossings.yard import later, lines, truck
from tests.world import NOON


@pytest.mark.parametrize("state", ["queued", "gate_in", "weighed", "presented"])
def test_a_truck_at_the_crossing_is_turned_back_with_a_reason(yard, state) -> None:
    passage = commands.turn_back(yard.officers["gate_officer"], truck(yard, state), reason=" no papers ", at=later(9))
    assert passage.state == "turned_back"
    event = passage.events.latest("pk")
    assert (event.kind, event.at, event.facts) == ("turn_back", later(9), {"reason": "no papers"})


@pytest.mark.parametrize("state", ["announced", "closed"])
def test_a_truck_that_is_not_there_is_not_turned_back(yard, state) -> None:
    with pytest.raises(rules.OutOfTurn):
        commands.turn_back(yard.officers["gate_officer"], truck(yard, state), reason="x", at=NOON)


def test_a_truck_is_not_turned_back_without_a_reason(yard) -> None:
    with pytest.raises(rules.ReasonMissing):
        commands.turn_back(yard.officers["gate_officer"], truck(yard, "queued"), reason=" ", at=NOON)
    assert lines("turn_back") == 0


def test_nobody_turns_a_truck_back_without_a_mandate(yard) -> None:
    key = truck(yard, "queued")
    for actor in (yard.officers["weigh_officer"], yard.across["gate_officer"]):
        with pytest.raises(NotMandated):
            commands.turn_back(actor, key, reason="x", at=NOON)
