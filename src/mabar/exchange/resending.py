"""Giving messages out again: the same id, a new number (mx1.md, 4.3 and 9.3)."""

from datetime import UTC, datetime

from django.db.models import QuerySet

from mabar.exchange.models import Outgoing, Sent, Stream
from mabar.exchange.protocol import statements

GOES_AGAIN = "again"  # beside the answers of a partner: it has left this number for another one


def send_above(row: Stream, size: int, at: datetime) -> int:
    """Let go again all of a closed stream that lies above the head at which it ends; return how many."""
    found = Sent.objects.filter(stream=row, seq__gt=size, payload__isnull=False).exclude(said=GOES_AGAIN)
    count = send_again(found, at)
    found.update(said=GOES_AGAIN)
    return count


def send_again(sent: QuerySet[Sent], at: datetime) -> int:
    """Let messages wait for a number once more, as far as their payload is still here; return how many."""
    letters = [_letter(each, at) for each in sent.select_related("stream") if each.payload is not None]
    Outgoing.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)


def _letter(sent: Sent, at: datetime) -> Outgoing:
    expires_ms = statements.read(bytes(sent.statement)).said.expires_ms
    return Outgoing(
        key=sent.message,
        address=sent.stream.partner_id,
        kind=sent.kind,
        subject=sent.subject,
        body=bytes(sent.payload or b"").decode(),
        left_at=sent.left_at,
        next_at=at,
        urgency=sent.stream.urgency,
        purpose=sent.purpose,
        expires_at=None if expires_ms is None else datetime.fromtimestamp(expires_ms / 1000, tz=UTC),
        author=sent.author,
    )
