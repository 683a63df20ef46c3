"""The vectors of envelopes: opened, or refused by rules 1 and 3 to 5 of section 6.5; to be opened only."""

import struct
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from typing import Any

import zstandard

from mabar.exchange.protocol import cbor, cose, envelopes
from mabar.exchange.protocol.buckets import bucket
from mabar.exchange.protocol.envelopes import Header, Way
from mabar.exchange.protocol.objects import Item, Type
from mabar.exchange.suites import sealing_public
from tools.vector_groups import Vector, bad, cast, drawn, good, group
from tools.vector_groups.batches import batch, entry
from tools.vector_groups.cast import INSTANT_MS, NODE, RECEIVER, SEALING, SENDER, KeptPacker, KeptSealer, changed

LARGEST = 8 * 1024 * 1024
_BODY = batch(*(entry(seq) for seq in (1, 2, 3))).encoded()
_ALONE = batch().encoded()
_PRIVATE = {1: SEALING.classical, 2: SEALING.hybrid or b""}
_PUBLIC = {suite: sealing_public(suite, private) for suite, private in _PRIVATE.items()}


def _way(suite: int = 1, **changes: Any) -> Way:
    return replace(Way(suite, SENDER, RECEIVER, 1, 1, 0), **changes)


def _sealed(
    plain: bytes,
    *,
    most: int = bucket(len(_BODY)),
    way: Way | None = None,
    public: bytes = b"",
    bound: Header | None = None,
) -> Item:
    """Seal any plaintext under a header that fits it; `bound` is another header, to which the sealing is bound."""
    shown = way or _way()
    header = Header(shown, most, INSTANT_MS, b"")
    info = (bound or header).info()
    ciphertext = KeptSealer().seal(shown.suite, public or _PUBLIC[shown.suite], plain, info)
    return _signed(replace(header, digest=sha256(ciphertext).digest()).encoded(), ciphertext, shown)


def _signed(payload: bytes, ciphertext: bytes, way: Way, signer: str = SENDER) -> Item:
    object_ = cose.sign1(payload, Type.ENVELOPE, way.context, NODE[signer])
    return Item(Type.ENVELOPE, way.context, object_, ciphertext)


def _frame(body: bytes, name: str = "frame") -> bytes:
    return drawn((name.encode(), body), lambda: zstandard.ZstdCompressor(level=9).compress(body))


def _shown(item: Item, **changes: Any) -> dict[str, Any]:
    """Give what a receiver needs beside the item: who he is, the sender's key, his private sealing keys, his limit."""
    private = {"suite_1": _PRIVATE[1], "suite_2": _PRIVATE[2]}
    fields = {"item": item.encoded(), "node": RECEIVER, "sender_key": NODE[SENDER].public, "private": private}
    return {**fields, "largest": LARGEST, **changes}


def _good_envelopes() -> Iterator[Vector]:
    for suite in (1, 2):
        packed = KeptPacker().pack(_BODY)
        rows = {
            "as-it-is": (envelopes.padded(0, _BODY), "form 0: as it is"),
            "frame": (envelopes.padded(1, _frame(_BODY)), "form 1: one zstd frame"),
            "frame-with-dictionary": (envelopes.padded(*packed), "form 2: one zstd frame with dictionary 1"),
        }
        for name, (plain, what) in rows.items():
            item = _sealed(plain, way=_way(suite))
            yield good(f"suite-{suite}-{name}", f"suite {suite}, {what}", "envelope", **_shown(item), body=_BODY)
    alone = _sealed(envelopes.padded(0, _ALONE), most=bucket(len(_ALONE)))
    yield good("head-alone", "a batch of a head alone", "envelope", **_shown(alone), body=_ALONE)
    unsized = _frame_without_a_size(_BODY)
    yield good(
        "frame-without-a-size",
        "form 1, a frame that does not say how long it is",
        "envelope",
        **_shown(_sealed(envelopes.padded(1, unsized))),
        body=_BODY,
    )


def _frame_without_a_size(body: bytes) -> bytes:
    compressor = zstandard.ZstdCompressor(level=9, write_content_size=False)
    return drawn((b"frame without a size", body), lambda: compressor.compress(body))


def _claiming(size: int) -> bytes:
    """Give a frame that claims to open to `size` bytes and holds one block of a byte repeated."""
    return bytes.fromhex("28b52ffd") + b"\xe0" + struct.pack("<Q", size) + b"\x03\x00\x08" + b"\x00"


def _bodies() -> Iterator[Vector]:
    plain, frame, most = envelopes.padded(0, _BODY), _frame(_BODY), bucket(len(_BODY))
    skipped = bytes.fromhex("502a4d18") + struct.pack("<I", 4) + b"skip"
    lead = bytes([0]) + len(_BODY).to_bytes(4, "big")
    bomb = _frame(bytes(1024 * 1024))
    rows: dict[str, tuple[bytes, int, str]] = {
        "padding-not-nought": (plain[:-1] + b"\x01", most, "padding whose last byte is 1"),
        "no-padding": (lead + _BODY, most, "a plaintext that is not padded to its bucket"),
        "a-bucket-more": (plain + bytes(64), most, "a plaintext of a bucket too many"),
        "no-length": (bytes(4), most, "a plaintext of four bytes"),
        "empty-plaintext": (b"", most, "a plaintext of no bytes"),
        "length-beyond": (b"\x00\xff\xff\xff\xff" + plain[5:], most, "a length beyond what is there"),
        "form-3": (b"\x03" + plain[1:], most, "a form that is not named"),
        "body-above-key-8": (plain, most - 64, "a body longer than key 8 says"),
        "body-below-key-8": (plain, most * 2, "a body of a smaller bucket than key 8 says"),
        "frame-above-key-8": (envelopes.padded(1, frame), most - 64, "a frame that opens to more than key 8 says"),
        "unsized-above-key-8": (
            envelopes.padded(1, _frame_without_a_size(_BODY)),
            most - 64,
            "the same by a frame that says no size",
        ),
        "bomb": (envelopes.padded(1, bomb), most, "a mebibyte of noughts in a small frame"),
        "frame-that-claims-a-tebibyte": (envelopes.padded(1, _claiming(2**40)), most, "a frame that claims 2^40 bytes"),
        "frame-that-claims-too-little": (envelopes.padded(1, _claiming(1)), most, "a frame that holds more"),
        "two-frames": (envelopes.padded(1, frame + frame), most, "two frames"),
        "frame-and-a-byte": (envelopes.padded(1, frame + b"\x00"), most, "a byte after the frame"),
        "frame-and-a-skippable-one": (envelopes.padded(1, frame + skipped), most, "a skippable frame after the frame"),
        "skippable-frame-first": (envelopes.padded(1, skipped + frame), most, "a skippable frame before the frame"),
        "frame-cut": (envelopes.padded(1, frame[:-1]), most, "a frame without its last byte"),
        "no-frame": (envelopes.padded(1, _BODY), most, "form 1, but no frame"),
        "empty-frame": (envelopes.padded(1, b""), 64, "form 1 and nothing packed"),
        "without-its-dictionary": (
            envelopes.padded(1, KeptPacker().pack(_BODY)[1]),
            most,
            "a frame that needs the dictionary, as form 1",
        ),
    }
    for name, (sealed, size, what) in rows.items():
        yield _bad(name, what, "envelope.body", _sealed(sealed, most=size))


def _bad(name: str, what: str, code: str, item: Item, **changes: Any) -> Vector:
    return bad(name, what, "envelope", code, **_shown(item, **changes))


def _seals() -> Iterator[Vector]:
    plain, item = envelopes.padded(0, _BODY), _sealed(envelopes.padded(0, _BODY))
    ciphertext = item.ciphertext or b""
    header = envelopes.read(item).header.said
    later = replace(header, sent_ms=INSTANT_MS + 1)
    stranger = sealing_public(1, cast.seed("stranger x25519"))
    rows = {
        "sealed-to-another": (_sealed(plain, public=stranger), "sealed to a key that is not the receiver's"),
        "bound-to-another-instant": (_sealed(plain, bound=later), "sealed for a header of another instant"),
        "another-sealing-key": (_sealed(plain, way=_way(sealing_key=1)), "names sealing key 1, which is not there"),
        "another-descriptor": (_sealed(plain, way=_way(receiver_descriptor=2)), "names a descriptor that has no key"),
        "ciphertext-cut": (_resigned(header, ciphertext[:-1]), "a ciphertext without its last byte"),
        "ciphertext-of-nothing": (_resigned(header, b""), "no ciphertext at all"),
        "enc-of-small-order": (_resigned(header, bytes(32) + ciphertext[32:]), "an X25519 key of small order in enc"),
        "suite-1-as-suite-2": (
            _resigned(replace(header, way=_way(2)), ciphertext),
            "sealed by suite 1, shown under suite 2",
        ),
    }
    for name, (shown, what) in rows.items():
        yield _bad(name, what, "envelope.not-opened", shown)


def _resigned(header: Header, ciphertext: bytes) -> Item:
    named = replace(header, digest=sha256(ciphertext).digest())
    return _signed(named.encoded(), ciphertext, header.way)


def _headers() -> Iterator[Vector]:
    item = _sealed(envelopes.padded(0, _BODY))
    header, ciphertext = envelopes.read(item).header.said, item.ciphertext or b""
    payload, way = header.encoded(), header.way
    turned = ciphertext[:-1] + bytes([ciphertext[-1] ^ 1])
    elsewhere = replace(item, context=replace(item.context, descriptor=2))
    yield _bad(
        "ciphertext-turned", "one bit of the ciphertext turned", "envelope.digest", replace(item, ciphertext=turned)
    )
    yield _bad(
        "by-another-node",
        "a header that another node has signed",
        "envelope.signature",
        _signed(payload, ciphertext, way, RECEIVER),
    )
    yield _bad("for-another", "an envelope for another node", "envelope.not-for-us", item, node="ly.tripoli")
    yield _bad("above-8-mebibytes", "key 8 above 8 MiB", "envelope.oversize", _sealed(b"", most=2 * LARGEST))
    yield _bad(
        "above-the-limit",
        "a ciphertext longer than the receiver takes",
        "envelope.oversize",
        item,
        largest=len(ciphertext) - 1,
    )
    yield _bad(
        "of-another-descriptor",
        "a header that says another descriptor than the context",
        "envelope.malformed",
        elsewhere,
    )
    faults = {1: 2, 2: 2, 3: "dz.hq", 4: "ly.tripoli", 5: 2, 6: 0, 7: -1, 8: None, 9: -1, 10: bytes(31)}
    for key, value in faults.items():
        yield _bad(
            f"header-{key}",
            f"key {key} of the header holds what it may not",
            "envelope.malformed",
            _signed(changed(payload, {key: value}), ciphertext, way),
        )
        yield _bad(
            f"header-without-{key}",
            f"a header without key {key}",
            "envelope.malformed",
            _signed(changed(payload, {}, without=key), ciphertext, way),
        )
    yield _bad(
        "header-with-one-more",
        "a header with a key that is not named",
        "envelope.malformed",
        _signed(changed(payload, {11: 0}), ciphertext, way),
    )
    yield _bad(
        "header-of-text",
        "an object that is no COSE_Sign1",
        "envelope.malformed",
        Item(Type.ENVELOPE, way.context, cbor.encode("header"), ciphertext),
    )


def _envelopes() -> Iterator[Vector]:
    yield from _good_envelopes()
    yield from _headers()
    yield from _seals()
    yield from _bodies()


group("envelopes", "Sections 6.1 to 6.3 and 6.5, rules 1 and 3 to 5: opened by the receiver, or refused.", _envelopes)
