"""What other nodes tell of guarantees and tranches.  Only the node itself does these.

Whole amounts come, under numbers that only grow: what is told twice, or late, changes nothing.
"""

from datetime import datetime
from typing import Any

from mabar.base import journal, mandates
from mabar.base.models import Actor
from mabar.base.turns import write
from mabar.transit import ledger
from mabar.transit.ledger import Step
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.models import Draw, Guarantee, Tranche, TrancheRequest
from mabar.transit.rules import guarantees, refusals


def take_tranche(
    actor: Actor, key: str, *, partner: str, told: TrancheNews, place: str, at: datetime
) -> Guarantee | None:
    """Take in a tranche, or how it stands now; what cannot be drawn on any more goes back at once.

    Args:
        key: of the guarantee, or of the request that is declined.
        place: where the tranche is used at this node.
    Raises:
        NotMandated, AmountUnfit.
        NotOfThisOffice: another node keeps the guarantee of this reference.
        TrancheDiffers: less was lent than before, which only this node can return.
    """
    facts: dict[str, Any] = {"partner": partner, "reference": told.reference, "number": told.number}
    with journal.writes(actor, "transit.take_tranche", key, at=at, place=place, **facts) as line:
        mandates.require(actor, "transit.take_tranche", place=place)
        line.note(lent_minor=told.lent_minor, revoked_at=told.revoked_at)
        _note_answer(told, partner, at)
        if told.answer == "declined":
            return None
        guarantee = _copy(told, partner, place, at)
        if told.number > guarantee.heard_number:
            _renew(guarantee, told, Step(actor.key, at, node=partner))
    return guarantee


def _note_answer(told: TrancheNews, partner: str, at: datetime) -> None:
    asked = TrancheRequest.objects.select_for_update().filter(
        key=told.request, is_ours=True, node=partner, state="asked"
    )
    for each in asked:
        each.state, each.answered_at = told.answer, at
        each.reason = told.reason[:500] if told.answer == "declined" else each.reason
        each.save(update_fields=["state", "answered_at", "reason"])


def _copy(told: TrancheNews, partner: str, place: str, at: datetime) -> Guarantee:
    """Lock what this node knows of the guarantee, made when it first hears of it."""
    if told.valid_from is None or told.valid_until is None or told.kind not in guarantees.KINDS:
        raise refusals.TrancheDiffers(reference=told.reference, node=partner)
    first = {
        "reference": guarantees.check_reference(told.reference),
        "kind": told.kind,
        "home": partner,
        "office": told.office,
        "place": ledger.place(place),
        "holder": told.holder,
        "holder_name": told.holder_name[:200],
        "currency": told.currency,
        "amount_minor": told.amount_minor,
        "title_minor": told.title_minor,
        "left_minor": 0,
        "valid_from": told.valid_from,
        "valid_until": told.valid_until,
        "registered_at": at,
    }
    if told.office[:2] != partner[:2] or not guarantees.is_reference_of(told.reference, told.office):
        raise refusals.NotOfThisOffice(reference=told.reference, node=partner)
    known = Guarantee.objects.select_for_update().filter(reference=told.reference).first()
    found = known or Guarantee.objects.create(key=told.guarantee, **first)
    if found.home != partner or found.key != told.guarantee:
        raise refusals.NotOfThisOffice(reference=told.reference, node=partner)
    return found


def _renew(guarantee: Guarantee, told: TrancheNews, step: Step) -> None:
    more = told.lent_minor - guarantee.lent_minor
    if more < 0 or told.lent_minor - guarantee.returned_minor > told.amount_minor:
        raise refusals.TrancheDiffers(reference=guarantee.reference, node=guarantee.home)
    if more:
        ledger.move(guarantee, "received", more, step, lent_minor=told.lent_minor)
    is_over = told.valid_until is not None and told.at >= told.valid_until
    write(
        guarantee,
        heard_number=told.number,
        told_at=told.at,
        revoked_at=told.revoked_at,
        revoke_reason=told.reason[:500],
        expired_at=told.valid_until if is_over else None,
    )
    ledger.give_back_unusable(guarantee, step)


def take_use(actor: Actor, key: str, *, partner: str, told: TrancheUse, at: datetime) -> Draw:
    """Take in that a movement was covered, freed, claimed or settled on a tranche that this node has lent.

    Raises:
        NotMandated, NoSuchRecord, NotOfThisOffice.
        TrancheDiffers: the movement draws elsewhere, or more is used than was lent.
    """
    facts: dict[str, Any] = {
        "partner": partner,
        "reference": told.reference,
        "movement": told.movement,
        "state": told.state,
    }
    with journal.writes(actor, "transit.take_use", key, at=at, **facts) as line:
        guarantee, tranche = _lent(key, partner, told.reference)
        line.place = guarantee.place_id
        mandates.require(actor, "transit.take_use", place=guarantee.place_id)
        line.note(amount_minor=told.amount_minor, used_minor=told.used_minor)
        drawn = _draw_there(guarantee, partner, told)
        if guarantees.is_newer(told.state, drawn.state):
            write(drawn, state=told.state, changed_at=told.at)
        if told.number > tranche.heard_number:
            if not 0 <= told.used_minor <= tranche.lent_minor - tranche.returned_minor:
                raise refusals.TrancheDiffers(reference=told.reference, node=partner)
            _heard(tranche, told.number, told.at, used_minor=told.used_minor)
    return drawn


def _draw_there(guarantee: Guarantee, partner: str, told: TrancheUse) -> Draw:
    first = {
        "guarantee": guarantee,
        "node": partner,
        "state": told.state,
        "covers_minor": told.covers_minor,
        "amount_minor": told.amount_minor,
        "drawn_at": told.at,
        "changed_at": told.at,
    }
    drawn, _ = Draw.objects.select_for_update().get_or_create(movement=told.movement, defaults=first)
    is_the_same = (drawn.guarantee_id, drawn.node, drawn.amount_minor) == (guarantee.key, partner, told.amount_minor)
    if not is_the_same or told.state not in guarantees.STATES:
        raise refusals.TrancheDiffers(reference=told.reference, node=partner)
    return drawn


def take_returned(actor: Actor, key: str, *, partner: str, told: TrancheReturned, at: datetime) -> Guarantee:
    """Take in what has come back of a tranche: it is left here again.

    Raises:
        NotMandated, NoSuchRecord, NotOfThisOffice.
        TrancheDiffers: more would come back than was lent and is not used.
    """
    facts: dict[str, Any] = {"partner": partner, "reference": told.reference, "returned_minor": told.returned_minor}
    with journal.writes(actor, "transit.take_returned", key, at=at, **facts) as line:
        guarantee, tranche = _lent(key, partner, told.reference)
        line.place = guarantee.place_id
        mandates.require(actor, "transit.take_returned", place=guarantee.place_id)
        more = told.returned_minor - tranche.returned_minor
        if more > 0:
            if told.returned_minor + tranche.used_minor > tranche.lent_minor:
                raise refusals.TrancheDiffers(reference=told.reference, node=partner)
            ledger.move(guarantee, "returned", more, Step(actor.key, at, node=partner))
            _heard(tranche, told.number, told.at, returned_minor=told.returned_minor)
    return guarantee


def _lent(key: str, partner: str, reference: str) -> tuple[Guarantee, Tranche]:
    """Lock a guarantee that is kept here, and the tranche of it that a node holds."""
    guarantee = ledger.take_kept(key, act="take_use")
    tranche = guarantee.tranches.select_for_update().filter(node=partner).first()
    if tranche is None or guarantee.reference != reference:
        raise refusals.NotOfThisOffice(reference=reference, node=partner)
    return guarantee, tranche


def _heard(tranche: Tranche, number: int, at: datetime, **changes: int) -> None:
    for name, value in changes.items():
        setattr(tranche, name, value)
    tranche.heard_number, tranche.heard_at = max(number, tranche.heard_number), at
    tranche.save(update_fields=[*changes, "heard_number", "heard_at"])


def take_asked(actor: Actor, key: str, *, partner: str, told: TrancheAsked, place: str, at: datetime) -> TrancheRequest:
    """Store that another office asks for a tranche; asked again, it is the same request.

    Args:
        key: of the request, as the asking node gave it.
        place: where it lies, if this node does not keep the guarantee.
    Raises:
        NotMandated, NoSuchRecord, ReferenceUnfit.
        NotOfThisOffice: this node keeps no guarantee of this reference.
    """
    facts: dict[str, Any] = {"partner": partner, "reference": told.reference, "amount_minor": told.amount_minor}
    with journal.writes(actor, "transit.take_asked", key, at=at, place=place, **facts) as line:
        guarantee = Guarantee.objects.filter(reference=told.reference, home=ledger.own_node()).first()
        line.place = guarantee.place_id if guarantee else place
        mandates.require(actor, "transit.take_asked", place=line.place)
        if guarantee is None:
            raise refusals.NotOfThisOffice(reference=told.reference, node=ledger.own_node())
        first = {
            "reference": guarantee.reference,
            "guarantee": guarantee,
            "node": partner,
            "is_ours": False,
            "place_id": guarantee.place_id,
            "amount_minor": told.amount_minor,
            "currency": told.currency[:3],
            "state": "asked",
            "reason": told.reason[:500],
            "asked_at": told.at,
        }
        asked, _ = TrancheRequest.objects.get_or_create(key=key, defaults=first)
    return asked
