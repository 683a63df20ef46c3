"""Two at once on one movement: one act stands, the other officer is told, and nothing is written twice."""

from mabar.base.models import JournalLine
from mabar.transit import commands, rules
from mabar.transit.models import Draw, Movement, MovementSerial
from tests.crossings.test_two_officers import at_once
from tests.standing import cast
from tests.transit.road import DEB, GHD, INTACT, SEALS, accepted, kinds_of, later, lodged, released, the


def lines(verb: str) -> int:
    return JournalLine.objects.filter(verb=f"transit.{verb}").count()


def names(outcomes) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


def test_two_officers_release_one_movement_once_and_draw_once(transactional_db) -> None:
    world = cast()
    key, officer = accepted(world), world.officers["departure_officer"]
    outcomes = at_once(*[lambda: commands.release(officer, key, days=5, seals=SEALS, at=later(0.2)) for _ in range(2)])
    assert names(outcomes) == ["Movement", "OutOfTurn"]
    assert (lines("release"), Draw.objects.count()) == (1, 1)


def test_two_declarations_accepted_at_once_bear_two_numbers(transactional_db) -> None:
    world = cast()
    keys, officer = [lodged(world) for _ in range(3)], world.officers["departure_officer"]
    outcomes = at_once(*[lambda key=key: commands.accept(officer, key, at=later(0.1)) for key in keys])
    assert names(outcomes) == ["Movement"] * 3
    assert len({each.number for each in Movement.objects.all()}) == MovementSerial.objects.get().last == 3


def test_an_arrival_and_an_invalidation_at_once_do_not_both_stand(transactional_db) -> None:
    world = cast()
    key = released(world)
    outcomes = at_once(
        lambda: commands.arrive(world.across["destination_officer"], key, office=GHD, seen=INTACT, at=later(8)),
        lambda: commands.invalidate(world.officers["head_of_transit"], key, reason="never left", at=later(8)),
    )
    assert names(outcomes) == ["Movement", "OutOfTurn"]
    assert the(key).state in ("arrived", "invalidated")


def test_one_arrival_sent_twice_at_once_is_one(transactional_db) -> None:
    world = cast()
    key = released(world)
    officer = world.across["destination_officer"]
    outcomes = at_once(
        *[lambda: commands.arrive(officer, key, office=GHD, seen=INTACT, at=later(8), event_key="a") for _ in range(3)]
    )
    assert names(outcomes) == ["Movement"] * 3
    assert kinds_of(key).count("arrive") == 1


def test_the_clock_and_a_late_arrival_at_once_end_in_one_state(transactional_db) -> None:
    world = cast()
    key = released(world)
    limit = the(key).limit_at
    at_once(
        lambda: commands.arrive(world.across["destination_officer"], key, office=GHD, seen=INTACT, at=limit),
        lambda: commands.open_enquiry(world.node, key, due_at=limit, at=limit),
    )
    assert the(key).state == "arrived"
    assert kinds_of(key).count("open_enquiry") <= 1


def test_a_passage_and_a_replaced_seal_at_once_leave_one_chain(transactional_db) -> None:
    from mabar.transit import nodes

    world = cast()
    key, officer = released(world), world.officers["passage_officer"]
    new = {"office": DEB, "number": "DZ-0001", "reason": "opened by the agency"}
    at_once(
        *[
            lambda n=n: commands.replace_seal(officer, key, **new, new=rules.Seal(f"N{n}"), at=later(2))
            for n in range(2)
        ]
    )
    numbers = [each.number for each in rules.in_force(rules.seal_notes(nodes.events_of(the(key))))]
    assert len(numbers) == 2
    assert "DZ-0002" in numbers
