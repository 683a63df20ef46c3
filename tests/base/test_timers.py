"""Timers: what falls due is fired once by the clock, also what fell due while the node was off."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from mabar.base import timers
from mabar.base.models import Actor, Firm, Timer
from mabar.base.rules import NoSuchRecord
from tests.world import NOON

VERB = "tests.wake"
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
fired: list[tuple[str, str, datetime, datetime]] = []
failing: dict[str, Exception] = {}


def wake(actor: Actor, subject: str, *, due_at: datetime, at: datetime) -> None:
    """Write a firm down, so that what a failing timer wrote can be looked for."""
    Firm.objects.create(code=subject, name=subject, kind="broker")
    if subject in failing:
        raise failing[subject]
    fired.append((actor.key, subject, due_at, at))


@pytest.fixture(autouse=True)
def clock() -> Iterator[None]:
    """A clock that knows the verb, and has fired nothing yet."""
    timers.register(VERB, wake)
    fired.clear()
    failing.clear()
    yield
    failing.clear()


def start(subject: str, due_at: datetime = NOON) -> Timer:
    return timers.start(VERB, subject, due_at=due_at)


def test_a_timer_fires_once_when_its_instant_has_come(db):
    start("P1")
    assert timers.fire_due(NOON - MINUTE) == 0
    assert timers.fire_due(NOON) == 1
    assert timers.fire_due(NOON + HOUR) == 0
    assert fired == [("node", "P1", NOON, NOON)]
    assert Timer.objects.get().fired_at == NOON


def test_what_fell_due_while_the_node_was_off_fires_once_each_with_both_instants_oldest_first(db):
    start("LATER", NOON - HOUR)
    start("EARLIER", NOON - 30 * HOUR)
    assert timers.fire_due(NOON) == 2
    assert timers.fire_due(NOON) == 0
    assert fired == [("node", "EARLIER", NOON - 30 * HOUR, NOON), ("node", "LATER", NOON - HOUR, NOON)]


def test_a_timer_that_an_act_has_ended_never_fires(db):
    start("P1")
    assert timers.end(VERB, "P1", at=NOON - HOUR) is True
    assert timers.end(VERB, "P1", at=NOON) is False
    assert timers.fire_due(NOON + HOUR) == 0
    assert Timer.objects.get().ended_at == NOON - HOUR
    assert fired == []


def test_a_timer_that_has_fired_is_not_ended_afterwards(db):
    start("P1")
    timers.fire_due(NOON)
    assert timers.end(VERB, "P1", at=NOON) is False
    assert Timer.objects.get().ended_at is None


def test_ending_one_timer_leaves_those_of_others_running(db):
    start("P1")
    start("P2")
    timers.end(VERB, "P1", at=NOON)
    assert timers.fire_due(NOON) == 1
    assert [subject for _, subject, _, _ in fired] == ["P2"]


def test_a_failing_timer_leaves_nothing_and_does_not_stop_the_others(db, caplog):
    start("BAD", NOON - HOUR)
    start("GOOD")
    failing["BAD"] = RuntimeError("the act is broken")
    assert timers.fire_due(NOON) == 1
    assert [subject for _, subject, _, _ in fired] == ["GOOD"]
    bad = Timer.objects.get(subject="BAD")
    assert (bad.fired_at, bad.failures) == (None, 1)
    assert not Firm.objects.filter(code="BAD").exists()
    assert "the act is broken" in caplog.text


def test_a_timer_that_failed_rests_and_then_fires_once(db):
    start("BAD")
    failing["BAD"] = RuntimeError()
    timers.fire_due(NOON)
    failing.clear()
    assert [timers.fire_due(NOON + minutes * MINUTE) for minutes in (1, 2, 3)].count(1) == 1
    assert len(fired) == 1


def test_a_timer_that_always_fails_is_tried_at_least_once_an_hour(db):
    start("BAD")
    failing["BAD"] = RuntimeError()
    Timer.objects.update(failures=60)
    tried = [timers._is_resting(Timer.objects.get(), NOON + minutes * MINUTE) for minutes in range(60)].count(False)
    assert tried == 1
    for minutes in range(60):
        timers.fire_due(NOON + minutes * MINUTE)
    assert Timer.objects.get().failures == 60


def test_a_refusal_is_the_outcome_of_a_timer_and_ends_its_tries(db):
    start("P1")
    failing["P1"] = NoSuchRecord(key="P1")
    assert timers.fire_due(NOON) == 0
    assert timers.fire_due(NOON + HOUR) == 0
    timer = Timer.objects.get()
    assert (timer.fired_at, timer.failures) == (NOON, 0)
    assert not Firm.objects.filter(code="P1").exists()


def test_a_timer_claimed_by_another_clock_is_left_to_it(db):
    timer = start("P1")
    Timer.objects.update(fired_at=NOON)
    assert timers._fire(timer.pk, NOON) is False
    assert fired == []


def test_no_more_than_asked_are_fired_at_once(db):
    for number in range(3):
        start(f"P{number}", NOON - number * HOUR)
    assert timers.fire_due(NOON, limit=2) == 2
    assert [subject for _, subject, _, _ in fired] == ["P2", "P1"]


def test_a_verb_without_a_command_starts_no_timer(db):
    with pytest.raises(ValueError, match=r"no command is registered for tests\.nothing"):
        timers.start("tests.nothing", "P1", due_at=NOON)
    assert not Timer.objects.exists()


def test_a_subject_has_one_running_timer_of_a_verb(db):
    start("P1")
    with pytest.raises(IntegrityError), transaction.atomic():
        start("P1", NOON + HOUR)
    timers.end(VERB, "P1", at=NOON)
    again: Any = start("P1", NOON + HOUR)
    assert again.due_at == NOON + HOUR
