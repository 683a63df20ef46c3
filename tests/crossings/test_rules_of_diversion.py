"""The rules of a diversion: its two tables, and what holds for whatever hours and trucks are drawn."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.crossings.rules import diverted, diverting
from mabar.crossings.rules.diverting_refusals import DiversionMovedOn, NoHourFree
from mabar.crossings.rules.hours import Hours
from mabar.lib import words
from tests.world import NOON

HOUR = timedelta(hours=1)
ACTS = sorted({act for _, act in diverting.TRANSITIONS})


@pytest.mark.parametrize("state", ["", *diverting.STATES])
@pytest.mark.parametrize("act", ACTS)
def test_an_act_without_a_place_is_refused_in_three_languages(act: str, state: str) -> None:
    if (state, act) in diverting.TRANSITIONS:
        assert diverting.after(act, state) in diverting.STATES
        return
    if not state:
        return  # nothing is there on which it could be done
    with pytest.raises(DiversionMovedOn) as refused:
        diverting.after(act, state)
    for language in words.LANGUAGES:
        said = refused.value.sentence(language).what
        assert words.word("crossings", f"state.diversion.{state}", language) in said
        assert words.word("crossings", f"verb.crossings.{act}", language) in said


def test_every_truck_ends_in_one_of_five_ways() -> None:
    leaving = {before for before, _ in diverted.TRANSITIONS if before}
    assert leaving == set(diverted.OPEN)
    assert set(diverted.STATES) - leaving == {"kept", "declined", "expired", "refused", "withdrawn"}
    assert set(diverted.TRANSITIONS.values()) == set(diverted.STATES)


@pytest.mark.parametrize(
    ("act", "changed"),
    [
        ("accept_diversion", {"proposed"}),
        ("refuse_diversion", {"proposed"}),
        ("withdraw_diversion", {"proposed", "offered"}),
        ("expire_offer", {"offered"}),
    ],
)
def test_an_act_on_many_takes_on_those_whose_state_allows_it(act: str, changed: set[str]) -> None:
    assert set(diverted.changed_by(act)) == changed


@pytest.mark.parametrize(
    ("minute", "road", "not_before", "zone", "first"),
    [
        (0, 0, None, "Africa/Algiers", 60),  # half an hour to answer, then the next full hour
        (30, 0, None, "Africa/Algiers", 60),  # reached at the very hour
        (31, 0, None, "Africa/Algiers", 120),
        (0, 2, None, "Africa/Algiers", 180),
        (0, 2, 60, "Africa/Algiers", 180),  # wanted earlier than it can be reached
        (0, 2, 300, "Africa/Algiers", 300),
        (0, 2, 301, "Africa/Algiers", 360),
        (0, 0, None, "Asia/Kathmandu", 75),  # a full hour there is a quarter past here
    ],
)
def test_the_first_hour_can_be_reached_after_answering(minute, road, not_before, zone, first) -> None:
    wanted = NOON + timedelta(minutes=not_before) if not_before else None
    at = NOON + timedelta(minutes=minute)
    found = diverting.first_hour(at, road_hours=road, not_before=wanted, zone=ZoneInfo(zone))
    assert found == NOON + timedelta(minutes=first)


instants = some.datetimes(datetime(2024, 1, 1), datetime(2030, 1, 1), timezones=some.just(UTC))
zones = some.sampled_from([ZoneInfo(name) for name in ("Africa/Algiers", "Africa/Tripoli", "Asia/Kathmandu")])


@given(at=instants, road=some.integers(0, 96), zone=zones)
def test_there_is_always_time_to_answer_and_to_drive(at: datetime, road: int, zone: ZoneInfo) -> None:
    slot_at = diverting.first_hour(at, road_hours=road, not_before=None, zone=zone)
    until = diverting.answer_by(slot_at, road_hours=road)
    assert at + diverting.LEAST_TO_ANSWER <= until <= at + diverting.LEAST_TO_ANSWER + HOUR
    assert (slot_at.astimezone(zone).minute, slot_at.astimezone(zone).second) == (0, 0)


plans = {
    "waiting": some.integers(0, 300),
    "count": some.integers(1, 72),
    "an_hour": some.integers(1, 50),
    "stated": some.integers(0, 50),
    "had": some.lists(some.integers(0, 60), max_size=72),
}


def slots_of(count: int) -> list[datetime]:
    return list(diverting.hours_of_work(NOON, count=count, work=Hours(ZoneInfo("Africa/Algiers"))))


@given(**plans)
def test_no_hour_is_given_more_than_it_takes_and_none_is_left_that_would_have_fitted(
    waiting: int, count: int, an_hour: int, stated: int, had: list[int]
) -> None:
    taken = {NOON + number * HOUR: n for number, n in enumerate(had)}
    told = {"slots": slots_of(count), "an_hour": an_hour, "stated": stated, "taken": taken}
    plan = list(diverting.hours(waiting, **told))
    assert [slot for slot, _ in plan] == [NOON + number * HOUR for number in range(count)]
    for slot_at, given_now in plan:
        assert 0 <= given_now <= an_hour
        assert given_now == 0 or given_now + taken.get(slot_at, 0) <= stated
    free = sum(max(min(an_hour, stated - taken.get(slot, 0)), 0) for slot, _ in plan)
    assert sum(n for _, n in plan) == min(waiting, free)


def test_only_hours_of_work_are_given_and_none_beyond_the_furthest_day() -> None:
    office = Hours(ZoneInfo("Africa/Algiers"), (7, 1, 2, 3, 4, 6), 8 * 60, 16 * 60)  # 07:00 to 15:00 UTC
    found = list(diverting.hours_of_work(NOON, count=5, work=office))
    assert found == [NOON + number * HOUR for number in (0, 1, 2, 3, 20)]
    every = list(diverting.hours_of_work(NOON, count=1000, work=office))
    assert every[-1] < NOON + timedelta(days=diverting.FURTHEST_DAYS)
    assert all(office.works_at(slot) for slot in every)


@given(**plans)
def test_every_truck_gets_one_hour_or_none_and_nobody_is_passed(
    waiting: int, count: int, an_hour: int, stated: int, had: list[int]
) -> None:
    taken = {NOON + number * HOUR: n for number, n in enumerate(had)}
    told = {"slots": slots_of(count), "an_hour": an_hour, "stated": stated, "taken": taken}
    keys = [f"{number:05}" for number in range(waiting)]
    plan = list(diverting.hours(waiting, **told))
    if not any(n for _, n in plan):
        with pytest.raises(NoHourFree):
            diverting.assign(keys, plan)
        return
    given_hours = [(key, slot) for slot, chosen in diverting.assign(keys, plan) for key in chosen]
    assert [key for key, _ in given_hours] == keys[: len(given_hours)]
    assert [slot for _, slot in given_hours] == sorted(slot for _, slot in given_hours)
