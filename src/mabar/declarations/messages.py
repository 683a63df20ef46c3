"""What declarations tell the packages above, at the address "here"."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


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
