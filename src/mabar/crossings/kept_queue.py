"""What many drivers ask of a crossing, kept for a second: however many ask, it is read and reckoned once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock
from typing import Generic, TypeVar

FRESH = timedelta(seconds=1)
# While one reader reckons anew, the others take what was so a moment ago; its hour stands on their page.
USABLE = timedelta(seconds=10)
T = TypeVar("T")


@dataclass
class Kept(Generic[T]):
    """The newest answer for each crossing with its instant, and who asks next; `read` asks anew."""

    read: Callable[[str, datetime], T]
    _newest: dict[str, tuple[datetime, T]] = field(default_factory=dict)
    _turns: dict[str, Lock] = field(default_factory=dict)

    def at(self, place: str, at: datetime) -> T:
        """Give the answer for a crossing, at most `FRESH` old, or `USABLE` while a newer one is being reckoned."""
        kept = self._within(place, at, FRESH)
        if kept is not None:
            return kept
        turn = self._turns.setdefault(place, Lock())
        usable = self._within(place, at, USABLE)
        if not turn.acquire(blocking=usable is None) and usable is not None:
            return usable
        try:
            # whoever waited for his turn finds what the one before him has reckoned
            return self._within(place, at, FRESH) or self._reckoned(place, at)
        finally:
            turn.release()

    def _within(self, place: str, at: datetime, age: timedelta) -> T | None:
        kept = self._newest.get(place)
        return kept[1] if kept is not None and abs(at - kept[0]) < age else None

    def _reckoned(self, place: str, at: datetime) -> T:
        found = self.read(place, at)
        self._newest[place] = (at, found)
        return found

    def forget(self) -> None:
        """Forget every answer."""
        self._newest.clear()
