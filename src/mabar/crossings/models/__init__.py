"""The tables of the crossings."""

from mabar.crossings.models.diversions import Diversion, DivertedTruck
from mabar.crossings.models.passages import (
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
    "Diversion",
    "DivertedTruck",
    "FarSide",
    "Hold",
    "Lane",
    "OpeningEvent",
    "Passage",
    "PassageDeclaration",
    "PassageEvent",
]
