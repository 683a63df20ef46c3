"""What the two customs services tell each other of proofs of origin."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar


@dataclass(frozen=True)
class Request:
    """To the node that issued a proof: is it authentic, and do the goods originate?  `due_at` is both sides' clock.

    `request` is the key of the verification, `digest` that of the certificate as its code told it.
    """

    KIND: ClassVar[str] = "origin.request/1.0"

    request: str
    place: str
    serial: str
    agreement: str
    reason: str
    asked_at: datetime
    due_at: datetime
    digest: str = ""
    text: str = ""


@dataclass(frozen=True)
class Answer:
    """To the node that asked: `authentic`, `not_authentic` or `not_confirmed`, with what was found."""

    KIND: ClassVar[str] = "origin.answer/1.0"

    request: str
    place: str
    serial: str
    outcome: str
    answered_at: datetime
    findings: str = ""


@dataclass(frozen=True)
class Ended:
    """To the nodes of the country that a proof was meant for: it is withdrawn, or replaced by another."""

    KIND: ClassVar[str] = "origin.ended/1.0"

    serial: str
    place: str
    state: str
    ended_at: datetime
    replacement: str = ""
    reason: str = ""
