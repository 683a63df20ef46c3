"""Movements: which go over an office, whose they are, who may read which, and what a fallback left unfinished."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from mabar.base import mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.transit import nodes, rules
from mabar.transit.models import Fallback, Movement, MovementEvent, MovementOffice
from mabar.transit.queries.rows import (
    FallbackRow,
    MovementRow,
    MovementView,
    OfficeRow,
    Page,
    SealRow,
    event_row,
    fallback_row,
    movement_row,
    question_row,
)

PAGE = 50
READ, READ_OWN = "transit.read", "transit.read_own"


def movements_at(
    places: Sequence[str], *, states: Sequence[str] = (), number: str = "", after: str | None = None
) -> Page:
    """List the movements that go over offices, newest first, a page at a time; by state or by a part of the number."""
    found = _over(places)
    if states:
        found = found.filter(state__in=states)
    if number:
        found = found.filter(number__icontains="".join(number.split()))
    return _page(found, after)


def _over(places: Sequence[str]) -> QuerySet[Movement]:
    on_the_way = MovementOffice.objects.filter(office__in=places).values("movement")
    return Movement.objects.filter(Q(place__in=places) | Q(key__in=on_the_way))


def _page(found: QuerySet[Movement], after: str | None) -> Page:
    older = found.filter(key__lt=after) if after else found
    rows = [movement_row(each) for each in older.order_by("-key")[: PAGE + 1]]
    return Page(tuple(rows[:PAGE]), rows[PAGE - 1].key if len(rows) > PAGE else None)


def counts(places: Sequence[str]) -> Mapping[str, int]:
    """Count the movements over offices by their state."""
    return dict(_over(places).values_list("state").annotate(Count("key")).order_by("state"))


def movements_of_firm(firm: str, *, after: str | None = None) -> Page:
    """List the movements of a house, newest first, a page at a time."""
    return _page(Movement.objects.filter(firm=firm), after)


def movements_by_key(keys: Iterable[str]) -> list[MovementRow]:
    """Give movements by their keys."""
    return [movement_row(each) for each in Movement.objects.filter(key__in=list(keys))]


def readable_movement(actor: Actor, key: str, at: datetime) -> MovementView:
    """Give a movement if the reader may know of it: an officer of an office on its way, or the house that lodged it.

    Raises:
        NotMandated, NoSuchRecord.
    """
    movement = Movement.objects.filter(key=key).first()
    is_own = actor.kind == Actor.DECLARANT
    mandates.require(actor, READ_OWN if is_own else READ, at=at)
    if movement is None or (is_own and movement.firm_id != actor.firm_id):
        raise NoSuchRecord(key=key)
    offices = list(movement.offices.order_by("position"))
    if not is_own:
        over = {movement.place_id, *(each.office for each in offices)}
        if not over & set(mandates.places_of(actor, READ, at)):
            raise NoSuchRecord(key=key)
    return _view(movement, offices)


def _view(movement: Movement, offices: list[MovementOffice]) -> MovementView:
    rows = list(movement.events.order_by("is_pending", "position", "pk"))
    told = [nodes.happening(row) for row in rows if row.kind in rules.TOLD]
    return MovementView(
        movement_row(movement),
        _offices(movement, offices, rules.shown(told)),
        tuple(_seals(rows)),
        rules.in_force(rules.seal_notes(told)),
        tuple(event_row(row) for row in rows),
        tuple(question_row(each) for each in movement.questions.order_by("pk")),
    )


def _offices(movement: Movement, offices: list[MovementOffice], shown: rules.Shown) -> tuple[OfficeRow, ...]:
    reached: dict[str, datetime | None] = {movement.departure: movement.released_at, **shown.passed}
    if shown.arrived_office:
        reached[shown.arrived_office] = shown.arrived_at
    return tuple(OfficeRow(each.office, each.role, reached.get(each.office), each.told_at) for each in offices)


def _seals(rows: Iterable[MovementEvent]) -> Iterable[SealRow]:
    for row in rows:
        if row.kind in rules.TOLD and not row.facts.get("was"):
            told = nodes.happening(row)
            for note in told.seals:
                yield SealRow(note, told.at, told.office, row.by, told.reason)


def movement_of_number(number: str) -> MovementRow | None:
    """Give the movement that bears a number here; None where it is not known."""
    found = Movement.objects.filter(number=number).first()
    return movement_row(found) if found else None


def fallbacks_at(places: Sequence[str]) -> list[FallbackRow]:
    """List the times on paper of offices, newest first."""
    return [fallback_row(each) for each in Fallback.objects.filter(place__in=places).order_by("-began_at")[:PAGE]]


def unfinished(places: Sequence[str]) -> list[MovementRow]:
    """List the electronic records of offices that a time on paper found unfinished: they are to be invalidated."""
    found: dict[str, Movement] = {}
    for fallback in Fallback.objects.filter(place__in=places):
        lodged = Movement.objects.filter(
            is_home=True,
            place=fallback.place_id,
            procedure="electronic",
            state__in=rules.BEFORE_RELEASE,
            lodged_at__lt=fallback.began_at,
        )
        found |= {each.key: each for each in lodged}
    return [movement_row(found[key]) for key in sorted(found)]


def places() -> Mapping[str, Place]:
    """Give the places that this node knows, by their codes."""
    return Place.objects.in_bulk(field_name="code")
