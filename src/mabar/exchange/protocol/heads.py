"""The head of a stream's log: signed by who sends, and as receipt R1 by who has stored (sections 5.2 to 5.4)."""

from dataclasses import dataclass
from typing import Any

from mabar.exchange.protocol import cbor, cose, signed
from mabar.exchange.protocol.objects import Context, Type, fields_of, is_number
from mabar.exchange.protocol.ports import ED25519, Signer
from mabar.exchange.protocol.signed import Signed
from mabar.lib import merkle

_NAMES = {1: "size", 2: "root"}


@dataclass(frozen=True)
class Head:
    """How many statements a log holds, and its root over them."""

    size: int
    root: bytes

    @staticmethod
    def of(frontier: merkle.Frontier) -> "Head":
        """Give the head of a log from its frontier."""
        return Head(frontier.size, frontier.root())

    def encoded(self) -> bytes:
        """Write the head, the payload of types 4 and 5."""
        return cbor.encode({1: self.size, 2: self.root})


EMPTY = Head(0, merkle.EMPTY_ROOT)


def read_head(payload: bytes) -> Head:
    """Read the payload of a head or of a receipt R1.

    Raises:
        Malformed: it is neither, or names another root for size 0 than H("").
    """
    size, root = fields_of(cbor.decode(payload), _NAMES).values()
    return head_of(size, root)


def head_of(size: Any, root: Any) -> Head:
    """Take a head from its decoded parts.

    Raises:
        Malformed: they are none, or name another root for size 0 than H("").
    """
    if not is_number(size) or not isinstance(root, bytes) or len(root) != 32:
        raise cbor.Malformed("not a head")
    if size == 0 and root != merkle.EMPTY_ROOT:
        raise cbor.Malformed("another root of nothing")
    return Head(size, root)


def sign_head(head: Head, context: Context, signer: Signer) -> bytes:
    """Sign the head of what was sent; a signer of ML-DSA-44 makes the PQ head."""
    return cose.sign1(head.encoded(), Type.HEAD, context, signer)


def sign_receipt(head: Head, context: Context, signer: Signer) -> bytes:
    """Sign the receipt R1 of what is stored; a signer of ML-DSA-44 makes the PQ R1."""
    return cose.sign1(head.encoded(), Type.RECEIPT, context, signer)


def read_signed_head(data: bytes, *, alg: int = ED25519) -> Signed[Head]:
    """Read a signed head without checking its signature.

    Raises:
        Malformed: it is none, or is signed by another algorithm.
    """
    return signed.read(data, Type.HEAD, read_head, alg=alg)


def read_receipt(data: bytes, *, alg: int = ED25519) -> Signed[Head]:
    """Read a receipt R1 without checking its signature.

    Raises:
        Malformed: it is none, or is signed by another algorithm.
    """
    return signed.read(data, Type.RECEIPT, read_head, alg=alg)
