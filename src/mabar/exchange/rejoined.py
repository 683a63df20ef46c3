"""What a restored node does with its own statements when a partner gives them back (mx1.md, 9.4)."""

from collections.abc import Sequence
from datetime import UTC, datetime

from mabar.base import keys
from mabar.exchange.models import Outgoing, Partner, Sent, Stream
from mabar.exchange.protocol.checking import Told


def begin(at: datetime) -> int:
    """Number nothing for any partner until it has heard a greeting from after this restoration; return how many."""
    return Partner.objects.update(restored_ms=int(at.timestamp() * 1000))


def restore(row: Stream, told: Sequence[Told], at: datetime) -> None:
    """Keep statements as sent again; a letter that still waits here was numbered before, and waits no longer."""
    named = [(keys.of_raw(each.statement.message_id), each) for each in told]  # an id may have gone out twice
    waiting = {letter.key: letter for letter in Outgoing.objects.filter(key__in=[key for key, _ in named])}
    Sent.objects.bulk_create(_sent(row, key, each, waiting.get(key), at) for key, each in named)
    Outgoing.objects.filter(key__in=list(waiting)).delete()


def _sent(row: Stream, key: str, told: Told, letter: Outgoing | None, at: datetime) -> Sent:
    statement, entry = told.statement, told.entry
    issued_at = datetime.fromtimestamp(statement.issued_ms / 1000, tz=UTC)
    return Sent(
        stream=row,
        seq=statement.seq,
        message=key,
        kind=statement.kind,
        subject=letter.subject if letter else "",
        suite=entry.suite,
        descriptor=entry.descriptor,
        statement=entry.signed,
        salt=entry.body.salt if entry.body else None,
        payload=entry.body.payload if entry.body else None,
        purpose=statement.purpose or "",
        terms=statement.terms or "",
        author=letter.author if letter else "",
        left_at=letter.left_at if letter else issued_at,
        numbered_at=issued_at,
    )
