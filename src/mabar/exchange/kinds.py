"""Which kinds of message this node knows, and who opens them."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from mabar.exchange.messages import Message

Opener = Callable[[Any, datetime], object]
_openers: dict[str, tuple[type[Any], list[Opener]]] = {}


def register(kind: type[Message], opener: Opener) -> None:
    """Name a package's opener for a kind: `opener(message, at)` calls one command.

    Raises:
        ValueError: the name of the kind has no package or version, or stands for another class.
    """
    package, _, rest = kind.KIND.partition(".")
    if not package or "/" not in rest:
        raise ValueError(f"{kind.KIND} is not package.name/version")
    known, openers = _openers.setdefault(kind.KIND, (kind, []))
    if known is not kind:
        raise ValueError(f"{kind.KIND} stands for two classes")
    if opener not in openers:
        openers.append(opener)


def of(name: str) -> tuple[type[Any], list[Opener]]:
    """Give the class and the openers of a kind; a kind that nobody here opens has no openers.

    Raises:
        KeyError: no package has registered it.
    """
    return _openers[name]


def is_known(name: str) -> bool:
    """Tell whether some package opens this kind."""
    return name in _openers
