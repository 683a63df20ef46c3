"""What acts on a record with events share: an event that was sent twice, and a writing that makes a version."""

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, Protocol, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


class Versioned(Protocol):
    """A record that counts its writings."""

    version: int

    def save(self, *, update_fields: list[str]) -> None:
        """Write the named fields."""


class SentTwice(Exception):
    """The sender has sent this event before; it leaves the act without a second line."""

    def __init__(self, record: object) -> None:
        super().__init__(str(record))
        self.record: Any = record


def once(command: Callable[P, R]) -> Callable[P, R]:
    """Make an act answer an event sent twice with the record as it is.

    An act called inside another act bears no event key: the outer act's own key stands for both.
    """

    @wraps(command)
    def asked(*args: P.args, **facts: P.kwargs) -> R:
        try:
            return command(*args, **facts)
        except SentTwice as sent:
            found: R = sent.record
            return found

    return asked


def write(record: Versioned, **changes: Any) -> None:
    """Write fields of a locked record; each writing is a version."""
    for name, value in changes.items():
        setattr(record, name, value)
    record.version += 1
    record.save(update_fields=[*changes, "version"])
