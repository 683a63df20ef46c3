"""What partner nodes tell: a request, an answer, the end of a proof.  Only the node itself does these."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.origin import messages, rules, turns
from mabar.origin.models import EndedProof, PresentedProof, Proof, Verification


def take_request(
    actor: Actor, key: str, *, partner: str, told: messages.Request, place: str, at: datetime
) -> Verification:
    """Store a partner's request under the new key `key`, with its clock; asked again, it is the same.

    Args:
        place: the office that will answer, where the serial names no proof of this node.
    Raises:
        NotMandated, NoSuchRecord, AnswerUnfit, ApplicationUnfit, ClockTooShort.
    """
    with journal.writes(actor, "origin.take_request", key, at=at, partner=partner, serial=told.serial) as line:
        proof = Proof.objects.filter(serial=told.serial).exclude(serial="").first()
        line.place = proof.place_id if proof else place
        mandates.require(actor, "origin.take_request", place=line.place)
        under = rules.agreement(told.agreement)
        rules.verifying.check_clock(told.asked_at, told.due_at, under)
        if not Place.objects.filter(code=line.place).exists():
            raise NoSuchRecord(key=line.place)
        whose = {"partner": partner, "side": rules.verifying.ANSWERING, "request": told.request}
        first = _first(actor, key, told, proof) | {"place_id": line.place}
        asked, is_new = Verification.objects.get_or_create(**whose, defaults=first)
        if is_new:
            timers.start(turns.OVERDUE, asked.key, due_at=asked.due_at)
    return asked


def _first(actor: Actor, key: str, told: messages.Request, proof: Proof | None) -> dict[str, Any]:
    return {
        "key": key,
        "agreement": told.agreement,
        "serial": told.serial[: rules.LONGEST_SERIAL],
        "proof": proof,
        "digest": told.digest[:64],
        "reason": rules.verifying.check_reason_kind(told.reason),
        "text": told.text[:500],
        "asked_at": told.asked_at,
        "due_at": told.due_at,
        "state": rules.verifying.after("take_request", ""),
        "by": actor.key,
    }


def take_answer(actor: Actor, key: str, *, partner: str, told: messages.Answer, at: datetime) -> Verification:
    """Store the answer to a request of this node, and let it decide how the presented proof stands.

    Raises:
        NotMandated, OutOfTurn, AnswerUnfit.
        NoSuchRecord: this node has not asked that partner.
    """
    with journal.writes(actor, "origin.take_answer", key, at=at, partner=partner, outcome=told.outcome) as line:
        asked = turns.take_verification(key)
        line.place = asked.place_id
        mandates.require(actor, "origin.take_answer", place=asked.place_id)
        if asked.side != rules.verifying.ASKING or asked.partner != partner or asked.serial != told.serial:
            raise NoSuchRecord(key=key)
        state = rules.verifying.after("take_answer", asked.state)
        outcome = rules.verifying.check_outcome(told.outcome)
        turns.write(asked, state=state, outcome=outcome, findings=told.findings[:1000], answered_at=told.answered_at)
        timers.end(turns.OVERDUE, key, at=at)
        line.note(serial=asked.serial)
        shown = turns.take_presented(str(asked.presented_id))
        _settle(shown, outcome, partner)
    return asked


def _settle(shown: PresentedProof, outcome: str, partner: str) -> None:
    """Let an answer decide how the presented proof stands, with what this node knows of the proof beside it."""
    state = rules.presenting.after(rules.presenting.act_of(outcome), shown.state)
    verdict = shown.verdict
    if outcome == rules.verifying.AUTHENTIC:
        ended = EndedProof.objects.filter(node=partner, serial__iexact=shown.serial).first()
        verdict = rules.presenting.verdict_when_confirmed(
            verdict,
            ended=ended.state if ended else "",
            valid_until_on=shown.valid_until_on,
            presented_on=shown.presented_at.astimezone(shown.place.clock).date(),
        )
    turns.write(shown, state=state, verdict=verdict)


def take_ended(actor: Actor, key: str, *, partner: str, told: messages.Ended, place: str, at: datetime) -> EndedProof:
    """Store that a partner's proof was withdrawn or replaced; what was presented of it carries nothing any more.

    Args:
        key: of the message.
        place: where the line is written.
    Raises:
        NotMandated.
        AnswerUnfit: the proof has neither been withdrawn nor replaced.
    """
    facts = {"partner": partner, "serial": told.serial, "state": told.state}
    with journal.writes(actor, "origin.take_ended", key, at=at, place=place, **facts):
        mandates.require(actor, "origin.take_ended", place=place)
        if told.state not in ("withdrawn", "replaced"):
            raise rules.AnswerUnfit(given=told.state, known="withdrawn, replaced")
        ended, _ = EndedProof.objects.get_or_create(
            node=partner,
            serial=told.serial[: rules.LONGEST_SERIAL],
            defaults={
                "state": told.state,
                "replacement": told.replacement[: rules.LONGEST_SERIAL],
                "reason": told.reason[:500],
                "ended_at": told.ended_at,
                "heard_at": at,
            },
        )
        _revoke(partner, told.serial)
    return ended


def _revoke(partner: str, serial: str) -> None:
    asked = Verification.objects.filter(partner=partner, side=rules.verifying.ASKING, presented__isnull=False)
    is_theirs = Q(issuer=partner) | Q(issuer="", key__in=asked.values("presented"))
    presented = PresentedProof.objects.select_for_update().filter(is_theirs, serial__iexact=serial)
    for shown in presented.order_by("key"):
        if (shown.state, "revoke") in rules.presenting.TRANSITIONS:
            turns.write(shown, state=rules.presenting.after("revoke", shown.state))
