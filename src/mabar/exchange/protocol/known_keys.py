"""Which keys count, for whom and when: what the exchange asks of every batch, so no question searches (section 4)."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from mabar.exchange.protocol.cose import key_id
from mabar.exchange.protocol.descriptors import Descriptor, common_suite
from mabar.exchange.protocol.objects import Stream, administration_of
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root
from mabar.exchange.protocol.stops import Settle


@dataclass(frozen=True)
class SealTo:
    """The sealing key of a node that is in use: its descriptor, its number there from 0, and the key of each suite."""

    descriptor: int
    number: int
    by_suite: Mapping[int, bytes]


@dataclass(frozen=True)
class KnownKeys:
    """Root records, those of them that a ceremony has confirmed, descriptors, stops and settles.

    Attributes:
        records: every root record by its fingerprint, confirmed or not.
        confirmed: the confirmed root records of an administration, from number 1 on.
        descriptors: by node and number; beside them in `certified_by` the number of the root record.
        numbers: of the descriptors of a node, ascending.
        stops, settles: by administration and key id.
    """

    records: Mapping[bytes, Root] = field(default_factory=dict)
    confirmed: Mapping[str, tuple[Root, ...]] = field(default_factory=dict)
    descriptors: Mapping[tuple[str, int], Descriptor] = field(default_factory=dict)
    certified_by: Mapping[tuple[str, int], int] = field(default_factory=dict)
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    stops: frozenset[tuple[str, bytes]] = frozenset()
    settles: Mapping[tuple[str, bytes], Settle] = field(default_factory=dict)

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
