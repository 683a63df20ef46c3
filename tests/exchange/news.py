"""Two kinds of message that only these tests know, and a desk upstairs that opens them."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from mabar.base.models import Firm
from mabar.exchange import kinds


@dataclass(frozen=True)
class FirmHeard:
    """A firm has been heard of; opening it writes the firm down."""

    KIND: ClassVar[str] = "tests.firm-heard/1"

    code: str
    papers: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class NobodyListens:
    """News that no package opens."""

    KIND: ClassVar[str] = "tests.nobody-listens/1"

    code: str


class Fault(Exception):
    """What goes wrong upstairs."""


# What happens to a firm of this code when its message is opened, for as long as it stands here.
broken: dict[str, BaseException] = {}


def write_down(message: FirmHeard, at: datetime) -> None:
    """Write the firm down, then fail where the desk is broken."""
    Firm.objects.create(code=message.code, name=f"{message.code} {at:%H:%M:%S}", kind="broker")
    if message.code in broken:
        raise broken[message.code]


kinds.register(FirmHeard, write_down)
