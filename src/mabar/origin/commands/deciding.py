"""What becomes of an application before it is signed: checked, or refused with the reason."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.origin import rules, turns
from mabar.origin.models import Proof


def check(actor: Actor, key: str, *, at: datetime, note: str = "", version: int | None = None) -> Proof:
    """Find the application in order, for another officer to sign.  Raises: NotMandated, NoSuchRecord, OutOfTurn."""
    with journal.writes(actor, "origin.check", key, at=at, note=note) as line:
        proof = turns.take("check", key, version=version)
        line.place = proof.place_id
        mandates.require(actor, "origin.check", place=proof.place_id)
        turns.move(actor, proof, "check", at=at, facts={"note": note.strip()[:500]})
    return proof


def refuse(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Proof:
    """Refuse an application.  Raises: NotMandated, NoSuchRecord, OutOfTurn, ReasonMissing."""
    with journal.writes(actor, "origin.refuse", key, at=at, reason=reason) as line:
        proof = turns.take("refuse", key, version=version)
        line.place = proof.place_id
        mandates.require(actor, "origin.refuse", place=proof.place_id)
        told = rules.check_reason(reason)[:500]
        turns.move(actor, proof, "refuse", at=at, facts={"reason": told}, ended_at=at, end_reason=told)
    return proof
