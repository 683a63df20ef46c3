"""What is owed, and that it is paid or guaranteed."""

from datetime import datetime
from typing import Any

from django.db import transaction

from mabar.base import actors, journal, mandates
from mabar.base.journal import OpenLine
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
        return _settled_at_nought(declaration, at=at)


def reassess(
    actor: Actor,
    key: str,
    *,
    amount_minor: int,
    currency: str,
    reason: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Assess once more, because something else was found than was declared; the difference is left to pay or to refund.

    Raises:
        NotMandated, OutOfTurn, QueryOpen, LodgedInNationalSystem, AmountOutOfRange, OtherCurrency, NothingSaid.
    """
    facts: dict[str, Any] = {"amount_minor": amount_minor, "currency": currency, "reason": reason}
    with transaction.atomic():
        with journal.writes(actor, "declarations.reassess", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.reassess", place=declaration.place_id)
            turns.step(line, declaration, version=version)
            rules.check_amount(amount_minor, currency)
            rules.check_same_currency(currency, assessed=declaration.assessed_currency)
            rules.check_said(reason, what="reason")
            line.note(before_minor=declaration.assessed_minor)
            turns.save(declaration, assessed_minor=amount_minor)
        return _settled_at_nought(declaration, at=at)


def _settled_at_nought(declaration: Declaration, *, at: datetime) -> Declaration:
    """Let the node settle what is assessed and where nothing is left to cover: nobody has a receipt for nought."""
    if declaration.state != "assessed" or declaration.owing.to_cover_minor:
        return declaration
    reference, currency = declaration.number, declaration.assessed_currency
    return note_payment(actors.node(), declaration.key, reference=reference, amount_minor=0, currency=currency, at=at)


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
    """Note that what is owed is paid; green and blue are then released by the node.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, AmountDiffers, NothingOwed, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with transaction.atomic():
        with journal.writes(actor, "declarations.note_payment", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.note_payment", place=declaration.place_id)
            _settle(line, declaration, version=version)
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
    """Note that a guarantee covers what is owed; green and blue are then released by the node.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, AmountDiffers, NothingOwed, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with transaction.atomic():
        with journal.writes(actor, "declarations.note_guarantee", key, at=at, **facts) as line:
            declaration = turns.take(line)
            mandates.require(actor, "declarations.note_guarantee", place=declaration.place_id)
            _settle(line, declaration, version=version)
        return _released_by_itself(declaration, at=at)


def note_refund(
    actor: Actor,
    key: str,
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Note that what was paid beyond what is owed was given back.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, AmountDiffers, NothingOwed, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with journal.writes(actor, "declarations.note_refund", key, at=at, **facts) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.note_refund", place=declaration.place_id)
        _settle(line, declaration, version=version)
    return declaration


def free_guarantee(
    actor: Actor,
    key: str,
    *,
    reference: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    version: int | None = None,
) -> Declaration:
    """Note that the guarantees went back whole, because what they stood for is paid or no longer owed.

    Raises:
        NotMandated, OutOfTurn, LodgedInNationalSystem, StillUnpaid, AmountDiffers, NothingOwed, NothingSaid.
    """
    facts: dict[str, Any] = {"reference": reference, "amount_minor": amount_minor, "currency": currency}
    with journal.writes(actor, "declarations.free_guarantee", key, at=at, **facts) as line:
        declaration = turns.take(line)
        mandates.require(actor, "declarations.free_guarantee", place=declaration.place_id)
        _settle(line, declaration, version=version)
    return declaration


def _settle(line: OpenLine, declaration: Declaration, *, version: int | None) -> None:
    """Store a settlement of the kind that the verb of the line names, from its facts, and what it leaves."""
    act = line.verb.partition(".")[2]
    kind, owing, before = rules.SETTLEMENTS[act], declaration.owing, declaration.state
    reference, amount_minor, currency = (line.facts[name] for name in ("reference", "amount_minor", "currency"))
    turns.step(line, declaration, version=version)
    rules.check_said(reference, what="reference", longest=80)
    rules.check_still_open(owing, act=act, state=before, currency=declaration.assessed_currency)
    rules.check_settlement(
        owing, act=act, amount_minor=amount_minor, currency=currency, assessed_currency=declaration.assessed_currency
    )
    Settlement.objects.create(
        declaration=declaration,
        kind=kind,
        reference=reference,
        amount_minor=amount_minor,
        currency=currency,
        by=line.actor.key,
        at=line.at,
    )
    after = owing.after(kind, amount_minor)
    turns.save(
        declaration,
        paid_minor=after.paid_minor,
        guaranteed_minor=after.guaranteed_minor,
        settled_at=declaration.settled_at or line.at,
    )


def _released_by_itself(declaration: Declaration, *, at: datetime) -> Declaration:
    """Release what needs no officer; a query or a hold leaves it to the release desk."""
    is_free = declaration.suspended_at is None and not loads.agencies_holding(declaration)
    if declaration.lane in rules.RELEASES_ITSELF and is_free and declaration.state in rules.SETTLED:
        return release(actors.node(), declaration.key, at=at)
    return declaration
