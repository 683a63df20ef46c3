"""The door for messages: each opens into one command."""

from typing import Any

from mabar.base import actors
from mabar.exchange import kinds
from mabar.exchange.kinds import Letter, PartnerKind, PartnerOpener
from mabar.transit import commands, messages, nodes
from mabar.transit.wire import KINDS


def register() -> None:
    """Name this package's openers."""
    openers: dict[type, PartnerOpener] = {
        messages.Anticipated: open_anticipated,
        messages.State: open_state,
        messages.Crossed: open_events,
        messages.Incident: open_events,
        messages.Arrived: open_events,
        messages.Remarks: open_events,
        messages.Enquiry: open_question,
        messages.EnquiryAnswer: open_answer,
    }
    for message, opener in openers.items():
        kind = PartnerKind(KINDS[message], message, opener, agency="customs", to_agencies=("customs",), subject="mrn")
        kinds.register_for_partners(kind)


def _told(letter: Letter) -> dict[str, Any]:
    return {"partner": letter.partner, "place": nodes.own_node(), "at": letter.at}


def open_anticipated(message: messages.Anticipated, letter: Letter) -> None:
    """Take in what comes."""
    commands.take_anticipated(actors.node(), letter.key, message=message, **_told(letter))


def open_state(message: messages.State, letter: Letter) -> None:
    """Take in how a movement stands at home."""
    commands.take_state(actors.node(), letter.key, message=message, **_told(letter))


def open_events(message: messages.EnRoute, letter: Letter) -> None:
    """Take in what an office on the way did."""
    commands.take_events(actors.node(), letter.key, message=message, **_told(letter))


def open_question(message: messages.Enquiry, letter: Letter) -> None:
    """Take in what home asks."""
    commands.take_question(actors.node(), letter.key, message=message, **_told(letter))


def open_answer(message: messages.EnquiryAnswer, letter: Letter) -> None:
    """Take in what an office answered."""
    commands.take_answer(actors.node(), letter.key, message=message, **_told(letter))
