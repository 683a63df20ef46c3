"""When a crossing works: stated by its administrator, and counted on the clock of the place."""

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mabar.crossings import commands
from mabar.crossings.models import QueueTerms
from mabar.crossings.queries import release_times as asking
from mabar.crossings.rules.working_hours import WorkingHours, calendar, offsets
from tests.world import NOON, World

DEB, DEBDEB, PARIS = "dz.debdeb", ZoneInfo("Africa/Algiers"), ZoneInfo("Europe/Paris")
SUNDAY = date(2026, 11, 22)
SLOTS = {"slot_min": 60, "trucks_a_slot": 4, "tolerance_min": 30}
HOURS = {"days": [4, 7, 1], "opens_min": 8 * 60, "closes_min": 16 * 60, **SLOTS, "at": NOON}


def state(world: World, **facts: Any) -> QueueTerms:
    """State the hours of Debdeb."""
    actor = facts.pop("actor", world.officers["place_administrator"])
    return commands.change_hours(actor, facts.pop("place", DEB), **{**HOURS, **facts})


def test_what_was_stated_counts_from_its_day_and_the_newer_of_a_day_last(yard: World) -> None:
    state(yard)
    state(yard, closes_min=24 * 60, at=NOON + timedelta(minutes=1))
    assert asking.hours_stated(DEB, DEBDEB) == [
        WorkingHours(SUNDAY, (1, 4, 7), 480, 960),
        WorkingHours(SUNDAY, (1, 4, 7), 480, 1440),
    ]
    clock = calendar(asking.hours_stated(DEB, DEBDEB), DEBDEB, first=SUNDAY, last=SUNDAY)
    assert clock.between(*span(DEBDEB, (22, 0, 0), (23, 0, 0))) == 16 * 3600
    assert asking.hours_stated("ly.ghadames", DEBDEB) == []


def span(zone: ZoneInfo, *instants: tuple[int, int, int]) -> list[int]:
    """Give instants of November 2026, each by day, hour and minute."""
    return [int(datetime(2026, 11, day, hour, minute, tzinfo=zone).timestamp()) for day, hour, minute in instants]


def test_a_night_and_a_day_of_rest_are_not_counted() -> None:
    clock = calendar([WorkingHours(SUNDAY, (7, 1), 480, 960)], DEBDEB, first=SUNDAY, last=date(2026, 11, 30))
    from_s, until_s = span(DEBDEB, (22, 15, 0), (23, 9, 0))
    assert clock.between(from_s, until_s) == 2 * 3600
    friday, saturday = span(DEBDEB, (27, 8, 0), (28, 18, 0))
    assert clock.between(friday, saturday) == 0
    assert clock.between(until_s, from_s) == 0


def test_before_anything_was_stated_every_hour_counts() -> None:
    stated = [WorkingHours(date(2026, 11, 23), (1,), 480, 960)]
    clock = calendar(stated, DEBDEB, first=SUNDAY, last=date(2026, 11, 24))
    from_s, until_s = span(DEBDEB, (22, 20, 0), (23, 9, 0))
    assert clock.between(from_s, until_s) == 5 * 3600
    assert calendar([], DEBDEB, first=SUNDAY, last=SUNDAY).between(from_s, until_s) == 13 * 3600


def test_a_place_that_never_works_counts_nothing() -> None:
    clock = calendar([WorkingHours(SUNDAY, (1,), 480, 960)], DEBDEB, first=SUNDAY, last=SUNDAY)
    assert clock.between(*span(DEBDEB, (22, 8, 0), (22, 16, 0))) == 0


def test_a_day_on_which_the_clocks_are_set_is_as_long_as_it_was() -> None:
    day = date(2026, 10, 25)
    clock = calendar([WorkingHours(day, (7,), 0, 1440)], PARIS, first=day, last=day)
    assert clock.closes_s[0] - clock.opens_s[0] == 25 * 3600
    assert [ahead for _, ahead in offsets(PARIS, first=day, last=day)] == [7200, 3600]
    assert [ahead for _, ahead in offsets(DEBDEB, first=day, last=day)] == [3600]


@given(st.lists(st.integers(0, 10**6), min_size=3, max_size=3), st.integers(0, 1439), st.integers(1, 1440))
def test_two_lengths_end_to_end_count_as_one(seconds: list[int], opens: int, closes: int) -> None:
    opens, closes = min(opens, closes - 1), max(opens + 1, closes)
    base = span(DEBDEB, (22, 0, 0))[0]
    clock = calendar([WorkingHours(SUNDAY, (1, 3, 5, 7), opens, closes)], DEBDEB, first=SUNDAY, last=date(2026, 12, 10))
    one, two, three = (base + each for each in sorted(seconds))
    assert clock.between(one, two) + clock.between(two, three) == clock.between(one, three) <= three - one
