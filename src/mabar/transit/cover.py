"""What covers a movement: the ledger of guarantees is drawn on, freed and claimed in the movement's own transaction."""

from datetime import datetime

from mabar.base.models import Actor
from mabar.transit import rules
from mabar.transit.models import Movement


def draw(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Draw what the goods may owe on the guarantee of the movement.

    Raises:
        GuaranteeMissing: none is named.
    """
    rules.check_guarantee(movement.guarantee)


def free(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Free what the movement drew."""


def claim(actor: Actor, movement: Movement, *, at: datetime) -> None:
    """Claim what the movement drew."""
