"""The greeting, first of all that one node brings another: what it has stored and what it wants back (section 10.1)."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from mabar.exchange.protocol import cbor, cose, signed
from mabar.exchange.protocol.objects import CLASSES, Context, Type, fields_of, is_number
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.signed import Signed

_NAMES = {1: "instant", 2: "heard", 3: "stored", 4: "wanted", 5: "wait"}


@dataclass(frozen=True, order=True)
class Stored:
    """How far the greeter has stored a stream from the other."""

    urgency: int
    epoch: int
    size: int


@dataclass(frozen=True, order=True)
class Wanted:
    """Which of its own statements the greeter wants back, both ends meant too."""

    urgency: int
    epoch: int
    first: int
    last: int


@dataclass(frozen=True)
class Greeting:
    """What a node says first; instants are milliseconds since 1970-01-01T00:00:00Z."""

    instant_ms: int
    heard_ms: int | None = None
    stored: tuple[Stored, ...] = ()
    wanted: tuple[Wanted, ...] = ()
    wait_ms: int = 0

    def encoded(self) -> bytes:
        """Write the greeting, the payload of type 8, its lists in ascending order."""
        stored = [[each.urgency, each.epoch, each.size] for each in sorted(self.stored)]
        wanted = [[each.urgency, each.epoch, each.first, each.last] for each in sorted(self.wanted)]
        return cbor.encode({1: self.instant_ms, 2: self.heard_ms, 3: stored, 4: wanted, 5: self.wait_ms})


def read_greeting(payload: bytes) -> Greeting:
    """Read the payload of a greeting.

    Raises:
        Malformed: it is none, or a list is out of order.
    """
    instant, heard, stored, wanted, wait = fields_of(cbor.decode(payload), _NAMES).values()
    if not is_number(instant) or not (heard is None or is_number(heard)) or not is_number(wait):
        raise cbor.Malformed("not the instants of a greeting")
    sizes = tuple(Stored(*row) for row in _rows(stored, 3, key=2))
    ranges = tuple(Wanted(*row) for row in _rows(wanted, 4, key=4))
    if any(not 0 < each.first <= each.last for each in ranges):
        raise cbor.Malformed("wanted from nowhere")
    return Greeting(instant, heard, sizes, ranges, wait)


def _rows(value: Any, width: int, *, key: int) -> list[list[int]]:
    """Take rows of numbers that begin with class and epoch and ascend by their first `key` numbers."""
    if not isinstance(value, list) or not all(isinstance(row, list) and len(row) == width for row in value):
        raise cbor.Malformed("not the streams of a greeting")
    if any(not all(map(is_number, row)) or row[0] not in CLASSES or row[1] == 0 for row in value):
        raise cbor.Malformed("not a stream of a greeting")
    if any(left[:key] >= right[:key] for left, right in pairwise(value)):
        raise cbor.Malformed("the streams of a greeting out of order")
    return value


def sign(greeting: Greeting, context: Context, signer: Signer) -> bytes:
    """Sign a greeting by the node's key."""
    return cose.sign1(greeting.encoded(), Type.GREETING, context, signer)


def read(data: bytes) -> Signed[Greeting]:
    """Read a signed greeting without checking its signature.

    Raises:
        Malformed: it is none.
    """
    return signed.read(data, Type.GREETING, read_greeting)
