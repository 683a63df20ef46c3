"""The door for messages: each opens into one command."""

from datetime import datetime

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.crossings import commands, queries
from mabar.crossings.messages import GateOut, GateOutUndone
from mabar.exchange import kinds


def register() -> None:
    """Name this package's openers."""
    kinds.register(GateOut, open_gate_out)
    kinds.register(GateOutUndone, open_gate_out_undone)


def open_gate_out(message: GateOut, at: datetime) -> None:
    """Announce a truck that has left for the other side, or tie it to its announcement there."""
    across = queries.facing(message.place) if message.direction == "exit" else None
    if across is None:
        return
    known = queries.live_passage_of(message.plate, place=across, direction="entry")
    if known is not None:
        commands.note_origin(actors.node(), known.key, origin=message.passage, at=at)
        return
    commands.announce(
        actors.node(),
        new_key(at),
        place=across,
        direction="entry",
        plate=message.plate,
        trailer_plate=message.trailer_plate,
        carrier=message.carrier,
        seals=message.seals,
        origin=message.passage,
        at=at,
    )


def open_gate_out_undone(message: GateOutUndone, at: datetime) -> None:
    """Take back what the gate-out announced; a truck that others had announced before stays announced."""
    for across in queries.tied_to(message.passage):
        if across.state != "announced":
            continue
        if queries.was_announced_by(across.key, actors.NODE_KEY):
            commands.withdraw(actors.node(), across.key, reason=GateOutUndone.KIND, at=at)
        else:
            commands.note_origin(actors.node(), across.key, origin=None, at=at)
