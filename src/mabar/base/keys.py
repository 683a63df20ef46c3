"""Keys of records: 26 characters that sort by the instant at which they were made."""

import re
import secrets
import string
import threading
from datetime import datetime

_lock, _last = threading.Lock(), [0]
_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread
_KEY = re.compile(f"[0-7][{_ALPHABET}]{{25}}")
_TO_DIGITS = str.maketrans(_ALPHABET, string.digits + string.ascii_lowercase[:22])


def new_key(at: datetime) -> str:
    """Make a key: 48 bits of milliseconds, then 80 random bits, which no outsider can guess.

    Source: the ULID layout, github.com/ulid/spec.
    """
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    with _lock:
        # two made in one millisecond sort as they were made: messages are numbered in the order of their keys
        if number >> 80 == _last[0] >> 80 and number <= _last[0]:
            number = _last[0] + 1 + secrets.randbits(40)
        _last[0] = number
    return _written(number)


def new_token() -> str:
    """Make a secret of 128 random bits, written as a key is, so that a person can copy it from paper."""
    return of_raw(secrets.token_bytes(16))


def key_after(last: str) -> str:
    """Make a key that sorts after another, whatever the clock says.

    Raises:
        ValueError: `last` is not a key.
    """
    return _written(int.from_bytes(raw_of(last), "big") + 1 + secrets.randbits(40))


def raw_of(key: str) -> bytes:
    """Give the 16 bytes that a key writes, as other nodes name a message by them.

    Raises:
        ValueError: not a key.
    """
    if not _KEY.fullmatch(key):
        raise ValueError(f"{key} is not a key")
    return int(key.translate(_TO_DIGITS), 32).to_bytes(16, "big")


def of_raw(raw: bytes) -> str:
    """Write 16 bytes as a key."""
    return _written(int.from_bytes(raw, "big"))


def _written(number: int) -> str:
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
