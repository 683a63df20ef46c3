"""Precautionary measures: taken while a request is not complete, on a legal basis, and ended in time."""

from datetime import datetime
from typing import Any

from mabar.assistance import messages, rules, turns
from mabar.assistance.models import AssistanceRequest, Measure
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord


def note_measure(
    actor: Actor,
    key: str,
    *,
    measure_key: str,
    measure: str,
    legal_basis: str,
    ends_at: datetime,
    at: datetime,
    version: int | None = None,
) -> AssistanceRequest:
    """Record a precautionary measure with its legal basis and its end, and tell it to who asked.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, MeasureUnfit, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.note_measure", key, at=at) as line:
        request = turns.take("note_measure", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.note_measure", place=request.place_id)
        if request.state not in rules.OPEN:
            raise rules.OutOfTurn(verb="note_measure", state=request.state)
        turns.check_not_erased(request, "note_measure")
        turns.check_own(actor, request, "note_measure", at=at)
        said, basis = rules.check_measure(measure, legal_basis, ends_at=ends_at, at=at)
        line.note(legal_basis=basis, ends_at=ends_at)
        told: dict[str, Any] = {"measure_key": measure_key, "measure": said, "legal_basis": basis, "due_at": ends_at}
        step = messages.Step(request=key, act="note_measure", at=at, by=actor.key, **told)
        _note(request, Deed("note_measure", actor.key, at, letter=turns.tell(request, step, at=at), told=step))
        Measure.objects.create(
            key=measure_key, request=request, measure=said, legal_basis=basis, from_at=at, ends_at=ends_at, by=actor.key
        )
        timers.start(turns.MEASURE, measure_key, due_at=ends_at)
    return request


def end_measure(
    actor: Actor, key: str, *, measure_key: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """End a precautionary measure before its day, and tell it.

    Raises:
        NotMandated, NotThisSide, NotDesignated, NoSuchRecord, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.end_measure", key, at=at) as line:
        request = turns.take("end_measure", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.end_measure", place=request.place_id)
        turns.check_own(actor, request, "end_measure", at=at)
        running = request.measures.select_for_update().filter(key=measure_key, ended_at=None).first()
        if running is None:
            raise NoSuchRecord(key=measure_key)
        step = messages.Step(request=key, act="end_measure", at=at, by=actor.key, measure_key=measure_key)
        _note(request, Deed("end_measure", actor.key, at, letter=turns.tell(request, step, at=at), told=step))
        running.ended_at = at
        running.save(update_fields=["ended_at"])
        timers.end(turns.MEASURE, measure_key, at=at)
    return request


def end_measure_due(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Measure:
    """End a precautionary measure at the instant that was stated for it; it ended then, whenever the clock says so.

    Raises:
        NotMandated, NoSuchRecord: it was ended before.
    """
    with journal.writes(actor, "assistance.end_measure_due", key, at=at, due_at=due_at) as line:
        running = Measure.objects.select_for_update().filter(key=key, ended_at=None).first()
        if running is None:
            raise NoSuchRecord(key=key)
        line.place = running.request.place_id
        mandates.require(actor, "assistance.end_measure_due", place=line.place)
        running.ended_at = due_at
        running.save(update_fields=["ended_at"])
        _note(turns.take("end_measure", running.request_id), turns.by_clock("end_measure", due_at=due_at, at=at))
    return running


def _note(request: AssistanceRequest, deed: Deed) -> None:
    turns.write(request)
    turns.note(request, deed, before=request.state)
