"""A new seal, with a report."""

import pytest

from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from tests.crossings.yard import SEAL, clear, later, lines, step, truck
from tests.world import NOON


def test_a_new_seal_in_place_of_the_old_lets_the_truck_leave(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    facts = {"seal": "DZ 0099999", "replaces": SEAL, "report": "PV 14"}
    passage = commands.record_seal(yard.officers["inspector"], key, at=later(5), **facts)
    assert (passage.seals, passage.state) == (["DZ 0099999"], "presented")
    event = passage.events.latest("pk")
    assert (event.kind, event.facts, event.state_before, event.state_after) == (
        "record_seal",
        facts,
        "presented",
        "presented",
    )
    assert step(yard, key, "closed", seals=["DZ 0099999"], at=later(6)).state == "closed"


def test_one_more_seal_stands_beside_the_others(yard) -> None:
    passage = commands.record_seal(yard.officers["gate_officer"], truck(yard, "gate_in"), seal="X", report="r", at=NOON)
    assert passage.seals == [SEAL, "X"]


def test_a_seal_that_is_not_on_record_is_not_replaced(yard) -> None:
    with pytest.raises(rules.NotASeal):
        commands.record_seal(
            yard.officers["inspector"], truck(yard, "gate_in"), seal="X", replaces="Y", report="r", at=NOON
        )
    assert lines("record_seal") == 0


def test_a_seal_without_a_report_is_not_recorded(yard) -> None:
    with pytest.raises(rules.ReasonMissing):
        commands.record_seal(yard.officers["inspector"], truck(yard, "gate_in"), seal="X", report="", at=NOON)


@pytest.mark.parametrize("state", ["announced", "closed"])
def test_a_truck_that_is_not_at_the_crossing_gets_no_seal(yard, state) -> None:
    with pytest.raises(rules.OutOfTurn):
        commands.record_seal(yard.officers["inspector"], truck(yard, state), seal="X", report="r", at=NOON)


def test_nobody_records_a_seal_without_a_mandate(yard) -> None:
    key = truck(yard, "gate_in")
    for actor in (yard.officers["weigh_officer"], yard.across["inspector"]):
        with pytest.raises(NotMandated):
            commands.record_seal(actor, key, seal="X", report="r", at=NOON)
