"""Hours of work and slots, on the clock of the place."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.crossings import rules
from mabar.crossings.rules import slots
from mabar.crossings.rules.hours import Hours
from tests.world import NOON

ALGIERS, TRIPOLI = ZoneInfo("Africa/Algiers"), ZoneInfo("Africa/Tripoli")
SUNDAY, FRIDAY = date(2026, 11, 22), date(2026, 11, 27)
WORKDAYS = (7, 1, 2, 3, 4, 6)  # all but Friday
OFFICE = Hours(ALGIERS, WORKDAYS, 8 * 60, 16 * 60)
TERMS = slots.Terms(OFFICE, slot_min=60, trucks_a_slot=2, tolerance_min=30)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def test_slots_fill_the_hours_of_work_on_the_clock_of_the_place() -> None:
    found = slots.slots_of(TERMS, SUNDAY)
    assert len(found) == 8
    assert (found[0].begins_at, found[-1].ends_at) == (at("2026-11-22T07:00"), at("2026-11-22T15:00"))
    across = slots.Terms(Hours(TRIPOLI, WORKDAYS, 8 * 60, 16 * 60), 60, 2, 30)
    assert slots.slots_of(across, SUNDAY)[0].begins_at == at("2026-11-22T06:00")


def test_a_day_of_rest_has_no_slots_and_a_slot_is_whole() -> None:
    assert slots.slots_of(TERMS, FRIDAY) == []
    uneven = slots.Terms(Hours(ALGIERS, WORKDAYS, 8 * 60, 16 * 60), 150, 2, 30)
    assert [slot.begins_at.hour for slot in slots.slots_of(uneven, SUNDAY)] == [7, 9, 12]
    round_the_clock = slots.Terms(Hours(ALGIERS), 60, 2, 30)
    assert slots.slots_of(round_the_clock, FRIDAY)[-1].ends_at == at("2026-11-27T23:00")


IMPOSSIBLE = [
    {"days": ()},
    {"days": (0,)},
    {"opens_min": 16 * 60},
    {"opens_min": 15 * 60 + 30},
    {"closes_min": 25 * 60},
    {"slot_min": 9},
    {"slot_min": 241},
    {"trucks_a_slot": 0},
    {"trucks_a_slot": 501},
    {"tolerance_min": -1},
    {"tolerance_min": 241},
]


@pytest.mark.parametrize("change", IMPOSSIBLE, ids=lambda change: " ".join(f"{k} {v}" for k, v in change.items()))
def test_hours_by_which_no_crossing_works_are_refused(change) -> None:
    facts = {"days": WORKDAYS, "opens_min": 480, "closes_min": 960, "slot_min": 60, "trucks_a_slot": 2}
    facts |= {"tolerance_min": 30} | change
    hours = Hours(ALGIERS, *(facts.pop(name) for name in ("days", "opens_min", "closes_min")))
    with pytest.raises(rules.HoursImpossible):
        slots.check_terms(slots.Terms(hours, **facts))
    assert slots.check_terms(TERMS) is TERMS


def test_only_a_slot_that_has_not_begun_and_is_not_too_far_may_be_asked_for() -> None:
    ten = at("2026-11-22T09:00")
    assert slots.check_slot(TERMS, ten, at=ten - timedelta(seconds=1)).ends_at == at("2026-11-22T10:00")
    with pytest.raises(rules.SlotPast) as past:
        slots.check_slot(TERMS, ten, at=ten)
    assert past.value.details == {"at": "2026-11-22 10:00", "days": 14}
    with pytest.raises(rules.SlotPast):
        slots.check_slot(TERMS, at("2026-12-07T09:00"), at=ten)
    for beyond in ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"):
        with pytest.raises(rules.SlotPast):
            slots.check_slot(TERMS, datetime.fromisoformat(beyond), at=ten)
    for none in ("2026-11-22T09:30", "2026-11-22T15:00", "2026-11-27T09:00"):
        with pytest.raises(rules.NotASlot):
            slots.check_slot(TERMS, at(none), at=ten - timedelta(hours=3))


def test_the_lowest_free_seat_is_taken_and_a_full_slot_names_the_next_free_ones() -> None:
    assert [slots.free_seat(taken, 2) for taken in ((), {1}, {2}, {1, 2})] == [1, 2, 1, None]
    first, second = slots.slots_of(TERMS, SUNDAY)[:2]
    assert slots.check_seat(2, TERMS, first, free=[]) == 2
    with pytest.raises(rules.SlotFull) as full:
        slots.check_seat(None, TERMS, first, free=[second])
    assert full.value.details == {"at": "2026-11-22 08:00", "trucks": 2, "next": "2026-11-22 09:00"}


def test_a_crossing_that_states_nothing_gives_no_appointments() -> None:
    with pytest.raises(rules.NoSlots):
        slots.check_stated(None)
    assert slots.check_stated(TERMS) is TERMS


@pytest.mark.parametrize(("late", "state"), [(-600, "kept"), (0, "kept"), (30, "kept"), (31, "lapsed")])
def test_an_appointment_is_kept_up_to_its_tolerance(late, state) -> None:
    assert slots.met(NOON + timedelta(minutes=late), NOON + TERMS.tolerance) == state


@pytest.mark.parametrize(
    ("begin", "end", "worked"),
    [
        ("2026-11-22T09:00", "2026-11-22T10:00", 60),
        ("2026-11-22T14:30", "2026-11-23T07:30", 60),
        ("2026-11-26T14:00", "2026-11-28T08:00", 120),  # over a Friday
        ("2026-11-22T16:00", "2026-11-23T06:00", 0),
        ("2026-11-22T10:00", "2026-11-22T09:00", 0),
    ],
)
def test_time_passes_within_the_hours_of_work(begin, end, worked) -> None:
    assert OFFICE.between(at(begin), at(end)) == timedelta(minutes=worked)


instants = some.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=some.just(UTC))
lengths = some.timedeltas(timedelta(seconds=1), timedelta(hours=40))


@given(instants, lengths)
def test_what_is_worked_until_an_instant_is_what_was_asked_for(begin, length) -> None:
    for hours in (OFFICE, Hours(TRIPOLI)):
        assert hours.between(begin, hours.after(begin, length)) == length
        assert hours.between(hours.before(begin, length), begin) == length


def test_a_crossing_works_from_its_opening_to_just_before_its_closing() -> None:
    told = ("2026-11-22T06:59", "2026-11-22T07:00", "2026-11-22T14:59", "2026-11-22T15:00", "2026-11-27T09:00")
    assert [OFFICE.works_at(at(each)) for each in told] == [False, True, True, False, False]
    assert Hours(TRIPOLI).works_at(at("2026-11-27T22:30"))


def test_a_wait_that_ends_at_the_closing_ends_today() -> None:
    assert OFFICE.after(at("2026-11-22T14:00"), timedelta(hours=1)) == at("2026-11-22T15:00")
    assert OFFICE.after(at("2026-11-22T14:00"), timedelta(hours=1, minutes=1)) == at("2026-11-23T07:01")
