"""The suites of MX/1 with the cryptography and zstandard libraries: the ports of `protocol.ports` (section 3.3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from hashlib import shake_256
from importlib.resources import files

import zstandard
from cryptography.exceptions import InvalidSignature, InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PrivateKey, MLDSA44PublicKey
from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from mabar.exchange.protocol import cose
from mabar.exchange.protocol.ports import ED25519, MLDSA44

CLASSICAL, HYBRID = 1, 2
SUITES = (CLASSICAL, HYBRID)
SEED = 32
_MLKEM_PUBLIC, _MLKEM_SEED = 1184, 64
_HPKE = {
    CLASSICAL: Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
    HYBRID: Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM),
}
_SealingPublic = X25519PublicKey | MLKEM768X25519PublicKey
_SealingPrivate = X25519PrivateKey | MLKEM768X25519PrivateKey


class Ed25519Signer:
    """A private Ed25519 key, made from its 32 raw bytes."""

    alg = ED25519

    def __init__(self, seed: bytes) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, said: bytes) -> bytes:
        """Sign bytes."""
        return self._key.sign(said)


class MLDSA44Signer:
    """A private ML-DSA-44 key, made from its 32 byte seed (FIPS 204); no two of its signatures are alike."""

    alg = MLDSA44

    def __init__(self, seed: bytes) -> None:
        self._key = MLDSA44PrivateKey.from_seed_bytes(seed)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, said: bytes) -> bytes:
        """Sign bytes, with the empty context string."""
        return self._key.sign(said)


class SignatureChecker:
    """Checks Ed25519 and ML-DSA-44 signatures by raw public keys."""

    def is_signed(self, alg: int, public: bytes, said: bytes, signature: bytes) -> bool:
        """Tell whether the holder of `public` signed `said`; False for an unknown alg or an unusable key."""
        key = _checking_key(alg, public)
        if key is None:
            return False
        try:
            key.verify(signature, said)
        except InvalidSignature:
            return False
        return True


# A node meets the keys of its neighbours, again and again; a stranger's keys push out no more than old ones.
@lru_cache(maxsize=1024)
def _checking_key(alg: int, public: bytes) -> Ed25519PublicKey | MLDSA44PublicKey | None:
    try:
        if alg == ED25519 and cose.is_usable(public):
            return Ed25519PublicKey.from_public_bytes(public)
        if alg == MLDSA44:
            return MLDSA44PublicKey.from_public_bytes(public)
    except ValueError:
        return None
    return None


def sealing_public(suite: int, private: bytes) -> bytes:
    """Give the raw public key, 32 or 1,216 bytes, of a private sealing key of 32 bytes.

    Raises:
        KeyError: no such suite.
    """
    return _PUBLIC_OF[suite](private)


def _x25519_public(private: bytes) -> bytes:
    return X25519PrivateKey.from_private_bytes(private).public_key().public_bytes_raw()


def _hybrid_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Expand a seed as the X-Wing KEM does (draft-connolly-cfrg-xwing-kem, 5.2)."""
    if len(seed) != SEED:
        raise ValueError("a seed has 32 bytes")
    wide = shake_256(seed).digest(_MLKEM_SEED + SEED)
    lattice = MLKEM768PrivateKey.from_seed_bytes(wide[:_MLKEM_SEED])
    return lattice, X25519PrivateKey.from_private_bytes(wide[_MLKEM_SEED:])


def _hybrid_public(seed: bytes) -> bytes:
    lattice, curve = _hybrid_halves(seed)
    return lattice.public_key().public_bytes_raw() + curve.public_key().public_bytes_raw()


_PUBLIC_OF = {CLASSICAL: _x25519_public, HYBRID: _hybrid_public}


@lru_cache(maxsize=256)
def _sealing_key(suite: int, public: bytes) -> _SealingPublic:
    if suite == CLASSICAL:
        return X25519PublicKey.from_public_bytes(public)
    lattice = MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC])
    return MLKEM768X25519PublicKey(lattice, X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]))


class HpkeSealer:
    """Seals with HPKE in base mode (RFC 9180)."""

    def seal(self, suite: int, public: bytes, plain: bytes, info: bytes) -> bytes:
        """Give enc and ct, joined.

        Raises:
            KeyError: no such suite.
            ValueError: not a public key of this suite.
        """
        return _HPKE[suite].encrypt(plain, _sealing_key(suite, public), info)


@dataclass(frozen=True)
class SealingPair:
    """The private keys of one entry of a descriptor's sealing keys, 32 bytes each; the second for suite 2."""

    classical: bytes
    hybrid: bytes | None = None

    @cached_property
    def _keys(self) -> dict[int, _SealingPrivate]:
        keys: dict[int, _SealingPrivate] = {CLASSICAL: X25519PrivateKey.from_private_bytes(self.classical)}
        if self.hybrid is not None:
            keys[HYBRID] = MLKEM768X25519PrivateKey(*_hybrid_halves(self.hybrid))
        return keys

    def open(self, suite: int, sealed: bytes, info: bytes) -> bytes | None:
        """Open what was sealed for this pair; None when it does not open."""
        key = self._keys.get(suite)
        if key is None:
            return None
        try:
            return _HPKE[suite].decrypt(sealed, key, info)
        except (InvalidTag, ValueError):
            return None


@dataclass(frozen=True)
class HpkeOpener:
    """Opens with the own sealing keys, each named by descriptor number and place in that descriptor, from 0."""

    pairs: Mapping[tuple[int, int], SealingPair]

    def open(self, suite: int, number: int, descriptor: int, sealed: bytes, info: bytes) -> bytes | None:
        """Open with sealing key `number` of the own descriptor `descriptor`; None when it does not open."""
        pair = self.pairs.get((descriptor, number))
        return None if pair is None else pair.open(suite, sealed, info)


PLAIN, FRAME, FRAME_WITH_DICTIONARY = range(3)
# Measured on batches of declarations: level 15 makes them a sixth shorter than level 3 and costs half a millisecond a
# message.  A body is as large as the line carries in a few seconds: the largest go where bytes are cheap and the
# processor is what the messages wait for.
_LEVELS = ((512 * 1024, 15),)
_LEVEL_ABOVE = 3


@cache
def _dictionary() -> zstandard.ZstdCompressionDict:
    return zstandard.ZstdCompressionDict(files("mabar.exchange").joinpath("data/mx1-dictionary-1.zstd").read_bytes())


@cache
def _prepared(level: int) -> zstandard.ZstdCompressionDict:
    """Give the dictionary made ready for one level; made ready for another, it would pull the first from under it."""
    prepared = zstandard.ZstdCompressionDict(_dictionary().as_bytes())
    prepared.precompute_compress(level=level)
    return prepared


class ZstdPacker:
    """Packs with zstd and dictionary 1; may be used by several threads at once."""

    def pack(self, body: bytes, *, text_at: int = 0) -> tuple[int, bytes]:
        """Give the form and the packed body: with the dictionary, or as it is where that is not longer.

        Texts have blocks of the frame for themselves: letters get a code of their own, without signatures and salts.
        """
        level = next((level for most, level in _LEVELS if len(body) <= most), _LEVEL_ABOVE)
        frame = zstandard.ZstdCompressor(level=level, dict_data=_prepared(level)).compressobj(size=len(body))
        packed = frame.compress(body[:text_at]) + frame.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK) if text_at else b""
        packed += frame.compress(body[text_at:]) + frame.flush()
        return (FRAME_WITH_DICTIONARY, packed) if len(packed) < len(body) else (PLAIN, body)

    def unpack(self, form: int, packed: bytes, most: int) -> bytes | None:
        """Give the body; None when it is longer than `most`, not one whole frame, or no such form."""
        if form == PLAIN:
            return packed if len(packed) <= most else None
        if form not in (FRAME, FRAME_WITH_DICTIONARY):
            return None
        dictionary = _dictionary() if form == FRAME_WITH_DICTIONARY else None
        try:
            return _one_frame(zstandard.ZstdDecompressor(dict_data=dictionary), packed, most)
        except zstandard.ZstdError:
            return None


def _one_frame(decompressor: zstandard.ZstdDecompressor, packed: bytes, most: int) -> bytes | None:
    claimed = zstandard.get_frame_parameters(packed).content_size
    # The library makes room for whatever size the frame claims, however large; for none it makes `most`.
    if claimed > most and claimed != zstandard.CONTENTSIZE_UNKNOWN:
        return None
    # What opens to nothing is not looked at by the library; a body is never empty.
    return decompressor.decompress(packed, max_output_size=most, allow_extra_data=False) or None
