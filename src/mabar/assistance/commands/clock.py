"""What the clock does: it counts from the instant that was due, and journals when it fired."""

from datetime import datetime

from mabar.assistance import attachments, turns
from mabar.assistance.models import AssistanceRequest
from mabar.assistance.turns import Deed
from mabar.base import actors, journal, mandates
from mabar.base.models import Actor

ERASED = ("matter", "reason", "description", "legal_elements", "connection", "parties", "told_reason", "answer")


def note_unacknowledged(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> AssistanceRequest:
    """Note that a request was not acknowledged in time.

    Raises:
        NotMandated, OutOfTurn: it was acknowledged, or has ended.
    """
    with journal.writes(actor, "assistance.note_unacknowledged", key, at=at, due_at=due_at) as line:
        request = turns.take("note_unacknowledged", key)
        line.place = request.place_id
        mandates.require(actor, "assistance.note_unacknowledged", place=request.place_id)
        deed = turns.by_clock("note_unacknowledged", due_at=due_at, at=at)
        turns.move(request, deed, unacknowledged_at=due_at)
    return request


def note_overdue(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> AssistanceRequest:
    """Note that a request was not answered in time.

    Raises:
        NotMandated, OutOfTurn: it has ended, or is with who asked.
    """
    with journal.writes(actor, "assistance.note_overdue", key, at=at, due_at=due_at) as line:
        request = turns.take("note_overdue", key)
        line.place = request.place_id
        mandates.require(actor, "assistance.note_overdue", place=request.place_id)
        turns.move(request, turns.by_clock("note_overdue", due_at=due_at, at=at), overdue_at=due_at)
    return request


def lapse_request(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> AssistanceRequest:
    """Let an oral request lapse that nobody confirmed, or a returned one that nobody completed.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "assistance.lapse_request", key, at=at, due_at=due_at) as line:
        request = turns.take("lapse_request", key)
        line.place = request.place_id
        mandates.require(actor, "assistance.lapse_request", place=request.place_id)
        turns.move(request, turns.by_clock("lapse_request", due_at=due_at, at=at))
    return request


def erase_texts(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> AssistanceRequest:
    """Erase every text and file of a request whose retention has ended; instants, kinds and codes stay.

    Raises:
        NotMandated, NoSuchRecord.
    """
    with journal.writes(actor, "assistance.erase_texts", key, at=at, due_at=due_at) as line:
        request = turns.take("erase_texts", key)
        line.place = request.place_id
        mandates.require(actor, "assistance.erase_texts", place=request.place_id)
        attachments.drop(request)
        request.measures.update(measure="", legal_basis="–")
        request.consents.update(use="", recipient="", reason="")
        request.events.update(told={}, facts={})
        turns.write(request, erased_at=at, **dict.fromkeys(ERASED, ""))
        turns.note(request, Deed("erase_texts", actors.NODE_KEY, at), before=request.state)
    return request
