"""What declarations tell: the packages above, at the address "here", and the crossing on the other side."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar


@dataclass(frozen=True)
class Lodged:
    """That these declarations have been lodged at a place, in one act."""

    KIND: ClassVar[str] = "declarations.lodged/1"

    place: str
    declarations: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Released:
    """That a declaration is released."""

    KIND: ClassVar[str] = "declarations.released/1"

    place: str
    declaration: str
    at: datetime


@dataclass(frozen=True)
class Advance:
    """To the node of the crossing across: an export that is released towards it, or is so no longer.

    `state` is `released` or `withdrawn`; the trucks that carry it are told by `key` and `plate`.  `record` is the
    declaration without what never crosses; where it would be too large, its last items are left out and counted.
    """

    KIND: ClassVar[str] = "declarations.advance/1.0"

    declaration: str
    reference: str
    place: str
    state: str
    office: str = ""
    released_at: datetime | None = None
    passages: tuple[Mapping[str, str], ...] = ()
    items_left_out: int = 0
    record: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class OperatorStatus:
    """To the nodes of a partner: the status of a firm as this customs has issued or reinstated it; never a person's.

    `number` counts what is said of this status, and the highest counts; days are ISO text.
    """

    KIND: ClassVar[str] = "declarations.operator-status/1.0"

    operator: str
    number: int
    firm: str
    kind: str
    valid_from: str
    valid_until: str
    state: str
    at: datetime
    name: str = ""
    terms: str = ""
    reason: str = ""


@dataclass(frozen=True)
class OperatorStopped:
    """To the nodes of a partner, at once: the status of a firm is suspended or withdrawn."""

    KIND: ClassVar[str] = "declarations.operator-stopped/1.0"

    operator: str
    number: int
    firm: str
    state: str
    at: datetime
    reason: str = ""
