"""What keeps a node from saying two things under one number after a crash or from a backup (section 9.4)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from mabar.exchange.protocol import cbor, checking, evidence, taking
from mabar.exchange.protocol.batches import Batch, Entry
from mabar.exchange.protocol.checking import Signing, Told
from mabar.exchange.protocol.comparing import Fork, Gap
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.evidence import Bundle
from mabar.exchange.protocol.frontiers import Grown, Log, grow, head_at
from mabar.exchange.protocol.greetings import Greeting, Wanted
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Context, Stream
from mabar.exchange.protocol.pens import Pen
from mabar.exchange.protocol.ports import Checker
from mabar.exchange.protocol.trust import TrustBook
from mabar.lib.merkle import Frontier, Node

WITHOUT_END = 2**63 - 1
_NOTHING = Frontier()
_CHECK = 8  # hexadecimal digits of a line's checksum


@dataclass(frozen=True)
class Mark:
    """The largest seq and head that this node has signed on a stream; of another's stream, its largest R1."""

    stream: Stream
    seq: int
    head: Head

    def line(self) -> bytes:
        """Write the mark as a line of the file outside the database."""
        stream = self.stream
        names = (stream.sender, stream.receiver, stream.urgency, stream.epoch, self.seq, self.head.size)
        said = " ".join(map(str, (*names, self.head.root.hex())))
        return f"{said} {_check(said)}\n".encode()


def _check(said: str) -> str:
    return sha256(said.encode()).hexdigest()[:_CHECK]


def write_marks(marks: Iterable[Mark]) -> bytes:
    """Write the whole file anew, one line a stream."""
    return b"".join(mark.line() for mark in sorted(marks, key=lambda mark: mark.stream))


def read_marks(data: bytes) -> dict[Stream, Mark]:
    """Read the file.  Lines may have been added to it; the largest of a stream counts.

    A last line without its end was being written when the power went: nothing had left yet, and it does not count.

    Raises:
        Malformed: another line is damaged, so that the node cannot know what it has signed.
    """
    marks: dict[Stream, Mark] = {}
    for line in data.split(b"\n")[:-1]:
        mark = _mark(line)
        before = marks.get(mark.stream)
        marks[mark.stream] = mark if before is None else _larger(before, mark)
    return marks


def _larger(one: Mark, other: Mark) -> Mark:
    return Mark(one.stream, max(one.seq, other.seq), max(one.head, other.head, key=lambda head: head.size))


def _mark(line: bytes) -> Mark:
    try:
        said, _, check = line.decode("ascii").rpartition(" ")
        sender, receiver, *numbers, root = said.split(" ")
        urgency, epoch, seq, size = map(int, numbers)
        mark = Mark(Stream(sender, receiver, urgency, epoch), seq, Head(size, bytes.fromhex(root)))
    except ValueError:
        raise cbor.Malformed("a damaged line of the high-water mark") from None
    if check != _check(said) or mark.line() != line + b"\n":
        raise cbor.Malformed("a damaged line of the high-water mark")
    return mark


class Waiting(StrEnum):
    """Why nothing is numbered on a stream now."""

    CLOSED = "closed"
    BELOW_MARK = "below-mark"
    OTHER_THAN_MARK = "other-than-mark"
    BELOW_PEER = "below-peer"
    NOT_ANSWERED = "not-answered"


@dataclass(frozen=True)
class Standing:
    """What decides whether a node may number on its own stream.

    Attributes:
        frontier: of the log in the database.
        mark: from the file outside the database; None where it has no line of the stream.
        peer_size: the largest of all R1 of the stream and of the stored sizes in the peer's greetings; 0 before any.
        restored_ms: the instant of the node's first greeting to the peer since it was restored; None if it was not.
        heard_ms: the latest instant of a greeting of this node that a greeting of the peer has heard.
    """

    stream: Stream
    frontier: Frontier = _NOTHING
    mark: Mark | None = None
    peer_size: int = 0
    restored_ms: int | None = None
    heard_ms: int | None = None
    is_open: bool = True


def why_not_number(standing: Standing) -> Waiting | None:
    """Tell why a node may number nothing on its stream now; None when it may."""
    mark, size = standing.mark, standing.frontier.size
    if not standing.is_open:
        return Waiting.CLOSED
    if mark is not None and size < max(mark.seq, mark.head.size):
        return Waiting.BELOW_MARK
    if mark is not None and size == mark.head.size and Head.of(standing.frontier) != mark.head:
        return Waiting.OTHER_THAN_MARK
    if size < standing.peer_size:
        return Waiting.BELOW_PEER
    return Waiting.NOT_ANSWERED if _is_unanswered(standing) else None


def _is_unanswered(standing: Standing) -> bool:
    # A greeting of before the restoration may be a replay; its sizes would let the node use a number twice.
    restored_ms, heard_ms = standing.restored_ms, standing.heard_ms
    return restored_ms is not None and (heard_ms is None or heard_ms < restored_ms)


def may_number(standing: Standing) -> bool:
    """Tell whether a node may number on its stream now."""
    return why_not_number(standing) is None


def has_no_way_on(standing: Standing) -> bool:
    """Tell whether a stream lacks what left the node, or has other than that, after its peer has answered.

    What the peer has to give comes within a few contacts; where this stays so, officers open the stream again (9.3).
    """
    lacking = (Waiting.BELOW_MARK, Waiting.OTHER_THAN_MARK, Waiting.BELOW_PEER)
    return not _is_unanswered(standing) and why_not_number(standing) in lacking


def fits_mark(standing: Standing, log: Log) -> bool:
    """Tell whether a log is the one that the mark knows; to be asked when a node starts, and after each restoration.

    A backup of a time that was itself undone may hold other statements under numbers that have left since.
    """
    mark, size = standing.mark, standing.frontier.size
    return mark is None or size < mark.head.size or head_at(mark.head.size, standing.frontier, log) == mark.head


def wanted(standing: Standing) -> Wanted | None:
    """Give what a node asks back of its own stream in its greeting; None when it lacks nothing."""
    if why_not_number(standing) not in (Waiting.BELOW_MARK, Waiting.BELOW_PEER, Waiting.NOT_ANSWERED):
        return None
    return Wanted(standing.stream.urgency, standing.stream.epoch, standing.frontier.size + 1, WITHOUT_END)


def after_greeting(standing: Standing, greeting: Greeting) -> Standing:
    """Note what a greeting of the peer says: how far it has stored the stream, and which of ours it has heard."""
    heard = [each for each in (standing.heard_ms, greeting.heard_ms) if each is not None]
    peer_size = max(standing.peer_size, stored_size(standing.stream, greeting))
    return replace(standing, peer_size=peer_size, heard_ms=max(heard, default=None))


def stored_size(stream: Stream, greeting: Greeting) -> int:
    """Give how far the receiver of a stream has stored it, as its greeting says."""
    place = (stream.urgency, stream.epoch)
    return max((each.size for each in greeting.stored if (each.urgency, each.epoch) == place), default=0)


def give_back(stream: Stream, entries: Sequence[Entry], receipt: Head, *, pen: Pen, suite: int) -> Batch:
    """Make the batch that gives a restored node its own statements back, under the last R1 of the giver.

    Args:
        stream: of the restored node.
        entries: its statements as they are stored, from where it wants them; none when there are no more.
        receipt: the head in the last R1; it is signed again under the descriptor of today.
        pen: of the giver.
        suite: of the envelope.
    """
    signed = pen.receipt(receipt, stream, suite=suite).object
    return Batch(stream.urgency, stream.epoch, tuple(entries), signed, is_returned=True)


@dataclass(frozen=True)
class Returned:
    """What a restored node has got back, to be stored in one transaction.

    Attributes:
        told: the statements that its log lacked; their bodies may be withheld.
        frontier: of the log that has them.
        nodes: of the log that were completed.
        receipt: the R1 of the peer.
    """

    told: tuple[Told, ...]
    frontier: Frontier
    nodes: tuple[Node, ...]
    receipt: Signing


def take_back(
    standing: Standing, batch: Batch, way: Way, book: TrustBook, log: Log, *, checker: Checker
) -> Returned | Gap | Fork:
    """Judge an opened returned batch, by the rules that hold for others, with one's own signatures.

    Args:
        standing: of the stream in its present epoch.
        batch: a returned one.
        way: of its envelope.
        book: whose keys count; the node's own among them.
        log: what the node still has of its stream.
        checker: checks signatures.
    Raises:
        Refused: a code of rules 6 and 7.
    """
    taking.require_open(standing.stream, batch, is_open=standing.is_open)
    context = Context.of(standing.stream, suite=way.suite, descriptor=way.sender_descriptor)
    told = checking.told_in(batch, standing.stream, book, checker)
    receipt = checking.receipt_in(batch, context, book, checker)
    size = standing.frontier.size
    if taking.reused(standing.stream, size, told, log) is not None:
        return Fork(None)
    new = tuple(each for each in told if each.statement.seq > size)
    if new and new[0].statement.seq != size + 1:
        return Gap(None)
    return _fitted(standing, new, receipt, log)


def _fitted(standing: Standing, new: tuple[Told, ...], receipt: Signing, log: Log) -> Returned | Fork:
    """Require of the log with what came back that it is the one of the R1 and of the high-water mark."""
    known = [receipt.head] + ([standing.mark.head] if standing.mark else [])
    grown = grow(standing.frontier, (each.leaf for each in new), roots_at={each.size for each in known})
    for head in known:
        if head.size <= grown.frontier.size and _root(standing.frontier, head.size, grown, log) != head.root:
            return Fork(contradicted(receipt, log) if head is receipt.head else None)
    return Returned(new, grown.frontier, grown.nodes, receipt)


def _root(frontier: Frontier, size: int, grown: Grown, log: Log) -> bytes:
    return grown.roots[size] if size in grown.roots else head_at(size, frontier, log).root


def contradicted(receipt: Signing, log: Log) -> Bundle | None:
    """Accuse the receiver of an R1 that is not of this log, where another R1 of the same size is there."""
    other = log.receipt_of(receipt.head.size)
    return evidence.of_two_receipts(other, receipt.item) if other else None


def numbered_before(told: Iterable[Told], waiting: Collection[bytes]) -> dict[bytes, int]:
    """Give the seq of each waiting message that was numbered before and came back, by message id."""
    return {each.statement.message_id: each.statement.seq for each in told if each.statement.message_id in waiting}
