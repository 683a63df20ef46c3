"""The door for messages about guarantees: each opens into one command."""

from django.conf import settings

from mabar.base import actors
from mabar.base.rules import NoSuchRecord
from mabar.exchange import kinds
from mabar.exchange.kinds import Letter, PartnerKind, PartnerOpener
from mabar.transit.commands import hearing_guarantees as commands
from mabar.transit.messages_guarantees import TrancheAsked, TrancheNews, TrancheReturned, TrancheUse
from mabar.transit.queries import guarantees as queries
from mabar.transit.wire_guarantees import KINDS

SUBJECT = "reference"


def register() -> None:
    """Name the openers; news of one guarantee is opened in its order."""
    openers: dict[type, PartnerOpener] = {
        TrancheNews: open_tranche,
        TrancheUse: open_use,
        TrancheAsked: open_asked,
        TrancheReturned: open_returned,
    }
    for message, opener in openers.items():
        kind = PartnerKind(KINDS[message], message, opener, agency="customs", to_agencies=("customs",), subject=SUBJECT)
        kinds.register_for_partners(kind)


def open_tranche(message: TrancheNews, letter: Letter) -> None:
    """Take in how a tranche stands that is lent to this node, or that none is."""
    key = message.guarantee or message.request
    place = settings.NODE.code
    commands.take_tranche(actors.node(), key, partner=letter.partner, told=message, place=place, at=letter.at)


def open_use(message: TrancheUse, letter: Letter) -> None:
    """Take in what was drawn on a tranche, or given back."""
    commands.take_use(actors.node(), _kept(message.reference), partner=letter.partner, told=message, at=letter.at)


def open_asked(message: TrancheAsked, letter: Letter) -> None:
    """Store what a crossing asks for."""
    place = settings.NODE.code
    commands.take_asked(actors.node(), message.request, partner=letter.partner, told=message, place=place, at=letter.at)


def open_returned(message: TrancheReturned, letter: Letter) -> None:
    """Take in what has come back of a tranche."""
    commands.take_returned(actors.node(), _kept(message.reference), partner=letter.partner, told=message, at=letter.at)


def _kept(reference: str) -> str:
    key = queries.key_of_reference(reference)
    if key is None:
        raise NoSuchRecord(key=reference)
    return key
