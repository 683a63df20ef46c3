"""Applying for a proof of origin: by a declarant's house, its program, or at the counter."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from django.db import IntegrityError

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, once
from mabar.origin import rules, turns
from mabar.origin.models import Proof, ProofEvent


@once
def apply(
    actor: Actor,
    key: str,
    *,
    place: str,
    application: rules.Application,
    at: datetime,
    replaces: str = "",
    event_key: str = "",
) -> Proof:
    """Apply for a proof under the new key `key`; sent twice with one event key, it is one application.

    Args:
        replaces: the key of the proof in force that this one corrects.
    Raises:
        NotMandated, BidiControl, ApplicationUnfit, NotACriterion.
        NoSuchRecord: the node knows no such place, or no such proof of this house at this place.
        OutOfTurn: the proof to be replaced is not in force, or its replacement is under way.
        EventKeyReused: something else was sent before under this event key.
    """
    told: Any = {"at": at, "replaces": replaces, "event_key": event_key}
    try:
        return _applied(actor, key, place, application, **told)
    except IntegrityError:
        # the same sender, or another replacement, was a moment faster; the second look says which
        return _applied(actor, key, place, application, **told)


def _applied(
    actor: Actor, key: str, place: str, application: rules.Application, *, at: datetime, replaces: str, event_key: str
) -> Proof:
    facts = {"agreement": application.agreement, "destination": application.destination, "replaces": replaces}
    with journal.writes(actor, "origin.apply", key, at=at, place=place, **facts):
        mandates.require(actor, "origin.apply", place=place)
        office = Place.objects.filter(code=place).first()
        if office is None:
            raise NoSuchRecord(key=place)
        origin = office.administration_id.upper()
        told = rules.tidied(application, origin=origin)
        _refuse_sent(actor, told, event_key)
        return _made(actor, key, office, told, before=_replaced(actor, replaces, place), at=at, event_key=event_key)


def _refuse_sent(actor: Actor, told: rules.Application, event_key: str) -> None:
    if not event_key:
        return
    event = ProofEvent.objects.filter(kind="apply", by=actor.key, event_key=event_key).select_related("proof").first()
    if event is None:
        return
    if event.facts != _facts(told):
        raise rules.EventKeyReused(event_key=event_key, kind="apply")
    raise SentTwice(event.proof)


def _facts(told: rules.Application) -> dict[str, object]:
    return {**asdict(told), "goods": [asdict(each) for each in told.goods]}


def _replaced(actor: Actor, key: str, place: str) -> Proof | None:
    if not key:
        return None
    before = turns.take("replace", key)
    if before.place_id != place or (actor.kind == Actor.DECLARANT and before.firm_id != actor.firm_id):
        raise NoSuchRecord(key=key)
    rules.after("replace", before.state)
    if before.replacements.filter(state__in=rules.LIVE).exists():
        raise rules.OutOfTurn(verb="replace", state=before.state, record="proof")
    return before


def _made(
    actor: Actor,
    key: str,
    office: Place,
    told: rules.Application,
    *,
    before: Proof | None,
    at: datetime,
    event_key: str,
) -> Proof:
    made = Proof(
        key=key,
        place=office,
        origin=office.administration_id.upper(),
        firm_id=before.firm_id if before else actor.firm_id,
        replaces=before,
        state=rules.after("apply", ""),
        applied_at=at,
        **_facts(told),
    )
    made.save(force_insert=True)
    turns.note(actor, made, "apply", before="", at=at, facts=_facts(told), event_key=event_key)
    return made
