"""What the protocol asks of the world outside: signing, checking, sealing, opening, packing.

`mabar.exchange.suites` implements them with the cryptography and zstandard libraries.
"""

from typing import Protocol

ED25519, MLDSA44 = -19, -48  # COSE algorithms: RFC 9864, RFC 9964


class Signer(Protocol):
    """A private key that signs."""

    @property
    def alg(self) -> int:
        """The COSE number of the algorithm."""

    @property
    def public(self) -> bytes:
        """The raw public key."""

    def sign(self, said: bytes) -> bytes:
        """Sign bytes."""


class Checker(Protocol):
    """Checks signatures by raw public keys."""

    def is_signed(self, alg: int, public: bytes, said: bytes, signature: bytes) -> bool:
        """Tell whether the holder of `public` signed `said`; False for an unknown alg or an unusable key."""


class Sealer(Protocol):
    """Seals for a receiver's public key."""

    def seal(self, suite: int, public: bytes, plain: bytes, info: bytes) -> bytes:
        """Give enc and ct of HPKE in base mode, joined."""


class Opener(Protocol):
    """Opens with the receiver's private sealing keys."""

    def open(self, suite: int, number: int, descriptor: int, sealed: bytes, info: bytes) -> bytes | None:
        """Open with sealing key `number` of the own descriptor `descriptor`; None when it does not open."""


class Packer(Protocol):
    """Packs bodies (section 6.2)."""

    def pack(self, body: bytes, *, text_at: int = 0) -> tuple[int, bytes]:
        """Give the form number and the packed body, the shortest there is; `text_at` is where its texts begin."""

    def unpack(self, form: int, packed: bytes, most: int) -> bytes | None:
        """Give the body; None when it is longer than `most` or no such form."""
