"""Leaving: only when every declaration is cleared, nobody holds the truck, and the seals are whole."""

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from mabar.exchange.models import Outgoing
from tests.crossings.yard import SEAL, announce, attach, clear, hold, later, lines, state_of, step, truck
from tests.world import NOON


def test_a_cleared_truck_leaves_and_its_passage_closes_in_the_same_act(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    passage = step(yard, key, "closed", at=later(60))
    assert (passage.state, passage.gate_out_at, passage.closed_at) == ("closed", later(60), later(60))
    out, closing = passage.events.order_by("-pk")[:2][::-1]
    assert (out.kind, out.state_before, out.state_after, out.facts) == (
        "note_gate_out",
        "presented",
        "gate_out",
        {"seals": [SEAL]},
    )
    assert (closing.kind, closing.state_before, closing.state_after) == ("close", "gate_out", "closed")
    assert lines("note_gate_out") == 1
    assert JournalLine.objects.get(verb="crossings.note_gate_out").facts.body == '{"seals":["DZ 0091874"]}'


def test_the_neighbours_are_told_of_the_gate_out(yard) -> None:
    key = truck(yard, "presented", trailer_plate="T-1", carrier="Oasis Haulage")
    attach(yard, key, "D0", is_cleared=True)
    clear(yard, key)
    step(yard, key, "closed", at=later(60))
    letter = Outgoing.objects.get()
    assert (letter.address, letter.kind, letter.left_at) == ("here", "crossings.gate-out/1", later(60))
    assert letter.body == (
        '{"at":"2026-11-22T12:00:00+00:00","carrier":"Oasis Haulage","declarations":["D0","D1"],"direction":"entry",'
        f'"passage":"{key}","place":"dz.debdeb","plate":"99417-322-33","seals":["DZ 0091874"],"trailer_plate":"T-1"}}'
    )


def stays(yard, key: str, refusal: type, **facts) -> rules.CrossingsRefusal:
    before = Passage.objects.filter(key=key).values().get()
    with pytest.raises(refusal) as refused:
        step(yard, key, "closed", **facts)
    assert Passage.objects.filter(key=key).values().get() == before
    assert lines("note_gate_out") == 0
    assert not Outgoing.objects.exists()
    return refused.value


def test_a_truck_with_an_uncleared_declaration_stays(yard) -> None:
    key = truck(yard, "presented")
    attach(yard, key, "D2")
    clear(yard, key)
    assert stays(yard, key, rules.NotCleared).details == {"references": "DEB-2026-C-D2"}


def test_a_laden_truck_without_any_declaration_stays(yard) -> None:
    key = truck(yard, "presented")
    commands.detach(yard.officers["registrar"], key, declaration="D1", at=NOON)
    stays(yard, key, rules.NothingDeclared)


def test_an_empty_truck_leaves_without_a_declaration(yard) -> None:
    key = announce(yard, seals=[])
    step(yard, key, "queued")
    step(yard, key, "gate_in", seals=[])
    step(yard, key, "weighed", gross_mass_g=15_000_000, is_empty=True)
    step(yard, key, "presented")
    assert step(yard, key, "closed", seals=[]).state == "closed"


def test_a_broken_seal_stops_the_truck_and_leaves_no_trace(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    refusal = stays(yard, key, rules.SealBroken, seals=["DZ 0091847"])
    assert refusal.details == {"declared": SEAL, "seen": "DZ 0091847"}


def test_a_held_truck_stays_until_every_agency_has_lifted_its_hold(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    police, plants = hold(yard, key), hold(yard, key, "plant_health_officer")
    assert stays(yard, key, rules.Held).details == {"agencies": "dz.police, dz.plant_health"}
    commands.lift_hold(yard.officers["police_officer"], key, hold=police, note="seen", at=NOON)
    assert stays(yard, key, rules.Held).details == {"agencies": "dz.plant_health"}
    commands.lift_hold(yard.officers["plant_health_officer"], key, hold=plants, note="seen", at=NOON)
    assert step(yard, key, "closed").state == "closed"


@pytest.mark.parametrize("state", ["announced", "queued", "gate_in", "weighed", "closed"])
def test_a_truck_leaves_only_after_it_was_presented(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn) as refused:
        step(yard, key, "closed")
    assert refused.value.details == {"verb": "note_gate_out", "state": state}
    assert state_of(key) == state


def test_nobody_lets_a_truck_out_without_a_mandate(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    for actor in (yard.officers["release_officer"], yard.across["gate_officer"], yard.broker):
        with pytest.raises(NotMandated):
            commands.note_gate_out(actor, key, seals=[SEAL], at=NOON)
    assert state_of(key) == "presented"


def test_a_truck_leaves_no_earlier_than_it_was_presented(yard) -> None:
    key = truck(yard, "presented")
    clear(yard, key)
    stays(yard, key, rules.HourOutOfOrder, at=later(-5))
