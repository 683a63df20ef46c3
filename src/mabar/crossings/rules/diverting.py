"""Diversion: a closed crossing's trucks go to another one, by the hours that it can take them.  Pure.

Source: field practice of 2024, when a closed crossing's trucks needed permits to change the declared route; the terms
below are the product's first values and belong to the administration.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from mabar.crossings.rules import diverted
from mabar.crossings.rules.diverting_refusals import (
    AboveCapacity,
    AnsweredAlready,
    CrossingOpen,
    DiversionMovedOn,
    HourTooFar,
    NoHourFree,
    NothingOffered,
    OfferExpired,
    OtherAdministration,
    TargetClosed,
)
from mabar.crossings.rules.hours import Hours, hour_text

STATES = ("proposed", "accepted", "refused", "withdrawn")
TRANSITIONS: Mapping[tuple[str, str], str] = {
    ("", "propose_diversion"): "proposed",
    ("proposed", "accept_diversion"): "accepted",
    ("proposed", "refuse_diversion"): "refused",
    ("proposed", "withdraw_diversion"): "withdrawn",
    # what was not given an hour may be given one later, be refused or be withdrawn; what was kept stays kept
    ("accepted", "accept_diversion"): "accepted",
    ("accepted", "refuse_diversion"): "refused",
    ("accepted", "withdraw_diversion"): "withdrawn",
    # a refusal leaves the hours that were offered before it open
    ("refused", "withdraw_diversion"): "withdrawn",
}
DIVERTIBLE = ("announced", "queued")  # a truck that has come in is let through or turned back where it is

HOUR = timedelta(hours=1)
# The least time that a carrier has for his answer before he would have to leave.
LEAST_TO_ANSWER = timedelta(minutes=30)
MOST_AN_HOUR, MOST_HOURS, LONGEST_ROAD_HOURS = 500, 72, 96
FURTHEST_DAYS = 31  # nobody is sent away for an hour further ahead


def after(act: str, state: str, *, now: int = 0, seen: int | None = None) -> str:
    """Give the state of a diversion that follows `act`.

    Args:
        seen: the version that the actor saw; another officer may have written to it since, which makes it `now`.
    Raises:
        DiversionMovedOn: the act has no place in this state, or the versions differ.
    """
    if (state, act) not in TRANSITIONS or (seen is not None and seen != now):
        raise DiversionMovedOn(verb=act, state=state)
    return TRANSITIONS[state, act]


def check_closed(*, is_open: bool) -> None:
    """Refuse to send trucks away from a crossing that is not stated to be closed to goods.

    Raises:
        CrossingOpen.
    """
    if is_open:
        raise CrossingOpen()


def check_target_open(place: str, *, is_open: bool, reason: str) -> None:
    """Refuse to send trucks to a crossing that is closed to goods itself.

    Raises:
        TargetClosed: with the stated reason.
    """
    if not is_open:
        raise TargetClosed(place=place, reason=reason or "–")


def check_target(place: str, target: str) -> None:
    """Refuse a target that is the crossing itself, or another administration's.

    Raises:
        OtherAdministration.
    """
    if place == target or place.partition(".")[0] != target.partition(".")[0]:
        raise OtherAdministration(place=place, target=target)


def check_capacity(an_hour: int, *, stated: int) -> None:
    """Refuse to take more trucks an hour than the crossing has stated that it can.

    Raises:
        AboveCapacity: names both.
    """
    if not 0 < an_hour <= stated:
        raise AboveCapacity(an_hour=an_hour, stated=stated)


def check_offered(
    state: str | None,
    *,
    answer_by: datetime | None,
    answered_at: datetime | None,
    at: datetime,
    zone: ZoneInfo,
) -> None:
    """Refuse an answer to an offer that does not stand.

    Raises:
        NothingOffered: none was made, or it was taken back.
        AnsweredAlready: it was kept or declined before.
        OfferExpired: its time is over.
    """
    if state in (diverted.KEPT, "declined") and answered_at is not None:
        raise AnsweredAlready(state=state, at=hour_text(zone, answered_at))
    if answer_by is not None and (state == "expired" or (state == diverted.OFFERED and at > answer_by)):
        raise OfferExpired(at=hour_text(zone, answer_by))
    if state != diverted.OFFERED:
        raise NothingOffered()


def first_hour(at: datetime, *, road_hours: int, not_before: datetime | None, zone: ZoneInfo) -> datetime:
    """Give the first full hour, by the receiving crossing's clock, that a truck can still reach after answering."""
    reached = at + LEAST_TO_ANSWER + road_hours * HOUR
    local = max(reached, not_before or reached).astimezone(zone)
    full = local.replace(minute=0, second=0, microsecond=0)
    return (full if full == local else full + HOUR).astimezone(at.tzinfo)


def check_not_before(not_before: datetime | None, *, at: datetime, zone: ZoneInfo) -> None:
    """Refuse to begin further ahead than hours are given.

    Raises:
        HourTooFar: names the hour by the receiving crossing's clock.
    """
    if not_before is not None and not_before > at + timedelta(days=FURTHEST_DAYS):
        raise HourTooFar(at=hour_text(zone, not_before), days=FURTHEST_DAYS)


def answer_by(slot_at: datetime, *, road_hours: int) -> datetime:
    """Give the instant until which an answer counts: when the truck would have to leave."""
    return slot_at - road_hours * HOUR


def room(an_hour: int, *, stated: int, taken: int) -> int:
    """Give how many trucks an hour still takes: never more than were stated for it in all."""
    return max(min(an_hour, stated - taken), 0)


def hours_of_work(first_at: datetime, *, count: int, work: Hours) -> Iterator[datetime]:
    """Give so many hours, from the first on, at which the receiving crossing works; none beyond the furthest day."""
    ahead = (first_at + number * HOUR for number in range(FURTHEST_DAYS * 24))
    return islice(filter(work.works_at, ahead), count)


def hours(
    waiting: int, *, slots: Iterable[datetime], an_hour: int, stated: int, taken: Mapping[datetime, int]
) -> Iterator[tuple[datetime, int]]:
    """Give for each hour how many of the trucks that wait are taken in it, in their order.

    Args:
        slots: the hours that are given.
        taken: how many trucks of all diversions each hour has already.
    """
    for slot_at in slots:
        given = min(room(an_hour, stated=stated, taken=taken.get(slot_at, 0)), waiting)
        waiting -= given
        yield slot_at, given


def assign(keys: Sequence[str], plan: Sequence[tuple[datetime, int]]) -> list[tuple[datetime, Sequence[str]]]:
    """Hand out the hours of a plan in the order of the queue; hours that nobody gets are left away.

    Raises:
        NoHourFree: not one truck gets an hour.
    """
    given, begun = [], 0
    for slot_at, count in plan:
        if count:
            given.append((slot_at, keys[begun : begun + count]))
            begun += count
    if not given:
        raise NoHourFree()
    return given
