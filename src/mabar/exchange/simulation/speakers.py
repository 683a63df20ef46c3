"""What the world asks of a node's own layer."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from mabar.exchange.simulation.drills import Drill


class Speaker(Protocol):
    """The layer of a node that the world speaks with; it is made anew at each start of the node's process."""

    def tick(self, at: datetime) -> None:
        """Do what is due: number, open, repeat."""

    def bodies_to_send(self, at: datetime) -> Iterable[tuple[str, bytes]]:
        """Give the bodies to send now, each with the node that it is for."""

    def receive(self, body: bytes, at: datetime) -> bytes:
        """Take a body, and give the answer; empty for none."""

    def hear(self, partner: str, answer: bytes, at: datetime) -> None:
        """Take the answer to a body that went to a partner."""

    def hand_in(self, drill: Drill, at: datetime) -> None:
        """Leave a message, once however often it is asked; when this returns, it will have its effect."""
