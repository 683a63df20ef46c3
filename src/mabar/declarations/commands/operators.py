"""Trusted operators: this side's statuses issued and stopped, a partner's heard and recognised."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from mabar.base import journal, mandates
from mabar.base.models import Actor, Firm
from mabar.base.rules import NoSuchRecord
from mabar.base.turns import write
from mabar.declarations import operator_news, rules
from mabar.declarations.models import OperatorStatus
from mabar.declarations.rules import operators
from mabar.declarations.rules.operator_refusals import (
    NotRecognised,
    OperatorOutOfTurn,
    OperatorStands,
    RecognisedBefore,
    UnknownFirm,
)

LONGEST_REASON = 500
NOT_RECOGNISED: dict[str, Any] = {"recognised_by": "", "recognised_at": None, "recognised_under": ""}


def issue_operator_status(
    actor: Actor,
    key: str,
    *,
    place: str,
    firm: str,
    kind: str,
    valid_from: date,
    valid_until: date,
    at: datetime,
    terms: str = "",
) -> OperatorStatus:
    """Issue, under the new key `key`, the status of a firm of the register, and tell the partner's nodes.

    Raises:
        NotMandated, ValidityUnfit, OperatorStands.
        NotAFirmCode: what is given is no code; persons have no status.
        UnknownFirm: no firm of the register bears it.
    """
    facts: dict[str, Any] = {"firm": firm, "kind": kind, "valid_from": valid_from, "valid_until": valid_until}
    with journal.writes(actor, "declarations.issue_operator_status", key, at=at, place=place, **facts):
        mandates.require(actor, "declarations.issue_operator_status", place=place)
        code = operators.check_firm(firm)
        house = Firm.objects.filter(code=code).first()
        if house is None:
            raise UnknownFirm(firm=code)
        operators.check_validity(valid_from, valid_until)
        told = operators.Status(code, house.name, kind, valid_from, valid_until, terms.strip())
        status = OperatorStatus(
            key=key,
            administration=place.partition(".")[0],
            place_id=place,
            state=operators.after("issue_operator_status", ""),
            issued_by=actor.key,
            said_at=at,
            noted_at=at,
            **asdict(told),
        )
        _insert(status)
        operator_news.tell(status, at)
    return status


def _insert(status: OperatorStatus) -> None:
    """Write a new status; the database lets a firm have one that stands, also when two officers issue at once."""
    try:
        with transaction.atomic():
            status.save(force_insert=True)
    except IntegrityError:
        raise OperatorStands(firm=status.firm) from None


def suspend_operator(
    actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None
) -> OperatorStatus:
    """Suspend a status of this side at once, for a reason, and tell the partner's nodes in the most urgent class.

    Raises:
        NotMandated, OperatorOutOfTurn, NothingSaid, NoSuchRecord.
    """
    with journal.writes(actor, "declarations.suspend_operator", key, at=at, reason=reason) as line:
        return _step(line, "suspend_operator", reason=reason, at=at, version=version)


def reinstate_operator(
    actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None
) -> OperatorStatus:
    """Let a suspended status of this side count again, for a reason, and tell the partner's nodes.

    Raises:
        NotMandated, OperatorOutOfTurn, NothingSaid, NoSuchRecord.
    """
    with journal.writes(actor, "declarations.reinstate_operator", key, at=at, reason=reason) as line:
        return _step(line, "reinstate_operator", reason=reason, at=at, version=version)


def withdraw_operator(
    actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None
) -> OperatorStatus:
    """Withdraw a status of this side for good, for a reason, and tell the partner's nodes in the most urgent class.

    Raises:
        NotMandated, OperatorOutOfTurn, NothingSaid, NoSuchRecord.
    """
    with journal.writes(actor, "declarations.withdraw_operator", key, at=at, reason=reason) as line:
        return _step(line, "withdraw_operator", reason=reason, at=at, version=version)


def _step(line: journal.OpenLine, act: str, *, reason: str, at: datetime, version: int | None) -> OperatorStatus:
    status = _take(line)
    mandates.require(line.actor, f"declarations.{act}", place=status.place_id)
    if status.partner:
        raise NoSuchRecord(key=status.key)  # its issuer alone stops it
    rules.check_said(reason, what="reason")
    state = operators.after(act, status.state, now=status.version, seen=version)
    told = {"state": state, "reason": reason.strip(), "number": status.number + 1}
    write(status, said_at=at, noted_at=at, **told)
    operator_news.tell(status, at)
    return status


def _take(line: journal.OpenLine) -> OperatorStatus:
    status = OperatorStatus.objects.select_for_update().filter(key=line.subject).first()
    if status is None:
        raise NoSuchRecord(key=line.subject)
    line.place = status.place_id
    return status


def recognise_operator(
    actor: Actor, key: str, *, today: date, at: datetime, version: int | None = None
) -> OperatorStatus:
    """Recognise a partner's status here, under the agreement by which it was told.

    Args:
        today: the day at the place.
    Raises:
        NotMandated, OperatorOutOfTurn, NoSuchRecord.
        StatusStopped, StatusExpired: its own customs has stopped it, or its days are over.
        RecognisedBefore: it counts here already.
    """
    with journal.writes(actor, "declarations.recognise_operator", key, at=at) as line:
        status = _take(line)
        mandates.require(actor, "declarations.recognise_operator", place=status.place_id)
        _check_version("recognise_operator", status, version)
        last = status.valid_until or today
        operators.check_recognisable(status.state, valid_until=last, today=today, firm=status.firm)
        if not status.kind:
            raise NoSuchRecord(key=key)  # only of its end was told
        if not status.partner or status.recognised_at is not None:
            raise RecognisedBefore(firm=status.firm)
        line.note(agreement=status.agreement, partner=status.partner)
        write(status, recognised_by=actor.key, recognised_at=at, recognised_under=status.agreement)
    return status


def end_recognition(actor: Actor, key: str, *, reason: str, at: datetime, version: int | None = None) -> OperatorStatus:
    """End the recognition of a partner's status here, for a reason; its issuer is not told.

    Raises:
        NotMandated, OperatorOutOfTurn, NothingSaid, NotRecognised, NoSuchRecord.
    """
    with journal.writes(actor, "declarations.end_recognition", key, at=at, reason=reason) as line:
        status = _take(line)
        mandates.require(actor, "declarations.end_recognition", place=status.place_id)
        _check_version("end_recognition", status, version)
        rules.check_said(reason, what="reason")
        if status.recognised_at is None:
            raise NotRecognised(firm=status.firm)
        write(status, **NOT_RECOGNISED)
    return status


def _check_version(act: str, status: OperatorStatus, seen: int | None) -> None:
    if seen is not None and seen != status.version:
        raise OperatorOutOfTurn(verb=act, state=status.state)


def hear_operator_status(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    agreement: str,
    number: int,
    state: str,
    reason: str,
    said_at: datetime,
    at: datetime,
    told: operators.Status,
) -> OperatorStatus:
    """Keep what a partner says of a firm's status: the highest number counts, and a stop takes effect as it is heard.

    Where the kind, the days or the terms are no longer those that were recognised, the recognition ends.

    Raises:
        NotMandated.
        NoSuchRecord: another node has told of it, or it is of another firm.
    """
    facts = {"partner": partner, "number": number, "state": state}
    with journal.writes(actor, "declarations.hear_operator_status", key, at=at, place=place, **facts):
        mandates.require(actor, "declarations.hear_operator_status", place=place)
        status = _heard_of(key, place=place, partner=partner, firm=told.firm, at=at)
        if not status.kind or number > status.number:
            write(status, agreement=agreement, **asdict(told), **_unless_recognised_so(status, told))
        _note(status, number=number, state=state, reason=reason, said_at=said_at, at=at)
    return status


def hear_operator_stopped(
    actor: Actor,
    key: str,
    *,
    place: str,
    partner: str,
    firm: str,
    number: int,
    state: str,
    reason: str,
    said_at: datetime,
    at: datetime,
) -> OperatorStatus:
    """Stop the status of a firm as soon as its customs says so, also where the status itself comes only later.

    Raises:
        NotMandated.
        NoSuchRecord: another node has told of it, or it is of another firm.
    """
    facts = {"partner": partner, "number": number, "state": state}
    with journal.writes(actor, "declarations.hear_operator_stopped", key, at=at, place=place, **facts):
        mandates.require(actor, "declarations.hear_operator_stopped", place=place)
        status = _heard_of(key, place=place, partner=partner, firm=firm, at=at)
        _note(status, number=number, state=state, reason=reason, said_at=said_at, at=at)
    return status


def _heard_of(key: str, *, place: str, partner: str, firm: str, at: datetime) -> OperatorStatus:
    begun = {
        "administration": partner.partition(".")[0],
        "partner": partner,
        "place_id": place,
        "firm": firm,
        "state": "issued",
        "number": 0,
        "said_at": at,
        "noted_at": at,
    }
    OperatorStatus.objects.get_or_create(key=key, defaults=begun)
    status = OperatorStatus.objects.select_for_update().get(key=key)
    if status.partner != partner or status.firm != firm:
        raise NoSuchRecord(key=key)
    return status


def _unless_recognised_so(status: OperatorStatus, told: operators.Status) -> dict[str, Any]:
    """Give what ends a recognition, where what is told now is not what the officer has read."""
    was = {name: getattr(status, name) for name in ("kind", "valid_from", "valid_until", "terms")}
    return {} if operators.is_as_recognised(told, **was) else NOT_RECOGNISED


def _note(status: OperatorStatus, *, number: int, state: str, reason: str, said_at: datetime, at: datetime) -> None:
    if number > status.number:
        said = {"number": number, "state": state, "reason": reason[:LONGEST_REASON]}
        write(status, said_at=said_at, noted_at=at, **said)
