"""The register: numbers of our own series, what the national system says, and who registers from which day on."""

from datetime import date, datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.declarations import keepers, loads, rules, telling, turns
from mabar.declarations.models import Declaration, Register, VoidSerial


def register(actor: Actor, key: str, *, at: datetime, version: int | None = None) -> Declaration:
    """Give the declaration the next number of the office's series, where a registrar does it at the counter.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem.
    """
    with journal.writes(actor, "declarations.register", key, at=at) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.register", place=declaration.place_id)
        lodged = declaration.state
        turns.step(line, declaration, version=version)
        declaration.state = lodged
        keepers.number([declaration], year=at.astimezone(declaration.place.clock).year, at=at)
        line.note(number=declaration.number)
        turns.save(declaration, number=declaration.number, registered_at=at)
        loads.note_number(declaration, at=at)
    return declaration


def note_national_state(
    actor: Actor,
    key: str,
    *,
    reference: str,
    on: date,
    claimed: str,
    received_from: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Note what the national system says, under the reference that was received; it alone moves the declaration.

    Raises:
        NotMandated, OutOfTurn, RegisteredHere, NothingSaid, ClaimNotKnown.
        HeldTrucks: it says released while another agency holds a truck.
    """
    facts: dict[str, Any] = {"reference": reference, "on": on, "claimed": claimed, "received_from": received_from}
    with journal.writes(actor, "declarations.note_national_state", key, at=at, **facts) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.note_national_state", place=declaration.place_id)
        rules.check_said(reference, what="reference", longest=80)
        rules.check_said(received_from, what="received_from", longest=120)
        turns.step(line, declaration, version=version)
        before, declaration.state = declaration.state, rules.after_claim(claimed, declaration.state)
        stamps = _stamps(declaration, before=before, at=at)
        turns.save(
            declaration,
            national_reference=reference,
            national_on=on,
            claimed_state=claimed,
            received_at=at,
            received_from=received_from,
            is_provisional=False,
            **stamps,
        )
        loads.note_number(declaration, at=at)
        loads.follow(actor, declaration, before=before, at=at)
        telling.follow(declaration, before=before, at=at)
    return declaration


_STAMPED = {
    "registered": "registered_at",
    "assessed": "assessed_at",
    "guaranteed": "settled_at",
    "paid": "settled_at",
    "released": "released_at",
    "refused": "ended_at",
    "cancelled": "ended_at",
}


def _stamps(declaration: Declaration, *, before: str, at: datetime) -> dict[str, datetime]:
    return {} if declaration.state == before else {_STAMPED[declaration.state]: at}


def void_serial(actor: Actor, place: str, *, explanation: str, at: datetime) -> VoidSerial:
    """Take the next serial of the office and void it, with the explanation that the law wants for the gap.

    Raises:
        NotMandated, NothingSaid, NoSuchRecord.
    """
    with journal.writes(actor, "declarations.void_serial", place, at=at, place=place, explanation=explanation) as line:
        mandates.require(actor, "declarations.void_serial", place=place)
        rules.check_said(explanation, what="explanation")
        here = _place(place)
        day = at.astimezone(here.clock).date()
        office = keepers.Keepers(here, day=day).of(regime="", flow="").office
        serial = keepers.take_serials(office, day.year, keepers.REGISTERED, 1)
        void = VoidSerial.objects.create(
            office=office,
            year=day.year,
            letter=keepers.REGISTERED,
            serial=serial,
            explanation=explanation,
            by=actor.key,
            at=at,
        )
        line.note(number=str(void))
    return void


def change_register(
    actor: Actor,
    place: str,
    *,
    keeper: str,
    from_on: date,
    at: datetime,
    regime: str = "",
    flow: str = "",
    system: str = "",
    office: str = "",
    is_at_once: bool = True,
) -> Register:
    """State who registers at a place from a day on; declarations lodged before keep their register.

    Raises:
        NotMandated, NoSuchRecord, RegisterUnfit.
        RegisterInThePast: the day is past.
    """
    facts: dict[str, Any] = {"keeper": keeper, "from_on": from_on, "regime": regime, "flow": flow, "system": system}
    with journal.writes(actor, "declarations.change_register", place, at=at, place=place, **facts):
        mandates.require(actor, "declarations.change_register", place=place)
        here = _place(place)
        rules.check_keeper(keeper, system=system)
        rules.check_first_day(from_on, today=at.astimezone(here.clock).date())
        stated, _ = Register.objects.update_or_create(
            place=here,
            regime=regime,
            flow=flow,
            from_on=from_on,
            defaults={
                "keeper": keeper,
                "system": system,
                "office": office or rules.office_of(place),
                "is_at_once": is_at_once,
            },
        )
    return stated


def _place(code: str) -> Place:
    place = Place.objects.filter(code=code).first()
    if place is None:
        raise NoSuchRecord(key=code)
    return place
