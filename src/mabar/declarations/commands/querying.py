"""A question of the office to the declarant: while it is open the clock of the declaration stands, and is counted."""

from datetime import datetime, timedelta

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.declarations import rules, turns
from mabar.declarations.models import Declaration, Query


def query(actor: Actor, key: str, *, text: str, at: datetime, version: int | None = None) -> Query:
    """Ask the declarant a question; a timer marks it overdue.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, NothingSaid.
    """
    due_at = at + timedelta(days=rules.QUERY_DAYS)
    with journal.writes(actor, "declarations.query", key, at=at, text=text, due_at=due_at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.query", place=declaration.place_id)
        rules.check_said(text, what="query", longest=2000)
        turns.step(line, declaration, version=version)
        asked = Query.objects.create(declaration=declaration, text=text, asked_by=actor.key, asked_at=at, due_at=due_at)
        timers.start(turns.LAPSE, key, due_at=due_at)
        turns.save(declaration, suspended_at=at)
    return asked


def answer_query(actor: Actor, key: str, *, answer: str, at: datetime, version: int | None = None) -> Query:
    """Answer the open question; the office settles it.  Raises: NotMandated, OutOfTurn, NoOpenQuery, NothingSaid."""
    with journal.writes(actor, "declarations.answer_query", key, at=at, answer=answer) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.answer_query", place=declaration.place_id)
        rules.check_said(answer, what="answer", longest=4000)
        turns.step(line, declaration, version=version)
        asked = _open_query(declaration)
        asked.answer, asked.answered_by, asked.answered_at = answer, actor.key, at
        asked.save(update_fields=["answer", "answered_by", "answered_at"])
        timers.end(turns.LAPSE, key, at=at)
        turns.save(declaration)
    return asked


def settle_query(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> Declaration:
    """Settle the open question: the clock runs on, and the time that it stood is counted.

    Raises:
        NotMandated, OutOfTurn, NoOpenQuery.
    """
    with journal.writes(actor, "declarations.settle_query", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.settle_query", place=declaration.place_id)
        turns.step(line, declaration, version=version)
        asked = _open_query(declaration)
        stood_s = int((at - asked.asked_at).total_seconds())
        line.note(stood_s=stood_s)
        turns.end_query(declaration, at=at)
        turns.save(declaration, suspended_at=None, suspended_s=declaration.suspended_s + stood_s)
    return declaration


def lapse_query(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Query:
    """Mark the open question overdue; legal effects count from the due instant.  Raises: OutOfTurn, NoOpenQuery."""
    with journal.writes(actor, "declarations.lapse_query", key, at=at, due_at=due_at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.lapse_query", place=declaration.place_id)
        turns.step(line, declaration)
        asked = _open_query(declaration)
        asked.overdue_at = due_at
        asked.save(update_fields=["overdue_at"])
        turns.save(declaration)
    return asked


def _open_query(declaration: Declaration) -> Query:
    asked = declaration.queries.filter(settled_at=None).first()
    if asked is None:
        raise rules.NoOpenQuery(key=declaration.key)
    return asked
