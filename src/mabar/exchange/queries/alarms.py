"""What calls for the duty engineer: closed streams with their proof; messages held, refused or disputed."""

from collections.abc import Sequence
from dataclasses import dataclass

from mabar.base.rules import NoSuchRecord
from mabar.exchange import proving
from mabar.exchange.models import Evidence, Outgoing, Received, Sent
from mabar.exchange.protocol.answers import Said
from mabar.exchange.queries.closed import ClosedStream, closed_streams
from mabar.exchange.queries.messages import MessageRow, letter_row, received_row, sent_row
from mabar.exchange.queries.one_message import received_by_key, sent_by_key

MOST_ALARMS = 20


@dataclass(frozen=True)
class Alarm:
    """All that calls for somebody, the newest of each first and not more than a screen holds."""

    closed: Sequence[ClosedStream]
    held: Sequence[MessageRow]
    disputed: Sequence[MessageRow]
    refused_here: Sequence[MessageRow]
    refused_there: Sequence[MessageRow]
    not_sent: Sequence[MessageRow]

    @property
    def count(self) -> int:
        """How many are shown."""
        return sum(
            len(each)
            for each in (self.closed, self.held, self.disputed, self.refused_here, self.refused_there, self.not_sent)
        )


def alarms() -> Alarm:
    """List what calls for somebody."""
    received = Received.objects.select_related("stream").order_by("-pk")
    refused = Sent.objects.select_related("stream").filter(said=Said.REFUSED).order_by("-pk")
    kept = Outgoing.objects.exclude(address="here").exclude(done_at=None).order_by("-key")
    return Alarm(
        closed=closed_streams(),
        held=[received_row(each) for each in received.filter(said=Said.HELD)[:MOST_ALARMS]],
        disputed=[received_row(each) for each in received.filter(is_disputed=True)[:MOST_ALARMS]],
        refused_here=[received_row(each) for each in received.filter(said=Said.REFUSED)[:MOST_ALARMS]],
        refused_there=[sent_row(each) for each in refused[:MOST_ALARMS]],
        not_sent=[letter_row(each) for each in kept[:MOST_ALARMS]],
    )


def kept_evidence(digest: str) -> bytes:
    """Give a kept bundle.

    Raises:
        NoSuchRecord.
    """
    found = Evidence.objects.filter(digest=digest).first()
    if found is None:
        raise NoSuchRecord(key=digest[:16])
    return bytes(found.bundle)


def evidence_of_message(key: str, *, is_outward: bool) -> bytes:
    """Make the bundle that proves a message.

    Raises:
        NoSuchRecord, NoProofYet.
    """
    message = sent_by_key(key) if is_outward else received_by_key(key)
    if message is None:
        raise NoSuchRecord(key=key)
    return proving.bundle_of(message).encoded()


def evidence_named(name: str) -> bytes:
    """Give the bundle of a message by its key, sent or received, or a kept one by its digest.

    Raises:
        NoSuchRecord, NoProofYet.
    """
    message = sent_by_key(name) or received_by_key(name)
    return proving.bundle_of(message).encoded() if message is not None else kept_evidence(name)
