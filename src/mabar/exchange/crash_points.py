"""The places where a kill or a power cut would hurt most, by name; a node at work passes them without a step.

The simulation listens and ends the node there.  A name says what is done and what is not yet: `stored-not-answered`.
"""

from collections.abc import Callable

_listener: Callable[[str], None] | None = None


def reached(name: str) -> None:
    """Say that the node stands at a crash point."""
    if _listener is not None:
        _listener(name)


def listen(listener: Callable[[str], None] | None) -> Callable[[str], None] | None:
    """Let the simulation hear of every point, or nobody; gives who heard of them before."""
    global _listener
    before, _listener = _listener, listener
    return before
