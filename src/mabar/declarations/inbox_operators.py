"""The door for what a partner tells of trusted operators: each message opens into one command."""

from mabar.crossings import queries as crossings
from mabar.crossings.rules import NotAcross
from mabar.declarations.messages import OperatorStatus, OperatorStopped
from mabar.declarations.rules import operators
from mabar.exchange.kinds import Letter


def open_status(message: OperatorStatus, letter: Letter) -> None:
    """Keep the status of a firm as its customs has issued it."""
    from mabar.base import actors
    from mabar.declarations import commands

    told = operators.read(
        firm=message.firm,
        name=message.name,
        kind=message.kind,
        valid_from=message.valid_from,
        valid_until=message.valid_until,
        terms=message.terms,
    )
    commands.hear_operator_status(
        actors.node(),
        message.operator,
        place=_place(letter),
        partner=letter.partner,
        agreement=letter.terms,
        number=operators.read_step(message.number, message.state),
        state=message.state,
        reason=message.reason,
        said_at=message.at,
        at=letter.at,
        told=told,
    )


def open_stopped(message: OperatorStopped, letter: Letter) -> None:
    """Stop the status of a firm at once."""
    from mabar.base import actors
    from mabar.declarations import commands

    commands.hear_operator_stopped(
        actors.node(),
        message.operator,
        place=_place(letter),
        partner=letter.partner,
        firm=operators.check_firm(message.firm),
        number=operators.read_stop(message.number, message.state),
        state=message.state,
        reason=message.reason,
        said_at=message.at,
        at=letter.at,
    )


def _place(letter: Letter) -> str:
    """Name the crossing here that keeps what this partner tells: that across from it, else the first of the node."""
    here = crossings.facing(letter.partner)
    every = [here] if here else [place.code for place in crossings.crossing_places()]
    if not every:
        raise NotAcross(place="–", partner=letter.partner)
    return every[0]
