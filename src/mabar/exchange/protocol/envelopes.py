"""The envelope: a signed header over a sealed, packed and padded body (sections 6.1, 6.2 and 6.5)."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from mabar.exchange.protocol import cbor, cose, signed
from mabar.exchange.protocol.batches import MOST_BYTES
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.objects import NODE, Context, Item, Type, fields_of, is_code, is_number
from mabar.exchange.protocol.ports import Checker, Opener, Packer, Sealer, Signer
from mabar.exchange.protocol.refused import Refused
from mabar.exchange.protocol.signed import Signed

VERSION = 1
_LEAD = 5  # one byte form, four bytes length
_NAMES = {
    1: "version",
    2: "suite",
    3: "sender",
    4: "receiver",
    5: "descriptor of the sender",
    6: "descriptor of the receiver",
    7: "sealing key",
    8: "most bytes",
    9: "sent at",
    10: "digest",
}


@dataclass(frozen=True)
class Way:
    """Between whom an envelope goes, and by which suite, descriptors and sealing key."""

    suite: int
    sender: str
    receiver: str
    sender_descriptor: int
    receiver_descriptor: int
    sealing_key: int

    @property
    def context(self) -> Context:
        """The context of the header, which repeats what the header says."""
        return Context(self.suite, self.sender, self.receiver, descriptor=self.sender_descriptor)


@dataclass(frozen=True)
class Header:
    """What stands on an envelope; `most` is the bucket of the opened body's length."""

    way: Way
    most: int
    sent_ms: int
    digest: bytes

    def encoded(self) -> bytes:
        """Write the header, the payload of type 6."""
        return cbor.encode({**_info(self.way, self.most, self.sent_ms), 10: self.digest})

    def info(self) -> bytes:
        """Write what the sealing binds to the body: the header without the digest of the ciphertext."""
        return cbor.encode(_info(self.way, self.most, self.sent_ms))


def _info(way: Way, most: int, sent_ms: int) -> dict[int, Any]:
    names = (VERSION, way.suite, way.sender, way.receiver, way.sender_descriptor, way.receiver_descriptor)
    return dict(enumerate((*names, way.sealing_key, most, sent_ms), start=1))


def seal(
    body: bytes,
    way: Way,
    public: bytes,
    *,
    sent_ms: int,
    sealer: Sealer,
    packer: Packer,
    signer: Signer,
    text_at: int = 0,
) -> Item:
    """Pack, pad and seal a body for the holder of the sealing key `public`, and sign the header.

    Args:
        text_at: where in the body its texts begin; packed for themselves they are shorter.

    Raises:
        ValueError: the body has more than 8 MiB.
    """
    if len(body) > MOST_BYTES:
        raise ValueError(f"a body of {len(body)} bytes")
    most = bucket(len(body))
    form, packed = packer.pack(body, text_at=text_at)
    info = cbor.encode(_info(way, most, sent_ms))
    ciphertext = sealer.seal(way.suite, public, padded(form, packed), info)
    header = Header(way, most, sent_ms, sha256(ciphertext).digest())
    object_ = cose.sign1(header.encoded(), Type.ENVELOPE, way.context, signer)
    return Item(Type.ENVELOPE, way.context, object_, ciphertext)


def padded(form: int, packed: bytes) -> bytes:
    """Put form and length before a packed body, and zeros after it up to the bucket."""
    plain = bytes([form]) + len(packed).to_bytes(4, "big") + packed
    return plain + bytes(bucket(len(plain)) - len(plain))


def read_header(payload: bytes) -> Header:
    """Read the payload of an envelope's header.

    Raises:
        Malformed: it is none.
    """
    values = fields_of(cbor.decode(payload), _NAMES)
    numbers = [values[key] for key in (1, 2, 5, 6, 7, 8, 9)]
    if not all(map(is_number, numbers)) or values[1] != VERSION or 0 in (values[2], values[5], values[6]):
        raise cbor.Malformed("not the header of an envelope")
    if not is_code(values[3], NODE) or not is_code(values[4], NODE):
        raise cbor.Malformed("not the nodes of an envelope")
    if not isinstance(values[10], bytes) or len(values[10]) != 32:
        raise cbor.Malformed("not the digest of an envelope")
    way = Way(*(values[key] for key in range(2, 8)))
    return Header(way, values[8], values[9], values[10])


@dataclass(frozen=True)
class Envelope:
    """An envelope as read: nothing of it is checked but that the header says what the context says."""

    header: Signed[Header]
    ciphertext: bytes

    @property
    def way(self) -> Way:
        """Between whom it goes."""
        return self.header.said.way


def read(item: Item) -> Envelope:
    """Read the header of an envelope.

    Raises:
        Refused: `envelope.malformed`.
    """
    try:
        if item.type is not Type.ENVELOPE or item.ciphertext is None:
            raise cbor.Malformed("not an envelope")
        header = signed.read(item.object, Type.ENVELOPE, read_header)
        if header.said.way.context != item.context:
            raise cbor.Malformed("a header that says other than its context")
    except cbor.Malformed as fault:
        raise Refused("envelope.malformed", fault=str(fault)) from None
    return Envelope(header, item.ciphertext)


def require_for(envelope: Envelope, node: str) -> None:
    """Let pass what is for this node.

    Raises:
        Refused: `envelope.not-for-us`.
    """
    if envelope.way.receiver != node:
        raise Refused("envelope.not-for-us", receiver=envelope.way.receiver)


def require_size(envelope: Envelope, largest: int) -> None:
    """Let pass what opens to at most 8 MiB, and has come in at most `largest` bytes, as the own descriptor says.

    Raises:
        Refused: `envelope.oversize`.
    """
    for size, most in ((envelope.header.said.most, MOST_BYTES), (len(envelope.ciphertext), largest)):
        if size > most:
            raise Refused("envelope.oversize", size=size, most=most)


def require_signed(envelope: Envelope, public: bytes, checker: Checker) -> None:
    """Let pass what the node with the key `public` has signed and nobody has changed.

    Raises:
        Refused: `envelope.signature` or `envelope.digest`.
    """
    if not envelope.header.is_by(public, envelope.way.context, checker):
        raise Refused("envelope.signature")
    if sha256(envelope.ciphertext).digest() != envelope.header.said.digest:
        raise Refused("envelope.digest")


def open_body(envelope: Envelope, opener: Opener, packer: Packer) -> bytes:
    """Open, unpad and unpack the body of an envelope that has passed all that comes before.

    Raises:
        Refused: `envelope.not-opened` or `envelope.body`.
    """
    header, way = envelope.header.said, envelope.way
    plain = opener.open(way.suite, way.sealing_key, way.receiver_descriptor, envelope.ciphertext, header.info())
    if plain is None:
        raise Refused("envelope.not-opened", sealing_key=way.sealing_key)
    body = _unpacked(plain, header.most, packer)
    if body is None or bucket(len(body)) != header.most:
        raise Refused("envelope.body")
    return body


def _unpacked(plain: bytes, most: int, packer: Packer) -> bytes | None:
    end = _LEAD + int.from_bytes(plain[1:_LEAD], "big")
    if len(plain) < _LEAD or len(plain) != bucket(end) or any(plain[end:]):
        return None
    return packer.unpack(plain[0], plain[_LEAD:end], most)
