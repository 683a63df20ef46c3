"""What a node tells about a stream or a batch: that it does not take it (6.5), or that a stream opens again (9.3)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mabar.exchange.protocol import cbor, cose, signed
from mabar.exchange.protocol.heads import Head, head_of
from mabar.exchange.protocol.objects import Context, Type, fields_of, is_code, is_number
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.refused import Fact, Refused
from mabar.exchange.protocol.signed import Signed

CODE = re.compile(r"[a-z][a-z-]{0,23}(?:\.[a-z][a-z0-9-]{0,39})?")
MOST_FACTS, LONGEST_FACT = 8, 200
_FACT = re.compile(r"[a-z][a-z0-9_]{0,31}")
_OF_REFUSAL = {1: "code", 2: "facts", 3: "refused item", 4: "seconds", 5: "instant"}
_OF_REOPENING = {1: "closed epoch", 2: "size", 3: "root", 4: "new epoch"}


@dataclass(frozen=True)
class Refusal:
    """That an item is not taken, and why; `wait_s` after which to try again, None where that would not help."""

    code: str
    facts: Mapping[str, Fact]
    item_digest: bytes | None
    wait_s: int | None
    instant_ms: int

    @staticmethod
    def of(refused: Refused, item: bytes | None, *, instant_ms: int, wait_s: int | None = None) -> "Refusal":
        """Tell the sender of an item why it was refused; long facts are cut."""
        facts = {name: _cut(fact) for name, fact in sorted(refused.facts.items())[:MOST_FACTS]}
        digest = None if item is None else sha256(item).digest()
        return Refusal(refused.code, facts, digest, wait_s, instant_ms)

    def encoded(self) -> bytes:
        """Write the refusal, the payload of type 7."""
        facts = [[name, fact] for name, fact in sorted(self.facts.items())]
        return cbor.encode({1: self.code, 2: facts, 3: self.item_digest, 4: self.wait_s, 5: self.instant_ms})


def _cut(fact: Fact) -> Fact:
    return fact[:LONGEST_FACT] if isinstance(fact, str) else fact


def read_refusal_payload(payload: bytes) -> Refusal:
    """Read the payload of a refusal.

    Raises:
        Malformed: it is none.
    """
    code, facts, item, wait, instant = fields_of(cbor.decode(payload), _OF_REFUSAL).values()
    if not is_code(code, CODE) or not (wait is None or is_number(wait)) or not is_number(instant):
        raise cbor.Malformed("not a refusal")
    if not (item is None or (isinstance(item, bytes) and len(item) == 32)):
        raise cbor.Malformed("not the digest of what is refused")
    return Refusal(code, _facts(facts), item, wait, instant)


def _facts(value: Any) -> dict[str, Fact]:
    if not isinstance(value, list) or len(value) > MOST_FACTS or not all(map(_is_fact, value)):
        raise cbor.Malformed("not the facts of a refusal")
    names = [name for name, _ in value]
    if names != sorted(set(names)):
        raise cbor.Malformed("the facts of a refusal out of order")
    return dict(value)


def _is_fact(value: Any) -> bool:
    if not isinstance(value, list) or len(value) != 2 or not is_code(value[0], _FACT):
        return False
    fact = value[1]
    return len(fact) <= LONGEST_FACT if isinstance(fact, str) else isinstance(fact, int) and not isinstance(fact, bool)


def sign_refusal(refusal: Refusal, context: Context, signer: Signer) -> bytes:
    """Sign a refusal by the node's key."""
    return cose.sign1(refusal.encoded(), Type.REFUSAL, context, signer)


def read_refusal(data: bytes) -> Signed[Refusal]:
    """Read a signed refusal without checking its signature.

    Raises:
        Malformed: it is none.
    """
    return signed.read(data, Type.REFUSAL, read_refusal_payload)


@dataclass(frozen=True)
class Reopening:
    """That a closed stream goes on in its next epoch, and the last doubly signed head at which it was closed."""

    closed_epoch: int
    head: Head
    epoch: int

    def encoded(self) -> bytes:
        """Write the reopening, the payload of type 13."""
        return cbor.encode({1: self.closed_epoch, 2: self.head.size, 3: self.head.root, 4: self.epoch})


def read_reopening_payload(payload: bytes) -> Reopening:
    """Read the payload of a reopening.

    Raises:
        Malformed: it is none, or its epoch is not the next.
    """
    closed, size, root, epoch = fields_of(cbor.decode(payload), _OF_REOPENING).values()
    if not is_number(closed) or closed == 0 or not is_number(epoch) or epoch != closed + 1:
        raise cbor.Malformed("not the epochs of a reopening")
    return Reopening(closed, head_of(size, root), epoch)


def sign_reopening(reopening: Reopening, context: Context, signer: Signer) -> bytes:
    """Sign a reopening by the node's key; the context names the new epoch."""
    return cose.sign1(reopening.encoded(), Type.REOPENING, context, signer)


def read_reopening(data: bytes) -> Signed[Reopening]:
    """Read a signed reopening without checking its signature.

    Raises:
        Malformed: it is none.
    """
    return signed.read(data, Type.REOPENING, read_reopening_payload)
