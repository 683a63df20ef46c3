"""Two officers act at once on one truck: one act stands, the other officer is told, and nothing is written twice."""

import threading
from collections.abc import Callable

from django.db import connection, connections

from mabar.base.keys import new_key
from mabar.crossings import commands, rules
from mabar.crossings.models import Passage
from mabar.lib.refusals import Refusal
from tests.crossings.yard import PLATE, lines, open_yard, truck
from tests.standing import cast
from tests.world import NOON


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that begin together; give each one's outcome or its refusal."""
    outcomes: list[object] = [None] * len(acts)
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            outcomes[number] = acts[number]()
        except Refusal as refusal:
            outcomes[number] = refusal
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return outcomes


def yard_of_two():
    world = cast()
    open_yard(world)
    return world


def test_one_officer_lets_the_truck_in_and_the_other_is_out_of_turn(transactional_db) -> None:
    world = yard_of_two()
    key = truck(world, "weighed")
    version = Passage.objects.get(key=key).version
    officers = [world.officers["gate_officer"], world.officers["yard_officer"]]
    outcomes = at_once(*(lambda o=o: commands.present(o, key, at=NOON, version=version) for o in officers))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutOfTurn", "Passage"]
    assert lines("present") == 1
    assert Passage.objects.get(key=key).version == version + 1


def test_different_acts_on_the_version_that_both_saw_do_not_both_stand(transactional_db) -> None:
    world = yard_of_two()
    key = truck(world, "presented")
    version = Passage.objects.get(key=key).version
    facts = {"at": NOON, "version": version}
    outcomes = at_once(
        lambda: commands.turn_back(world.officers["gate_officer"], key, reason="x", **facts),
        lambda: commands.hold(world.officers["police_officer"], key, wants="w", reason="r", **facts),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutOfTurn", "Passage"]
    assert lines("turn_back") + lines("hold") == 1


def test_one_event_sent_twice_at_once_is_one_event(transactional_db) -> None:
    world = yard_of_two()
    key = truck(world, "announced")
    officer = world.officers["gate_officer"]
    outcomes = at_once(*[lambda: commands.join_queue(officer, key, at=NOON, event_key="e") for _ in range(3)])
    assert {getattr(outcome, "state", outcome) for outcome in outcomes} == {"queued"}
    assert lines("join_queue") == 1


def announced(world, actor, **facts) -> Callable[[], object]:
    facts = {"place": "dz.debdeb", "direction": "entry", "plate": PLATE, "at": NOON, **facts}
    return lambda: commands.announce(actor, new_key(NOON), **facts)


def test_one_announcement_sent_twice_at_once_is_one_passage(transactional_db) -> None:
    world = yard_of_two()
    outcomes = at_once(*[announced(world, world.broker, event_key="e") for _ in range(3)])
    assert {getattr(outcome, "key", outcome) for outcome in outcomes} == {Passage.objects.get().key}
    assert lines("announce") == 1


def test_two_brokers_announcing_one_truck_at_once_make_one_passage(transactional_db) -> None:
    world = yard_of_two()
    outcomes = at_once(announced(world, world.broker), announced(world, world.rival))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["AnnouncedBefore", "Passage"]
    assert all(isinstance(outcome, Passage | rules.AnnouncedBefore) for outcome in outcomes)
    assert Passage.objects.count() == 1
