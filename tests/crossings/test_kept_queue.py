"""The queue that many drivers ask for: read once a second, told with the hour at which it was read."""

import threading
from datetime import timedelta

from mabar.crossings.kept_queue import FRESH, USABLE, Kept
from mabar.crossings.queries import Queue
from mabar.crossings.rules import waits
from tests.world import NOON

MOMENT = timedelta(milliseconds=900)


class Reader:
    """Gives an empty queue, and counts how often it was asked; `gate` holds it until it is let go."""

    def __init__(self):
        self.asked = []
        self.gate = threading.Event()
        self.gate.set()
        self.entered = threading.Event()

    def __call__(self, place, at):
        self.asked.append((place, at))
        self.entered.set()
        assert self.gate.wait(20)
        return Queue(place, at, opening={}, terms=None, is_letting_in=True, pace=waits.Estimate(0), turns=())


def test_within_a_second_the_queue_is_read_once_and_says_when() -> None:
    reader = Reader()
    kept = Kept(reader)
    assert {kept.at("dz.debdeb", NOON + each * MOMENT / 3).at for each in range(3)} == {NOON}
    assert kept.at("dz.debdeb", NOON + FRESH).at == NOON + FRESH
    assert reader.asked == [("dz.debdeb", NOON), ("dz.debdeb", NOON + FRESH)]


def test_each_crossing_has_its_own() -> None:
    reader = Reader()
    kept = Kept(reader)
    assert (kept.at("dz.debdeb", NOON).place, kept.at("ly.ghadames", NOON).place) == ("dz.debdeb", "ly.ghadames")
    assert len(reader.asked) == 2


def test_a_clock_that_was_set_back_is_believed() -> None:
    kept = Kept(Reader())
    kept.at("dz.debdeb", NOON)
    assert kept.at("dz.debdeb", NOON - timedelta(hours=1)).at == NOON - timedelta(hours=1)


def test_while_one_reads_others_take_the_queue_of_a_moment_ago() -> None:
    reader = Reader()
    kept = Kept(reader)
    kept.at("dz.debdeb", NOON)
    reader.gate.clear()
    reader.entered.clear()
    found = []
    first = threading.Thread(target=lambda: found.append(kept.at("dz.debdeb", NOON + 2 * FRESH)))
    first.start()
    assert reader.entered.wait(20)
    assert kept.at("dz.debdeb", NOON + 2 * FRESH).at == NOON
    reader.gate.set()
    first.join(20)
    assert [each.at for each in found] == [NOON + 2 * FRESH]
    assert len(reader.asked) == 2


def test_who_finds_none_that_is_young_enough_waits_and_reads_no_second_time() -> None:
    reader = Reader()
    kept = Kept(reader)
    kept.at("dz.debdeb", NOON)
    reader.gate.clear()
    reader.entered.clear()
    late, found = NOON + USABLE, []
    asking = [threading.Thread(target=lambda: found.append(kept.at("dz.debdeb", late).at)) for _ in range(4)]
    for each in asking:
        each.start()
    assert reader.entered.wait(20)
    reader.gate.set()
    for each in asking:
        each.join(20)
    assert found == [late] * 4
    assert len(reader.asked) == 2


def test_a_reading_that_fails_leaves_the_turn_to_the_next() -> None:
    reader, fails = Reader(), [True]

    def read(place, at):
        if fails.pop() if fails else False:
            raise OSError("the disk")
        return reader(place, at)

    kept = Kept(read)
    try:
        kept.at("dz.debdeb", NOON)
    except OSError:
        assert kept.at("dz.debdeb", NOON).at == NOON
    else:
        raise AssertionError("the fault was swallowed")
