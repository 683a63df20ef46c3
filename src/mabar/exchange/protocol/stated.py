"""What is stated of a message, as terms and never-list judge it: the statement with its numbers resolved."""

from dataclasses import dataclass

from mabar.exchange.protocol.objects import Context, administration_of
from mabar.exchange.protocol.refused import Fact, Refused
from mabar.exchange.protocol.statements import Statement


@dataclass(frozen=True)
class Stated:
    """From node to node, of which kind, for what, by and for which agencies (as codes), and when (milliseconds).

    `originators` are the administrations whose records the sender made the message from; the receiver knows of them
    only what the document tells.
    """

    sender: str
    receiver: str
    suite: int
    kind: str
    purpose: str | None
    issued_ms: int
    agency: str
    addressees: tuple[str, ...]
    terms: str | None = None
    originators: tuple[str, ...] = ()

    @staticmethod
    def of(statement: Statement, context: Context, *, agency: str) -> "Stated":
        """Take what a signed statement states; `agency` is the code of its number in the sender's descriptor."""
        stream = context.stream
        return Stated(
            sender=stream.sender,
            receiver=stream.receiver,
            suite=context.suite or 0,
            kind=statement.kind,
            purpose=statement.purpose,
            issued_ms=statement.issued_ms,
            agency=agency,
            addressees=statement.addressees,
            terms=statement.terms,
        )

    @property
    def from_(self) -> str:
        """The administration that sends."""
        return administration_of(self.sender)

    @property
    def to(self) -> str:
        """The administration that receives."""
        return administration_of(self.receiver)


@dataclass(frozen=True)
class Consent:
    """That an administration lets its records go on to another, held by the node to which it said so.

    `onward` is what the terms say under which the records came, `id` the message by which it consented.
    """

    originator: str
    receiver: str
    id: str
    onward: str


def no(code: str, stated: Stated, **facts: Fact) -> Refused:
    """Make the refusal of a message, which always tells its kind and terms."""
    told: dict[str, Fact] = {"kind": stated.kind, "terms": stated.terms or ""}
    return Refused(code, **(told | facts))
