"""The tables of transit."""

from mabar.transit.models.guarantees import Draw, Guarantee, GuaranteeCount, LedgerEntry, Tranche, TrancheRequest
from mabar.transit.models.movements import (
    Fallback,
    Movement,
    MovementEvent,
    MovementOffice,
    MovementQuestion,
    MovementSerial,
)

__all__ = [
    "Draw",
    "Fallback",
    "Guarantee",
    "GuaranteeCount",
    "LedgerEntry",
    "Movement",
    "MovementEvent",
    "MovementOffice",
    "MovementQuestion",
    "MovementSerial",
    "Tranche",
    "TrancheRequest",
]
