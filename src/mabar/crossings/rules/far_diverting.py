"""What two nodes of one administration tell each other of diverted trucks, read strictly.  Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.crossings.rules.diverting import LONGEST_ROAD_HOURS
from mabar.crossings.rules.diverting_refusals import DiversionUnreadable
from mabar.crossings.rules.refusals import NotAcross

MOST_TRUCKS, MOST_NAMED, LONGEST_KEY = 5_000, 40, 26
DIRECTIONS = ("entry", "exit")
OUTCOMES = ("declined", "expired", "withdrawn")


@dataclass(frozen=True)
class FarTruck:
    """A truck that waits at the other crossing."""

    passage: str
    plate: str
    direction: str


@dataclass(frozen=True)
class Coming:
    """A truck that has kept its hour, as it is announced here."""

    truck: FarTruck
    trailer_plate: str
    carrier: str
    references: tuple[str, ...]
    seals: tuple[str, ...]


def check_sender(place: str, partner: str) -> None:
    """Refuse what a node tells for a crossing that is not its own.

    Raises:
        NotAcross.
    """
    if place != partner:
        raise NotAcross(place=place, partner=partner)


def read_road_hours(told: object) -> int:
    """Read the hours of road.

    Raises:
        DiversionUnreadable.
    """
    if not isinstance(told, int) or isinstance(told, bool) or not 0 <= told <= LONGEST_ROAD_HOURS:
        raise DiversionUnreadable(what="road_hours")
    return told


def read_outcome(told: str) -> str:
    """Read what became of trucks that do not come.

    Raises:
        DiversionUnreadable.
    """
    if told not in OUTCOMES:
        raise DiversionUnreadable(what="outcome")
    return told


def read_trucks(told: Sequence[Mapping[str, Any]]) -> tuple[FarTruck, ...]:
    """Read the trucks that are proposed, in their order, each once.

    Raises:
        DiversionUnreadable.
    """
    trucks = tuple(_truck(each) for each in told)
    if not trucks or len(trucks) > MOST_TRUCKS or len({each.passage for each in trucks}) != len(trucks):
        raise DiversionUnreadable(what="trucks")
    return trucks


def read_coming(told: Sequence[Mapping[str, Any]]) -> tuple[Coming, ...]:
    """Read the trucks that come.

    Raises:
        DiversionUnreadable.
    """
    return tuple(
        Coming(
            _truck(each),
            _text(each, "trailer_plate", is_needed=False),
            _text(each, "carrier", is_needed=False)[:200],
            _texts(each, "references"),
            _texts(each, "seals"),
        )
        for each in told
    )


def read_passages(told: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    """Read which trucks are meant.

    Raises:
        DiversionUnreadable.
    """
    return tuple(_text(each, "passage") for each in told)


def read_slots(told: Iterable[Mapping[str, Any]]) -> dict[str, datetime]:
    """Read the hours given, by the key of the passage.

    Raises:
        DiversionUnreadable.
    """
    return {_text(each, "passage"): _instant(each) for each in told}


def _instant(told: Mapping[str, Any]) -> datetime:
    try:
        at = datetime.fromisoformat(_text(told, "slot_at"))
    except ValueError:
        raise DiversionUnreadable(what="slot_at") from None
    if at.tzinfo is None:
        raise DiversionUnreadable(what="slot_at")
    return at


def _truck(told: Mapping[str, Any]) -> FarTruck:
    found = FarTruck(_text(told, "passage"), _text(told, "plate"), _text(told, "direction"))
    if found.direction not in DIRECTIONS or len(found.passage) > LONGEST_KEY or len(found.plate) > MOST_NAMED:
        raise DiversionUnreadable(what="trucks")
    return found


def _text(told: object, name: str, *, is_needed: bool = True) -> str:
    found = told.get(name, "") if isinstance(told, Mapping) else None
    if not isinstance(found, str) or (is_needed and not found):
        raise DiversionUnreadable(what=name)
    return found


def _texts(told: Mapping[str, Any], name: str) -> tuple[str, ...]:
    found = told.get(name, [])
    if not isinstance(found, list) or len(found) > MOST_NAMED or not all(isinstance(each, str) for each in found):
        raise DiversionUnreadable(what=name)
    return tuple(found)
