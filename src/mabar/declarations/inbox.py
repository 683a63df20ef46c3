"""The door for messages: each opens into one command."""

from datetime import datetime

from mabar.crossings.messages import GateOut, GateOutUndone, Transshipped
from mabar.declarations.messages import Advance, OperatorStatus, OperatorStopped
from mabar.exchange import kinds
from mabar.exchange.kinds import Letter, PartnerKind


def register() -> None:
    """Name this package's openers."""
    from mabar.declarations import inbox_operators
    from mabar.declarations.wire import ADVANCE, OPERATOR_STATUS, OPERATOR_STOPPED

    kinds.register(GateOut, close_those_gone)
    kinds.register(GateOutUndone, reopen_those_back)
    kinds.register(Transshipped, tell_of_other_trucks)
    kinds.register_for_partners(
        PartnerKind(
            ADVANCE,
            Advance,
            open_advance,
            agency="customs",
            to_agencies=("customs",),
            subject="declaration",
            eraser=erase_advance,
        )
    )
    for row, message, opener in (
        (OPERATOR_STATUS, OperatorStatus, inbox_operators.open_status),
        (OPERATOR_STOPPED, OperatorStopped, inbox_operators.open_stopped),
    ):
        kinds.register_for_partners(
            PartnerKind(row, message, opener, agency="customs", to_agencies=("customs",), subject="operator")
        )


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


def tell_of_other_trucks(message: Transshipped, at: datetime) -> None:
    """Tell the crossing across anew of each released export of the truck: other trucks bring it now."""
    from mabar.base import actors
    from mabar.declarations import commands, queries

    for key in queries.released_among(message.declarations):
        commands.tell_of_trucks(actors.node(), key, at=at)


def open_advance(message: Advance, letter: Letter) -> None:
    """Store what a partner tells of an export, with its draft of import."""
    from mabar.base import actors
    from mabar.base.keys import new_key
    from mabar.crossings import queries as crossings
    from mabar.crossings.rules import NotAcross
    from mabar.declarations import advances, commands

    here = crossings.facing(message.place)
    if here is None or message.place != letter.partner:
        raise NotAcross(place=message.place, partner=letter.partner)
    arrived = advances.read(message, letter, place=here)
    commands.take_advance(actors.node(), new_key(letter.at), arrived=arrived, draft=new_key(letter.at), at=letter.at)


def erase_advance(partner: str, message: str, at: datetime) -> None:
    """Erase what is still held of a message whose time is up."""
    from mabar.declarations import advances

    advances.erase(partner, message, at)
