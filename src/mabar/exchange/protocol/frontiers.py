"""The logs of streams as the engine reads and grows them (section 5.2)."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from mabar.exchange.protocol.heads import Head
from mabar.exchange.protocol.objects import Item
from mabar.lib import merkle


class Log(Protocol):
    """What its keeper has stored of one stream; asked seldom: for what comes twice, for evidence, for old heads."""

    def statements(self, first: int, last: int) -> Sequence[Item]:
        """Give the statements from seq `first` to `last`, those that are stored, in order."""

    def node(self, level: int, index: int) -> bytes:
        """Give the hash of a complete node of the tree."""

    def head_up_to(self, size: int) -> Item | None:
        """Give the sender's head (Ed25519) with the largest size not above `size`, that of size 0 left out."""

    def receipt_of(self, size: int) -> Item | None:
        """Give the receiver's R1 (Ed25519) of just this size, if there is one."""


@dataclass(frozen=True)
class Grown:
    """A log after it has grown: its edge, the nodes that were completed, and the roots at the sizes asked for."""

    frontier: merkle.Frontier
    nodes: tuple[merkle.Node, ...] = ()
    roots: Mapping[int, bytes] = field(default_factory=dict)

    @property
    def head(self) -> Head:
        """The head of the grown log."""
        return Head.of(self.frontier)


def grow(frontier: merkle.Frontier, leaves: Iterable[bytes], *, roots_at: Collection[int] = ()) -> Grown:
    """Append leaf hashes to a log.

    Args:
        frontier: the log's right edge.
        leaves: hashes of the next statements.
        roots_at: sizes on the way, the first and last among them if they are wanted, whose roots are given too.
    """
    nodes: list[merkle.Node] = []
    roots = {frontier.size: frontier.root()} if frontier.size in roots_at else {}
    for leaf in leaves:
        frontier, completed = frontier.append(leaf)
        nodes += completed
        if frontier.size in roots_at:
            roots[frontier.size] = frontier.root()
    return Grown(frontier, tuple(nodes), roots)


def head_at(size: int, frontier: merkle.Frontier, log: Log) -> Head:
    """Give the head that a log had when it held `size` statements.

    Raises:
        ValueError: it never held as many.
    """
    return Head.of(frontier_at(size, frontier, log))


def frontier_at(size: int, frontier: merkle.Frontier, log: Log) -> merkle.Frontier:
    """Give the right edge that a log had when it held `size` statements.

    Raises:
        ValueError: it never held as many.
    """
    if not 0 <= size <= frontier.size:
        raise ValueError(f"a log of {frontier.size} statements was never one of {size}")
    return frontier if size == frontier.size else merkle.frontier_at(size, log.node)
