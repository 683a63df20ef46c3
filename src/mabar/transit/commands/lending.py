"""Tranches: lent by the office that keeps a guarantee, asked for and returned by the one that draws on them."""

from datetime import datetime

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.rules import NoSuchRecord
from mabar.crossings.rules import check_reason
from mabar.lib.money import minor_decimals
from mabar.transit import ledger
from mabar.transit.ledger import Step
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews
from mabar.transit.models import Guarantee, Tranche, TrancheRequest
from mabar.transit.rules import guarantees, refusals


def lend_tranche(
    actor: Actor,
    key: str,
    *,
    node: str,
    amount_minor: int,
    at: datetime,
    request: str = "",
    version: int | None = None,
) -> Tranche:
    """Lend another office a tranche, or more of it; what is lent is reserved here until it comes back.

    Args:
        request: key of the request that this answers.
    Raises:
        NotMandated, NoSuchRecord, NotKeptHere, OutOfTurn, AmountUnfit, GuaranteeRevoked, GuaranteeNotValid.
        HolderUnreachable: the node is no partner of this one.
        TooMuchLent: names what is left.
        IndividualUsed: it is for one movement, and has covered it.
    """
    with journal.writes(actor, "transit.lend_tranche", key, at=at, node=node, amount_minor=amount_minor) as line:
        guarantee = ledger.take_kept(key, act="lend_tranche", version=version)
        line.place = guarantee.place_id
        mandates.require(actor, "transit.lend_tranche", place=guarantee.place_id)
        covering = ledger.cover(guarantee)
        guarantees.check_in_force(covering, max(at, guarantee.valid_from))
        guarantees.check_lending(covering, amount_minor, whole_minor=guarantee.amount_minor)
        used_by = guarantee.draws.values_list("movement", flat=True).first()
        guarantees.check_uses(covering, movement="", drawn_by="", individual_by=used_by or "")
        tranche, _ = Tranche.objects.select_for_update().get_or_create(
            guarantee=guarantee, node=ledger.reachable(node), defaults={"lent_at": at}
        )
        tranche.lent_minor, tranche.lent_at = tranche.lent_minor + amount_minor, at
        tranche.save(update_fields=["lent_minor", "lent_at"])
        ledger.move(guarantee, "lent", -amount_minor, Step(actor.key, at, node=node))
        if request:
            _answer(request, "lent", node=node, at=at)
        ledger.tell_tranche(guarantee, tranche, at=at, request=request)
        line.note(reference=guarantee.reference, left_minor=guarantee.left_minor)
    return tranche


def _answer(key: str, state: str, *, at: datetime, node: str = "", reason: str = "") -> TrancheRequest:
    asked = TrancheRequest.objects.select_for_update().filter(key=key, is_ours=False).first()
    if asked is None or (node and asked.node != node):
        raise NoSuchRecord(key=key)
    if asked.state != "asked":
        raise refusals.OutOfTurn(verb="decline_tranche", state=asked.state, record="tranche_request")
    asked.state, asked.answered_at, asked.reason = state, at, reason or asked.reason
    asked.save(update_fields=["state", "answered_at", "reason"])
    return asked


def decline_tranche(actor: Actor, request: str, *, reason: str, at: datetime) -> TrancheRequest:
    """Decline to lend what another office asks for, and tell it why.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, ReasonMissing.
    """
    with journal.writes(actor, "transit.decline_tranche", request, at=at, reason=reason) as line:
        asked = _answer(request, "declined", at=at, reason=check_reason(reason)[:500])
        line.place = asked.place_id
        mandates.require(actor, "transit.decline_tranche", place=asked.place_id)
        news = TrancheNews(asked.reference, 0, at, request=request, answer="declined", reason=asked.reason)
        ledger.tell(asked.node, news, at=at)
        line.note(reference=asked.reference, node=asked.node)
    return asked


def ask_tranche(
    actor: Actor,
    key: str,
    *,
    place: str,
    node: str,
    reference: str,
    amount_minor: int,
    currency: str,
    at: datetime,
    reason: str = "",
) -> TrancheRequest:
    """Ask the office that keeps a guarantee for a tranche, or for more of it, under the new key `key`.

    Raises:
        NotMandated, NoSuchRecord, ReferenceUnfit, AmountUnfit, UnknownCurrency, CurrencyWithoutMinorUnit.
        HolderUnreachable: the node that keeps it is no partner of this one.
    """
    with journal.writes(actor, "transit.ask_tranche", key, at=at, place=place, node=node) as line:
        mandates.require(actor, "transit.ask_tranche", place=place)
        told = guarantees.check_reference(reference)
        minor_decimals(currency)
        if not 0 <= amount_minor <= guarantees.HIGHEST_MINOR:
            raise refusals.AmountUnfit(kind="comprehensive")
        asked = TrancheRequest.objects.create(
            key=key,
            reference=told,
            guarantee=Guarantee.objects.filter(reference=told).first(),
            node=ledger.reachable(node),
            is_ours=True,
            place=ledger.place(place),
            amount_minor=amount_minor,
            currency=currency,
            state="asked",
            reason=reason.strip()[:500],
            asked_at=at,
        )
        ledger.tell(node, TrancheAsked(told, key, amount_minor, currency, at, asked.reason), at=at)
        line.note(reference=told, amount_minor=amount_minor, currency=currency)
    return asked


def return_tranche(actor: Actor, key: str, *, amount_minor: int, at: datetime, version: int | None = None) -> Guarantee:
    """Return what is left of a tranche, or a part of it, to the office that keeps the guarantee.

    Raises:
        NotMandated, NoSuchRecord, OutOfTurn, AmountUnfit.
        NotKeptHere: the guarantee is kept here, so that there is no tranche to return.
        TooMuchReturned: names what is left.
    """
    with journal.writes(actor, "transit.return_tranche", key, at=at, amount_minor=amount_minor) as line:
        guarantee = ledger.take(key, act="return_tranche", version=version)
        line.place = guarantee.place_id
        mandates.require(actor, "transit.return_tranche", place=guarantee.place_id)
        if ledger.is_kept_here(guarantee):
            raise refusals.NotKeptHere(reference=guarantee.reference, office=guarantee.office)
        guarantees.check_returning(ledger.cover(guarantee), amount_minor)
        ledger.give_back(guarantee, amount_minor, Step(actor.key, at, node=guarantee.home))
        line.note(reference=guarantee.reference, left_minor=guarantee.left_minor)
    return guarantee
