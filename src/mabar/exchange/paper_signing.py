"""What an agency of this node signs outside the streams, on papers, and how a paper of any known node is checked.

The keys are those of statements, named by the descriptor; a domain of its own keeps a paper apart from all else that
they sign.  Nothing here needs a line: the book of trust lies in the node.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mabar.exchange import trusting
from mabar.exchange.own import CHECKER, ms_of, own
from mabar.exchange.protocol import cbor, cose
from mabar.exchange.protocol.descriptors import Descriptor
from mabar.exchange.protocol.objects import administration_of
from mabar.exchange.protocol.ports import Signer
from mabar.exchange.protocol.refused import Refused

TRUE, FALSE, UNKNOWN, STOPPED, OUT_OF_FORCE = "true", "false", "unknown", "stopped", "out_of_force"


@dataclass(frozen=True)
class Hand:
    """The key by which an agency of this node signs now, and the descriptor that names it."""

    node: str
    descriptor: int
    agency: str
    signer: Signer

    def signed(self, payload: bytes, *, domain: str) -> bytes:
        """Give the COSE_Sign1 of a paper's payload."""
        return cose.sign1_over(payload, _around(domain, self.node, self.descriptor, self.agency), self.signer)


@dataclass(frozen=True)
class Checked:
    """What became of a signature: `true`, `false`, `unknown`, `stopped` or `out_of_force`; and whose key it is."""

    outcome: str
    administration: str = ""
    key_id: str = ""
    names: tuple[str, str, str] = ("", "", "")


def hand(agency: str, at: datetime) -> Hand | None:
    """Give the hand of an agency; None where this node has no certified key for it."""
    here = own(at)
    try:
        pen = here.pen
        number = here.book.agency_number(here.code, pen.descriptor, agency)
    except (Refused, KeyError):
        return None
    if number is None or number not in pen.agencies:
        return None
    return Hand(here.code, pen.descriptor, agency, pen.agencies[number])


def check(paper: cose.Sign1, *, domain: str, node: str, descriptor: int, agency: str, signed_at: datetime) -> Checked:
    """Tell whether the agency of a node signed a paper, by the keys that this node holds.

    Args:
        signed_at: when the paper says that it was signed; the descriptor must have been in force then.
    """
    book = trusting.book()
    try:
        certified = book.descriptor(node, descriptor)
    except Refused:
        return Checked(UNKNOWN)
    key = book.agency_key(node, descriptor, number) if (number := _number(certified, agency)) is not None else None
    if key is None:
        return Checked(UNKNOWN)
    told: Any = {"administration": administration_of(node), "key_id": cose.key_id(key).hex(), "names": certified.names}
    if not cose.is_signed1_over(paper, _around(domain, node, descriptor, agency), key, CHECKER):
        return Checked(FALSE, **told)
    if book.is_stopped(node, key):
        return Checked(STOPPED, **told)
    return Checked(TRUE if certified.is_in_force(ms_of(signed_at)) else OUT_OF_FORCE, **told)


def _number(certified: Descriptor, agency: str) -> int | None:
    named = certified.agency_by_code.get(agency)
    return named.number if named else None


def _around(domain: str, node: str, descriptor: int, agency: str) -> bytes:
    # the streams' own begin with "mx1", so that no paper is ever read as a message, nor a message as a paper
    return cbor.encode(["mabar-paper", domain, node, descriptor, agency])
