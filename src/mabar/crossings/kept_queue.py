"""The queue of each crossing, kept for a second: however many drivers ask, it is read and reckoned once."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from threading import Lock

from mabar.crossings.queries import Queue, queue

FRESH = timedelta(seconds=1)
# While one reader reckons anew, the others take the queue of a moment ago; its hour stands on their page.
USABLE = timedelta(seconds=10)


@dataclass
class KeptQueues:
    """The newest queue of each crossing, and who reckons the next; `read` gives one anew."""

    read: Callable[[str, datetime], Queue] = queue
    _newest: dict[str, Queue] = field(default_factory=dict)
    _turns: dict[str, Lock] = field(default_factory=dict)

    def at(self, place: str, at: datetime) -> Queue:
        """Give the queue of a crossing, at most `FRESH` old, or `USABLE` while a newer one is being reckoned."""
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

    def _within(self, place: str, at: datetime, age: timedelta) -> Queue | None:
        kept = self._newest.get(place)
        return kept if kept is not None and abs(at - kept.at) < age else None

    def _reckoned(self, place: str, at: datetime) -> Queue:
        self._newest[place] = self.read(place, at)
        return self._newest[place]

    def forget(self) -> None:
        """Forget every queue."""
        self._newest.clear()
