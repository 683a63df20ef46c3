"""What the crossings tell: the neighbour upstairs and the crossing on the other side."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class GateOut:
    """A truck has left the yard; `declarations` are the keys of the declarations it carries."""

    KIND: ClassVar[str] = "crossings.gate-out/1"

    passage: str
    place: str
    direction: str
    plate: str
    trailer_plate: str
    carrier: str
    declarations: tuple[str, ...]
    seals: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class GateOutUndone:
    """A gate-out was recorded in error: the truck is still in the yard."""

    KIND: ClassVar[str] = "crossings.gate-out-undone/1"

    passage: str
    place: str
    direction: str
    declarations: tuple[str, ...]
    at: datetime
