"""The suites: what is signed is checked, what is sealed is opened, what is packed is unpacked; nothing is believed."""

import hmac
import tracemalloc
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha3_256, sha256, shake_256
from importlib.resources import files

import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from hypothesis import given
from hypothesis import strategies as st

from mabar.exchange import suites
from mabar.exchange.protocol.ports import ED25519, MLDSA44
from mabar.exchange.suites import (
    CLASSICAL,
    FRAME,
    FRAME_WITH_DICTIONARY,
    HYBRID,
    PLAIN,
    Ed25519Signer,
    HpkeOpener,
    HpkeSealer,
    MLDSA44Signer,
    SealingPair,
    SignatureChecker,
    ZstdPacker,
    sealing_public,
)
from tools import dictionary
from tools.vector_groups import cast, signatures

CHECKER, PACKER = SignatureChecker(), ZstdPacker()
PAIR = SealingPair(bytes(range(32)), bytes(range(32, 64)))
OPENER = HpkeOpener({(3, 0): PAIR, (3, 1): SealingPair(bytes(range(1, 33)))})
PUBLIC = {suite: sealing_public(suite, private) for suite, private in ((1, PAIR.classical), (2, PAIR.hybrid))}
DICTIONARY = files("mabar.exchange").joinpath("data/mx1-dictionary-1.zstd").read_bytes()


def test_ed25519_gives_the_known_answer():
    # Source: RFC 8032, 7.1, test 2.
    signer = Ed25519Signer(bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
    assert signer.public.hex() == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"
    signature = signer.sign(b"\x72")
    assert signature.hex().startswith("92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da")
    assert CHECKER.is_signed(ED25519, signer.public, b"\x72", signature)


@pytest.mark.parametrize("signer", [Ed25519Signer(bytes(32)), MLDSA44Signer(bytes(32))], ids=["ed25519", "ml-dsa-44"])
def test_a_signature_is_by_one_key_over_one_text(signer):
    signature = signer.sign(b"said")
    assert CHECKER.is_signed(signer.alg, signer.public, b"said", signature)
    assert not CHECKER.is_signed(signer.alg, signer.public, b"unsaid", signature)
    assert not CHECKER.is_signed(signer.alg, signer.public, b"said", signature[:-1])
    assert not CHECKER.is_signed(signer.alg, signer.public, b"said", b"")
    assert not CHECKER.is_signed(signer.alg, type(signer)(bytes([1]) * 32).public, b"said", signature)


@pytest.mark.parametrize("alg", [ED25519, MLDSA44, -8, 0])
@given(public=st.binary(max_size=40) | st.binary(min_size=1312, max_size=1312), signature=st.binary(max_size=70))
def test_no_key_and_no_signature_is_more_than_not_signed(alg, public, signature):
    assert not CHECKER.is_signed(alg, public, b"said", signature)


@pytest.mark.parametrize("public", signatures.small_orders().values(), ids=signatures.small_orders())
def test_a_point_of_small_order_signs_nothing(public):
    assert not CHECKER.is_signed(ED25519, public, b"said", bytes([1]) + bytes(63))


def test_the_hybrid_key_is_that_of_x_wing():
    # Source: draft-connolly-cfrg-xwing-kem, appendix C, the first vector; the beginning of its public key.
    seed = bytes.fromhex("7f9c2ba4e88f827d616045507605853ed73b8093f6efbc88eb1a6eacfa66ef26")
    public = sealing_public(HYBRID, seed)
    assert len(public) == 1216
    assert public.hex().startswith(
        "e2236b35a8c24b39b10aa1323a96a919a2ced88400633a7b07131713fc14b2b5b19cfc3da5fa1a92c49f25513e0fd30d"
    )


def _secrets(sealed):
    """Decapsulate by hand, as section 3.3 says: by suite the KEM's number, its shared secret and the rest."""
    curve = X25519PrivateKey.from_private_bytes(PAIR.classical)
    exchanged = curve.exchange(X25519PublicKey.from_public_bytes(sealed[CLASSICAL][:32]))
    context = sealed[CLASSICAL][:32] + curve.public_key().public_bytes_raw()
    prk = _extract(b"KEM\x00\x20", b"", b"eae_prk", exchanged)
    yield CLASSICAL, 0x20, _expand(b"KEM\x00\x20", prk, b"shared_secret", context, 32), sealed[CLASSICAL][32:]
    wide = shake_256(PAIR.hybrid).digest(96)
    lattice, curve = MLKEM768PrivateKey.from_seed_bytes(wide[:64]), X25519PrivateKey.from_private_bytes(wide[64:])
    ciphertext, theirs, rest = sealed[HYBRID][:1088], sealed[HYBRID][1088:1120], sealed[HYBRID][1120:]
    exchanged = curve.exchange(X25519PublicKey.from_public_bytes(theirs))
    mixed = lattice.decapsulate(ciphertext) + exchanged + theirs + curve.public_key().public_bytes_raw()
    yield HYBRID, 0x647A, sha3_256(mixed + bytes.fromhex("5c2e2f2f5e5c")).digest(), rest


def _extract(suite, salt, label, ikm):
    return hmac.digest(salt or bytes(32), b"HPKE-v1" + suite + label + ikm, "sha256")


def _expand(suite, prk, label, info, length):
    written = length.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info
    return hmac.digest(prk, written + b"\x01", "sha256")[:length]


def test_sealing_is_hpke_as_rfc_9180_has_it():
    """Open by hand, from hashes and the block cipher alone, what was sealed."""
    sealed = {suite: HpkeSealer().seal(suite, PUBLIC[suite], b"body", b"info") for suite in (CLASSICAL, HYBRID)}
    for suite, kem, secret, ciphertext in _secrets(sealed):
        name = b"HPKE" + kem.to_bytes(2, "big") + b"\x00\x01\x00\x02"  # HKDF-SHA256, AES-256-GCM
        schedule = b"\x00" + _extract(name, b"", b"psk_id_hash", b"") + _extract(name, b"", b"info_hash", b"info")
        start = _extract(name, secret, b"secret", b"")
        key, nonce = (_expand(name, start, label, schedule, n) for label, n in ((b"key", 32), (b"base_nonce", 12)))
        assert AESGCM(key).decrypt(nonce, ciphertext, b"") == b"body", suite


@pytest.mark.parametrize("suite", suites.SUITES)
def test_what_is_sealed_is_opened_by_its_key_and_no_other(suite):
    sealed = HpkeSealer().seal(suite, PUBLIC[suite], b"body", b"info")
    assert OPENER.open(suite, 0, 3, sealed, b"info") == b"body"
    assert OPENER.open(suite, 0, 3, sealed, b"other") is None
    assert OPENER.open(suite, 1, 3, sealed, b"info") is None
    assert OPENER.open(suite, 2, 3, sealed, b"info") is None
    assert OPENER.open(suite, 0, 4, sealed, b"info") is None
    assert OPENER.open(3 - suite, 0, 3, sealed, b"info") is None
    assert OPENER.open(7, 0, 3, sealed, b"info") is None


@pytest.mark.parametrize("suite", suites.SUITES)
@given(sealed=st.binary(max_size=80) | st.binary(min_size=1120, max_size=1200))
def test_whatever_is_not_sealed_for_a_node_does_not_open(suite, sealed):
    assert OPENER.open(suite, 0, 3, sealed, b"info") is None


def test_one_does_not_seal_to_what_is_no_key():
    for suite, public in ((1, b""), (1, bytes(31)), (2, PUBLIC[1]), (2, PUBLIC[2][:-1]), (2, b"\xff" * 1216)):
        with pytest.raises(ValueError):
            HpkeSealer().seal(suite, public, b"body", b"info")
    for suite in (0, 3):
        with pytest.raises(KeyError):
            sealing_public(suite, PAIR.classical)
    with pytest.raises(ValueError, match="32 bytes"):
        sealing_public(HYBRID, bytes(96))


@given(st.binary(max_size=3000))
def test_any_body_is_unpacked_as_it_was(body):
    form, packed = PACKER.pack(body)
    assert len(packed) <= len(body)
    assert PACKER.unpack(form, packed, max(len(body), 64)) == body


def test_what_does_not_shrink_goes_as_it_is():
    body = b"".join(sha256(bytes([n])).digest() for n in range(40))
    assert PACKER.pack(body) == (PLAIN, body)
    assert PACKER.pack(b"{}") == (PLAIN, b"{}")


@pytest.mark.parametrize("length", [1000, 70_000, 300_000])
def test_documents_shrink_by_the_dictionary_whatever_their_length(length):
    body = b"".join(dictionary.declaration_payloads(31, 60))[:length]
    form, packed = PACKER.pack(body)
    assert form == FRAME_WITH_DICTIONARY
    assert len(packed) < len(zstandard.ZstdCompressor(level=9).compress(body)) < length
    assert PACKER.unpack(form, packed, length) == body
    assert PACKER.unpack(form, packed, length - 1) is None


def test_several_threads_pack_at_once():
    bodies = [bytes([n]) * 1000 + b"".join(dictionary.declaration_payloads(n, 1)) for n in range(24)]
    with ThreadPoolExecutor(6) as pool:
        packed = list(pool.map(PACKER.pack, bodies))
        assert list(pool.map(lambda each: PACKER.unpack(*each, 100_000), packed)) == bodies


@pytest.mark.parametrize("form", [PLAIN, FRAME, FRAME_WITH_DICTIONARY, 3, 255])
@given(packed=st.binary(max_size=100) | st.binary(max_size=100).map(b"\x28\xb5\x2f\xfd".__add__))
def test_whatever_was_packed_it_opens_to_no_more_than_it_may(form, packed):
    body = PACKER.unpack(form, packed, 64)
    assert body is None or len(body) <= 64


def claiming(size):
    """Give a frame that says it opens to `size` bytes, and holds a block of 64 KiB of one byte."""
    return bytes.fromhex("28b52ffde0") + size.to_bytes(8, "little") + bytes.fromhex("03000800")


@pytest.mark.parametrize("size", [2**16, 2**20, 2**30, 2**40, 2**64 - 2, 2**64 - 1])
def test_a_frame_that_claims_much_takes_no_room(size):
    tracemalloc.start()
    assert PACKER.unpack(FRAME, claiming(size), 4096) is None
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 64 * 1024


def test_a_frame_stands_alone():
    frame = zstandard.ZstdCompressor().compress(b"body" * 20)
    skippable = bytes.fromhex("502a4d1804000000") + b"skip"
    nothing = zstandard.ZstdCompressor().compress(b"")
    assert PACKER.unpack(FRAME, frame, 80) == b"body" * 20
    for packed in (frame + frame, frame + b"\x00", frame + skippable, skippable + frame, skippable, frame[:-1], b""):
        assert PACKER.unpack(FRAME, packed, 80) is None
    for packed in (nothing, nothing + b"hidden"):
        assert PACKER.unpack(FRAME, packed, 80) is None


def test_a_frame_with_the_dictionary_does_not_open_without_it():
    form, packed = PACKER.pack(dictionary.declaration_payloads(5, 1)[0])
    assert form == FRAME_WITH_DICTIONARY
    assert PACKER.unpack(FRAME, packed, 10_000) is None


def test_the_dictionary_is_the_published_one():
    told = files("mabar.exchange").joinpath("data/mx1-dictionary-1.zstd.sha256").read_text(encoding="ascii")
    assert told == f"{sha256(DICTIONARY).hexdigest()}  mx1-dictionary-1.zstd\n"
    assert len(DICTIONARY) <= 32 * 1024
    assert zstandard.ZstdCompressionDict(DICTIONARY).dict_id() == dictionary.NUMBER


def test_the_sample_of_the_dictionary_can_be_drawn_again():
    drawn = dictionary.samples(9, 2)
    assert drawn == dictionary.samples(9, 2)
    assert len(drawn) == 24
    assert len(set(drawn)) == len(drawn)


def test_an_answer_costs_little_beyond_what_nobody_can_pack():
    # Signatures of statement and head, digest, root, id and salt are 224 bytes that look like chance.
    answer = dictionary.samples(9, 2)[-1]
    assert len(PACKER.pack(answer)[1]) <= 300


def test_the_keys_of_the_vectors_can_be_made_again():
    assert cast.key("someone").public == Ed25519Signer(sha256(b"mx1 vectors: someone").digest()).public
