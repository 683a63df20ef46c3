"""The tables of transit."""

from mabar.transit.models.movements import (
    Fallback,
    Movement,
    MovementEvent,
    MovementOffice,
    MovementQuestion,
    MovementSerial,
)

__all__ = ["Fallback", "Movement", "MovementEvent", "MovementOffice", "MovementQuestion", "MovementSerial"]
