"""Release clears the trucks; the declaration closes when the last of them has left."""

import pytest

from mabar.base.models import JournalLine
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.crossings import commands as crossings
from mabar.crossings import queries as trucks
from mabar.declarations import commands, queries, rules
from mabar.declarations.messages import Released
from mabar.exchange import kinds
from mabar.exchange.models import Outgoing
from tests.crossings import yard
from tests.crossings.sister import close_debdeb
from tests.declarations.desk import assessed, fresh, in_lane, pay, settled, verbs
from tests.world import NOON

ALL = {"packages": 10, "gross_mass_g": 500_000}


def loaded(world, declaration, share=ALL, **facts):
    truck = yard.announce(world, **facts)
    commands.attach(world.broker, declaration.key, passage=truck, at=NOON, **share)
    return truck


def release(world, declaration, **facts):
    return commands.release(world.officers["release_officer"], declaration.key, at=NOON, **facts)


def is_cleared(declaration):
    return [each.share.is_cleared for each in trucks.passages_of(declaration.key)]


@pytest.fixture
def gate(world):
    yard.open_yard(world)
    return world


def test_release_clears_every_truck_in_the_same_act(gate):
    declaration = settled(gate)
    for plate in ("99417-322-33", "99418-322-33"):
        loaded(gate, declaration, {"packages": 5, "gross_mass_g": 250_000}, plate=plate)
    assert is_cleared(declaration) == [False, False]
    assert release(gate, declaration).released_at == NOON
    assert is_cleared(declaration) == [True, True]


def test_a_hold_of_another_agency_stops_it_and_clears_nothing(gate):
    declaration = settled(gate)
    truck = loaded(gate, declaration)
    hold = yard.hold(gate, truck, "plant_health_officer")
    with pytest.raises(rules.HeldTrucks) as refused:
        release(gate, declaration)
    assert refused.value.details["agencies"] == "dz.plant_health"
    assert fresh(declaration).state == "paid"
    assert is_cleared(declaration) == [False]
    crossings.lift_hold(gate.officers["plant_health_officer"], truck, hold=hold, note="clean", at=NOON)
    assert release(gate, declaration).state == "released"


def test_not_before_it_is_settled_and_not_twice(world):
    with pytest.raises(rules.OutOfTurn):
        release(world, assessed(world))
    declaration = settled(world, reference="T-2")
    release(world, declaration)
    with pytest.raises(rules.OutOfTurn):
        release(world, declaration)


def test_not_while_a_query_is_open(world):
    declaration = settled(world)
    commands.query(world.officers["assessor"], declaration.key, text="Which model?", at=NOON)
    with pytest.raises(rules.QueryOpen):
        release(world, declaration)


def test_who_may_release(world):
    declaration = settled(world)
    for actor in (
        world.officers["inspector"],
        world.officers["cashier"],
        world.across["release_officer"],
        world.broker,
    ):
        with pytest.raises(NotMandated):
            commands.release(actor, declaration.key, at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.release(world.rival, declaration.key, at=NOON)
    with pytest.raises(rules.OutOfTurn):
        release(world, declaration, version=1)


def test_a_truck_attached_after_the_release_is_cleared_as_it_is_attached(gate):
    declaration = settled(gate)
    release(gate, declaration)
    loaded(gate, declaration)
    assert is_cleared(declaration) == [True]


def test_a_truck_attached_and_cleared_before_the_claim_is_left_as_it_is(gate):
    declaration = pay(gate, assessed(gate, "green"))
    loaded(gate, declaration)
    assert is_cleared(declaration) == [True]


def test_a_truck_that_was_cleared_by_hand_is_not_cleared_twice(gate):
    declaration = settled(gate)
    truck = loaded(gate, declaration)
    crossings.clear(gate.officers["release_officer"], truck, declaration=declaration.key, at=NOON)
    assert release(gate, declaration).state == "released"
    assert is_cleared(declaration) == [True]


def test_upstairs_is_told_where_somebody_listens(world, monkeypatch, django_capture_on_commit_callbacks):
    declaration = settled(world)
    heard = []
    monkeypatch.setattr(
        kinds, "_openers", {**kinds._openers, Released.KIND: (Released, [lambda m, at: heard.append(m)])}
    )
    with django_capture_on_commit_callbacks(execute=True):
        release(world, declaration)
    assert heard == [Released("dz.debdeb", declaration.key, NOON)]
    assert Outgoing.objects.get().done_at is not None


def leave(world, truck, plate):
    for state in ("queued", "gate_in", "weighed", "presented"):
        yard.step(world, truck, state, **({"plate": plate} if state == "gate_in" else {}))
    yard.step(world, truck, "closed")


def test_it_closes_when_the_last_truck_has_left(gate, django_capture_on_commit_callbacks):
    declaration = settled(gate)
    plates = ("99417-322-33", "99418-322-33")
    halves = [loaded(gate, declaration, {"packages": 5, "gross_mass_g": 250_000}, plate=plate) for plate in plates]
    release(gate, declaration)
    with django_capture_on_commit_callbacks(execute=True):
        leave(gate, halves[0], plates[0])
    assert fresh(declaration).state == "released"
    assert queries.wholly_gone([declaration.key]) == []
    with pytest.raises(rules.StillOnTheWay):
        commands.close(gate.node, declaration.key, at=NOON)
    with django_capture_on_commit_callbacks(execute=True):
        leave(gate, halves[1], plates[1])
    closed = fresh(declaration)
    assert closed.state == "closed"
    assert closed.closed_at is not None
    assert verbs(declaration.key)[-1] == "declarations.close"


def test_a_gate_out_that_is_undone_opens_it_again(gate, django_capture_on_commit_callbacks):
    declaration = settled(gate)
    truck = loaded(gate, declaration)
    release(gate, declaration)
    with django_capture_on_commit_callbacks(execute=True):
        leave(gate, truck, yard.PLATE)
    assert fresh(declaration).state == "closed"
    with django_capture_on_commit_callbacks(execute=True):
        crossings.correct_event(gate.officers["yard_officer"], truck, reason="wrong truck", at=NOON)
    again = fresh(declaration)
    assert (again.state, again.closed_at) == ("released", None)
    assert verbs(declaration.key)[-1] == "declarations.reopen"


def test_the_news_of_a_truck_of_others_closes_nothing(gate):
    from mabar.crossings.messages import GateOut, GateOutUndone
    from mabar.declarations import inbox

    lines = JournalLine.objects.count()
    inbox.close_those_gone(GateOut("P", "dz.debdeb", "entry", "1", "", "", ("NOBODY",), (), NOON), NOON)
    inbox.reopen_those_back(GateOutUndone("P", "dz.debdeb", "entry", ("NOBODY",), NOON), NOON)
    assert JournalLine.objects.count() == lines


def test_closing_and_opening_again_are_the_nodes_own_acts(world):
    declaration = in_lane(world, "green")
    for act in (commands.close, commands.reopen):
        with pytest.raises(NotMandated):
            act(world.officers["release_officer"], declaration.key, at=NOON)
        with pytest.raises(rules.OutOfTurn):
            act(world.node, declaration.key, at=NOON)


def test_goods_on_a_truck_that_was_diverted_are_released_where_they_were_declared(gate):
    closed = close_debdeb(gate)
    declaration = settled(gate)
    truck = loaded(gate, declaration, actor=gate.broker)
    closed.accept(closed.propose())
    there = closed.keep(truck)
    assert release(gate, declaration).state == "released"
    assert is_cleared(declaration) == [True]
    # the officer of the one crossing writes nothing at the other: the node carries it there
    cleared = trucks.passage(there).events[-1]
    assert (cleared.kind, cleared.by) == ("clear", "node")


def test_a_cancelled_declaration_comes_off_a_truck_that_was_diverted(gate):
    closed = close_debdeb(gate)
    declaration = in_lane(gate, "yellow")
    truck = loaded(gate, declaration, actor=gate.broker)
    closed.accept(closed.propose())
    there = closed.keep(truck)
    commands.cancel(gate.officers["registrar"], declaration.key, reason="another buyer", at=NOON)
    assert trucks.declarations_on(there) == ()
