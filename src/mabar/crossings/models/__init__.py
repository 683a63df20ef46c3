"""The tables of the crossings."""

from mabar.crossings.models.transshipments import (
    OnwardTruck,
    Transshipment,
    TransshipmentEvent,
    TransshipmentLine,
)
from mabar.crossings.models.yard import (
    Crossing,
    FarSide,
    Hold,
    Lane,
    OpeningEvent,
    Passage,
    PassageDeclaration,
    PassageEvent,
)

__all__ = [
    "Crossing",
    "FarSide",
    "Hold",
    "Lane",
    "OnwardTruck",
    "OpeningEvent",
    "Passage",
    "PassageDeclaration",
    "PassageEvent",
    "Transshipment",
    "TransshipmentEvent",
    "TransshipmentLine",
]
