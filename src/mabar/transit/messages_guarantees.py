"""What an office that keeps a guarantee and one that holds a tranche of it tell each other.

Each message tells whole amounts, not steps, under a number that only grows: one that comes twice or late takes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class TrancheNews:
    """To the office that holds a tranche: the guarantee, all that was ever lent there, and whether it was revoked.

    `answer` tells what became of the `request` that it answers, if it answers one: `lent` or `declined`.
    """

    KIND: ClassVar[str] = "transit.tranche/1.0"

    reference: str
    number: int
    at: datetime
    guarantee: str = ""
    kind: str = ""
    office: str = ""
    holder: str = ""
    holder_name: str = ""
    currency: str = ""
    amount_minor: int = 0
    title_minor: int = 0
    lent_minor: int = 0
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    reason: str = ""
    request: str = ""
    answer: str = ""


@dataclass(frozen=True)
class TrancheUse:
    """To the office that keeps the guarantee: a movement was covered, freed, claimed or settled on the tranche.

    `used_minor` is all that the tranche's open draws take after it, `left_minor` what may still be drawn there.
    """

    KIND: ClassVar[str] = "transit.tranche-use/1.0"

    reference: str
    number: int
    movement: str
    state: str
    covers_minor: int
    amount_minor: int
    used_minor: int
    left_minor: int
    at: datetime


@dataclass(frozen=True)
class TrancheAsked:
    """To the office that keeps the guarantee: a crossing asks for a tranche, or for more of it."""

    KIND: ClassVar[str] = "transit.tranche-asked/1.0"

    reference: str
    request: str
    amount_minor: int
    currency: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True)
class TrancheReturned:
    """To the office that keeps the guarantee: all that was ever returned of the tranche."""

    KIND: ClassVar[str] = "transit.tranche-returned/1.0"

    reference: str
    number: int
    returned_minor: int
    left_minor: int
    at: datetime
