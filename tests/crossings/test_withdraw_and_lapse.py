"""How an announcement ends without a truck."""

from datetime import date, timedelta

import pytest

from mabar.base import timers
from mabar.base.models import Actor, JournalLine, Mandate, Post, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from tests.crossings.yard import announce, later, lines, state_of, step, truck
from tests.world import NOON

WEEK = timedelta(days=7)


@pytest.mark.parametrize("state", ["announced", "queued"])
def test_a_truck_that_will_not_come_is_withdrawn_and_its_timer_ends(yard, state) -> None:
    key = truck(yard, state)
    passage = commands.withdraw(yard.officers["gate_officer"], key, reason="broke down", at=later(5))
    assert passage.state == "withdrawn"
    assert passage.events.latest("pk").facts == {"reason": "broke down"}
    assert not Timer.objects.filter(subject=key, ended_at=None).exists()


@pytest.mark.parametrize("state", ["gate_in", "weighed", "presented", "closed"])
def test_a_truck_that_has_come_in_is_not_withdrawn(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.OutOfTurn):
        commands.withdraw(yard.officers["gate_officer"], key, at=NOON)
    assert lines("withdraw") == 0


def test_a_declarant_withdraws_what_his_house_announced_and_no_other(yard) -> None:
    own = announce(yard, actor=yard.broker)
    officers = announce(yard, plate="1-2")
    for actor, key in ((yard.rival, own), (yard.broker, officers)):
        with pytest.raises(NoSuchRecord) as refused:
            commands.withdraw(actor, key, at=NOON)
        assert refused.value.details == {"key": key}
    assert commands.withdraw(yard.broker, own, at=NOON).state == "withdrawn"
    assert commands.withdraw(yard.officers["yard_officer"], officers, at=NOON).state == "withdrawn"


def test_nobody_withdraws_without_a_mandate(yard) -> None:
    key = truck(yard)
    for actor in (yard.stranger, yard.across["gate_officer"], yard.officers["weigh_officer"]):
        with pytest.raises(NotMandated):
            commands.withdraw(actor, key, at=NOON)
    assert state_of(key) == "announced"


def test_a_withdrawn_truck_may_be_announced_again(yard) -> None:
    commands.withdraw(yard.officers["gate_officer"], announce(yard), at=NOON)
    announce(yard)
    assert Passage.objects.count() == 2


def test_the_clock_lets_an_announcement_lapse_at_the_instant_it_was_due(yard) -> None:
    key = announce(yard)
    late = NOON + WEEK + timedelta(hours=3)
    assert timers.fire_due(NOON + WEEK - timedelta(seconds=1)) == 0
    assert timers.fire_due(late) == 1
    assert timers.fire_due(late) == 0
    passage = Passage.objects.get(key=key)
    event = passage.events.latest("pk")
    assert (passage.state, event.kind, event.by, event.at) == ("lapsed", "lapse", "node", NOON + WEEK)
    assert event.facts == {"fired_at": "2026-11-29T14:00:00+00:00"}
    line = JournalLine.objects.get(verb="crossings.lapse")
    assert (line.at, line.place, line.mandate) == (late, "dz.debdeb", "node")
    assert line.facts.body == '{"due_at":"2026-11-29T11:00:00+00:00"}'


def test_a_truck_that_came_does_not_lapse(yard) -> None:
    key = truck(yard, "queued")
    assert timers.fire_due(NOON + WEEK * 2) == 0
    with pytest.raises(rules.OutOfTurn):
        commands.lapse(yard.node, key, due_at=NOON, at=NOON)
    assert state_of(key) == "queued"


def test_no_officer_lets_an_announcement_lapse(yard) -> None:
    with pytest.raises(NotMandated):
        commands.lapse(yard.officers["yard_officer"], announce(yard), due_at=NOON, at=NOON)


def test_a_lapse_in_error_is_corrected_and_the_week_begins_anew(yard) -> None:
    key = announce(yard)
    timers.fire_due(NOON + WEEK)
    back = commands.correct_event(yard.officers["gate_officer"], key, reason="on its way", at=NOON + WEEK * 2)
    assert back.state == "announced"
    assert Timer.objects.get(subject=key, fired_at=None).due_at == NOON + WEEK * 3
    step(yard, key, "queued", at=NOON + WEEK * 2)
    assert not Timer.objects.filter(subject=key, fired_at=None, ended_at=None).exists()


def test_a_station_withdraws_what_it_announced_itself_and_no_other(yard) -> None:
    agency = yard.officers["gate_officer"].agency
    post = Post.objects.create(agency=agency, function="carrier_station")
    station = Actor.objects.create(key="carrier-1", kind=Actor.STATION, name="a carrier's program", place=yard.debdeb)
    Mandate.objects.create(actor=station, post=post, place=yard.debdeb, from_on=date(2026, 1, 1))
    own = announce(yard, actor=station, plate="11111-111-11")
    others = [announce(yard, plate="22222-222-22"), announce(yard, actor=yard.broker, plate="33333-333-33")]
    for key in others:
        with pytest.raises(NoSuchRecord):
            commands.withdraw(station, key, at=NOON)
    assert commands.withdraw(station, own, at=NOON).state == "withdrawn"
