"""The crossing itself: its gates, its opening, its lanes."""

from collections.abc import Sequence
from datetime import date, datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import atlas, rules
from mabar.crossings.models import Crossing, Lane, OpeningEvent, WorkingHours


def establish(actor: Actor, place: str, *, gates: int, at: datetime, office_code: str = "") -> Crossing:
    """Make a place of this node a crossing, or change its gates and office; names and position come from the list.

    Raises:
        NotMandated.
        NoSuchRecord: the node has no such place.
    """
    with journal.writes(actor, "crossings.establish", place, at=at, place=place, gates=gates, office=office_code):
        mandates.require(actor, "crossings.establish", place=place)
        if not Place.objects.filter(code=place).exists():
            raise NoSuchRecord(key=place)
        facts = _listed(place) | {"gates": gates, "office_code": office_code}
        crossing, _ = Crossing.objects.update_or_create(place_id=place, defaults=facts)
    return crossing


def _listed(place: str) -> dict[str, object]:
    listed = {each.code: each for each in atlas.crossings()}.get(place)
    if listed is None:
        return {}
    position = listed.position
    return {
        "aliases": list(listed.aliases),
        "latitude": str(position.latitude_deg) if position else None,
        "longitude": str(position.longitude_deg) if position else None,
    }


def change_opening(actor: Actor, place: str, *, kind: str, is_open: bool, reason: str, at: datetime) -> OpeningEvent:
    """Open or close the crossing to goods or to persons from `at`; the reason is read by everybody.

    Raises:
        NotMandated, ReasonMissing.
        NoSuchRecord: the place is no crossing of this node.
    """
    facts = {"kind": kind, "is_open": is_open, "reason": reason}
    with journal.writes(actor, "crossings.change_opening", place, at=at, place=place, **facts):
        mandates.require(actor, "crossings.change_opening", place=place)
        crossing = _locked(place)
        return OpeningEvent.objects.create(
            crossing=crossing, kind=kind, is_open=is_open, at=at, reason=rules.check_reason(reason), by=actor.key
        )


def change_lane(
    actor: Actor,
    place: str,
    *,
    number: int,
    is_open: bool,
    at: datetime,
    note: str = "",
    colours: Sequence[str] | None = None,
) -> Lane:
    """Open or close a lane; `colours` says anew which trucks drive to it, and a new lane must name them.

    Raises:
        NotMandated.
        NoSuchRecord: no such crossing, or no such lane and no colours for a new one.
    """
    facts = {"number": number, "is_open": is_open, "note": note, "colours": colours}
    with journal.writes(actor, "crossings.change_lane", place, at=at, place=place, **facts):
        mandates.require(actor, "crossings.change_lane", place=place)
        crossing = _locked(place)
        lane = crossing.lanes.filter(number=number).first()
        if colours is None and lane is None:
            raise NoSuchRecord(key=number)
        lane = lane or Lane(crossing=crossing, number=number)
        lane.is_open, lane.note = is_open, note.strip()
        lane.colours = lane.colours if colours is None else [colour for colour in rules.LANES if colour in colours]
        lane.save()
    return lane


def state_hours(
    actor: Actor,
    place: str,
    *,
    from_on: date,
    weekdays: Sequence[int],
    opens_minute: int,
    closes_minute: int,
    at: datetime,
) -> WorkingHours:
    """State when the crossing works from a day on, on its own clock; stated again for that day, the newer one counts.

    Times of release are told within these hours too.  They stop no truck: only a closure does.

    Raises:
        NotMandated, HoursUnfit.
        NoSuchRecord: the place is no crossing of this node.
    """
    hours = {"opens_minute": opens_minute, "closes_minute": closes_minute}
    days = {"from_on": from_on, "weekdays": sorted(set(weekdays))}
    with journal.writes(actor, "crossings.state_hours", place, at=at, place=place, **days, **hours):
        mandates.require(actor, "crossings.state_hours", place=place)
        crossing = _locked(place)
        days["weekdays"] = list(rules.check_hours(weekdays=weekdays, **hours))
        stated, _ = WorkingHours.objects.update_or_create(
            crossing=crossing, from_on=from_on, defaults={**days, **hours, "at": at, "by": actor.key}
        )
    return stated


def _locked(place: str) -> Crossing:
    crossing = Crossing.objects.select_for_update().filter(place=place).first()
    if crossing is None:
        raise NoSuchRecord(key=place)
    return crossing
