"""What every act on a proof shares: its lock, the event's row, its timers."""

from datetime import datetime
from typing import Any

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import write
from mabar.origin import rules
from mabar.origin.models import PresentedProof, Proof, ProofEvent, Verification

__all__ = ["EXPIRE", "OVERDUE", "move", "note", "refuse_second", "take", "take_presented", "take_verification", "write"]

EXPIRE, OVERDUE = "origin.expire", "origin.note_overdue"
ENDED_UNUSED = ("refused", "cancelled")  # states of a declaration whose proofs may be presented again


def take(act: str, key: str, *, version: int | None = None) -> Proof:
    """Lock the proof for this act, and see that nobody has written to it since the actor saw it.

    Raises:
        NoSuchRecord: no proof bears the key.
        OutOfTurn: somebody has written to it meanwhile.
    """
    proof = Proof.objects.select_for_update().filter(key=key).first()
    if proof is None:
        raise NoSuchRecord(key=key)
    rules.check_version(act, proof.state, seen=version, now=proof.version)
    return proof


def take_verification(key: str) -> Verification:
    """Lock a verification.  Raises: NoSuchRecord."""
    found = Verification.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return found


def take_presented(key: str) -> PresentedProof:
    """Lock a presented proof.  Raises: NoSuchRecord."""
    found = PresentedProof.objects.select_for_update().filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    return found


def move(
    actor: Actor, proof: Proof, act: str, *, at: datetime, facts: dict[str, Any] | None = None, **changes: Any
) -> None:
    """Take the proof one step on and leave the step's event.

    Raises:
        OutOfTurn: the act has no place in this state.
    """
    before = proof.state
    write(proof, state=rules.after(act, before), **changes)
    note(actor, proof, act, before=before, at=at, facts=facts)


def note(
    actor: Actor,
    proof: Proof,
    kind: str,
    *,
    before: str,
    at: datetime,
    facts: dict[str, Any] | None = None,
    event_key: str = "",
) -> None:
    """Leave the event of a step."""
    told = {"facts": facts or {}, "state_before": before, "state_after": proof.state, "event_key": event_key}
    ProofEvent.objects.create(proof=proof, kind=kind, at=at, by=actor.key, **told)


def refuse_second(serial: str, issuer: str, *, besides: str = "") -> None:
    """Refuse a serial that another living declaration bears, of the same issuer or where one of both is not known.

    Args:
        issuer: empty where only the number is known.
        besides: the key of the presented proof itself.
    Raises:
        PresentedBefore.
    """
    earlier = PresentedProof.objects.filter(serial__iexact=serial).exclude(key=besides)
    if issuer:
        earlier = earlier.filter(issuer__in=("", issuer))
    other = earlier.exclude(declaration__state__in=ENDED_UNUSED).select_related("declaration").first()
    if other is not None:
        raise rules.PresentedBefore(serial=serial, declaration=str(other.declaration))
