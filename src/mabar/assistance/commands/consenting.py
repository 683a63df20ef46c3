"""Written consent to another use of an answer: asked by who was answered, given or refused by who answered."""

from datetime import datetime

from mabar.assistance import consents, designations, messages, rules, turns
from mabar.assistance.models import AssistanceRequest, Consent
from mabar.assistance.turns import Deed
from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord


def ask_consent(
    actor: Actor,
    key: str,
    *,
    consent_key: str,
    use: str,
    recipient: str,
    at: datetime,
    version: int | None = None,
) -> AssistanceRequest:
    """Ask for consent to hand an answer on, or to use it for more than customs purposes.

    Raises:
        NotMandated, OutOfTurn, NotThisSide, NotDesignated, ReasonUntold, ConsentStands, PartnerWithoutTerms.
    """
    with journal.writes(actor, "assistance.ask_consent", key, at=at) as line:
        request = turns.take("ask_consent", key, version=version)
        line.place = request.place_id
        mandates.require(actor, "assistance.ask_consent", place=request.place_id)
        if request.state != "answered":
            raise rules.OutOfTurn(verb="ask_consent", state=request.state)
        turns.check_not_erased(request, "ask_consent")
        turns.check_own(actor, request, "ask_consent", at=at)
        said, whom = rules.check_reason(use), rules.check_reason(recipient)[:200]
        if request.consents.filter(use=said, recipient=whom).exists():
            raise rules.ConsentStands()
        deadlines = designations.deadlines_with(request.partner, at)
        due_at = rules.decide_by(at, deadlines, turns.place(request.partner).clock)
        line.note(use=said, recipient=whom, due_at=due_at)
        note = messages.ConsentNote(key, consent_key, "ask_consent", at, actor.key, said, whom, "", due_at)
        _note(request, Deed("ask_consent", actor.key, at, letter=turns.tell(request, note, at=at), told=note))
        consents.keep_asked(request, note)
    return request


def give_consent(
    actor: Actor, key: str, *, consent_key: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Consent in writing to the use that was asked for, and to no other.

    Raises:
        NotMandated, NotThisSide, NotDesignated, NoSuchRecord, ConsentStands, PartnerWithoutTerms.
    """
    return _decide(actor, key, "assistance.give_consent", consent_key=consent_key, reason="", at=at, version=version)


def refuse_consent(
    actor: Actor, key: str, *, consent_key: str, reason: str, at: datetime, version: int | None = None
) -> AssistanceRequest:
    """Refuse consent to the use that was asked for, with the reason.

    Raises:
        NotMandated, NotThisSide, NotDesignated, NoSuchRecord, ConsentStands, ReasonUntold, PartnerWithoutTerms.
    """
    said = rules.check_reason(reason)
    return _decide(
        actor, key, "assistance.refuse_consent", consent_key=consent_key, reason=said, at=at, version=version
    )


def note_consent_overdue(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Consent:
    """Note that a consent was not decided by its day.

    Raises:
        NotMandated, NoSuchRecord: it was decided before.
    """
    with journal.writes(actor, "assistance.note_consent_overdue", key, at=at, due_at=due_at) as line:
        consent = Consent.objects.select_for_update().filter(key=key, state="asked").first()
        if consent is None:
            raise NoSuchRecord(key=key)
        line.place = consent.request.place_id
        mandates.require(actor, "assistance.note_consent_overdue", place=line.place)
        consent.overdue_at = due_at
        consent.save(update_fields=["overdue_at"])
    return consent


def _decide(
    actor: Actor, key: str, verb: str, *, consent_key: str, reason: str, at: datetime, version: int | None
) -> AssistanceRequest:
    act = verb.partition(".")[2]
    with journal.writes(actor, verb, key, at=at, consent=consent_key) as line:
        request = turns.take(act, key, version=version)
        line.place = request.place_id
        mandates.require(actor, verb, place=request.place_id)
        turns.check_own(actor, request, act, at=at)
        line.note(**({"reason": reason} if reason else {}))
        note = messages.ConsentNote(key, consent_key, act, at, actor.key, reason=reason)
        consents.keep_decided(request, note, at=at)
        _note(request, Deed(act, actor.key, at, letter=turns.tell(request, note, at=at), told=note))
    return request


def _note(request: AssistanceRequest, deed: Deed) -> None:
    turns.write(request)
    turns.note(request, deed, before=request.state)
