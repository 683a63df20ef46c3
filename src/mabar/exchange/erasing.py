"""Erasing payloads when they are due, and when their originator asks: statements and proofs stay (mx1.md, 5.3)."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime

from django.db import transaction

from mabar.base.keys import new_key, of_raw
from mabar.exchange import kinds
from mabar.exchange.models import Outgoing, Received, Sent, Stream
from mabar.exchange.protocol import documents
from mabar.exchange.protocol.answers import ANSWER, Answer, Answers, Said, merged
from mabar.exchange.protocol.batches import MOST_STATEMENTS

ERASED = "exchange.erased/1.0"


def erase_due(at: datetime, *, limit: int = MOST_STATEMENTS) -> int:
    """Erase what is due today, here and in what the desks made of it, and tell the partners; return how many."""
    with transaction.atomic():
        due = Received.objects.select_for_update().filter(erase_on__lte=at.date(), payload__isnull=False)
        stored = list(due.select_related("stream").order_by("pk")[:limit])
        _erase_received(stored, at, code="retention")
        sent = Sent.objects.select_for_update().filter(erase_on__lte=at.date(), payload__isnull=False)
        ours = list(sent.select_related("stream").order_by("pk")[:limit])
        _erase_sent(ours, at)
    return len(stored) + len(ours)


def _erase_received(rows: Iterable[Received], at: datetime, *, code: str) -> None:
    by_stream: dict[Stream, list[Received]] = defaultdict(list)
    for row in rows:
        by_stream[row.stream].append(row)
    for stream, messages in by_stream.items():
        for message in messages:
            kind = kinds.for_partners(message.kind)
            if kind is not None and kind.eraser is not None:
                kind.eraser(stream.partner_id, message.message, at)
        found = Received.objects.filter(pk__in=[each.pk for each in messages])
        found.update(payload=None, salt=None, erased_at=at)
        _answer_erased(stream, [each.seq for each in messages], at, code=code)


def _answer_erased(stream: Stream, seqs: Iterable[int], at: datetime, *, code: str) -> None:
    facts = {"on": at.date().isoformat()}
    answers = merged(Answer(seq, seq, Said.ERASED, code, facts) for seq in seqs)
    _leave(stream, ANSWER, Answers(stream.epoch, answers).encoded(), at)


def _erase_sent(rows: Iterable[Sent], at: datetime) -> None:
    by_stream: dict[Stream, list[int]] = defaultdict(list)
    for row in rows:
        by_stream[row.stream].append(row.seq)
    for stream, seqs in by_stream.items():
        Sent.objects.filter(stream=stream, seq__in=seqs).update(payload=None, salt=None, erased_at=at)
        for answer in merged(Answer(seq, seq, Said.ERASED) for seq in seqs):
            told = {"epoch": stream.epoch, "first": answer.first, "last": answer.last}
            _leave(stream, ERASED, documents.written(told), at)


def _leave(stream: Stream, kind: str, payload: bytes, at: datetime) -> None:
    Outgoing.objects.create(
        key=new_key(at),
        address=stream.partner_id,
        kind=kind,
        body=payload.decode(),
        left_at=at,
        next_at=at,
        urgency=stream.urgency,
    )


def erase_for_originator(partner: str, ids: Iterable[str], at: datetime) -> int:
    """Erase what a partner has sent and wants erased; ids that it never sent change nothing."""
    names = [of_raw(bytes.fromhex(each)) for each in ids]
    found = Received.objects.filter(stream__partner_id=partner, message__in=names, payload__isnull=False)
    rows = list(found.select_related("stream"))
    _erase_received(rows, at, code="originator")
    return len(rows)


def note_erased_there(row: Stream, *, epoch: int, first: int, last: int, at: datetime) -> None:
    """Note that a partner no longer has the payloads of what it sent, so that it cannot send them again."""
    stream = Stream.objects.filter(partner=row.partner, is_outward=False, urgency=row.urgency, epoch=epoch)
    found = Received.objects.filter(stream__in=stream, seq__gte=first, seq__lte=last)
    found.filter(sender_erased_at=None).update(sender_erased_at=at)
