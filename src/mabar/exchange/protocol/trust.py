"""The book of trust: taking in what an administration has certified, or refusing it (sections 4.1 to 4.4)."""

from collections.abc import Callable, Container, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise, product
from typing import TypeVar

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.cose import require_quorums
from mabar.exchange.protocol.descriptors import Descriptor, read_descriptor
from mabar.exchange.protocol.known_keys import KnownKeys
from mabar.exchange.protocol.objects import Context, Item, Type
from mabar.exchange.protocol.ports import Checker
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.roots import Root, read_root
from mabar.exchange.protocol.stops import read_settle, read_stop

Said = TypeVar("Said")


@dataclass(frozen=True)
class TrustBook(KnownKeys):
    """What is known of keys, and how more is taken in: a book does not change, each act gives a new one."""

    @classmethod
    def made(cls, items: Iterable[Item], confirmed: Container[bytes], checker: Checker) -> "TrustBook":
        """Make a book again of items that were taken in before, in whatever order, and the confirmed fingerprints.

        A descriptor that a later root record has put out of force stays out.

        Raises:
            Refused: an item that no book would have taken in.
        """
        ordered = sorted(items, key=lambda each: (each.type, each.context.descriptor or 0))
        book = cls()
        for item in (each for each in ordered if each.type is Type.ROOT):
            book = book.with_root(item, checker)
        for fingerprint in [each for each in book.records if each in confirmed]:
            book = book.with_confirmed(fingerprint)
        for item in (each for each in ordered if each.type is not Type.ROOT):
            try:
                book = book.with_item(item, checker)
            except Refused as refused:
                if refused.code != "root.not-in-force":
                    raise
        return book

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

        Descriptors that the record before has certified and that begin later than this one are known no more.

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
        confirmed = {**self.confirmed, root.administration: (*held, root)}
        return replace(self._without_those_put_out_by(root), confirmed=confirmed)

    def _without_those_put_out_by(self, root: Root) -> "TrustBook":
        before = (root.administration, root.number - 1)
        kept = {
            place: each
            for place, each in self.descriptors.items()
            if (each.administration, self.certified_by[place]) != before or each.valid_from_ms < root.valid_from_ms
        }
        certified_by = {place: self.certified_by[place] for place in kept}
        numbers = {node: tuple(sorted(n for of, n in kept if of == node)) for node, _ in kept}
        return replace(self, descriptors=kept, certified_by=certified_by, numbers=numbers)

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
            self,
            descriptors={**self.descriptors, place: taken},
            certified_by={**self.certified_by, place: number},
            numbers={**self.numbers, taken.node: numbers},
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
