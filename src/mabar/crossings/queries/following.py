"""What the holder of a follow link may know of his truck.

The row has no field for what a stranger who finds the link may not learn: names, goods, firms, reasons, whole plates.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from itertools import groupby
from typing import Any, NamedTuple

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import FollowLink, Hold, Passage, PassageDeclaration, PassageEvent
from mabar.crossings.queries.appointments import AppointmentRow, appointments_of
from mabar.crossings.queries.turns import Queue, Waiting, queue

NOBODY = "0" * 64
BEFORE_GATE = ("announced", "queued")
QueueAt = Callable[[str, datetime], Queue]


class Truck(NamedTuple):
    """What is read of a truck to tell its driver of it; the whole row of a passage is several times as dear."""

    key: str
    place_id: str
    plate: str
    state: str
    gate: int | None
    seals: list[str]
    expected_at: datetime | None


_TRUCK_OF_A_LINK = tuple(f"passage__{name}" for name in Truck._fields)


@dataclass(frozen=True)
class Followed:
    """A truck as its driver's page tells of it at an instant; `desk` is None while nobody holds it, empty: he waits."""

    place: str
    plate: str
    state: str
    position: int | None
    of: int | None
    expected_at: datetime | None
    earliest_at: datetime | None
    latest_at: datetime | None
    n: int
    gate: int | None
    desk: str | None
    closed_since: datetime | None
    prepare: tuple[str, ...]
    ended_at: datetime | None
    ends_at: datetime | None
    at: datetime

    @property
    def is_held(self) -> bool:
        """Whether an agency keeps the truck; which one and why is not for this page."""
        return self.desk is not None

    @property
    def shown_state(self) -> str:
        """The state in a driver's words: held comes first, and whether a passage is closed is the office's matter."""
        return "held" if self.is_held else "gate_out" if self.state == "closed" else self.state


@dataclass(frozen=True)
class FollowLinkRow:
    """The link of a truck that is in force, for the officer: who gave it and when, never its token."""

    given_at: datetime
    given_by: str


def followed_by(digest: str, at: datetime, *, queue_at: QueueAt = queue) -> Followed:
    """Tell of the truck whose link has this digest.

    Args:
        queue_at: who gives the queue of a crossing; a page that many ask keeps it for a second.
    Raises:
        NothingToFollow: no link has it, it was withdrawn, or its time is over.
    """
    link = _links().filter(digest=digest).values_list("digest", *_TRUCK_OF_A_LINK).first()
    is_right = compare_digest(link[0] if link else NOBODY, digest)
    if link is None or not is_right:
        raise rules.NothingToFollow()
    truck = Truck(*link[1:])
    ended_at = _ended_at(truck)
    rules.check_followed(truck.state, ended_at=ended_at, at=at)
    waiting = queue_at(truck.place_id, at)
    if (truck.state == "queued") != (truck.key in waiting.by_key):  # it came or was let in after the queue was kept
        waiting = queue(truck.place_id, at)
    return _told(truck, ended_at, waiting, _read_beside([truck]))


def truck_followed(key: str, at: datetime) -> Followed:
    """Tell of a truck what the page of its link would, for the officer who reads it out.

    Raises:
        NoSuchRecord: no passage bears the key.
    """
    found = Passage.objects.filter(key=key).values_list(*Truck._fields).first()
    if found is None:
        raise NoSuchRecord(key=key)
    truck = Truck(*found)
    return _told(truck, _ended_at(truck), queue(truck.place_id, at), _read_beside([truck]))


def all_followed(at: datetime) -> Iterator[tuple[str, Followed]]:
    """Tell of each truck whose link is in force, with the digest of the link, by crossing."""
    still = Q(passage__state__in=rules.LIVE) | Q(ended_at__gt=at - rules.LINK_OUTLIVES)
    ended = _links().annotate(ended_at=Subquery(_ends(OuterRef("passage")))).filter(still)
    found = ended.order_by("passage__place", "passage").values_list("digest", "ended_at", *_TRUCK_OF_A_LINK)
    links = [(digest, ended_at, Truck(*read)) for digest, ended_at, *read in found]
    for place, each in groupby(links, key=lambda link: link[2].place_id):
        here, waiting = list(each), queue(place, at)
        beside = _read_beside([truck for *_, truck in here])
        for digest, ended_at, truck in here:
            yield digest, _told(truck, ended_at if truck.state not in rules.LIVE else None, waiting, beside)


def link_of(key: str) -> FollowLinkRow | None:
    """Give the link of a truck that nobody has withdrawn."""
    link = FollowLink.objects.filter(passage=key, withdrawn_at=None).first()
    return FollowLinkRow(link.given_at, link.given_by) if link else None


def _links() -> QuerySet[FollowLink]:
    return FollowLink.objects.filter(withdrawn_at=None)


def _ends(key: OuterRef | str) -> QuerySet[PassageEvent, Any]:
    """Ask when the truck's way through the crossing ended; what was corrected since has not happened."""
    ends = PassageEvent.objects.filter(passage=key, corrects=None, corrected_by=None, state_before__in=rules.LIVE)
    last = ends.exclude(state_after__in=rules.LIVE).exclude(state_after=F("state_before")).order_by("-pk")
    return last.values_list("at", flat=True)[:1]


def _ended_at(truck: Truck) -> datetime | None:
    return None if truck.state in rules.LIVE else _ends(truck.key).first()


@dataclass(frozen=True)
class _Beside:
    """What stands beside trucks, read for all of them at once: desks of who holds them, what they carry, hours."""

    desks: Mapping[str, Sequence[str]]
    declared: Collection[str]
    appointments: Mapping[str, AppointmentRow]


def _read_beside(trucks: Sequence[Truck]) -> _Beside:
    def keys(*states: str) -> list[str]:
        return [each.key for each in trucks if each.state in states]

    live, before, announced = keys(*rules.LIVE), keys(*BEFORE_GATE), keys("announced")
    return _Beside(
        _desks_of(live) if live else {},
        _declared(before) if before else (),
        appointments_of(announced) if announced else {},
    )


def _desks_of(keys: Sequence[str]) -> dict[str, list[str]]:
    """Give the desks that the open holds of trucks name, oldest first; of a hold that names none, an empty text."""
    found = Hold.objects.filter(passage__in=keys, lifted_at=None).order_by("placed_at", "pk")
    by_truck: dict[str, list[str]] = {}
    for key, desk in found.values_list("passage", "desk"):
        by_truck.setdefault(key, []).append(desk)
    return by_truck


def _declared(keys: Sequence[str]) -> set[str]:
    return set(PassageDeclaration.objects.filter(passage__in=keys).values_list("passage", flat=True))


def _told(truck: Truck, ended_at: datetime | None, waiting: Queue, beside: _Beside) -> Followed:
    is_live = truck.state in rules.LIVE
    turn = waiting.by_key.get(truck.key)
    goods = waiting.opening.get("goods")
    return Followed(
        place=truck.place_id,
        plate=rules.short_plate(truck.plate),
        state=truck.state,
        position=turn.position if turn else None,
        of=len(waiting.turns) if turn else None,
        **_hours(truck, turn, beside),
        n=waiting.pace.n,
        gate=truck.gate if is_live else None,
        desk=_desk(beside.desks.get(truck.key, ())) if is_live else None,
        closed_since=goods.at if is_live and goods is not None and not goods.is_open else None,
        prepare=_prepare(truck, beside),
        ended_at=ended_at,
        ends_at=rules.link_ends_at(truck.state, ended_at),
        at=waiting.at,
    )


def _hours(truck: Truck, turn: Waiting | None, beside: _Beside) -> dict[str, datetime | None]:
    """Give the expected hour with its interval; of a truck that has not come, the hour for which it is announced."""
    if turn is not None and turn.expected is not None:
        hours = turn.expected
        return {"expected_at": hours.at, "earliest_at": hours.earliest_at, "latest_at": hours.latest_at}
    announced = _announced_for(truck, beside.appointments.get(truck.key)) if truck.state == "announced" else None
    return {"expected_at": announced, "earliest_at": None, "latest_at": None}


def _announced_for(truck: Truck, appointment: AppointmentRow | None) -> datetime | None:
    return appointment.slot_at if appointment is not None and appointment.is_standing else truck.expected_at


def _prepare(truck: Truck, beside: _Beside) -> tuple[str, ...]:
    has_declaration = truck.key in beside.declared
    return rules.to_prepare(truck.state, has_declaration=has_declaration, has_seals=bool(truck.seals))


def _desk(desks: Sequence[str]) -> str | None:
    """Give the desk of the newest hold that names one, as the wall does; empty: wait; None: nobody holds the truck."""
    named = [desk for desk in desks if desk]
    return (named[-1] if named else "") if desks else None
