"""What is owed, and that it is paid or guaranteed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mabar.base import actors, journal, mandates
from mabar.base.models import Actor
from mabar.declarations import loads, rules, turns
from mabar.declarations.commands.releasing import release
from mabar.declarations.models import Declaration, Settlement


def assess(
    actor: Actor, key: str, *, amount_minor: int, currency: str, at: datetime, version: int | None = None
) -> Declaration:
    """Assess what is owed; where nothing is owed, the node settles it at once.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, LodgedInNationalSystem, NegativeAmount, UnknownCurrency.
    """
    facts: dict[str, Any] = {"amount_minor": amount_minor, "currency": currency}
    with transaction.atomic():
        with journal.writes(actor, "declarations.assess", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.assess", place=declaration.place_id)
            rules.check_amount(amount_minor, currency)
            turns.step(line, declaration, version=version)
            turns.save(declaration, assessed_at=at, assessed_minor=amount_minor, assessed_currency=currency)
        if amount_minor == 0:
            reference = declaration.number
            return note_payment(actors.node(), key, reference=reference, amount_minor=0, currency=currency, at=at)
    return declaration


def note_payment(
    actor: Actor,
    key: str,
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Note that what was assessed is paid; green and blue are then released by the node.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, AmountDiffers, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with transaction.atomic():
        with journal.writes(actor, "declarations.note_payment", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.note_payment", place=declaration.place_id)
            turns.step(line, declaration, version=version)
            _settle(declaration, "payment", reference, amount_minor, currency, by=actor.key, at=at)
        return _released_by_itself(declaration, at=at)


def note_guarantee(
    actor: Actor,
    key: str,
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Note that a guarantee covers what was assessed; green and blue are then released by the node.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, AmountDiffers, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with transaction.atomic():
        with journal.writes(actor, "declarations.note_guarantee", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.note_guarantee", place=declaration.place_id)
            turns.step(line, declaration, version=version)
            _settle(declaration, "guarantee", reference, amount_minor, currency, by=actor.key, at=at)
        return _released_by_itself(declaration, at=at)


def _settle(
    declaration: Declaration, kind: str, reference: str, amount_minor: int, currency: str, *, by: str, at: datetime
) -> None:
    rules.check_said(reference, what="reference", longest=80)
    rules.check_settlement(
        kind=kind,
        amount_minor=amount_minor,
        currency=currency,
        assessed_minor=declaration.assessed_minor or 0,
        assessed_currency=declaration.assessed_currency,
    )
    Settlement.objects.create(
        declaration=declaration,
        kind=kind,
        reference=reference,
        amount_minor=amount_minor,
        currency=currency,
        by=by,
        at=at,
    )
    turns.save(declaration, settled_at=at)


def _released_by_itself(declaration: Declaration, *, at: datetime) -> Declaration:
    """Release what needs no officer; a query or a hold leaves it to the release desk."""
    is_free = declaration.suspended_at is None and not loads.agencies_holding(declaration)
    if declaration.lane in rules.RELEASES_ITSELF and is_free:
        return release(actors.node(), declaration.key, at=at)
    return declaration
