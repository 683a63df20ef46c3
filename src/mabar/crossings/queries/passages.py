"""Passages one by one and in lists."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import DivertedTruck, Hold, Passage, PassageEvent
from mabar.crossings.queries.places import open_lanes
from mabar.crossings.queries.rows import (
    EventRow,
    HoldRow,
    LinkRow,
    PassageRow,
    event_rows,
    hold_row,
    link_row,
    passage_row,
)
from mabar.lib.identifiers import plate_key

PAGE = 50


@dataclass(frozen=True)
class PassageEnds:
    """A passage with everything that hangs on it; `lane` is None until each declaration has one."""

    row: PassageRow
    events: tuple[EventRow, ...]
    declarations: tuple[LinkRow, ...]
    holds: tuple[HoldRow, ...]
    lane: str | None
    lane_number: int | None

    @property
    def open_holds(self) -> tuple[HoldRow, ...]:
        """The holds that still keep the truck."""
        return tuple(hold for hold in self.holds if hold.is_open)

    @property
    def is_cleared(self) -> bool:
        """Whether the gate would find every paper in order; holds and seals apart."""
        waiting = any(not link.is_cleared for link in self.declarations)
        return not waiting and (bool(self.declarations) or bool(self.row.is_empty))


@dataclass(frozen=True)
class PassagePage:
    """A page of a list, newest first; `after` asks for the next page, None where there is none."""

    rows: tuple[PassageRow, ...]
    after: str | None


def passage(key: str) -> PassageEnds:
    """Give a passage with its events, declarations and holds.

    Raises:
        NoSuchRecord: no passage bears the key.
    """
    found = Passage.objects.filter(key=key).first()
    if found is None:
        raise NoSuchRecord(key=key)
    links = tuple(link_row(link) for link in found.declarations.order_by("reference"))
    holds = Hold.objects.filter(passage=key).select_related("passage", "agency").order_by("placed_at", "pk")
    lane = rules.lane_of(link.lane for link in links)
    return PassageEnds(
        row=passage_row(found),
        events=event_rows(list(found.events.order_by("pk"))),
        declarations=links,
        holds=tuple(hold_row(hold) for hold in holds),
        lane=lane,
        lane_number=rules.lane_number(lane, key, open_lanes(found.place_id)) if lane else None,
    )


def passages(
    place: str, *, state: str = "", plate: str = "", after: str | None = None, limit: int = PAGE
) -> PassagePage:
    """List the passages of a place by key, newest first, a page at a time; `plate` as anybody writes it.

    Raises:
        NotAPlate, BidiControl: see `identifiers.plate_key`.
    """
    return _page(_chosen(Passage.objects.filter(place=place), state, plate), after, limit)


def _chosen(found: QuerySet[Passage], state: str, plate: str) -> QuerySet[Passage]:
    if state:
        found = found.filter(state=state)
    if plate:
        found = found.filter(plate_key=plate_key(plate))
    return found.order_by("-key")


def passages_by_key(keys: Iterable[str]) -> list[PassageRow]:
    """Give the passages that bear one of the keys."""
    return [passage_row(each) for each in Passage.objects.filter(key__in=list(keys))]


def passages_of_firm(
    firm: str, *, state: str = "", plate: str = "", after: str | None = None, limit: int = PAGE
) -> PassagePage:
    """List the passages that a declarant's house announced, newest first, a page at a time.

    Raises:
        NotAPlate, BidiControl: see `identifiers.plate_key`.
    """
    return _page(_chosen(Passage.objects.filter(firm=firm), state, plate), after, limit)


def _page(found: QuerySet[Passage], after: str | None, limit: int) -> PassagePage:
    if after:
        found = found.filter(key__lt=after)
    rows = [passage_row(each) for each in found[: limit + 1]]
    return PassagePage(tuple(rows[:limit]), rows[limit - 1].key if len(rows) > limit else None)


def in_yard(place: str) -> list[PassageRow]:
    """List the trucks inside, in the order in which they came in."""
    found = Passage.objects.filter(place=place, state__in=rules.IN_YARD).order_by("gate_in_at", "key")
    return [passage_row(each) for each in found]


def live_passage_of(plate: str, *, place: str, direction: str) -> PassageRow | None:
    """Find the live passage of a truck at a place in one direction."""
    found = Passage.objects.filter(
        place=place, direction=direction, plate_key=plate_key(plate), state__in=rules.LIVE
    ).first()
    return passage_row(found) if found else None


def came_untold(plate: str, *, place: str, after: datetime) -> PassageRow | None:
    """Find the passage of a truck that came after an instant from across, and went on, before anybody told of it."""
    found = Passage.objects.filter(
        place=place,
        direction="entry",
        plate_key=plate_key(plate),
        origin=None,
        queued_at__gte=after,
        state__in=(*rules.GONE, "turned_back", "transshipped_km0"),
    ).order_by("queued_at")
    first = found.first()
    return passage_row(first) if first else None


def tied_to(origin: str) -> list[PassageRow]:
    """List the passages here whose truck came from that passage on the other side, newest first."""
    return [passage_row(each) for each in Passage.objects.filter(origin=origin).order_by("-key")]


def speaks_for(actor: Actor, key: str, *, firm: str | None) -> bool:
    """Tell whether the actor may speak for a truck: an officer may, a declarant for his house, a station its own."""
    if actor.kind == Actor.DECLARANT:
        return firm == actor.firm_id
    return actor.kind != Actor.STATION or was_announced_by(_first(key), actor.key)


def _first(key: str) -> str:
    """Give the passage as which a truck was announced first, before any diversion, whoever kept its hours since."""
    while left := DivertedTruck.objects.filter(successor=key).values_list("passage", flat=True).first():
        key = left
    return key


def was_announced_by(key: str, actor: str) -> bool:
    """Tell whether that actor announced the passage."""
    return PassageEvent.objects.filter(passage=key, kind="announce", by=actor).exists()
