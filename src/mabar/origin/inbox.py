"""The door for messages: each opens into one command."""

from typing import Any

from django.conf import settings

from mabar.base import actors
from mabar.base.keys import new_key
from mabar.exchange import kinds
from mabar.exchange.kinds import Letter, PartnerKind, PartnerOpener
from mabar.origin import commands
from mabar.origin.messages import Answer, Ended, Request
from mabar.origin.wire import KINDS


def register() -> None:
    """Name this package's openers."""
    openers: dict[type, tuple[PartnerOpener, str]] = {
        Request: (open_request, "request"),
        Answer: (open_answer, "request"),
        Ended: (open_ended, "serial"),
    }
    for message, (opener, subject) in openers.items():
        kind = PartnerKind(KINDS[message], message, opener, agency="customs", to_agencies=("customs",), subject=subject)
        kinds.register_for_partners(kind)


def open_request(message: Request, letter: Letter) -> None:
    """Store what a partner asks of a proof of this node."""
    told: Any = {"partner": letter.partner, "told": message, "place": settings.NODE.code}
    commands.take_request(actors.node(), new_key(letter.at), at=letter.at, **told)


def open_answer(message: Answer, letter: Letter) -> None:
    """Store what a partner answers to a request of this node."""
    commands.take_answer(actors.node(), message.request, partner=letter.partner, told=message, at=letter.at)


def open_ended(message: Ended, letter: Letter) -> None:
    """Store that a partner's proof is withdrawn or replaced."""
    told: Any = {"partner": letter.partner, "told": message, "place": settings.NODE.code}
    commands.take_ended(actors.node(), letter.key, at=letter.at, **told)
