"""Prefilling a pass, and how a prefilled pass ends without its vehicle."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError

from mabar.base import timers
from mabar.base.models import Actor, JournalLine, Mandate, Post, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.lib.identifiers import NotAChassisNumber, NotAPlate
from mabar.vehicles import commands, queries, rules
from mabar.vehicles.models import PassHolder, VehiclePass
from tests.vehicles.garage import (
    CHASSIS,
    DEB,
    GHD,
    HOLDER,
    PLATE,
    enter,
    later,
    leave,
    lines,
    prefill,
    the_pass,
    vehicle,
)
from tests.world import NOON


def test_a_prefilled_pass_is_on_record_with_its_event_a_line_and_its_timer(garage) -> None:
    key = prefill(garage, actor=garage.broker, make=" Renault  Clio ", reference="TPD 77", plate="5 123456")
    stay = the_pass(key)
    assert (stay.state, stay.plate, stay.plate_key, stay.chassis) == ("prefilled", "5 123456", "5-123456", CHASSIS)
    assert (stay.make, stay.reference, stay.firm_id, stay.version) == ("Renault Clio", "TPD 77", "BROKER-OASIS", 1)
    event = stay.events.get()
    assert (event.kind, event.by, event.state_before, event.state_after) == ("prefill", "broker-oasis", "", "prefilled")
    line = JournalLine.objects.get(verb="vehicles.prefill")
    assert (line.subject, line.place) == (key, DEB)
    timer = Timer.objects.get(subject=key)
    assert (timer.verb, timer.due_at) == ("vehicles.expire", NOON + timedelta(days=30))


def test_the_holder_stands_beside_the_pass_and_in_no_line_and_no_event(garage) -> None:
    key = prefill(garage)
    assert queries.holder_of(key) == queries.Holder(HOLDER, "P123456")
    line = JournalLine.objects.get(verb="vehicles.prefill")
    assert line.facts.body == '{"chassis":"VF1BB05CF30123456","country":"LY","plate":"5-123456"}'
    assert the_pass(key).events.get().facts == {}


def test_nobody_prefills_without_a_mandate_and_nothing_is_left(garage) -> None:
    for actor in (garage.stranger, garage.across["vehicle_officer"], garage.officers["head_of_vehicles"]):
        with pytest.raises(NotMandated):
            prefill(garage, actor=actor)
    assert not VehiclePass.objects.exists()
    assert not PassHolder.objects.exists()
    assert lines("prefill") == 0


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"plate": "white car"}, NotAPlate),
        ({"chassis": "VF1BB05CF3O123456"}, NotAChassisNumber),
        ({"plate_country": "ZZ"}, rules.NotACountry),
        ({"holder": "  "}, rules.HolderMissing),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_left(garage, facts, refusal) -> None:
    with pytest.raises(refusal) as refused:
        prefill(garage, **facts)
    assert refused.value.sentence("ar").remedy
    assert not VehiclePass.objects.exists()
    assert lines("prefill") == 0


def test_a_place_that_the_node_does_not_know_takes_no_pass(garage) -> None:
    with pytest.raises(NoSuchRecord):
        prefill(garage, place="tn.nowhere", actor=garage.node)


@pytest.mark.parametrize("state", ["prefilled", "validated", "extended", "overdue"])
@pytest.mark.parametrize("other", [{"plate": "7-7"}, {"chassis": "WVWZZZ1JZXW000001"}, {"plate": "5 123456"}])
def test_a_vehicle_has_one_live_pass_by_its_chassis_and_by_its_plate(garage, state, other) -> None:
    key = vehicle(garage, state)
    with pytest.raises(rules.PassLive) as refused:
        prefill(garage, **other)
    assert refused.value.details == {"plate": "5-123456", "chassis": CHASSIS, "key": key}
    assert VehiclePass.objects.count() == 1


OTHERS = [{"plate": "7-7"}, {"chassis": "WVWZZZ1JZXW000001"}, {"plate": "5 123456"}]


@pytest.mark.parametrize("typed", OTHERS)
def test_a_declarant_learns_of_anothers_vehicle_only_what_he_typed(garage, typed) -> None:
    key = prefill(garage, actor=garage.broker)
    with pytest.raises(rules.PassLiveElsewhere) as refused:
        prefill(garage, actor=garage.rival, **typed)
    assert refused.value.details == {"plate": PLATE, "chassis": CHASSIS} | typed
    for language in ("ar", "fr", "en"):
        said = refused.value.sentence(language)
        assert key not in f"{said.what} {said.remedy}"
        assert said.remedy
    assert VehiclePass.objects.count() == 1


def test_a_house_is_told_the_number_of_its_own_pass(garage) -> None:
    key = prefill(garage, actor=garage.broker)
    with pytest.raises(rules.PassLive) as refused:
        prefill(garage, actor=garage.broker)
    assert refused.value.details["key"] == key


@pytest.mark.parametrize("state", ["exited", "exited_late", "regularised"])
def test_a_vehicle_that_has_left_may_come_again(garage, state) -> None:
    vehicle(garage, state)
    prefill(garage, at=later(60))
    assert VehiclePass.objects.count() == 2


def test_one_plate_of_two_countries_is_two_vehicles(garage) -> None:
    prefill(garage)
    prefill(garage, plate_country="TN", chassis="WVWZZZ1JZXW000001")
    assert VehiclePass.objects.count() == 2


def test_the_database_itself_refuses_a_second_live_pass(garage) -> None:
    stay = the_pass(vehicle(garage, "validated"))
    for name, change in (("chassis", {"plate_key": "9"}), ("plate", {"chassis": "WVWZZZ1JZXW000001"})):
        twin = VehiclePass.objects.get(key=stay.key)
        twin.key = f"01KAPQ2Z6T0123456789ABC{name[:3].upper()}"
        for field, value in change.items():
            setattr(twin, field, value)
        from django.db import transaction

        with pytest.raises(IntegrityError), transaction.atomic():
            twin.save(force_insert=True)


def test_the_same_holder_prefills_two_vehicles_and_each_keeps_its_own_pass(garage) -> None:
    first = prefill(garage)
    second = prefill(garage, plate="8-888", chassis="WVWZZZ1JZXW000001")
    assert {row.key for row in queries.found(rules.read_scan("8-888"))} == {second}
    assert queries.found(rules.read_scan(HOLDER)) == []
    enter(garage, first)
    assert the_pass(second).state == "prefilled"


def test_a_prefilling_sent_twice_is_one_pass_with_one_line(garage) -> None:
    key = prefill(garage, event_key="e-1")
    assert prefill(garage, event_key="e-1") == key
    enter(garage, key)
    assert prefill(garage, event_key="e-1") == key
    assert lines("prefill") == 1
    assert the_pass(key).state == "validated"


def test_one_event_key_for_two_vehicles_is_refused(garage) -> None:
    prefill(garage, event_key="e-1")
    with pytest.raises(rules.EventKeyReused):
        prefill(garage, event_key="e-1", plate="8-888", chassis="WVWZZZ1JZXW000001")


CORRECTIONS = {
    "place": GHD,
    "kind": "truck",
    "purpose": "official",
    "plate": "5-123457",
    "plate_country": "TN",
    "chassis": "WVWZZZ1JZXW000001",
    "holder": "Another Example",
    "document": "P999999",
    "make": "Clio",
    "reference": "TPD 78",
}


@pytest.mark.parametrize("state", ["prefilled", "validated", "exited", "cancelled"])
@pytest.mark.parametrize("corrected", CORRECTIONS)
def test_a_correction_under_the_same_event_key_is_refused_and_never_dropped(garage, state, corrected) -> None:
    sent = {"event_key": "e-1", "actor": garage.broker, "reference": "TPD 77"}
    key = vehicle(garage, "prefilled" if state == "cancelled" else state, **sent)
    if state == "cancelled":
        commands.cancel(garage.broker, key, reason="sold", at=NOON)
    with pytest.raises(rules.EventKeyReused) as refused:
        prefill(garage, **sent | {corrected: CORRECTIONS[corrected]})
    assert refused.value.details == {"event_key": "e-1", "kind": "prefill"}
    assert prefill(garage, **sent) == key
    assert VehiclePass.objects.count() == 1


def test_a_prefilling_sent_again_is_the_same_where_the_vehicle_entered_elsewhere_and_once_its_holder_is_erased(
    garage,
) -> None:
    key = prefill(garage, event_key="e-1")
    enter(garage, key, place=GHD, actor=garage.across["vehicle_officer"])
    assert prefill(garage, event_key="e-1") == key
    leave(garage, key)
    timers.fire_due(later(1) + timedelta(days=365))
    assert the_pass(key).holder_erased_at is not None
    assert prefill(garage, event_key="e-1", holder="Another Example") == key
    with pytest.raises(rules.EventKeyReused):
        prefill(garage, event_key="e-1", make="Clio")


def test_a_declarant_cancels_what_his_house_prefilled_and_no_other(garage) -> None:
    own = prefill(garage, actor=garage.broker)
    officers = prefill(garage, plate="8-888", chassis="WVWZZZ1JZXW000001")
    for actor, key in ((garage.rival, own), (garage.broker, officers)):
        with pytest.raises(NoSuchRecord):
            commands.cancel(actor, key, reason="x", at=NOON)
    assert commands.cancel(garage.broker, own, reason="sold", at=NOON).state == "cancelled"
    assert commands.cancel(garage.officers["vehicle_officer"], officers, reason="x", at=NOON).state == "cancelled"
    assert not Timer.objects.filter(verb="vehicles.expire", ended_at=None).exists()


def test_a_portal_cancels_what_it_prefilled_itself_and_no_other(garage) -> None:
    post = Post.objects.create(agency_id="dz.customs", function="portal_station")
    portal = Actor.objects.create(key="portal-1", kind=Actor.STATION, name="a portal", place=garage.debdeb)
    Mandate.objects.create(actor=portal, post=post, place=garage.debdeb, from_on=date(2026, 1, 1))
    other = prefill(garage)
    own = prefill(garage, actor=portal, plate="8-888", chassis="WVWZZZ1JZXW000001")
    with pytest.raises(NoSuchRecord):
        commands.cancel(portal, other, reason="x", at=NOON)
    assert commands.cancel(portal, own, reason="x", at=NOON).state == "cancelled"
    assert queries.readable_pass(portal, own, NOON).row.key == own
    with pytest.raises(NoSuchRecord):
        queries.readable_pass(portal, other, NOON)


def test_an_officer_cancels_at_his_own_counter_a_pass_expected_at_another(garage) -> None:
    across = garage.across["vehicle_officer"]
    key = prefill(garage)
    with pytest.raises(NotMandated):
        commands.cancel(across, key, reason="wrong chassis", place=DEB, at=NOON)
    with pytest.raises(NotMandated):
        commands.cancel(garage.officers["vehicle_officer"], key, reason="wrong chassis", place=GHD, at=NOON)
    stay = commands.cancel(across, key, reason="wrong chassis", place=GHD, at=NOON)
    assert (stay.state, stay.place_id, stay.events.latest("pk").place_id) == ("cancelled", DEB, GHD)
    assert JournalLine.objects.get(verb="vehicles.cancel").place == GHD
    prefill(garage, place=GHD, actor=across)


def test_a_declarant_gains_nothing_by_naming_another_place(garage) -> None:
    own = prefill(garage, actor=garage.broker)
    with pytest.raises(NoSuchRecord):
        commands.cancel(garage.rival, own, reason="x", place=GHD, at=NOON)
    stay = commands.cancel(garage.broker, own, reason="sold", place=GHD, at=NOON)
    assert stay.events.latest("pk").place_id == DEB


def test_a_pass_is_not_cancelled_at_a_place_that_the_node_does_not_know(garage) -> None:
    key = prefill(garage)
    with pytest.raises(NoSuchRecord):
        commands.cancel(garage.officers["vehicle_officer"], key, reason="x", place="tn.nowhere", at=NOON)
    assert the_pass(key).state == "prefilled"


def test_a_pass_in_force_is_not_cancelled_and_none_without_a_reason(garage) -> None:
    key = prefill(garage)
    with pytest.raises(rules.ReasonMissing):
        commands.cancel(garage.officers["vehicle_officer"], key, reason=" ", at=NOON)
    enter(garage, key)
    with pytest.raises(rules.OutOfTurn):
        commands.cancel(garage.officers["vehicle_officer"], key, reason="x", at=later(1))
    with pytest.raises(NotMandated):
        commands.cancel(garage.stranger, key, reason="x", at=NOON)


def test_a_prefilled_pass_expires_once_at_the_instant_it_was_due(garage) -> None:
    key = prefill(garage)
    due = NOON + timedelta(days=30)
    assert timers.fire_due(due - timedelta(seconds=1)) == 0
    assert timers.fire_due(due + timedelta(hours=5)) == 1
    assert timers.fire_due(due + timedelta(hours=6)) == 0
    stay = the_pass(key)
    assert (stay.state, stay.ended_at) == ("expired", due)
    assert lines("expire") == 1
    with pytest.raises(NotMandated):
        commands.expire(garage.officers["vehicle_officer"], key, due_at=due, at=due)


def test_a_vehicle_that_came_does_not_expire(garage) -> None:
    key = vehicle(garage, "exited")
    timers.fire_due(NOON + timedelta(days=31))
    assert the_pass(key).state == "exited"
    assert lines("expire") == 0
