"""What covers a movement: the ledger of guarantees is drawn on, freed and claimed in the movement's own transaction."""

from datetime import datetime
from typing import Any

from django.db.models import Q

from mabar.base.models import Actor
from mabar.transit import rules
from mabar.transit.commands import guaranteeing
from mabar.transit.models import Guarantee, Movement


def draw(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Draw what the goods may owe on the guarantee of the movement.

    Raises:
        GuaranteeMissing: none is named.
        NotMandated, NoSuchRecord, AmountUnfit, GuaranteeShort, GuaranteeNotValid, GuaranteeRevoked, CurrencyDiffers,
        AlreadyCovered, IndividualUsed.
        HolderDiffers: it is another firm's than the one that answers for the movement.
    """
    named = rules.check_guarantee(movement.guarantee)
    # an officer names it as the paper does, a program by its key
    found = Guarantee.objects.filter(Q(reference=named) | Q(key=named)).first()
    if found is not None and found.holder != movement.holder_code:
        raise rules.HolderDiffers(reference=found.reference, holder=movement.holder_code)
    key = found.key if found else named
    owed: dict[str, Any] = {"amount_minor": movement.amount_minor, "currency": movement.currency}
    guaranteeing.draw(actor, key, movement=movement.key, at=at, place=movement.place_id, **owed)


def free(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Free what the movement drew.

    Raises:
        NotMandated, NoSuchRecord.
    """
    guaranteeing.free(actor, movement.key, at=at, place=movement.place_id)


def claim(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Claim what the movement drew.

    Raises:
        NotMandated, NoSuchRecord.
    """
    guaranteeing.claim(actor, movement.key, at=at, place=movement.place_id)
