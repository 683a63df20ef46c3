"""The Merkle tree of an append-only log, as transparency logs define it (RFC 9162, section 2.1; the same as RFC 6962).

The log itself is kept elsewhere: a node of the tree has a level (0: leaves) and an index in that level, and only
complete nodes are kept.  `Frontier` is all that is needed to append; `inclusion_proof` and `consistency_proof` ask
the keeper for a logarithmic number of complete nodes.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# Given level and index, the hash of a complete node: the 2**level leaves from index * 2**level on.
NodeReader = Callable[[int, int], bytes]


def leaf_hash(entry: bytes) -> bytes:
    """Hash one entry of the log."""
    return hashlib.sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two neighbours into the node above them."""
    return hashlib.sha256(b"\x01" + left + right).digest()


EMPTY_ROOT = hashlib.sha256(b"").digest()


@dataclass(frozen=True)
class Node:
    """A complete node of the tree."""

    level: int
    index: int
    hash: bytes


@dataclass(frozen=True)
class Frontier:
    """The right edge of a log of `size` entries: its complete subtrees, the largest first, one a set bit of `size`."""

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def __post_init__(self) -> None:
        if self.size < 0 or self.size.bit_count() != len(self.hashes):
            raise ValueError("a frontier has one hash for each set bit of its size")

    def append(self, leaf: bytes) -> tuple["Frontier", list[Node]]:
        """Add the hash of the next leaf; also give the nodes that it completes, the leaf first."""
        completed = [Node(0, self.size, leaf)]
        rest = list(self.hashes)
        while self.size >> completed[-1].level & 1:
            last = completed[-1]
            completed.append(Node(last.level + 1, last.index >> 1, node_hash(rest.pop(), last.hash)))
        return Frontier(self.size + 1, (*rest, completed[-1].hash)), completed

    def root(self) -> bytes:
        """Give the head of the log: the tree hash over all its entries."""
        if not self.hashes:
            return EMPTY_ROOT
        return _fold(self.hashes)


def _fold(subtrees: Sequence[bytes]) -> bytes:
    """Hash neighbouring complete subtrees of falling size into one, from the right."""
    total = subtrees[-1]
    for left in reversed(subtrees[:-1]):
        total = node_hash(left, total)
    return total


def _complete_nodes(start: int, end: int) -> Iterator[tuple[int, int]]:
    """Part a range of leaves that begins at a multiple of its own span into complete nodes, the largest first."""
    while start < end:
        level = (end - start).bit_length() - 1
        yield level, start >> level
        start += 1 << level


def _range_hash(start: int, end: int, node: NodeReader) -> bytes:
    return _fold([node(level, index) for level, index in _complete_nodes(start, end)])


def frontier_at(size: int, node: NodeReader) -> Frontier:
    """Rebuild the frontier of the first `size` entries from the kept nodes."""
    return Frontier(size, tuple(node(level, index) for level, index in _complete_nodes(0, size)))


def _split(span: int) -> int:
    """Give the largest power of two below `span`."""
    return 1 << ((span - 1).bit_length() - 1)


def inclusion_proof(index: int, size: int, node: NodeReader) -> list[bytes]:
    """Prove that the entry at `index` is in the log of `size` entries (RFC 9162, 2.1.3.1).

    Raises:
        ValueError: no such entry.
    """
    if not 0 <= index < size:
        raise ValueError("the entry lies outside the log")
    proof: list[bytes] = []
    start, end = 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start = middle
    return proof[::-1]


def consistency_proof(first: int, second: int, node: NodeReader) -> list[bytes]:
    """Prove that the log of `first` entries is the beginning of the log of `second` (RFC 9162, 2.1.4.1).

    Raises:
        ValueError: not 0 < first <= second.
    """
    if not 0 < first <= second:
        raise ValueError("the first log is not a beginning of the second")
    proof: list[bytes] = []
    start, end, is_whole = 0, second, True
    while end != first:
        middle = start + _split(end - start)
        if first <= middle:
            proof.append(_range_hash(middle, end, node))
            end = middle
        else:
            proof.append(_range_hash(start, middle, node))
            start, is_whole = middle, False
    if not is_whole:
        proof.append(_range_hash(start, end, node))
    return proof[::-1]


def is_included(leaf: bytes, index: int, *, size: int, root: bytes, proof: Sequence[bytes]) -> bool:
    """Check an inclusion proof against a head (RFC 9162, 2.1.3.2)."""
    if not 0 <= index < size:
        return False
    place, last, total = index, size - 1, leaf
    for neighbour in proof:
        if last == 0:
            return False
        if place & 1 or place == last:
            total = node_hash(neighbour, total)
            place, last = _climb_to_the_right_child(place, last)
        else:
            total = node_hash(total, neighbour)
        place, last = place >> 1, last >> 1
    return last == 0 and total == root


def _climb_to_the_right_child(place: int, last: int) -> tuple[int, int]:
    """Rise past the levels on which the right edge has no neighbour."""
    while not place & 1 and place:
        place, last = place >> 1, last >> 1
    return place, last


def is_consistent(first: int, first_root: bytes, second: int, second_root: bytes, proof: Sequence[bytes]) -> bool:
    """Check that the log with the second head continues the one with the first (RFC 9162, 2.1.4.2)."""
    if first == second:
        return first_root == second_root and not proof
    if first == 0:
        return first_root == EMPTY_ROOT and not proof
    if not 0 < first < second or not proof:
        return False
    steps = [first_root, *proof] if first.bit_count() == 1 else list(proof)
    return _continues(first, second, steps) == (first_root, second_root)


def _continues(first: int, second: int, steps: Sequence[bytes]) -> tuple[bytes, bytes] | None:
    place, last = first - 1, second - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    old = new = steps[0]
    for neighbour in steps[1:]:
        if last == 0:
            return None
        if place & 1 or place == last:
            old, new = node_hash(neighbour, old), node_hash(neighbour, new)
            place, last = _climb_to_the_right_child(place, last)
        else:
            new = node_hash(new, neighbour)
        place, last = place >> 1, last >> 1
    return (old, new) if last == 0 else None
