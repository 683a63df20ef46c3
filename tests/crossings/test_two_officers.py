"""Two officers act at once on one truck: one act stands, the other officer is told, and nothing is written twice."""

import threading
from collections.abc import Callable

import pytest
from django.db import connection, connections

from mabar.base.keys import new_key, new_token
from mabar.crossings import commands, rules
from mabar.crossings.models import FollowLink, Passage
from mabar.lib.refusals import Refusal
from tests.crossings import km0
from tests.crossings.yard import PLATE, lines, open_yard, truck
from tests.standing import cast
from tests.world import NOON


def at_once(*acts: Callable[[], object]) -> list[object]:
    """Run acts in threads that begin together; give each one's outcome or its refusal, and raise whatever else fell."""
    outcomes: list[object] = [None] * len(acts)
    fallen: list[BaseException] = []
    start = threading.Barrier(len(acts))

    def run(number: int) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=20)
            outcomes[number] = acts[number]()
        except Refusal as refusal:
            outcomes[number] = refusal
        except BaseException as fault:  # raised below, where the test sees it
            fallen.append(fault)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    if fallen:
        raise fallen[0]
    assert not any(thread.is_alive() for thread in threads)
    return outcomes


def yard_of_two():
    world = cast()
    open_yard(world)
    return world


def test_a_fault_in_one_of_two_acts_at_once_is_not_passed_over(transactional_db) -> None:
    with pytest.raises(ZeroDivisionError):
        at_once(lambda: "done", lambda: 1 // 0)


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


def line_of_two(state: str):
    world = km0.alone(yard_of_two())
    unloaded, onward = km0.laden(world), km0.empty(world)
    return world, unloaded, onward, km0.to(world, state, unloaded, onward) if state else ""


def test_two_officers_confirm_a_tally_at_once_and_it_stands_once(transactional_db) -> None:
    world, _, _, key = line_of_two("tallied")
    officers = [world.officers["inspector"], km0.second_yard_officer(world)]
    outcomes = at_once(*(lambda o=o: commands.confirm_tally(o, key, at=NOON) for o in officers))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Transshipment", "TransshipmentOutOfTurn"]
    assert (lines("confirm_tally"), km0.state(key)) == (1, "accepted")


def test_two_officers_countersign_at_once_and_the_goods_change_truck_once(transactional_db) -> None:
    world, unloaded, onward, key = line_of_two("agreed")
    officers = [world.officers["inspector"], km0.second_yard_officer(world)]
    outcomes = at_once(*(lambda o=o: commands.countersign_protocol(o, key, at=NOON) for o in officers))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Transshipment", "TransshipmentOutOfTurn"]
    assert (km0.shares_on(unloaded), km0.shares_on(onward)) == ({}, {"D1": (10, 12_000_000)})


def test_a_truck_is_opened_for_unloading_once_however_many_ask(transactional_db) -> None:
    world, unloaded, onward, _ = line_of_two("")
    third = km0.empty(world, km0.SECOND)
    outcomes = at_once(*(lambda t=t: km0.opened(world, unloaded, t) for t in (onward, third)))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["TransshipmentUnderWay", "str"]


def test_a_hold_and_a_countersignature_at_once_leave_the_hold_on_the_truck_that_is_there(transactional_db) -> None:
    world, unloaded, onward, key = line_of_two("agreed")
    outcomes = at_once(
        lambda: commands.countersign_protocol(world.officers["inspector"], key, at=NOON),
        lambda: commands.hold(world.officers["police_officer"], unloaded, wants="w", reason="r", at=NOON),
    )
    told = sorted(type(outcome).__name__ for outcome in outcomes)
    # whichever came first, the goods are on one truck, and no hold is left on a passage that has ended
    assert told in (["Held", "Passage"], ["OutOfTurn", "Transshipment"])
    assert (km0.shares_on(onward) == {}) == (told == ["Held", "Passage"])


def test_a_release_and_a_countersignature_at_once_clear_the_goods_where_they_are(transactional_db) -> None:
    world, unloaded, onward, key = line_of_two("agreed")
    Passage.objects.get(key=unloaded).declarations.update(cleared_at=None)
    outcomes = at_once(
        lambda: commands.countersign_protocol(world.officers["inspector"], key, at=NOON),
        lambda: commands.clear(world.officers["release_officer"], unloaded, declaration="D1", at=NOON),
    )
    link = Passage.objects.get(key=onward).declarations.get()
    assert (link.packages, link.gross_mass_g) == (10, 12_000_000)
    assert (link.cleared_at is not None) == (type(outcomes[1]).__name__ == "Passage")


def test_of_two_links_given_at_once_the_later_one_opens_alone(transactional_db) -> None:
    world = yard_of_two()
    key, tokens = truck(world), [new_token(), new_token()]
    officers = [world.officers["gate_officer"], world.officers["yard_officer"]]
    outcomes = at_once(
        *(
            lambda actor=actor, token=token: commands.give_follow_link(actor, key, token=token, at=NOON)
            for actor, token in zip(officers, tokens, strict=True)
        )
    )
    assert not [each for each in outcomes if isinstance(each, Exception)]
    assert FollowLink.objects.count() == 2
    standing = FollowLink.objects.get(withdrawn_at=None)
    assert standing.digest in {rules.digest_of(token) for token in tokens}
    assert lines("give_follow_link") == 2


def test_a_link_withdrawn_twice_at_once_is_withdrawn_once(transactional_db) -> None:
    world = yard_of_two()
    key = truck(world)
    commands.give_follow_link(world.officers["gate_officer"], key, token=new_token(), at=NOON)
    officers = [world.officers["gate_officer"], world.officers["yard_officer"]]
    outcomes = at_once(*(lambda actor=actor: commands.withdraw_follow_link(actor, key, at=NOON) for actor in officers))
    assert sorted(type(each).__name__ for each in outcomes) == ["NoLinkGiven", "NoneType"]
    assert lines("withdraw_follow_link") == 1
