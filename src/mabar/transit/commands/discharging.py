"""The end of a movement at home: discharge, enquiry with its questions to office and holder, recovery."""

from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import once, write
from mabar.transit import cover, enquiries, nodes, rules, turns
from mabar.transit.models import Movement, MovementQuestion
from mabar.transit.turns import Deed


@once
def discharge(
    actor: Actor, key: str, *, reason: str = "", at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Discharge a movement: its guarantee is free, once, and every node of the itinerary is told.

    The reason is needed where remarks are not conform, and where goods that nobody saw arrive are proved otherwise.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    with journal.writes(actor, "transit.discharge", key, at=at, reason=reason.strip()) as line:
        movement = turns.take(actor, "discharge", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.discharge", place=movement.place_id)
        rules.after("discharge", movement.state)
        is_plain = movement.state == "remarked" and movement.outcome == "conform"
        said = reason.strip()[:300] if is_plain else rules.check_reason(reason)[:300]
        deed = Deed("discharge", actor.key, at, movement.place_id, key=event_key)
        turns.move(movement, turns.events(movement, deed, {"reason": said}), deed, reason=said)
        cover.free(actor, movement, at=at)
        nodes.tell_state(movement, at=at)
    return movement


@once
def ask_holder(actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None) -> Movement:
    """Ask the holder where the goods are; from this day his days run.

    Raises:
        NotMandated, OutOfTurn, NotAtHome.
    """
    with journal.writes(actor, "transit.ask_holder", key, at=at) as line:
        movement = turns.take(actor, "ask_holder", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.ask_holder", place=movement.place_id)
        if movement.holder_asked_at is not None:
            raise rules.OutOfTurn(verb="ask_holder", state=movement.state)
        line.note(
            due_at=enquiries.ask_holder(movement, Deed("ask_holder", actor.key, at, movement.place_id, key=event_key))
        )
    return movement


@once
def note_holder_answer(
    actor: Actor, key: str, *, answer: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Record what the holder answered; the clock no longer recovers by itself, an officer decides.

    Raises:
        NotMandated, OutOfTurn, NotAtHome.
        ReasonMissing: he answered nothing.
    """
    with journal.writes(actor, "transit.note_holder_answer", key, at=at, answer=answer.strip()) as line:
        movement = turns.take(actor, "note_holder_answer", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.note_holder_answer", place=movement.place_id)
        rules.after("note_holder_answer", movement.state)
        said = rules.check_reason(answer)[:300]
        deed = Deed("note_holder_answer", actor.key, at, movement.place_id, key=event_key)
        told = turns.events(movement, deed, {"reason": said})
        turns.move(movement, told, deed, holder_answered_at=at)
    return movement


@once
def start_recovery(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Start the recovery, with the reason: the guarantee is claimed, and every node of the itinerary is told.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    with journal.writes(actor, "transit.start_recovery", key, at=at, reason=reason.strip()) as line:
        movement = turns.take(actor, "start_recovery", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.start_recovery", place=movement.place_id)
        rules.after("start_recovery", movement.state)
        said = rules.check_reason(reason)[:300]
        enquiries.recover(
            actor, movement, Deed("start_recovery", actor.key, at, movement.place_id, key=event_key), reason=said
        )
    return movement


@once
def answer_question(
    actor: Actor,
    key: str,
    *,
    office: str,
    asks: str,
    answer: str,
    text: str = "",
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Answer what home asked of an office: whether the goods arrived, or when the results of the control follow.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn.
        NothingAsked: no such question waits at the office.
        EventUnfit: the answer is none of the known ones.
    """
    with journal.writes(actor, "transit.answer_question", key, at=at, place=office, asks=asks, answer=answer):
        mandates.require(actor, "transit.answer_question", place=office)
        movement = turns.take(actor, "answer_question", key, event_key=event_key, version=version)
        question = movement.questions.filter(asks=asks, office=office, answered_at=None).first()
        if question is None:
            raise rules.NothingAsked()
        if answer not in rules.ANSWERS:
            raise rules.EventUnfit(given=answer or "–")
        _answer(question, answer=answer, text=text.strip()[:300], answered_at=at)
        deed = Deed("answer_question", actor.key, at, office, key=event_key)
        turns.note(movement, turns.events(movement, deed, {"reason": question.text, "outcome": answer}), deed)
        write(movement)
        if not movement.is_home:
            nodes.tell_answer(question, at=at)
    return movement


def _answer(question: MovementQuestion, **told: Any) -> None:
    for name, value in told.items():
        setattr(question, name, value)
    question.save(update_fields=list(told))
