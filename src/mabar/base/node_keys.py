"""The node's own signing key, and the public keys by which its signatures are checked."""

import os
from dataclasses import dataclass
from functools import cache
from hashlib import sha256
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PRIVATE, PUBLIC = "node.key", "node.pub"


@dataclass(frozen=True)
class SigningKey:
    """An Ed25519 key (RFC 8032) and the short name under which its signatures go."""

    private: Ed25519PrivateKey
    key_id: str

    def sign(self, said: bytes) -> str:
        """Sign bytes; the signature is 128 hexadecimal characters."""
        return self.private.sign(said).hex()


def key_id_of(public: Ed25519PublicKey) -> str:
    """Name a key by the first 16 hexadecimal characters of the SHA-256 of its raw public bytes."""
    return sha256(public.public_bytes_raw()).hexdigest()[:16]


def make(folder: Path) -> SigningKey:
    """Make the node's key in `folder`/keys, readable by its owner alone.

    Raises:
        FileExistsError: a key lies there; a node never overwrites its own key.
    """
    keys = folder / "keys"
    keys.mkdir(mode=0o700, parents=True, exist_ok=True)
    private = Ed25519PrivateKey.generate()
    pem = private.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    with open(keys / PRIVATE, "xb", opener=_owner_only) as stream:
        stream.write(pem)
    (keys / PUBLIC).write_text(private.public_key().public_bytes_raw().hex() + "\n", encoding="ascii")
    return SigningKey(private, key_id_of(private.public_key()))


def _owner_only(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


@cache
def signing_key(folder: Path) -> SigningKey:
    """Read the node's key, once a process.

    Raises:
        FileNotFoundError: the node has no key.
    """
    private = serialization.load_pem_private_key((folder / "keys" / PRIVATE).read_bytes(), password=None)
    if not isinstance(private, Ed25519PrivateKey):
        raise ValueError("the node's key is not an Ed25519 key")
    return SigningKey(private, key_id_of(private.public_key()))


def is_signed(said: bytes, signature: str, public: Ed25519PublicKey) -> bool:
    """Tell whether `signature` was made over `said` by the holder of `public`'s key."""
    try:
        public.verify(bytes.fromhex(signature), said)
    except (InvalidSignature, ValueError):
        return False
    return True
