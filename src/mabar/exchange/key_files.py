"""A root key in a file that its holder's passphrase opens: PKCS #8 (RFC 5958) under PBES2 with scrypt and AES-256-CBC.

The cryptography library writes such files with 2,048 rounds of PBKDF2 (measured on version 50), which a thief with the
file tries through quickly; so the file is written here, and read by that library, and by `openssl pkey`.
"""

import base64
import os
import unicodedata

from cryptography.hazmat.primitives import padding, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from mabar.exchange.refusals import KeyNotOpened, PassphraseTooShort

LEAST_CHARACTERS = 12
# Source: OWASP Password Storage Cheat Sheet, the setting of scrypt with 16 MiB; OpenSSL refuses to read above 32 MiB.
_COST, _BLOCK, _PARALLEL, _KEY_BYTES, _SALT_BYTES, _IV_BYTES = 1 << 14, 8, 5, 32, 16, 16
_BEGIN, _END = "-----BEGIN ENCRYPTED PRIVATE KEY-----", "-----END ENCRYPTED PRIVATE KEY-----"
_INTEGER, _OCTETS, _OID, _SEQUENCE = 0x02, 0x04, 0x06, 0x30
# Source: RFC 8018, appendix A.4 (PBES2); RFC 7914, section 7 (scrypt); NIST, AES-256-CBC.
_PBES2, _SCRYPT, _AES = "2a864886f70d01050d", "2b06010401da47040b", "60864801650304012a"


def locked(seed: bytes, passphrase: str) -> bytes:
    """Write an Ed25519 key, given as its 32 bytes, so that only the passphrase opens it.

    Raises:
        PassphraseTooShort: under 12 characters.
    """
    if len(passphrase.strip()) < LEAST_CHARACTERS:
        raise PassphraseTooShort(least=LEAST_CHARACTERS)
    salt, start = os.urandom(_SALT_BYTES), os.urandom(_IV_BYTES)
    kdf = Scrypt(salt=salt, length=_KEY_BYTES, n=_COST, r=_BLOCK, p=_PARALLEL)
    cipher = Cipher(algorithms.AES(kdf.derive(_typed(passphrase))), modes.CBC(start)).encryptor()
    sealed = cipher.update(_padded(_plain(seed))) + cipher.finalize()
    settings = _der(_SEQUENCE, _der(_OCTETS, salt), *map(_integer, (_COST, _BLOCK, _PARALLEL)))
    derivation = _der(_SEQUENCE, _oid(_SCRYPT), settings)
    encryption = _der(_SEQUENCE, _oid(_AES), _der(_OCTETS, start))
    scheme = _der(_SEQUENCE, _oid(_PBES2), _der(_SEQUENCE, derivation, encryption))
    return _pem(_der(_SEQUENCE, scheme, _der(_OCTETS, sealed)))


def unlocked(pem: bytes, passphrase: str, *, name: object) -> bytes:
    """Give the 32 bytes of the key that a file holds; `name` is how the refusal calls the file.

    Raises:
        KeyNotOpened: another passphrase, or no such key.
    """
    try:
        key = serialization.load_pem_private_key(pem, _typed(passphrase))
    except (ValueError, TypeError):
        raise KeyNotOpened(path=name) from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyNotOpened(path=name)
    return key.private_bytes_raw()


def _typed(passphrase: str) -> bytes:
    # keyboards of two makers may write the same letter with its sign in one character or in two
    return unicodedata.normalize("NFC", passphrase.strip()).encode()


def _plain(seed: bytes) -> bytes:
    key = Ed25519PrivateKey.from_private_bytes(seed)
    return key.private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _padded(plain: bytes) -> bytes:
    padder = padding.PKCS7(algorithms.AES.block_size).padder()
    return padder.update(plain) + padder.finalize()


def _der(tag: int, *parts: bytes) -> bytes:
    content = b"".join(parts)
    length = len(content)
    if length < 0x80:
        return bytes((tag, length)) + content
    width = (length.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + length.to_bytes(width, "big") + content


def _integer(value: int) -> bytes:
    return _der(_INTEGER, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _oid(code: str) -> bytes:
    return _der(_OID, bytes.fromhex(code))


def _pem(der: bytes) -> bytes:
    text = base64.b64encode(der).decode("ascii")
    lines = [text[at : at + 64] for at in range(0, len(text), 64)]
    return "\n".join([_BEGIN, *lines, _END, ""]).encode("ascii")
