"""Which node works which office, and what the others are told of a movement, in the act that it tells of."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings

from mabar.base.models import Place
from mabar.exchange import outbox
from mabar.transit import messages, rules
from mabar.transit.models import Movement, MovementEvent, MovementQuestion
from mabar.transit.wire import PURPOSE

EN_ROUTE: dict[str, type[messages.EnRoute]] = {
    "pass_office": messages.Crossed,
    "note_incident": messages.Incident,
    "replace_seal": messages.Incident,
    "arrive": messages.Arrived,
    "remark": messages.Remarks,
}


def own_node() -> str:
    """Name this node."""
    return str(settings.NODE.code)


def is_own(office: str) -> bool:
    """Tell whether an office is worked at this node; a place with a node of its own is that node's."""
    places = getattr(settings.NODE, "places", ()) or (own_node(),)
    return office == own_node() or (office in places and not outbox.knows(office))


def check_worked_here(office: str) -> None:
    """Refuse an act for an office that another node or administration works, or that nobody knows.

    An office of this administration that has no node of its own may be worked here, listed or not.

    Raises:
        NotAtThisNode.
    """
    at_home = Place.objects.filter(code=office, administration=own_node()[:2]).exists()
    if not is_own(office) and (not at_home or outbox.knows(office)):
        raise rules.NotAtThisNode(office=office)


def clock_of(office: str) -> ZoneInfo:
    """Give the clock of an office; that of this node where nobody here knows the office."""
    found = Place.objects.filter(code__in=(office, own_node())).order_by("code")
    clocks = {place.code: place.clock for place in found}
    return clocks.get(office) or clocks.get(own_node()) or ZoneInfo("UTC")


def events_of(movement: Movement) -> list[rules.Happening]:
    """Give the events of a movement that are told, as home has them in order, then what home does not know yet."""
    return [happening(row) for row in told_rows(movement)]


def told_rows(movement: Movement) -> list[MovementEvent]:
    """Give the rows of the events of a movement that are told."""
    rows = movement.events.filter(kind__in=rules.TOLD)
    return list(rows.order_by("is_pending", "position", "pk"))


def happening(row: MovementEvent) -> rules.Happening:
    """Read an event out of its row."""
    return rules.read({"key": row.key, "kind": row.kind, "at": row.at.isoformat(), "office": row.office, **row.facts})


def tell_anticipated(movement: Movement, *, at: datetime) -> None:
    """Tell each office of the itinerary that has a node of its own what comes; who was told is noted beside it."""
    for office in movement.offices.filter(told_at=None):
        if outbox.knows(office.office):
            outbox.leave_for_partner(office.office, _anticipated(movement), purpose=PURPOSE, at=at)
            office.told_at = at
            office.save(update_fields=["told_at"])


def tell_state(movement: Movement, *, at: datetime) -> None:
    """Tell every node that knows of the movement how it stands."""
    for node in _told_nodes(movement):
        outbox.leave_for_partner(node, _state(movement), purpose=PURPOSE, at=at)


def tell_home(movement: Movement, act: str, told: Iterable[rules.Happening], *, office: str, at: datetime) -> str:
    """Tell home what was done here, with what home was not told yet; give the key of the letter."""
    events = tuple(each.told() for each in told)
    news = EN_ROUTE[act](movement.number, office, at, events)
    return outbox.leave_for_partner(movement.home, news, purpose=PURPOSE, at=at)


def tell_question(question: MovementQuestion, *, at: datetime) -> None:
    """Ask the office of destination, where it has a node of its own that was told of the movement."""
    if question.office in _told_nodes(question.movement):
        news = messages.Enquiry(question.movement.number, question.asks, at, question.office)
        outbox.leave_for_partner(question.office, news, purpose=PURPOSE, at=at)


def tell_answer(question: MovementQuestion, *, at: datetime) -> None:
    """Tell home the answer of an office."""
    movement = question.movement
    told = (question.asks, at, question.office, question.answer, question.text)
    outbox.leave_for_partner(movement.home, messages.EnquiryAnswer(movement.number, *told), purpose=PURPOSE, at=at)


def _told_nodes(movement: Movement) -> list[str]:
    told = movement.offices.filter(told_at__isnull=False).order_by("position")
    return list(told.values_list("office", flat=True))


def _offices(movement: Movement) -> tuple[dict[str, str], ...]:
    rows = movement.offices.order_by("position").values_list("office", "role")
    return tuple({"office": office, "role": role} for office, role in rows)


def _anticipated(movement: Movement) -> messages.Anticipated:
    if movement.released_at is None or movement.limit_at is None or movement.as_of_at is None:
        raise ValueError(f"{movement.key} is told before it was released")
    texts = ("holder_code", "holder_name", "goods", "packages", "gross_mass_g", "plate", "container", "procedure")
    return messages.Anticipated(
        mrn=movement.number,
        version=movement.home_version,
        at=movement.as_of_at,
        departure=movement.departure,
        destination=movement.destination,
        released_at=movement.released_at,
        limit_at=movement.limit_at,
        state=movement.home_state,
        results_due_at=movement.results_due_at,
        terms=movement.terms,
        offices=_offices(movement),
        events=tuple(each.told() for each in events_of(movement)),
        **{name: getattr(movement, name) for name in texts},
    )


def _state(movement: Movement) -> messages.State:
    if movement.as_of_at is None:
        raise ValueError(f"{movement.key} is told without the date of its standing")
    return messages.State(
        mrn=movement.number,
        version=movement.home_version,
        at=movement.as_of_at,
        state=movement.home_state,
        departure=movement.departure,
        limit_at=movement.limit_at,
        results_due_at=movement.results_due_at,
        offices=_offices(movement),
        events=tuple(each.told() for each in events_of(movement)),
    )
