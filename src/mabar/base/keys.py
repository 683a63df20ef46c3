"""Keys of records: 26 characters that sort by the instant at which they were made."""

import secrets
from datetime import datetime

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread


def new_key(at: datetime) -> str:
    """Make a key: 48 bits of milliseconds, then 80 random bits, which no outsider can guess.

    Source: the ULID layout, github.com/ulid/spec.
    """
    number = (int(at.timestamp() * 1000) << 80) | secrets.randbits(80)
    return "".join(_ALPHABET[(number >> shift) & 31] for shift in range(125, -1, -5))
