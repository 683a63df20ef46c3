"""What travels between nodes: items, each with its type and the context that its signature covers (section 3)."""

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from typing import Any

from mabar.exchange.protocol import cbor

ADMINISTRATION = re.compile(r"[a-z]{2}")
NODE = re.compile(r"[a-z]{2}\.[a-z0-9](?:[a-z0-9-]{0,22}[a-z0-9])?")
CLASSES = FLASH, OPERATIONAL, BUSINESS, BULK = range(4)


class Type(IntEnum):
    """What an item is; its signature says so too."""

    ROOT = 1
    DESCRIPTOR = 2
    STATEMENT = 3
    HEAD = 4
    RECEIPT = 5
    ENVELOPE = 6
    REFUSAL = 7
    GREETING = 8
    TERMS = 9
    STANDING_ORDER = 10
    STOP = 11
    SETTLE = 12
    REOPENING = 13


@dataclass(frozen=True, order=True)
class Stream:
    """One writer, one reader, one sequence, one log."""

    sender: str
    receiver: str
    urgency: int
    epoch: int

    def __str__(self) -> str:
        return f"{self.sender} -> {self.receiver} {self.urgency}/{self.epoch}"

    def opposite(self, epoch: int) -> "Stream":
        """Give the stream in which the answers go."""
        return Stream(self.receiver, self.sender, self.urgency, epoch)


@dataclass(frozen=True)
class Context:
    """What stands round an object and is signed with it."""

    suite: int | None = None
    sender: str | None = None
    receiver: str | None = None
    urgency: int | None = None
    epoch: int | None = None
    descriptor: int | None = None

    @staticmethod
    def of(stream: Stream, *, suite: int, descriptor: int) -> "Context":
        """Give the context of what is signed on a stream."""
        return Context(suite, stream.sender, stream.receiver, stream.urgency, stream.epoch, descriptor)

    def parts(self) -> list[int | str | None]:
        """Give the six parts in their order."""
        return [self.suite, self.sender, self.receiver, self.urgency, self.epoch, self.descriptor]

    def aad(self, type_: Type) -> bytes:
        """Write what the signature of an object of this type covers beside its payload."""
        return _aad(type_, self)

    @property
    def stream(self) -> Stream:
        """The stream that a context of types 3, 4, 5 and 13 names.

        Raises:
            Malformed: it names none.
        """
        if self.sender is None or self.receiver is None or self.urgency is None or self.epoch is None:
            raise cbor.Malformed("a context without a stream")
        return Stream(self.sender, self.receiver, self.urgency, self.epoch)


# The statements of a stream share theirs, thousands in a row.
@lru_cache(maxsize=256)
def _aad(type_: Type, context: Context) -> bytes:
    return cbor.encode(["mx1", int(type_), *context.parts()])


@dataclass(frozen=True)
class Item:
    """An object with its type and context; an envelope with its ciphertext too."""

    type: Type
    context: Context
    object: bytes
    ciphertext: bytes | None = None

    def encoded(self) -> bytes:
        """Write the item as it travels."""
        parts: list[Any] = [int(self.type), self.context.parts(), self.object]
        return cbor.encode(parts if self.ciphertext is None else [*parts, self.ciphertext])


def read_item(data: bytes) -> Item:
    """Read the one item that `data` is.

    Raises:
        Malformed: it is not an item.
    """
    return item_of(cbor.decode(data))


def item_of(value: Any) -> Item:
    """Take an item from its decoded array.

    Raises:
        Malformed: it is not an item.
    """
    if not isinstance(value, list) or not value or not is_number(value[0], max(Type)) or value[0] == 0:
        raise cbor.Malformed("not an item")
    type_ = Type(value[0])
    if len(value) != (4 if type_ is Type.ENVELOPE else 3) or not all(isinstance(part, bytes) for part in value[2:]):
        raise cbor.Malformed("not an item")
    return Item(type_, context_of(type_, value[1]), *value[2:])


_ON_A_STREAM = (True, True, True, True, True, True)
_BETWEEN_NODES = (True, True, True, False, False, True)
_OF_A_ROOT = (False, True, False, False, False, True)
_NAMED = {
    Type.ROOT: _OF_A_ROOT,
    Type.DESCRIPTOR: _OF_A_ROOT,
    Type.STATEMENT: _ON_A_STREAM,
    Type.HEAD: _ON_A_STREAM,
    Type.RECEIPT: _ON_A_STREAM,
    Type.ENVELOPE: _BETWEEN_NODES,
    Type.REFUSAL: _BETWEEN_NODES,
    Type.GREETING: _BETWEEN_NODES,
    Type.TERMS: (False, True, True, False, False, False),
    Type.STANDING_ORDER: (False, True, False, False, False, False),
    Type.STOP: _OF_A_ROOT,
    Type.SETTLE: _OF_A_ROOT,
    Type.REOPENING: _ON_A_STREAM,
}
# Suite, class, epoch and descriptor: the least and the most that each can be.
_LIMITS = ((1, 255), (min(CLASSES), max(CLASSES)), (1, 2**63 - 1), (1, 2**63 - 1))
_OF_ADMINISTRATIONS = {Type.ROOT, Type.DESCRIPTOR, Type.TERMS, Type.STANDING_ORDER, Type.STOP, Type.SETTLE}


def context_of(type_: Type, parts: Any) -> Context:
    """Read a context, which names for each type just what the table of section 3.1 says.

    Raises:
        Malformed: another form, a part too many or too few, or a code that is none.
    """
    if not isinstance(parts, list) or len(parts) != 6:
        raise cbor.Malformed("a context has six parts")
    if tuple(part is not None for part in parts) != _NAMED[type_]:
        raise cbor.Malformed(f"the context of type {int(type_)} names other parts")
    context = Context(*parts)
    code = ADMINISTRATION if type_ in _OF_ADMINISTRATIONS else NODE
    for name in (context.sender, context.receiver):
        if name is not None and not is_code(name, code):
            raise cbor.Malformed("not the code of a node or administration")
    limits = zip((context.suite, context.urgency, context.epoch, context.descriptor), _LIMITS, strict=True)
    if any(
        number is not None and not (is_number(number, most) and number >= least) for number, (least, most) in limits
    ):
        raise cbor.Malformed("not a number of a context")
    return context


def is_code(value: object, code: re.Pattern[str] = NODE) -> bool:
    """Tell whether `value` is the code of a node, or of an administration."""
    return isinstance(value, str) and code.fullmatch(value) is not None


def is_number(value: object, most: int = 2**63 - 1) -> bool:
    """Tell whether `value` is an integer from 0 to `most`."""
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def administration_of(node: str) -> str:
    """Give the administration that a node belongs to."""
    return node[:2]


def fields_of(value: Any, names: dict[int, str], optional: frozenset[int] = frozenset()) -> dict[int, Any]:
    """Give a map that holds exactly the keys named for it; an absent optional key is None.

    Raises:
        Malformed: it is no map, or lacks a key, or has one more.
    """
    if not isinstance(value, dict) or not (names.keys() - optional) <= value.keys() <= names.keys():
        raise cbor.Malformed("not the keys of " + ", ".join(names.values()))
    return {key: value.get(key) for key in names}
