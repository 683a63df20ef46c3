"""The door for messages: each opens into one command."""

from datetime import datetime

from mabar.crossings.messages import GateOut, GateOutUndone
from mabar.exchange import kinds


def register() -> None:
    """Name this package's openers."""
    kinds.register(GateOut, close_those_gone)
    kinds.register(GateOutUndone, reopen_those_back)


def close_those_gone(message: GateOut, at: datetime) -> None:
    """Close each declaration of the truck whose last truck it was."""
    from mabar.base import actors
    from mabar.declarations import commands, queries

    for key in queries.wholly_gone(message.declarations):
        commands.close(actors.node(), key, at=at)


def reopen_those_back(message: GateOutUndone, at: datetime) -> None:
    """Open each declaration of the truck again that its leaving had closed."""
    from mabar.base import actors
    from mabar.declarations import commands, queries

    for key in queries.closed_among(message.declarations):
        commands.reopen(actors.node(), key, at=at)
