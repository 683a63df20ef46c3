"""The stay of a vehicle: its entry, its extensions and its exit through any crossing."""

from datetime import date, timedelta

import pytest

from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings.rules import HourOutOfOrder
from mabar.vehicles import commands, rules
from tests.vehicles.garage import (
    BASIS,
    CHASSIS,
    DEB,
    DUE,
    GHD,
    LAST_DAY,
    NEXT_MORNING,
    enter,
    extend,
    later,
    leave,
    lines,
    prefill,
    set_term,
    the_pass,
    vehicle,
)
from tests.world import NOON


def test_a_vehicle_is_let_in_for_the_days_of_its_term_and_the_clock_watches_the_last(garage) -> None:
    key = prefill(garage)
    stay = enter(garage, key)
    assert (stay.state, stay.days, stay.last_on, stay.due_at) == ("validated", 30, LAST_DAY, DUE)
    assert (stay.first_days, stay.most_days, stay.legal_basis) == (30, 90, BASIS)
    watched = Timer.objects.filter(subject=key, ended_at=None, fired_at=None)
    assert [(timer.verb, timer.due_at) for timer in watched] == [("vehicles.note_overdue", DUE)]
    line = JournalLine.objects.get(verb="vehicles.validate_at_entry")
    assert (line.place, line.facts.body) == (DEB, '{"chassis":"123456","days":30,"plate":"5-123456"}')


def test_the_same_entry_at_ghadames_ends_an_hour_earlier(garage) -> None:
    stay = enter(garage, prefill(garage), place=GHD, actor=garage.across["vehicle_officer"])
    assert (stay.place_id, stay.last_on, stay.due_at) == (GHD, LAST_DAY, DUE - timedelta(hours=1))


def test_an_entry_after_midnight_of_the_place_begins_the_next_day(garage) -> None:
    late = NOON.replace(hour=23, minute=30)
    assert enter(garage, prefill(garage), at=late).last_on == LAST_DAY + timedelta(days=1)


@pytest.mark.parametrize(
    ("facts", "refusal"),
    [
        ({"plate": "5-123457"}, rules.PlateNotOfPass),
        ({"chassis": "123457"}, rules.ChassisNotOfPass),
        ({"days": 31}, rules.BeyondTerm),
        ({"days": 0}, rules.BeyondTerm),
    ],
)
def test_another_vehicle_or_too_many_days_are_refused_and_nothing_changes(garage, facts, refusal) -> None:
    key = prefill(garage)
    with pytest.raises(refusal):
        enter(garage, key, **facts)
    assert (the_pass(key).state, the_pass(key).version) == ("prefilled", 1)
    assert lines("validate_at_entry") == 0


def test_without_a_term_of_its_kind_and_purpose_no_vehicle_is_let_in(garage) -> None:
    key = prefill(garage, kind="bus", purpose="transport")
    with pytest.raises(rules.TermMissing) as refused:
        enter(garage, key)
    assert "Autocar" in refused.value.sentence("fr").what
    assert "نقل تجاري" in refused.value.sentence("ar").what
    set_term(garage, kind="bus", purpose="transport", days=3, most_days=3)
    assert enter(garage, key, days=3).last_on == date(2026, 11, 25)


def test_nobody_lets_in_without_a_mandate_at_that_place(garage) -> None:
    key = prefill(garage)
    for actor in (garage.stranger, garage.broker, garage.across["vehicle_officer"], garage.officers["gate_officer"]):
        with pytest.raises(NotMandated):
            enter(garage, key, actor=actor)
    with pytest.raises(NoSuchRecord):
        enter(garage, "01KAPQ2Z6T0123456789ABCDEF")


def test_a_pass_is_validated_once_and_an_event_sent_twice_is_one(garage) -> None:
    key = prefill(garage)
    enter(garage, key, event_key="e-1")
    assert enter(garage, key, event_key="e-1").version == 2
    with pytest.raises(rules.OutOfTurn):
        enter(garage, key, event_key="e-2")
    with pytest.raises(rules.EventKeyReused):
        leave(garage, key, event_key="e-1")
    assert lines("validate_at_entry") == 1


def test_an_extension_moves_the_last_day_and_its_timer(garage) -> None:
    key = vehicle(garage, "validated")
    stay = extend(garage, key)
    assert (stay.state, stay.days, stay.last_on) == ("extended", 40, LAST_DAY + timedelta(days=10))
    assert stay.due_at == DUE + timedelta(days=10)
    running = Timer.objects.get(verb="vehicles.note_overdue", subject=key, ended_at=None, fired_at=None)
    assert running.due_at == stay.due_at
    line = JournalLine.objects.get(verb="vehicles.extend_stay")
    assert '"last_on":"2027-01-01"' in line.facts.body
    assert extend(garage, key, days=50).days == 90


def test_a_stay_is_not_extended_beyond_its_term_without_a_reason_or_once_it_is_over(garage) -> None:
    key = vehicle(garage, "validated")
    with pytest.raises(rules.BeyondTerm):
        extend(garage, key, days=61)
    with pytest.raises(rules.ReasonMissing):
        extend(garage, key, reason=" ")
    with pytest.raises(rules.StayOver) as refused:
        extend(garage, key, at=DUE)
    assert refused.value.details == {"last_on": "2026-12-22"}
    for language in ("ar", "fr", "en"):
        assert "2026-12-22\u2069" in refused.value.sentence(language).what
    with pytest.raises(NotMandated):
        extend(garage, key, actor=garage.broker)
    assert (the_pass(key).days, the_pass(key).version) == (30, 2)


@pytest.mark.parametrize("state", ["prefilled", "overdue", "exited", "regularised"])
def test_only_a_running_stay_is_extended(garage, state) -> None:
    with pytest.raises(rules.OutOfTurn):
        extend(garage, vehicle(garage, state))


def test_an_extension_may_be_given_at_another_crossing_and_counts_the_days_of_the_place_of_entry(garage) -> None:
    key = vehicle(garage, "validated")
    stay = extend(garage, key, place=GHD, actor=garage.across["head_of_vehicles"])
    assert (stay.place_id, stay.due_at) == (DEB, DUE + timedelta(days=10))


def test_a_term_changed_later_does_not_reach_who_is_here(garage) -> None:
    key = vehicle(garage, "validated")
    set_term(garage, days=5, most_days=5, legal_basis="Order 13")
    assert extend(garage, key, days=60).days == 90
    assert the_pass(key).legal_basis == BASIS


@pytest.mark.parametrize("state", ["validated", "extended"])
@pytest.mark.parametrize(("place", "side"), [(DEB, "officers"), (GHD, "across")])
def test_a_vehicle_leaves_through_whichever_crossing(garage, state, place, side) -> None:
    key = vehicle(garage, state)
    stay = leave(garage, key, place=place, actor=getattr(garage, side)["vehicle_officer"], at=later(3))
    assert (stay.state, stay.exit_place_id, stay.exited_at, stay.ended_at) == ("exited", place, later(3), later(3))
    assert stay.place_id == DEB
    assert not Timer.objects.filter(verb="vehicles.note_overdue", ended_at=None, fired_at=None).exists()


def test_another_plate_does_not_leave_under_the_pass(garage) -> None:
    key = vehicle(garage, "validated")
    with pytest.raises(rules.PlateNotOfPass):
        leave(garage, key, plate="5-123457")
    with pytest.raises(NotMandated):
        leave(garage, key, actor=garage.across["vehicle_officer"])
    with pytest.raises(HourOutOfOrder):
        leave(garage, key, at=NOON - timedelta(hours=1))
    assert the_pass(key).state == "validated"


def test_a_late_exit_is_overdue_first_also_where_the_clock_was_off(garage) -> None:
    key = vehicle(garage, "validated")
    stay = leave(garage, key, at=NEXT_MORNING)
    assert (stay.state, stay.overdue_at, stay.exited_at, stay.ended_at) == ("exited_late", DUE, NEXT_MORNING, None)
    assert [event.kind for event in stay.events.order_by("pk")][2:] == ["note_overdue", "note_late_exit"]
    assert (lines("note_overdue"), lines("note_exit")) == (1, 1)


def test_an_exit_in_time_whose_news_came_late_is_in_time(garage) -> None:
    key = vehicle(garage, "overdue")
    stay = leave(garage, key, at=DUE - timedelta(minutes=10))
    assert (stay.state, stay.overdue_at, stay.ended_at) == ("exited", None, DUE - timedelta(minutes=10))


def test_an_exit_in_time_that_is_learnt_late_is_recorded_with_its_hour_and_the_reason(garage) -> None:
    key = vehicle(garage, "overdue")
    left, told = DUE - timedelta(hours=3), {"reason": " the register was found "}
    stay = leave(garage, key, at=NEXT_MORNING, left_at=left, **told)
    assert (stay.state, stay.exited_at, stay.ended_at, stay.overdue_at) == ("exited", left, left, None)
    event = stay.events.latest("pk")
    assert (event.at, event.facts["reason"], event.facts["left_at"]) == (left, told["reason"].strip(), left.isoformat())
    line = JournalLine.objects.get(verb="vehicles.note_exit")
    assert line.at == NEXT_MORNING
    assert '"reason":"the register was found"' in line.facts.body
    erasure = Timer.objects.get(verb="vehicles.erase_holder", subject=key)
    assert erasure.due_at == left + rules.HOLDER_KEPT


def test_a_late_exit_that_is_learnt_later_is_late(garage) -> None:
    left = DUE + timedelta(hours=3)
    stay = leave(garage, vehicle(garage, "validated"), at=NEXT_MORNING, left_at=left, reason="told by phone")
    assert (stay.state, stay.exited_at, stay.overdue_at) == ("exited_late", left, DUE)


@pytest.mark.parametrize(
    ("told", "refusal"),
    [
        ({"reason": " "}, rules.ReasonMissing),
        ({"left_at": NEXT_MORNING + timedelta(minutes=3)}, HourOutOfOrder),
        ({"left_at": NOON - timedelta(minutes=1)}, HourOutOfOrder),
    ],
)
def test_an_hour_ahead_before_the_entry_or_without_a_reason_is_no_exit(garage, told, refusal) -> None:
    key = vehicle(garage, "overdue")
    with pytest.raises(refusal):
        leave(garage, key, **({"at": NEXT_MORNING, "left_at": DUE - timedelta(hours=3), "reason": "x"} | told))
    assert the_pass(key).state == "overdue"
    assert lines("note_exit") == 0


def test_a_late_exit_sent_twice_is_one(garage) -> None:
    key = vehicle(garage, "overdue")
    leave(garage, key, at=NEXT_MORNING, event_key="x-1")
    assert leave(garage, key, at=NEXT_MORNING, event_key="x-1").state == "exited_late"
    assert lines("note_exit") == 1


def test_a_version_that_is_no_longer_that_of_the_pass_is_out_of_turn(garage) -> None:
    key = vehicle(garage, "validated")
    extend(garage, key)
    with pytest.raises(rules.OutOfTurn):
        leave(garage, key, version=2)
    assert leave(garage, key, at=later(3), version=3).state == "exited"


def test_the_chassis_may_be_read_whole(garage) -> None:
    assert enter(garage, prefill(garage), chassis=f" {CHASSIS[:8]} {CHASSIS[8:]} ").state == "validated"


def test_a_term_is_set_by_the_administrator_of_the_node_alone(garage) -> None:
    for actor in (garage.officers["vehicle_officer"], garage.across["node_administrator"], garage.broker):
        with pytest.raises(NotMandated):
            commands.change_term(
                actor, DEB, kind="car", purpose="visit", days=1, most_days=1, legal_basis="x", from_on=LAST_DAY, at=NOON
            )
    with pytest.raises(rules.TermUnfit):
        set_term(garage, days=10, most_days=5)
    assert lines("change_term") == 4
