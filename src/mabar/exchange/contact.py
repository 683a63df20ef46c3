"""One contact between two nodes: a body goes, a body comes back; by wire, or on a stick (mx1.md, 10)."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime

from mabar.exchange import crash_points, posting, rejoined, reopening, taking_in, trusting
from mabar.exchange.models import Partner
from mabar.exchange.numbering import Salt
from mabar.exchange.own import Own, own
from mabar.exchange.protocol import cbor, objects
from mabar.exchange.protocol.objects import CLASSES, Item
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.sending import MOST_UNDER_WAY
from mabar.exchange.taking_in import Heard

MOST_BODY = 24 * 1024 * 1024


def body_for(
    partner: Partner,
    at: datetime,
    *,
    urgencies: Collection[int] = CLASSES,
    replies: Sequence[Item] = (),
    tells_descriptors: bool = False,
    budget: int = posting.MOST_BODY,
    batches: int = MOST_UNDER_WAY,
    salt: Salt = secrets.token_bytes,
) -> bytes:
    """Make the body that goes to a partner now, with so many batches of a stream at most.

    Raises:
        Refused: there is no way to it: `descriptor.unknown`, `suite.unknown` or `descriptor.not-in-force`.
    """
    mine = own(at)
    # who we are comes first: nothing else is understood without it
    items = trusting.items_of(mine.code, mine.pen.descriptor) if tells_descriptors else []
    rejoined.keep_up(partner, mine.at_ms)
    items += [posting.greeting(partner, mine), *replies, *reopening.to_tell(partner.code)]
    items += _stops_for(partner, is_told=tells_descriptors)
    items += posting.given_back(partner, mine)
    items += posting.envelopes_for(partner, urgencies, mine, at, budget=budget, batches=batches, salt=salt)
    return b"".join(each.encoded() for each in items)


def take(body: bytes, at: datetime, *, most: int = MOST_BODY) -> Heard:
    """Take in what a partner brings; what follows a damaged item is not read, and comes again.

    Raises:
        Refused: `body.oversize`.
    """
    if len(body) > most:
        raise Refused("body.oversize", size=len(body), most=most)
    return taking_in.take_all(_items(body), own(at), at)


def _items(body: bytes) -> Iterator[Item]:
    try:
        for value in cbor.sequence(body):
            yield objects.item_of(value)
    except cbor.Malformed:
        return


def answer(
    body: bytes, at: datetime, *, urgencies: Collection[int] = CLASSES, is_caller_without_door: bool = False
) -> bytes:
    """Take in what a caller brings and make the answer; one that we cannot call takes what waits for it as well.

    Raises:
        Refused: `body.oversize`; `sender.unknown`: nobody we know has greeted.
    """
    heard = take(body, at)
    if heard.partner is None:
        raise Refused("sender.unknown", node="")
    crash_points.reached("taken-not-answered")
    mine = own(at)
    rejoined.keep_up(heard.partner, mine.at_ms)
    items = [posting.greeting(heard.partner, mine), *heard.replies]
    items += reopening.to_tell(heard.partner.code)
    items += _stops_for(heard.partner, is_told=heard.wants_descriptors)
    if heard.wants_descriptors:
        items += trusting.items_of(mine.code, mine.pen.descriptor)
    items += posting.given_back(heard.partner, mine)
    if is_caller_without_door and not has_door(heard.partner.code, mine):
        items += posting.envelopes_for(heard.partner, urgencies, mine, at)
    return b"".join(each.encoded() for each in items)


def _stops_for(partner: Partner, *, is_told: bool) -> list[Item]:
    """Give the stops and settles to a partner that hears who we are, or wants back what it said: it was restored."""
    return trusting.stops_for(partner.code) if is_told or partner.wanted else []


def has_door(partner: str, mine: Own) -> bool:
    """Tell whether a partner takes connections."""
    return bool(mine.book.current(partner, mine.at_ms).urls)
