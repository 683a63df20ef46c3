"""Telling again, by an official who may, what the other side refused to take."""

from dataclasses import replace
from datetime import datetime
from typing import Any

from mabar.assistance import attachments, designations, messages, rules, turns
from mabar.assistance.models import AssistanceRequest, RequestEvent
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.exchange import messages as letters
from mabar.exchange import receipts
from mabar.exchange.messages import Message

OF_REQUEST = ("record_oral", "send_request", "confirm_oral", "complete_request")
OF_CONSENT = ("ask_consent", "give_consent", "refuse_consent")


def tell_again(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> AssistanceRequest:
    """Tell again the newest act of this side that the other side refused to take; its deadlines begin anew.

    Raises:
        NotMandated, OutOfTurn, NotDesignated, PartnerWithoutTerms.
        NothingToTellAgain: everything was taken, or waits.
    """
    with journal.writes(actor, "assistance.tell_again", key, at=at) as line:
        request = turns.take("tell_again", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.tell_again", place=request.place_id)
        designations.check_own(actor.key, place=request.place_id, at=at)
        refused = _refused(request)
        act = str(refused.facts.get("act", refused.kind))
        changes = _anew(request, act, at=at)
        for name, value in changes.items():
            setattr(request, name, value)
        message = _message(request, act, refused.told, by=actor.key, at=at)
        letter = turns.tell(request, message, at=at)
        turns.write(request, **changes)
        deed = Deed("tell_again", actor.key, at, letter=letter, told=_short(message), facts={"act": act})
        turns.note(request, deed, before=request.state)
        turns.watch(request, at=at)
        line.note(act=act, due_at=request.due_at)
    return request


def _refused(request: AssistanceRequest) -> RequestEvent:
    not_taken = {each.key for each in receipts.told_about(request.key) if each.is_outward and each.said == "refused"}
    newest = request.events.filter(is_ours=True).exclude(message="").order_by("-pk").first()
    if newest is None or newest.message not in not_taken:
        raise rules.NothingToTellAgain()
    return newest


def _anew(request: AssistanceRequest, act: str, *, at: datetime) -> dict[str, Any]:
    """Give the due instants that begin anew with what is told again."""
    if act in OF_REQUEST:
        clock = turns.clock_of(request, at)
        if act != "record_oral":
            return clock
        confirm_by = rules.confirm_by(at, designations.deadlines_with(request.partner, at))
        return {"sent_at": at, "confirm_by": confirm_by, "due_at": clock["due_at"]}
    if act == "return_incomplete":
        deadlines = designations.deadlines_with(request.partner, at)
        return {"complete_by": rules.complete_by(at, deadlines, turns.place(request.partner).clock)}
    return {}


def _message(request: AssistanceRequest, act: str, told: dict[str, Any], *, by: str, at: datetime) -> Message:
    if act in OF_REQUEST:
        before = letters.taken(messages.Request, told)
        names = ("due_at", "confirm_by", "acknowledge_by")
        clock: dict[str, Any] = {name: getattr(request, name) for name in names}
        return replace(before, at=at, from_official=by, **clock)
    if act == "answer_request":
        kept = [
            attachments.Kept(each.name, each.file.media_type, each.file.sha256)
            for each in request.attachments.select_related("file")
        ]
        files = attachments.written(kept)
        return messages.Reply(request.key, at, by, request.answer, rules.USE, rules.ONWARD, files)
    if act in OF_CONSENT:
        return replace(letters.taken(messages.ConsentNote, told), at=at, by=by)
    step = replace(letters.taken(messages.Step, told), at=at, by=by)
    return replace(step, due_at=request.complete_by) if act == "return_incomplete" else step


def _short(message: Message) -> Message:
    return replace(message, answer="", attachments=()) if isinstance(message, messages.Reply) else message
