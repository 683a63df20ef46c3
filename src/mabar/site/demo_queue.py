"""The queue of the day of demonstration: hours asked for, one truck of fruit called forward, everybody in turn."""

import random
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from mabar.crossings import commands as crossings
from mabar.crossings import queries as passages
from mabar.site.generator import Truckload

if TYPE_CHECKING:
    from mabar.site.demo_day import Day

APPOINTMENTS = 0.3
CALLED_OVER = 2  # who has fewer trucks before him waits for his turn
BETWEEN_LOOKS = timedelta(minutes=2)
MOST_LOOKS = 500


def ask_for_an_hour(day: "Day", load: Truckload, key: str) -> None:
    """Let some declarants ask for the hour after next; whether is drawn apart, so that it moves no other draw."""
    rng = random.Random(f"{day.seed} {load.plate} {load.place} hour")  # noqa: S311  # a day that can be drawn again
    if rng.random() < APPOINTMENTS:
        for slot in passages.free_slots(load.place, day.now, limit=2)[1:]:
            crossings.ask_appointment(day.cast.declarants[load.broker], key, slot_at=slot.begins_at, at=day.now)


def until_its_turn(day: "Day", load: Truckload, key: str) -> Iterator[timedelta]:
    """Wait until no truck stands before this one at its gate; fruit may be called forward."""
    _call_forward(day, load, key)
    for _ in range(MOST_LOOKS):
        if not passages.passed_by(key):
            return
        yield BETWEEN_LOOKS


def _call_forward(day: "Day", load: Truckload, key: str) -> None:
    """Let the yard officer call a truck of fruit forward, while no other stands under an exception."""
    is_excepted = any(turn.exception for turn in passages.queue(load.place, day.now).turns)
    if has_plants(load) and not is_excepted and passages.passed_by(key) >= CALLED_OVER:
        officer = day.officer(load.place, "yard_officer")
        crossings.call_forward(officer, key, reason="perishable", words="فواكه طازجة", at=day.now)


def has_plants(load: Truckload) -> bool:
    """Tell whether the truck carries fruit."""
    return any((item.commodity_code or "").startswith("08") for record in load.declarations for item in record.items)
