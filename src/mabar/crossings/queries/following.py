"""What the holder of a follow link may know of his truck.

The row has no field for what a stranger who finds the link may not learn: names, goods, firms, reasons, whole plates.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hmac import compare_digest
from itertools import groupby

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from mabar.base.rules import NoSuchRecord
from mabar.crossings import rules
from mabar.crossings.models import FollowLink, Passage, PassageEvent
from mabar.crossings.queries import holds, loads
from mabar.crossings.queries.appointments import AppointmentRow, appointments_of
from mabar.crossings.queries.rows import HoldRow
from mabar.crossings.queries.turns import Queue, Waiting, queue

NOBODY = "0" * 64
BEFORE_GATE = ("announced", "queued")
QueueAt = Callable[[str, datetime], Queue]


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
    link = _links().filter(digest=digest).first()
    is_right = compare_digest(link.digest if link else NOBODY, digest)
    if link is None or not is_right:
        raise rules.NothingToFollow()
    rules.check_followed(link.passage.state, ended_at=_ended_at(link), at=at)
    passage = link.passage
    waiting = queue_at(passage.place_id, at)
    if (passage.state == "queued") != (passage.key in waiting.by_key):  # it came or was let in after the queue was kept
        waiting = queue(passage.place_id, at)
    return _told(passage, _ended_at(link), waiting, _read_beside([passage]))


def truck_followed(key: str, at: datetime) -> Followed:
    """Tell of a truck what the page of its link would, for the officer who reads it out.

    Raises:
        NoSuchRecord: no passage bears the key.
    """
    passage = Passage.objects.annotate(ended_at=_end(OuterRef("key"))).filter(key=key).first()
    if passage is None:
        raise NoSuchRecord(key=key)
    ended_at = passage.ended_at if passage.state not in rules.LIVE else None
    return _told(passage, ended_at, queue(passage.place_id, at), _read_beside([passage]))


def all_followed(at: datetime) -> Iterator[tuple[str, Followed]]:
    """Tell of each truck whose link is in force, with the digest of the link, by crossing."""
    still = Q(passage__state__in=rules.LIVE) | Q(ended_at__gt=at - rules.LINK_OUTLIVES)
    found = _links().filter(still).order_by("passage__place", "passage")
    for place, links in groupby(found, key=lambda link: link.passage.place_id):
        here, waiting = list(links), queue(place, at)
        beside = _read_beside([link.passage for link in here])
        for link in here:
            yield link.digest, _told(link.passage, _ended_at(link), waiting, beside)


def link_of(key: str) -> FollowLinkRow | None:
    """Give the link of a truck that nobody has withdrawn."""
    link = FollowLink.objects.filter(passage=key, withdrawn_at=None).first()
    return FollowLinkRow(link.given_at, link.given_by) if link else None


def _links() -> QuerySet[FollowLink]:
    found = FollowLink.objects.filter(withdrawn_at=None).select_related("passage")
    return found.annotate(ended_at=_end(OuterRef("passage")))


def _end(key: OuterRef) -> Subquery:
    """Ask when the truck's way through the crossing ended; what was corrected since has not happened."""
    ends = PassageEvent.objects.filter(passage=key, corrects=None, corrected_by=None, state_before__in=rules.LIVE)
    last = ends.exclude(state_after__in=rules.LIVE).exclude(state_after=F("state_before")).order_by("-pk")
    return Subquery(last.values("at")[:1])


def _ended_at(link: FollowLink) -> datetime | None:
    ended_at: datetime | None = link.ended_at if link.passage.state not in rules.LIVE else None  # type: ignore[attr-defined]
    return ended_at


@dataclass(frozen=True)
class _Beside:
    """What stands beside trucks, read for all of them at once: who holds them, what they carry, their hours."""

    holds: Mapping[str, Sequence[HoldRow]]
    declared: Collection[str]
    appointments: Mapping[str, AppointmentRow]


def _read_beside(passages: Sequence[Passage]) -> _Beside:
    def keys(*states: str) -> list[str]:
        return [each.key for each in passages if each.state in states]

    return _Beside(
        holds.open_by_passage(keys(*rules.LIVE)),
        loads.links_by_passage(keys(*BEFORE_GATE)).keys(),
        appointments_of(keys("announced")),
    )


def _told(passage: Passage, ended_at: datetime | None, waiting: Queue, beside: _Beside) -> Followed:
    is_live = passage.state in rules.LIVE
    turn = waiting.by_key.get(passage.key)
    goods = waiting.opening.get("goods")
    return Followed(
        place=passage.place_id,
        plate=rules.short_plate(passage.plate),
        state=passage.state,
        position=turn.position if turn else None,
        of=len(waiting.turns) if turn else None,
        **_hours(passage, turn, beside),
        n=waiting.pace.n,
        gate=passage.gate if is_live else None,
        desk=_desk(beside.holds.get(passage.key, ())) if is_live else None,
        closed_since=goods.at if is_live and goods is not None and not goods.is_open else None,
        prepare=_prepare(passage, beside),
        ended_at=ended_at,
        ends_at=rules.link_ends_at(passage.state, ended_at),
        at=waiting.at,
    )


def _hours(passage: Passage, turn: Waiting | None, beside: _Beside) -> dict[str, datetime | None]:
    """Give the expected hour with its interval; of a truck that has not come, the hour for which it is announced."""
    if turn is not None and turn.expected is not None:
        hours = turn.expected
        return {"expected_at": hours.at, "earliest_at": hours.earliest_at, "latest_at": hours.latest_at}
    announced = _announced_for(passage, beside.appointments.get(passage.key)) if passage.state == "announced" else None
    return {"expected_at": announced, "earliest_at": None, "latest_at": None}


def _announced_for(passage: Passage, appointment: AppointmentRow | None) -> datetime | None:
    return appointment.slot_at if appointment is not None and appointment.is_standing else passage.expected_at


def _prepare(passage: Passage, beside: _Beside) -> tuple[str, ...]:
    has_declaration = passage.key in beside.declared
    return rules.to_prepare(passage.state, has_declaration=has_declaration, has_seals=bool(passage.seals))


def _desk(found: Sequence[HoldRow]) -> str | None:
    """Give the desk of the newest hold that names one, as the wall does; empty: wait; None: nobody holds the truck."""
    named = [hold.desk for hold in found if hold.desk]
    return (named[-1] if named else "") if found else None
