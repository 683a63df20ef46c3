"""Frozen records to JSON values and back, by the types of their fields.

Scalars are always written, null or not; a part that is wholly empty and an empty list are left out.
"""

import types
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Record = TypeVar("Record")
Coder = Callable[[Any], Any]

_SCALARS: Mapping[Any, tuple[type, ...]] = {str: (str,), int: (int,), bool: (bool,)}


def encode(record: Any) -> dict[str, Any]:
    """Give a record as JSON values in the order of its fields."""
    values: dict[str, Any] = {}
    for name, empty, coder in _encoders(record.__class__):
        value = getattr(record, name)
        if empty is None:
            values[name] = value if coder is None or value is None else coder(value)
        elif value is not empty and value != empty:  # a default part is mostly the very default
            values[name] = coder(value) if coder else value
    return values


@cache
def _encoders(record_type: type) -> tuple[tuple[str, Any, Coder | None], ...]:
    """Name each field, its empty value where that is left out (else None), and how its value is written."""
    hints = get_type_hints(record_type)
    return tuple((each.name, _empty(each), _encoder(hints[each.name])) for each in fields(record_type))


def _empty(each: Any) -> Any:
    if each.default_factory is not MISSING:
        return each.default_factory()
    default = each.default
    return default if is_dataclass(default) or isinstance(default, tuple) else None


def _encoder(hint: Any) -> Coder | None:
    kind = inner(hint)
    if get_origin(kind) is tuple:
        member = _encoder(get_args(kind)[0])
        return (lambda values: [member(value) for value in values]) if member else list
    if is_dataclass(kind):
        return encode
    return dict if get_origin(kind) is not None else None


def inner(hint: Any) -> Any:
    """Take off the `| None` of a hint."""
    if get_origin(hint) in (Union, types.UnionType):
        return next(each for each in get_args(hint) if each is not type(None))
    return hint


def decode(record_type: type[Record], values: Mapping[str, Any]) -> Record:
    """Build a record from JSON values; a field left out is empty.

    Raises:
        ValueError: a field that the record does not have, or a value of another type than the field's.
    """
    if not isinstance(values, Mapping):
        raise ValueError(f"{record_type.__name__}: an object is expected, not {values!r}")
    kind: Any = record_type
    decoders = _decoders(kind)
    if not values.keys() <= decoders.keys():
        unknown = sorted(set(values) - set(decoders))
        raise ValueError(f"{record_type.__name__} has no field {', '.join(unknown)}")
    return record_type(**{name: decoders[name](value) for name, value in values.items() if value is not None})


@cache
def _decoders(record_type: type) -> Mapping[str, Coder]:
    hints = get_type_hints(record_type)
    return {each.name: _decoder(hints[each.name]) for each in fields(record_type)}


def _decoder(hint: Any) -> Coder:
    kind = inner(hint)
    if get_origin(kind) is tuple:
        member = _decoder(get_args(kind)[0])
        return lambda values: tuple(member(value) for value in values)
    if is_dataclass(kind):
        return lambda values: decode(kind, values)  # type: ignore[arg-type]
    if get_origin(kind) is not None:
        return dict
    return _scalar(kind)


def _scalar(kind: type) -> Coder:
    allowed = _SCALARS[kind]

    def check(value: Any) -> Any:
        if type(value) not in allowed:
            raise ValueError(f"{kind.__name__} is expected, not {value!r}")
        return value

    return check
