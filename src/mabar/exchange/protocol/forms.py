"""What the fields of root records, descriptors, stops and settles may hold (section 4.4)."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

from mabar.exchange.protocol import cbor
from mabar.exchange.protocol.cose import is_usable
from mabar.exchange.protocol.objects import fields_of, is_number
from mabar.exchange.protocol.refused import Refused

MOST_BYTES = 65_536
MOST_CHARACTERS = 200
# Control characters, and what turns the order of reading: a name must be the one that it seems to be.
_HIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")

Form: TypeAlias = tuple[str, Callable[[Any], bool]]


def fields(payload: bytes, forms: Mapping[int, Form]) -> dict[int, Any]:
    """Read a payload that is a map with just the fields of `forms`, each with its name and what it may hold.

    Raises:
        Malformed: it is none, is too long, or a field holds something else.
    """
    if len(payload) > MOST_BYTES:
        raise cbor.Malformed(f"more than {MOST_BYTES} bytes")
    values = fields_of(cbor.decode(payload), {key: name for key, (name, _) in forms.items()})
    for key, (name, fits) in forms.items():
        if not fits(values[key]):
            raise cbor.Malformed(f"not of the form of its {name}")
    return values


def require(facts: Iterable[tuple[str, bool]]) -> None:
    """Require that every fact is so.

    Raises:
        Malformed: names the first that is not.
    """
    for what, is_so in facts:
        if not is_so:
            raise cbor.Malformed(what)


def require_usable(keys: Iterable[bytes]) -> None:
    """Require that no Ed25519 key is a point of small order (section 3.2).

    Raises:
        Refused: `key.unusable`.
    """
    for key in keys:
        if not is_usable(key):
            raise Refused("key.unusable", key=key.hex())


def is_count(value: object) -> bool:
    """Tell whether a field holds a number from 1."""
    return is_number(value) and value != 0


def is_bytes(length: int) -> Callable[[Any], bool]:
    """Give the test for a byte string of this length."""
    return lambda value: isinstance(value, bytes) and len(value) == length


def is_bytes_or_null(length: int) -> Callable[[Any], bool]:
    """Give the test for a byte string of this length, or null."""
    return lambda value: value is None or is_bytes(length)(value)


def is_list(fits: Callable[[Any], bool], *, least: int = 1, most: int) -> Callable[[Any], bool]:
    """Give the test for an array of `least` to `most` members of one form."""
    return lambda value: isinstance(value, list) and least <= len(value) <= most and all(map(fits, value))


def is_ascending(value: list[int]) -> bool:
    """Tell whether each number is above the one before."""
    return value == sorted(set(value))


def is_readable(value: object) -> bool:
    """Tell whether a field holds a text that a person reads as it is written."""
    return isinstance(value, str) and 0 < len(value) <= MOST_CHARACTERS and _HIDDEN.search(value) is None


def is_three_names(value: object) -> bool:
    """Tell whether a field holds a name in Arabic, French and English."""
    return is_list(is_readable, least=3, most=3)(value)
