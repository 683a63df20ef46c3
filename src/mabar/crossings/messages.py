"""What the crossings tell: the neighbour upstairs and the crossing on the other side."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar


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


@dataclass(frozen=True)
class Transshipped:
    """Goods have changed truck at a crossing; `onward` are the keys of the passages with which they go on."""

    KIND: ClassVar[str] = "crossings.transshipped/1"

    transshipment: str
    passage: str
    onward: tuple[str, ...]
    place: str
    direction: str
    declarations: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class ExitNotice:
    """To the node of the crossing across: a truck has left towards it; `events` are the steps of its way so far.

    Each event has `kind` and `at`.  What the terms keep back is empty.
    """

    KIND: ClassVar[str] = "crossings.exit-notice/1.0"

    passage: str
    place: str
    plate: str
    left_at: datetime
    trailer_plate: str = ""
    carrier: str = ""
    references: tuple[str, ...] = ()
    seals: tuple[str, ...] = ()
    events: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class ExitUndone:
    """To the node of the crossing across: an exit was recorded in error, the truck is still in the yard."""

    KIND: ClassVar[str] = "crossings.exit-undone/1.0"

    passage: str
    place: str
    at: datetime


@dataclass(frozen=True)
class ArrivalNotice:
    """To the node of the crossing that a truck came from: it is here, and how far it has come.

    `passage` is the key that the other side gave; `state` is `arrived` from the gate-in on, then `entered`.
    """

    KIND: ClassVar[str] = "crossings.arrival-notice/1.0"

    passage: str
    place: str
    state: str
    at: datetime
    events: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class EntryRefused:
    """To the node of the crossing that a truck came from: it was not let in, and turns back."""

    KIND: ClassVar[str] = "crossings.entry-refused/1.0"

    passage: str
    place: str
    at: datetime
    reason: str = ""
    events: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class TallyAsked:
    """To the node of the crossing across: goods are being unloaded here, to be counted by both, or are so no longer.

    `state` is `asked` or `withdrawn`; `passage` is the key that the other side gave its truck, where it did; each of
    `declared` has `reference`, `packages` and `gross_mass_g`.
    """

    KIND: ClassVar[str] = "crossings.tally-asked/1.0"

    transshipment: str
    place: str
    state: str
    plate: str
    at: datetime
    passage: str = ""
    declared: tuple[Mapping[str, Any], ...] = ()


@dataclass(frozen=True)
class Tally:
    """To the node of the crossing across: what this side has counted, under the number that this side gives it.

    Each of `counted` has `reference`, `packages` and `gross_mass_g`; the newest number counts.
    """

    KIND: ClassVar[str] = "crossings.tally/1.0"

    transshipment: str
    place: str
    number: int
    plate: str
    at: datetime
    counted: tuple[Mapping[str, Any], ...] = ()
    seals: tuple[str, ...] = ()


@dataclass(frozen=True)
class TallySettled:
    """To the node of the crossing across: this side lets its tally `number` stand beside `across`, the other side's."""

    KIND: ClassVar[str] = "crossings.tally-settled/1.0"

    transshipment: str
    place: str
    number: int
    across: int
    reason: str
    at: datetime


@dataclass(frozen=True)
class DiversionProposed:
    """To the node of another crossing of the administration: the waiting trucks of a closed one, in their order.

    Each of `trucks` has `passage`, `plate` and `direction`.
    """

    KIND: ClassVar[str] = "crossings.diversion-proposed/1.0"

    diversion: str
    place: str
    target: str
    reason: str
    road_hours: int
    at: datetime
    trucks: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class DiversionAnswer:
    """To the node that proposed: the hours given to its trucks, or that the others get none.

    `state` is `accepted` or `refused`; each of `trucks` has `passage` and `slot_at`.
    """

    KIND: ClassVar[str] = "crossings.diversion-answer/1.0"

    diversion: str
    target: str
    state: str
    at: datetime
    reason: str = ""
    trucks: tuple[Mapping[str, str], ...] = ()


@dataclass(frozen=True)
class DiversionOutcome:
    """To the node that gave hours: what became of trucks there, and the whole of those that come.

    `outcome` is `kept`, `declined`, `expired` or `withdrawn`; each of `trucks` has `passage`, and of those that come
    also `plate`, `trailer_plate`, `carrier`, `direction`, `references` and `seals`.
    """

    KIND: ClassVar[str] = "crossings.diversion-outcome/1.0"

    diversion: str
    place: str
    outcome: str
    at: datetime
    reason: str = ""
    trucks: tuple[Mapping[str, Any], ...] = ()
