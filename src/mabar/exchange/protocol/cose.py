"""COSE_Sign1 and COSE_Sign (RFC 9052) over a payload and its context (section 3.2)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import sha256
from typing import Any

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44, Checker, Signer
from mabar.exchange.protocol.refused import Refused

_P = 2**255 - 19
# Where the curve has its eight points of small order: whoever signs by one of them signs everything at once.
_SMALL = {
    0,
    1,
    _P - 1,
    int.from_bytes(bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"), "little"),
    int.from_bytes(bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"), "little"),
}
LENGTHS = {ED25519: (32, 64), MLDSA44: (1312, 2420)}


@dataclass(frozen=True)
class Sign1:
    """A COSE_Sign1 as read; nothing of it is checked yet."""

    alg: int
    protected: bytes
    payload: bytes
    signature: bytes


@dataclass(frozen=True)
class Sign:
    """A COSE_Sign as read: the payload and, for each signature, protected header, alg, key id and signature."""

    payload: bytes
    signatures: tuple[tuple[bytes, int, bytes, bytes], ...]


def key_id(public: bytes) -> bytes:
    """Name a key by the first 8 bytes of the SHA-256 of its raw public bytes."""
    return sha256(public).digest()[:8]


def is_usable(public: bytes) -> bool:
    """Tell whether 32 bytes may stand for an Ed25519 key: points of small order may not."""
    return len(public) == 32 and (int.from_bytes(public, "little") & (2**255 - 1)) % _P not in _SMALL


# In the one form of section 2 there is just one header for each algorithm.
_HEADERS = {cbor.encode({1: alg}): alg for alg in LENGTHS}
_HEADER_OF = {alg: header for header, alg in _HEADERS.items()}


def sign1(payload: bytes, type_: Type, context: Context, signer: Signer) -> bytes:
    """Sign a payload in its context."""
    return sign1_over(payload, context.aad(type_), signer)


def sign1_over(payload: bytes, aad: bytes, signer: Signer) -> bytes:
    """Sign a payload with what stands round it; whoever has a domain of his own writes it into `aad`."""
    protected = _HEADER_OF[signer.alg]
    said = _said_of_one(protected, aad, payload)
    return cbor.encode(cbor.Tagged(cbor.SIGN1, [protected, {}, payload, signer.sign(said)]))


def _said_of_one(protected: bytes, aad: bytes, payload: bytes) -> bytes:
    """Write what a signature covers; all but the payload is the same for thousands in a row."""
    return _before_payload(protected, aad) + cbor.encode(payload)


@lru_cache(maxsize=256)
def _before_payload(protected: bytes, aad: bytes) -> bytes:
    with_empty = cbor.encode(["Signature1", protected, aad, b""])
    return with_empty.removesuffix(cbor.encode(b""))


def read1(data: bytes) -> Sign1:
    """Read a COSE_Sign1 without checking it.

    Raises:
        Malformed: it is none, or of another alg.
    """
    protected, _, payload, signature = _parts(data, cbor.SIGN1)
    alg = _HEADERS.get(protected) if isinstance(protected, bytes) else None
    if alg is None:
        raise cbor.Malformed("not the header of a signature")
    if not isinstance(payload, bytes) or not isinstance(signature, bytes):
        raise cbor.Malformed("not a COSE_Sign1")
    if len(signature) != LENGTHS[alg][1]:
        raise cbor.Malformed("a signature of another length")
    return Sign1(alg, protected, payload, signature)


def _parts(data: bytes, tag: int) -> list[Any]:
    value = cbor.decode(data)
    if not isinstance(value, cbor.Tagged) or value.tag != tag:
        raise cbor.Malformed("not a COSE structure of this form")
    parts = value.item
    if not isinstance(parts, list) or len(parts) != 4 or parts[1] != {}:
        raise cbor.Malformed("not a COSE structure of this form")
    return parts


def is_signed1(read: Sign1, type_: Type, context: Context, public: bytes, checker: Checker) -> bool:
    """Tell whether the holder of `public` signed what was read, as this type and in this context."""
    return is_signed1_over(read, context.aad(type_), public, checker)


def is_signed1_over(read: Sign1, aad: bytes, public: bytes, checker: Checker) -> bool:
    """Tell whether the holder of `public` signed what was read, with this standing round it."""
    if len(public) != LENGTHS[read.alg][0] or (read.alg == ED25519 and not is_usable(public)):
        return False
    said = _said_of_one(read.protected, aad, read.payload)
    return checker.is_signed(read.alg, public, said, read.signature)


def sign(payload: bytes, type_: Type, context: Context, signers: Sequence[Signer]) -> bytes:
    """Sign a payload by several keys, in the order of their key ids."""
    return join(payload, [signature_of(payload, type_, context, signer) for signer in signers])


def signature_of(payload: bytes, type_: Type, context: Context, signer: Signer) -> list[Any]:
    """Make one of the signatures of a COSE_Sign; each holder of a key makes his own, at his place."""
    protected = cbor.encode({1: signer.alg, 4: key_id(signer.public)})
    return [protected, {}, signer.sign(_said_by_one(protected, type_, context, payload))]


def _said_by_one(protected: bytes, type_: Type, context: Context, payload: bytes) -> bytes:
    return cbor.encode(["Signature", b"", protected, context.aad(type_), payload])


def join(payload: bytes, signatures: Sequence[list[Any]]) -> bytes:
    """Put signatures of one payload together."""
    return cbor.encode(cbor.Tagged(cbor.SIGN, [b"", {}, payload, sorted(signatures, key=lambda each: bytes(each[0]))]))


def read(data: bytes) -> Sign:
    """Read a COSE_Sign without checking it.

    Raises:
        Malformed: it is none, or a signature is of another form.
    """
    body, _, payload, signatures = _parts(data, cbor.SIGN)
    if body != b"" or not isinstance(payload, bytes) or not isinstance(signatures, list):
        raise cbor.Malformed("not a COSE_Sign")
    return Sign(payload, tuple(_signature(each) for each in signatures))


def _signature(value: Any) -> tuple[bytes, int, bytes, bytes]:
    if not isinstance(value, list) or len(value) != 3 or value[1] != {} or not isinstance(value[0], bytes):
        raise cbor.Malformed("not a signature of a COSE_Sign")
    header, signature = cbor.decode(value[0]), value[2]
    if not isinstance(header, dict) or header.keys() != {1, 4} or header[1] != ED25519:
        raise cbor.Malformed("not the header of a signature")
    if not isinstance(header[4], bytes) or not isinstance(signature, bytes) or len(signature) != 64:
        raise cbor.Malformed("not a signature of a COSE_Sign")
    return value[0], header[1], header[4], signature


@dataclass(frozen=True)
class Quorum:
    """Keys of which `threshold` must have signed."""

    keys: tuple[bytes, ...]
    threshold: int


def require_quorums(read_: Sign, type_: Type, context: Context, quorums: Sequence[Quorum], checker: Checker) -> None:
    """Let pass what each quorum has signed; all that have signed must belong to one (section 3.2).

    Raises:
        Refused: `quorum.unknown-key`, `quorum.twice`, `quorum.signature` or `quorum.short`.
    """
    known = {key_id(key): key for quorum in quorums for key in quorum.keys}
    seen: set[bytes] = set()
    for protected, alg, kid, signature in read_.signatures:
        if kid not in known:
            raise Refused("quorum.unknown-key", key=kid.hex())
        if kid in seen:
            raise Refused("quorum.twice", key=kid.hex())
        said = _said_by_one(protected, type_, context, read_.payload)
        if not is_usable(known[kid]) or not checker.is_signed(alg, known[kid], said, signature):
            raise Refused("quorum.signature", key=kid.hex())
        seen.add(kid)
    for quorum in quorums:
        signed = len(seen & {key_id(key) for key in quorum.keys})
        if signed < quorum.threshold:
            raise Refused("quorum.short", signed=signed, needed=quorum.threshold)
