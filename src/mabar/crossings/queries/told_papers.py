"""What the package that keeps declarations tells of those on trucks; it names its teller when the node starts."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from mabar.crossings.models import PassageDeclaration

Keys = QuerySet[PassageDeclaration, str]


@dataclass(frozen=True)
class PaperStamps:
    """When a declaration was lodged, first got a lane and was released, and between which instants it stood queried."""

    regime: str
    is_national: bool
    lodged_at: datetime
    lane_at: datetime | None
    released_at: datetime | None
    queried: tuple[tuple[datetime, datetime], ...] = ()


Teller = Callable[[Keys], Mapping[str, PaperStamps]]
_tellers: list[Teller] = []


def register(teller: Teller) -> None:
    """Name who tells of declarations: given their keys as a query, it answers by key."""
    if teller not in _tellers:
        _tellers.append(teller)


def stamps_of(keys: Keys) -> dict[str, PaperStamps]:
    """Give the stamps of declarations by their keys."""
    told: dict[str, PaperStamps] = {}
    for teller in _tellers:
        told |= teller(keys)
    return told
