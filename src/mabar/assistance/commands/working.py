"""The acts of the administration that is asked: acknowledging, sending back, postponing, refusing, answering."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from mabar.assistance import attachments, designations, messages, rules, telling, turns
from mabar.assistance.models import AssistanceRequest
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates
from mabar.base.models import Actor


def acknowledge(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> AssistanceRequest:
    """Acknowledge a request.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.acknowledge", key, at=at) as line:
        request = turns.take("acknowledge", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.acknowledge", place=request.place_id)
        _step(actor, request, "acknowledge", at=at, acknowledged_at=at)
    return request


def return_incomplete(
    actor: Actor, key: str, *, missing: Sequence[str], reason: str = "", at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Send an incomplete request back with what is missing; it lapses if it is not completed by its day.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, PartnerWithoutTerms.
        ReasonUntold: nothing is named as missing.
    """
    with journal.writes(actor, "assistance.return_incomplete", key, at=at) as line:
        request = turns.take("return_incomplete", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.return_incomplete", place=request.place_id)
        named = rules.check_missing(missing)
        deadlines = designations.deadlines_with(request.partner, at)
        complete_by = rules.complete_by(at, deadlines, turns.place(request.partner).clock)
        line.note(missing=named, complete_by=complete_by, reason=reason.strip())
        told = {"missing": tuple(named), "reason": reason.strip(), "due_at": complete_by}
        changes = {"missing": named, "told_reason": reason.strip(), "complete_by": complete_by}
        _step(actor, request, "return_incomplete", at=at, told=told, **changes)
    return request


def postpone(
    actor: Actor, key: str, *, due_at: datetime, reason: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Postpone the answer to a later instant, with the reason; both sides count by the new one.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, ReasonUntold, DuePast, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.postpone", key, at=at) as line:
        request = turns.take("postpone", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.postpone", place=request.place_id)
        said = rules.check_reason(reason)
        later = rules.check_later(due_at, at=at, before=request.due_at)
        line.note(reason=said, due_at=later)
        told = {"reason": said, "due_at": later}
        _step(actor, request, "postpone", at=at, told=told, told_reason=said, due_at=later, overdue_at=None)
    return request


def refuse_request(
    actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Refuse assistance, with the reason.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, ReasonUntold, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.refuse_request", key, at=at) as line:
        request = turns.take("refuse_request", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.refuse_request", place=request.place_id)
        said = rules.check_reason(reason)
        line.note(reason=said)
        _step(actor, request, "refuse_request", at=at, told={"reason": said}, told_reason=said)
    return request


def answer_request(
    actor: Actor,
    key: str,
    *,
    answer: str,
    files: Sequence[tuple[str, bytes]] = (),
    at: datetime,
    version: int | None = None,
) -> AssistanceRequest:
    """Answer a request; the limits of use go with the answer.

    Args:
        files: name and content of what goes with it: PDF, JPEG or PNG.
    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, AnswerMissing, AttachmentUnfit, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.answer_request", key, at=at) as line:
        request = turns.take("answer_request", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.answer_request", place=request.place_id)
        rules.after("answer_request", request.state)
        turns.check_own(actor, request, "answer_request", at=at)
        said = rules.check_answer(answer)
        kept = attachments.keep(request, rules.check_attachments(files), at=at)
        message = messages.Reply(
            request=key,
            at=at,
            by=actor.key,
            answer=said,
            use=rules.USE,
            onward=rules.ONWARD,
            attachments=attachments.written(kept),
        )
        letter = turns.tell(request, message, at=at)
        days = telling.terms_to(request.partner, messages.Reply.KIND, at=at).retention_days
        line.note(use=rules.USE, onward=rules.ONWARD, retention_days=days, files=[each.sha256 for each in kept])
        deed = Deed("answer_request", actor.key, at, letter=letter, told=_without_files(message))
        turns.move(request, deed, answer=said, answered_by=actor.key, retention_days=days)
    return request


def _without_files(message: messages.Reply) -> messages.Reply:
    # the event says what was told; the files lie among the node's files, once
    return messages.Reply(message.request, message.at, message.by, "", message.use, message.onward)


def _step(
    actor: Actor,
    request: AssistanceRequest,
    act: str,
    *,
    at: datetime,
    told: dict[str, Any] | None = None,
    **changes: Any,
) -> None:
    rules.after(act, request.state)
    turns.check_own(actor, request, act, at=at)
    step = messages.Step(request=request.key, act=act, at=at, by=actor.key, **(told or {}))
    letter = turns.tell(request, step, at=at)
    turns.move(request, Deed(act, actor.key, at, letter=letter, told=step), **changes)
