"""What keeps a node from saying two things under one number after a crash or from a backup (section 9.4)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.greetings import Greeting, Wanted
from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Stream
from mabar.exchange.protocol.statements import Statement

WITHOUT_END = 2**63 - 1
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
    BELOW_PEER = "below-peer"
    NOT_ANSWERED = "not-answered"
    OTHER_THAN_MARK = "other-than-mark"


@dataclass(frozen=True)
class Standing:
    """What decides whether a node may number on its stream.

    Attributes:
        head: of the log in the database.
        mark: from the file outside the database; None where it has no line of the stream.
        peer_size: the largest of all R1 of the stream and of the stored sizes in the peer's greetings; 0 before any.
        restored_ms: the instant of the node's first greeting to the peer since it was restored; None if it was not.
        heard_ms: the latest instant of a greeting of this node that a greeting of the peer has heard.
    """

    head: Head
    mark: Mark | None = None
    peer_size: int = 0
    restored_ms: int | None = None
    heard_ms: int | None = None
    is_open: bool = True


def why_not_number(standing: Standing) -> Waiting | None:
    """Tell why a node may number nothing on its stream now; None when it may."""
    mark, size = standing.mark, standing.head.size
    if not standing.is_open:
        return Waiting.CLOSED
    if mark is not None and size < max(mark.seq, mark.head.size):
        return Waiting.BELOW_MARK
    if mark is not None and size == mark.head.size and standing.head != mark.head:
        return Waiting.OTHER_THAN_MARK
    if size < standing.peer_size:
        return Waiting.BELOW_PEER
    if standing.restored_ms is not None and not _has_answered(standing):
        return Waiting.NOT_ANSWERED
    return None


def _has_answered(standing: Standing) -> bool:
    # An older greeting may be a replay, whose sizes would let the node sign a number twice.
    return standing.heard_ms is not None and standing.heard_ms >= (standing.restored_ms or 0)


def may_number(standing: Standing) -> bool:
    """Tell whether a node may number on its stream now."""
    return why_not_number(standing) is None


def wanted(stream: Stream, standing: Standing) -> Wanted | None:
    """Give what a node asks back of its own stream in its greeting; None when it lacks nothing."""
    size = standing.head.size
    if why_not_number(standing) not in (Waiting.BELOW_MARK, Waiting.BELOW_PEER, Waiting.NOT_ANSWERED):
        return None
    return Wanted(stream.urgency, stream.epoch, size + 1, WITHOUT_END)


def peer_size(stream: Stream, greeting: Greeting) -> int:
    """Give how far the receiver of a stream has stored it, as its greeting says."""
    for each in greeting.stored:
        if (each.urgency, each.epoch) == (stream.urgency, stream.epoch):
            return each.size
    return 0


def numbered_before(statements: Iterable[Statement], waiting: Mapping[bytes, object]) -> dict[bytes, int]:
    """Give the seq of each waiting message that a returned statement has numbered before, by message id."""
    return {each.message_id: each.seq for each in statements if each.message_id in waiting}
