"""Appointments: asked for an announced truck, moved, given back, kept, and lapsed by the clock."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from mabar.base import timers
from mabar.base.models import JournalFacts, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import Appointment, Passage, QueueTerms
from tests.crossings.test_two_officers import at_once, yard_of_two
from tests.crossings.yard import announce, later, lines, step
from tests.world import NOON

HOURS = {"days": [7, 1, 2, 3, 4, 6], "opens_min": 480, "closes_min": 960, "slot_min": 60}
HOURS |= {"trucks_a_slot": 2, "tolerance_min": 30}
TWO, THREE = later(60), later(120)  # one o'clock and two o'clock on the clock of Debdeb


def state_hours(world, **change):
    return commands.change_hours(world.officers["place_administrator"], "dz.debdeb", at=NOON, **{**HOURS, **change})


@pytest.fixture
def slotted(yard):
    """The yard, with slots of an hour for two trucks."""
    state_hours(yard)
    return yard


def ask(world, key: str, slot_at: datetime = TWO, **facts) -> Passage:
    actor = facts.pop("actor", world.officers["yard_officer"])
    return commands.ask_appointment(actor, key, **{"slot_at": slot_at, "at": NOON, **facts})


def state(key: str) -> str:
    return Appointment.objects.get(passage=key).state


def due(key: str) -> list[datetime]:
    found = Timer.objects.filter(verb="crossings.lapse_appointment", subject=key, ended_at=None, fired_at=None)
    return list(found.values_list("due_at", flat=True))


def test_an_announced_truck_is_given_its_hour(slotted) -> None:
    key = announce(slotted)
    passage = ask(slotted, key)
    found = queries.appointment_of(key)
    assert (found.slot_at, found.state, found.lapses_at, found.is_standing) == (TWO, "asked", later(90), True)
    assert passage.expected_at == TWO
    assert due(key) == [later(90)]
    assert [event.kind for event in queries.passage(key).events] == ["announce", "ask_appointment"]
    assert lines("ask_appointment") == 1
    assert "2026-11-22T12:00" in JournalFacts.objects.get(line__verb="crossings.ask_appointment").body


def test_an_announcement_lasts_as_long_as_its_appointment_needs_it(slotted) -> None:
    key = announce(slotted)
    far = NOON + timedelta(days=9, hours=1)
    ask(slotted, key, far)
    lapse = Timer.objects.get(verb="crossings.lapse", subject=key, ended_at=None)
    assert lapse.due_at == far + rules.LAPSE_AFTER


def test_a_declarant_asks_for_the_trucks_of_his_house_and_no_others(slotted) -> None:
    own, other = announce(slotted, actor=slotted.broker), announce(slotted, actor=slotted.rival, plate="2-2")
    ask(slotted, own, actor=slotted.broker)
    for act in (commands.ask_appointment, commands.move_appointment):
        with pytest.raises(NoSuchRecord):
            act(slotted.broker, other, slot_at=TWO, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.give_back_appointment(slotted.rival, own, at=NOON)
    assert Appointment.objects.count() == 1


ACTS = {
    "ask_appointment": {"slot_at": TWO},
    "move_appointment": {"slot_at": THREE},
    "give_back_appointment": {},
}


@pytest.mark.parametrize("act", ACTS)
def test_who_has_no_mandate_gives_no_hours(slotted, act) -> None:
    key = announce(slotted)
    for actor in (slotted.stranger, slotted.officers["police_officer"], slotted.across["yard_officer"]):
        with pytest.raises(NotMandated):
            getattr(commands, act)(actor, key, at=NOON, **ACTS[act])
    assert lines(act) == 0


def test_a_full_slot_is_refused_and_names_the_next_free_ones(slotted) -> None:
    for number in range(2):
        ask(slotted, announce(slotted, plate=f"1-{number}"))
    ask(slotted, announce(slotted, plate="1-9"), THREE)
    key = announce(slotted, plate="2-2")
    with pytest.raises(rules.SlotFull) as full:
        ask(slotted, key)
    assert full.value.details["next"] == "2026-11-22 14:00 · 2026-11-22 15:00 · 2026-11-23 08:00"
    assert full.value.details["at"] == "2026-11-22 13:00"
    assert queries.appointment_of(key) is None
    assert ask(slotted, key, THREE).expected_at == THREE


def test_an_appointment_is_moved_and_the_old_hour_is_free_again(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    commands.move_appointment(slotted.officers["yard_officer"], key, slot_at=THREE, at=later(1))
    assert [row.taken for row in queries.slots_on("dz.debdeb", NOON.date(), NOON)[5:7]] == [0, 1]
    assert due(key) == [later(150)]
    for number in range(2):
        ask(slotted, announce(slotted, plate=f"1-{number}"))


def test_where_the_new_hour_is_full_the_old_one_stands(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    for number in range(2):
        ask(slotted, announce(slotted, plate=f"1-{number}"), THREE)
    with pytest.raises(rules.SlotFull):
        commands.move_appointment(slotted.officers["yard_officer"], key, slot_at=THREE, at=NOON)
    assert (queries.appointment_of(key).slot_at, due(key)) == (TWO, [later(90)])


def test_an_appointment_given_back_frees_its_seat_and_another_may_be_asked_for(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    commands.give_back_appointment(slotted.officers["yard_officer"], key, at=later(1))
    assert (state(key), due(key)) == ("given_back", [])
    assert queries.slots_on("dz.debdeb", NOON.date(), NOON)[5].free == 2
    ask(slotted, key, THREE)
    assert (state(key), Appointment.objects.count()) == ("asked", 1)


def test_a_truck_has_one_appointment_and_none_can_be_moved_that_is_not_there(slotted) -> None:
    key = announce(slotted)
    officer = slotted.officers["yard_officer"]
    for act, facts in (("move_appointment", {"slot_at": TWO}), ("give_back_appointment", {})):
        with pytest.raises(rules.NoAppointment):
            getattr(commands, act)(officer, key, at=NOON, **facts)
    ask(slotted, key)
    with pytest.raises(rules.AppointmentStands) as stands:
        ask(slotted, key, THREE)
    assert stands.value.details == {"at": "2026-11-22 13:00"}  # as the clock of Debdeb shows it


def test_an_hour_that_is_none_or_has_begun_is_refused(slotted) -> None:
    key = announce(slotted)
    with pytest.raises(rules.NotASlot):
        ask(slotted, key, later(75))
    with pytest.raises(rules.SlotPast):
        ask(slotted, key, NOON)
    with pytest.raises(rules.SlotPast):
        ask(slotted, key, NOON + timedelta(days=15, hours=1))
    assert lines("ask_appointment") == 0


def test_a_crossing_without_slots_gives_no_hours(yard) -> None:
    with pytest.raises(rules.NoSlots):
        ask(yard, announce(yard))


def test_a_truck_that_waits_already_asks_for_nothing(slotted) -> None:
    key = announce(slotted)
    step(slotted, key, "queued")
    with pytest.raises(rules.OutOfTurn):
        ask(slotted, key)


@pytest.mark.parametrize(("came", "becomes", "place"), [(-30, "kept", 1), (90, "kept", 1), (91, "lapsed", 2)])
def test_a_truck_that_comes_in_time_keeps_its_hour(slotted, came, becomes, place) -> None:
    key, other = announce(slotted), announce(slotted, plate="2-2")
    ask(slotted, key)
    step(slotted, other, "queued", at=later(61))
    step(slotted, key, "queued", at=later(came) if came > 0 else later(30))
    assert (state(key), due(key)) == (becomes, [])
    assert queries.standing_of(key, later(100)).position == place


def test_the_clock_lets_an_appointment_lapse_and_its_seat_is_free(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    assert timers.fire_due(later(89)) == 0
    assert timers.fire_due(later(95)) == 1
    event = queries.passage(key).events[-1]
    assert (state(key), event.kind, event.at, event.by) == ("lapsed", "lapse_appointment", later(90), "node")
    assert Passage.objects.get(key=key).state == "announced"
    ask(slotted, key, THREE, at=later(95))
    assert state(key) == "asked"


def test_news_of_an_arrival_in_time_that_comes_late_keeps_the_hour(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    timers.fire_due(later(95))
    step(slotted, key, "queued", at=later(85))
    assert state(key) == "kept"


def test_an_arrival_that_is_undone_awaits_the_truck_again(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    step(slotted, key, "queued", at=later(40))
    commands.correct_event(slotted.officers["yard_officer"], key, reason="another truck", at=later(41))
    assert (state(key), due(key)) == ("asked", [later(90)])


def test_a_truck_that_waits_may_give_its_later_hour_back_and_stand_by_its_arrival(slotted) -> None:
    key, other = announce(slotted), announce(slotted, plate="2-2")
    ask(slotted, key, THREE)
    step(slotted, key, "queued", at=later(10))
    step(slotted, other, "queued", at=later(20))
    assert queries.standing_of(key, later(30)).position == 2
    commands.give_back_appointment(slotted.officers["yard_officer"], key, at=later(30))
    assert queries.standing_of(key, later(30)).position == 1


@pytest.mark.parametrize("ends", ["withdraw", "lapse"])
def test_a_truck_that_will_not_come_frees_its_hour(slotted, ends) -> None:
    key = announce(slotted)
    ask(slotted, key)
    if ends == "withdraw":
        commands.withdraw(slotted.officers["yard_officer"], key, at=later(1))
    else:
        commands.lapse(slotted.node, key, due_at=later(1), at=later(1))
    assert state(key) not in ("asked", "kept")
    assert due(key) == []


def send_away(world, key: str) -> None:
    commands.turn_back(world.officers["gate_officer"], key, reason="no papers", at=later(50))


def bring_back(world, key: str) -> None:
    commands.correct_event(world.officers["yard_officer"], key, reason="another truck", at=later(55))


def test_a_truck_turned_back_from_the_queue_frees_its_hour_and_has_it_again_when_that_is_undone(slotted) -> None:
    key, others = announce(slotted), [announce(slotted, plate=f"{number}-1") for number in range(2)]
    ask(slotted, key)
    step(slotted, key, "queued", at=later(40))
    send_away(slotted, key)
    assert state(key) == "given_back"
    bring_back(slotted, key)
    assert state(key) == "kept"
    send_away(slotted, key)
    for other in others:
        ask(slotted, other, at=later(51))
    bring_back(slotted, key)
    assert state(key) == "given_back"  # the slot is full by now


def test_a_withdrawal_that_is_undone_brings_the_hour_back(slotted) -> None:
    officer, keys = slotted.officers["yard_officer"], [announce(slotted, plate=f"{number}-1") for number in range(2)]
    for key in keys:
        ask(slotted, key)
    commands.give_back_appointment(officer, keys[1], at=NOON)
    for key in keys:
        commands.withdraw(officer, key, at=later(1))
        commands.correct_event(officer, key, reason="another truck", at=later(2))
    assert [(state(key), due(key)) for key in keys] == [("asked", [later(90)]), ("given_back", [])]


def test_an_appointment_sent_twice_is_one(slotted) -> None:
    key = announce(slotted)
    for _ in range(2):
        ask(slotted, key, event_key="e1")
    assert lines("ask_appointment") == 1
    with pytest.raises(rules.EventKeyReused):
        commands.give_back_appointment(slotted.officers["yard_officer"], key, at=NOON, event_key="e1")


def test_hours_are_stated_anew_and_what_was_given_keeps_its_hour(slotted) -> None:
    key = announce(slotted)
    ask(slotted, key)
    state_hours(slotted, opens_min=840, slot_min=120, trucks_a_slot=1)
    rows = queries.slots_on("dz.debdeb", NOON.date(), later(1))
    assert [(row.begins_at, row.seats, row.taken, row.free) for row in rows] == [(TWO, 0, 1, 0), (THREE, 1, 0, 1)]
    assert QueueTerms.objects.count() == 2


def test_where_fewer_trucks_are_stated_than_have_seats_no_further_one_is_seated(slotted) -> None:
    keys = [announce(slotted, plate=f"{number}-1") for number in range(4)]
    state_hours(slotted, trucks_a_slot=3)
    for key in keys[:3]:
        ask(slotted, key)
    commands.give_back_appointment(slotted.officers["yard_officer"], keys[0], at=NOON)
    state_hours(slotted, trucks_a_slot=2)
    with pytest.raises(rules.SlotFull):
        ask(slotted, keys[3])


def test_hours_are_the_administrators_to_state_and_none_may_be_impossible(slotted) -> None:
    with pytest.raises(NotMandated):
        commands.change_hours(slotted.officers["yard_officer"], "dz.debdeb", at=NOON, **HOURS)
    with pytest.raises(rules.HoursImpossible):
        state_hours(slotted, opens_min=960)
    with pytest.raises(NoSuchRecord):
        commands.change_hours(slotted.node, "dz.nowhere", at=NOON, **HOURS)
    assert (QueueTerms.objects.count(), lines("change_hours")) == (1, 1)


def test_a_seat_is_never_two_trucks_whatever_wrote_it(slotted) -> None:
    first, second = announce(slotted), announce(slotted, plate="2-2")
    ask(slotted, first)
    ask(slotted, second)
    with pytest.raises(IntegrityError), transaction.atomic():
        Appointment.objects.filter(passage=second).update(seat=1)
    commands.give_back_appointment(slotted.officers["yard_officer"], first, at=NOON)
    Appointment.objects.filter(passage=second).update(seat=1)


def test_of_many_who_ask_at_once_as_many_as_there_are_seats_are_seated(transactional_db) -> None:
    world = yard_of_two()
    state_hours(world)
    keys = [announce(world, plate=f"1-{number}") for number in range(4)]
    outcomes = at_once(*(lambda key=key: ask(world, key) for key in keys))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Passage", "Passage", "SlotFull", "SlotFull"]
    assert sorted(Appointment.objects.values_list("seat", flat=True)) == [1, 2]
    assert connection.in_atomic_block is False


def test_a_truck_that_goes_to_another_crossing_frees_its_hour_here(closed) -> None:
    state_hours(closed.world)
    (key,) = closed.trucks(1, queued=False)
    ask(closed.world, key)
    closed.accept(closed.propose())
    closed.keep(key)
    assert (state(key), due(key)) == ("given_back", [])
    assert queries.slots_on("dz.debdeb", NOON.date(), NOON)[5].free == 2


def test_trucks_are_proposed_to_another_crossing_in_the_published_order(closed) -> None:
    first, second, third = closed.trucks(3)
    forward = {"reason": "medicine", "words": "vaccines", "at": later(1)}
    commands.call_forward(closed.world.officers["yard_officer"], third, **forward)
    proposed = closed.propose().trucks.order_by("number").values_list("passage", flat=True)
    assert list(proposed) == [third, first, second]
