"""What every act on a proof shares: its lock, the event's row, its timers."""

from datetime import datetime
from typing import Any

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import write
from mabar.origin import rules
from mabar.origin.models import PresentedProof, Proof, ProofEvent, Verification

__all__ = ["EXPIRE", "OVERDUE", "move", "note", "take", "take_presented", "take_verification", "write"]

EXPIRE, OVERDUE = "origin.expire", "origin.note_overdue"


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
