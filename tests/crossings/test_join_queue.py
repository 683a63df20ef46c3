"""Coming to the queue."""

import pytest

from mabar.base.models import Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from tests.crossings.yard import announce, later, lines, step, truck
from tests.world import NOON


def test_a_truck_in_the_queue_has_its_hour_and_its_gate(yard) -> None:
    key = announce(yard)
    passage = step(yard, key, "queued", at=later(3))
    assert (passage.state, passage.queued_at, passage.gate, passage.version) == ("queued", later(3), 1, 2)
    event = passage.events.latest("pk")
    assert (event.kind, event.facts, event.state_before) == ("join_queue", {"gate": 1}, "announced")
    assert Timer.objects.get(subject=key).ended_at == later(3)


def test_gates_are_given_in_turn_at_each_place_and_begin_anew_each_day(yard) -> None:
    keys = [announce(yard, plate=f"1-{n}") for n in range(4)]
    assert [step(yard, key, "queued").gate for key in keys[:3]] == [1, 2, 1]
    across = announce(yard, place="ly.ghadames", actor=yard.across["yard_officer"])
    assert step(yard, across, "queued", actor=yard.across["yard_officer"]).gate == 1
    # midnight of Debdeb is 23:00 UTC
    assert step(yard, keys[3], "queued", at=later(12 * 60)).gate == 1


def test_a_truck_joins_once(yard) -> None:
    key = truck(yard, "queued")
    with pytest.raises(rules.OutOfTurn) as refused:
        step(yard, key, "queued")
    assert refused.value.details == {"verb": "join_queue", "state": "queued"}
    assert lines("join_queue") == 1


def test_a_truck_joins_no_earlier_than_it_was_announced(yard) -> None:
    key = announce(yard)
    with pytest.raises(rules.HourOutOfOrder):
        step(yard, key, "queued", at=later(-1))
    assert Passage.objects.get(key=key).queued_at is None


def test_nobody_puts_a_truck_into_the_queue_without_a_mandate(yard) -> None:
    key = announce(yard)
    for actor in (yard.broker, yard.across["gate_officer"], yard.stranger):
        with pytest.raises(NotMandated):
            commands.join_queue(actor, key, at=NOON)


def test_a_truck_that_is_not_there_joins_nothing(yard) -> None:
    with pytest.raises(NoSuchRecord) as refused:
        commands.join_queue(yard.officers["gate_officer"], "NOTHING", at=NOON)
    assert refused.value.details == {"key": "NOTHING"}
