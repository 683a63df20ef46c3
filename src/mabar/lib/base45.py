"""Bytes as capital letters, figures and nine signs, which a QR code packs closest.  Source: RFC 9285."""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
_BASE = 45


def encode(data: bytes) -> str:
    """Write bytes: three letters for two bytes, two for a last one."""
    return "".join(_letters(data[start : start + 2]) for start in range(0, len(data), 2))


def _letters(chunk: bytes) -> str:
    value, letters = int.from_bytes(chunk, "big"), []
    for _ in range(len(chunk) + 1):
        value, low = divmod(value, _BASE)
        letters.append(ALPHABET[low])
    return "".join(letters)


def decode(text: str) -> bytes:
    """Read bytes; each has one text only.

    Raises:
        ValueError: a letter, a length or a value that no encoding gives.
    """
    return b"".join(_bytes(text[start : start + 3]) for start in range(0, len(text), 3))


def _bytes(letters: str) -> bytes:
    if len(letters) < 2 or not all(letter in _VALUES for letter in letters):
        raise ValueError("not base45")
    value: int = sum(_VALUES[letter] * _BASE**place for place, letter in enumerate(letters))
    if value >= 1 << 8 * (len(letters) - 1):
        raise ValueError("not base45")
    return value.to_bytes(len(letters) - 1, "big")
