"""The weighbridge."""

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NotMandated
from mabar.crossings import commands, queries, rules
from tests.crossings.yard import attach, later, lines, state_of, step, truck
from tests.world import NOON


def test_the_weighbridge_records_gross_tare_and_the_load_against_what_was_declared(yard) -> None:
    key = truck(yard, "gate_in")
    passage = step(yard, key, "weighed", at=later(30))
    assert (passage.state, passage.weighed_at, passage.is_empty) == ("weighed", later(30), False)
    assert (passage.gross_mass_g, passage.tare_mass_g) == (27_000_000, 15_000_000)
    assert passage.events.latest("pk").facts == {
        "gross_mass_g": 27_000_000,
        "tare_mass_g": 15_000_000,
        "is_empty": False,
        "net_mass_g": 12_000_000,
        "declared_mass_g": 12_000_000,
        "difference_g": 0,
        "is_beyond_tolerance": False,
    }
    body = JournalLine.objects.get(verb="crossings.note_weight").facts.body
    assert body == '{"gross_mass_g":27000000,"is_empty":false,"tare_mass_g":15000000}'


def test_a_load_beyond_tolerance_is_noted_for_the_officer_and_not_refused(yard) -> None:
    key = truck(yard, "gate_in")
    attach(yard, key, "D2", gross_mass_g=1_000_000)
    step(yard, key, "weighed", gross_mass_g=29_000_000)
    event = queries.passage(key).events[-1]
    assert event.facts["declared_mass_g"] == 13_000_000
    assert event.facts["difference_g"] == 1_000_000
    assert event.is_alert


def test_without_a_tare_the_load_stays_unknown(yard) -> None:
    key = truck(yard, "gate_in")
    assert step(yard, key, "weighed", tare_mass_g=None).tare_mass_g is None
    event = queries.passage(key).events[-1]
    assert event.facts["net_mass_g"] is None
    assert not event.is_alert


def test_an_empty_truck_is_recorded_as_empty(yard) -> None:
    key = truck(yard, "gate_in")
    assert step(yard, key, "weighed", gross_mass_g=15_000_000, is_empty=True).is_empty is True


def test_impossible_figures_are_refused_and_leave_no_trace(yard) -> None:
    key = truck(yard, "gate_in")
    with pytest.raises(rules.MassImpossible):
        step(yard, key, "weighed", gross_mass_g=14_000_000)
    assert state_of(key) == "gate_in"
    assert lines("note_weight") == 0


@pytest.mark.parametrize("state", ["queued", "weighed", "presented"])
def test_a_truck_is_weighed_after_the_gate_and_once(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn):
        step(yard, key, "weighed")


def test_nobody_weighs_without_a_mandate(yard) -> None:
    key = truck(yard, "gate_in")
    for actor in (yard.officers["gate_officer"], yard.across["weigh_officer"]):
        with pytest.raises(NotMandated):
            commands.note_weight(actor, key, gross_mass_g=1, tare_mass_g=None, is_empty=False, at=NOON)


def test_the_weigh_officer_weighs(yard) -> None:
    assert step(yard, truck(yard, "gate_in"), "weighed", actor=yard.officers["weigh_officer"]).state == "weighed"
