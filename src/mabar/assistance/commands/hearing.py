"""What the other side tells of requests, taken in by the node: nothing is believed that the lists do not bear out."""

from datetime import datetime
from typing import Any

from mabar.assistance import attachments, consents, designations, messages, rules, telling, turns
from mabar.assistance.models import AssistanceRequest, Measure
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.crossings.rules import check_not_ahead

FIRST = ("record_oral", "send_request")
AGAIN = ("confirm_oral", "complete_request")  # with these a request that is known comes anew
# what is heard even of a request whose texts are erased; of these no text is kept then
WITHOUT_TEXTS = ("give_consent", "refuse_consent", "end_measure")
TEXTS = ("matter", "reason", "description", "legal_elements", "connection", "parties")


def take_request(
    actor: Actor, key: str, *, place: str, partner: str, message: messages.Request, letter: str, at: datetime
) -> AssistanceRequest:
    """Take in a request of a partner: new, confirmed in writing, or completed.

    Raises:
        NotMandated, NotOfPartner, NotDesignated, ContentsMissing, DueNotOfTerms, OutOfTurn, HourOutOfOrder,
        PartnerWithoutTerms.
    """
    told = {"partner": partner, "number": message.number, "kind": message.kind, "by": message.from_official}
    with journal.writes(actor, "assistance.take_request", key, at=at, place=place, act=message.act, **told) as line:
        mandates.require(actor, "assistance.take_request", place=place)
        check_not_ahead(message.at, now=at, zone=turns.place(place).clock)
        rules.check_contents(_parts(message), rules.ORAL if message.act == "record_oral" else rules.WRITTEN)
        rules.check_pace(message.pace, kind=message.kind)
        _check_between(message, partner, at=at)
        designations.check_theirs(message.from_official, partner=partner, at=message.at)
        designations.check_own(message.to_official, place=place, at=at)
        clock = _clock(message, partner, place)
        taken = {**_columns(message), **clock}
        found = _new if message.act in FIRST else _known
        request = found(key, place, partner, message, taken)
        deed = Deed(message.act, message.from_official, message.at, is_ours=False, letter=letter, told=message)
        if message.act in FIRST:
            turns.note(request, deed, before="")
            turns.watch(request, at=at)
        else:
            turns.move(request, deed, **taken)
        line.note(due_at=request.due_at, article=request.article)
    return request


def take_step(actor: Actor, key: str, *, partner: str, message: messages.Step, letter: str, at: datetime) -> Any:
    """Take in that the other side acknowledged, returned, postponed, refused, withdrew, or took a measure.

    Raises:
        NotMandated, NoSuchRecord, NotOfPartner, NotThisSide, NotDesignated, OutOfTurn, HourOutOfOrder, ReasonUntold.
    """
    told = {"partner": partner, "by": message.by, "act": message.act}
    with journal.writes(actor, "assistance.take_step", key, at=at, **told) as line:
        request = _heard(
            actor, key, message.act, "assistance.take_step", partner=partner, by=message.by, told_at=message.at, at=at
        )
        line.place = request.place_id
        deed = Deed(message.act, message.by, message.at, is_ours=False, letter=letter, told=message)
        if message.act in ("note_measure", "end_measure"):
            _measure(request, message)
            turns.write(request)
            turns.note(request, deed, before=request.state)
        else:
            turns.move(request, deed, **_changes(request, message))
    return request


def take_reply(
    actor: Actor, key: str, *, partner: str, message: messages.Reply, letter: str, at: datetime
) -> AssistanceRequest:
    """Take in the answer to a request, with the limits of its use.

    Raises:
        NotMandated, NoSuchRecord, NotOfPartner, NotThisSide, NotDesignated, OutOfTurn, HourOutOfOrder, AnswerMissing,
        AttachmentUnfit, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.take_reply", key, at=at, partner=partner, by=message.by) as line:
        request = _heard(
            actor,
            key,
            "answer_request",
            "assistance.take_reply",
            partner=partner,
            by=message.by,
            told_at=message.at,
            at=at,
        )
        line.place = request.place_id
        said = rules.check_answer(message.answer)
        kept = attachments.keep(request, attachments.read(message.attachments), at=at)
        days = telling.terms_from(partner, messages.Reply.KIND, at=at).retention_days
        line.note(use=message.use, onward=message.onward, retention_days=days, files=[each.sha256 for each in kept])
        shown = messages.Reply(key, message.at, message.by, "", message.use, message.onward)
        deed = Deed("answer_request", message.by, message.at, is_ours=False, letter=letter, told=shown)
        turns.move(request, deed, answer=said, answered_by=message.by, retention_days=days)
    return request


def take_consent(
    actor: Actor, key: str, *, partner: str, message: messages.ConsentNote, letter: str, at: datetime
) -> AssistanceRequest:
    """Take in that consent is asked, given or refused.

    Raises:
        NotMandated, NoSuchRecord, NotOfPartner, NotThisSide, NotDesignated, DueNotOfTerms, ConsentStands.
    """
    told = {"partner": partner, "by": message.by, "act": message.act, "consent": message.consent}
    with journal.writes(actor, "assistance.take_consent", key, at=at, **told) as line:
        request = _heard(
            actor,
            key,
            message.act,
            "assistance.take_consent",
            partner=partner,
            by=message.by,
            told_at=message.at,
            at=at,
        )
        line.place = request.place_id
        if message.act == "ask_consent":
            _check_answered(request)
            deadlines = designations.deadlines_with(partner, message.at)
            own = rules.decide_by(message.at, deadlines, turns.place(request.place_id).clock)
            rules.check_same_clock(message.due_at, own)
            consents.keep_asked(request, message)
        else:
            consents.keep_decided(request, message, at=at)
        turns.write(request)
        deed = Deed(message.act, message.by, message.at, is_ours=False, letter=letter, told=message)
        turns.note(request, deed, before=request.state)
    return request


def _heard(
    actor: Actor, key: str, act: str, verb: str, *, partner: str, by: str, told_at: datetime, at: datetime
) -> AssistanceRequest:
    request = turns.take(act, key)
    mandates.require(actor, verb, place=request.place_id)
    check_not_ahead(told_at, now=at, zone=turns.place(request.place_id).clock)
    if request.partner != partner:
        raise rules.NotOfPartner(partner=partner)
    # what is the other side's to do here is what is not this side's
    rules.check_side(act, is_outward=not request.is_outward)
    designations.check_theirs(by, partner=partner, at=told_at)
    if act not in WITHOUT_TEXTS:
        turns.check_not_erased(request, act)
    return request


def _check_answered(request: AssistanceRequest) -> None:
    if request.state != "answered":
        raise rules.OutOfTurn(verb="ask_consent", state=request.state)


def _parts(message: messages.Request) -> dict[str, str]:
    return {part: str(getattr(message, part)) for part in rules.PARTS}


def _columns(message: messages.Request) -> dict[str, Any]:
    names = ("kind", "pace", "language", "from_official", "to_official", *TEXTS)
    told = {name: str(getattr(message, name)) for name in names}
    return {**told, "agreement": message.agreement[:64], "article": message.article[:200]}


def _check_between(message: messages.Request, partner: str, *, at: datetime) -> None:
    if (message.requesting, message.requested) != (partner[:2], telling.own_administration()):
        raise rules.NotOfPartner(partner=partner)
    telling.check_article(message.article, telling.terms_from(partner, messages.Request.KIND, at=at))


def _clock(message: messages.Request, partner: str, place: str) -> dict[str, Any]:
    """Give the due instants that came, reckoned again: both sides see one clock or none."""
    deadlines = designations.deadlines_with(partner, message.at)
    due_at = rules.answer_by(message.at, message.pace, deadlines, turns.place(place).clock)
    rules.check_same_clock(message.due_at, due_at)
    is_oral = message.act == "record_oral"
    rules.check_same_clock(message.confirm_by, rules.confirm_by(message.at, deadlines) if is_oral else None)
    rules.check_same_clock(message.acknowledge_by, None if is_oral else rules.acknowledge_by(message.at, deadlines))
    return {
        **turns.blank_clock(),
        "sent_at": message.at,
        "due_at": due_at,
        "confirm_by": message.confirm_by,
        "acknowledge_by": message.acknowledge_by,
    }


def _new(key: str, place: str, partner: str, message: messages.Request, taken: dict[str, Any]) -> AssistanceRequest:
    days = telling.terms_from(partner, messages.Request.KIND, at=message.at).retention_days
    return AssistanceRequest.objects.create(
        key=key,
        number=message.number[:40],
        is_outward=False,
        partner=partner,
        place_id=place,
        is_oral=message.act == "record_oral",
        state="oral" if message.act == "record_oral" else "sent",
        made_at=message.at,
        retention_days=days,
        **taken,
    )


def _known(key: str, place: str, partner: str, message: messages.Request, taken: dict[str, Any]) -> AssistanceRequest:
    request = turns.take(message.act, key)
    if (
        (request.partner, request.place_id) != (partner, place)
        or request.is_outward
        or request.number != message.number
    ):
        raise rules.NotOfPartner(partner=partner)
    if message.act not in AGAIN:
        raise rules.OutOfTurn(verb=message.act, state=request.state)
    turns.check_not_erased(request, message.act)
    latest = request.confirm_by if message.act == "confirm_oral" else request.complete_by
    if latest is not None and message.at >= latest:
        raise rules.ConfirmationLate(due_at=latest.isoformat())
    for name, value in taken.items():
        setattr(request, name, value)
    return request


def _changes(request: AssistanceRequest, message: messages.Step) -> dict[str, Any]:
    """Give what a step changes; its due instant is the one that was told, or reckoned again where the terms give it."""
    if message.act == "acknowledge":
        return {"acknowledged_at": message.at}
    if message.act == "return_incomplete":
        deadlines = designations.deadlines_with(request.partner, message.at)
        own = rules.complete_by(message.at, deadlines, turns.place(request.place_id).clock)
        rules.check_same_clock(message.due_at, own)
        missing = rules.check_missing(message.missing)
        return {"missing": missing, "told_reason": message.reason, "complete_by": message.due_at}
    if message.act == "postpone" and message.due_at is not None:
        later = rules.check_later(message.due_at, at=message.at, before=request.due_at)
        return {"told_reason": rules.check_reason(message.reason), "due_at": later, "overdue_at": None}
    return {"told_reason": rules.check_reason(message.reason)}


def _measure(request: AssistanceRequest, message: messages.Step) -> None:
    if message.act == "end_measure":
        if request.measures.filter(key=message.measure_key, ended_at=None).update(ended_at=message.at):
            timers.end(turns.MEASURE, message.measure_key, at=message.at)
        return
    if message.due_at is None:
        raise rules.MeasureUnfit()
    said, basis = rules.check_measure(message.measure, message.legal_basis, ends_at=message.due_at, at=message.at)
    Measure.objects.create(
        key=message.measure_key[:26],
        request=request,
        measure=said,
        legal_basis=basis,
        from_at=message.at,
        ends_at=message.due_at,
        by=message.by,
    )
    timers.start(turns.MEASURE, message.measure_key[:26], due_at=message.due_at)
