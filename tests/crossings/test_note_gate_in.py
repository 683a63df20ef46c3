"""Coming in through the gate."""

import pytest

from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from tests.crossings.yard import PLATE, SEAL, announce, later, lines, state_of, step, truck
from tests.world import NOON


def close_to(yard, kind: str, *, is_open: bool = False, at=NOON) -> None:
    commands.change_opening(
        yard.officers["place_administrator"], "dz.debdeb", kind=kind, is_open=is_open, reason="sandstorm", at=at
    )


def test_the_gate_records_the_plate_seen_the_seals_read_and_the_documents_counted(yard) -> None:
    passage = step(yard, truck(yard, "queued"), "gate_in", plate="99417 322 33", seals=["dz0091874"], at=later(20))
    assert (passage.state, passage.gate_in_at, passage.seals) == ("gate_in", later(20), [SEAL])
    assert passage.events.latest("pk").facts == {
        "plate": "99417 322 33",
        "seals": ["dz0091874"],
        "documents": 4,
        "passed": 0,
        "seals_missing": [],
        "seals_unexpected": [],
    }


def test_seals_that_differ_are_noted_and_not_refused(yard) -> None:
    passage = step(yard, truck(yard, "queued"), "gate_in", seals=["DZ 0091847"])
    facts = passage.events.latest("pk").facts
    assert (facts["seals_missing"], facts["seals_unexpected"]) == ([SEAL], ["DZ 0091847"])
    assert passage.seals == [SEAL]


def test_where_no_seal_was_announced_those_read_become_the_record(yard) -> None:
    key = announce(yard, seals=[])
    step(yard, key, "queued")
    passage = step(yard, key, "gate_in", seals=["A 1", "B 2"])
    assert passage.seals == ["A 1", "B 2"]
    assert passage.events.latest("pk").facts["seals_taken"] == ["A 1", "B 2"]


def test_a_truck_with_another_plate_stays_outside(yard) -> None:
    key = truck(yard, "queued")
    with pytest.raises(rules.PlateDiffers):
        step(yard, key, "gate_in", plate="99417-323-33")
    assert state_of(key) == "queued"
    assert lines("note_gate_in") == 0


def test_a_crossing_closed_to_goods_lets_no_truck_in(yard) -> None:
    key = truck(yard, "queued")
    close_to(yard, "goods", at=later(1))
    with pytest.raises(rules.CrossingClosed) as refused:
        step(yard, key, "gate_in", at=later(2))
    assert refused.value.details["reason"] == "sandstorm"
    close_to(yard, "goods", is_open=True, at=later(3))
    assert step(yard, key, "gate_in", at=later(4)).state == "gate_in"


def test_a_closure_that_begins_later_or_to_persons_lets_the_truck_in(yard) -> None:
    close_to(yard, "persons")
    close_to(yard, "goods", at=later(10))
    assert step(yard, truck(yard, "queued"), "gate_in", at=later(9)).state == "gate_in"


@pytest.mark.parametrize("state", ["announced", "gate_in", "presented", "closed"])
def test_a_truck_comes_in_from_the_queue_only(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn) as refused:
        step(yard, key, "gate_in")
    assert refused.value.details == {"verb": "note_gate_in", "state": state}


def test_a_truck_comes_in_no_earlier_than_it_joined_the_queue(yard) -> None:
    key = truck(yard, "queued")
    with pytest.raises(rules.HourOutOfOrder):
        step(yard, key, "gate_in", at=later(-1))


def test_nobody_lets_a_truck_in_without_a_mandate(yard) -> None:
    key = truck(yard, "queued")
    for actor in (yard.officers["weigh_officer"], yard.across["gate_officer"]):
        with pytest.raises(NotMandated):
            commands.note_gate_in(actor, key, plate=PLATE, seals=[], documents=0, at=NOON)
    assert Passage.objects.get(key=key).gate_in_at is None
