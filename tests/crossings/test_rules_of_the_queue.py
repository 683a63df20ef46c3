"""The published order of the queue: total, and nobody passes without an earlier slot or an officer's exception."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from mabar.crossings import rules
from mabar.crossings.rules.order import BACK, FORWARD, REASONS, Turn, check_excepted, in_order, stands_at
from tests.world import NOON


def after(minutes: int) -> datetime:
    return NOON + timedelta(minutes=minutes)


def awaited(key: str, came: int, slot: int, tolerance: int = 30) -> Turn:
    return Turn(key, after(came), slot_at=after(slot), lapses_at=after(slot + tolerance))


def keys(*turns: Turn) -> str:
    return "".join(turn.key for turn in in_order(turns))


TABLE = [
    ("trucks without an appointment stand as they came", [Turn("A", after(2)), Turn("B", after(1))], "BA"),
    ("who came in the same instant stands by the key", [Turn("B", after(1)), Turn("A", after(1))], "AB"),
    ("an early truck waits for its slot", [awaited("A", 0, 60), Turn("B", after(50)), Turn("C", after(70))], "BAC"),
    ("a truck within the tolerance keeps its slot", [Turn("B", after(61)), awaited("A", 90, 60)], "AB"),
    ("a truck beyond the tolerance stands as it came", [Turn("B", after(61)), awaited("A", 91, 60)], "BA"),
    ("one called forward stands before all", [Turn("A", after(1)), Turn("B", after(9), called_at=after(10))], "BA"),
    (
        "two called forward stand as they were called",
        [Turn("A", after(1), called_at=after(20)), Turn("B", after(9), called_at=after(10))],
        "BA",
    ),
    (
        "one put back stands behind all that wait, before all that come",
        [Turn("A", after(1), put_back_at=after(10)), Turn("B", after(9)), Turn("C", after(11))],
        "BAC",
    ),
    (
        "nobody gains by being put back",
        [replace(awaited("A", 0, 60), put_back_at=after(10)), Turn("B", after(50))],
        "BA",
    ),
]


@pytest.mark.parametrize(("turns", "order"), [row[1:] for row in TABLE], ids=[row[0] for row in TABLE])
def test_the_order_is(turns, order) -> None:
    assert keys(*turns) == order


minutes = some.integers(0, 600)
plain = some.builds(lambda came: {"came_at": after(came)}, minutes)
with_slot = some.builds(
    lambda came, slot, late: {"came_at": after(came), "slot_at": after(slot), "lapses_at": after(slot + late)},
    minutes,
    minutes,
    some.integers(0, 60),
)
excepted = some.one_of(
    some.just({}),
    some.builds(lambda at: {"called_at": after(600 + at)}, minutes),
    some.builds(lambda at: {"put_back_at": after(600 + at)}, minutes),
)
trucks = some.lists(some.builds(lambda facts, more: facts | more, some.one_of(plain, with_slot), excepted), max_size=12)


def named(facts: list[dict]) -> list[Turn]:
    return [Turn(f"{number:03}", **each) for number, each in enumerate(facts)]


@given(trucks, some.randoms(use_true_random=False))
def test_the_order_is_the_same_in_whatever_order_the_trucks_are_read(facts, dice) -> None:
    turns = named(facts)
    mixed = dice.sample(turns, len(turns))
    assert in_order(mixed) == in_order(turns)
    assert sorted(turn.key for turn in in_order(mixed)) == [turn.key for turn in turns]


@given(trucks)
def test_nobody_passes_an_earlier_truck_without_an_exception_or_an_earlier_slot(facts) -> None:
    ordered = in_order(named(facts))
    for place, before in enumerate(ordered):
        for behind in ordered[place + 1 :]:
            if behind.came_at < before.came_at:
                is_excepted = before.called_at is not None or behind.put_back_at is not None
                has_earlier_slot = before.is_in_time and before.slot_at <= stands_at(behind)
                waits_for_a_later_slot = behind.is_in_time and behind.slot_at >= before.came_at
                assert is_excepted or has_earlier_slot or waits_for_a_later_slot


@given(trucks, some.data())
def test_withdrawing_an_exception_restores_the_order(facts, data) -> None:
    turns = named([{**each, "called_at": None, "put_back_at": None} for each in facts])
    if not turns:
        return
    number = data.draw(some.integers(0, len(turns) - 1))
    act = data.draw(some.sampled_from(["called_at", "put_back_at"]))
    changed = replace(turns[number], **{act: after(700)})
    with_it = in_order([*turns[:number], changed, *turns[number + 1 :]])
    others = [turn.key for turn in in_order(turns) if turn.key != changed.key]
    assert [turn.key for turn in with_it if turn.key != changed.key] == others
    restored = in_order([replace(turn, **{act: None}) for turn in with_it])
    assert restored == in_order(turns)


@given(trucks)
def test_being_put_back_helps_nobody_and_being_called_forward_harms_nobody(facts) -> None:
    turns = named([{**each, "called_at": None, "put_back_at": None} for each in facts])
    for number, turn in enumerate(turns):
        others = turns[:number] + turns[number + 1 :]
        place = in_order(turns).index(turn)
        back, forward = replace(turn, put_back_at=after(1300)), replace(turn, called_at=after(1300))
        assert in_order([*others, back]).index(back) == len(others) >= place
        assert in_order([*others, forward]).index(forward) == 0


@pytest.mark.parametrize("act", [FORWARD, BACK])
def test_an_exception_has_a_reason_of_its_list_and_stands_alone(act) -> None:
    for reason in REASONS[act]:
        check_excepted(act, reason, is_excepted=False)
    other = "absent" if act == FORWARD else "perishable"
    for reason in ("", "a friend", other):
        with pytest.raises(rules.NotAReason):
            check_excepted(act, reason, is_excepted=False)
    with pytest.raises(rules.ExceptionStands):
        check_excepted(act, "order", is_excepted=True)
