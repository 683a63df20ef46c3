"""Announcing a truck."""

import pytest
from django.db import IntegrityError

from mabar.base.keys import new_key
from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from mabar.lib.identifiers import NotAPlate
from tests.crossings.yard import PLATE, SEAL, announce, later, lines, state_of, step, truck
from tests.world import NOON


def test_an_announced_truck_is_on_record_with_its_event_and_a_line(yard) -> None:
    key = announce(yard, actor=yard.broker, carrier=" Oasis Haulage ", trailer_plate="T-12", expected_at=later(90))
    passage = Passage.objects.get(key=key)
    assert (passage.state, passage.plate, passage.plate_key, passage.trailer_plate) == (
        "announced",
        PLATE,
        PLATE,
        "T-12",
    )
    assert (passage.carrier, passage.firm_id, passage.seals, passage.version) == (
        "Oasis Haulage",
        "BROKER-OASIS",
        [SEAL],
        1,
    )
    assert (passage.announced_at, passage.expected_at, passage.origin) == (NOON, later(90), None)
    event = passage.events.get()
    assert (event.kind, event.state_before, event.state_after, event.by) == (
        "announce",
        "",
        "announced",
        "broker-oasis",
    )
    assert event.facts == {"seals": [SEAL]}
    line = JournalLine.objects.get(verb="crossings.announce")
    assert (line.subject, line.place) == (key, "dz.debdeb")
    assert line.facts.body == '{"carrier":"Oasis Haulage","direction":"entry","plate":"99417-322-33"}'


def test_an_officers_announcement_belongs_to_no_firm(yard) -> None:
    passage = Passage.objects.get(key=announce(yard, trailer_plate=" "))
    assert passage.firm_id is None
    assert passage.trailer_plate == ""


def test_an_announcement_starts_the_week_after_which_it_lapses(yard) -> None:
    key = announce(yard, expected_at=later(60))
    timer = Timer.objects.get(subject=key)
    assert (timer.verb, timer.due_at) == ("crossings.lapse", later(60 + 7 * 24 * 60))


def test_nobody_announces_without_a_mandate_and_nothing_is_left(yard) -> None:
    for actor in (yard.stranger, yard.across["yard_officer"], yard.officers["weigh_officer"]):
        with pytest.raises(NotMandated):
            announce(yard, actor=actor)
    assert not Passage.objects.exists()
    assert lines("announce") == 0


def test_a_place_that_is_no_crossing_of_this_node_takes_no_truck(world) -> None:
    with pytest.raises(NoSuchRecord) as refused:
        announce(world)
    assert refused.value.details == {"key": "dz.debdeb"}


def test_a_truck_without_a_plate_is_refused(yard) -> None:
    with pytest.raises(NotAPlate):
        announce(yard, plate="white lorry")
    with pytest.raises(NotAPlate):
        announce(yard, trailer_plate="white")


@pytest.mark.parametrize("state", ["announced", "queued", "gate_in", "weighed", "presented"])
def test_a_truck_has_one_live_passage_a_place_and_direction(yard, state) -> None:
    key = truck(yard, state)
    with pytest.raises(rules.AnnouncedBefore) as refused:
        announce(yard, plate="99417 322 33")
    assert refused.value.details == {"plate": PLATE, "key": key}
    assert Passage.objects.count() == 1


def test_the_same_truck_may_come_again_and_may_be_announced_the_other_way(yard) -> None:
    truck(yard, "closed")
    announce(yard)
    announce(yard, direction="exit")
    announce(yard, place="ly.ghadames", actor=yard.across["yard_officer"])
    assert Passage.objects.count() == 4


def test_an_announcement_sent_twice_is_one_passage_with_one_line(yard) -> None:
    key = announce(yard, event_key="e-1")
    assert announce(yard, event_key="e-1") == key
    step(yard, key, "queued")
    assert announce(yard, event_key="e-1") == key
    assert lines("announce") == 1
    assert state_of(key) == "queued"


def test_two_senders_may_use_the_same_event_key(yard) -> None:
    assert announce(yard, event_key="1") != announce(yard, event_key="1", plate="7-7", actor=yard.broker)


def test_one_event_key_for_two_trucks_is_refused(yard) -> None:
    announce(yard, event_key="e-1")
    with pytest.raises(rules.EventKeyReused) as refused:
        announce(yard, event_key="e-1", plate="11-22")
    assert refused.value.details == {"event_key": "e-1", "kind": "announce"}
    assert lines("announce") == 1


def test_a_key_that_stands_for_a_passage_is_a_fault_and_not_a_refusal(yard) -> None:
    key = announce(yard)
    with pytest.raises(IntegrityError):
        commands.announce(yard.broker, key, place="dz.debdeb", direction="entry", plate="11-22", at=NOON, event_key="x")
    assert Passage.objects.get().plate == PLATE


def test_the_carrier_may_be_unknown_and_seals_are_kept_once(yard) -> None:
    passage = commands.announce(
        yard.broker, new_key(NOON), place="dz.debdeb", direction="exit", plate="1", seals=["a 1", "A1"], at=NOON
    )
    assert (passage.carrier, passage.seals) == ("", ["a 1"])
