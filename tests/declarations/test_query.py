"""A question to the declarant: the declaration stands still, and the time that it stood is counted."""

from datetime import timedelta

import pytest

from mabar.base import timers
from mabar.base.models import JournalLine, Timer
from mabar.base.rules import NoSuchRecord, NotMandated
from mabar.declarations import commands, rules
from mabar.declarations.models import Query
from tests.declarations.desk import fresh, in_lane, released, verbs
from tests.world import NOON

HOUR = timedelta(hours=1)


def asked(world):
    declaration = in_lane(world, "yellow")
    commands.query(world.officers["examiner"], declaration.key, text="Which model is the pump?", at=NOON)
    return fresh(declaration)


def test_a_question_suspends_and_starts_the_timer(world):
    declaration = asked(world)
    assert (declaration.state, declaration.suspended_at) == ("lane_assigned", NOON)
    question = Query.objects.get()
    assert (question.asked_by, question.due_at) == ("DEB-0005", NOON + timedelta(days=10))
    timer = Timer.objects.get()
    assert (timer.verb, timer.subject, timer.due_at) == (
        "declarations.lapse_query",
        declaration.key,
        question.due_at,
    )
    assert str(question).startswith(declaration.key)


def test_while_it_is_open_no_step_is_taken_and_no_second_is_asked(world):
    declaration = asked(world)
    examiner = world.officers["examiner"]
    with pytest.raises(rules.QueryOpen):
        commands.check_documents(examiner, declaration.key, at=NOON)
    with pytest.raises(rules.QueryOpen):
        commands.query(examiner, declaration.key, text="And the year?", at=NOON)


def test_answered_and_settled_the_time_is_counted(world):
    declaration = asked(world)
    answered = commands.answer_query(world.broker, declaration.key, answer="Model 3", at=NOON + HOUR)
    assert (answered.answer, answered.answered_by, answered.answered_at) == ("Model 3", "broker-oasis", NOON + HOUR)
    assert fresh(declaration).suspended_at == NOON
    assert Timer.objects.get().ended_at == NOON + HOUR
    settled = commands.settle_query(world.officers["examiner"], declaration.key, at=NOON + 2 * HOUR)
    assert (settled.suspended_at, settled.suspended_s) == (None, 7200)
    assert Query.objects.get().settled_at == NOON + 2 * HOUR
    commands.check_documents(world.officers["examiner"], declaration.key, at=NOON + 2 * HOUR)
    assert '"stood_s":7200' in JournalLine.objects.get(verb="declarations.settle_query").facts.body


def test_two_questions_add_up(world):
    declaration = asked(world)
    examiner = world.officers["examiner"]
    commands.settle_query(examiner, declaration.key, at=NOON + HOUR)
    commands.query(examiner, declaration.key, text="And the year?", at=NOON + 3 * HOUR)
    assert commands.settle_query(examiner, declaration.key, at=NOON + 4 * HOUR).suspended_s == 7200


def test_settled_without_an_answer_ends_the_timer_too(world):
    declaration = asked(world)
    commands.settle_query(world.officers["examiner"], declaration.key, at=NOON + HOUR)
    assert Timer.objects.get().ended_at == NOON + HOUR


def test_the_clock_marks_it_overdue_once(world):
    declaration = asked(world)
    late = NOON + timedelta(days=11)
    assert timers.fire_due(late) == 1
    assert timers.fire_due(late) == 0
    question = Query.objects.get()
    assert question.overdue_at == question.due_at
    assert fresh(declaration).suspended_at == NOON
    line = JournalLine.objects.get(verb="declarations.lapse_query")
    assert (line.actor, line.at) == ("node", late)
    assert question.due_at.isoformat() in line.facts.body
    commands.answer_query(world.broker, declaration.key, answer="Late, but here", at=late)


def test_there_must_be_a_question(world):
    declaration = in_lane(world, "yellow")
    for act in (
        lambda: commands.answer_query(world.broker, declaration.key, answer="Model 3", at=NOON),
        lambda: commands.settle_query(world.officers["examiner"], declaration.key, at=NOON),
        lambda: commands.lapse_query(world.node, declaration.key, due_at=NOON, at=NOON),
    ):
        with pytest.raises(rules.NoOpenQuery):
            act()


def test_question_and_answer_say_something(world):
    declaration = in_lane(world, "yellow")
    with pytest.raises(rules.NothingSaid):
        commands.query(world.officers["examiner"], declaration.key, text=" ", at=NOON)
    with pytest.raises(rules.LongerThanAllowed):
        commands.query(world.officers["examiner"], declaration.key, text="x" * 2001, at=NOON)
    commands.query(world.officers["examiner"], declaration.key, text="x", at=NOON)
    with pytest.raises(rules.NothingSaid):
        commands.answer_query(world.broker, declaration.key, answer="", at=NOON)
    with pytest.raises(rules.LongerThanAllowed):
        commands.answer_query(world.broker, declaration.key, answer="x" * 4001, at=NOON)


def test_who_may_ask_answer_and_settle(world):
    declaration = asked(world)
    with pytest.raises(NotMandated):
        commands.answer_query(world.officers["examiner"], declaration.key, answer="Model 3", at=NOON)
    with pytest.raises(NoSuchRecord):
        commands.answer_query(world.rival, declaration.key, answer="Model 3", at=NOON)
    for actor in (world.broker, world.across["examiner"], world.officers["cashier"]):
        with pytest.raises(NotMandated):
            commands.settle_query(actor, declaration.key, at=NOON)
        with pytest.raises(NotMandated):
            commands.query(actor, declaration.key, text="Why?", at=NOON)
    with pytest.raises(NotMandated):
        commands.lapse_query(world.officers["examiner"], declaration.key, due_at=NOON, at=NOON)


def test_nothing_is_asked_after_the_release(world):
    declaration = released(world)
    with pytest.raises(rules.OutOfTurn):
        commands.query(world.officers["assessor"], declaration.key, text="Why?", at=NOON)
    assert "declarations.query" not in verbs(declaration.key)


def test_the_end_of_the_declaration_ends_the_question(world):
    declaration = asked(world)
    commands.refuse(world.officers["registrar"], declaration.key, reason="prohibited goods", at=NOON)
    assert Query.objects.get().settled_at == NOON
    assert Timer.objects.get().ended_at == NOON
    assert fresh(declaration).suspended_at is None
