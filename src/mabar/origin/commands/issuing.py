"""The signature under a proof, and the ways in which a signed proof ends."""

from datetime import datetime
from typing import Any

from django.conf import settings

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor
from mabar.exchange import paper_signing
from mabar.exchange.paper_signing import Hand
from mabar.origin import queries, rules, serials, telling, turns
from mabar.origin.models import Proof


def issue(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> Proof:
    """Issue a checked proof: its serial, its days and its signed code; the proof that it replaces ends.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn.
        NoSigningKey: the node has no certified key of its customs service.
    """
    with journal.writes(actor, "origin.issue", key, at=at) as line:
        proof = turns.take("issue", key, version=version)
        line.place = proof.place_id
        mandates.require(actor, "origin.issue", place=proof.place_id)
        rules.after("issue", proof.state)
        signed = _signed(proof, _hand(proof, at), at)
        line.note(serial=signed["serial"], digest=signed["digest"])
        turns.move(actor, proof, "issue", at=at, facts={"serial": signed["serial"]}, issued_at=at, **signed)
        ends_at = rules.ends_at(signed["valid_until_on"], proof.place.clock)
        timers.start(turns.EXPIRE, key, due_at=ends_at)
        if proof.replaces_id is not None:
            _end_replaced(actor, proof, at)
    return proof


def _hand(proof: Proof, at: datetime) -> Hand:
    hand = paper_signing.hand(rules.AGENCY, at)
    # a node that works both sides of a line signs for its own administration alone
    if hand is None or hand.node[:2] != proof.origin.lower():
        raise rules.NoSigningKey(node=settings.NODE.code)
    return hand


def _signed(proof: Proof, hand: Hand, at: datetime) -> dict[str, Any]:
    under, application = rules.agreement(proof.agreement), queries.application_of(proof)
    issued_on = at.astimezone(proof.place.clock).date()
    days = (issued_on, rules.last_day(issued_on, under.months))
    serial = serials.give(proof.place, issued_on.year)
    named: Any = {"serial": serial, "origin": proof.origin}
    digest = rules.digest(application, issued_on=days[0], valid_until_on=days[1], **named)
    signer: Any = {"node": hand.node, "descriptor": hand.descriptor, "agreement": under.number}
    facts = rules.facts_of(application, days=days, digest=digest, **named, **signer)
    code = rules.text_of(hand.signed(facts.encoded(), domain=rules.DOMAIN))
    return {
        "serial": serial,
        "issued_on": days[0],
        "valid_until_on": days[1],
        "digest": digest.hex(),
        "code": code,
    }


def _end_replaced(actor: Actor, proof: Proof, at: datetime) -> None:
    before = turns.take("replace", str(proof.replaces_id))
    reason = {"reason": f"→ {proof.serial}"}
    turns.move(actor, before, "replace", at=at, facts=reason, ended_at=at, end_reason=reason["reason"])
    timers.end(turns.EXPIRE, before.key, at=at)
    telling.tell_ended(before, replacement=proof.serial, at=at)


def withdraw(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Proof:
    """Withdraw a proof in force, and tell the country that it was meant for.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, ReasonMissing.
    """
    with journal.writes(actor, "origin.withdraw", key, at=at, reason=reason) as line:
        proof = turns.take("withdraw", key, version=version)
        line.place = proof.place_id
        mandates.require(actor, "origin.withdraw", place=proof.place_id)
        told = rules.check_reason(reason)[:500]
        turns.move(actor, proof, "withdraw", at=at, facts={"reason": told}, ended_at=at, end_reason=told)
        timers.end(turns.EXPIRE, key, at=at)
        telling.tell_ended(proof, at=at)
    return proof


def expire(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Proof:
    """Note that the last day of a proof has ended; the clock calls this.  Raises: NotMandated, OutOfTurn."""
    with journal.writes(actor, "origin.expire", key, at=at, due_at=due_at) as line:
        proof = turns.take("expire", key)
        line.place = proof.place_id
        mandates.require(actor, "origin.expire", place=proof.place_id)
        turns.move(actor, proof, "expire", at=due_at, facts={"fired_at": at.isoformat()}, ended_at=due_at)
    return proof
