"""Diversions: which trucks could go, which hours are free, who has answered what."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q

from mabar.base.models import Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import Crossing, Diversion, DivertedTruck, Hold, Passage
from mabar.crossings.queries import places
from mabar.crossings.queries.rows import PassageRow, passage_row
from mabar.crossings.queries.turns import awaiting_gate_in, stated_terms
from mabar.crossings.rules import diverted, diverting
from mabar.exchange import outbox

MOST = 50
DIVERTIBLE = diverting.DIVERTIBLE


@dataclass(frozen=True)
class DiversionRow:
    """A diversion, and how many of its trucks are in each state."""

    key: str
    place: str
    target: str
    direction: str
    reason: str
    road_hours: int
    state: str
    proposed_by: str
    proposed_at: datetime
    answered_by: str
    answered_at: datetime | None
    answer: str
    version: int
    partner: str
    counts: Mapping[str, int]

    @property
    def trucks(self) -> int:
        """How many trucks it has."""
        return sum(self.counts.values())

    def offers(self, act: str) -> bool:
        """Tell whether an act has a place now: the state allows it, and it would change some truck."""
        is_in_turn = (self.state, act) in diverting.TRANSITIONS
        if self.partner and self.partner == (self.place if act == "withdraw_diversion" else self.target):
            return False  # the other node's act
        return is_in_turn and any(self.counts[state] for state in diverted.changed_by(act))


@dataclass(frozen=True)
class DivertedRow:
    """A truck of a diversion; `passage_state` tells where it is now, whatever was offered to it."""

    number: int
    passage: str
    plate: str
    direction: str
    passage_state: str
    state: str
    slot_at: datetime | None
    answer_by: datetime | None
    answered_by: str
    answered_at: datetime | None
    successor: str | None

    @property
    def is_there(self) -> bool:
        """Whether the truck still waits at the closed crossing."""
        return self.passage_state in diverting.DIVERTIBLE


@dataclass(frozen=True)
class HourRow:
    """An hour of the receiving crossing: what it had taken before, and what it would be given."""

    slot_at: datetime
    taken: int
    given: int


@dataclass(frozen=True)
class Offer:
    """What was offered to a truck, with the diversion it is part of."""

    diversion: str
    place: str
    target: str
    reason: str
    road_hours: int
    truck: DivertedRow

    def stands(self, at: datetime) -> bool:
        """Tell whether an answer would be taken now."""
        return self.truck.state == diverted.OFFERED and at <= (self.truck.answer_by or at)


def capacity(place: str) -> int:
    """Give how many trucks an hour a crossing has stated that it takes from closed ones; 0 where it has stated none."""
    return Crossing.objects.filter(place=place).values_list("diverted_an_hour", flat=True).first() or 0


def sisters(place: str) -> list[Place]:
    """List the other crossings of the same administration at this node."""
    country = place.partition(".")[0]
    return [each for each in places.crossing_places() if each.administration_id == country and each.code != place]


def far_sisters(place: str) -> list[Place]:
    """List the crossings of the same administration that nodes of their own work, which this one knows."""
    country = place.partition(".")[0]
    known = [code for code in outbox.partners_of(country) if code != place]
    here = {each.code for each in places.crossing_places()}
    return list(Place.objects.filter(code__in=[code for code in known if code not in here]).order_by("code"))


def is_open(place: str, at: datetime) -> tuple[bool, str]:
    """Tell whether a crossing is open to goods, with the reason; where nothing was entered it is."""
    goods = places.opening_now(place, at).get("goods")
    return (goods.is_open, goods.reason) if goods else (True, "")


def waiting(place: str) -> list[PassageRow]:
    """List the trucks that have not come in: the queue in its order, then the announced as they are expected."""
    announced = Passage.objects.filter(place=place, state="announced")
    rows = sorted(map(passage_row, announced), key=lambda row: (row.expected_at or row.announced_at, row.key))
    return [*awaiting_gate_in(place), *rows]


def divertible(place: str, direction: str = "") -> list[PassageRow]:
    """List the trucks that could be proposed now: waiting, in that direction, held by nobody, in no other proposal."""
    proposed = DivertedTruck.objects.filter(passage__place=place, state__in=diverted.OPEN)
    held = Hold.objects.filter(passage__place=place, lifted_at=None)
    bound = {*proposed.values_list("passage", flat=True), *held.values_list("passage", flat=True)}
    return [row for row in waiting(place) if row.key not in bound and direction in ("", row.direction)]


def diversions(place: str, *, limit: int = MOST) -> list[DiversionRow]:
    """List the diversions from a crossing and to it, newest first."""
    found = Diversion.objects.filter(Q(place=place) | Q(target=place)).order_by("-key")[:limit]
    return _rows(found)


def diversion(key: str) -> DiversionRow:
    """Give a diversion.

    Raises:
        NoSuchRecord: none bears the key.
    """
    found = _rows(Diversion.objects.filter(key=key))
    if not found:
        raise NoSuchRecord(key=key)
    return found[0]


def _rows(found: Any) -> list[DiversionRow]:
    every = list(found)
    counted = DivertedTruck.objects.filter(diversion__in=[each.key for each in every]).values("diversion", "state")
    counts: dict[str, dict[str, int]] = {each.key: dict.fromkeys(diverted.STATES, 0) for each in every}
    for row in counted.annotate(n=Count("pk")).order_by():
        counts[row["diversion"]][row["state"]] = row["n"]
    return [
        DiversionRow(
            place=each.place_id,
            target=each.target_id,
            counts=counts[each.key],
            **{name: getattr(each, name) for name in _SAME},
        )
        for each in every
    ]


_SAME = tuple(name for name in DiversionRow.__dataclass_fields__ if name not in {"place", "target", "counts"})


def trucks_of(key: str) -> list[DivertedRow]:
    """List the trucks of a diversion: those with an hour by hour, then the others in the order of the queue."""
    found = DivertedTruck.objects.filter(diversion=key).select_related("passage")
    return [_truck(each) for each in found.order_by(F("slot_at").asc(nulls_last=True), "number")]


# What of a truck at a partner's node follows from what that node has told.
FAR_STATES: Mapping[str, str] = {diverted.KEPT: diverted.DIVERTED}


def _truck(each: DivertedTruck) -> DivertedRow:
    return DivertedRow(
        number=each.number,
        passage=each.key,
        plate=each.passage.plate if each.passage else each.plate,
        direction=each.passage.direction if each.passage else each.direction,
        passage_state=each.passage.state if each.passage else FAR_STATES.get(each.state, "announced"),
        state=each.state,
        slot_at=each.slot_at,
        answer_by=each.answer_by,
        answered_by=each.answered_by,
        answered_at=each.answered_at,
        successor=each.successor_id,
    )


def awaiting_an_hour(key: str, place: str) -> list[str]:
    """Give the trucks of a diversion that could be offered an hour, in the order of the queue as it is now.

    Those of a partner's node stand in the order in which it has told them.
    """
    proposed = DivertedTruck.objects.filter(diversion=key, state=diverted.PROPOSED)
    far = list(proposed.exclude(far_passage="").order_by("number").values_list("far_passage", flat=True))
    if far:
        return far
    held = set(Hold.objects.filter(passage__place=place, lifted_at=None).values_list("passage", flat=True))
    keys = set(proposed.values_list("passage", flat=True)) - held
    return [row.key for row in waiting(place) if row.key in keys]


def taken(place: str, from_at: datetime) -> Mapping[datetime, int]:
    """Count by hour what a crossing has offered, or has been kept there, of all diversions.

    An offer to a truck that has gone on where it was, and a kept hour of a truck that will not come, are free again.
    """
    found = DivertedTruck.objects.filter(diversion__target=place, slot_at__gte=from_at)
    offered = Q(state=diverted.OFFERED, passage__state__in=diverting.DIVERTIBLE)
    offered |= Q(state=diverted.OFFERED, passage__isnull=True)
    kept = Q(state=diverted.KEPT, successor__state__in=[*rules.LIVE, *rules.GONE])
    return Counter(at for at in found.filter(offered | kept).values_list("slot_at", flat=True) if at is not None)


def hours_for(
    row: DiversionRow, *, an_hour: int, hours: int, not_before: datetime | None, at: datetime
) -> list[HourRow]:
    """Work out what an acceptance would give hour by hour, of the hours at which the receiving crossing works.

    Raises:
        HourTooFar.
    """
    _terms, work = stated_terms(row.target, at)
    diverting.check_not_before(not_before, at=at, zone=work.zone)
    first_at = diverting.first_hour(at, road_hours=row.road_hours, not_before=not_before, zone=work.zone)
    had = taken(row.target, first_at)
    plan = diverting.hours(
        len(awaiting_an_hour(row.key, row.place)),
        slots=diverting.hours_of_work(first_at, count=hours, work=work),
        an_hour=an_hour,
        stated=capacity(row.target),
        taken=had,
    )
    return [HourRow(slot_at, had.get(slot_at, 0), given) for slot_at, given in plan]


def hours_given(trucks: Sequence[DivertedRow]) -> list[tuple[datetime, Mapping[str, int]]]:
    """Count the trucks of a diversion by hour and state."""
    by_hour: dict[datetime, dict[str, int]] = {}
    for each in trucks:
        if each.slot_at is not None:
            counts = by_hour.setdefault(each.slot_at, dict.fromkeys(diverted.STATES, 0))
            counts[each.state] += 1
    return sorted(by_hour.items())


def offer_to(passage: str) -> Offer | None:
    """Give the newest place of a truck in a diversion from where it is, whatever became of it."""
    return _offer(DivertedTruck.objects.filter(passage=passage).order_by("-pk"))


def offer_kept_as(passage: str) -> Offer | None:
    """Give the offer that led to a passage at the new crossing; None where the truck came by itself."""
    return _offer(DivertedTruck.objects.filter(successor=passage))


def _offer(found: Any) -> Offer | None:
    each = found.select_related("passage", "diversion").first()
    if each is None:
        return None
    diversion = each.diversion
    return Offer(
        diversion=diversion.key,
        place=diversion.place_id,
        target=diversion.target_id,
        reason=diversion.reason,
        road_hours=diversion.road_hours,
        truck=_truck(each),
    )
