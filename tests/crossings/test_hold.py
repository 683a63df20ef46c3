"""Holds: each agency its own."""

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Hold, Passage
from tests.crossings.yard import hold, later, lines, state_of, truck
from tests.world import NOON


def lift(yard, key: str, number: int, officer: str = "police_officer", **facts) -> Passage:
    return commands.lift_hold(yard.officers[officer], key, hold=number, **{"note": " seen ", "at": later(9), **facts})


@pytest.mark.parametrize("state", ["announced", "queued", "gate_in", "weighed", "presented"])
def test_an_agency_holds_a_live_truck_and_its_state_stays(yard, state) -> None:
    key = truck(yard, state)
    number = hold(yard, key, wants=" the chassis ", reason=" a tip ", desk=" 4 ", at=later(7))
    placed = Hold.objects.get(pk=number)
    assert (placed.agency_id, placed.wants, placed.reason, placed.desk) == ("dz.police", "the chassis", "a tip", "4")
    assert (placed.placed_by, placed.placed_at, placed.lifted_at) == ("DEB-0012", later(7), None)
    event = Passage.objects.get(key=key).events.latest("pk")
    assert (event.kind, event.facts, event.state_before, event.state_after) == (
        "hold",
        {"hold": number, "agency": "dz.police"},
        state,
        state,
    )


def test_a_hold_makes_a_new_version_of_the_passage(yard) -> None:
    key = truck(yard, "queued")
    before = Passage.objects.get(key=key).version
    number = hold(yard, key)
    assert Passage.objects.get(key=key).version == before + 1
    assert lift(yard, key, number).version == before + 2


def test_a_truck_that_has_left_is_not_held(yard) -> None:
    key = truck(yard, "closed")
    with pytest.raises(rules.OutOfTurn):
        hold(yard, key)
    assert not Hold.objects.exists()


@pytest.mark.parametrize("missing", ["wants", "reason"])
def test_a_hold_says_what_the_agency_wants_and_why(yard, missing) -> None:
    with pytest.raises(rules.ReasonMissing):
        hold(yard, truck(yard), **{missing: " "})
    assert lines("hold") == 0


def test_the_desk_of_a_hold_is_a_number(yard) -> None:
    with pytest.raises(rules.NotADesk):
        hold(yard, truck(yard), desk="drugs squad")


def test_a_lifted_hold_names_who_lifted_it_and_is_not_lifted_again(yard) -> None:
    key = truck(yard, "gate_in")
    number = hold(yard, key)
    lift(yard, key, number)
    placed = Hold.objects.get(pk=number)
    assert (placed.lifted_by, placed.lifted_at, placed.lift_note) == ("DEB-0012", later(9), "seen")
    event = Passage.objects.get(key=key).events.latest("pk")
    assert (event.kind, event.facts) == ("lift_hold", {"hold": number, "agency": "dz.police"})
    with pytest.raises(rules.HoldLiftedBefore) as refused:
        lift(yard, key, number)
    assert refused.value.details == {"at": "2026-11-22 12:09"}
    assert lines("lift_hold") == 1


def test_an_agency_lifts_its_own_holds_only(yard) -> None:
    key = truck(yard, "gate_in")
    number = hold(yard, key)
    for officer in ("plant_health_officer", "inspector", "yard_officer"):
        with pytest.raises(rules.HoldNotYours) as refused:
            lift(yard, key, number, officer)
        assert refused.value.details == {"agencies": "dz.police"}
    assert Hold.objects.get().lifted_at is None


def test_another_officer_of_the_same_agency_may_lift_it(yard) -> None:
    key = truck(yard, "gate_in")
    number = hold(yard, key, "inspector")
    lift(yard, key, number, "head_of_inspection")
    assert not queries.agencies_holding(key)


def test_a_hold_of_another_truck_is_not_found(yard) -> None:
    number = hold(yard, truck(yard))
    other = truck(yard, plate="5-5")
    with pytest.raises(NoSuchRecord):
        lift(yard, other, number)


def test_nobody_holds_or_lifts_without_a_mandate(yard) -> None:
    key = truck(yard, "gate_in")
    number = hold(yard, key)
    for actor in (yard.officers["gate_officer"], yard.across["police_officer"], yard.broker):
        with pytest.raises(NotMandated):
            commands.hold(actor, key, wants="w", reason="r", at=NOON)
        with pytest.raises(NotMandated):
            commands.lift_hold(actor, key, hold=number, note="", at=NOON)


def test_the_node_is_of_no_agency_and_holds_nothing(yard) -> None:
    key = truck(yard, "gate_in")
    with pytest.raises(NotMandated) as refused:
        commands.hold(yard.node, key, wants="w", reason="r", at=NOON)
    assert refused.value.details == {"verb": "crossings.hold", "place": "dz.debdeb", "actor": "node"}
    number = hold(yard, key)
    with pytest.raises(NotMandated):
        commands.lift_hold(yard.node, key, hold=number, note="", at=NOON)
    assert state_of(key) == "gate_in"


def test_each_agency_that_holds_is_named_once_in_its_turn(yard) -> None:
    key = truck(yard, "gate_in")
    for officer in ("plant_health_officer", "police_officer", "plant_health_officer"):
        hold(yard, key, officer)
    assert [agency.code for agency in queries.agencies_holding(key)] == ["dz.plant_health", "dz.police"]


def test_the_open_holds_of_an_agency_are_listed_at_one_place_or_at_all(yard) -> None:
    key = truck(yard, "gate_in")
    first, second = hold(yard, key, at=later(2)), hold(yard, key, at=later(1))
    lifted = hold(yard, key)
    lift(yard, key, lifted)
    hold(yard, key, "inspector")
    assert [row.number for row in queries.holds_open("dz.police")] == [second, first]
    assert [row.number for row in queries.holds_open("dz.police", place="dz.debdeb")] == [second, first]
    assert queries.holds_open("dz.police", place="ly.ghadames") == []
    row = queries.holds_open("dz.police")[0]
    assert (row.passage, row.plate, row.state, row.is_open, row.agency_names["en"]) == (
        key,
        "99417-322-33",
        "gate_in",
        True,
        "police",
    )


def test_the_journal_keeps_why_the_truck_was_held(yard) -> None:
    hold(yard, truck(yard), desk="3")
    body = JournalLine.objects.get(verb="crossings.hold").facts.body
    assert body == '{"desk":"3","reason":"a tip","wants":"the chassis number"}'
