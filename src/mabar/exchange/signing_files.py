"""The signing file: what several holders sign, one after the other, on machines that no network reaches.

It is the encoding (docs/wire/mx1.md, section 2) of `["mx1 signing", type, context, payload, [signature, ...]]`, each
signature as it will stand in the COSE_Sign.  An item that is signed already is read as a signing file too.
"""

from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from typing import Any

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.cose import key_id, signature_of
from mabar.exchange.protocol.objects import Context, Item, Type, context_of, is_number, item_of
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.refusals import HasSigned, NotASigningFile

MARK = "mx1 signing"
SIGNED_BY_SEVERAL = (Type.ROOT, Type.DESCRIPTOR, Type.TERMS, Type.STANDING_ORDER, Type.STOP, Type.SETTLE)
MOST_BYTES = 2 * 1024 * 1024
_Signature = tuple[bytes, bytes]  # protected header, signature


@dataclass(frozen=True)
class Signing:
    """What is signed, in its context, and the signatures so far."""

    type: Type
    context: Context
    payload: bytes
    signatures: tuple[_Signature, ...] = ()

    def encoded(self) -> bytes:
        """Write the signing file."""
        return cbor.encode([MARK, int(self.type), self.context.parts(), self.payload, self._parts()])

    def _parts(self) -> list[list[Any]]:
        return [[protected, {}, signature] for protected, signature in self.signatures]

    @property
    def digest(self) -> bytes:
        """The SHA-256 of the payload; of a root record it is the fingerprint."""
        return sha256(self.payload).digest()

    @property
    def signed_by(self) -> tuple[bytes, ...]:
        """The ids of the keys that have signed."""
        return tuple(cbor.decode(protected)[4] for protected, _ in self.signatures)

    @property
    def item(self) -> Item:
        """The item with the signatures so far."""
        return Item(self.type, self.context, cose.join(self.payload, self._parts()))

    def signed(self, signer: Signer) -> "Signing":
        """Give the signing with one more signature.

        Raises:
            HasSigned: this key has signed.
        """
        if key_id(signer.public) in self.signed_by:
            raise HasSigned(key=key_id(signer.public).hex())
        protected, _, signature = signature_of(self.payload, self.type, self.context, signer)
        return replace(self, signatures=(*self.signatures, (protected, signature)))


def of_item(item: Item) -> Signing:
    """Give an item as a signing.

    Raises:
        Malformed: nothing that several sign.
    """
    if item.type not in SIGNED_BY_SEVERAL:
        raise cbor.Malformed("not signed by several")
    read = cose.read(item.object)
    return Signing(item.type, item.context, read.payload, tuple((each[0], each[3]) for each in read.signatures))


def read(data: bytes, *, name: object) -> Signing:
    """Read a signing file, or an item in its place; `name` is how the refusal calls the file.

    Raises:
        NotASigningFile
    """
    try:
        if len(data) > MOST_BYTES:
            raise cbor.Malformed(f"more than {MOST_BYTES} bytes")
        value = cbor.decode(data)
        return _signing(value) if isinstance(value, list) and value[:1] == [MARK] else of_item(item_of(value))
    except cbor.Malformed as fault:
        raise NotASigningFile(path=name, reason=fault) from None


def _signing(value: list[Any]) -> Signing:
    if len(value) != 5 or not is_number(value[1], max(Type)) or value[1] not in SIGNED_BY_SEVERAL:
        raise cbor.Malformed("not a signing file")
    _, type_, parts, payload, signatures = value
    if not isinstance(payload, bytes) or not isinstance(signatures, list):
        raise cbor.Malformed("not a signing file")
    context = context_of(Type(type_), parts)
    # the structure that the signatures will stand in reads them, so that both have one form
    return of_item(Item(Type(type_), context, cbor.encode(cbor.Tagged(cbor.SIGN, [b"", {}, payload, signatures]))))


def read_file(path: Path) -> Signing:
    """Read the signing file, or the item, at `path`.

    Raises:
        NotASigningFile; OSError.
    """
    return read(_bytes_of(path), name=path)


def read_unfinished(path: Path) -> Signing:
    """Read the signing file at `path`, to which a signature will be added; an item is finished.

    Raises:
        NotASigningFile; OSError.
    """
    data = _bytes_of(path)
    signing = read(data, name=path)
    if cbor.decode(data)[0] != MARK:
        raise NotASigningFile(path=path, reason="finished")
    return signing


def _bytes_of(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)
