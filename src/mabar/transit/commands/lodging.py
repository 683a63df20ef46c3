"""The declaration for transit at the office of departure: lodged, amended, accepted under its number, invalidated."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Firm, Place
from mabar.base.turns import SentTwice, once, write
from mabar.transit import cover, nodes, rules, turns
from mabar.transit.models import Movement, MovementEvent, MovementOffice, MovementSerial
from mabar.transit.turns import Deed

COLUMNS = (
    "holder_code", "holder_name", "goods", "packages", "gross_mass_g", "plate", "container", "declaration",
    "amount_minor", "currency", "guarantee", "procedure", "stamp", "begun_at",
)  # fmt: skip


@once
def lodge(actor: Actor, key: str, *, lodgement: rules.Lodgement, at: datetime, event_key: str = "") -> Movement:
    """Lodge a declaration for transit at the first office of its itinerary; by paper, where a fallback was declared.

    Raises:
        NotMandated, LodgementUnfit, ItineraryUnfit, StampUnfit, ContinuityNotDeclared, EventKeyReused.
        NotAtThisNode: the office of departure has a node of its own.
    """
    told = rules.checked(lodgement, known=_known(lodgement.offices))
    place = told.offices[0]
    facts = {"offices": list(told.offices), "procedure": told.procedure, "stamp": told.stamp}
    with journal.writes(actor, "transit.lodge", key, at=at, place=place, **facts):
        mandates.require(actor, "transit.lodge", place=place)
        if not nodes.is_own(place):
            raise rules.NotAtThisNode(office=place)
        _check_own_house(actor, told)
        _refuse_sent(actor, told, event_key)
        if told.begun_at is not None:
            rules.check_declared(told.begun_at, turns.fallbacks_of(place), place=place)
        movement = _made(actor, key, told, at=at)
        deed = Deed("lodge", actor.key, at, place, key=event_key)
        turns.note(movement, turns.events(movement, deed, {}), deed)
        write(movement)
    return movement


def _check_own_house(actor: Actor, told: rules.Lodgement) -> None:
    """Let a declarant engage his own house alone, whose guarantee the movement draws on."""
    if actor.kind == Actor.DECLARANT and told.holder_code != actor.firm_id:
        raise rules.LodgementUnfit(box="holder_code")


def _known(offices: tuple[str, ...]) -> set[str]:
    return set(Place.objects.filter(code__in=offices).values_list("code", flat=True))


def _refuse_sent(actor: Actor, told: rules.Lodgement, event_key: str) -> None:
    sent = MovementEvent.objects.filter(kind="lodge", by=actor.key, event_key=event_key).exclude(event_key="")
    event = sent.select_related("movement").first()
    if event is None:
        return
    before = event.movement
    if any(getattr(before, name) != getattr(told, name) for name in COLUMNS):
        raise rules.EventKeyReused(event_key=event_key, kind="lodge")
    raise SentTwice(before)


def _made(actor: Actor, key: str, told: rules.Lodgement, *, at: datetime) -> Movement:
    house = Firm.objects.filter(code=told.holder_code).first()
    movement = Movement.objects.create(
        key=key,
        home=nodes.own_node(),
        is_home=True,
        place_id=told.offices[0],
        firm_id=actor.firm_id or (house.code if house else None),
        state=rules.after("lodge", ""),
        version=0,
        home_state="lodged",
        home_version=1,
        as_of_at=at,
        terms=rules.TERMS,
        lodged_at=at,
        **_columns(told),
    )
    _write_offices(movement, told.offices)
    return movement


def _columns(told: rules.Lodgement) -> dict[str, Any]:
    named = {name: getattr(told, name) for name in COLUMNS}
    return {**named, "departure": told.offices[0], "destination": told.offices[-1]}


def _write_offices(movement: Movement, offices: tuple[str, ...]) -> None:
    movement.offices.all().delete()
    MovementOffice.objects.bulk_create(
        MovementOffice(movement=movement, position=position, office=code, role=role)
        for position, (code, role) in enumerate(rules.roles_of(offices))
    )


@once
def amend(
    actor: Actor,
    key: str,
    *,
    changes: Mapping[str, Any],
    at: datetime,
    event_key: str = "",
    version: int | None = None,
) -> Movement:
    """Amend a declaration before the release; a guarantee that was refused is replaced so.

    Args:
        changes: what is declared otherwise, by the names of `rules.Lodgement`.
    Raises:
        NotMandated, OutOfTurn, NotAtHome, LodgementUnfit, ItineraryUnfit.
        StaysOnPaper: the procedure in which it was begun is kept to its end.
    """
    with journal.writes(actor, "transit.amend", key, at=at, changed=sorted(changes)) as line:
        movement = turns.take(actor, "amend", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.amend", place=movement.place_id)
        turns.require_own(actor, movement)
        rules.after("amend", movement.state)
        before = _lodged(movement)
        rules.check_procedure_kept(before.procedure, str(changes.get("procedure", before.procedure)), number=key)
        told = rules.checked(replace(before, **changes), known=_known(tuple(changes.get("offices", before.offices))))
        _check_own_house(actor, told)
        if told.offices[0] != movement.departure:
            raise rules.ItineraryUnfit(offices=", ".join(told.offices), strange=told.offices[0])
        _write_offices(movement, told.offices)
        deed = Deed("amend", actor.key, at, movement.place_id, key=event_key)
        turns.move(movement, turns.events(movement, deed, {}), deed, **_columns(told))
    return movement


def _lodged(movement: Movement) -> rules.Lodgement:
    offices = tuple(movement.offices.order_by("position").values_list("office", flat=True))
    names = [name for name in asdict(rules.Lodgement((), "", "", "", 0, 0, "")) if name != "offices"]
    return rules.Lodgement(offices=offices, **{name: getattr(movement, name) for name in names})


@once
def accept(actor: Actor, key: str, *, at: datetime, event_key: str = "", version: int | None = None) -> Movement:
    """Accept a declaration and give it its number, which no other ever bears; one on paper keeps that of its stamp.

    Raises:
        NotMandated, OutOfTurn, NotAtHome.
        OvertakenByFallback: a fallback found the electronic record unfinished.
    """
    with journal.writes(actor, "transit.accept", key, at=at) as line:
        movement = turns.take(actor, "accept", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.accept", place=movement.place_id)
        rules.after("accept", movement.state)
        rules.check_not_overtaken(movement.lodged_at, movement.procedure, turns.fallbacks_of(movement.place_id))
        number = _number(movement, at)
        line.note(number=number)
        deed = Deed("accept", actor.key, at, movement.place_id, key=event_key)
        turns.move(movement, turns.events(movement, deed, {}), deed, number=number, accepted_at=at)
    return movement


def _number(movement: Movement, at: datetime) -> str:
    if movement.procedure == "continuity":
        return rules.number_on_paper(movement.departure, movement.stamp)
    year = at.astimezone(movement.place.clock).year
    told: dict[str, Any] = {
        "signs": movement.departure[:2].upper() + rules.office_signs(movement.departure),
        "year": year,
    }
    MovementSerial.objects.get_or_create(**told)
    serial = MovementSerial.objects.select_for_update().get(**told)
    serial.last += 1
    serial.save(update_fields=["last"])
    return rules.mrn(movement.departure, year=year, serial=serial.last)


@once
def invalidate(
    actor: Actor, key: str, *, reason: str, at: datetime, event_key: str = "", version: int | None = None
) -> Movement:
    """Invalidate a movement with the reason; what its guarantee covered is free again.

    A declarant takes back what his house lodged, before the release.

    Raises:
        NotMandated, OutOfTurn, NotAtHome, ReasonMissing.
    """
    with journal.writes(actor, "transit.invalidate", key, at=at, reason=reason.strip()) as line:
        movement = turns.take(actor, "invalidate", key, event_key=event_key, version=version)
        line.place = movement.place_id
        mandates.require(actor, "transit.invalidate", place=movement.place_id)
        turns.require_own(actor, movement)
        rules.after("invalidate", movement.state)
        was_released = movement.state == "released"
        if was_released and actor.kind == Actor.DECLARANT:
            raise rules.OutOfTurn(verb="invalidate", state=movement.state)
        said = rules.check_reason(reason)
        deed = Deed("invalidate", actor.key, at, movement.place_id, key=event_key)
        turns.move(movement, turns.events(movement, deed, {"reason": said}), deed, reason=said, ended_at=at)
        if was_released:
            cover.free(actor, movement, at=at)
            nodes.tell_state(movement, at=at)
    return movement
