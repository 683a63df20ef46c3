"""The acts of the administration that asks: drafting, sending, asking orally, confirming, completing, withdrawing."""

from collections.abc import Mapping
from datetime import datetime

from mabar.assistance import designations, messages, queries, rules, telling, turns
from mabar.assistance.models import AssistanceRequest
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates
from mabar.base.models import Actor, Place

TEXTS = ("matter", "reason", "description", "legal_elements", "connection", "parties")
COLUMNS = ("kind", "agreement", "article", "language", "to_official", *TEXTS)


def draft_request(
    actor: Actor, key: str, *, place: str, partner: str, pace: str, contents: Mapping[str, str], at: datetime
) -> AssistanceRequest:
    """Draft a request to a partner; what it lacks is asked for when it is sent.

    Args:
        contents: the parts of the request by name, see `rules.PARTS`.
    Raises:
        NotMandated, PartnerWithoutTerms, ContentsMissing, PaceUnfit.
    """
    with journal.writes(actor, "assistance.draft_request", key, at=at, place=place, partner=partner, pace=pace) as line:
        mandates.require(actor, "assistance.draft_request", place=place)
        told = _contents(partner, contents, ("kind", "language", "matter"), at=at)
        request = _made(actor, key, place=place, partner=partner, pace=pace, told=told, at=at)
        line.note(number=request.number, kind=request.kind)
        turns.note(request, Deed("draft_request", actor.key, at), before="")
    return request


def change_draft(
    actor: Actor, key: str, *, pace: str, contents: Mapping[str, str], at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Write the parts of a draft anew.

    Raises:
        NotMandated, OutOfTurn, ContentsMissing, PaceUnfit.
    """
    with journal.writes(actor, "assistance.change_draft", key, at=at, pace=pace) as line:
        request = turns.take("change_draft", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.draft_request", place=request.place_id)
        rules.after("send_request", request.state)
        told = _contents(request.partner, contents, ("kind", "language", "matter"), at=at)
        rules.check_pace(pace, kind=told["kind"])
        line.note(kind=told["kind"])
        turns.write(request, pace=pace, from_official=actor.key, **_columns(told))
    return request


def send_request(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> AssistanceRequest:
    """Send a drafted request; from this instant the clock runs that both sides see.

    Raises:
        NotMandated, OutOfTurn, ContentsMissing, NotDesignated, PartnerWithoutTerms.
    """
    return _send(actor, key, "assistance.send_request", {}, at=at, version=version)


def record_oral(
    actor: Actor, key: str, *, place: str, partner: str, pace: str, contents: Mapping[str, str], at: datetime
) -> AssistanceRequest:
    """Record a request that was made by word of mouth, and tell it; it lapses if it is not confirmed in writing.

    Raises:
        NotMandated, PartnerWithoutTerms, ContentsMissing, PaceUnfit, NotDesignated.
    """
    with journal.writes(actor, "assistance.record_oral", key, at=at, place=place, partner=partner, pace=pace) as line:
        mandates.require(actor, "assistance.record_oral", place=place)
        told = _contents(partner, contents, rules.ORAL, at=at)
        request = _made(actor, key, place=place, partner=partner, pace=pace, told=told, at=at, is_oral=True)
        turns.check_own(actor, request, "record_oral", at=at)
        designations.check_theirs(request.to_official, partner=partner, at=at)
        line.note(number=request.number, kind=request.kind, to=request.to_official)
        deadlines = designations.deadlines_with(partner, at)
        request.confirm_by = rules.confirm_by(at, deadlines)
        request.due_at = rules.answer_by(at, pace, deadlines, turns.place(partner).clock)
        message = _message(request, "record_oral", at=at)
        deed = Deed("record_oral", actor.key, at, letter=turns.tell(request, message, at=at), told=message)
        turns.write(request, state="oral", sent_at=at, confirm_by=request.confirm_by, due_at=request.due_at)
        turns.note(request, deed, before="")
        turns.watch(request, at=at)
        line.note(confirm_by=request.confirm_by, due_at=request.due_at)
    return request


def confirm_oral(
    actor: Actor, key: str, *, contents: Mapping[str, str], at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Confirm an oral request in writing, with all its parts, before it lapses.

    Raises:
        NotMandated, OutOfTurn, ContentsMissing, NotDesignated, PartnerWithoutTerms.
        ConfirmationLate: its hour has passed, also where the clock has not said so yet.
    """
    return _send(actor, key, "assistance.confirm_oral", contents, at=at, version=version)


def complete_request(
    actor: Actor, key: str, *, contents: Mapping[str, str], at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Complete a request that came back, and send it again; its deadlines begin anew.

    Raises:
        NotMandated, OutOfTurn, ContentsMissing, NotDesignated, PartnerWithoutTerms.
        ConfirmationLate: the day of completion has passed.
    """
    return _send(actor, key, "assistance.complete_request", contents, at=at, version=version)


def withdraw_request(
    actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Withdraw a request; a draft goes without anybody being told.

    Raises:
        NotMandated, OutOfTurn, ReasonUntold, NotDesignated, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.withdraw_request", key, at=at) as line:
        request = turns.take("withdraw_request", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.withdraw_request", place=request.place_id)
        rules.after("withdraw_request", request.state)
        told_reason = rules.check_reason(reason)
        line.note(reason=told_reason)
        step, letter = None, ""
        if request.state != "draft":
            turns.check_own(actor, request, "withdraw_request", at=at)
            step = messages.Step(request=key, act="withdraw_request", at=at, by=actor.key, reason=told_reason)
            letter = turns.tell(request, step, at=at)
        deed = Deed("withdraw_request", actor.key, at, letter=letter, told=step)
        turns.move(request, deed, told_reason=told_reason)
    return request


def _contents(partner: str, contents: Mapping[str, str], demanded: tuple[str, ...], *, at: datetime) -> dict[str, str]:
    terms = telling.terms_to(partner, at=at)
    told = rules.check_contents({**contents, "requested": partner, "agreement": terms.terms}, demanded)
    if told["article"] and told["article"] not in terms.articles:
        raise rules.ContentsMissing(missing="article")
    return told


def _made(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    pace: str,
    told: Mapping[str, str],
    at: datetime,
    is_oral: bool = False,
) -> AssistanceRequest:
    rules.check_pace(pace, kind=told["kind"])
    here = Place.objects.select_for_update().get(code=place)  # one number after the other
    return AssistanceRequest.objects.create(
        key=key,
        number=queries.next_number(place, year=at.astimezone(here.clock).year),
        is_outward=True,
        partner=partner,
        place_id=place,
        pace=pace,
        is_oral=is_oral,
        state="draft",
        from_official=actor.key,
        made_at=at,
        retention_days=telling.terms_to(partner, at=at).retention_days,
        **_columns(told),
    )


def _columns(told: Mapping[str, str]) -> dict[str, str]:
    return {name: told[name] for name in COLUMNS}


def _send(
    actor: Actor, key: str, verb: str, contents: Mapping[str, str], *, at: datetime, version: int | None
) -> AssistanceRequest:
    act = verb.partition(".")[2]
    with journal.writes(actor, verb, key, at=at) as line:
        request = turns.take(act, key, version=version)
        line.place = request.place_id
        mandates.require(actor, verb, place=request.place_id)
        rules.after(act, request.state)
        _check_in_time(request, at=at)
        told = _contents(request.partner, {**_kept(request), **contents}, rules.WRITTEN, at=at)
        turns.check_own(actor, request, act, at=at)
        designations.check_theirs(told["to_official"], partner=request.partner, at=at)
        sent = {**_columns(told), "from_official": actor.key, **turns.clock_of(request, at)}
        for name, value in sent.items():
            setattr(request, name, value)
        message = _message(request, act, at=at)
        deed = Deed(act, actor.key, at, letter=turns.tell(request, message, at=at), told=message)
        turns.move(request, deed, **sent)
        line.note(number=request.number, kind=request.kind, to=request.to_official, article=request.article)
        line.note(due_at=request.due_at, acknowledge_by=request.acknowledge_by)
    return request


def _kept(request: AssistanceRequest) -> dict[str, str]:
    return {name: getattr(request, name) for name in COLUMNS}


def _check_in_time(request: AssistanceRequest, *, at: datetime) -> None:
    latest = {"oral": request.confirm_by, "returned": request.complete_by}.get(request.state)
    if latest is not None and at >= latest:
        raise rules.ConfirmationLate(due_at=latest.isoformat())


def _message(request: AssistanceRequest, act: str, *, at: datetime) -> messages.Request:
    if request.due_at is None:
        raise ValueError(f"{request.key} is told without its due date")
    return messages.Request(
        request=request.key,
        number=request.number,
        act=act,
        at=at,
        due_at=request.due_at,
        confirm_by=request.confirm_by,
        acknowledge_by=request.acknowledge_by,
        requesting=telling.own_administration(),
        requested=request.partner[:2],
        agreement=request.agreement,
        article=request.article,
        kind=request.kind,
        pace=request.pace,
        language=request.language,
        from_official=request.from_official,
        to_official=request.to_official,
        **{name: getattr(request, name) for name in TEXTS},
    )
