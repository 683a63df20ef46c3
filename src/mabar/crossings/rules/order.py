"""The order of the queue, published as it stands here: one rule for the wall, the board and every driver's page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mabar.crossings.rules.refusals import ExceptionStands, NotAReason, NotExcepted

Standing = TypeVar("Standing")  # the record of an exception, whatever keeps it
FORWARD, BACK = "call_forward", "put_back"
# Why an officer may depart from the order.  What is rare or private goes into his words, which the wall never shows.
REASONS: Mapping[str, tuple[str, ...]] = {
    FORWARD: ("perishable", "animals", "medicine", "emergency", "order"),
    BACK: ("absent", "papers", "asked", "order"),
}


@dataclass(frozen=True)
class Turn:
    """A truck in the queue as the rule sees it: when it came, its appointment, and an officer's exception.

    `slot_at` and `lapses_at` are those of an appointment that it has not given back; of `called_at` and `put_back_at`
    at most one is there.
    """

    key: str
    came_at: datetime
    slot_at: datetime | None = None
    lapses_at: datetime | None = None
    called_at: datetime | None = None
    put_back_at: datetime | None = None

    @property
    def is_in_time(self) -> bool:
        """Whether it came to its appointment no later than the tolerance allows."""
        return self.slot_at is not None and self.lapses_at is not None and self.came_at <= self.lapses_at


def stands_at(turn: Turn) -> datetime:
    """Give the instant at which a truck stands: its slot's if it came in time, else its arrival.

    One that was put back stands as if it had come then; nobody gains by being put back.
    """
    own = turn.slot_at if turn.slot_at is not None and turn.is_in_time else turn.came_at
    return own if turn.put_back_at is None else max(own, turn.put_back_at)


def in_order(turns: Iterable[Turn]) -> list[Turn]:
    """Put trucks in their order: those called forward as they were called, then each at its instant; ties by key."""
    return sorted(turns, key=_place)


def _place(turn: Turn) -> tuple[bool, datetime, str]:
    return turn.called_at is None, turn.called_at or stands_at(turn), turn.key


def check_excepted(act: str, reason: str, *, is_excepted: bool) -> None:
    """Refuse an exception without a reason of the list, or a second one for one truck.

    Raises:
        NotAReason, ExceptionStands.
    """
    if reason not in REASONS[act]:
        raise NotAReason(given=reason or "–")
    if is_excepted:
        raise ExceptionStands()


def check_exception(standing: Standing | None) -> Standing:
    """Give the exception that is to be withdrawn.

    Raises:
        NotExcepted: none stands.
    """
    if standing is None:
        raise NotExcepted()
    return standing
