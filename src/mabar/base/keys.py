"""Keys of records: 26 characters that sort by the instant at which they were made."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread


def new_key(at: datetime) -> str:
    """Make a key: 48 bits of milliseconds, then 80 random bits, which no outsider can guess.

    Source: the ULID layout, github.com/ulid/spec.
    """
    return _written((int(at.timestamp() * 1000) << 80) | secrets.randbits(80))


def raw_of(key: str) -> bytes:
    """Give the 16 bytes that a key writes, as other nodes name a message by them.

    Raises:
        ValueError: not a key.
    """
    if len(key) != 26 or key[0] > "7":
        raise ValueError(f"{key} is not a key")
    number = 0
    for letter in key:
        number = number << 5 | _ALPHABET.index(letter)
    return number.to_bytes(16, "big")


def of_raw(raw: bytes) -> str:
    """Write 16 bytes as a key."""
    return _written(int.from_bytes(raw, "big"))


def _written(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
