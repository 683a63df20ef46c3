"""What became of messages about a subject: for the pages of the package that left or opened them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mabar.base.keys import new_key, raw_of
from mabar.exchange.models import Outgoing, Received, Sent
from mabar.exchange.protocol.answers import ACTED, Act, Acted, Said


@dataclass(frozen=True)
class Told:
    """A message to or from a partner; `receipts` of three have come: stored, accepted, acted upon."""

    key: str
    kind: str
    is_outward: bool
    at: datetime
    receipts: int
    said: str
    code: str


def told_about(subject: str) -> list[Told]:
    """List the messages about a subject, oldest first; one that waits for its number has no receipt."""
    waiting = [
        Told(each.key, each.kind, True, each.left_at, 0, "", each.code)
        for each in Outgoing.objects.filter(subject=subject).exclude(address="here")
    ]
    sent = Sent.objects.filter(subject=subject).select_related("stream")
    received = Received.objects.filter(subject=subject)
    return sorted([*waiting, *map(_sent, sent), *map(_received, received)], key=lambda each: each.at)


def _sent(row: Sent) -> Told:
    is_stored, is_taken = row.seq <= row.stream.settled, row.said in (Said.ACCEPTED, Said.LATE)
    return Told(row.message, row.kind, True, row.left_at, is_stored + is_taken + bool(row.acted), row.said, row.code)


def _received(row: Received) -> Told:
    is_taken = row.said in (Said.ACCEPTED, Said.LATE)
    return Told(row.message, row.kind, False, row.stored_at, 1 + is_taken + row.is_acted, row.said, row.code)


def note_done(messages: Iterable[str], *, at: datetime) -> int:
    """Tell the partners that messages of theirs were acted upon (R3), once; return how many were told."""
    rows = Received.objects.filter(message__in=list(messages), is_acted=False).select_related("stream")
    found = list(rows)
    Outgoing.objects.bulk_create(
        Outgoing(
            key=new_key(at),
            address=row.stream.partner_id,
            kind=ACTED,
            body=Acted(raw_of(row.message), Act.DONE, int(at.timestamp() * 1000)).encoded().decode(),
            left_at=at,
            next_at=at,
            urgency=row.stream.urgency,
        )
        for row in found
    )
    Received.objects.filter(pk__in=[row.pk for row in found]).update(is_acted=True)
    return len(found)
