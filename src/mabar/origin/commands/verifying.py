"""Asking the service that issued a proof, answering such a request, and the clock that both sides see."""

from datetime import datetime

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.origin import rules, telling, turns
from mabar.origin.models import PresentedProof, Verification


def request(
    actor: Actor, key: str, *, presented: str, reason: str, text: str, at: datetime, partner: str = ""
) -> Verification:
    """Ask the node that issued a presented proof to verify it: as a sample, or for a doubt that is told.

    Args:
        key: of the verification, on both sides.
        partner: the node to ask, where only the number of the paper is known.
    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, AnswerUnfit.
        ReasonMissing: a doubt that is not told.
        IssuerUnreachable: the node that issued is no partner of this one.
        PresentedBefore: the number was shown with another living declaration, and is of the partner named.
    """
    with journal.writes(actor, "origin.request", key, at=at, presented=presented, reason=reason) as line:
        shown = turns.take_presented(presented)
        line.place = shown.place_id
        mandates.require(actor, "origin.request", place=shown.place_id)
        state = rules.presenting.after("request", shown.state)
        kind = rules.verifying.check_reason_kind(reason)
        told = {"reason": kind, "text": (rules.check_reason(text) if kind == "doubt" else text.strip())[:500]}
        issuer = telling.reachable(shown.issuer or partner)
        if not shown.issuer:
            turns.refuse_second(shown.serial, issuer, besides=shown.key)
        asked = _asked(actor, key, shown, partner=issuer, at=at, **told)
        line.note(serial=shown.serial, partner=asked.partner, due_at=asked.due_at)
        timers.start(turns.OVERDUE, key, due_at=asked.due_at)
        turns.write(shown, state=state, issuer=issuer)
        telling.tell_request(asked, at=at)
    return asked


def _asked(actor: Actor, key: str, shown: PresentedProof, *, at: datetime, **told: str) -> Verification:
    under = rules.agreement(shown.agreement)
    return Verification.objects.create(
        key=key,
        request=key,
        side=rules.verifying.ASKING,
        place_id=shown.place_id,
        agreement=shown.agreement,
        serial=shown.serial,
        presented=shown,
        digest=shown.digest,
        asked_at=at,
        due_at=rules.answer_due_at(at, under, shown.place.clock),
        state=rules.verifying.after("request", ""),
        by=actor.key,
        **told,
    )


def answer(
    actor: Actor, key: str, *, outcome: str, findings: str, at: datetime, version: int | None = None
) -> Verification:
    """Answer a partner: the proof is authentic, is not, or the origin of its goods could not be confirmed.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, AnswerUnfit.
        ReasonMissing: nothing is said of what was found.
    """
    with journal.writes(actor, "origin.answer", key, at=at, outcome=outcome, findings=findings) as line:
        asked = turns.take_verification(key)
        line.place = asked.place_id
        mandates.require(actor, "origin.answer", place=asked.place_id)
        seen_by_other = version is not None and version != asked.version
        if asked.side != rules.verifying.ANSWERING or seen_by_other:
            raise rules.OutOfTurn(verb="answer", state=asked.state, record="verification")
        state = rules.verifying.after("answer", asked.state)
        told = {"outcome": rules.verifying.check_outcome(outcome), "findings": rules.check_reason(findings)[:1000]}
        turns.write(asked, state=state, answered_at=at, by=actor.key, **told)
        timers.end(turns.OVERDUE, key, at=at)
        line.note(serial=asked.serial, partner=asked.partner)
        telling.tell_answer(asked, at=at)
    return asked


def note_overdue(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Verification:
    """Note that an answer has not come, or was not given, by its day; the clock calls this on each side, once.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn.
    """
    with journal.writes(actor, "origin.note_overdue", key, at=at, due_at=due_at) as line:
        asked = turns.take_verification(key)
        line.place = asked.place_id
        mandates.require(actor, "origin.note_overdue", place=asked.place_id)
        turns.write(asked, state=rules.verifying.after("note_overdue", asked.state), overdue_at=due_at)
    return asked
