"""What a restored node does with its own statements: a partner gives them back, or its own file does (mx1.md, 9.4)."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import transaction

from mabar.base import keys
from mabar.exchange import accusing, keeping, kinds, marks, numbering, prepared
from mabar.exchange.models import Outgoing, Partner, Sent, Stream
from mabar.exchange.own import CHECKER, Own, own
from mabar.exchange.protocol import cbor, checking, rejoining
from mabar.exchange.protocol.batches import Batch
from mabar.exchange.protocol.checking import Told
from mabar.exchange.protocol.comparing import Fork
from mabar.exchange.protocol.envelopes import Way
from mabar.exchange.protocol.frontiers import grow
from mabar.exchange.protocol.rejoining import Returned, Standing, fits_mark
from mabar.exchange.protocol.sending import Flight

OVERTAKEN = "overtaken"


def begin(at: datetime) -> int:
    """Number nothing for any partner until it has heard a greeting from after this restoration; return how many."""
    return Partner.objects.update(restored_ms=int(at.timestamp() * 1000), heard_ms=None)


def keep_up(partner: Partner, at_ms: int) -> None:
    """Count from now on, where the clock was ahead at the restoration: no greeting would ever be late enough."""
    if partner.restored_ms is not None and at_ms < partner.restored_ms:
        partner.restored_ms, partner.heard_ms = at_ms, None
        partner.save(update_fields=["restored_ms", "heard_ms"])


_OPEN = prepared.Rows(Stream, "closed_at IS NULL ORDER BY id")


def check_marks(at: datetime) -> list[str]:
    """Close each stream whose log is not the one that the file beside the database knows; give their names.

    To be asked when a node starts and after a restoration: a copy of a time that was itself undone may hold other
    statements under numbers that have left since.  A file that cannot be read closes its stream too.
    """
    found = []
    for row in _OPEN.all():
        if not _fits_mark(row):
            with transaction.atomic():
                locked = Stream.objects.select_for_update().get(pk=row.pk)
                if not _fits_mark(locked):
                    accusing.close(locked, None, own(at), at)
                    found.append(str(locked))
    return found


def _fits_mark(row: Stream) -> bool:
    stream = keeping.stream_of(row)
    try:
        standing = Standing(stream, keeping.frontier_of(row), marks.of(stream))
    except cbor.Malformed:
        return False
    return fits_mark(standing, keeping.Kept(row))


def restore(row: Stream, told: Sequence[Told], at: datetime) -> None:
    """Keep statements as sent again; a letter that still waits here was numbered before, and waits no longer."""
    named = [(keys.of_raw(each.statement.message_id), each) for each in told]  # an id may have gone out twice
    waiting = {letter.key: letter for letter in Outgoing.objects.filter(key__in=[key for key, _ in named])}
    sent = Sent.objects.bulk_create(_sent(row, key, each, waiting.get(key), at) for key, each in named)
    Outgoing.objects.filter(key__in=list(waiting)).delete()
    _set_aside(row, sent, at)


def _set_aside(row: Stream, sent: Iterable[Sent], at: datetime) -> None:
    """Hold back each letter that a later one about the same has overtaken, for its author to see.

    Its turn came in the time that the restoration has undone, and it did not go then: it was refused, or too late.
    """
    latest: dict[str, str] = {}
    for each in sent:
        latest[each.subject] = max(each.message, latest.get(each.subject, ""))
    latest.pop("", None)
    letters = Outgoing.objects.filter(address=row.partner_id, urgency=row.urgency, done_at=None, subject__in=latest)
    restored_ms = row.partner.restored_ms
    if restored_ms is not None:  # what was left after that is new
        letters = letters.filter(left_at__lt=datetime.fromtimestamp(restored_ms / 1000, tz=UTC))
    for letter in letters:
        has_left = Sent.objects.filter(message=letter.key).exists()  # it goes again, from a stream that was closed
        if letter.key < latest[letter.subject] and not has_left:
            letter.code, letter.facts, letter.done_at = OVERTAKEN, {"by": latest[letter.subject]}, at
            letter.save(update_fields=["code", "facts", "done_at"])


def take_back(batch: Batch, way: Way, own: Own, at: datetime) -> None:
    """Take own statements back from a partner that has stored them (mx1.md, 9.4)."""
    with transaction.atomic():
        row = keeping.present(way.sender, is_outward=True, urgency=batch.urgency)
        standing = numbering.standing_of(row)
        back = rejoining.take_back(standing, batch, way, own.book, keeping.Kept(row), checker=CHECKER)
        if isinstance(back, Returned):
            _take_up(row, back, at)
        elif isinstance(back, Fork):
            accusing.close(row, back.bundle, own, at)


def _take_up(row: Stream, back: Returned, at: datetime) -> None:
    restore(row, back.told, at)
    keeping.keep_nodes(row, back.nodes)
    keeping.set_frontier(row, back.frontier)
    row.told_size = max(row.told_size, back.receipt.head.size)
    keeping.set_flight(row, Flight(min(back.receipt.head.size, row.size), min(back.receipt.head.size, row.size)))
    row.save()


def say_again(row: Stream, own: Own, at: datetime) -> bool:
    """Take back from the file beside the database what had left and nobody gives back, since nobody has stored it.

    Return whether the log is now as long as what was signed.
    """
    stream = keeping.stream_of(row)
    mark = marks.of(stream)
    if mark is None or mark.seq <= row.size:
        return True
    entries = tuple(marks.left(stream))
    told = checking.told_in(Batch(stream.urgency, stream.epoch, entries, b""), stream, own.book, CHECKER)
    new = [each for each in told if each.statement.seq > row.size]
    if not new or new[0].statement.seq != row.size + 1:
        return False
    grown = grow(keeping.frontier_of(row), (each.leaf for each in new))
    if grown.head != mark.head:
        return False
    restore(row, new, at)
    keeping.keep_nodes(row, grown.nodes)
    keeping.set_frontier(row, grown.frontier)
    row.save(update_fields=["size", "frontier"])
    return True


def _sent(row: Stream, key: str, told: Told, letter: Outgoing | None, at: datetime) -> Sent:
    statement, entry = told.statement, told.entry
    issued_at = datetime.fromtimestamp(statement.issued_ms / 1000, tz=UTC)
    said_about = kinds.subject_in(statement.kind, entry.body.payload) if entry.body else ""
    return Sent(
        stream=row,
        seq=statement.seq,
        message=key,
        kind=statement.kind,
        subject=letter.subject if letter else said_about,
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
