"""What goes to a partner now: a greeting, envelopes with what it has not stored yet, and what it asked back."""

import secrets
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction

from mabar.exchange import crash_points, keeping, marks, numbering, prepared, rejoined
from mabar.exchange.models import Partner, Received, Stream
from mabar.exchange.numbering import Salt
from mabar.exchange.own import PACKER, SEALER, Own
from mabar.exchange.protocol import envelopes, greetings, objects, rejoining, sending
from mabar.exchange.protocol.batches import MOST_BYTES, MOST_STATEMENTS, Batch, Body, Entry
from mabar.exchange.protocol.frontiers import head_at
from mabar.exchange.protocol.greetings import Greeting, Stored, Wanted
from mabar.exchange.protocol.heads import Head, read_receipt
from mabar.exchange.protocol.objects import BULK, BUSINESS, CLASSES, FLASH, OPERATIONAL, Item, Type
from mabar.exchange.protocol.sending import Flight

Raw = bytes | memoryview  # what a database gives for bytes
SHARES = {FLASH: 1_000, OPERATIONAL: 8, BUSINESS: 4, BULK: 1}
MOST_BODY = 2 * MOST_BYTES
LEAST_BUDGET = 4 * 1024
SILENCE = timedelta(seconds=15)
HEADROOM = 64 * 1024  # of an envelope's limit, for all that is not the body


def greeting(partner: Partner, own: Own, *, wait_ms: int = 0) -> Item:
    """Greet: what of the partner's is stored here, and what of our own we want back."""
    stored = tuple(Stored(row.urgency, row.epoch, row.size) for row in keeping.open_streams(partner, is_outward=False))
    said = Greeting(own.at_ms, partner.greeted_ms, stored, _wanted(partner), wait_ms)
    context = own.context(partner.code, own.suite(partner.code))
    return Item(Type.GREETING, context, greetings.sign(said, context, own.pen.node))


def _wanted(partner: Partner) -> tuple[Wanted, ...]:
    rows = {row.urgency: row for row in keeping.open_streams(partner, is_outward=True)}
    if partner.restored_ms is not None:
        for urgency in CLASSES:
            rows.setdefault(urgency, Stream(partner=partner, is_outward=True, urgency=urgency))
    found = (rejoining.wanted(numbering.standing_of(row)) for row in rows.values())
    return tuple(each for each in found if each is not None)


@dataclass(frozen=True)
class Packet:
    """A batch that is ready to be sealed, and the stream, number and head that it lets out of the house."""

    row: Stream
    batch: Batch
    last: int
    head: Head


def envelopes_for(
    partner: Partner,
    urgencies: Collection[int],
    own: Own,
    at: datetime,
    *,
    budget: int = MOST_BODY,
    batches: int = sending.MOST_UNDER_WAY,
    salt: Salt = secrets.token_bytes,
) -> list[Item]:
    """Number what waits, and give the envelopes that go now, the most urgent first.

    Args:
        budget: bytes of opened bodies that the line carries in a few seconds; the classes share it 8 : 4 : 1, flash
            takes what it needs, and what one leaves the next may have.
        batches: of a stream that go at most.
    """
    items: list[Item] = []
    left, busy = budget, _busy(partner, own)
    for urgency in sorted(urgencies):
        if urgency not in busy:
            continue
        below = sum(SHARES[each] for each in urgencies if each >= urgency)
        share = left * SHARES[urgency] // below // batches
        packets = _packets(partner, urgency, own, at, salt, most=max(share, LEAST_BUDGET), batches=batches)
        left = max(left - sum(_length(packet) for packet in packets), 0)
        items += [sealed(packet.batch, partner.code, own) for packet in packets]
    return items


_WAITING = "SELECT DISTINCT urgency FROM exchange_outgoing WHERE address = %s AND done_at IS NULL"


def _busy(partner: Partner, own: Own) -> set[int]:
    """Give the classes that have something to number, to send or to repeat; the others cost no transaction."""
    if partner.restored_ms is not None and _wanted(partner):
        return set(CLASSES)
    rows = keeping.open_streams(partner, is_outward=True)
    is_busy = {row.urgency for row in rows if has_to_say(row) or _is_head_due(row, keeping.flight_of(row), own)}
    return is_busy | {urgency for (urgency,) in prepared.values(_WAITING, partner.code)}


def has_to_say(row: Stream) -> bool:
    """Tell whether something of a stream is not settled, or has to go again to a partner that was restored below it."""
    return min(row.settled, row.sent_up_to) < row.size


def said(partner: Partner, urgencies: Collection[int]) -> None:
    """Wait for answers from now on: all that is under way lies in the line."""
    rows = Stream.objects.filter(partner=partner, is_outward=True, urgency__in=urgencies, closed_at=None)
    rows.update(moved_at=datetime.now(UTC))


def is_due(row: Stream, at: datetime) -> bool:
    """Tell whether something of a stream can go now; not what is under way and may still be answered."""
    flight = keeping.flight_of(row)
    if not has_to_say(row) or _is_silent(row, flight, at):
        return has_to_say(row)
    return not flight.under_way or (flight.may_send and flight.sent < row.size)


def _length(packet: Packet) -> int:
    return sum(len(each.signed) + len(each.body.payload if each.body else b"") for each in packet.batch.entries)


def _packets(
    partner: Partner, urgency: int, own: Own, at: datetime, salt: Salt, *, most: int, batches: int
) -> list[Packet]:
    with transaction.atomic():
        row = _numbered(partner, urgency, own, at, salt)
        if row.closed_at is not None:
            return []
        packets, flight = _next_packets(row, partner, own, at, most=most, batches=batches)
        if packets:
            keeping.set_flight(row, flight)
            row.moved_at = at
            prepared.save(row, *_SENT)
    crash_points.reached("numbered-not-marked")
    if packets:
        last = packets[-1]
        marks.note(keeping.stream_of(row), seq=last.last, head=last.head, leaving=_unsettled(row, last.last))
    crash_points.reached("marked-not-sent")
    return packets


def _numbered(partner: Partner, urgency: int, own: Own, at: datetime, salt: Salt) -> Stream:
    """Lock a stream and number what waits for it, unless it is closed."""
    row = keeping.present(partner.code, is_outward=True, urgency=urgency)
    row.partner = partner
    if row.closed_at is None:
        rejoined.say_again(row, own, at)
        numbering.number_waiting(row, own, at, salt=salt)
    return row


def number_ahead(partner: Partner, urgencies: Collection[int], own: Own, at: datetime) -> None:
    """Number what the next body will carry, while the partner takes in the last; no more than one body holds."""
    for row in keeping.open_streams(partner, is_outward=True):
        if row.urgency in urgencies and row.size - row.sent_up_to < numbering.AT_ONCE:
            with transaction.atomic():
                _numbered(partner, row.urgency, own, at, secrets.token_bytes)


_ENTRIES = (
    "SELECT suite, descriptor, statement, salt, payload FROM exchange_sent"
    " WHERE stream_id = %s AND seq > %s ORDER BY seq LIMIT %s"
)
_SENT = ("settled", "sent_up_to", "under_way", "moved_at", "pq_size", "pq_at")


def _unsettled(row: Stream, last: int) -> list[Entry]:
    """Give what no R1 covers, up to a seq; by wire that is two batches at most."""
    return [_entry(*each) for each in prepared.values(_ENTRIES, row.pk, row.settled, last - row.settled)]


def all_envelopes(
    partner: Partner, urgency: int, own: Own, at: datetime, *, salt: Salt = secrets.token_bytes
) -> Iterator[Item]:
    """Number all that waits, and give in envelopes all that is not settled, whatever is on its way by wire."""
    while True:
        with transaction.atomic():
            row = keeping.present(partner.code, is_outward=True, urgency=urgency)
            if row.closed_at is not None or not numbering.number_waiting(row, own, at, salt=salt):
                break
    last = min(row.settled, row.sent_up_to)  # lower where the partner was restored
    most = own.book.current(partner.code, own.at_ms).largest_envelope - HEADROOM
    if last < row.size:
        whole = Head.of(keeping.frontier_of(row))
        marks.note(keeping.stream_of(row), seq=row.size, head=whole, leaving=_unsettled(row, row.size))
    while entries := _entries(row, last, most=min(most, MOST_BYTES)):
        last += len(entries)
        with transaction.atomic():
            packet = _packet(row, entries, last, own, at)
        yield sealed(packet.batch, partner.code, own)


def _flight(row: Stream, at: datetime) -> Flight:
    """Give how far a stream has been sent; what was not answered for long goes again."""
    flight = keeping.flight_of(row)
    return flight.after_silence() if _is_silent(row, flight, at) else flight


def _is_silent(row: Stream, flight: Flight, at: datetime) -> bool:
    return bool(flight.under_way) and has_waited(row, SILENCE, at)


def has_waited(row: Stream, span: timedelta, at: datetime) -> bool:
    """Tell whether a stream has moved nothing for a time; a clock that was set back meanwhile ends the waiting too."""
    return row.moved_at is not None and abs(at - row.moved_at) >= span


def gone_silent(partner: Partner, urgencies: Collection[int]) -> None:
    """Give up waiting for answers: the line has broken under what was on its way."""
    with transaction.atomic():
        for row in keeping.open_streams(partner, is_outward=True, is_locked=True):
            if row.urgency in urgencies:
                keeping.save_flight(row, keeping.flight_of(row).after_silence())


def _next_packets(
    row: Stream, partner: Partner, own: Own, at: datetime, *, most: int, batches: int
) -> tuple[list[Packet], Flight]:
    flight, packets = _flight(row, at), list[Packet]()
    most = min(most, MOST_BYTES, own.book.current(partner.code, own.at_ms).largest_envelope - HEADROOM)
    while len(packets) < batches and flight.may_send and (entries := _entries(row, flight.sent, most=most)):
        last = flight.sent + len(entries)
        packets.append(_packet(row, entries, last, own, at))
        flight = flight.after_sending(last)
    if not packets and _is_head_due(row, flight, own):
        packets.append(_packet(row, [], flight.settled, own, at))
    return packets, flight


def _is_head_due(row: Stream, flight: Flight, own: Own) -> bool:
    last_ms = int(row.moved_at.timestamp() * 1000) if row.moved_at else None
    is_silent = flight.sent > 0 and not flight.under_way
    return is_silent and sending.is_repeat_due(last_ms=last_ms, at_ms=own.at_ms)


def _entries(row: Stream, after: int, *, most: int) -> list[Entry]:
    if after >= row.size:
        return []
    rows = prepared.values(_ENTRIES, row.pk, after, MOST_STATEMENTS)
    fitting = sending.room((len(each[2]) + len(each[4] or b"") for each in rows), most_bytes=most)
    return [_entry(*each) for each in rows[:fitting]]


def _entry(suite: int, descriptor: int, statement: Raw, salt: Raw | None, payload: Raw | None) -> Entry:
    body = Body(bytes(salt), bytes(payload)) if salt is not None and payload is not None else None
    return Entry(suite, descriptor, bytes(statement), body)


def _packet(row: Stream, entries: Sequence[Entry], last: int, own: Own, at: datetime) -> Packet:
    stream, suite = keeping.stream_of(row), own.suite(row.partner_id)
    head = head_at(last, keeping.frontier_of(row), keeping.Kept(row))
    batch = sending.batch(stream, entries, head, pen=own.pen, suite=suite)
    context = objects.Context.of(stream, suite=suite, descriptor=own.pen.descriptor)
    keeping.keep_head(row, Item(Type.HEAD, context, batch.head), at=at)
    last_ms = int(row.pq_at.timestamp() * 1000) if row.pq_at else None
    if own.pen.pq and sending.is_pq_head_due(
        suite=suite, size=head.size, last_size=row.pq_size, last_ms=last_ms, at_ms=own.at_ms
    ):
        batch = sending.with_pq_head(batch, stream, head, pen=own.pen, suite=suite)
        keeping.keep_head(row, Item(Type.HEAD, context, batch.pq_head or b""), at=at, is_pq=True)
        row.pq_size, row.pq_at = head.size, at
    return Packet(row, batch, last, head)


def sealed(batch: Batch, partner: str, own: Own) -> Item:
    """Seal a batch to the partner's present key."""
    way, public = own.way(partner)
    body = batch.encoded()
    return envelopes.seal(
        body, way, public, sent_ms=own.at_ms, sealer=SEALER, packer=PACKER, signer=own.pen.node,
        text_at=batch.text_at(body),
    )  # fmt: skip


def given_back(partner: Partner, own: Own) -> list[Item]:
    """Give a restored partner its own statements back, as far as its last greeting wants them, 500 a stream."""
    items = []
    for urgency, epoch, first, last in partner.wanted:
        row = Stream.objects.filter(partner=partner, is_outward=False, urgency=urgency, epoch=epoch).first()
        if row is not None and row.receipt is not None:
            receipt = read_receipt(objects.read_item(bytes(row.receipt)).object).said
            stored = Received.objects.filter(stream=row, seq__gte=first, seq__lte=min(last, row.size)).order_by("seq")
            rows = list(stored.values_list("suite", "descriptor", "statement", "salt", "payload")[:MOST_STATEMENTS])
            fitting = sending.room(len(each[2]) + len(each[4] or b"") for each in rows)
            entries = [_entry(*each) for each in rows[:fitting]]
            batch = rejoining.give_back(
                keeping.stream_of(row), entries, receipt, pen=own.pen, suite=own.suite(partner.code)
            )
            items.append(sealed(batch, partner.code, own))
    return items


def last_receipts(partner: Partner) -> list[Item]:
    """Give the last R1 of each stream from a partner, for a stick or a body that goes by itself."""
    rows = Stream.objects.filter(partner=partner, is_outward=False, receipt__isnull=False)
    return [objects.read_item(bytes(row.receipt)) for row in rows.order_by("urgency", "epoch") if row.receipt]
