"""Giving messages out again: the same id, a new number (mx1.md, 4.3 and 9.3)."""

from datetime import datetime

from django.db.models import QuerySet

from mabar.exchange.models import Outgoing, Sent


def send_again(sent: QuerySet[Sent], at: datetime) -> int:
    """Let messages wait for a number once more, as far as their payload is still here; return how many."""
    letters = [
        Outgoing(
            key=each.message,
            address=each.stream.partner_id,
            kind=each.kind,
            subject=each.subject,
            body=bytes(each.payload).decode(),
            left_at=each.left_at,
            next_at=at,
            urgency=each.stream.urgency,
            purpose=each.purpose,
            author=each.author,
        )
        for each in sent.select_related("stream")
        if each.payload is not None
    ]
    Outgoing.objects.bulk_create(letters, ignore_conflicts=True)
    return len(letters)
