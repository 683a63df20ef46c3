"""Consent to another use of an answer, as either side keeps it."""

from datetime import datetime

from mabar.assistance import messages, rules, turns
from mabar.assistance.models import AssistanceRequest, Consent
from mabar.base import timers
from mabar.base.rules import NoSuchRecord


def keep_asked(request: AssistanceRequest, note: messages.ConsentNote) -> None:
    """Keep an asked consent on either side, and let the clock watch its day.

    Raises:
        ValueError: the note has no due date.
    """
    if note.due_at is None:
        raise ValueError(f"{note.consent} is asked without a due date")
    Consent.objects.create(
        key=note.consent,
        request=request,
        state="asked",
        use=note.onward_use,
        recipient=note.recipient,
        asked_at=note.at,
        asked_by=note.by,
        due_at=note.due_at,
    )
    timers.start(turns.CONSENT, note.consent, due_at=note.due_at)


def keep_decided(request: AssistanceRequest, note: messages.ConsentNote, *, at: datetime) -> None:
    """Keep what was decided on either side.

    Raises:
        NoSuchRecord: nobody asked for it.
        ConsentStands: it was decided before.
    """
    consent = request.consents.select_for_update().filter(key=note.consent).first()
    if consent is None:
        raise NoSuchRecord(key=note.consent)
    if consent.state != "asked":
        raise rules.ConsentStands()
    consent.state = "given" if note.act == "give_consent" else "refused"
    consent.decided_at, consent.decided_by = note.at, note.by
    consent.reason = note.reason if request.erased_at is None else ""
    consent.save(update_fields=["state", "decided_at", "decided_by", "reason"])
    timers.end(turns.CONSENT, consent.key, at=at)
