"""The vectors of keys and signatures: what a signature covers, and which keys sign nothing (section 3.2)."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey

from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.objects import Context, Type
from mabar.exchange.protocol.ports import ED25519, MLDSA44
from tools.vector_groups import Vector, bad, cast, drawn, good, group

P = 2**255 - 19
ORDER = 2**252 + 27742317777372353535851937790883648493
_EIGHTHS = (
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
)
ROOTS = [cast.key(f"dz root {number}") for number in range(3)]
_OF_SIGN = (Type.ROOT, Type.DESCRIPTOR, Type.TERMS, Type.STANDING_ORDER, Type.STOP, Type.SETTLE)
_CONTEXTS = {
    **{type_: Context(sender="dz", descriptor=1) for type_ in _OF_SIGN},
    Type.TERMS: Context(sender="dz", receiver="ly"),
    Type.STANDING_ORDER: Context(sender="dz"),
    Type.ENVELOPE: cast.between_nodes(),
    **{type_: part.context for type_, part in cast.PARTS.items()},
}
_PAYLOAD = cbor.encode({1: "mx1"})


def small_orders() -> dict[str, bytes]:
    """Give every 32 bytes that some reader of keys takes for a point of small order."""
    ys = {"0": 0, "1": 1, "p-1": P - 1, "p": P, "p+1": P + 1}
    named = {f"y={name}": y.to_bytes(32, "little") for name, y in ys.items()}
    named |= {f"y-of-order-eight-{number}": bytes.fromhex(text) for number, text in enumerate(_EIGHTHS, start=1)}
    signed = {f"{name}-sign-bit": raw[:31] + bytes([raw[31] | 0x80]) for name, raw in named.items()}
    return named | signed


def _keys() -> Iterator[Vector]:
    yield good("usable", "a key as it is drawn", "key", key=cast.NODE[cast.SENDER].public)
    for name, raw in small_orders().items():
        yield bad(name, "a point of small order, in one of its spellings", "key", "key.unusable", key=raw)
    yield bad("31-bytes", "a key of 31 bytes", "key", "key.unusable", key=bytes(range(31)))
    yield bad("33-bytes", "a key of 33 bytes", "key", "key.unusable", key=bytes(range(33)))
    for name, raw in small_orders().items():
        if (forged := _forged(raw)) is not None:
            yield bad(
                f"forged-{name}",
                "a signature that nobody made and that a careless reader of keys finds good",
                "signature",
                "signature",
                **forged,
            )


def _forged(public: bytes) -> dict[str, object] | None:
    """Find a head that the point "signs": R is the identity, S nought, and the hash a multiple of the point's order."""
    signature = bytes([1]) + bytes(63)
    protected, context = cbor.encode({1: ED25519}), cast.context()
    for size in range(1, 200):
        payload = cbor.encode({1: size, 2: bytes(32)})
        said = cbor.encode(["Signature1", protected, context.aad(Type.HEAD), payload])
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
        except InvalidSignature:
            continue
        object_ = cbor.encode(cbor.Tagged(cbor.SIGN1, [protected, {}, payload, signature]))
        return _shown(object_, Type.HEAD, context, key=public)
    return None


def _shown(object_: bytes, type_: Type, context: Context, **keys: object) -> dict[str, object]:
    return {"object": object_, "as": int(type_), "context": context.parts(), **keys}


def _signed(type_: Type, context: Context) -> tuple[bytes, dict[str, object]]:
    """Sign a payload as a type asks; give the object and the keys by which it is checked."""
    if type_ in _OF_SIGN:
        keys = [each.public for each in ROOTS]
        return cose.sign(_PAYLOAD, type_, context, ROOTS[:2]), {"keys": keys, "threshold": 2}
    signer = cast.NODE[cast.SENDER]
    return cose.sign1(_PAYLOAD, type_, context, signer), {"key": signer.public}


def _signatures() -> Iterator[Vector]:
    for type_, context in _CONTEXTS.items():
        object_, keys = _signed(type_, context)
        fields = _shown(object_, type_, context, **keys)
        yield good(f"type-{type_}", f"an object of type {type_}", "signature", **fields)
        yield from _as_others(type_, object_, keys)
        yield from _elsewhere(type_, context, object_, keys)
    yield from _quorums()
    yield from _algorithms()
    yield from _forms()


def _as_others(type_: Type, object_: bytes, keys: dict[str, object]) -> Iterator[Vector]:
    for other, context in _CONTEXTS.items():
        if other is not type_:
            is_alike = (other in _OF_SIGN) == (type_ in _OF_SIGN)
            code = _not_signed(type_) if is_alike else "malformed"
            shown = keys if is_alike else _signed(other, context)[1]
            yield bad(
                f"type-{type_}-as-type-{other}",
                f"an object of type {type_} shown as type {other}",
                "signature",
                code,
                **_shown(object_, other, context, **shown),
            )


def _not_signed(type_: Type) -> str:
    return "quorum.signature" if type_ in _OF_SIGN else "signature"


def _elsewhere(type_: Type, context: Context, object_: bytes, keys: dict[str, object]) -> Iterator[Vector]:
    """Show an object in every context that differs in one part."""
    administrations = type_ in _OF_SIGN
    others: dict[str, Any] = {
        "suite": 2,
        "sender": "tn" if administrations else "dz.hq",
        "receiver": "tn" if administrations else "ly.tripoli",
        "urgency": 1,
        "epoch": 3,
        "descriptor": 2,
    }
    for name, value in others.items():
        if getattr(context, name) is not None:
            said = {"urgency": "class"}.get(name, name)
            elsewhere = replace(context, **{name: value})
            yield bad(
                f"type-{type_}-of-another-{said}",
                f"an object of type {type_} shown under another {said}",
                "signature",
                _not_signed(type_),
                **_shown(object_, type_, elsewhere, **keys),
            )


def _quorums() -> Iterator[Vector]:
    type_, context = Type.STOP, _CONTEXTS[Type.STOP]
    one, two, three = (cose.signature_of(_PAYLOAD, type_, context, each) for each in ROOTS)
    stranger = cose.signature_of(_PAYLOAD, type_, context, cast.key("stranger"))
    broken = [two[0], two[1], bytes([two[2][0] ^ 1]) + two[2][1:]]
    keys = {"keys": [each.public for each in ROOTS], "threshold": 2}
    rows = {
        "three-of-two": ([one, two, three], "", "more keys than the threshold"),
        "one-of-two": ([one], "quorum.short", "one signature where two are needed"),
        "none-of-two": ([], "quorum.short", "no signature at all"),
        "one-twice": ([one, one], "quorum.twice", "two signatures by one key"),
        "with-a-stranger": ([one, two, stranger], "quorum.unknown-key", "enough signatures, and one by a key unknown"),
        "with-a-broken-one": ([one, three, broken], "quorum.signature", "enough signatures, and one that is not good"),
    }
    for name, (signatures, code, what) in rows.items():
        fields = _shown(cose.join(_PAYLOAD, signatures), type_, context, **keys)
        yield bad(name, what, "signature", code, **fields) if code else good(name, what, "signature", **fields)


def _algorithms() -> Iterator[Vector]:
    type_, context, signer = Type.HEAD, cast.context(suite=2), cast.PQ[cast.SENDER]
    fields = _shown(cose.sign1(cast.HEAD.encoded(), type_, context, signer), type_, context, key=signer.public)
    yield good("ml-dsa-44", "a head signed with ML-DSA-44", "signature", **fields)
    elsewhere = {**fields, "as": int(Type.RECEIPT)}
    yield bad("ml-dsa-44-as-a-receipt", "the same shown as a receipt", "signature", "signature", **elsewhere)
    broken = bytearray(cose.sign1(cast.HEAD.encoded(), type_, context, signer))
    broken[-1] ^= 1
    yield bad(
        "ml-dsa-44-broken", "one bit of it turned", "signature", "signature", **{**fields, "object": bytes(broken)}
    )
    named = _by_ml_dsa_in_a_context(type_, context)
    yield bad(
        "ml-dsa-44-context",
        "signed with a context string that is not empty",
        "signature",
        "signature",
        **{**fields, "object": named},
    )
    crossed = {**fields, "key": cast.NODE[cast.SENDER].public}
    yield bad(
        "ml-dsa-44-by-an-ed25519-key", "checked by a key of the other algorithm", "signature", "signature", **crossed
    )


def _by_ml_dsa_in_a_context(type_: Type, context: Context) -> bytes:
    protected, payload = cbor.encode({1: MLDSA44}), cast.HEAD.encoded()
    said = cbor.encode(["Signature1", protected, context.aad(type_), payload])
    private = MLDSA44PrivateKey.from_seed_bytes(cast.seed(f"{cast.SENDER} pq"))
    signature = drawn((b"ml-dsa-44 in a context", said), lambda: private.sign(said, b"mx1"))
    return cbor.encode(cbor.Tagged(cbor.SIGN1, [protected, {}, payload, signature]))


def _forms() -> Iterator[Vector]:
    """Give what is not a COSE_Sign1 of section 3.2, though each is well signed for who would read it so."""
    type_, context, signer = Type.HEAD, cast.context(), cast.NODE[cast.SENDER]
    object_ = cose.sign1(cast.HEAD.encoded(), type_, context, signer)
    protected, _, payload, signature = cbor.decode(object_).item
    scalar = int.from_bytes(signature[32:], "little") + ORDER
    rows: dict[str, tuple[Any, str]] = {
        "untagged": ([protected, {}, payload, signature], "no tag"),
        "tag-98": (cbor.Tagged(cbor.SIGN, [protected, {}, payload, signature]), "the tag of a COSE_Sign"),
        "unprotected": (cbor.Tagged(18, [protected, {4: b"\x00"}, payload, signature]), "an unprotected header"),
        "detached": (cbor.Tagged(18, [protected, {}, None, signature]), "its payload is elsewhere"),
        "three-parts": (cbor.Tagged(18, [protected, {}, payload]), "no signature"),
        "protected-as-a-map": (cbor.Tagged(18, [{1: ED25519}, {}, payload, signature]), "a header that is not bytes"),
        "no-alg": (cbor.Tagged(18, [cbor.encode({}), {}, payload, signature]), "no algorithm"),
        "alg-eddsa": (cbor.Tagged(18, [cbor.encode({1: -8}), {}, payload, signature]), "alg -8, not fully specified"),
        "alg-es256": (cbor.Tagged(18, [cbor.encode({1: -7}), {}, payload, signature]), "alg -7"),
        "kid": (cbor.Tagged(18, [cbor.encode({1: ED25519, 4: bytes(8)}), {}, payload, signature]), "a key id"),
        "63-bytes": (cbor.Tagged(18, [protected, {}, payload, signature[:63]]), "a signature of 63 bytes"),
        "alg-of-the-other": (
            cbor.Tagged(18, [cbor.encode({1: MLDSA44}), {}, payload, signature]),
            "the alg of another",
        ),
    }
    for name, (value, what) in rows.items():
        fields = _shown(cbor.encode(value), type_, context, key=signer.public)
        yield bad(f"form-{name}", what, "signature", "malformed", **fields)
    twisted = cbor.Tagged(18, [protected, {}, payload, signature[:32] + scalar.to_bytes(32, "little")])
    yield bad(
        "scalar-too-large",
        "the scalar of the signature raised by the order of the group",
        "signature",
        "signature",
        **_shown(cbor.encode(twisted), type_, context, key=signer.public),
    )


group("keys", "Section 3.2: Ed25519 keys of small order, and what they would sign.", _keys)
group("signatures", "Section 3.2: each type shown as each other, each object where it was not said.", _signatures)
