"""What the connections that speak on one line share: whose turn it is, and how much a body may have.

Turns keep what is said and heard in its order.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Saying:
    """A body that is said in its turn, and its answer."""

    def __init__(self, turn: threading.Lock, before: threading.Event) -> None:
        self._turn, self._before, self._has_turn = turn, before, True
        self.is_heard = threading.Event()

    def is_said(self) -> None:
        """Give the turn to another: all of the body lies in the line."""
        if self._has_turn:
            self._has_turn = False
            self._turn.release()

    def wait_for_those_before(self, longest_s: float) -> None:
        """Wait until the answer to the body before has been taken in, or is given up: its receipts are older."""
        self._before.wait(longest_s)


class Turn:
    """The turn of those on one line.

    Attributes:
        budget: of a body before it is packed, in bytes.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self._lock, self._last = threading.Lock(), threading.Event()
        self._last.set()
        self._unheard: set[Saying] = set()

    @property
    def is_taken(self) -> bool:
        """Whether somebody speaks now."""
        return self._lock.locked()

    @property
    def is_waiting(self) -> bool:
        """Whether somebody speaks, or waits for an answer."""
        return bool(self._unheard)

    @contextmanager
    def taken(self) -> Iterator[Saying]:
        """Speak when the others have said all of their bodies; the answer is taken in before this ends."""
        self._lock.acquire()
        saying = Saying(self._lock, self._last)
        self._last = saying.is_heard
        self._unheard.add(saying)
        try:
            yield saying
        finally:
            saying.is_said()
            self._unheard.discard(saying)
            saying.is_heard.set()
