"""Messages as plain text and back: one JSON form, every field named, nothing guessed."""

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any, ClassVar, Protocol, TypeVar, get_args, get_type_hints

from mabar.exchange.protocol.refused import Refused


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
    if hint is datetime or (datetime in get_args(hint) and value is not None):
        return datetime.fromisoformat(value)
    if isinstance(value, list):
        return tuple(value)
    return value


def document(message: Message) -> dict[str, Any]:
    """Give a message as the document that crosses the border: what it does not tell is not in it."""
    return {name: each for name, each in _plain(asdict(message)).items() if each is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {name: _plain(each) for name, each in value.items() if each is not None}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value.isoformat() if isinstance(value, datetime) else value


def taken(kind: type[M], told: Mapping[str, Any]) -> M:
    """Take a message of `kind` from a partner's document; what the terms kept back stands as its field's default.

    A field that this program does not know yet stays in the stored document, and is shown from there.

    Raises:
        Refused: `payload.malformed`: a field without default is not told, or an instant is none.
    """
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)} & told.keys()
    try:
        return kind(**{name: _typed(hints[name], told[name]) for name in known})
    except (TypeError, ValueError) as fault:
        raise Refused("payload.malformed", why=str(fault)[:200]) from None
