"""What partner nodes tell in the tests of transit."""

from mabar.base.keys import new_key
from mabar.exchange.kinds import Letter
from mabar.exchange.models import Received
from tests.transit.keeping import later


def letter(partner: str) -> Letter:
    """Give what an opener is told of a message beside the message itself."""
    return Letter(partner, new_key(later(1)), "", {}, "transit", "dz-ly.goods.1", 1.0, False, later(1))


def payloads(kind: str) -> list[bytes]:
    """Give the documents of a kind that the node at work has stored, in their order."""
    return [bytes(each.payload) for each in Received.objects.filter(kind=kind).order_by("seq")]
