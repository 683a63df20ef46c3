"""Time and chance of a world follow from its seed and from nothing else."""

import subprocess
import sys
from datetime import UTC, datetime

import pytest

from mabar.exchange.simulation.clockwork import DAY, HOUR, LATEST, MINUTE, SECOND, YEAR, Clock, Dice, Queue, instant

NOON_MS = 20_700 * DAY + 12 * HOUR


def test_events_come_in_the_order_of_their_instants_and_the_clock_never_falls() -> None:
    queue, seen = Queue(Dice(1).of("queue"), NOON_MS), []
    for wait in (30, 10, 20, -50):
        queue.put(NOON_MS + wait, lambda: seen.append(queue.now_ms - NOON_MS))
    while len(queue):
        queue.step()
    assert seen == [0, 10, 20, 30]


def test_events_of_one_instant_come_in_an_order_of_chance_that_the_seed_fixes() -> None:
    def order(seed: int) -> list[int]:
        queue, seen = Queue(Dice(seed).of("queue"), NOON_MS), []
        for number in range(20):
            queue.put(NOON_MS, lambda number=number: seen.append(number))
        while len(queue):
            queue.step()
        return seen

    assert order(1) == order(1)
    assert order(1) != order(2)
    assert order(1) != sorted(order(1))


def test_an_empty_queue_has_no_next_event() -> None:
    with pytest.raises(IndexError):
        Queue(Dice(1).of("queue"), NOON_MS).next_ms()


def test_each_purpose_has_dice_of_its_own() -> None:
    one, other = Dice(7), Dice(7)
    other.of("network").random()
    assert one.of("disk").random() == other.of("disk").random()
    assert Dice(7).of("disk").random() != Dice(8).of("disk").random()
    assert one.of("disk") is one.of("disk")


def test_dice_fall_alike_in_every_process() -> None:
    program = "from mabar.exchange.simulation.clockwork import Dice; print(Dice(7).of('x').getrandbits(64))"
    told = {
        subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout
        for _ in range(2)
    }
    assert told == {f"{Dice(7).of('x').getrandbits(64)}\n"}


def test_a_clock_that_is_right_shows_the_true_time() -> None:
    assert Clock().at(NOON_MS + 1) == datetime(2026, 9, 4, 12, 0, 0, 1000, tzinfo=UTC)


@pytest.mark.parametrize("by_ms", [10 * MINUTE, -10 * MINUTE, 20 * YEAR, -20 * YEAR])
def test_a_clock_jumps_and_goes_on_from_there_until_it_is_set(by_ms: int) -> None:
    clock = Clock()
    clock.jump(NOON_MS, by_ms)
    assert clock.shows(NOON_MS + SECOND) == NOON_MS + SECOND + by_ms
    clock.set_right(NOON_MS + MINUTE)
    assert clock.shows(NOON_MS + 2 * MINUTE) == NOON_MS + 2 * MINUTE


def test_a_fast_clock_gains_a_little_each_day_and_keeps_it_when_it_jumps() -> None:
    clock = Clock(fast_ppm=100, set_at_ms=NOON_MS)
    assert clock.shows(NOON_MS + DAY) == NOON_MS + DAY + DAY // 10_000
    clock.jump(NOON_MS + DAY, -SECOND)
    assert clock.shows(NOON_MS + DAY) == NOON_MS + DAY + DAY // 10_000 - SECOND


def test_a_clock_shows_nothing_that_cannot_be_written() -> None:
    clock = Clock()
    clock.jump(NOON_MS, -100 * YEAR)
    assert instant(clock.shows(NOON_MS)) == datetime(1970, 1, 1, tzinfo=UTC)
    clock.jump(NOON_MS, 1000 * YEAR)
    assert clock.shows(NOON_MS) == LATEST
