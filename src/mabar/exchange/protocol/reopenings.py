"""A closed stream opens again: whose word a reopening is, and at which head both sides let the epoch end (9.3)."""

from mabar.exchange.protocol import cbor, checking, notices
from mabar.exchange.protocol.frontiers import Log, head_at
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.notices import Reopening
from mabar.exchange.protocol.objects import Context, Item, Stream, Type
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.ports import Checker
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.signed import Signed
from mabar.exchange.protocol.trust import TrustBook
from mabar.lib.merkle import Frontier


def signed_by(item: Item, book: TrustBook, checker: Checker) -> tuple[Reopening, str]:
    """Read a reopening; give what it says and the node whose key has signed it, one of the two of the stream.

    Raises:
        Refused: `reopening.malformed`, `reopening.signature`; `key.stopped` where its key counts no more.
    """
    try:
        read = notices.read_reopening(item.object)
        if item.type is not Type.REOPENING or read.said.epoch != item.context.epoch:
            raise cbor.Malformed("the context names another epoch")
    except cbor.Malformed as fault:
        raise Refused("reopening.malformed", fault=str(fault)) from None
    stream = item.context.stream
    for node in (stream.sender, stream.receiver):
        if _is_by(read, node, item.context, book, checker):
            _require_not_stopped(book, node, item.context.descriptor or 0)
            return read.said, node
    raise Refused("reopening.signature", sender=stream.sender, receiver=stream.receiver)


def _is_by(read: Signed[Reopening], node: str, context: Context, book: TrustBook, checker: Checker) -> bool:
    try:
        is_named = checking.names_suite(book, node, context)
    except Refused:  # this side has no descriptor of the number, or it has not come yet: it is told again
        return False
    return is_named and read.is_by(book.node_key(node, context.descriptor or 0), context, checker)


def _require_not_stopped(book: TrustBook, node: str, number: int) -> None:
    if book.is_stopped(node, book.node_key(node, number)):
        raise Refused("key.stopped", node=node, number=number)


def sign(closed: Stream, head: Head, *, pen: Pen, suite: int) -> Item:
    """Sign that a stream, named in its closed epoch, goes on in the next; `head` is where the closed one ends."""
    stream = Stream(closed.sender, closed.receiver, closed.urgency, closed.epoch + 1)
    context = Context.of(stream, suite=suite, descriptor=pen.descriptor)
    said = Reopening(closed.epoch, head, stream.epoch)
    return Item(Type.REOPENING, context, notices.sign_reopening(said, context, pen.node))


def closing(own: Head, theirs: Head, frontier: Frontier, log: Log) -> Head | None:
    """Give the head at which a closed epoch ends: the smaller of the two that were signed.

    None where the other side's is not of this log, so that the two mean different histories.  A head above a log that
    is shorter than what this node has signed, after a restoration, cannot be compared and is believed.
    """
    if own.size == theirs.size:
        return own if own == theirs else None
    least = min(own, theirs, key=lambda head: head.size)
    if least.size <= frontier.size and head_at(least.size, frontier, log) != least:
        return None
    return least
