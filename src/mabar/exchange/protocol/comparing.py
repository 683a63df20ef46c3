"""The log and its heads: what a batch that is well signed brings, and whether it fits what came before (6.5, 10)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from mabar.exchange.protocol import evidence
from mabar.exchange.protocol.checking import Signing, Told
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.frontiers import Grown, Log, frontier_at, grow, head_at
from mabar.exchange.protocol.heads import EMPTY, Head, read_receipt, read_signed_head
from mabar.exchange.protocol.objects import Item, Stream
from mabar.exchange.protocol.pens import Pen
from mabar.lib import merkle

MOST_AHEAD = 16
_NOTHING = merkle.Frontier()


@dataclass(frozen=True)
class StreamView:
    """What a receiver must know of a stream to take a batch in.

    Attributes:
        stream: in its present epoch.
        frontier: of the log that is stored.
        receipt: the last R1 that this node has signed here.
        ahead: heads of the sender that are larger than the log and wait to be compared.
        descriptor: number of the sender's descriptor in the last envelope taken.
        mark: the largest R1 that this node has ever signed here, from the file outside the database.
    """

    stream: Stream
    frontier: merkle.Frontier = _NOTHING
    receipt: Item | None = None
    ahead: tuple[Item, ...] = ()
    descriptor: int = 0
    mark: Head | None = None
    is_open: bool = True


@dataclass(frozen=True)
class Taken:
    """What is to be stored in one transaction, and then answered.

    Attributes:
        view: what is known of the stream from now on.
        told: the new statements with their bodies.
        nodes: the nodes of the log that were completed, the leaves among them.
        heads: heads of the sender, of this batch or of before, that the log now confirms.
        pq_head: that of the batch, where it has one and the log confirms it.
        receipt: the R1 to answer with; None while a restored node may sign none.
        pq_receipt: answers the PQ head.
    """

    view: StreamView
    told: tuple[Told, ...] = ()
    nodes: tuple[merkle.Node, ...] = ()
    heads: tuple[Item, ...] = ()
    pq_head: Item | None = None
    receipt: Item | None = None
    pq_receipt: Item | None = None


@dataclass(frozen=True)
class Gap:
    """The batch does not begin where the log ends: nothing is stored, and the last R1 is the answer."""

    receipt: Item | None


@dataclass(frozen=True)
class Fork:
    """The stream ends here: close it at its last doubly signed head and answer `stream.closed`.

    `bundle` proves who is guilty, once the root records and descriptors are put in; None where only this node's own
    high-water mark, which proves nothing to others, speaks against the batch.
    """

    bundle: Bundle | None


@dataclass(frozen=True)
class Arrived:
    """A batch that has passed rules 1 to 9, on its stream."""

    view: StreamView
    new: tuple[Told, ...]
    head: Signing
    pq_head: Signing | None
    log: Log

    def waiting(self) -> list[Signing]:
        """Read the heads that wait to be compared."""
        return [Signing(read_signed_head(item.object).said, item) for item in self.view.ahead]

    def grown(self) -> Grown:
        """Give the log with the new statements, and its roots wherever something is compared."""
        mark = self.view.mark
        sizes = {each.head.size for each in (self.head, *self.waiting())} | ({mark.size} if mark else set())
        return grow(self.view.frontier, (each.leaf for each in self.new), roots_at=sizes)

    def root(self, size: int, grown: Grown) -> bytes:
        """Give the root of the grown log at a size that it has or had."""
        return grown.roots[size] if size in grown.roots else head_at(size, self.view.frontier, self.log).root


def compared(arrived: Arrived, way: Way, pen: Pen) -> Taken | Fork:
    """Compare heads with the log (rule 10)."""
    waiting, head = arrived.waiting(), arrived.head
    for each in waiting:
        if each.head.size == head.head.size and each.head != head.head:
            return Fork(evidence.of_two_heads(each.item, head.item))
    grown = arrived.grown()
    size, mark = grown.frontier.size, arrived.view.mark
    known = [*(each for each in waiting if each.head != head.head), head]
    reached = sorted((each for each in known if each.head.size <= size), key=lambda each: each.head.size)
    for each in reached:
        if arrived.root(each.head.size, grown) != each.head.root:
            return Fork(_broken(arrived, each))
    if mark and arrived.view.frontier.size < mark.size <= size and grown.roots[mark.size] != mark.root:
        return Fork(None)
    ahead = tuple(each.item for each in known if each.head.size > size)[:MOST_AHEAD]
    return _taken(arrived, grown, reached, ahead, way, pen)


def _broken(arrived: Arrived, broken: Signing) -> Bundle:
    """Accuse the sender of a head that the log does not give, by the largest earlier one that it does."""
    view, log, size = arrived.view, arrived.log, broken.head.size
    earlier = log.head_up_to(min(size, view.frontier.size))
    begin = read_signed_head(earlier.object).said.size if earlier else 0
    if earlier and begin == size:
        return evidence.of_two_heads(earlier, broken.item)
    end = min(size, view.frontier.size)
    stored = log.statements(begin + 1, end) if begin < end else ()
    new = (each.item(view.stream) for each in arrived.new if each.statement.seq <= size)
    return evidence.of_broken_head(earlier, frontier_at(begin, view.frontier, log), [*stored, *new], broken.item)


def _taken(
    arrived: Arrived, grown: Grown, reached: Sequence[Signing], ahead: tuple[Item, ...], way: Way, pen: Pen
) -> Taken:
    view = replace(arrived.view, frontier=grown.frontier, ahead=ahead, descriptor=way.sender_descriptor)
    pq_head = arrived.pq_head if arrived.head in reached else None
    taken = Taken(
        view, arrived.new, grown.nodes, heads=_unsigned(view, reached), pq_head=pq_head.item if pq_head else None
    )
    if view.mark and grown.frontier.size < view.mark.size:
        return taken
    largest = max((each.head for each in reached), key=lambda head: head.size, default=EMPTY)
    receipt = last_receipt(view, way, pen) if largest.size <= _signed_size(view) else None
    receipt = receipt or pen.receipt(largest, view.stream, suite=way.suite)
    is_pq_due = pq_head is not None and pen.pq is not None
    pq_receipt = pen.pq_receipt(arrived.head.head, view.stream, suite=way.suite) if is_pq_due else None
    return replace(taken, view=replace(view, receipt=receipt), receipt=receipt, pq_receipt=pq_receipt)


def _unsigned(view: StreamView, reached: Sequence[Signing]) -> tuple[Item, ...]:
    return tuple(each.item for each in reached if each.head.size > _signed_size(view))


def _signed_size(view: StreamView) -> int:
    return read_receipt(view.receipt.object).said.size if view.receipt else 0


def last_receipt(view: StreamView, way: Way, pen: Pen) -> Item | None:
    """Give the last R1; before there is one, that of the empty log, which needs no head of the sender."""
    if view.mark and view.frontier.size < view.mark.size:
        return None
    return view.receipt or pen.receipt(EMPTY, view.stream, suite=way.suite)
