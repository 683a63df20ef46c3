"""Exceptions from the order of the queue: each has an officer, a reason, an instant, and may be withdrawn."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.crossings import rules, turns
from mabar.crossings.models import ExceptionFromOrder, Passage
from mabar.crossings.rules import order


@once
def call_forward(
    actor: Actor, key: str, *, reason: str, words: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Call a truck forward, before all that have not been called.

    Args:
        reason: one of the short list; the wall shows it.
        words: what the officer adds; the wall never shows it.
    Raises:
        NotMandated, OutOfTurn, NotAReason, ReasonMissing, ExceptionStands.
    """
    with journal.writes(actor, "crossings.call_forward", key, at=at, reason=reason, words=words) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.call_forward", place=passage.place_id)
        _except(actor, passage, order.FORWARD, reason, words, at=at, event_key=event_key)
    return passage


@once
def put_back(
    actor: Actor, key: str, *, reason: str, words: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Put a truck back behind all that wait now; it stands as if it had come at this instant.

    Args:
        reason: one of the short list; the wall shows it.
        words: what the officer adds; the wall never shows it.
    Raises:
        NotMandated, OutOfTurn, NotAReason, ReasonMissing, ExceptionStands.
    """
    with journal.writes(actor, "crossings.put_back", key, at=at, reason=reason, words=words) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.put_back", place=passage.place_id)
        _except(actor, passage, order.BACK, reason, words, at=at, event_key=event_key)
    return passage


def _except(actor: Actor, passage: Passage, act: str, reason: str, words: str, *, at: datetime, event_key: str) -> None:
    rules.check_beside(act, passage.state)
    said = rules.check_reason(words)
    order.check_excepted(act, reason, is_excepted=turns.exception_of(passage) is not None)
    ExceptionFromOrder.objects.create(passage=passage, act=act, reason=reason, words=said, by=actor.key, at=at)
    write(passage)
    facts = {"reason": said, "kind": reason}
    turns.note(actor, passage, act, at=at, event_key=event_key, facts=facts)


@once
def withdraw_exception(
    actor: Actor, key: str, *, words: str, at: datetime, event_key: str = "", version: int | None = None
) -> Passage:
    """Withdraw the exception under which a truck stands; it stands again where it would have stood without it.

    Raises:
        NotMandated, OutOfTurn, NotExcepted, ReasonMissing.
    """
    with journal.writes(actor, "crossings.withdraw_exception", key, at=at, words=words) as line:
        passage = turns.take(actor, line, key, event_key=event_key, version=version)
        mandates.require(actor, "crossings.withdraw_exception", place=passage.place_id)
        rules.check_beside("withdraw_exception", passage.state)
        said = rules.check_reason(words)
        standing = order.check_exception(turns.exception_of(passage))
        turns.end_exception(standing, by=actor.key, words=said, at=at)
        write(passage)
        facts = {"reason": said, "undone": standing.act}
        turns.note(actor, passage, "withdraw_exception", at=at, event_key=event_key, facts=facts)
    return passage
