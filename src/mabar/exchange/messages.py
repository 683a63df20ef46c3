"""Messages as plain text and back: one JSON form, every field named, nothing guessed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar, get_type_hints


class Message(Protocol):
    """A frozen dataclass with the published name of its kind, `package.name/version`."""

    KIND: ClassVar[str]
    __dataclass_fields__: ClassVar[dict[str, Any]]


M = TypeVar("M", bound=Message)


def written(message: Message) -> str:
    """Write a message as JSON with sorted names and ISO instants."""
    return json.dumps(asdict(message), sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=_instant)


def _instant(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise ValueError(f"a message does not carry {type(value).__name__}")


def read(kind: type[M], text: str) -> M:
    """Read a message of `kind`.

    Raises:
        ValueError: a field is missing, unknown or not of its type.
    """
    told: Mapping[str, Any] = json.loads(text)
    known = {field.name for field in fields(kind)}
    if set(told) != known:
        raise ValueError(f"{kind.KIND} with other fields: {', '.join(sorted(set(told) ^ known))}")
    hints = get_type_hints(kind)
    return kind(**{name: _typed(hints[name], value) for name, value in told.items()})


def _typed(hint: Any, value: Any) -> Any:
    if hint is datetime:
        return datetime.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    return value
