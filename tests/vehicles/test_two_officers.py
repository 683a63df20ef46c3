"""Two at once on one vehicle: one act stands, the other officer is told, and nothing is written twice."""

from mabar.base.keys import new_key
from mabar.vehicles import commands, rules
from mabar.vehicles.models import PassHolder, VehiclePass
from tests.crossings.test_two_officers import at_once
from tests.standing import cast
from tests.vehicles.garage import DUE, NEXT_MORNING, enter, extend, leave, lines, open_garage, vehicle
from tests.world import NOON


def garage_of_two():
    world = cast()
    open_garage(world)
    return world


def prefilling(world, actor, **facts):
    told = {"place": "dz.debdeb", "kind": "car", "purpose": "visit", "plate": "5-123456", "plate_country": "LY"}
    told |= {"chassis": "VF1BB05CF30123456", "holder": "Salem Example", "at": NOON, **facts}
    return lambda: commands.prefill(actor, new_key(NOON), **told)


def test_two_houses_prefilling_one_vehicle_at_once_make_one_pass(transactional_db) -> None:
    world = garage_of_two()
    outcomes = at_once(prefilling(world, world.broker), prefilling(world, world.rival))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["PassLiveElsewhere", "VehiclePass"]
    assert (VehiclePass.objects.count(), PassHolder.objects.count(), lines("prefill")) == (1, 1, 1)


def test_one_prefilling_sent_twice_at_once_is_one_pass(transactional_db) -> None:
    world = garage_of_two()
    outcomes = at_once(*[prefilling(world, world.broker, event_key="e") for _ in range(3)])
    assert {getattr(outcome, "key", outcome) for outcome in outcomes} == {VehiclePass.objects.get().key}
    assert lines("prefill") == 1


def test_two_officers_let_one_vehicle_in_once(transactional_db) -> None:
    world = garage_of_two()
    key = vehicle(world)
    officers = (world.officers["vehicle_officer"], world.across["vehicle_officer"])
    outcomes = at_once(
        lambda: enter(world, key, actor=officers[0]), lambda: enter(world, key, actor=officers[1], place="ly.ghadames")
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutOfTurn", "VehiclePass"]
    assert lines("validate_at_entry") == 1


def test_an_exit_and_an_extension_at_once_do_not_both_stand(transactional_db) -> None:
    world = garage_of_two()
    key = vehicle(world, "validated")
    outcomes = at_once(
        lambda: leave(world, key, version=2),
        lambda: extend(world, key, version=2, at=NOON),
    )
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["OutOfTurn", "VehiclePass"]
    assert all(isinstance(outcome, VehiclePass | rules.OutOfTurn) for outcome in outcomes)


def test_the_clock_and_a_late_exit_at_once_note_once_that_it_was_overdue(transactional_db) -> None:
    world = garage_of_two()
    key = vehicle(world, "validated")
    at_once(
        lambda: leave(world, key, at=NEXT_MORNING),
        lambda: commands.note_overdue(world.node, key, due_at=DUE, at=NEXT_MORNING),
    )
    assert VehiclePass.objects.get(key=key).state == "exited_late"
    assert (lines("note_overdue"), lines("note_exit")) == (1, 1)
