"""The other side: what leaves Debdeb is announced at Ghadames, where both lie on one node."""

import pytest

from mabar.base.rules import NotMandated
from mabar.crossings import commands, inbox, queries, rules
from mabar.crossings.messages import GateOut, GateOutUndone
from mabar.crossings.models import Crossing, Passage
from mabar.exchange.models import Outgoing
from tests.crossings.yard import PLATE, SEAL, announce, later, lines, step, truck
from tests.world import NOON


@pytest.fixture
def leave(yard, django_capture_on_commit_callbacks):
    """Let a truck out of Debdeb, with the messages opened as after the commit."""

    def left(**facts) -> str:
        with django_capture_on_commit_callbacks(execute=True):
            return truck(yard, "closed", **{"direction": "exit", **facts})

    return left


def here() -> Passage:
    return Passage.objects.get(place="ly.ghadames")


def correct(yard, key: str, capture) -> None:
    with capture(execute=True):
        commands.correct_event(yard.officers["yard_officer"], key, reason="wrong truck", at=later(5))


def test_a_truck_that_left_is_announced_on_the_other_side(yard, leave) -> None:
    key = leave(trailer_plate="T-1", carrier="Oasis Haulage")
    across = here()
    assert (across.state, across.direction, across.origin) == ("announced", "entry", key)
    assert (across.plate, across.trailer_plate, across.carrier) == (PLATE, "T-1", "Oasis Haulage")
    assert (across.seals, across.firm_id) == ([SEAL], None)
    assert across.events.get().by == "node"
    assert Outgoing.objects.get().done_at is not None


def test_a_message_opened_twice_announces_once(yard, leave) -> None:
    from mabar.exchange import inbox as post

    leave()
    assert not post.open_one(Outgoing.objects.get().key, later(1))
    assert Passage.objects.filter(place="ly.ghadames").count() == 1


def test_a_truck_that_entered_is_announced_nowhere(yard, leave) -> None:
    leave(direction="entry")
    assert not Passage.objects.filter(place="ly.ghadames").exists()


def test_where_the_other_side_is_no_crossing_of_this_node_nothing_is_announced(yard, leave) -> None:
    Crossing.objects.get(place="ly.ghadames").delete()
    leave()
    assert Passage.objects.count() == 1
    assert Outgoing.objects.get().done_at is not None


def test_a_truck_announced_there_before_is_tied_to_where_it_came_from(yard, leave) -> None:
    known = announce(yard, place="ly.ghadames", actor=yard.across["yard_officer"], seals=[])
    key = leave()
    across = here()
    assert (across.key, across.origin, across.state) == (known, key, "announced")
    event = across.events.latest("pk")
    assert (event.kind, event.facts, event.by) == ("note_origin", {"origin": key}, "node")


def test_an_undone_gate_out_takes_its_announcement_back(yard, leave, django_capture_on_commit_callbacks) -> None:
    correct(yard, leave(), django_capture_on_commit_callbacks)
    assert here().state == "withdrawn"
    assert here().events.latest("pk").by == "node"


def test_an_undone_gate_out_leaves_what_others_had_announced(yard, leave, django_capture_on_commit_callbacks) -> None:
    announce(yard, place="ly.ghadames", actor=yard.across["yard_officer"])
    correct(yard, leave(), django_capture_on_commit_callbacks)
    assert (here().state, here().origin) == ("announced", None)


def test_a_truck_that_has_already_come_stays_where_it_is(yard, leave, django_capture_on_commit_callbacks) -> None:
    key = leave()
    announced_at = here().events.get().at  # by the clock of this machine, as a message is opened
    step(yard, here().key, "queued", actor=yard.across["gate_officer"], at=announced_at)
    correct(yard, key, django_capture_on_commit_callbacks)
    assert (here().state, here().origin) == ("queued", key)


def test_a_truck_that_leaves_again_is_announced_again(yard, leave, django_capture_on_commit_callbacks) -> None:
    key = leave()
    correct(yard, key, django_capture_on_commit_callbacks)
    with django_capture_on_commit_callbacks(execute=True):
        step(yard, key, "closed", at=later(6))
    states = [row.state for row in queries.tied_to(key)]
    assert sorted(states) == ["announced", "withdrawn"]


def test_only_the_node_ties_passages(yard) -> None:
    key = truck(yard)
    with pytest.raises(NotMandated):
        commands.note_origin(yard.officers["yard_officer"], key, origin="X", at=NOON)
    withdrawn = truck(yard, plate="5-5")
    commands.withdraw(yard.officers["yard_officer"], withdrawn, reason="not coming", at=NOON)
    with pytest.raises(rules.OutOfTurn):
        commands.note_origin(yard.node, withdrawn, origin="X", at=NOON)
    assert lines("note_origin") == 0


def test_an_unknown_place_has_no_other_side(yard) -> None:
    told = {"passage": "P", "place": "dz.nowhere", "direction": "exit", "declarations": (), "at": NOON}
    inbox.open_gate_out(GateOut(plate="1", trailer_plate="", carrier="", seals=(), **told), NOON)
    inbox.open_gate_out_undone(GateOutUndone(**told), NOON)
    assert not Passage.objects.exists()
