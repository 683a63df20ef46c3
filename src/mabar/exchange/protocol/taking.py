"""Taking a batch in: the rules of section 6.5, in their order."""

from collections.abc import Collection, Sequence

from mabar.exchange.protocol import cbor, checking, comparing, envelopes, evidence
from mabar.exchange.protocol.batches import Batch, read_batch
from mabar.exchange.protocol.checking import Told
from mabar.exchange.protocol.comparing import Fork, Gap, StreamView, Taken
from mabar.exchange.protocol.envelopes import Envelope, Way
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.frontiers import Log
from mabar.exchange.protocol.objects import BULK, BUSINESS, FLASH, OPERATIONAL, Context, Item, Stream
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.ports import Checker, Opener, Packer
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.trust import TrustBook

# Class 3 is refused first; the last twentieth of the room is for flash and receipts.
LEAST_FREE_PERCENT = {FLASH: 0, OPERATIONAL: 5, BUSINESS: 7, BULK: 10}


def require_room(urgency: int, *, free_percent: float) -> None:
    """Let pass a class for which there is still room.

    Raises:
        Refused: `node.full`.
    """
    if free_percent < LEAST_FREE_PERCENT[urgency]:
        raise Refused("node.full", urgency=urgency)


def header(
    item: Item, book: TrustBook, *, me: str, neighbours: Collection[str], floor: int, at_ms: int, checker: Checker
) -> Envelope:
    """Check all of an envelope that can be seen without opening it: rules 1 to 4.

    Args:
        item: the envelope.
        book: whose keys count.
        me: the node that it should be for.
        neighbours: the nodes with which this one exchanges.
        floor: the lowest suite that is taken from its sender.
        at_ms: the clock of this node.
        checker: checks the signature.
    Raises:
        Refused: a code of rules 1 to 4.
    """
    envelope = envelopes.read(item)
    envelopes.require_for(envelope, me)
    _require_sender(envelope, book, neighbours, at_ms)
    _require_suite(envelope.way, book, floor)
    envelopes.require_size(envelope, book.descriptor(me, envelope.way.receiver_descriptor).largest_envelope)
    way = envelope.way
    envelopes.require_signed(envelope, book.node_key(way.sender, way.sender_descriptor), checker)
    return envelope


def _require_sender(envelope: Envelope, book: TrustBook, neighbours: Collection[str], at_ms: int) -> None:
    way = envelope.way
    key = book.node_key(way.sender, way.sender_descriptor)
    if not book.in_force(way.sender, way.sender_descriptor, at_ms):
        sent_ms = envelope.header.said.sent_ms
        number = way.sender_descriptor
        raise Refused("descriptor.not-in-force", node=way.sender, number=number, clock=at_ms, sent=sent_ms)
    if way.sender not in neighbours:
        raise Refused("sender.unknown", node=way.sender)
    if book.is_stopped(way.sender, key):
        raise Refused("key.stopped", node=way.sender, number=way.sender_descriptor)


def _require_suite(way: Way, book: TrustBook, floor: int) -> None:
    for node, number in ((way.sender, way.sender_descriptor), (way.receiver, way.receiver_descriptor)):
        if way.suite not in book.descriptor(node, number).usable_suites:
            raise Refused("suite.unknown", suite=way.suite, node=node, number=number)
    if way.suite < floor:
        raise Refused("suite.too-low", suite=way.suite, floor=floor)


def opened(envelope: Envelope, opener: Opener, packer: Packer) -> Batch:
    """Open an envelope that has passed `header`, and read the batch in it: rule 5.

    Raises:
        Refused: `envelope.not-opened`, `envelope.body` or `batch.malformed`.
    """
    body = envelopes.open_body(envelope, opener, packer)
    try:
        return read_batch(body)
    except cbor.Malformed as fault:
        raise Refused("batch.malformed", fault=str(fault)) from None


def stream_of(batch: Batch, way: Way) -> Stream:
    """Give the stream that a batch belongs to; in a returned batch it is the receiver's own."""
    sender, receiver = (way.receiver, way.sender) if batch.is_returned else (way.sender, way.receiver)
    return Stream(sender, receiver, batch.urgency, batch.epoch)


def take(
    view: StreamView, batch: Batch, way: Way, book: TrustBook, log: Log, *, pen: Pen, checker: Checker
) -> Taken | Gap | Fork:
    """Judge an opened batch by rules 6 to 10.

    Args:
        view: of the stream in its present epoch.
        batch: not a returned one.
        way: of its envelope.
        book: whose keys count.
        log: what is stored of the stream.
        pen: by which R1 is signed.
        checker: checks signatures.
    Raises:
        Refused: a code of rules 6 and 7.
    """
    require_open(view.stream, batch, is_open=view.is_open)
    if way.sender_descriptor < view.descriptor:
        raise Refused("descriptor.fell", number=way.sender_descriptor, last=view.descriptor)
    context = Context.of(view.stream, suite=way.suite, descriptor=way.sender_descriptor)
    told = checking.told_in(batch, view.stream, book, checker)
    head = checking.head_in(batch, context, book, checker)
    pq_head = checking.pq_head_in(batch, head.head, context, book, checker)
    if (bundle := reused(view.stream, view.frontier.size, told, log)) is not None:
        return Fork(bundle)
    new = tuple(each for each in told if each.statement.seq > view.frontier.size)
    if new and new[0].statement.seq != view.frontier.size + 1:
        return Gap(comparing.last_receipt(view, way, pen))
    return comparing.compared(comparing.Arrived(view, new, head, pq_head, log), way, pen)


def require_open(stream: Stream, batch: Batch, *, is_open: bool) -> None:
    """Let pass what is for a stream that is open, in its present epoch.

    Raises:
        Refused: `stream.closed` or `stream.epoch`.
    """
    if not is_open:
        raise Refused("stream.closed", sender=stream.sender, urgency=stream.urgency, epoch=stream.epoch)
    if batch.epoch != stream.epoch:
        facts = {"urgency": stream.urgency, "epoch": batch.epoch, "present": stream.epoch}
        raise Refused("stream.epoch", sender=stream.sender, **facts)


def reused(stream: Stream, size: int, told: Sequence[Told], log: Log) -> Bundle | None:
    """Compare what is stored already with what is stored: rule 8."""
    again = [each for each in told if each.statement.seq <= size]
    if not again:
        return None
    stored = log.statements(again[0].statement.seq, again[-1].statement.seq)
    for one, other in zip(stored, again, strict=True):
        if one.object != other.entry.signed:
            return evidence.of_reused_sequence(one, other.item(stream))
    return None
