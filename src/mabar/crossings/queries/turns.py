"""The order of the queue and its expected hours: every screen that shows a truck's place asks here."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from itertools import takewhile
from typing import Any

from django.db.models import Exists, OuterRef

from mabar.base.models import Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings.models import ExceptionFromOrder, Hold, Passage, QueueTerms
from mabar.crossings.queries.places import OpeningRow, opening_now
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.crossings.rules import order, slots, waits
from mabar.crossings.rules.hours import Hours


@dataclass(frozen=True)
class ExceptionRow:
    """That an officer called a truck forward or put it back; `withdrawn_at` is None while it stands."""

    passage: str
    plate: str
    act: str
    reason: str
    words: str
    by: str
    at: datetime
    withdrawn_by: str
    withdrawn_at: datetime | None
    withdrawn_words: str


@dataclass(frozen=True)
class Waiting:
    """A truck's turn, its place in the queue, and what stands of exceptions; `expected` is None where nobody knows."""

    position: int
    turn: order.Turn
    exception: ExceptionRow | None
    expected: waits.Expected | None


@dataclass(frozen=True)
class Queue:
    """The queue of a crossing in its order, and the pace of the gate from which its hours are reckoned."""

    place: str
    at: datetime
    opening: Mapping[str, OpeningRow]
    terms: slots.Terms | None
    is_letting_in: bool
    pace: waits.Estimate
    turns: tuple[Waiting, ...]

    @cached_property
    def by_key(self) -> Mapping[str, Waiting]:
        """The turns by the key of the passage."""
        return {each.turn.key: each for each in self.turns}


def queue(place: str, at: datetime) -> Queue:
    """Give the queue of a crossing, in its published order, with its expected hours."""
    terms, hours = stated_terms(place, at)
    pace = pace_of(place, at, hours)
    opening = opening_now(place, at)
    goods = opening.get("goods")
    # nobody is let in while the crossing is closed to goods, and nobody knows until when
    is_open = goods is None or goods.is_open
    known = pace if is_open else waits.Estimate(pace.n)
    excepted = standing_exceptions(place)
    turns = tuple(
        Waiting(position, turn, excepted.get(turn.key), waits.expected(known, position, at=at, hours=hours))
        for position, turn in enumerate(order.in_order(turns_of(place, excepted)), start=1)
    )
    return Queue(place, at, opening, terms, is_open and hours.works_at(at), pace, turns)


def stated_terms(place: str, at: datetime) -> tuple[slots.Terms | None, Hours]:
    """Give what a crossing has stated of its slots, None where it has not, and its hours: else round the clock."""
    stated = QueueTerms.objects.filter(crossing=place, at__lte=at).order_by("-at", "-pk")
    row = stated.select_related("crossing__place").first()
    if row is None:
        return None, Hours(Place.objects.get(code=place).clock)
    hours = Hours(row.crossing.place.clock, tuple(row.days), row.opens_min, row.closes_min)
    return slots.Terms(hours, row.slot_min, row.trucks_a_slot, row.tolerance_min), hours


def pace_of(place: str, at: datetime, hours: Hours) -> waits.Estimate:
    """Estimate from the gate-ins of the last hours of work how often a truck is let in."""
    since = hours.before(at, waits.RECENT)
    found = Passage.objects.filter(place=place, gate_in_at__lte=at, gate_in_at__gt=since, queued_at__isnull=False)
    stamps = found.order_by("-gate_in_at").values_list("gate_in_at", "queued_at")[: waits.MOST_GATE_INS]
    gate_ins = [waits.GateIn(in_at, came_at) for in_at, came_at in stamps if in_at and came_at]
    return waits.estimate(gate_ins, at=at, hours=hours)


def standing_exceptions(place: str) -> dict[str, ExceptionRow]:
    """Give the exceptions that stand for trucks in the queue, by passage."""
    found = ExceptionFromOrder.objects.filter(passage__place=place, passage__state="queued", withdrawn_at=None)
    return {each.passage_id: exception_row(each) for each in found.select_related("passage")}


def turns_of(place: str, excepted: Mapping[str, ExceptionRow]) -> list[order.Turn]:
    """Read the trucks in the queue as the rule sees them."""
    fields = ("key", "queued_at", "appointment__state", "appointment__slot_at", "appointment__lapses_at")
    found = Passage.objects.filter(place=place, state="queued").values_list(*fields)
    return [_turn(row, excepted.get(row[0])) for row in found]


def _turn(row: tuple[Any, ...], excepted: ExceptionRow | None) -> order.Turn:
    key, came_at, state, slot_at, lapses_at = row
    is_kept = state == slots.KEPT
    act = excepted.act if excepted else ""
    return order.Turn(
        key,
        came_at,
        slot_at=slot_at if is_kept else None,
        lapses_at=lapses_at if is_kept else None,
        called_at=excepted.at if excepted and act == order.FORWARD else None,
        put_back_at=excepted.at if excepted and act == order.BACK else None,
    )


def awaiting_gate_in(place: str) -> list[PassageRow]:
    """List the trucks in the queue, in their order."""
    keys = [turn.key for turn in order.in_order(turns_of(place, standing_exceptions(place)))]
    found = Passage.objects.in_bulk(keys)
    return [passage_row(found[key]) for key in keys if key in found]


def passed_by(key: str) -> int:
    """Count the trucks that stand before one at its gate, and that no agency holds.

    Raises:
        NoSuchRecord: no passage bears the key.
    """
    passage = Passage.objects.filter(key=key).first()
    if passage is None:
        raise NoSuchRecord(key=key)
    turns = order.in_order(turns_of(passage.place_id, standing_exceptions(passage.place_id)))
    before = list(takewhile(lambda key: key != passage.key, (turn.key for turn in turns)))
    held = Hold.objects.filter(passage=OuterRef("key"), lifted_at=None)
    return Passage.objects.filter(~Exists(held), key__in=before, gate=passage.gate).count()


def exception_row(found: ExceptionFromOrder) -> ExceptionRow:
    """Make the row of an exception, whose passage has been read with it."""
    same = {
        name: getattr(found, name) for name in ExceptionRow.__dataclass_fields__ if name not in ("passage", "plate")
    }
    return ExceptionRow(passage=found.passage_id, plate=found.passage.plate, **same)


_SAME = tuple(name for name in ExceptionRow.__dataclass_fields__ if name not in {"passage", "plate"})
