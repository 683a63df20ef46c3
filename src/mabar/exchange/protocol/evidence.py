"""Evidence bundles: what proves to a third party that something was said, or that a partner said two things (9.2)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import Any

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.batches import Body
from mabar.exchange.protocol.objects import CLASSES, NODE, Item, Stream, Type, fields_of, is_code, is_number, item_of
from mabar.exchange.protocol.statements import MOST_PAYLOAD, SALT
from mabar.lib.merkle import Frontier

MARK = "mx1 evidence"
MOST_BYTES = 16 * 1024 * 1024
_HASH, _MOST_HASHES = 32, 64
_NAMES = {1: "mark", 2: "claim", 3: "stream", 4: "guilty", 5: "trust", 6: "objects", 7: "details"}
ON_STREAM = frozenset({Type.STATEMENT, Type.HEAD, Type.RECEIPT})
OF_TRUST = frozenset({Type.ROOT, Type.DESCRIPTOR, Type.STOP, Type.SETTLE})


class Claim(IntEnum):
    """What a bundle says (section 9.1); a message accuses nobody."""

    MESSAGE = 1
    TWO_HEADS = 2
    REUSED_SEQUENCE = 3
    BROKEN_HEAD = 4
    TWO_RECEIPTS = 5


@dataclass(frozen=True)
class Bundle:
    """A claim, and all that a stranger needs to judge it.

    Attributes:
        trust: root records and descriptors that the signatures rest on, stops and settles.
        objects: the signed objects of the claim, in its order.
        hashes: the inclusion path of claim 1, the frontier of the earlier log in claim 4.
        body: salt and payload in claim 1, where they are not erased.
    """

    claim: Claim
    stream: Stream
    guilty: str | None
    objects: tuple[Item, ...]
    hashes: tuple[bytes, ...] = ()
    body: Body | None = None
    trust: tuple[Item, ...] = ()

    def encoded(self) -> bytes:
        """Write the bundle."""
        stream = [self.stream.sender, self.stream.receiver, self.stream.urgency, self.stream.epoch]
        objects, trust = [_parts(each) for each in self.objects], [_parts(each) for each in self.trust]
        return cbor.encode(
            {1: MARK, 2: int(self.claim), 3: stream, 4: self.guilty, 5: trust, 6: objects, 7: self._details()}
        )

    def _details(self) -> dict[int, Any]:
        if self.claim is Claim.MESSAGE:
            salt, payload = (self.body.salt, self.body.payload) if self.body else (None, None)
            return {1: list(self.hashes), 2: salt, 3: payload}
        return {1: list(self.hashes)} if self.claim is Claim.BROKEN_HEAD else {}

    def signers(self) -> frozenset[tuple[str, int]]:
        """Give node and descriptor number of each signature of the claim; `trust` must hold those descriptors."""
        return frozenset((signer_of(each), each.context.descriptor or 0) for each in self.objects)

    def resting_on(self, trust: Iterable[Item]) -> "Bundle":
        """Give the bundle with the root records and descriptors that its signatures rest on."""
        return replace(self, trust=tuple(trust))


def _parts(item: Item) -> list[Any]:
    return [int(item.type), item.context.parts(), item.object]


def signer_of(item: Item) -> str:
    """Give the node that signs an item on a stream: its receiver a receipt, its sender all else."""
    stream = item.context.stream
    return stream.receiver if item.type is Type.RECEIPT else stream.sender


def guilty_of(claim: Claim, stream: Stream) -> str | None:
    """Give the node that a claim accuses."""
    if claim is Claim.MESSAGE:
        return None
    return stream.receiver if claim is Claim.TWO_RECEIPTS else stream.sender


def read_bundle(data: bytes) -> Bundle:
    """Read a bundle; nothing of what it claims is checked.

    Raises:
        Malformed: it is none.
    """
    if len(data) > MOST_BYTES:
        raise cbor.Malformed("a bundle of more than 16 MiB")
    mark, claim, stream, guilty, trust, objects, details = fields_of(cbor.decode(data), _NAMES).values()
    if mark != MARK or not is_number(claim, max(Claim)) or claim == 0:
        raise cbor.Malformed("not a bundle of evidence")
    if guilty is not None and not is_code(guilty, NODE):
        raise cbor.Malformed("not the code of a node")
    hashes, body = _read_details(Claim(claim), details)
    objects, trust = _items(objects, ON_STREAM), _items(trust, OF_TRUST)
    return Bundle(Claim(claim), _stream(stream), guilty, objects, hashes, body, trust)


def _stream(value: Any) -> Stream:
    if not isinstance(value, list) or len(value) != 4 or not is_code(value[0], NODE) or not is_code(value[1], NODE):
        raise cbor.Malformed("not the stream of a bundle")
    if not is_number(value[2], max(CLASSES)) or not is_number(value[3]) or value[3] == 0:
        raise cbor.Malformed("not the stream of a bundle")
    return Stream(*value)


def _items(value: Any, types: frozenset[Type]) -> tuple[Item, ...]:
    if not isinstance(value, list):
        raise cbor.Malformed("not the items of a bundle")
    items = tuple(item_of(each) for each in value)
    if not all(item.type in types for item in items):
        raise cbor.Malformed("an item that has no place there")
    return items


def _read_details(claim: Claim, value: Any) -> tuple[tuple[bytes, ...], Body | None]:
    names = {Claim.MESSAGE: {1: "path", 2: "salt", 3: "payload"}, Claim.BROKEN_HEAD: {1: "frontier"}}.get(claim, {})
    fields = fields_of(value, names)
    hashes, salt, payload = fields.get(1, []), fields.get(2), fields.get(3)
    if not isinstance(hashes, list) or len(hashes) > _MOST_HASHES or not all(map(_is_hash, hashes)):
        raise cbor.Malformed("not the hashes of a bundle")
    if salt is None and payload is None:
        return tuple(hashes), None
    if (
        not isinstance(salt, bytes)
        or len(salt) != SALT
        or not isinstance(payload, bytes)
        or len(payload) > MOST_PAYLOAD
    ):
        raise cbor.Malformed("not the body of a bundle")
    return tuple(hashes), Body(salt, payload)


def _is_hash(value: object) -> bool:
    return isinstance(value, bytes) and len(value) == _HASH


# What the makers below are given has been checked by their callers; `trust` comes in afterwards, by `resting_on`.


def of_message(statement: Item, heads: Sequence[Item], path: Sequence[bytes], body: Body | None) -> Bundle:
    """Prove what was said.

    Args:
        statement: the signed statement.
        heads: head, R1, PQ head and PQ R1 of one size, in that order; of these only the head must be there.
        path: the inclusion proof of the statement in the head's tree.
        body: None where salt and payload are erased.
    """
    return _claim(Claim.MESSAGE, (statement, *heads), hashes=tuple(path), body=body)


def of_two_heads(one: Item, other: Item) -> Bundle:
    """Accuse the sender of two heads of one size."""
    return _claim(Claim.TWO_HEADS, (one, other))


def of_reused_sequence(one: Item, other: Item) -> Bundle:
    """Accuse the sender of two statements under one number."""
    return _claim(Claim.REUSED_SEQUENCE, (one, other))


def of_broken_head(earlier: Item | None, frontier: Frontier, statements: Sequence[Item], later: Item) -> Bundle:
    """Accuse the sender of a head that an earlier one and the statements after it do not give.

    Args:
        earlier: the head of the log at `frontier`; None when that log is empty.
        frontier: the right edge of the earlier log.
        statements: those that follow it, up to the size of the later head.
        later: the broken head.
    """
    objects = ((earlier,) if earlier else ()) + (*statements, later)
    return _claim(Claim.BROKEN_HEAD, objects, hashes=frontier.hashes)


def of_two_receipts(one: Item, other: Item) -> Bundle:
    """Accuse the receiver of two R1 of one size."""
    return _claim(Claim.TWO_RECEIPTS, (one, other))


def _claim(
    claim: Claim, objects: tuple[Item, ...], *, hashes: tuple[bytes, ...] = (), body: Body | None = None
) -> Bundle:
    stream = objects[0].context.stream
    return Bundle(claim, stream, guilty_of(claim, stream), objects, hashes, body)
