"""Sending: numbering what waits, choosing what goes next, and what the receiver's answers change (6.4 to 6.6)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from mabar.exchange.protocol.batches import MOST_BYTES, MOST_STATEMENTS, Batch, Entry
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.checking import Signing
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.frontiers import Log, grow, head_at
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Item, Stream
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.ports import MLDSA44
from mabar.exchange.protocol.rejoining import Standing, contradicted, why_not_number
from mabar.exchange.protocol.statements import Statement
from mabar.lib.merkle import Frontier, Node, leaf_hash

MOST_UNDER_WAY = 2
REPEAT_MS = 60 * 1000
PQ_AFTER_MS, PQ_AFTER_LEAVES = 60 * 60 * 1000, 1000
PQ_SUITE = 2
# What a batch holds beside its entries: its own fields, a head and a PQ head; and each entry beside bytes and payload.
_ROUND_BATCH, _ROUND_ENTRY = 3 * 1024, 48
_ROUND_SEAL = 2 * 1024


@dataclass(frozen=True)
class Draft:
    """A message that waits for its number; its payload has been projected to what the terms name.

    Attributes:
        digest: of salt and payload.
        length: of the payload, in bytes.
        agency: number of the originator in the node's descriptor.
        addressees: codes of agencies of the receiver.
    """

    message_id: bytes
    kind: str
    digest: bytes
    length: int
    addressees: tuple[str, ...]
    agency: int = 0
    purpose: str | None = None
    terms: str | None = None
    expires_ms: int | None = None
    handling: int = 0

    def numbered(self, seq: int, issued_ms: int) -> Statement:
        """Give the statement of the message under its number."""
        told = (self.purpose, self.terms, issued_ms, self.expires_ms, self.handling, self.agency, self.addressees)
        return Statement(seq, self.message_id, self.kind, self.digest, bucket(self.length), *told)


@dataclass(frozen=True)
class Numbered:
    """What is to be stored in the transaction that numbers.

    Attributes:
        statements: in the order of their seq.
        items: the same, signed.
        frontier: of the log that has them.
        nodes: of the log that were completed, the leaves among them.
    """

    statements: tuple[Statement, ...]
    items: tuple[Item, ...]
    frontier: Frontier
    nodes: tuple[Node, ...]


def number(drafts: Iterable[Draft], standing: Standing, *, pen: Pen, suite: int, issued_ms: int) -> Numbered:
    """Number what waits, in the order of the message ids, and sign it.

    Args:
        drafts: what goes now; none of it was numbered before on this stream.
        standing: of the stream.
        pen: of the node.
        suite: that both nodes can use.
        issued_ms: by which the terms are judged.
    Raises:
        ValueError: nothing may be numbered on the stream now, an id comes twice, or a draft has no form.
    """
    if (reason := why_not_number(standing)) is not None:
        raise ValueError(f"nothing may be numbered on {standing.stream}: {reason}")
    ordered = sorted(drafts, key=lambda draft: draft.message_id)
    if len({draft.message_id for draft in ordered}) != len(ordered):
        raise ValueError("the same message twice")
    begin = standing.frontier.size + 1
    statements = tuple(draft.numbered(seq, issued_ms) for seq, draft in enumerate(ordered, start=begin))
    items = tuple(pen.statement(each, standing.stream, suite=suite) for each in statements)
    grown = grow(standing.frontier, (leaf_hash(item.object) for item in items))
    return Numbered(statements, items, grown.frontier, grown.nodes)


def room(lengths: Iterable[int], *, most_bytes: int = MOST_BYTES) -> int:
    """Tell how many of the next entries go into one batch: at least the first, at most 500, within the bytes.

    Args:
        lengths: of each entry in order, the signed statement and the payload together.
        most_bytes: of the opened body.
    """
    left = most_bytes - _ROUND_BATCH
    fitting = 0
    for length in lengths:
        left -= length + _ROUND_ENTRY
        if fitting and (left < 0 or fitting == MOST_STATEMENTS):
            break
        fitting += 1
    return fitting


def most_body(largest_envelope: int) -> int:
    """Give the most bytes of a body that fit the receiver's largest envelope, even where nothing can be packed."""
    return min(MOST_BYTES, largest_envelope * 7 // 8 - _ROUND_SEAL)


def batch(stream: Stream, entries: Sequence[Entry], head: Head, *, pen: Pen, suite: int) -> Batch:
    """Make a batch; its head is that of the log at its last entry, or, without entries, at the last that was sent."""
    signed = pen.head(head, stream, suite=suite).object
    return Batch(stream.urgency, stream.epoch, tuple(entries), signed)


def with_pq_head(made: Batch, stream: Stream, head: Head, *, pen: Pen, suite: int) -> Batch:
    """Sign the head of a batch a second time."""
    return replace(made, pq_head=pen.pq_head(head, stream, suite=suite).object)


def is_pq_head_due(*, suite: int, size: int, last_size: int, last_ms: int | None, at_ms: int) -> bool:
    """Tell whether the head of `size` is to be signed a second time (section 5.4)."""
    if suite != PQ_SUITE or size <= last_size:
        return False
    return last_ms is None or abs(at_ms - last_ms) >= PQ_AFTER_MS or size - last_size >= PQ_AFTER_LEAVES


def is_repeat_due(*, last_ms: int | None, at_ms: int) -> bool:
    """Tell whether a silent stream repeats its head (section 6.4); a clock that was set back does not put it off."""
    return last_ms is None or abs(at_ms - last_ms) >= REPEAT_MS


@dataclass(frozen=True)
class Flight:
    """How far a stream has been sent.

    Attributes:
        settled: size of the last R1; what lies below it is stored.
        sent: the last seq that has been sent; the next batch begins after it.
        under_way: the last seq of each batch that is not answered yet, in order.
    """

    settled: int = 0
    sent: int = 0
    under_way: tuple[int, ...] = ()

    @property
    def may_send(self) -> bool:
        """Whether another batch may go."""
        return len(self.under_way) < MOST_UNDER_WAY

    def after_sending(self, last: int) -> "Flight":
        """Note that a batch up to seq `last` has gone."""
        return replace(self, sent=last, under_way=(*self.under_way, last))

    def after_silence(self) -> "Flight":
        """Give up waiting for answers: go back to what is settled, or to what a restored receiver says it has."""
        return Flight(self.settled, min(self.settled, self.sent))

    def after_receipt(self, size: int) -> "Flight":
        """Go on from an R1; one that settles nothing says that a batch came behind a gap: go back.

        One below what is settled is old; that the receiver has lost something, its greeting says.
        """
        if size > self.settled:
            return Flight(size, max(self.sent, size), tuple(last for last in self.under_way if last > size))
        return self.after_silence() if size == self.settled and self.under_way else self

    def after_greeting(self, size: int) -> "Flight":
        """Go on from the stored size in the receiver's greeting, which proves nothing and may have crossed a batch."""
        # below what it has receipted: it was restored, and what is under way begins behind a gap
        if not self.under_way or size < self.settled:
            return Flight(self.settled, size)
        left = tuple(last for last in self.under_way if last > size)
        return replace(self, sent=max(self.sent, size), under_way=left)


@dataclass(frozen=True)
class Behind:
    """The receiver has stored more than this log has: this node was restored, and numbers nothing (section 9.4)."""

    peer_size: int


@dataclass(frozen=True)
class Diverged:
    """The receiver has stored another log: the stream is closed; the bundle, where there is one, names it guilty."""

    bundle: Bundle | None


def hear_receipt(flight: Flight, receipt: Signing, frontier: Frontier, log: Log) -> Flight | Behind | Diverged:
    """Judge an R1 that has been checked, by the log of what was sent.

    Args:
        flight: how far the stream has been sent.
        receipt: an R1 or a PQ R1.
        frontier: of the sender's log.
        log: the sender's.
    """
    size = receipt.head.size
    if size > frontier.size:
        return Behind(size)
    if head_at(size, frontier, log) != receipt.head:
        return Diverged(contradicted(receipt, log))
    # A PQ R1 comes beside the R1 of the same head, which has said how far.
    return flight if receipt.alg == MLDSA44 else flight.after_receipt(size)


class Reaction(StrEnum):
    """What a sender does when a batch was refused; it goes back to what is settled in each case."""

    AGAIN = "again"
    TELL_DESCRIPTORS = "tell-descriptors"
    STAND = "stand"
    CLOSE = "close"


# What is not named here is damage on the way, or a fault of ours that an engineer must see if it comes again.
REACTIONS = {
    "descriptor.unknown": Reaction.TELL_DESCRIPTORS,
    "envelope.not-opened": Reaction.TELL_DESCRIPTORS,
    "suite.unknown": Reaction.TELL_DESCRIPTORS,
    "descriptor.not-in-force": Reaction.STAND,
    "descriptor.fell": Reaction.STAND,
    "sender.unknown": Reaction.STAND,
    "key.stopped": Reaction.STAND,
    "suite.too-low": Reaction.STAND,
    "envelope.oversize": Reaction.STAND,
    "stream.closed": Reaction.CLOSE,
    "stream.epoch": Reaction.STAND,
}


def reaction_to(code: str) -> Reaction:
    """Tell what a sender does when a batch was refused with this code."""
    return REACTIONS.get(code, Reaction.AGAIN)
