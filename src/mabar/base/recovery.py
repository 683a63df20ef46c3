"""The recovery key: a backup is sealed to its public half; the private half is kept off the node.

Sealing is an X25519 exchange with a key made for this one file, HKDF-SHA256, and ChaCha20-Poly1305 in numbered chunks,
so that a backup of any length passes through little memory and a cut or reordered file does not open.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from mabar.base.rules import BackupNotOpened

MAGIC = b"mabar backup 1\n"
CHUNK = 1 << 20
PUBLIC = "recovery.pub"


def make(private_file: Path, public_file: Path) -> None:
    """Make the pair: the private half into a file that leaves the node, the public half beside the node's keys.

    Raises:
        FileExistsError: a recovery key lies there already.
    """
    private = X25519PrivateKey.generate()
    descriptor = os.open(private_file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as stream:
        stream.write(private.private_bytes_raw().hex() + "\n")
    public_file.write_text(private.public_key().public_bytes_raw().hex() + "\n", encoding="ascii")


def seal(plain: BinaryIO, sealed: BinaryIO, public_file: Path) -> None:
    """Write `plain` to `sealed` so that only the holder of the recovery key can read it."""
    public = X25519PublicKey.from_public_bytes(bytes.fromhex(public_file.read_text(encoding="ascii").strip()))
    once = X25519PrivateKey.generate()
    passing = once.public_key().public_bytes_raw()
    cipher = _cipher(once.exchange(public), passing, public.public_bytes_raw())
    sealed.write(MAGIC + passing)
    for number, is_last, chunk in _numbered(plain):
        sealed.write(cipher.encrypt(_nonce(number, is_last), chunk, None))


def open_sealed(sealed: BinaryIO, plain: BinaryIO, private_file: Path) -> None:
    """Write what was sealed to `plain`.

    Raises:
        BackupNotOpened: it is no backup, was sealed to another key, or is cut or damaged.
    """
    private = X25519PrivateKey.from_private_bytes(bytes.fromhex(private_file.read_text(encoding="ascii").strip()))
    if sealed.read(len(MAGIC)) != MAGIC:
        raise BackupNotOpened(reason="magic")
    passing = sealed.read(32)
    shared = private.exchange(X25519PublicKey.from_public_bytes(passing))
    cipher = _cipher(shared, passing, private.public_key().public_bytes_raw())
    for number, is_last, chunk in _numbered(sealed, CHUNK + 16):
        try:
            plain.write(cipher.decrypt(_nonce(number, is_last), chunk, None))
        except InvalidTag:
            raise BackupNotOpened(reason=f"chunk {number}") from None


def _cipher(shared: bytes, passing: bytes, public: bytes) -> ChaCha20Poly1305:
    # both public halves go into the derivation, so that the sealed file is bound to this key
    kdf = HKDF(hashes.SHA256(), 32, salt=passing + public, info=MAGIC)
    return ChaCha20Poly1305(kdf.derive(shared))


def _nonce(number: int, is_last: bool) -> bytes:
    # the mark of the last chunk makes a cut file fail instead of opening short
    return number.to_bytes(11, "big") + bytes([is_last])


def _numbered(stream: BinaryIO, length: int = CHUNK) -> Iterator[tuple[int, bool, bytes]]:
    number, chunk = 0, stream.read(length)
    while True:
        following = stream.read(length)
        yield number, not following, chunk
        if not following:
            return
        number, chunk = number + 1, following
