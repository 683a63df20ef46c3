"""The evidence of one message: what proves to a stranger that it was said (docs/wire/mx1.md, 9.2, claim 1)."""

from mabar.exchange import accusing, keeping
from mabar.exchange.models import Received, Sent, SignedHead
from mabar.exchange.protocol import evidence, objects
from mabar.exchange.protocol.batches import Body
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.refusals import NoProofYet
from mabar.lib import merkle


def bundle_of(message: Sent | Received) -> Bundle:
    """Make the bundle of a message: its statement, a signed head with the path to it, and R1 where there is one.

    Raises:
        NoProofYet: no signed head covers it.
    """
    signed = _head_over(message)
    if signed is None:
        raise NoProofYet(key=message.message)
    kept = keeping.Kept(message.stream)
    statement = kept.item(message.suite, message.descriptor, message.statement)
    items = (signed.head, signed.receipt, signed.pq_head, signed.pq_receipt)
    heads = [objects.read_item(bytes(each)) for each in items if each is not None]
    path = merkle.inclusion_proof(message.seq - 1, signed.size, kept.node)
    return accusing.with_trust(evidence.of_message(statement, heads, path, _body(message)))


def _head_over(message: Sent | Received) -> SignedHead | None:
    """Choose the smallest head over the message that the reader has signed too, else the smallest."""
    over = SignedHead.objects.filter(stream=message.stream, size__gte=message.seq, head__isnull=False).order_by("size")
    return over.filter(receipt__isnull=False).first() or over.first()


def _body(message: Sent | Received) -> Body | None:
    if message.salt is None or message.payload is None:
        return None
    return Body(bytes(message.salt), bytes(message.payload))
