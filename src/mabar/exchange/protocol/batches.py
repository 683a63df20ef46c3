"""The batch, the body of an envelope: statements of one stream, what they stand for, and a head (section 6.4)."""

from dataclasses import dataclass
from typing import Any

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.objects import CLASSES, fields_of, is_number
from mabar.exchange.protocol.statements import MOST_PAYLOAD, MOST_SIGNED, SALT

MOST_STATEMENTS = 500
MOST_BYTES = 8 * 1024 * 1024
_NAMES = {
    1: "class",
    2: "epoch",
    3: "returned",
    4: "statements",
    5: "salts",
    6: "head",
    7: "PQ head",
    8: "payloads",
}


@dataclass(frozen=True)
class Body:
    """A payload and the salt that hides it in its digest."""

    salt: bytes
    payload: bytes


@dataclass(frozen=True)
class Entry:
    """A signed statement, what of its context the batch does not say, and its body; None where that is withheld."""

    suite: int
    descriptor: int
    signed: bytes
    body: Body | None


@dataclass(frozen=True)
class Batch:
    """Entries of one stream in the order of their seq, under one head."""

    urgency: int
    epoch: int
    entries: tuple[Entry, ...]
    head: bytes
    pq_head: bytes | None = None
    is_returned: bool = False

    def encoded(self) -> bytes:
        """Write the batch, the body of an envelope.

        Raises:
            ValueError: more than 500 statements, or more than 8 MiB.
        """
        fields: dict[int, Any] = {1: self.urgency, 2: self.epoch, 3: self.is_returned}
        fields[4] = [[entry.suite, entry.descriptor, entry.signed] for entry in self.entries]
        fields[5] = b"".join(entry.body.salt for entry in self.entries if entry.body)
        fields[6] = self.head
        if self.pq_head is not None:
            fields[7] = self.pq_head
        fields[8] = self._payloads
        body = cbor.encode(fields)
        if len(self.entries) > MOST_STATEMENTS or len(body) > MOST_BYTES:
            raise ValueError(f"a batch of {len(self.entries)} statements and {len(body)} bytes")
        return body

    def text_at(self, body: bytes) -> int:
        """Give where in the written batch the payloads begin; what stands before them is mostly drawn or signed."""
        return len(body) - len(cbor.encode(self._payloads))

    @property
    def _payloads(self) -> list[bytes | None]:
        return [entry.body.payload if entry.body else None for entry in self.entries]


def read_batch(body: bytes) -> Batch:
    """Read the body of an envelope; its statements and heads are not read yet.

    Raises:
        Malformed: it is not a batch, or is larger than one may be.
    """
    if len(body) > MOST_BYTES:
        raise cbor.Malformed("a batch of more than 8 MiB")
    value = cbor.decode(body)
    fields = fields_of(value, _NAMES, frozenset({7}))
    urgency, epoch, is_returned, statements, salts, head, pq_head, payloads = fields.values()
    if not is_number(urgency, max(CLASSES)) or not is_number(epoch) or epoch == 0 or not isinstance(is_returned, bool):
        raise cbor.Malformed("not the stream of a batch")
    if not isinstance(head, bytes) or (7 in value and not isinstance(pq_head, bytes)):
        raise cbor.Malformed("not the head of a batch")
    return Batch(urgency, epoch, _entries(statements, salts, payloads), head, pq_head, is_returned)


def _entries(statements: Any, salts: Any, payloads: Any) -> tuple[Entry, ...]:
    if not isinstance(statements, list) or not isinstance(payloads, list) or len(statements) != len(payloads):
        raise cbor.Malformed("not as many payloads as statements")
    if len(statements) > MOST_STATEMENTS:
        raise cbor.Malformed("a batch of more than 500 statements")
    return tuple(map(_entry, statements, _bodies(salts, payloads)))


def _entry(statement: Any, body: Body | None) -> Entry:
    if not isinstance(statement, list) or len(statement) != 3:
        raise cbor.Malformed("not a statement of a batch")
    suite, descriptor, signed = statement
    if not is_number(suite) or not is_number(descriptor) or not isinstance(signed, bytes) or len(signed) > MOST_SIGNED:
        raise cbor.Malformed("not a statement of a batch")
    return Entry(suite, descriptor, signed, body)


def _bodies(salts: Any, payloads: list[Any]) -> list[Body | None]:
    """Put each payload that is there together with its salt, in their order."""
    if not all(each is None or (isinstance(each, bytes) and len(each) <= MOST_PAYLOAD) for each in payloads):
        raise cbor.Malformed("not a payload of a batch")
    if not isinstance(salts, bytes) or len(salts) != SALT * sum(each is not None for each in payloads):
        raise cbor.Malformed("not as many salts as payloads")
    drawn = (salts[at : at + SALT] for at in range(0, len(salts), SALT))
    return [None if each is None else Body(next(drawn), each) for each in payloads]
