"""The door for messages: each opens into one command."""

from datetime import datetime
from typing import Any

from mabar.assistance import messages
from mabar.exchange import kinds
from mabar.exchange.kinds import Eraser, Letter, PartnerKind, PartnerOpener


def register() -> None:
    """Name this package's openers."""
    from mabar.assistance.wire import KINDS

    openers: dict[type, tuple[PartnerOpener, str, Eraser | None]] = {
        messages.Request: (open_request, "request", erase_request),
        messages.Step: (open_step, "request", None),
        messages.Reply: (open_reply, "request", erase_request),
        messages.ConsentNote: (open_consent, "request", None),
        messages.Officials: (open_officials, "administration", None),
        messages.Query: (open_query, "query", None),
        messages.Answer: (open_answer, "query", erase_answer),
    }
    for message, (opener, subject, eraser) in openers.items():
        kinds.register_for_partners(
            PartnerKind(
                KINDS[message],
                message,
                opener,
                agency="customs",
                to_agencies=("customs",),
                subject=subject,
                eraser=eraser,
            )
        )


def _told(letter: Letter) -> dict[str, Any]:
    return {"partner": letter.partner, "letter": letter.key, "at": letter.at}


def open_request(message: messages.Request, letter: Letter) -> None:
    """Take in a request."""
    from mabar.assistance import commands, telling
    from mabar.base import actors

    told = {**_told(letter), "place": telling.own_node()}
    commands.take_request(actors.node(), message.request, message=message, **told)


def open_step(message: messages.Step, letter: Letter) -> None:
    """Take in a step of a request."""
    from mabar.assistance import commands
    from mabar.base import actors

    commands.take_step(actors.node(), message.request, message=message, **_told(letter))


def open_reply(message: messages.Reply, letter: Letter) -> None:
    """Take in the answer to a request."""
    from mabar.assistance import commands
    from mabar.base import actors

    commands.take_reply(actors.node(), message.request, message=message, **_told(letter))


def open_consent(message: messages.ConsentNote, letter: Letter) -> None:
    """Take in what is said of a consent."""
    from mabar.assistance import commands
    from mabar.base import actors

    commands.take_consent(actors.node(), message.request, message=message, **_told(letter))


def open_officials(message: messages.Officials, letter: Letter) -> None:
    """Take in the list of the partner's officials."""
    from mabar.assistance import commands, telling
    from mabar.base import actors

    facts: dict[str, Any] = {"letter": letter.key, "place": telling.own_node(), "at": letter.at}
    commands.take_officials(actors.node(), letter.partner, message=message, **facts)


def open_query(message: messages.Query, letter: Letter) -> None:
    """Take in a query of one declaration."""
    from mabar.assistance import commands, telling
    from mabar.base import actors

    told = {**_told(letter), "place": telling.own_node(), "purpose": letter.purpose, "agreement": letter.terms}
    commands.take_query(actors.node(), message.query, message=message, **told)


def open_answer(message: messages.Answer, letter: Letter) -> None:
    """Take in the answer to a query."""
    from mabar.assistance import commands
    from mabar.base import actors

    commands.take_answer(actors.node(), message.query, message=message, **_told(letter))


def erase_request(partner: str, message: str, at: datetime) -> None:
    """Erase the texts of a request whose message's time is up, once the request has ended."""
    from mabar.assistance import commands, queries
    from mabar.base import actors

    key = queries.request_of_letter(message, partner=partner)
    if key is not None:
        commands.erase_texts(actors.node(), key, due_at=at, at=at)


def erase_answer(partner: str, message: str, at: datetime) -> None:
    """Erase what came in answer to a query when its time is up."""
    from mabar.assistance import inquiries

    inquiries.erase(message, at)
