"""Exceptions from the order: an officer, a reason, words, an instant; shown, counted, and withdrawn again."""

import pytest
from django.db import IntegrityError, transaction

from mabar.base.models import JournalFacts
from mabar.base.rules import NotMandated
from mabar.crossings import commands, queries, rules
from mabar.crossings.models import ExceptionFromOrder
from tests.crossings.test_two_officers import at_once, yard_of_two
from tests.crossings.yard import announce, hold, later, lines, step
from tests.world import NOON

WORDS = "vaccines for the hospital of Illizi"


@pytest.fixture
def waiting(yard):
    """Four trucks in the queue of a yard of two gates, in the order in which they came."""
    keys = [announce(yard, plate=f"1-{number}") for number in range(4)]
    for number, key in enumerate(keys):
        step(yard, key, "queued", at=later(number))
    return keys


def forward(world, key: str, **facts):
    facts = {"reason": "medicine", "words": WORDS, "at": later(10), **facts}
    return commands.call_forward(facts.pop("actor", world.officers["yard_officer"]), key, **facts)


def back(world, key: str, **facts):
    facts = {"reason": "absent", "words": "not at his truck", "at": later(10), **facts}
    return commands.put_back(facts.pop("actor", world.officers["yard_officer"]), key, **facts)


def withdraw(world, key: str, **facts):
    facts = {"words": "a mistake", "at": later(12), **facts}
    return commands.withdraw_exception(facts.pop("actor", world.officers["yard_officer"]), key, **facts)


def order(at: int = 15) -> list[str]:
    return [each.turn.key for each in queries.queue("dz.debdeb", later(at)).turns]


def test_a_truck_called_forward_stands_before_all_and_everybody_sees_why(yard, waiting) -> None:
    forward(yard, waiting[3])
    assert order() == [waiting[3], *waiting[:3]]
    first = queries.wall("dz.debdeb", later(15)).waiting[0]
    assert (first.plate, first.mark) == ("1-3", queries.Mark("call_forward", "medicine"))
    row = queries.office_board("dz.debdeb", later(15)).rows[0]
    assert (row.position, row.waiting.exception.words, row.waiting.exception.by) == (1, WORDS, "DEB-0003")
    assert WORDS in JournalFacts.objects.get(line__verb="crossings.call_forward").body


def test_a_truck_put_back_stands_behind_all_that_wait_and_before_all_that_come(yard, waiting) -> None:
    back(yard, waiting[0])
    late = announce(yard, plate="2-2")
    step(yard, late, "queued", at=later(11))
    assert order() == [*waiting[1:], waiting[0], late]


@pytest.mark.parametrize("act", [forward, back])
def test_a_withdrawn_exception_restores_the_order_and_stays_on_record(yard, waiting, act) -> None:
    act(yard, waiting[2])
    withdraw(yard, waiting[2])
    assert order() == waiting
    found = ExceptionFromOrder.objects.get()
    assert (found.withdrawn_by, found.withdrawn_at, found.withdrawn_words) == ("DEB-0003", later(12), "a mistake")
    assert lines("withdraw_exception") == 1
    forward(yard, waiting[2], at=later(13))
    assert order()[0] == waiting[2]


def test_every_screen_tells_one_order(yard, waiting) -> None:
    forward(yard, waiting[2])
    back(yard, waiting[0])
    keys = order()
    plates = {row.key: row.plate for row in queries.passages_by_key(waiting)}
    assert [truck.plate for truck in queries.wall("dz.debdeb", later(15)).waiting] == [plates[key] for key in keys]
    assert [row.passage.key for row in queries.office_board("dz.debdeb", later(15)).rows] == keys
    assert [queries.standing_of(key, later(15)).position for key in keys] == [1, 2, 3, 4]


ACTS = {"call_forward": forward, "put_back": back, "withdraw_exception": withdraw}


@pytest.mark.parametrize("act", ACTS)
def test_only_the_yard_officer_departs_from_the_order(yard, waiting, act) -> None:
    for actor in (yard.broker, yard.stranger, yard.officers["gate_officer"], yard.across["yard_officer"]):
        with pytest.raises(NotMandated):
            ACTS[act](yard, waiting[0], actor=actor)
    assert lines(act) == 0


def test_an_exception_needs_a_reason_of_the_list_and_words(yard, waiting) -> None:
    with pytest.raises(rules.NotAReason) as refused:
        forward(yard, waiting[0], reason="absent")
    assert refused.value.details == {"given": "absent"}
    for act in ACTS.values():
        if act is withdraw:
            forward(yard, waiting[1])
        with pytest.raises(rules.ReasonMissing):
            act(yard, waiting[1], words="  ")
    assert ExceptionFromOrder.objects.count() == 1


def test_one_exception_stands_at_a_time_and_none_is_withdrawn_that_is_not_there(yard, waiting) -> None:
    with pytest.raises(rules.NotExcepted):
        withdraw(yard, waiting[0])
    forward(yard, waiting[0])
    with pytest.raises(rules.ExceptionStands):
        back(yard, waiting[0])
    with pytest.raises(IntegrityError), transaction.atomic():
        ExceptionFromOrder.objects.create(
            passage_id=waiting[0], act="put_back", reason="order", words="x", by="x", at=later(11)
        )


@pytest.mark.parametrize("state", ["announced", "gate_in"])
def test_only_a_truck_in_the_queue_has_an_exception(yard, state) -> None:
    key = announce(yard)
    if state == "gate_in":
        step(yard, key, "queued")
        step(yard, key, "gate_in")
    for act in (forward, back, withdraw):
        with pytest.raises(rules.OutOfTurn):
            act(yard, key)


def test_an_exception_ends_with_the_arrival_on_which_it_rested(yard, waiting) -> None:
    forward(yard, waiting[3])
    commands.correct_event(yard.officers["yard_officer"], waiting[3], reason="another truck", at=later(11))
    assert queries.exception_on(waiting[3]) is None
    step(yard, waiting[3], "queued", at=later(12))
    assert order() == waiting


def test_a_truck_let_in_before_others_without_an_exception_is_counted(yard, waiting) -> None:
    # gates are given in turn: the first and the third truck wait for gate 1, the others for gate 2
    step(yard, waiting[1], "gate_in", plate="1-1", at=later(11))
    step(yard, waiting[2], "gate_in", plate="1-2", at=later(12))
    forward(yard, waiting[3])
    step(yard, waiting[3], "gate_in", plate="1-3", at=later(13))
    day = queries.exceptions_on("dz.debdeb", NOON.date())
    assert [(row.plate, row.passed, row.by) for row in day.passed_over] == [("1-2", 1, "DEB-0003")]


def test_who_passes_a_truck_that_an_agency_holds_passes_nobody(yard, waiting) -> None:
    hold(yard, waiting[0])
    step(yard, waiting[2], "gate_in", plate="1-2", at=later(12))
    assert queries.exceptions_on("dz.debdeb", NOON.date()).passed_over == ()


def test_a_passing_that_was_a_mistake_is_not_counted(yard, waiting) -> None:
    step(yard, waiting[2], "gate_in", plate="1-2", at=later(12))
    commands.correct_event(yard.officers["yard_officer"], waiting[2], reason="misread", at=later(13))
    assert queries.exceptions_on("dz.debdeb", NOON.date()).passed_over == ()


def test_the_exceptions_of_a_day_are_counted_by_reason_on_the_clock_of_the_place(yard, waiting) -> None:
    forward(yard, waiting[0])
    forward(yard, waiting[1], reason="animals")
    withdraw(yard, waiting[1])
    back(yard, waiting[2])
    day = queries.exceptions_on("dz.debdeb", NOON.date())
    told = {kind: count for kind, count in day.counts.items() if count}
    assert told == {("call_forward", "medicine"): 1, ("call_forward", "animals"): 1, ("put_back", "absent"): 1}
    assert (day.withdrawn, len(day.counts), [row.plate for row in day.rows]) == (1, 9, ["1-0", "1-1", "1-2"])
    assert queries.exceptions_on("dz.debdeb", later(24 * 60).date()).rows == ()
    assert queries.exceptions_on("ly.ghadames", NOON.date()).rows == ()


def test_one_act_sent_twice_is_one_exception(yard, waiting) -> None:
    for _ in range(2):
        forward(yard, waiting[0], event_key="e1")
    assert ExceptionFromOrder.objects.count() == 1


def test_two_officers_who_move_one_truck_at_once_do_not_both_move_it(transactional_db) -> None:
    world = yard_of_two()
    key = announce(world)
    step(world, key, "queued")
    outcomes = at_once(lambda: forward(world, key), lambda: back(world, key))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["ExceptionStands", "Passage"]
    assert ExceptionFromOrder.objects.count() == 1
