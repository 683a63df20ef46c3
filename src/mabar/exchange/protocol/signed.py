"""An object read from its COSE_Sign1, with the bytes that were signed beside it (sections 3.1 and 3.2)."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.ports import ED25519, Checker

Said = TypeVar("Said")


@dataclass(frozen=True)
class Signed(Generic[Said]):
    """What is said, its type, the signed bytes as they came, and the signature in them, which is not checked yet."""

    said: Said
    type: Type
    data: bytes
    sign1: cose.Sign1

    def is_by(self, public: bytes, context: Context, checker: Checker) -> bool:
        """Tell whether the holder of `public` signed this, in this context."""
        return cose.is_signed1(self.sign1, self.type, context, public, checker)


def read(data: bytes, type_: Type, reader: Callable[[bytes], Said], *, alg: int = ED25519) -> Signed[Said]:
    """Read signed bytes; `reader` reads their payload.

    Raises:
        Malformed: not a COSE_Sign1 of this alg, or not a payload that `reader` knows.
    """
    sign1 = cose.read1(data)
    if sign1.alg != alg:
        raise cbor.Malformed("signed by another algorithm")
    return Signed(reader(sign1.payload), type_, data, sign1)
