"""The trucks of a closed crossing are proposed to another one, which takes them by the hour or refuses."""

from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor, Place
from mabar.base.rules import NoSuchRecord
from mabar.crossings import diversion_news, diversions, rules
from mabar.crossings.models import Crossing, Diversion, DivertedTruck
from mabar.crossings.queries import diverting as queries
from mabar.crossings.rules import diverted, diverting
from mabar.crossings.rules.diverting_refusals import NothingToDivert
from mabar.exchange import outbox


def state_capacity(actor: Actor, place: str, *, an_hour: int, at: datetime) -> Crossing:
    """State how many trucks an hour a crossing takes from closed ones; hours that were given stand.

    Raises:
        NotMandated.
        NoSuchRecord: the place is no crossing of this node.
    """
    with journal.writes(actor, "crossings.state_capacity", place, at=at, place=place, an_hour=an_hour) as line:
        mandates.require(actor, "crossings.state_capacity", place=place)
        crossing = _locked(place)
        line.note(before=crossing.diverted_an_hour)
        crossing.diverted_an_hour = an_hour
        crossing.save(update_fields=["diverted_an_hour"])
    return crossing


def _locked(place: str) -> Crossing:
    crossing = Crossing.objects.select_for_update().filter(place=place).first()
    if crossing is None:
        raise NoSuchRecord(key=place)
    return crossing


def propose_diversion(
    actor: Actor,
    key: str,
    *,
    place: str,
    target: str,
    reason: str,
    road_hours: int,
    at: datetime,
    direction: str = "",
) -> Diversion:
    """Propose, under the new key `key`, every waiting truck of a closed crossing to another one of the administration.

    Trucks that an agency holds, and those in a proposal already, are left out.

    Raises:
        NotMandated, CrossingOpen, TargetClosed, OtherAdministration, ReasonMissing, NothingToDivert.
        NoSuchRecord: one of the places is no crossing of this node.
    """
    with journal.writes_many(actor, "crossings.propose_diversion", at=at, place=place) as lines:
        mandates.require(actor, "crossings.propose_diversion", place=place)
        told = {"target_id": target, "reason": rules.check_reason(reason), "road_hours": road_hours}
        _check_ways(place, target, at)
        found = queries.divertible(place, direction)
        if not found:
            raise NothingToDivert(place=place)
        diversion = Diversion.objects.create(
            key=key,
            place_id=place,
            direction=direction,
            state=diverting.after("propose_diversion", ""),
            proposed_by=actor.key,
            proposed_at=at,
            partner=_partner(target),
            **told,
        )
        DivertedTruck.objects.bulk_create(
            DivertedTruck(diversion=diversion, passage_id=row.key, number=number, state=diverted.PROPOSED)
            for number, row in enumerate(found, start=1)
        )
        lines.extend(_told(actor, diversion, "propose_diversion", at=at, reason=reason, direction=direction))
        diversion_news.tell_proposed(diversion, at)
    return diversion


def _check_ways(place: str, target: str, at: datetime) -> None:
    """See that the one crossing is closed and the other is not; the lock lets one officer propose at a time."""
    _locked(place)
    diverting.check_target(place, target)
    if not _is_here(target) and not _partner(target):
        raise NoSuchRecord(key=target)
    diverting.check_closed(is_open=queries.is_open(place, at)[0])
    diversions.check_target_open(target, at)


def _is_here(target: str) -> bool:
    return Crossing.objects.filter(place=target).exists()


def _partner(target: str) -> str:
    """Name the node that works the receiving crossing; empty where this one does, or nobody that it knows."""
    is_known = not _is_here(target) and outbox.knows(target) and Place.objects.filter(code=target).exists()
    return target if is_known else ""


def _told(actor: Actor, diversion: Diversion, act: str, *, at: datetime, **facts: Any) -> list[journal.OpenLine]:
    trucks = list(diversion.trucks.select_related("passage").order_by("number"))
    diversions.note(actor, trucks, act, at=at, facts={"diversion": diversion.key, "to": diversion.target_id})
    return diversions.lines(actor, diversion, trucks, f"crossings.{act}", at=at, **facts)


def accept_diversion(
    actor: Actor,
    key: str,
    *,
    an_hour: int,
    hours: int,
    at: datetime,
    not_before: datetime | None = None,
    version: int | None = None,
) -> Diversion:
    """Offer hours at the receiving crossing to the trucks of a diversion, in the order of their queue.

    Those for whom the hours do not suffice go on waiting for one: here later, or at another crossing.

    Args:
        hours: how many hours are given, from the first that a truck can reach, or from `not_before` on.
    Raises:
        NotMandated, DiversionMovedOn, TargetClosed, AboveCapacity, HourTooFar, NoHourFree.
    """
    with journal.writes_many(actor, "crossings.accept_diversion", at=at) as lines:
        diversion = diversions.take(key)
        mandates.require(actor, "crossings.accept_diversion", place=diversion.target_id)
        stated = _locked(diversion.target_id).diverted_an_hour
        diversions.step(diversion, "accept_diversion", seen=version, answered_by=actor.key, answered_at=at)
        diversions.check_target_open(diversion.target_id, at)
        diverting.check_capacity(an_hour, stated=stated)
        terms: dict[str, Any] = {"an_hour": an_hour, "hours": hours, "not_before": not_before}
        plan = queries.hours_for(queries.diversion(key), at=at, **terms)
        keys = queries.awaiting_an_hour(key, diversion.place_id)
        trucks = _offered(actor, diversion, keys, [(hour.slot_at, hour.given) for hour in plan], at=at)
        lines.extend(diversions.lines(actor, diversion, trucks, "crossings.accept_diversion", at=at, **terms))
        diversion_news.tell_hours(diversion, trucks, at)
    return diversion


def _offered(
    actor: Actor, diversion: Diversion, keys: list[str], plan: list[tuple[datetime, int]], *, at: datetime
) -> list[DivertedTruck]:
    waiting = {truck.key: truck for truck in diversions.locked(diversion, "accept_diversion")}
    offered = []
    for slot_at, chosen in diverting.assign(keys, plan):
        answer_by = diverting.answer_by(slot_at, road_hours=diversion.road_hours)
        told = {"state": diverted.OFFERED, "slot_at": slot_at, "answer_by": answer_by}
        given = [waiting[key] for key in chosen]
        DivertedTruck.objects.filter(pk__in=[truck.pk for truck in given]).update(**told)
        for truck in given:
            truck.slot_at = slot_at
        if not diversion.partner:  # where the trucks wait elsewhere, their offers expire there
            diversions.start_timer(diversion.key, slot_at, answer_by=answer_by, at=at)
        offered += given
    facts = {"diversion": diversion.key, "to": diversion.target_id}
    diversions.note(actor, offered, "accept_diversion", at=at, facts=facts)
    return offered


def refuse_diversion(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Diversion:
    """Refuse, as the receiving crossing, the trucks that have no hour yet; those offered one may still keep it.

    Raises:
        NotMandated, DiversionMovedOn, ReasonMissing.
    """
    with journal.writes_many(actor, "crossings.refuse_diversion", at=at) as lines:
        diversion = diversions.take(key)
        mandates.require(actor, "crossings.refuse_diversion", place=diversion.target_id)
        lines.extend(_end(actor, diversion, "refuse_diversion", "refused", reason=reason, at=at, version=version))
        diversion_news.tell_refused(diversion, diversion.answer, at)
    return diversion


def withdraw_diversion(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> Diversion:
    """Take back, as the crossing that proposed, whatever no truck has answered; what was kept stays kept.

    Raises:
        NotMandated, DiversionMovedOn, ReasonMissing.
    """
    with journal.writes_many(actor, "crossings.withdraw_diversion", at=at) as lines:
        diversion = diversions.take(key)
        mandates.require(actor, "crossings.withdraw_diversion", place=diversion.place_id)
        lines.extend(_end(actor, diversion, "withdraw_diversion", "withdrawn", reason=reason, at=at, version=version))
    return diversion


def _end(
    actor: Actor, diversion: Diversion, act: str, state: str, *, reason: str, at: datetime, version: int | None
) -> list[journal.OpenLine]:
    said = rules.check_reason(reason)
    diversions.step(diversion, act, seen=version, answer=said, answered_by=actor.key, answered_at=at)
    trucks = diversions.locked(diversion, act)
    DivertedTruck.objects.filter(pk__in=[truck.pk for truck in trucks]).update(state=state, answered_at=at)
    diversions.note(actor, trucks, act, at=at, facts={"diversion": diversion.key, "reason": said})
    diversions.end_timers(diversion.key, [truck.slot_at for truck in trucks], at=at)
    if state == "withdrawn":
        diversion_news.tell_outcome(diversion, trucks, state, at, reason=said)
    return diversions.lines(actor, diversion, trucks, f"crossings.{act}", at=at, reason=said)


def expire_offer(actor: Actor, key: str, *, due_at: datetime, at: datetime) -> Diversion:
    """Let the offers of one hour expire that nobody answered: the trucks stay in the queue where they are.

    It takes effect at the instant it was due.

    Args:
        key: the timer's subject, which names the diversion and the hour.
    Raises:
        NotMandated.
    """
    with journal.writes_many(actor, "crossings.expire_offer", at=at) as lines:
        diversion = diversions.take(key.partition("/")[0])
        mandates.require(actor, "crossings.expire_offer", place=diversion.place_id)
        trucks = diversions.locked(diversion, "expire_offer", answer_by=due_at)
        over = DivertedTruck.objects.filter(pk__in=[truck.pk for truck in trucks])
        over.update(state="expired", answered_at=due_at)
        facts = {"diversion": diversion.key, "fired_at": at.isoformat()}
        diversions.note(actor, trucks, "expire_offer", at=due_at, facts=facts)
        diversion_news.tell_outcome(diversion, trucks, "expired", at)
        lines.extend(diversions.lines(actor, diversion, trucks, "crossings.expire_offer", at=at, due_at=due_at))
    return diversion
