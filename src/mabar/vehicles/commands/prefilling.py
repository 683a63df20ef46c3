"""Prefilling the pass of a vehicle, and how a prefilled pass ends without its vehicle."""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import Q

from mabar.base import journal, mandates, timers
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import SentTwice, once
from mabar.declarations import reference as lists
from mabar.lib.identifiers import chassis_number, plate_key, refuse_bidi
from mabar.vehicles import queries, rules, turns
from mabar.vehicles.models import PassEvent, PassHolder, VehiclePass

SENT = ("kind", "purpose", "plate", "plate_country", "chassis", "make", "reference")


@once
def prefill(
    actor: Actor,
    key: str,
    *,
    place: str,
    kind: str,
    purpose: str,
    plate: str,
    plate_country: str,
    chassis: str,
    holder: str,
    at: datetime,
    document: str = "",
    make: str = "",
    reference: str = "",
    event_key: str = "",
) -> VehiclePass:
    """Prefill the pass of a vehicle under the new key `key`; sent twice with one event key, it is one pass.

    Raises:
        NotMandated, NotAPlate, NotAChassisNumber, BidiControl, NotACountry, HolderMissing.
        NoSuchRecord: the node knows no such place.
        EventKeyReused: something else was sent before under this event key, be its pass in force or ended.
        PassLive: the vehicle or its plate has a pass that is prefilled or in force.
        PassLiveElsewhere: so it has, and the pass is another's.
    """
    stay = VehiclePass(
        key=key,
        place_id=place,
        kind=kind,
        purpose=purpose,
        plate=rules.check_plate(plate),
        plate_key=plate_key(plate),
        plate_country=_country(plate_country),
        chassis=chassis_number(chassis),
        make=_tidy(make),
        reference=_tidy(reference),
        firm_id=actor.firm_id,
        state=rules.after("prefill", ""),
        prefilled_at=at,
    )
    named = PassHolder(vehicle_pass=stay, name=_holder(holder), document=_tidy(document))
    try:
        return _prefilled(actor, stay, named, at=at, event_key=event_key)
    except (rules.PassLive, rules.PassLiveElsewhere, IntegrityError):
        # another sender, or the same one twice, was a moment faster; the refusal says which
        _refuse_sent(actor, stay, named, event_key)
        _refuse_second_pass(actor, stay, at)
        raise


def _country(code: str) -> str:
    tidy = code.strip().upper()
    if lists.country(tidy) is None:
        raise rules.NotACountry(given=code)
    return tidy


def _tidy(text: str) -> str:
    return " ".join(refuse_bidi(text).split())


def _holder(name: str) -> str:
    if not _tidy(name):
        raise rules.HolderMissing()
    return _tidy(name)


def _prefilled(actor: Actor, stay: VehiclePass, named: PassHolder, *, at: datetime, event_key: str) -> VehiclePass:
    # the holder is none of the line's facts: these are kept for ten years
    facts = {"plate": stay.plate, "country": stay.plate_country, "chassis": stay.chassis}
    with journal.writes(actor, "vehicles.prefill", stay.key, at=at, place=stay.place_id, **facts):
        mandates.require(actor, "vehicles.prefill", place=stay.place_id)
        if not Place.objects.filter(code=stay.place_id).exists():
            raise NoSuchRecord(key=stay.place_id)
        _refuse_sent(actor, stay, named, event_key)
        _refuse_second_pass(actor, stay, at)
        stay.save(force_insert=True)
        named.save(force_insert=True)
        turns.note(actor, stay, "prefill", before="", at=at, place=stay.place_id, event_key=event_key)
        timers.start(turns.EXPIRE, stay.key, due_at=at + rules.EXPIRES_AFTER)
    return stay


def _refuse_sent(actor: Actor, stay: VehiclePass, named: PassHolder, event_key: str) -> None:
    if not event_key:
        return
    sent = PassEvent.objects.filter(kind="prefill", by=actor.key, event_key=event_key)
    event = sent.select_related("vehicle_pass").first()
    if event is None:
        return
    if not _is_same(event, stay, named):
        raise rules.EventKeyReused(event_key=event_key, kind="prefill")
    raise SentTwice(event.vehicle_pass)


def _is_same(event: PassEvent, stay: VehiclePass, named: PassHolder) -> bool:
    """Tell whether all that is sent now was sent before; of a holder who is erased nothing is left to compare."""
    before = event.vehicle_pass
    # the pass has moved on to where it entered: where it was expected stands in the event
    if event.place_id != stay.place_id or any(getattr(before, name) != getattr(stay, name) for name in SENT):
        return False
    held = PassHolder.objects.filter(vehicle_pass=before).first()
    return held is None or (held.name, held.document) == (named.name, named.document)


def _refuse_second_pass(actor: Actor, stay: VehiclePass, at: datetime) -> None:
    same = Q(chassis=stay.chassis) | Q(plate_country=stay.plate_country, plate_key=stay.plate_key)
    other = VehiclePass.objects.filter(same, state__in=rules.LIVE).exclude(key=stay.key).first()
    if other is None:
        return
    if queries.may_read(actor, other.key, at):
        raise rules.PassLive(plate=other.plate, chassis=other.chassis, key=other.key)
    # who may not read that pass learns no plate, chassis or number but those that he typed
    raise rules.PassLiveElsewhere(plate=stay.plate, chassis=stay.chassis)


@once
def cancel(
    actor: Actor,
    key: str,
    *,
    reason: str,
    at: datetime,
    place: str = "",
    event_key: str = "",
    version: int | None = None,
) -> VehiclePass:
    """Cancel a prefilled pass; a declarant takes back what his house prefilled, a station its own.

    An officer cancels at the place of his counter, wherever the vehicle was expected: it may come to any crossing.

    Raises:
        NotMandated, OutOfTurn, ReasonMissing.
        NoSuchRecord: no pass that he prefilled, or his house, bears the key; or the node knows no such place.
    """
    with journal.writes(actor, "vehicles.cancel", key, at=at, reason=reason) as line:
        stay = turns.take(actor, "cancel", key, event_key=event_key, version=version)
        line.place = _cancelled_at(actor, stay, place)
        mandates.require(actor, "vehicles.cancel", place=line.place)
        if not _is_own(actor, stay):
            raise NoSuchRecord(key=key)
        facts = {"reason": rules.check_reason(reason)}
        turns.move(actor, stay, "cancel", at=at, place=line.place, event_key=event_key, facts=facts, ended_at=at)
        turns.let_end(stay, at=at)
    return stay


def _cancelled_at(actor: Actor, stay: VehiclePass, place: str) -> str:
    if actor.kind != Actor.OFFICER or not place:
        return stay.place_id
    if not Place.objects.filter(code=place).exists():
        raise NoSuchRecord(key=place)
    return place


def _is_own(actor: Actor, stay: VehiclePass) -> bool:
    """Tell whether the actor may take it back: an officer may, a declarant for his house, a station for itself."""
    if actor.kind == Actor.DECLARANT:
        return stay.firm_id == actor.firm_id
    return actor.kind != Actor.STATION or stay.events.filter(kind="prefill", by=actor.key).exists()


def expire(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> VehiclePass:
    """Let a prefilled pass expire whose vehicle never came; it takes effect at the instant it was due.

    Raises:
        NotMandated, OutOfTurn.
    """
    with journal.writes(actor, "vehicles.expire", key, at=at, due_at=due_at) as line:
        stay = turns.take(actor, "expire", key)
        line.place = stay.place_id
        mandates.require(actor, "vehicles.expire", place=stay.place_id)
        fired = {"fired_at": at.isoformat()}
        turns.move(actor, stay, "expire", at=due_at, place=stay.place_id, facts=fired, ended_at=due_at)
        turns.let_end(stay, at=at)
    return stay
