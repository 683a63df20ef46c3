"""CBOR in one form only (RFC 8949, 4.2.1, and narrower: docs/wire/mx1.md, section 2).

What a value can be: int, bytes, str, bool, None, list, dict with int keys, and `Tagged` as the outermost item.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, TypeAlias

SIGN1, SIGN = 18, 98
DEEPEST = 8
_LEAST, _MOST = -(2**63), 2**63 - 1
_INT, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_SHORT, _WIDTHS = 24, {24: 1, 25: 2, 26: 4, 27: 8}
_SIMPLE_VALUES = {20: False, 21: True, 22: None}
_TWO_BYTES, _FOUR_BYTES, _EIGHT_BYTES = (struct.Struct(f">B{size}").pack for size in "HIQ")
_FIRST = itemgetter(0)


class Malformed(ValueError):
    """Bytes that are not in the one form; the message says what is wrong and where."""


@dataclass(frozen=True)
class Tagged:
    """A tag and the item it marks."""

    tag: int
    item: Any


Value: TypeAlias = int | bytes | str | bool | list[Any] | dict[int, Any] | Tagged | None


def encode(value: Value) -> bytes:
    """Write `value` in the one form.

    Raises:
        ValueError: the value has no such form.
    """
    out = bytearray()
    _write(value, out, 1)
    return bytes(out)


def _write(value: Any, out: bytearray, depth: int) -> None:
    if depth > DEEPEST:
        raise ValueError("deeper than eight")
    kind = type(value)
    if kind is bytes:
        _write_head(_BYTES, len(value), out)
        out += value
    elif kind is str:
        text = value.encode()
        _write_head(_TEXT, len(text), out)
        out += text
    elif kind is int:
        _write_int(value, out)
    elif value is None or kind is bool:
        out.append(0xF6 if value is None else 0xF5 if value else 0xF4)
    else:
        _write_holder(value, out, depth)


def _write_holder(value: Any, out: bytearray, depth: int) -> None:
    if isinstance(value, list | tuple):
        _write_head(_ARRAY, len(value), out)
        for each in value:
            _write(each, out, depth + 1)
    elif isinstance(value, dict):
        _write_head(_MAP, len(value), out)
        for key, each in sorted([(_key(key), each) for key, each in value.items()], key=_FIRST):
            out += key
            _write(each, out, depth + 1)
    elif isinstance(value, Tagged) and depth == 1 and value.tag in (SIGN1, SIGN):
        _write_head(_TAG, value.tag, out)
        _write(value.item, out, depth + 1)
    elif (plain := _plain(value)) is not None:
        _write(plain, out, depth)
    else:
        raise ValueError(f"{type(value).__name__} has no form here")


def _plain(value: object) -> int | bytes | str | None:
    """Give what a value of a narrower type, such as an enumeration, is besides; None where it has no form."""
    if isinstance(value, int):
        return int(value)
    if isinstance(value, str):
        return str(value)
    return bytes(value) if isinstance(value, bytes) else None


# The keys of this protocol are nearly all small; they are looked up, in a statement a dozen times.
_SMALL_KEYS = {key: bytes([key]) for key in range(_SHORT)}


def _key(key: object) -> bytes:
    if type(key) is int and key in _SMALL_KEYS:
        return _SMALL_KEYS[key]
    if not isinstance(key, int) or isinstance(key, bool):
        raise ValueError("a key is an integer")
    out = bytearray()
    _write_int(key, out)
    return bytes(out)


def _write_int(value: int, out: bytearray) -> None:
    if 0 <= value < _SHORT:
        out.append(value)
    elif not _LEAST <= value <= _MOST:
        raise ValueError("an integer of more than 64 bits")
    elif value < 0:
        _write_head(_NEGATIVE, -1 - value, out)
    else:
        _write_head(_INT, value, out)


def _write_head(major: int, number: int, out: bytearray) -> None:
    first = major << 5
    if number < _SHORT:
        out.append(first | number)
    elif number < 1 << 8:
        out += bytes((first | 24, number))
    elif number < 1 << 16:
        out += _TWO_BYTES(first | 25, number)
    elif number < 1 << 32:
        out += _FOUR_BYTES(first | 26, number)
    else:
        out += _EIGHT_BYTES(first | 27, number)


def decode(data: bytes) -> Any:
    """Read the one item that `data` is.

    Raises:
        Malformed: it is not in the one form, or something follows it.
    """
    value, end = _read(data, 0, 1)
    if end != len(data):
        raise Malformed(f"something follows at byte {end}")
    return value


def sequence(data: bytes) -> Iterator[Any]:
    """Read one item after the other until `data` ends (RFC 8742).

    Raises:
        Malformed: at the first item that is not in the one form.
    """
    at = 0
    while at < len(data):
        value, at = _read(data, at, 1)
        yield value


def _read(data: bytes, at: int, depth: int) -> tuple[Any, int]:
    if depth > DEEPEST:
        raise Malformed(f"deeper than eight at byte {at}")
    if at >= len(data):
        raise Malformed(f"cut off at byte {at}")
    first = data[at]
    if first < _SHORT:
        return first, at + 1
    major, short = first >> 5, first & 31
    if major == _SIMPLE:
        if short not in _SIMPLE_VALUES:
            raise Malformed(f"a simple value that is not read here at byte {at}")
        return _SIMPLE_VALUES[short], at + 1
    number, start = (short, at + 1) if short < _SHORT else _read_number(data, at, short)
    if major in (_BYTES, _TEXT):
        end = start + number
        if end > len(data):
            raise Malformed(f"longer than what is left at byte {at}")
        return (data[start:end] if major == _BYTES else _text(data[start:end], at)), end
    return _read_of(data, major, number, at, start, depth)


def _read_number(data: bytes, at: int, short: int) -> tuple[int, int]:
    width = _WIDTHS.get(short)
    if width is None:
        raise Malformed(f"a length without end at byte {at}")
    end = at + 1 + width
    if end > len(data):
        raise Malformed(f"cut off at byte {len(data)}")
    number = int.from_bytes(data[at + 1 : end], "big")
    if number < _SHORT or (width > 1 and number < 1 << (4 * width)):
        raise Malformed(f"not the shortest form at byte {at}")
    return number, end


def _read_of(data: bytes, major: int, number: int, at: int, start: int, depth: int) -> tuple[Any, int]:
    if major in (_INT, _NEGATIVE):
        if number > _MOST:
            raise Malformed(f"an integer of more than 64 bits at byte {at}")
        return (number if major == _INT else -1 - number), start
    if major == _TAG:
        if depth != 1 or number not in (SIGN1, SIGN):
            raise Malformed(f"a tag that is not read here at byte {at}")
        item, end = _read(data, start, depth + 1)
        return Tagged(number, item), end
    if number > (len(data) - start) // (2 if major == _MAP else 1):
        raise Malformed(f"longer than what is left at byte {at}")
    if major == _ARRAY:
        return _read_array(data, number, start, depth)
    return _read_map(data, number, start, depth)


def _text(raw: bytes, at: int) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        raise Malformed(f"not UTF-8 at byte {at}") from None


def _read_array(data: bytes, length: int, start: int, depth: int) -> tuple[list[Any], int]:
    items, at = [], start
    for _ in range(length):
        item, at = _read(data, at, depth + 1)
        items.append(item)
    return items, at


def _read_map(data: bytes, length: int, start: int, depth: int) -> tuple[dict[int, Any], int]:
    read: dict[int, Any] = {}
    at, last, size = start, b"", len(data)
    for _ in range(length):
        if at < size and data[at] < _SHORT and depth < DEEPEST:
            key, end = data[at], at + 1
        elif at < size and data[at] >> 5 not in (_INT, _NEGATIVE):
            raise Malformed(f"a key that is not an integer at byte {at}")
        else:
            key, end = _read(data, at, depth + 1)
        written = data[at:end]
        if written <= last:
            raise Malformed(f"keys out of order at byte {at}")
        last = written
        read[key], at = _read(data, end, depth + 1)
    return read, at
