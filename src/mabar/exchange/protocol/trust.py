"""The book of trust: which keys count, for whom and since when (sections 4.1 to 4.4).

A book does not change: what is taken into it gives a new one.  It is asked for every batch, so no question searches.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from itertools import pairwise, product
from typing import TypeVar

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.cose import key_id, require_quorums
from mabar.exchange.protocol.descriptors import Descriptor, common_suite, read_descriptor
from mabar.exchange.protocol.objects import Context, Item, Stream, Type, administration_of
from mabar.exchange.protocol.ports import Checker
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root, read_root
from mabar.exchange.protocol.stops import Settle, read_settle, read_stop

Said = TypeVar("Said")


@dataclass(frozen=True)
class SealTo:
    """The sealing key of a node that is in use: its descriptor, its number there from 0, and the key of each suite."""

    descriptor: int
    number: int
    by_suite: Mapping[int, bytes]


@dataclass(frozen=True)
class TrustBook:
    """Root records, those of them that a ceremony has confirmed, descriptors, stops and settles."""

    records: Mapping[bytes, Root] = field(default_factory=dict)
    confirmed: Mapping[str, tuple[Root, ...]] = field(default_factory=dict)
    descriptors: Mapping[tuple[str, int], Descriptor] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    stops: frozenset[tuple[str, bytes]] = frozenset()
    settles: Mapping[tuple[str, bytes], Settle] = field(default_factory=dict)

    def with_item(self, item: Item, checker: Checker) -> "TrustBook":
        """Take in a root record, descriptor, stop or settle; what is there already changes nothing.

        Raises:
            Refused: a code of section 4.4.
            ValueError: an item of another type.
        """
        takers = {
            Type.ROOT: self.with_root,
            Type.DESCRIPTOR: self.with_descriptor,
            Type.STOP: self.with_stop,
            Type.SETTLE: self.with_settle,
        }
        if item.type not in takers:
            raise ValueError(f"no item of the book: type {int(item.type)}")
        return takers[item.type](item, checker)

    def with_root(self, item: Item, checker: Checker) -> "TrustBook":
        """Take in a root record; nothing rests on it before it is confirmed.

        Raises:
            Refused: `root.malformed`, `root.unknown`, `root.chain`, `key.unusable` or a code of the quorum.
        """
        read, root = _read(item, "root.malformed", read_root, lambda said: said.context)
        if root.fingerprint in self.records:
            return self
        quorums = [root.quorum]
        if root.before is not None:
            quorums.append(self._record_before(root).quorum)
        require_quorums(read, item.type, item.context, quorums, checker)
        return replace(self, records={**self.records, root.fingerprint: root})

    def _record_before(self, root: Root) -> Root:
        before = self.records.get(root.before or b"")
        if before is None:
            raise Refused("root.unknown", administration=root.administration, number=root.number - 1)
        place = (before.administration, before.number + 1, before.is_demonstration)
        if place != (root.administration, root.number, root.is_demonstration):
            raise Refused("root.chain", administration=root.administration, number=root.number)
        return before

    def with_confirmed(self, fingerprint: bytes) -> "TrustBook":
        """Confirm the record of this fingerprint, as two officers have done after the ceremony.

        Raises:
            Refused: `root.unknown`, `root.unconfirmed` (the record before), or `root.other`.
        """
        if fingerprint not in self.records:
            raise Refused("root.unknown", fingerprint=fingerprint.hex())
        root = self.records[fingerprint]
        held = self.confirmed.get(root.administration, ())
        if root in held:
            return self
        if root.number > len(held) + 1:
            raise Refused("root.unconfirmed", administration=root.administration, number=root.number - 1)
        if root.number <= len(held) or (held and root.before != held[-1].fingerprint):
            raise Refused("root.other", administration=root.administration, number=root.number)
        return replace(self, confirmed={**self.confirmed, root.administration: (*held, root)})

    def with_descriptor(self, item: Item, checker: Checker) -> "TrustBook":
        """Take in a node descriptor, in any order.

        Raises:
            Refused: a code of section 4.4 of a descriptor, its root record, its keys or its quorum.
        """
        number = item.context.descriptor or 0
        read, taken = _read(item, "descriptor.malformed", read_descriptor, lambda said: said.context(number))
        place = (taken.node, taken.number)
        if self.descriptors.get(place) == taken:
            return self
        root = self._require_quorum(read, item, taken.administration, checker)
        if place in self.descriptors:
            raise Refused("descriptor.other", node=taken.node, number=taken.number)
        self._require_root_in_force(root, taken)
        numbers = tuple(sorted((*self.numbers.get(taken.node, ()), taken.number)))
        book = replace(
            self, descriptors={**self.descriptors, place: taken}, numbers={**self.numbers, taken.node: numbers}
        )
        book._require_chain(taken)
        return book

    def _require_quorum(self, read: cose.Sign, item: Item, administration: str, checker: Checker) -> Root:
        root = self.root(administration, item.context.descriptor or 0)
        require_quorums(read, item.type, item.context, [root.quorum], checker)
        return root

    def _require_root_in_force(self, root: Root, taken: Descriptor) -> None:
        after = self.confirmed[root.administration][root.number : root.number + 1]
        is_replaced = any(taken.valid_from_ms >= each.valid_from_ms for each in after)
        if is_replaced or not root.valid_from_ms <= taken.valid_from_ms <= root.valid_to_ms:
            raise Refused("root.not-in-force", administration=root.administration, number=root.number)

    def _require_chain(self, taken: Descriptor) -> None:
        numbers = self.numbers[taken.node]
        at = numbers.index(taken.number)
        near = [self.descriptors[taken.node, number] for number in numbers[max(at - 1, 0) : at + 2]]
        for older, newer in pairwise(near):
            is_broken = newer.number == older.number + 1 and newer.before != older.digest
            if is_broken or newer.valid_from_ms < older.valid_from_ms:
                raise Refused("descriptor.chain", node=taken.node, number=taken.number)

    def with_stop(self, item: Item, checker: Checker) -> "TrustBook":
        """Take in a stop, from any route.

        Raises:
            Refused: `stop.malformed`, a code of the root record or of its quorum.
        """
        read, stop = _read(item, "stop.malformed", read_stop, lambda said: _of(said.administration, said.root_number))
        self._require_quorum(read, item, stop.administration, checker)
        return replace(self, stops=self.stops | {(stop.administration, stop.key_id)})

    def with_settle(self, item: Item, checker: Checker) -> "TrustBook":
        """Take in a settle; a key has one.

        Raises:
            Refused: `settle.malformed`, `settle.other`, a code of the root record or of its quorum.
        """
        number = item.context.descriptor or 0
        read, settle = _read(item, "settle.malformed", read_settle, lambda said: _of(said.administration, number))
        self._require_quorum(read, item, settle.administration, checker)
        place = (settle.administration, settle.key_id)
        if self.settles.get(place, settle) != settle:
            raise Refused("settle.other", administration=settle.administration, key=settle.key_id.hex())
        return replace(self, settles={**self.settles, place: settle})

    def root(self, administration: str, number: int) -> Root:
        """Give a confirmed root record.

        Raises:
            Refused: `root.unconfirmed` when it is only there, `root.unknown` when it is not.
        """
        held = self.confirmed.get(administration, ())
        if 0 < number <= len(held):
            return held[number - 1]
        is_there = any((each.administration, each.number) == (administration, number) for each in self.records.values())
        code = "root.unconfirmed" if is_there else "root.unknown"
        raise Refused(code, administration=administration, number=number)

    def require_signed(self, item: Item, administrations: Iterable[str], checker: Checker) -> bytes:
        """Give the payload of terms or a standing order that a quorum of each of these administrations has signed.

        Terms outlive root records and name none, so any confirmed record of an administration may have signed them.

        Raises:
            Malformed: not a COSE_Sign.
            Refused: `root.unknown`, or a code of the quorum of the newest records.
        """
        read = cose.read(item.object)
        held = [self.confirmed.get(code) or (self.root(code, 1),) for code in administrations]
        refusals: list[Refused] = []
        for roots in product(*(reversed(each) for each in held)):
            try:
                require_quorums(read, item.type, item.context, [each.quorum for each in roots], checker)
            except Refused as refused:
                refusals.append(refused)
            else:
                return read.payload
        raise refusals[0]

    def knows(self, node: str, number: int) -> bool:
        """Tell whether a descriptor is known."""
        return (node, number) in self.descriptors

    def descriptor(self, node: str, number: int) -> Descriptor:
        """Give a descriptor.

        Raises:
            Refused: `descriptor.unknown`; so do all questions below that name a node.
        """
        try:
            return self.descriptors[node, number]
        except KeyError:
            raise Refused("descriptor.unknown", node=node, number=number) from None

    def latest(self, node: str) -> Descriptor:
        """Give the descriptor with the highest number, whether or not it has begun."""
        return self.descriptor(node, self.numbers.get(node, (0,))[-1])

    def current(self, node: str, at_ms: int) -> Descriptor:
        """Give the newest descriptor that has begun at an instant; before the first has, the first."""
        for number in reversed(self.numbers.get(node, ())):
            if self.descriptors[node, number].valid_from_ms <= at_ms:
                return self.descriptors[node, number]
        return self.descriptor(node, self.numbers.get(node, (0,))[0])

    def node_key(self, node: str, number: int) -> bytes:
        """Give the key of heads, receipts, headers, refusals and greetings."""
        return self.descriptor(node, number).node_key

    def pq_key(self, node: str, number: int) -> bytes | None:
        """Give the ML-DSA-44 key of heads and receipts, where there is one."""
        return self.descriptor(node, number).pq_key

    def agency_key(self, node: str, number: int, agency: int) -> bytes | None:
        """Give the key of an agency's statements; None where the descriptor names no such agency."""
        named = self.descriptor(node, number).agency_by_number.get(agency)
        return named.key if named else None

    def agency_number(self, node: str, number: int, code: str) -> int | None:
        """Give the number of an agency; None where the descriptor names no such agency."""
        named = self.descriptor(node, number).agency_by_code.get(code)
        return named.number if named else None

    def in_force(self, node: str, number: int, at_ms: int) -> bool:
        """Tell whether an instant lies within the validity of a descriptor, give or take a day."""
        return self.descriptor(node, number).is_in_force(at_ms)

    def sealing_key(self, node: str, at_ms: int) -> SealTo:
        """Give the key to which one seals for a node at an instant.

        Raises:
            Refused: `descriptor.not-in-force` before its first sealing key is in use.
        """
        current = self.current(node, at_ms)
        number = current.sealing_number(at_ms)
        if number is None:
            raise Refused("descriptor.not-in-force", node=node, number=current.number, clock=at_ms)
        return SealTo(current.number, number, current.sealing_keys[number].by_suite)

    def common_suite(self, sender: str, receiver: str, at_ms: int) -> int:
        """Give the highest suite that the current descriptors of two nodes can use.

        Raises:
            Refused: `suite.unknown` when there is none.
        """
        return common_suite(self.current(sender, at_ms), self.current(receiver, at_ms))

    def is_stopped(self, node: str, key: bytes) -> bool:
        """Tell whether a node's administration has stopped a key; one cannot stop the keys of another."""
        return (administration_of(node), key_id(key)) in self.stops

    def is_settled(self, node: str, key: bytes) -> bool:
        """Tell whether there is a settle for a key of a node."""
        return (administration_of(node), key_id(key)) in self.settles

    def settled_seq(self, key: bytes, stream: Stream) -> int | None:
        """Give the last seq of a stream that is vouched for; None where no settle for the key names the stream."""
        settle = self.settles.get((administration_of(stream.sender), key_id(key)))
        return settle.last_seqs.get(stream) if settle else None


def _of(administration: str, number: int) -> Context:
    return Context(sender=administration, descriptor=number)


def _read(
    item: Item, code: str, reader: Callable[[bytes], Said], context_of: Callable[[Said], Context]
) -> tuple[cose.Sign, Said]:
    """Read what an item says, and require that its context says the same."""
    try:
        read = cose.read(item.object)
        said = reader(read.payload)
    except cbor.Malformed as fault:
        raise Refused(code, why=str(fault)) from None
    if item.context != context_of(said):
        raise Refused(code, why="another context")
    return read, said
