"""What the crossing across is told of a truck, where it is the node of a partner: in the act that it tells of."""

from datetime import datetime
from typing import Any

from mabar.crossings import messages, queries, rules
from mabar.crossings.models import FarSide, Passage, PassageEvent
from mabar.crossings.queries.transshipments import unloaded_onto
from mabar.exchange import outbox, receipts

PURPOSE = "crossing-control"
# The steps of the road; holds and clearings are this side's own.
ROAD = frozenset({"announce", "join_queue", "note_gate_in", "note_weight", "present", "note_gate_out", "turn_back"})


def tell_exit(passage: Passage, at: datetime) -> None:
    """Announce to the crossing across a truck that has left towards it."""
    if passage.direction != "exit" or (across := _across(passage)) is None:
        return
    notice = messages.ExitNotice(
        passage=passage.key,
        place=passage.place_id,
        plate=passage.plate,
        left_at=at,
        trailer_plate=passage.trailer_plate,
        carrier=passage.carrier,
        references=tuple(each.reference for each in passage.declarations.order_by("reference")),
        seals=tuple(passage.seals),
        events=_events(passage),
    )
    outbox.leave_for_partner(across, notice, purpose=PURPOSE, at=at)


def tell_exit_undone(passage: Passage, at: datetime) -> None:
    """Take back what an exit told."""
    if passage.direction == "exit" and (across := _across(passage)) is not None:
        undone = messages.ExitUndone(passage=passage.key, place=passage.place_id, at=at)
        outbox.leave_for_partner(across, undone, purpose=PURPOSE, at=at)


def tell_arrival(passage: Passage, state: str, at: datetime) -> None:
    """Tell where the truck came from that it has arrived, or that it has entered."""
    if (across := _where_it_came_from(passage)) is not None:
        heard = FarSide.objects.filter(passage=passage).values_list("message", flat=True)
        receipts.note_done(heard, at=at)
        notice = messages.ArrivalNotice(
            passage=passage.origin or "", place=passage.place_id, state=state, at=at, events=_events(passage)
        )
        outbox.leave_for_partner(across, notice, purpose=PURPOSE, at=at)


def tell_goods_entered(passage: Passage, at: datetime) -> None:
    """Tell of each truck whose goods went on with this one that they have entered, once the last of them has left."""
    for unloaded in Passage.objects.filter(key__in=unloaded_onto(passage.key)).order_by("key"):
        tell_arrival(unloaded, "entered", at)


def tell_refused(passage: Passage, reason: str, at: datetime) -> None:
    """Tell where the truck came from that it was not let in."""
    if (across := _where_it_came_from(passage)) is not None:
        refused = messages.EntryRefused(
            passage=passage.origin or "", place=passage.place_id, at=at, reason=reason, events=_events(passage)
        )
        outbox.leave_for_partner(across, refused, purpose=PURPOSE, at=at)


def tell_standing(passage: Passage, at: datetime) -> None:
    """Tell where the truck came from how far it is, when that becomes known after it has arrived."""
    if passage.state in (*rules.IN_YARD, "transshipped_km0"):
        tell_arrival(passage, "arrived", at)
    elif passage.state in rules.GONE:
        tell_arrival(passage, "entered", at)
    elif passage.state == "turned_back":
        told = PassageEvent.objects.filter(passage=passage, kind="turn_back", corrected_by=None).latest("pk")
        tell_refused(passage, told.facts.get("reason", ""), at)


def _across(passage: Passage) -> str | None:
    """Name the crossing across where a partner node works it."""
    across = queries.neighbour(passage.place_id)
    return across if across is not None and outbox.knows(across) else None


def _where_it_came_from(passage: Passage) -> str | None:
    is_told = passage.direction == "entry" and passage.origin
    return _across(passage) if is_told else None


def _events(passage: Passage) -> tuple[dict[str, Any], ...]:
    found = PassageEvent.objects.filter(passage=passage, kind__in=ROAD, corrected_by=None).order_by("pk")
    return tuple({"kind": each.kind, "at": each.at.isoformat()} for each in found)
